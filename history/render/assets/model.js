// What is shown, and which rows follow from that. Steps are known by their ids, which stay the same while data grows.
const phases = ['wait', 'run', 'fail', 'hold'];
const bad = new Set(['failed', 'timed_out']);
const model = {
  data: null, steps: [], rows: [],
  query: '', failedOnly: false, matches: 0,
  folded: new Set(), unfolded: new Set(), // ids of steps whose children are folded; whose counted children are shown
  chosen: null, // id
  from: 0, until: 1, zoomed: false,
};

function load(data) {
  model.data = data;
  model.steps = data.steps.map((d, index) => ({
    d, index, id: d.i || d.n, status: d.s, parent: d.p, children: [], failing: bad.has(d.s), blamed: false, found: null,
    from: d.g ? d.g[0][1] : null, until: d.g ? d.g[d.g.length - 1][2] : null,
  }));
  for (const s of model.steps) if (s.parent >= 0) model.steps[s.parent].children.push(s);
  const last = data.cause && data.cause.path[data.cause.path.length - 1];
  if (last !== undefined && last !== null) model.steps[last].blamed = true;
  for (let i = model.steps.length - 1; i >= 0; i--) { // what is in a step comes behind it
    const s = model.steps[i];
    if (s.failing && s.parent >= 0) model.steps[s.parent].failing = true;
  }
  if (!model.zoomed) fitAll();
  arrange();
}

function fitAll() {
  model.from = 0;
  model.until = Math.max(1, model.data.span);
  model.zoomed = false;
}

// arrange makes the rows. While something is searched for, nothing is folded.
function arrange() {
  const filtered = model.query !== '' || model.failedOnly;
  const keep = filtered ? matching() : null;
  const rows = [];
  const level = (steps, parent, depth) => {
    const counted = [];
    for (const s of steps) {
      if (keep && !keep[s.index]) continue;
      if (!keep && s.d.h && !model.unfolded.has(parent)) { counted.push(s); continue; }
      const row = rowFor(s, depth);
      rows.push(row);
      if (row.step.children.length && (keep || !model.folded.has(row.step.id))) level(row.step.children, row.step.id, depth + 1);
    }
    if (counted.length) rows.push({ more: counted, parent, depth, steps: [] });
  };
  level(model.steps.filter((s) => s.parent < 0), '', 0);
  model.rows = rows;
}

// rowFor is a step's row. A branch with a single step says nothing that the step does not say: they share a row.
function rowFor(s, depth) {
  const row = { step: s, steps: [s], depth, prefix: '' };
  while (row.step.d.k && row.step.children.length === 1) {
    row.prefix += row.step.d.n + ' ';
    row.step = row.step.children[0];
    row.steps.push(row.step);
  }
  return row;
}

// matching says which steps are asked for; those around them are kept too.
function matching() {
  const words = model.query.toLowerCase().split(/\s+/).filter(Boolean);
  const keep = new Array(model.steps.length).fill(false);
  model.matches = 0;
  for (let i = model.steps.length - 1; i >= 0; i--) {
    const s = model.steps[i];
    if ((!model.failedOnly || s.failing) && words.every((w) => text(s).includes(w))) {
      keep[i] = true;
      if (!model.failedOnly || bad.has(s.status)) model.matches++;
    }
    if (keep[i] && s.parent >= 0) keep[s.parent] = true;
  }
  return keep;
}

// text is all of a step that can be searched, made when it is first asked for.
function text(s) {
  if (s.found === null) {
    const texts = model.data.texts;
    const parts = [s.id, s.d.n, s.status, s.d.w, s.d.x];
    for (const i of [s.d.y, s.d.in, s.d.out]) if (i) parts.push(texts[i].t);
    for (const a of s.d.a || []) parts.push(a.x, a.c, a.y ? texts[a.y].t : '');
    s.found = parts.filter(Boolean).join('\n').toLowerCase();
  }
  return s.found;
}

function stepOf(id) {
  return model.steps.find((s) => s.id === id) || null;
}

function rowOf(id) {
  return model.rows.findIndex((r) => r.steps.some((s) => s.id === id));
}

// reveal unfolds whatever hides a step.
function reveal(s) {
  for (let child = s; child; child = model.steps[child.parent]) {
    const parent = child.parent >= 0 ? model.steps[child.parent] : null;
    if (child.d.h) model.unfolded.add(parent ? parent.id : '');
    if (parent) model.folded.delete(parent.id);
  }
  arrange();
  if (rowOf(s.id) < 0) { // a search hides it
    model.query = '';
    model.failedOnly = false;
    arrange();
  }
}
