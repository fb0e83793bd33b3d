// What readers do in a room, and what they read there. Everything goes through what a reader has: the canvas and its
// list of targets, buttons, keys, the address, files.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { readFile } from "node:fs/promises";
import { chromium } from "playwright-core";
import { launchOptions, running, serve, watch } from "./support.mjs";

/** A phone in the hand. */
export const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

/**
 * One browser and one site for the journeys of a file. `visit(t, address, options)` opens a page of its own, closed with
 * the test; `options` are Playwright's for a context: viewport, colorScheme, hasTouch …
 */
export function house(server = {}) {
  let browser;
  let site;
  const cleaners = [];
  before(async () => {
    browser = await chromium.launch(await launchOptions());
    site = await serve({ after: (clean) => cleaners.push(clean) }, server);
  });
  after(async () => {
    await browser?.close();
    for (const clean of cleaners) clean();
  });
  const context = async (t, options = {}) => {
    const made = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    made.setDefaultTimeout(10_000);
    t.after(() => made.close());
    return made;
  };
  const visit = async (t, address = "", options = {}) => {
    const made = options.context ?? (await context(t, options));
    const watched = await watch(made);
    const { page } = watched;
    await page.goto(site.url + address);
    await running(page);
    await drawn(page);
    return { ...watched, context: made, url: site.url, assertQuiet: () => quiet(watched, site.url) };
  };
  return { context, visit, site: () => site };
}

function quiet({ complaints, requests }, url) {
  assert.deepEqual(complaints, [], "the page complains of nothing");
  const foreign = requests.filter((request) => !request.startsWith(url) && !/^(data|blob):/.test(request));
  assert.deepEqual(foreign, [], "the page asks nobody but its own folder");
}

/**
 * What was asked for is rendered and painted: no code is on its way, every picture that is shown has been painted, the
 * clock tells the time, and two frames have passed since.
 */
export async function drawn(page) {
  const late = await page.evaluate((ms) => new Promise((done) => {
    const end = performance.now() + ms;
    const shown = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
    const late = () => [
      ...shown(".boot-progress").map(() => "code"),
      ...shown(".picture > canvas:not([width])").map((canvas) => canvas.getAttribute("aria-label")),
      ...shown("[data-test=clock]:empty").map(() => "the clock"),
    ];
    let calm = 0;
    const look = () => {
      const waits = late();
      calm = waits.length ? 0 : calm + 1;
      if (calm === 2 || performance.now() > end) setTimeout(() => done(waits));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }), 20_000);
  assert.deepEqual(late, [], "nothing is on its way any more");
}

/** Asserts again and again until it holds; the last failure counts. */
export async function until(check, ms = 8_000) {
  const end = Date.now() + ms;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((wait) => setTimeout(wait, 40));
    }
  }
}

/** Waits until an element reads so. */
export async function reads(locator, words, what) {
  await until(async () => assert.match(await locator.innerText(), words, what));
}

/** Waits until there are so many of it. That there is none proves something only where the page is known to be done. */
export async function amount(locator, number, what) {
  await until(async () => assert.equal(await locator.count(), number, what));
}

/** What the page says about the run, in its own words: comparable as a whole. */
export async function state(page) {
  await drawn(page);
  return page.evaluate(() => {
    const texts = (selector) => [...document.querySelectorAll(selector)].map((element) => element.textContent);
    const stage = document.querySelector(".stage, [data-test=hero]");
    const targets = (kind) => [...stage.querySelectorAll(`[data-target^="${kind}:"]`)].map((one) => one.textContent);
    return {
      time: document.querySelector("[data-test=track]")?.getAttribute("aria-valuetext"),
      scenario: texts(".story h2").join(),
      nodes: [...new Set(targets("node"))],
      messages: targets("message"),
      links: targets("link"),
      entries: targets("entry"),
      flights: texts("[data-test=flights]").join(),
      holds: texts("[data-test=properties] li").join("; "),
    };
  });
}

/** Every node in words: `S1, leader, term 2, …`. */
export async function nodes(page) {
  return (await state(page)).nodes;
}

/** The node that leads, if one does: its number and its term. Of two the one of the higher term. */
export async function leader(page) {
  const leaders = (await nodes(page)).flatMap((words, number) => {
    const found = /^(S\d+), leader, term (\d+)/.exec(words);
    return found ? [{ number, name: found[1], term: Number(found[2]) }] : [];
  });
  return leaders.sort((a, b) => b.term - a.term)[0];
}

export async function theLeader(page) {
  return until(async () => {
    const found = await leader(page);
    assert.ok(found, "somebody leads");
    return found;
  });
}

/** Milliseconds of the clock. */
export async function clock(page) {
  await drawn(page);
  return Number.parseFloat(await page.locator("[data-test=clock]").innerText());
}

/** Steps made, as the scrubber tells them. */
export async function steps(page) {
  return Number(/, (\d+) steps?$/.exec((await state(page)).time)[1]);
}

export async function playing(page) {
  return (await page.locator("[data-test=time-bar]").getByRole("button", { name: "Pause" }).count()) > 0;
}

