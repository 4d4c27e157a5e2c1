//! Sends a file with a sliding window.
//!
//! libssh2 cuts what a `write` is offered into packets, sends those that it has not sent yet, and returns when the first
//! are acknowledged; the next call must be offered the same bytes from the first unacknowledged one on. So each call is offered a window of
//! bytes that moves by what was acknowledged, and the line never runs dry (design facts A1: 0.8 MB/s with 32 KiB at a time, 68 MB/s with
//! 2 MiB, at 20 ms).

use std::io::{self, ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use super::super::folder::read_some;
use super::probe::Speed;

/// Bytes in flight at first: on a fast line, more makes OpenSSH's server slower.
const FIRST: usize = 512 * 1024;
/// Most bytes in flight; more gained nothing on any line.
const MOST_IN_FLIGHT: usize = 4 * 1024 * 1024;

/// Most bytes in flight at first, on a line that was probed.
const MOST_PROBED: usize = 2 * 1024 * 1024;
/// An answer that takes so long, in microseconds, comes from afar.
const FAR_US: u64 = 3_000;

/// Why a file was not sent whole.
#[derive(Debug)]
pub(super) enum Failed {
    /// Our side: the content cannot be read.
    Content(io::Error),
    /// The other side.
    Destination {
        /// What it said.
        error: io::Error,
        /// Bytes that it had acknowledged.
        acknowledged: u64,
    },
}

/// How many bytes are offered to the line. One setting for all lines: it doubles as long as a window comes back in less than two
/// bare round trips, which says that the line was waiting for us. When bytes queue up on the way, it is wide enough.
#[derive(Debug)]
pub(super) struct Window {
    bytes: usize,
    round_trip: Duration,
}

impl Window {
    /// For a new connection. Kept for its further files.
    pub(super) fn new() -> Window {
        Window { bytes: FIRST, round_trip: Duration::MAX }
    }

    /// For a line that was probed: four times what it carried within one answer's time. More bytes than the line holds make it no slower where
    /// answers take long; where they come at once, the usual width is best.
    pub(super) fn for_line(speed: &Speed) -> Window {
        let carried = speed.upload_bytes_per_second.saturating_mul(speed.round_trip_us) / 1_000_000;
        let wide = usize::try_from(carried.saturating_mul(4)).unwrap_or(MOST_IN_FLIGHT);
        let far = speed.round_trip_us >= FAR_US;
        let bytes = if far { wide.clamp(FIRST, MOST_PROBED) } else { FIRST };
        Window { bytes, round_trip: Duration::MAX }
    }

    /// A request that carried no content was answered in that time. The shortest counts: it is nearest to the line's own.
    pub(super) fn answered_in(&mut self, time: Duration) {
        self.round_trip = self.round_trip.min(time);
    }

    /// The bytes that were in flight at some moment were all acknowledged that long after it.
    fn came_back_in(&mut self, time: Duration) {
        if self.round_trip < Duration::MAX && time < self.round_trip * 2 {
            self.bytes = (self.bytes * 2).min(MOST_IN_FLIGHT);
        }
    }
}

/// Sends everything that `content` gives. `size` is what it will give, for the size of the buffer alone. Memory: two windows.
pub(super) fn send(
    to: &mut impl Write,
    size: u64,
    content: &mut dyn Read,
    progress: &mut dyn FnMut(u64),
    window: &mut Window,
) -> Result<(), Failed> {
    // No buffer of a window for a file that is shorter.
    let most = usize::try_from(size).unwrap_or(usize::MAX).max(1);
    let mut buffer = Buffer::new(window.bytes.min(most));
    let mut acknowledged = 0;
    let mut begin = Instant::now();
    let mut in_flight_until = window.bytes as u64;
    loop {
        let width = window.bytes.min(most);
        buffer.fill(content, width).map_err(Failed::Content)?;
        let offered = buffer.offered(width);
        if offered.is_empty() {
            return Ok(());
        }
        let count = match to.write(offered) {
            Ok(0) => {
                let error = io::Error::new(ErrorKind::WriteZero, "the server took no bytes");
                return Err(Failed::Destination { error, acknowledged });
            }
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(Failed::Destination { error, acknowledged }),
        };
        buffer.advance(count);
        acknowledged += count as u64;
        progress(acknowledged);
        if acknowledged >= in_flight_until {
            let in_flight = window.bytes as u64;
            window.came_back_in(begin.elapsed());
            begin = Instant::now();
            in_flight_until = acknowledged + in_flight;
        }
    }
}

/// The unacknowledged bytes, in one piece. Twice the window, so that they are moved once a window and not once a packet.
struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
}

impl Buffer {
    fn new(window: usize) -> Buffer {
        Buffer { bytes: vec![0; window * 2], start: 0, end: 0, ended: false }
    }

