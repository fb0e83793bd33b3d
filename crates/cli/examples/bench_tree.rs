//! How fast the valency tree is: `cargo xtask bench tree` runs this natively and as WebAssembly in Node.js.
//!
//! The configurations of Paxos with three processes and two ballots are explored; then the tree of their schedules with
//! a million nodes is laid out and painted at several magnifications, a part of the graph they fold into is laid out,
//! and what can be decided from each is computed.

mod shared;

use std::rc::Rc;

use explorer::{Graph, Limits, Plan, Search};
use impossibility::Unfolding;
use kernel::{Faults, Room, Setup};
use scene::Theme;
use shared::{Table, host, median};
use stage::tree::{self, Camera, Links, Palette, Raster, Shade, Tree};
use systems::flp::{Flp, Processes};

const NODES: usize = 1_000_000;
const FOLDED: usize = 100_000;
const ROUNDS: usize = 5;
const WINDOW: (f64, f64) = (1440.0, 900.0);
/// Protocols whose valency is compared with their search.
const SEARCHED: [&str; 2] = ["paxos", "ben-or-no-coin"];

fn main() {
    let mut table = Table::default();
    for scenario in SEARCHED {
        let shares: Vec<f64> = (0..ROUNDS).map(|_| searched(scenario).share).collect();
        table.check(&format!("valency of {scenario}, of its search"), median(&shares), "", 0.1);
    }
    let known = searched("paxos");
    let graph = known.search.graph().expect("the edges were asked for");
    million(&mut table, graph, &known);
    folded(&mut table, graph, &known.roots);
    table.add("peak memory", &format!("{:.0} MB", host::peak_bytes() / 1e6), "");
    host::print(&table.text());
}

struct Known {
    search: Box<dyn Search<Processes>>,
    valency: Vec<u16>,
    roots: Vec<u32>,
    /// The time that valency took, in times that the search took.
    share: f64,
}

/// Explores the protocol, as the page does, and computes what can be decided.
fn searched(scenario: &str) -> Known {
    let plan =
        || Plan { limits: Limits { states: NODES, ..Limits::default() }, labels: true, ..Plan::default() };
    let mut search = explorer::open(Rc::new(protocol(scenario)), plan());
    let start = host::seconds();
    while search.advance(500).end.is_none() {}
    let explored = host::seconds();
    let states = search.progress().states as u32;
    let decided = (0..states).map(|state| search.outcomes(state)).collect();
    let valency = search.graph().expect("the edges were asked for").valency(decided);
    let ended = host::seconds();
    let roots = (0..states).take_while(|&state| search.walk(state).len() == 1).collect();
    Known { search, valency, roots, share: (ended - explored) / (explored - start) }
}

fn protocol(scenario: &str) -> Processes {
    let found = Flp::scenarios().into_iter().find(|known| known.name == scenario).expect("a known scenario");
    let mut setup = Setup { scenario: scenario.to_owned(), ..Setup::default() };
    let defaults = Flp::options().into_iter().map(|option| (option.name, option.default));
    for (name, value) in defaults.chain(found.set.iter().copied()) {
        setup.options.insert(name.to_owned(), value.to_owned());
    }
    Flp::build(&setup).expect("options that go together").bounded(Flp::search(&setup))
}

/// The time of the middle one of several rounds, in milliseconds.
fn timed<T>(mut work: impl FnMut() -> T) -> (f64, T) {
    let mut times = Vec::new();
    loop {
        let start = host::seconds();
        let result = work();
        times.push((host::seconds() - start) * 1000.0);
        if times.len() == ROUNDS {
            return (median(&times), result);
        }
    }
}

/// A million nodes: laid out, and painted as a reader zooms into them.
fn million(table: &mut Table, graph: &Graph, known: &Known) {
    let (unfolded, shape) = timed(|| Unfolding::of(graph, &known.roots, usize::MAX, NODES));
    table.add(&format!("{} nodes unfolded", shape.len()), &format!("{unfolded:.1} ms"), "");
    let (placed, layout) = timed(|| tree::tidy(&shape.parent));
    table.check("  laid out", placed, " ms", 300.0);
    let shade: Vec<Shade> =
        shape.state.iter().map(|&state| Shade::of(known.valency[state as usize], true)).collect();
    let tree = Tree { parent: &shape.parent, shade: &shade };
    let palette = Palette::of(Theme::Light);
    let mut raster = Raster::new(WINDOW.0 as usize, WINDOW.1 as usize);
    let mut slowest: f64 = 0.0;
    for level in 0..14 {
        let mut camera = Camera::fit(&layout, WINDOW.0, WINDOW.1);
        camera.zoom(f64::from(1_u32 << level), WINDOW.0 / 2.0, WINDOW.1 * 0.9);
        let (frame, ()) = timed(|| raster.paint(&tree, &layout, &camera, &palette));
        if level % 4 == 0 {
            table.add(
                &format!("  a frame, magnified {} times", 1_u32 << level),
                &format!("{frame:.2} ms"),
                "",
            );
        }
        slowest = slowest.max(frame);
    }
    table.check("  slowest frame of 14 magnifications", slowest, " ms", 16.7);
}

/// The graph that the schedules fold into, as far as it is drawn as one.
fn folded(table: &mut Table, graph: &Graph, roots: &[u32]) {
    let shape = Unfolding::spanning(graph, roots, FOLDED);
    let (starts, targets) = shape.links(graph);
    let links = Links { starts: &starts, targets: &targets };
    let (placed, layout) = timed(|| tree::layered(&shape.parent, links));
    table.add(&format!("{} configurations, {} events", shape.len(), targets.len()), "", "");
    table.check("  laid out in layers", placed, " ms", 1000.0);
    let shade = vec![Shade::Both; shape.len()];
    let tree = Tree { parent: &shape.parent, shade: &shade };
    let mut raster = Raster::new(WINDOW.0 as usize, WINDOW.1 as usize);
    let camera = Camera::fit(&layout, WINDOW.0, WINDOW.1);
    let (frame, ()) = timed(|| raster.paint(&tree, &layout, &camera, &Palette::of(Theme::Light)));
    table.check("  a frame", frame, " ms", 16.7);
}
