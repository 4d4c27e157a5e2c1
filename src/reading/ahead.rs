//! Reads chunks on a thread of its own, so that splitting and checking share the work of two cores.

use std::ops::ControlFlow;
use std::sync::mpsc::{channel, sync_channel};
use std::thread;

use super::chunk::Chunk;
use super::reader::{ReadError, Reader};

/// Chunks that are read ahead; with the one in hand this bounds the memory.
const AHEAD: usize = 3;

/// Hands every chunk to `each`, in order, until it breaks or the file ends.
///
/// # Errors
/// The reader's; chunks before it have been handed out.
pub fn for_each<B>(
    reader: Reader,
    mut each: impl FnMut(&Chunk) -> ControlFlow<B>,
) -> Result<ControlFlow<B>, ReadError> {
    thread::scope(|scope| {
        let (full, chunks) = sync_channel::<Result<Chunk, ReadError>>(AHEAD);
        let (done, empty) = channel::<Chunk>();
        scope.spawn(move || {
            let mut reader = reader;
            loop {
                let mut chunk = empty.try_recv().unwrap_or_default();
                let message = match reader.next_chunk(&mut chunk) {
                    Ok(true) => Ok(chunk),
                    Ok(false) => return,
                    Err(error) => Err(error),
                };
                let failed = message.is_err();
                // Nobody listens any more: the file was given up.
                if full.send(message).is_err() || failed {
                    return;
                }
            }
        });
        for message in chunks {
            let chunk = message?;
            if let ControlFlow::Break(value) = each(&chunk) {
                return Ok(ControlFlow::Break(value));
            }
            // The reader may have ended already; then the chunk is not needed again.
            let _ = done.send(chunk);
        }
        Ok(ControlFlow::Continue(()))
    })
}
