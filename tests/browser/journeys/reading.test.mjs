// Reading a long thread: its pages, a permalink into another page, and the numbers of responses of several posts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { commentForm, start } from "../harness.mjs";

const COMMENTS = 5;

/** A post whose comments fill three pages of two, the newest page first to be shown. */
async function paged(context) {
  const world = await start(context);
  await world.publishEverything();
  await world.server.command(["site", "set", "blog", "page_comments", "1"]);
  await world.server.command(["site", "set", "blog", "comments_per_page", "2"]);
  const post = await world.addPost("a-post", "A post");
  const ids = [];
  for (let number = 1; number <= COMMENTS; number += 1) ids.push(await world.comment(post, { comment: `Number ${number}.` }));
  return { world, post, ids };
}

test("the pages of a thread are turned in place, and a permalink finds its page", async (context) => {
  const { world, post, ids } = await paged(context);
  const page = await world.visitor();
  const shown = (text) => page.locator("ol.commentlist li", { hasText: text });

  await page.goto(post.url);
  await shown("Number 5.").waitFor();
  assert.equal(await shown("Number 4.").count(), 0);
  await commentForm(page);
  await page.getByRole("link", { name: "Older Comments" }).click();
  await shown("Number 4.").waitFor();
  assert.deepEqual([await shown("Number 5.").count(), await shown("Number 3.").count()], [0, 1]);
  await commentForm(page); // it is still there, and below the thread
  await page.getByRole("link", { name: "Newer Comments" }).click();
  await shown("Number 5.").waitFor();

  const other = await world.visitor();
  await other.goto(`${post.url}#comment-${ids[0]}`);
  await other.locator(`li#comment-${ids[0]} .rejoinder-target`).waitFor();
  for (const one of [page, other]) assert.deepEqual(one.complaints, []);
});

test("a link to a comment that came since is followed in the open page, and a reply begun stays", async (context) => {
  const world = await start(context);
  await world.publishEverything();
  const post = await world.addPost("a-post", "A post", "<p>Words.</p>".repeat(80));
  const first = await world.comment(post, { comment: "The first." });
  const page = await world.visitor();
  await page.goto(post.url);
  await page.locator(`#div-comment-${first} .comment-reply-link`).click();
  const form = await commentForm(page);
  await form.locator("#comment").fill("Half a thought");

  const late = await world.comment(post, { comment: "Came later." });
  await page.evaluate(() => scrollTo(0, 0));
  await page.evaluate((id) => { location.hash = `comment-${id}`; }, late);
  await page.locator(`li#comment-${late} .rejoinder-target`).waitFor();
  await page.waitForFunction((name) => {
    const { top, bottom } = document.getElementById(name).getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  }, `comment-${late}`);
  await page.locator(`li#comment-${first} iframe`).waitFor();
  const kept = await commentForm(page);
  await kept.getByText("Leave a Reply to Ada Berg").waitFor();
  assert.equal(await kept.locator("#comment").inputValue(), "Half a thought");

  // One that is not there any more changes nothing.
  await page.evaluate(() => { location.hash = "comment-99999"; });
  await page.waitForLoadState("networkidle");
  assert.equal(await page.locator("ol.commentlist > li").count(), 2);
  assert.deepEqual(page.complaints, []);
});

test("the pages of a thread are turned without JavaScript", async (context) => {
  const { world, post } = await paged(context);
  const page = await world.visitor({ javaScriptEnabled: false });
  await page.goto(post.threadPage);
  await page.getByRole("link", { name: "Older Comments" }).click();
  await page.locator("ol.commentlist li", { hasText: "Number 4." }).waitFor();
});

test("a list of posts shows how many responses each has", async (context) => {
  const world = await start(context);
  await world.publishEverything();
  const posts = [];
  for (const [count, name] of ["none", "one", "two"].entries()) {
    const post = await world.addPost(name, name);
    for (let number = 0; number < count; number += 1) await world.comment(post, { comment: `Number ${number} on ${name}.` });
    posts.push(post);
  }
  const list = posts.map(({ url }) => `<p><a data-rejoinder-count href="${url}#comments">Responses</a></p>`).join("");
  const page = await world.visitor();
  await page.goto(world.blog.addPage("/", "All posts", list));
  const counts = page.locator("[data-rejoinder-count]");
  await page.getByText("2 responses").waitFor();
  assert.deepEqual(await counts.allInnerTexts(), ["0 responses", "One response", "2 responses"]);
});
