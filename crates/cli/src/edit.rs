//! `bivalent edit`: what people typed, replayed.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use catalog::{Edits, Replayed};
use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::Ending;
use crate::arguments::{Edit, Refusal};
use crate::host::{now, peak_bytes};
use crate::output::print;

/// A trace is at most so large, unpacked.
const BYTES_MAX: u64 = 1 << 30;

pub(crate) fn edit(editing: &Edit) -> Result<Ending, Refusal> {
    let trace = read(&editing.file)?;
    let start = now();
    let replayed = trace.replay(editing.kind, editing.replicas);
    let seconds = start.elapsed().as_secs_f64();
    let replayed = replayed.map_err(|damage| beyond(editing, &trace, &damage))?;
    let texts = replayed.texts();
    let wrong = texts.iter().position(|text| text != trace.end());
    if wrong.is_some() {
        counts_otherwise(editing, &trace)?;
    }
    print(words(editing.kind.name(), &replayed, seconds, &texts))?;
    match wrong {
        None => {
            print("  every replica ends with the text that the file states\n")?;
            Ok(Ending::Holds)
        }
        Some(replica) => {
            print(format!("DIFFERS: replica {replica} does not end with the text that the file states.\n"))?;
            Ok(Ending::Broken)
        }
    }
}

/// Why a trace cannot be replayed.
fn beyond(editing: &Edit, trace: &Edits, damage: &str) -> Refusal {
    let plain = Refusal(format!("{}, {damage}.", editing.file.display()));
    counts_otherwise(editing, trace).err().unwrap_or(plain)
}

/// Refuses a trace that is right if its places count something other than characters.
fn counts_otherwise(editing: &Edit, trace: &Edits) -> Result<(), Refusal> {
    trace.counts_otherwise(editing.kind).map_or(Ok(()), |unit| {
        Err(Refusal(format!(
            "{}: its places count {unit}; in this format they count Unicode code points.",
            editing.file.display()
        )))
    })
}

fn read(file: &Path) -> Result<Edits, Refusal> {
    let unread =
        |error: std::io::Error| Refusal(format!("The trace {} cannot be read: {error}.", file.display()));
    let mut bytes = Vec::new();
    File::open(file).map_err(unread)?.take(BYTES_MAX).read_to_end(&mut bytes).map_err(unread)?;
    // How a file packed with gzip begins.
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut unpacked = Vec::new();
        MultiGzDecoder::new(&bytes[..]).take(BYTES_MAX).read_to_end(&mut unpacked).map_err(unread)?;
        bytes = unpacked;
    }
    let damaged = |words: String| Refusal(format!("The trace {} is damaged: {words}.", file.display()));
    Edits::read(&catalog::text(bytes).map_err(damaged)?).map_err(damaged)
}

fn words(kind: &str, replayed: &Replayed, seconds: f64, texts: &[String]) -> String {
    let Replayed { edits, typed, deleted, .. } = replayed;
    let (characters, tombstones, spans) = replayed.holds();
    let count = if texts.len() == 1 { "1 replica".to_owned() } else { format!("{} replicas", texts.len()) };
    let sum: String = Sha256::digest(texts[0].as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let memory = peak_bytes().map_or("not known".to_owned(), |bytes| format!("{:.1} MB", bytes as f64 / 1e6));
    format!(
        "{edits} edits: {typed} characters typed, {deleted} deleted; {kind}, {count}\n  \
           time           {seconds:.3} s\n  \
           peak memory    {memory}\n  \
           final text     {characters} characters, {tombstones} tombstones, {spans} spans\n  \
           SHA-256        {sum}\n"
    )
}
