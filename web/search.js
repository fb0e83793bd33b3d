// The search beside the page: a worker, or where there can be none, short slices of the page's own time.
//
// One classic script for both sides. In the page it offers `bivalentSearch.ask(version, question, tell)`; in a worker it
// waits for what to load. Classic, because in a sandboxed frame only a classic worker from a blob may start, and that
// has no address to import from: it is told absolute ones.
"use strict";
(() => {
  // One call into the WebAssembly takes about so long, in milliseconds. Compilers that make it fast take over only
  // between calls, and whoever asked to stop is heard only then.
  const SLICE = 8;
  // Between two reports.
  const REPORT = 120;
  // Who is asked to stop is ended after so long.
  const GRACE = 4000;

  if (typeof document === "undefined") serve(self, hop());
  else page();

  // --- In the page -------------------------------------------------------------------------------------------------

  function page() {
    const script = document.currentScript.src;
    let spare;
    globalThis.bivalentSearch = { ask };

    // Asks; `tell(kind, text, ms)` hears "progress", then one of "done", "cut" (stopped, with what was found),
    // "lost" (ended without an answer) and "refused" (a sentence). Gives a function that asks it to stop.
    function ask(version, question, tell) {
      let port;
      let grace;
      let over = false;
      const begin = performance.now();
      const end = (kind, text, ms = performance.now() - begin) => {
        if (over) return;
        over = true;
        clearTimeout(grace);
        port?.terminate?.();
        tell(kind, text, ms);
      };
      const found = spare ?? connect(version, script);
      spare = undefined;
      found.then((connected) => {
        if (over) return connected.terminate?.();
        port = connected;
        port.onmessage = ({ data: { kind, text, ms } }) => (kind === "progress" ? over || tell(kind, text, ms) : end(kind, text, ms));
        port.onerror = (event) => end("lost", String(event.message ?? "The search stopped."));
        port.postMessage({ question });
        // The next one need not wait.
        spare = connect(version, script);
        spare.catch(() => (spare = undefined));
      }, (error) => end("refused", `The search cannot be loaded here (${error?.message ?? error}). Reloading the page often helps.`));
      return () => {
        if (over) return;
        if (!port) return end("lost", "");
        port.postMessage({ stop: true });
        grace = setTimeout(() => end("lost", ""), GRACE);
      };
    }
  }

  // A worker from its own address, from a blob, or none: whichever is the first to load.
  async function connect(version, script) {
    const at = (name) => new URL(`${name}?v=${version}`, script).href;
    const load = { glue: at("worker.js"), wasm: at("worker_bg.wasm") };
    const ways = [() => new Worker(`${script}`), () => blobWorker(script), beside];
    let last;
    for (const way of ways) {
      try {
        return await ready(await way(), load);
      } catch (error) {
        last = error;
      }
    }
    throw last;
  }

  async function blobWorker(script) {
    const text = await (await fetch(script)).text();
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const worker = new Worker(url);
    worker.addEventListener("message", () => URL.revokeObjectURL(url), { once: true });
    return worker;
  }

  function beside() {
    const { port1, port2 } = new MessageChannel();
    serve(port1, (act) => setTimeout(act));
    return port2;
  }

  function ready(port, load) {
    return new Promise((resolve, reject) => {
      const fail = (reason) => {
        port.terminate?.();
        reject(new Error(reason));
      };
      port.onmessage = ({ data }) => (data.kind === "ready" ? resolve(port) : fail(data.text));
      port.onerror = (event) => {
        event.preventDefault?.();
        fail(event.message ?? "a worker may not start");
      };
      port.postMessage({ load });
    });
  }

  // --- Where the search runs -----------------------------------------------------------------------------------------

  function serve(port, later) {
    let glue;
    let job;
    let most = 64;
    let stopped = false;
    let begin = 0;
    let told = 0;
    const tell = (kind, text) => port.postMessage({ kind, text, ms: performance.now() - begin });

    port.onmessage = async ({ data }) => {
      if (data.load) {
        try {
          glue = await load(data.load);
          tell("ready", "");
        } catch (error) {
          tell("failed", String(error?.message ?? error));
        }
      } else if (data.question) {
        begin = told = performance.now();
        try {
          await glue.load(data.question);
        } catch (sentence) {
          return tell("refused", String(sentence));
        }
        safely(() => {
          try {
            job = glue.Task.open(data.question);
          } catch (sentence) {
            if (typeof sentence !== "string") throw sentence;
            return tell("refused", sentence);
          }
          later(slice);
        });
      } else if (data.stop) {
        stopped = true;
      }
    };

    function slice() {
      safely(() => {
        const from = performance.now();
        let ended = false;
        let now = from;
        while (!ended && now - from < SLICE) {
          const before = now;
          ended = job.advance(most);
          now = performance.now();
          if (now - before > SLICE && most > 1) most >>= 1;
          else if (now - before < SLICE / 2 && most < 1 << 16) most <<= 1;
        }
        if (ended || stopped) {
          tell(ended ? "done" : "cut", job.findings());
          job.free();
        } else {
          if (now - told > REPORT) {
            told = now;
            tell("progress", job.progress());
          }
          later(slice);
        }
      });
    }

    // After a trap nothing of the WebAssembly can be trusted but its last words.
    function safely(act) {
      try {
        act();
      } catch (error) {
        let why = "";
        try {
          why = glue.last_words();
        } catch {
          // It cannot even say that.
        }
        tell("lost", why || String(error?.message ?? error));
      }
    }
  }

  async function load({ glue, wasm }) {
    const [made, response] = await Promise.all([import(glue), fetch(wasm)]);
    if (!response.ok) throw new Error(`${wasm}: ${response.status} ${response.statusText}`);
    // With its type, so that it is compiled while it arrives, even from a host that calls it something else.
    await made.default({ module_or_path: new Response(response.body, { headers: { "Content-Type": "application/wasm" } }) });
    return made;
  }

  // Later, but before any timer: a worker's timers wait at least four milliseconds.
  function hop() {
    const { port1, port2 } = new MessageChannel();
    let next;
    port1.onmessage = () => next();
    return (act) => {
      next = act;
      port2.postMessage(0);
    };
  }
})();
