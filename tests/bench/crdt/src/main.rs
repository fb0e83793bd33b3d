//! Sequences beside other libraries, on a trace that was really typed: `cargo xtask bench crdt`.
//!
//! Natively all take turns in one process, each edit by its place as an editor would say it; medians are told, of the
//! slow ones fewer. As WebAssembly this is ours alone, called by a script for Node.js with the same trace.

#[cfg(not(target_arch = "wasm32"))]
mod native;
mod ours;
#[cfg(not(target_arch = "wasm32"))]
mod theirs;

use systems::crdt::trace::Trace;

/// Place, how many characters are deleted there, and what is typed.
type Patch = (usize, usize, Vec<char>);

/// The patches of a trace.
fn patches(json: &[u8]) -> Vec<Patch> {
    let trace: Trace = serde_json::from_slice(json).expect("a trace");
    let patches = trace.txns.into_iter().flat_map(|txn| txn.patches);
    patches.map(|patch| (patch.at, patch.deleted, patch.typed.chars().collect())).collect()
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    native::measure();
}

#[cfg(target_arch = "wasm32")]
fn main() {}

/// Replays a trace so often as it is called; how long the text is.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub struct Bench(Vec<Patch>);

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
impl Bench {
    #[wasm_bindgen(constructor)]
    pub fn new(json: &[u8]) -> Self {
        Self(patches(json))
    }

    pub fn replay(&self) -> usize {
        ours::replay(&self.0, systems::crdt::sequence::Kind::FugueMax)
    }

    /// Merges two replicas that were edited apart, 10,000 times each.
    pub fn merge(&self) -> usize {
        let (one, operations) = ours::apart(100_000, 10_000);
        ours::merge(one, &operations)
    }

    /// The same without the merging.
    pub fn apart(&self) -> usize {
        ours::apart(100_000, 10_000).1.len()
    }
}
