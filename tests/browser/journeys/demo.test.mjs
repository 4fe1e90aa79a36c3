// Who tries Rejoinder: an empty folder, the demo page, the one-time link, a first comment, approved.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  WINDOWS,
  assertAccessible,
  assertFits,
  commentForm,
  heldNotice,
  openQueue,
  queueRow,
  screenshot,
  signIn,
  startDemo,
  writeComment,
} from "../harness.mjs";

const OWNER = { login: "owner", email: "owner@peer.test", password: "a long enough password" };

test("the demo page takes a comment, and the set-up link makes who approves it", async (context) => {
  const world = await startDemo(context);
  const demo = await world.server.said(/Demo page: +(\S+)/);
  const link = await world.server.said(/Set up the desk: +(\S+)/);
  const [reader, owner] = [await world.visitor(), await world.visitor()];

  await reader.goto(demo);
  await writeComment(await commentForm(reader), { text: "The first comment of all." });
  await heldNotice(reader);

  await owner.goto(link);
  await owner.locator("[name=log]").fill(OWNER.login);
  await owner.locator("[name=email]").fill(OWNER.email);
  await owner.locator("[name=pwd]").fill(OWNER.password);
  await owner.locator("[name=pwd]").press("Enter");
  await owner.getByText("The server is set up.").waitFor();
  await signIn(owner, world.server, OWNER);
  await openQueue(owner, world.server);
  await queueRow(owner, "The first comment of all.").waitFor();
  await owner.keyboard.press("j");
  await owner.keyboard.press("a");
  await owner.getByText("1 comment approved").first().waitFor();

  await reader.reload();
  await reader.locator("ol.commentlist li", { hasText: "The first comment of all." }).waitFor();
  await owner.goto(link);
  assert.equal(await owner.locator("[name=pwd]").count(), 0, "the link works once");
  assert.deepEqual(reader.complaints, []);
});

test("the demo page and the set-up page are accessible, and pictured", async (context) => {
  const world = await startDemo(context);
  const demo = await world.server.said(/Demo page: +(\S+)/);
  const link = await world.server.said(/Set up the desk: +(\S+)/);
  for (const [kind, window] of Object.entries(WINDOWS)) {
    const page = await world.visitor(window);
    await page.goto(demo);
    await commentForm(page);
    await look(page, `demo-page-${kind}`);
    await page.goto(link);
    await look(page, `desk-setup-${kind}`);
  }
});

async function look(page, name) {
  await assertAccessible(page);
  await assertFits(page);
  await screenshot(page, name);
}
