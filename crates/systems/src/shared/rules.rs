//! How a system states its safety rules, each with a switch.

/// Makes `Rules`, with a switch for each rule, and `RULES`, the rules in words: field, name in links, title, source,
/// why, and after an arrow where it is seen what happens without it.
macro_rules! rules {
    ($($field:ident $name:literal $title:literal $source:literal $why:literal => $caught:expr;)*) => {
        /// Which rules are on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct Rules {
            $(#[doc = $title] pub $field: bool,)*
        }

        /// The rules in words, in the order of the page.
        pub const RULES: &[Rule] = &[$(Rule { name: $name, title: $title, source: $source, why: $why, caught: $caught }),*];

        impl Rules {
            /// All rules on, but for those that `off` names.
            pub fn without(off: impl Fn(&str) -> bool) -> Self {
                Self { $($field: !off($name)),* }
            }
        }

        impl Default for Rules {
            fn default() -> Self {
                Self::without(|_| false)
            }
        }
    };
}

pub(crate) use rules;
