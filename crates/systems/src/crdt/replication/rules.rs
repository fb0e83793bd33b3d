//! The rules that can be switched off.

use kernel::{Caught, Rule};

use crate::shared::rules::rules;

rules! {
    larger_number "larger-number"
        "To join two counters, take the larger number of each replica"
        "Shapiro et al. 2011, specification 6"
        "Off, a counter adds what it hears to what it has, and counts again what it hears again."
        => Caught::search("adding", "Strong convergence");
    observed_tags "observed-tags"
        "A removal takes only the additions that it has seen"
        "Shapiro et al. 2011, specification 15"
        "Off, it takes an element away whoever added it, seen or not, and takes it away again wherever it comes."
        => Caught::search("unseen", "Strong convergence");
    tie_break "tie-break"
        "Of two writes that are equally late, that of the higher replica wins"
        "Shapiro et al. 2011, section 3.2.1"
        "Off, everybody keeps its own, and they never agree again."
        => Caught::search("no-tie-break", "Strong convergence");
    logical_clock "logical-clock"
        "A write is later than every write that it has seen: clocks count writes"
        "Lamport 1978"
        "Off, clocks on the wall say what is later, that of A is ahead, and a write loses to one that it has seen."
        => Caught::search("wall-clock", "Strong convergence");
    causal_delivery "causal-delivery"
        "An operation is carried out after all those that it had seen"
        "Shapiro et al. 2011, section 2.2"
        "Off, a removal that comes before the addition removes nothing."
        => Caught::search("early-removal", "Strong convergence");
    exactly_once "exactly-once"
        "An operation is carried out once"
        "Shapiro et al. 2011, section 2.2"
        "Off, an operation that comes twice counts twice."
        => Caught::search("twice", "Strong convergence");
}
