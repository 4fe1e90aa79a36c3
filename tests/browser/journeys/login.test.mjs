// Readers log in from the blog's page, which is on another domain than the server: with third-party cookies and without,
// in windows that are cut off, blocked or closed, in two tabs, and without scripts; and the blog's scripts get nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { WINDOWS, assertAccessible, assertFits, commentForm, screenshot, until, watched } from "../harness.mjs";
import { COOKIES, offerGitHub, startTwoDomains } from "../two_domains.mjs";

const LATE_MS = 20_000;
const IDENTIFIED = "You are commenting using your A blog account.";

/** A world with a post, and a reader who has an account here but is a member of another blog only. */
async function begin(context, options) {
  const world = await startTwoDomains(context, options);
  const post = await world.addPost("a-post", "A post");
  const password = "a bicycle that is blue";
  await world.server.command(["site", "add", "https://elsewhere.test/", "--slug", "elsewhere", "--title", "Elsewhere"]);
  await world.server.command(["site", "set", "blog", "siteurl", world.server.url]);
  const user = ["user", "add", "cleo", "--email", "cleo@peer.test", "--role", "subscriber", "--site", "elsewhere"];
  await world.server.command(user, `${password}\n`);
  return { world, post, reader: { login: "cleo", password } };
}

/** Clicks the icon of the account here; gives the window that opens. */
async function openLogIn(page, form) {
  const [popup] = await Promise.all([page.context().waitForEvent("page"), form.locator("#postas-account a").click()]);
  await popup.locator("#log").waitFor();
  return watched(popup);
}

async function fill(popup, { login, password }) {
  await popup.locator("#log").fill(login);
  await popup.locator("#pwd").fill(password);
}

/** Logs in in the window, which closes by itself. */
async function logInThere(popup, reader) {
  await fill(popup, reader);
  const closed = popup.waitForEvent("close", { timeout: LATE_MS });
  await popup.locator("#pwd").press("Enter").catch(() => {}); // it may be closed before the key is up
  await closed;
}

async function isIdentified(form) {
  await form.getByText(IDENTIFIED).waitFor({ timeout: LATE_MS });
}

async function post(page, form, text) {
  await form.locator("#comment").fill(text);
  await form.locator("#submit").click();
  const comment = page.locator("ol.commentlist li.byuser", { hasText: text });
  await comment.waitFor();
  assert.equal(await comment.locator(".fn").innerText(), "cleo");
}

/** The whole way: write half of it, log in, post, reload, log out. */
async function wholeWay(page, { post: { url }, reader }) {
  await page.goto(url);
  let form = await commentForm(page);
  await form.locator("#comment").fill("Half a thought");
  const popup = await openLogIn(page, form);
  await form.getByText("Connecting to A blog").waitFor();
  await logInThere(popup, reader);
  await isIdentified(form);
  assert.equal(await form.locator("#comment").inputValue(), "Half a thought", "nothing is lost");
  assert.equal(await form.locator("#author, #email, #url").count(), 0);
  await post(page, form, "A whole thought.");
  await page.reload();
  form = await commentForm(page);
  await isIdentified(form);
  await post(page, form, "Another one.");
  await form.getByRole("button", { name: "Log Out" }).click();
  await form.locator("#author").waitFor();
  await form.getByText("Fill in your details below or click an icon to log in:").waitFor();
  await page.reload();
  await (await commentForm(page)).locator("#author").waitFor();
  assert.deepEqual(page.complaints, []);
}

const frameCookies = async (page) =>
  (await page.context().cookies()).filter((cookie) => cookie.name === "__Host-rejoinder-frame");

for (const [kind, mode] of Object.entries(COOKIES)) {
  test(`a reader logs in from the blog's page with third-party cookies ${kind}`, async (context) => {
    const begun = await begin(context);
    const page = await begun.world.person(mode);
    // What the browser does with a cookie of another site that is not kept apart for each blog.
    const plain = { name: "plain", value: "1", url: begun.world.doors, secure: true, sameSite: "None" };
    await page.context().addCookies([plain]);
    const [asked] = await Promise.all([page.waitForRequest(/\/embed\/form\?/), page.goto(begun.post.url).then(() => commentForm(page))]);
    const { cookie = "" } = await asked.allHeaders();
    assert.equal(cookie.includes("plain=1"), kind === "allowed", `cookies: ${cookie}`);
    await wholeWay(page, begun);
  });
}

