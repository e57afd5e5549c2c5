// Words and small parts of the page. Texts become text nodes, never HTML.
const marks = { succeeded: '✓', failed: '✗', timed_out: '◔', stopped: '■', running: '▶', paused: '◫', pending: '○', unknown: '?' };

function words(status, native) {
  if (status === 'timed_out') return 'timed out';
  return status === 'unknown' && native ? native : status;
}

function two(n) { return String(n).padStart(2, '0'); }

// took rounds as the text and the picture do.
function took(ms) {
  const s = Math.round(ms / 1000);
  if (Math.round(ms) < 1000) return Math.round(ms) + 'ms';
  if (Math.round(ms / 10) < 1000) return (Math.round(ms / 10) / 100).toFixed(2) + 's';
  if (Math.round(ms / 100) < 600) return (Math.round(ms / 100) / 10).toFixed(1) + 's';
  if (s < 3600) return Math.floor(s / 60) + 'm' + two(s % 60) + 's';
  const m = Math.round(ms / 60000);
  if (m < 6000) return Math.floor(m / 60) + 'h' + two(m % 60) + 'm';
  const h = Math.round(ms / 3600000);
  return Math.floor(h / 24) + 'd' + two(h % 24) + 'h';
}

// lasted is how long a step took: of one that has not ended how long at least, unless somebody says what time it is.
function lasted(s, atLeast) {
  if (s.from === null) return '';
  return (s.d.o && !model.data.now ? atLeast : '') + took(s.until - s.from);
}

// moment is a time of day with its distance from the beginning.
function moment(ms) {
  if (ms === undefined || ms === null) return '';
  const iso = new Date(model.data.begin + ms).toISOString();
  return iso.slice(0, 10) + ' ' + iso.slice(11, 23) + ' UTC  (+' + took(Math.max(0, ms)) + ')';
}

// el makes an element: el('p.note', {title: '…'}, 'text', child, …). Empty children are left out.
function el(spec, attributes, ...children) {
  const [tag, ...classes] = spec.split('.');
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(' ');
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === 'onclick') node.addEventListener('click', value);
    else if (value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((c) => c !== null && c !== undefined && c !== ''));
  return node;
}

function svg(tag, attributes) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  return node;
}

const byID = (id) => document.getElementById(id);

// pretty shows a detail: JSON indented and coloured as it is written, without reading its numbers, other text as it is.
function pretty(text) {
  const pre = el('pre', { tabindex: '0' });
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) {
    pre.textContent = text;
    return pre;
  }
  const tokens = trimmed.match(/"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s{}[\],:"]+/g) || [];
  let depth = 0;
  let line = '';
  const out = document.createDocumentFragment();
  const flush = () => { if (line) out.append(line); line = ''; };
  const breakLine = () => { line += '\n' + '  '.repeat(Math.min(depth, 40)); };
  tokens.forEach((token, i) => {
    const next = tokens[i + 1];
    if (token === '{' || token === '[') {
      line += token;
      depth++;
      if (next !== '}' && next !== ']') breakLine();
    } else if (token === '}' || token === ']') {
      depth = Math.max(0, depth - 1);
      if (!['{', '['].includes(tokens[i - 1])) breakLine();
      line += token;
    } else if (token === ',') {
      line += token;
      breakLine();
    } else if (token === ':') {
      line += ': ';
    } else {
      flush();
      out.append(el(token[0] !== '"' ? 'span.word' : next === ':' ? 'span.key' : 'span.string', null, token));
    }
  });
  flush();
  pre.append(out);
  return pre;
}
