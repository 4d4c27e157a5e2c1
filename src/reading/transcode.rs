//! Turns a stream in an encoding that cannot be split as it is (UTF-16 and the like) into UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding};

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
    /// Offsets in the stream handed out where a malformed character stands as U+FFFD.
    pub(super) malformed: Vec<u64>,
}

/// U+FFFD in UTF-8.
const REPLACEMENT: [u8; 3] = [0xef, 0xbf, 0xbd];

impl<R: Read> Transcoder<R> {
    pub(super) fn new(inner: R, encoding: &'static Encoding) -> Self {
        Transcoder {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            input: vec![0; 64 * 1024],
            from: 0,
            to: 0,
            at_end: false,
            finished: false,
            written: 0,
            malformed: Vec::new(),
        }
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        // Room for the longest character and a replacement.
        while output.len() - filled >= 16 && !self.finished {
            if self.from == self.to && !self.at_end {
                self.from = 0;
                self.to = self.inner.read(&mut self.input)?;
                self.at_end = self.to == 0;
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
                DecoderResult::Malformed(..) => {
                    // The loop's condition leaves room unless the decoder has just used it up.
                    let Some(room) = output.get_mut(filled..filled + 3) else {
                        return Err(io::Error::other("no room for a replacement character"));
                    };
                    room.copy_from_slice(&REPLACEMENT);
                    self.malformed.push(self.written + filled as u64);
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

    #[test]
    fn utf16_becomes_utf8_and_half_a_pair_is_noted() {
        let mut bytes = Vec::new();
        for unit in "é,😀\n".encode_utf16().chain([0xd800, u16::from(b'x')]) {
            bytes.extend(unit.to_le_bytes());
        }
        let mut reader = Transcoder::new(bytes.as_slice(), encoding_rs::UTF_16LE);
        let mut text = Vec::new();
        reader.read_to_end(&mut text).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), "é,😀\n\u{fffd}x");
        assert_eq!(reader.malformed, [8]);
    }
}