test("a reader logs in in a private window, and the cookie is of this blog's pages alone", async (context) => {
  const begun = await begin(context);
  const page = await begun.world.visitor();
  await page.goto(begun.post.url);
  const form = await commentForm(page);
  await logInThere(await openLogIn(page, form), begun.reader);
  await isIdentified(form);
  const [cookie] = await frameCookies(page);
  assert.ok(cookie.httpOnly && cookie.secure && cookie.sameSite === "None", JSON.stringify(cookie));
  assert.match(cookie.partitionKey ?? "", /blog\.test/);
  await page.context().clearCookies();
  await page.reload();
  await wholeWay(page, begun);
});

test("where the frame's cookie is not kept, the script's token takes its place", async (context) => {
  const begun = await begin(context, { keepsFrameCookie: false });
  const page = await begun.world.visitor();
  await wholeWay(page, begun);
  assert.deepEqual(await frameCookies(page), []);
});

test("a browser without BroadcastChannel logs in all the same", async (context) => {
  const { world, post: { url }, reader } = await begin(context);
  const page = await world.visitor();
  await page.context().addInitScript(() => { delete window.BroadcastChannel; });
  await page.goto(url);
  const form = await commentForm(page);
  await logInThere(await openLogIn(page, form), reader);
  await isIdentified(form);
  await post(page, form, "Without channels.");
  assert.deepEqual(page.complaints, []);
});

test("a window that a provider's page cuts off is found by asking", async (context) => {
  const { world, post: { url }, reader } = await begin(context);
  const page = await world.visitor();
  await page.goto(url);
  const form = await commentForm(page);
  const popup = await openLogIn(page, form);
  const handover = popup.locator("form[action$='/login/account'] [name=handover]");
  await until(LATE_MS, "the window has the challenge", async () => (await handover.inputValue()).length === 43);
  const challenge = await handover.inputValue();
  await popup.goto(world.isolating);
  await form.locator("#comment-form-nascar").waitFor(); // it seems closed: choosing begins again
  await popup.goto(`${world.doors}/login?p=1`);
  assert.equal(await popup.evaluate(() => window.opener), null);
  // As a provider's answer would bring it back.
  await handover.evaluate((field, value) => { field.value = value; }, challenge);
  await logInThere(popup, reader);
  await isIdentified(form);
  await post(page, form, "Found by asking.");
});

test("a reader logs in with GitHub, whose page cuts the window off, and comments", async (context) => {
  const { world, post: { url, threadPage } } = await begin(context);
  await offerGitHub(world, { id: 7, login: "cleo-codes", name: "Cleo Codes", html_url: "https://github.example/cleo" });
  const page = await world.visitor();
  await page.goto(url);
  const form = await commentForm(page);
  await form.locator("#comment").fill("Half a thought");
  await screenshot(page, "login-with-github");
  const [popup] = await Promise.all([page.context().waitForEvent("page"), form.locator("#postas-github a").click()]);
  await popup.getByRole("link", { name: "No" }).click(); // the window went there by itself
  await popup.getByText("You did not log in with GitHub.").waitFor();
  await screenshot(popup, "login-with-github-refused");
  await form.locator("#comment-form-nascar").waitFor(); // to the form the window seems closed

  // The window has no way to the form any more, and yet the next try is for it.
  await popup.getByRole("button", { name: "Try again" }).click();
  await popup.getByRole("button", { name: "Continue with GitHub" }).click();
  await popup.getByRole("link", { name: "Yes" }).click();
  await form.getByText("Cleo Codes: You are commenting using your GitHub account.").waitFor({ timeout: LATE_MS });
  assert.equal(await form.locator("#postas-github [aria-current=true]").count(), 1);
  await assertAccessible(page);
  await screenshot(page, "login-with-github-identified");
  assert.equal(await form.locator("#comment").inputValue(), "Half a thought");
  await form.locator("#submit").click();
  await page.locator("ol.commentlist li.byuser", { hasText: "Half a thought" }).waitFor();
  assert.deepEqual(page.complaints, []);

  const plain = await world.visitor({ javaScriptEnabled: false });
  await plain.goto(threadPage);
  await plain.locator("#postas-github a").click();
  await plain.getByRole("button", { name: "Continue with GitHub" }).click();
  await plain.getByRole("link", { name: "Yes" }).click();
  await plain.waitForURL(`${threadPage}#respond`);
  await plain.getByText("Cleo Codes: You are commenting using your GitHub account.").waitFor();
});

