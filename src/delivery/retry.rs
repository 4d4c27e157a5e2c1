//! How long to wait before trying again: exponential, with jitter so that several machines do not come back together, and a ceiling.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use crate::config::Retries;

/// The first wait; each further one is twice as long.
const FIRST: Duration = Duration::from_secs(1);

/// The tries of one file.
#[derive(Debug)]
pub(super) struct Backoff {
    retries: Retries,
    failures: u32,
}

impl Backoff {
    pub(super) fn new(retries: Retries) -> Backoff {
        Backoff { retries, failures: 0 }
    }

    /// After a failure: how long to wait before the next try. `None`: it was the last one.
    pub(super) fn again(&mut self) -> Option<Duration> {
        if self.failures >= self.retries.count {
            return None;
        }
        let wait = wait(self.failures, self.retries.ceiling, jitter());
        self.failures += 1;
        Some(wait)
    }
}

/// Between half of the full wait and all of it.
fn wait(failures: u32, ceiling: Duration, jitter: f64) -> Duration {
    let full = FIRST.saturating_mul(2_u32.saturating_pow(failures)).min(ceiling);
    full.mul_f64(0.5 + jitter / 2.0)
}

/// Anything from 0 to 1. The standard library has no random numbers, but seeds its hash maps with some.
fn jitter() -> f64 {
    RandomState::new().hash_one(()) as f64 / u64::MAX as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_ceiling() {
        let ceiling = Duration::from_secs(10);
        let waits: Vec<_> = (0..6).map(|failures| wait(failures, ceiling, 1.0).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 10, 10]);
        assert_eq!(wait(200, ceiling, 1.0), ceiling);
    }

    #[test]
    fn jitter_takes_at_most_half_of_a_wait() {
        let ceiling = Duration::from_secs(30);
        assert_eq!(wait(2, ceiling, 0.0), Duration::from_secs(2));
        for _ in 0..100 {
            let some = wait(2, ceiling, jitter());
            assert!((Duration::from_secs(2)..=Duration::from_secs(4)).contains(&some), "{some:?}");
        }
    }

    #[test]
    fn there_are_as_many_retries_as_the_config_says() {
        let mut backoff = Backoff::new(Retries { count: 2, ceiling: Duration::from_secs(30) });
        assert!(backoff.again().is_some());
        assert!(backoff.again().is_some());
        assert_eq!(backoff.again(), None);
        assert_eq!(Backoff::new(Retries { count: 0, ..Retries::default() }).again(), None);
    }
}