/** What was said to the reader, the latest last. */
export async function said(page) {
  return page.locator("[data-test=log] > *").allTextContents();
}

/** Where a target is painted: the middle of the ring that shows its focus, in pixels of the window. */
export async function place(page, target, within = page.locator(".stage, [data-test=hero]").first()) {
  const button = within.locator(`[data-target="${target}"]`).first();
  await button.focus();
  const ring = within.locator(".focus-ring:not([hidden])").first();
  await ring.waitFor();
  await drawn(page);
  const box = await ring.boundingBox();
  await button.blur();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** The picture that fills the stage. */
export async function picture(page) {
  return page.locator(".stage canvas, [data-test=hero] canvas").first().boundingBox();
}

/** A line that parts node 0, at the top of the ring, from all others: from left to right. */
export async function lineUnderTheTop(page) {
  const box = await picture(page);
  const [top, next] = [await place(page, "node:0"), await place(page, "node:1")];
  const y = (top.y + next.y) / 2;
  return [{ x: box.x + 12, y }, { x: box.x + box.width - 12, y }];
}

/** A finger on the glass, along a line. */
export async function swipe(page, [from, to], count = 8) {
  const cdp = await page.context().newCDPSession(page);
  const touch = (type, touchPoints) => cdp.send("Input.dispatchTouchEvent", { type, touchPoints });
  await touch("touchStart", [from]);
  for (let i = 1; i <= count; i++) {
    const part = i / count;
    await touch("touchMove", [{ x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }]);
  }
  await touch("touchEnd", []);
  await cdp.detach();
}

/** The links that are cut, as the side lists them. */
export async function cuts(page) {
  await drawn(page);
  const rows = await page.locator("[data-test=links] li").allTextContents();
  return rows.filter((row) => row.endsWith("cut")).map((row) => row.replace(/\s*cut$/, ""));
}

/** Opens a dialog of the head by its button. */
export async function dialog(page, button, name) {
  await page.getByRole("banner").getByRole("button", { name: button, exact: true }).click();
  const opened = page.locator(`[data-test=${name}]`);
  await opened.waitFor();
  return opened;
}

/** Saves a file by its button in the Download dialog; gives its name and bytes. */
export async function download(page, title) {
  const opened = await dialog(page, "Download", "download-dialog");
  const [file] = await Promise.all([page.waitForEvent("download"), opened.getByRole("button", { name: title, exact: true }).click()]);
  const bytes = await readFile(await file.path());
  await page.keyboard.press("Escape");
  await opened.waitFor({ state: "detached" });
  return { name: file.suggestedFilename(), bytes };
}

/** The trace as the page gives it away: a line for every step, and the end with its hash. */
export async function trace(page) {
  const { bytes } = await download(page, "Trace as JSON");
  const lines = bytes.toString().trimEnd().split("\n").map((line) => JSON.parse(line));
  return { lines: lines.slice(0, -1), end: lines.at(-1) };
}

/** The link of the Share dialog. */
export async function link(page) {
  const opened = await dialog(page, "Share", "share-dialog");
  const value = await opened.locator("[data-test=copy-field]").inputValue();
  await page.keyboard.press("Escape");
  await opened.waitFor({ state: "detached" });
  return value;
}

/** Goes to a time by the scrubber: nearest pixel, or a mark within five pixels of it. */
export async function scrub(page, part) {
  const box = await page.locator("[data-test=track]").boundingBox();
  await page.mouse.click(box.x + box.width * part, box.y + 18);
  await drawn(page);
}

/** Waits until nothing is wider than the window. */
export async function fits(page, what = "the page") {
  await drawn(page);
  await until(async () => {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${what} is ${over} pixels too wide`);
  });
}

/** Every control that is shown can be brought into view, and a finger on it meets it and nothing else. */
export async function unreachable(page) {
  return page.evaluate(() => {
    const lost = [];
    const shown = [...document.querySelectorAll("button, a, input, select, summary, [role=slider]")].filter((one) => one.checkVisibility() && !one.disabled && !one.closest(".hidden"));
    for (const control of shown) {
      const area = control.closest("label") ?? control;
      area.scrollIntoView({ block: "center", inline: "nearest" });
      const box = area.getBoundingClientRect();
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      const met = document.elementFromPoint(x, y);
      const name = (control.ariaLabel || control.textContent || control.getAttribute("data-test") || control.outerHTML).trim().slice(0, 50);
      if (box.left < -0.5 || box.right > innerWidth + 0.5) lost.push(`${name} is cut off at ${Math.round(box.left)}–${Math.round(box.right)}`);
      else if (!met || !(area.contains(met) || met.contains(area))) lost.push(`${name} is covered by ${met?.className || met?.localName}`);
    }
    scrollTo(0, 0);
    return { count: shown.length, lost };
  });
}

/** Opens another address in the same page. */
export async function go(page, hash) {
  await page.evaluate((to) => new Promise((done) => {
    const before = location.href;
    location.hash = to;
    if (location.href === before) done();
    else addEventListener("hashchange", () => done(), { once: true });
  }), hash);
  await drawn(page);
}
