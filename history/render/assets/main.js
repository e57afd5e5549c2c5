// The beginning: data from the page, and from its server while there is one.
function start(data) {
  load(data);
  drawHead();
  drawAbout();
  drawOverview();
  drawPanel();
  refresh();
}

let frame = 0;
function soon(task) {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(task);
}

let timer = 0;
function listen() {
  byID('search').addEventListener('input', (e) => {
    clearTimeout(timer);
    timer = setTimeout(() => search(e.target.value), 90);
  });
  const clicks = {
    failed: failedOnly, fold: () => foldAll(true), unfold: () => foldAll(false), theme: switchTheme, keys: openHelp,
    in: () => zoomBy(0.5), out: () => zoomBy(2), fit: () => { fitAll(); refresh(); },
  };
  for (const [id, act] of Object.entries(clicks)) byID(id).addEventListener('click', act);
  byID('rows').addEventListener('click', onRow);
  byID('rows').addEventListener('dblclick', zoomToChosen);
  byID('table').addEventListener('wheel', onWheel, { passive: false });
  byID('overview').addEventListener('pointerdown', dragOverview);
  document.addEventListener('keydown', onKey);
  window.addEventListener('scroll', () => soon(() => paint(false)), { passive: true });
  window.addEventListener('resize', () => soon(refresh));
  const print = (on) => () => {
    printing = on;
    refresh();
  };
  window.addEventListener('beforeprint', print(true));
  window.addEventListener('afterprint', print(false));
}

function follow(address) {
  const events = new EventSource(address);
  events.addEventListener('message', (e) => {
    const data = JSON.parse(e.data);
    unpressed(() => start(data));
    if (!data.open) events.close();
  });
}

// unpressed does a task now, or when the pointer is released: a press and a release on elements that changed in between are no
// click. Of several tasks only the last is done.
let pressed = false;
let waiting = null;
function unpressed(task) {
  waiting = task;
  goOn();
}

function goOn() {
  if (pressed || !waiting) return;
  const task = waiting;
  waiting = null;
  task();
}

function watchPointer() {
  const set = (down) => {
    pressed = down;
    if (!down) setTimeout(goOn); // behind the click
  };
  document.addEventListener('pointerdown', (e) => set(e.button === 0), true);
  for (const end of ['pointerup', 'pointercancel']) document.addEventListener(end, () => set(false), true);
  document.addEventListener('pointermove', (e) => { if (pressed && !e.buttons) set(false); }, true); // released elsewhere
}

firstTheme();
byID('app').hidden = false;
listen();
start(JSON.parse(byID('data').textContent));
if (byID('app').dataset.live) {
  watchPointer();
  follow(byID('app').dataset.live);
}
