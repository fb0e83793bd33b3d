// A run stands in a course page: a frame of another site, under a sub-folder, sandboxed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dialog, drawn, house, place, state, until } from "./room.mjs";
import { running, serve, watch } from "./support.mjs";

const { visit, context, site } = house({ folder: "/tools/bivalent/", headers: { "Access-Control-Allow-Origin": "*" } });

/** A course page of another origin with this frame in it. */
async function course(t, frame, { body = frame, ...options } = {}) {
  const host = await serve(t, { pages: { "/week-3": `<!doctype html><html lang="en"><title>Week 3</title><link rel="icon" href="data:,"><body style="margin:0">${body}` } });
  const made = await context(t, options);
  const watched = await watch(made);
  await watched.page.addInitScript(() => {
    if (window !== top) return;
    window.told = [];
    addEventListener("message", (event) => window.told.push(event.data));
  });
  await watched.page.goto(`${host.origin}/week-3`);
  const inner = await until(() => {
    const frame = watched.page.frames()[1];
    assert.match(frame?.url() ?? "", /^http/);
    return frame;
  });
  assert.notEqual(new URL(inner.url()).origin, host.origin, "it is of another origin");
  return { ...watched, inner };
}

const iframe = (hash, more = 'width="640" height="480"') => `<iframe title="Raft" sandbox="allow-scripts" ${more} src="${site().url}?embed${hash}"></iframe>`;
const time = (inner) => inner.locator("[data-test=clock]").innerText().then((words) => Number.parseFloat(words || "0"));

test("it shows the stage and the time bar alone, and fits its frame", async (t) => {
  for (const [width, height] of [[640, 480], [360, 420], [1000, 520]]) {
    const { page, inner, complaints } = await course(t, iframe("#/raft/leader-crash?at=500", `width="${width}" height="${height}"`));
    await running(inner);
    await drawn(inner);
    const read = await inner.evaluate(() => {
      const shows = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility()).length;
      const box = (selector) => document.querySelector(selector).getBoundingClientRect().toJSON();
      return {
        stage: shows(".stage canvas"), time: shows("[data-test=time-bar]"), rest: shows(".head, .side, .story, .strip, .story-fold"),
        over: [document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight],
        canvas: box(".stage canvas"), bar: box("[data-test=time-bar]"), size: [innerWidth, innerHeight],
      };
    });
    assert.deepEqual([read.stage, read.time, read.rest], [1, 1, 0], `${width} × ${height}`);
    assert.ok(read.over[0] <= 0 && read.over[1] <= 0, `it overflows its frame by ${read.over}`);
    assert.ok(read.canvas.height > 120 && read.canvas.bottom <= read.bar.top + 1, "the picture has room above the time bar");
    assert.ok(read.bar.bottom <= read.size[1] + 0.5, "the time bar is in view");
    await until(async () => assert.match((await state(inner)).nodes.join(), /S1, .*S5, /));
    assert.deepEqual(complaints, []);
    await page.close();
  }
});

test("it asks for nothing after it has loaded", async (t) => {
  const { page, inner, requests } = await course(t, iframe("#/raft/leader-crash?play=1&speed=1/5"));
  await running(inner);
  await page.waitForLoadState("networkidle");
  const before = requests.length;
  const at = await time(inner);
  await until(async () => assert.ok((await time(inner)) > at + 50, "it plays"));
  await inner.getByRole("tab", { name: "Logs" }).click();
  await inner.getByRole("tab", { name: "Ring" }).click();
  assert.equal(requests.length, before, requests.slice(before).join());
});

test("it stands still while it is out of view", async (t) => {
  const body = `${iframe("#/raft/leader-crash?play=1&speed=1/20")}<p style="height:4000px">Text.`;
  const { page, inner } = await course(t, "", { body });
  await running(inner);
  const first = await time(inner);
  await until(async () => assert.ok((await time(inner)) > first, "in view it plays"));
  await page.evaluate(() => scrollTo(0, 3000));
  await inner.locator("[data-test=play][aria-label=Play]").waitFor({ state: "attached" });
  const at = await time(inner);
  await page.waitForTimeout(400);
  assert.equal(await time(inner), at, "out of view it does not");
  await page.evaluate(() => scrollTo(0, 0));
  await until(async () => assert.ok((await time(inner)) > at, "and then it goes on"));
});

