//! Three-phase commit in words.

use kernel::view::{Badge, Field, MessageView, NodeView, Role, Tone};
use kernel::{Describe, Local, Mark, NodeId, Outcome};

use super::{COORDINATOR, Input, Message, Output, Round, ThreePhase, Timer};
use crate::commit::words;

impl Describe for ThreePhase {
    fn outcome_name(&self, outcome: Outcome) -> String {
        words::decision(outcome == 1).to_owned()
    }

    fn node_name(&self, node: NodeId) -> String {
        words::name(node)
    }

    fn era(&self) -> &'static str {
        "transaction"
    }

    fn role(&self, me: NodeId, local: &Local<Self>) -> (Role, Option<u64>) {
        let (mut role, era) = words::role(me, local);
        let round = local.ram.as_ref().and_then(|ram| ram.round.as_ref());
        if let Some(round) = round.filter(|_| me != COORDINATOR) {
            let asks = matches!(round, Round::States { .. });
            role.figure = kernel::view::Figure::Hexagon;
            role.word = if asks { "asks for states" } else { "pre-commits" }.into();
        }
        (role, era)
    }

    fn describe_node(&self, me: NodeId, local: &Local<Self>, view: &mut NodeView) {
        words::node(self, me, local, view);
        let Some(ram) = &local.ram else { return };
        if ram.recovering {
            view.badges.push(Badge { text: "was down".to_owned(), tone: Tone::Warn });
        }
        if ram.leader != COORDINATOR {
            view.ram.push(Field::new("coordinator", words::name(ram.leader)));
        }
        if let Some(round) = &ram.round {
            view.ram.push(Field::new("answer missing", words::names(round.missing().iter().copied())));
        }
    }

    fn describe_message(&self, message: &Message, view: &mut MessageView) {
        words::message(message, view);
    }

    fn timer_name(&self, timer: &Timer) -> String {
        words::timer(*timer).to_owned()
    }

    fn describe_input(&self, input: &Input) -> String {
        words::input(input)
    }

    fn describe_output(&self, me: NodeId, output: &Output) -> Option<String> {
        words::output(me, output)
    }

    fn mark(&self, output: &Output) -> Option<Mark> {
        words::mark(output)
    }

    fn menu(&self, me: NodeId, nodes: &[Local<Self>]) -> Vec<Input> {
        words::menu(me, nodes)
    }
}
