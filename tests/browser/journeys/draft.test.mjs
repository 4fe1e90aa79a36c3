// A half-written comment survives a reload and an error, and is gone once it was sent.

import assert from "node:assert/strict";
import { test } from "node:test";
import { commentForm, heldNotice, start, until, writeComment } from "../harness.mjs";

const SAVED_MS = 10_000;

test("a half-written comment survives a reload", async (context) => {
  const world = await start(context);
  const post = await world.addPost("a-post", "A post");
  const writer = await world.visitor();

  await writer.goto(post.url);
  await (await commentForm(writer)).locator("#comment").fill("Half a thought");
  await writer.reload();
  await assertText(await commentForm(writer), "Half a thought");

  await writeComment(await commentForm(writer), { text: "A whole thought." });
  await heldNotice(writer);
  await writer.reload();
  await assertText(await commentForm(writer), "");
});

test("a comment that is refused stays in the form, with the reason", async (context) => {
  const world = await start(context);
  const post = await world.addPost("a-post", "A post");
  await world.comment(post, { comment: "Said before." });
  const writer = await world.visitor();

  await writer.goto(post.url);
  const form = await commentForm(writer);
  await writeComment(form, { text: "Said before." });
  await form.getByText(/Duplicate comment detected/).waitFor();
  await assertText(form, "Said before.");
});

test("after a reply the form is for new words again, whether it is held or shown", async (context) => {
  const world = await start(context);
  await world.publishEverything();
  const post = await world.addPost("a-post", "A post");
  const first = await world.comment(post, { comment: "The first." });
  const writer = await world.visitor();
  for (const [moderation, text] of [["1", "A reply that waits."], ["0", "A reply that shows."]]) {
    await world.server.command(["site", "set", "blog", "comment_moderation", moderation]);
    await writer.goto(post.url);
    await writer.locator(`#div-comment-${first} .comment-reply-link`).click();
    const form = await commentForm(writer);
    await form.getByText("Leave a Reply to Ada Berg").waitFor();
    await writeComment(form, { text });
    if (moderation === "1") {
      await heldNotice(writer);
      assert.match(await form.locator(".comment-held").innerText(), /Your comment is awaiting moderation.*A reply that waits\./s);
      assert.equal(await writer.getByText(text).count(), 0, "the host page does not have it");
    } else {
      await writer.locator(`li#comment-${first} li`, { hasText: text }).waitFor();
    }
    await writer.locator("section.rejoinder > #respond iframe").waitFor(); // at its own place again
    const again = await commentForm(writer);
    await again.getByText("Leave a Reply", { exact: true }).waitFor();
    assert.equal(await again.locator("#comment_parent").inputValue(), "0");
    assert.equal(await again.locator("#cancel-comment-reply-link").isVisible(), false);
    await assertText(again, "");
    await writer.reload();
    await assertText(await commentForm(writer), "");
    assert.deepEqual(writer.complaints, []);
  }
});

test("where a frame cannot be moved as it is, a held reply is still shown to who wrote it", async (context) => {
  const world = await start(context);
  await world.publishEverything();
  const post = await world.addPost("a-post", "A post");
  const first = await world.comment(post, { comment: "The first." });
  await world.server.command(["site", "set", "blog", "comment_moderation", "1"]);
  const writer = await world.visitor();
  await writer.addInitScript(() => { delete Element.prototype.moveBefore; });
  await writer.goto(post.url);
  await writer.locator(`#div-comment-${first} .comment-reply-link`).click();
  await writeComment(await commentForm(writer), { text: "A reply that waits." });
  await writer.locator("section.rejoinder > #respond iframe").waitFor();
  await heldNotice(writer);
  const form = await commentForm(writer);
  assert.match(await form.locator(".comment-held").innerText(), /A reply that waits\./);
  await writer.reload();
  assert.equal(await (await commentForm(writer)).locator(".comment-held").count(), 0, "once is enough");
});

async function assertText(form, text) {
  const box = form.locator("#comment");
  await until(SAVED_MS, `the form says “${text}”`, async () => (await box.inputValue()) === text).catch(() => {});
  assert.equal(await box.inputValue(), text);
}
