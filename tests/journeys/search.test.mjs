// A reader presses Search: every schedule within the limits is tried, and what is found plays in the same picture.
import assert from "node:assert/strict";
import { test } from "node:test";
import { amount, drawn, go, house, playing, reads, said, state, until } from "./room.mjs";

const { visit } = house();
const RAFT = "#/raft/first-election?servers=3&at=40";
const verdicts = (page) => page.locator("[data-test=search-verdicts] > li").evaluateAll((list) => Object.fromEntries(list.map((one) => [one.querySelector("strong").textContent, one.dataset.verdict])));
const results = (page) => page.locator("[data-test=search-results]");
const stage = (page) => results(page).getAttribute("data-stage");
const figure = async (page, name) => Number((await page.locator(`[data-figure="${name}"] dd`).innerText()).replaceAll(",", ""));

async function limits(page, values) {
  await page.locator(".limits summary").evaluate((summary) => (summary.parentElement.open = true));
  for (const [name, value] of Object.entries(values)) {
    const field = page.locator(`[data-limit="${name}"]`);
    await field.fill(String(value));
    await field.press("Tab");
  }
}

async function search(page, values = {}) {
  await page.getByRole("tab", { name: "Search" }).click();
  await limits(page, values);
  await page.locator("[data-test=search-start]").click();
}

async function ended(page, as = "done") {
  await until(async () => assert.equal(await stage(page), as), 60_000);
  return results(page).innerText();
}

const SMALL = { Timeouts: 2, Requests: 0 };

test("Raft with three servers: every property holds in every state", async (t) => {
  const { page, assertQuiet } = await visit(t, RAFT);
  await search(page, SMALL);
  const words = await ended(page);
  const states = await figure(page, "States");
  assert.ok(states > 10_000, `${states} states`);
  assert.match(words, /^All [\d,]+ states searched in/);
  assert.ok((await figure(page, "Transitions")) >= states - 1);
  const found = await verdicts(page);
  for (const name of ["Election Safety", "Leader Append-Only", "Log Matching", "Leader Completeness", "State Machine Safety"]) {
    assert.equal(found[name], "holds", name);
  }
  await until(async () => assert.ok((await page.locator("[data-test=samples] li").count()) > 0, "there are runs worth a look, even so"));
  await amount(page.locator("[data-test=cut-short]"), 0);
  assertQuiet();
});

test("a rule off: the counterexample plays in the same picture, and the property is broken there", async (t) => {
  const { page, assertQuiet } = await visit(t, `${RAFT}&without=one-vote-per-term`);
  await page.getByRole("tab", { name: "Space–time" }).click();
  await search(page, SMALL);
  await reads(page.locator("[data-test=search-rules]"), /off A server votes at most once in a term/);
  const words = await ended(page);
  assert.match(words, /Without: A server votes at most once in a term\./);
  assert.equal((await verdicts(page))["Election Safety"], "violated");
  const length = Number(/Broken after (\d+) steps/.exec(words)[1]);
  await page.getByRole("button", { name: "Play the counterexample: Election Safety" }).click();
  await until(async () => assert.match((await said(page)).join("\n"), /Election Safety is broken/), 20_000);
  assert.equal(await playing(page), false, "it stands where the property breaks");
  await until(async () => assert.equal(await page.locator(".stage").getAttribute("data-view"), "space-time", "the picture is the same"));
  // The schedule itself is a step of the reader's, the rest are the schedule's.
  await until(async () => assert.match((await state(page)).time, new RegExp(`, ${length + 1} steps$`)));
  assert.equal((await verdicts(page))["Election Safety"], "violated", "the results are still there");
  await page.getByRole("tab", { name: "Events" }).click();
  await amount(page.locator("[data-test=events] .badge", { hasText: "schedule" }), length);
  const broken = page.locator("[data-test=properties] li[data-verdict=broken]");
  await reads(broken, /Election Safety/);
  await page.goBack();
  await until(async () => assert.equal((await state(page)).time, "40 ms, 0 steps"));
  await page.getByRole("tab", { name: "Search" }).click();
  await until(async () => assert.equal((await verdicts(page))["Election Safety"], "violated", "and still"));
  assertQuiet();
});

