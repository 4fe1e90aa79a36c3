// One's own comments, changed and deleted beside the comment itself, in the blog's page: with the keyboard, in browsers
// that move a frame and in those that load it anew, until the time is over; and what the blog's page learns of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { WINDOWS, assertAccessible, assertFits, commentForm, fillLogIn, screenshot, signIn, start, until } from "../harness.mjs";
import { startTwoDomains } from "../two_domains.mjs";

const LATE_MS = 20_000;
const EDIT = ".comment-body > button";

/** A world with a post and a member who is logged in, on its page, and the comment form there. */
async function begin(context, { window = {}, script = undefined } = {}) {
  const world = await start(context, { oneSite: true });
  await world.publishEverything();
  await world.server.command(["site", "set", "blog", "comment_flood_seconds", "0"]);
  const member = await world.addMember("cleo", "subscriber");
  const post = await world.addPost("a-post", "A post");
  const other = await world.comment(post, { comment: "Somebody else’s words." });
  const page = await world.visitor(window);
  if (script) await page.context().addInitScript(script);
  await signIn(page, world.server, member);
  await page.goto(post.url);
  return { world, post, page, other, form: await commentForm(page) };
}

function inThread(page, text) {
  return page.locator("ol.commentlist li.byuser", { hasText: text }).first();
}

/** Posts a comment; finds it by its number, whatever it says later. */
async function write(page, form, text, shown = text) {
  await form.locator("#comment").fill(text);
  await form.locator("#submit").click();
  const posted = inThread(page, shown);
  await posted.waitFor();
  return page.locator(`#${await posted.getAttribute("id")}`);
}

/** Opens a comment for editing; gives the field. */
async function open(form, comment) {
  await comment.locator(EDIT).first().click();
  const box = form.getByLabel("Comment", { exact: true });
  await form.getByText(/^You can change it for/).waitFor();
  return box;
}

const focused = (frame) => frame.evaluate(() => document.activeElement?.id || document.activeElement?.textContent);

test("a reader edits a comment beside it with the keyboard, and deletes it", async (context) => {
  const { world, post, page, other, form } = await begin(context);
  const comment = await write(page, form, "My frist words & <em>more</em>", "My frist words & more");
  const id = (await comment.getAttribute("id")).split("-")[1];
  await comment.locator(EDIT).waitFor(); // without a reload
  const name = await comment.locator(EDIT).getAttribute("aria-label");
  assert.equal(name, `Edit your comment of ${await comment.locator("time").first().innerText()}`);
  assert.equal(await page.locator(`#comment-${other} > ${EDIT}`).count(), 0);

  await page.reload(); // who comes back finds it as well
  const again = await commentForm(page);
  await comment.locator(".reply a").focus();
  await page.keyboard.press("Tab");
  await page.locator(`#div-comment-${id} > button:focus`).waitFor();
  await page.keyboard.press("Enter");
  await again.getByRole("heading", { name: "Edit your comment" }).waitFor();
  const frame = page.frames().find((one) => one.url().includes("/embed/form"));
  await until(LATE_MS, "the field has the focus", async () => (await focused(frame)) === "edit-comment");
  assert.equal(await again.locator("#edit-comment").inputValue(), "My frist words & <em>more</em>", "as it was typed");
  assert.equal(await again.locator("#commentform").isVisible(), false);
  assert.equal(await page.locator(`#comment-${id} > #respond iframe`).count(), 1, "below the comment");
  assert.match(await again.locator("#edit-left").innerText(), /^You can change it for 1[45] more minutes, or until somebody answers\./);
  await again.locator("#edit-comment").fill("My first words");
  await page.keyboard.press("Control+Enter");
  await page.locator(`#div-comment-${id}:focus`, { hasText: "My first words" }).waitFor();
  await page.locator(`#comment-${id} .edited`).waitFor();
  await again.getByText("Your comment was changed.").waitFor();
  await page.locator("section.rejoinder > #respond iframe").waitFor(); // at its own place again
  await again.getByText("Leave a Reply", { exact: true }).waitFor();

  // Given up, the button has the focus again.
  await open(again, comment);
  await again.locator("#edit-comment").fill("Never mind");
  await again.getByRole("button", { name: "Cancel" }).click();
  await page.locator(`#div-comment-${id} > button:focus`).waitFor();
  await again.locator("#commentform").waitFor();
  assert.equal(await (await open(again, comment)).inputValue(), "My first words", "what was given up is gone");

  // A reply while it is open: one form at a time, and what was typed is there again.
  await again.locator("#edit-comment").fill("Half a change");
  await page.locator(`#comment-${other} .reply a`).first().click();
  await again.getByText("Leave a Reply to Ada Berg").waitFor();
  assert.equal(await again.locator("#edit-comment").count(), 0);
  assert.equal(await (await open(again, comment)).inputValue(), "Half a change");

  await again.getByRole("button", { name: "Delete" }).click();
  await again.getByText(/^Delete this comment\?.*A moderator can bring it back for 30 days\.$/).waitFor();
  assert.equal(await focused(frame), "Keep it", "what harms nothing");
  await page.keyboard.press("Enter");
  await until(LATE_MS, "the question is gone", async () => (await focused(frame)) === "Delete");
  await page.keyboard.press("Enter");
  await again.getByRole("group").getByRole("button", { name: "Delete" }).click();
  await page.locator(`#comment-${id}`).waitFor({ state: "detached" });
  await again.getByText("Your comment was deleted.").waitFor();
  await again.locator("#commentform").waitFor();
  assert.equal(await page.locator(EDIT).count(), 0);

  const stranger = await world.visitor();
  await stranger.goto(post.url);
  await commentForm(stranger);
  assert.equal(await stranger.locator(EDIT).count(), 0);
  assert.deepEqual([...page.complaints, ...stranger.complaints], []);
});

