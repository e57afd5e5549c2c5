// The axis of time, the overview, and zooming.
const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 108e5, 216e5, 432e5, 864e5];

// ticks are round times inside the zoom.
function ticks(width) {
  const span = model.until - model.from;
  const least = span / Math.max(1, Math.floor(width / 90));
  let step = steps.find((s) => s >= least);
  if (!step) for (step = 864e5; step < least;) step *= 2;
  const list = [];
  for (let t = Math.ceil(model.from / step) * step; t <= model.until && list.length < 40; t += step) list.push(t);
  return list;
}

function tickWords(ms) {
  if (ms < 1000 && ms > 0) return ms + 'ms';
  const s = Math.floor(ms / 1000);
  const parts = [[Math.floor(s / 3600), 'h'], [Math.floor(s / 60) % 60, 'm'], [(ms % 60000) / 1000, 's']].filter(([n]) => n > 0);
  return parts.map(([n, unit]) => Number(n.toFixed(3)) + unit).join('') || '0';
}

function drawAxis(width) {
  const root = document.querySelector('#axis svg');
  root.replaceChildren(...ticks(width).map((t) => {
    const x = place(t, width);
    const label = svg('text', { x: Math.min(x, width - 4), y: 19, 'text-anchor': x > width - 30 ? 'end' : x < 12 ? 'start' : 'middle' });
    label.textContent = tickWords(t);
    return label;
  }));
}

function place(ms, width) {
  return ((ms - model.from) / (model.until - model.from)) * width;
}

// zoom shows a part of the time, never less than a few milliseconds.
function zoom(from, until) {
  const whole = Math.max(1, model.data.span);
  const span = Math.min(whole, Math.max(until - from, Math.min(whole, 5)));
  model.from = Math.min(Math.max(0, from), whole - span);
  model.until = model.from + span;
  model.zoomed = span < whole * 0.9999;
  refresh();
}

function zoomBy(factor, around) {
  const at = around === undefined ? (model.from + model.until) / 2 : around;
  zoom(at - (at - model.from) * factor, at + (model.until - at) * factor);
}

// drawOverview draws all steps that have none in them as thin lines: one path for each status, however many there are.
function drawOverview() {
  const root = document.querySelector('#overview svg');
  const leaves = model.steps.filter((s) => s.d.g && !s.children.length);
  const height = 100 / Math.max(leaves.length, 6);
  const paths = {};
  const whole = Math.max(1, model.data.span);
  leaves.forEach((s, i) => {
    for (const [phase, from, until] of s.d.g) {
      const key = phase === 0 ? 'wait' : 's-' + (phase === 2 && !bad.has(s.status) ? 'failed' : s.status);
      const width = Math.max(1.5, ((until - from) / whole) * 1000).toFixed(1);
      const thick = Math.max(height * 0.82, phase === 0 ? 0 : rank(key) > 1 ? 3.5 : 1.8).toFixed(2);
      (paths[key] ||= []).push(`M${((from / whole) * 1000).toFixed(1)} ${(i * height).toFixed(2)}h${width}v${thick}h-${width}z`);
    }
  });
  root.setAttribute('viewBox', '0 0 1000 100');
  root.setAttribute('preserveAspectRatio', 'none');
  const order = Object.keys(paths).sort((a, b) => rank(a) - rank(b));
  root.replaceChildren(...order.map((key) => svg('path', { class: key, d: paths[key].join('') })));
}

function rank(key) { return ['wait', 's-succeeded', 's-running', 's-stopped', 's-timed_out', 's-failed'].indexOf(key); }

function drawBrush() {
  const brush = byID('brush');
  const whole = Math.max(1, model.data.span);
  brush.hidden = !model.zoomed;
  const inner = byID('overview').clientWidth - 20;
  brush.style.left = 10 + (model.from / whole) * inner + 'px';
  brush.style.width = Math.max(4, ((model.until - model.from) / whole) * inner) + 'px';
}
