// The details of the chosen step.
function drawPanel() {
  const panel = byID('panel');
  const s = model.chosen === null ? null : stepOf(model.chosen);
  panel.hidden = !s;
  if (!s) return;
  const d = s.d;
  const scroll = panel.dataset.step === s.id ? panel.scrollTop : 0;
  panel.dataset.step = s.id;
  panel.className = 's-' + s.status;
  const parts = [
    el('header', null, el('h2', null, d.n), el('button.close', { type: 'button', 'aria-label': 'Close', title: 'Close ( Esc )', onclick: () => choose(null) }, '✕')),
    badge(s.status, d.w),
    failure(d.x, d.y),
    facts(stepFacts(s)),
    attempts(d.a),
    detail('Input', d.in),
    detail('Output', d.out),
  ];
  panel.replaceChildren(...parts.filter(Boolean)); // the DOM would write "null" for what the step does not have
  panel.scrollTop = scroll;
}

function badge(status, native) {
  return el('span.badge.s-' + status, null, el('span.pulse', { 'aria-hidden': 'true' }, marks[status]), words(status, native));
}

function stepFacts(s) {
  const d = s.d;
  const known = (n) => n !== undefined;
  return [
    ['kind', d.k || 'step'],
    ['id', s.id],
    ['native status', d.w],
    ['scheduled', moment(d.e)],
    ['started', moment(d.b)],
    ['ended', moment(d.f)],
    ['waited', known(d.e) && known(d.b) ? took(Math.max(0, d.b - d.e)) : ''],
    ['worked', known(d.b) && known(d.f) ? took(Math.max(0, d.f - d.b)) : ''],
    ['in all', lasted(s, 'at least ') + (s.from !== null && d.o && model.data.now ? ' so far' : '')],
    ['share', s.from === null || !model.data.span ? '' : share(s)],
    ['events', d.v ? d.v[0] + ' – ' + d.v[1] : ''],
  ];
}

// share is the part of the whole time that a step took, as far as that goes.
function share(s) {
  const percent = (100 * (s.until - s.from)) / model.data.span;
  return (percent < 1 ? '< 1' : Math.round(percent)) + '% of the execution' + (!model.data.open ? '' : model.data.now ? ' so far' : ' up to its last event');
}

function facts(list) {
  const dl = el('dl.facts');
  for (const [name, value] of list) if (value) dl.append(el('dt', null, name), el('dd', null, value));
  return dl;
}

function failure(code, cause) {
  if (!code && !cause) return null;
  return el('div.failure', null,
    code ? el('div.code', null, code) : null,
    cause ? el('div.words', null, model.data.texts[cause].t) : null,
    clippedNote(cause));
}

function attempts(list) {
  if (!list || !list.length) return null;
  const table = el('table.tries', null, el('tr', null, ...['', 'status', 'waited', 'worked', 'after'].map((h) => el('th', null, h))));
  list.forEach((a, i) => {
    const known = (n) => n !== undefined;
    const gap = i && known(list[i - 1].f) ? (known(a.q) ? a.q : a.b) - list[i - 1].f : null;
    table.append(el('tr.s-' + (a.s || 'unknown'), null,
      el('td', null, '#' + (i + 1)),
      el('td.state', null, (marks[a.s] || '?') + ' ' + words(a.s || 'unknown')),
      el('td', null, known(a.q) && known(a.b) ? took(Math.max(0, a.b - a.q)) : ''),
      el('td', null, known(a.b) && known(a.f) ? took(Math.max(0, a.f - a.b)) : ''),
      el('td', null, gap > 0 ? took(gap) : '')));
    const said = [a.x, a.y ? model.data.texts[a.y].t : '', a.c ? 'call ' + a.c : ''].filter(Boolean).join('\n');
    if (said) table.append(el('tr', null, el('td', null), el('td', { colspan: '4' }, said)));
  });
  const box = document.createDocumentFragment();
  box.append(el('h3', null, list.length === 1 ? 'Attempt' : list.length + ' attempts'), table);
  return box;
}

// detail is an input or output, with a note where it was cut.
function detail(title, index) {
  if (!index) return null;
  const { t } = model.data.texts[index];
  const copy = el('button.copy', { type: 'button', onclick: () => copyText(t, copy) }, 'copy');
  const box = document.createDocumentFragment();
  box.append(el('h3', null, title, copy), t ? pretty(t) : '', clippedNote(index) || '');
  return box;
}

function clippedNote(index) {
  const entry = index ? model.data.texts[index] : null;
  if (!entry || !entry.n) return null;
  return el('p.clipped', null, (entry.t ? 'Cut: the whole has ' : 'Left out, to keep this report small: it has ') + entry.n.toLocaleString('en') + ' bytes.');
}

function copyText(text, button) {
  if (!navigator.clipboard) return;
  navigator.clipboard.writeText(text).then(() => { button.textContent = 'copied'; }, () => { button.textContent = 'not allowed'; });
}
