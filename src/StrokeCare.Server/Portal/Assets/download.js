// A long download with its progress and a way to cancel it. The file is held in memory until it is whole, so that half a
// file is never saved. Without script, or where it is too much for that, the browser's own download does the same.
const most = 200_000;
const link = document.querySelector('a[data-most]');
const byId = (id) => document.getElementById(id);
const number = new Intl.NumberFormat('en');
let underWay = null;

const show = (rows, known) => {
  byId('download-rows').textContent = known ? `${number.format(Math.min(rows, known))} of ${number.format(known)} rows` : `${number.format(rows)} rows so far`;
  if (!known) return;
  const percent = Math.min(100, Math.floor((100 * rows) / known));
  byId('download-bar').value = percent;
  byId('download-part').textContent = `${percent} %`;
};

const save = (parts) => {
  const address = URL.createObjectURL(new Blob(parts, { type: 'text/csv' }));
  const file = document.createElement('a');
  file.href = address;
  file.download = link.dataset.name;
  file.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
};

// Each row ends a line. Which of the lines are in a cell is not looked at: it is a progress, not a count.
const read = async (answer, known) => {
  const reader = answer.body.getReader();
  const parts = [];
  let rows = -1;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { parts, rows: Math.max(0, rows) };
    parts.push(value);
    for (let at = value.indexOf(10); at >= 0; at = value.indexOf(10, at + 1)) rows++;
    show(Math.max(0, rows), known);
  }
};

link?.addEventListener('click', async (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || Number(link.dataset.most) > most) return;
  event.preventDefault();
  if (underWay) return;
  const known = Number(link.dataset.rows ?? 0);
  const mine = underWay = new AbortController();
  byId('download').hidden = false;
  byId('download-said').textContent = 'The download has begun.';
  show(0, known);
  try {
    const answer = await fetch(link.href, { redirect: 'manual', cache: 'no-store', signal: mine.signal });
    if (answer.ok) {
      const { parts, rows } = await read(answer, known);
      save(parts);
      byId('download-said').textContent = `Downloaded: ${number.format(rows)} rows.`;
    } else {
      // Signed out meanwhile, or refused: the page that is answered says so.
      location.assign(link.href);
    }
  } catch {
    byId('download-said').textContent = mine.signal.aborted ? 'Cancelled. Nothing was saved.' : 'The download broke off. Nothing was saved; please try again.';
  }

  underWay = null;
  if (byId('download').contains(document.activeElement)) link.focus();
  byId('download').hidden = true;
});
byId('download-cancel')?.addEventListener('click', () => underWay?.abort());
