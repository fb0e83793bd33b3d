// The code of a room comes when a reader opens it, the dialogs and the search when they are asked for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { go, nodes, state, until } from "./room.mjs";
import { rooms as known } from "./rooms.mjs";
import { browse, open, serve, watch } from "./support.mjs";

/** The parts that the page has asked for: `raft`, `two_phase`. */
const parts = (visit) => visit.requests.map((url) => /\/([a-z_]+)-[0-9a-f]{16}\.wasm$/.exec(url)?.[1]).filter(Boolean);

test("the gallery leads to each room, and back; each part comes once", async (t) => {
  const visit = await open(t);
  const { page } = visit;
  await page.locator("[data-test=hero] canvas").waitFor();
  await page.waitForLoadState("networkidle");
  assert.deepEqual(parts(visit).sort(), ["common", "raft"], "nothing comes before it is wanted");
  const rooms = await page.locator(".card[data-room]").evaluateAll((cards) => cards.map((card) => card.dataset.room));
  const models = await page.locator("[data-test=references] a").evaluateAll((links) => links.map((link) => link.getAttribute("href").slice(2)));
  assert.deepEqual([...rooms, ...models].sort(), known.map((room) => room.name).sort(), "what other journeys know of");
  for (const room of [...rooms, ...models]) {
    const picture = page.locator(`.card[data-room="${room}"] img`);
    if (await picture.count()) {
      await picture.scrollIntoViewIfNeeded();
      await until(async () => assert.ok((await picture.evaluate((image) => image.naturalWidth)) > 0, `${room} has a picture`));
    }
    await page.locator(`a[href="#/${room}"]`).last().click();
    await page.locator("[data-test=room]").waitFor();
    await until(async () => assert.ok((await nodes(page)).length >= 1, `${room} has nodes`));
    await page.getByRole("link", { name: "Bivalent, all rooms" }).click();
    await page.locator("[data-test=gallery]").waitFor();
  }
  const came = parts(visit);
  assert.equal(new Set(came).size, came.length, `each once: ${came}`);
  visit.assertQuiet();
});

test("a part that does not come is a sentence and a button that tries again", async (t) => {
  const visit = await open(t);
  const { page } = visit;
  await page.route(/\/two_phase-[0-9a-f]+\.wasm$/, (route) => route.abort());
  await go(page, "#/two-phase-commit");
  await page.getByRole("heading", { name: "This room could not be loaded" }).waitFor();
  await page.getByRole("alert").getByText("could not be loaded").waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "This room could not be loaded" }).waitFor();
  await page.unroute(/\/two_phase-[0-9a-f]+\.wasm$/);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator("[data-test=room]").waitFor();
  await until(async () => assert.equal(await page.locator("h1").innerText(), "Two-phase commit"));
});

test("a missing part leaves the rest of the page as it is", async (t) => {
  const visit = await open(t);
  const { page } = visit;
  await page.route(/\/paxos-[0-9a-f]+\.wasm$/, (route) => route.fulfill({ status: 404 }));
  await go(page, "#/paxos");
  await page.getByRole("heading", { name: "This room could not be loaded" }).waitFor();
  await page.getByRole("link", { name: "Go to the gallery" }).click();
  await page.locator("[data-test=hero] canvas").waitFor();
  await go(page, "#/raft");
  await until(async () => assert.equal((await nodes(page)).length, 5));
});

test("where the gallery's own cluster does not come, the gallery says so", async (t) => {
  const site = await serve(t);
  const { page } = await watch(await browse(t));
  await page.route(/\/raft-[0-9a-f]+\.wasm$/, (route) => route.abort());
  await page.goto(site.url);
  await page.locator(".live").getByRole("alert").getByText("could not be loaded").waitFor();
  await until(async () => assert.ok((await page.locator(".card").count()) >= 5, "the rooms are listed"));
  await page.unroute(/\/raft-[0-9a-f]+\.wasm$/);
  await page.locator(".live").getByRole("button", { name: "Try again" }).click();
  await page.locator("[data-test=hero] canvas").waitFor();
});

test("a dialog that cannot come is said, and comes when it is asked for again", async (t) => {
  const visit = await open(t, "#/raft");
  const { page } = visit;
  await page.locator("[data-test=room]").waitFor();
  await page.route(/\/tools-[0-9a-f]+\.wasm$/, (route) => route.abort());
  await page.keyboard.press("?");
  await page.locator("[data-test=log]").getByText("could not be loaded").waitFor();
  await page.unroute(/\/tools-[0-9a-f]+\.wasm$/);
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
});

test("side by side, the other system comes too", async (t) => {
  const visit = await open(t, "#/raft/replication?view=side-by-side&play=0&at=1500");
  const { page } = visit;
  await page.locator("[data-view=side-by-side] canvas").waitFor();
  await until(() => assert.ok(parts(visit).includes("multi_paxos"), "its part was asked for"));
  await until(async () => {
    const words = JSON.stringify(await state(page));
    for (const name of ["S1 Raft", "S1 Multi-Paxos"]) assert.ok(words.includes(name), `${name} in ${words}`);
  });
  visit.assertQuiet();
});

test("the part of a linked room is on its way before the program is there", async (t) => {
  const site = await serve(t);
  const visit = await watch(await browse(t));
  await visit.page.route(/web-[0-9a-f]+_bg\.wasm$/, () => {});
  await visit.page.goto(`${site.url}#/reference/tcommit`);
  await until(async () => assert.deepEqual(parts(visit).filter((part) => part !== "page").sort(), ["common", "reference_tcommit", "room_page"]));
  await visit.page.unrouteAll({ behavior: "ignoreErrors" });
});
