// How it looks and holds together: nothing serious for axe, no jumps, no sideways scrolling, and pictures to look at.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  WINDOWS,
  assertAccessible,
  assertFits,
  commentForm,
  heldNotice,
  openQueue,
  screenshot,
  signIn,
  start,
  writeComment,
} from "../harness.mjs";

const NARROW = { viewport: { width: 320, height: 640 } };
const LONG_POST = "<p>Some words of a long post that fill the window and more.</p>".repeat(60);

/** A blog with a post that has a thread, and comments that wait. */
async function populated(context, options) {
  const world = await start(context, options);
  await world.publishEverything();
  const post = await world.addPost("a-post", "A post that has readers");
  const first = await world.comment(post, { comment: "A first thought, with <em>stress</em> and a second paragraph.\n\nHere." });
  const answer = await world.comment(post, { comment: "An answer.", author: "Ben Okoro", comment_parent: first });
  await world.comment(post, { comment: "An answer to the answer.", comment_parent: answer });
  await world.comment(post, { comment: `One${"word".repeat(60)} that is too long for a line: https://example.org/${"path/".repeat(30)}` });
  await world.server.command(["site", "set", "blog", "comment_moderation", "1"]);
  await world.comment(post, { comment: "This one waits.", author: "Cleo Ruiz", email: "cleo@peer.test" });
  await world.comment(post, { comment: "And this one, with https://example.org/ in it.", author: "Dan Wu", email: "dan@peer.test" });
  return { world, post, first };
}

/** Every page of the desk that its navigation leads to. */
async function deskPages(page, server) {
  await openQueue(page, server);
  const links = await page.locator('nav.menu a, .me a').evaluateAll((all) => all.map((link) => link.href));
  const pages = new Map(links.map((link) => [new URL(link).pathname, link]));
  pages.delete("/desk/comments"); // its views are looked at one by one
  return [...pages.values()];
}

