//! Facts about the cluster, on a protocol small enough to check by hand.