test("where a frame that moves loads anew, an edit goes on, and its end is told", async (context) => {
  const { page, form } = await begin(context, { script: () => { delete Element.prototype.moveBefore; } });
  const first = await write(page, form, "The first words");
  const second = await write(page, form, "The second words");
  await open(form, first);
  await form.locator("#edit-comment").fill("Half a change");
  await open(form, second); // and back
  assert.equal(await form.locator("#edit-comment").inputValue(), "The second words");
  await open(form, first);
  await form.locator("#edit-comment").fill("A whole change");
  await form.getByRole("button", { name: "Save" }).click();
  await inThread(page, "A whole change").waitFor();
  await form.getByText("Your comment was changed.").waitFor();
  await open(form, inThread(page, "The second words"));
  await form.getByRole("button", { name: "Delete" }).click();
  await form.getByRole("group").getByRole("button", { name: "Delete" }).click();
  await inThread(page, "The second words").waitFor({ state: "detached" });
  await form.getByText("Your comment was deleted.").waitFor();
  assert.deepEqual(page.complaints, []);
});

test("at the end of the time it says so, nothing moves, and the text stays", async (context) => {
  const { page, form, ...rest } = await begin(context, { window: { viewport: { width: 360, height: 800 } } });
  await page.clock.install();
  await page.goto(rest.post.url);
  await commentForm(page);
  const comment = await write(page, form, "Written in time");
  await open(form, comment);
  await form.locator("#edit-comment").fill("Too late");
  const height = () => page.locator("#respond iframe").evaluate((frame) => frame.getBoundingClientRect().height);
  const before = await height();
  const tells = async (words) => {
    await form.locator(".unseen").getByText(words).waitFor({ state: "attached" });
    assert.equal(await height(), before, `nothing moves: ${words}`);
  };
  await page.clock.fastForward("10:00");
  await tells(/for [34] more minutes/);
  await page.clock.fastForward("04:05");
  await tells(/for less than a minute/);
  await page.clock.fastForward("01:30");
  await tells(/^The time to change this comment is over\./);
  await form.locator("#edit-left").getByText("The time to change this comment is over. What you typed stays here, to copy it.").waitFor();
  for (const name of ["Save", "Delete"]) assert.ok(await form.getByRole("button", { name }).isDisabled(), name);
  assert.equal(await form.locator("#edit-comment").inputValue(), "Too late");
  await comment.locator(EDIT).waitFor({ state: "detached" });
  await assertAccessible(page);
  await assertFits(page);
  await screenshot(page, "own-over-phone");
  await form.getByRole("button", { name: "Cancel" }).click();
  await page.locator(".rejoinder-target:focus", { hasText: "Written in time" }).waitFor();
  assert.deepEqual(page.complaints, []);
});

