//! What an attacker can hope for: exact, as the literature has it, and played.
//!
//! `q` and `alpha` are the attacker's share of all hashes, below one half where the formula says nothing else.

use kernel::Choices;

/// The chance to undo a payment after so many confirmations, as Nakamoto 2008, section 11, computes it. While the honest
/// miners find `z` blocks it takes the attacker's number to be of Poisson's distribution, which it is not: the time that
/// they take is not always the same. So it is too low, but for very few confirmations, where it is too high: compare
/// [`race`].
#[must_use]
pub fn nakamoto(q: f64, z: u32) -> f64 {
    let p = 1.0 - q;
    if q >= p {
        return 1.0;
    }
    let lambda = f64::from(z) * q / p;
    let mut poisson = libm::exp(-lambda);
    let mut chance = 1.0;
    for k in 0..=z {
        chance -= poisson * (1.0 - libm::pow(q / p, f64::from(z - k)));
        poisson *= lambda / f64::from(k + 1);
    }
    chance
}

/// The chance of the same, exactly: the attacker's number is of the negative binomial distribution (Rosenfeld 2012;
/// Grunspan and Pérez-Marco 2018).
#[must_use]
pub fn race(q: f64, z: u32) -> f64 {
    let p = 1.0 - q;
    if q >= p {
        return 1.0;
    }
    // C(k + z - 1, k) p^z q^k, and the same with p and q in each other's place.
    let mut ahead = libm::pow(p, f64::from(z));
    let mut behind = libm::pow(q, f64::from(z));
    let mut chance = 1.0;
    for k in 0..z {
        chance -= ahead - behind;
        let more = f64::from(k + z) / f64::from(k + 1);
        ahead *= more * q;
        behind *= more * p;
    }
    chance
}

/// The fewest confirmations after which a chance is below `risk`; `None`: not within 1,000.
#[must_use]
pub fn confirmations(chance: fn(f64, u32) -> f64, q: f64, risk: f64) -> Option<u32> {
    (0..=1_000).find(|&z| chance(q, z) < risk)
}

/// An attacker who has not caught up and is so many blocks behind gives up.
const HOPELESS: i64 = 200;

/// Plays one attempt to undo a payment after so many confirmations; whether it comes to as many blocks as the others have.
/// `share` is the attacker's, in millionths.
pub fn attempt(share: u32, z: u32, choices: &mut dyn Choices) -> bool {
    let (mut lead, mut honest) = (0_i64, 0);
    loop {
        if honest >= z && !(-HOPELESS..0).contains(&lead) {
            return lead >= 0;
        }
        if choices.choose(1_000_000) < share {
            lead += 1;
        } else {
            lead -= 1;
            honest += 1;
        }
    }
}

/// The part of all blocks that count which a selfish pool of share `alpha` finds, if a part `gamma` of the others builds
/// on its block where two are equal (Eyal and Sirer 2014, equation 8).
#[must_use]
pub fn revenue(alpha: f64, gamma: f64) -> f64 {
    let honest = 1.0 - alpha;
    let found = alpha * honest * honest * (4.0 * alpha + gamma * (1.0 - 2.0 * alpha)) - alpha * alpha * alpha;
    found / (1.0 - alpha * (1.0 + (2.0 - alpha) * alpha))
}

/// The share from which on it pays to be selfish (Eyal and Sirer 2014, observation 1).
#[must_use]
pub fn threshold(gamma: f64) -> f64 {
    (1.0 - gamma) / (3.0 - 2.0 * gamma)
}

/// A selfish pool and everybody else (Eyal and Sirer 2014, algorithm 1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selfish {
    /// How many blocks the pool keeps to itself.
    pub hidden: u64,
    /// Two chains are equally long, and the pool's is known.
    pub tie: bool,
    /// Blocks that count: the pool's, and the others'.
    pub counted: (u64, u64),
}

impl Selfish {
    /// One more block is found. Shares are in millionths: the pool's, and that of the others who build on the pool's block
    /// in a tie.
    pub fn find(&mut self, (alpha, gamma): (u32, u32), choices: &mut dyn Choices) {
        let pool = choices.choose(1_000_000) < alpha;
        match (pool, self.hidden, self.tie) {
            (true, _, true) => {
                self.tie = false;
                self.counted.0 += 2;
            }
            (true, _, false) => self.hidden += 1,
            (false, _, true) => {
                self.tie = false;
                if choices.choose(1_000_000) < gamma {
                    self.counted.0 += 1;
                    self.counted.1 += 1;
                } else {
                    self.counted.1 += 2;
                }
            }
            (false, 0, false) => self.counted.1 += 1,
            // The pool shows its block, and who builds on which is open.
            (false, 1, false) => (self.hidden, self.tie) = (0, true),
            // All but one ahead: it shows everything, and the other's block does not count.
            (false, 2, false) => {
                self.hidden = 0;
                self.counted.0 += 2;
            }
            // Far ahead it shows one, which will count.
            (false, _, false) => {
                self.hidden -= 1;
                self.counted.0 += 1;
            }
        }
    }

    /// The pool's part of the blocks that count.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.counted.0 as f64 / (self.counted.0 + self.counted.1).max(1) as f64
    }
}
