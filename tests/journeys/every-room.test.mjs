// What a reader does in any room: lets time pass and goes back, steps, does something by keyboard in the past, cuts the
// network and heals it, acts on a message, shares the moment, keeps the run as a file and opens it elsewhere.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, cuts, dialog, download, drawn, go, house, lineUnderTheTop, link, playing, said, scrub, state, steps, trace, until } from "./room.mjs";
import { configuration, names, next, rooms, start } from "./rooms.mjs";

const { visit, site } = house();

for (const room of rooms) {
  test(`${room.title}, from the first step to a file`, async (t) => {
    const { page, context, assertQuiet } = await visit(t, `#/${room.name}`);
    await t.test("it plays when it is opened, and stands still when it is paused", () => plays(page));
    await t.test("a moment is the same after going there and back", () => scrubs(page));
    await t.test("a step on and a step back", () => walks(page));
    await t.test("by keyboard, the first deed at a node starts a branch, and the old future is kept", () => acts(page));
    await t.test("the network is cut and healed, where there is one", () => cutsAndHeals(page));
    await t.test("a message that is taken out of the air", () => takesMessage(page));
    await t.test("a shared link opens the same moment", () => shares(page, context));
    await t.test("the run is kept as a file, and opened in another room", () => keeps(page, room));
    assertQuiet();
  });
}

async function plays(page) {
  await until(async () => assert.ok(await playing(page), "it plays"));
  const at = await clock(page);
  await until(async () => assert.notEqual(await clock(page), at, "time passes"));
  await page.keyboard.press("Space");
  await until(async () => assert.equal(await playing(page), false, "it is paused"));
  const before = await state(page);
  await page.waitForTimeout(150);
  assert.deepEqual(await state(page), before, "nothing moves");
}

async function scrubs(page) {
  await page.locator("[data-test=track]").focus();
  await page.keyboard.press("Home");
  const first = await state(page);
  assert.equal(await clock(page), 0);
  assert.match(first.time, /, 0 steps$/);
  // Marks draw a click towards them: all of them are known once the run has been played.
  await page.keyboard.press("End");
  const seen = new Map();
  for (const part of [0.5, 0.2]) {
    await scrub(page, part);
    seen.set(part, await state(page));
  }
  assert.notDeepEqual(seen.get(0.5), seen.get(0.2), "the moments differ");
  assert.notDeepEqual(seen.get(0.5).nodes, first.nodes, "something has happened");
  for (const part of [0.5, 0.2]) {
    await scrub(page, part);
    await until(async () => assert.deepEqual(await state(page), seen.get(part), `at ${part} of the track`), 1_000);
  }
  await page.keyboard.press("Home");
  await until(async () => assert.deepEqual(await state(page), first, "and at the start"), 1_000);
}

async function walks(page) {
  await page.keyboard.press("ArrowRight");
  assert.equal(await steps(page), 1);
  const one = await state(page);
  await page.keyboard.press("ArrowRight");
  assert.equal(await steps(page), 2);
  await page.keyboard.press("ArrowLeft");
  await until(async () => assert.deepEqual(await state(page), one, "back is where it was"), 1_000);
  assert.match((await said(page)).at(-1), /: \S/, "the step is read aloud");
}

/** Goes through the nodes with keys until one has something to offer, and chooses the first of it. */
async function firstDeed(page) {
  const focused = () => page.evaluate(() => document.activeElement?.dataset.target ?? "");
  const menu = page.locator("[data-test=menu]");
  await page.locator(".stage [role=tab][aria-selected=true]").focus();
  for (let i = 0; i < 12 && !(await focused()).startsWith("node:"); i++) await page.keyboard.press("Tab");
  assert.equal(await focused(), "node:0", "the tabulator comes to the first node");
  for (const name of await names(page)) {
    const here = await focused();
    assert.match(here, /^node:/);
    await page.keyboard.press("Enter");
    await menu.waitFor();
    assert.ok((await menu.getAttribute("aria-label")).startsWith(name), "the menu is about the node");
    if (await menu.getByRole("menuitem").count()) {
      const title = await page.evaluate(() => (document.activeElement.role === "menuitem" ? document.activeElement.title : ""));
      assert.ok(title, "the focus is on the first thing that can be done");
      await page.keyboard.press("Enter");
      await menu.waitFor({ state: "detached" });
      assert.equal(await focused(), here, "the focus is back where it was");
      return title;
    }
    assert.match(await menu.innerText(), /Nothing can be done to it now/);
    await page.keyboard.press("Escape");
    await menu.waitFor({ state: "detached" });
    await page.keyboard.press("ArrowDown");
  }
  return assert.fail("nothing can be done to any node");
}

async function acts(page) {
  await scrub(page, 0.5);
  const [future, end] = [await configuration(page), await steps(page)];
  await scrub(page, 0.2);
  // Where all is over by then, half of it is the past.
  while ((await steps(page)) > end / 2) await page.keyboard.press("ArrowLeft");
  const title = await firstDeed(page);
  await until(async () => assert.ok((await said(page)).at(-1).startsWith(`${title}. This starts branch “`), `${title}: ${(await said(page)).at(-1)}`));
  const branch = page.getByRole("combobox", { name: "Branch", exact: true });
  await until(async () => assert.equal(await branch.locator("option").count(), 2));
  await until(async () => assert.equal(await page.locator("#latest-title + * > li").first().locator(".badge").innerText(), "you"));
  await branch.selectOption({ index: 0 });
  await scrub(page, 0.5);
  await until(async () => assert.deepEqual(await configuration(page), future, "the old future is as it was"));
  await branch.selectOption({ index: 1 });
  await drawn(page);
}

