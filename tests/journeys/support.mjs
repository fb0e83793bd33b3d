// What every journey needs: the built page on a loopback address, and a reader's browser.
//
//     const visit = await open(t, "#/raft");       // t is node:test's context: everything closes with the test
//     await visit.page.getByRole("button", { name: "Play" }).click();
//     visit.assertQuiet();                          // no console error, no policy violation, no third party
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { constants } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** The built page; BIVALENT_DIST names another build of it, to compare. */
export const dist = process.env.BIVALENT_DIST ?? join(root, "dist");

const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/**
 * Serves dist/ on a free loopback port, under `folder` ("/" or "/courses/ds/"), as a plain static host would.
 * `pages` adds documents of the test's own, by path: a host page with an iframe, say.
 */
export async function serve(t, { folder = "/", headers = {}, pages = {} } = {}) {
  await access(join(dist, "index.html")).catch(() => {
    throw new Error("dist/ holds no page: run `cargo xtask build` first.");
  });
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    if (path in pages) {
      return response.writeHead(200, { "Content-Type": types[".html"], ...headers }).end(pages[path]);
    }
    const inside = path.startsWith(folder) ? path.slice(folder.length) || "index.html" : undefined;
    const file = inside === undefined ? undefined : normalize(join(dist, inside));
    try {
      if (!file?.startsWith(dist + sep)) throw new Error("outside of the page's folder");
      const body = await readFile(file);
      response.writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream", "Content-Length": body.length, ...headers });
      response.end(request.method === "HEAD" ? undefined : body);
    } catch {
      response.writeHead(404, { "Content-Type": "text/plain" }).end("not found");
    }
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${server.address().port}`;
  return { origin, url: origin + folder };
}

/** How Chromium is started, everywhere. */
export async function launchOptions() {
  return {
    executablePath: await chromiumPath(),
    headless: true,
    args: [
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Chromium has no sandbox for root, which is what most build machines run as.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
  };
}

/** A browser with a profile of its own. `options` are Playwright's context options: viewport, colorScheme, hasTouch … */
export async function browse(t, options = {}) {
  const profile = await mkdtemp(join(tmpdir(), "bivalent-"));
  const context = await chromium.launchPersistentContext(profile, { ...(await launchOptions()), ...options });
  t.after(async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  return context;
}

/** A watched page: what it complains of and what it asks the network for is written down. */
export async function watch(context) {
  const page = await context.newPage();
  const complaints = [];
  const requests = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("requestfailed", (request) => complaints.push(`request: ${request.url()}: ${request.failure()?.errorText}`));
  page.on("request", (request) => requests.push(request.url()));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      console.error(`content security policy: ${event.violatedDirective} refused ${event.blockedURI || event.sample}`);
    });
  });
  return { page, complaints, requests };
}

/** Opens the page at `address` ("#/raft", "?embed#/raft") and waits until the app runs. */
export async function open(t, address = "", { server = {}, context = {} } = {}) {
  const site = await serve(t, server);
  const watched = await watch(await browse(t, context));
  await watched.page.goto(site.url + address);
  await running(watched.page);
  const assertQuiet = () => {
    assert.deepEqual(watched.complaints, [], "the page complains of nothing");
    const foreign = watched.requests.filter((url) => !url.startsWith(site.url) && !/^(data|blob):/.test(url));
    assert.deepEqual(foreign, [], "the page asks nobody but its own folder");
  };
  return { ...site, ...watched, assertQuiet };
}

/** Waits until the app has taken the place of the first paint; a card of web/boot.js fails with its words. */
export async function running(page) {
  await page.waitForSelector("html[data-running], .boot-error", { timeout: 60_000, state: "attached" });
  const card = page.locator(".boot-error");
  if (await card.count()) throw new Error(`the page did not start: ${await card.innerText()}`);
}

async function chromiumPath() {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = [
    ...(process.env.CHROMIUM ? [process.env.CHROMIUM] : []),
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ];
  for (const candidate of candidates) {
    if (await access(candidate, constants.X_OK).then(() => true, () => false)) return candidate;
  }
  throw new Error("No Chromium: the journeys need one. Install it (Debian: apt-get install chromium), or set CHROMIUM to its path.");
}
