//! What must be true (extended paper, Figure 3), and what must be remembered to say so.

use std::collections::BTreeMap;

use kernel::{Claim, Kind, Local, Monitor, Named, NodeId, Premise, Property, Reads, Seen, Verdict, not_yet};
use rpds::Vector;
use serde::{Deserialize, Serialize};

use super::log::{Index, Term};
use super::{Input, Output, Raft, Reply, Role};
use crate::store::{self, mix};

/// What the properties remember of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Watch {
    /// The first server that won each term.
    leaders: BTreeMap<Term, NodeId>,
    /// A second server that won a term: term, first, second.
    two_leaders: Option<(Term, NodeId, NodeId)>,
    /// The log of each leader as it last was, when the leader had extended it: term, last index, hash.
    extended: BTreeMap<NodeId, (Term, Index, u64)>,
    /// What was first applied at each index.
    applied: Vector<u64>,
    /// Who applied something else: index, server.
    applied_other: Option<(Index, NodeId)>,
    /// Up to where entries were committed in each term: last index, hash of the log up to there.
    committed: BTreeMap<Term, (Index, u64)>,
    /// Each client's latest answer: request, answer.
    answers: BTreeMap<u8, (u32, Reply)>,
    /// A request that was answered twice, and not the same: client, request, first answer, second answer.
    two_answers: Option<(u8, u32, Reply, Reply)>,
    /// The latest state that any client has seen: that after this entry.
    seen: Index,
    /// For each client's latest read: request, and what had been seen when it was asked.
    reads: BTreeMap<u8, (u32, Index)>,
    /// A read that was answered from a state older than one that had been seen: client, read from, seen before.
    stale_read: Option<(u8, Index, Index)>,
}

impl Monitor<Raft> for Watch {
    fn observe(&mut self, _: &Raft, node: NodeId, local: &Local<Raft>, seen: Seen<'_, Raft>) -> bool {
        match seen {
            Seen::Input(Input::Read { client, seq, .. }) => {
                self.reads.insert(*client, (*seq, self.seen));
                true
            }
            Seen::Output(output) => self.output(node, local, output),
            Seen::Input(Input::Write { .. }) | Seen::Crash => false,
        }
    }

    fn claims(_: &Raft) -> Vec<Claim<Raft, Self>> {
        let claim = |name, statement, source, reads| Claim {
            property: Property { name, statement, source, kind: Kind::Always },
            reads,
        };
        vec![
            claim(
                "Election Safety",
                "At most one server leads in a term.",
                "Figure 3; section 5.2",
                Reads::NodeAndMonitor(election_safety),
            ),
            claim(
                "Leader Append-Only",
                "A leader never changes or removes entries of its own log.",
                "Figure 3; section 5.3",
                Reads::NodeAndMonitor(leader_append_only),
            ),
            claim(
                "Log Matching",
                "Two logs with an entry of the same index and term are the same up to it.",
                "Figure 3; section 5.3",
                Reads::Pair(log_matching),
            ),
            claim(
                "Leader Completeness",
                "An entry committed in a term is in the log of every leader of a higher term.",
                "Figure 3; section 5.4",
                Reads::NodeAndMonitor(leader_completeness),
            ),
            claim(
                "State Machine Safety",
                "No two servers apply different entries at the same index.",
                "Figure 3; section 5.4.3",
                Reads::Monitor(state_machine_safety),
            ),
            claim(
                "Agreement of answers",
                "A request is answered the same, however often it is sent.",
                "Section 8; thesis, section 6.3",
                Reads::Monitor(agreement_of_answers),
            ),
            claim(
                "Linearizable reads",
                "A read sees every write that was answered before it was asked.",
                "Section 8; thesis, section 6.4",
                Reads::Monitor(linearizable_reads),
            ),
        ]
    }

    fn premises(_: &Raft) -> Vec<Premise<Raft, Self>> {
        let elected = || Reads::Monitor(|_, watch: &Self| not_yet(!watch.leaders.is_empty()));
        vec![
            Premise::new("Election Safety", "no server was elected", elected()),
            Premise::new("Leader Append-Only", "no server was elected", elected()),
            Premise::new(
                "Log Matching",
                "no two servers had an entry",
                Reads::Pair(|_, (_, one), (_, other)| {
                    not_yet(one.disk.log.last_index() > 0 && other.disk.log.last_index() > 0)
                }),
            ),
            Premise::new(
                "Leader Completeness",
                "no server was elected after an entry was committed in an earlier term",
                Reads::Monitor(|_, watch| {
                    let committed = watch.committed.first_key_value().map(|(term, _)| *term);
                    let led = watch.leaders.last_key_value().map(|(term, _)| *term);
                    not_yet(committed.is_some_and(|committed| led > Some(committed)))
                }),
            ),
            Premise::new(
                "State Machine Safety",
                "no entry was applied",
                Reads::Monitor(|_, watch| not_yet(!watch.applied.is_empty())),
            ),
            Premise::new(
                "Agreement of answers",
                "no client was answered",
                Reads::Monitor(|_, watch| not_yet(!watch.answers.is_empty())),
            ),
            Premise::new(
                "Linearizable reads",
                "no client asked to read",
                Reads::Monitor(|_, watch| not_yet(!watch.reads.is_empty())),
            ),
        ]
    }
}

