// What pages of the signed-in do by themselves: they keep their live part up to date, warn before the session ends, and
// are left when it has. Every page works without it; the server ends sessions whether or not a page knows.
const warning = 2 * 60_000;
const silence = 40_000;
const { of, left, final } = document.body.dataset;
const area = document.querySelector('[data-live]');
const dialog = document.getElementById('idle');
const byId = (id) => document.getElementById(id);

// All pages of one browser hold the same session: what one hears, the others know. Nothing of it is stored.
const others = new BroadcastChannel('session');

// When the session ends, by this computer's clock.
let end = 0;
let isGone = false;

// A form is under way that may end the session itself, by signing out or with a new password: its answer says how it goes on.
let isSending = false;

const setEnd = (rest) => {
  end = Date.now() + rest.left;
  byId('idle-final').hidden = !rest.isFinal;
  byId('idle-stay').hidden = rest.isFinal;
  tick();
};

// A form with something in it that was not sent yet: what was typed into last, or what came back for another try.
let typedInto = null;
document.addEventListener('input', ({ target: { form } }) => {
  // A file is chosen anew: browsers give none back.
  if (form?.method === 'post' && form.enctype !== 'multipart/form-data' && form.closest('main')) typedInto = form;
});
const unsent = () => typedInto ?? (document.querySelector('[data-unsent]') && document.querySelector('main form[method=post]:has(:is(input, select, textarea)[name^="Input."]:not([type=hidden]))'));

