// What the queue does better with scripts: the page's own forms are sent in place, forms that want a page
// open in the row, and the keyboard works as in WordPress. Without it everything is a plain form.
"use strict";

const live = document.getElementById("live");
const problem = document.getElementById("problem");
const parser = new DOMParser();

const queue = () => document.getElementById("queue");
const rows = () => [...document.querySelectorAll(".rows > .row")];
const current = () => document.activeElement?.closest(".rows > .row");

/** Says something to screen readers. */
function announce(words) {
  live.textContent = "";
  setTimeout(() => { live.textContent = words; }, 50);
}

/** Moves to a row and brings it into view. */
function go(row) {
  if (!row) return;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

/** Fetches a page of the desk as a document. */
async function load(url, options) {
  const response = await fetch(url, { credentials: "same-origin", ...options });
  const page = parser.parseFromString(await response.text(), "text/html");
  return { response, page };
}

/** Says why something was not done, in the server's words. */
function refuse(page) {
  const said = page?.querySelector("#error, .card, .told.bad");
  const place = problem.querySelector(".said");
  place.replaceChildren(...(said ? [...said.cloneNode(true).childNodes] : [document.createTextNode("The server did not answer. Try again in a moment.")]));
  problem.showModal();
}

/** Puts a list that the server sent in place of the one shown, and keeps the reader's place in it. */
function show(page, near) {
  const fresh = page.getElementById("queue");
  const there = rows().indexOf(near);
  queue().replaceWith(document.adoptNode(fresh));
  const count = page.getElementById("pending-count");
  const shown = document.getElementById("pending-count");
  if (count && shown) shown.replaceWith(document.adoptNode(count));
  else if (shown) shown.remove();
  document.title = page.title;
  history.replaceState(null, "", queue().dataset.back);
  enhance();
  const told = document.querySelector("#notice .told p");
  if (told) announce(told.textContent.trim());
  const list = rows();
  if (there >= 0) go(document.getElementById(near.id) ?? list[Math.min(there, list.length - 1)] ?? null);
  if (there >= 0 && !list.length) document.getElementById("main").focus();
}

/** Sends a form and shows the list that comes back; a form that comes back is shown where the old one was. */
async function send(form, submitter) {
  const row = form.closest(".rows > .row") ?? current();
  if (row) row.setAttribute("aria-busy", "true");
  let answer;
  try {
    const body = new URLSearchParams(new FormData(form, submitter));
    answer = await load(form.getAttribute("action"), { method: "POST", body });
  } catch {
    answer = null;
  }
  row?.removeAttribute("aria-busy");
  if (answer?.page.getElementById("queue")) {
    show(answer.page, row);
    return;
  }
  const again = answer?.page.getElementById(form.id || "none");
  if (again && form.parentElement.classList.contains("inline")) {
    open(row, again);
    return;
  }
  refuse(answer?.page);
}

/** Opens a form of another page in the row. */
function open(row, form) {
  close();
  const place = document.createElement("div");
  place.className = "inline";
  form.dataset.inline = "";
  form.setAttribute("aria-label", form.dataset.title ?? "");
  form.querySelectorAll('[name="back"]').forEach((field) => { field.value = queue().dataset.back; });
  place.append(document.adoptNode(form));
  row.append(place);
  (place.querySelector('[role="alert"]') ? place.querySelector("input:not([type=hidden]), textarea") : place.querySelector("textarea, [autofocus], input:not([type=hidden])"))?.focus();
  const alert = place.querySelector('[role="alert"]');
  if (alert) announce(alert.textContent);
}

/** Closes the form that is open in a row, and goes back to the row. */
function close() {
  const place = document.querySelector(".row > .inline");
  const row = place?.parentElement;
  const had = place?.contains(document.activeElement);
  place?.remove();
  if (had) go(row);
}

async function openInRow(link) {
  const row = link.closest(".row");
  try {
    const { page } = await load(link.href);
    const form = page.querySelector("#reply-form, #edit-form, #confirm-form");
    if (form) open(row, form);
    else refuse(page);
  } catch {
    refuse(null);
  }
}

/** Presses what stands for a key in the row. */
function press(row, key) {
  const target = row?.querySelector(`.actions [data-key="${key}"]`);
  target?.click();
}

/** Applies a bulk action to what is selected. */
function bulk(verb) {
  const form = document.getElementById("bulk");
  const choice = form?.elements.action;
  if (!choice || ![...choice.options].some((option) => option.value === verb)) return;
  choice.value = verb;
  form.requestSubmit();
}

function selectAll(on) {
  document.querySelectorAll('.pick input[type="checkbox"]').forEach((box) => { box.checked = on; });
  const all = document.getElementById("all");
  if (all) all.checked = on;
}

/** The next or previous row; at the edge, the next or previous page (WordPress's hotkeys_highlight). */
function step(by) {
  const list = rows();
  const at = list.indexOf(current());
  const next = at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by;
  if (list[next]) return go(list[next]);
  const { next: forward, previous: back } = queue().dataset;
  if (by > 0 && forward) location.href = `${forward}&hotkeys_highlight_first=1`;
  if (by < 0 && back) location.href = `${back}&hotkeys_highlight_last=1`;
}

const plainKeys = {
  j: () => step(1),
  k: () => step(-1),
  x: () => current()?.querySelector('.pick input[type="checkbox"]')?.click(),
  "?": () => document.getElementById("keys").showModal(),
};
for (const key of "ausdzrqe") plainKeys[key] = () => press(current(), key);

const shiftKeys = {
  x: () => selectAll(!document.getElementById("all")?.checked),
  a: () => bulk("approve"),
  u: () => bulk("unapprove"),
  s: () => bulk("spam"),
  t: () => bulk("trash"),
  d: () => bulk("delete"),
  z: () => bulk([...document.getElementById("bulk")?.elements.action.options ?? []].some((o) => o.value === "unspam") ? "unspam" : "untrash"),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.querySelector(".row > .inline")) {
    close();
    return;
  }
  if (document.body.dataset.shortcuts !== "on" || !queue()) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog[open], [contenteditable]")) return;
  const isHelp = event.key === "?";
  const action = event.shiftKey && !isHelp ? shiftKeys[event.key.toLowerCase()] : plainKeys[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("inline" in form.dataset)) return;
  event.preventDefault();
  send(form, event.submitter);
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  const link = event.target.closest("a");
  if (link && "inRow" in link.dataset && link.closest(".rows")) {
    event.preventDefault();
    openInRow(link);
  } else if (link?.classList.contains("cancel") && link.closest(".inline")) {
    event.preventDefault();
    close();
  } else if (event.target.closest("#help")) {
    document.getElementById("keys").showModal();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.id === "all") selectAll(event.target.checked);
});

/** Shows what only scripts can do. */
function enhance() {
  document.querySelectorAll(".js-only").forEach((part) => {
    part.hidden = part.id === "keys-note" && document.body.dataset.shortcuts !== "on";
  });
}

enhance();
if (queue()) {
  const query = new URLSearchParams(location.search);
  if (query.has("hotkeys_highlight_first")) go(rows()[0]);
  if (query.has("hotkeys_highlight_last")) go(rows().at(-1));
  const told = document.querySelector("#notice .told p");
  // A notice is told once: a reload or a bookmark must not tell it again.
  if (told || query.has("hotkeys_highlight_first") || query.has("hotkeys_highlight_last")) history.replaceState(null, "", queue().dataset.back + location.hash);
  if (location.hash.startsWith("#comment-")) go(document.getElementById(location.hash.slice(1)));
}
