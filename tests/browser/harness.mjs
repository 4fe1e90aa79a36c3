// What the journeys share: Rejoinder in a folder of its own, a blog on another origin, Chromium, screenshots, axe.
//
// The blog is http://127.0.0.1:PORT and Rejoinder http://localhost:PORT, which are different sites to a browser, as
// they are on the Web; or both are of one site, where a journey says so. The blog's pages forbid inline scripts and styles and everything that is not named.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, mkdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const HERE = dirname(fileURLToPath(import.meta.url));
const SCREENSHOTS = join(HERE, "screenshots");
const BINARY = process.env.REJOINDER_BIN ?? join(HERE, "../../target/debug/rejoinder");
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

const READY_MS = 30_000;
const STOP_MS = 15_000;
const ACTION_MS = 15_000;
const COMMAND_MS = 60_000;

export const MODERATOR = { login: "moderator", password: "a long enough password" };

const MEMBER_PASSWORD = "a bicycle that is blue";

/** The windows that a person looks at: a phone, a desk, and the desk in the dark. */
export const WINDOWS = {
  phone: { viewport: { width: 390, height: 844 }, colorScheme: "light" },
  desk: { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
};

/** Starts everything that a journey needs, Rejoinder with these options; `context.after` of node:test stops it. */
export async function start(context, { oneSite = false, options = [] } = {}) {
  const started = stoppedAfter(context);
  const blog = await startBlog(oneSite ? "localhost" : "127.0.0.1");
  started.push(blog.stop);
  const server = await startRejoinder(options);
  started.push(server.stop);
  blog.advertise(server.url);

  await server.command(["site", "add", `${blog.url}/`, "--slug", "blog", "--title", "A blog"]);
  const user = ["user", "add", MODERATOR.login, "--email", "moderator@peer.test"];
  await server.command([...user, "--role", "administrator", "--site", "blog"], `${MODERATOR.password}\n`);
  await server.command(["site", "set", "blog", "comment_moderation", "1"]);
  await server.command(["site", "set", "blog", "form_min_seconds", "0"]); // a test types faster than a person

  const browser = await startChromium();
  started.push(() => browser.close());
  return new World(blog, server, browser);
}

/** Starts Rejoinder as somebody does who tries it: on an empty data folder, and nothing else. */
export async function startDemo(context) {
  const started = stoppedAfter(context);
  const server = await startRejoinder();
  started.push(server.stop);
  const browser = await startChromium();
  started.push(() => browser.close());
  return new World(null, server, browser);
}

/** What is pushed there is called after the test, the last first. */
export function stoppedAfter(context) {
  const started = [];
  context.after(async () => {
    for (const stop of started.reverse()) await stop();
  });
  return started;
}

/** Rejoinder, the blog and the browser of one journey. */
export class World {
  constructor(blog, server, browser) {
    this.blog = blog;
    this.server = server;
    this.browser = browser;
    this.doors = server.url; // the only site's are at the root
  }

  /** Makes a page on the blog, and its post; returns its addresses. */
  async addPost(slug, title, html = "<p>The words of the post.</p>") {
    const url = this.blog.addPage(`/${slug}/`, title, html);
    const id = await this.server.command(["post", "add", url, "--title", title, "--site", "blog"]);
    return { id, url, title, threadPage: `${this.doors}/?p=${id}` };
  }

  /** Sends a comment as WordPress's form does, without a browser; returns its id. */
  async comment(post, fields) {
    const form = { comment_post_ID: post.id, author: "Ada Berg", email: "ada@peer.test", url: "", ...fields };
    const answer = await fetch(`${this.server.direct}/wp-comments-post.php`, {
      method: "POST",
      body: new URLSearchParams(form),
      redirect: "manual",
    });
    assert.equal(answer.status, 302, await answer.text());
    return answer.headers.get("location").match(/#comment-(\d+)$/)[1];
  }

  /** Makes an account with a role. */
  async addMember(login, role) {
    const user = ["user", "add", login, "--email", `${login}@peer.test`, "--role", role, "--site", "blog"];
    await this.server.command(user, `${MEMBER_PASSWORD}\n`);
    return { login, password: MEMBER_PASSWORD };
  }

  /** Lets comments through unmoderated from now on. */
  async publishEverything() {
    for (const option of ["comment_moderation", "comment_previously_approved"]) {
      await this.server.command(["site", "set", "blog", option, "0"]);
    }
  }

  /** A new person: a browser window with no history. Its scripts may not fail and no policy may be broken. */
  async visitor(options = {}) {
    const person = await this.browser.newContext({ ...WINDOWS.desk, ...options });
    person.setDefaultTimeout(ACTION_MS);
    return watched(await openWindow(person), options);
  }
}

/** A window of a person's browser, in which axe is at hand. */
export async function openWindow(person) {
  await person.addInitScript({ path: AXE }); // so that the page's own policy does not keep it out
  return person.newPage();
}

/** Notes what goes wrong in a page. */
export function watched(page, options = {}) {
  page.complaints = [];
  page.hasScripts = options.javaScriptEnabled !== false;
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") page.complaints.push(message.text());
  });
  return page;
}

