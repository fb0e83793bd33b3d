//! Facts and small pictures of the ring.
