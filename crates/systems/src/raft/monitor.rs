//! What must be true (extended paper, Figure 3), and what must be remembered to say so.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Claim, Kind, Local, Monitor, Named, NodeId, Premise, Property, Reads, Seen, Verdict, not_yet};
use rpds::Vector;
use serde::{Deserialize, Serialize};

use super::log::{Index, Term};
use super::told::Told;
use super::{Input, Output, Raft, Role};
use crate::shared::store::mix;

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
    /// Up to where entries were committed in each term.
    committed: BTreeMap<Term, Committed>,
    /// Who has stored an entry while its term lasted, by term, index and hash of the log up to it; until that is a majority.
    holders: BTreeMap<(Term, Index, u64), BTreeSet<NodeId>>,
    /// What clients asked and were told.
    told: Told,
}

/// Up to where entries were committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Committed {
    last: Index,
    /// Stands for the log up to there.
    hash: u64,
    /// A server applied it, and it was not on a majority in the term of its leader.
    taken: bool,
}

impl Monitor<Raft> for Watch {
    fn observe(&mut self, _: &Raft, node: NodeId, local: &Local<Raft>, seen: Seen<'_, Raft>) -> bool {
        match seen {
            Seen::Input(Input::Read { client, seq, key }) => self.told.asked((*client, *seq), node, *key),
            Seen::Output(output) => self.output(node, local, output),
            Seen::Input(Input::Write { .. }) | Seen::Crash | Seen::Failure => false,
        }
    }

    fn claims(_: &Raft) -> Vec<Claim<Raft, Self>> {
        let claim = |name, statement, source, reads| Claim {
            property: Property::new(name, statement, source, Kind::Always),
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
                "An entry that was committed in a term, or that a server took for committed, is in the log of every leader \
                 of a higher term.",
                "Figure 3; sections 5.3 and 5.4",
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
                Reads::Monitor(|_, watch: &Self| watch.told.agreement_of_answers()),
            ),
            claim(
                "Exactly once",
                "A request changes the state machine once at most, however often it is sent.",
                "Section 8; thesis, section 6.3",
                Reads::Monitor(|_, watch: &Self| watch.told.exactly_once()),
            ),
            claim(
                "Linearizable reads",
                "A read sees every write that was answered before it was asked.",
                "Section 8; thesis, section 6.4",
                Reads::Monitor(|_, watch: &Self| watch.told.linearizable_reads()),
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
                "no write was answered",
                Reads::Monitor(|_, watch| not_yet(watch.told.has_answered())),
            ),
            Premise::new(
                "Exactly once",
                "no request changed the state machine",
                Reads::Monitor(|_, watch| not_yet(watch.told.has_done())),
            ),
            Premise::new(
                "Linearizable reads",
                "no client asked to read",
                Reads::Monitor(|_, watch| not_yet(watch.told.has_been_asked())),
            ),
        ]
    }
}

impl Watch {
    fn output(&mut self, node: NodeId, local: &Local<Raft>, output: &Output) -> bool {
        match output {
            Output::Elected { term } => {
                // A winner may have crashed or stepped down by the time the second one wins: then no single
                // state shows both, so it is remembered here.
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
            Output::Stored { from, through, servers } => self.store(node, local, (*from, *through), *servers),
            Output::Applied { from, through, done } => self.apply(node, local, (*from, *through), done),
            Output::Answer { client, seq, reply, .. } => self.told.answered((*client, *seq), node, *reply),
            Output::TooOld { .. } | Output::NotLeader { .. } => false,
        }
    }

    fn extend(&mut self, node: NodeId, local: &Local<Raft>) {
        let log = &local.disk.log;
        self.extended.insert(node, (local.disk.current_term, log.last_index(), log.hash()));
    }

    /// Section 5.3: an entry is committed once the leader that made it has it on a majority of the servers, and all
    /// before it are committed with it. So what counts is who stored it from that leader, in its term: an old entry
    /// that a later leader spreads can still be lost (Figure 8).
    fn store(
        &mut self,
        node: NodeId,
        local: &Local<Raft>,
        (from, through): (Index, Index),
        servers: NodeId,
    ) -> bool {
        let (log, term) = (&local.disk.log, local.disk.current_term);
        let mut changed = false;
        for index in from..=through {
            // What is committed already needs no holders: forgetting them keeps equal futures in equal
            // states.
            let known = self.committed.get(&term).is_some_and(|known| known.last >= index);
            let (false, Some(hash), Some(made)) = (known, log.hash_at(index), log.term(index)) else {
                continue;
            };
            // An old entry that a later leader spreads: a majority that has it proves nothing (Figure 8).
            if made != term {
                continue;
            }
            // By hash too: where a rule is off, two leaders of one term can put different entries at one
            // index.
            let holders = self.holders.entry((term, index, hash)).or_default();
            changed |= holders.insert(node);
            if holders.len() > usize::from(servers / 2) {
                self.committed.insert(term, Committed { last: index, hash, taken: false });
                // A majority has come to this term, so that no more can be committed in an older one.
                self.holders.retain(|&(other, at, _), _| (other, at) > (term, index));
            }
        }
        changed
    }

    /// `done` are those entries that changed the state machine.
    fn apply(
        &mut self,
        node: NodeId,
        local: &Local<Raft>,
        (from, through): (Index, Index),
        done: &[Index],
    ) -> bool {
        let mut changed = false;
        for index in from..=through {
            let Some(entry) = local.disk.log.get(index) else { continue };
            let print = mix(entry.term, entry.command.fingerprint());
            // Each server applies from 1 on without gaps, so what is new here is always the next index. It
            // comes again from every other server, and after a crash.
            match self.applied.get(index as usize - 1) {
                None => {
                    self.applied.push_back_mut(print);
                    self.take_for_committed(local, index);
                    if done.contains(&index) {
                        self.told.did(index, entry.command);
                    }
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

    /// A server applies an entry. With all rules on, that it was committed is known already.
    fn take_for_committed(&mut self, local: &Local<Raft>, index: Index) {
        let term = local.disk.current_term;
        // Where a rule is off, a server can apply what no majority has. It acts on it all the same, so from
        // then on leaders are held to it: that is how the search notices a missing rule.
        if !self.committed.range(..=term).rev().any(|(_, known)| known.last >= index) {
            let hash = local.disk.log.hash_at(index).unwrap_or(0);
            self.committed.insert(term, Committed { last: index, hash, taken: true });
        }
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
    // Only the highest such index needs a look. If the logs are the same up to there, they are at all lower
    // ones; if not, this is the violation.
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
    // The latest lower term is enough: that term's leader was itself held to what was committed before it.
    let Some((&committed_in, &Committed { last, hash, taken })) = watch.committed.range(..term).next_back()
    else {
        return Ok(());
    };
    if local.disk.log.hash_at(last) == Some(hash) {
        return Ok(());
    }
    let committed = if taken { "that a server took for committed" } else { "that was committed" };
    Err(format!(
        "{} leads term {term} without an entry, up to index {last}, {committed} in term {committed_in}",
        server(node)
    ))
}

fn state_machine_safety(_: &Raft, watch: &Watch) -> Verdict {
    watch.applied_other.map_or(Ok(()), |(index, node)| {
        Err(format!("{} applied another entry at index {index} than a server before it", server(node)))
    })
}
