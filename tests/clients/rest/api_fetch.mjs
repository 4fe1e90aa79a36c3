// The npm package `@wordpress/api-fetch`, unmodified, as WordPress's own editor and plugins use it: with an
// application password, and as in a page, with the desk's cookie and a nonce that it renews by itself.

import assert from "node:assert/strict";
import { here } from "./here.mjs";

const { doors, post, authorization, cookie } = here;
const COMMENTS = "/wp/v2/comments";

globalThis.window = globalThis; // it asks for `window.fetch`
const { default: apiFetch } = await import("@wordpress/api-fetch");

let credentials = { Authorization: authorization };
const fetchAlone = globalThis.fetch;
globalThis.fetch = (url, options = {}) =>
  fetchAlone(new URL(url, doors), { ...options, headers: { ...options.headers, ...credentials } }); // as a browser adds its own
let root = `${doors}/wp-json/`;
apiFetch.use((options, next) => apiFetch.createRootURLMiddleware(root)(options, next));

async function all(what) {
  const own = await apiFetch({ path: COMMENTS, method: "POST", data: { post, content: `By api-fetch, ${what}.` } });
  assert.equal(own.status, "approved");
  const edited = await apiFetch({ path: `${COMMENTS}/${own.id}`, method: "PUT", data: { content: "Edited." } });
  assert.equal(edited.content.raw, "Edited.");
  const held = await apiFetch({ path: `${COMMENTS}/${own.id}`, method: "PATCH", data: { status: "hold" } });
  assert.equal(held.status, "hold");
  const waiting = await apiFetch({ path: `${COMMENTS}?status=hold&context=edit&_fields=id,content.raw` });
  assert.deepEqual(waiting, [{ id: own.id, content: { raw: "Edited." } }]);
  const response = await apiFetch({ path: `${COMMENTS}/${own.id}`, method: "OPTIONS", parse: false });
  assert.equal(response.headers.get("allow"), "GET, POST, PUT, PATCH, DELETE");
  // DELETE goes as POST with a header that says so.
  const gone = await apiFetch({ path: `${COMMENTS}/${own.id}?force=true`, method: "DELETE" });
  assert.equal(gone.deleted, true);
  await assert.rejects(apiFetch({ path: `${COMMENTS}/${own.id}` }), { code: "rest_comment_invalid_id" });
}

await all("with a password");

// The other form of the address.
root = `${doors}/?rest_route=/`;
await all("by plain addresses");
root = `${doors}/wp-json/`;

// More than a page: it follows the links to the next ones.
const many = 101;
for (let n = 0; n < many; n++) {
  await apiFetch({ path: COMMENTS, method: "POST", data: { post, content: `Number ${n}.` } });
}
const listed = await apiFetch({ path: `${COMMENTS}?per_page=-1&post=${post}&_fields=id` });
assert.equal(listed.length, many);
for (const { id } of listed) {
  await apiFetch({ path: `${COMMENTS}/${id}?force=true`, method: "DELETE" });
}

// As in a page: the cookie alone is nobody, and an old nonce is renewed.
credentials = { Cookie: cookie };
await assert.rejects(apiFetch({ path: "/wp/v2/users/me" }), { code: "rest_not_logged_in" });
apiFetch.nonceMiddleware = apiFetch.createNonceMiddleware("an-old-nonce");
apiFetch.use(apiFetch.nonceMiddleware);
apiFetch.nonceEndpoint = `${doors}/wp-admin/admin-ajax.php?action=rest-nonce`;
assert.equal((await apiFetch({ path: "/wp/v2/users/me?context=edit" })).roles[0], "administrator");
assert.equal(apiFetch.nonceMiddleware.nonce.length, 32);
await all("with a cookie and a nonce");
