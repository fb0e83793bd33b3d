// A reader comes to the gallery: a cluster runs there, and every door opens.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, go, house, nodes, place, reads, state, until } from "./room.mjs";

const { visit } = house();

test("the first thing is a live Raft cluster that moves", async (t) => {
  const { page, assertQuiet } = await visit(t);
  const hero = page.locator("[data-test=hero]");
  const pixels = () => hero.locator("canvas").evaluate((canvas) => canvas.toDataURL());
  await until(async () => assert.equal((await nodes(page)).filter((words) => words.includes("leader")).length, 1, "one of them leads"));
  await reads(hero.locator(".live-said"), /^S\d is leader, term \d/);
  const [before, painted] = [await state(page), await pixels()];
  await until(async () => {
    assert.notEqual(await pixels(), painted, "the picture moves");
    assert.notDeepEqual(await state(page), before, "messages come and go");
  });
  await hero.getByRole("button", { name: "Pause" }).click();
  await drawn(page);
  const still = await pixels();
  await page.waitForTimeout(250);
  assert.equal(await pixels(), still, "it can be paused");
  assertQuiet();
});

test("a click crashes a server, another restarts it", async (t) => {
  const { page, assertQuiet } = await visit(t);
  await page.locator("[data-test=hero]").getByRole("button", { name: "Pause" }).click();
  const at = await place(page, "node:1");
  await page.mouse.click(at.x, at.y);
  await until(async () => assert.match((await nodes(page))[1], /^S2, down/));
  await page.mouse.click(at.x, at.y);
  await until(async () => assert.match((await nodes(page))[1], /^S2, follower/));
  assertQuiet();
});

test("a line drawn through the gallery's cluster cuts it", async (t) => {
  const { page } = await visit(t);
  await page.locator("[data-test=hero]").getByRole("button", { name: "Pause" }).click();
  const [top, next] = [await place(page, "node:0"), await place(page, "node:1")];
  const box = await page.locator("[data-test=hero] canvas").boundingBox();
  const y = (top.y + next.y) / 2;
  await page.mouse.move(box.x + 8, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 8, y, { steps: 6 });
  await page.mouse.up();
  await until(async () => {
    const cut = (await state(page)).links.filter((link) => link.endsWith(", cut"));
    assert.deepEqual(cut, ["S2", "S3", "S4", "S5"].map((other) => `Link S1–${other}, cut`));
  });
});

test("every door of the gallery opens the run that it names", async (t) => {
  const { page, assertQuiet } = await visit(t);
  const doors = await until(async () => {
    const found = await page.locator(".card-scenarios a").evaluateAll((links) => links.map((link) => [link.getAttribute("href"), link.textContent]));
    assert.ok(found.length >= 12, `${found.length} scenarios`);
    return found;
  });
  for (const [href, title] of doors) {
    await go(page, href);
    await until(async () => assert.equal((await state(page)).scenario, title, href));
    await until(async () => assert.ok((await nodes(page)).length >= 2, `${href} has servers`));
  }
  await page.getByRole("link", { name: "Bivalent, all rooms" }).click();
  await page.locator("[data-test=gallery]").waitFor();
  assertQuiet();
});

test("the door of a room leads into it", async (t) => {
  const { page } = await visit(t);
  await page.getByRole("link", { name: "Open Raft" }).click();
  await page.locator("[data-test=room]").waitFor();
  await until(async () => assert.equal(await page.locator("h1").innerText(), "Raft"));
  await until(async () => assert.match(page.url(), /#\/raft/));
});
