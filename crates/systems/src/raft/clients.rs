//! Clients: writes, linearizable reads, and what a reader of the page can ask (section 8; thesis chapter 6).

use kernel::{Context, Local, Node, NodeId};

use super::log::{Command, Index};
use super::{Input, Output, PendingRead, Raft, Reply, Role};

impl Raft {
    pub(super) fn on_write(&self, node: &mut Node<'_, Self>, command: Command, cx: &mut Context<'_, Self>) {
        let Command::Write { client, seq, .. } = command else { return };
        if !matches!(node.ram.role, Role::Leader(_)) {
            self.redirect(node, client, cx);
            return;
        }
        // What is in the machine is committed, so this answer is final, even if another server leads by now.
        // Without this the log would hold the request twice; the session would still keep the second from
        // taking effect.
        if self.rules.client_sessions
            && let Some(reply) = node.ram.machine.answered(client, seq)
        {
            cx.note("Thesis, section 6.3", "has carried this request out before: answers the same");
            cx.output(Output::Answer { client, seq, reply, inherited: false });
            return;
        }
        cx.note("Fig. 2, Leaders 2", "appends the request to its log");
        self.append(node, command, cx);
    }

    /// Thesis, section 6.4: wait for a commit of the own term, remember the commit index, let a majority confirm the
    /// leadership, then answer. The confirmation may come before that commit: it is asked for after the read, and
    /// everything answered before the read is in this leader's log and committed by then.
    pub(super) fn on_read(
        &self,
        node: &mut Node<'_, Self>,
        (client, seq): (u8, u32),
        key: char,
        cx: &mut Context<'_, Self>,
    ) {
        let own_term = self.committed_in_own_term(node);
        let commit = node.ram.commit_index;
        let Role::Leader(leadership) = &mut node.ram.role else {
            self.redirect(node, client, cx);
            return;
        };
        if !self.rules.own_term_read && own_term.is_none() {
            cx.note(
                "the rule “own-term read” is off",
                "does not wait for an entry of its own term to be committed",
            );
        }
        let index = if self.rules.own_term_read { own_term } else { Some(commit) };
        // The round that `replicate` begins below. An answer to an earlier one was perhaps given before the
        // read came in, and says nothing about now: in between another leader may have been elected and have
        // committed a write.
        let round = if self.rules.confirm_leadership { leadership.round + 1 } else { 0 };
        // Asked again, a read is still one read: it gets one answer.
        leadership.reads.retain(|pending| (pending.client, pending.seq) != (client, seq));
        leadership.reads.push(PendingRead { client, seq, key, index, round });
        if self.rules.confirm_leadership {
            cx.note("Thesis, section 6.4", "asks a majority whether it still leads");
            self.replicate(node, cx);
        } else {
            cx.note("the rule “confirm leadership” is off", "does not ask whether it still leads");
        }
        self.answer_reads(node, cx);
    }

    /// The commit index, if it is of this term: before that a leader does not know what is committed.
    fn committed_in_own_term(&self, node: &Node<'_, Self>) -> Option<Index> {
        let commit = node.ram.commit_index;
        (node.disk.log.term(commit) == Some(node.disk.current_term)).then_some(commit)
    }

    /// Answers the reads whose round a majority has answered.
    pub(super) fn answer_reads(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        let committed = self.committed_in_own_term(node);
        let Role::Leader(leadership) = &mut node.ram.role else { return };
        if leadership.reads.is_empty() {
            return;
        }
        let progress = &leadership.progress;
        // No later leader had a majority when these answered, or one of them would have been in its term and
        // refused. So everything that was answered to anybody before the read is within the read's index.
        let answered = self.reached(cx.size(), |server| progress[usize::from(server)].round);
        let (machine, applied) = (&node.ram.machine, node.ram.last_applied);
        leadership.reads.retain_mut(|read| {
            // From the first commit of its own term on the commit index covers all that earlier leaders have
            // committed; until then it may lag behind what clients were told.
            read.index = read.index.or(committed);
            // A later round that was answered confirms all reads before it.
            let confirmed = answered >= read.round;
            // The machine must have reached the index, or the answer misses writes that were committed before
            // the read.
            let ready = confirmed && read.index.is_some_and(|index| applied >= index);
            if ready {
                let confirmed = self.rules.confirm_leadership;
                let words =
                    if confirmed { "still leads: answers the read" } else { "answers from its own state" };
                cx.note("Thesis, section 6.4", words);
                let reply = Reply::Value(machine.data.get(&read.key).copied());
                cx.output(Output::Answer { client: read.client, seq: read.seq, reply, inherited: false });
            }
            !ready
        });
    }

