//! Facts of the real network (known-answers, section 2).

use proptest::prelude::*;
use ruint::aliases::U256;

use super::odds::{Selfish, attempt, confirmations, nakamoto, race, revenue, threshold};
use super::*;

mod networks;

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
    let (found, fault) = audit::audit_below(&lines(&chain), easiest, None);
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
    let fault = audit::audit_below(&lines(&chain), easiest, None).1.unwrap();
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
    let fault = audit::audit_below(&lines(&chain), easiest, None).1.unwrap();
    assert_eq!(
        fault.to_string(),
        format!("line {}: its target 20700000 is not the 207fffff of its period", last + 1)
    );
    // And nothing may be easier than the easiest.
    assert_eq!(audit(&lines(&chain)).1.unwrap().line, 1);
}

/// Nakamoto 2008, section 11, and the exact race beside it (known-answers, section 2.4).
#[test]
fn the_table_of_the_paper_and_the_exact_race() {
    let close = |found: f64, known: f64| assert!((found - known).abs() < 6e-8, "{found}, not {known}");
    let tenth = [
        1.0, 0.2045873, 0.0509779, 0.0131722, 0.0034552, 0.0009137, 0.0002428, 0.0000647, 0.0000173,
        0.0000046, 0.0000012,
    ];
    for (z, known) in (0..).zip(tenth) {
        close(nakamoto(0.1, z), known);
    }
    let third = [
        1.0, 0.1773523, 0.0416605, 0.0101008, 0.0024804, 0.0006132, 0.0001522, 0.0000379, 0.0000095,
        0.0000024, 0.0000006,
    ];
    for (place, known) in (0..).zip(third) {
        close(nakamoto(0.3, 5 * place), known);
    }
    let exact =
        [0.2, 0.056, 0.01712, 0.005456, 0.0017818, 0.0005914, 0.0001986, 0.0000672, 0.0000229, 0.0000079];
    for (z, known) in (1..).zip(exact) {
        close(race(0.1, z), known);
    }
    let exact = [
        0.1976173, 0.0651067, 0.0233077, 0.0086739, 0.0033027, 0.0012769, 0.0004991, 0.0001967, 0.0000780,
        0.0000311,
    ];
    for (place, known) in (1..).zip(exact) {
        close(race(0.3, 5 * place), known);
    }
    let shares = [0.10, 0.15, 0.20, 0.25, 0.30, 0.35, 0.40];
    let needed = |chance: fn(f64, u32) -> f64| shares.map(|q| confirmations(chance, q, 0.001).unwrap());
    assert_eq!(needed(nakamoto), [5, 8, 11, 15, 24, 41, 89]);
    assert_eq!(needed(race), [6, 9, 13, 20, 32, 58, 133]);
    assert_eq!(confirmations(nakamoto, 0.45, 0.001), Some(340));
    assert_eq!((nakamoto(0.5, 6), race(0.6, 6)), (1.0, 1.0));
}

/// Eyal and Sirer 2014 (known-answers, section 2.5).
#[test]
fn what_a_selfish_pool_finds() {
    let rows = [
        (0.10, [0.035641, 0.054030, 0.072418, 0.090806, 0.109194]),
        (0.20, [0.129670, 0.156044, 0.182418, 0.208791, 0.235165]),
        (0.25, [0.195122, 0.222561, 0.250000, 0.277439, 0.304878]),
        (0.30, [0.273126, 0.300000, 0.326874, 0.353748, 0.380622]),
        (1.0 / 3.0, [0.333333, 0.358974, 0.384615, 0.410256, 0.435897]),
        (0.40, [0.483721, 0.504651, 0.525581, 0.546512, 0.567442]),
        (0.45, [0.651773, 0.666186, 0.680598, 0.695011, 0.709423]),
    ];
    let gammas = [0.0, 0.25, 0.5, 0.75, 1.0];
    for (alpha, known) in rows {
        for (gamma, known) in gammas.into_iter().zip(known) {
            assert!((revenue(alpha, gamma) - known).abs() < 6e-7, "{alpha} {gamma}");
        }
    }
    for (gamma, known) in gammas.into_iter().zip([1.0 / 3.0, 0.3, 0.25, 1.0 / 6.0, 0.0]) {
        assert!((threshold(gamma) - known).abs() < 1e-12);
        // There, being selfish pays as much as being honest.
        assert!((revenue(known, gamma) - known).abs() < 1e-12);
    }
}

