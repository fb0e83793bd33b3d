//! Printing that ends quietly when nobody reads any more.

use std::io::{self, Write};

use crate::arguments::Refusal;

/// Prints a text.
pub(crate) fn print(text: impl AsRef<str>) -> Result<(), Refusal> {
    let mut out = io::stdout().lock();
    written(out.write_all(text.as_ref().as_bytes()).and_then(|()| out.flush()))
}

/// A closed pipe (`| head`) is no refused: there is nobody left to tell.
pub(crate) fn written(result: io::Result<()>) -> Result<(), Refusal> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => Err(Refusal(format!("The output cannot be written: {error}."))),
        Ok(()) => Ok(()),
    }
}
