// Loads the parts of the program that `cargo xtask build` took out of it. The WebAssembly imports a loader for each part
// from here; the tables below are written by the build, which names this file and those of the parts by what is in them.

/** The files of each part, those that it shares with others first. @type {Record<string, string[]>} */
const parts = {};
/** The part of each room. @type {Record<string, string>} */
const rooms = {};

/** Files that have been asked for: each a promise of a module, and once it is there of its instance. */
const asked = new Map();
const placed = new Map();

// What the reader will see first is on its way before the program can ask for it: at once, since files are compiled while
// they arrive.
for (const part of first(location.hash)) for (const file of parts[part] ?? []) fetched(file).catch(() => {});

/** The parts that an address needs; the gallery shows a run of the first of all rooms, and nothing around it. */
function first(hash) {
  const place = hash.replace(/^#\/*/, "");
  if (!place) return Object.values(rooms).slice(0, 1);
  const named = Object.keys(rooms).filter((name) => place.startsWith(name) && /^$|^[/?]/.test(place.slice(name.length)));
  named.sort((one, other) => other.length - one.length);
  return named.length ? ["room_page", rooms[named[0]]] : [];
}

/** What loads a part and tells the program, which gave a function of its table and what to give to that. */
function loader(name) {
  return async (callback, data) => {
    let came = true;
    try {
      parts[name].forEach((file) => fetched(file).catch(() => {}));
      // One after the other: a part fills in what those before it have left open.
      for (const file of parts[name]) await there(file);
    } catch (error) {
      console.warn(`${name} could not be loaded: ${error}`);
      came = false;
    }
    program().__indirect_function_table.get(callback)(data, came);
  };
}

/** The exports of the program, as they are when it asks. */
let program = () => undefined;

/** The program that the parts belong to says how to find its exports. */
export function belongs(exports) {
  program = exports;
}

/** A file's module. One that has failed is forgotten, so that it can be asked for again. */
function fetched(file) {
  return remembered(asked, file, async () => {
    const response = await fetch(new URL(file, import.meta.url), { credentials: "same-origin" });
    if (!response.ok) throw new Error(`${file}: ${response.status} ${response.statusText}`);
    // A new Response with the right type, as in boot.js: some hosts serve .wasm files as something else.
    return WebAssembly.compileStreaming(new Response(response.body, { headers: { "Content-Type": "application/wasm" } }));
  });
}

/** A file's instance: what it defines is in the program's memory and table from then on. */
function there(file) {
  return remembered(placed, file, async () => {
    // A part calls it `__wasm_split`, and what several parts share, `program`.
    return WebAssembly.instantiate(await fetched(file), { __wasm_split: program(), program: program() });
  });
}

function remembered(known, file, make) {
  if (!known.has(file)) {
    const made = make();
    known.set(file, made);
    made.catch(() => known.delete(file));
  }
  return known.get(file);
}
