// A reader has asked for less motion: nothing moves by itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, house, playing, state, until } from "./room.mjs";

const CALM = { reducedMotion: "reduce" };
const { visit } = house();

test("the gallery's cluster stands still until it is asked to play", async (t) => {
  const { page } = await visit(t, "", CALM);
  const hero = page.locator("[data-test=hero]");
  const pixels = () => hero.locator("canvas").evaluate((canvas) => canvas.toDataURL());
  const [words, painted] = [await state(page), await pixels()];
  assert.match(words.nodes.join(), /leader/, "there is something to see all the same");
  await page.waitForTimeout(600);
  assert.deepEqual(await state(page), words);
  assert.equal(await pixels(), painted);
  await hero.getByRole("button", { name: "Play" }).click();
  await until(async () => assert.notEqual(await pixels(), painted));
});

test("a room starts paused, even by a link that would play", async (t) => {
  for (const address of ["#/raft/first-election", "#/raft/first-election?play=1&speed=1", "?embed#/raft/first-election?play=1"]) {
    const { page } = await visit(t, address, CALM);
    assert.equal(await playing(page), false, address);
    await page.waitForTimeout(300);
    assert.equal(await clock(page), 0, address);
    await page.locator("[data-test=play]").click();
    await until(async () => assert.ok((await clock(page)) > 0, "asked to, it plays"));
  }
});

test("no style moves by itself", async (t) => {
  const { page } = await visit(t, "#/raft/first-election?at=300", CALM);
  await page.locator('[data-act="crash"][title="Crash S1"]').click();
  await page.keyboard.press("?");
  await page.locator("dialog[open]").waitFor();
  const moving = await page.evaluate(() => document.getAnimations().filter((one) => one.playState === "running" && one.effect.getComputedTiming().duration > 100).map((one) => `${one.animationName ?? one.transitionProperty} on ${one.effect.target.className}`));
  assert.deepEqual(moving.filter((one) => !one.startsWith("toast")), []);
});
