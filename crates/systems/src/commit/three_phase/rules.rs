//! The rules, each with a switch.

use kernel::{Caught, Rule};

use crate::shared::rules::rules;

rules! {
    unanimity "unanimity"
        "Commit is decided only once every participant has voted yes."
        "Skeen 1981; Babaoglu and Toueg 1993, section 2"
        "A vote is a veto and not an opinion: whoever has voted no has undone its part, and no majority brings it back."
        => Caught::search("commit", "Unanimity");
    force_vote "force-vote"
        "A yes is on the disk before it is sent."
        "Bernstein et al. 1987, section 7.5"
        "A participant that crashes and has forgotten its yes has lost its part of a transaction that others commit."
        => Caught::search("commit", "Agreement");
    pre_commit "pre-commit"
        "Everybody is told that all have voted yes before anybody commits."
        "Skeen 1981: the buffer state"
        "Otherwise those who are left, all in doubt, cannot know whether somebody who is down has committed."
        => Caught::search("commit", "Agreement");
    force_pre_commit "force-pre-commit"
        "The coordinator's pre-commit is on the disk before it is sent."
        "Bernstein et al. 1987, section 7.5"
        "A coordinator that is back and finds no pre-commit takes it that nobody can have committed, and aborts."
        => Caught::search("commit", "Agreement");
    all_acknowledge "all-acknowledge"
        "Commit is decided only once everybody who is up has acknowledged the pre-commit."
        "Skeen 1981; Bernstein et al. 1987, section 7.5"
        "Whoever has not got it is in doubt, and if only those are left they abort."
        => Caught::search("commit", "Agreement");
    newest_coordinator "newest-coordinator"
        "Whoever has heard from a new coordinator ignores the older ones."
        "Bernstein et al. 1987, section 7.5"
        "A pre-commit of an old one that arrives late would make some believe that all may commit, after others have \
         aborted."
        => Caught::search("commit", "Agreement");
    ask_after_crash "ask-after-crash"
        "A node that has been down asks, and does not decide by what is on its disk."
        "Bernstein et al. 1987, section 7.5"
        "The others have gone on without it, and may have decided the other way."
        => Caught::search("commit", "Agreement");
}
