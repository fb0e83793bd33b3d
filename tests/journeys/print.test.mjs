// A reader prints a room: paper has the picture, and none of the buttons.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, house } from "./room.mjs";

const { visit } = house();

test("paper takes the picture as lines and words, black on white", async (t) => {
  for (const view of ["logs", "space-time"]) {
    const { page, assertQuiet } = await visit(t, `#/raft/minority-partition?at=900&view=${view}`, { colorScheme: "dark" });
    const paper = await page.pdf({ format: "A4" });
    assert.equal(paper.subarray(0, 5).toString(), "%PDF-");
    assert.ok(paper.length > 10_000, `${paper.length} bytes`);
    const pages = paper.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
    assert.ok(pages <= 3, `${pages} sheets`);
    await page.emulateMedia({ media: "print" });
    await drawn(page);
    const shown = await page.evaluate(() => {
      const place = [...document.querySelectorAll(".print-picture")].find((one) => one.checkVisibility());
      const box = place?.querySelector("svg")?.getBoundingClientRect();
      return {
        words: [...(place?.querySelectorAll("text") ?? [])].map((one) => one.textContent).join(" "),
        size: [box?.width ?? 0, box?.height ?? 0],
        canvases: [...document.querySelectorAll("canvas")].filter((one) => one.checkVisibility()).length,
        controls: [...document.querySelectorAll("[data-test=time-bar], .head .btn, .tabs, .acts")].filter((one) => one.checkVisibility()).length,
        ground: getComputedStyle(document.body).backgroundColor,
        scenario: document.body.innerText.includes("Minority partition"),
      };
    });
    assert.match(shown.words, /S1[\s\S]*S5/, view);
    assert.ok(shown.size[0] > 300 && shown.size[1] > 100, `${view}: ${shown.size}`);
    assert.deepEqual([shown.canvases, shown.controls, shown.scenario], [0, 0, true], view);
    assert.match(shown.ground, /rgba\(0, 0, 0, 0\)|rgb\(255, 255, 255\)/, "the ground is the paper's");
    assertQuiet();
  }
});
