//! Real headers: `bitcoin/` of the shared data. Where that is absent these tests say that they were skipped.

use std::fs;
use std::path::Path;

use systems::chain::{Change, Hash, Header, Tree, audit};

fn read(file: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/bitcoin").join(file);
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("skipped: there is no {}", path.display());
    }
    text
}

#[test]
fn the_first_439_headers() {
    let Some(text) = read("headers_mainnet_0_to_438.hex") else { return };
    let (found, fault) = audit(&text);
    assert_eq!(fault, None);
    assert_eq!((found.headers, found.links, found.kept, found.heights), (439, 438, 438, Some((0, 438))));
    // Any one of its digits matters.
    for (line, at) in [(7, 3), (100, 20), (200, 80), (300, 140), (438, 159)] {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let digit = if lines[line].as_bytes()[at] == b'0' { "1" } else { "0" };
        lines[line].replace_range(at..=at, digit);
        assert_eq!(audit(&lines.join("\n")).1.map(|fault| fault.line), Some(line + 1));
    }
    let known = [
        (1, "00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048"),
        (2, "000000006a625f06636b8bb6ac7b960a8d03705d1ace08b1a19da3fdcc99ddbd"),
        (170, "00000000d1145790a8694403d4063f323d499e655c83426834d4ce2f8dd4a2ee"),
    ];
    for (height, hash) in known {
        let header = text.lines().nth(height).and_then(Header::read).expect("a header");
        assert_eq!(header.hash().to_string(), hash);
    }
}

#[test]
fn the_work_at_218_checkpoints() {
    let Some(text) = read("checkpoints.csv") else { return };
    let (found, fault) = audit(&text);
    assert_eq!(fault, None);
    assert_eq!((found.headers, found.works, found.works_unknown), (218, 218, 0));
    assert_eq!(found.stated, 3 * 218);
    for line in [1, 100, 218] {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines[line] = lines[line].replacen("0x", "0x1", 1);
        assert_eq!(audit(&lines.join("\n")).1.map(|fault| fault.line), Some(line + 1));
    }
}

/// The first tip that was seen stays where a side branch has as much work, and goes where it has more.
#[test]
fn a_real_fork() {
    let Some(text) = read("reorg_headers.json") else { return };
    let rows: Vec<serde_json::Value> = serde_json::from_str(&text).expect("a list");
    let header = |row: &serde_json::Value| Header::read(row["header_hex"].as_str().unwrap()).unwrap();
    for row in &rows {
        assert_eq!(header(row).hash().to_string(), row["hash"].as_str().unwrap());
    }
    let mut tree = Tree::new(header(&rows[0]));
    let hashes: Vec<Hash> = rows.iter().map(|row| header(row).hash()).collect();
    for place in 1..=4 {
        let change = tree.insert(header(&rows[place]));
        assert_eq!(change, Change::Tip { undone: Vec::new(), done: vec![hashes[place]] });
    }
    assert_eq!(tree.insert(header(&rows[5])), Change::Aside);
    assert_eq!(tree.insert(header(&rows[6])), Change::Aside, "as much work: the first that was seen stays");
    assert_eq!(tree.tip(), hashes[4]);
    let change = tree.insert(header(&rows[7]));
    let (undone, done) = (vec![hashes[4], hashes[3]], hashes[5..=7].to_vec());
    assert_eq!(change, Change::Tip { undone, done });
    assert_eq!(tree.tip().to_string(), "00000000195f85184e77c18914bd0febd11278d950f5e4731a38f71ed79f044e");
    // In any order the same tip.
    let mut tree = Tree::new(header(&rows[0]));
    for place in [7, 6, 4, 3, 2, 5] {
        assert_eq!(tree.insert(header(&rows[place])), Change::Orphan);
    }
    assert!(matches!(tree.insert(header(&rows[1])), Change::Tip { .. }));
    assert_eq!(tree.tip(), hashes[7]);
}
