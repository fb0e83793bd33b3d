//! The room: options, rules, and how a cluster is built from them.

use kernel::{Budget, Counts, Diagrams, Label, Moment, Opt, Room, Rule, Scenario, Setup};

use super::super::setting;
use super::rules::{RULES, Rules};
use super::{Nodes, Setting, ThreePhase, moments, scenarios};
use crate::commit::words;

/// The room of three-phase commit.
#[derive(Debug)]
pub struct ThreePhaseRoom;

impl Room for ThreePhaseRoom {
    type System = Nodes;

    const NAME: &'static str = "three-phase-commit";
    const TITLE: &'static str = "Three-phase commit";
    const SHELF: &'static str = "Atomic commit";
    const ABOUT: &'static str =
        "One more round, and nobody is blocked by a crash. A network that is cut in two decides twice.";
    const SOURCE: &'static str = "Skeen 1981; Bernstein, Hadzilacos and Goodman 1987, section 7.5";

    fn diagrams(list: &mut impl Diagrams<Self::System>) {
        list.ring(Label::RING);
        list.lanes(Label::SPACE_TIME);
        list.logs(Label::LOGS, |_, now| words::logs(&now.locals));
        list.panels(Label::FIGURES, |_, now| words::panels(&now.locals));
        list.table(Label::TABLE);
    }

    fn search(setup: &Setup) -> Counts {
        // With three participants, two crashes are too many to be searched in seconds.
        setting::search(setup, if setup.number("participants") < 3 { 2 } else { 1 })
    }

    fn assumption(setup: &Setup, limits: Counts) -> Option<&'static str> {
        let lost = "Three-phase commit assumes that no message is lost. A lost message or a cut link breaks this \
                    assumption, and then it promises nothing (Skeen 1981).";
        let early = "Three-phase commit assumes that only a crash makes a timer fire. Timeouts that are not reliable \
                     break this assumption, and then it promises nothing (Skeen 1981).";
        match (Budget::from(limits).unreliable(), setup.on("reliable-timeouts")) {
            (true, _) => Some(lost),
            (false, false) => Some(early),
            (false, true) => None,
        }
    }

    fn moments() -> Vec<Moment<Nodes>> {
        moments::all()
    }

    fn options() -> Vec<Opt> {
        setting::options("2")
    }

    fn rules() -> Vec<Rule> {
        RULES.to_vec()
    }

    fn scenarios() -> Vec<Scenario<Nodes>> {
        scenarios::all()
    }

    fn build(setup: &Setup) -> Result<Nodes, String> {
        let setting = Setting::new(setup)?;
        let rules = Rules::without(|rule| !setup.rule(rule));
        setting.cluster(ThreePhase { setting: setting.clone(), rules }, setup)
    }
}
