// One's own account: a reader goes there from the comment form of a blog on another domain, changes and deletes what they
// wrote, adds a way to log in, takes a copy of their data along, and deletes the account; and how all of it looks.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { WINDOWS, assertAccessible, assertFits, commentForm, screenshot, until, watched } from "../harness.mjs";
import { offerGitHub, startTwoDomains } from "../two_domains.mjs";

const LATE_MS = 40_000;
const LOOKS = { ...WINDOWS, "phone-dark": { ...WINDOWS.phone, colorScheme: "dark" } };

/** A world with a post, and a reader who has an account here and no role on the blog. */
async function begin(context) {
  const world = await startTwoDomains(context);
  const post = await world.addPost("a-post", "A post that has readers");
  const reader = { login: "cleo", password: "a bicycle that is blue" };
  await world.server.command(["site", "add", "https://elsewhere.test/", "--slug", "elsewhere", "--title", "Elsewhere"]);
  await world.server.command(["site", "set", "blog", "siteurl", world.server.url]);
  await world.server.command(["site", "set", "blog", "comment_flood_seconds", "0"]);
  const user = ["user", "add", reader.login, "--email", "cleo@peer.test", "--role", "subscriber", "--site", "elsewhere"];
  await world.server.command(user, `${reader.password}\n`);
  return { world, post, reader };
}

/** Logs in at the log-in page that is shown. */
async function logIn(page, { login, password }) {
  await page.locator("#log").fill(login);
  await page.locator("#pwd").fill(password);
  await page.locator("#pwd").press("Enter").catch(() => {}); // the window may close before the key is up
}

/** Logs in from the comment form, by the window that it opens. */
async function logInFromForm(page, form, reader) {
  const [popup] = await Promise.all([page.context().waitForEvent("page"), form.locator("#postas-account a").click()]);
  await popup.locator("#log").waitFor();
  const closed = popup.waitForEvent("close", { timeout: LATE_MS });
  await logIn(popup, reader);
  await closed;
  await form.getByText("You are commenting using your A blog account.").waitFor({ timeout: LATE_MS });
}

async function write(page, form, text) {
  await form.locator("#comment").fill(text);
  await form.locator("#submit").click();
  await page.locator("ol.commentlist li.byuser", { hasText: text }).waitFor();
}

test("a reader changes a comment, takes their data along, and leaves, from the blog's page", async (context) => {
  const { world, post: { url }, reader } = await begin(context);
  await offerGitHub(world, { id: 7, login: "cleo-there", name: "Cleo at GitHub" });
  const page = await world.visitor();
  await page.goto(url);
  const form = await commentForm(page);
  await logInFromForm(page, form, reader);
  await screenshot(page, "account-frame");
  await write(page, form, "My frist words.");

  const [opened] = await Promise.all([page.context().waitForEvent("page"), form.getByRole("link", { name: "Your comments" }).click()]);
  const own = watched(opened);
  own.setDefaultTimeout(LATE_MS);
  await own.getByRole("heading", { name: "Your comments" }).waitFor();
  await own.getByText("Published").waitFor();
  await own.getByRole("link", { name: /^Edit/ }).click();
  await own.getByLabel("Comment", { exact: true }).fill("My first words.");
  await own.getByRole("button", { name: "Save" }).click();
  await own.getByText("Your comment was changed.").waitFor();
  await page.reload();
  await page.locator("ol.commentlist li", { hasText: "My first words." }).locator(".edited time").waitFor();

  await own.getByRole("link", { name: "Log-ins" }).click();
  await own.getByRole("button", { name: "Add GitHub" }).click();
  await own.getByRole("link", { name: "Yes" }).click();
  await own.getByText("You can log in by it from now on.").waitFor();
  await own.getByText("Cleo at GitHub", { exact: true }).waitFor();
  await own.getByRole("button", { name: /^Remove/ }).click();
  await own.getByText("It was removed").waitFor();

  await own.getByRole("link", { name: "Your data" }).click();
  const [download] = await Promise.all([own.waitForEvent("download"), own.getByRole("button", { name: "Download a copy" }).click()]);
  assert.match(download.suggestedFilename(), /^your-data-\d{4}-\d\d-\d\d\.json$/);
  const copy = JSON.parse(await readFile(await download.path(), "utf8"));
  assert.ok(JSON.stringify(copy.groups.find((group) => group.group_id === "comments")).includes("My first words."));

  await own.getByRole("link", { name: "Delete your account …" }).click();
  await own.getByLabel("Type “delete” to confirm").fill("delete");
  await own.getByLabel("Also delete the texts of my comments.").check();
  await own.getByRole("button", { name: "Delete my account for ever" }).click();
  await own.getByRole("heading", { name: "Your account is deleted" }).waitFor();
  await until(LATE_MS, "the comment names nobody", async () => {
    await page.reload();
    await page.locator("ol.commentlist li").first().waitFor();
    const words = await page.locator("ol.commentlist").innerText();
    return words.includes("Anonymous") && words.includes("This content was deleted by the author.") && !words.includes("cleo");
  });
  await (await commentForm(page)).locator("#author").waitFor();
  assert.deepEqual([...page.complaints, ...own.complaints], []);
});

