// Ways in that go by a mail: logging in with a code, an account of one's own, a lost password, and a guest who confirms
// an address. From the blog's page on another domain, without third-party cookies, and without scripts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { WINDOWS, assertAccessible, assertFits, commentForm, screenshot, watched, writeComment } from "../harness.mjs";
import { codeIn, linkIn, mailbox } from "../mail.mjs";
import { COOKIES, startTwoDomains } from "../two_domains.mjs";

const LATE_MS = 20_000;
const LOOKS = { ...WINDOWS, "phone-dark": { ...WINDOWS.phone, colorScheme: "dark" } };

async function begin(context, settings = {}) {
  const { options, take } = await mailbox(context);
  const world = await startTwoDomains(context, { options, ...settings });
  const post = await world.addPost("a-post", "A post");
  await world.server.command(["site", "set", "blog", "siteurl", world.server.url]);
  await world.server.command(["site", "set", "blog", "comments_notify", "0"]);
  await world.server.command(["site", "set", "blog", "comment_flood_seconds", "0"]);
  const offerEmail = () => world.server.command(["provider", "add", "email", "--site", "blog", ...options]);
  return { world, post, take, offerEmail, set: (name, value) => world.server.command(["site", "set", "blog", name, value]) };
}

/** Clicks an icon of the form; gives the window that opens. */
async function openLogIn(page, form, id) {
  const [popup] = await Promise.all([page.context().waitForEvent("page"), form.locator(`#postas-${id} a`).click()]);
  return watched(popup);
}

async function look(page, name, kind) {
  await assertAccessible(page);
  await assertFits(page);
  await screenshot(page, `mail-${name}-${kind}`);
}

/** Types and presses Enter; the window may be closed before the key is up. */
async function send(page, locator, text) {
  await page.locator(locator).fill(text);
  await page.locator(locator).press("Enter").catch(() => {});
}

test("a reader logs in by a mailed code from the blog's page, with third-party cookies blocked", async (context) => {
  const { world, post, take, offerEmail } = await begin(context);
  await offerEmail();
  const page = await world.person(COOKIES.blocked);
  await page.goto(post.url);
  let form = await commentForm(page);
  await form.locator("#comment").fill("Half a thought");
  const popup = await openLogIn(page, form, "email");
  await send(popup, "#instance-email", "ada@peer.test");
  await popup.getByText("We sent a code to ada@peer.test").waitFor();
  await send(popup, "#code", codeIn(await take("Your code to log in")));
  await popup.getByText("How shall we call you?").waitFor();
  const closed = popup.waitForEvent("close", { timeout: LATE_MS });
  await send(popup, "#name", "Ada Berg");
  await closed;
  await form.getByText("You are commenting using your E-mail account.").waitFor({ timeout: LATE_MS });
  assert.equal(await form.locator("#comment").inputValue(), "Half a thought", "nothing is lost");
  await form.locator("#submit").click();
  await page.locator("ol.commentlist li.byuser", { hasText: "Half a thought" }).waitFor();
  await page.reload();
  form = await commentForm(page);
  await form.getByText("You are commenting using your E-mail account.").waitFor();
  assert.deepEqual(page.complaints, []);
});

test("the link in the mail logs in where it is waited for, and shows the code elsewhere", async (context) => {
  const { world, post, take, offerEmail } = await begin(context);
  await offerEmail();
  const page = await world.visitor();
  await page.goto(post.url);
  const form = await commentForm(page);
  const popup = await openLogIn(page, form, "email");
  await send(popup, "#instance-email", "ada@peer.test");
  await popup.getByText("We sent a code to").waitFor();
  const mail = await take("Your code to log in");
  const phone = await world.visitor(WINDOWS.phone);
  await phone.goto(linkIn(mail, "/login/link"));
  await look(phone, "link-elsewhere", "phone");
  await phone.getByRole("button", { name: "Show the code" }).click();
  await phone.getByText(codeIn(mail).replace(" ", "")).waitFor();
  await look(phone, "link-code", "phone");
  assert.deepEqual((await phone.context().cookies()).filter(({ name }) => name.includes("rejoinder")), []);

  await popup.getByRole("link", { name: "Send another one" }).click();
  await send(popup, "#instance-email", "ada@peer.test");
  await popup.getByText("We sent a code to").waitFor();
  const tab = watched(await page.context().newPage());
  await tab.goto(linkIn(await take("Your code to log in"), "/login/link"));
  await tab.getByRole("button", { name: "Log In" }).click();
  const closed = popup.waitForEvent("close", { timeout: LATE_MS });
  await send(tab, "#name", "Ada Berg");
  await form.getByText("You are commenting using your E-mail account.").waitFor({ timeout: LATE_MS });
  await closed;
});

