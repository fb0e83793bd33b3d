//! How fast a miner tries nonces, beside the bare `sha2` crate on the same header in the same run: SHA-256 twice, of 80
//! bytes, on one thread. `cargo xtask bench hash` runs this natively and as WebAssembly in Node.js.

mod shared;

use shared::host::{peak_bytes, print, seconds};
use shared::{Table, median};
use systems::chain::{Compact, Header, Search, double};

/// So many tries in one measurement.
const TRIES: u32 = 500_000;
/// So many measurements; the middle one counts.
const TIMES: usize = 9;

fn main() {
    // A target that nobody meets in so few tries, so that every nonce is tried.
    let header = Header { version: 1, time: 1_700_000_000, bits: Compact(0x1700_ffff), ..Header::default() };
    let bare = measure(|| {
        let mut bytes = header.write();
        let met = (0..TRIES).filter(|nonce| {
            bytes[76..].copy_from_slice(&nonce.to_le_bytes());
            double(&bytes).0[24..] == [0; 8]
        });
        met.count() == 0
    });
    let ours = measure(|| {
        let mut search = Search::new(header).expect("the target is one");
        search.advance(TRIES.into()).is_none()
    });
    let speed = |took: f64| format!("{:.2} million a second", f64::from(TRIES) / took / 1e6);
    let mut table = Table::default();
    table.add("the sha2 crate", &speed(bare), "");
    table.add("four nonces side by side", &speed(ours), "");
    table.check("its time beside that of the sha2 crate", ours / bare, "", 0.5);
    table.add("peak memory", &format!("{:.1} MB", peak_bytes() / 1e6), "");
    print(&table.text());
}

/// Seconds.
fn measure(mut run: impl FnMut() -> bool) -> f64 {
    let once = || {
        let start = seconds();
        assert!(run(), "no nonce meets the target");
        seconds() - start
    };
    median(&std::iter::repeat_with(once).take(TIMES).collect::<Vec<_>>())
}
