// Members with an account here write under their own name: in the frame, on the thread's own page, and without scripts.
// Readers who are no members: login.test.mjs.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertAccessible,
  assertFits,
  commentForm,
  fillLogIn,
  screenshot,
  signIn,
  start,
  writeComment,
} from "../harness.mjs";

/** The frame, which holds a form or the way to the log-in. */
async function frameOf(page) {
  await page.locator("section.rejoinder").scrollIntoViewIfNeeded();
  const frame = page.frameLocator('section.rejoinder iframe[src*="/embed/form"]');
  await frame.locator("html[data-themed] #respond").waitFor();
  return frame;
}

/** Logs in in the window that the frame opens. */
async function logInFrom(page, frame, who) {
  const link = frame.getByRole("link", { name: "logged in" });
  const [popup] = await Promise.all([page.context().waitForEvent("page"), link.click()]);
  const closed = popup.waitForEvent("close");
  await fillLogIn(popup, who).catch(() => {}); // it may be closed before the key is up
  await closed;
}

test("where blog and server are of one site, a member logs in from the section and comments in the frame", async (context) => {
  const world = await start(context, { oneSite: true });
  await world.publishEverything();
  await world.server.command(["site", "set", "blog", "comment_registration", "1"]);
  const member = await world.addMember("cleo", "subscriber");
  const post = await world.addPost("a-post", "A post");
  const page = await world.visitor();

  await page.goto(post.url);
  const frame = await frameOf(page);
  await frame.getByText("You must be logged in to post a comment.").waitFor();
  await screenshot(page, "section-log-in-first");
  await logInFrom(page, frame, member);
  await frame.getByText("Logged in as cleo.").waitFor();
  assert.equal(await frame.locator("#author, #email, #url").count(), 0, "a member is asked for no name");
  await assertAccessible(page);
  await assertFits(page);
  await screenshot(page, "section-member");
  await frame.locator("#comment").fill("From a member.");
  await frame.locator("#submit").click();
  const comment = page.locator("ol.commentlist li.byuser", { hasText: "From a member." });
  await comment.waitFor();
  assert.equal(await comment.locator(".fn").innerText(), "cleo");

  // "Log in to Reply" is for readers; who is logged in replies, and the host page never learns that they are.
  await comment.locator(".reply a").click();
  await frame.getByText("Leave a Reply to cleo").waitFor();
  await frame.locator("#comment").fill("And an answer.");
  await frame.locator("#submit").click();
  await comment.locator("li", { hasText: "And an answer." }).waitFor();
  await frame.getByText("Leave a Reply", { exact: true }).waitFor();

  const cookies = (await page.context().cookies()).map((cookie) => cookie.name);
  assert.deepEqual(cookies, ["rejoinder_session"], "the first-party session comes along: the frame needs none of its own");
  await frame.getByRole("button", { name: "Log out?" }).click();
  await frame.getByText("You must be logged in to post a comment.").waitFor();
  await comment.locator(".reply a").first().click();
  await frame.getByText("Leave a Reply to cleo").waitFor(); // the way to the log-in stands below the comment
  await frame.getByRole("link", { name: "Cancel reply" }).click();
  await frame.getByText("Leave a Reply", { exact: true }).waitFor();
  assert.equal(new URL(page.url()).origin, world.blog.url, "the page is the same");
  assert.deepEqual(page.complaints, []);
});

test("a member writes in the frame on another site, and on the thread's own page", async (context) => {
  const world = await start(context);
  await world.publishEverything();
  await world.server.command(["site", "set", "blog", "comment_registration", "1"]);
  const member = await world.addMember("cleo", "subscriber");
  const post = await world.addPost("a-post", "A post");
  const page = await world.visitor();

  await page.goto(post.url);
  const frame = await frameOf(page);
  await logInFrom(page, frame, member);
  await frame.getByText("Logged in as cleo.").waitFor();
  await frame.locator("#comment").fill("From the frame.");
  await frame.locator("#submit").click();
  await page.locator("ol.commentlist li.byuser", { hasText: "From the frame." }).waitFor();
  assert.deepEqual(page.complaints, []);

  await page.goto(post.threadPage);
  await page.getByText("Logged in as cleo.").waitFor();
  await assertAccessible(page);
  await screenshot(page, "thread-page-member");
  await page.locator("#comment").fill("From a member.");
  await page.locator("#submit").click();
  await page.locator("ol.commentlist li.byuser", { hasText: "From a member." }).waitFor();
  assert.deepEqual(page.complaints, []);
});

test("a member comments, waits, and logs out without JavaScript", async (context) => {
  const world = await start(context);
  const member = await world.addMember("cleo", "subscriber");
  const post = await world.addPost("a-post", "A post");
  const page = await world.visitor({ javaScriptEnabled: false });

  await page.goto(`${world.server.url}/desk/login?redirect_to=${encodeURIComponent(`/?p=${post.id}#respond`)}`);
  await fillLogIn(page, member);
  await page.waitForURL(`${post.threadPage}#respond`);
  await page.locator("#comment").fill("Held for now.");
  await page.locator("#submit").click();
  await page.getByText("Your comment is awaiting moderation.").waitFor();
  await page.goto(post.threadPage);
  await page.getByText("Held for now.").waitFor(); // by account, long after the link of the answer has ended

  await page.getByRole("link", { name: "Edit your profile" }).click();
  await page.getByText("Where you are logged in").waitFor();
  await page.goBack();
  await page.getByRole("button", { name: "Log out?" }).click();
  await page.waitForURL(`${post.threadPage}#respond`);
  await page.locator("#author").waitFor();
  assert.equal(await page.getByText("Held for now.").count(), 0);
});

test("a form that outlived its log-in says so, and keeps the text", async (context) => {
  const world = await start(context, { oneSite: true });
  await world.publishEverything();
  const member = await world.addMember("cleo", "subscriber");
  const post = await world.addPost("a-post", "A post");
  const page = await world.visitor();
  await signIn(page, world.server, member);
  await page.goto(post.url);
  const frame = await commentForm(page);
  await frame.getByText("Logged in as cleo.").waitFor();
  await page.context().clearCookies();
  await frame.locator("#comment").fill("Written too late.");
  await frame.locator("#submit").click();
  await frame.getByText("Log in again, and send it once more.").waitFor();
  assert.equal(await frame.locator("#comment").inputValue(), "Written too late.");
  await page.reload();
  await writeComment(await commentForm(page), { text: "Written as a guest." });
  await page.locator("ol.commentlist li", { hasText: "Written as a guest." }).waitFor();
});

test("a moderator may answer where comments are closed", async (context) => {
  const world = await start(context);
  await world.publishEverything();
  const post = await world.addPost("a-post", "A post");
  await world.comment(post, { comment: "Asked in time." });
  await world.server.command(["post", "set", post.id, "comment_status", "closed"]);
  const page = await world.visitor();
  await signIn(page, world.server);
  await page.goto(post.threadPage);
  await page.getByText("Because you moderate here, you can still reply.").waitFor();
  await page.getByRole("link", { name: "Reply to Ada Berg" }).click();
  await page.locator("#comment").fill("Answered afterwards.");
  await screenshot(page, "thread-page-closed-moderator");
  await page.locator("#submit").click();
  await page.locator("ol.commentlist li li", { hasText: "Answered afterwards." }).waitFor();
});
