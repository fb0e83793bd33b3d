//! A property that speaks of what never happens holds, and was not tested; and what a search counts as its memory.

use std::rc::Rc;

use explorer::{End, Limits, Plan, Verdict, open, run};
use kernel::{Budget, Faults, Room, Setup};
use systems::chain::stake::StakeRoom;
use systems::chain::work::WorkRoom;
use systems::commit::three_phase::ThreePhaseRoom;
use systems::crdt::replication::{CounterRoom, SetRoom, TextRoom};
use systems::multi_paxos::MultiPaxosRoom;
use systems::raft::RaftRoom;

type Set<'a> = &'a [(&'a str, &'a str)];

/// A scenario with some options set: `without` switches a rule off, `with` switches one on again.
fn system<R: Room>(name: &str, set: Set<'_>, budget: Budget) -> Rc<R::System> {
    let scenario = R::scenarios().into_iter().find(|scenario| scenario.name == name);
    let scenario = scenario.unwrap_or_else(|| panic!("there is no scenario {name}"));
    let mut setup = Setup { scenario: name.to_owned(), ..Setup::default() };
    setup.options.extend(R::options().iter().map(|one| (one.name.to_owned(), one.default.to_owned())));
    for (option, value) in scenario.set.iter().chain(set).map(|&(option, value)| (option, value.to_owned())) {
        match option {
            "without" => setup.without.push(value),
            "with" => setup.without.retain(|off| *off != value),
            _ => drop(setup.options.insert(option.to_owned(), value)),
        }
    }
    Rc::new(R::build(&setup).expect("the options fit together").bounded(budget.into()))
}

fn three(set: Set<'_>, budget: Budget) -> Rc<<RaftRoom as Room>::System> {
    system::<RaftRoom>("first-election", &[&[("servers", "3")], set].concat(), budget)
}

type Denied = Vec<(&'static str, &'static str)>;

/// The properties that hold and were tested, and those that were not, each with what never happened.
fn told<S: kernel::Shaped>(system: Rc<S>) -> (Vec<&'static str>, Denied) {
    let report = run(system, Plan::default()).report();
    assert!(report.complete);
    let untested = report.untested.iter().map(|&(number, denial)| {
        let (property, verdict) = &report.properties[number];
        assert_eq!(*verdict, Verdict::Holds, "only what holds can hold for want of a test");
        (property.name, denial)
    });
    let untested: Denied = untested.collect();
    let holds = report.properties.iter().filter(|(_, verdict)| *verdict == Verdict::Holds);
    let tested = holds.map(|(property, _)| property.name);
    (tested.filter(|name| untested.iter().all(|(other, _)| other != name)).collect(), untested)
}

/// The properties of three servers that were not tested.
fn untested(set: Set<'_>, budget: Budget) -> Denied {
    told(three(set, budget)).1
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

#[test]
fn a_chain_is_tested_where_there_is_something_to_undo() {
    let blocks = |timeouts| Budget { timeouts, ..Budget::NONE };
    let work = |name, set: Set<'_>, budget| {
        let set = [&[("miners", "2"), ("hashes", "2"), ("payments", "0")], set].concat();
        told(system::<WorkRoom>(name, &set, budget))
    };
    let (prefix, settled) = (
        ("Common prefix", "no honest node adopted a chain of more than k blocks"),
        ("Settled payments stay", "no payment had enough confirmations at an honest node"),
    );
    let asked = ("No payment is lost", "no honest node was asked to pay");
    let left = ("Most work counts", "no honest node left a branch for another one");
    let valid = ("Only valid blocks", "nobody made a block that breaks a rule");
    let paid = ("Money adds up", "no honest node built on a block with a payment");
    let (tested, untested) = work("steady", &[], blocks(1));
    assert_eq!((tested, untested), (vec![], vec![prefix, settled, asked, left, valid, paid]));
    let short = work("steady", &[("confirmations", "2")], blocks(1)).1;
    assert_eq!(short[0], prefix, "k is 1, and so is the height");
    assert_eq!(work("steady", &[("confirmations", "2")], blocks(2)).0, ["Common prefix"]);
    let attacked = work("honest-majority", &[("blocks", "6")], blocks(6));
    assert_eq!(attacked.0, ["Common prefix", "Settled payments stay", "Money adds up"]);
    assert_eq!(attacked.1, [asked, left, valid], "the secret branch is never the longer one");
    let forked = work("one-confirmation", &[("miners", "3")], blocks(3)).0;
    assert!(forked.contains(&"Most work counts"), "{forked:?}");
    let request = Budget { requests: 1, ..blocks(1) };
    assert_eq!(work("steady", &[], request).0, ["No payment is lost", "Money adds up"]);
    let forged = work("no-work", &[("with", "proof-of-work")], blocks(1));
    assert_eq!(forged.0, ["Only valid blocks"]);
}

