//! Sends a file with a sliding window.
//!
//! libssh2 cuts what a `write` is offered into packets, sends those that it has not sent yet, and returns when the first
//! are acknowledged; the next call must be offered the same bytes from the first unacknowledged one on. So each call is offered a window of
//! bytes that moves by what was acknowledged, and the line never runs dry (design facts A1: 0.8 MB/s with 32 KiB at a time, 68 MB/s with
//! 2 MiB, at 20 ms).

use std::io::{self, ErrorKind, Read, Write};

use super::super::folder::read_some;

/// Most bytes in flight. An OpenSSH server's own window is 2 MiB: more waits there.
const MOST_IN_FLIGHT: usize = 2 * 1024 * 1024;

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

/// How many bytes are offered to the line. One place, so that it can follow the line's round trip.
#[derive(Debug)]
struct Window {
    bytes: usize,
}

impl Window {
    fn for_file(size: u64) -> Window {
        Window { bytes: usize::try_from(size).unwrap_or(usize::MAX).clamp(1, MOST_IN_FLIGHT) }
    }
}

/// Sends everything that `content` gives. `size` is what it will give, for the size of the buffer alone. Memory: two windows.
pub(super) fn send(
    to: &mut impl Write,
    size: u64,
    content: &mut dyn Read,
    progress: &mut dyn FnMut(u64),
) -> Result<(), Failed> {
    let window = Window::for_file(size);
    let mut buffer = Buffer::new(window.bytes);
    let mut acknowledged = 0;
    loop {
        buffer.fill(content, window.bytes).map_err(Failed::Content)?;
        let offered = buffer.offered(window.bytes);
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
        send(&mut line, size as u64, &mut content.as_slice(), &mut |at| last = at).unwrap();
        assert!(line.got == content);
        assert_eq!(last, size as u64);
    }

    #[test]
    fn the_window_stays_full_until_the_end() {
        let content = vec![1; MOST_IN_FLIGHT * 2];
        let mut line = line(30_000);
        send(&mut line, content.len() as u64, &mut content.as_slice(), &mut |at| {
            assert!(at <= (MOST_IN_FLIGHT * 2) as u64);
        })
        .unwrap();
        assert!(line.smallest <= 30_000, "only the last calls offer less than the window");
    }

    #[test]
    fn a_content_longer_than_said_is_sent_whole() {
        let content = vec![3; 100_000];
        let mut line = line(999);
        send(&mut line, 10, &mut content.as_slice(), &mut |_| {}).unwrap();
        assert_eq!(line.got, content);
    }

    #[test]
    fn a_line_that_takes_nothing_is_an_error() {
        let result = send(&mut line(0), 3, &mut &b"abc"[..], &mut |_| {});
        assert!(matches!(result, Err(Failed::Destination { acknowledged: 0, .. })));
    }
}
