// Measures the page in headless Chromium with software rendering: frames, main thread, first paint, weight.
//
//     cargo xtask bench page                      the table
//     node tests/bench/page.mjs --profile         also what the busiest page spends its time on
//     node tests/bench/page.mjs --only=work       the rows whose link has these letters
//
// Frames are the distances between animation frames. "Main thread" is Chromium's own count of task time
// (Performance.getMetrics) in a second. Windows follow a second of warming up. A row that misses its goal is
// measured once more and the better window counts, since a machine has other work.
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { browse, dist, running, serve } from "../journeys/support.mjs";

const WINDOW = 6_000;
const VIEWPORT = { width: 1280, height: 900 };
const GOALS = { fps: 60, bytes: 500_000 };
const profiled = process.argv.includes("--profile");
const only = process.argv.find((word) => word.startsWith("--only="))?.slice("--only=".length) ?? "";

// A leader of 100 that writes to each of the others every 20 ms, over links of 100 ms: 99 × 5 on their way out and
// as many on their way back.
const crowd = "servers=100&heartbeat=20&latency-min=100&latency-max=100&election-min=600&election-max=900&at=4000&play=1";
const rows = [
  { title: "Raft, 5 servers", hash: "#/raft/replication?play=1" },
  { title: "Raft, 5 servers, 1/10 speed", hash: "#/raft/replication?play=1&speed=1/10" },
  { title: "Raft, 25 servers", hash: "#/raft/first-election?servers=25&at=1000&play=1" },
  { title: "Raft, 100 servers, 1,000 messages", hash: `#/raft/first-election?${crowd}`, inFlight: 900, profile: true },
  { title: "the same at 1/10 speed", hash: `#/raft/first-election?${crowd}&speed=1/10`, inFlight: 900 },
  { title: "the same, space–time diagram", hash: `#/raft/first-election?${crowd}&view=space-time`, inFlight: 900 },
  { title: "the same, embedded", hash: `#/raft/first-election?${crowd}&embed` },
  { title: "Raft, 5 servers, after a minute", hash: "#/raft/replication?requests=10&at=60000&play=1&speed=1/10" },
  { title: "the same, space–time diagram", hash: "#/raft/replication?requests=10&at=60000&play=1&speed=1/10&view=space-time" },
  { title: "Proof of work, 200 miners", hash: "#/proof-of-work/many?at=1000&play=1" },
  { title: "the same, after a million steps", hash: "#/proof-of-work/many?at=60000000&play=1" },
  { title: "the same, the chain alone", hash: "#/proof-of-work/many?at=60000000&play=1&view=chain" },
  { title: "the same, figures", hash: "#/proof-of-work/many?at=60000000&play=1&view=figures" },
  { title: "without payments, after a thousand blocks", hash: "#/proof-of-work/many?payments=0&neighbours=4&at=20000000&play=1" },
  { title: "Text, three people", hash: "#/text?at=8000&play=1" },
  { title: "Counters beside consensus", hash: "#/counters/beside-consensus?at=500&play=1&view=consensus" },
  { title: "Gallery", hash: "" },
];

const cleaners = [];
const t = { after: (clean) => cleaners.unshift(clean) };
try {
  const site = await serve(t);
  const context = await browse(t, { viewport: VIEWPORT });
  const weight = await weigh(context, site);
  const results = [];
  for (const row of rows.filter(({ hash }) => hash.includes(only))) {
    const first = await measure(context, site, row);
    const second = reached(first) ? first : await measure(context, site, { ...row, profile: false });
    results.push(second.fps > first.fps ? second : first);
  }
  report(results, weight);
} finally {
  for (const clean of cleaners) await clean();
}

function reached({ fps }) {
  return fps >= GOALS.fps - 1;
}

async function measure(context, site, { title, hash, inFlight = 0, profile = false }) {
  const page = await context.newPage();
  await page.goto(site.url + hash);
  await running(page);
  await page.waitForTimeout(1_000);
  const cdp = await context.newCDPSession(page);
  await cdp.send("Performance.enable");
  const before = await metrics(cdp);
  const frames = await page.evaluate(frameDistances, WINDOW);
  const after = await metrics(cdp);
  const words = (await page.locator("#flights-title").count()) ? await page.locator("#flights-title").innerText() : "";
  const messages = Number(/^(\d+) message/.exec(words)?.[1] ?? 0);
  if (messages < inFlight) throw new Error(`${title}: ${messages} messages are under way, not ${inFlight} or more`);
  if (profile && profiled) await explain(cdp, page);
  await page.close();
  const seconds = after.Timestamp - before.Timestamp;
  const spent = (name) => ((after[name] - before[name]) * 1000) / seconds;
  const sorted = frames.distances.toSorted((a, b) => a - b);
  return {
    title,
    messages,
    fps: (1000 * sorted.length) / sorted.reduce((sum, one) => sum + one, 0),
    p95: sorted[Math.floor(sorted.length * 0.95)],
    main: spent("TaskDuration"),
    script: spent("ScriptDuration"),
    style: spent("RecalcStyleDuration") + spent("LayoutDuration"),
    long: (frames.long * 1000) / WINDOW,
  };
}

