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
addEventListener('pageshow', () => { for (const form of document.forms) delete form.dataset.sent; });
