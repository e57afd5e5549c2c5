'use strict';
// The list of executions: read again every few seconds, and further pages when they are asked for.
const marks = { succeeded: '✓', failed: '✗', timed_out: '◔', stopped: '■', running: '▶', paused: '◫', pending: '○' };
const every = 3000;
const byID = (id) => document.getElementById(id);
const filters = byID('filters');
let shown = new Map(); // reference -> execution
let further = new Map(); // workflow -> where its list goes on
let round = 0; // of reading; answers of an earlier one come too late

const key = (ref) => [ref.provider, ref.scope, ref.workflow, ref.execution || ''].map(encodeURIComponent).join('/');

function element(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children); // texts become text nodes, never HTML
  return node;
}

// unbroken are the parts of a scope, between which a line may end.
const unbroken = (scope) => scope.split(/(?<=\/)/).map((part) => element('span', 'part', part));

function asked() {
  const query = new URLSearchParams();
  if (filters.status.value) query.set('status', filters.status.value);
  if (filters.prefix.value) query.set('prefix', filters.prefix.value);
  if (filters.cloud.value) {
    const [provider, scope] = filters.cloud.value.split('/').map(decodeURIComponent);
    query.set('provider', provider);
    query.set('scope', scope);
  }
  return query;
}

async function get(address) {
  const answer = await fetch(address, { headers: { Accept: 'application/json' } });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail || answer.statusText);
  return body;
}

// read reads the beginning of the list, or with a place what comes behind that.
async function read(place) {
  const mine = round;
  const query = asked();
  for (const name of place ? ['provider', 'scope', 'workflow', 'cursor'] : []) query.set(name, place[name]);
  let answer;
  try {
    answer = await get('/api/executions?' + query);
  } catch (error) {
    if (mine === round) drawErrors([{ title: 'The list could not be read', detail: error.message }]);
    return;
  }
  if (mine !== round) return;
  for (const e of answer.items) shown.set(key(e), e); // one that has left the first page stays
  if (place) further.set(key(place), null); // unless there are still more
  for (const m of answer.more) if (place || !further.has(key(m))) further.set(key(m), m);
  drawErrors(answer.errors);
  draw();
}

function drawErrors(errors) {
  byID('errors').replaceChildren(...errors.map((p) => {
    const t = p.target;
    const where = t ? [t.provider + ' · ', ...unbroken(t.scope || ''), t.workflow ? ' · ' + t.workflow : '', ': '] : [];
    return element('li', '', element('b', '', ...where, p.title), ' ', p.detail);
  }));
}

function draw() {
  const list = [...shown.values()].sort((a, b) => (b.started || '').localeCompare(a.started || '') || key(a).localeCompare(key(b)));
  const focused = document.activeElement.getAttribute('href');
  byID('rows').replaceChildren(...list.map(row));
  if (focused) [...document.links].find((a) => a.getAttribute('href') === focused)?.focus({ preventScroll: true });
  const running = list.filter((e) => e.status === 'running').length;
  byID('note').textContent = list.length ? `${list.length} executions, ${running} running` : 'No execution is there, or none passes the filters.';
  byID('more').replaceChildren(...[...further.values()].filter(Boolean).map((m) => {
    const button = element('button', '', 'More of ' + m.workflow);
    button.addEventListener('click', () => { button.disabled = true; read(m); });
    return button;
  }));
}

function row(e) {
  const link = element('a', '', e.execution);
  link.href = '/executions/' + key(e);
  const status = e.status || 'unknown';
  return element('tr', status,
    element('td', 'status', element('span', 'mark', marks[status] || '?'), ' ' + (e.status ? status.replace('_', ' ') : e.native_status || '?')),
    element('td', 'name', link),
    element('td', 'workflow', e.workflow),
    element('td', 'cloud', e.provider + ' · ', ...unbroken(e.scope)),
    element('td', 'time started', e.started ? e.started.slice(0, 19).replace('T', ' ') : '–'),
    element('td', 'time', took(e)));
}

function took(e) {
  if (!e.started) return '–';
  const words = rounded(Math.max(0, (Date.parse(e.ended) || Date.now()) - Date.parse(e.started)));
  return e.ended ? words : words + ' so far';
}

// rounded writes milliseconds as the report does.
function rounded(ms) {
  const two = (n) => String(n).padStart(2, '0');
  const s = Math.round(ms / 1000);
  const m = Math.round(ms / 60000);
  const h = Math.round(ms / 3600000);
  if (ms < 1000) return ms + 'ms';
  if (Math.round(ms / 10) < 1000) return (Math.round(ms / 10) / 100).toFixed(2) + 's';
  if (Math.round(ms / 100) < 600) return (Math.round(ms / 100) / 10).toFixed(1) + 's';
  if (s < 3600) return Math.floor(s / 60) + 'm' + two(s % 60) + 's';
  if (m < 6000) return Math.floor(m / 60) + 'h' + two(m % 60) + 'm';
  return Math.floor(h / 24) + 'd' + two(h % 24) + 'h';
}

function start() {
  round++;
  shown = new Map();
  further = new Map();
  read();
}

// again reads on and on, less often where that takes long: clouds have quotas.
async function again() {
  const began = Date.now();
  if (!document.hidden) await read();
  setTimeout(again, Math.max(every, 4 * (Date.now() - began)));
}

let typed = 0;
filters.addEventListener('input', () => { clearTimeout(typed); typed = setTimeout(start, 250); });
filters.addEventListener('submit', (e) => e.preventDefault());
setTimeout(again, every);
get('/api/clouds').then(({ clouds }) => {
  for (const c of clouds) {
    const option = element('option', '', `${c.title}, ${c.scope}`);
    option.value = [c.provider, c.scope].map(encodeURIComponent).join('/');
    filters.cloud.append(option);
  }
}).catch(() => { /* the list says what is wrong */ });
start();