/** Runs in the page. */
function frameDistances(window) {
  return new Promise((done) => {
    const distances = [];
    let [last, long] = [undefined, 0];
    new PerformanceObserver((list) => (long += list.getEntries().length)).observe({ type: "longtask" });
    const start = performance.now();
    requestAnimationFrame(function frame(now) {
      if (last !== undefined) distances.push(now - last);
      last = now;
      if (performance.now() - start < window) requestAnimationFrame(frame);
      else done({ distances, long });
    });
  });
}

async function metrics(cdp) {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

/** What the first view loads, and when something is seen. */
async function weigh(context, site) {
  const page = await context.newPage();
  const urls = new Set();
  page.on("request", (request) => urls.add(new URL(request.url())));
  const paints = [];
  for (let i = 0; i < 3; i++) {
    await page.goto("about:blank");
    await page.goto(site.url);
    await running(page);
    paints.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN));
  }
  const runs = await page.evaluate(() => performance.now());
  await page.close();
  let [bytes, raw] = [0, 0];
  const files = new Set([...urls].filter((url) => url.protocol.startsWith("http")).map((url) => decodeURIComponent(url.pathname).slice(1) || "index.html"));
  for (const file of files) {
    const body = await readFile(join(dist, file));
    raw += body.length;
    bytes += gzipSync(body).length;
  }
  return { paint: paints.sort((a, b) => a - b)[1], runs, bytes, raw, files: files.size };
}

/** Where the time goes, by function, of the five seconds that follow. */
async function explain(cdp, page) {
  await cdp.send("Profiler.enable");
  await cdp.send("Profiler.setSamplingInterval", { interval: 200 });
  await cdp.send("Profiler.start");
  await page.waitForTimeout(5_000);
  const { profile } = await cdp.send("Profiler.stop");
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const [own, total] = [new Map(), new Map()];
  const parents = new Map(profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])));
  profile.samples.forEach((id, i) => {
    const ms = (profile.timeDeltas[i] ?? 0) / 1000;
    add(own, name(nodes.get(id)), ms);
    const seen = new Set();
    for (let at = id; at !== undefined; at = parents.get(at)) seen.add(name(nodes.get(at)));
    for (const one of seen) add(total, one, ms);
  });
  for (const [title, map] of [["by itself", own], ["with what it calls", total]]) {
    console.log(`\nmilliseconds in a second, ${title}:`);
    for (const [key, ms] of [...map].sort((a, b) => b[1] - a[1]).slice(0, 28)) console.log(`${(ms / 5).toFixed(1).padStart(8)}  ${key}`);
  }
}

function add(map, key, ms) {
  map.set(key, (map.get(key) ?? 0) + ms);
}

function name(node) {
  const { functionName, url, lineNumber } = node.callFrame;
  return functionName || `${basename(url)}:${lineNumber}`;
}

function report(results, weight) {
  const cell = (text, width) => String(text).padStart(width);
  console.log("\nFrames of the page, 1280 × 900, headless Chromium with software rendering");
  console.log(`${"".padEnd(36)}${["messages", "fps", "p95 ms", "main ms/s", "script", "style", "long/s"].map((head) => cell(head, 10)).join("")}`);
  for (const row of results) {
    const numbers = [row.messages || "", row.fps.toFixed(1), row.p95.toFixed(1), row.main.toFixed(0), row.script.toFixed(0), row.style.toFixed(0), row.long.toFixed(1)];
    const verdict = reached(row) ? "" : `  below ${GOALS.fps}`;
    console.log(`${row.title.padEnd(36)}${numbers.map((one) => cell(one, 10)).join("")}${verdict}`);
  }
  console.log(`Goal: ${GOALS.fps} frames a second in every row.\n`);
  const kB = (bytes) => `${Math.round(bytes / 1000)} kB`;
  console.log(`First view: ${weight.files} files, ${kB(weight.bytes)} gzipped (${kB(weight.raw)} as they are); goal at most ${kB(GOALS.bytes)}.`);
  console.log(`First contentful paint ${Math.round(weight.paint)} ms, running after ${Math.round(weight.runs)} ms, from this machine's own address.\n`);
  console.log("A peer, measured elsewhere (one shared 2-core machine; compare the shape, not the figures):");
  console.log("RaftScope 5b0c10a at its own speed: 5 servers 60.1 fps, p95 16.7 ms, 356 ms/s; 25 servers 59.8 fps, 686 ms/s;");
  console.log("100 servers 23.6 fps, p95 66.7 ms, 999 ms/s. It weighs 317 kB uncompressed; first contentful paint 224 ms.");
}
