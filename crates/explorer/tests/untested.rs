//! A property that speaks of what never happens holds, and was not tested; and what a search counts as its memory.

use std::rc::Rc;

use explorer::{End, Limits, Plan, Verdict, open, run};
use kernel::cluster::Budget;
use kernel::{Room, Setup, System};
use systems::raft::RaftRoom;

type Servers = <RaftRoom as Room>::System;

fn three(set: &[(&str, &str)], budget: Budget) -> Rc<Servers> {
    let mut setup = Setup { scenario: "first-election".to_owned(), ..Setup::default() };
    let defaults = RaftRoom::options();
    let defaults = defaults.iter().map(|option| (option.name, option.default));
    let set = defaults.chain([("servers", "3")]).chain(set.iter().copied());
    setup.options = set.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Rc::new(RaftRoom::build(&setup).expect("the options fit together").bounded(budget))
}

/// The properties that were not tested, each with what never happened.
fn untested(set: &[(&str, &str)], budget: Budget) -> Vec<(&'static str, &'static str)> {
    let report = run(three(set, budget), Plan::default()).report();
    assert!(report.complete);
    let untested = report.untested.iter().map(|&(number, denial)| {
        let (property, verdict) = &report.properties[number];
        assert_eq!(*verdict, Verdict::Holds, "only what holds can hold for want of a test");
        (property.name, denial)
    });
    untested.collect()
}

const LATER: (&str, &str) =
    ("Leader Completeness", "no server was elected after an entry was committed in an earlier term");

#[test]
fn what_could_not_happen_was_not_tested() {
    let once = Budget { timeouts: 1, ..Budget::NONE };
    assert_eq!(untested(&[], Budget::NONE).len(), 8, "nothing happens at all");
    let clients = [
        ("Agreement of answers", "no write was answered"),
        ("Exactly once", "no request changed the state machine"),
        ("Linearizable reads", "no client asked to read"),
    ];
    assert_eq!(untested(&[], once), [&[LATER][..], &clients].concat());
    let reads = [("clients", "read"), ("no-op", "off")];
    assert_eq!(untested(&reads, Budget { requests: 2, ..once }), [LATER]);
    assert_eq!(untested(&[], Budget { timeouts: 2, ..Budget::NONE }), clients);
}

/// What the host has measured counts where it is more, and a limit holds for it too.
#[test]
fn what_the_host_measures_counts() {
    let limits = Limits { bytes: 50_000_000, ..Limits::default() };
    let plan = || Plan { limits, ..Plan::default() };
    let mut search = open(three(&[], Budget { timeouts: 2, ..Budget::NONE }), plan());
    assert_eq!(search.advance(2_000).end, None);
    let counted = search.progress().bytes;
    search.weigh(counted / 2);
    assert_eq!(search.progress().bytes, counted, "what is counted already is not counted again");
    search.weigh(60_000_000);
    assert_eq!(search.advance(1_000).end, Some(End::Memory));
    assert_eq!(search.progress().bytes, limits.bytes);
    assert!(matches!(search.report().properties[0].1, Verdict::Unknown), "nothing is claimed");
}
