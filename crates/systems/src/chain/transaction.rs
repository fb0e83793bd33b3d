//! Payments and balances.

use std::collections::BTreeMap;
use std::fmt;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use super::hash::{Hash, double};

/// Who pays or is paid: the public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account(pub [u8; 32]);

/// A payment, signed by who pays (Ed25519, RFC 8032).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The how many-th of the one who pays, from 0.
    pub id: u64,
    /// Who pays.
    pub source: Account,
    /// Who is paid.
    pub target: Account,
    /// How much.
    pub quantity: u64,
    /// The signature of all of it.
    pub signature: [u8; 64],
}

impl Payment {
    /// What is signed: number, source, target and quantity, numbers with their least byte first.
    fn signed(&self) -> [u8; 80] {
        let mut bytes = [0; 80];
        bytes[..8].copy_from_slice(&self.id.to_le_bytes());
        bytes[8..40].copy_from_slice(&self.source.0);
        bytes[40..72].copy_from_slice(&self.target.0);
        bytes[72..].copy_from_slice(&self.quantity.to_le_bytes());
        bytes
    }

    /// Its hash, which stands in the Merkle tree.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let mut bytes = self.signed().to_vec();
        bytes.extend(self.signature);
        double(&bytes)
    }

    /// Whether its source signed it.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        let key = VerifyingKey::from_bytes(&self.source.0);
        key.is_ok_and(|key| {
            key.verify_strict(&self.signed(), &Signature::from_bytes(&self.signature)).is_ok()
        })
    }
}

/// Somebody who can pay.
#[derive(Clone, Debug)]
pub struct Wallet {
    key: SigningKey,
    next: u64,
}

impl Wallet {
    /// Of a secret, which is a seed here and not a secret at all.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        Self { key: SigningKey::from_bytes(&seed), next: 0 }
    }

    /// Where it is paid.
    #[must_use]
    pub fn account(&self) -> Account {
        Account(self.key.verifying_key().to_bytes())
    }

    /// Signs its next payment.
    pub fn pay(&mut self, target: Account, quantity: u64) -> Payment {
        self.next += 1;
        self.sign(self.next - 1, target, quantity)
    }

    /// Signs a payment with a number of its choice: one that it has used is a double spend.
    #[must_use]
    pub fn sign(&self, id: u64, target: Account, quantity: u64) -> Payment {
        let mut payment = Payment { id, source: self.account(), target, quantity, signature: [0; 64] };
        payment.signature = self.key.sign(&payment.signed()).to_bytes();
        payment
    }
}

/// Why a payment is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpaid {
    /// Its source did not sign it.
    Forged,
    /// It has been made already.
    Replayed,
    /// Its source has made another payment with this number.
    DoubleSpend,
    /// A payment before it has not been made.
    Early {
        /// The number that comes next.
        next: u64,
    },
    /// Its source does not have so much.
    Poor {
        /// What it has.
        balance: u64,
    },
    /// It pays nothing.
    Nothing,
    /// Nobody can have so much.
    Overflow,
}

impl fmt::Display for Unpaid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forged => f.write_str("its source did not sign it"),
            Self::Replayed => f.write_str("it has been made already"),
            Self::DoubleSpend => f.write_str("its source has made another payment with the same number"),
            Self::Early { next } => write!(f, "its source's payment {next} comes before it"),
            Self::Poor { balance } => write!(f, "its source has {balance}"),
            Self::Nothing => f.write_str("it pays nothing"),
            Self::Overflow => f.write_str("its target cannot have so much"),
        }
    }
}

/// Who has how much, and which payments were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    balances: BTreeMap<Account, u64>,
    /// The payments of each account, in order.
    made: BTreeMap<Account, Vec<Hash>>,
}

impl Ledger {
    /// Makes money, as a block does for who found it.
    pub fn grant(&mut self, account: Account, quantity: u64) {
        let balance = self.balances.entry(account).or_default();
        *balance = balance.saturating_add(quantity);
    }

    /// What an account has.
    #[must_use]
    pub fn balance(&self, account: Account) -> u64 {
        self.balances.get(&account).copied().unwrap_or(0)
    }

    /// Whether a payment could be made now.
    pub fn check(&self, payment: &Payment) -> Result<(), Unpaid> {
        if payment.quantity == 0 {
            return Err(Unpaid::Nothing);
        }
        if !payment.is_signed() {
            return Err(Unpaid::Forged);
        }
        let made = self.made.get(&payment.source).map(Vec::as_slice).unwrap_or_default();
        let there = usize::try_from(payment.id).ok().and_then(|id| made.get(id));
        if let Some(hash) = there {
            return Err(if *hash == payment.hash() { Unpaid::Replayed } else { Unpaid::DoubleSpend });
        }
        if payment.id > made.len() as u64 {
            return Err(Unpaid::Early { next: made.len() as u64 });
        }
        let balance = self.balance(payment.source);
        if balance < payment.quantity {
            return Err(Unpaid::Poor { balance });
        }
        let fits = payment.source == payment.target
            || self.balance(payment.target).checked_add(payment.quantity).is_some();
        if fits { Ok(()) } else { Err(Unpaid::Overflow) }
    }

    /// Makes a payment, or changes nothing.
    pub fn make(&mut self, payment: &Payment) -> Result<(), Unpaid> {
        self.check(payment)?;
        *self.balances.entry(payment.source).or_default() -= payment.quantity;
        *self.balances.entry(payment.target).or_default() += payment.quantity;
        self.made.entry(payment.source).or_default().push(payment.hash());
        Ok(())
    }

    /// Takes the latest payment of its source back, as when its block does not count any more. Says whether it was that,
    /// and its target still had as much.
    pub fn undo(&mut self, payment: &Payment) -> bool {
        let latest = self.made.get(&payment.source).and_then(|made| made.last().copied());
        if latest != Some(payment.hash()) || self.balance(payment.target) < payment.quantity {
            return false;
        }
        *self.balances.entry(payment.target).or_default() -= payment.quantity;
        *self.balances.entry(payment.source).or_default() += payment.quantity;
        if let Some(made) = self.made.get_mut(&payment.source) {
            made.pop();
        }
        true
    }
}
