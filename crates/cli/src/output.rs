//! Printing that ends quietly when nobody reads any more.

use std::io::{self, Write};

use crate::arguments::Trouble;

/// Prints a text.
pub(crate) fn print(text: impl AsRef<str>) -> Result<(), Trouble> {
    let mut out = io::stdout().lock();
    written(out.write_all(text.as_ref().as_bytes()).and_then(|()| out.flush()))
}

/// A closed pipe (`| head`) is no trouble: there is nobody left to tell.
pub(crate) fn written(result: io::Result<()>) -> Result<(), Trouble> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => Err(Trouble(format!("The output cannot be written: {error}."))),
        Ok(()) => Ok(()),
    }
}
