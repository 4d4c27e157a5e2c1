//! Turns a stream in an encoding that cannot be split as it is (UTF-16 and the like) into UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding};

use super::chunk::Malformed;

/// Reads UTF-8 from a stream in another encoding. Malformed bytes become U+FFFD, and their places are noted.
pub(super) struct Transcoder<R> {
    inner: R,
    decoder: Decoder,
    input: Vec<u8>,
    /// Unread part of `input`.
    from: usize,
    to: usize,
    at_end: bool,
    finished: bool,
    /// Bytes handed out so far.
    written: u64,
    /// Offset in the file of `input[0]`.
    offset: u64,
    /// The last bytes of the input before this one: a malformed character may lie across both.
    tail: [u8; TAIL],
    /// Malformed characters; each stands as U+FFFD in the stream handed out, at its `place`.
    pub(super) malformed: Vec<Malformed>,
}

/// Longest malformed sequence with what the decoder reads behind it.
const TAIL: usize = 8;

/// U+FFFD in UTF-8.
const REPLACEMENT: [u8; 3] = [0xef, 0xbf, 0xbd];

impl<R: Read> Transcoder<R> {
    /// `offset`: where `inner` stands in the file.
    pub(super) fn new(inner: R, encoding: &'static Encoding, offset: u64) -> Self {
        Transcoder {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            input: vec![0; 64 * 1024],
            from: 0,
            to: 0,
            at_end: false,
            finished: false,
            written: 0,
            offset,
            tail: [0; TAIL],
            malformed: Vec::new(),
        }
    }

    /// Reads more input.
    fn refill(&mut self) -> io::Result<()> {
        for byte in self.input.get(self.to.saturating_sub(TAIL)..self.to).unwrap_or_default() {
            self.tail.rotate_left(1);
            self.tail[TAIL - 1] = *byte;
        }
        self.offset += self.to as u64;
        // Also if reading fails, this input is used up.
        (self.from, self.to) = (0, 0);
        self.to = self.inner.read(&mut self.input)?;
        self.at_end = self.to == 0;
        Ok(())
    }

    /// Notes a malformed character: `length` bytes, which end `after` bytes before the next one to be read.
    fn note(&mut self, place: usize, length: u8, after: u8) {
        let end = self.from as i64 - i64::from(after);
        let start = end - i64::from(length);
        let byte = |at: i64| match usize::try_from(at) {
            Ok(at) => self.input.get(at).copied(),
            Err(_) => usize::try_from(at + TAIL as i64).ok().and_then(|at| self.tail.get(at).copied()),
        };
        let bytes = (start..end).filter_map(byte).collect();
        let offset = self.offset.saturating_add_signed(start);
        self.malformed.push(Malformed { place, offset, bytes });
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        // Room for the longest character and a replacement.
        while output.len() - filled >= 16 && !self.finished {
            if self.from == self.to && !self.at_end {
                self.refill()?;
            }
            let (result, read, wrote) = self.decoder.decode_to_utf8_without_replacement(
                &self.input[self.from..self.to],
                &mut output[filled..],
                self.at_end,
            );
            self.from += read;
            filled += wrote;
            match result {
                DecoderResult::InputEmpty if self.at_end => self.finished = true,
                DecoderResult::InputEmpty => {}
                DecoderResult::OutputFull => break,
                DecoderResult::Malformed(length, after) => {
                    // The loop's condition leaves room unless the decoder has just used it up.
                    let Some(room) = output.get_mut(filled..filled + 3) else {
                        return Err(io::Error::other("no room for a replacement character"));
                    };
                    room.copy_from_slice(&REPLACEMENT);
                    self.note(self.written as usize + filled, length, after);
                    filled += 3;
                }
            }
        }
        self.written += filled as u64;
        Ok(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out `0` bytes at a time, so that characters lie across reads.
    struct Drip<'a>(usize, &'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.min(self.1.len()).min(buffer.len());
            let (now, later) = self.1.split_at(count);
            buffer[..count].copy_from_slice(now);
            self.1 = later;
            Ok(count)
        }
    }

    #[test]
    fn utf16_becomes_utf8_and_half_a_pair_is_noted_with_its_place_in_the_file() {
        let units: Vec<u16> = "é,😀\n".encode_utf16().chain([0xd800, u16::from(b'x')]).collect();
        for (little, shown) in [(true, [0x00, 0xd8]), (false, [0xd8, 0x00])] {
            let bytes: Vec<u8> = units
                .iter()
                .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
                .collect();
            let encoding = if little { encoding_rs::UTF_16LE } else { encoding_rs::UTF_16BE };
            for step in [1, 2, 3, 100] {
                let mut reader = Transcoder::new(Drip(step, &bytes), encoding, 2);
                let mut text = Vec::new();
                reader.read_to_end(&mut text).unwrap();
                assert_eq!(String::from_utf8(text).unwrap(), "é,😀\n\u{fffd}x");
                let expected = Malformed { place: 8, offset: 12, bytes: shown.to_vec() };
                assert_eq!(reader.malformed, [expected], "{step} {little}");
            }
        }
    }

    #[test]
    fn a_byte_too_many_at_the_end_is_noted() {
        let mut reader = Transcoder::new([b'a', 0, b'b'].as_slice(), encoding_rs::UTF_16LE, 0);
        let mut text = Vec::new();
        reader.read_to_end(&mut text).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), "a\u{fffd}");
        assert_eq!(reader.malformed, [Malformed { place: 1, offset: 2, bytes: vec![b'b'] }]);
    }
}
