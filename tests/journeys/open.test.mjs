// A reader opens the page: it starts, quietly, wherever it stands.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { until } from "./room.mjs";
import { browse, dist, open, running, serve, watch } from "./support.mjs";

test("the page opens and asks nobody but its own folder", async (t) => {
  const visit = await open(t);
  await visit.page.getByText("Bivalent").first().waitFor();
  visit.assertQuiet();
});

test("the page opens in a sub-folder of a static host", async (t) => {
  const visit = await open(t, "", { server: { folder: "/courses/distributed-systems/" } });
  visit.assertQuiet();
});

test("the page opens in a sandboxed frame of another site", async (t) => {
  const site = await serve(t, { folder: "/bivalent/", headers: { "Access-Control-Allow-Origin": "*" } });
  const host = await serve(t, {
    pages: { "/course": `<!doctype html><title>A course</title><iframe sandbox="allow-scripts" src="${site.url}"></iframe>` },
  });
  const { page } = await watch(await browse(t));
  await page.goto(`${host.origin}/course`);
  await running(page.frames()[1]);
});

test("before the program has come the page says what it is", async (t) => {
  const site = await serve(t);
  const { page } = await watch(await browse(t));
  await page.route("**/*.wasm", () => {});
  await page.goto(site.url, { waitUntil: "commit" });
  await page.getByRole("heading", { name: "Bivalent" }).waitFor();
  await page.getByRole("progressbar", { name: "Loading" }).waitFor();
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

test("without scripts the page says what it is, and what it needs", async (t) => {
  const site = await serve(t);
  const { page } = await watch(await browse(t, { javaScriptEnabled: false }));
  await page.goto(site.url);
  await page.getByRole("heading", { name: "Bivalent" }).waitFor();
  // Chromium does not paint <noscript> when a driver, and not the reader, has switched scripts off.
  assert.match(await page.locator("noscript").textContent(), /allow scripts and reload/);
});

test("a missing file gives a card with the link and a way on", async (t) => {
  const site = await serve(t);
  const { page } = await watch(await browse(t));
  await page.route("**/*.wasm", (route) => route.fulfill({ status: 404 }));
  const link = `${site.url}#/raft/replication?seed=7`;
  await page.goto(link);
  await page.getByRole("alert").getByText("could not be loaded").waitFor();
  await until(async () => assert.equal(await page.getByLabel("The link to this run").inputValue(), link));
  await page.unroute("**/*.wasm");
  await page.getByRole("button", { name: "Reload" }).click();
  await running(page);
  assert.equal(page.url(), link, "the link is kept");
});

test("without WebAssembly the page says so", async (t) => {
  const site = await serve(t);
  const { page } = await watch(await browse(t));
  await page.addInitScript(() => delete globalThis.WebAssembly);
  await page.goto(site.url);
  await page.getByRole("alert").getByText("no WebAssembly").waitFor();
});

test("after a panic the page gives its reason and the link", async (t) => {
  const visit = await open(t, "#/raft");
  await visit.page.evaluate(() => dispatchEvent(new CustomEvent("bivalent-panic", { detail: "a leader has a quorum of votes" })));
  const card = visit.page.getByRole("alert");
  await card.getByText("a leader has a quorum of votes").waitFor();
  await until(async () => assert.equal(await visit.page.getByLabel("The link to this run").inputValue(), `${visit.url}#/raft`));
});

for (const [what, address, shown, most] of [
  ["the gallery", "", "[data-test=hero] canvas", 385],
  ["two-phase commit", "#/two-phase-commit", "[data-test=room] canvas", 430],
  ["Multi-Paxos", "#/multi-paxos", "[data-test=room] canvas", 460],
  ["Raft", "#/raft", "[data-test=room] canvas", 462],
  // What hashes, signatures and replicated types need beside.
  ["proof of work", "#/proof-of-work", "[data-test=room] canvas", 510],
  ["text", "#/text", "[data-test=room] canvas", 510],
  ["counters", "#/counters", "[data-test=room] canvas", 532],
]) {
  test(`all that the first view of ${what} needs is within ${most} kB, compressed`, async (t) => {
    const visit = await open(t, address);
    await visit.page.locator(shown).first().waitFor();
    await visit.page.waitForLoadState("networkidle");
    let bytes = 0;
    for (const url of new Set(visit.requests.filter((url) => url.startsWith(visit.url)))) {
      const file = new URL(url.slice(visit.url.length), "file:///").pathname.slice(1) || "index.html";
      bytes += gzipSync(await readFile(join(dist, file))).length;
    }
    assert.ok(bytes > 300_000, `${bytes} bytes cannot be all`);
    assert.ok(bytes <= most * 1000, `${bytes} bytes are too many`);
  });
}
