//! What the two commit specifications share: resource managers that work, are prepared, and commit or abort.

use kernel::view::{Figure, Role};
use kernel::{NodeId, Opt, OptKind, Outcome, Setup, Verdict};

/// A plane of bits for each of the managers.
pub(super) const MANAGERS_MAX: u32 = 15;
pub(super) const ABORTED: Outcome = 0;
pub(super) const COMMITTED: Outcome = 1;

/// The state of every manager, in the lower 30 bits: its bit in the first plane alone is *prepared*, in the second
/// alone *committed*, in both *aborted*, in neither *working*.
#[derive(Clone, Copy)]
pub(super) struct Managers {
    low: u64,
    high: u64,
}

impl Managers {
    #[inline]
    pub(super) const fn of(word: u64) -> Self {
        Self { low: plane(word, 0), high: plane(word, 1) }
    }

    #[inline]
    pub(super) const fn working(self, all: u64) -> u64 {
        all & !(self.low | self.high)
    }

    #[inline]
    pub(super) const fn prepared(self) -> u64 {
        self.low & !self.high
    }

    #[inline]
    pub(super) const fn committed(self) -> u64 {
        self.high & !self.low
    }

    #[inline]
    pub(super) const fn aborted(self) -> u64 {
        self.low & self.high
    }

    pub(super) const fn outcomes(self) -> u16 {
        ((self.aborted() != 0) as u16) << ABORTED | ((self.committed() != 0) as u16) << COMMITTED
    }
}

/// A plane of a word.
#[inline]
pub(super) const fn plane(word: u64, number: u32) -> u64 {
    word >> (number * MANAGERS_MAX) & ((1 << MANAGERS_MAX) - 1)
}

/// The bit of a manager in a plane.
#[inline]
pub(super) const fn bit(manager: u8, number: u32) -> u64 {
    1 << (manager as u32 + number * MANAGERS_MAX)
}

/// The word with the manager in a state.
#[inline]
pub(super) const fn prepare(word: u64, manager: u8) -> u64 {
    word | bit(manager, 0)
}

#[inline]
pub(super) const fn commit(word: u64, manager: u8) -> u64 {
    word & !bit(manager, 0) | bit(manager, 1)
}

#[inline]
pub(super) const fn abort(word: u64, manager: u8) -> u64 {
    word | bit(manager, 0) | bit(manager, 1)
}

/// All managers, as bits.
pub(super) const fn all(managers: u8) -> u64 {
    (1 << managers) - 1
}

/// The managers of a plane, in order.
pub(super) fn each(mut bits: u64) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let next = (bits != 0).then(|| bits.trailing_zeros() as u8);
        bits &= bits.wrapping_sub(1);
        next
    })
}

/// The word with manager `a` in the place of manager `to(a)`, in this many planes; other bits stay.
pub(super) fn relabel(word: u64, managers: u8, planes: u32, to: impl Fn(u8) -> u8) -> u64 {
    let ours = (1_u64 << (planes * MANAGERS_MAX)) - 1;
    let mut next = word & !ours;
    for manager in 0..managers {
        for number in 0..planes {
            next |= (word >> (u32::from(manager) + number * MANAGERS_MAX) & 1)
                << (u32::from(to(manager)) + number * MANAGERS_MAX);
        }
    }
    next
}

/// The manager's bit in each of this many planes: all that tells it from another.
pub(super) fn signature(word: u64, manager: u8, planes: u32) -> u64 {
    (0..planes).fold(0, |sum, number| sum << 1 | plane(word, number) >> manager & 1)
}

/// No two managers have decided differently (TCommit.tla, `TCConsistent`).
pub(super) fn consistent(managers: Managers) -> Verdict {
    let (committed, aborted) = (managers.committed(), managers.aborted());
    if committed == 0 || aborted == 0 {
        return Ok(());
    }
    let name = |bits: u64| name(bits.trailing_zeros() as u8);
    Err(format!("{} has committed and {} has aborted.", name(committed), name(aborted)))
}

/// Whether all managers are among these. A search asks in every state until they are, so no words are made of it.
pub(super) fn everybody(these: u64, all: u64) -> Verdict {
    if these == all { Ok(()) } else { Err(String::new()) }
}

pub(super) fn name(manager: u8) -> String {
    format!("R{}", u32::from(manager) + 1)
}

pub(super) fn outcome_name(outcome: Outcome) -> String {
    if outcome == COMMITTED { "commit" } else { "abort" }.to_owned()
}

pub(super) fn role(word: u64, manager: u8) -> Role {
    let managers = Managers::of(word);
    let bit = 1 << manager;
    let (word, figure, acting) = if managers.committed() & bit != 0 {
        ("committed", Figure::Hexagon, true)
    } else if managers.aborted() & bit != 0 {
        ("aborted", Figure::Square, true)
    } else if managers.prepared() & bit != 0 {
        ("prepared", Figure::Diamond, false)
    } else {
        ("working", Figure::Circle, false)
    };
    Role { word: word.into(), figure, acting }
}

pub(super) fn option() -> Opt {
    Opt {
        name: "managers",
        title: "Resource managers",
        kind: OptKind::Number { least: 1, most: MANAGERS_MAX.into(), unit: "" },
        default: "3",
        help: "How many resource managers take part in the transaction.",
    }
}

pub(super) fn managers(setup: &Setup) -> u8 {
    setup.number("managers") as u8
}

/// The managers as nodes, of which `first` is the first.
pub(super) fn nodes(first: NodeId, managers: u8) -> Vec<NodeId> {
    (first..first + NodeId::from(managers)).collect()
}
