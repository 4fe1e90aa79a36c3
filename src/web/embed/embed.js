/*
 * Rejoinder's script in the host page: turns its place into the comment section.
 *
 *   <script async src="B/embed.js" data-url data-title data-lang data-theme="auto|light|dark" data-page data-sso></script>
 *
 * The section takes the place of an element with the id `rejoinder` or the attribute `data-rejoinder`,
 * or stands where the script stands. What is in that element already (a link for readers without
 * scripts, a thread fetched when the site was built) stays until the thread is there.
 * `data-counts` asks for the numbers of responses only, for a page that lists posts.
 *
 * Reading happens here, writing in a frame of the server's own origin: nothing that is typed, and
 * nobody who is logged in, is ever known to the scripts of this page; only the numbers of comments
 * that the reader may edit. Both sides check origin and source of each message, an object whose
 * `rejoinder` names it:
 *
 *   frame -> host   ready                       the frame listens
 *                   height {height}             CSS pixels that it needs
 *                   cancel                      "Cancel reply"
 *                   posted {id, status}         "approved", "hold" or "gone"; never the text
 *                   own {ids}                   of comments that the reader may edit
 *   host -> frame   theme {scheme, dir, lang, vars}
 *                   reply {parent, name, isEdit, focus}   no parent: not a reply
 *                   sso {token}                 by which the host says who its visitor is
 *
 * Needs of the host's Content-Security-Policy no more than B in script-src, style-src, img-src,
 * connect-src and frame-src; with `require-trusted-types-for` also `trusted-types rejoinder`. Stores nothing.
 */
