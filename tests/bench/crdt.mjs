// Runs the bench of sequences as WebAssembly in Node.js, and compares with what it did natively.
//
//     cargo xtask bench crdt
//     node tests/bench/crdt.mjs FOLDER TRACE FIGURES
//
// FOLDER holds what wasm-bindgen made for Node.js. FIGURES is what the native bench wrote: the milliseconds that ours took.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";

const [folder, trace, figures] = process.argv.slice(2);
const [ROUNDS, WANTED, FRAME] = [9, 0.6, 16];

if (!existsSync(trace)) {
  console.log(`skipped: there is no ${trace}`);
} else {
  const { Bench } = createRequire(import.meta.url)(resolve(join(folder, "bench-crdt.js")));
  const bench = new Bench(gunzipSync(readFileSync(trace)));
  const native = Number(readFileSync(figures, "utf8"));
  const replay = timed(() => bench.replay());
  const part = native / replay;
  console.log(`  ours, FugueMax: ${replay.toFixed(1)} ms, ${part.toFixed(2)} of native   wanted ${WANTED}: ${part >= WANTED ? "reached" : "MISSED"}`);
  const merge = (timed(() => bench.merge()) - timed(() => bench.apart())) / 10;
  console.log(`Merging 10,000 edits into 10,000 others: ${merge.toFixed(2)} ms for 1,000   wanted at most ${FRAME}: ${merge <= FRAME ? "reached" : "MISSED"}`);
}

/** The middle one of several rounds, in milliseconds. */
function timed(work) {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
}
