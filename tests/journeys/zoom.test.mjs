// A reader has zoomed to 200 %: a window of 1440 × 900 has room for 720 × 450.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, go, house, until } from "./room.mjs";

const ZOOMED = { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 };
const { visit } = house();

test("nothing is wider than the window, and everything can be scrolled to", async (t) => {
  const { page, assertQuiet } = await visit(t, "", ZOOMED);
  const fits = async (what) => {
    await drawn(page);
    await until(async () => assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, what));
  };
  await fits("gallery");
  await go(page, "#/raft/moon");
  await fits("error");
  await go(page, "#/raft/minority-partition?at=900");
  for (const view of ["Ring", "Space–time", "Logs", "Table"]) {
    await page.getByRole("tab", { name: view }).click();
    await fits(view);
    await until(async () => {
      const canvas = await page.locator(".stage canvas").first().boundingBox();
      assert.ok(canvas.height >= 150, `${view} is ${canvas.height} pixels high`);
    });
  }
  for (const tab of ["Nodes", "Events", "Rules"]) {
    await page.getByRole("tab", { name: tab }).click();
    await fits(tab);
    // The code of a tab may still be on its way.
    await until(async () => {
      await page.locator("#details").evaluate((panel) => panel.scrollIntoView({ block: "start" }));
      const seen = await page.locator("#details").evaluate((panel) => { const box = panel.getBoundingClientRect(); return Math.min(box.bottom, innerHeight) - Math.max(box.top, 0); });
      assert.ok(seen >= 100, `${seen} pixels of ${tab} can be seen`);
    });
  }
  assertQuiet();
});

test("pictures are painted in the pixels of the screen", async (t) => {
  const { page } = await visit(t, "#/raft/minority-partition?at=900", ZOOMED);
  const canvas = page.locator(".stage canvas").first();
  await until(async () => {
    const [pixels, box] = [await canvas.evaluate((one) => one.width), await canvas.boundingBox()];
    assert.ok(Math.abs(pixels - 2 * box.width) <= 2, `${pixels} pixels for ${box.width}`);
  });
});

// The window stays as large as it is, so no size changes: only the screen under it is another one.
test("a window that moves to another screen is painted again in its pixels, on every canvas", async (t) => {
  const viewport = { width: 1280, height: 900 };
  const { page } = await visit(t, "", { viewport, deviceScaleFactor: 1 });
  const devtools = await page.context().newCDPSession(page);
  const screen = (deviceScaleFactor) => devtools.send("Emulation.setDeviceMetricsOverride", { ...viewport, deviceScaleFactor, mobile: false });
  const sharp = async (ratio, what) => {
    const sizes = await page.evaluate(() => {
      // Near by, the valency tree is drawn over its image, which is not painted then.
      const over = document.querySelector("[data-test=valency-near]")?.checkVisibility();
      const shown = (one) => one.checkVisibility() && !(over && one.matches("[data-test=valency-canvas]"));
      return [...document.querySelectorAll("canvas")].filter(shown).map((one) => [one.width, one.getBoundingClientRect().width]);
    });
    assert.ok(sizes.length > 0, `${what}: no canvas`);
    for (const [pixels, width] of sizes) assert.ok(Math.abs(pixels - ratio * width) <= 2, `${what}: ${pixels} pixels for ${width} at ${ratio}`);
  };
  for (const address of ["#/", "#/raft/minority-partition?at=900&play=0", "#/raft/minority-partition?at=900&play=0&view=logs", "#/flp/first-heard?view=tree&play=0"]) {
    await screen(1);
    await go(page, address);
    await until(() => sharp(1, address));
    for (const ratio of [2, 1.5, 1]) {
      await screen(ratio);
      await until(() => sharp(ratio, address), 1_000);
    }
  }
});

test("dialogs fit, and scroll where they must", async (t) => {
  const { page } = await visit(t, "#/raft/minority-partition?at=900", ZOOMED);
  for (const name of ["Share", "Keys and help"]) {
    await page.getByRole("banner").getByRole("button", { name, exact: true }).click();
    const dialog = page.locator("dialog[open]");
    await dialog.waitFor();
    await until(async () => {
      const box = await dialog.boundingBox();
      assert.ok(box.y >= 0 && box.y + box.height <= 450 && box.x >= 0 && box.x + box.width <= 720, JSON.stringify(box));
    });
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  }
});
