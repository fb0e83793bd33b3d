//! What replicas do, in time and in every order.

mod stories;

use std::rc::Rc;

use kernel::{Explain, Micros, Room, Undated};
use simulator::Run;

use super::{CounterRoom, RegisterRoom, Replicas, SetRoom, TextRoom};
use crate::shared::testing::{broken, built, decided};

fn play<R: Room<System = Replicas>>(name: &str, set: &[(&str, &str)], seed: u64) -> Run<Replicas> {
    let (scenario, system) = built::<R>(name, set);
    let script = (scenario.script)(&system);
    let mut run = Run::new(Rc::new(system), script, seed);
    while run.step(&[], scenario.length.plus(Micros::ms(30_000))) {}
    run
}

/// What each replica shows.
fn shown(run: &Run<Replicas>) -> Vec<String> {
    let locals = run.state().locals.iter();
    locals.filter_map(|local| local.disk.object.as_ref()).map(|object| object.value().to_string()).collect()
}

fn agree(run: &Run<Replicas>) -> bool {
    let seen: Vec<_> = run.state().locals.iter().map(|local| &local.disk.seen).collect();
    seen.windows(2).all(|pair| pair[0] == pair[1])
}

/// Every type in every form, on a network that loses and copies and is cut for a while: nothing that is claimed breaks,
/// and in the end all have seen everything.
#[test]
fn all_converge_on_a_bad_network() {
    fn room<R: Room<System = Replicas>>(types: &[&str], forms: &[&str]) {
        for kind in types {
            for form in forms.iter().filter(|form| (*kind, **form) != ("cart", "operation")) {
                for seed in 1..4 {
                    let first = R::scenarios()[0].name;
                    let option = if form.is_empty() { "algorithm" } else { "type" };
                    let mut set =
                        vec![(option, *kind), ("loss", "25"), ("duplication", "25"), ("updates", "14")];
                    if !form.is_empty() {
                        set.push(("form", form));
                    }
                    let run = play::<R>(first, &set, seed);
                    let always = broken(&run);
                    let lost = |name: &&&str| !name.contains("comes back") && !name.contains("is lost");
                    let why: Vec<_> = run
                        .verdicts()
                        .filter_map(|(_, broken)| broken.map(|broken| &broken.reason))
                        .collect();
                    assert_eq!(always.iter().find(lost), None, "{kind} {form} {seed}: {why:?}");
                    assert!(agree(&run), "{kind} {form} {seed}: {:?}", shown(&run));
                    assert!(run.state().locals[0].disk.seen.len() >= 14);
                }
            }
        }
    }
    let forms = ["state", "operation", "delta"];
    room::<CounterRoom>(&["g-counter", "pn-counter"], &forms);
    room::<SetRoom>(&["g-set", "2p-set", "or-set", "cart"], &forms);
    room::<RegisterRoom>(&["lww-register", "mv-register", "lww-map"], &forms);
    room::<TextRoom>(&["rga", "fugue", "fugue-max"], &[""]);
}

#[test]
fn the_scenarios_end_as_they_are_told() {
    let set = |name| play::<SetRoom>(name, &[], 1);
    assert_eq!(shown(&set("add-wins")), ["milk"; 3]);
    let cart = set("cart");
    assert_eq!(
        shown(&cart)[2],
        "G-Set: milk, bread, eggs; 2P-Set: bread; Union: milk, bread, eggs; LWW: bread, eggs; OR-Set: bread, eggs"
    );
    assert_eq!(
        broken(&cart),
        ["G-Set: nothing comes back", "2P-Set: nothing is lost", "Union: nothing comes back"]
    );
    assert_eq!(shown(&set("once-and-for-all")), ["empty"; 3]);
    assert_eq!(shown(&set("buffer")), ["empty"; 3]);
    let early = set("early-removal");
    assert_eq!(shown(&early), ["empty", "empty", "milk"]);
    assert_eq!(broken(&early), ["Strong convergence", "Specification", "Causal order"]);
    assert!(broken(&set("unseen")).contains(&"Specification"));

    let register = |name| play::<RegisterRoom>(name, &[], 1);
    assert_eq!(shown(&register("last-wins")), ["blue"; 3]);
    assert_eq!(shown(&register("siblings")), ["green"; 3]);
    let tied = register("no-tie-break");
    assert!(broken(&tied).contains(&"Strong convergence"), "{:?}", shown(&tied));
    let skewed = register("wall-clock");
    assert_eq!(shown(&skewed), ["red"; 3], "blue has seen red, and red wins");
    assert_eq!(broken(&skewed), ["Strong convergence", "Specification"]);

    let counter = |name| play::<CounterRoom>(name, &[], 1);
    assert!(broken(&counter("adding")).contains(&"Specification"));
    assert!(broken(&counter("twice")).contains(&"Specification"));
    for name in ["apart", "every-order", "operations", "deltas"] {
        assert!(broken(&counter(name)).is_empty(), "{name}");
    }
}

