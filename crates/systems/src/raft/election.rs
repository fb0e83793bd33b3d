//! Terms, elections and votes (sections 5.1, 5.2, 5.4.1; thesis 9.6 for the pre-vote).

use std::collections::BTreeSet;

use kernel::{Context, Delay, Node, NodeId};

use super::log::{Index, Term};
use super::{Leadership, Message, Output, Progress, Raft, Role, Timer};

impl Raft {
    /// What the term of a message does before the message is looked at; says whether to go on.
    pub(super) fn admit_term(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        message: &Message,
        cx: &mut Context<'_, Self>,
    ) -> bool {
        let (term, asks_ahead) = match *message {
            // A pre-vote speaks of a term that nobody has entered (thesis 9.6).
            Message::RequestVote { term, pre, .. } => (term, pre),
            Message::Vote { term, pre, granted } => (term, pre && granted),
            Message::AppendEntries { term, .. } | Message::Appended { term, .. } => (term, false),
        };
        let lease = self.check_quorum && hears_leader(node);
        if lease
            && matches!(message, Message::RequestVote { pre: false, .. })
            && term > node.disk.current_term
        {
            cx.note("Thesis, section 4.2.3", "ignores the request: it hears a leader");
            return false;
        }
        if term > node.disk.current_term && !asks_ahead {
            self.enter_term(node, term, cx);
            if let Message::AppendEntries { .. } = message {
                node.ram.leader = Some(from);
            }
        }
        true
    }

    /// Figure 2, All Servers 2: a higher term makes everybody a follower.
    fn enter_term(&self, node: &mut Node<'_, Self>, term: Term, cx: &mut Context<'_, Self>) {
        node.disk.current_term = term;
        node.disk.voted_for = None;
        node.ram.unsaved_vote = None;
        node.ram.leader = None;
        if matches!(node.ram.role, Role::Leader(_)) && !self.rules.step_down {
            cx.note("the rule “step down” is off", "sees a higher term and goes on leading");
            return;
        }
        cx.note("Fig. 2, All Servers 2", "sees a higher term and follows");
        self.follow(node, cx);
    }

    /// Becomes a follower of the current term.
    pub(super) fn follow(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        if matches!(node.ram.role, Role::Leader(_)) {
            cx.cancel_timer(Timer::Heartbeat);
            cx.cancel_timer(Timer::Quorum);
            self.reset_election_timer(cx);
        }
        node.ram.role = Role::Follower;
    }

    pub(super) fn on_election_timeout(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        if matches!(node.ram.role, Role::Leader(_)) {
            return;
        }
        node.ram.leader = None;
        self.reset_election_timer(cx);
        if self.pre_vote {
            cx.note("Thesis, section 9.6", "heard no leader: asks whether it could win");
            let votes = BTreeSet::from([cx.me()]);
            let won = self.agreed(cx.size(), |server| votes.contains(&server));
            node.ram.role = Role::PreCandidate { votes };
            if won {
                self.stand(node, cx);
            } else {
                self.ask_for_votes(node, node.disk.current_term + 1, true, cx);
            }
        } else {
            self.stand(node, cx);
        }
    }

    /// Figure 2, Candidates 1: raises its term, votes for itself, asks all others.
    fn stand(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        cx.note("Fig. 2, Candidates 1", "begins an election and votes for itself");
        node.disk.current_term += 1;
        node.ram.leader = None;
        self.vote_for(node, cx.me());
        self.reset_election_timer(cx);
        let votes = BTreeSet::from([cx.me()]);
        let won = self.agreed(cx.size(), |server| votes.contains(&server));
        node.ram.role = Role::Candidate { votes };
        if won {
            self.lead(node, cx);
        } else {
            self.ask_for_votes(node, node.disk.current_term, false, cx);
        }
    }

    fn ask_for_votes(&self, node: &Node<'_, Self>, term: Term, pre: bool, cx: &mut Context<'_, Self>) {
        let log = &node.disk.log;
        let (last_log_index, last_log_term) = (log.last_index(), log.last_term());
        cx.broadcast(&Message::RequestVote { term, pre, last_log_index, last_log_term });
    }

    pub(super) fn on_request_vote(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        (term, pre): (Term, bool),
        theirs: (Term, Index),
        cx: &mut Context<'_, Self>,
    ) {
        let mine = (node.disk.log.last_term(), node.disk.log.last_index());
        let up_to_date = theirs >= mine || !self.rules.up_to_date_log;
        let free = self.vote(node).is_none_or(|vote| vote == from) || !self.rules.one_vote_per_term;
        let granted = if term < node.disk.current_term || (pre && term == node.disk.current_term) {
            cx.note("Fig. 2, RequestVote 1", "refuses: the candidate's term is old");
            false
        } else if pre && hears_leader(node) {
            cx.note("Thesis, section 9.6", "refuses: it hears a leader");
            false
        } else if !pre && !free {
            cx.note("Fig. 2, RequestVote 2", "refuses: it has voted for another in this term");
            false
        } else if !up_to_date {
            cx.note("Section 5.4.1", "refuses: its own log is more up to date");
            false
        } else if !pre && matches!(node.ram.role, Role::Leader(_)) {
            cx.note("Fig. 2, RequestVote 2", "refuses: it leads this term");
            false
        } else {
            true
        };
        if granted && pre {
            cx.note("Thesis, section 9.6", "would vote for it; nothing changes");
        } else if granted {
            cx.note("Fig. 2, RequestVote 2", "votes for the candidate");
            self.vote_for(node, from);
            self.reset_election_timer(cx);
        }
        let answered_term = if granted { term } else { node.disk.current_term };
        cx.send(from, Message::Vote { term: answered_term, pre, granted });
    }

