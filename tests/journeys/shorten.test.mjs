// A reader has broken a property, and asks which of all that was done it took.
import assert from "node:assert/strict";
import { test } from "node:test";
import { amount, go, house, state, trace, until } from "./room.mjs";

const { visit } = house();
const ROOM = "#/raft/first-election?servers=3&without=one-vote-per-term";
const force = (at, event) => ({ at, do: { force: event } });
const DEEDS = [
  force(1000, { cut: [[0, 1]] }),
  force(1500, { heal: [[0, 1]] }),
  force(2000, { fire: [0, "election"] }),
  force(2500, { slow: [0, 1, 90000, 90000] }),
  force(3000, { fire: [2, "election"] }),
];
const link = (deeds, at = 400) => `${ROOM}&at=${at}&do=${Buffer.from(JSON.stringify([{ name: "main", do: deeds }])).toString("base64url")}`;

const offer = (page) => page.locator("[data-test=shorten-start]");
const words = (page) => page.locator("[data-test=shorten-said]").innerText();
const broken = (page) => page.locator("[data-test=properties] li[data-verdict=broken] strong").allInnerTexts();
const done = async (page) => {
  await page.getByRole("tab", { name: "Events" }).click();
  return page.locator("[data-test=events] .badge", { hasText: "you" }).count();
};

test("the run is replaced by one with what it took, and Back leads to the whole one", async (t) => {
  const { page, assertQuiet } = await visit(t, link(DEEDS));
  await until(async () => assert.deepEqual(await broken(page), ["Election Safety"]));
  await until(async () => assert.equal(await done(page), 5));
  const before = (await trace(page)).end;
  await offer(page).click();
  await until(async () => assert.match(await words(page), /^2 of the 5 things you did are left; Election Safety is broken by them alone\./), 20_000);
  await until(async () => assert.equal(await done(page), 2));
  await until(async () => assert.deepEqual(await broken(page), ["Election Safety"]));
  const { lines } = await trace(page);
  assert.match(JSON.stringify(lines.at(-1).broken), /Election Safety/, "it ends with the step that breaks it");
  await amount(offer(page), 0, "there is nothing more to leave out");
  await page.goBack();
  await until(async () => assert.equal(await done(page), 5));
  assert.deepEqual((await trace(page)).end, before, "the run is as it was");
  // It is known what came of it, and one click away.
  await page.locator("[data-test=shorten-open]").click();
  await until(async () => assert.equal(await done(page), 2));
  assertQuiet();
});

test("where everything that was done is needed, it says so and stays", async (t) => {
  const { page } = await visit(t, link([DEEDS[2], DEEDS[4]]));
  const before = await state(page);
  await offer(page).click();
  await until(async () => assert.match(await words(page), /^All 2 things you did are needed: without any one of them nothing is broken\./), 20_000);
  assert.deepEqual((await state(page)).time, before.time);
  await until(async () => assert.equal(await done(page), 2));
});

test("cancelling leaves the run as it is", async (t) => {
  const { page } = await visit(t, "#/");
  await page.route("**/worker_bg.wasm*", () => {});
  await go(page, link(DEEDS));
  await offer(page).click();
  await until(async () => assert.match(await words(page), /^Trying without some of what you did/), 20_000);
  await page.locator("[data-test=shorten-cancel]").click();
  await until(async () => assert.equal(await words(page), "Cancelled: the run is as it was."), 20_000);
  await until(async () => assert.equal(await done(page), 5));
  await amount(offer(page), 1, "it can be asked again");
});

test("there is no offer where nothing is broken, nothing was done, or a search found the run", async (t) => {
  const { page } = await visit(t, link(DEEDS, 1));
  await page.locator("[data-test=properties] li").first().waitFor();
  await amount(offer(page), 0);
  await go(page, "#/raft/figure-8-rule-off?at=1299");
  await until(async () => assert.ok((await broken(page)).length > 0));
  await amount(offer(page), 0);
});
