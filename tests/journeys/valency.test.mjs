// The valency tree and the proof on it: opened, walked, played; the lemmas; the game, won for a while and lost, on a phone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { amount, drawn, house, reads, until } from "./room.mjs";

const { visit } = house();
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const part = (page, name) => page.locator(`[data-test=${name}]`);
const kind = (page) => part(page, "configuration-kind").getAttribute("data-kind");
const grown = (page) => until(async () => assert.match(await part(page, "valency-counts").innerText(), /configurations/), 30_000);

async function lemma(page, title) {
  await page.getByRole("tab", { name: "Proof" }).click();
  await page.getByRole("heading", { name: title }).click();
}

test("the tree is what the search says: its counts are those of the protocol", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/flp/rotating-coordinator?view=tree");
  await grown(page);
  const words = await part(page, "valency-counts").innerText();
  for (const count of ["2,776 configurations", "1,292 0-valent", "1,292 1-valent", "64 bivalent", "128 stuck", "8 critical"]) assert.ok(words.includes(count), words);
  // Deeper there are more nodes; drawn once each there are as many as there are configurations.
  const nodes = async () => Number((await part(page, "valency-nodes").innerText()).replace(/,/g, "").match(/^\d+/)[0]);
  const before = await nodes();
  await part(page, "valency-deeper").click();
  await until(async () => assert.ok(await nodes() > before));
  for (const look of ["once", "folded"]) {
    await part(page, "valency-look").selectOption(look);
    await until(async () => assert.equal(await nodes(), 2776), 10_000);
  }
  assertQuiet();
});

test("walking with keys to a critical configuration, and playing the schedule that leads there", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/flp/rotating-coordinator?inputs=001&view=tree");
  await grown(page);
  await part(page, "valency-canvas").focus();
  await page.keyboard.press("ArrowDown");
  await until(async () => assert.equal(await kind(page), "both"));
  // On along bivalent configurations until no step leaves both open.
  for (let step = 0; !/Critical/.test(await part(page, "configuration-kind").innerText()); step += 1) {
    assert.ok(step < 12, "a critical configuration is near");
    const state = await part(page, "configuration").getAttribute("data-state");
    await page.locator("[data-test=valency-event][data-kind=both]").first().click();
    await until(async () => assert.notEqual(await part(page, "configuration").getAttribute("data-state"), state));
  }
  await amount(page.locator("[data-test=valency-event][data-kind=both]"), 0);
  await part(page, "valency-play").click();
  await until(async () => assert.doesNotMatch(page.url(), /view=tree/));
  await until(async () => assert.ok((await page.locator("[data-test=room]").count()) === 1));
  assertQuiet();
});

test("zooming by wheel, dragging and fitting change what is seen and nothing else", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/flp/majority?view=tree");
  await grown(page);
  const image = () => page.locator(".valency-canvas canvas").evaluateAll((all) => all.filter((one) => !one.hidden).map((one) => one.toDataURL()).join());
  const near = () => part(page, "valency-near").isVisible();
  await until(async () => assert.ok(await near(), "few nodes are shapes and words"));
  const box = await part(page, "valency-canvas").boundingBox();
  const whole = await image();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const scrolled = () => page.evaluate(() => [scrollY, ...[...document.querySelectorAll("*")].map((one) => one.scrollTop)].join());
  const still = await scrolled();
  await page.mouse.wheel(0, -600);
  await until(async () => assert.notEqual(await image(), whole));
  await page.mouse.wheel(0, 150);
  await page.waitForTimeout(200);
  assert.equal(await scrolled(), still, "the wheel magnifies, and scrolls nothing");
  const closer = await image();
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 120, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await until(async () => assert.notEqual(await image(), closer));
  await part(page, "valency-fit").click();
  await until(async () => assert.equal(await image(), whole));
  // Many are an image.
  for (let deeper = 0; await near(); deeper += 1) {
    assert.ok(deeper < 6);
    await part(page, "valency-deeper").click();
    await page.waitForTimeout(300);
  }
  assert.notEqual(await image(), whole);
  assertQuiet();
});

