//! The scripts of the folder `scripts`, one a protocol, told by hand. What they can say is told at the head of
//! `shared/testing/stories`; these processes also know:
//!
//! ```text
//! step p1                      p1 makes its first step
//! suspect p1                   the failure detector of p1 suspects
//! ```

use goldenscript::ArgumentConsumer;
use kernel::cluster::State;
use kernel::view::NodeView;
use kernel::{Event, Kind, Room};

use super::super::{Consensus, Flp, Processes, Timer, Watch};
use crate::shared::testing::stories::{Answer, Stories, by_hand, node, shown};

#[test]
fn every_protocol_has_a_story() {
    let names: Vec<&str> = Flp::scenarios().iter().map(|scenario| scenario.name).collect();
    by_hand::<Flp, _, _>("flp/scripts", &names);
}

impl Stories<Consensus, Watch> for Flp {
    const USUAL: &'static [(&'static str, &'static str)] = &[("inputs", "011"), ("crash", "on")];
    const CLAIMS: &'static [Kind] = &[Kind::Always, Kind::Eventually];

    fn look(processes: &Processes, now: &State<Consensus, Watch>, what: &str) -> Option<String> {
        (what == "nodes").then(|| shown(processes, now, process))
    }

    fn event(
        processes: &Processes,
        command: (&str, &[&str]),
        _: &mut ArgumentConsumer<'_>,
    ) -> Answer<Option<Event<Consensus>>> {
        Ok(match command {
            ("step", [name]) => Some(Event::Fire(node(processes, name)?, Timer::Begin)),
            ("suspect", [name]) => Some(Event::Fire(node(processes, name)?, Timer::Suspect)),
            _ => None,
        })
    }
}

fn process(node: &NodeView) -> String {
    let badges: Vec<&str> = node.badges.iter().map(|badge| badge.text.as_str()).collect();
    format!("{} {}, {}: {}", node.name, node.role.word, node.lines.join(", "), badges.join(", "))
}
