//! The native side: everybody in turn.

use std::fs::File;
use std::io::Read;
use std::time::Instant;

use flate2::read::GzDecoder;
use systems::crdt::sequence::{Kind, Replica};

use crate::{Patch, ours, patches, theirs};

/// A library: its name, how it replays, how often, and at most how many times as long ours may take.
type Library = (&'static str, fn(&[Patch]) -> usize, usize, Option<f64>);

const LIBRARIES: [Library; 4] = [
    ("diamond-types", theirs::diamond, 9, Some(5.0)),
    ("loro", theirs::loro, 9, Some(1.0)),
    ("automerge", theirs::automerge, 1, None),
    ("yrs, a transaction an edit", theirs::yrs, 1, None),
];
const ROUNDS: usize = 9;

pub(crate) fn measure() {
    let mut arguments = std::env::args().skip(1);
    let (path, figures) = (arguments.next().unwrap_or_default(), arguments.next());
    let mut json = Vec::new();
    match File::open(&path) {
        Ok(file) => GzDecoder::new(file).read_to_end(&mut json).expect("a packed trace"),
        Err(error) => return println!("skipped: the trace {path} cannot be read: {error}"),
    };
    let patches = patches(&json);
    let length = ours::replay(&patches, Kind::FugueMax);
    let fugue = timed(ROUNDS, || ours::replay(&patches, Kind::FugueMax));
    let rga = timed(ROUNDS, || ours::replay(&patches, Kind::Rga));
    println!("{} edits, {length} characters at the end", patches.len());
    let rate = |ms: f64| patches.len() as f64 / ms / 1e3;
    println!("  ours, FugueMax: {fugue:.1} ms, {:.1} million edits a second", rate(fugue));
    println!("  ours, rga: {rga:.1} ms, {:.1} million edits a second", rate(rga));
    for (name, replay, rounds, most) in LIBRARIES {
        assert_eq!(replay(&patches), length, "{name} has another text");
        let theirs = timed(rounds, || replay(&patches));
        let ratio = fugue / theirs;
        let verdict = most.map_or(String::new(), |most| {
            format!("   wanted at most {most}: {}", if ratio <= most { "reached" } else { "MISSED" })
        });
        println!("  {name}: {theirs:.1} ms; ours takes {ratio:.3} of it{verdict}");
    }
    let (one, operations) = ours::apart(100_000, 10_000);
    let merged = timed(ROUNDS, || ours::merge(one.clone(), &operations)) / 10.0;
    let verdict = if merged <= 16.0 { "reached" } else { "MISSED" };
    println!(
        "Merging 10,000 edits into 10,000 others: {merged:.2} ms for 1,000   wanted at most 16: {verdict}"
    );
    for length in [10_000, 100_000, 1_000_000] {
        let mut replica = grown(length);
        let each = timed(3, || {
            ours::edit(&mut replica, 10_000, 3);
            replica.len()
        }) / 10_000.0;
        println!("An edit anywhere in {length} characters: {:.0} ns", each * 1e6);
    }
    if let Some(figures) = figures {
        std::fs::write(figures, fugue.to_string()).expect("the folder of the bench can be written");
    }
}

/// The middle one of several rounds, in milliseconds.
fn timed(rounds: usize, mut work: impl FnMut() -> usize) -> f64 {
    let mut times: Vec<f64> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(work());
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[rounds / 2]
}

/// A text of so many characters that was typed all over the place.
fn grown(length: usize) -> Replica {
    let mut replica = Replica::new(Kind::FugueMax, 0);
    while replica.len() < length {
        let seed = replica.len() as u64 + 4;
        ours::edit(&mut replica, 10_000, seed);
    }
    replica
}
