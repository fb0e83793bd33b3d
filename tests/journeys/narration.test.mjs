// The narration under the picture: the latest key event in a sentence, what is broken as long as it is, and what was skipped.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, drawn, house, scrub, steps, until } from "./room.mjs";
import { rooms } from "./rooms.mjs";

const { visit } = house();
const bar = (page) => page.locator("[data-test=narration]");

test("who was elected stands under the picture, and heartbeats do not push it out", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/raft/first-election?at=600");
  await until(async () => assert.match(await bar(page).innerText(), /S\d wins the election of term 1: enough servers have voted for it\./));
  assert.match(await bar(page).locator("cite").innerText(), /^Fig\. 2/);
  await page.locator("[data-test=track]").focus();
  await page.keyboard.press("Home");
  await until(async () => assert.match(await bar(page).innerText(), /Nothing has happened yet/));
  assertQuiet();
});

test("every room tells its key events in sentences", async (t) => {
  const { page, assertQuiet } = await visit(t, `#/${rooms[0].name}`);
  for (const room of rooms) {
    await page.goto(page.url().replace(/#.*/, `#/${room.name}?play=0&view=ring`));
    await drawn(page);
    await page.locator("[data-test=track]").focus();
    await page.keyboard.press("End");
    await until(async () => {
      const event = await bar(page).locator(".event").innerText();
      assert.match(event, /^[\d.]+ (ms|s|min|h|d)\b.* .*\.|^$/s, `${room.title}: ${event}`);
    });
  }
  assertQuiet();
});

test("what is broken stays under the picture, and a button leads to the step that broke it", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/raft/figure-8-rule-off?at=4000");
  await until(async () => assert.match(await bar(page).innerText(), /Leader Completeness is broken: S5 leads/));
  assert.ok(await bar(page).evaluate((one) => one.classList.contains("broken")));
  const later = await steps(page);
  await bar(page).locator("[data-test=see-it]").click();
  await until(async () => assert.ok((await steps(page)) < later));
  await drawn(page);
  assert.equal(await bar(page).locator("[data-test=see-it]").count(), 0, "it is seen");
  await scrub(page, 0.001);
  await until(async () => assert.doesNotMatch(await bar(page).innerText(), /is broken/));
  assertQuiet();
});

test("a stretch without a message is skipped, it is said, and it can be left out", async (t) => {
  const { page } = await visit(t, "#/raft/first-election?play=1");
  await until(async () => assert.match(await page.locator("[data-test=skipped]").innerText(), /^\d+ ms without a message, skipped$/), 6_000);
  const time = page.locator("[data-test=time-bar]");
  await time.getByRole("button", { name: "Pause" }).click();
  await page.keyboard.press("R");
  await page.locator("[data-test=skip]").uncheck();
  await time.getByRole("button", { name: "Play" }).click();
  await page.waitForTimeout(1_500);
  assert.ok((await clock(page)) < 120, "time passes at its pace");
  assert.equal(await page.locator("[data-test=skipped]").count(), 0);
});