test("a server that is killed while an account goes takes its name out of everything afterwards", async (context) => {
  const { world, post, reader } = await begin(context);
  const page = await world.visitor({ javaScriptEnabled: false });
  await page.goto(`${world.doors}/login?return_to=%2Faccount`);
  await logIn(page, reader);
  await page.waitForURL(/\/account$/);
  for (let n = 1; n <= 3; n += 1) {
    await page.goto(post.threadPage);
    await page.locator("#comment").fill(`Words number ${n}.`);
    await page.locator("#submit").click();
    await page.locator("ol.commentlist li.byuser", { hasText: `Words number ${n}.` }).waitFor();
  }
  await page.goto(`${world.doors}/account/delete`);
  await page.getByLabel("Type “delete” to confirm").fill("delete");
  await page.getByRole("button", { name: "Delete my account for ever" }).click();
  await page.getByRole("heading", { name: "Your account is deleted" }).waitFor();
  const startAgain = await world.server.kill();
  await startAgain();
  await until(LATE_MS, "no comment names anybody", async () => {
    await page.goto(post.threadPage);
    const words = await page.locator("ol.commentlist").innerText();
    return words.includes("Words number 3.") && !words.includes("cleo");
  });
  await page.goto(`${world.doors}/login?return_to=%2Faccount`);
  await logIn(page, reader);
  await page.getByText("The username or password you entered is incorrect.").waitFor();
});

test("without JavaScript a reader changes and deletes a comment", async (context) => {
  const { world, post: { threadPage }, reader } = await begin(context);
  const page = await world.visitor({ javaScriptEnabled: false });
  await page.goto(threadPage);
  await page.locator("#postas-account a").click();
  await logIn(page, reader);
  await page.waitForURL(`${threadPage}#respond`);
  await page.locator("#comment").fill("Without scripts.");
  await page.locator("#submit").click();
  await page.locator("ol.commentlist li.byuser", { hasText: "Without scripts." }).waitFor();
  await page.goto(threadPage);
  const [own] = await Promise.all([page.context().waitForEvent("page"), page.getByRole("link", { name: "Your comments" }).click()]);
  await own.getByRole("link", { name: /^Edit/ }).click();
  await own.getByLabel("Comment", { exact: true }).fill("<a href='https://a.test/'>a</a> <a href='https://b.test/'>b</a>");
  await own.getByRole("button", { name: "Save" }).click();
  await own.getByText("It is awaiting moderation.").waitFor();
  await own.getByRole("link", { name: /^Delete/ }).click();
  await own.getByRole("button", { name: "Delete this comment" }).click();
  await own.getByText("Your comment was deleted.").waitFor();
  await own.getByText("You have written nothing here yet.").waitFor();
});

for (const [kind, window] of Object.entries(LOOKS)) {
  test(`one's own account is accessible, and pictured: ${kind}`, async (context) => {
    const { world, post: { threadPage }, reader } = await begin(context);
    for (const provider of ["mastodon", "wordpress-com"]) await world.server.command(["provider", "add", provider, "--site", "blog"]);
    const page = await world.visitor(window);
    const look = async (name) => {
      await assertAccessible(page);
      await assertFits(page);
      await screenshot(page, `account-${name}-${kind}`);
    };
    await page.goto(`${world.doors}/account`);
    await page.getByRole("heading", { name: "Log in to your account" }).waitFor();
    await look("log-in");
    await logIn(page, reader);
    await page.getByText("You have written nothing here yet.").waitFor();
    await look("empty");
    for (const text of [`A thought, with one${"long".repeat(50)}word in it.`, "Another thought."]) {
      await page.goto(threadPage);
      await write(page, page, text);
    }
    await page.goto(threadPage);
    await look("form");
    await page.goto(`${world.doors}/account`);
    await page.getByRole("link", { name: /^Edit/ }).first().click();
    await look("edit");
    await page.getByLabel("Comment", { exact: true }).fill("<a href='https://a.test/'>a</a> <a href='https://b.test/'>b</a>, changed");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("It is awaiting moderation.").waitFor();
    await look("comments");
    await page.getByRole("link", { name: /^Delete/ }).first().click();
    await look("delete-comment");
    for (const [path, name] of [["subscriptions", "emails"], ["log-ins", "log-ins"], ["data", "data"], ["delete", "delete"]]) {
      await page.goto(`${world.doors}/account/${path}`);
      await look(name);
    }
    await page.getByLabel("Type “delete” to confirm").fill("no");
    await page.getByRole("button", { name: "Delete my account for ever" }).click();
    await page.locator("#delete-error").waitFor();
    await look("delete-refused");
    await page.goto(`${world.doors}/account/deleted`);
    await look("deleted");
    assert.deepEqual(page.complaints.filter((words) => !words.includes("400")), []);
  });
}
