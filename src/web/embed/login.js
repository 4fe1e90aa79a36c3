/*
 * Rejoinder's log-in in the frame that people write in; form.js loads it when somebody logs in or out.
 *
 * The log-in is made in a window of its own, where this server is the first party. The frame gets it by a hand-over: it
 * makes a verifier that never leaves it, and gives the window its hash (see login/page.js for their messages).
 * With the verifier it fetches its session: at once when the window tells it, by message or by BroadcastChannel, and
 * else by asking every second, since a provider's page may cut both ways. So a window that seems closed may be one that
 * was cut off: choosing begins again, and the asking goes on for as long as a log-in may take.
 */

const ASK_MS = 1_000;
const LOOK_MS = 250;
const LOG_IN_MS_MAX = 900_000;
const ANSWER_WAIT_MS = 30_000;

const doors = new URL('../login/', location.href.split('?')[0]);

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

const element = (name, attributes, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

const makeVerifier = async () => {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return { verifier, challenge: base64url(new Uint8Array(hash)) };
};

const send = async (frame, door, body) => {
  const answer = await fetch(new URL(door, doors), {
    method: 'POST',
    headers: { ...frame.authorization(), 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(ANSWER_WAIT_MS),
  });
  if (!answer.ok) throw Object.assign(new Error(`rejoinder: ${door} was answered ${answer.status}`), { status: answer.status });
  return answer;
};

const claim = async (frame, verifier, as) => {
  const answer = await send(frame, 'claim', { verifier, as });
  return answer.status === 202 ? null : answer.json();
};

// A browser may take the cookie and never send it: what comes back tells.
const isKept = async () => {
  const answer = await fetch(new URL('me', doors), { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_WAIT_MS) });
  return Boolean((await answer.json()).name);
};

// Whether there was a session to fetch.
const fetchSession = async (frame, verifier) => {
  if (!(await claim(frame, verifier, 'cookie'))) return false;
  frame.keepToken(null);
  if (!(await isKept())) {
    const { token, expires_in: seconds } = await claim(frame, verifier, 'token');
    frame.keepToken(token, seconds);
  }
  return true;
};

/** Hands in the token by which the blog's page says who its visitor is. One that was used already is refused. */
export const sso = async (frame, token) => {
  const { verifier, challenge } = await makeVerifier();
  const { status } = await send(frame, 'sso/frame', { token, challenge });
  if (status === 204 || !(await fetchSession(frame, verifier))) return;
  await frame.refresh();
  frame.changed();
};

let under_way; // the log-in that is waited for: one at a time

/** Waits for the log-in that is made in the window that was opened, or is yet to be. */
export const logIn = async (frame, { opened, address, name }) => {
  under_way?.end();
  const { verifier, challenge } = await makeVerifier();
  const began = Date.now();
  let busy = false;
  let timer;
  let looking;
  let tabs;

  const picker = document.querySelector('#comment-form-nascar');
  const wasHidden = picker.hidden;
  const cancel = element('button', { type: 'button', class: 'log-out' }, 'Cancel');
  const shown = element('p', { id: 'comment-form-load-service', class: 'comment-form-connecting' },
    element('span', { class: 'spinner', 'aria-hidden': 'true' }),
    element('span', { role: 'status' }), ' ', cancel);
  picker.before(shown);
  picker.hidden = true;
  const say = (...words) => shown.querySelector('[role="status"]').replaceChildren(...words);

  const choose = () => {
    clearInterval(looking);
    if (!shown.isConnected) return;
    const hadFocus = shown.contains(document.activeElement);
    shown.remove();
    picker.hidden = wasHidden;
    if (hadFocus) picker.querySelector('a').focus();
  };

  const end = () => {
    clearTimeout(timer);
    removeEventListener('message', heard);
    tabs?.close();
    choose();
    under_way = undefined;
  };

  const ask = async () => {
    if (busy || !under_way) return;
    busy = true;
    try {
      if (!(await fetchSession(frame, verifier))) return;
      opened?.close(); // it may have been made by a link in a mail, in another window
      end();
      await frame.refresh();
      frame.focus();
      frame.changed();
    } catch (error) {
      console.warn(error);
      // What is busy or away may come back; a refusal stays one.
      if (error.status >= 400 && error.status < 500 && error.status !== 429) {
        end();
        frame.fail('The log-in could not be fetched. Please try again.');
      }
    } finally {
      busy = false;
    }
  };

  const askAgain = () => {
    timer = setTimeout(async () => {
      await ask();
      if (!under_way) return;
      if (Date.now() - began < LOG_IN_MS_MAX) askAgain();
      else end();
    }, ASK_MS);
  };

  const heard = ({ source, origin, data }) => {
    if (origin !== location.origin || (opened && source !== opened)) return;
    if (data?.rejoinder === 'challenge?') source.postMessage({ rejoinder: 'challenge', challenge }, location.origin);
    else if (data?.rejoinder === 'logged-in') ask();
  };
  addEventListener('message', heard);
  try {
    tabs = new BroadcastChannel('rejoinder');
    tabs.addEventListener('message', ({ data }) => { if (data === 'logged-in') ask(); });
  } catch {
    // The other two ways are left.
  }

  cancel.addEventListener('click', () => {
    opened?.close();
    end();
  });
  under_way = { end };
  if (opened) {
    say(`Connecting to ${name}`);
    looking = setInterval(() => { if (opened.closed) choose(); }, LOOK_MS);
  } else {
    // Blocked; or opened, but without a way back, because the blog's page isolates itself.
    shown.querySelector('.spinner').remove();
    say('If a window opened, log in and write your comment there. If none did, your browser blocked it: ',
      element('a', { href: address, target: '_blank', rel: 'opener' }, 'open the log-in page'), '.');
  }
  askAgain();
};

/** Ends the session of this frame, on the server. */
export const logOut = async (frame, form) => {
  const answer = await fetch(new URL('out', doors), {
    method: 'POST',
    headers: frame.authorization(),
    body: new URLSearchParams(new FormData(form)),
    redirect: 'manual',
    signal: AbortSignal.timeout(ANSWER_WAIT_MS),
  });
  if (answer.type !== 'opaqueredirect') throw new Error(`rejoinder: logging out was answered ${answer.status}`);
  frame.keepToken(null);
  await frame.refresh();
  frame.changed();
};
