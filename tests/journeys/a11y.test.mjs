// axe-core finds nothing to complain of: on every route, in every view and tab, with every dialog open, light and
// dark, wide and narrow.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { drawn, go, house } from "./room.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const { visit } = house();

async function check(page, what) {
  await drawn(page);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map((node) => `${node.target.join(" ")} (${node.any.concat(node.all, node.none).map((one) => one.message).join("; ")})`).join(" | ")}`);
  });
  return violations.map((words) => `${what}: ${words}`);
}

const ROOM = "#/raft/minority-partition?at=900";
const SHAPES = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["phone", { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }],
  ["dark phone", { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, colorScheme: "dark" }],
];

for (const [shape, options] of SHAPES) {
  test(`gallery, embed and error page: ${shape}`, async (t) => {
    const { page } = await visit(t, "", { ...options, reducedMotion: "reduce" });
    const found = await check(page, "gallery");
    await go(page, "#/raft/moon");
    found.push(...(await check(page, "error")));
    await go(page, `${ROOM}&embed`);
    found.push(...(await check(page, "embed")));
    assert.deepEqual(found, []);
  });

  test(`every view and tab of a room: ${shape}`, async (t) => {
    const { page } = await visit(t, ROOM, options);
    const found = [];
    for (const view of ["Ring", "Space–time", "Logs", "Table"]) {
      await page.getByRole("tab", { name: view }).click();
      found.push(...(await check(page, view)));
    }
    for (const tab of ["Events", "Rules", "Search", "Nodes"]) {
      await page.getByRole("tab", { name: tab }).click();
      found.push(...(await check(page, tab)));
    }
    await go(page, "#/raft/figure-8-rule-off?at=1299");
    found.push(...(await check(page, "a broken property")));
    await go(page, "#/raft/first-election?servers=40&at=400");
    found.push(...(await check(page, "40 servers")));
    assert.deepEqual(found, []);
  });

  test(`the valency tree and the proof: ${shape}`, async (t) => {
    const { page } = await visit(t, "#/flp/rotating-coordinator?inputs=001&view=tree", options);
    await page.locator("[data-test=valency-counts]").getByText("configurations").waitFor();
    const found = await check(page, "the tree");
    await page.getByRole("tab", { name: "Proof" }).click();
    await page.locator("[data-test=proof]").waitFor();
    await page.evaluate(() => document.querySelectorAll(".lemma").forEach((one) => (one.open = true)));
    await page.locator("[data-test=chain]").click();
    await page.locator("[data-test=to-bivalent]").click();
    await page.locator("[data-test=delays]").click();
    for (const part of ["chain-said", "lemma-result", "costs"]) await page.locator(`[data-test=${part}]`).waitFor();
    found.push(...(await check(page, "the proof")));
    const wide = await page.evaluate(() => [...document.querySelectorAll(".proof .stack, .proof svg, .proof select")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1).length);
    assert.equal(wide, 0, "nothing stands beyond the window");
    assert.deepEqual(found, []);
  });

  test(`chains and mining by hand: ${shape}`, async (t) => {
    const { page } = await visit(t, "#/proof-of-work/slow-network?at=300000", options);
    const found = await check(page, "ring and chain");
    await page.getByRole("tab", { name: "Figures" }).click();
    found.push(...(await check(page, "figures")));
    await page.getByRole("tab", { name: "Chain" }).click();
    found.push(...(await check(page, "chain")));
    await page.locator("[data-test=mine-by-hand]").click();
    await page.locator("[data-test=leaf-2]").getByLabel("holds").fill("something else");
    found.push(...(await check(page, "mine by hand")));
    await go(page, "#/proof-of-stake/one-liar?at=120000");
    found.push(...(await check(page, "proof of stake")));
    assert.deepEqual(found, []);
  });

  test(`replicated types and windows to type into: ${shape}`, async (t) => {
    const { page } = await visit(t, "#/text?at=16000", options);
    await page.locator("[data-test=editor-A] textarea").waitFor();
    const found = await check(page, "windows");
    await page.getByRole("tab", { name: "Text" }).click();
    found.push(...(await check(page, "text")));
    await go(page, "#/counters/beside-consensus?at=1500");
    for (const tab of ["Lattice", "Laws", "Figures", "Beside consensus"]) {
      await page.getByRole("tab", { name: tab }).click();
      found.push(...(await check(page, tab)));
    }
    assert.deepEqual(found, []);
  });

  test(`a search, before and after: ${shape}`, async (t) => {
    const { page } = await visit(t, "#/raft/first-election?servers=3&without=one-vote-per-term&at=40", options);
    await page.getByRole("tab", { name: "Search" }).click();
    await page.locator(".limits summary").click();
    await page.locator("[data-limit=Requests]").fill("0");
    const found = await check(page, "the form");
    await page.locator("[data-test=search-start]").click();
    await page.locator("[data-test=search-results][data-stage=done]").waitFor();
    found.push(...(await check(page, "a counterexample")));
    await page.locator("[data-limit=States]").fill("5000");
    await page.locator("[data-test=search-start]").click();
    await page.locator("[data-test=cut-short]").waitFor();
    found.push(...(await check(page, "cut short")));
    assert.deepEqual(found, []);
  });

  test(`every dialog and the menu: ${shape}`, async (t) => {
    const { page } = await visit(t, ROOM, options);
    const found = [];
    const dialogs = [
      ["Share", () => page.getByRole("banner").getByRole("button", { name: "Share", exact: true }).click()],
      ["Download", async () => { await page.getByRole("banner").getByRole("button", { name: "Share", exact: true }).click(); await page.getByRole("button", { name: "Download…" }).click(); }],
      ["Embed", async () => { await page.getByRole("banner").getByRole("button", { name: "Share", exact: true }).click(); await page.getByRole("button", { name: "Embed in a page…" }).click(); }],
      ["Help", () => page.getByRole("button", { name: "Keys and help" }).click()],
      ["Cut", () => page.locator("[data-test=cut]").click()],
    ];
    for (const [name, open] of dialogs) {
      await open();
      await page.locator("dialog[open]").waitFor();
      found.push(...(await check(page, name)));
      await page.keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "detached" });
    }
    await page.locator(".stage [data-target='node:1']").first().focus();
    await page.keyboard.press("Enter");
    await page.locator("[data-test=menu]").waitFor();
    found.push(...(await check(page, "menu")));
    await page.keyboard.press("Escape");
    await page.locator("[data-test=track]").focus();
    await page.keyboard.press("Home");
    await page.locator('[data-test=node] [data-act="crash"]').click();
    await page.getByRole("button", { name: "Compare…" }).click();
    await page.locator("dialog[open]").waitFor();
    found.push(...(await check(page, "branches")));
    assert.deepEqual(found, []);
  });
}
