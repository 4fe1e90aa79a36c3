/*
 * Rejoinder's part of the frame for guests who are asked to confirm their address; form.js loads it when a comment was
 * answered so. A code was mailed: it is typed here, and the comment gets its place.
 */

const ANSWER_WAIT_MS = 30_000;

const element = (name, attributes, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

/** Asks for the code of a comment; `done` is told what became of it. */
export const confirm = ({ handle, email, held }, done) => {
  const code = element('input', {
    id: 'confirm-code', name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: '12', required: '',
    dir: 'ltr', 'aria-describedby': 'confirm-said',
  });
  const said = element('span', { id: 'confirm-said', class: 'field-error', role: 'alert' });
  const button = element('input', { type: 'submit', class: 'submit', value: 'Confirm' });
  const form = element('form', { class: 'comment-respond comment-form-confirm', method: 'post', novalidate: '' },
    element('p', {}, 'We sent a code to ', element('strong', { dir: 'ltr' }, email),
      '; it may take a minute. Type it here, and your comment gets its place.'),
    element('p', {}, element('label', { for: 'confirm-code' }, 'Code'), ' ', code, said),
    element('p', {}, button));
  held.append(form);
  code.focus();

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    event.stopPropagation(); // it is not the comment's form
    if (button.disabled) return;
    button.disabled = true;
    said.textContent = '';
    try {
      const answer = await fetch(new URL('confirm', location.href.split('?')[0]), {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ w: handle, code: code.value }),
        signal: AbortSignal.timeout(ANSWER_WAIT_MS),
      });
      const told = await answer.json();
      if (answer.ok) {
        form.remove();
        done(told);
        return;
      }
      said.textContent = told.message;
    } catch (error) {
      console.warn(error);
      said.textContent = 'The code could not be sent. Please try again.';
    } finally {
      button.disabled = false;
    }
    code.setAttribute('aria-invalid', 'true');
    code.focus();
  });
};
