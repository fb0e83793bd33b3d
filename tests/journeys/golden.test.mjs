// The same recording, run natively and in the page, is the same run, to the last bit of its trace.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { before, test } from "node:test";
import { house, trace } from "./room.mjs";
import { root } from "./support.mjs";

const { visit } = house();
const run = promisify(execFile);
const bivalent = (...args) => run("cargo", ["run", "--quiet", "--package", "bivalent", "--", ...args], { cwd: root, maxBuffer: 1 << 28 });

before(() => run("cargo", ["build", "--quiet", "--package", "bivalent"], { cwd: root }));

for (const [scenario, seed, ms, options] of [
  ["first-election", 1, 600, {}],
  ["minority-partition", 7, 2000, {}],
  ["leader-crash", 42, 1500, { servers: 7, loss: 10, duplication: 10 }],
]) {
  test(`raft/${scenario}, seed ${seed}, to ${ms} ms: every line of the trace`, async (t) => {
    const set = Object.entries(options).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
    const { stdout } = await bivalent("run", `raft/${scenario}`, "--seed", String(seed), "--until", String(ms), "--json", ...set).catch((failed) => {
      if (failed.code === 1) return failed;
      throw failed;
    });
    const native = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    const query = new URLSearchParams({ seed, at: ms, ...options });
    const { page } = await visit(t, `#/raft/${scenario}?${query}`);
    const { lines, end } = await trace(page);
    assert.ok(lines.length > 20);
    assert.equal(end.trace_hash, native.at(-1).trace_hash);
    assert.deepEqual([...lines, end], native);
  });
}
