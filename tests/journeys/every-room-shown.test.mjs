// How any room is shown and what is asked of it: its picture as a file, on paper, in a frame of another page, on a phone;
// and a search within the smallest limits.
import assert from "node:assert/strict";
import { test } from "node:test";
import { download, fits, go, house, PHONE, place, state, unreachable, until } from "./room.mjs";
import { length, names, rooms, start } from "./rooms.mjs";

const { visit } = house();

for (const room of rooms) {
  test(`${room.title}, on every surface`, async (t) => {
    // The page is dark, so that paper has to differ from it.
    const { page, assertQuiet } = await visit(t, start(room), { colorScheme: "dark" });
    const moment = `#/${room.name}?at=${Math.round((await length(page)) * 0.4)}`;
    await go(page, moment);
    await t.test("its first picture is a file with all nodes in it", () => picture(page, room));
    await t.test("on paper it is lines and words, black on white", () => paper(page));
    await t.test("a search within the smallest limits says what it searched", () => search(page));
    await t.test("in a frame it is the stage and the time bar alone", () => frame(page, moment));
    assertQuiet();
    await t.test("on a phone everything fits and can be reached", (t) => phone(t, moment));
  });
}

async function picture(page, room) {
  const all = await names(page);
  const { name, bytes } = await download(page, "Picture as SVG");
  assert.ok(name.startsWith(`${room.name.replaceAll("/", "-")}-`) || name.startsWith(`${room.name.replaceAll("/", "_")}-`), name);
  assert.ok(name.endsWith(".svg"), name);
  const read = await page.evaluate((text) => {
    const svg = new DOMParser().parseFromString(text, "image/svg+xml");
    const root = svg.documentElement;
    return {
      error: svg.querySelector("parsererror")?.textContent,
      root: `${root.namespaceURI} ${root.localName}`,
      title: root.querySelector("title")?.textContent,
      words: [...root.querySelectorAll("text")].map((one) => one.textContent),
      figures: root.querySelectorAll("path, circle, rect, line").length,
      nan: /NaN|inf/.test(text),
    };
  }, bytes.toString());
  assert.deepEqual([read.error, read.root, read.nan], [undefined, "http://www.w3.org/2000/svg svg", false]);
  assert.ok(read.title.startsWith(`${room.title}: `), read.title);
  for (const node of all) assert.ok(read.words.some((words) => words.includes(node)), `${node} in ${read.words.join(" | ")}`);
  assert.ok(read.figures >= all.length, `${read.figures} figures for ${all.length} nodes`);
}

async function paper(page) {
  const all = await names(page);
  const scenario = (await state(page)).scenario;
  const pdf = await page.pdf({ format: "A4" });
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  assert.ok(pdf.length > 10_000, `${pdf.length} bytes`);
  const sheets = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
  assert.ok(sheets <= 3, `${sheets} sheets`);
  await page.emulateMedia({ media: "print" });
  await until(async () => {
    const shown = await page.evaluate(() => {
      const place = [...document.querySelectorAll(".print-picture")].find((one) => one.checkVisibility());
      const box = place?.querySelector("svg")?.getBoundingClientRect();
      return {
        words: [...(place?.querySelectorAll("text") ?? [])].map((one) => one.textContent).join(" "),
        size: [box?.width ?? 0, box?.height ?? 0],
        canvases: [...document.querySelectorAll("canvas")].filter((one) => one.checkVisibility()).length,
        controls: [...document.querySelectorAll("[data-test=time-bar], .head .btn, .tabs, .acts")].filter((one) => one.checkVisibility()).length,
        ground: getComputedStyle(document.body).backgroundColor,
        text: document.body.innerText,
      };
    });
    for (const node of all) assert.ok(shown.words.includes(node), `${node} in ${shown.words}`);
    assert.ok(shown.size[0] > 300 && shown.size[1] > 100, `the picture is ${shown.size}`);
    assert.deepEqual([shown.canvases, shown.controls], [0, 0], "canvases and controls");
    assert.ok(shown.text.includes(scenario), `the scenario is named: ${scenario}`);
    assert.match(shown.ground, /rgba\(0, 0, 0, 0\)|rgb\(255, 255, 255\)/, "the ground is the paper's");
  });
  await page.emulateMedia({ media: null });
}

async function search(page) {
  const properties = await page.locator("[data-test=properties] li").allInnerTexts();
  await page.getByRole("tab", { name: "Search", exact: true }).click();
  await page.locator("[data-test=search-start]").waitFor();
  const fields = await page.locator(".faults [data-limit]").evaluateAll((all) => all.map((one) => one.dataset.limit));
  // A model without faults has nothing to limit, and says nothing of it.
  const limited = (words) => new RegExp(`, from the start${fields.length > 0 ? `, with ${words}` : "\\."}`);
  await page.locator(".limits summary").click();
  const fill = async (field, value) => {
    await page.locator(`[data-limit="${field}"]`).fill(String(value));
    await page.keyboard.press("Tab");
  };
  await fill("States", 100);
  await searched(page, properties, limited("(at most \\d|every limit at 0)"));
  for (const field of fields) await fill(field, 0);
  await searched(page, properties, limited("every limit at 0\\."));
}