test("where windows are blocked there is a link, and it works as well", async (context) => {
  const { world, post: { url }, reader } = await begin(context);
  const page = await world.visitor();
  await page.addInitScript(() => { window.open = () => null; });
  await page.goto(url);
  const form = await commentForm(page);
  await form.locator("#postas-account a").click();
  const link = form.getByRole("link", { name: "open the log-in page" });
  await link.waitFor();
  await assertAccessible(page);
  await screenshot(page, "login-blocked");
  const [popup] = await Promise.all([page.context().waitForEvent("page"), link.click()]);
  await popup.locator("#log").waitFor();
  const handover = popup.locator("form[action$='/login/account'] [name=handover]");
  await until(LATE_MS, "the window has the challenge", async () => (await handover.inputValue()).length === 43);
  await fill(popup, reader);
  await popup.locator("#pwd").press("Enter").catch(() => {});
  await isIdentified(form);
  await post(page, form, "By the link.");
});

test("on a blog that isolates its pages the log-in goes on to the thread's own page", async (context) => {
  const { world, post: { url, threadPage }, reader } = await begin(context, { isolatedBlog: true });
  const page = await world.visitor();
  await page.goto(url);
  const form = await commentForm(page);
  const [popup] = await Promise.all([page.context().waitForEvent("page"), form.locator("#postas-account a").click()]);
  await form.getByText("If a window opened, log in and write your comment there.").waitFor();
  await fill(popup, reader);
  await popup.locator("#pwd").press("Enter");
  await popup.waitForURL(`${threadPage}#respond`);
  await popup.getByText(IDENTIFIED).waitFor();
  await popup.locator("#comment").fill("On its own page.");
  await popup.locator("#submit").click();
  await popup.locator("ol.commentlist li.byuser", { hasText: "On its own page." }).waitFor();
  await form.getByRole("button", { name: "Cancel" }).click();
  await form.locator("#comment-form-nascar").waitFor();
});

test("a window that is closed or cancelled leads back to choosing", async (context) => {
  const { world, post: { url }, reader } = await begin(context);
  const page = await world.visitor();
  await page.goto(url);
  const form = await commentForm(page);
  await (await openLogIn(page, form)).close();
  await form.locator("#comment-form-nascar").waitFor();
  const popup = await openLogIn(page, form);
  const closed = popup.waitForEvent("close");
  await form.getByRole("button", { name: "Cancel" }).click();
  await closed;
  await form.locator("#comment-form-nascar").waitFor();
  await logInThere(await openLogIn(page, form), reader);
  await isIdentified(form);
  assert.deepEqual(page.complaints, []);
});

test("two tabs log in at once, and a log-out in one is seen in the other", async (context) => {
  const { world, post: { url }, reader } = await begin(context);
  const one = await world.visitor();
  const two = watched(await one.context().newPage());
  const forms = [];
  for (const tab of [one, two]) {
    await tab.goto(url);
    forms.push(await commentForm(tab));
  }
  const popups = [await openLogIn(one, forms[0]), await openLogIn(two, forms[1])];
  await logInThere(popups[1], reader);
  await isIdentified(forms[1]);
  await logInThere(popups[0], reader);
  await isIdentified(forms[0]);
  await post(one, forms[0], "In the first tab.");
  await forms[0].locator("#comment").fill("Still being written.");
  await forms[1].getByRole("button", { name: "Log Out" }).click();
  await forms[0].locator("#author").waitFor();
  assert.equal(await forms[0].locator("#comment").inputValue(), "Still being written.");
  assert.deepEqual([one.complaints, two.complaints], [[], []]);
});