test("what changed meanwhile is told: another edit, an answer, a log-out", async (context) => {
  const { world, post, page, form } = await begin(context);
  const comment = await write(page, form, "My words");
  const id = (await comment.getAttribute("id")).split("-")[1];
  await open(form, comment);
  await form.locator("#edit-comment").fill("From the section");
  const account = await page.context().newPage();
  await account.goto(`${world.doors}/account/comments/${id}`);
  await account.getByLabel("Comment", { exact: true }).fill("From the account’s page");
  await account.getByRole("button", { name: "Save" }).click();
  await account.getByText("Your comment was changed.").waitFor();
  await account.close(); // a window behind another is slow
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByText("This comment was changed since you opened it.").waitFor();
  await form.locator("blockquote", { hasText: "From the account’s page" }).waitFor();
  assert.equal(await form.locator("#edit-comment").inputValue(), "From the section");
  await assertAccessible(page);
  await screenshot(page, "own-changed-meanwhile");
  await form.getByRole("button", { name: "Save" }).click();
  await inThread(page, "From the section").waitFor();

  const frame = page.frames().find((one) => one.url().includes("/embed/form"));
  await open(form, comment);
  await form.locator("#edit-comment").fill(" ");
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByText("Please enter a comment, or delete this one.").waitFor();
  await form.locator("#edit-comment").fill("After an answer");
  await world.comment(post, { comment: "An answer.", comment_parent: id });
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByRole("alert").getByText("Somebody has answered this comment").waitFor();
  assert.ok(await form.getByRole("button", { name: "Save" }).isDisabled());
  await until(LATE_MS, "the field has the focus", async () => (await focused(frame)) === "edit-comment");
  await form.getByRole("button", { name: "Cancel" }).click();
  await form.locator("#commentform").waitFor();

  // Opened before the answer came: what is left is asked for at once.
  await comment.locator(EDIT).first().click();
  await form.getByRole("heading", { name: "Delete your comment" }).waitFor();
  await form.getByText("Somebody has answered this comment, so its words stay. You can still delete it.").waitFor();
  await screenshot(page, "own-answered");
  await form.getByRole("button", { name: "Keep it" }).click();
  await form.locator("#commentform").waitFor();

  const last = await write(page, form, "My last words");
  await open(form, last);
  await form.locator("#edit-comment").fill("Sent too late");
  await page.context().clearCookies();
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByText("Log in again, and send it once more.").waitFor();
  await form.locator("#author").waitFor();
  await page.locator(EDIT).first().waitFor({ state: "detached" });
});

test("a comment that waits is changed where its author sees it", async (context) => {
  const { world, page, form } = await begin(context);
  await world.server.command(["site", "set", "blog", "comment_moderation", "1"]);
  await form.locator("#comment").fill("My frist words");
  await form.locator("#submit").click();
  await form.locator(".comment-held", { hasText: "My frist words" }).waitFor();
  await form.getByRole("button", { name: "Edit your comment that waits" }).click();
  await form.getByText(/^You can change it for/).waitFor();
  assert.equal(await form.locator(".comment-held").isVisible(), false);
  await form.getByRole("button", { name: "Cancel" }).click();
  await form.getByRole("button", { name: "Edit your comment that waits" }).click();
  await form.getByText(/^You can change it for/).waitFor();
  await form.locator("#edit-comment").fill("My first words");
  await form.getByRole("button", { name: "Save" }).click();
  await form.locator(".comment-held", { hasText: "My first words" }).waitFor();
  await form.getByText("Your comment was changed. It is awaiting moderation.").waitFor();
  assert.equal(await form.locator(".comment-held").count(), 1);
  await assertAccessible(page);
  await screenshot(page, "own-waits");
  await form.getByRole("button", { name: "Edit your comment that waits" }).click();
  await form.getByText(/^You can change it for/).waitFor();
  await form.getByRole("button", { name: "Delete" }).click();
  await form.getByRole("group").getByRole("button", { name: "Delete" }).click();
  await form.locator(".comment-held").waitFor({ state: "detached" });
  await form.getByText("Your comment was deleted.").waitFor();

  // One that is shown, and whose new text would have waited, goes out of the thread and waits here.
  await world.publishEverything();
  const shown = await write(page, form, "A plain comment");
  await open(form, shown);
  await form.locator("#edit-comment").fill("https://a.example/ and https://b.example/");
  await form.getByRole("button", { name: "Save" }).click();
  await form.locator(".comment-held", { hasText: "https://b.example/" }).waitFor();
  await inThread(page, "A plain comment").waitFor({ state: "detached" });
  assert.equal(await page.locator("ol.commentlist li.byuser").count(), 0);
  assert.deepEqual(page.complaints, []);
});

