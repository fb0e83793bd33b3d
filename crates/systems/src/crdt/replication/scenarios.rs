//! The scenarios of the four rooms.

use kernel::cluster::{Event, State};
use kernel::{Directive, Micros, NodeId, Scenario};

use super::{Input, Replicas, Replication, Watch};
use crate::crdt::update::Update;

type Script = Vec<Directive<Replicas>>;

/// Does this at a replica, so many milliseconds later.
fn at(ms: u64, node: NodeId, update: Update) -> Directive<Replicas> {
    Directive::after(Micros::ms(ms), move |_, _| vec![Event::Input(node, Input::Update(update.clone()))])
}

/// Does this at two replicas at once.
fn both(ms: u64, one: (NodeId, Update), other: (NodeId, Update)) -> Directive<Replicas> {
    Directive::after(Micros::ms(ms), move |_, _| {
        [&one, &other].map(|(node, update)| Event::Input(*node, Input::Update(update.clone()))).to_vec()
    })
}

fn cut(ms: u64, one: &'static [NodeId], other: &'static [NodeId]) -> Directive<Replicas> {
    Directive::after(Micros::ms(ms), move |_, _| vec![Event::partition(one, other)])
}

fn heal(ms: u64) -> Directive<Replicas> {
    Directive::after(Micros::ms(ms), |_, state: &State<Replication, Watch>| {
        vec![Event::Heal(state.wires.keys().copied().collect())]
    })
}

fn nothing(_: &Replicas) -> Script {
    Vec::new()
}

/// A scenario that lasts so many seconds.
macro_rules! scenario {
    ($name:literal $title:literal $story:literal $source:literal $set:expr, $seconds:literal, $script:expr) => {
        Scenario {
            name: $name,
            title: $title,
            story: $story,
            source: $source,
            set: $set,
            length: Micros::ms($seconds * 1_000),
            pace: Micros::ms(1_000),
            script: $script,
        }
    };
}

pub(super) fn counters() -> Vec<Scenario<Replicas>> {
    let mut all = counters_in_each_form();
    all.push(
        scenario! {
            "fair-gossip" "What is lost is told again"
            "Messages are lost, and replicas go on gossiping. Search: every update is seen by all of them sooner or later. \
             Then set gossip to 0 and search again: what is lost then is lost for good."
            "Shapiro et al. 2011, definition 2.1"
            &[("type", "g-counter"), ("fair", "on"), ("updates", "4"), ("loss", "50")], 24, nothing
        }
    );
    all
}

fn counters_in_each_form() -> Vec<Scenario<Replicas>> {
    vec![
        scenario! {
            "apart" "Counting apart"
            "The network is cut, and everybody goes on counting. When it heals, all come to the same number, and nobody \
             was ever asked."
            "Shapiro et al. 2011, specification 7"
            &[], 24, |_| vec![cut(4_000, &[0], &[1, 2]), heal(10_000)]
        },
        Scenario {
            pace: Micros::ms(100),
            ..scenario! {
                "beside-consensus" "Beside consensus"
                "The same clients on the same network, once with a counter that converges and once with Raft. While the \
                 network is cut everybody goes on counting here; there only the side with a majority does, and the other one \
                 waits."
                "Brewer 2012"
                &[
                    ("replicas", "3"),
                    ("updates", "60"),
                    ("pause", "60"),
                    ("gossip", "100"),
                    ("latency-min", "10"),
                    ("latency-max", "20"),
                    ("type", "g-counter"),
                ], 3, |_| vec![cut(1_000, &[0], &[1, 2]), heal(1_000)]
            }
        },
        scenario! {
            "every-order" "Every order of messages"
            "Messages may be lost, come twice and in any order. Search: whoever has seen the same updates shows the same."
            "Shapiro et al. 2011, theorem 2.1"
            &[("updates", "3"), ("gossip", "0"), ("loss", "20"), ("duplication", "20")], 12, nothing
        },
        scenario! {
            "adding" "A counter that adds"
            "To join, this counter adds what it hears to what it has. It counts again what it hears again."
            "Shapiro et al. 2011, section 3.1.1"
            &[("type", "g-counter"), ("without", "larger-number"), ("updates", "3"), ("gossip", "0")], 10, nothing
        },
        scenario! {
            "operations" "Telling what was done"
            "Not the state is sent but each +1 and −1, to all, once. What is lost on the way is asked for."
            "Shapiro et al. 2011, specification 5"
            &[("form", "operation"), ("loss", "25")], 20, nothing
        },
        scenario! {
            "twice" "The same operation twice"
            "The network copies messages, and nobody looks whether it has carried out an operation before. The counters \
             drift apart for good."
            "Shapiro et al. 2011, section 2.2"
            &[("form", "operation"), ("without", "exactly-once"), ("duplication", "40"), ("updates", "4")], 14, nothing
        },
        scenario! {
            "deltas" "Telling what is new"
            "Of the state only what is new is sent, again and again until it is acknowledged. What is lost is sent with \
             the next."
            "Almeida et al. 2018, algorithm 2"
            &[("form", "delta"), ("loss", "25")], 20, nothing
        },
    ]
}

