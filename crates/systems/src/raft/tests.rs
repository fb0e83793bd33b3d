//! Raft, tested.