test("a reader makes an account, loses the password, and sets a new one, in the window and without scripts", async (context) => {
  const { world, post, take, set } = await begin(context);
  await set("users_can_register", "1");
  const page = await world.visitor();
  await page.goto(post.url);
  const form = await commentForm(page);
  const popup = await openLogIn(page, form, "account");
  await popup.getByRole("link", { name: "Register" }).click();
  await send(popup, "#email", "cleo@peer.test");
  await send(popup, "#code", codeIn(await take("Your code to register")));
  await popup.locator("#log").fill("cleo");
  await popup.locator("#name").fill("Cleo Ruiz");
  const closed = popup.waitForEvent("close", { timeout: LATE_MS });
  await send(popup, "#pwd", "a bicycle that is blue");
  await closed;
  await form.getByText("You are commenting using your A blog account.").waitFor({ timeout: LATE_MS });
  await form.getByText("Cleo Ruiz:").waitFor();

  const plain = await world.visitor({ javaScriptEnabled: false });
  await plain.goto(post.threadPage);
  await plain.locator("#postas-account a").click();
  await plain.getByRole("link", { name: "Lost your password?" }).click();
  await plain.locator("#log").fill("cleo@peer.test");
  await plain.getByRole("button", { name: "Get New Password" }).click();
  await plain.getByText("Look at your mail").waitFor();
  await plain.goto(linkIn(await take("Set a new password"), "/login/link"));
  await plain.locator("#pwd").fill("password");
  await plain.locator("#pwd").evaluate((field) => field.removeAttribute("minlength")).catch(() => {});
  await plain.getByRole("button", { name: "Save Password" }).click();
  await plain.locator("#pwd-error").waitFor();
  await plain.locator("#pwd").fill("a bicycle that is green");
  await plain.getByRole("button", { name: "Save Password" }).click();
  await plain.getByText("Your password is changed").waitFor();
  await take("Your password was changed");
  await plain.goto(post.threadPage);
  await plain.locator("#postas-account a").click();
  await plain.locator("#log").fill("cleo");
  await plain.locator("#pwd").fill("a bicycle that is green");
  await plain.getByRole("button", { name: "Log In" }).click();
  await plain.getByText("You are commenting using your A blog account.").waitFor();
  await page.reload();
  await (await commentForm(page)).locator("#author").waitFor(); // logged out by the new password
});

test("a guest confirms an address once, in the frame", async (context) => {
  const { world, post, take, set } = await begin(context);
  await set("confirm_guest_email", "1");
  const page = await world.person(COOKIES.blocked);
  await page.goto(post.url);
  const form = await commentForm(page);
  await writeComment(form, { text: "From a guest." });
  await form.getByText("We sent a code to ada@peer.test;").waitFor();
  assert.equal(await page.locator("ol.commentlist li").count(), 0);
  const code = codeIn(await take("Please confirm your comment"));
  await form.locator("#confirm-code").fill("000000");
  await form.getByRole("button", { name: "Confirm" }).click();
  await form.getByText("This is not the code.").waitFor();
  await form.locator("#confirm-code").fill(code);
  await form.getByRole("button", { name: "Confirm" }).click();
  await page.locator("ol.commentlist li", { hasText: "From a guest." }).waitFor();
  await page.reload();
  await writeComment(await commentForm(page), { text: "And again." });
  await page.locator("ol.commentlist li", { hasText: "And again." }).waitFor();
  const unexpected = page.complaints.filter((words) => !words.includes("400")); // the wrong code
  assert.deepEqual(unexpected, []);
});

