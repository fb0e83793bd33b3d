// A reader holds a phone: 360 × 740, fingers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cuts, fits, house, lineUnderTheTop, nodes, PHONE, place, state, swipe, unreachable, until } from "./room.mjs";

const { visit } = house();

test("the gallery fits, and its doors can be reached", async (t) => {
  const { page, assertQuiet } = await visit(t, "", PHONE);
  await fits(page);
  const { count, lost } = await unreachable(page);
  assert.ok(count > 10);
  assert.deepEqual(lost, []);
  assertQuiet();
});

test("a search fits, and a tap plays what it found", async (t) => {
  const { page, assertQuiet } = await visit(t, "#/raft/first-election?servers=3&without=one-vote-per-term&at=40", PHONE);
  await page.getByRole("tab", { name: "Search" }).tap();
  await page.locator("[data-limit=Requests]").fill("0");
  await page.locator("[data-test=search-start]").tap();
  await page.locator("[data-test=search-results][data-stage=done]").waitFor();
  await fits(page);
  const { lost } = await unreachable(page);
  assert.deepEqual(lost, []);
  await page.getByRole("button", { name: "Play the counterexample: Election Safety" }).tap();
  await until(async () => {
    const box = await page.locator(".stage canvas").first().boundingBox();
    assert.ok(box.y > -20 && box.y < 400, `the picture is at ${box.y}`);
  });
  await until(async () => assert.match(await page.locator("[data-test=log]").innerText(), /Election Safety is broken/), 15_000);
  assertQuiet();
});

test("the dialogs fit", async (t) => {
  const { page } = await visit(t, "#/raft/minority-partition?at=700", PHONE);
  const opens = [
    ...["Share", "Keys and help"].map((name) => page.getByRole("banner").getByRole("button", { name, exact: true })),
    page.locator("[data-test=cut]"),
  ];
  for (const button of opens) {
    await button.tap();
    const dialog = page.locator("dialog[open]");
    await dialog.waitFor();
    await until(async () => {
      const box = await dialog.boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= 360 && box.height <= 740, JSON.stringify(box));
    });
    await fits(page);
    const inside = await dialog.evaluate((one) => [...one.querySelectorAll("button, input, select")].filter((control) => { const box = control.getBoundingClientRect(); return box.left < 0 || box.right > innerWidth; }).map((control) => control.outerHTML));
    assert.deepEqual(inside, []);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  }
});

test("embedding and downloading are to be found on a phone, too", async (t) => {
  const { page } = await visit(t, "#/raft/minority-partition?at=700", PHONE);
  for (const [button, name] of [["Download…", "download-dialog"], ["Embed in a page…", "embed-dialog"]]) {
    await page.getByRole("banner").getByRole("button", { name: "Share", exact: true }).tap();
    await page.getByRole("button", { name: button }).tap();
    await page.locator(`[data-test=${name}]`).waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
  }
});

test("a finger draws a cut", async (t) => {
  const { page } = await visit(t, "#/raft/first-election?at=600", PHONE);
  await page.locator(".stage canvas").first().scrollIntoViewIfNeeded();
  const before = await page.evaluate(() => scrollY);
  await swipe(page, await lineUnderTheTop(page));
  await until(async () => {
    const cut = (await state(page)).links.filter((link) => link.endsWith(", cut"));
    assert.deepEqual(cut, ["S2", "S3", "S4", "S5"].map((other) => `Link S1–${other}, cut`));
  });
  assert.equal(await page.evaluate(() => scrollY), before, "the page did not move under the finger");
  await until(async () => assert.equal((await cuts(page)).length, 4));
});

test("a tap on a server opens its menu, and a tap crashes it", async (t) => {
  const { page } = await visit(t, "#/raft/first-election?at=600", PHONE);
  await page.locator(".stage canvas").first().scrollIntoViewIfNeeded();
  const at = await place(page, "node:3");
  await page.touchscreen.tap(at.x, at.y);
  const item = page.getByRole("menuitem", { name: "Crash", exact: true });
  await until(async () => {
    const box = await item.boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 360 && box.height >= 24, JSON.stringify(box));
  });
  await item.tap();
  await until(async () => assert.match((await nodes(page))[3], /^S4, down/));
});

test("the scrubber follows a finger", async (t) => {
  const { page } = await visit(t, "#/raft/replication?at=100", PHONE);
  const track = page.locator("[data-test=track]");
  await track.scrollIntoViewIfNeeded();
  const box = await track.boundingBox();
  const y = box.y + 18;
  await swipe(page, [{ x: box.x + 20, y }, { x: box.x + box.width * 0.5, y }]);
  await until(async () => assert.ok(Math.abs(Number(await track.getAttribute("aria-valuenow")) - 750) < 30));
});