const nameOf = (link) => new URL(link).pathname.replace(/^\//, "").replaceAll("/", "-");

/** Looks at what is there: nothing serious for axe, nothing too wide, and a picture. */
async function look(page, name) {
  await assertAccessible(page);
  await assertFits(page);
  await screenshot(page, name);
}

for (const [kind, window] of Object.entries(WINDOWS)) {
  test(`section and desk are accessible, and pictured: ${kind}`, async (context) => {
    const { world, post } = await populated(context);
    const page = await world.visitor(window);

    await page.goto(post.url);
    await commentForm(page);
    await look(page, `section-${kind}`);
    await page.goto(post.threadPage);
    await look(page, `thread-page-${kind}`);

    await page.goto(`${world.server.url}/desk/login`);
    await look(page, `desk-login-${kind}`);
    await signIn(page, world.server);
    for (const view of ["all", "moderated", "trash"]) {
      await page.goto(`${world.server.url}/desk/comments?comment_status=${view}`);
      await look(page, `desk-queue-${view}-${kind}`);
    }
    for (const link of await deskPages(page, world.server)) {
      await page.goto(link);
      await look(page, `${nameOf(link)}-${kind}`);
    }
    assert.deepEqual(page.complaints, []);
  });

  test(`forms are accessible in every state, and pictured: ${kind}`, async (context) => {
    const { world, post, first } = await populated(context);
    const page = await world.visitor(window);

    await page.goto(post.url);
    await page.locator(`#div-comment-${first} .comment-reply-link`).click();
    const form = await commentForm(page);
    await form.getByText("Leave a Reply to Ada Berg").waitFor();
    assert.equal(await form.locator("html").getAttribute("data-scheme"), window.colorScheme, "the frame is as dark as the page");
    await look(page, `section-reply-${kind}`);
    await form.locator("#submit").click();
    await form.getByText("Please enter a comment").waitFor();
    await look(page, `section-errors-${kind}`);
    await writeComment(form, { text: "A reply that waits." });
    await heldNotice(page);
    await look(page, `section-held-${kind}`);

    await signIn(page, world.server);
    await openQueue(page, world.server);
    for (const [key, state] of [["q", "quick-edit"], ["r", "reply"]]) {
      await page.keyboard.press("j");
      await page.keyboard.press(key);
      await page.locator(".row > .inline textarea").waitFor();
      await look(page, `desk-${state}-${kind}`);
      await page.keyboard.press("Escape");
    }
    await page.keyboard.press("?");
    await page.locator("dialog#keys[open]").waitFor();
    await look(page, `desk-keys-${kind}`);
    await page.keyboard.press("Escape");
    await page.keyboard.press("s");
    await page.locator("#undo").waitFor();
    await look(page, `desk-undo-${kind}`);
    await page.goto(`${world.server.url}/desk/comments?comment_status=spam`);
    await look(page, `desk-queue-spam-${kind}`);
    await page.goto(`${world.server.url}/desk/comments/${first}/edit`);
    await look(page, `desk-edit-${kind}`);
    assert.deepEqual(page.complaints, []);
  });
}

test("pages that say what went wrong are accessible, and pictured", async (context) => {
  const { world, post } = await populated(context);
  for (const [kind, window] of Object.entries({ ...WINDOWS, narrow: NARROW })) {
    const page = await world.visitor({ ...window });
    await page.goto(`${world.server.url}/nothing-here`);
    await page.getByRole("link", { name: "Back to A blog" }).waitFor();
    await look(page, `error-not-here-${kind}`);
    await page.goto(post.threadPage);
    await writeComment(page, { text: `Words${"word".repeat(80)} that are not lost.`, email: "ada@peer" });
    await page.getByText("Please enter a valid email address.").waitFor();
    await look(page, `error-refused-${kind}`);
    await page.getByRole("link", { name: /^« Back to/ }).click();
    await page.waitForURL(`${post.threadPage}#respond`);
    await page.goto(`${world.server.url}/desk/login`);
    await page.locator("[name=log]").fill("nobody");
    await page.locator("[name=pwd]").fill("a wrong one");
    await page.locator("[name=pwd]").press("Enter");
    await page.locator("#login-error").waitFor();
    await look(page, `error-log-in-${kind}`);
    await signIn(page, world.server);
    await page.goto(`${world.server.url}/desk/comments/99999/edit`);
    await look(page, `error-desk-${kind}`);
  }
});

test("a moderator goes through two hundred comments by keyboard, page by page", async (context) => {
  const { world, post } = await populated(context);
  for (let number = 0; number < 200; number += 1) await world.comment(post, { comment: `Number ${number} waits.` });
  const page = await world.visitor(WINDOWS.phone);
  await signIn(page, world.server);
  await page.locator("#pending-count", { hasText: "202" }).waitFor(); // the desk opens with what there is to do
  await openQueue(page, world.server);
  await page.getByText("1 of 11").first().waitFor();
  for (let row = 0; row <= 20; row += 1) await page.keyboard.press("j");
  await page.waitForURL((url) => url.searchParams.get("paged") === "2");
  await page.getByText("2 of 11").first().waitFor();
  await page.waitForFunction(() => document.activeElement?.matches(".rows > .row:first-child"));
  await look(page, "desk-queue-of-two-hundred");
  assert.deepEqual(page.complaints, []);
});

test("a comment that was moved says by whom, in Spam and Trash", async (context) => {
  const { world } = await populated(context);
  const page = await world.visitor(WINDOWS.phone);
  await signIn(page, world.server);
  await openQueue(page, world.server);
  for (const key of ["s", "d"]) {
    await page.keyboard.press("j");
    await page.keyboard.press(key);
    await page.locator("#undo").waitFor();
    await openQueue(page, world.server);
  }
  for (const [view, words] of [["spam", "Marked as spam by you on"], ["trash", "Moved to the Trash by you on"]]) {
    await page.goto(`${world.server.url}/desk/comments?comment_status=${view}`);
    await page.getByText(words).waitFor();
    await page.getByText("First held: every comment is moderated").waitFor();
    await look(page, `desk-moved-${view}`);
  }
});

test("nothing is wider than a window of 320 px", async (context) => {
  const { world, post } = await populated(context);
  const page = await world.visitor(NARROW);
  for (const address of [post.url, post.threadPage]) {
    await page.goto(address);
    if (address === post.url) await commentForm(page);
    await assertFits(page);
  }
  await signIn(page, world.server);
  await openQueue(page, world.server);
  await assertFits(page);
  for (const link of await deskPages(page, world.server)) {
    await page.goto(link);
    await assertFits(page);
  }
});

const ROOMS = {
  "at a desk": [WINDOWS.desk],
  "on a telephone": [WINDOWS.phone],
  "at a desk, with boxes for mail": [WINDOWS.desk, ["--sendmail", "/bin/true"]],
  "on a telephone, with boxes for mail": [WINDOWS.phone, ["--sendmail", "/bin/true"]],
};

for (const [where, [window, options = []]] of Object.entries(ROOMS)) {
  test(`nothing jumps while the page loads and the reader comes near the form, ${where}`, async (context) => {
    await assertNothingJumps(context, window, options);
  });
}

async function assertNothingJumps(context, window, options) {
  const { world } = await populated(context, { options });
  const post = await world.addPost("long-post", "A long post", LONG_POST);
  for (const number of [1, 2, 3]) {
    await world.server.command(["site", "set", "blog", "comment_moderation", "0"]);
    await world.comment(post, { comment: `Comment number ${number}.` });
  }
  const page = await world.visitor(window);
  await page.addInitScript(() => {
    globalThis.shifts = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shifts.push(entry.value);
    }).observe({ type: "layout-shift", buffered: true });
  });

  await page.goto(post.url);
  await page.locator("section.rejoinder ol.commentlist").waitFor();
  await commentForm(page);
  await page.locator("body > footer").scrollIntoViewIfNeeded();
  await page.waitForLoadState("networkidle");
  assert.deepEqual(await page.evaluate(() => globalThis.shifts), []);
}