test("a guest confirms an address without scripts, by the code and by the link", async (context) => {
  const { world, post, take, set } = await begin(context);
  await set("confirm_guest_email", "1");
  const page = await world.visitor({ javaScriptEnabled: false });
  await page.goto(post.threadPage);
  await writeComment(page, { text: "By the code." });
  await page.getByText("We sent a code to").waitFor();
  await page.locator("#code").fill(codeIn(await take("Please confirm your comment")));
  await page.getByRole("button", { name: "Go on" }).click();
  await page.locator("ol.commentlist li", { hasText: "By the code." }).waitFor();
  await writeComment(page, { text: "Asked no more." });
  await page.locator("ol.commentlist li", { hasText: "Asked no more." }).waitFor();
  await writeComment(page, { text: "By the link.", author: "Ben Okoro", email: "ben@peer.test" });
  await page.getByText("We sent a code to").waitFor();
  const other = await world.visitor({ javaScriptEnabled: false });
  await other.goto(linkIn(await take("Please confirm your comment"), "/login/link"));
  await other.getByText("By the link.").waitFor();
  await other.getByRole("button", { name: "Confirm" }).click();
  await other.locator("ol.commentlist li", { hasText: "By the link." }).waitFor();
});

for (const [kind, window] of Object.entries(LOOKS)) {
  test(`every page on the way by a mail is accessible, and pictured: ${kind}`, async (context) => {
    const { world, post, take, set, offerEmail } = await begin(context);
    await offerEmail();
    await set("users_can_register", "1");
    await set("confirm_guest_email", "1");
    const page = await world.visitor(window);
    await page.goto(`${world.doors}/login?p=1`);
    await look(page, "log-in", kind);
    await send(page, "#instance-email", "ada@peer.test");
    await page.locator("#code").waitFor();
    await look(page, "code", kind);
    await send(page, "#code", "000 000");
    await page.locator("#code-error").waitFor();
    await look(page, "code-wrong", kind);
    const mail = await take("Your code to log in");
    const tab = watched(await page.context().newPage());
    await tab.goto(linkIn(mail, "/login/link"));
    await look(tab, "link", kind);
    await tab.close();
    await send(page, "#code", codeIn(mail));
    await page.locator("#name").waitFor();
    await look(page, "name", kind);

    await page.goto(`${world.doors}/login/register?return_to=${encodeURIComponent(post.threadPage)}`);
    await look(page, "register", kind);
    await send(page, "#email", "cleo@peer.test");
    await send(page, "#code", codeIn(await take("Your code to register")));
    await page.locator("#pwd").waitFor();
    await look(page, "account", kind);
    await page.locator("#log").fill("cleo");
    await send(page, "#pwd", "a bicycle that is blue");
    await page.waitForURL(post.threadPage);

    await page.goto(`${world.doors}/login/lost`);
    await look(page, "lost", kind);
    await send(page, "#log", "cleo");
    await page.getByText("Look at your mail").waitFor();
    await look(page, "lost-asked", kind);
    await page.goto(linkIn(await take("Set a new password"), "/login/link"));
    await look(page, "reset", kind);
    await send(page, "#pwd", "a bicycle that is green");
    await page.getByText("Your password is changed").waitFor();
    await look(page, "reset-done", kind);
    await page.goto(`${world.doors}/desk/login`);
    await page.getByRole("link", { name: "Lost your password?" }).waitFor();
    await look(page, "desk-log-in", kind);

    const guest = await world.visitor(window);
    await guest.goto(post.url);
    const form = await commentForm(guest);
    await writeComment(form, { text: "From a guest.", author: "Fay Lin", email: "fay@peer.test" }); // one mail a minute to an address
    await form.getByText("We sent a code to").waitFor();
    await look(guest, "guest", kind);
    await form.locator("#confirm-code").fill("000000");
    await form.getByRole("button", { name: "Confirm" }).click();
    await form.getByText("This is not the code.").waitFor();
    await look(guest, "guest-wrong", kind);
    const other = await world.visitor(window);
    await other.goto(linkIn(await take("Please confirm your comment"), "/login/link"));
    await look(other, "guest-link", kind);
  });
}
