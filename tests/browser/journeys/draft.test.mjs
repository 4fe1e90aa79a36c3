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

async function assertText(form, text) {
  const box = form.locator("#comment");
  await until(SAVED_MS, `the form says “${text}”`, async () => (await box.inputValue()) === text).catch(() => {});
  assert.equal(await box.inputValue(), text);
}
