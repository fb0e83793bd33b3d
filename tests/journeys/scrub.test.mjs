// A reader goes back and forth in time: a moment is the same however one comes to it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, drawn, house, state, steps, until } from "./room.mjs";

const { visit } = house();

test("dragging the thumb shows every moment on the way", async (t) => {
  const { page } = await visit(t, "#/raft/replication?at=100");
  const box = await page.locator("[data-test=track]").boundingBox();
  const y = box.y + 18;
  await page.mouse.move(box.x + box.width * 0.5, y);
  await page.mouse.down();
  const times = [];
  for (const part of [0.45, 0.3, 0.15, 0.4, 0.7]) {
    await page.mouse.move(box.x + box.width * part, y, { steps: 3 });
    times.push(await clock(page));
  }
  await page.mouse.up();
  const length = 1500;
  for (const [i, part] of [0.45, 0.3, 0.15, 0.4, 0.7].entries()) {
    assert.ok(Math.abs(times[i] - part * length) < 30, `${times[i]} ms at ${part}`);
  }
});

test("the keys of the scrubber", async (t) => {
  const { page } = await visit(t, "#/raft/replication?at=600");
  const track = page.getByRole("slider", { name: "Time" });
  await track.focus();
  await page.keyboard.press("Home");
  assert.equal(await clock(page), 0);
  await page.keyboard.press("PageUp");
  assert.equal(await clock(page), 150);
  await page.keyboard.press("End");
  assert.equal(await clock(page), 1500);
  await until(async () => assert.equal(await track.getAttribute("aria-valuenow"), "1500"));
  await page.keyboard.press("PageDown");
  assert.equal(await clock(page), 1350);
});

test("back step by step to the very start, and on again", async (t) => {
  const { page } = await visit(t, "#/raft/first-election?at=230");
  await page.getByRole("button", { name: "Back one step" }).click();
  const all = [await state(page)];
  for (let left = await steps(page); left > 0; left--) {
    await page.keyboard.press("ArrowLeft");
    all.push(await state(page));
  }
  assert.equal(await steps(page), 0);
  assert.ok(all.length > 3, `${all.length} states`);
  for (const one of all.toReversed().slice(1)) {
    await page.keyboard.press("ArrowRight");
    await until(async () => assert.deepEqual(await state(page), one));
  }
});

test("a click on an event goes to its step", async (t) => {
  const { page } = await visit(t, "#/raft/leader-crash?at=900");
  await page.getByRole("tab", { name: "Events" }).click();
  const row = page.locator("[data-test=events] > li").nth(12);
  const step = Number(await row.getAttribute("data-step"));
  await row.getByRole("button").click();
  await drawn(page);
  await until(async () => assert.equal(await steps(page), step));
  assert.equal(Number(await page.locator("[data-test=events] > li").first().getAttribute("data-step")), step, "later ones are gone from the list");
});