test("each lemma on the protocol that is shown", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/flp/rotating-coordinator?view=tree");
  await grown(page);
  await lemma(page, /Lemma 1/);
  await part(page, "diamonds").click();
  await until(async () => assert.match(await part(page, "diamonds-said").innerText(), /^[\d,]+ diamonds, and every one closes/));
  // Two events of the configuration looked at, as a figure: four configurations, four arrows.
  await amount(part(page, "diamond").locator("circle"), 4);
  await reads(part(page, "diamond"), /Both orders lead to the same configuration/);
  await lemma(page, /Lemma 2/);
  await part(page, "chain").click();
  await until(async () => assert.match(await part(page, "chain-said").innerText(), /bivalent start: inputs 001/), 20_000);
  await until(async () => assert.deepEqual(await page.locator(".chain-start").evaluateAll((all) => all.map((one) => one.dataset.kind)), ["zero", "both", "one", "one"]));
  await lemma(page, /Lemma 3/);
  await part(page, "to-bivalent").click();
  await until(async () => assert.match(await part(page, "lemma-said").innerText(), /bivalent member of D|no bivalent member|All of D/));
  await until(async () => assert.ok(await part(page, "lemma-result").locator("circle").count() >= 2, "the sets are drawn"));
  await part(page, "lemma-go").click();
  await until(async () => assert.equal(await kind(page), "both"));
  // Where no step leaves both open, D has no bivalent member: the case that the protocol escapes is drawn.
  for (let step = 0; !/Critical/.test(await part(page, "configuration-kind").innerText()); step += 1) {
    assert.ok(step < 12, "a critical configuration is near");
    const state = await part(page, "configuration").getAttribute("data-state");
    await page.locator("[data-test=valency-event][data-kind=both]").first().click();
    await until(async () => assert.notEqual(await part(page, "configuration").getAttribute("data-state"), state));
  }
  const events = await part(page, "lemma-event").locator("option").evaluateAll((all) => all.map((one) => one.value));
  const cases = [];
  for (const event of events) {
    await part(page, "lemma-event").selectOption(event);
    await drawn(page);
    if (await part(page, "lemma-case").count()) cases.push(await part(page, "lemma-case").locator("svg").getAttribute("aria-label"));
  }
  assert.ok(cases.some((label) => /^The (first|second) case/.test(label)), cases.join());
  await lemma(page, /never decides/);
  for (let turn = 0; turn < 10 && await part(page, "turn").isEnabled(); turn += 1) await part(page, "turn").click();
  await reads(part(page, "turn-ended"), /escapes the third lemma/);
  // The process in which two starts differ crashes at once, and the run plays.
  await part(page, "crash-run").first().click();
  await until(async () => assert.match(page.url(), /inputs=000/));
  await until(async () => assert.match(await page.locator("[data-test=room]").innerText(), /crash/i));
  assertQuiet();
});

test("a protocol that can be kept from deciding is kept from it, fairly, and the run plays", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/flp/paxos?view=tree&inputs=001");
  await grown(page);
  await lemma(page, /never decides/);
  for (let turn = 1; turn <= 12; turn += 1) {
    await part(page, "turn").click();
    await until(async () => assert.ok(Number((await part(page, "turn-steps").innerText()).match(/^\d+/)[0]) >= turn));
  }
  await part(page, "open-endless").click();
  await until(async () => assert.doesNotMatch(page.url(), /view=tree/));
  assertQuiet();
});

