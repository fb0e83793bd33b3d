// The crash grid of atomic commit: who crashes, and when; and the strip under the scrubber: when it was decided.
import assert from "node:assert/strict";
import { test } from "node:test";
import { amount, drawn, house, nodes, playing, reads, said, scrub, state, steps, until } from "./room.mjs";

const { visit } = house();
const ROOM = "#/two-phase-commit/commit?at=40";
const stage = (page, name) => page.locator(`[data-test=${name}]`).getAttribute("data-stage");
const cell = (page, label) => page.locator("[data-test=grid] td").getByLabel(label);

async function compute(page) {
  await page.getByRole("tab", { name: "Search" }).click();
  await page.locator("[data-test=grid-start]").click();
}

async function computed(page) {
  await until(async () => assert.equal(await stage(page, "grid"), "done"), 90_000);
}

/** Every cell as it looks and as it is said. */
const cells = (page) => page.locator("[data-test=grid] td .cell").evaluateAll((list) => list.map((one) => {
  const style = getComputedStyle(one);
  return { name: one.dataset.class, letter: one.textContent, said: one.getAttribute("aria-label"), tag: one.tagName, look: `${style.backgroundColor} ${style.backgroundImage} ${style.borderStyle}` };
}));

const ended = (page) => until(async () => assert.match((await said(page)).join("\n"), /The run that was found ends here|is broken/), 30_000);

test("each cell has a word, a letter and a look of its own, and all together they are the grid", async (t) => {
  const { page, assertQuiet } = await visit(t, ROOM);
  await compute(page);
  await computed(page);
  const heads = await page.locator("[data-test=grid] thead th").allInnerTexts();
  assert.deepEqual(heads.slice(1), ["C", "P1", "P2", "P3"]);
  const moments = await page.locator("[data-test=grid] tbody th").allInnerTexts();
  const all = await until(async () => {
    const found = await cells(page);
    assert.ok(found.length > 0 && found.length === 4 * moments.length, `${found.length} cells`);
    return found;
  });
  const looks = new Map();
  for (const [i, one] of all.entries()) {
    assert.ok(one.said.startsWith(`${heads[1 + (i % 4)]} crashes, ${moments[Math.floor(i / 4)]}: ${one.name}, `), one.said);
    assert.match(one.said, /: [a-z]+, [\d,]+ states?/);
    assert.equal(one.tag === "BUTTON", one.name !== "never", `what happens can be played: ${one.said}`);
    const look = `${one.letter} ${one.look}`;
    assert.equal(looks.get(one.name) ?? look, look, "one class, one look");
    looks.set(one.name, look);
  }
  assert.equal(new Set(looks.values()).size, looks.size, "two classes, two looks");
  const count = (name) => all.filter((one) => one.name === name).length;
  assert.deepEqual(["abort", "commit", "nothing", "blocked", "never"].map((name) => [name, count(name)]), [["abort", 4], ["commit", 8], ["nothing", 1], ["blocked", 2], ["never", 21]]);
  for (const name of ["commit", "abort", "blocked"]) assert.match(looks.get(name), /gradient|rgb\((?!0, 0, 0)/, `${name} has a colour`);
  const legend = await page.locator(".grid-legend li").allInnerTexts();
  assert.deepEqual(legend.map((one) => /(\w+):/.exec(one)[1]), ["abort", "commit", "nothing", "blocked", "never"]);
  assertQuiet();
});

test("a click on a cell plays a run that ends so, and so does a key", async (t) => {
  const { page, assertQuiet } = await visit(t, ROOM);
  await compute(page);
  await computed(page);
  await cell(page, /^C crashes, has decided, told nobody: blocked/).click();
  await ended(page);
  assert.equal(await playing(page), false);
  await until(async () => {
    const blocked = await nodes(page);
    assert.match(blocked[0], /^C, down/);
    for (const words of blocked.slice(1)) assert.match(words, /^P\d, in doubt/);
  });
  // The grid is still there, and a key does the same.
  const abort = cell(page, /^P1 crashes, has not voted: abort/);
  await abort.focus();
  await page.keyboard.press("Enter");
  await until(async () => assert.match((await nodes(page))[0], /^C, aborted/), 30_000);
  await until(async () => assert.match((await nodes(page))[1], /^P1, down/));
  await page.goBack();
  await until(async () => assert.match((await nodes(page))[0], /^C, down/));
  await page.goBack();
  await until(async () => assert.match((await state(page)).time, /^40 ms/));
  assertQuiet();
});

test("without its rule a cell is inconsistent, and its run breaks Agreement", async (t) => {
  const { page } = await visit(t, `${ROOM}&without=wait-in-doubt`);
  await compute(page);
  await computed(page);
  const worst = cell(page, /^C crashes, has decided, told nobody: inconsistent/);
  await until(async () => assert.equal(await worst.textContent(), "X"));
  await worst.click();
  await until(async () => assert.match((await said(page)).join("\n"), /Agreement is broken/), 30_000);
});

test("cancelling leaves the cells that were not computed empty, and says so", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/two-phase-commit/commit?participants=5&at=40");
  await compute(page);
  await until(async () => assert.ok((await cells(page)).some((one) => one.name)), 60_000);
  await page.locator("[data-test=grid-cancel]").click();
  await until(async () => assert.ok(["cut", "lost"].includes(await stage(page, "grid"))), 20_000);
  await reads(page.locator("[data-test=grid]"), /Cancelled: cells without a letter were not computed/);
  const all = await cells(page);
  const empty = all.filter((one) => !one.name);
  assert.ok(empty.length > 0 && empty.length < all.length);
  for (const one of empty) assert.match(one.said, /not computed$/);
  await amount(page.locator("[data-test=grid-cancel]"), 0);
  assertQuiet();
});

