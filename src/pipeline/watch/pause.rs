//! How long to wait after a failure: twice as long each time, up to a ceiling.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

/// After the first failure.
const FIRST: Duration = Duration::from_secs(2);

/// The longest: a destination that was down for hours is noticed to be back within this time.
const CEILING: Duration = Duration::from_secs(600);

/// A pause after failures. None yet: it is over.
#[derive(Debug, Default)]
pub(super) struct Pause {
    failures: u32,
    until: Option<Instant>,
}

impl Pause {
    /// One more failure: begins the next pause and says how long it is.
    pub(super) fn failed(&mut self) -> Duration {
        // Several machines that lost the same destination must not come back together.
        let jitter = RandomState::new().hash_one(()) as f64 / u64::MAX as f64;
        let time = length(self.failures, jitter);
        self.failures = self.failures.saturating_add(1);
        self.until = Some(Instant::now() + time);
        time
    }

    /// It is over, or there was no failure.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        self.left(now).is_zero()
    }

    /// What is left of it.
    pub(super) fn left(&self, now: Instant) -> Duration {
        self.until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now))
    }
}

/// Between half of the full pause and all of it.
fn length(failures: u32, jitter: f64) -> Duration {
    let full = FIRST.saturating_mul(2_u32.saturating_pow(failures)).min(CEILING);
    full.mul_f64(0.5 + jitter / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_ceiling() {
        let seconds: Vec<_> = (0..11).map(|failures| length(failures, 1.0).as_secs()).collect();
        assert_eq!(seconds, [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
        assert_eq!(length(500, 1.0), CEILING);
        assert_eq!(length(1, 0.0), Duration::from_secs(2));
    }

    #[test]
    fn without_a_failure_there_is_no_pause() {
        let mut pause = Pause::default();
        assert!(pause.is_over(Instant::now()));
        let time = pause.failed();
        assert!(!pause.is_over(Instant::now()));
        assert!(pause.is_over(Instant::now() + time));
    }
}