/// Draws by xorshift64*.
struct Lots(u64);

impl kernel::Choices for Lots {
    fn choose(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        ((drawn * u64::from(bound)) >> 32) as u32
    }
}

/// What is played comes to what is exact, and not to what the paper approximates.
#[test]
fn attempts_and_selfish_blocks_come_to_what_is_exact() {
    let mut lots = Lots(42);
    for (share, z) in [(100_000, 1), (100_000, 2), (300_000, 5), (300_000, 10)] {
        let runs = 400_000;
        let won = (0..runs).filter(|_| attempt(share, z, &mut lots)).count();
        let (found, q) = (won as f64 / f64::from(runs), f64::from(share) / 1e6);
        let slack = 4.0 * (race(q, z) / f64::from(runs)).sqrt();
        assert!((found - race(q, z)).abs() < slack, "{q} {z}: {found}, not {}", race(q, z));
        assert!((nakamoto(q, z) - race(q, z)).abs() > slack, "the two can be told apart");
    }
    for (alpha, gamma) in [(200_000, 0), (300_000, 500_000), (400_000, 1_000_000), (450_000, 250_000)] {
        let mut pool = Selfish::default();
        (0..2_000_000).for_each(|_| pool.find((alpha, gamma), &mut lots));
        let known = revenue(f64::from(alpha) / 1e6, f64::from(gamma) / 1e6);
        assert!((pool.share() - known).abs() < 0.004, "{alpha} {gamma}: {}, not {known}", pool.share());
    }
}

/// RFC 8032, section 7.1, test 1: the key that follows from a secret.
#[test]
fn a_wallet_has_the_key_of_the_standard() {
    let key = |text: &str| <[u8; 32]>::try_from(super::hash::bytes(text).unwrap()).unwrap();
    let secret = key("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    let public = key("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    assert_eq!(Wallet::new(secret).account(), Account(public));
}

#[test]
fn a_payment_is_made_once_and_by_who_has_the_money() {
    let (mut alice, mut bob) = (Wallet::new([1; 32]), Wallet::new([2; 32]));
    let (a, b) = (alice.account(), bob.account());
    let mut ledger = Ledger::default();
    ledger.grant(a, 10);
    let first = Note::new(alice.pay(b, 7));
    assert_eq!(ledger.make(&first), Ok(()));
    assert_eq!((ledger.balance(a), ledger.balance(b)), (3, 7));
    let before = ledger.clone();
    let refused = [
        (*first.payment(), Unpaid::Replayed, "it has been made already"),
        (
            alice.sign(0, a, 3),
            Unpaid::DoubleSpend,
            "its source has made another payment with the same number",
        ),
        (alice.sign(2, b, 1), Unpaid::Early { next: 1 }, "its source's payment 1 comes before it"),
        (alice.sign(1, b, 4), Unpaid::Poor { balance: 3 }, "its source has 3"),
        (alice.sign(1, b, 0), Unpaid::Nothing, "it pays nothing"),
        (Payment { quantity: 1, ..alice.sign(1, b, 2) }, Unpaid::Forged, "its source did not sign it"),
        (Payment { source: a, ..bob.pay(a, 1) }, Unpaid::Forged, "its source did not sign it"),
        (
            Payment { source: Account([0xff; 32]), ..*first.payment() },
            Unpaid::Forged,
            "its source did not sign it",
        ),
    ];
    for (payment, why, words) in refused {
        assert_eq!(ledger.make(&Note::new(payment)), Err(why));
        assert_eq!(why.to_string(), words);
    }
    assert_eq!(ledger, before, "a refusal changes nothing");
    ledger.grant(a, u64::MAX - 10);
    ledger.grant(b, 20);
    let much = Note::new(alice.pay(b, u64::MAX - 7));
    assert_eq!(ledger.make(&much), Err(Unpaid::Overflow));
    // Who does not care makes them, and money comes from nowhere.
    assert!(ledger.adds_up());
    ledger.force(&Note::new(bob.sign(0, b, 1)));
    assert!(ledger.adds_up());
    ledger.force(&Note::new(Wallet::new([3; 32]).sign(0, a, 5)));
    assert!(!ledger.adds_up());
}