test("a comment that comes too late for its log-in says so, and keeps the text", async (context) => {
  const { world, post: { url }, reader } = await begin(context);
  const page = await world.visitor();
  await page.goto(url);
  const form = await commentForm(page);
  await logInThere(await openLogIn(page, form), reader);
  await isIdentified(form);
  await page.context().clearCookies();
  await form.locator("#comment").fill("Written too late.");
  await form.locator("#submit").click();
  await form.getByText("Log in again, and send it once more.").waitFor();
  await form.locator("#author").waitFor(); // the form of a guest, with the text
  assert.equal(await form.locator("#comment").inputValue(), "Written too late.");
  await logInThere(await openLogIn(page, form), reader);
  await isIdentified(form);
  await form.locator("#submit").click();
  await page.locator("ol.commentlist li.byuser", { hasText: "Written too late." }).waitFor();
});

test("a server that is killed while somebody logs in leaves nothing half made, and the same windows go on", async (context) => {
  const { world, post: { url }, reader } = await begin(context);
  const page = await world.visitor();
  await page.goto(url);
  const form = await commentForm(page);
  await form.locator("#comment").fill("Begun before it fell.");
  const popup = await openLogIn(page, form);
  const handover = popup.locator("form[action$='/login/account'] [name=handover]");
  await until(LATE_MS, "the window has the challenge", async () => (await handover.inputValue()).length === 43);
  let again = await world.server.kill();
  await fill(popup, reader);
  await popup.locator("#pwd").press("Enter");
  await popup.getByText("The server is away.").waitFor(); // as a proxy says it
  await again();
  await popup.goBack();
  await popup.locator("#log").waitFor();
  again = await world.server.kill(); // and once more, between the log-in and its fetching
  await again();
  await logInThere(popup, reader);
  await isIdentified(form);
  assert.equal(await form.locator("#comment").inputValue(), "Begun before it fell.");
  await post(page, form, "Begun before it fell, and finished.");
});

test("who is logged in already goes on with one press, and may change", async (context) => {
  const { world, post: { url }, reader } = await begin(context);
  const page = await world.visitor();
  await page.goto(`${world.doors}/login?p=1`);
  await fill(page, reader);
  await page.locator("#pwd").press("Enter");
  await page.getByText(IDENTIFIED).waitFor();
  await page.goto(url);
  const form = await commentForm(page);
  const popup = await openLogIn(page, form);
  const closed = popup.waitForEvent("close");
  await popup.getByRole("button", { name: "Continue as cleo" }).click();
  await closed;
  await isIdentified(form);
  await form.getByRole("link", { name: "Change" }).click();
  await form.getByText("Click an icon to log in with another account:").waitFor();
  assert.deepEqual(await form.locator("#comment-form-nascar [aria-current]").evaluateAll((all) => all.map((a) => a.dataset.name)), ["A blog"]);
  const picture = form.locator("#comment-form-service img");
  assert.ok(await picture.evaluate((image) => image.complete && image.naturalWidth > 0), "the picture beside the name");
  await assertAccessible(page);
  await screenshot(page, "login-changing");
});

