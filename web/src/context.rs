//! What components find around them instead of being handed it from one to the next: in the whole page its colours and
//! what was asked of the search, in a room the run and what the reader looks at.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use catalog::{Diagram, NodeId};
use yew::prelude::*;

use crate::components::dialogs::Dialog;
use crate::hooks::{RunHandle, Store};
use crate::route::TREE;
use crate::tasks::{Tasks, Wire};
use crate::theme::Choice;

/// What lives as long as the page.
#[derive(Clone, PartialEq)]
pub struct PageContext {
    /// In which colours it is painted.
    pub colours: Colours,
    /// What was asked of the search, and what it found.
    pub tasks: Store<Tasks>,
    /// The way to the search.
    pub wire: Wire,
    /// What the valency tree keeps while another run is shown.
    pub kept: Kept,
}

/// The colours of the page, and how to choose others.
#[derive(Clone, Debug, PartialEq)]
pub struct Colours {
    /// What is painted.
    pub theme: scene::Theme,
    /// What was chosen.
    pub choice: Choice,
    /// Chooses.
    pub choose: Callback<Choice>,
}

/// What lives as long as the page.
///
/// # Panics
/// In a component outside of the page.
#[hook]
pub fn use_page() -> PageContext {
    use_context().expect("every component is inside of the page")
}

/// In which colours the page is painted.
#[hook]
pub fn use_theme() -> scene::Theme {
    use_page().colours.theme
}

/// What the parts of a room share: the run, and what the reader looks at.
#[derive(Clone, PartialEq)]
pub struct RoomContext {
    /// The run.
    pub handle: RunHandle,
    /// The pictures that there are.
    pub diagrams: Rc<Vec<Diagram>>,
    /// The one that is shown, or was before the valency tree.
    pub view: Diagram,
    /// The valency tree is shown.
    pub tree: bool,
    /// The node that is looked at.
    pub node: NodeId,
    /// In a frame of another page.
    pub embed: bool,
    /// Looks at a node.
    pub look_at: Callback<NodeId>,
    /// Opens a dialog, or closes it.
    pub ask: Callback<Option<Dialog>>,
}

impl RoomContext {
    /// The name of what is shown.
    #[must_use]
    pub fn shown(&self) -> &'static str {
        if self.tree { TREE } else { self.view.key }
    }

    /// Opens a dialog when it is asked for.
    pub fn asks<E>(&self, dialog: Dialog) -> Callback<E> {
        let ask = self.ask.clone();
        Callback::from(move |_| ask.emit(Some(dialog.clone())))
    }
}

/// What the parts of a room share.
///
/// # Panics
/// In a component outside of a room.
#[hook]
pub fn use_room() -> RoomContext {
    use_context().expect("every component of a room is inside of it")
}

/// One thing that is kept for whoever made it. What it is, is known only there: it may be code that comes later.
#[derive(Clone, Default)]
pub struct Kept(Rc<RefCell<Option<Rc<dyn Any>>>>);

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Kept {
    /// What is kept, if it fits; otherwise it is made, and kept from now on.
    pub fn or_made<T: 'static>(&self, fits: impl FnOnce(&T) -> bool, make: impl FnOnce() -> T) -> Rc<T> {
        let known = self.0.borrow().clone().and_then(|known| known.downcast::<T>().ok());
        known.filter(|known| fits(known)).unwrap_or_else(|| {
            let made = Rc::new(make());
            *self.0.borrow_mut() = Some(Rc::<T>::clone(&made));
            made
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_made_again_only_where_it_does_not_fit() {
        let kept = Kept::default();
        let get = |wanted: u8| kept.or_made(|known: &(u8, &str)| known.0 == wanted, || (wanted, "made"));
        let first = get(1);
        assert!(Rc::ptr_eq(&first, &get(1)));
        assert!(!Rc::ptr_eq(&first, &get(2)));
        assert_eq!(*kept.or_made(|known: &u16| *known == 7, || 7), 7, "another type never fits");
    }
}
