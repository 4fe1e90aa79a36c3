/*
 * Rejoinder's script of the log-in window, loaded before its body, so that nobody is faster. At its beginning it asks
 * the comment form that opened it for its challenge, and puts that into every form; at its end it tells the form that
 * there is a log-in to fetch, and closes.
 *
 * Both go to a window of this very origin and are taken from one: a stranger's page that opens this one learns
 * nothing, and nothing that it says is heard.
 *
 *   window -> form   challenge?     which challenge?
 *                    logged-in      there is something to fetch now
 *   form -> window   challenge {challenge}
 */
(() => {
  'use strict';

  const CHALLENGE = /^[\w-]{43}$/;
  const { opener } = window;
  const tell = (rejoinder) => opener?.postMessage({ rejoinder }, location.origin);

  if ('done' in document.documentElement.dataset) {
    tell('logged-in');
    try {
      new BroadcastChannel('rejoinder').postMessage('logged-in');
    } catch {
      // The form asks the server too.
    }
    window.close();
    return;
  }

  if (!opener) return;

  // The form may still be loading what answers; who is faster than that waits for it.
  const ASK_MS = 250;
  let askings = 40;
  let asking;
  let sent;
  const ask = () => {
    if (!askings) {
      answered();
      return;
    }
    askings -= 1;
    tell('challenge?');
    asking = setTimeout(ask, ASK_MS);
  };
  const answered = () => {
    clearTimeout(asking);
    asking = undefined;
    sent?.requestSubmit();
  };

  addEventListener('submit', (event) => {
    if (!asking) return;
    event.preventDefault();
    sent = event.target;
  });
  addEventListener('message', ({ source, origin, data }) => {
    if (source !== opener || origin !== location.origin || !asking) return;
    if (data?.rejoinder !== 'challenge' || !CHALLENGE.test(data.challenge)) return;
    for (const field of document.querySelectorAll('input[name="handover"]')) field.value = data.challenge;
    sent ??= document.querySelector('form[data-chosen]');
    answered();
  });
  ask();
})();
