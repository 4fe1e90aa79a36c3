// A blog and Rejoinder on two registrable domains over TLS, as on the Web: https://blog.test and https://comments.test,
// and a third one that isolates its pages, as providers of identities do. One server ends TLS for all of them, with a
// certificate that is made for the test; Chromium is told where the names are, and to take it.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer as createPlainServer, request as ask } from "node:http";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { WINDOWS, World, launchOptions, openWindow, startBlog, startRejoinder, stoppedAfter, watched } from "./harness.mjs";

const ACTION_MS = 15_000;
const NAMES = "--host-resolver-rules=MAP *.test 127.0.0.1";

/** Chromium's setting `cookie_controls_mode`. */
export const COOKIES = { allowed: 0, blocked: 1 };

/** Starts everything; `keepsFrameCookie: false` for a browser that takes the frame's cookie and never sends it. */
export async function startTwoDomains(context, { keepsFrameCookie = true, isolatedBlog = false, options = [] } = {}) {
  const started = stoppedAfter(context);
  const folder = await mkdtemp(join(tmpdir(), "rejoinder-tls-"));
  started.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const tls = await startTls(folder, { keepsFrameCookie, isolatedBlog });
  started.push(tls.stop);
  const blog = await startBlog("blog.test", tls.url("blog.test"));
  started.push(blog.stop);
  const server = await startRejoinder(options, tls.url("comments.test"));
  started.push(server.stop);
  tls.lead("blog.test", blog.port);
  tls.lead("comments.test", server.port);
  blog.advertise(server.url);

  await server.command(["site", "add", `${blog.url}/`, "--slug", "blog", "--title", "A blog"]);
  await server.command(["site", "set", "blog", "form_min_seconds", "0"]);
  const browser = await chromium.launch(await launchOptions([NAMES]));
  started.push(() => browser.close());
  const world = new TwoDomains(blog, server, browser);
  Object.assign(world, { isolating: `${tls.url("provider.test")}/`, folder, started });
  await world.publishEverything();
  return world;
}

class TwoDomains extends World {
  /** A new person in a private window. */
  visitor(options = {}) {
    return super.visitor({ ignoreHTTPSErrors: true, ...options });
  }

  /** A new person in an ordinary window, with third-party cookies as this setting has them. */
  async person(cookies) {
    const profile = await mkdtemp(join(this.folder, "profile-"));
    await mkdir(join(profile, "Default"));
    const settings = { profile: { cookie_controls_mode: cookies, block_third_party_cookies: cookies === COOKIES.blocked } };
    await writeFile(join(profile, "Default/Preferences"), JSON.stringify(settings));
    const options = { ...(await launchOptions([NAMES])), ...WINDOWS.desk, ignoreHTTPSErrors: true };
    const person = await chromium.launchPersistentContext(profile, options);
    this.started.push(() => person.close());
    person.setDefaultTimeout(ACTION_MS);
    return watched(await openWindow(person));
  }
}

/** The server that ends TLS. */
async function startTls(folder, { keepsFrameCookie, isolatedBlog }) {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const names = ["-subj", "/CN=comments.test", "-addext", "subjectAltName=DNS:*.test"];
  await promisify(execFile)("openssl", [...made, ...names, "-keyout", key, "-out", cert]);
  const ports = new Map();
  const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (request, response) => {
    const name = request.headers.host.split(":")[0];
    if (name === "provider.test") return providersPage(request, response);
    const { method, url, headers } = request;
    const asked = ask({ host: "127.0.0.1", port: ports.get(name), method, path: url, headers }, (answer) => {
      const given = { ...answer.headers };
      if (!keepsFrameCookie && given["set-cookie"]) {
        given["set-cookie"] = given["set-cookie"].filter((cookie) => !cookie.startsWith("__Host-rejoinder-frame="));
      }
      if (isolatedBlog && name === "blog.test") given["cross-origin-opener-policy"] = "same-origin";
      response.writeHead(answer.statusCode, given);
      answer.pipe(response);
    });
    asked.on("error", () => response.writeHead(502, { "Content-Type": "text/html; charset=utf-8" }).end("<p>The server is away."));
    request.pipe(asked);
    return undefined;
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: (name) => `https://${name}:${server.address().port}`,
    lead: (name, port) => ports.set(name, port),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A page that cuts every way to the window that opened it; asked to authorize, it asks the person. Its answer's address
 * ends as Facebook's does. */
function providersPage(request, response) {
  const headers = { "Content-Type": "text/html; charset=utf-8", "Cross-Origin-Opener-Policy": "same-origin" };
  const asked = new URL(request.url, "https://provider.test").searchParams;
  const answer = (fields) => `${asked.get("redirect_uri")}?${new URLSearchParams({ ...fields, state: asked.get("state") })}`;
  const ways = asked.has("state")
    ? `<a href="${answer({ code: "code" }).replaceAll("&", "&amp;")}#_=_">Yes</a> <a href="${answer({ error: "access_denied" }).replaceAll("&", "&amp;")}">No</a>`
    : "";
  response.writeHead(200, headers).end(`<!DOCTYPE html><html lang="en"><title>A provider</title><p>Is it you? ${ways}</p>`);
}

/** Offers GitHub at the blog, which is played by provider.test and by a server that Rejoinder alone talks to. */
export async function offerGitHub(world, user) {
  const answers = { "/token": { access_token: "token", token_type: "bearer" }, "/user": user, "/emails": [] };
  const server = createPlainServer((request, response) => {
    request.resume();
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(answers[request.url.split("?")[0]] ?? {}));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  world.started.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const behind = `http://127.0.0.1:${server.address().port}`;
  const places = {
    authorization_endpoint: `${world.isolating}authorize`,
    token_endpoint: `${behind}/token`,
    userinfo_endpoint: `${behind}/user`,
    emails_endpoint: `${behind}/emails`,
  };
  const settings = Object.entries(places).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  await world.server.command(["provider", "add", "github", "--site", "blog", "--client-id", "id", "--secret", ...settings], "secret\n");
}