const MILK: u8 = 0;
const BREAD: u8 = 1;
const EGGS: u8 = 2;

pub(super) fn sets() -> Vec<Scenario<Replicas>> {
    let mut all = sets_that_converge();
    all.extend(sets_that_may_not());
    all
}

fn sets_that_converge() -> Vec<Scenario<Replicas>> {
    vec![
        scenario! {
            "add-wins" "Removed here, added there"
            "While the network is cut, A removes the milk and B adds it again. A’s removal has not seen that addition, so \
             it stays."
            "Shapiro et al. 2011, specification 15"
            &[("updates", "0")], 14, |_| vec![
                at(500, 0, Update::Add(MILK)),
                cut(2_500, &[0], &[1, 2]),
                both(500, (0, Update::Remove(MILK)), (1, Update::Add(MILK))),
                heal(3_500),
            ]
        },
        scenario! {
            "cart" "The shopping cart"
            "One cart, kept as objects of five types. A removes the milk while B, who has not heard of it, adds eggs. In \
             two of the five the milk comes back."
            "DeCandia et al. 2007, section 4.4"
            &[("type", "cart"), ("updates", "0")], 18, |_| vec![
                at(500, 0, Update::Add(MILK)),
                at(500, 0, Update::Add(BREAD)),
                cut(2_500, &[0], &[1, 2]),
                both(500, (0, Update::Remove(MILK)), (1, Update::Add(EGGS))),
                heal(3_500),
                at(3_500, 2, Update::Remove(EGGS)),
                at(1_000, 2, Update::Add(EGGS)),
            ]
        },
        scenario! {
            "once-and-for-all" "Removed once and for all"
            "In a 2P-Set what was removed leaves a tombstone, and cannot be added again by anybody."
            "Shapiro et al. 2011, specification 12"
            &[("type", "2p-set"), ("updates", "0")], 10, |_| vec![
                at(500, 0, Update::Add(MILK)),
                at(2_000, 1, Update::Remove(MILK)),
                at(2_000, 2, Update::Add(MILK)),
            ]
        },
    ]
}

