// Every room of the page, for journeys that go through all of them. What a room offers is read from the page; nothing
// here and in those journeys names one, so a room that is added is covered.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { nodes, state, until } from "./room.mjs";
import { root } from "./support.mjs";

/** What the gallery knows of each room: name, title, scenarios and whether it is a reference model; see `web/src/rooms.rs`. */
export const rooms = [];
for (const line of (await readFile(join(root, "web/rooms.txt"), "utf8")).trimEnd().split("\n")) {
  const words = line.split("\t");
  if (words[0] === "") rooms.at(-1).scenarios.push({ name: words[1], title: words[2] });
  else rooms.push({ name: words[0], title: words[2], reference: words[5] === "reference", scenarios: [] });
}

/** The room after this one, for what leads from one room into another. */
export const next = (room) => rooms[(rooms.indexOf(room) + 1) % rooms.length];

/** The start of a room's first scenario, standing still. */
export const start = (room) => `#/${room.name}?play=0`;

/** The names of the nodes: `S1`, `S2` … */
export async function names(page) {
  return until(async () => {
    const all = (await nodes(page)).map((words) => words.split(",")[0]);
    assert.ok(all.length > 0, "there are nodes");
    return all;
  });
}

/** The length of the scenario, in milliseconds. */
export async function length(page) {
  return Number(await page.locator("[data-test=track]").getAttribute("aria-valuemax"));
}

/** What the page says of the run, without the date and the scenario: what a step may change. */
export async function configuration(page) {
  const { nodes, messages, links, entries, holds } = await state(page);
  return { nodes, messages, links, entries, holds };
}