(() => {
  'use strict';

  const NEAR_PX = 600;
  const ANSWER_WAIT_MS = 15_000;
  const FRAME_HEIGHT_PX_MAX = 20_000;
  const COUNT_URLS_MAX = 50;
  const OWN_MAX = 50;
  const ROOM = '36rem'; // kept free while the thread loads: about an empty one with its form

  const script = document.currentScript;
  if (!script) return;
  const src = new URL(script.src);
  const base = src.origin + src.pathname.replace(/\/embed\.js$/, '');
  const options = script.dataset;

  const absolute = (href) => {
    const url = new URL(href, document.baseURI);
    url.hash = '';
    return url.href;
  };
  const pageUrl = () => absolute(
    options.url || document.querySelector('link[rel~="canonical"][href]')?.href || location.href);

  const fetchText = async (path, parameters, cache = 'default') => {
    const answer = await fetch(`${base}/embed/${path}?${new URLSearchParams(parameters)}`, {
      credentials: 'omit',
      cache,
      signal: AbortSignal.timeout(ANSWER_WAIT_MS),
    });
    if (!answer.ok) throw new Error(`rejoinder: ${path} answered ${answer.status}`);
    return answer.text();
  };

  const element = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };

  /* ---- Numbers of responses, anywhere in the page: one request for up to COUNT_URLS_MAX posts. ---- */

  const countUrl = (node) => absolute(node.dataset.url || node.href || node.dataset.rejoinderCount);
  const countWords = (n) => (n === 1 ? 'One response' : `${n.toLocaleString('en')} responses`);

  const showCounts = async () => {
    const nodes = [...document.querySelectorAll('[data-rejoinder-count]')];
    const urls = [...new Set(nodes.map(countUrl))];
    for (let at = 0; at < urls.length; at += COUNT_URLS_MAX) {
      const asked = urls.slice(at, at + COUNT_URLS_MAX);
      const { counts } = JSON.parse(await fetchText('counts', asked.map((url) => ['url', url])));
      for (const node of nodes) {
        const count = counts[countUrl(node)];
        if (Number.isInteger(count)) node.textContent = countWords(count);
      }
    }
  };

  /* ---- The thread ---- */

  let container; // ours in the host page
  let section; // the thread in it, once there is one
  let respond; // the place of the frame in the section; moves below a comment for a reply
  let frame;
  let frameReady = false;
  let focusFrame = false; // the frame is to take the focus as soon as it can
  let below = null; // {parent, name, isEdit} while the frame is below a comment
  let own = []; // numbers of comments that the reader may edit

  // The fragment comes from our own server, filtered. A document made by DOMParser runs no scripts, and
  // a policy of our own lets it pass where the host demands Trusted Types.
  let policy;
  try {
    policy = window.trustedTypes?.createPolicy('rejoinder', { createHTML: (html) => html });
  } catch {
    // The host allows no such policy; without require-trusted-types-for plain strings pass.
  }
  const parse = (html) => {
    const trusted = policy ? policy.createHTML(html) : html;
    const fresh = new DOMParser().parseFromString(trusted, 'text/html').querySelector('section.rejoinder');
    if (!fresh) throw new Error('rejoinder: the answer holds no thread');
    return fresh;
  };

  // The section waits for its style, so that it is never seen without. A host that links the style
  // itself, and so reserves the room from the start, is not made to load it twice.
  const styled = () => new Promise((done) => {
    const href = `${base}/embed.css`;
    let link = [...document.querySelectorAll('link[rel~="stylesheet"]')].find((l) => l.href.split('?')[0] === href);
    if (link?.sheet) return done();
    if (!link) {
      link = element('link', { rel: 'stylesheet', href });
      document.head.append(link);
    }
    link.addEventListener('load', done);
    link.addEventListener('error', done);
    return undefined;
  });

  const wordTimes = (root) => {
    const format = new Intl.DateTimeFormat(options.lang || undefined, { dateStyle: 'long', timeStyle: 'short' });
    for (const time of root.querySelectorAll('time[datetime]')) {
      const date = new Date(time.dateTime);
      if (Number.isNaN(date.getTime())) continue;
      time.title = time.dateTime;
      time.textContent = format.format(date);
    }
  };

  // Puts a fresh thread in place of the old one around the frame, which would reload if it were taken out. A
  // reply that is being written stays below its comment.
  const show = (fresh) => {
    wordTimes(fresh);
    const place = fresh.querySelector('#respond');
    if (frame && place) {
      const was = below;
      if (was) sendHome();
      place.remove();
      for (const child of [...section.children]) if (child !== respond) child.remove();
      respond.before(...fresh.childNodes);
      for (const { name, value } of fresh.attributes) section.setAttribute(name, value);
      markOwn();
      const opener = openerOf(was);
      if (opener) putBelow(opener);
    } else {
      container.replaceChildren(fresh);
      take(fresh);
    }
    paint();
  };

  const take = (thread) => {
    section = thread;
    frame = undefined;
    frameReady = false;
    below = null;
    own = [];
    respond = section.querySelector('#respond.rejoinder-place');
    if (!respond) return;
    new IntersectionObserver((entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      openFrame();
    }, { rootMargin: `${NEAR_PX}px 0px` }).observe(respond);
  };

  const load = async (parameters = {}, cache = 'default') => {
    const title = options.title || document.querySelector('meta[property="og:title"]')?.content || document.title;
    container.setAttribute('aria-busy', 'true');
    if (!section && !container.querySelector('.rejoinder')) container.style.minBlockSize = ROOM;
    try {
      const [html] = await Promise.all([fetchText('thread', { url: pageUrl(), title, ...parameters }, cache), styled()]);
      container.querySelector('.rejoinder-failed')?.remove();
      show(parse(html));
    } finally {
      container.removeAttribute('aria-busy');
      container.style.minBlockSize = '';
    }
  };

  // What failed is said where it failed, with a way on: the page of the thread, or once more.
  const fail = (again) => {
    container.querySelector('.rejoinder-failed')?.remove();
    const retry = element('button', { type: 'button' }, 'Try again');
    retry.addEventListener('click', () => { retry.disabled = true; attempt(again); });
    const page = element('a', { href: `${base}/?${new URLSearchParams({ url: pageUrl() })}` }, 'Read them on their own page');
    const notice = element('div', { class: 'rejoinder rejoinder-failed', role: 'status' },
      element('p', {}, 'The comments could not be loaded. ', page, ' or ', retry));
    if (section) section.prepend(notice);
    else container.replaceChildren(notice);
    paint();
  };

  const attempt = async (work) => {
    try {
      await work();
    } catch (error) {
      console.warn(error);
      await styled();
      fail(work);
    }
  };

  /* ---- Permalinks ---- */

  const reduced = matchMedia('(prefers-reduced-motion: reduce)');

  const reveal = (node) => {
    node.setAttribute('tabindex', '-1');
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: 'start', behavior: reduced.matches ? 'instant' : 'auto' });
  };

  const revealComment = (id) => {
    const item = section?.querySelector(`#comment-${id}`);
    if (!item) return false;
    section.querySelector('.rejoinder-target')?.classList.remove('rejoinder-target');
    const body = item.querySelector('.comment-body');
    body.classList.add('rejoinder-target');
    reveal(body);
    return true;
  };

  // The thread comes after the browser looked for the fragment. A comment that is not in it is on another page
  // of it, or came since.
  const followHash = async (changed) => {
    if (location.hash === '#comments') return section?.scrollIntoView();
    if (location.hash === '#respond') return respond?.scrollIntoView();
    const id = /^#comment-(\d{1,18})$/.exec(location.hash)?.[1];
    if (!id || !section || revealComment(id)) return undefined;
    if (!changed && Number(section.dataset.pages) < 2) return undefined;
    return attempt(async () => {
      await load({ comment: id });
      revealComment(id);
    });
  };

  /* ---- The frame ---- */

  const openFrame = () => {
    if (frame) return;
    const parameters = { p: section.dataset.post, origin: location.origin, scheme: section.dataset.scheme };
    frame = element('iframe', { src: `${base}/embed/form?${new URLSearchParams(parameters)}`, title: 'Leave a Reply' });
    respond.append(frame);
  };

  const tell = (message) => frame.contentWindow.postMessage(message, src.origin);

  const tellPlace = () => {
    if (!frameReady) return;
    if (focusFrame) frame.contentWindow.focus();
    tell({ rejoinder: 'reply', ...below, focus: focusFrame });
    focusFrame = false;
  };

  // Moves the place of the frame. Where the browser cannot move a frame as it is, the frame loads anew,
  // says "ready" again, and finds its draft in its own storage.
  const move = (parent, before) => {
    if (parent.moveBefore) {
      parent.moveBefore(respond, before);
    } else {
      parent.insertBefore(respond, before);
      frameReady = false;
    }
  };

  const sendHome = () => {
    move(section, null); // the template puts it last
    below = null;
    tellPlace();
  };

  const openerOf = (place) =>
    place && section.querySelector(`${place.isEdit ? 'button' : 'a'}[data-commentid="${place.parent}"]`);

  const putBelow = (opener) => {
    const parent = Number(opener.dataset.commentid);
    const body = section.querySelector(`#div-comment-${parent}`);
    below = { parent, name: body.querySelector('.fn').textContent, isEdit: opener.matches('button') };
    move(body.parentNode, body.nextSibling);
    tellPlace();
  };

  const bring = (opener) => {
    focusFrame = true;
    putBelow(opener);
    openFrame();
    respond.scrollIntoView({ block: 'nearest' });
  };

  const markOwn = () => {
    for (const button of section.querySelectorAll('button[data-commentid]')) {
      if (!own.includes(Number(button.dataset.commentid))) button.remove();
    }
    for (const id of own) {
      const body = section.querySelector(`#div-comment-${id}`);
      if (!body || body.querySelector('button')) continue;
      const label = `Edit your comment of ${body.querySelector('time').textContent}`;
      body.append(element('button', { type: 'button', 'data-commentid': id, 'aria-label': label }, 'Edit'));
    }
  };

  const heard = {
    ready() {
      frameReady = true;
      tell(theme());
      tellPlace();
      if (options.sso) tell({ rejoinder: 'sso', token: options.sso });
    },
    height({ height }) {
      if (!Number.isFinite(height) || height < 0) return;
      frame.style.height = `${Math.min(Math.ceil(height), FRAME_HEIGHT_PX_MAX)}px`;
      respond.classList.add('rejoinder-ready');
    },
    cancel() {
      const was = below;
      sendHome();
      const opener = openerOf(was);
      if (opener) opener.focus();
      else if (was) revealComment(was.parent); // the time is over
    },
    // A held comment is shown to its author by the frame, in its own place, and is not ours to see.
    posted({ id, status }) {
      const isShown = status === 'approved';
      const isEdit = below?.isEdit;
      if (below) sendHome();
      if (!isShown) respond.scrollIntoView({ block: 'nearest' });
      if ((isShown || isEdit) && Number.isSafeInteger(id)) attempt(async () => {
        await load({ comment: id }, 'no-cache');
        revealComment(id);
      });
    },
    own({ ids }) {
      if (!Array.isArray(ids)) return;
      own = ids.slice(0, OWN_MAX).filter(Number.isSafeInteger);
      markOwn();
    },
  };

  addEventListener('message', ({ source, origin, data }) => {
    if (!frame || source !== frame.contentWindow || origin !== src.origin) return;
    if (typeof data === 'object' && data && Object.hasOwn(heard, data.rejoinder)) heard[data.rejoinder](data);
  });

  /* ---- Colours and type of the host page ---- */

  // "auto" follows the host whatever way it has of being dark: light text means a dark page. The style
  // gives the probe an outline colour in `color(srgb r g b)`, whatever notation the host uses.
  const paint = () => {
    const thread = section ?? container.firstElementChild;
    if (options.theme === 'light' || options.theme === 'dark') {
      thread.dataset.theme = thread.dataset.scheme = options.theme;
    } else {
      const color = probe(thread, (style) => style.outlineColor);
      const [red, green, blue] = color.match(/\d[\d.]*(?:e-\d+)?/g).map(Number);
      thread.dataset.scheme = 0.3 * red + 0.59 * green + 0.11 * blue > 0.5 ? 'dark' : 'light';
    }
    if (frameReady) tell(theme());
  };

  const probe = (parent, read) => {
    const node = element('span', { class: 'rejoinder-probe' });
    parent.append(node);
    const values = read(getComputedStyle(node));
    node.remove();
    return values;
  };

  // What is behind the section: the frame takes it as its own ground. A picture or a mixture cannot be
  // taken, and shows through.
  const ground = () => {
    for (let node = section; node; node = node.parentElement) {
      const { backgroundColor: color, backgroundImage: image } = getComputedStyle(node);
      if (image !== 'none') break;
      if (!/^rgba|\//.test(color)) return color;
      if (color !== 'rgba(0, 0, 0, 0)') break;
    }
    return 'rgba(0, 0, 0, 0)';
  };

  const theme = () => probe(section, (style) => ({
    rejoinder: 'theme',
    scheme: section.dataset.scheme,
    dir: style.direction,
    lang: options.lang || section.closest('[lang]')?.lang || '',
    vars: {
      accent: style.caretColor,
      color: style.color,
      background: ground(),
      field: style.backgroundColor,
      border: style.borderTopColor,
      radius: style.borderTopLeftRadius,
      font: style.fontFamily,
      'font-size': style.fontSize,
    },
  }));

  const watchTheme = () => {
    let asked = false;
    const repaint = () => {
      if (asked) return;
      asked = true;
      requestAnimationFrame(() => { asked = false; paint(); });
    };
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
    addEventListener('transitionend', ({ target }) => { if (target.contains?.(container)) repaint(); });
    const observer = new MutationObserver(repaint);
    for (const node of [document.documentElement, document.body]) observer.observe(node, { attributes: true });
  };

  /* ---- Beginning ---- */

  const clicked = (event) => {
    const link = event.target.closest('a, button');
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.dataset.commentid && respond) {
      event.preventDefault();
      bring(link);
    } else if (link.closest('.rejoinder-way')) {
      event.preventDefault();
      focusFrame = true;
      openFrame();
    } else if (link.closest('.comment-navigation')) {
      event.preventDefault();
      attempt(async () => {
        await load({ cpage: new URL(link.href).searchParams.get('cpage') });
        reveal(section);
      });
    }
  };

  const begin = async () => {
    if (document.querySelector('[data-rejoinder-count]')) showCounts().catch((error) => console.warn(error));
    if ('counts' in options) return;
    container = document.querySelector('#rejoinder, [data-rejoinder]');
    if (!container) {
      container = element('div', {});
      script.before(container);
    }
    container.classList.add('rejoinder-container');
    container.addEventListener('click', clicked);
    const built = container.querySelector('section.rejoinder'); // when the site was built
    const first = () => load(options.page ? { cpage: options.page } : {});
    if (built) {
      await first().catch(async () => {
        await styled();
        wordTimes(built);
        take(built);
        paint();
      });
    } else {
      await attempt(first);
    }
    watchTheme();
    addEventListener('hashchange', followHash);
    await followHash();
  };

  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin);
  else begin();
})();
