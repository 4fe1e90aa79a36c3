// A reader asks to be told of new comments, in the frame and without scripts; the pages that the mails lead to.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, assertFits, commentForm, screenshot, start, WINDOWS } from "../harness.mjs";
import { linkIn, mailbox } from "../mail.mjs";

/** A world whose mail lands in a folder; `mail(words)` waits for one with these words. */
async function withMail(context) {
  const { options, mail } = await mailbox(context);
  return { world: await start(context, { options }), mail };
}

test("a reader who ticks the box confirms by mail, is told, and stops it", async (context) => {
  const { world, mail } = await withMail(context);
  await world.publishEverything();
  const post = await world.addPost("a-post", "A post");
  const page = await world.visitor();
  await page.goto(post.url);
  const frame = await commentForm(page);
  await frame.getByLabel("Notify me of new comments via email.").check();
  await assertAccessible(page);
  await screenshot(page, "subscription-form");
  await frame.locator("#comment").fill("Tell me of others.");
  await frame.locator("#author").fill("Ada Berg");
  await frame.locator("#email").fill("ada@peer.test");
  await frame.locator("#submit").click();
  await frame.getByText("Check your email: there is a link").waitFor();

  const link = linkIn(await mail("Please confirm: new comments"), "/subscriptions");
  const reader = await world.visitor(WINDOWS.phone);
  await reader.goto(link);
  await reader.getByText("Do you want to be told by email of new comments on").waitFor();
  await assertAccessible(reader);
  await assertFits(reader);
  await screenshot(reader, "subscription-question-phone");
  await reader.getByRole("button", { name: "Confirm" }).click();
  await reader.getByText("You will be told of new comments by email.").waitFor();

  await world.comment(post, { comment: "News.", author: "Ben Okoro", email: "ben@peer.test" });
  const news = await mail("[New comment] A post");
  assert.match(news, /Ben Okoro commented on "A post":\s+News\./);
  await reader.goto(linkIn(news, "/subscriptions"));
  await assertAccessible(reader);
  await assertFits(reader);
  await screenshot(reader, "subscriptions-phone");
  await reader.getByRole("button", { name: "Unsubscribe from A post" }).click();
  await reader.getByText("You get no more such emails about this post.").waitFor();
  for (const one of [page, reader]) assert.deepEqual(one.complaints, []);
});

test("the same without JavaScript, and a moderator approves by a link", async (context) => {
  const { world, mail } = await withMail(context);
  await world.server.command(["site", "set", "blog", "moderation_links", "1"]);
  const post = await world.addPost("a-post", "A post");
  const reader = await world.visitor({ javaScriptEnabled: false });
  await reader.goto(post.threadPage);
  await reader.getByLabel("Notify me of replies to my comment via email.").check();
  await reader.locator("#comment").fill("Answer me.");
  await reader.locator("#author").fill("Ada Berg");
  await reader.locator("#email").fill("ada@peer.test");
  await reader.locator("#submit").click();
  await reader.getByText("Your comment is awaiting moderation.").waitFor();
  await reader.goto(linkIn(await mail("Please confirm: replies to your comment"), "/subscriptions"));
  await reader.getByRole("button", { name: "Confirm" }).click();

  const moderator = await world.visitor({ javaScriptEnabled: false });
  const asked = await mail("is waiting for your approval");
  await moderator.goto(asked.match(/Approve it: (\S+)/)[1]);
  await moderator.getByText("Answer me.").waitFor();
  await screenshot(moderator, "moderation-link");
  await moderator.getByRole("button", { name: "Approve Comment" }).click();
  await moderator.getByText("The comment is approved.").waitFor();

  await reader.goto(post.threadPage);
  const id = (await reader.locator("ol.commentlist li").first().getAttribute("id")).replace("comment-", "");
  await world.publishEverything();
  await world.comment(post, { comment: "Here.", author: "Ben Okoro", email: "ben@peer.test", comment_parent: id });
  assert.match(await mail("[New reply] A post"), /replied to your comment on "A post"/);
});
