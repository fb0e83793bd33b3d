//! Two-phase commit in words.

use kernel::view::{Badge, MessageView, NodeView, Role, Tone};
use kernel::{Describe, Local, Mark, NodeId, Outcome};

use super::{Input, Message, Output, Timer, TwoPhase};
use crate::commit::{COORDINATOR, words};

impl Describe for TwoPhase {
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
        words::role(me, local)
    }

    fn describe_node(&self, me: NodeId, local: &Local<Self>, view: &mut NodeView) {
        words::node(self, me, local, view);
        let Some(ram) = &local.ram else { return };
        if ram.told_nothing {
            view.badges
                .push(Badge { text: format!("{} knows nothing", words::name(COORDINATOR)), tone: Tone::Bad });
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