test("the blog's scripts reach neither the session nor the hand-over", async (context) => {
  const { world, post: { url }, reader } = await begin(context);
  const page = await world.visitor();
  await page.goto(url);
  const form = await commentForm(page);

  // The blog opens the window itself, and offers a challenge of its own.
  const [trap] = await Promise.all([
    page.context().waitForEvent("page"),
    page.evaluate((address) => {
      globalThis.heard = [];
      addEventListener("message", ({ origin, data }) => globalThis.heard.push([origin, JSON.stringify(data)]));
      globalThis.trap = window.open(address);
    }, `${world.doors}/login?p=1&handover=${"A".repeat(43)}`),
  ]);
  await trap.locator("#log").waitFor();
  await page.evaluate((origin) => {
    for (const to of [origin, "*"]) globalThis.trap.postMessage({ rejoinder: "challenge", challenge: "A".repeat(43) }, to);
  }, world.doors);
  await trap.evaluate(() => new Promise((done) => { setTimeout(done, 0); })); // what was sent has arrived
  for (const field of await trap.locator("[name=handover]").all()) assert.equal(await field.inputValue(), "");
  await fill(trap, reader);
  await trap.locator("#pwd").press("Enter");
  await trap.waitForURL(/#respond$/); // on to the thread's own page: nobody waits
  await trap.close();

  // A log-in of the frame, while the blog's page listens, forges and asks.
  const popup = await openLogIn(page, form);
  await page.evaluate((origin) => {
    const frame = document.querySelector('iframe[src*="/embed/form"]').contentWindow;
    for (const rejoinder of ["challenge?", "logged-in"]) frame.postMessage({ rejoinder }, origin);
  }, world.doors);
  const closed = popup.waitForEvent("close");
  await popup.getByRole("button", { name: "Continue as cleo" }).click();
  await closed;
  await isIdentified(form);
  const got = await page.evaluate(async (doors) => {
    const frame = document.querySelector('iframe[src*="/embed/form"]');
    const tries = {
      document: () => frame.contentWindow.document.cookie,
      storage: () => frame.contentWindow.sessionStorage.length,
      me: async () => (await fetch(`${doors}/login/me`, { credentials: "include" })).text(),
      form: async () => (await fetch(`${doors}/embed/form?p=1`, { credentials: "include" })).text(),
      claim: async () => (await fetch(`${doors}/login/claim`, {
        method: "POST", credentials: "include", body: JSON.stringify({ verifier: "A".repeat(43) }),
        headers: { "Content-Type": "application/json" },
      })).text(),
      out: async () => (await fetch(`${doors}/login/out`, { method: "POST", credentials: "include", body: new URLSearchParams({ csrf: "x" }) })).text(),
    };
    const results = {};
    for (const [name, attempt] of Object.entries(tries)) {
      try {
        results[name] = await attempt() ?? "nothing";
      } catch (error) {
        results[name] = `refused: ${error.name}`;
      }
    }
    results.own = document.cookie + JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage });
    return { results, heard: globalThis.heard };
  }, world.doors);
  const { own, ...results } = got.results;
  for (const [name, result] of Object.entries(results)) assert.match(result, /^refused: /, name);
  assert.equal(own, "{}{}");
  const said = got.heard.map(([, data]) => JSON.parse(data).rejoinder);
  assert.deepEqual(said.filter((name) => !["ready", "height", "posted", "cancel", "own"].includes(name)), []);
  assert.ok(!/cleo|challenge/.test(JSON.stringify(got.heard)), JSON.stringify(got.heard));
  await post(page, form, "Still logged in.");
});

test("a reader logs in, comments, and logs out without JavaScript", async (context) => {
  const { world, post: { threadPage }, reader } = await begin(context);
  const page = await world.visitor({ javaScriptEnabled: false });
  await page.goto(threadPage);
  await page.locator("#postas-account a").click();
  await fill(page, { ...reader, password: "a wrong one" });
  await page.locator("#pwd").press("Enter");
  await page.getByText("The username or password you entered is incorrect.").waitFor();
  await fill(page, reader);
  await page.locator("#pwd").press("Enter");
  await page.waitForURL(`${threadPage}#respond`);
  await page.getByText(IDENTIFIED).waitFor();
  await page.locator("#comment").fill("Without scripts.");
  await page.locator("#submit").click();
  await page.locator("ol.commentlist li.byuser", { hasText: "Without scripts." }).waitFor();
  await page.goto(threadPage);
  await page.getByRole("link", { name: "Change" }).click();
  await page.getByRole("button", { name: "Continue as cleo" }).click();
  await page.waitForURL(`${threadPage}#respond`);
  await page.getByRole("button", { name: "Log Out" }).click();
  await page.waitForURL(`${threadPage}#respond`);
  await page.locator("#author").waitFor();
});

const LOOKS = { ...WINDOWS, "phone-dark": { ...WINDOWS.phone, colorScheme: "dark" } };

