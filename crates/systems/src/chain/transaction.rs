//! Payments and balances.

use std::fmt;
use std::rc::Rc;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use kernel::NodeId;
use rpds::{RedBlackTreeMap, RedBlackTreeSet, Vector};

use super::hash::{Hash, double};

/// Who pays or is paid: the public key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// As it is hashed: what is signed, and the signature.
    fn write(&self) -> [u8; 144] {
        let mut bytes = [0; 144];
        bytes[..80].copy_from_slice(&self.signed());
        bytes[80..].copy_from_slice(&self.signature);
        bytes
    }

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
        double(&self.write())
    }

    /// Whether its source signed it.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.source.signed(&self.signed(), &self.signature)
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

    /// Of a node: of a purse and of the node's id.
    pub(super) fn of(purse: u8, node: NodeId) -> Self {
        let mut seed = [purse; 32];
        seed[..2].copy_from_slice(&node.to_le_bytes());
        Self::new(seed)
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

    /// Signs anything else.
    #[must_use]
    pub fn seal(&self, what: &[u8]) -> [u8; 64] {
        self.key.sign(what).to_bytes()
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// A payment that is never checked twice: its hash, and whether its source signed it, are found when it is made. A copy
/// costs nothing, so that all nodes can hold it.
#[derive(Clone)]
pub struct Note(Rc<(Payment, Hash, bool)>);

impl Note {
    /// Of a payment.
    #[must_use]
    pub fn new(payment: Payment) -> Self {
        Self(Rc::new((payment, payment.hash(), payment.is_signed())))
    }

    /// The payment.
    #[must_use]
    pub fn payment(&self) -> &Payment {
        &self.0.0
    }

    /// Its hash.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.0.1
    }

    /// Whether its source signed it.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.0.2
    }
}

impl Account {
    /// Whether the owner of the account signed this.
    #[must_use]
    pub fn signed(self, what: &[u8], signature: &[u8; 64]) -> bool {
        let key = VerifyingKey::from_bytes(&self.0);
        key.is_ok_and(|key| key.verify_strict(what, &Signature::from_bytes(signature)).is_ok())
    }
}

impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "payment {}", self.hash().short())
    }
}

impl PartialEq for Note {
    fn eq(&self, other: &Self) -> bool {
        self.hash() == other.hash()
    }
}

impl Eq for Note {}

impl PartialOrd for Note {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Note {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.hash().cmp(&other.hash())
    }
}

impl std::hash::Hash for Note {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.1.hash(state);
    }
}

/// Who has how much, and which payments were made. A copy costs nothing, so that every block can keep the one after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    balances: RedBlackTreeMap<Account, u64>,
    /// The payments of each account, by their numbers.
    made: RedBlackTreeMap<Account, Vector<Hash>>,
    /// Payments that were made although their numbers were not due: see [`Ledger::force`].
    besides: RedBlackTreeSet<Hash>,
    /// What was made, of nothing, for each account.
    granted: RedBlackTreeMap<Account, u64>,
}

impl Ledger {
    /// Makes money, as a block does for who found it.
    pub fn grant(&mut self, account: Account, quantity: u64) {
        self.balances.insert_mut(account, self.balance(account).saturating_add(quantity));
        self.granted.insert_mut(account, self.granted(account).saturating_add(quantity));
    }

    /// Takes all that an account has out of the world.
    pub(super) fn burn(&mut self, account: Account) {
        let lost = self.balance(account);
        self.balances.insert_mut(account, 0);
        self.granted.insert_mut(account, self.granted(account).saturating_sub(lost));
    }

    /// What was made for an account.
    #[must_use]
    pub fn granted(&self, account: Account) -> u64 {
        self.granted.get(&account).copied().unwrap_or(0)
    }

    /// What an account has.
    #[must_use]
    pub fn balance(&self, account: Account) -> u64 {
        self.balances.get(&account).copied().unwrap_or(0)
    }

    /// The number of an account's next payment: how many it has made, but for those with a number that was not due.
    #[must_use]
    pub fn next(&self, account: Account) -> u64 {
        self.made.get(&account).map_or(0, |made| made.len() as u64)
    }

    /// Whether exactly what was made is there: no more, and no less.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        let sum = |map: &RedBlackTreeMap<Account, u64>| map.values().map(|&n| u128::from(n)).sum::<u128>();
        sum(&self.balances) == sum(&self.granted)
    }

    /// Whether this very payment has been made.
    #[must_use]
    pub fn has_made(&self, note: &Note) -> bool {
        self.numbered(note.payment()) == Some(&note.hash()) || self.besides.contains(&note.hash())
    }

    /// The payment that its source has made with this one's number.
    fn numbered(&self, payment: &Payment) -> Option<&Hash> {
        self.made.get(&payment.source)?.get(usize::try_from(payment.id).ok()?)
    }

    /// Whether a payment could be made now. That it has been made comes first: a payment that a switched-off rule let
    /// through is made, whatever else is wrong with it.
    pub fn check(&self, note: &Note) -> Result<(), Unpaid> {
        let payment = note.payment();
        if self.has_made(note) {
            return Err(Unpaid::Replayed);
        }
        if payment.quantity == 0 {
            return Err(Unpaid::Nothing);
        }
        if !note.is_signed() {
            return Err(Unpaid::Forged);
        }
        if self.numbered(payment).is_some() {
            return Err(Unpaid::DoubleSpend);
        }
        let next = self.next(payment.source);
        if payment.id > next {
            return Err(Unpaid::Early { next });
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
    pub fn make(&mut self, note: &Note) -> Result<(), Unpaid> {
        self.check(note)?;
        self.force(note);
        Ok(())
    }

    /// Makes a payment whatever speaks against it, as those do who have switched a rule off: its source pays what it has.
    /// One whose number is not due uses no number up: what its source pays next has the number that it would have had.
    pub fn force(&mut self, note: &Note) {
        let payment = note.payment();
        let left = self.balance(payment.source).saturating_sub(payment.quantity);
        self.balances.insert_mut(payment.source, left);
        let more = self.balance(payment.target).saturating_add(payment.quantity);
        self.balances.insert_mut(payment.target, more);
        if payment.id == self.next(payment.source) {
            let mut made = self.made.get(&payment.source).cloned().unwrap_or_default();
            made.push_back_mut(note.hash());
            self.made.insert_mut(payment.source, made);
        } else if !self.has_made(note) {
            self.besides.insert_mut(note.hash());
        }
    }
}
