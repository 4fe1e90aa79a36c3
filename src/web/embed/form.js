/*
 * Rejoinder's script in the frame that people write in: posts the comment without leaving the page,
 * says what is wrong at the field where it is wrong, and keeps the text until it has arrived. Without
 * it the form posts as any form does.
 *
 * What passes between the frame and the host page is written down at the head of embed.js.
 *
 * Logging in is login.js, loaded when somebody does; changing one's own comments is own.js, loaded for who is logged
 * in. The session is a cookie that no script reads, or where
 * the browser keeps none in a frame, a token that this script sends.
 *
 * Stored, in this origin only: the text of a comment until it is posted, under its post; name, e-mail
 * and website if the box that asks so is ticked; for as long as the frame takes to move, a comment that
 * waits; for the tab, the token. Where storage is blocked, all else works.
 */
(() => {
  'use strict';

  const ANSWER_WAIT_MS = 30_000;
  const DRAFT_WAIT_MS = 400;
  const NAME_CHARS_MAX = 245;

  const root = document.documentElement;
  const { host, base, back, assets } = root.dataset;
  const framed = window.parent !== window && Boolean(host);
  const main = document.querySelector('main');

  // What is there of the form; another one after somebody logged in or out.
  let form;
  let isMember; // is logged in, a member or not
  let title;
  let cancel;
  const find = () => {
    form = document.querySelector('#commentform');
    isMember = Boolean(form && 'member' in form.dataset);
    title = document.querySelector('#reply-title-words');
    cancel = document.querySelector('#cancel-comment-reply-link');
  };

  const send = (message) => {
    if (framed) window.parent.postMessage(message, host);
  };

  /* ---- What the host passes ---- */

  // Only notations that cannot hold a URL, a second declaration or a nested function.
  const COLOUR = /^(?:#[\da-f]{3,8}|(?:rgba?|hsla?|lab|lch|oklab|oklch|color)\([\w .,%/+-]{1,100}\))$/i;
  const LENGTH = /^\d{1,3}(?:\.\d{1,4})?px$/;
  const FONT = /^[\p{L}\p{N} "',._-]{1,300}$/u;
  const LANGUAGE = /^[a-z]{2,8}(?:-[a-z\d]{1,8}){0,4}$/i;
  const THEME = {
    accent: COLOUR, color: COLOUR, background: COLOUR, field: COLOUR, border: COLOUR,
    radius: LENGTH, font: FONT, 'font-size': LENGTH,
  };

  const heard = {
    theme({ scheme, dir, vars }) {
      if (scheme === 'light' || scheme === 'dark') root.dataset.scheme = scheme;
      if (dir === 'ltr' || dir === 'rtl') root.dir = dir;
      for (const [name, pattern] of Object.entries(THEME)) {
        const value = vars?.[name];
        if (typeof value === 'string' && pattern.test(value)) root.style.setProperty(`--rejoinder-${name}`, value);
      }
      root.dataset.themed = '';
      tellHeight();
    },
    sso({ token }) {
      if (typeof token === 'string') logInParts().then(({ sso }) => sso(frame, token)).catch((error) => console.warn(error));
    },
    reply({ parent = 0, name = '', isEdit, focus }) {
      frame.leave?.();
      if (isEdit === true) {
        if (Number.isSafeInteger(parent)) own('edit', parent, focus === true);
        return;
      }
      if (Number.isSafeInteger(parent) && parent >= 0 && typeof name === 'string') {
        answerTo(parent, name.slice(0, NAME_CHARS_MAX));
      }
      if (focus === true) (form?.elements.comment ?? document.querySelector('.must-log-in a'))?.focus();
    },
  };

  if (framed) {
    addEventListener('message', ({ source, origin, data }) => {
      if (source !== window.parent || origin !== host) return;
      if (typeof data === 'object' && data && Object.hasOwn(heard, data.rejoinder)) heard[data.rejoinder](data);
    });
  }

  const tellHeight = () => send({ rejoinder: 'height', height: Math.ceil(main.getBoundingClientRect().height) });

  const begin = () => {
    find();
    listen();
    settle();
    showKeptHeld();
    if (session.token) refresh().catch((error) => console.warn(error));
    // The height counts only once the host's type is here; the first theme begins it.
    new ResizeObserver(() => { if ('themed' in root.dataset) tellHeight(); }).observe(main);
    send({ rejoinder: 'ready' });
  };

  /* ---- Whom it answers ---- */

  let answered = [0, ''];

  const answerTo = (parent, name) => {
    answered = [parent, name];
    if (!title) return;
    if (form) form.elements.comment_parent.value = String(parent);
    title.textContent = parent ? `Leave a Reply to ${name}` : 'Leave a Reply';
    cancel.hidden = !parent;
  };

  /* ---- Storage ---- */

  const recall = (key, area = 'localStorage') => {
    try {
      return JSON.parse(window[area].getItem(key)) ?? {};
    } catch {
      return {};
    }
  };
  const remember = (key, value, area = 'localStorage') => {
    try {
      if (value) window[area].setItem(key, JSON.stringify(value));
      else window[area].removeItem(key);
    } catch {
      // Blocked or full: the text is still in the form.
    }
  };

  const GUEST = ['author', 'email', 'url'];
  const guestKey = `rejoinder:guest:${base}`;
  const draftKey = () => `rejoinder:draft:${base}:${form.elements.comment_post_ID.value}`;
  const heldKey = () => `rejoinder:held:${base}:${form.elements.comment_post_ID.value}`;
  const consent = () => form.elements['wp-comment-cookies-consent'];

  const saveDraft = () => {
    if (!form) return; // somebody logged out where one must be logged in
    const comment = form.elements.comment.value;
    remember(draftKey(), comment.trim() && { comment });
    if (isMember) return; // is asked for no name, and forgets none
    const guest = GUEST.map((name) => [name, form.elements[name]?.value ?? '']);
    remember(guestKey, consent()?.checked && Object.fromEntries(guest));
  };

  const restoreDraft = () => {
    const { comment } = recall(draftKey());
    if (typeof comment === 'string' && !form.elements.comment.value) form.elements.comment.value = comment;
    const guest = recall(guestKey);
    for (const name of GUEST) {
      const field = form.elements[name];
      if (!field || typeof guest[name] !== 'string') continue;
      if (!field.value) field.value = guest[name];
      if (consent()) consent().checked = true;
    }
  };

  /* ---- What is said about it ---- */

  const status = document.createElement('p');
  const alert = document.createElement('p');

  const say = (node, words) => {
    status.textContent = '';
    alert.textContent = '';
    node.textContent = words;
  };

  const clearError = (field) => {
    const error = document.getElementById(`${field.id}-error`);
    if (!error) return;
    error.remove();
    field.removeAttribute('aria-invalid');
    describe(field, (ids) => ids.filter((id) => id !== error.id));
  };

  const describe = (field, change) => {
    const ids = change((field.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean));
    if (ids.length) field.setAttribute('aria-describedby', ids.join(' '));
    else field.removeAttribute('aria-describedby');
  };

  const showError = (field, words) => {
    clearError(field);
    const error = document.createElement('span');
    error.id = `${field.id}-error`;
    error.className = 'field-error';
    error.textContent = words;
    field.after(error);
    field.setAttribute('aria-invalid', 'true');
    describe(field, (ids) => [error.id, ...ids]);
  };

  const MISSING = {
    comment: 'Please enter a comment',
    author: 'Please enter your name here',
    email: 'Please enter your email address here',
  };

  // The first field that the form itself can tell to be wrong. A website without its scheme is no
  // fault: the server adds it.
  const findErrors = () => {
    let first = null;
    for (const name of ['comment', 'author', 'email']) {
      const field = form.elements[name];
      if (!field) continue;
      clearError(field);
      const missing = field.required && !field.value.trim();
      if (!missing && !(name === 'email' && field.validity.typeMismatch)) continue;
      showError(field, missing ? MISSING[name] : 'Invalid email address');
      first ??= field;
    }
    return first;
  };

  /* ---- Posting ---- */

  const POSTING = 'Posting Comment…';

  // A repetition of the same body after an answer that did not arrive carries the same key, so that
  // the server posts it once.
  let attempt = { body: '', key: '' };
  const keyOf = (body) => {
    if (attempt.body !== body) {
      const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID is missing without TLS
      bytes[6] = (bytes[6] & 0x0f) | 0x40;
      bytes[8] = (bytes[8] & 0x3f) | 0x80;
      const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
      attempt = { body, key: hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') };
    }
    return attempt.key;
  };

  const request = async () => {
    const body = new URLSearchParams(new FormData(form)).toString();
    const answer = await fetch(form.action, {
      method: 'POST',
      headers: {
        ...authorization(),
        Accept: 'application/json',
        'Content-Type': 'application/x-www-form-urlencoded',
        'Idempotency-Key': keyOf(body),
      },
      body,
      signal: AbortSignal.timeout(ANSWER_WAIT_MS),
    });
    const told = await answer.json();
    if (answer.status < 500) attempt = { body: '', key: '' };
    return { answer, told };
  };

  const post = async () => {
    const { answer, told } = await request();
    if (answer.ok) {
      accepted(told);
      return;
    }
    refused(told);
    // Logged out meanwhile, in another tab or by time: the form shows it, and keeps the text.
    if (answer.status === 403 && isMember) await refresh();
  };

  const accepted = (comment) => {
    const moves = framed && Number(form.elements.comment_parent.value) > 0;
    form.elements.comment.value = '';
    answerTo(0, '');
    saveDraft();
    const { id, confirmation: handle } = comment;
    const asked = comment.subscription ? 'Check your email: there is a link to confirm that you want to be notified.' : '';
    if (comment.status === 'approved') {
      say(status, `Your comment has been posted.${asked && ` ${asked}`}`);
      if (!framed) location.assign(comment.link);
    } else {
      say(status, asked);
      const words = { ...document.querySelector('#held-comment').content.querySelector('em').dataset };
      const knows = consent()?.checked || isMember;
      const held = { id, html: comment.content_html, words: handle ? 'Your comment waits for you.' : knows ? words.remembered : words.preview };
      const shown = showHeld(held);
      if (handle) {
        confirm(shown, handle).catch((error) => console.warn(error));
        return; // the host hears of it once it is confirmed
      }
      // Where a browser cannot move a frame as it is, this document ends when the host moves it home.
      if (moves && !Element.prototype.moveBefore) remember(heldKey(), held, 'sessionStorage');
    }
    send({ rejoinder: 'posted', id, status: comment.status });
    own('look');
  };

  // The host is not told the text; its author reads it here. The HTML is the server's own, filtered.
  const showHeld = ({ id, html, words }) => {
    const held = document.querySelector('#held-comment').content.cloneNode(true).firstElementChild;
    held.querySelector('.comment-awaiting-moderation').textContent = words;
    const content = new DOMParser().parseFromString(html, 'text/html').body;
    held.querySelector('.comment-content').replaceChildren(...content.childNodes);
    held.dataset.id = id;
    document.querySelector('#held-comments').append(held);
    held.focus();
    return held;
  };

  // A guest is asked whether the address is theirs.
  const confirm = async (held, handle) => {
    const { email } = form.elements;
    const parts = await import(`${base}/embed/confirm.js?v=${assets}`);
    parts.confirm({ handle, email: email.value, held }, ({ id, status: now, link }) => {
      if (now === 'approved') {
        held.remove();
        say(status, 'Your comment has been posted.');
        if (!framed) location.assign(link);
      } else held.querySelector('em').textContent = document.querySelector('#held-comment').content.querySelector('em').dataset.preview;
      send({ rejoinder: 'posted', id, status: now });
    });
  };

  const refused = ({ message, field, retry_after: seconds }) => {
    const words = typeof message === 'string' && message ? message : 'Error: please try commenting again.';
    const wrong = ['comment', 'author', 'email', 'url'].includes(field) && form.elements[field];
    if (wrong) {
      showError(wrong, words);
      wrong.focus();
      return;
    }
    say(alert, Number.isFinite(seconds) ? `${words} Try again in ${Math.ceil(seconds)} seconds.` : words);
  };

  const submitted = async (event) => {
    event.preventDefault();
    const button = form.elements.submit;
    if (button.disabled) return;
    say(status, '');
    const wrong = findErrors();
    if (wrong) {
      wrong.focus();
      return;
    }
    const words = button.value;
    button.disabled = true;
    button.value = POSTING;
    say(status, POSTING);
    try {
      await post();
    } catch (error) {
      console.warn(error);
      say(alert, 'Your comment could not be sent. It is kept here; please try again.');
    } finally {
      if (status.textContent === POSTING) say(status, '');
      button.disabled = false;
      button.value = words;
      // A button that is disabled loses it. Who is logged out meanwhile has another one.
      if (alert.textContent) (form?.elements.submit ?? main.querySelector('a'))?.focus();
    }
  };

  /* ---- Who is logged in ---- */

  const sessionKey = `rejoinder:session:${base}`;
  let session = recall(sessionKey, 'sessionStorage');
  if (!(session.until > Date.now())) session = {};

  const authorization = () => (session.token ? { Authorization: `Bearer ${session.token}` } : {});

  const keepToken = (token, seconds) => {
    session = token ? { token, until: Date.now() + seconds * 1000 } : {};
    remember(sessionKey, token && session, 'sessionStorage');
  };

  // Brings the form of whoever is logged in now, and takes over what was written and where it stands.
  const refresh = async () => {
    const answer = await fetch(location.href, {
      headers: authorization(),
      cache: 'no-store',
      signal: AbortSignal.timeout(ANSWER_WAIT_MS),
    });
    if (!answer.ok) throw new Error(`rejoinder: the form answered ${answer.status}`);
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main > :last-child');
    fresh.hidden = main.lastElementChild.hidden;
    const typed = form && [...new FormData(form)].filter(([name]) => name === 'comment' || GUEST.includes(name));
    const box = form?.elements.comment;
    const caret = box && document.activeElement === box && [box.selectionStart, box.selectionEnd];
    main.lastElementChild.replaceWith(document.importNode(fresh, true));
    find();
    for (const [name, value] of typed ?? []) if (form?.elements[name]) form.elements[name].value = value;
    settle();
    answerTo(...answered);
    if (caret && form) {
      form.elements.comment.focus({ preventScroll: true });
      form.elements.comment.setSelectionRange(...caret);
    }
    if (!isMember) keepToken(null);
  };

  // Frames of other tabs in this blog's pages: one of them logged in or out.
  let tabs;
  try {
    tabs = new BroadcastChannel('rejoinder');
    tabs.addEventListener('message', ({ data }) => {
      if (data === 'changed') refresh().catch((error) => console.warn(error));
    });
  } catch {
    // The next comment tells.
  }

  const logInParts = () => import(`${base}/embed/login.js?v=${assets}`);
  const frame = {
    keepToken,
    refresh,
    authorization,
    changed: () => tabs?.postMessage('changed'),
    fail: (words) => say(alert, words),
    say: (words) => say(status, words),
    isMember: () => isMember,
    send,
    showHeld,
    heldKey,
    remember,
    recall,
    focus: () => form?.elements.comment.focus({ preventScroll: true }),
  };

  let ownParts;
  const own = (verb, ...about) => {
    if (!framed || !(isMember || ownParts)) return;
    ownParts ??= import(`${base}/embed/own.js?v=${assets}`);
    ownParts.then((parts) => parts[verb](frame, ...about)).catch((error) => console.warn(error));
  };

  const WINDOW = 'popup,width=500,height=680';

  // The window opens at once, while the browser still knows of the click; what follows may be loaded.
  const logIn = async (link) => {
    const address = new URL(link.href);
    address.searchParams.set('return_to', back);
    const opened = window.open(address, '_blank', WINDOW);
    const { logIn: begin } = await logInParts();
    begin(frame, { opened, address, name: link.dataset.name ?? document.querySelector('#postas-account a').dataset.name });
  };

  const clicked = (event) => {
    const link = event.target.closest('a');
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link === cancel && framed) {
      event.preventDefault();
      send({ rejoinder: 'cancel' });
    } else if (link.id === 'comment-form-change') {
      event.preventDefault();
      const picker = document.querySelector('#comment-form-nascar');
      picker.hidden = !picker.hidden;
      if (!picker.hidden) picker.querySelector('a').focus();
    } else if (link.closest('.comment-form-nascar, .must-log-in') && window.isSecureContext) {
      event.preventDefault();
      logIn(link).catch((error) => console.warn(error));
    }
  };

  const logOut = async (event) => {
    event.preventDefault();
    const { logOut: end } = await logInParts();
    try {
      await end(frame, event.target);
    } catch (error) {
      console.warn(error);
      say(alert, 'You could not be logged out. Please try again.');
      refresh().catch((reason) => console.warn(reason)); // of another session meanwhile, perhaps
    }
  };

  /* ---- Beginning ---- */

  const settle = () => {
    own('look');
    if (!form) {
      document.querySelector('#comment-form-identity')?.append(status, alert);
      return;
    }
    form.noValidate = true; // the messages are ours, at the field
    form.querySelector('.form-submit').before(status, alert);
    restoreDraft();
  };

  const showKeptHeld = () => {
    if (!form) return;
    const held = recall(heldKey(), 'sessionStorage');
    if (typeof held.html === 'string') showHeld(held);
    if (typeof held.said === 'string') say(status, held.said);
    remember(heldKey(), null, 'sessionStorage');
  };

  const listen = () => {
    status.className = alert.className = 'form-status';
    status.setAttribute('role', 'status');
    alert.setAttribute('role', 'alert');
    let saving;
    main.addEventListener('input', ({ target }) => {
      if (target.form !== form || !form) return;
      clearError(target);
      clearTimeout(saving);
      saving = setTimeout(saveDraft, DRAFT_WAIT_MS);
    });
    addEventListener('pagehide', saveDraft);
    main.addEventListener('submit', (event) => (event.target === form ? submitted : logOut)(event));
    main.addEventListener('click', clicked);
    main.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target.form === form) form?.requestSubmit();
    });
  };

  begin();
})();
