//! The configurations of the protocols of consensus, and what the proof finds in them.

use catalog::valence::{Grove, Look, Third, Toward, Valence, valence};
use catalog::{Flp, Recording};
use expect_test::expect;

fn recording(scenario: &str, options: &[(&str, &str)]) -> Recording {
    let mut recording = Recording::new("flp", scenario, 1);
    for (name, value) in options {
        recording.options.insert((*name).to_owned(), (*value).to_owned());
    }
    recording
}

fn explored(scenario: &str, options: &[(&str, &str)]) -> Box<dyn Valence> {
    let mut valence = valence::<Flp>(&recording(scenario, options)).expect("a recording of the room");
    while !valence.advance(10_000) {}
    valence
}

/// What every process has.
fn memories(view: &catalog::view::View) -> Vec<String> {
    view.nodes.iter().map(|node| format!("{:?} {:?} {:?}", node.role, node.disk, node.ram)).collect()
}

/// Events at different processes commute in every protocol, in every configuration.
#[test]
fn every_diamond_closes() {
    let mut all = String::new();
    for (scenario, size) in
        [("wait-for-all", "3"), ("first-heard", "3"), ("majority", "3"), ("paxos", "2"), ("ben-or", "2")]
    {
        let valence = explored(scenario, &[("processes", size), ("inputs", "any")]);
        assert!(valence.extent().complete);
        let (count, open) = valence.proof().diamonds(0..valence.extent().states as u32);
        assert_eq!(open, None, "{scenario}");
        all += &format!("{scenario}, {size} processes: {count} diamonds\n");
    }
    expect![[r#"
        wait-for-all, 3 processes: 3924 diamonds
        first-heard, 3 processes: 4308 diamonds
        majority, 3 processes: 4116 diamonds
        paxos, 2 processes: 24 diamonds
        ben-or, 2 processes: 46 diamonds
    "#]]
    .assert_eq(&all);
}

/// What becomes of Lemma 3 for the first pending event of each bivalent start.
#[test]
fn the_third_lemma() {
    let mut all = String::new();
    for scenario in ["wait-for-all", "first-heard", "majority", "rotating-coordinator", "paxos"] {
        let valence = explored(scenario, &[("inputs", "any")]);
        let proof = valence.proof();
        let starts = valence.roots().iter().copied();
        let starts: Vec<u32> = starts.filter(|&root| valence.proof().valency[root as usize] == 3).collect();
        let Some(&start) = starts.first() else {
            all += &format!("{scenario}: no start is bivalent\n");
            continue;
        };
        for (event, next) in proof.events(start).filter(|(label, _)| proof.is_step(*label)) {
            let sets = proof.sets(start, event);
            let found = match proof.third(&sets, event) {
                Third::Bivalent(walk) => {
                    assert_eq!(proof.valency[*walk.last().unwrap() as usize], 3);
                    format!("bivalent after {} steps", walk.len() - 1)
                }
                Third::Neighbours(two) => {
                    let kinds = (proof.valency[two.d.0 as usize], proof.valency[two.d.1 as usize]);
                    assert!(two.same || kinds.0 | kinds.1 != 3, "the first case cannot be");
                    format!("neighbours {kinds:?}, the same process: {}", two.same)
                }
                Third::Uniform(kind) => format!("all {kind}"),
            };
            let title = valence.event(start, next).title;
            all += &format!(
                "{scenario} {}, {title}: C {} ({} without it), D {}: {found}\n",
                valence.inputs(start),
                sets.c.len(),
                sets.lost,
                sets.d.len()
            );
        }
    }
    expect![[r#"
        wait-for-all: no start is bivalent
        first-heard 001, p1: first step: C 91 (84 without it), D 7: bivalent after 1 steps
        first-heard 001, p2: first step: C 91 (84 without it), D 7: bivalent after 1 steps
        first-heard 001, p3: first step: C 86 (79 without it), D 7: bivalent after 1 steps
        majority 011, p1: first step: C 86 (79 without it), D 7: bivalent after 1 steps
        majority 011, p2: first step: C 91 (84 without it), D 7: bivalent after 1 steps
        majority 011, p3: first step: C 91 (84 without it), D 7: bivalent after 1 steps
        rotating-coordinator 001, p1: first step: C 108 (104 without it), D 4: bivalent after 1 steps
        rotating-coordinator 001, p2: first step: C 48 (40 without it), D 8: bivalent after 1 steps
        rotating-coordinator 001, p3: first step: C 48 (40 without it), D 8: bivalent after 1 steps
        paxos 010, p1: first step: C 2092 (2083 without it), D 9: bivalent after 1 steps
        paxos 010, p2: first step: C 12546 (12537 without it), D 9: bivalent after 1 steps
        paxos 010, p3: first step: C 15664 (15640 without it), D 24: bivalent after 1 steps
    "#]]
    .assert_eq(&all);
}

/// Lemma 2: the initial configurations, and what is decided if the process that differs crashes at once.
#[test]
fn the_chain_of_starts() {
    let mut all = String::new();
    for scenario in ["wait-for-all", "first-heard", "majority", "rotating-coordinator", "paxos"] {
        let mut chain = explored(scenario, &[]).chain().unwrap();
        while !chain.advance(10_000) {}
        let starts =
            chain.starts().iter().map(|start| format!("{} {:?}", start.inputs, start.valency.unwrap()));
        all += &format!("{scenario}: {}\n", starts.collect::<Vec<_>>().join(", "));
        for flip in chain.flips() {
            all += &format!("  process {} crashes: {:?}\n", flip.process, flip.crashed);
            // The two differ in that process alone.
            assert_eq!(flip.crashed.0, flip.crashed.1);
        }
    }
    expect![[r#"
        wait-for-all: 000 1, 001 1, 011 2, 111 2
          process 2 crashes: (Some(0), Some(0))
          process 1 crashes: (Some(0), Some(0))
          process 0 crashes: (Some(0), Some(0))
        first-heard: 000 1, 001 3, 011 3, 111 2
          process 2 crashes: (Some(1), Some(1))
          process 1 crashes: (Some(3), Some(3))
          process 0 crashes: (Some(2), Some(2))
        majority: 000 1, 001 1, 011 3, 111 2
          process 2 crashes: (Some(1), Some(1))
          process 1 crashes: (Some(1), Some(1))
          process 0 crashes: (Some(2), Some(2))
        rotating-coordinator: 000 1, 001 3, 011 2, 111 2
          process 2 crashes: (Some(1), Some(1))
          process 1 crashes: (Some(2), Some(2))
          process 0 crashes: (Some(0), Some(0))
        paxos: 000 1, 001 1, 011 3, 111 2
          process 2 crashes: (Some(1), Some(1))
          process 1 crashes: (Some(1), Some(1))
          process 0 crashes: (Some(2), Some(2))
    "#]]
    .assert_eq(&all);
}

/// The scheduler of the proof: how far it comes, and that its run is what it says.
#[test]
fn the_run_that_never_decides() {
    let mut all = String::new();
    for scenario in
        ["wait-for-all", "first-heard", "majority", "rotating-coordinator", "paxos", "ben-or-no-coin"]
    {
        let valence = valence::<Flp>(&recording(scenario, &[])).unwrap();
        let mut endless = match valence.endless() {
            Ok(endless) => endless,
            Err(trouble) => {
                all += &format!("{scenario}: {trouble}\n");
                continue;
            }
        };
        let (mut turns, mut end) = (0, "on and on".to_owned());
        let mut waited = 0;
        while turns < 40 {
            match endless.turn() {
                Ok(stage) => waited = waited.max(stage.waited),
                Err(words) => {
                    end = words;
                    break;
                }
            }
            turns += 1;
        }
        let mut played = catalog::open(&endless.record().unwrap()).unwrap();
        // That the schedule is followed from here on is a step, too.
        played.seek_step(endless.steps() as u64 + 1);
        assert_eq!(memories(&played.view()), memories(&endless.view(endless.steps())), "{scenario}");
        let decided = endless
            .view(endless.steps())
            .nodes
            .iter()
            .any(|node| node.badges.iter().any(|badge| badge.text.starts_with("decided")));
        all += &format!(
            "{scenario} {}: {turns} turns, {} steps, decided: {decided}, waited {waited} at most: {end}\n",
            endless.inputs(),
            endless.steps()
        );
    }
    expect![[r#"
        wait-for-all: No two runs from an initial configuration were found that decide differently.
        first-heard 001: 5 turns, 6 steps, decided: true, waited 3 at most: Two processes have decided differently: this protocol breaks agreement.
        majority 011: 6 turns, 7 steps, decided: true, waited 4 at most: Two processes have decided differently: this protocol breaks agreement.
        rotating-coordinator 001: 3 turns, 3 steps, decided: false, waited 2 at most: It is the turn of p1, and wherever its oldest event happens, no two runs from there were found that decide differently: this protocol escapes the third lemma here, by breaking one of its conditions or by coming to the bound of its rounds.
        paxos 001: 40 turns, 41 steps, decided: false, waited 9 at most: on and on
        ben-or-no-coin 011: 40 turns, 45 steps, decided: false, waited 8 at most: on and on
    "#]].assert_eq(&all);
}

#[test]
fn a_tree_is_walked_and_a_walk_is_a_run() {
    let valence = explored("rotating-coordinator", &[]);
    let proof = valence.proof();
    let critical = proof.graph.critical(proof.valency);
    let critical = *critical.last().unwrap();
    let way = valence.way(critical);
    let mut grove = Grove::new(&*valence, Look::Schedules(1), (800.0, 600.0));
    grove.follow(&*valence, &way);
    let node = grove.selected().unwrap();
    assert_eq!((grove.state(node), grove.walk(node)), (critical, way.clone()));
    assert!(grove.closed(node));
    let before = grove.nodes();
    grove.turn(&*valence, node);
    assert_eq!(grove.nodes(), before + proof.graph.successors(critical).len());
    grove.step(Toward::Child);
    let child = grove.selected().unwrap();
    assert_eq!(grove.path(child).len(), way.len() + 1);
    let ((x, y), _) = grove.place(child);
    assert_eq!(grove.hit((x, y), 0.0), Some(child));
    // What is drawn is what is known.
    assert!(
        grove.paint(scene::Theme::Light, 1.0).pixels.chunks(4).any(|pixel| pixel != [0xfb, 0xfa, 0xf6, 255])
    );
    let mut run = catalog::open(&valence.record(&grove.walk(child)).unwrap()).unwrap();
    run.seek_step(way.len() as u64 + 1);
    assert_eq!(memories(&run.view()), memories(&valence.view(grove.state(child))));
    let depth = Grove::depth_for(&*valence, 400);
    let nodes = |depth| Grove::new(&*valence, Look::Schedules(depth), (800.0, 600.0)).nodes();
    assert!(nodes(depth) <= 400 && nodes(depth + 1) > 400);
    // A node has its event beside it once it is near.
    grove.zoom(1e6, grove.place(child).0);
    let picture = grove.near(&*valence).unwrap();
    let words = scene::svg::write(&picture, scene::Theme::Light, &scene::svg::Options::default());
    let event = valence.event(critical, grove.state(child)).short;
    assert!(words.contains(&format!(">{event}</text>")), "{event} in {words}");
    let folded = Grove::new(&*valence, Look::Folded, (800.0, 600.0));
    assert_eq!((folded.nodes(), folded.unfolded()), (valence.extent().states, false));
}

/// The tree near by, at three magnifications, in both themes.
#[test]
fn a_tree_near_by_is_a_picture() {
    let valence = explored("rotating-coordinator", &[("inputs", "001")]);
    let critical = *valence.proof().graph.critical(valence.proof().valency).last().unwrap();
    for (name, look, factor) in
        [("far", Look::Schedules(2), 1.0), ("middle", Look::Schedules(2), 6.0), ("graph", Look::Folded, 40.0)]
    {
        let mut grove = Grove::new(&*valence, look, (800.0, 500.0));
        grove.follow(&*valence, &valence.way(critical));
        let ((x, y), _) = grove.place(grove.selected().unwrap());
        grove.zoom(factor, (x, y));
        let picture = grove.near(&*valence).expect("few nodes are in the window");
        for theme in [scene::Theme::Light, scene::Theme::Dark] {
            let drawn = scene::svg::write(&picture, theme, &scene::svg::Options::default());
            let path = format!("trees/{name}-{theme:?}.svg").to_lowercase();
            expect_test::expect_file![path].assert_eq(&drawn);
        }
    }
}