for (const [kind, window] of Object.entries(LOOKS)) {
  test(`every state of the log-in is accessible, and pictured: ${kind}`, async (context) => {
    const { world, post: { url, threadPage }, reader } = await begin(context);
    const page = await world.visitor(window);
    const look = async (shown, name) => {
      await assertAccessible(shown);
      await assertFits(shown);
      await screenshot(shown, `login-${name}-${kind}`);
    };
    await page.goto(url);
    const form = await commentForm(page);
    await look(page, "choosing");
    const popup = await openLogIn(page, form);
    await popup.reload(); // axe in it knows the empty page before only
    await popup.setViewportSize({ width: Math.min(500, window.viewport.width), height: 680 });
    await look(popup, "window");
    await form.getByText("Connecting to A blog").waitFor();
    await look(page, "connecting");
    await fill(popup, { ...reader, password: "a wrong one" });
    await popup.locator("#pwd").press("Enter");
    await popup.locator("#login-error").waitFor();
    await look(popup, "window-refused");
    await logInThere(popup, reader);
    await isIdentified(form);
    await look(page, "identified");
    const own = watched(await page.context().newPage());
    own.hasScripts = true;
    await own.goto(threadPage);
    await own.getByText(IDENTIFIED).waitFor();
    await look(own, "thread-page");
    await own.goto(`${world.doors}/login?p=1`);
    await look(own, "window-known");
    await own.close();
    await form.getByRole("link", { name: "Change" }).click();
    await look(page, "changing");
    await world.server.command(["site", "set", "blog", "comment_registration", "1"]);
    await form.getByRole("button", { name: "Log Out" }).click();
    await form.getByText("You must be").waitFor();
    await look(page, "required");
    assert.deepEqual(page.complaints, []);
  });
}

const WITH_SECRETS = ["github", "google", "facebook", "x", "discord", "microsoft"];
const WITHOUT = ["wordpress-com", "mastodon", "indieauth", "wordpress"];

test("with every provider the form and the window hold together", async (context) => {
  const { world, post: { url } } = await begin(context);
  const add = (kind, more = []) => world.server.command(["provider", "add", kind, "--site", "blog", ...more], "secret\n");
  for (const kind of WITH_SECRETS) await add(kind, ["--client-id", "id", "--secret"]);
  for (const kind of WITHOUT) await add(kind);
  for (const [kind, window] of Object.entries(LOOKS)) {
    const page = await world.visitor(window);
    const look = async (name) => {
      await assertAccessible(page);
      await assertFits(page);
      await screenshot(page, `login-${name}-${kind}`);
    };
    await page.goto(url);
    const form = await commentForm(page);
    assert.equal(await form.locator("#comment-form-nascar li").count(), WITH_SECRETS.length + WITHOUT.length + 1);
    await look("all-providers");
    await page.goto(`${world.doors}/login?p=1`);
    await look("window-all-providers");
    await page.goto(`${world.doors}/login?p=1&provider=mastodon`);
    assert.equal(await page.locator(".ways li").first().innerText().then((words) => words.includes("Mastodon")), true);
    await page.goto(`${world.doors}/login?p=1&provider=account`);
    await page.getByRole("link", { name: "Other ways to log in" }).click();
    await page.getByRole("button", { name: "Continue with GitHub" }).waitFor();
    assert.deepEqual(page.complaints, []);
  }
});

test("however many ways there are, up to three rows on a telephone, room is kept for their icons", async (context) => {
  const { world, post: { url } } = await begin(context);
  const missing = async (window) => {
    const page = await world.visitor(window);
    await page.goto(url);
    await commentForm(page);
    return page.evaluate(() => {
      const place = document.querySelector(".rejoinder-place");
      return place.querySelector("iframe").getBoundingClientRect().height - parseFloat(getComputedStyle(place).minBlockSize);
    });
  };
  const assertRoom = async (what, widths) => {
    for (const width of widths) {
      const short = await missing({ viewport: { width, height: 900 }, colorScheme: "light" });
      assert.ok(short <= 0, `${what}, ${width} pixels wide: ${short} pixels are missing`);
    }
  };
  await assertRoom("one way", [320, 340, 360, 390, 412, 480, 576, 600, 640, 700, 1280]);
  let ways = 1; // the account here
  for (const many of [8, 15, 21]) {
    for (; ways < many; ways += 1) {
      const house = ["--id", `house-${ways}`, "--name", `House ${ways}`, "--issuer", "https://house.test", "--client-id", "id"];
      await world.server.command(["provider", "add", "oidc", "--site", "blog", ...house]);
    }
    await assertRoom(`${many} ways`, [WINDOWS.phone.viewport.width, WINDOWS.desk.viewport.width]);
  }
});
