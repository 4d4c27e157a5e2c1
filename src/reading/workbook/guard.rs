//! A damaged or hostile workbook may make the library that reads it panic. That is a finding about the file, like any other damage,
//! and no reason to stop the run.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// What `work` gives; `None` if it panicked. The message of that panic, which may quote the file, is shown nowhere.
///
/// What `work` was using must not be used any more then.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    HOOK.call_once(|| {
        let others = take_hook();
        set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                others(panic);
            }
        }));
    });
    QUIET.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    QUIET.set(false);
    outcome.ok()
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn a_panic_is_nothing_and_all_else_is_given_back() {
        let none: [u8; 0] = [];
        assert_eq!(guarded(|| none[std::hint::black_box(3)]), None);
        assert_eq!(guarded(|| 7), Some(7));
    }
}
