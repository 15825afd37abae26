// Nothing here is needed: every page works without it. It only saves a step.
'use strict';

// The code of a reset mail comes behind #, where no server sees it. Put it into its field, and out of the address.
const code = document.getElementById('token');
if (code && location.hash.startsWith('#token=')) {
  code.value = decodeURIComponent(location.hash.slice('#token='.length));
  history.replaceState(null, '', location.pathname);
}

// A second press of the same button while the first is under way is a slip of the hand.
for (const form of document.forms) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) event.preventDefault();
    else form.dataset.sent = '1';
  });
}

// Who a new patient may be already, while they are typed: the form itself is sent with a word that it is only a look, and
// of the page that comes back the one part is taken. Not sooner than a pause in typing, never two at a time, and only when
// something is there to compare by. Whoever registers is asked the same without it.
const looked = document.querySelector('[data-look]');
if (looked) {
  const pause = 900;
  const least = 3;
  const place = document.getElementById('likely');
  const compared = ['first_name', 'last_name', 'date_of_birth', 'date_of_birth-month', 'date_of_birth-year', 'mrn', 'phone'].map((id) => document.getElementById(id));
  const typed = () => compared.map((input) => input.value.trim());
  const isEnough = ([first, last, , , , mrn, phone]) => (first.length > 1 && last.length > 1) || mrn.length >= least || phone.length > 5;
  let timer = 0;
  let busy = false;
  let asked = '';
  const look = async () => {
    const now = typed();
    if (busy || now.join('|') === asked || !isEnough(now)) return;
    busy = true;
    asked = now.join('|');
    try {
      const form = looked.closest('form');
      const body = new URLSearchParams(new FormData(form));
      body.set(looked.dataset.look, '1');
      const answer = await fetch(form.action, { method: 'POST', body, credentials: 'same-origin', redirect: 'error', headers: { accept: 'text/html' } });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
        place.replaceChildren(...page.getElementById('likely').childNodes);
      }
    } catch {
      // Away, or signed out meanwhile: sending the form says so.
    } finally {
      busy = false;
      if (typed().join('|') !== asked) timer = setTimeout(look, pause);
    }
  };
  for (const input of compared) {
    input.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(look, pause);
    });
  }
}

addEventListener('pageshow', () => { for (const form of document.forms) delete form.dataset.sent; });