test("a permalink scrolls its comment into view, and is marked up with a machine date", async (context) => {
  const { world } = await populated(context);
  const post = await world.addPost("long-post", "A long post", LONG_POST);
  await world.publishEverything();
  const id = await world.comment(post, { comment: "Far below." });
  const page = await world.visitor();

  await page.goto(`${post.url}#comment-${id}`);
  const comment = page.locator(`li#comment-${id}`);
  await comment.waitFor();
  await page.waitForFunction((name) => {
    const { top, bottom } = document.getElementById(name).getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  }, `comment-${id}`);
  assert.match(await comment.locator("time").first().getAttribute("datetime"), /^\d{4}-\d\d-\d\dT/);
});

test("a page written from right to left holds together", async (context) => {
  const { world, post } = await populated(context);
  world.blog.addPage("/a-post/", post.title, "<p>كلمات</p>", 'lang="ar" dir="rtl"');
  const page = await world.visitor(WINDOWS.phone);
  await page.goto(post.url);
  await commentForm(page);
  await assertFits(page);
  await assertAccessible(page);
  await screenshot(page, "section-right-to-left");
});

test("a reader gets no cookie and leaves nothing behind", async (context) => {
  const { world, post } = await populated(context);
  const page = await world.visitor();
  for (const address of [post.url, post.threadPage]) {
    await page.goto(address);
    if (address === post.url) await commentForm(page);
    await page.waitForLoadState("networkidle");
  }
  assert.deepEqual(await page.context().cookies(), []);
  const { origins } = await page.context().storageState();
  assert.deepEqual(origins.flatMap((origin) => origin.localStorage), []);
});
