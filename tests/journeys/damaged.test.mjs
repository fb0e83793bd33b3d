// A link is damaged, or leads to what is not there: the page says what is wrong and shows the way on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { amount, drawn, go, house, reads, until } from "./room.mjs";

const { visit } = house();

const WRONG = [
  ["#/moon", /^There is no system “moon”; there is .*raft/],
  ["#/raft/moon", /^raft has no scenario “moon”; it has first-election, /i],
  ["#/raft/replication/moon", /^This link is damaged: “moon” stands after the scenario\./],
  ["#/raft?seed=seven", /^This link is damaged: seed takes a whole number, not “seven”\./],
  ["#/raft?seed=99999999999999999", /seed .* is not below 2\^53/],
  ["#/raft?at=noon", /^This link is damaged: at takes milliseconds, not “noon”\./],
  ["#/raft?at=99999999999", /later than two years/],
  ["#/raft?servers=0", /servers/],
  ["#/raft?servers=9999", /servers/],
  ["#/raft?colour=red", /colour/],
  ["#/raft?election-min=500&election-max=100", /election-min above election-max/],
  ["#/raft?without=gravity", /^raft has no rule “gravity”; it has /i],
  ["#/raft?do=%%%", /^This link is damaged: /],
  ["#/raft?do=AAA", /^This link is damaged: what was done to the run cannot be read/],
  ["#/raft?do=W10&branch=3", /^This link is damaged: there is no branch 3/],
  ["#/%FF%FE", /^This link is damaged: /],
];

test("every kind of damage is said in words, with the gallery to go to", async (t) => {
  const { page, assertQuiet } = await visit(t);
  for (const [hash, words] of WRONG) {
    await go(page, hash);
    await until(async () => assert.match(await page.locator("[data-test=error] [role=alert]").innerText(), words, hash), 3_000);
    await until(async () => assert.equal(await page.getByRole("link", { name: "Go to the gallery" }).getAttribute("href"), "#/"));
  }
  await page.getByRole("link", { name: "Go to the gallery" }).click();
  await page.locator("[data-test=gallery]").waitFor();
  assertQuiet();
});

test("opened from outside, too; back goes on from there", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/raft/moon");
  await reads(page.getByRole("alert"), /has no scenario “moon”/);
  await until(async () => assert.match(await page.title(), /cannot be opened/));
  await page.locator("[data-test=error] main").getByRole("link", { name: "Raft" }).click();
  await page.locator("[data-test=room]").waitFor();
  await page.goBack();
  await page.locator("[data-test=error]").waitFor();
  assertQuiet();
});

test("hostile links never panic: each gives a run or a sentence", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/raft/leader-crash?at=300");
  await page.locator('[data-act="crash"]').first().click();
  await until(async () => assert.match(page.url(), /do=/));
  const good = new URL(page.url()).hash;
  let seed = 7;
  const random = (bound) => (seed = (seed * 48271) % 2147483647) % bound;
  const letters = "abcxyzAZ019-_=&?/#%.,+~!()[]{}\"'<>\\ü…";
  const outcomes = { room: 0, error: 0 };
  for (let i = 0; i < 120; i++) {
    let link = good.slice(2);
    for (let edits = 1 + random(3); edits > 0; edits--) {
      const at = random(i % 2 ? link.length : 44);
      const put = [...letters][random([...letters].length)];
      link = [link.slice(0, at) + link.slice(at + 1), link.slice(0, at) + put + link.slice(at + 1), link.slice(0, at), link.slice(0, at) + put + link.slice(at)][random(4)];
    }
    await go(page, `#/${link}`);
    const shown = await page.evaluate(() => document.querySelector("[data-test=room], [data-test=gallery], [data-test=error]")?.dataset.test ?? document.body.innerText);
    assert.ok(["room", "gallery", "error"].includes(shown), `#/${link} gives ${shown}`);
    outcomes[shown] = (outcomes[shown] ?? 0) + 1;
  }
  assert.ok(outcomes.room > 3 && outcomes.error > 20, JSON.stringify(outcomes));
  assertQuiet();
});

test("markup in a link is text", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/<img src=x onerror=alert(1)>");
  await drawn(page);
  await reads(page.getByRole("alert"), /<img src=x onerror=alert/);
  await amount(page.locator("img"), 0);
  assertQuiet();
});
