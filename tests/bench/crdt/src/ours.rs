//! The sequences of this project.

use systems::crdt::sequence::{Kind, Operation, Replica};

use crate::Patch;

/// Replays the patches; how long the text is then.
pub(crate) fn replay(patches: &[Patch], kind: Kind) -> usize {
    let mut replica = Replica::new(kind, 0);
    for (at, deleted, typed) in patches {
        replica.delete(*at, *deleted).expect("a place in the text");
        replica.insert(*at, typed).expect("a place in the text");
    }
    replica.len()
}

/// Two replicas that have the same text of so many characters and were edited apart, so often each, all over it: the
/// first, and what the second has to say.
#[must_use]
pub(crate) fn apart(length: usize, edits: usize) -> (Replica, Vec<Operation>) {
    let mut one = Replica::new(Kind::FugueMax, 0);
    let mut other = Replica::new(Kind::FugueMax, 1);
    let text: Vec<char> = (0..length).map(|place| (b'a' + (place % 26) as u8) as char).collect();
    let first = one.insert(0, &text).expect("an empty text").expect("something is typed");
    other.hear(first).expect("it is sound");
    edit(&mut one, edits, 1);
    (one, edit(&mut other, edits, 2))
}

/// Edits at places that a small generator draws; what was done.
pub(crate) fn edit(replica: &mut Replica, edits: usize, mut seed: u64) -> Vec<Operation> {
    let mut done = Vec::new();
    for _ in 0..edits {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = (seed >> 33) as usize % (replica.len() + 1);
        let said = if seed >> 62 == 0 && at < replica.len() {
            replica.delete(at, 1)
        } else {
            replica.insert(at, &['x'])
        };
        done.extend(said.expect("a place in the text"));
    }
    done
}

/// Hears of all of it.
pub(crate) fn merge(mut replica: Replica, operations: &[Operation]) -> usize {
    for operation in operations {
        replica.hear(operation.clone()).expect("it is sound");
    }
    replica.len()
}