#[test]
fn people_who_type_read_the_same() {
    for name in ["three-people", "apart"] {
        let run = play::<TextRoom>(name, &[], 2);
        let texts = shown(&run);
        assert!(texts.windows(2).all(|pair| pair[0] == pair[1]), "{texts:?}");
        assert!(
            ["Ann was here.", "Ben too, at once.", "Cleo came later."]
                .iter()
                .all(|line| texts[0].contains(line)),
            "{texts:?}"
        );
        assert!(broken(&run).is_empty());
    }
    let mixed = play::<TextRoom>("interleaving", &[], 1);
    assert_eq!(shown(&mixed), ["“hpaemn”"; 2]);
    assert_eq!(broken(&mixed), ["No interleaving"]);
    for algorithm in ["fugue", "fugue-max"] {
        let whole = play::<TextRoom>("not-mixed", &[("algorithm", algorithm)], 1);
        assert_eq!(shown(&whole), ["“hampen”"; 2]);
        assert!(broken(&whole).is_empty());
    }
    for (algorithm, text) in [("fugue", "“ayxcb”"), ("fugue-max", "“axycb”")] {
        let run = play::<TextRoom>("beside", &[("algorithm", algorithm)], 1);
        assert_eq!(shown(&run), [text; 5]);
        assert!(broken(&run).is_empty());
    }
}

/// Edits, one after the other: who, at which place, and what. Between two steps everybody hears of everything, but those
/// who type at the same time.
fn typed(algorithm: &str, steps: &[&[(u16, u32, &str)]]) -> Run<Replicas> {
    use kernel::Directive;
    use kernel::cluster::Event;
    let set = [("algorithm", algorithm), ("replicas", "2"), ("updates", "0"), ("gossip", "0")];
    let (_, system) = built::<TextRoom>("three-people", &set);
    let script = steps.iter().map(|edits| {
        let edits = edits.iter().map(|&(who, at, text)| {
            let update = super::Update::Splice { at, delete: 0, insert: text.to_owned() };
            Event::Input(who, super::Input::Update(update))
        });
        let edits: Vec<_> = edits.collect();
        Directive::after(Micros::ms(3_000), move |_, _| edits.clone())
    });
    let mut run = Run::new(Rc::new(system), script.collect(), 1);
    while run.step(&[], Micros::ms(60_000)) {}
    run
}

#[test]
fn one_letter_is_one_letter() {
    for (text, said) in [("x", "1 letter"), ("xy", "2 letters")] {
        let run = typed("rga", &[&[(0, 0, text)]]);
        let view = run.system().node(run.state(), 0, &Undated).expect("A is there");
        assert_eq!(view.lines, [said]);
    }
}

/// Two who have met can mix what they type as well as two who have not.
#[test]
fn what_is_typed_after_the_first_contact_counts_too() {
    let steps: [&[_]; 2] = [&[(0, 0, "x")], &[(0, 1, "m"), (1, 1, "n"), (0, 1, "a"), (1, 1, "e")]];
    for (algorithm, text, wrong) in [
        ("rga", "“xaemn”", vec!["No interleaving"]),
        ("fugue", "“xamen”", vec![]),
        ("fugue-max", "“xamen”", vec![]),
    ] {
        let run = typed(algorithm, &steps);
        assert_eq!((shown(&run), broken(&run)), (vec![text.to_owned(); 2], wrong), "{algorithm}");
    }
}

/// Three people type anywhere for a while, on a network that is cut: the trees never mix what they type, RGA does.
#[test]
fn what_is_typed_anywhere_is_mixed_by_rga_alone() {
    let mixes = |algorithm: &str| {
        (1..4).any(|seed| {
            let set = [("algorithm", algorithm), ("typing", "anywhere"), ("updates", "80"), ("pause", "150")];
            let run = play::<TextRoom>("apart", &set, seed);
            assert!(shown(&run).windows(2).all(|pair| pair[0] == pair[1]), "{algorithm}");
            !broken(&run).is_empty()
        })
    };
    assert_eq!(["rga", "fugue", "fugue-max"].map(mixes), [true, false, false]);
}

