//! A text that is made from its owner once, at the first use: what the sentence of a finding needs and a good file never does.

use std::sync::{Arc, OnceLock};

/// The text. Its owner must not change after the first use.
#[derive(Debug, Clone, Default)]
pub struct Memo(OnceLock<Arc<str>>);

impl Memo {
    /// The text, made by `make` if it is not known yet.
    pub fn get(&self, make: impl FnOnce() -> String) -> &Arc<str> {
        self.0.get_or_init(|| make().into())
    }
}

/// Says nothing about its owner.
impl PartialEq for Memo {
    fn eq(&self, _: &Memo) -> bool {
        true
    }
}

impl Eq for Memo {}
