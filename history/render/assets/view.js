// The head of the page and what is below the table; refresh draws all that depends on what is shown.
function drawHead() {
  const d = model.data;
  document.querySelector('#head').replaceChildren(
    el('div.line', null, el('h1', null, d.name), badgeOf(d)),
    el('p.sub', null, d.summary + ' · ' + d.when),
    el('p.sub', null, d.ref),
    causeCard(d),
    harmless('Tried again and succeeded', d.survived),
    harmless('Failed and was caught', d.caught),
  );
}

function badgeOf(d) {
  return el('span.badge.s-' + d.status, null, el('span.pulse', { 'aria-hidden': 'true' }, marks[d.status]), d.headline);
}

function causeCard(d) {
  const c = d.cause;
  if (!c) return '';
  const path = el('div.path');
  c.path.forEach((index, i) => {
    const s = model.steps[index];
    if (s.d.k && i) path.lastChild.append(stepLink(s)); // the number of a branch joins the step that it is in
    else path.append(i ? el('span.sep', { 'aria-hidden': 'true' }, '›') : '', el('span', null, stepLink(s)));
  });
  if (!c.path.length) path.append(c.place);
  path.normalize();
  const last = c.path.length ? model.steps[c.path[c.path.length - 1]] : null;
  if (last && last.d.a && last.d.a.length > 1) path.append(el('span.sep', null, `(${last.d.a.length} attempts)`));
  return el('div.cause.s-' + c.status, null,
    el('div.title', null, c.title), path,
    c.code ? el('div.code', null, c.code) : '',
    c.text ? el('div.words', null, d.texts[c.text].t) : '',
    clippedNote(c.text));
}

function stepLink(s) {
  return el('button.link', { type: 'button', title: s.id, onclick: () => show(s) }, s.d.n);
}

function harmless(title, list) {
  if (!list || !list.length) return '';
  const box = el('p.harmless', null, title + ': ');
  list.slice(0, 8).forEach((index, i) => box.append(i ? ', ' : '', stepLink(model.steps[index])));
  if (list.length > 8) box.append(` and ${list.length - 8} more`);
  return box;
}

// drawAbout shows what is known of the execution itself, and what is wrong with what was read.
function drawAbout() {
  const d = model.data;
  const open = [...document.querySelectorAll('#about details')].map((x) => x.open);
  const boxes = [el('details', null, el('summary', null, 'Execution'), facts(d.facts), detail('Input', d.in), detail('Output', d.out), detail('Definition', d.def))];
  if (d.diagnostics) {
    const list = el('ul');
    for (const x of d.diagnostics) {
      list.append(el('li', null, x.severity + ': ', x.step >= 0 ? stepLink(model.steps[x.step]) : '', x.step >= 0 ? ': ' : '', x.text + ' (' + x.code + ')'));
    }
    boxes.push(el('details', { open: '' }, el('summary', null, 'What is wrong with this history: ' + d.diagnostics.length), list));
  }
  open.forEach((x, i) => { if (boxes[i]) boxes[i].open = x; });
  byID('about').replaceChildren(...boxes);
}

// refresh draws what depends on the rows and on the zoom.
function refresh() {
  measure();
  drawGrid();
  drawAxis(barWidth);
  drawBrush();
  const note = emptyNote();
  byID('empty').hidden = !note;
  byID('empty').textContent = note;
  byID('found').textContent = found();
  byID('failed').setAttribute('aria-pressed', model.failedOnly);
  paint(true);
}

function emptyNote() {
  if (printing && model.rows.length > mostPrinted) return `Only the first ${mostPrinted} of ${model.rows.length} rows are printed.`;
  if (model.rows.length) return '';
  return model.steps.length ? 'No step matches.' : 'There are no steps yet.';
}

function found() {
  if (model.query || model.failedOnly) return `${model.matches} of ${model.steps.length} match`;
  if (!model.zoomed) return '';
  return `${took(model.from)} – ${took(model.until)}`;
}

// choose selects a step, or none.
function choose(id, keepScroll) {
  model.chosen = id;
  drawPanel();
  refresh();
  const i = id === null ? -1 : rowOf(id);
  const list = byID('rows');
  if (i < 0) list.removeAttribute('aria-activedescendant');
  else {
    if (!keepScroll) scrollToRow(i);
    paint(false);
    list.setAttribute('aria-activedescendant', 'row-' + i);
  }
}

// show unfolds and selects a step.
function show(s) {
  reveal(s);
  byID('search').value = model.query;
  choose(s.id);
}

function scrollToRow(i) {
  const top = byID('rows').getBoundingClientRect().top + i * rowHeight;
  const covered = 90;
  const below = window.innerHeight - rowHeight - (byID('panel').hidden || window.innerWidth > 1020 ? 8 : window.innerHeight * 0.64);
  if (top < covered) window.scrollBy(0, top - covered);
  else if (top > below) window.scrollBy(0, top - below + 40);
}

function toggle(s) {
  if (model.folded.has(s.id)) model.folded.delete(s.id);
  else model.folded.add(s.id);
  arrange();
  refresh();
}
