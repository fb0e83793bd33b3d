//! State that several components show. Whoever changes it says so, and each of them is rendered again.

use std::cell::{Cell, Ref, RefCell};
use std::rc::{self, Rc};

use yew::prelude::*;

/// State, and the components that show it. Its clones are the same store; so are two that are equal.
pub struct Store<T> {
    value: Rc<RefCell<T>>,
    audience: Rc<Audience>,
}

/// Who shows something, and how often that has changed.
#[derive(Default)]
struct Audience {
    shows: RefCell<Vec<(u64, UseForceUpdateHandle)>>,
    numbers: Cell<u64>,
    revision: Cell<u64>,
}

impl<T> Store<T> {
    /// A store that nobody shows yet.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self { value: Rc::new(RefCell::new(value)), audience: Rc::default() }
    }

    /// Looks at it.
    pub fn look<U>(&self, look: impl FnOnce(&T) -> U) -> U {
        look(&self.value.borrow())
    }

    /// It, to be looked at for as long as what is given back is kept.
    #[must_use]
    pub fn borrow(&self) -> Ref<'_, T> {
        self.value.borrow()
    }

    /// Changes it, and has whoever shows it rendered again.
    pub fn change<U>(&self, change: impl FnOnce(&mut T) -> U) -> U {
        let out = self.change_quietly(change);
        self.tell();
        out
    }

    /// Changes it and tells nobody: for what changes in every frame, or is not shown.
    pub fn change_quietly<U>(&self, change: impl FnOnce(&mut T) -> U) -> U {
        change(&mut self.value.borrow_mut())
    }

    /// Has whoever shows it rendered again.
    pub fn tell(&self) {
        self.audience.tell();
    }

    /// The same store, if it is still there when it is wanted.
    #[must_use]
    pub fn weak(&self) -> WeakStore<T> {
        WeakStore { value: Rc::downgrade(&self.value), audience: Rc::downgrade(&self.audience) }
    }
}

impl<T> Clone for Store<T> {
    fn clone(&self) -> Self {
        Self { value: Rc::clone(&self.value), audience: Rc::clone(&self.audience) }
    }
}

impl<T> PartialEq for Store<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.audience, &other.audience)
    }
}

/// A store that is not kept by this: for what the store itself keeps, such as a timer.
pub struct WeakStore<T> {
    value: rc::Weak<RefCell<T>>,
    audience: rc::Weak<Audience>,
}

impl<T> WeakStore<T> {
    /// The store, if it is still there.
    #[must_use]
    pub fn get(&self) -> Option<Store<T>> {
        Some(Store { value: self.value.upgrade()?, audience: self.audience.upgrade()? })
    }
}

impl Audience {
    fn tell(&self) {
        self.revision.set(self.revision.get() + 1);
        for (_, show) in self.shows.borrow().iter() {
            show.force_update();
        }
    }
}

/// A store as a component has seen it. Two are equal if nothing was told between them.
pub struct Seen<T> {
    store: Store<T>,
    revision: u64,
}

impl<T> Clone for Seen<T> {
    fn clone(&self) -> Self {
        Self { store: self.store.clone(), revision: self.revision }
    }
}

impl<T> PartialEq for Seen<T> {
    fn eq(&self, other: &Self) -> bool {
        self.store == other.store && self.revision == other.revision
    }
}

impl<T> std::ops::Deref for Seen<T> {
    type Target = Store<T>;

    fn deref(&self) -> &Store<T> {
        &self.store
    }
}

/// A store, for a component: it is rendered again whenever somebody tells of a change.
#[hook]
pub fn use_store<T>(store: &Store<T>) -> Seen<T> {
    Seen { store: store.clone(), revision: use_audience(&store.audience) }
}

/// What is the same for stores of all kinds.
#[hook]
fn use_audience(audience: &Rc<Audience>) -> u64 {
    let update = use_force_update();
    let seen = audience.revision.get();
    use_effect_with(Rc::as_ptr(audience).addr(), {
        let audience = Rc::clone(audience);
        move |_| {
            // What was told since it was rendered, it has not heard.
            if audience.revision.get() != seen {
                update.force_update();
            }
            let number = audience.numbers.get();
            audience.numbers.set(number + 1);
            audience.shows.borrow_mut().push((number, update));
            move || audience.shows.borrow_mut().retain(|(known, _)| *known != number)
        }
    });
    seen
}
