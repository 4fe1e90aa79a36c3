/*
 * Rejoinder's part of the frame for who is logged in; form.js loads it then. It tells the host by number beside which
 * comments an "Edit" belongs, for as long as the server lets their author change them, and is the form for that.
 *
 * The text comes from the server and goes there; the host page never sees it. Kept in this origin until it is saved or
 * given up, for the tab: the changed text, since a frame that the host moves may load anew.
 */

const ANSWER_WAIT_MS = 30_000;
const TICK_MS = 1_000;
const TIMER_MS_MAX = 2 ** 31 - 1;
const ANNOUNCE_MS = 100; // a live region speaks of what comes into it while it is in sight
const TOLD_SECONDS = [300, 60]; // left, of which is told in passing

const door = (path) => new URL(`own${path}`, location.href.split('?')[0]);

const element = (name, attributes, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

const ask = (frame, path, body) => fetch(door(path), {
  method: body ? 'POST' : 'GET',
  headers: frame.authorization(),
  body: body && new URLSearchParams({ csrf: document.querySelector('#log-out [name=csrf]')?.value ?? '', ...body }),
  cache: 'no-store',
  signal: AbortSignal.timeout(ANSWER_WAIT_MS),
});

/* ---- Which they are ---- */

let open = []; // {id, until}
let timer;
let asked = 0;

const tell = (frame) => {
  clearTimeout(timer);
  open = open.filter((own) => own.until > Date.now());
  frame.send({ rejoinder: 'own', ids: open.map((own) => own.id) });
  offerHeld(frame);
  if (!open.length) return;
  const next = Math.min(...open.map((own) => own.until)) - Date.now();
  timer = setTimeout(() => tell(frame), Math.min(next, TIMER_MS_MAX));
};

// A comment that waits stands in this frame alone.
const offerHeld = (frame) => {
  for (const held of document.querySelectorAll('#held-comments [data-id]')) {
    const id = Number(held.dataset.id);
    const offered = held.querySelector('button');
    if (!open.some((own) => own.id === id)) offered?.parentNode.remove();
    else if (!offered) {
      const button = element('button', { type: 'button', class: 'log-out', 'aria-label': 'Edit your comment that waits' }, 'Edit');
      button.addEventListener('click', () => edit(frame, id, true, held));
      held.append(element('div', { class: 'comment-respond' }, button));
    }
  }
};

/** Asks which comments whoever is logged in may change now, and tells the host. */
export const look = async (frame) => {
  asked += 1;
  const mine = asked;
  if (frame.isMember()) {
    const answer = await ask(frame, `?p=${new URLSearchParams(location.search).get('p')}`);
    if (!answer.ok) throw new Error(`rejoinder: one's own comments were answered ${answer.status}`);
    const { comments } = await answer.json();
    if (mine !== asked) return; // asked anew meanwhile
    open = comments.map(({ id, seconds }) => ({ id, until: Date.now() + seconds * 1000 }));
  } else {
    open = [];
    frame.leave?.(true);
  }
  tell(frame);
};

/* ---- The form for one ---- */

const OVER = 'The time to change this comment is over. What you typed stays here, to copy it.';

const counted = (count, unit) => `${count} ${unit}${count === 1 ? '' : 's'}`;

const left = (seconds) => {
  if (seconds < 60) return 'less than a minute';
  if (seconds < 7_200) return counted(Math.floor(seconds / 60), 'more minute');
  if (seconds < 172_800) return counted(Math.floor(seconds / 3_600), 'more hour');
  return counted(Math.floor(seconds / 86_400), 'more day');
};

const button = (words, kind) => element('button', { type: 'button', class: `submit ${kind}` }, words);

const makeForm = (length) => {
  const made = {
    title: element('h3', { class: 'comment-reply-title' }, 'Edit your comment'),
    box: element('textarea', { id: 'edit-comment', rows: '6', maxlength: length, dir: 'auto', 'aria-describedby': 'edit-left', readonly: '' }),
    // Both stand in the same place, so that nothing moves when the one follows the other.
    time: element('span', {}),
    over: element('span', { 'aria-hidden': 'true' }, OVER),
    passing: element('p', { class: 'unseen', role: 'status' }),
    alert: element('p', { class: 'form-status', role: 'alert' }),
    there: element('div', { hidden: '' }, element('p', {}, 'It says now:'), element('blockquote', { dir: 'auto' })),
    save: button('Save', ''),
    remove: button('Delete', 'plain'),
    cancel: button('Cancel', 'plain'),
    question: element('p', { id: 'edit-question' }),
    deleteIt: button('Delete', 'danger'),
    keepIt: button('Keep it', 'plain'),
  };
  made.field = element('p', { class: 'comment-form-comment' }, element('label', { for: 'edit-comment' }, 'Comment'), made.box);
  made.notes = element('p', { class: 'comment-notes comment-edit-left', id: 'edit-left' }, made.time, made.over);
  made.ends = element('div', { class: 'comment-edit-ends' }, made.save, made.remove, made.cancel);
  made.sure = element('div', { class: 'comment-edit-ends', role: 'group', 'aria-labelledby': 'edit-question' },
    made.question, made.deleteIt, made.keepIt);
  made.form = element('form', { class: 'comment-respond', novalidate: '', 'aria-label': 'Edit your comment' },
    made.title, made.field, made.notes, made.passing, made.alert, made.there, made.ends);
  made.over.style.visibility = 'hidden';
  made.there.lastChild.style.whiteSpace = 'pre-line';
  const { lang } = document.querySelector('#comment'); // of the blog, where it is not that of our words
  if (lang) made.box.lang = made.there.lastChild.lang = lang;
  made.save.type = 'submit';
  made.save.disabled = made.remove.disabled = true;
  return made;
};

/** Says how long is left, and in passing when little is; `ended` is called at the end. */
const countdown = ({ time, over, passing }, ended) => {
  let until = 0;
  let before = 0;
  let closed; // why it is over for the text already
  let ticking;
  const tick = () => {
    const seconds = Math.ceil((until - Date.now()) / 1000);
    if (seconds <= 0) {
      clearInterval(ticking);
      time.style.visibility = 'hidden';
      time.setAttribute('aria-hidden', 'true');
      over.style.visibility = '';
      over.removeAttribute('aria-hidden');
      passing.textContent = OVER;
      ended();
      return;
    }
    const words = closed ?? `You can change it for ${left(seconds)}, or until somebody answers.`;
    if (time.textContent !== words) time.textContent = words;
    if (TOLD_SECONDS.some((at) => seconds <= at && before > at)) passing.textContent = words;
    before = seconds;
  };
  return {
    isOver: () => until <= Date.now(),
    begin(seconds, why) {
      until = Date.now() + seconds * 1000;
      closed = why;
      clearInterval(ticking);
      ticking = setInterval(tick, TICK_MS);
      tick();
    },
    end: () => clearInterval(ticking),
  };
};

/** Shows the form for one's own comment in place of the form for a new one; `held` is where it stands in this frame. */
export const edit = async (frame, id, focus, held) => {
  frame.leave?.();
  const respond = document.querySelector('#respond');
  const made = makeForm(respond.querySelector('#comment')?.maxLength ?? '');
  const { form, box, field, save, remove, cancel, alert } = made;
  const key = `rejoinder:edit:${location.pathname}:${id}`;
  const keepDraft = (draft) => frame.remember(key, draft, 'sessionStorage');
  let now = {}; // as the server told it last

  const say = (words) => {
    alert.textContent = words;
    made.there.hidden = true;
  };
  const keep = () => { if (made.sure.isConnected) made.sure.replaceWith(made.ends); };
  const stay = () => (field.isConnected ? box : cancel).focus({ preventScroll: true });

  // What may be done now. What is over or answered is shown, and can be copied.
  const settle = () => {
    const over = clock.isOver();
    box.readOnly = save.disabled = over || Boolean(now.closed);
    for (const each of [remove, made.deleteIt]) each.disabled = over;
    for (const each of [cancel, made.keepIt]) each.disabled = false;
  };
  const clock = countdown(made, () => {
    const hadFocus = form.contains(document.activeElement);
    keep();
    settle();
    if (hadFocus) stay(); // a button that is disabled loses it
  });
  const take = (told) => {
    now = told;
    clock.begin(told.seconds, told.closed ?? undefined);
    settle();
  };

  /* How it ends */

  const leave = () => {
    clock.end();
    form.remove();
    document.querySelector('#respond').hidden = false;
    if (held) held.hidden = false;
    frame.leave = undefined;
  };
  const giveUp = () => {
    leave();
    if (held) held.querySelector('button')?.focus();
    else frame.send({ rejoinder: 'cancel' });
  };
  // The host wants the frame for something else, or the session is over: the draft stays.
  frame.leave = (tells) => (tells ? giveUp : leave)();

  const done = (status, words, html) => {
    keepDraft(null);
    leave();
    held?.remove();
    const { remembered } = document.querySelector('#held-comment').content.querySelector('em').dataset;
    const waiting = html ? { id, html, words: remembered } : {};
    if (html) frame.showHeld(waiting);
    else frame.focus();
    setTimeout(() => frame.say(words), ANNOUNCE_MS);
    if (!held || status === 'approved') {
      if (!Element.prototype.moveBefore) frame.remember(frame.heldKey(), { ...waiting, said: words }, 'sessionStorage');
      frame.send({ rejoinder: 'posted', id, status });
    }
    look(frame).catch((error) => console.warn(error));
  };

  // What somebody else made of it meanwhile is shown beside what was typed, and the next "Save" knows of it.
  const refused = ({ message, now: there }) => {
    const isOther = there && there.seen !== now.seen;
    if (there) take(there);
    else settle();
    say(message);
    made.there.hidden = !isOther;
    made.there.querySelector('blockquote').textContent = there?.content ?? '';
    keep();
    stay();
  };

  const send = async (path, body, accepted) => {
    for (const each of form.querySelectorAll('button')) each.disabled = true;
    say('');
    let told = { message: 'This could not be sent. Your text is kept here; please try again.' };
    try {
      const answer = await ask(frame, path, body);
      if (answer.ok) return accepted(answer.status === 204 ? {} : await answer.json());
      told = await answer.json();
      if (answer.status === 404) return done('gone', told.message);
      if (answer.status === 403) {
        giveUp();
        await frame.refresh().catch((error) => console.warn(error));
        return frame.fail(told.message);
      }
    } catch (error) {
      console.warn(error);
    }
    return refused(told);
  };

  /* What can be done */

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    event.stopPropagation(); // it is not the form of a new comment
    if (save.disabled) return;
    if (!box.value.trim()) {
      say('Please enter a comment, or delete this one.');
      box.focus();
      return;
    }
    send(`/${id}`, { seen: now.seen, comment: box.value }, ({ status, content_html: html }) => {
      if (status === 'approved') done(status, 'Your comment was changed.');
      else done(status, 'Your comment was changed. It is awaiting moderation.', html);
    });
  });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target === box) form.requestSubmit();
  });
  box.addEventListener('input', () => keepDraft({ seen: now.seen, content: box.value }));
  cancel.addEventListener('click', () => {
    keepDraft(null);
    giveUp();
  });

  const doubt = () => {
    const days = now.trash_days;
    const back = days ? `A moderator can bring it back for ${counted(days, 'day')}.` : 'This cannot be undone.';
    made.question.textContent = `Delete this comment? Readers will not see it any more; answers of others stay. ${back}`;
    say('');
    made.ends.replaceWith(made.sure);
    made.keepIt.focus();
  };
  remove.addEventListener('click', doubt);
  made.keepIt.addEventListener('click', () => {
    if (!field.isConnected) return giveUp();
    keep();
    return remove.focus();
  });
  made.deleteIt.addEventListener('click', () => send(`/${id}/delete`, {}, () => done('gone', 'Your comment was deleted.')));

  /* Beginning */

  respond.before(form);
  respond.hidden = true;
  if (held) held.hidden = true;
  let told;
  try {
    const answer = await ask(frame, `/${id}`);
    told = await answer.json();
    if (!answer.ok) throw new Error(told.message);
  } catch (error) {
    console.warn(error);
    say(told?.message ?? 'Your comment could not be opened. Please try again.');
    if (focus && form.isConnected) cancel.focus();
    return;
  }
  if (!form.isConnected) return; // left meanwhile
  const draft = frame.recall(key, 'sessionStorage');
  box.value = draft.seen === told.seen && typeof draft.content === 'string' ? draft.content : told.content;
  take(told);
  if (told.closed) {
    // Answered: it can be deleted, and that is what was asked for.
    made.title.textContent = 'Delete your comment';
    form.setAttribute('aria-label', 'Delete your comment');
    field.remove();
    doubt();
  } else if (focus) box.focus();
};
