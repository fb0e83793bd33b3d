//! Where a character belongs among those that were typed at the same place at the same time.

use super::replica::{Kind, Replica};
use super::tree::{Id, Span, Spot};

impl Replica {
    /// Where a span belongs that another replica typed.
    pub(super) fn spot_for(&mut self, span: &Span) -> Spot {
        // The end of the stretch is made one of a span first, since that may move its begin.
        if let Some(id) = span.right {
            let (spot, place) = self.tree.find(id);
            self.tree.split(spot, place);
        }
        let start = match span.left {
            None => self.tree.first(),
            Some(id) => {
                let (spot, place) = self.tree.find(id);
                let after = Spot { span: spot.span + 1, ..spot };
                // Behind the last character of a span nothing has to be split.
                let ends = self.tree.span(spot).is_some_and(|span| span.len == place + 1);
                if ends { after } else { self.tree.split(spot, place + 1) }
            }
        };
        match self.kind {
            Kind::Rga => self.among_later(start, span),
            Kind::Fugue => self.among_siblings(start, span),
            Kind::FugueMax => self.among_peers(start, span),
        }
    }

    /// Behind everything that is later, and what is equally late and of lower agents. What was typed beside those is
    /// later still, so it is passed over with them.
    fn among_later(&self, start: Spot, span: &Span) -> Spot {
        let mut spot = start;
        loop {
            let here = self.tree.forward(spot);
            let Some(other) = self.tree.span(here) else { return spot };
            // Only the first character of a span is asked: the others name the one before them on their left,
            // so they go with it. Clocks and agents are part of the operation, so all replicas decide alike.
            let later = (other.clock, std::cmp::Reverse(other.id.agent))
                > (span.clock, std::cmp::Reverse(span.id.agent));
            if !later {
                return spot;
            }
            spot = Spot { span: here.span + 1, ..here };
        }
    }

    /// Among its siblings in the tree: behind those of lower agents, with all that is below them.
    ///
    /// The tree is not kept, since what stood beside a character says where it is in it. Let L and R stand to its left and
    /// right. If L stood to the left of R already when R was typed, R is below L on its right, and the character is a child
    /// of R, on the left. Otherwise L has nothing on its right, and the character is a child of L, on the right.
    ///
    /// What is passed comes after L and before R. What names neither L nor anything before it is below something that was
    /// passed. What names L is in the left part of the subtree of the next sibling: of the last in the row of those each of
    /// which has the one before as a child on the left.
    fn among_siblings(&self, start: Spot, span: &Span) -> Spot {
        // `None` is less than any place: the beginning stands before all characters.
        let begin = span.left.map(|id| self.place_of(Some(id)));
        let mut spot = start;
        let mut parent = None;
        // The sibling whose left part is being passed.
        let mut sibling: Option<Id> = None;
        loop {
            let here = self.tree.forward(spot);
            let Some(other) = self.tree.span(here) else { return spot };
            // What stood on its right stays on its right, so the stretch ends here.
            if Some(other.id) == span.right {
                return spot;
            }
            // Under a sibling nothing is compared: what is below it stands with it, on one side or the other
            // as a whole. That is what keeps two passages from being mixed.
            if sibling.is_none() && other.left == span.left {
                // Worked out only here: nearly always nobody typed at the same place, and the loop does not
                // come so far.
                let parent = *parent.get_or_insert_with(|| self.parent_right(span));
                sibling = self.sibling_above(other, parent);
                // Without a sibling above it `other` is below another parent, and is passed over.
                if sibling.is_some_and(|sibling| span.id.agent < sibling.agent) {
                    return spot;
                }
            // It names something before our left one, so it is not below that: what is beside us ends here.
            } else if sibling.is_none() && other.left.map(|id| self.place_of(Some(id))) < begin {
                return spot;
            }
            // The left part of the sibling ends with itself. What is below it on the right names something
            // that was passed.
            sibling = sibling.filter(|sibling| !other.holds(*sibling));
            spot = Spot { span: here.span + 1, ..here };
        }
    }

    /// The character that has the first of these as a child on the left; `None`: it is a child on the right of the one to
    /// its left.
    fn parent_right(&self, span: &Span) -> Option<Id> {
        span.right.filter(|&right| {
            let (spot, place) = self.tree.find(right);
            // Where it matters the right one begins a span: `spot_for` has split there, and what was put in
            // between keeps it from being joined with its left one again.
            let first = self.tree.span(spot).filter(|_| place == 0);
            first.is_some_and(|first| first.left == span.left)
        })
    }

    /// Of a character and those that have it below them on the left, the one whose parent on the right is this one.
    fn sibling_above(&self, span: &Span, parent: Option<Id>) -> Option<Id> {
        let (mut id, mut above) = (span.id, self.parent_right(span));
        while above != parent {
            id = above?;
            above = self.tree.span(self.tree.find(id).0).and_then(|span| self.parent_right(span));
        }
        Some(id)
    }

    /// Among what was typed behind the same character at the same time: behind what reaches further to the
    /// right, and behind what reaches as far and is of lower agents.
    fn among_peers(&self, start: Spot, span: &Span) -> Spot {
        let mut spot = start;
        // Where it stands, unless something that follows must stand before it.
        let mut settled = start;
        let mut passing = false;
        let end = self.place_of(span.right);
        let begin = span.left.map(|id| self.place_of(Some(id)));
        loop {
            let here = self.tree.forward(spot);
            let Some(other) = self.tree.span(here).copied() else { break };
            if Some(other.id) == span.right {
                break;
            }
            let other_begin = other.left.map(|id| self.place_of(Some(id)));
            // It hangs on something before our left one: the stretch in which we may stand ends.
            if other_begin < begin {
                break;
            }
            if other_begin == begin {
                let other_end = self.place_of(other.right);
                // This one comes before it, since it reaches further to the right; unless something follows
                // that it must stand behind: then it stands behind both. So the place is not settled yet.
                if other_end < end {
                    passing = true;
                } else if other_end == end && span.id.agent < other.id.agent {
                    break;
                } else {
                    passing = false;
                }
            }
            spot = Spot { span: here.span + 1, ..here };
            // What hangs on something inside the stretch (`other_begin > begin`) goes where that goes.
            if !passing {
                settled = spot;
            }
        }
        settled
    }

    /// How many characters stand before a character; the end has all before it.
    fn place_of(&self, id: Option<Id>) -> u32 {
        id.map_or(u32::MAX, |id| {
            let (spot, place) = self.tree.find(id);
            self.tree.rank(spot) + place
        })
    }
}