    fn fill(&mut self, content: &mut dyn Read, window: usize) -> io::Result<()> {
        if self.ended || self.end - self.start >= window {
            return Ok(());
        }
        if self.bytes.len() < window * 2 {
            self.bytes.resize(window * 2, 0);
        }
        if self.start + window > self.bytes.len() {
            self.bytes.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        while self.end - self.start < window {
            let count = read_some(content, self.bytes.get_mut(self.end..).unwrap_or_default())?;
            if count == 0 {
                self.ended = true;
                break;
            }
            self.end += count;
        }
        Ok(())
    }

    fn offered(&self, window: usize) -> &[u8] {
        self.bytes.get(self.start..self.end.min(self.start + window)).unwrap_or_default()
    }

    fn advance(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Acknowledges as libssh2 does: some of what is offered, and insists on being offered the rest again.
    struct Line {
        got: Vec<u8>,
        queued: Vec<u8>,
        step: usize,
        smallest: usize,
    }

    impl Write for Line {
        fn write(&mut self, offered: &[u8]) -> io::Result<usize> {
            assert!(offered.len() >= self.queued.len(), "queued bytes were taken back");
            assert_eq!(&offered[..self.queued.len()], self.queued, "the bytes in flight changed");
            self.smallest = self.smallest.min(offered.len());
            let count = self.step.min(offered.len());
            self.got.extend_from_slice(&offered[..count]);
            self.queued = offered[count..].to_vec();
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn line(step: usize) -> Line {
        Line { got: Vec::new(), queued: Vec::new(), step, smallest: usize::MAX }
    }

    #[rstest::rstest]
    #[case(0, 30_000)]
    #[case(1, 30_000)]
    #[case(30_000, 30_000)]
    #[case(MOST_IN_FLIGHT - 1, 30_000)]
    #[case(MOST_IN_FLIGHT, 1_000_000)]
    #[case(MOST_IN_FLIGHT * 3 + 17, 299_999)]
    #[case(MOST_IN_FLIGHT * 2, MOST_IN_FLIGHT)]
    fn every_byte_arrives_once_and_in_order(#[case] size: usize, #[case] step: usize) {
        let content: Vec<u8> = (0..size).map(|at| (at * 31 % 251) as u8).collect();
        let mut line = line(step);
        let mut last = 0;
        send(&mut line, size as u64, &mut content.as_slice(), &mut |at| last = at, &mut Window::new())
            .unwrap();
        assert!(line.got == content);
        assert_eq!(last, size as u64);
    }

    #[test]
    fn the_window_stays_full_until_the_end() {
        let content = vec![1; MOST_IN_FLIGHT * 2];
        let mut line = line(30_000);
        send(
            &mut line,
            content.len() as u64,
            &mut content.as_slice(),
            &mut |at| {
                assert!(at <= (MOST_IN_FLIGHT * 2) as u64);
            },
            &mut Window::new(),
        )
        .unwrap();
        assert!(line.smallest <= 30_000, "only the last calls offer less than the window");
    }

    #[test]
    fn a_content_longer_than_said_is_sent_whole() {
        let content = vec![3; 100_000];
        let mut line = line(999);
        send(&mut line, 10, &mut content.as_slice(), &mut |_| {}, &mut Window::new()).unwrap();
        assert_eq!(line.got, content);
    }

    #[test]
    fn a_line_that_takes_nothing_is_an_error() {
        let result = send(&mut line(0), 3, &mut &b"abc"[..], &mut |_| {}, &mut Window::new());
        assert!(matches!(result, Err(Failed::Destination { acknowledged: 0, .. })));
    }

    fn window_after(round_trip: u64, rounds: &[u64]) -> usize {
        let mut window = Window::new();
        window.answered_in(Duration::from_millis(round_trip * 3));
        window.answered_in(Duration::from_millis(round_trip));
        for round in rounds {
            window.came_back_in(Duration::from_millis(*round));
        }
        window.bytes
    }

    #[test]
    fn the_window_grows_while_the_line_waits_for_us_and_up_to_the_most() {
        assert_eq!(window_after(20, &[21, 22]), FIRST * 4);
        assert_eq!(window_after(20, &[21; 9]), MOST_IN_FLIGHT);
    }

    #[rstest::rstest]
    #[case::loopback(100, 90_000_000, FIRST)]
    #[case::slow_and_far(20_000, 1_000_000, FIRST)]
    #[case::far(20_000, 20_000_000, 1_600_000)]
    #[case::fast_and_far(80_000, 100_000_000, MOST_PROBED)]
    fn a_line_that_was_probed_begins_with_its_own_width(
        #[case] round_trip_us: u64,
        #[case] upload_bytes_per_second: u64,
        #[case] expected: usize,
    ) {
        assert_eq!(Window::for_line(&Speed { round_trip_us, upload_bytes_per_second }).bytes, expected);
    }

    #[test]
    fn the_window_stays_where_bytes_queue_up() {
        assert_eq!(window_after(1, &[4, 4, 4]), FIRST, "loopback: the server is the slow part");
        assert_eq!(window_after(20, &[21, 45, 60]), FIRST * 2);
    }

    #[test]
    fn the_window_stays_while_no_round_trip_is_known() {
        let mut window = Window::new();
        window.came_back_in(Duration::ZERO);
        assert_eq!(window.bytes, FIRST);
    }

    #[test]
    fn a_window_that_grows_within_a_file_changes_no_byte() {
        let content: Vec<u8> = (0..MOST_IN_FLIGHT * 5).map(|at| (at * 31 % 251) as u8).collect();
        let mut window = Window::new();
        // Everything comes back at once, against a round trip of an hour.
        window.answered_in(Duration::from_secs(3600));
        let mut line = line(30_000);
        send(&mut line, content.len() as u64, &mut content.as_slice(), &mut |_| {}, &mut window).unwrap();
        assert!(line.got == content);
        assert_eq!(window.bytes, MOST_IN_FLIGHT);
    }
}
