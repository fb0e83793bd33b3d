//! The public networks of Bitcoin, known apart by the hashes of their first headers (Bitcoin Core,
//! `kernel/chainparams.cpp`).
//!
//! Other networks share the rules of the main one, and testnet3 even its easiest target: headers of theirs have work in
//! them, link to each other and keep the targets of their periods. Only the first header says whose they are.

/// A network other than the main one, and its first hash.
const OTHERS: &[(&str, &str)] = &[
    ("testnet3", "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943"),
    ("testnet4", "00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043"),
    ("signet", "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6"),
    ("regtest", "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"),
];

/// The hash of the first header of the main network.
pub(super) const MAIN: &str = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f";

/// The name of the other network whose first header has this hash.
pub(super) fn other(hash: &str) -> Option<&'static str> {
    OTHERS.iter().find(|(_, first)| *first == hash).map(|(name, _)| *name)
}
