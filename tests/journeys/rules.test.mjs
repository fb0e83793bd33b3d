// A reader switches a rule off and sees what it was for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { amount, clock, house, reads, said, state, until } from "./room.mjs";

const { visit } = house();
const standing = (page, name) => page.locator("[data-test=properties] li").filter({ hasText: name });

test("every property holds where every rule is on", async (t) => {
  const { page } = await visit(t, "#/raft/figure-8?at=1299");
  const verdicts = await until(async () => {
    const found = await page.locator("[data-test=properties] li").evaluateAll((list) => list.map((one) => [one.innerText.replace(/\s+/g, " "), one.dataset.verdict]));
    assert.ok(found.length >= 6, `${found.length} properties`);
    return found;
  });
  for (const [name, verdict] of verdicts) assert.equal(verdict, "holds", name);
  for (const name of ["Election Safety", "Leader Append-Only", "Log Matching", "Leader Completeness", "State Machine Safety"]) {
    await amount(standing(page, name), 1, name);
  }
});

test("Figure 8 without its rule breaks State Machine Safety, with the reason", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/raft/figure-8-rule-off?speed=10");
  await until(async () => assert.match((await said(page)).join("\n"), /is broken: /), 15_000);
  await until(async () => assert.equal(await page.locator("[data-test=play]").getAttribute("aria-label"), "Play", "the run stops there"));
  await until(async () => {
    if ((await standing(page, "State Machine Safety").getAttribute("data-verdict")) === "broken") return;
    await page.locator("[data-test=play][aria-label=Play]").click({ timeout: 500 });
    assert.fail("State Machine Safety holds still");
  }, 15_000);
  const broken = standing(page, "State Machine Safety");
  await reads(broken, /S5 applied another entry at index 2/);
  await page.keyboard.press("r");
  await until(async () => assert.equal(await clock(page), 0));
});

test("a broken property leads to the step that broke it", async (t) => {
  const { page } = await visit(t, "#/raft/figure-8-rule-off?at=1299");
  const broken = standing(page, "State Machine Safety");
  await reads(broken, /See it at \d+ ms/);
  const at = Number(/See it at (\d+) ms/.exec(await broken.innerText())[1]);
  await broken.getByRole("button", { name: /^See it at/ }).click();
  await until(async () => assert.equal(Math.floor(await clock(page)), at));
  await page.getByRole("tab", { name: "Events" }).click();
  await reads(page.locator("[data-test=events] > li").first(), /State Machine Safety is broken/);
});

test("switching a rule off opens the run again without it; back brings it back", async (t) => {
  const { page } = await visit(t, "#/raft/figure-8?at=500");
  await page.waitForTimeout(300);
  await page.getByRole("tab", { name: "Rules" }).click();
  const rule = page.locator("[data-rule=own-term-commit]");
  await until(async () => assert.ok(await rule.isChecked()));
  await page.locator("label").filter({ has: rule }).click();
  await until(async () => assert.match(page.url(), /without=own-term-commit/));
  await until(async () => assert.equal(await rule.isChecked(), false));
  await until(async () => {
    assert.equal((await state(page)).scenario, "Figure 8: an old entry");
    assert.ok((await clock(page)) < 400, "it starts again");
  });
  await page.keyboard.press("Escape");
  await page.locator("[data-test=track]").focus();
  await page.keyboard.press("End");
  await until(async () => assert.equal(await standing(page, "State Machine Safety").getAttribute("data-verdict"), "broken"));
  await page.getByRole("button", { name: "As the scenario has them" }).click();
  await until(async () => assert.ok(await rule.isChecked()));
  await until(async () => assert.doesNotMatch(page.url(), /without/));
  await page.goBack();
  await until(async () => assert.equal(await rule.isChecked(), false));
});

test("an option changes the cluster", async (t) => {
  const { page } = await visit(t, "#/raft/first-election?at=100");
  await page.getByRole("tab", { name: "Rules" }).click();
  const servers = page.locator("[data-option=servers]");
  await servers.fill("7");
  await servers.press("Tab");
  await until(async () => assert.equal((await state(page)).nodes.length, 7));
  await until(async () => assert.match(page.url(), /servers=7/));
});

test("a new seed is another run of the same scenario", async (t) => {
  const { page } = await visit(t, "#/raft/first-election?at=100");
  await until(async () => assert.equal(await page.locator("[data-test=seed]").innerText(), "seed 1"));
  await page.locator("[data-test=new-seed]").click();
  await until(async () => assert.match(await page.locator("[data-test=seed]").innerText(), /^seed (?!1$)\d+$/));
  await until(async () => assert.match(page.url(), /seed=(?!1(&|$))\d+/));
});

test("Paxos tells ballot by ballot what could still be chosen, and where quorums meet", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/paxos/quorums-apart?at=300&view=figures");
  await until(async () => {
    const rows = await page.locator('[data-target*="row:"]').allTextContents();
    assert.equal(rows.filter((row) => /can be chosen: \d: chosen/.test(row)).length, 2, rows.join("\n"));
  });
  await page.setViewportSize({ width: 360, height: 740 });
  await until(async () => {
    const box = await page.locator(".picture canvas").first().boundingBox();
    assert.ok(box.width <= 360 && box.height > 200, `rows are written out: ${JSON.stringify(box)}`);
  });
  assertQuiet();
});
