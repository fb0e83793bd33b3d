//! The safety rules, each with a switch.

use kernel::{Caught, Rule};

use crate::shared::rules::rules;

/// So few that every schedule can be tried.
const THREE: &[(&str, &str)] = &[("servers", "3")];

rules! {
    one_vote_per_term "one-vote-per-term"
        "A server votes at most once in a term."
        "Fig. 2, RequestVote 2; section 5.2"
        "Two majorities share a server; if it could vote twice, both could win."
        => Caught::search("first-election", "Election Safety").set(THREE);
    persist_vote "persist-vote"
        "A vote is on the disk before it is sent."
        "Fig. 2, Persistent state"
        "A server that forgets its vote in a crash votes again in the same term."
        => Caught::search("lost-vote", "Election Safety");
    up_to_date_log "up-to-date-log"
        "A vote needs a log at least as up to date as the voter's."
        "Fig. 2, RequestVote 2; section 5.4.1"
        "Otherwise a server without the committed entries could lead and overwrite them."
        => Caught::search("every-schedule", "Leader Completeness");
    log_matching "log-matching"
        "A follower appends only after an entry that matches the leader's."
        "Fig. 2, AppendEntries 2; section 5.3"
        "Otherwise entries come to stand at the wrong index."
        => Caught::search("figure-7-small", "Log Matching");
    truncate_on_conflict "truncate-on-conflict"
        "A follower removes entries only where one conflicts."
        "Fig. 2, AppendEntries 3"
        "A late, shorter message would otherwise remove entries that are already counted as stored."
        => Caught::search("every-schedule", "Leader Completeness");
    unroll_conflicts "unroll-conflicts"
        "Where an entry conflicts, the follower gives up its own and all after it."
        "Fig. 2, AppendEntries 3; section 5.3"
        "Otherwise what an old leader left behind stays, and logs never become the same."
        => Caught::search("figure-7-small", "Log Matching");
    own_term_commit "own-term-commit"
        "Counting replicas commits only entries of the leader's own term."
        "Fig. 2, Leaders; section 5.4.2, Figure 8"
        "An entry of an older term on a majority can still be overwritten."
        => Caught::search("figure-8-small", "Leader Completeness");
    majority_quorum "majority-quorum"
        "An election or a commit needs more than half of all servers."
        "Section 5.2"
        "Off, half of the servers is enough, rounded down: 2 of 4, 1 of 3. Two such groups need not share a server."
        => Caught::search("two-halves", "Election Safety");
    step_down "step-down"
        "A leader that sees a higher term becomes a follower."
        "Fig. 2, All Servers 2; section 5.1"
        "Otherwise two servers lead the same term."
        => Caught::search("first-election", "Election Safety").set(THREE);
    confirm_leadership "confirm-leadership"
        "A leader answers a read only after a majority has confirmed that it still leads."
        "Section 8; thesis, section 6.4"
        "A leader that was cut off does not know that another was elected, nor what has been written since."
        => Caught::search("deposed-leader-read", "Linearizable reads");
    own_term_read "own-term-read"
        "A leader answers a read only once an entry of its own term is committed."
        "Section 8; thesis, section 6.4"
        "Before that it does not know which entries of earlier terms are committed, and its state lacks them."
        => Caught::search("stale-read", "Linearizable reads");
    client_sessions "client-sessions"
        "A request that a client sends again is applied once."
        "Section 8; thesis, section 6.3"
        "A client that got no answer cannot know whether its request was carried out."
        => Caught::search("lost-answer", "Agreement of answers");
}