/// What has to be waited for, and what goes wrong otherwise.
fn sets_that_may_not() -> Vec<Scenario<Replicas>> {
    vec![
        scenario! {
            "buffer" "Waiting for what came before"
            "B has seen A’s addition and removes it; C hears of the removal first. It waits in C’s buffer until the \
             addition has come."
            "Shapiro et al. 2011, section 2.2"
            &[("form", "operation"), ("updates", "0"), ("gossip", "0")], 12, early
        },
        scenario! {
            "early-removal" "A removal that comes too early"
            "The same, and nobody waits: the removal finds nothing to remove, and then the addition comes. C keeps the \
             milk for ever."
            "Shapiro et al. 2011, section 2.2"
            &[("form", "operation"), ("updates", "0"), ("gossip", "0"), ("without", "causal-delivery")], 12, early
        },
        scenario! {
            "on-reads" "Nothing is corrected by reading"
            "Notes say that such types correct themselves when they are read, and are append-only. A read changes nothing: \
             C is cut off and shows what it has seen, until a message brings the rest; and milk is removed for good, tags \
             and all."
            "Course notes, CRDTs; Shapiro et al. 2011, section 2.1"
            &[("updates", "0")], 14, |_| vec![
                at(500, 0, Update::Add(MILK)),
                cut(2_000, &[0, 1], &[2]),
                at(500, 0, Update::Remove(MILK)),
                at(500, 1, Update::Add(BREAD)),
                heal(6_000),
            ]
        },
        scenario! {
            "unseen" "A removal that takes what it has not seen"
            "This set remembers what was removed and takes it away wherever it comes. Additions are lost that nobody \
             meant to remove, and after adding again the replicas do not agree."
            "Shapiro et al. 2011, section 3.3"
            &[("without", "observed-tags"), ("updates", "0")], 12, |_| vec![
                at(500, 0, Update::Add(MILK)),
                both(2_500, (0, Update::Remove(MILK)), (1, Update::Add(MILK))),
            ]
        },
        scenario! {
            "every-order" "Every order of messages"
            "Three updates at three replicas, and messages that are lost, come twice and in any order. Search: whoever \
             has seen the same updates shows the same."
            "Shapiro et al. 2011, theorem 2.1"
            &[("updates", "3"), ("gossip", "0"), ("loss", "20"), ("duplication", "20")], 12, nothing
        },
    ]
}

/// What A adds reaches C late.
fn early(_: &Replicas) -> Script {
    vec![
        Directive::after(Micros::ms(200), |_, _| {
            vec![Event::Slow(0, 2, Micros::ms(6_000), Micros::ms(6_000))]
        }),
        at(300, 0, Update::Add(MILK)),
        at(1_500, 1, Update::Remove(MILK)),
    ]
}

pub(super) fn registers() -> Vec<Scenario<Replicas>> {
    vec![
        scenario! {
            "last-wins" "The last write wins"
            "A writes red while B writes blue. Neither has seen the other, so a rule decides which was last, the same \
             everywhere; the other write is lost without a word."
            "Shapiro et al. 2011, specification 8"
            &[("updates", "0")], 10, |_| vec![both(1_000, (0, Update::Write(1)), (1, Update::Write(2)))]
        },
        scenario! {
            "siblings" "Keeping both"
            "A writes red while B writes blue, and both are kept. C, who has seen both, writes green over them."
            "Shapiro et al. 2011, specification 10"
            &[("type", "mv-register"), ("updates", "0")], 12, |_| vec![
                both(1_000, (0, Update::Write(1)), (1, Update::Write(2))),
                at(4_000, 2, Update::Write(3)),
            ]
        },
        scenario! {
            "no-tie-break" "Equally late"
            "Nothing decides between two writes that are equally late. Each replica keeps its own, and they never agree."
            "Shapiro et al. 2011, section 3.2.1"
            &[("without", "tie-break"), ("updates", "0")], 10, |_| vec![
                both(1_000, (0, Update::Write(1)), (1, Update::Write(2)))
            ]
        },
        scenario! {
            "wall-clock" "A clock that is ahead"
            "Clocks on the wall say which write is last, and A’s is ahead. B sees A’s red, writes blue over it, and red \
             comes back."
            "Lamport 1978"
            &[("without", "logical-clock"), ("updates", "0")], 10, |_| vec![
                at(1_000, 0, Update::Write(1)),
                at(2_500, 1, Update::Write(2)),
            ]
        },
        scenario! {
            "map" "A map of registers"
            "Each key is a register of its own. A removes a key while B writes under it: as with registers, one of the \
             two is lost."
            "Shapiro et al. 2011, section 3.2"
            &[("type", "lww-map")], 20, nothing
        },
        scenario! {
            "every-order" "Every order of messages"
            "Three writes at three replicas, and messages that are lost, come twice and in any order. Search: whoever \
             has seen the same writes shows the same."
            "Shapiro et al. 2011, theorem 2.1"
            &[("updates", "3"), ("gossip", "0"), ("loss", "20"), ("duplication", "20")], 12, nothing
        },
    ]
}

