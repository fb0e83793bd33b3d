//! Replicating the log and committing (sections 5.3, 5.4.2).

use kernel::{Context, Delay, Node, NodeId};

use super::log::{Command, Entry, Index, Log, Term};
use super::{Leadership, Message, Outcome, Output, Progress, Raft, Role, Timer};

/// A message carries at most so many entries.
const BATCH: usize = 16;

/// What an AppendEntries brings.
pub(super) struct Batch {
    pub(super) prev_log_index: Index,
    pub(super) prev_log_term: Term,
    pub(super) entries: Vec<Entry>,
    pub(super) leader_commit: Index,
}

impl Raft {
    /// A leader begins its term: with a no-op (section 8), and in any case with a message to all.
    pub(super) fn take_office(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        // A leader commits entries of older terms only together with one of its own (see `count_replicas`).
        // Without the no-op what it found in its log would stay uncommitted, and reads would wait, until some
        // client writes.
        if self.no_op {
            cx.note("Section 8", "begins its term with an entry that does nothing");
            self.append(node, Command::NoOp, cx);
        } else {
            // Without an entry too it must send at once: the others wait for a heartbeat, and one of them
            // would time out.
            self.replicate(node, cx);
        }
    }

    /// Figure 2, Leaders 2: appends to its own log, then sends to all.
    pub(super) fn append(&self, node: &mut Node<'_, Self>, command: Command, cx: &mut Context<'_, Self>) {
        node.disk.log.push(Entry { term: node.disk.current_term, command });
        let last = node.disk.log.last_index();
        cx.output(Output::Extended);
        cx.output(Output::Stored { from: last, through: last, servers: cx.size() });
        self.replicate(node, cx);
        // In a cluster of one server nobody will ever answer, so its own copy is counted here.
        self.count_replicas(node, cx);
    }

    pub(super) fn on_heartbeat(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        if matches!(node.ram.role, Role::Leader(_)) {
            cx.note("Fig. 2, Leaders 1", "gives a sign that it leads");
            self.replicate(node, cx);
        }
    }

    /// Sends to every follower what it lacks, or nothing but a sign; a new round.
    pub(super) fn replicate(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        let Role::Leader(leadership) = &mut node.ram.role else { return };
        leadership.round += 1;
        let round = leadership.round;
        // It agrees with itself: reads count it as one of the majority that answered this round.
        leadership.progress[usize::from(cx.me())].round = round;
        // Whatever is sent to all counts as a heartbeat, so the next one is due a full interval from now.
        cx.set_timer(Timer::Heartbeat, Delay::exactly(self.heartbeat));
        for peer in cx.peers() {
            self.send_entries(node, peer, cx);
        }
    }

    /// Figure 2, Leaders 3: the entries from `next_index` on.
    fn send_entries(&self, node: &Node<'_, Self>, to: NodeId, cx: &mut Context<'_, Self>) {
        let Role::Leader(Leadership { progress, round, .. }) = &node.ram.role else { return };
        let log = &node.disk.log;
        // `next_index` moves only when an answer comes, not here. So each message repeats what is unanswered,
        // and what was lost needs no timer of its own. It is never 0: `backed_up` keeps it above
        // `match_index`.
        let prev_log_index = progress[usize::from(to)].next_index - 1;
        let message = Message::AppendEntries {
            term: node.disk.current_term,
            prev_log_index,
            // Only where “step down” is off can there be no such entry: the leader then takes entries of
            // another leader, and they may have cut its own log.
            prev_log_term: log.term(prev_log_index).unwrap_or(0),
            entries: log.from(prev_log_index + 1, BATCH),
            leader_commit: node.ram.commit_index,
            round: *round,
        };
        cx.send(to, message);
    }

