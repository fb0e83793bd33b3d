//! Two systems side by side, from the same seed: the logs of two that agree, the lanes of one that does and one that does not.

pub(crate) mod lanes;
pub(crate) mod logs;

use crate::recording::Recording;
use crate::rooms::About;
use crate::session::{Open, Session};

/// A run of another system from the same seed, with the options that both share: by their names here and there, where
/// the other one has them and takes the value.
fn open_beside(
    other: &str,
    about: &About,
    seed: u64,
    shared: &[(&str, &str)],
    open: Open,
) -> Option<Box<dyn Session>> {
    let mut recording = Recording::new(other, "", seed);
    let bare = open(&recording).ok()?;
    for &(here, there) in shared {
        let value = about.options.iter().find(|option| option.name == here);
        let taken = bare.about().options.iter().find(|option| option.name == there);
        if let Some((value, _)) = value.zip(taken).filter(|(value, taken)| taken.takes(&value.value)) {
            recording.options.insert(there.to_owned(), value.value.clone());
        }
    }
    open(&recording).ok()
}
