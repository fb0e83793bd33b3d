// A reader shares a run: the link opens the very same one. And the address keeps the run by itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { amount, clock, dialog, drawn, go, house, link, playing, scrub, state, trace, until } from "./room.mjs";
import { running } from "./support.mjs";

const { visit, site } = house();

/** A run that somebody has worked on: a crash, a lost message, a branch in the past with a name, an odd moment. */
async function worked(t, options = {}) {
  const made = await visit(t, "#/raft/minority-partition?at=700&seed=5", options);
  const { page } = made;
  await page.locator('[data-node="3"]').click();
  await page.locator('[data-act="crash"][title="Crash S4"]').click();
  await scrub(page, 0.2);
  await page.locator('[data-node="2"]').click();
  await page.locator('[data-act="cut-off"][title="Cut S3 off"]').click();
  await page.locator("[data-test=branches]").waitFor();
  await page.getByRole("button", { name: "Compare…" }).click();
  await page.getByLabel("Name of branch 2").fill("S3 is alone — ‘ü’ & more");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  for (let i = 0; i < 9; i++) await page.keyboard.press("ArrowRight");
  await drawn(page);
  return made;
}

/** Waits until the address has followed to this very moment, as it does within a quarter of a second. */
async function followed(page) {
  const moment = await link(page);
  await until(async () => assert.equal(page.url(), moment));
}

const branches = (page) => page.getByRole("combobox", { name: "Branch", exact: true });

test("a shared link opens the same run in another browser window: time, step, state, hash, branches", async (t) => {
  const { page, assertQuiet } = await worked(t);
  const [before, at, { end }] = [await state(page), await clock(page), await trace(page)];
  const shared = await link(page);
  assert.ok(shared.startsWith(`${site().url}#/raft/minority-partition?seed=5&at=`), shared);
  const other = await visit(t, shared.slice(site().url.length));
  await until(async () => {
    assert.deepEqual(await state(other.page), before);
    assert.equal(await clock(other.page), at);
  });
  assert.equal(await playing(other.page), false, "a shared moment stands still");
  assert.deepEqual((await trace(other.page)).end, end, "the same hash, steps and verdicts");
  await until(async () => assert.deepEqual(await branches(other.page).locator("option").allTextContents(), ["main", "S3 is alone — ‘ü’ & more"]));
  await branches(page).selectOption({ index: 0 });
  await branches(other.page).selectOption({ index: 0 });
  await until(async () => assert.deepEqual((await state(other.page)).nodes, (await state(page)).nodes));
  await scrub(page, 0.4);
  await scrub(other.page, 0.4);
  await until(async () => assert.match((await state(page)).nodes[3], /^S4, down/));
  await until(async () => assert.deepEqual(await state(other.page), await state(page), "the first branch is the same, too"));
  assert.equal(await link(other.page), await link(page), "and shares to the same link");
  assertQuiet();
  other.assertQuiet();
});

test("the link is copied at once", async (t) => {
  const { page } = await visit(t, "#/raft/replication?at=333", { permissions: ["clipboard-read", "clipboard-write"] });
  const opened = await dialog(page, "Share", "share-dialog");
  await opened.getByText("Copied.").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${site().url}#/raft/replication?seed=1&at=333`);
});

test("where copying is forbidden the link is selected, and the page says so", async (t) => {
  const { page } = await visit(t, "#/raft/replication?at=333");
  await page.evaluate(() => (navigator.clipboard.writeText = () => Promise.reject(new Error("forbidden"))));
  const opened = await dialog(page, "Share", "share-dialog");
  await opened.getByText("Select the text and copy it.").waitFor();
  const selected = await opened.locator("[data-test=copy-field]").evaluate((field) => field.value.slice(field.selectionStart, field.selectionEnd));
  assert.equal(selected, `${site().url}#/raft/replication?seed=1&at=333`);
});

test("the view is part of the link", async (t) => {
  const { page } = await visit(t, "#/raft/replication?at=333");
  await page.getByRole("tab", { name: "Space–time" }).click();
  const shared = await link(page);
  const other = await visit(t, shared.slice(site().url.length));
  await until(async () => assert.equal(await other.page.locator(".stage").getAttribute("data-view"), "space-time"));
});

test("reload keeps the run", async (t) => {
  const { page } = await worked(t);
  const before = await state(page);
  await followed(page);
  await page.reload();
  await running(page);
  await until(async () => assert.deepEqual(await state(page), before));
  await amount(branches(page).locator("option"), 2);
});

test("back and forward keep the runs", async (t) => {
  const { page } = await worked(t);
  const before = await state(page);
  await followed(page);
  await page.locator(".story [data-scenario=replication]").click();
  await until(async () => assert.equal((await state(page)).scenario, "Replication"));
  await page.locator("[data-test=play][aria-label=Pause]").click();
  await scrub(page, 0.5);
  const after = await state(page);
  await followed(page);
  await page.goBack();
  await until(async () => assert.deepEqual(await state(page), before));
  await page.goForward();
  await until(async () => assert.deepEqual(await state(page), after));
});

test("another link in the same window opens its own run", async (t) => {
  const { page } = await worked(t);
  await go(page, "#/raft/leader-crash?at=400");
  await until(async () => {
    assert.equal((await state(page)).scenario, "Leader crash");
    assert.equal(await clock(page), 400);
    assert.equal(await page.locator("[data-test=branches]").count(), 0);
  });
});
