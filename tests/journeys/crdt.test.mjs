// A reader types into replicas of a text, cuts and heals the network, and looks at lattices, laws and carts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, go, house, place, said, state, until } from "./room.mjs";

const { visit } = house();
const area = (page, name) => page.locator(`[data-test=editor-${name}] textarea`);
const texts = (page) => page.locator(".editor textarea").evaluateAll((list) => list.map((area) => area.value));
const broken = (page) => page.locator("[data-test=properties] li[data-verdict=broken] strong").allInnerTexts();

test("two people type at once, the network is cut and heals, and all read the same", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/text?updates=0&at=1000&speed=1");
  await area(page, "A").click();
  await page.keyboard.type("hello");
  await until(async () => assert.equal(await area(page, "A").inputValue(), "hello"));
  await page.locator("[data-test=play]").click();
  await until(async () => assert.deepEqual(await texts(page), ["hello", "hello", "hello"]), 20_000);
  // Cut A off, and type on both sides, A before the word and B behind it.
  await page.locator("[data-test=cut]").click();
  const dialog = page.getByRole("dialog", { name: "Cut the network" });
  await dialog.getByLabel("A", { exact: true }).check();
  await dialog.getByRole("button", { name: "Cut", exact: true }).click();
  await area(page, "A").focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("oh ");
  await area(page, "B").focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" all");
  await until(async () => assert.deepEqual(await texts(page), ["oh hello", "hello all", "hello all"]), 20_000);
  // The cursor of A stays where A types while the others' letters come in.
  await page.getByRole("button", { name: /Heal/ }).first().click();
  await until(async () => assert.deepEqual(await texts(page), Array(3).fill("oh hello all")), 20_000);
  await area(page, "A").focus();
  await page.keyboard.type("my ");
  await until(async () => assert.equal(await area(page, "A").inputValue(), "oh my hello all"));
  assert.deepEqual(await broken(page), []);
  assertQuiet();
});

test("what is typed survives a reload, and typing in the past starts a branch", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/text?updates=0&at=1000");
  await area(page, "B").click();
  await page.keyboard.type("kept");
  // The address follows within a quarter of a second.
  await page.waitForTimeout(700);
  await until(async () => assert.match(page.url(), /do=/));
  await page.reload();
  await until(async () => assert.deepEqual((await texts(page))[1], "kept"));
  await go(page, new URL(page.url()).hash.replace(/at=[\d.]+/, "at=500"));
  await until(async () => assert.deepEqual(await texts(page), ["", "", ""]));
  await area(page, "C").click();
  await page.keyboard.type("x");
  await page.locator("[data-test=branches]").waitFor();
  await until(async () => assert.equal(await area(page, "C").inputValue(), "x"));
  assertQuiet();
});

test("what no link could hold is refused when it is pasted, and what was typed survives a reload", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/text?updates=0&at=1000");
  await area(page, "B").fill("x".repeat(730_000));
  await page.locator(".toast", { hasText: "holds as much as fits into a link" }).waitFor();
  await until(async () => assert.deepEqual((await texts(page))[1], ""));
  await area(page, "B").click();
  await page.keyboard.type("kept");
  await page.waitForTimeout(700);
  await page.reload();
  await until(async () => assert.deepEqual((await texts(page))[1], "kept"));
  assertQuiet();
});

test("a counterexample of letters that get mixed is found and plays in the windows", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/text/interleaving");
  await page.getByRole("tab", { name: "Search" }).click();
  await page.locator("[data-test=search-start]").click();
  const verdict = page.locator("[data-test=search-verdicts] > li", { hasText: "No interleaving" });
  await until(async () => assert.equal(await verdict.getAttribute("data-verdict"), "violated"), 60_000);
  await page.getByRole("button", { name: "Play the counterexample: No interleaving" }).click();
  await page.getByRole("tab", { name: "Nodes" }).click();
  await until(async () => assert.ok((await broken(page)).includes("No interleaving")));
  assertQuiet();
});

test("replicas climb the lattice, and a broken type shows which law it breaks", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/counters/every-order?at=12000&view=lattice");
  await drawn(page);
  const points = page.locator('.picture [data-target^="point:"]');
  await until(async () => assert.ok((await points.count()) >= 4));
  await page.getByRole("tab", { name: "Laws" }).click();
  const law = (name) => page.locator(".picture [data-target]", { hasText: name });
  await until(async () => assert.match((await law("Idempotent").first().textContent()) ?? "", /not broken/));
  await go(page, "#/counters/adding?view=laws");
  await until(async () => assert.match((await law("Idempotent").first().textContent()) ?? "", /(?<!not )broken/));
  assertQuiet();
});

test("the cart shows under which types the milk comes back", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/sets/cart?at=18000&view=figures");
  await drawn(page);
  const row = async (name) => (await page.locator(".picture [data-target]", { hasText: name }).allTextContents()).join("\n");
  await until(async () => assert.match(await row("OR-Set"), /bread, eggs/));
  await until(async () => assert.match(await row("G-Set"), /milk/));
  await until(async () => assert.match(await row("Union"), /milk/));
  assert.doesNotMatch(await row("OR-Set"), /milk/);
  assertQuiet();
});

test("a replica that is drawn onto another one tells it what it knows; a line beside them cuts", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/counters/apart?updates=0&gossip=0&at=100");
  await page.getByRole("button", { name: "Cut off" }).first().click();
  await page.getByRole("button", { name: "+1", exact: true }).first().click();
  await until(async () => assert.equal((await state(page)).messages.length, 2, "A tells both, and both will be lost"));
  await page.getByRole("button", { name: /^Heal/ }).first().click();
  const [from, to] = [await place(page, "node:0"), await place(page, "node:1")];
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 5 });
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await page.mouse.up();
  await until(async () => assert.equal((await state(page)).messages.length, 3));
  await until(async () => assert.match((await said(page)).join("\n"), /A tells B all that it knows/));
  // From the ground to the ground, across two links.
  await page.mouse.move(from.x - 120, from.y + 90);
  await page.mouse.down();
  await page.mouse.move(from.x + 120, from.y + 90, { steps: 8 });
  await page.mouse.up();
  await until(async () => assert.match((await state(page)).links.join("\n"), /cut/));
  assertQuiet();
});
