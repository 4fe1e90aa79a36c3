// A reader logs in with a certified OpenID provider, the one of tests/clients/oidc.py, in a real browser: in the window
// beside the comment form, and without scripts.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { assertAccessible, commentForm, screenshot, start, stoppedAfter } from "../harness.mjs";

const PROGRAM = fileURLToPath(new URL("../../clients/oidc/provider.mjs", import.meta.url));
const LATE_MS = 20_000;
const IDENTIFIED = "Ann of Kent: You are commenting using your Our house account.";

/** Starts the provider and offers it on the blog. */
async function offerProvider(context, world) {
  const issuer = spawn(process.execPath, [PROGRAM], { stdio: ["pipe", "pipe", "ignore"] });
  stoppedAfter(context).push(() => issuer.kill());
  const redirect_uris = [`${world.doors}/login/callback/oidc`];
  issuer.stdin.write(`${JSON.stringify({ clients: [{ client_id: "id", client_secret: "secret", redirect_uris }] })}\n`);
  const { value: url } = await createInterface({ input: issuer.stdout })[Symbol.asyncIterator]().next();
  const options = ["--site", "blog", "--name", "Our house", "--issuer", url, "--client-id", "id", "--secret"];
  await world.server.command(["provider", "add", "oidc", ...options], "secret\n");
}

/** A visitor, whose browser does not wait for the fonts that the provider's own pages name. */
async function visitor(world, options) {
  const page = await world.visitor(options);
  await page.context().route(/fonts\.googleapis\.com/, (route) => route.abort());
  return page;
}

/** At the provider, up to the way back. */
async function signIn(page) {
  await page.locator("[name=login]").fill("ann-1");
  await page.locator("[name=password]").fill("is not looked at");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

test("a reader logs in with a certified OpenID provider, comments under the name from there, and logs out", async (context) => {
  const world = await start(context);
  await world.publishEverything();
  await offerProvider(context, world);
  const { url, threadPage } = await world.addPost("a-post", "A post");
  const page = await visitor(world);
  await page.goto(url);
  const form = await commentForm(page);
  await form.locator("#comment").fill("Half a thought");
  const open = () => Promise.all([page.context().waitForEvent("page"), form.locator("#postas-oidc a").click()]);

  const [refusing] = await open();
  await refusing.getByRole("link", { name: "[ Cancel ]" }).click();
  await refusing.getByText("You did not log in with Our house. Nothing was changed.").waitFor();
  await screenshot(refusing, "login-with-oidc-refused");
  await refusing.getByRole("button", { name: "Try again" }).click();
  await refusing.getByRole("button", { name: "Continue with Our house" }).click();
  const closed = refusing.waitForEvent("close", { timeout: LATE_MS });
  await signIn(refusing);
  await closed;
  await form.getByText(IDENTIFIED).waitFor({ timeout: LATE_MS });
  await assertAccessible(page);
  await screenshot(page, "login-with-oidc-identified");

  assert.equal(await form.locator("#comment").inputValue(), "Half a thought", "nothing is lost");
  await form.locator("#submit").click();
  const comment = page.locator("ol.commentlist li.byuser", { hasText: "Half a thought" });
  await comment.waitFor();
  assert.equal(await comment.locator(".fn").innerText(), "Ann of Kent");
  await form.getByRole("button", { name: "Log Out" }).click();
  await form.locator("#author").waitFor();
  assert.deepEqual(page.complaints, []);

  const plain = await visitor(world, { javaScriptEnabled: false });
  await plain.goto(threadPage);
  await plain.locator("#postas-oidc a").click();
  await plain.getByRole("button", { name: "Continue with Our house" }).click();
  await signIn(plain);
  await plain.waitForURL(`${threadPage}#respond`);
  await plain.getByText(IDENTIFIED).waitFor();
});
