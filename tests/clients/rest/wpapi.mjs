// The npm package `wpapi`, unmodified, finds the API, reads, and moderates with an application password.

import assert from "node:assert/strict";
import WPAPI from "wpapi";
import { here } from "./here.mjs";

const { doors, post, login, password } = here;
const wp = new WPAPI({ endpoint: `${doors}/wp-json`, username: login, password, auth: true });
const reader = new WPAPI({ endpoint: `${doors}/wp-json` });

// Finds the API by the header of a page, and its routes by the index.
const found = await WPAPI.discover(doors);
assert.equal(found._options.endpoint, `${doors}/wp-json/`);
assert.equal((await found.posts().id(post)).title.rendered, "A post");
// By a post's page too, though it puts a slash behind that address.
assert.equal((await WPAPI.discover(`${doors}/?p=${post}`))._options.endpoint, `${doors}/wp-json/`);

// Creates, as oneself and as a guest who waits.
const own = await wp.comments().create({ post, content: "By <b>wpapi</b>." });
assert.equal(own.status, "approved");
assert.equal(own.content.rendered, "<p>By <b>wpapi</b>.</p>\n");
const guest = await wp.comments().create({
  post,
  parent: own.id,
  author_name: "Ann Guest",
  author_email: "ann@peer.test",
  content: "A guest’s answer.",
});
assert.deepEqual([guest.status, guest.parent, guest.author], ["hold", own.id, 0]);

// Lists: readers see what is approved, moderators ask for what waits.
assert.deepEqual((await reader.comments().forPost(post)).map((comment) => comment.id), [own.id]);
const held = await wp.comments().param("status", "hold").context("edit");
assert.deepEqual(held.map((comment) => comment.author_email), ["ann@peer.test"]);
await assert.rejects(reader.comments().param("status", "hold").get(), { code: "rest_forbidden_param" });
await assert.rejects(reader.comments().create({ post, content: "Nobody." }), { code: "rest_comment_login_required" });

// Moderates and edits.
const approved = await wp.comments().id(guest.id).update({ status: "approved", content: "An edited answer." });
assert.deepEqual([approved.status, approved.content.raw], ["approved", "An edited answer."]);

// Pages, and embeds.
const first = await reader.comments().forPost(post).perPage(1).order("asc").embed();
assert.deepEqual([first._paging.total, first._paging.totalPages, first[0].id], [2, 2, own.id]);
assert.equal(first[0]._embedded.up[0].title.rendered, "A post");
assert.equal(first[0]._embedded.children[0][0].id, guest.id);
const second = await first._paging.next;
assert.deepEqual(second.map((comment) => comment.id), [guest.id]);

// Deletes: to the Trash, back, and for ever.
assert.equal((await wp.comments().id(guest.id).delete()).status, "trash");
assert.equal((await wp.comments().id(guest.id).update({ status: "untrash" })).status, "approved");
assert.equal((await wp.comments().id(guest.id).delete({ force: true })).deleted, true);
await assert.rejects(reader.comments().id(guest.id).get(), { code: "rest_comment_invalid_id" });

// Who am I, and a password that is wrong.
assert.equal((await wp.users().me().context("edit")).username, login);
const wrong = new WPAPI({ endpoint: `${doors}/wp-json`, username: login, password: "wrong", auth: true });
await assert.rejects(wrong.comments().get(), { code: "incorrect_password" });

await wp.comments().id(own.id).delete({ force: true });
