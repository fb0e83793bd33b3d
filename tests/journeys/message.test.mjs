// A reader takes a message out of the air: loses it, delays it, doubles it, or delivers it at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { amount, clock, drawn, house, place, reads, state, until } from "./room.mjs";

const { visit } = house();
// S1 leads, and a heartbeat is on its way to each of the others.
const START = "#/raft/leader-crash?at=400";

async function first(page) {
  await until(async () => {
    const { messages } = await state(page);
    assert.ok(messages.length >= 4 && messages.every((words) => words.startsWith("AppendEntries from S1 to S")), messages.join("; "));
  });
  return page.locator("[data-message]").first().getAttribute("data-message");
}

const flying = (page, id) => page.locator(`.stage [data-target="message:${id}"]`);
const latest = (page) => page.locator("#latest-title + * > li").first();

/** From the list beside the stage. */
async function act(page, id, title) {
  await page.locator(`[data-message="${id}"]`).click();
  await page.locator(`[data-test=flights] [title="${title}"]`).click();
  await drawn(page);
}

async function seek(page, ms) {
  await page.locator("[data-test=track]").focus();
  while ((await clock(page)) < ms) await page.keyboard.press("ArrowRight");
}

test("the list tells what a message says", async (t) => {
  const { page } = await visit(t, START);
  await page.locator(`[data-message="${await first(page)}"]`).click();
  const body = page.locator("[data-test=flights] .drawer");
  await reads(body, /AppendEntries[\s\S]*term\s+1[\s\S]*prev log index\s+3[\s\S]*leader commit\s+3/);
});

test("deliver it now: the answer is on its way", async (t) => {
  const { page } = await visit(t, START);
  const id = await first(page);
  await act(page, id, "Deliver this message now");
  await reads(latest(page), /S2 receives from S1: AppendEntries/);
  await amount(flying(page, id), 0);
  await until(async () => assert.ok((await state(page)).messages.some((words) => words.startsWith("Appended from S2 to S1"))));
  assert.equal(await clock(page), 400, "no time has passed");
});

test("duplicate it: there are two of it", async (t) => {
  const { page } = await visit(t, START);
  const id = await first(page);
  const count = async () => (await state(page)).messages.filter((words) => words.includes("from S1 to S2")).length;
  const before = await count();
  await act(page, id, "Duplicate this message");
  await reads(latest(page), /A copy of S1's message to S2/);
  await until(async () => assert.equal(await count(), before + 1));
});

test("delay it: it arrives after the others", async (t) => {
  const { page } = await visit(t, START);
  const id = await first(page);
  const others = await page.locator("[data-message]").evaluateAll((list) => list.slice(1, 4).map((one) => one.dataset.message));
  assert.equal(others.length, 3);
  await act(page, id, "Delay this message by 200 ms");
  await seek(page, 430);
  await amount(flying(page, id), 1, "the late one flies still");
  for (const other of others) await amount(flying(page, other), 0, `${other} has arrived`);
});

test("by a click on the message in the picture", async (t) => {
  const { page } = await visit(t, START);
  await page.keyboard.press("ArrowRight");
  const id = await page.locator("[data-message]").last().getAttribute("data-message");
  const at = await place(page, `message:${id}`);
  await page.mouse.click(at.x, at.y);
  const menu = page.locator("[data-test=menu]");
  await until(async () => assert.match(await menu.getAttribute("aria-label"), /^Append/));
  await menu.getByRole("menuitem", { name: "Lose", exact: true }).click();
  await reads(latest(page), /is lost/);
  await amount(flying(page, id), 0);
});

test("by a click on its arrow in the space–time diagram", async (t) => {
  const { page } = await visit(t, `${START}&view=space-time`);
  const arrow = page.locator(".stage [data-target^='arrow:']").last();
  const id = (await arrow.getAttribute("data-target")).split(":")[1];
  await arrow.focus();
  await page.keyboard.press("Enter");
  await page.locator("[data-test=menu]").getByRole("menuitem", { name: "Deliver now" }).click();
  await reads(latest(page), /receives from/);
  await amount(page.locator(`[data-message="${id}"]`), 0);
});
