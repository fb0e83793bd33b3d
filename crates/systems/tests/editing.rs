//! What was really typed: `editing-traces/` of the shared data. Where that is absent the test says that it was skipped.

use std::fs::File;
use std::path::Path;

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};
use systems::crdt::sequence::Kind;
use systems::crdt::trace::{Trace, replay};

#[test]
fn a_paper_is_written_again() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/editing-traces/automerge-paper.json.gz");
    let Ok(file) = File::open(&path) else {
        println!("skipped: there is no {}", path.display());
        return;
    };
    let trace: Trace = serde_json::from_reader(GzDecoder::new(file)).expect("a trace");
    for (kind, replicas) in [(Kind::FugueMax, 1), (Kind::Rga, 1), (Kind::FugueMax, 2), (Kind::Fugue, 2)] {
        let replayed = replay(&trace, kind, replicas).expect("it can be replayed");
        assert_eq!((replayed.edits, replayed.typed, replayed.deleted), (259_778, 182_315, 77_463));
        assert_eq!(replayed.replicas.len(), replicas);
        for replica in &replayed.replicas {
            let sum = Sha256::digest(replica.text().as_bytes());
            let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(sum, "a489e9022976c14e46627aea174d07797edcb3fd17df42605956d4cf01bf9039");
            assert_eq!((replica.len(), replica.tombstones()), (104_852, 77_463));
        }
    }
}
