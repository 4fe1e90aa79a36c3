// The blog says who its visitor is, by a token on its script tag; and the mark beside the name of who is logged in.

import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { test } from "node:test";
import { assertAccessible, assertFits, commentForm, screenshot, WINDOWS, writeComment } from "../harness.mjs";
import { startTwoDomains } from "../two_domains.mjs";

const LATE_MS = 20_000;

/** A world whose blog signs tokens; `token` makes one. */
async function begin(context, options) {
  const world = await startTwoDomains(context, options);
  const secret = await world.server.command(["provider", "add", "sso", "--site", "blog"]);
  const token = (claims) => {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const iat = Math.floor(Date.now() / 1000);
    const all = { iss: world.blog.url, aud: world.doors, jti: randomUUID(), iat, exp: iat + 300, ...claims };
    const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(all)}`;
    return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
  };
  const post = await world.addPost("a-post", "A post");
  const show = (claims) => {
    const made = token(claims);
    world.blog.addPage("/a-post/", "A post", "<p>Words.</p>", 'lang="en"', ` data-sso="${made}"`);
    return made;
  };
  return { world, post, token, show };
}

const identified = (form) => form.getByText("You are commenting using your blog.test account.").waitFor({ timeout: LATE_MS });

for (const [kind, options] of [["by a cookie", {}], ["by a token where the cookie is not kept", { keepsFrameCookie: false }]]) {
  test(`who is known to the blog is logged in in the frame ${kind}, and stays logged out`, async (context) => {
    const { world, post, show } = await begin(context, options);
    show({ sub: "7", name: "Ann of the blog" });
    const page = await world.visitor();
    await page.goto(post.url);
    let form = await commentForm(page);
    await identified(form);
    await form.locator("#comment").fill("Logged in by the blog.");
    await form.locator("#submit").click();
    const comment = page.locator("ol.commentlist li.byuser", { hasText: "Logged in by the blog." });
    await comment.waitFor();
    assert.equal(await comment.locator(".fn").innerText(), "Ann of the blog");
    assert.equal(await comment.locator(".proven").getAttribute("title"), "Logged in with blog.test");
    await page.reload();
    form = await commentForm(page);
    await identified(form);
    await form.getByRole("button", { name: "Log Out" }).click();
    await form.locator("#author").waitFor();
    const refused = page.waitForResponse((answer) => answer.url().endsWith("/login/sso/frame"));
    page.complaints.length = 0;
    await page.reload();
    assert.equal((await refused).status(), 403, "the same token logs nobody in again");
    form = await commentForm(page);
    await form.locator("#author").waitFor();
    show({ sub: "8", name: "Bob of the blog" });
    await page.reload();
    form = await commentForm(page);
    await identified(form);
    assert.ok(await form.getByText("Bob of the blog").count());
  });
}

test("the frame hears of a token from the blog's page alone", async (context) => {
  const { world, post, token, show } = await begin(context);
  const spoofed = token({ sub: "666", name: "Eve" });
  const page = await world.visitor();
  await page.goto(post.url);
  const form = await commentForm(page);
  await form.locator("#author").waitFor();
  // Windows that the blog's page opened: one of this server's origin, and one of the blog's own, which is not its parent.
  for (const address of [post.threadPage, `${world.blog.url}/style.css`]) {
    const [opened] = await Promise.all([
      page.context().waitForEvent("page"),
      page.evaluate((to) => void window.open(to, "_blank"), address),
    ]);
    await opened.waitForLoadState();
    await opened.evaluate((made) => opener.frames[0].postMessage({ rejoinder: "sso", token: made }, "*"), spoofed);
    await opened.close();
  }
  const real = token({ sub: "7", name: "Ann" });
  await page.evaluate((made) => document.querySelector("iframe").contentWindow.postMessage({ rejoinder: "sso", token: made }, "*"), real);
  await identified(form);
  assert.ok(await form.getByText("Ann:").count());
  const unused = await fetch(`${world.server.direct}/login/sso?${new URLSearchParams({ token: spoofed })}`);
  assert.equal(unused.status, 200, "nobody handed it in");
  assert.deepEqual(page.complaints, []);
  assert.ok(show);
});

test("without scripts one sees who one would be, and presses a button", async (context) => {
  const { world, post, token } = await begin(context);
  const page = await world.visitor({ javaScriptEnabled: false });
  const query = new URLSearchParams({ token: token({ sub: "7", name: "Ann of the blog" }), return_to: post.threadPage });
  await page.goto(`${world.doors}/login/sso?${query}`);
  await page.getByText("blog.test says that you are Ann of the blog").waitFor();
  await screenshot(page, "sso-ask");
  await page.getByRole("button", { name: "Continue as Ann of the blog" }).click();
  await page.getByText("You are commenting using your blog.test account.").waitFor();
  await page.locator("#comment").fill("Without scripts.");
  await page.locator("#submit").click();
  await page.locator("li.byuser .proven").waitFor();
});

for (const [kind, window] of Object.entries(WINDOWS)) {
  test(`the mark is there to be seen and to be read, ${kind}`, async (context) => {
    const { world, post, show } = await begin(context);
    show({ sub: "7", name: "Ann of the blog" });
    const page = await world.visitor(window);
    await page.goto(post.url);
    const form = await commentForm(page);
    await identified(form);
    await form.locator("#comment").fill("Logged in by the blog.");
    await form.locator("#submit").click();
    await page.locator("li.byuser .proven").waitFor();
    await form.getByRole("button", { name: "Log Out" }).click();
    await writeComment(form, { text: "A guest with a tick in the name.", author: "Ann of the blog ✔" });
    const guest = page.locator("li.comment:not(.byuser)", { hasText: "A guest with a tick" });
    await guest.waitFor();
    assert.equal(await guest.locator(".fn").innerText(), "Ann of the blog");
    assert.equal(await guest.locator(".proven").count(), 0);
    const author = page.locator("li.byuser .comment-author");
    assert.match((await author.textContent()).replace(/\s+/g, " "), /Ann of the blog, logged in with blog\.test, says:/);
    const box = await author.locator(".proven").boundingBox();
    assert.ok(box.width >= 12 && Math.abs(box.width - box.height) < 1, JSON.stringify(box));
    await assertAccessible(page);
    await assertFits(page);
    await screenshot(page, `mark-${kind}`);
  });
}
