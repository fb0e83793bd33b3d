// A reader keeps a run as a file and opens it again; a damaged file is explained.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dialog, download, drawn, house, said, state, trace, until } from "./room.mjs";

const { visit } = house();

async function kept(t) {
  const { page } = await visit(t, "#/raft/leader-crash?at=500&seed=3");
  await page.locator('[data-node="2"]').click();
  await page.locator('[data-act="crash"][title="Crash S3"]').click();
  for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowRight");
  const file = await download(page, "Recording");
  return { page, file, before: await state(page), end: (await trace(page)).end };
}

const choose = async (page, name, bytes) => {
  await (await dialog(page, "Download", "download-dialog")).locator("[data-test=open-file]").setInputFiles({ name, mimeType: "application/json", buffer: Buffer.from(bytes) });
};

async function drop(page, name, text) {
  await page.evaluate(([name, text]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], name, { type: "application/json" }));
    for (const kind of ["dragover", "drop"]) {
      const event = new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer });
      document.querySelector(".stage").dispatchEvent(event);
      if (!event.defaultPrevented) throw new Error(`the browser itself would handle ${kind}`);
    }
  }, [name, text]);
  await drawn(page);
}

test("a recording is a small JSON file, named after its run", async (t) => {
  const { file } = await kept(t);
  assert.equal(file.name, "raft-leader-crash.json");
  const recording = JSON.parse(file.bytes);
  assert.deepEqual([recording.version, recording.system, recording.scenario, recording.seed], [1, "raft", "leader-crash", 3]);
  assert.equal(recording.branches[0].do.length, 1);
});

test("dropped on the page it opens the same run", async (t) => {
  const { file, before } = await kept(t);
  const { page } = await visit(t, "#/raft/figure-7?at=20");
  await drop(page, file.name, file.bytes.toString());
  await until(async () => assert.deepEqual(await state(page), before));
});

test("a byte order mark before a recording changes nothing", async (t) => {
  const { file, before } = await kept(t);
  const { page } = await visit(t, "#/raft/figure-7?at=20");
  const utf16 = Buffer.from(`\ufeff${file.bytes}`, "utf16le");
  for (const bytes of [Buffer.from(`\ufeff${file.bytes}`), utf16]) {
    await choose(page, file.name, bytes);
    await until(async () => assert.deepEqual(await state(page), before));
    await page.goto(page.url().replace(/#.*/, "#/raft/figure-7?at=20"));
    await until(async () => assert.notDeepEqual(await state(page), before));
  }
});

test("a damaged file gives a sentence and leaves the run alone", async (t) => {
  const { file } = await kept(t);
  const good = JSON.parse(file.bytes);
  const { page, assertQuiet } = await visit(t, "#/raft/figure-7?at=20");
  const before = await state(page);
  const wrong = [
    ["half of it", file.bytes.toString().slice(0, 60), /^This file is not a recording that can be read: /],
    ["no JSON", "\u0000\u0001PNG", /^This file is not a recording that can be read: /],
    ["nothing", "", /^This file is not a recording that can be read: /],
    ["a list", "[]", /^This file is not a recording that can be read: /],
    ["of a later version", JSON.stringify({ ...good, version: 99 }), /^This recording has version 99, which is newer/],
    ["of another system", JSON.stringify({ ...good, system: "moon" }), /^There is no system “moon”; there is .*raft/],
    ["of another scenario", JSON.stringify({ ...good, scenario: "moon" }), /has no scenario “moon”; it has .*first-election/],
    ["a deed that nobody knows", JSON.stringify({ ...good, branches: [{ name: "main", do: [{ at: 1, do: { Explode: 3 } }] }] }), /cannot be read/],
    ["an option that nobody knows", JSON.stringify({ ...good, options: { colour: "red" } }), /colour/],
  ];
  for (const [what, text, words] of wrong) {
    await drop(page, "damaged.json", text);
    await until(async () => assert.match((await said(page)).at(-1) ?? "", words, what));
    // It is shown, too.
    await page.locator(".toast").waitFor();
  }
  await choose(page, "damaged.json", "{");
  await until(async () => assert.match((await said(page)).at(-1), /^This file is not a recording that can be read: EOF/));
  assert.deepEqual(await state(page), before);
  assertQuiet();
});