/// A tab does not come into the text, and whoever types between two letters that he has seen mixes nothing.
#[test]
fn what_is_typed_in_between_on_purpose_is_not_mixed() {
    for algorithm in ["rga", "fugue", "fugue-max"] {
        let run = typed(
            algorithm,
            &[&[(0, 0, "a\tb\t"), (1, 0, "\tc")], &[(1, 1, "x")], &[(0, 2, "y"), (1, 2, "z")]],
        );
        assert_eq!(broken(&run), [""; 0], "{algorithm}: {:?}", shown(&run));
    }
}

/// A crash loses buffers and what is known of others, and nothing that was done.
#[test]
fn a_crash_loses_nothing() {
    use kernel::cluster::Event;
    use kernel::{Directive, Does};
    let _ = Does::<Event<super::Replication>>::Force;
    for (form, seed) in [("state", 1), ("operation", 2), ("delta", 3)] {
        let (_, system) = built::<CounterRoom>("apart", &[("form", form), ("loss", "20"), ("updates", "12")]);
        let mut script = Vec::new();
        for (node, ms) in [(0, 3_000), (1, 3_000), (2, 3_000)] {
            script.push(Directive::after(Micros::ms(ms), move |_, _| vec![Event::Crash(node)]));
            script.push(Directive::after(Micros::ms(1_500), move |_, _| vec![Event::Restart(node)]));
        }
        let mut run = Run::new(Rc::new(system), script, seed);
        while run.step(&[], Micros::ms(60_000)) {}
        assert!(agree(&run) && broken(&run).is_empty(), "{form}: {:?}", shown(&run));
        assert_eq!(run.state().locals[0].disk.seen.len(), 12);
    }
}

/// Whoever has seen the same shows the same, in every order, with loss and duplication where states are told.
#[test]
fn every_order_of_messages() {
    assert_eq!(decided::<CounterRoom>("every-order", &[]), (44_755, vec![]));
    assert_eq!(decided::<CounterRoom>("operations", &[]), (13_395, vec![]));
    assert_eq!(decided::<CounterRoom>("deltas", &[("replicas", "2")]).1, []);
    assert_eq!(decided::<SetRoom>("every-order", &[]), (149_236, vec![]));
    assert_eq!(decided::<SetRoom>("buffer", &[]), (44_506, vec![]));
    assert_eq!(decided::<RegisterRoom>("every-order", &[]), (44_755, vec![]));
    assert_eq!(decided::<RegisterRoom>("siblings", &[]), (44_755, vec![]));
}

/// With fair gossip every update is seen by all, whatever is lost; without gossip one loss is enough.
#[test]
fn what_is_lost_is_told_again() {
    let (states, broken) = decided::<CounterRoom>("fair-gossip", &[]);
    assert_eq!(broken, [], "in {states} states");
    assert_eq!(states, 10_394);
    let two = [("replicas", "2"), ("gossip", "0")];
    assert_eq!(decided::<CounterRoom>("fair-gossip", &two).1, [("Eventual delivery", 4)]);
}

/// What is broken is caught, by a shortest history.
#[test]
fn broken_types_are_caught() {
    let (converged, right) = ("Strong convergence", "Specification");
    assert_eq!(decided::<CounterRoom>("adding", &[]).1, [(converged, 4), (right, 4)]);
    assert_eq!(decided::<CounterRoom>("twice", &[]).1, [(converged, 4), (right, 4)]);
    assert_eq!(decided::<SetRoom>("unseen", &[]).1, [(converged, 4), (right, 3)]);
    assert_eq!(decided::<SetRoom>("early-removal", &[]).1, [(converged, 5), (right, 5), ("Causal order", 4)]);
    assert_eq!(decided::<RegisterRoom>("no-tie-break", &[]).1, [(converged, 4), (right, 3)]);
    assert_eq!(decided::<RegisterRoom>("wall-clock", &[]).1, [(converged, 4), (right, 3)]);
}

/// Only with one of five types does nothing come back and nothing get lost.
#[test]
fn every_history_of_the_cart() {
    assert_eq!(
        decided::<SetRoom>("cart", &[]).1,
        [
            ("G-Set: nothing comes back", 3),
            ("2P-Set: nothing is lost", 5),
            ("Union: nothing comes back", 6),
            ("LWW: nothing is lost", 3),
        ]
    );
}

/// Wherever two people type two letters each: RGA can mix what they typed, Fugue and FugueMax cannot.
#[test]
fn letters_get_mixed_in_one_and_not_in_the_other() {
    assert_eq!(decided::<TextRoom>("interleaving", &[]), (3_503, vec![("No interleaving", 5)]));
    assert_eq!(decided::<TextRoom>("not-mixed", &[]), (3_503, vec![]));
    assert_eq!(decided::<TextRoom>("not-mixed", &[("algorithm", "fugue")]), (3_503, vec![]));
}