    pub(super) fn on_append_entries(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        (term, round): (Term, u64),
        batch: Batch,
        cx: &mut Context<'_, Self>,
    ) {
        if term < node.disk.current_term {
            cx.note("Fig. 2, AppendEntries 1", "refuses: the leader's term is old");
            // The answer carries the newer term: an old leader learns from it that it was replaced.
            let term = node.disk.current_term;
            cx.send(from, Message::Appended { term, outcome: Outcome::OldTerm, round });
            return;
        }
        match node.ram.role {
            Role::Follower => {}
            // The sender has a majority of this term's votes, so this server cannot win the term any more.
            Role::PreCandidate { .. } | Role::Candidate { .. } => {
                cx.note("Fig. 2, Candidates 3", "another leads this term: follows it");
                node.ram.role = Role::Follower;
            }
            // Nobody else can lead its term, unless a rule is off or somebody lies.
            Role::Leader(_) if self.rules.step_down => return,
            Role::Leader(_) => {}
        }
        // A leader has no election timer. It comes here only where “step down” is off, and must not start
        // one.
        if !matches!(node.ram.role, Role::Leader(_)) {
            self.hear_leader(node, from, cx);
        }
        let mut first_new = None;
        let outcome = self.take_entries(&mut node.disk.log, &batch, &mut first_new, cx);
        if let Outcome::Matches(matched) = outcome {
            if let Some(from) = first_new {
                cx.output(Output::Stored { from, through: matched, servers: cx.size() });
            }
            // The commit index may lie beyond what this message has compared. What the follower has after
            // `matched` may come from an old leader. Say its log is one committed entry and one left over: a
            // heartbeat with `prev_log_index` 1 and a commit index of 2 matches up to 1, and must not commit
            // the left-over entry.
            let known = batch.leader_commit.min(matched);
            if known > node.ram.commit_index {
                cx.note("Fig. 2, AppendEntries 5", "learns what is committed");
                node.ram.commit_index = known;
                self.apply(node, cx);
            }
        }
        cx.send(from, Message::Appended { term: node.disk.current_term, outcome, round });
    }

    /// Figure 2, AppendEntries 2 to 4, on a follower's log. `first_new` becomes the first index that is written.
    fn take_entries(
        &self,
        log: &mut Log,
        batch: &Batch,
        first_new: &mut Option<Index>,
        cx: &mut Context<'_, Self>,
    ) -> Outcome {
        let prev = batch.prev_log_index;
        // Index 0 has term 0 in every log, so a message that begins with the first entry always passes.
        let found = log.term(prev);
        if self.rules.log_matching && found != Some(batch.prev_log_term) {
            return match found {
                None => {
                    cx.note("Fig. 2, AppendEntries 2", "refuses: its log is too short");
                    // The leader goes straight to the end of this log, instead of one entry back a message.
                    Outcome::TooShort(log.last_index())
                }
                Some(term) => {
                    cx.note("Fig. 2, AppendEntries 2", "refuses: another term stands before the new entries");
                    // If the leader has no entry of this term, all of the follower's entries of it conflict,
                    // and one message skips them all.
                    Outcome::Conflict(term, log.first_of(term))
                }
            };
        }
        // With the rule off a log may be too short: the entries then come to stand right after its end.
        let start = prev.min(log.last_index());
        let matched = start + batch.entries.len() as u64;
        if !self.rules.truncate_on_conflict && log.last_index() > start {
            cx.note("the rule “truncate on conflict” is off", "removes all entries after the previous one");
            log.truncate(start);
        }
        for (index, entry) in (start + 1..).zip(&batch.entries) {
            match log.get(index) {
                None => {
                    log.push(*entry);
                    first_new.get_or_insert(index);
                    if index == matched {
                        cx.note("Fig. 2, AppendEntries 4", "appends what it did not have");
                    }
                }
                // Same index and term, so it is the same entry (Log Matching), and what follows it stays. A
                // message with entry 1 alone may arrive after one with 1 and 2 was answered: if it removed
                // entry 2, the leader could count a copy that is gone.
                Some(present) if present.term == entry.term => {}
                // One index, two terms: the older entry was not committed, since the leader of a newer term
                // has all that were (Leader Completeness). What follows it was appended after it, and goes
                // too: otherwise entries of an older term would stand behind newer ones.
                Some(_) if self.rules.unroll_conflicts => {
                    cx.note("Fig. 2, AppendEntries 3", "gives up its own entries from the first conflict on");
                    log.truncate(index - 1);
                    log.push(*entry);
                    first_new.get_or_insert(index);
                }
                Some(_) => cx.note("the rule “unroll conflicts” is off", "keeps its own entry"),
            }
        }
        Outcome::Matches(matched)
    }

