// What a reader does, with a pointer or with keys.
const help = [
  ['↑ ↓', 'previous, next step'], ['← →', 'fold, unfold'], ['Home End', 'first, last'], ['Enter', 'details'], ['Esc', 'close, clear'],
  ['/', 'search'], ['f', 'only what failed'], ['n', 'next that failed'], ['+ − 0', 'zoom in, out, all'], ['z', 'zoom to the step'],
  ['e c', 'unfold all, fold all'], ['t', 'light or dark'], ['?', 'these keys'],
];

function search(query) {
  model.query = query.trim();
  arrange();
  if (window.innerWidth <= 1020) choose(null); // the details would cover what is found
  else refresh();
}

function failedOnly() {
  model.failedOnly = !model.failedOnly;
  arrange();
  refresh();
}

function foldAll(fold) {
  model.folded = new Set(fold ? model.steps.filter((s) => s.children.length).map((s) => s.id) : []);
  if (!fold) model.unfolded = new Set(['', ...model.steps.map((s) => s.id)]);
  else model.unfolded.clear();
  arrange();
  refresh();
}

function move(by) {
  const at = model.chosen === null ? (by > 0 ? -1 : model.rows.length) : rowOf(model.chosen);
  const step = by > 0 ? 1 : -1;
  let i = Math.min(model.rows.length - 1, Math.max(0, at + by));
  while (i >= 0 && i < model.rows.length && !model.rows[i].step) i += step;
  if (model.rows[i] && model.rows[i].step) choose(model.rows[i].step.id);
}

function nextFailed() {
  const last = model.chosen === null ? -1 : (stepOf(model.chosen) || { index: -1 }).index;
  const list = model.steps.filter((s) => bad.has(s.status) && !s.children.some((c) => c.failing));
  const s = list.find((x) => x.index > last) || list[0];
  if (s) show(s);
}

function fold(way) {
  const s = model.chosen === null ? null : stepOf(model.chosen);
  if (!s) return;
  const folded = model.folded.has(s.id);
  if (s.children.length && folded === (way > 0)) toggle(s);
  else if (way < 0 && s.parent >= 0) choose(model.steps[s.parent].id);
  else if (way > 0 && s.children.length) move(1);
}

function zoomToChosen() {
  const s = model.chosen === null ? null : stepOf(model.chosen);
  if (!s || s.from === null) return;
  const margin = Math.max(1, (s.until - s.from) * 0.05);
  zoom(s.from - margin, s.until + margin);
}

function switchTheme() {
  const root = document.documentElement;
  root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
  try { localStorage.setItem('flowhistory-theme', root.dataset.theme); } catch { /* a file may keep nothing */ }
}

function firstTheme() {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  let kept = null;
  try { kept = localStorage.getItem('flowhistory-theme'); } catch { /* as above */ }
  document.documentElement.dataset.theme = kept === 'dark' || kept === 'light' ? kept : dark.matches ? 'dark' : 'light';
  dark.addEventListener('change', () => { document.documentElement.dataset.theme = dark.matches ? 'dark' : 'light'; });
}

function openHelp() {
  const list = el('dl');
  for (const [keys, what] of help) list.append(el('dt', null, ...keys.split(' ').flatMap((k) => [el('kbd', null, k), ' '])), el('dd', null, what));
  byID('help').replaceChildren(list);
  byID('help').showModal();
}

const keys = {
  '/': () => byID('search').focus(), f: failedOnly, n: nextFailed, t: switchTheme, '?': openHelp, z: zoomToChosen,
  '+': () => zoomBy(0.5), '=': () => zoomBy(0.5), '-': () => zoomBy(2), 0: () => { fitAll(); refresh(); },
  e: () => foldAll(false), c: () => foldAll(true), Escape: () => choose(null),
  ArrowDown: () => move(1), ArrowUp: () => move(-1), PageDown: () => move(15), PageUp: () => move(-15),
  Home: () => move(-1e9), End: () => move(1e9), ArrowLeft: () => fold(-1), ArrowRight: () => fold(1),
  Enter: () => { drawPanel(); byID('panel').querySelector('.close')?.focus({ preventScroll: true }); },
};

function onKey(e) {
  if (e.ctrlKey || e.metaKey || e.altKey || byID('help').open) return;
  const field = e.target.closest('input, button, summary, pre, a');
  if (e.target.id === 'search') {
    if (e.key === 'Escape' || e.key === 'ArrowDown') byID('rows').focus({ preventScroll: true });
    if (e.key === 'Escape') { e.target.value = ''; search(''); }
    return;
  }
  if (field && ['Enter', ' '].includes(e.key) || field && field.tagName === 'PRE' && e.key.startsWith('Arrow')) return;
  const act = keys[e.key];
  if (!act) return;
  e.preventDefault();
  act();
}

// onRow is a click on a row: on its triangle to fold, on a counted row to see them, else for details.
function onRow(e) {
  const node = e.target.closest('.row');
  const row = node && model.rows[node.dataset.row];
  if (!row) return;
  if (row.more) {
    model.unfolded.add(row.parent);
    arrange();
    refresh();
  } else if (e.target.closest('.twist') && row.step.children.length) toggle(row.step);
  else choose(row.step.id === model.chosen ? null : row.step.id, true);
}

// dragOverview zooms to what the pointer is drawn over; a click shows everything again.
function dragOverview(e) {
  const box = byID('overview');
  const at = (x) => Math.min(1, Math.max(0, (x - box.getBoundingClientRect().left - 10) / (box.clientWidth - 20))) * model.data.span;
  const start = e.clientX;
  box.setPointerCapture(e.pointerId);
  const drag = (m) => {
    if (Math.abs(m.clientX - start) > 3) zoom(Math.min(at(start), at(m.clientX)), Math.max(at(start), at(m.clientX)));
  };
  box.addEventListener('pointermove', drag);
  box.addEventListener('pointerup', (u) => {
    box.removeEventListener('pointermove', drag);
    if (Math.abs(u.clientX - start) <= 3) { fitAll(); refresh(); }
  }, { once: true });
}

// onWheel zooms with Ctrl around the pointer, and moves sideways.
function onWheel(e) {
  const box = document.querySelector('#axis svg').getBoundingClientRect();
  const span = model.until - model.from;
  if (e.ctrlKey) {
    e.preventDefault();
    zoomBy(Math.exp(e.deltaY * 0.002), model.from + Math.min(1, Math.max(0, (e.clientX - box.left) / box.width)) * span);
  } else if (Math.abs(e.deltaX) > Math.abs(e.deltaY) && model.zoomed) {
    e.preventDefault();
    zoom(model.from + (e.deltaX / box.width) * span, model.until + (e.deltaX / box.width) * span);
  }
}
