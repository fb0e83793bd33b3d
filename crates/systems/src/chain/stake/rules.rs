//! The rules that can be switched off.

use kernel::{Caught, Rule};

use crate::shared::rules::rules;

/// One validator for each branch, with half of the deposits each.
const HALVES: &[(&str, &str)] = &[("faulty", "0"), ("validators", "2")];

rules! {
    double_vote "double-vote"
        "Who votes twice for one target height loses the deposit"
        "Buterin and Griffith 2017, section 2, commandment I"
        "Off, nothing is at stake: everybody votes for every branch, and both come to be final."
        => Caught::search("two-votes", "Finality");
    surround_vote "surround-vote"
        "Who votes within the span of its own vote loses the deposit"
        "Buterin and Griffith 2017, section 2, commandment II"
        "Off, a validator forgets what it has voted for when it changes branches."
        => Caught::search("surrounded", "Finality");
    two_thirds "two-thirds"
        "A link needs the votes of two thirds of the deposits"
        "Buterin and Griffith 2017, section 2"
        "Off, half of them are enough, and two branches can have half each."
        => Caught::search("a-third", "Finality").set(HALVES);
    fair_seed "fair-seed"
        "The lottery's seed is fixed before anybody knows who gains by it"
        "Kiayias et al. 2017, section 1"
        "Off, it is the hash of the block before, and who makes that block tries several."
        => Caught::nothing("grinding", "no property speaks of who makes how many blocks: V1 makes most of them");
    recent_checkpoint "recent-checkpoint"
        "Who was away takes a recent final checkpoint from somebody it trusts"
        "Buterin 2014, weak subjectivity"
        "Off, it believes the first history that it hears, even one written by those who have long withdrawn their deposits."
        => Caught::run("long-range", "Finality", "in a search the blocks are given, and nobody can write another history");
    valid_only "valid-only"
        "Nobody builds on a block that breaks a rule, and who votes for one loses the deposit"
        "Course notes, proof of stake"
        "Off, a block that makes its maker rich is built on."
        => Caught::run("rich", "Only valid blocks", "in a search the blocks are given, and all of them are valid");
}
