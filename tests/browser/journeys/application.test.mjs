// An application sends its user for a password of its own, as the WordPress apps do, and uses it.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  MODERATOR,
  WINDOWS,
  assertAccessible,
  assertFits,
  screenshot,
  start,
} from "../harness.mjs";

const APP_ID = "5ca1ab1e-0000-4000-8000-000000000000";

/** Calls `wp.getUsersBlogs` as an application does. */
async function blogsOf(world, login, password) {
  const params = [login, password].map((value) => `<param><value><string>${value}</string></value></param>`).join("");
  const body = `<methodCall><methodName>wp.getUsersBlogs</methodName><params>${params}</params></methodCall>`;
  return (await fetch(`${world.doors}/xmlrpc.php`, { method: "POST", body })).text();
}

for (const [kind, window] of Object.entries(WINDOWS)) {
  test(`a password of its own for an application, and pictured: ${kind}`, async (context) => {
    const world = await start(context);
    const page = await world.visitor(window);
    const back = world.blog.addPage("/connected/", "Connected", "");
    const asked = new URLSearchParams({ app_name: "My App", app_id: APP_ID, success_url: `${back}?state=1` });

    await page.goto(`${world.doors}/wp-admin/authorize-application.php?${asked}`);
    await page.locator("[name=log]").fill(MODERATOR.login);
    await page.locator("[name=pwd]").fill(MODERATOR.password);
    await page.locator("[name=pwd]").press("Enter");
    await page.getByRole("heading", { name: "Authorize Application" }).waitFor();
    await assertAccessible(page);
    await assertFits(page);
    await screenshot(page, `desk-authorize-application-${kind}`);

    // The page's own policy must let the form lead back to the application.
    await page.getByRole("button", { name: "Yes, I approve of this connection" }).click();
    await page.waitForURL((url) => url.href.startsWith(back));
    const given = new URL(page.url()).searchParams;
    assert.equal(given.get("state"), "1");
    assert.equal(given.get("site_url"), world.doors);
    assert.equal(given.get("user_login"), MODERATOR.login);
    assert.match(await blogsOf(world, MODERATOR.login, given.get("password")), /<name>blogName<\/name>/);

    await page.goto(`${world.server.url}/desk/profile`);
    // The sessions above tell of their last use too.
    const passwords = page.getByRole("region", { name: "Application Passwords" });
    await passwords.getByText("Last used").waitFor();
    await passwords.locator("[name=name]").fill("A script");
    await page.getByRole("button", { name: "Add Application Password" }).click();
    const shown = page.locator("#new-application-password");
    await shown.waitFor();
    await assertAccessible(page);
    await assertFits(page);
    await screenshot(page, `desk-application-passwords-${kind}`);
    const password = await shown.textContent();
    assert.match(await blogsOf(world, MODERATOR.login, password), /<name>blogName<\/name>/);

    await page.getByRole("button", { name: "Revoke all application passwords" }).click();
    await page.getByText("All application passwords revoked.").waitFor();
    for (const revoked of [password, given.get("password")]) {
      assert.match(await blogsOf(world, MODERATOR.login, revoked), /Incorrect username or password\./);
    }
    assert.deepEqual(page.complaints, []);
  });
}
