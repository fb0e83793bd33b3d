//! The scripts of the folders in `scripts`, told by hand. What they can say is told at the head of `shared/testing/stories`.

use super::super::{CounterRoom, RegisterRoom, Replication, SetRoom, TextRoom, Watch};
use crate::shared::testing::stories::{Stories, by_hand};

impl Stories<Replication, Watch> for CounterRoom {}
impl Stories<Replication, Watch> for SetRoom {}
impl Stories<Replication, Watch> for RegisterRoom {}
impl Stories<Replication, Watch> for TextRoom {}

#[test]
fn every_story_of_replicated_types() {
    by_hand::<CounterRoom, _, _>("crdt/replication/scripts/counters", &["apart", "deltas", "operations"]);
    by_hand::<SetRoom, _, _>(
        "crdt/replication/scripts/sets",
        &["add-wins", "buffer", "cart", "early-removal", "once-and-for-all"],
    );
    by_hand::<RegisterRoom, _, _>("crdt/replication/scripts/registers", &["last-wins", "map", "siblings"]);
    by_hand::<TextRoom, _, _>(
        "crdt/replication/scripts/text",
        &["interleaving", "not-mixed", "three-people"],
    );
}
