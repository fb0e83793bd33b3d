//! Questions to the environment.
//!
//! A coin, a lie, a tie-break: where a step may go several ways without anything else deciding, it asks. Who
//! answers makes the difference between a timed run (a seeded generator, in `simulator`), a replay ([`Scripted`])
//! and an exploration ([`Odometer`]: every answer, by executing the step again).

/// Answers "which of `bound` alternatives?".
pub trait Choices {
    /// A number below `bound`. `bound` is at least 1; a question with one answer is still a question.
    fn choose(&mut self, bound: u32) -> u32;
}

/// Answers from a list, and 0 once the list is used up. What was asked can be read afterwards.
#[derive(Clone, Debug, Default)]
pub struct Scripted {
    answers: Vec<u32>,
    asked: Vec<u32>,
}

impl Scripted {
    /// Will give these answers, in order.
    pub fn new(answers: impl Into<Vec<u32>>) -> Self {
        Self { answers: answers.into(), asked: Vec::new() }
    }

    /// The bounds of the questions asked so far.
    #[must_use]
    pub fn asked(&self) -> &[u32] {
        &self.asked
    }
}

impl Choices for Scripted {
    fn choose(&mut self, bound: u32) -> u32 {
        let answer = self.answers.get(self.asked.len()).copied().unwrap_or(0);
        self.asked.push(bound);
        answer.min(bound.saturating_sub(1))
    }
}

/// Every combination of answers: run the step, call [`Odometer::next_run`], and repeat while it says so.
#[derive(Clone, Debug, Default)]
pub struct Odometer {
    /// (answer, bound) of each question of the current run.
    digits: Vec<(u32, u32)>,
    position: usize,
}

impl Odometer {
    /// The answers of the run that has just ended.
    #[must_use]
    pub fn answers(&self) -> Vec<u32> {
        self.digits.iter().map(|&(answer, _)| answer).collect()
    }

    /// Moves on to the next combination; `false` when the one just run was the last.
    pub fn next_run(&mut self) -> bool {
        self.digits.truncate(self.position);
        self.position = 0;
        while let Some((answer, bound)) = self.digits.pop() {
            if answer + 1 < bound {
                self.digits.push((answer + 1, bound));
                return true;
            }
        }
        false
    }
}

impl Choices for Odometer {
    fn choose(&mut self, bound: u32) -> u32 {
        if self.position == self.digits.len() {
            self.digits.push((0, bound));
        }
        let (answer, known) = self.digits[self.position];
        assert_eq!(known, bound, "a step executed again asks the same questions");
        self.position += 1;
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_odometer_tries_every_combination_once() {
        let mut odometer = Odometer::default();
        let mut seen = Vec::new();
        loop {
            let first = odometer.choose(3);
            // The second question is asked only after some answers to the first.
            let second = if first == 1 { odometer.choose(2) } else { 9 };
            seen.push((first, second));
            if !odometer.next_run() {
                break;
            }
        }
        assert_eq!(seen, [(0, 9), (1, 0), (1, 1), (2, 9)]);
    }

    #[test]
    fn a_script_that_is_too_short_answers_zero_and_never_out_of_bounds() {
        let mut script = Scripted::new([1, 7]);
        assert_eq!([script.choose(2), script.choose(3), script.choose(5)], [1, 2, 0]);
        assert_eq!(script.asked(), [2, 3, 5]);
    }
}
