//! `bivalent headers`: a file of real headers, verified.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use catalog::{Headers, verify_headers};

use crate::Ending;
use crate::arguments::Refusal;
use crate::output::print;

/// A file is at most so large: all headers of the main network in digits are a third of it.
const BYTES_MAX: u64 = 1 << 29;

pub(crate) fn headers(file: &Path) -> Result<Ending, Refusal> {
    let unread = |error| Refusal(format!("The file {} cannot be read: {error}.", file.display()));
    let mut bytes = Vec::new();
    File::open(file).map_err(unread)?.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(Refusal(format!("The file {} is larger than 512 MiB.", file.display())));
    }
    let text = catalog::text(bytes).map_err(|words| Refusal(format!("{}: {words}.", file.display())))?;
    let found = verify_headers(&text);
    match &found.fault {
        Some(fault) if found.count == 0 => Err(Refusal(format!("{}, {fault}.", file.display()))),
        fault => {
            print(words(&found))?;
            let fault = fault.as_ref().map(|fault| print(format!("FAULT in {}, {fault}.\n", file.display())));
            fault.transpose().map(|fault| if fault.is_some() { Ending::Broken } else { Ending::Holds })
        }
    }
}

/// What was verified, a line a kind.
fn words(Headers { title, rows, .. }: &Headers) -> String {
    let rows = rows.iter().map(|(name, words)| format!("  {name:<14} {words}\n"));
    format!("{title}\n{}", rows.collect::<String>())
}
