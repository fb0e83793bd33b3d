//! The rules, each with a switch.

use kernel::{Caught, Rule};

use crate::shared::rules::rules;

/// So few that every schedule is tried in a second.
const TWO: &[(&str, &str)] = &[("participants", "2")];

rules! {
    unanimity "unanimity"
        "Commit is decided only once every participant has voted yes."
        "Bernstein et al. 1987, section 7.4; Gray 1978, two-phase commit"
        "A vote is a veto and not an opinion: whoever has voted no has undone its part, and no majority brings it back."
        => Caught::search("commit", "Unanimity").set(TWO);
    force_vote "force-vote"
        "A yes is on the disk before it is sent."
        "Bernstein et al. 1987, section 7.4; Gray 1978, two-phase commit"
        "A participant that crashes and has forgotten its yes has lost its part of a transaction that others commit."
        => Caught::search("commit", "Agreement").set(TWO);
    force_decision "force-decision"
        "The coordinator's decision is on the disk before it is sent."
        "Bernstein et al. 1987, section 7.4"
        "A coordinator that has told somebody and then forgets would tell the others otherwise."
        => Caught::search("commit", "Agreement").set(TWO);
    wait_in_doubt "wait-in-doubt"
        "A participant aborts alone only before it has voted yes."
        "Bernstein et al. 1987, section 7.4; Babaoglu and Toueg 1993, section 4"
        "A yes gives the veto away: from then on the others may have committed."
        => Caught::search("commit", "Agreement").set(TWO);
    abort_if_undecided "abort-if-undecided"
        "A coordinator that is back and finds no decision on its disk decides to abort."
        "Bernstein et al. 1987, section 7.4, recovery"
        "A coordinator that crashed before it decided has told nobody to commit; if it decided nothing now, those in \
         doubt would wait for ever."
        => Caught::search("commit", "Everybody decides").set(TWO);
}
