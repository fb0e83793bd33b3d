//! The room: options, rules, and how a cluster is built from them.

use kernel::{Counts, Diagrams, Label, Moment, Opt, Room, Rule, Scenario, Setup};

use super::super::setting;
use super::rules::{RULES, Rules};
use super::{Nodes, Setting, TwoPhase, moments, scenarios};
use crate::commit::words;

/// The room of two-phase commit.
#[derive(Debug)]
pub struct TwoPhaseRoom;

impl Room for TwoPhaseRoom {
    type System = Nodes;

    const NAME: &'static str = "two-phase-commit";
    const TITLE: &'static str = "Two-phase commit";
    const SHELF: &'static str = "Atomic commit";
    const ABOUT: &'static str = "All commit or all abort. Every participant has a veto, and whoever has given it away must \
                                 wait for the coordinator.";
    const SOURCE: &'static str = "Gray 1978; Bernstein, Hadzilacos and Goodman 1987, chapter 7";

    fn diagrams(list: &mut impl Diagrams<Self::System>) {
        list.ring(Label::RING);
        list.lanes(Label::SPACE_TIME);
        list.logs(Label::LOGS, |_, now| words::logs(&now.locals));
        list.panels(Label::FIGURES, |_, now| words::panels(&now.locals));
        list.table(Label::TABLE);
    }

    fn search(setup: &Setup) -> Counts {
        setting::search(setup, 1)
    }

    fn moments() -> Vec<Moment<Nodes>> {
        moments::all()
    }

    fn options() -> Vec<Opt> {
        setting::options("3")
    }

    fn rules() -> Vec<Rule> {
        RULES.to_vec()
    }

    fn former_rules() -> &'static [(&'static str, &'static [&'static str])] {
        &[("presumed-abort", &["abort-if-undecided"])]
    }

    fn scenarios() -> Vec<Scenario<Nodes>> {
        scenarios::all()
    }

    fn build(setup: &Setup) -> Result<Nodes, String> {
        let setting = Setting::new(setup)?;
        let rules = Rules::without(|rule| !setup.rule(rule));
        setting.cluster(TwoPhase { setting: setting.clone(), rules }, setup)
    }
}
