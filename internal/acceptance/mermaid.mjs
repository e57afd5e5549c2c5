// SPDX-License-Identifier: Apache-2.0
//
// Reads the files named with Mermaid and prints what it found in each as a line of JSON: {file, type, tasks, sections} or
// {file, error}.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

// Mermaid looks for a browser's document while it is loaded.
const { window } = new JSDOM("");
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");

for (const file of process.argv.slice(2)) {
  try {
    const text = readFileSync(file, "utf8");
    // Only what draws looks at the limit; like it, length counts UTF-16 units.
    const most = mermaid.mermaidAPI.getSiteConfig().maxTextSize;
    if (text.length > most) throw new Error(`${text.length} units, Mermaid draws ${most} at most`);
    await mermaid.parse(text);
    const { db, type } = await mermaid.mermaidAPI.getDiagramFromText(text);
    const tasks = db.getTasks();
    const broken = tasks.filter((task) => Number.isNaN(+task.startTime) || !(task.startTime <= task.endTime));
    if (broken.length > 0) throw new Error(`tasks without times: ${broken.map((task) => task.task)}`);
    console.log(JSON.stringify({ file, type, tasks: tasks.length, sections: db.getSections().length }));
  } catch (error) {
    console.log(JSON.stringify({ file, error: String(error) }));
  }
}