#[test]
fn finality_is_tested_where_something_becomes_final() {
    let stake = |name, set: Set<'_>, timeouts| {
        told(system::<StakeRoom>(name, set, Budget { timeouts, ..Budget::NONE }))
    };
    let finality = ("Finality", "no two honest validators held a checkpoint after the first to be final");
    let one = ("One branch", "no honest validator held a checkpoint after the first to be final");
    let accountable = ("Accountable safety", "no two checkpoints of different branches were final");
    let punished = ("Nobody is punished for nothing", "no honest validator voted");
    let valid = ("Only valid blocks", "nobody made a block that breaks a rule");
    let none = stake("a-third", &[], 0);
    assert_eq!(none, (vec![], vec![finality, one, accountable, punished, valid]));
    let once = stake("a-third", &[], 1);
    assert_eq!(once, (vec!["Nobody is punished for nothing"], vec![finality, one, accountable, valid]));
    let (tested, untested) = stake("a-third", &[], 4);
    assert_eq!(
        (tested, untested),
        (vec!["Accountable safety", "Nobody is punished for nothing"], vec![valid])
    );
    let (tested, untested) = stake("less-than-a-third", &[], 6);
    assert_eq!(tested, ["Finality", "One branch", "Nobody is punished for nothing"]);
    assert_eq!(untested, [accountable, valid]);
}

#[test]
fn replicas_are_tested_where_they_have_seen_something() {
    let converged = ("Strong convergence", "no two replicas had seen the same one or more updates");
    let shown = ("Specification", "no replica had seen an update");
    let causal = ("Causal order", "no update that had seen another one reached a second replica");
    let of = |requests| Budget { requests, ..Budget::NONE };
    let operations = |requests| told(system::<CounterRoom>("operations", &[], of(requests)));
    assert_eq!(operations(0), (vec![], vec![converged, shown, causal]));
    assert_eq!(operations(1), (vec![converged.0, shown.0], vec![causal]));
    assert_eq!(operations(2), (vec![converged.0, shown.0, causal.0], vec![]));
    let gossip = |requests| told(system::<CounterRoom>("fair-gossip", &[("replicas", "2")], of(requests)));
    assert_eq!(
        gossip(0),
        (vec![], vec![converged, shown]),
        "whether all is delivered is not known without a request"
    );
    assert_eq!(gossip(1), (vec![converged.0, shown.0, "Eventual delivery"], vec![]));

    let cart = |requests| told(system::<SetRoom>("cart", &[("replicas", "2")], of(requests)));
    let removed = "nothing was removed by somebody who had seen all its additions";
    let denials = |cart: &(Vec<_>, Denied)| cart.1.iter().map(|(_, denial)| *denial).collect::<Vec<_>>();
    let neither = [[removed; 5], ["nothing was added"; 5]].concat();
    assert_eq!(denials(&cart(0)), [&[converged.1][..], &neither].concat());
    assert_eq!(denials(&cart(1)), [removed; 5]);
    assert_eq!(denials(&cart(2)), [""; 0]);

    let mixed = "no text had two letters typed side by side and one by somebody who had seen neither";
    let text = |requests| told(system::<TextRoom>("not-mixed", &[], of(requests)));
    assert_eq!(text(2), (vec![converged.0], vec![("No interleaving", mixed)]));
    assert_eq!(text(3), (vec![converged.0, "No interleaving"], vec![]));
}

#[test]
fn a_commit_without_a_failure_and_a_chosen_command_are_needed() {
    let votes = |requests, crashes| {
        let budget = Budget { requests, crashes, ..Budget::NONE };
        told(system::<ThreePhaseRoom>("commit", &[("participants", "2")], budget))
    };
    let needless = ("No needless abort", "no transaction got yes from every participant without a failure");
    assert!(votes(0, 0).1.contains(&needless));
    assert!(votes(1, 0).0.contains(&needless.0));

    let lesson = ("No false lesson", "no server took a command for chosen");
    let learned = |timeouts, requests| {
        let budget = Budget { timeouts, requests, ..Budget::NONE };
        told(system::<MultiPaxosRoom>("normal-case", &[("servers", "3")], budget))
    };
    assert!(learned(0, 0).1.contains(&lesson));
    assert!(learned(1, 1).0.contains(&lesson.0));
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