impl Watch {
    fn output(&mut self, node: NodeId, local: &Local<Raft>, output: &Output) -> bool {
        match output {
            Output::Elected { term } => {
                let first = *self.leaders.entry(*term).or_insert(node);
                if first != node && self.two_leaders.is_none() {
                    self.two_leaders = Some((*term, first, node));
                }
                self.extend(node, local);
                true
            }
            Output::Extended => {
                self.extend(node, local);
                true
            }
            Output::Applied { from, through } => self.apply(node, local, *from, *through),
            Output::Answer { client, seq, reply, index } => self.answer(*client, *seq, *reply, *index),
            Output::NotLeader { .. } => false,
        }
    }

    fn extend(&mut self, node: NodeId, local: &Local<Raft>) {
        let log = &local.disk.log;
        self.extended.insert(node, (local.disk.current_term, log.last_index(), log.hash()));
    }

    fn apply(&mut self, node: NodeId, local: &Local<Raft>, from: Index, through: Index) -> bool {
        let mut changed = false;
        for index in from..=through {
            let Some(entry) = local.disk.log.get(index) else { continue };
            let print = mix(entry.term, entry.command.fingerprint());
            match self.applied.get(index as usize - 1) {
                None => {
                    self.applied.push_back_mut(print);
                    let hash = local.disk.log.hash_at(index).unwrap_or(0);
                    self.committed.insert(local.disk.current_term, (index, hash));
                    changed = true;
                }
                Some(first) if *first != print && self.applied_other.is_none() => {
                    self.applied_other = Some((index, node));
                    changed = true;
                }
                Some(_) => {}
            }
        }
        changed
    }

    fn answer(&mut self, client: u8, seq: u32, reply: Reply, index: Index) -> bool {
        if let (Reply::Value(_), Some((asked, floor))) = (reply, self.reads.get(&client))
            && *asked == seq
            && index < *floor
            && self.stale_read.is_none()
        {
            self.stale_read = Some((client, index, *floor));
        }
        if let (Reply::Wrote(_), Some((last, first))) = (reply, self.answers.get(&client))
            && *last == seq
            && *first != reply
            && self.two_answers.is_none()
        {
            self.two_answers = Some((client, seq, *first, reply));
        }
        if matches!(reply, Reply::Wrote(_)) {
            self.answers.insert(client, (seq, reply));
        }
        self.seen = self.seen.max(index);
        true
    }
}

fn server(node: NodeId) -> String {
    format!("S{}", node + 1)
}

fn leads(local: &Local<Raft>) -> bool {
    local.ram.as_ref().is_some_and(|ram| matches!(ram.role, Role::Leader(_)))
}

fn election_safety(_: &Raft, node: NodeId, local: &Local<Raft>, watch: &Watch) -> Verdict {
    if let Some((term, first, second)) = watch.two_leaders {
        return Err(format!("{} and {} were both elected in term {term}", server(first), server(second)));
    }
    let term = local.disk.current_term;
    match watch.leaders.get(&term) {
        Some(&elected) if leads(local) && elected != node => {
            Err(format!("{} leads term {term}, and {} was elected in it", server(node), server(elected)))
        }
        None if leads(local) => {
            Err(format!("{} leads term {term}, in which nobody was elected", server(node)))
        }
        Some(_) | None => Ok(()),
    }
}

fn leader_append_only(_: &Raft, node: NodeId, local: &Local<Raft>, watch: &Watch) -> Verdict {
    let Some(&(term, last, hash)) = watch.extended.get(&node) else { return Ok(()) };
    if !leads(local) || term != local.disk.current_term || local.disk.log.hash_at(last) == Some(hash) {
        return Ok(());
    }
    Err(format!(
        "{} leads term {term} and no longer has the first {last} entries as it had them",
        server(node)
    ))
}

fn log_matching(_: &Raft, one: Named<'_, Raft>, other: Named<'_, Raft>) -> Verdict {
    let (left, right) = (&one.1.disk.log, &other.1.disk.log);
    let index = left.last_common_term(right);
    if left.hash_at(index) == right.hash_at(index) {
        return Ok(());
    }
    let differs = (1..=index).find(|&at| left.get(at) != right.get(at)).unwrap_or(index);
    Err(format!(
        "{} and {} have the same term at index {index}, and differ at index {differs}",
        server(one.0),
        server(other.0)
    ))
}

fn leader_completeness(_: &Raft, node: NodeId, local: &Local<Raft>, watch: &Watch) -> Verdict {
    let term = local.disk.current_term;
    if !leads(local) {
        return Ok(());
    }
    let Some((&committed_in, &(index, hash))) = watch.committed.range(..term).next_back() else {
        return Ok(());
    };
    if local.disk.log.hash_at(index) == Some(hash) {
        return Ok(());
    }
    Err(format!(
        "{} leads term {term} without an entry, up to index {index}, that was committed in term {committed_in}",
        server(node)
    ))
}

fn state_machine_safety(_: &Raft, watch: &Watch) -> Verdict {
    watch.applied_other.map_or(Ok(()), |(index, node)| {
        Err(format!("{} applied another entry at index {index} than a server before it", server(node)))
    })
}

fn agreement_of_answers(_: &Raft, watch: &Watch) -> Verdict {
    watch.two_answers.map_or(Ok(()), |(client, seq, first, second)| {
        Err(format!(
            "client {} was answered “{}” and then “{}” to its request {seq}",
            store::client(client),
            first.words(),
            second.words()
        ))
    })
}

fn linearizable_reads(_: &Raft, watch: &Watch) -> Verdict {
    watch.stale_read.map_or(Ok(()), |(client, read, seen)| {
        Err(format!(
            "client {} read the state after entry {read}, and entry {seen} had been answered before it asked",
            store::client(client)
        ))
    })
}