/** Signs in at the desk, in the page. */
export async function signIn(page, server, who = MODERATOR) {
  await page.goto(`${server.url}/desk/login`);
  await fillLogIn(page, who);
  await page.waitForURL((url) => url.pathname.startsWith("/desk") && url.pathname !== "/desk/login");
}

/** Fills in the log-in page that is shown, and sends it. */
export async function fillLogIn(page, who) {
  await page.locator("[name=log]").fill(who.login);
  await page.locator("[name=pwd]").fill(who.password);
  await page.locator("[name=pwd]").press("Enter");
}

/** The frame in which the comment form stands, once it can be written in. */
export async function commentForm(page) {
  await page.locator("section.rejoinder").scrollIntoViewIfNeeded();
  const frame = page.frameLocator('section.rejoinder iframe[src*="/embed/form"]');
  await frame.locator("html[data-themed] #comment").waitFor(); // styled, and told what the page looks like
  return frame;
}

/** Fills in the form, in a frame or a page, as a guest, and sends it. */
export async function writeComment(form, { text, author = "Ada Berg", email = "ada@peer.test" }) {
  await form.locator("#comment").fill(text);
  await form.locator("#author").fill(author);
  await form.locator("#email").fill(email);
  await form.locator("#submit").click();
}

/** Waits until the writer is told that the comment is held, in the page or in the frame of the form. */
export async function heldNotice(page) {
  await until(ACTION_MS, "the writer is told that the comment is held", async () => {
    const notices = page.frames().map((frame) => frame.getByText("Your comment is awaiting moderation.").count());
    return (await Promise.all(notices)).some((count) => count > 0);
  });
}

/** The row of the queue that shows these words. */
export function queueRow(page, text) {
  return page.locator('[id^="comment-"]', { hasText: text });
}

/** Opens the queue of what waits. */
export async function openQueue(page, server) {
  await page.goto(`${server.url}/desk/comments?comment_status=moderated`);
}

/** Writes a picture of the whole page for a person to look at. */
export async function screenshot(page, name) {
  await mkdir(SCREENSHOTS, { recursive: true });
  const window = page.viewportSize();
  // A frame below the window's edge is not painted: the window grows to the page first.
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ ...window, height: Math.max(height, window.height) });
  if (page.hasScripts) await Promise.all(page.frames().map((frame) => frame.evaluate(twoPaints)));
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  await page.setViewportSize(window);
}

const twoPaints = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

/** What moves and comes to rest has other colours on the way: it is looked at when it rests. */
const rest = () => {
  const ending = document.getAnimations().filter((animation) => Number.isFinite(animation.effect.getComputedTiming().endTime));
  return Promise.all(ending.map((animation) => animation.finished.catch(() => {})));
};