/** Asks for a search of 100 states at most, and reads what it says. */
async function searched(page, properties, within) {
  const results = page.locator("[data-test=search-results]");
  await page.locator("[data-test=search-start]").click();
  await until(async () => {
    assert.match(await page.locator("[data-test=search-subject]").innerText(), within);
    assert.doesNotMatch(await results.getAttribute("data-stage"), /running|stopping/);
  }, 30_000);
  assert.equal(await results.getAttribute("data-stage"), "done");
  const words = await results.innerText();
  assert.match(words, /^(All [\d,]+ states searched in|Cut short after [\d,]+ states|The only state searched)/);
  const states = Number((await page.locator('[data-figure="States"] dd').innerText()).replaceAll(",", ""));
  const verdicts = await page.locator("[data-test=search-verdicts] > li").evaluateAll((all) => all.map((one) => [one.querySelector("strong").textContent, one.dataset.verdict]));
  assert.equal(verdicts.length, properties.length, "a verdict on every property");
  for (const [name] of verdicts) assert.ok(properties.some((words) => words.includes(name)), name);
  if (words.startsWith("Cut short")) {
    assert.ok(states >= 100, `${states} states`);
    assert.match(await page.locator("[data-test=cut-short]").innerText(), /Cut short: at its limit of 100 states\./);
    assert.deepEqual(verdicts.filter(([, verdict]) => verdict === "holds"), [], "what was cut short shows of nothing that it holds");
  } else {
    assert.ok(states >= 1 && states <= 100, `${states} states`);
    assert.equal(await page.locator("[data-test=cut-short]").count(), 0);
  }
}

async function frame(page, moment) {
  const before = (await state(page)).nodes;
  for (const [width, height] of [[640, 480], [360, 420]]) {
    await page.setViewportSize({ width, height });
    await go(page, `${moment}&embed`);
    await page.locator("[data-test=embed]").waitFor();
    await until(async () => {
      const read = await page.evaluate(() => {
        const shows = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility()).length;
        const box = (selector) => document.querySelector(selector).getBoundingClientRect().toJSON();
        return {
          stage: shows(".stage .picture-place canvas"), time: shows("[data-test=time-bar]"), rest: shows(".head, .side, .story, .strip, .story-fold"),
          over: [document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight],
          canvas: box(".stage .picture-place canvas"), bar: box("[data-test=time-bar]"), size: [innerWidth, innerHeight],
        };
      });
      assert.deepEqual([read.stage, read.time, read.rest], [1, 1, 0], `${width} × ${height}: stage, time bar, and the rest`);
      assert.ok(read.over[0] <= 0 && read.over[1] <= 0, `${width} × ${height}: it overflows its frame by ${read.over}`);
      assert.ok(read.canvas.height > 120 && read.canvas.bottom <= read.bar.top + 1, "the picture has room above the time bar");
      assert.ok(read.bar.bottom <= read.size[1] + 0.5, "the time bar is in view");
    });
    await until(async () => assert.deepEqual((await state(page)).nodes, before));
  }
}

async function phone(t, moment) {
  const { page, assertQuiet } = await visit(t, moment, PHONE);
  const tabs = async (list) => page.getByRole("tablist", { name: list }).getByRole("tab").evaluateAll((all) => all.map((one) => one.dataset.name));
  const open = (list, name) => page.getByRole("tablist", { name: list }).locator(`[data-name="${name}"]`).tap();
  const reachable = async (what) => {
    await fits(page, what);
    const { count, lost } = await unreachable(page);
    assert.ok(count > 10, `${count} controls`);
    assert.deepEqual(lost, [], what);
  };
  const [pictures, details] = [await tabs("Pictures"), await tabs("Details")];
  assert.ok(pictures.length > 0 && details.length > 1);
  for (const name of [...details.slice(1), details[0]]) {
    await open("Details", name);
    await reachable(name);
  }
  for (const name of pictures.slice(1)) {
    await open("Pictures", name);
    await reachable(name);
  }
  await open("Pictures", pictures[0]);
  await page.locator(".stage canvas").first().scrollIntoViewIfNeeded();
  const at = await place(page, "node:0");
  await page.touchscreen.tap(at.x, at.y);
  const menu = page.locator("[data-test=menu]");
  await menu.waitFor();
  await until(async () => {
    const box = await menu.boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 360, `the menu of a node fits: ${JSON.stringify(box)}`);
  });
  assertQuiet();
}