    fn redirect(&self, node: &Node<'_, Self>, client: u8, cx: &mut Context<'_, Self>) {
        cx.note("Section 8", "does not lead: sends the client away");
        cx.output(Output::NotLeader { client, leader: node.ram.leader });
    }
}

/// What the clients of the workload ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clients {
    /// Each request is a new write.
    Write,
    /// Each write is sent twice, as by a client whose answer was lost.
    Retry,
    /// A write and a read in turn. The reading client has not heard of a new leader as long as the old one leads.
    Read,
}

impl Clients {
    /// By its name in links.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "retry" => Self::Retry,
            "read" => Self::Read,
            _ => Self::Write,
        }
    }
}

/// Request number `k`: clients turn to the server that leads the highest term, a reading one to the server that leads
/// the lowest, or where nobody leads to one after the other.
pub(super) fn request(clients: Clients, k: u32, nodes: &[Local<Raft>]) -> Option<(NodeId, Input)> {
    let up = || (0..).zip(nodes).filter(|(_, local)| local.up());
    let term = |(_, local): &(NodeId, &Local<Raft>)| local.disk.current_term;
    let (write, read) = match clients {
        Clients::Write => (k, false),
        Clients::Retry => (k / 2, false),
        Clients::Read => (k / 2, k % 2 == 1),
    };
    let leaders = up().filter(|(_, local)| leads(local));
    // A reader that still asks the old leader is the one that a stale read can hurt.
    let leader = if read { leaders.min_by_key(term) } else { leaders.max_by_key(term) };
    let (node, _) = leader.or_else(|| up().cycle().nth(k as usize % nodes.len()))?;
    if read {
        return Some((node, Input::Read { client: READING, seq: write + 1, key: 'x' }));
    }
    let Command::Write { client, seq, key, value } = Command::request(write) else { return None };
    Some((node, Input::Write { client, seq, key, value }))
}

/// The client that reads where others write: client C.
const READING: u8 = 2;

fn leads(local: &Local<Raft>) -> bool {
    local.ram.as_ref().is_some_and(|ram| matches!(ram.role, Role::Leader(_)))
}

/// The client that stands for the reader of the page: client R.
const READER: u8 = 17;

/// What a reader can ask: a new write, the last one again, a read.
pub(super) fn menu(nodes: &[Local<Raft>]) -> Vec<Input> {
    let written = nodes.iter().filter_map(|local| {
        let log = &local.disk.log;
        let recent = log.from(log.last_index().saturating_sub(40), 41).into_iter().rev();
        let own = recent.filter_map(|entry| match entry.command {
            Command::Write { client: READER, seq, key, value } => Some((seq, key, value)),
            Command::Write { .. } | Command::NoOp => None,
        });
        let applied = local.ram.as_ref().and_then(|ram| ram.machine.sessions.get(&READER));
        own.max().max(applied.map(|(seq, _)| (*seq, 'x', *seq)))
    });
    let last = written.max();
    let next = last.map_or(1, |(seq, ..)| seq.saturating_add(1));
    let mut menu = vec![Input::Write { client: READER, seq: next, key: 'x', value: next }];
    menu.extend(last.map(|(seq, key, value)| Input::Write { client: READER, seq, key, value }));
    menu.push(Input::Read { client: READER, seq: next, key: 'x' });
    menu
}
