// The main job: a reader reads, comments, is held; a moderator approves by keyboard; the comment appears, and is answered.

import assert from "node:assert/strict";
import { test } from "node:test";
import { commentForm, heldNotice, openQueue, queueRow, signIn, start, writeComment } from "../harness.mjs";

test("a comment is written, held, approved by keyboard, shown, and answered", async (context) => {
  const world = await start(context);
  const post = await world.addPost("a-post", "A post");
  const [writer, reader, moderator] = [await world.visitor(), await world.visitor(), await world.visitor()];
  await signIn(moderator, world.server);

  await writer.goto(post.url);
  assert.match(await (await commentForm(writer)).locator("body").innerText(), /Leave a Reply/);
  await writeComment(await commentForm(writer), { text: "The first words here." });
  await heldNotice(writer);

  await reader.goto(post.url);
  await reader.locator("section.rejoinder#comments").waitFor();
  assert.equal(await reader.getByText("The first words here.").count(), 0, "a held comment is not shown to others");
  assert.deepEqual(await reader.context().cookies(), [], "a reader gets no cookie");

  await approveByKeyboard(moderator, world.server, "The first words here.");
  await reader.reload();
  const comment = reader.locator("ol.commentlist li", { hasText: "The first words here." });
  await comment.waitFor();
  const id = await comment.getAttribute("id");
  assert.match(id, /^comment-\d+$/);
  assert.match(await reader.locator("section.rejoinder").innerText(), /One response to “A post”/i);

  await comment.locator("a.comment-reply-link").first().click();
  const form = await commentForm(reader);
  await form.getByText("Leave a Reply to Ada Berg").waitFor();
  await writeComment(form, { text: "An answer to that.", author: "Ben Okoro", email: "ben@peer.test" });
  await heldNotice(reader);
  await approveByKeyboard(moderator, world.server, "An answer to that.");

  await writer.goto("about:blank"); // from the page itself it would be a step to a fragment, which loads nothing
  await writer.goto(`${post.url}#${id}`);
  await writer.locator(`li#${id} li`, { hasText: "An answer to that." }).waitFor();
  for (const page of [writer, reader, moderator]) assert.deepEqual(page.complaints, []);
});

/** The keys of WordPress: j goes to the next row, a approves it. */
async function approveByKeyboard(page, server, text) {
  await openQueue(page, server);
  await queueRow(page, text).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("a");
  await queueRow(page, text).waitFor({ state: "hidden" });
  await openQueue(page, server);
  assert.equal(await queueRow(page, text).count(), 0, "it stays approved");
}
