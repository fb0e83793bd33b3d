//! Facts of the real network (known-answers, section 2).

use proptest::prelude::*;
use ruint::aliases::U256;

use super::*;

const GENESIS: &str = "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b2\
                       7ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c";

fn hash(text: &str) -> Hash {
    Hash::read(text).expect("64 digits")
}

#[test]
fn the_first_header_of_all() {
    let header = Header::read(GENESIS).unwrap();
    assert_eq!((header.version, header.time, header.nonce), (1, 1_231_006_505, 2_083_236_893));
    assert_eq!(header.bits, Compact(0x1d00_ffff));
    let known = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f";
    assert_eq!(header.hash().to_string(), known);
    assert!(header.meets_its_target());
    let other = Header { nonce: header.nonce + 1, ..header };
    assert!(!other.meets_its_target());
    assert_eq!(Header::from_bytes(&header.write()), header);
}

/// Block 170 has two transactions.
#[test]
fn the_root_of_a_real_block() {
    let leaves = [
        hash("b1fea52486ce0c62bb442b530a3f0132b826c74e473d1f2c220bfa78111c5082"),
        hash("f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16"),
    ];
    let known = "7dac2c5666815c17a3b36427de37bb9d2e2c5ccec3f8633eb91a4205cb4c10ff";
    assert_eq!(root(&leaves).to_string(), known);
    assert_eq!(root(&leaves[..1]), leaves[0]);
    assert_eq!(root(&[]), Hash::default());
    // The last of an odd number is paired with itself.
    let three = [leaves[0], leaves[1], leaves[0]];
    assert_eq!(root(&three), root(&[three[0], three[1], three[2], three[2]]));
}

#[test]
fn seven_real_retargets() {
    let main = Compact(0x1d00_ffff).target().unwrap();
    let signet = Compact(503_543_726).target().unwrap();
    let rows = [
        (1_231_006_505, 1_233_061_996, 0x1d00_ffff, main, 0x1d00_ffff),
        (1_261_130_161, 1_262_152_739, 0x1d00_ffff, main, 0x1d00_d86a),
        (1_279_008_237, 1_279_297_671, 0x1c05_a3f4, main, 0x1c01_68fd),
        (1_263_163_443, 1_269_211_443, 0x1c38_7f6f, main, 0x1d00_e1fd),
        (1_695_114_421, 1_696_319_769, 0x1704_ed7f, main, 0x1704_e90f),
        (1_598_918_400, 1_599_332_177, 503_543_726, signet, 503_394_215),
        (1_599_332_844, 1_600_591_200, 503_394_215, signet, 503_397_348),
    ];
    for (first, last, old, easiest, new) in rows {
        assert_eq!(retarget(first, last, Compact(old), easiest), Some(Compact(new)), "{old:x}");
    }
}

#[test]
fn difficulties_and_work() {
    let rows = [
        (0x1c00_ffff, 256.0),
        (0x1b00_ffff, 65_536.0),
        (0x1a00_f3a2, 17_628_585.065_897_066),
        (0x1b04_04cb, 16_307.420_938_523_983),
    ];
    for (bits, known) in rows {
        assert!((difficulty(Compact(bits)) / known - 1.0).abs() < 1e-12, "{bits:x}");
    }
    let target = Compact(0x1b04_04cb).target().unwrap();
    assert_eq!(format!("{:064x}", target.0), format!("00000000000404cb{}", "0".repeat(48)));
    assert_eq!(Compact(0x1d00_ffff).target().unwrap().work(), Work::read("0x100010001").unwrap());
    let logarithms = [
        ("200020002", 33.000_022),
        ("a97d67041c5e51596ee7", 79.405_055),
        ("8c85acb73287e335d525b98", 91.134_654),
    ];
    for (work, known) in logarithms {
        assert!((log2(Work::read(work).unwrap()) - known).abs() < 1e-6, "{work}");
    }
    let all = Target(U256::MAX).work();
    assert_eq!(all, Work(U256::from(1)));
}

/// Vectors of Bitcoin's own encoding: a sign, a zero and a number that is too long are no targets.
#[test]
fn what_is_no_target() {
    for bits in [0, 0x0080_0000, 0x0100_3456, 0x0180_0000, 0x0492_3456, 0x2300_0001, 0xff12_3456, 0x2210_0000]
    {
        assert_eq!(Compact(bits).target(), None, "{bits:x}");
    }
    for (bits, number) in
        [(0x0112_3456, 0x12), (0x0212_3456, 0x1234), (0x0312_3456, 0x0012_3456), (0x0412_3456, 0x1234_5600)]
    {
        let target = Compact(bits).target().unwrap();
        assert_eq!(target.0, U256::from(number), "{bits:x}");
    }
}

proptest! {
    /// What 32 bits can say comes back, and what they cannot is cut down and never up.
    #[test]
    fn a_target_in_short_is_never_easier(number in any::<[u8; 32]>(), shift in 0_usize..256) {
        let target = Target(U256::from_le_bytes(number) >> shift);
        prop_assume!(target.0 != U256::ZERO);
        let short = target.compact().target().expect("a target");
        prop_assert!(short <= target);
        prop_assert_eq!(short.compact(), target.compact());
        prop_assert!(short.0.bit_len() == target.0.bit_len());
    }

    /// Work is how often one has to try: 2^256 = work * (target + 1) + rest.
    #[test]
    fn work_is_the_quotient(number in any::<[u8; 32]>(), shift in 0_usize..255) {
        use ruint::aliases::U512;
        let target = Target(U256::from_le_bytes(number) >> shift);
        // Of a target of zero it would not fit.
        prop_assume!(target.0 != U256::ZERO);
        let whole = U512::from(1) << 256_usize;
        let next: U512 = target.0.to::<U512>() + U512::from(1);
        prop_assert_eq!(target.work().0.to::<U512>(), whole / next);
    }
}

