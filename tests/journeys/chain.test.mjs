// A reader plays a chain of blocks, looks at forks and attacks, mines by hand, and drops a file of real headers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, go, house, reads, state, until } from "./room.mjs";

const { visit } = house();
const block = (page) => page.locator('.strip [data-target^="block:"]');
const titles = async (page) => {
  await drawn(page);
  return block(page).allTextContents();
};

test("two branches grow while the network is cut, and after healing one of them counts", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/proof-of-work/partition?at=200000");
  await until(async () => {
    const cut = await titles(page);
    assert.ok(cut.some((words) => words.includes("counts for some nodes")), cut.join("\n"));
  });
  await go(page, "#/proof-of-work/partition?at=420000");
  await until(async () => {
    const healed = await titles(page);
    assert.ok(healed.some((words) => words.includes("counts for nobody")), healed.join("\n"));
    assert.ok(!healed.some((words) => words.includes("counts for some nodes")), "all nodes are of one mind");
  });
  await until(async () => assert.match((await state(page)).holds, /Common prefix/));
  assertQuiet();
});

test("many easy blocks count only where most work does not", async (t) => {
  const { page } = await visit(t, "#/proof-of-work/easy-blocks?at=800000");
  const verdict = () => page.locator("[data-test=properties] li").filter({ hasText: "Most work counts" }).getAttribute("data-verdict");
  await until(async () => assert.equal(await verdict(), "broken"));
  await go(page, "#/proof-of-work/easy-blocks?at=800000&with=most-work");
  await until(async () => assert.equal(await verdict(), "holds"));
});

test("a payment that a reader asks for comes into a block", async (t) => {
  const { page } = await visit(t, "#/proof-of-work/steady?payments=0&at=1000&speed=200");
  await page.getByRole("button", { name: /^Send a payment of 5 to M2/ }).first().click();
  await page.locator("[data-test=play]").click();
  await until(async () => assert.ok((await titles(page)).some((words) => words.includes("M1 pays M2 5"))), 20_000);
  await page.getByRole("tab", { name: "Figures" }).click();
  await until(async () => assert.match((await page.locator('[data-target*="row:"]').allTextContents()).join("\n"), /payment: M1 pays M2 5/));
});

test("the search finds the double spend and its schedule plays in the same picture", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/proof-of-work/one-confirmation");
  await page.getByRole("tab", { name: "Search" }).click();
  await page.locator("[data-test=search-start]").click();
  const verdict = page.locator("[data-test=search-verdicts] > li", { hasText: "Settled payments stay" });
  await until(async () => assert.equal(await verdict.getAttribute("data-verdict"), "violated"), 30_000);
  await page.getByRole("button", { name: "Play the counterexample: Settled payments stay" }).click();
  await page.getByRole("tab", { name: "Nodes" }).click();
  const broken = page.locator("[data-test=properties] li[data-verdict=broken] strong");
  await until(async () => assert.ok((await broken.allInnerTexts()).includes("Settled payments stay")));
  await until(async () => assert.ok((await titles(page)).some((words) => words.includes("M1 pays M2"))));
  assertQuiet();
});

test("a word that is changed turns all later blocks red, and mining each again mends them", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/proof-of-work?view=chain");
  await page.locator("[data-test=mine-by-hand]").click();
  const wrong = () => page.locator(".leaf").evaluateAll((list) => list.map((leaf) => leaf.dataset.wrong));
  const leaf = (number) => page.locator(`[data-test=leaf-${number}]`);
  await leaf(4).waitFor();
  await until(async () => assert.deepEqual(await wrong(), ["false", "false", "false", "false"]));
  const before = await leaf(4).locator("[data-test=hash]").innerText();
  await leaf(2).getByLabel("holds").fill("Bob pays Carol 200");
  await until(async () => assert.deepEqual(await wrong(), ["false", "true", "true", "true"]));
  for (const number of [2, 3, 4]) {
    await leaf(number).locator("[data-test=start-mining]").click();
    await until(async () => assert.equal((await wrong())[number - 1], "false"), 20_000);
  }
  await until(async () => assert.deepEqual(await wrong(), ["false", "false", "false", "false"]));
  await until(async () => assert.notEqual(await leaf(4).locator("[data-test=hash]").innerText(), before));
  await reads(leaf(4).locator("[data-test=hash]"), /^0000/);
  // A search that takes long can be stopped, and nothing is changed by it.
  await page.locator("[data-test=zeros]").fill("26");
  await leaf(1).locator("[data-test=start-mining]").click();
  await until(async () => assert.match(await leaf(1).locator("[data-test=stop-mining]").innerText(), /Stop after [1-9]/));
  await leaf(1).locator("[data-test=stop-mining]").click();
  await leaf(1).locator("[data-test=start-mining]").waitFor();
  assertQuiet();
});

// Facts: the first two headers of the main network.
const FIRST = "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c";
const SECOND = "010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000982051fd1e4ba744bbbe680e1fee14677ba1a3c3540bf7b1cdb606e857233e0e61bc6649ffff001d01e36299";

async function drop(page, name, text) {
  const data = await page.evaluateHandle(([name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name, { type: "text/plain" }));
    return data;
  }, [name, text]);
  await page.dispatchEvent("[data-test=room]", "drop", { dataTransfer: data });
}

test("a file of real headers that is dropped on the page is verified, and its first fault is named", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/proof-of-work");
  await drop(page, "headers.txt", `${FIRST}\n${SECOND}\n`);
  const found = page.locator("[data-test=headers-found]");
  await found.getByText("2 headers, heights 0 to 1").waitFor();
  await found.getByText("Nothing is wrong with it.").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await drop(page, "headers.txt", `${FIRST}\n${SECOND.replace(/9$/, "8")}\n`);
  await found.getByText(/^Line 2: /).waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await drop(page, "cat.txt", "this is no header");
  await found.getByText(/^Line 1: /).waitFor();
  assertQuiet();
});

test("validators make checkpoints final, and who votes twice is named", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/proof-of-stake/one-liar?at=200000");
  await until(async () => assert.ok((await titles(page)).some((words) => words.includes(", final;"))));
  await page.getByRole("tab", { name: "Figures" }).click();
  await until(async () => assert.match((await page.locator('[data-target*="row:"]').allTextContents()).join("\n"), /validator: V1, what it did: voted twice for one target height/));
  assertQuiet();
});

test("on a phone the chain and its dialog fit", async (t) => {
  const { page } = await visit(t, "#/proof-of-work/slow-network?view=chain&at=300000", { viewport: { width: 360, height: 740 }, hasTouch: true });
  await page.locator("[data-test=mine-by-hand]").click();
  await page.locator("[data-test=leaf-1]").waitFor();
  await until(async () => {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${wide} pixels`);
  });
});
