//! Facts and small pictures of the lanes.
