// A reader lets time pass, stops it, and walks from step to step.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, drawn, house, leader, playing, said, state, steps, until } from "./room.mjs";

const { visit } = house();

test("a scenario plays when it is opened, and elects a leader", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/raft/first-election?speed=1");
  await until(async () => assert.ok(await playing(page)));
  await until(async () => assert.ok(await leader(page), "somebody is elected"));
  assertQuiet();
});

test("pause stands still, play goes on", async (t) => {
  const { page } = await visit(t, "#/raft/first-election?speed=1/10");
  const bar = page.locator("[data-test=time-bar]");
  await bar.getByRole("button", { name: "Pause" }).click();
  const before = await state(page);
  const at = await clock(page);
  await page.waitForTimeout(250);
  assert.deepEqual(await state(page), before, "nothing moves");
  assert.equal(await clock(page), at);
  await bar.getByRole("button", { name: "Play" }).click();
  await until(async () => assert.ok((await clock(page)) > at + 5, "time passes"));
});

test("the space bar plays and pauses", async (t) => {
  const { page } = await visit(t, "#/raft/first-election?at=100");
  assert.equal(await playing(page), false, "a moment that was shared stands still");
  await page.keyboard.press("Space");
  await until(async () => assert.ok(await playing(page)));
  await page.keyboard.press("Space");
  await until(async () => assert.equal(await playing(page), false));
});

test("one step on and one back, by button and by arrow", async (t) => {
  const { page } = await visit(t, "#/raft/leader-crash?at=400");
  await page.getByRole("button", { name: "Forward one step" }).click();
  const first = await state(page);
  const number = await steps(page);
  await page.getByRole("button", { name: "Forward one step" }).click();
  assert.equal(await steps(page), number + 1);
  assert.notDeepEqual(await state(page), first);
  await page.getByRole("button", { name: "Back one step" }).click();
  assert.deepEqual(await state(page), first, "back is where it was");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.equal(await steps(page), number + 3);
  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowLeft");
  assert.deepEqual(await state(page), first);
  await until(async () => assert.match((await said(page)).at(-1), /^\d+ ms: /, "the step is read aloud"));
});

test("`.` and `,` go from mark to mark, R to the start, ? to the keys", async (t) => {
  const { page } = await visit(t, "#/raft/leader-crash?at=1900");
  const end = await steps(page);
  const seen = [];
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press(",");
    seen.push(await steps(page));
  }
  assert.ok(seen[0] < end && seen.every((step, i) => i === 0 || step < seen[i - 1]), `back: ${seen}`);
  for (const step of seen.toReversed().slice(1)) {
    await page.keyboard.press(".");
    assert.equal(await steps(page), step, "the same marks on the way on");
  }
  await page.keyboard.press("r");
  assert.equal(await steps(page), 0);
  assert.equal(await clock(page), 0);
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog", { name: "Keys and help" });
  await keys.getByText("on to the next mark").waitFor();
  await page.keyboard.press("Escape");
  await keys.waitFor({ state: "detached" });
});

test("the speed is on a logarithmic scale, from a ten-thousandth to ten thousand times", async (t) => {
  const { page } = await visit(t, "#/raft/first-election?at=10");
  const slider = page.locator("[data-test=speed]");
  await until(async () => assert.equal(await slider.getAttribute("aria-valuetext"), "1/50 speed"));
  await slider.focus();
  await page.keyboard.press("Home");
  await until(async () => assert.equal(await slider.getAttribute("aria-valuetext"), "1/10000 speed"));
  await page.keyboard.press("End");
  await until(async () => assert.equal(await slider.getAttribute("aria-valuetext"), "10000× speed"));
  await slider.fill("0");
  await until(async () => assert.equal(await slider.getAttribute("aria-valuetext"), "real time"));
  const [at, since] = [await clock(page), Date.now()];
  await page.locator("[data-test=play]").click();
  await page.waitForTimeout(400);
  await page.locator("[data-test=play]").click();
  await drawn(page);
  const passed = (await clock(page)) - at;
  assert.ok(passed > 150 && passed < Date.now() - since + 50, `${passed} ms passed in ${Date.now() - since}`);
});

test("keys that a control uses itself are left to it", async (t) => {
  const { page } = await visit(t, "#/raft/first-election?at=100");
  await page.getByRole("tab", { name: "Ring" }).focus();
  const before = await steps(page);
  await page.keyboard.press("ArrowRight");
  await until(async () => assert.equal(await page.getByRole("tab", { name: "Space–time" }).getAttribute("aria-selected"), "true"));
  assert.equal(await steps(page), before, "no step was made");
});

test("while a menu or a dialog is open, time stands still", async (t) => {
  const { page } = await visit(t, "#/raft/first-election?speed=1/10");
  await page.getByRole("banner").getByRole("button", { name: "Share" }).click();
  await page.locator("[data-test=share-dialog]").waitFor();
  const at = await clock(page);
  await page.waitForTimeout(250);
  assert.equal(await clock(page), at);
  await page.keyboard.press("Escape");
  await until(async () => assert.ok((await clock(page)) > at, "and then it passes again"));
});