test("you are the scheduler: a while with both open, then lost, on a phone", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/flp/rotating-coordinator?view=tree&inputs=001", PHONE);
  await grown(page);
  await lemma(page, /You are the scheduler/);
  await part(page, "game-begin").click();
  await until(async () => assert.match(await part(page, "game-score").innerText(), /^0 steps survived.*Par: \d+ steps/));
  const board = () => part(page, "game-board").getAttribute("data-kind");
  let steps = 0;
  // What the tree shows as bivalent survives; then the first thing that is not.
  const open = await page.locator("[data-test=valency-event][data-kind=both] span:first-of-type").first().innerText();
  await page.locator("[data-test=game-event]", { hasText: open }).first().click();
  steps += 1;
  await until(async () => assert.match(await part(page, "game-score").innerText(), /^1 step survived/));
  await until(async () => assert.equal(await board(), "both"));
  const lost = page.locator("[data-test=valency-event]:not([data-kind=both]) span:first-of-type");
  await page.locator("[data-test=game-event]", { hasText: await lost.first().innerText() }).first().click();
  await until(async () => assert.match(await part(page, "game-score").innerText(), new RegExp(`^Lost after ${steps + 1} steps`)));
  await until(async () => assert.notEqual(await board(), "both"));
  await part(page, "game-share").click();
  await until(async () => assert.doesNotMatch(page.url(), /view=tree/));
  assertQuiet();
});

test("what has too many configurations for the proof says so", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/flp/ben-or?view=tree&bound=6&inputs=any");
  await until(async () => assert.match(await page.locator(".valency-bar").innerText(), /More than 1,000,000 configurations/), 60_000);
  await page.getByRole("tab", { name: "Proof" }).click();
  await until(async () => assert.match(await page.locator("#details").innerText(), /too many/));
  assertQuiet();
});

test("the ways out: the coin's exact rounds beside the measured ones, the bound moved, every protocol placed", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/flp/ben-or?processes=2&inputs=01&view=tree");
  await grown(page);
  await lemma(page, "A coin");
  await part(page, "coin").click();
  await until(async () => assert.match(await part(page, "coin-in-step").innerText(), /: 5 rounds are expected against the worst/), 20_000);
  await reads(part(page, "coin-behind"), /: 9 rounds are expected against the worst/);
  await until(async () => assert.equal(await part(page, "coin-runs").count(), 6), 60_000);
  for (const size of [3, 5, 7]) await amount(part(page, "coin-runs").filter({ hasText: `${size} processes` }), 2);
  await page.getByRole("heading", { name: "Time, and a failure detector" }).click();
  const said = part(page, "delays-said");
  for (const [place, most] of [["1", "10"], ["7", "500"]]) {
    await part(page, "bound").fill(place);
    await until(async () => assert.equal(await said.getAttribute("data-most"), most), 20_000);
    await until(async () => assert.match(await said.innerText(), /300 of 300 runs decided/), 20_000);
    await until(async () => {
      const wrong = await part(page, "costs").locator("tbody tr").count();
      assert.ok(most === "10" ? wrong === 1 : wrong > 1, `${wrong} rows for ${most} ms`);
    });
  }
  await page.getByRole("heading", { name: "The triangle" }).click();
  await part(page, "triangle").click();
  await until(async () => assert.match(await part(page, "triangle-said").innerText(), /^10 protocols/), 120_000);
  const row = (name) => page.locator(`[data-test=placed-row][data-scenario=${name}] td`).allInnerTexts();
  for (const [name, answers] of [
    ["paxos", ["yes", "no", "yes"]],
    ["wait-for-all", ["yes", "yes", "no"]],
    ["first-heard", ["no", "yes", "yes"]],
    ["first-election", ["yes", "no", "yes"]],
  ]) await until(async () => assert.deepEqual(await row(name), answers, name));
  // The counterexample is one click away.
  await page.locator("[data-test=placed-row][data-scenario=first-heard] button").click();
  await until(async () => assert.match(page.url(), /flp\/first-heard/));
  await until(async () => assert.ok(/Agreement[^]*broken/i.test(await page.locator("[data-test=room]").innerText())), 20_000);
  assertQuiet();
});
