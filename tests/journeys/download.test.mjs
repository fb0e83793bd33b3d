// A reader takes pictures and the trace away.
import assert from "node:assert/strict";
import { test } from "node:test";
import { download, house, state, trace } from "./room.mjs";

const { visit } = house();

test("every view is a well-formed SVG that says what is in it", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/raft/leader-crash?at=500");
  const about = { Ring: "S5", "Space–time": "S5", Logs: "x=1", Table: "voted for" };
  for (const [view, words] of Object.entries(about)) {
    await page.getByRole("tab", { name: view }).click();
    const { name, bytes } = await download(page, "Picture as SVG");
    assert.match(name, /^raft-leader-crash-[a-z-]+\.svg$/);
    const read = await page.evaluate((text) => {
      const svg = new DOMParser().parseFromString(text, "image/svg+xml");
      const root = svg.documentElement;
      return {
        error: svg.querySelector("parsererror")?.textContent,
        root: `${root.namespaceURI} ${root.localName}`,
        title: root.querySelector("title")?.textContent,
        words: [...root.querySelectorAll("text")].map((one) => one.textContent).join(" "),
        figures: root.querySelectorAll("path, circle, rect, line").length,
        nan: /NaN|inf/.test(text),
      };
    }, bytes.toString());
    assert.deepEqual([read.error, read.root, read.nan], [undefined, "http://www.w3.org/2000/svg svg", false], view);
    assert.match(read.title, /^Raft: Leader crash/);
    assert.ok(read.words.includes(words), `${view}: ${words} in ${read.words}`);
    assert.ok(read.figures > 4, `${view} has ${read.figures} figures`);
  }
  assertQuiet();
});

test("the PNG has pixels of more than one colour", async (t) => {
  const { page, context } = await visit(t, "#/raft/leader-crash?at=500");
  const { name, bytes } = await download(page, "Picture as PNG");
  assert.equal(name, "raft-leader-crash-ring.png");
  assert.equal(bytes.subarray(1, 4).toString(), "PNG");
  const blank = await context.newPage();
  const read = await blank.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const drawing = new OffscreenCanvas(image.width, image.height).getContext("2d");
    drawing.drawImage(image, 0, 0);
    const pixels = new Uint32Array(drawing.getImageData(0, 0, image.width, image.height).data.buffer);
    return { width: image.width, height: image.height, colours: new Set(pixels).size, clear: pixels.filter((pixel) => pixel >>> 24 === 0).length };
  }, bytes.toString("base64"));
  assert.ok(read.width >= 900 && read.height >= 500, `${read.width} × ${read.height}`);
  assert.ok(read.colours > 20, `${read.colours} colours`);
  assert.equal(read.clear, 0, "on paper, not on nothing");
});

test("the trace is a line of JSON for every step, and ends with hash and verdicts", async (t) => {
  const { page } = await visit(t, "#/raft/figure-8-rule-off?at=1299");
  const { lines, end } = await trace(page);
  assert.ok(lines.length > 50);
  lines.forEach((line, i) => assert.equal(line.step, i + 1));
  for (let i = 1; i < lines.length; i++) assert.ok(lines[i].at_us >= lines[i - 1].at_us, `step ${i + 1}`);
  assert.match((await state(page)).time, new RegExp(` ${lines.length} steps$`));
  assert.equal(end.steps, lines.length);
  assert.match(end.trace_hash, /^[0-9a-f]{16}$/);
  const broken = end.properties.find((property) => property.name === "State Machine Safety");
  assert.equal(broken.verdict, "violated");
  assert.match(broken.reason, /applied another entry at index 2/);
  assert.ok(lines[broken.step - 1].broken.some((one) => one.name === "State Machine Safety"), "the step names what it breaks");
});