test("on another domain the blog's page hears numbers, and can change nothing by asking", async (context) => {
  const world = await startTwoDomains(context);
  const post = await world.addPost("a-post", "A post");
  await world.server.command(["site", "set", "blog", "siteurl", world.server.url]);
  const member = await world.addMember("cleo", "subscriber");
  const page = await world.visitor();
  await page.context().addInitScript(() => {
    globalThis.heard = [];
    addEventListener("message", ({ data }) => globalThis.heard.push(data));
  });
  await page.goto(post.url);
  const form = await commentForm(page);
  const [popup] = await Promise.all([page.context().waitForEvent("page"), form.locator("#postas-account a").click()]);
  const closed = popup.waitForEvent("close", { timeout: LATE_MS });
  await popup.locator("#log").waitFor();
  await fillLogIn(popup, member).catch(() => {}); // it may be closed before the key is up
  await closed;
  await form.getByText("Logged in as cleo.").waitFor({ timeout: LATE_MS });
  const comment = await write(page, form, "My frist words");
  const id = Number((await comment.getAttribute("id")).split("-")[1]);
  await open(form, comment);
  await form.locator("#edit-comment").fill("My secret words");

  // What a page of the blog could send.
  await page.evaluate((origin) => {
    const frame = document.querySelector('iframe[src*="/embed/form"]').contentWindow;
    for (const parent of ["1", -1, 1.5, null, {}]) frame.postMessage({ rejoinder: "reply", isEdit: true, parent, focus: 1 }, origin);
    frame.postMessage({ rejoinder: "edit", id: 1 }, origin);
    frame.postMessage({ rejoinder: "leave" }, origin);
  }, world.doors);
  await comment.locator(EDIT).click();
  await form.locator("#edit-comment").waitFor();
  assert.equal(await form.locator("#edit-comment").inputValue(), "My secret words");
  await form.getByRole("button", { name: "Save" }).click();
  await inThread(page, "My secret words").waitFor();
  const heard = await page.evaluate(() => globalThis.heard);
  const own = heard.filter((message) => message.rejoinder === "own");
  assert.deepEqual(own.at(-1), { rejoinder: "own", ids: [id] });
  assert.ok(!/words|cleo/.test(JSON.stringify(heard)), JSON.stringify(heard));
  const tries = await page.evaluate(async (doors) => {
    const tried = [];
    for (const [path, init] of [["own?p=1", {}], ["own/1", {}], ["own/1/delete", { method: "POST", body: new URLSearchParams({ csrf: "x" }) }]]) {
      tried.push(await fetch(`${doors}/embed/${path}`, { credentials: "include", ...init }).then(() => "read", (error) => error.name));
    }
    return tried;
  }, world.doors);
  assert.deepEqual(tries, ["TypeError", "TypeError", "TypeError"]);
  await page.reload();
  await (await commentForm(page)).getByText("Logged in as cleo.").waitFor();
  await comment.locator(EDIT).waitFor();
  await form.getByRole("button", { name: "Log out?" }).click();
  await form.locator("#author").waitFor();
  await comment.locator(EDIT).waitFor({ state: "detached" });
});

const LOOKS = {
  ...WINDOWS,
  phone: { viewport: { width: 360, height: 780 }, colorScheme: "light" },
  "phone-dark": { viewport: { width: 360, height: 780 }, colorScheme: "dark" },
};

for (const [kind, window] of Object.entries(LOOKS)) {
  test(`editing beside the comment is accessible, and pictured: ${kind}`, async (context) => {
    const { world, post, page, form } = await begin(context, { window });
    const look = async (name) => {
      await assertAccessible(page);
      await assertFits(page);
      await screenshot(page, `own-${name}-${kind}`);
    };
    await write(page, form, "A comment that its author will want to change, since it is not what they meant to say.");
    await world.comment(post, { comment: "And what stands below it.", author: "Ben Okoro" });
    await page.reload();
    await commentForm(page);
    const comment = page.locator("ol.commentlist li.byuser");
    await comment.locator(EDIT).waitFor();
    await look("button");
    await open(form, comment);
    await look("editing");
    await form.getByRole("button", { name: "Delete" }).click();
    await look("deleting");
    await form.getByRole("button", { name: "Keep it" }).click();
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("Your comment was changed.").waitFor();
    await look("saved");
    assert.deepEqual(page.complaints, []);
  });
}

test("a comment is changed in the blog's language, with words of ours in English", async (context) => {
  const { world, page, form } = await begin(context);
  const comment = await write(page, form, "Nur ein paar Worte");
  await world.server.command(["site", "set", "blog", "WPLANG", "de_DE"]);
  await page.reload();
  const again = await commentForm(page);
  await open(again, comment);
  assert.equal(await again.locator("#edit-comment").getAttribute("lang"), "de-DE");
  const heading = again.getByRole("heading", { name: "Edit your comment" });
  assert.equal(await heading.evaluate((element) => element.closest("[lang]").lang), "en");
});