    pub(super) fn on_appended(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        (term, round): (Term, u64),
        outcome: Outcome,
        cx: &mut Context<'_, Self>,
    ) {
        let log = &node.disk.log;
        let Role::Leader(leadership) = &mut node.ram.role else { return };
        let Some(progress) = leadership.progress.get_mut(usize::from(from)) else { return };
        // The sender stored this when the same leader led an earlier term. A leader in between may have
        // overwritten it since, so it must not be counted. A higher term has ended this leadership before we
        // come here (`admit_term`).
        if term < node.disk.current_term {
            return;
        }
        // It refuses a message of an earlier term, from before this leader was elected again: the round is of that term,
        // and confirms nothing in this one.
        if outcome == Outcome::OldTerm {
            return;
        }
        progress.heard = true;
        // Answers come in any order, so rounds never fall. None is later than what was asked for, whatever a
        // peer says.
        progress.round = progress.round.max(round.min(leadership.round));
        match outcome {
            Outcome::Matches(matched) => {
                // Only a liar names more than was sent; an index without an entry must not be committed.
                let matched = matched.min(log.last_index());
                let advanced = matched > progress.match_index;
                if advanced {
                    cx.note("Fig. 2, Leaders 3", "knows how far the follower's log is its own");
                    progress.match_index = matched;
                }
                // An answer that was overtaken says less than is known, and must not move it back.
                progress.next_index = progress.next_index.max(matched + 1);
                // Only an answer with news is followed by the next entries. If a message is delivered twice,
                // so is its answer, and each copy would start a stream of the same entries beside the first.
                let behind = progress.next_index <= log.last_index() && advanced;
                if advanced {
                    self.count_replicas(node, cx);
                }
                if behind {
                    self.send_entries(node, from, cx);
                }
            }
            Outcome::OldTerm => {}
            Outcome::TooShort(_) | Outcome::Conflict(..) => {
                let next = backed_up(log, progress, outcome);
                // A late refusal must not move it up again, nor below what is known to match.
                if next < progress.next_index {
                    cx.note("Section 5.3", "goes back by a whole term and tries again");
                    progress.next_index = next;
                    self.send_entries(node, from, cx);
                }
            }
        }
        // A refusal for the log counts here too: whoever answers in this term had entered no later one when
        // it did.
        self.answer_reads(node, cx);
    }

    /// Figure 2, Leaders 4: commits what a majority has stored, if it is of its own term.
    pub(super) fn count_replicas(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        let log = &node.disk.log;
        let Role::Leader(leadership) = &mut node.ram.role else { return };
        // Its own entries count once they are in its log: in this model a step writes to the disk before its
        // messages leave.
        leadership.progress[usize::from(cx.me())].match_index = log.last_index();
        let progress = &leadership.progress;
        let majority = self.reached(cx.size(), |server| progress[usize::from(server)].match_index);
        if majority <= node.ram.commit_index {
            return;
        }
        // Figure 8: S1 leads term 4 and has put an entry of term 2 on S1, S2 and S3. S5, whose last entry is
        // of term 3, can still win term 5 with votes from S2, S3 and S4, and overwrites it. Once an entry of
        // term 4 is on that majority S5 cannot win any more, and all entries before it are safe with it. It
        // is enough to look at the highest index that a majority has: terms never fall along the log, so if
        // this entry is older than the term, all before it are.
        if self.rules.own_term_commit && log.term(majority) != Some(node.disk.current_term) {
            cx.note("Section 5.4.2", "does not commit: a majority has it, but it is of an older term");
            return;
        }
        cx.note("Fig. 2, Leaders 4", "commits what a majority has stored");
        node.ram.commit_index = majority;
        self.apply(node, cx);
        self.answer_reads(node, cx);
    }