test("a run that breaks nothing stops where the search left it", async (t) => {
  const { page } = await visit(t, RAFT);
  await search(page, SMALL);
  await ended(page);
  await page.locator("[data-test=speed]").fill("-1");
  const row = page.locator("[data-test=samples] li", { hasText: "The longest run" });
  const length = Number(/(\d+) steps/.exec(await row.innerText())[1]);
  await row.getByRole("button").click();
  await until(async () => assert.match((await said(page)).join("\n"), /The run that was found ends here/), 20_000);
  assert.equal(await playing(page), false);
  await until(async () => assert.match((await state(page)).time, new RegExp(`, ${length + 1} steps$`)));
});

test("what breaks without a rule is offered, and found", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/raft");
  await page.getByRole("tab", { name: "Search" }).click();
  await reads(page.locator("[data-test=search-limit]"), /8,000,000 states or 1,500 MB/);
  await page.locator("[data-test=rule-offers] summary").click();
  const offer = page.locator("[data-offer=log-matching]");
  await reads(offer, /Without it, Log Matching is broken in “Figure 7 among three servers”/);
  await offer.getByRole("button").click();
  const words = await ended(page);
  assert.match(words, /Without: A follower appends only after an entry that matches the leader's\./);
  assert.equal((await verdicts(page))["Log Matching"], "violated");
  await until(async () => assert.doesNotMatch(await page.locator("[data-test=search-subject]").innerText(), /Not the setting/));
  assertQuiet();
});

test("switching a rule off by hand and searching again", async (t) => {
  const { page } = await visit(t, RAFT);
  await search(page, SMALL);
  await ended(page);
  await page.getByRole("button", { name: "Switch one off" }).click();
  await page.locator("[data-rule=one-vote-per-term]").click();
  await page.getByRole("tab", { name: "Search" }).click();
  await until(async () => assert.match(await page.locator("[data-test=search-subject]").innerText(), /Not the setting shown now/));
  assert.equal((await verdicts(page))["Election Safety"], "holds", "what was found for the rules before stays");
  await until(async () => assert.equal(await page.locator("[data-limit=Timeouts]").inputValue(), "2", "so do the limits"));
  await page.locator("[data-test=search-start]").click();
  await until(async () => assert.equal((await verdicts(page))["Election Safety"], "violated"), 30_000);
  await until(async () => assert.doesNotMatch(await page.locator("[data-test=search-subject]").innerText(), /Not the setting/));
});

test("cancelling keeps what was covered, and claims nothing", async (t) => {
  const { page, assertQuiet } = await visit(t, RAFT);
  await search(page, { Crashes: 2, Timeouts: 6, Requests: 3, States: 50_000_000 });
  await until(async () => assert.ok((await figure(page, "States")) > 1_000));
  assert.equal(await stage(page), "running");
  const bar = page.locator("progress.known");
  assert.ok(Number(await bar.getAttribute("max")) > Number(await bar.getAttribute("value")), "more is known than explored");
  await reads(results(page), /How many there are is not known before the end/);
  await page.locator("[data-test=search-cancel]").click();
  const words = await ended(page, "cut");
  assert.match(words, /^Cut short after [\d,]+ states/);
  await reads(page.locator("[data-test=cut-short]"), /Cut short: you cancelled it\./);
  const found = Object.entries(await verdicts(page));
  assert.ok(found.length > 0);
  for (const [name, verdict] of found) assert.equal(verdict, "unknown", name);
  assert.match(words, /Not known\. Not broken in the [\d,]+ states that were searched\./);
  assert.doesNotMatch(words, /[Hh]olds in all/);
  assertQuiet();
});

for (const [limit, values, words] of [
  ["states", { ...SMALL, States: 5_000 }, /Cut short: at its limit of 5,000 states\./],
  ["depth", { ...SMALL, "Steps deep": 6 }, /Cut short: at its limit of 6 steps\./],
  ["memory", { Crashes: 1, Timeouts: 5, Requests: 2, "Memory (MB)": 3 }, /Cut short: at its limit of 3 MB of memory\./],
]) {
  test(`a limit of ${limit} is said everywhere`, async (t) => {
    const { page } = await visit(t, RAFT);
    await search(page, values);
    const all = await ended(page);
    assert.match(all, /^Cut short after [\d,]+ states/);
    await reads(page.locator("[data-test=cut-short]"), words);
    const found = Object.entries(await verdicts(page));
  assert.ok(found.length > 0);
  for (const [name, verdict] of found) assert.equal(verdict, "unknown", name);
    await reads(page.locator("[data-test=deadlocks]"), /so far/);
  });
}

