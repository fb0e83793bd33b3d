// A reader crashes the leader: by mouse, by the list, by keyboard. Another one is elected in a higher term.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, house, leader, nodes, place, reads, said, theLeader, until } from "./room.mjs";

const { visit } = house();
const START = "#/raft/first-election?at=600&speed=1";

/** Lets time pass until another server leads. */
async function another(page, old) {
  await page.locator("[data-test=play]").click();
  const next = await until(async () => {
    const found = await leader(page);
    assert.ok(found && found.number !== old.number && found.term > old.term, `nobody leads a later term than ${old.term}`);
    return found;
  });
  await page.locator("[data-test=play]").click();
  return next;
}

test("by mouse, through the menu of the leader", async (t) => {
  const { page, assertQuiet } = await visit(t, START);
  const old = await theLeader(page);
  const at = await place(page, `node:${old.number}`);
  await page.mouse.click(at.x, at.y);
  const menu = page.locator("[data-test=menu]");
  await until(async () => assert.match(await menu.getAttribute("aria-label"), new RegExp(`^${old.name}, leader`)));
  await menu.getByRole("menuitem", { name: "Crash", exact: true }).click();
  await menu.waitFor({ state: "detached" });
  await until(async () => assert.match((await nodes(page))[old.number], new RegExp(`^${old.name}, down`)));
  await reads(page.locator("[data-drawer=RAM]"), /Empty/, "its memory is lost");
  await reads(page.locator("[data-drawer=Disk]"), new RegExp(`current term\\s+${old.term}`), "its disk is kept");
  await another(page, old);
  assertQuiet();
});

test("by the list beside the stage, and restart it", async (t) => {
  const { page } = await visit(t, START);
  const old = await theLeader(page);
  await page.locator(`[data-node="${old.number}"]`).click();
  const node = page.locator("[data-test=node]");
  await node.locator(`[data-act="crash"][title="Crash ${old.name}"]`).click();
  await until(async () => assert.match(await node.locator("h3").innerText(), /down/));
  await until(async () => assert.equal((await said(page)).at(-1), `Crash ${old.name}`));
  const next = await another(page, old);
  await node.locator(`[data-act="restart"][title="Restart ${old.name}"]`).click();
  await until(async () => assert.match((await nodes(page))[old.number], /follower/));
  await page.locator("[data-test=play]").click();
  await until(async () => assert.match((await nodes(page))[old.number], new RegExp(`follower, term ${next.term}`), "it follows the new term"));
});

test("a menu closes with Escape, and with a click beside it, and nothing was done", async (t) => {
  const { page } = await visit(t, START);
  const before = await nodes(page);
  const at = await place(page, "node:2");
  const menu = page.locator("[data-test=menu]");
  await page.mouse.click(at.x, at.y);
  await menu.waitFor();
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "detached" });
  await page.mouse.click(at.x, at.y);
  await menu.waitFor();
  await page.locator(".story h2").click();
  await menu.waitFor({ state: "detached" });
  assert.deepEqual(await nodes(page), before);
  assert.equal(await clock(page), 600);
});

test("a server can be cut off, asked, and made to stand for election", async (t) => {
  const { page } = await visit(t, START);
  const old = await theLeader(page);
  const other = (old.number + 1) % 5;
  await page.locator(`[data-node="${other}"]`).click();
  await page.locator(`[data-act="fire-election"][title="Fire the election timer of S${other + 1}"]`).click();
  await until(async () => assert.match((await nodes(page))[other], new RegExp(`candidate, term ${old.term + 1}`)));
  await page.locator(`[data-node="${old.number}"]`).click();
  await page.locator("[data-test=node] [data-act^='ask-']").first().click();
  await until(async () => assert.match(await page.locator("[data-drawer=Disk]").innerText(), /log\s+2 entries/));
  await page.locator(`[data-act="cut-off"][title="Cut ${old.name} off"]`).click();
  await until(async () => assert.equal(await page.locator("[data-test=links] li").count(), 4));
});
