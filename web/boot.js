// Loads the page's WebAssembly and says in words when that does not work.
//
// This is a classic script on purpose: opened from a file, or in a sandboxed frame whose server sends no CORS
// headers, a module script fails silently, and this one can still explain. It runs without any help from the
// WebAssembly, so that it can speak when the WebAssembly is missing or has panicked.
"use strict";
(() => {
  const here = document.currentScript;
  const script = new URL(here.dataset.js, document.baseURI).href;
  const wasm = new URL(here.dataset.wasm, document.baseURI).href;
  // The link as it was opened: a run that breaks the page may have changed the address since.
  const opened = location.href;
  let running = false;
  let failed = false;

  // The app sends this event from its panic hook: after a panic nothing it shows can be trusted.
  addEventListener("bivalent-panic", (event) => panicked(String(event.detail)));
  addEventListener("error", (event) => trapped(event.error));
  addEventListener("unhandledrejection", (event) => trapped(event.reason));

  boot();

  async function boot() {
    if (typeof WebAssembly !== "object") {
      return fail("This browser has no WebAssembly", "Bivalent runs its protocols as WebAssembly. It may be switched off here by a setting, or the browser may be too old; any current Firefox, Chrome, Edge or Safari has it.", "");
    }
    if (location.protocol === "file:") {
      return fail("This page needs a web server", "Browsers do not load WebAssembly from a file. Serve the folder with any static web server and open its address instead.", "");
    }
    document.getElementById("boot-progress").hidden = false;
    try {
      const [glue, response] = await Promise.all([import(script), download()]);
      await glue.default({ module_or_path: response });
      running = true;
      document.documentElement.dataset.running = "";
    } catch (error) {
      // A trap while the app starts comes here, after its panic hook has told the reason.
      if (error instanceof WebAssembly.RuntimeError) return trapped(error);
      fail("The page could not be loaded", "A file of this page is missing, was cut short, or was refused by the server or the frame it stands in. Reloading often helps; in a frame, opening the link in a tab of its own does.", String(error));
    }
  }

  // The WebAssembly file, counted as it arrives. A new Response with the right type lets the browser compile
  // while it downloads, even from a host that serves .wasm files as something else.
  async function download() {
    const response = await fetch(wasm, { credentials: "same-origin" });
    if (!response.ok) throw new Error(`${wasm}: ${response.status} ${response.statusText}`);
    const progress = document.getElementById("boot-progress");
    const length = Number(response.headers.get("Content-Length"));
    // The length of a compressed answer is not the length of what arrives here.
    if (length > 0 && !response.headers.get("Content-Encoding")) progress.max = length;
    let received = 0;
    const counted = response.body.pipeThrough(new TransformStream({
      transform(chunk, controller) {
        received += chunk.byteLength;
        if (progress.hasAttribute("max")) progress.value = received;
        controller.enqueue(chunk);
      },
    }));
    return new Response(counted, { headers: { "Content-Type": "application/wasm" } });
  }

  function panicked(reason) {
    fail("The page has stopped", "A step broke a rule that the program relies on, so it stopped instead of showing something wrong. This is a bug in Bivalent, not in the protocol; the link below repeats it.", reason);
  }

  function trapped(error) {
    if (typeof WebAssembly === "object" && error instanceof WebAssembly.RuntimeError) panicked(String(error));
  }

  // Built without innerHTML: what went wrong may quote a hostile link.
  function fail(title, explanation, detail) {
    if (failed) return;
    failed = true;
    const link = running ? location.href : opened;
    const card = element("section", { className: "boot-error", role: "alert" },
      element("h1", { textContent: title }),
      element("p", { textContent: explanation }),
      element("label", { textContent: "The link to this run" },
        element("input", { value: link, readOnly: true, onfocus: (event) => event.target.select() })),
      element("div", { className: "acts" },
        element("button", { className: "btn main", type: "button", textContent: "Reload", onclick: () => reload(link) }),
        element("a", { className: "btn", textContent: "Open in a new tab", href: link, target: "_blank", rel: "noopener" }),
        element("a", { className: "btn", textContent: "Go to the gallery", href: location.pathname, rel: "noopener" })));
    if (detail) card.append(element("pre", { textContent: detail }));
    // A card beside the app, not inside it: the app may still hold and change its own nodes.
    document.getElementById("app").replaceWith(card);
  }

  function reload(link) {
    if (link !== location.href) history.replaceState(null, "", link);
    location.reload();
  }

  function element(name, properties, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) made[key] = value;
    made.append(...children);
    return made;
  }
})();
