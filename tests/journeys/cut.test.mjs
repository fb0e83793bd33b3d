// A reader cuts the network: with a line by mouse or finger, or with the keyboard; and heals it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cuts, house, leader, lineUnderTheTop, nodes, picture, reads, said, state, swipe, theLeader, until } from "./room.mjs";

const { visit } = house();
const START = "#/raft/first-election?at=600&speed=1";
const ALL_OF_S1 = ["S1 – S2", "S1 – S3", "S1 – S4", "S1 – S5"];

test("behind the cut nothing arrives, and the larger side elects a leader", async (t) => {
  const { page } = await visit(t, "#/raft/leader-crash?at=300&speed=1");
  const old = await theLeader(page);
  assert.equal(old.number, 0, "S1 leads at first");
  const [from, to] = await lineUnderTheTop(page);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 6 });
  await page.mouse.up();
  await until(async () => assert.deepEqual(await cuts(page), ALL_OF_S1));
  await page.locator("[data-test=play]").click();
  await until(async () => {
    const next = await leader(page);
    assert.ok(next.number !== 0 && next.term > old.term);
    assert.match((await nodes(page))[0], new RegExp(`S1, leader, term ${old.term}\\b`), "the old leader has heard of nothing");
  });
});

test("a line that crosses no link says so and cuts nothing", async (t) => {
  const { page } = await visit(t, START);
  const box = await picture(page);
  await page.mouse.move(box.x + 10, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + 60, box.y + 14, { steps: 4 });
  await page.mouse.up();
  await until(async () => assert.equal((await said(page)).at(-1), "The line crosses no link"));
  assert.deepEqual(await cuts(page), []);
});

test("by keyboard, both ways and one way, and heal all", async (t) => {
  const { page } = await visit(t, START);
  const open = async () => {
    await page.locator("[data-test=cut]").focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Cut the network" });
    await dialog.waitFor();
    assert.ok(await dialog.getByRole("button", { name: "Cut", exact: true }).isDisabled(), "one side is empty still");
    return dialog;
  };
  const tab = async (name) => {
    for (let i = 0; i < 20; i++) {
      const here = await page.evaluate(() => document.activeElement.closest("label, button")?.textContent);
      if (here === name) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`the tabulator does not come to ${name}`);
  };
  await open();
  await tab("S1");
  await page.keyboard.press("Space");
  await tab("S2");
  await page.keyboard.press("Space");
  await tab("Cut");
  await page.keyboard.press("Enter");
  const pairs = ["S1 – S3", "S1 – S4", "S1 – S5", "S2 – S3", "S2 – S4", "S2 – S5"];
  await until(async () => assert.deepEqual((await cuts(page)).toSorted(), pairs));
  await page.getByRole("button", { name: "Heal all" }).focus();
  await page.keyboard.press("Enter");
  await until(async () => assert.deepEqual(await cuts(page), []));
  await reads(page.locator("#network-title + *"), /Every link is whole/);
  await open();
  await tab("S5");
  await page.keyboard.press("Space");
  await tab("Both ways");
  await page.keyboard.press("ArrowDown");
  await tab("Cut");
  await page.keyboard.press("Enter");
  await until(async () => assert.deepEqual((await cuts(page)).toSorted(), ["S5 → S1", "S5 → S2", "S5 → S3", "S5 → S4"]));
});

test("by finger", async (t) => {
  const { page, assertQuiet } = await visit(t, START, { viewport: { width: 820, height: 1100 }, hasTouch: true });
  await page.locator(".stage canvas").first().scrollIntoViewIfNeeded();
  await swipe(page, await lineUnderTheTop(page));
  await until(async () => assert.deepEqual(await cuts(page), ALL_OF_S1));
  assertQuiet();
});

test("one link, through its own menu, one way", async (t) => {
  const { page } = await visit(t, START);
  await page.locator(".stage [data-target='link:0-2']").first().focus();
  await page.keyboard.press("Enter");
  await page.locator("[title='Cut S3 to S1 only']").click();
  await until(async () => assert.deepEqual(await cuts(page), ["S3 → S1"]));
  await until(async () => assert.ok((await state(page)).links.includes("Link S1–S3, cut from S3 to S1")));
});