/** Fails when axe finds something serious or critical in the page or its frames. */
export async function assertAccessible(page) {
  for (const frame of page.frames()) {
    await frame.evaluate(rest);
    const { violations } = await frame.evaluate(() => globalThis.axe.run({ iframes: false, preload: false, resultTypes: ["violations"] }));
    const grave = violations.filter((violation) => ["serious", "critical"].includes(violation.impact));
    const told = grave.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((node) => node.html).join("\n  ")}`);
    assert.equal(told.join("\n"), "", `axe on ${frame.url()}`);
  }
}

/** Fails when the page can be scrolled sideways. */
export async function assertFits(page) {
  for (const frame of page.frames()) {
    const [content, window] = await frame.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(content <= window, `${frame.url()} is ${content} px wide in a window of ${window} px`);
  }
}

async function startChromium() {
  return chromium.launch(await launchOptions());
}

/** How Chromium is started, with these arguments more. */
export async function launchOptions(more = []) {
  return {
    executablePath: await findOnPath(process.env.REJOINDER_CHROMIUM ?? "chromium"),
    args: [
      ...more,
      "--no-sandbox", // a container's root cannot have one
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // The last one counts: Playwright's own list switches storage in frames of another site off, which every
      // browser has today, in a compartment for each site that they stand in. The form keeps its draft there.
      "--disable-features=DestroyProfileOnBrowserClose,HttpsUpgrades,MediaRouter,OptimizationHints,PaintHolding,RenderDocument,Translate",
    ],
  };
}

async function findOnPath(program) {
  const { stdout } = await promisify(execFile)("sh", ["-c", 'command -v "$1"', "sh", program]);
  return stdout.trim();
}

/** Starts Rejoinder with these options, for readers at this address. */
export async function startRejoinder(more = [], publicUrl = undefined) {
  const data = await mkdtemp(join(tmpdir(), "rejoinder-browser-"));
  const port = await freePort();
  const direct = `http://localhost:${port}`;
  const url = publicUrl ?? direct;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("REJOINDER_")));
  const options = ["--listen", `127.0.0.1:${port}`, "--data", data, "--public-url", url];
  let log = "";
  let child;
  let ended;
  const run = () => {
    child = spawn(BINARY, ["serve", ...options, "--no-limits", "--fetch-allow", "127.0.0.0/8", ...more], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (log = (log + chunk).slice(-8000)));
    ended = new Promise((resolve) => child.once("exit", resolve));
  };
  run();
  const killer = () => child.kill("SIGKILL");
  process.once("exit", killer);

  const stop = async () => {
    child.kill("SIGTERM");
    const late = setTimeout(killer, STOP_MS);
    await ended;
    clearTimeout(late);
    process.removeListener("exit", killer);
    await rm(data, { recursive: true, force: true });
  };
  /** kill -9; what is returned starts it again on the same data. */
  const kill = async () => {
    killer();
    await ended;
    return async () => {
      run();
      await ready();
    };
  };
  const command = async (words, input = "") => {
    const asked = promisify(execFile)(BINARY, [...words, "--data", data], { env, timeout: COMMAND_MS });
    asked.child.stdin.end(input);
    return (await asked).stdout.trim();
  };
  const ready = () => until(READY_MS, "Rejoinder gets ready", async () => {
    assert.equal(child.exitCode, null, `Rejoinder ended:\n${log}`);
    const answer = await fetch(`${direct}/readyz`).catch(() => null);
    return answer?.ok;
  });
  try {
    await ready();
  } catch (error) {
    await stop();
    throw error;
  }
  /** The first group of the pattern in what it said at its start. */
  const said = (pattern) => until(READY_MS, `Rejoinder says ${pattern}`, async () => log.match(pattern)?.[1]);
  return { url, direct, port, stop, kill, command, said };
}

/** A static blog: each page carries the one script tag, under a strict policy. */
export async function startBlog(host, publicUrl = undefined) {
  const pages = new Map();
  let embed = "";
  const server = createServer((request, response) => {
    if (request.url === "/favicon.ico") return response.writeHead(204).end();
    if (request.url === "/style.css") return response.writeHead(200, { "Content-Type": "text/css" }).end(BLOG_STYLE);
    const page = pages.get(request.url.split("?")[0]);
    response.writeHead(page ? 200 : 404, {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy":
        `default-src 'none'; base-uri 'none'; form-action 'none'; img-src 'self' ${embed}; script-src ${embed}; ` +
        `style-src 'self' ${embed}; connect-src ${embed}; frame-src ${embed}`,
    });
    response.end(page?.replaceAll("{EMBED}", embed));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  const url = publicUrl ?? `http://${host}:${port}`;
  return {
    url,
    port,
    advertise: (doors) => (embed = doors),
    addPage: (path, title, html, attributes = 'lang="en"', script = "") => {
      pages.set(path, blogPage(title, html, attributes, script));
      return url + path;
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

const BLOG_STYLE = `
  :root { color-scheme: light dark; background: light-dark(#fff, #17191d); color: light-dark(#222, #ddd); }
  body { max-width: 42rem; margin: 1rem auto; padding: 0 1rem; font-family: sans-serif; line-height: 1.5; }
  a { color: light-dark(#0645ad, #9cf); }
`;

function blogPage(title, html, attributes, script) {
  return `<!DOCTYPE html>
<html ${attributes}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/style.css">
<title>${title}</title>
</head>
<body>
<main>
<h1>${title}</h1>
${html}
<script async src="{EMBED}/embed.js"${script}></script>
</main>
<footer>The end of the page.</footer>
</body>
</html>`;
}

async function freePort() {
  const probe = createTcpServer();
  await new Promise((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Waits, with a bound, until `condition` gives something true, and returns that. */
export async function until(milliseconds, what, condition) {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const value = await condition();
    if (value) return value;
    assert.ok(Date.now() < deadline, `waited ${milliseconds} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
