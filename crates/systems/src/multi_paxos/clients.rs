//! Clients: what is asked of whom, and what a reader of the page can ask.

use kernel::{Context, Local, Node, NodeId};

use super::{Ballot, Input, MultiPaxos, Output, Ram, Role, acceptor};
use crate::shared::store::Command;

impl MultiPaxos {
    pub(super) fn on_write(&self, node: &mut Node<'_, Self>, command: Command, cx: &mut Context<'_, Self>) {
        let Command::Write { client, seq, .. } = command else { return };
        if !matches!(node.ram.role, Role::Leader(_)) {
            cx.note("Moderately Complex, 4.4", "does not lead: sends the client away");
            let leader = node.ram.promised(node.disk).owner(cx.size()).filter(|&leader| leader != cx.me());
            cx.output(Output::NotLeader { client, leader });
        } else if let Some(reply) = node.ram.machine.answered(client, seq).filter(|_| self.rules.once) {
            cx.note("Moderately Complex, 2.1", "has executed this request before: answers the same");
            cx.output(Output::Answer { client, seq, reply });
        } else {
            self.take(node, command, cx);
        }
    }
}

/// Request number `k`: clients turn to the server that leads in the highest ballot, or where there is none to one
/// after the other.
pub(super) fn request(k: u32, nodes: &[Local<MultiPaxos>]) -> Option<(NodeId, Input)> {
    let up = || (0..).zip(nodes).filter(|(_, local)| local.up());
    let leaders = up().filter_map(|(node, local)| Some((leads_in(local)?, node)));
    let node = match leaders.max() {
        Some((_, node)) => node,
        None => up().cycle().nth(k as usize % nodes.len())?.0,
    };
    let Command::Write { client, seq, key, value } = Command::request(k) else { return None };
    Some((node, Input::Write { client, seq, key, value }))
}

/// The ballot in which a server leads.
pub(super) fn leads_in(local: &Local<MultiPaxos>) -> Option<Ballot> {
    match &local.ram {
        Some(Ram { role: Role::Leader(leadership), .. }) => Some(leadership.ballot),
        Some(_) | None => None,
    }
}

/// The client that stands for the reader of the page: client R.
const READER: u8 = 17;

/// What a reader can ask: a new write, the last one again.
pub(super) fn menu(nodes: &[Local<MultiPaxos>]) -> Vec<Input> {
    let written = nodes.iter().filter_map(|local| {
        let votes = acceptor::votes(local);
        let recent = votes.from(votes.last().saturating_sub(40));
        let own = recent.filter_map(|(_, vote)| match vote.command {
            Command::Write { client: READER, seq, key, value } => Some((seq, key, value)),
            Command::Write { .. } | Command::NoOp => None,
        });
        let done = local.ram.as_ref().and_then(|ram| ram.machine.sessions.get(&READER));
        own.max().max(done.map(|(seq, _)| (*seq, 'x', *seq)))
    });
    let last = written.max();
    let next = last.map_or(1, |(seq, ..)| seq.saturating_add(1));
    let mut menu = vec![Input::Write { client: READER, seq: next, key: 'x', value: next }];
    menu.extend(last.map(|(seq, key, value)| Input::Write { client: READER, seq, key, value }));
    menu
}
