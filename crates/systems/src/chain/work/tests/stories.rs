//! The scripts of the folder `scripts`, told by hand. What they can say is told at the head of `shared/testing/stories`.

use super::super::{Mining, Watch, WorkRoom};
use crate::shared::testing::stories::{Stories, by_hand};

impl Stories<Mining, Watch> for WorkRoom {}

#[test]
fn every_story_of_proof_of_work() {
    let names = ["steady", "slow-network", "partition", "double-spend", "selfish"];
    by_hand::<WorkRoom, _, _>("chain/work/scripts", &names);
}
