// Runs the explorer's bench as WebAssembly in headless Chromium, and compares with what it did natively.
//
//     cargo xtask bench explorer
//     node tests/bench/explorer.mjs FOLDER [FIGURES] [--large]
//
// FOLDER holds what wasm-bindgen made for a page without modules. FIGURES is what the native bench wrote: a workload
// and its states per second in each line.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { launchOptions } from "../journeys/support.mjs";

const WANTED = 0.6;
const [folder, figures] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const large = process.argv.includes("--large");

const glue = await readFile(join(folder, "bench-explorer.js"), "utf8");
const code = (await readFile(join(folder, "bench-explorer_bg.wasm"))).toString("base64");
const native = new Map(figures ? (await readFile(figures, "utf8")).trim().split("\n").map((line) => line.split("\t")) : []);

const browser = await chromium.launch(await launchOptions());
try {
  const page = await browser.newPage();
  page.on("console", (message) => tell(message.text()));
  page.on("pageerror", (error) => {
    console.error(String(error));
    process.exitCode = 1;
  });
  await page.goto("about:blank");
  // A search blocks the page it runs in, so it runs in a worker, as in Bivalent's own page.
  await page.evaluate(
    async ([glue, code, large]) => {
      const start = `
        globalThis.large = ${large};
        console.log = (line) => postMessage({ line });
        const bytes = Uint8Array.from(atob(${JSON.stringify(code)}), (letter) => letter.charCodeAt(0));
        wasm_bindgen({ module_or_path: bytes }).then(() => postMessage({}), (error) => postMessage({ error: String(error) }));`;
      const worker = new Worker(URL.createObjectURL(new Blob([glue, start], { type: "text/javascript" })));
      const error = await new Promise((resolve) => {
        worker.onerror = (event) => resolve(event.message);
        worker.onmessage = ({ data }) => ("line" in data ? console.log(data.line) : resolve(data.error));
      });
      if (error) throw new Error(error);
    },
    [glue, code, large],
  );
} finally {
  await browser.close();
}

function tell(text) {
  if (!text.startsWith("{")) return console.log(text);
  const { name, states, seconds, bytes } = JSON.parse(text);
  const rate = states / seconds;
  const line = `${name}: ${(rate / 1e6).toFixed(2)} M states/s`;
  const was = Number(native.get(name));
  const part = rate / was;
  const verdict = part >= WANTED ? "reached" : "MISSED";
  const compared = was ? `, ${part.toFixed(2)} of native   wanted ${WANTED}: ${verdict}` : "";
  console.log(`${line}${compared}   (${seconds.toFixed(3)} s, ${(bytes / 1e6).toFixed(0)} MB)`);
}