async function cutsAndHeals(page) {
  const [first, ...others] = await names(page);
  await page.locator('[data-node="0"]').click();
  await page.locator("[data-test=node]").filter({ hasText: first }).waitFor();
  await drawn(page);
  // A node that is cut off by now can be healed instead.
  const network = (await page.locator("[data-test=node]").locator('[data-act="cut-off"], [data-act="heal"]').count()) > 0;
  const button = page.locator("[data-test=cut]");
  if (!network) {
    assert.equal(await button.count(), 0, "cutting is not offered where it would be refused");
    return assert.deepEqual(await cuts(page), []);
  }
  const pairs = others.map((other) => `${first} – ${other}`);
  const healed = async () => {
    await page.getByRole("button", { name: "Heal all", exact: true }).click();
    await until(async () => assert.deepEqual(await cuts(page), []));
    await until(async () => assert.match(await page.locator("#network-title + *").innerText(), /Every link is whole/));
  };
  const isCut = async (how) => {
    await until(async () => {
      const cut = await cuts(page);
      for (const pair of pairs) assert.ok(cut.includes(pair), `${how}: ${pair} in ${cut}`);
      assert.ok((await page.locator(".stage canvas").first().getAttribute("aria-label")).endsWith(`${2 * pairs.length} links cut`), `${how}: both ways`);
      const { links } = await state(page);
      for (const pair of pairs) assert.ok(links.includes(`Link ${pair.replace(" – ", "–")}, cut`), `${how}: ${pair} in ${links}`);
    });
  };
  if ((await cuts(page)).length) await healed();
  const [from, to] = await lineUnderTheTop(page);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, from.y, { steps: 3 });
  assert.deepEqual(await cuts(page), [], "nothing is cut before the button is let go");
  await page.mouse.move(to.x, to.y, { steps: 3 });
  await page.mouse.up();
  await isCut("by a line");
  await healed();
  await cutOff(page, first);
  await isCut("in the dialog");
  await healed();
}

/** Cuts a node off in the dialog. */
async function cutOff(page, name) {
  await page.locator("[data-test=cut]").click();
  const opened = page.getByRole("dialog", { name: "Cut the network" });
  await opened.getByLabel(name, { exact: true }).check();
  await opened.getByRole("button", { name: "Cut", exact: true }).click();
  await opened.waitFor({ state: "detached" });
}

async function takesMessage(page) {
  const message = page.locator("[data-test=flights] [data-message]").first();
  // On from the start to where one is on its way: there is one soon, or there are none in this room.
  await page.locator("[data-test=track]").focus();
  await page.keyboard.press("Home");
  await drawn(page);
  for (let i = 0; i < 12 && !(await message.count()); i++) {
    await page.keyboard.press("ArrowRight");
    await drawn(page);
  }
  if (!(await message.count())) return assert.deepEqual((await state(page)).messages, [], "the picture has none either");
  const id = await message.getAttribute("data-message");
  const flying = page.locator(`.stage [data-target="message:${id}"]`);
  await until(async () => assert.equal(await flying.count(), 1, "the picture shows it"));
  await message.click();
  const acts = page.locator("[data-test=flights] .drawer [data-act]");
  await acts.first().waitFor();
  const lose = page.locator('[data-test=flights] .drawer [data-act="lose"]');
  const chosen = (await lose.count()) ? lose : acts.first();
  const title = await chosen.getAttribute("title");
  const before = await steps(page);
  await chosen.click();
  await until(async () => assert.ok((await said(page)).at(-1).startsWith(title), `${title}: ${(await said(page)).at(-1)}`));
  await until(async () => assert.equal(await steps(page), before + 1));
  if (await lose.count()) await until(async () => assert.equal(await flying.count(), 0, "it is gone"));
}

async function shares(page, context) {
  const shared = await link(page);
  const [before, at, { end }] = [await state(page), await clock(page), await trace(page)];
  const other = await visit(undefined, shared.slice(site().url.length), { context });
  await until(async () => assert.deepEqual(await state(other.page), before));
  assert.equal(await clock(other.page), at);
  assert.equal(await playing(other.page), false, "a shared moment stands still");
  assert.deepEqual((await trace(other.page)).end, end, "the same hash, steps and verdicts");
  assert.equal(await link(other.page), shared, "and it is shared by the same link");
  other.assertQuiet();
  await other.page.close();
}

async function keeps(page, room) {
  const before = await state(page);
  const { name, bytes } = await download(page, "Recording");
  assert.ok(name.endsWith(".json"), name);
  assert.equal(JSON.parse(bytes).system, room.name);
  await go(page, start(next(room)));
  await until(async () => assert.equal(await page.locator("h1").innerText(), next(room).title));
  const opened = await dialog(page, "Download", "download-dialog");
  await opened.locator("[data-test=open-file]").setInputFiles({ name, mimeType: "application/json", buffer: bytes });
  await until(async () => assert.deepEqual(await state(page), before));
}
