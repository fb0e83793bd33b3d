//! The configurations of the protocols of consensus, and what the proof finds in them.

use catalog::Recording;
use expect_test::expect;
use impossibility::{Configurations, Look, Third, Toward, TreeView, explore};

fn recording(scenario: &str, options: &[(&str, &str)]) -> Recording {
    let mut recording = Recording::new("flp", scenario, 1);
    for (name, value) in options {
        recording.options.insert((*name).to_owned(), (*value).to_owned());
    }
    recording
}

fn explored(scenario: &str, options: &[(&str, &str)]) -> Box<dyn Configurations> {
    let mut configurations = explore(&recording(scenario, options)).expect("a recording of the room");
    while !configurations.advance(10_000) {}
    configurations
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
        let configurations = explored(scenario, &[("processes", size), ("inputs", "any")]);
        assert!(configurations.extent().complete);
        let (count, open) = configurations.proof().diamonds(0..configurations.extent().states as u32);
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
        let configurations = explored(scenario, &[("inputs", "any")]);
        let proof = configurations.proof();
        let starts = configurations.roots().iter().copied();
        let starts: Vec<u32> =
            starts.filter(|&root| configurations.proof().valency[root as usize] == 3).collect();
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
            let title = configurations.event(start, next).title;
            all += &format!(
                "{scenario} {}, {title}: C {} ({} without it), D {}: {found}\n",
                configurations.inputs(start),
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
        let configurations = explore(&recording(scenario, &[])).unwrap();
        let mut run = match configurations.nondeciding() {
            Ok(run) => run,
            Err(error) => {
                all += &format!("{scenario}: {error}\n");
                continue;
            }
        };
        let (mut turns, mut end) = (0, "on and on".to_owned());
        let mut waited = 0;
        while turns < 40 {
            match run.turn() {
                Ok(stage) => waited = waited.max(stage.waited),
                Err(words) => {
                    end = words;
                    break;
                }
            }
            turns += 1;
        }
        let mut played = catalog::open(&run.record().unwrap()).unwrap();
        // That the schedule is followed from here on is a step, too.
        played.seek_step(run.steps() as u64 + 1);
        assert_eq!(memories(&played.view()), memories(&run.view(run.steps())), "{scenario}");
        let decided = run
            .view(run.steps())
            .nodes
            .iter()
            .any(|node| node.badges.iter().any(|badge| badge.text.starts_with("decided")));
        all += &format!(
            "{scenario} {}: {turns} turns, {} steps, decided: {decided}, waited {waited} at most: {end}\n",
            run.inputs(),
            run.steps()
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
    let configurations = explored("rotating-coordinator", &[]);
    let proof = configurations.proof();
    let critical = proof.graph.critical(proof.valency);
    let critical = *critical.last().unwrap();
    let way = configurations.way(critical);
    let mut view = TreeView::new(&*configurations, Look::Schedules(1), (800.0, 600.0));
    view.follow(&*configurations, &way);
    let node = view.selected().unwrap();
    assert_eq!((view.state(node), view.walk(node)), (critical, way.clone()));
    assert!(view.closed(node));
    let before = view.nodes();
    view.turn(&*configurations, node);
    assert_eq!(view.nodes(), before + proof.graph.successors(critical).len());
    view.step(Toward::Child);
    let child = view.selected().unwrap();
    assert_eq!(view.path(child).len(), way.len() + 1);
    let ((x, y), _) = view.place(child);
    assert_eq!(view.hit((x, y), 0.0), Some(child));
    // What is drawn is what is known.
    assert!(
        view.paint(scene::Theme::Light, 1.0).pixels.chunks(4).any(|pixel| pixel != [0xfb, 0xfa, 0xf6, 255])
    );
    let mut run = catalog::open(&configurations.record(&view.walk(child)).unwrap()).unwrap();
    run.seek_step(way.len() as u64 + 1);
    assert_eq!(memories(&run.view()), memories(&configurations.view(view.state(child))));
    let depth = TreeView::depth_for(&*configurations, 400);
    let nodes = |depth| TreeView::new(&*configurations, Look::Schedules(depth), (800.0, 600.0)).nodes();
    assert!(nodes(depth) <= 400 && nodes(depth + 1) > 400);
    // A node has its event beside it once it is near.
    view.zoom(1e6, view.place(child).0);
    let picture = view.near(&*configurations).unwrap();
    let words = scene::svg::write(&picture, scene::Theme::Light, &scene::svg::Options::default());
    let event = configurations.event(critical, view.state(child)).short;
    assert!(words.contains(&format!(">{event}</text>")), "{event} in {words}");
    let folded = TreeView::new(&*configurations, Look::Folded, (800.0, 600.0));
    assert_eq!((folded.nodes(), folded.unfolded()), (configurations.extent().states, false));
}

/// The tree near by, at three magnifications, in both themes.
#[test]
fn a_tree_near_by_is_a_picture() {
    let configurations = explored("rotating-coordinator", &[("inputs", "001")]);
    let critical = *configurations.proof().graph.critical(configurations.proof().valency).last().unwrap();
    for (name, look, factor) in
        [("far", Look::Schedules(2), 1.0), ("middle", Look::Schedules(2), 6.0), ("graph", Look::Folded, 40.0)]
    {
        let mut view = TreeView::new(&*configurations, look, (800.0, 500.0));
        view.follow(&*configurations, &configurations.way(critical));
        let ((x, y), _) = view.place(view.selected().unwrap());
        view.zoom(factor, (x, y));
        let picture = view.near(&*configurations).expect("few nodes are in the window");
        for theme in [scene::Theme::Light, scene::Theme::Dark] {
            let drawn = scene::svg::write(&picture, theme, &scene::svg::Options::default());
            let path = format!("trees/{name}-{theme:?}.svg").to_lowercase();
            expect_test::expect_file![path].assert_eq(&drawn);
        }
    }
}