    fn vote(&self, node: &Node<'_, Self>) -> Option<NodeId> {
        if self.rules.persist_vote { node.disk.voted_for } else { node.ram.unsaved_vote }
    }

    fn vote_for(&self, node: &mut Node<'_, Self>, candidate: NodeId) {
        if self.rules.persist_vote {
            node.disk.voted_for = Some(candidate);
        } else {
            node.ram.unsaved_vote = Some(candidate);
        }
    }

    pub(super) fn on_vote(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        (term, pre, granted): (Term, bool, bool),
        cx: &mut Context<'_, Self>,
    ) {
        let current = node.disk.current_term;
        match &mut node.ram.role {
            Role::PreCandidate { votes } if pre && granted && term == current + 1 => {
                votes.insert(from);
                if self.agreed(cx.size(), |server| votes.contains(&server)) {
                    cx.note("Thesis, section 9.6", "could win");
                    self.stand(node, cx);
                }
            }
            Role::Candidate { votes } if !pre && granted && term == current => {
                votes.insert(from);
                if self.agreed(cx.size(), |server| votes.contains(&server)) {
                    self.lead(node, cx);
                }
            }
            Role::PreCandidate { .. } | Role::Candidate { .. } if !granted => {
                cx.note("Fig. 2, Candidates", "counts a refusal");
            }
            Role::PreCandidate { .. } | Role::Candidate { .. } | Role::Follower | Role::Leader(_) => {
                cx.note("Fig. 2, Candidates", "needs this vote no more");
            }
        }
    }

    /// Figure 2, Candidates 2: wins, and tells all others at once.
    fn lead(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        cx.note("Fig. 2, Candidates 2", "has a majority of the votes and leads");
        let next_index = node.disk.log.last_index() + 1;
        let fresh = Progress { next_index, match_index: 0, round: 0, heard: false };
        let progress = vec![fresh; usize::from(cx.size())];
        node.ram.role = Role::Leader(Leadership { progress, round: 0, reads: Vec::new() });
        node.ram.leader = Some(cx.me());
        node.ram.hears_leader = false;
        cx.cancel_timer(Timer::Election);
        cx.cancel_timer(Timer::Lease);
        if self.check_quorum {
            cx.set_timer(Timer::Quorum, Delay::exactly(self.election_timeout.1));
        }
        cx.output(Output::Elected { term: node.disk.current_term });
        self.take_office(node, cx);
    }

    /// Thesis, section 6.2: a leader that does not hear from a majority steps down.
    pub(super) fn on_quorum_check(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        let Role::Leader(leadership) = &mut node.ram.role else { return };
        let me = cx.me();
        let heard: Vec<bool> =
            leadership.progress.iter_mut().map(|one| std::mem::take(&mut one.heard)).collect();
        if self.agreed(cx.size(), |server| server == me || heard[usize::from(server)]) {
            cx.set_timer(Timer::Quorum, Delay::exactly(self.election_timeout.1));
            return;
        }
        cx.note("Thesis, section 6.2", "has not heard from a majority and steps down");
        node.ram.leader = None;
        self.follow(node, cx);
    }

    /// Notes that a leader was heard.
    pub(super) fn hear_leader(&self, node: &mut Node<'_, Self>, leader: NodeId, cx: &mut Context<'_, Self>) {
        node.ram.leader = Some(leader);
        self.reset_election_timer(cx);
        if self.pre_vote || self.check_quorum {
            node.ram.hears_leader = true;
            cx.set_timer(Timer::Lease, Delay::exactly(self.election_timeout.0));
        }
    }
}

/// A leader hears itself.
fn hears_leader(node: &Node<'_, Raft>) -> bool {
    node.ram.hears_leader || matches!(node.ram.role, Role::Leader(_))
}

/// What a liar could say about votes: a log that is better than it is, and the contrary answer.
pub(super) fn lies(honest: &Message) -> Vec<Message> {
    match *honest {
        Message::RequestVote { term, pre, last_log_index, last_log_term } => vec![Message::RequestVote {
            term,
            pre,
            last_log_index: last_log_index + 10,
            last_log_term: last_log_term.max(term.saturating_sub(1)),
        }],
        Message::Vote { term, pre, granted } => vec![Message::Vote { term, pre, granted: !granted }],
        Message::AppendEntries { .. } | Message::Appended { .. } => Vec::new(),
    }
}