#[test]
fn a_damaged_file_is_refused_by_line() {
    let second = "010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000982051fd1e4ba744bbbe680e\
                  1fee14677ba1a3c3540bf7b1cdb606e857233e0e61bc6649ffff001d01e36299";
    let good = format!("{GENESIS}\r\n\n{second}\n");
    let (found, fault) = audit(&good);
    assert_eq!((found.headers, found.links, found.heights, fault), (2, 1, Some((0, 1)), None));
    assert_eq!(found.work, Work::read("200020002"));
    let flipped = good.replace("01e36299", "02e36299");
    let rows = [
        ("", "line 1: there is no header in it"),
        ("0100", "line 1: a header is 160 hexadecimal digits, and these are 4"),
        ("zz", "line 1: “z” is no hexadecimal digit"),
        ("a,b\n1,2", "line 1: a table needs a column header_hex, and its first line names the columns"),
        ("height,header_hex\n1", "line 2: it has 1 cells, and the table 2 columns"),
        ("height,header_hex\n-1,00", "line 2: its height “-1” is no number"),
    ];
    for (text, words) in rows {
        assert_eq!(audit(text).1.map(|fault| fault.to_string()).as_deref(), Some(words));
    }
    let words = audit(&flipped).1.unwrap().to_string();
    assert!(
        words.starts_with("line 3: its hash ") && words.ends_with("is above its target 1d00ffff"),
        "{words}"
    );
    let twice = format!("{GENESIS}\n{GENESIS}\n");
    assert!(audit(&twice).1.unwrap().words.starts_with("it names 0000"));
    let table = format!("height,hash,header_hex\n0,00,{GENESIS}\n");
    assert!(audit(&table).1.unwrap().words.starts_with("it states the hash 00, and the header has 0000"));
    let table = format!("chainwork_hex,height,header_hex\n0x100010001,0,{GENESIS}\n0x200020003,1,{second}\n");
    let words = audit(&table).1.unwrap().to_string();
    assert_eq!(words, "line 3: it states the work 0x200020003, and the targets add up to 0x200020002");
}

/// A chain with an easy target: `every` seconds from block to block in its first period, and then half as many.
fn easy_chain(easiest: Compact, every: u32, blocks: u64) -> Vec<Header> {
    let target = easiest.target().unwrap();
    let mut chain: Vec<Header> = Vec::new();
    for height in 0..blocks {
        let before = chain.last().copied();
        let mut header = Header { bits: easiest, time: 1_300_000_000, version: 1, ..Header::default() };
        if let Some(before) = before {
            let pace = if height <= PERIOD { every } else { every / 2 };
            (header.previous, header.time, header.bits) = (before.hash(), before.time + pace, before.bits);
            if height.is_multiple_of(PERIOD) {
                let first = chain[(height - PERIOD) as usize].time;
                header.bits = retarget(first, before.time, before.bits, target).unwrap();
            }
        }
        while !header.meets_its_target() {
            header.nonce += 1;
        }
        chain.push(header);
    }
    chain
}

fn lines(chain: &[Header]) -> String {
    let digits =
        |header: &Header| header.write().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    chain.iter().map(|header| digits(header) + "\n").collect()
}

/// Whole periods, and the three ways in which a target after one can be wrong.
#[test]
fn targets_follow_from_whole_periods() {
    let easiest = Compact(0x207f_ffff);
    let mut chain = easy_chain(easiest, 400, 2 * PERIOD + 3);
    let (found, fault) = audit::audit_below(&lines(&chain), easiest);
    assert_eq!((fault, found.retargets, found.links), (None, 2, 2 * PERIOD + 2));
    let work =
        chain.iter().fold(Work::default(), |sum, header| sum.plus(header.bits.target().unwrap().work()));
    assert_eq!(found.work, Some(work));
    // Two thirds of the time, so two thirds of the target; and then a third.
    let part = |place: u64| chain[place as usize].bits.target().unwrap().0 >> 200_usize;
    let first: u64 = part(0).to();
    assert!((part(PERIOD).to::<u64>() as f64 / first as f64 - 400.0 / 600.0 * 2015.0 / 2016.0).abs() < 1e-4);
    let mine = |header: &mut Header| {
        while !header.meets_its_target() {
            header.nonce += 1;
        }
    };
    // The old target is kept on.
    let at = PERIOD as usize;
    chain.truncate(at + 1);
    chain[at].bits = easiest;
    mine(&mut chain[at]);
    let fault = audit::audit_below(&lines(&chain), easiest).1.unwrap();
    assert_eq!(fault.line, at + 1);
    assert!(
        fault.words.starts_with("its target is 207fffff, and after the last period it must be "),
        "{fault}"
    );
    // The target changes within a period.
    chain.truncate(at - 5);
    let last = chain.len() - 1;
    chain[last].bits = Compact(0x2070_0000);
    mine(&mut chain[last]);
    let fault = audit::audit_below(&lines(&chain), easiest).1.unwrap();
    assert_eq!(
        fault.to_string(),
        format!("line {}: its target 20700000 is not the 207fffff of its period", last + 1)
    );
    // And nothing may be easier than the easiest.
    assert_eq!(audit(&lines(&chain)).1.unwrap().line, 1);
}
