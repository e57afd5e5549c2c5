// SPDX-License-Identifier: Apache-2.0
//
// Reads trace files with the importer of Chromium's trace viewer, which Go ships for go tool trace, and prints what it found
// in each as a line of JSON: {file, process, slices, threads, named, warnings, crossing} or {file, error}.
//
//   node chrome.mjs trace_viewer_full.html FILE...
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const [viewer, ...files] = process.argv.slice(2);
const tr = load(viewer);
for (const file of files) {
  try {
    console.log(JSON.stringify({ file, ...(await read(readFileSync(file, "utf8"))) }));
  } catch (error) {
    console.log(JSON.stringify({ file, error: String(error) }));
  }
}

// load runs the script of the viewer's page without its user interface: what that is made of does nothing here.
function load(page) {
  const script = /<script>([\s\S]*?)<\/script>/.exec(readFileSync(page, "utf8"))[1];
  const { window } = new JSDOM("<!doctype html>", { runScripts: "dangerously", pretendToBeVisual: true, url: "http://localhost/" });
  const { document } = window;
  const create = document.createElement.bind(document);
  const elements = {};
  window.CustomElements = {};
  document._currentScript = { ownerDocument: document };
  document.registerElement = (name, options = {}) => {
    elements[name] = options.prototype ?? {};
    return () => document.createElement(name);
  };
  document.createElement = (name, ...rest) => {
    const element = create(name, ...rest);
    return elements[name] ? Object.setPrototypeOf(element, elements[name]) : element;
  };
  window.HTMLCanvasElement.prototype.getContext = () => ({ measureText: () => ({ width: 1 }) });

  // The library for elements comes first in the script, then the viewer, which begins by setting tr.
  const nothing = new Proxy(function () {}, {
    get: (target, key) => (key === "prototype" ? target.prototype : nothing),
    apply: () => nothing,
    construct: () => ({}),
  });
  let viewer;
  Object.defineProperty(window, "tr", {
    get: () => viewer,
    set(value) {
      viewer = value;
      window.Polymer = nothing;
    },
  });
  const element = create("script");
  element.textContent = script;
  document.head.append(element);
  return viewer;
}

async function read(text) {
  const model = new tr.Model();
  const options = Object.assign(new tr.importer.ImportOptions(), { shiftWorldToZero: false });
  await new tr.importer.Import(model, options).importTraces([text]);
  const threads = model.getAllThreads();
  return {
    process: model.getAllProcesses().map((p) => p.name).join(),
    slices: threads.reduce((sum, thread) => sum + thread.sliceGroup.length, 0),
    threads: threads.length,
    named: threads.filter((thread) => thread.name).length,
    warnings: model.importWarnings.map((warning) => warning.message),
    crossing: threads.flatMap((thread) => crossing(thread.sliceGroup.slices)),
  };
}

// crossing are the slices that the viewer could neither put below another one nor beside it.
function crossing(slices) {
  const out = [];
  const tops = slices.filter((slice) => !slice.parentSlice).sort((a, b) => a.start - b.start);
  const apart = (a, b) => a.end <= b.start + 1e-6;
  for (let i = 1; i < tops.length; i++) {
    if (!apart(tops[i - 1], tops[i])) out.push(`${tops[i - 1].title} and ${tops[i].title}`);
  }
  for (const slice of slices) {
    const outer = slice.parentSlice;
    if (outer && (slice.start < outer.start - 1e-6 || slice.end > outer.end + 1e-6)) out.push(`${slice.title} in ${outer.title}`);
  }
  return out;
}
