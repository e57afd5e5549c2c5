// The rows. Only those in sight are in the page: an element that leaves is used again for one that comes.
const shown = new Map(); // index of a row -> its element
const spare = [];
let rowHeight = 30;
let barWidth = 400;
let printing = false;
const mostPrinted = 2000;

function measure() {
  rowHeight = parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--row')) || 30;
  barWidth = document.querySelector('#axis svg').clientWidth || 400;
  if (printing) [rowHeight, barWidth] = [20, 350]; // as the style sheet has it for paper, which is not yet in force
}

// paint brings the page in line with where it is scrolled to. changed says that rows in sight may be others than before.
function paint(changed) {
  const list = byID('rows');
  const most = model.rows.length;
  if (changed) {
    list.style.height = most * rowHeight + 'px';
    for (const node of shown.values()) spare.push(node);
    shown.clear();
  }
  const top = -list.getBoundingClientRect().top;
  const over = 6;
  let first = Math.max(0, Math.floor(top / rowHeight) - over);
  let last = Math.min(most, Math.ceil((top + window.innerHeight) / rowHeight) + over);
  if (printing) [first, last] = [0, Math.min(most, mostPrinted)];
  for (const [i, node] of shown) {
    if (i < first || i >= last) {
      shown.delete(i);
      spare.push(node);
    }
  }
  for (let i = first; i < last; i++) {
    if (shown.has(i)) continue;
    const node = spare.pop() || newRow();
    fill(node, model.rows[i], i);
    if (!node.isConnected || printing) list.append(node);
    shown.set(i, node);
  }
  for (const node of spare) node.remove();
  if (spare.length > 200) spare.length = 0;
}

function newRow() {
  const node = el('div.row', { role: 'treeitem' });
  node.parts = {
    name: el('div.name'), twist: el('button.twist', { type: 'button', tabindex: '-1', 'aria-hidden': 'true' }), mark: el('span.mark'),
    label: el('span.label'), took: el('div.took'), svg: svg('svg', { 'aria-hidden': 'true' }),
  };
  const p = node.parts;
  p.name.append(p.twist, p.mark, p.label);
  node.append(p.name, p.took, p.svg);
  return node;
}

function fill(node, row, i) {
  const p = node.parts;
  node.style.transform = `translateY(${i * rowHeight}px)`;
  node.id = 'row-' + i;
  node.dataset.row = i;
  node.setAttribute('aria-level', row.depth + 1);
  p.name.style.paddingLeft = 8 + Math.min(row.depth, 14) * 16 + 'px';
  if (row.more) return fillMore(node, row);
  const s = row.step;
  const folded = model.folded.has(s.id);
  node.className = 'row s-' + s.status + (s.blamed ? ' blamed' : '') + (s.d.k ? ' dim' : '');
  node.setAttribute('aria-selected', row.steps.some((x) => x.id === model.chosen));
  if (s.children.length) node.setAttribute('aria-expanded', !folded);
  else node.removeAttribute('aria-expanded');
  node.title = s.id + ': ' + words(s.status, s.d.w) + (s.d.x ? ', ' + s.d.x : '');
  p.twist.textContent = s.children.length ? (folded ? '▶' : '▼') : '';
  p.mark.textContent = marks[s.status];
  if (!row.prefix && !model.query) p.label.textContent = s.d.n;
  else p.label.replaceChildren(row.prefix ? el('span.kind', null, row.prefix) : '', ...highlighted(s.d.n));
  p.took.textContent = lasted(s, '≥');
  if (s.d.a && s.d.a.length > 1) p.took.prepend(el('span.tries', null, '×' + s.d.a.length));
  drawBar(p.svg, s);
}

function fillMore(node, row) {
  const p = node.parts;
  const counts = {};
  for (const s of row.more) counts[s.status] = (counts[s.status] || 0) + 1;
  const kinds = Object.keys(counts);
  const list = kinds.length === 1 ? 'all ' + words(kinds[0]) : kinds.map((k) => counts[k] + ' ' + words(k)).join(', ');
  node.className = 'row more';
  node.setAttribute('aria-selected', 'false');
  node.removeAttribute('aria-expanded');
  node.title = 'Show them';
  p.twist.textContent = '⋯';
  p.mark.textContent = '';
  p.label.textContent = `${row.more.length} more like these, ${list}`;
  p.took.textContent = '';
  drawGridOf(p.svg);
  while (p.svg.children.length > 1) p.svg.lastChild.remove();
}

// drawBar draws what a step did. No part of the last one is too short to be seen.
function drawBar(root, s) {
  let used = 1; // the first is the grid
  drawGridOf(root);
  const middle = rowHeight > 40 ? 9 : rowHeight / 2;
  (s.d.g || []).forEach(([phase, from, until], i) => {
    const x = place(from, barWidth);
    const last = i === s.d.g.length - 1;
    const width = Math.max(place(until, barWidth) - x, last || phase === 2 ? 2 : 0);
    if (x + width < 0 || x > barWidth || width < 1) return;
    const height = phase === 3 ? 4 : phase === 0 ? 8 : 14;
    const left = Math.max(-4, Math.min(x, barWidth - 2));
    const rect = root.children[used++] || root.appendChild(svg('rect', { rx: 2 }));
    rect.setAttribute('class', phases[phase] + (last ? ' last' : ''));
    rect.setAttribute('x', left.toFixed(1));
    rect.setAttribute('y', middle - height / 2);
    rect.setAttribute('width', Math.min(width - (left - x), barWidth + 8).toFixed(1));
    rect.setAttribute('height', height);
  });
  while (root.children.length > used) root.lastChild.remove();
}

let gridPath = '';
function drawGridOf(root) {
  const path = root.firstChild || root.appendChild(svg('path', {}));
  if (path.getAttribute('d') !== gridPath) path.setAttribute('d', gridPath);
}
function drawGrid() { gridPath = ticks(barWidth).map((t) => `M${Math.round(place(t, barWidth)) + 0.5} -1v60`).join(''); }

// highlighted is a name with what is searched for marked in it.
function highlighted(name) {
  const word = model.query.toLowerCase().split(/\s+/).filter((w) => w && name.toLowerCase().includes(w))[0];
  const at = word ? name.toLowerCase().indexOf(word) : -1;
  if (at < 0) return [name];
  return [name.slice(0, at), el('mark', null, name.slice(at, at + word.length)), name.slice(at + word.length)];
}
