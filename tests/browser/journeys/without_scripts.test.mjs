// The same job with JavaScript switched off, for reader and moderator alike.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openQueue, queueRow, screenshot, signIn, start, writeComment } from "../harness.mjs";

test("a comment is written, held, approved, shown, and answered without JavaScript", async (context) => {
  const world = await start(context);
  const post = await world.addPost("a-post", "A post");
  const [reader, moderator] = [
    await world.visitor({ javaScriptEnabled: false }),
    await world.visitor({ javaScriptEnabled: false }),
  ];
  await signIn(moderator, world.server);

  await reader.goto(post.threadPage);
  await writeComment(reader, { text: "Written without scripts." });
  await reader.getByText("Your comment is awaiting moderation.").waitFor();
  await approve(moderator, world.server, "Written without scripts.");

  await reader.goto(post.threadPage);
  const comment = reader.locator("ol.commentlist li", { hasText: "Written without scripts." });
  await comment.waitFor();
  assert.equal(await reader.getByText("awaiting moderation").count(), 0);

  await comment.locator("a.comment-reply-link").first().click();
  await reader.getByText("Leave a Reply to Ada Berg").waitFor();
  await writeComment(reader, { text: "Answered without scripts.", author: "Ben Okoro", email: "ben@peer.test" });
  await approve(moderator, world.server, "Answered without scripts.");

  await reader.goto(post.threadPage);
  await reader.locator("ol.commentlist li li", { hasText: "Answered without scripts." }).waitFor();
});

test("a form with mistakes is told what to mend", async (context) => {
  const world = await start(context);
  const post = await world.addPost("a-post", "A post");
  const reader = await world.visitor({ javaScriptEnabled: false });

  await reader.goto(post.threadPage);
  // The browser's own check is passed by: WordPress's refusal is what shows.
  const answer = await reader.request.post(`${world.doors}/wp-comments-post.php`, {
    form: { comment_post_ID: post.id, comment: "No e-mail address.", author: "Ada Berg", email: "" },
  });
  assert.equal(answer.status(), 200);
  assert.match(await answer.text(), /Please fill the required fields\./);
});

test("a comment that is refused is told why, on a page to go back from", async (context) => {
  const world = await start(context);
  const post = await world.addPost("a-post", "A post");
  await world.comment(post, { comment: "Said before." });
  const reader = await world.visitor({ javaScriptEnabled: false });

  await reader.goto(post.threadPage);
  await writeComment(reader, { text: "Said before." });
  await reader.getByText("Duplicate comment detected").waitFor();
  await screenshot(reader, "refused-without-scripts");
  await reader.goBack();
  assert.equal(await reader.locator("#comment").inputValue(), "Said before.");
});

test("a refused comment is mended where it was refused, and posted", async (context) => {
  const world = await start(context);
  await world.publishEverything();
  const post = await world.addPost("a-post", "A post");
  const first = await world.comment(post, { comment: "Said before." });
  const reader = await world.visitor({ javaScriptEnabled: false });

  await reader.goto(post.threadPage);
  await reader.locator(`#div-comment-${first} .comment-reply-link`).click();
  await writeComment(reader, { text: "Words that took long.", author: "Ben Okoro", email: "ben@peer" }); // passes the browser's own check
  await reader.getByText("Please enter a valid email address.").waitFor();
  await screenshot(reader, "refused-to-be-mended");
  await reader.locator("#email").fill("ben@peer.test");
  await reader.locator("#submit").click();
  await reader.locator("ol.commentlist li li", { hasText: "Words that took long." }).waitFor();
});

async function approve(page, server, text) {
  await openQueue(page, server);
  await queueRow(page, text).getByRole("button", { name: /^Approve/ }).click();
  await openQueue(page, server);
  assert.equal(await queueRow(page, text).count(), 0, "it no longer waits");
}
