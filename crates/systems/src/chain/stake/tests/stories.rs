//! The scripts of the folder `scripts`, told by hand. What they can say is told at the head of `shared/testing/stories`.

use super::super::{StakeRoom, Staking, Watch};
use crate::shared::testing::stories::{Stories, by_hand};

impl Stories<Staking, Watch> for StakeRoom {}

#[test]
fn every_story_of_proof_of_stake() {
    by_hand::<StakeRoom, _, _>("chain/stake/scripts", &["finality", "one-liar", "a-third"]);
}