// Nothing readable is left. What was typed goes to the server, which seals it into the sign-in page and does nothing else.
const leave = () => {
  if (isGone) return;
  isGone = true;
  stop();
  dialog.close();
  document.documentElement.classList.add('left');
  const form = unsent();
  if (form) {
    form.insertAdjacentHTML('beforeend', '<input type="hidden" name="_keep" value="1" />');
    form.submit();
  } else {
    location.replace(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}&ended=1`);
  }
};

const gone = () => {
  if (isSending) return;
  others.postMessage({ of, isGone: true });
  leave();
};

others.addEventListener('message', ({ data }) => {
  if (data.of !== of || isGone || isSending) return;
  if (data.isGone) leave();
  else if (data.mayEnd) askSoon();
  else setEnd({ left: data.end - Date.now(), isFinal: data.isFinal });
});

const until = (rest) => {
  setEnd(rest);
  others.postMessage({ of, end, isFinal: rest.isFinal });
};

// The warning.
const inWords = (rest) => (rest > 90_000 ? '2 minutes' : rest > 45_000 ? '1 minute' : rest > 20_000 ? 'half a minute' : 'a few seconds');

function tick() {
  if (isGone || isSending) return;
  const rest = end - Date.now();
  // The stream says so first. This is for when it cannot.
  if (rest < -1500) {
    leave();
    return;
  }

  if (rest > warning) {
    dialog.close();
    return;
  }

  const words = inWords(rest);
  if (byId('idle-left').textContent !== words) byId('idle-left').textContent = words;
  if (!dialog.open) {
    byId('idle-fault').hidden = true;
    dialog.showModal();
  }
}

const stay = async () => {
  try {
    const answer = await fetch('/live/stay', { redirect: 'manual', cache: 'no-store' });
    if (answer.type === 'opaqueredirect') gone();
    else if (answer.ok) until(await answer.json());
    else byId('idle-fault').hidden = false;
  } catch {
    byId('idle-fault').hidden = false;
  }
};
byId('idle-stay').addEventListener('click', stay);
dialog.addEventListener('cancel', (event) => {
  // Escape: somebody is there.
  event.preventDefault();
  if (!byId('idle-stay').hidden) stay();
});

// The live part. It is not replaced under a pressed pointer or a selection, nor while its reader wants it to stand still.
const spoken = 10_000;
let mark = area?.dataset.mark;
let drawing = null;
let isPaused = false;
let isPressed = false;
let lastSpoken = -spoken;

const say = (state, words) => {
  if (!area) return;
  byId('live-line').hidden = false;
  byId('live-state').dataset.state = isPaused ? 'paused' : state;
  byId('live-state').textContent = isPaused ? 'Paused: what you see stands still' : words;
};
const sayLive = () => say('live', 'Updates by itself');
const sayAway = () => say('away', 'Not connected: what you see may be old');

const isHeld = () => {
  const selected = getSelection();
  return isPaused || isPressed || (!selected.isCollapsed && area.contains(selected.anchorNode));
};

// Not all of what happens is said, but the last of it is.
let toSay = null;
let later = 0;
const speak = () => {
  clearTimeout(later);
  if (toSay === null) return;
  const wait = lastSpoken + spoken - performance.now();
  if (wait > 0) {
    later = setTimeout(speak, wait);
    return;
  }

  lastSpoken = performance.now();
  byId('live-said').textContent = toSay;
  toSay = null;
};

// The element under the keyboard, or the nearest around it that is still there after the change.
const put = () => {
  if (!drawing || isHeld()) return;
  const held = [];
  for (let at = document.activeElement; at && area.contains(at); at = at.parentElement) if (at.id) held.push(at.id);
  area.innerHTML = drawing.html;
  const kept = held.map(byId).find((at) => at);
  if (kept) {
    if (kept.tabIndex < 0) kept.tabIndex = -1;
    kept.focus({ preventScroll: true });
  }

  toSay = drawing.says;
  speak();
  drawing = null;
};

if (area) {
  area.addEventListener('pointerdown', () => { isPressed = true; });
  for (const name of ['pointerup', 'pointercancel']) {
    addEventListener(name, () => {
      // After the click that comes of it.
      setTimeout(() => { isPressed = false; put(); });
    });
  }

  document.addEventListener('selectionchange', put);
  byId('live-pause').addEventListener('click', () => {
    isPaused = !isPaused;
    byId('live-pause').firstChild.textContent = isPaused ? 'Go on with' : 'Pause';
    byId('live-pause').lastChild.classList.toggle('hidden', !isPaused);
    sayLive();
    put();
  });
}

// The stream: one per page in sight. Browsers have few connections for each address.
let stream = null;
let asksOnce = false;
let heard = 0;
let tries = 0;
let again = 0;

const take = (text) => {
  const event = Object.fromEntries(text.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
  switch (event.event) {
    case 'gone':
      gone();
      break;
    case 'until':
      until(JSON.parse(event.data));
      if (document.hidden) stop();
      break;
    case 'part':
      mark = event.id;
      drawing = JSON.parse(event.data);
      put();
      break;
  }
};

const read = async (body) => {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard = Date.now();
    text += value;
    for (let cut = text.indexOf('\n\n'); cut >= 0 && !isGone; cut = text.indexOf('\n\n')) {
      take(text.slice(0, cut));
      text = text.slice(cut + 2);
    }
  }
};

const connect = async () => {
  if (isGone || isSending || stream || (document.hidden && !asksOnce)) return;
  asksOnce = false;
  clearTimeout(again);
  const mine = stream = new AbortController();
  heard = Date.now();
  try {
    const path = area?.dataset.live ?? '/live';
    const headers = { accept: 'text/event-stream', ...(mark && { 'last-event-id': mark }) };
    const answer = await fetch(`${path}${path.includes('?') ? '&' : '?'}of=${of}`, { headers, redirect: 'manual', cache: 'no-store', signal: mine.signal });
    if (answer.type === 'opaqueredirect' || answer.status === 403) {
      gone();
      return;
    }

    if (answer.ok) {
      tries = 0;
      sayLive();
      await read(answer.body);
    }
  } catch {
    // Away, or left by ourselves: below it is tried again, unless we meant it.
  }

  if (stream !== mine || isGone || isSending) return;
  stream = null;
  if (tries++ > 0) sayAway();
  again = setTimeout(connect, Math.min(30_000, 500 * 2 ** tries) * (0.5 + Math.random()));
};

function stop() {
  clearTimeout(again);
  const mine = stream;
  stream = null;
  mine?.abort();
}

// A page out of sight has no stream. When a form of another window may have ended the session, it asks whether it did: once
// soon, and once more for an answer that took longer there.
function askSoon() {
  for (const wait of [1000, 5000]) {
    setTimeout(() => {
      if (!document.hidden) return;
      asksOnce = true;
      connect();
    }, wait);
  }
}

setInterval(() => {
  tick();
  if (stream && Date.now() - heard > silence) {
    stop();
    connect();
  }
}, 1000);
document.addEventListener('submit', ({ target, defaultPrevented }) => {
  if (defaultPrevented || target.method !== 'post') return;
  isSending = true;
  stop();
  if (/^\/(sign-out|account\/password)$/.test(new URL(target.action).pathname)) others.postMessage({ of, mayEnd: true });
  setTimeout(() => {
    // No page came of it.
    isSending = false;
    connect();
  }, 10_000);
});
document.addEventListener('visibilitychange', () => (document.hidden ? stop() : connect()));
addEventListener('pagehide', stop);
addEventListener('pageshow', ({ persisted }) => {
  if (!persisted) return;
  isSending = false;
  connect();
});
setEnd({ left: Number(left), isFinal: final === 'true' });
others.postMessage({ of, end, isFinal: final === 'true' });
connect();
