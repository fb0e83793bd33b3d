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
            // A pre-vote speaks of a term that nobody has entered (thesis 9.6). If its receivers entered it,
            // a server that was cut off would depose the leader by merely asking, which pre-vote is there to
            // prevent. A refused pre-vote tells the voter's real term, so it counts like any other.
            Message::RequestVote { term, pre, .. } => (term, pre),
            Message::Vote { term, pre, granted } => (term, pre && granted),
            Message::AppendEntries { term, .. } | Message::Appended { term, .. } => (term, false),
        };
        let lease = self.check_quorum && hears_leader(node);
        // Whoever hears a leader does not even enter the candidate's term: it would answer the leader with
        // that term and so depose it. Check-quorum has to be on. Otherwise a leader whose messages arrive,
        // but that hears no answers, would be kept for ever by followers that refuse to vote. A request of
        // the current term or a lower one changes no term.
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
        // Only because the term rises with it in the same step: a vote belongs to one term, and forgetting it
        // within the term would allow a second one.
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
        // A leader has no election timer, so it needs one now. The others keep theirs: only a leader that is
        // heard or a granted vote may put it off (Figure 2, Followers). Otherwise a server whose log is too
        // old to win could raise terms again and again, and keep those that could win from ever timing out.
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
        // Votes may split so that nobody wins; then this timer begins the next election. It is drawn anew
        // each time, so that two candidates do not collide for ever (section 5.2).
        self.reset_election_timer(cx);
        if self.pre_vote {
            cx.note("Thesis, section 9.6", "heard no leader: asks whether it could win");
            let votes = BTreeSet::from([cx.me()]);
            // A server alone is a majority, and no answer would ever come. With the rule on majorities off,
            // so is one of three.
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
        // Term and own vote change in one step. If a crash could come between them, the server might vote for
        // another in a term for which it has already asked for votes.
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
        // Compared as pairs: the last term first, then the length. A long log of an old term is not more up
        // to date: its tail may be what never reached a majority, while the shorter log with a newer term
        // holds what was committed since.
        let mine = (node.disk.log.last_term(), node.disk.log.last_index());
        let up_to_date = theirs >= mine || !self.rules.up_to_date_log;
        // A vote for the same candidate is given again: the first answer may be lost, and it counts once.
        let free = self.vote(node).is_none_or(|vote| vote == from) || !self.rules.one_vote_per_term;
        // A pre-vote about the term in which this server already is comes from one that is behind. The
        // refusal tells it this term, and next time it asks about the one after.
        let granted = if term < node.disk.current_term || (pre && term == node.disk.current_term) {
            cx.note("Fig. 2, RequestVote 1", "refuses: the candidate's term is old");
            false
        // Whatever its log is: an election now would depose a leader that works.
        } else if pre && hears_leader(node) {
            cx.note("Thesis, section 9.6", "refuses: it hears a leader");
            false
        } else if !pre && !free {
            cx.note("Fig. 2, RequestVote 2", "refuses: it has voted for another in this term");
            false
        // A committed entry is on a majority, and every majority of voters has a server of that one: it
        // refuses a candidate that lacks the entry.
        } else if !up_to_date {
            cx.note("Section 5.4.1", "refuses: its own log is more up to date");
            false
        // Reached only where “one vote per term” is off: otherwise its vote for itself has refused before.
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
        // A granted pre-vote repeats the term asked about: the candidate counts a yes for the term it wants
        // to enter.
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
        // Votes are kept as sets of servers, so that a duplicated message is one vote.
        match &mut node.ram.role {
            // An old yes, from an earlier attempt, is about a lower term and must not count: since then the
            // voter may have heard a leader.
            Role::PreCandidate { votes } if pre && granted && term == current + 1 => {
                votes.insert(from);
                if self.agreed(cx.size(), |server| votes.contains(&server)) {
                    cx.note("Thesis, section 9.6", "could win");
                    self.stand(node, cx);
                }
            }
            // Two votes of different terms are no majority of one term.
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
        // `next_index` is a guess, which refusals correct. `match_index` decides what is committed, so it
        // starts from nothing and rises only by answers in this term.
        let fresh = Progress { next_index, match_index: 0, round: 0, heard: false };
        let progress = vec![fresh; usize::from(cx.size())];
        node.ram.role = Role::Leader(Leadership { progress, round: 0, reads: Vec::new() });
        node.ram.leader = Some(cx.me());
        // From here on `hears_leader()` says yes because it leads, not because of a lease.
        node.ram.hears_leader = false;
        cx.cancel_timer(Timer::Election);
        cx.cancel_timer(Timer::Lease);
        if self.check_quorum {
            // A whole election timeout, the longest one, before it first looks: nobody has answered it yet.
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
            // Taken, so that the next check asks for answers that came after this one.
            leadership.progress.iter_mut().map(|one| std::mem::take(&mut one.heard)).collect();
        if self.agreed(cx.size(), |server| server == me || heard[usize::from(server)]) {
            cx.set_timer(Timer::Quorum, Delay::exactly(self.election_timeout.1));
            return;
        }
        // It could not commit anything, and its clients would wait for it instead of asking another.
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
            // The least timeout, so that it is over when the server's own election timer fires. Were it
            // longer, servers that lost their leader would go on refusing each other.
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