test("out of view from the beginning, it starts paused", async (t) => {
  const body = `<p style="height:4000px">Text.</p>${iframe("#/raft/leader-crash?play=1&speed=1/20")}`;
  const { page, inner } = await course(t, "", { body });
  await running(inner);
  await inner.locator("[data-test=play][aria-label=Play]").waitFor({ state: "attached" });
  await page.waitForTimeout(300);
  assert.ok((await time(inner)) < 20, `${await time(inner)} ms have passed unseen`);
});

test("it never takes the focus from its host, and lets the host scroll", async (t) => {
  const body = `<input id="answer" autofocus>${iframe("#/raft/leader-crash?play=1&speed=1")}<p style="height:2000px">Text.`;
  const { page, inner } = await course(t, "", { body });
  await page.locator("#answer").focus();
  await running(inner);
  const at = await time(inner);
  await until(async () => assert.ok((await time(inner)) > at + 500));
  assert.equal(await page.evaluate(() => document.activeElement.id), "answer");
  const box = await page.locator("iframe").boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.wheel(0, 200);
  await until(async () => assert.ok((await page.evaluate(() => scrollY)) > 100, "the wheel over the picture scrolls the course"));
});

test("a server in the frame can be crashed, and the network cut once the reader asks for it", async (t) => {
  const { inner, page } = await course(t, iframe("#/raft/leader-crash?at=500"));
  await running(inner);
  const frame = await page.locator("iframe").boundingBox();
  await inner.locator("[data-target='node:2']").first().focus();
  await page.keyboard.press("Enter");
  await inner.getByRole("menuitem", { name: "Crash", exact: true }).click();
  await until(async () => assert.match((await state(inner)).nodes[2], /S3, down/));
  const draw = async () => {
    const box = await inner.locator(".stage canvas").boundingBox();
    const [top, next] = [await place(inner, "node:0"), await place(inner, "node:1")];
    const y = (top.y + next.y) / 2;
    await page.mouse.move(box.x + 6, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 6, y, { steps: 6 });
    await page.mouse.up();
    await drawn(inner);
  };
  const cut = async () => (await state(inner)).links.filter((link) => link.endsWith(", cut")).length;
  assert.ok(frame.width > 600);
  await draw();
  assert.equal(await cut(), 0, "drawing scrolls, at first");
  await inner.getByRole("button", { name: "Cut", exact: true }).click();
  await draw();
  await until(async () => assert.equal(await cut(), 4));
});

test("it tells its host that it is there, and how high it would like to be", async (t) => {
  const { page, inner } = await course(t, iframe("#/raft/leader-crash?at=500"));
  await running(inner);
  await until(async () => {
    const told = await page.evaluate(() => window.told);
    assert.ok(told.some((one) => one.type === "bivalent:ready" && one.v === 1), JSON.stringify(told));
    assert.ok(told.some((one) => one.type === "bivalent:resize" && one.height >= 380));
  });
});

test("what the Embed dialog gives to copy works", async (t) => {
  const { page } = await visit(t, "#/raft/minority-partition?at=700&seed=5");
  await page.locator('[data-node="3"]').click();
  await page.locator('[data-act="crash"][title="Crash S4"]').click();
  const before = await state(page);
  const opened = await dialog(page, "Embed", "embed-dialog");
  const field = opened.locator("[data-test=copy-field]");
  const fromStart = await field.inputValue();
  await opened.getByText("at this moment, with what was done").click();
  await until(async () => assert.notEqual(await field.inputValue(), fromStart));
  const here = await field.inputValue();
  for (const [snippet, check] of [
    [fromStart, (seen) => assert.match(seen.nodes[3], /^S4, follower/)],
    [here, (seen) => assert.deepEqual([seen.nodes, seen.messages, seen.links, seen.time], [before.nodes, before.messages, before.links, before.time])],
  ]) {
    assert.match(snippet, /^<iframe src="[^"<>]+" title="Raft: Minority partition" width="100%" height="\d+" loading="lazy" allow="[^"]+"><\/iframe>$/);
    const { inner, complaints } = await course(t, snippet);
    await running(inner);
    await inner.locator("[data-test=embed]").waitFor();
    await until(async () => check(await state(inner)));
    assert.deepEqual(complaints, []);
  }
});

test("the way out of the frame opens the same run in a page of its own", async (t) => {
  const { inner } = await course(t, iframe("#/raft/leader-crash?at=500&seed=9"));
  await running(inner);
  const href = await inner.getByRole("link", { name: "Open in Bivalent" }).getAttribute("href");
  const before = await state(inner);
  const { page } = await visit(t, href.slice(site().url.length));
  await page.locator("[data-test=room]").waitFor();
  await until(async () => assert.deepEqual((await state(page)).nodes, before.nodes));
});