    /// Figure 2, All Servers 1: applies what is committed; a leader answers its clients.
    fn apply(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        let from = node.ram.last_applied + 1;
        // Where a rule is off, entries may have been removed that this server took for committed.
        let through = node.ram.commit_index.min(node.disk.log.last_index());
        if through < from {
            return;
        }
        let leads = matches!(node.ram.role, Role::Leader(_));
        let (mut done, mut answers) = (Vec::new(), Vec::new());
        for index in from..=through {
            let entry = node.disk.log.get(index).expect("a committed entry is in the log");
            node.ram.last_applied = index;
            let Command::Write { client, seq, .. } = entry.command else { continue };
            // Asked before the machine is changed: afterwards every request would look as if it had been done
            // before.
            if !(self.rules.client_sessions && node.ram.machine.has_done(client, seq)) {
                done.push(index);
            }
            // A simplification: an earlier leader took the request, and its client has not asked this one.
            let inherited = entry.term != node.disk.current_term;
            answers.push(match node.ram.machine.apply(entry.command, self.rules.client_sessions) {
                Some(reply) => Output::Answer { client, seq, reply, inherited },
                None => {
                    cx.note(
                        "Thesis, section 6.3",
                        "does not apply the request: a later one of its client was applied",
                    );
                    Output::TooOld { client, seq }
                }
            });
        }
        cx.output(Output::Applied { from, through, done });
        answers.into_iter().filter(|_| leads).for_each(|answer| cx.output(answer));
    }
}

/// Section 5.3: where to try next after a refusal, skipping all entries of the conflicting term at once.
fn backed_up(log: &Log, progress: &Progress, outcome: Outcome) -> Index {
    let next = match outcome {
        // The follower has nothing after `last`, so that is the highest index at which both can match.
        Outcome::TooShort(last) => last.saturating_add(1),
        // If the leader has entries of that term, both logs have them from the same index on (one leader
        // wrote them), and the leader's last one is the highest that can match. If it has none, nothing of
        // that term can match: try right before its first. Only nonsense or a missing rule makes `first` the
        // larger of the two.
        Outcome::Conflict(term, first) => log.last_of(term).map_or(first, |last| (last + 1).max(first)),
        Outcome::Matches(_) | Outcome::OldTerm => progress.next_index,
    };
    // What conflicts was sent, so the next try is always before it: the search for the match ends. What is
    // known to match is not tried again, however old the refusal is.
    next.min(progress.next_index.saturating_sub(1)).max(progress.match_index + 1)
}

/// What a liar could say about entries: other values, and a commit index that runs ahead.
pub(super) fn lies(honest: &Message) -> Vec<Message> {
    match honest {
        Message::AppendEntries { term, prev_log_index, prev_log_term, entries, leader_commit, round } => {
            let with = |entries: Vec<Entry>, leader_commit| Message::AppendEntries {
                term: *term,
                prev_log_index: *prev_log_index,
                prev_log_term: *prev_log_term,
                entries,
                leader_commit,
                round: *round,
            };
            let other = |entry: &Entry| match entry.command {
                Command::NoOp => *entry,
                Command::Write { client, seq, key, value } => {
                    let command = Command::Write { client, seq, key, value: value.wrapping_add(90) };
                    Entry { term: entry.term, command }
                }
            };
            let ahead = prev_log_index + entries.len() as u64;
            let mut menu = Vec::new();
            if entries.iter().any(|entry| other(entry) != *entry) {
                menu.push(with(entries.iter().map(other).collect(), ahead));
            }
            if ahead > *leader_commit {
                menu.push(with(entries.clone(), ahead));
            }
            menu
        }
        Message::Appended { term, round, outcome: Outcome::Matches(matched) } => {
            vec![Message::Appended { term: *term, round: *round, outcome: Outcome::Matches(matched + 10) }]
        }
        Message::Appended { .. } | Message::RequestVote { .. } | Message::Vote { .. } => Vec::new(),
    }
}