test("a violation found before the limit stands", async (t) => {
  const { page } = await visit(t, `${RAFT}&without=one-vote-per-term`);
  await search(page, { ...SMALL, States: 60_000 });
  await ended(page);
  const found = await verdicts(page);
  assert.equal(found["Election Safety"], "violated");
  assert.equal(found["Log Matching"], "unknown");
  await amount(page.locator("[data-test=cut-short]"), 1);
});

test("from this moment on: what is found is a branch of the run", async (t) => {
  const { page } = await visit(t, "#/raft/first-election?servers=3&at=400");
  await page.getByRole("tab", { name: "Search" }).click();
  await page.getByLabel("this moment").check();
  await search(page, { Crashes: 1, Timeouts: 1, Requests: 0 });
  const words = await ended(page);
  assert.match(words, /from 400 ms, with at most 1 crash and 1 timeout/);
  assert.match(words, /^All [\d,]+ states searched/);
  await page.locator("[data-test=samples] button").first().click();
  await until(async () => assert.equal(await page.locator("[data-test=branches] select").evaluate((select) => select.selectedOptions[0].textContent), "found by the search"));
  assert.ok(Number.parseFloat((await state(page)).time) >= 400);
});

test("outcomes are counted when that is asked for", async (t) => {
  const { page } = await visit(t, RAFT);
  await page.getByRole("tab", { name: "Search" }).click();
  await page.locator(".limits summary").click();
  await page.getByLabel("Count the states by the outcomes still possible").check();
  await search(page, SMALL);
  await ended(page);
  const counts = await until(async () => {
    const found = await page.locator("[data-test=valency] dd").allInnerTexts();
    assert.ok(found.length > 1, "the outcomes are counted");
    return found;
  });
  const sum = counts.slice(0, -1).reduce((all, one) => all + Number(one.replaceAll(",", "")), 0);
  assert.equal(sum, await figure(page, "States"), "every state is counted once");
});

test("the page plays on while it searches", async (t) => {
  const { page } = await visit(t, "#/raft/first-election?servers=3&play=1");
  await search(page, { Crashes: 1, Timeouts: 4, Requests: 1, States: 2_000_000 });
  await until(async () => assert.equal(await stage(page), "running"));
  const frames = await page.evaluate(() => new Promise((done) => {
    const times = [];
    const tick = (now) => (times.push(now) < 60 ? requestAnimationFrame(tick) : done(times));
    requestAnimationFrame(tick);
  }));
  const longest = Math.max(...frames.slice(1).map((time, i) => time - frames[i]));
  assert.ok(longest < 400, `a frame took ${longest} ms`);
  await page.locator("[data-test=search-cancel]").click();
  await ended(page, "cut");
});

test("where no worker may start the page searches in slices of its own", async (t) => {
  const { page, complaints } = await visit(t, "");
  await page.evaluate(() => { globalThis.Worker = class { constructor() { throw new DOMException("no", "SecurityError"); } }; });
  await go(page, RAFT);
  await search(page, SMALL);
  assert.match(await ended(page), /^All [\d,]+ states searched/);
  assert.deepEqual(complaints, []);
});

test("a limit that is no number is not searched with", async (t) => {
  const { page } = await visit(t, RAFT);
  await page.getByRole("tab", { name: "Search" }).click();
  await page.locator("[data-limit=Crashes]").fill("-4");
  await page.locator("[data-test=search-start]").click();
  // A search that begins shows itself at once.
  await drawn(page);
  await page.waitForTimeout(300);
  assert.equal(await results(page).count(), 0);
  await page.locator("[data-limit=Crashes]").fill("0");
  await search(page, SMALL);
  await ended(page);
});
