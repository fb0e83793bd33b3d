// What a reader does in the past starts a branch; the old future is kept, and both can be compared.
import assert from "node:assert/strict";
import { test } from "node:test";
import { amount, drawn, house, reads, said, scrub, state, steps, until } from "./room.mjs";

const { visit } = house();

/** At 300 ms of a run that was played to 900 ms, S2 crashes. */
async function branched(t) {
  const made = await visit(t, "#/raft/leader-crash?at=900");
  const { page } = made;
  const future = await state(page);
  await page.locator("[data-test=track]").focus();
  await page.keyboard.press("Home");
  for (let i = 0; i < 12; i++) await page.keyboard.press("ArrowRight");
  const fork = await steps(page);
  await page.locator('[data-node="1"]').click();
  await page.locator('[data-act="crash"][title="Crash S2"]').click();
  await page.locator("[data-test=branches]").waitFor();
  return { ...made, future, fork };
}

const choice = (page) => page.getByRole("combobox", { name: "Branch", exact: true });
const names = (page) => choice(page).locator("option").allTextContents();

test("nothing is a branch until the past is changed", async (t) => {
  const { page } = await visit(t, "#/raft/leader-crash?at=900");
  await page.locator("[data-test=seed]").waitFor();
  await amount(page.locator("[data-test=branches]"), 0);
  await page.locator('[data-act="crash"][title="Crash S1"], [data-act="restart"][title="Restart S1"]').first().click();
  await until(async () => assert.match((await said(page)).at(-1) ?? "", /^(Crash|Restart) S1$/));
  await drawn(page);
  await amount(page.locator("[data-test=branches]"), 0, "at the end of what was played it goes on");
});

test("an intervention in the past starts a branch, and says so", async (t) => {
  const { page, assertQuiet } = await branched(t);
  await until(async () => {
    const all = await names(page);
    assert.equal(all.length, 2);
    assert.equal(all[0], "main");
    assert.match((await said(page)).at(-1), /^Crash S2\. This starts branch “.+”; the old future is kept\.$/);
    assert.match((await state(page)).nodes[1], /^S2, down/);
  });
  assertQuiet();
});

test("back on the old branch the old future is there, unharmed", async (t) => {
  const { page, future } = await branched(t);
  await choice(page).selectOption({ index: 0 });
  await until(async () => assert.match((await state(page)).nodes[1], /^S2, follower/));
  await scrub(page, 900 / 2000);
  await until(async () => {
    const now = await state(page);
    assert.deepEqual(now.entries, future.entries);
    assert.deepEqual(now.nodes, future.nodes);
  });
  await choice(page).selectOption({ index: 1 });
  await scrub(page, 900 / 2000);
  await until(async () => assert.match((await state(page)).nodes[1], /^S2, down/));
});

test("branches have names, and lie side by side from where they part", async (t) => {
  const { page, fork } = await branched(t);
  await scrub(page, 0.2);
  await page.getByRole("button", { name: "Compare…" }).click();
  const dialog = page.getByRole("dialog", { name: "Branches" });
  await dialog.getByText(`They share the first ${fork} steps.`).waitFor();
  const column = (side) => dialog.locator(`[data-test=compare] section.column`).nth(side).locator("li");
  await reads(column(1).first(), /S2 crashes/);
  await until(async () => assert.doesNotMatch(await column(0).first().innerText(), /S2 crashes/));
  await until(async () => assert.ok((await column(0).count()) > 5));
  await dialog.getByLabel("Name of branch 2").fill("what if S2 had died");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await until(async () => assert.deepEqual(await names(page), ["main", "what if S2 had died"]));
});