pub(super) fn text() -> Vec<Scenario<Replicas>> {
    vec![
        scenario! {
            "three-people" "Three people at once"
            "Ann, Ben and Cleo type into the same empty page. Type with them: each window is a replica of its own."
            "Weidner and Kleppmann 2025"
            &[], 30, nothing
        },
        scenario! {
            "apart" "Writing apart"
            "The network is cut, and everybody goes on writing. When it heals, all read the same text, and what each \
             wrote is still there."
            "Weidner and Kleppmann 2025"
            &[], 36, |_| vec![cut(4_000, &[0], &[1, 2]), heal(16_000)]
        },
        scenario! {
            "interleaving" "Letters get mixed"
            "Two people type at the same place, each letter before the last. Search: with RGA what they typed can be \
             mixed letter by letter."
            "Weidner and Kleppmann 2025, section 2"
            &[("algorithm", "rga"), ("typing", "anywhere"), ("replicas", "2"), ("updates", "0"), ("gossip", "0")],
            14, backwards
        },
        scenario! {
            "not-mixed" "Letters stay together"
            "The same, with FugueMax. Search: what each typed stays in one piece, in every order."
            "Weidner and Kleppmann 2025: FugueMax is maximally non-interleaving"
            &[("typing", "anywhere"), ("replicas", "2"), ("updates", "0"), ("gossip", "0")], 14, backwards
        },
        scenario! {
            "beside" "Where Fugue and FugueMax differ"
            "D types y between a and c. E has not seen c yet, and types x between a and b. Fugue puts the lower replica first: \
             ayxcb, and x stands beside neither letter that it was typed between. Choose FugueMax: axycb, with x right \
             behind a and y right before c."
            "Weidner and Kleppmann 2025: children on the right side in Fugue and in FugueMax"
            &[("algorithm", "fugue"), ("replicas", "5"), ("updates", "0"), ("gossip", "0")], 14, beside
        },
    ]
}

/// Five people; what C types is long under way to E.
fn beside(_: &Replicas) -> Script {
    let type_in = |at: u32, letter: &str| Update::Splice { at, delete: 0, insert: letter.to_owned() };
    vec![
        at(500, 1, type_in(0, "b")),
        Directive::after(Micros::ms(1_500), |_, _| {
            vec![Event::Slow(2, 4, Micros::ms(6_000), Micros::ms(6_000))]
        }),
        both(500, (0, type_in(0, "a")), (2, type_in(0, "c"))),
        both(2_000, (3, type_in(1, "y")), (4, type_in(1, "x"))),
    ]
}

/// Two people type a word each, from its end to its begin, and have not heard of each other.
fn backwards(_: &Replicas) -> Script {
    let mut script = vec![cut(200, &[0], &[1])];
    for (one, other) in [("m", "n"), ("a", "e"), ("h", "p")] {
        let type_in = |letter: &str| Update::Splice { at: 0, delete: 0, insert: letter.to_owned() };
        script.push(both(900, (0, type_in(one)), (1, type_in(other))));
    }
    script.push(heal(900));
    // What was lost is told again.
    script.push(Directive::after(Micros::ms(300), |_, _| {
        vec![Event::Input(0, Input::Tell(1)), Event::Input(1, Input::Tell(0))]
    }));
    script
}