async function find(page) {
  await page.getByRole("tab", { name: "Search" }).click();
  await page.locator("[data-test=outcomes-left-start]").click();
  await until(async () => assert.equal(await stage(page, "outcomes-left"), "done"), 90_000);
  return page.locator("[data-test=outcomes-left-said]").innerText();
}

const stretches = (page) => page.locator("[data-test=outcomes-left-strip] > svg").evaluateAll((list) => list.map((one) => ({ words: one.querySelector("text").textContent, step: Number(one.dataset.step), box: one.querySelector("rect").getBoundingClientRect().toJSON() })));

test("the strip shows from which step on only one outcome could still be decided, and a click on it goes there", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/two-phase-commit/commit?at=200");
  const words = await find(page);
  const step = Number(/From step (\d+) on only commit could still be decided\./.exec(words)[1]);
  const [open, settled] = await until(async () => {
    const all = await stretches(page);
    assert.equal(all.length, 2);
    return all;
  });
  assert.deepEqual([open.words, open.step, settled.words, settled.step], ["abort or commit", 0, "commit", step]);
  assert.ok(Math.abs(open.box.right - settled.box.left) < 1.5, "the one begins where the other ends");
  await page.mouse.click(settled.box.left + settled.box.width * 0.6, settled.box.top + 7);
  await until(async () => assert.equal(await steps(page), step));
  await until(async () => {
    const thumb = await page.locator(".track .thumb").boundingBox();
    assert.ok(Math.abs(thumb.x + thumb.width / 2 - settled.box.left) < 2, "the thumb stands where the stretch begins");
  });
  // In this run that is when the coordinator decides, which it alone can do while all are in doubt.
  await page.getByRole("tab", { name: "Events" }).click();
  await reads(page.locator("[data-test=events] li").first(), /C decides to commit T1/);
  assert.equal((await stretches(page)).length, 2, "the strip is about the run and not about the moment");
  // Elsewhere on the track a click goes where it points.
  await scrub(page, 0.5);
  await until(async () => assert.ok((await steps(page)) > step));
  assertQuiet();
});

test("where nobody can decide any more, or all is still open, it says so", async (t) => {
  const { page } = await visit(t, "#/two-phase-commit/commit?at=20");
  assert.match(await find(page), /Several outcomes are still open at this moment/);
  await until(async () => assert.deepEqual((await stretches(page)).map((one) => one.words), ["abort or commit"]));
  await page.keyboard.press("Home");
  await drawn(page);
  assert.equal((await stretches(page)).length, 1);
});

test("the step that is found can be gone to by a button, too", async (t) => {
  const { page } = await visit(t, "#/two-phase-commit/commit?at=200");
  const words = await find(page);
  const step = /From step (\d+) on only commit could still be decided\./.exec(words)?.[1];
  await page.getByRole("button", { name: `Go to step ${step}` }).click();
  await until(async () => assert.equal(await steps(page), Number(step)));
});
