//! Reads chunks on a thread of its own, has them worked on by several, and hands them over in the order of the file.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel, sync_channel};
use std::thread;

use super::chunk::Chunk;
use super::reader::{ReadError, Reader};

/// A chunk on its way, with what the work on it left.
#[derive(Debug, Default)]
struct Parcel<T> {
    number: u64,
    /// Records of the file before this chunk.
    before: u64,
    chunk: Chunk,
    left: T,
}

/// Chunks on their way beyond one a worker: together they bound the memory.
const SPARE: usize = 4;

/// Reads all chunks. Each is given to one of `workers`, on its own thread, and then to `each`, in order, on this thread, until it
/// breaks or the file ends. `before`: records that were read already. What a worker leaves in its `T` belongs to the chunk; the
/// memory is used again.
///
/// # Errors
/// The reader's; chunks before it have been handed out.
pub fn in_order<T, B, W>(
    reader: Reader,
    before: u64,
    workers: Vec<W>,
    mut each: impl FnMut(&Chunk, u64, &mut T) -> ControlFlow<B>,
) -> Result<ControlFlow<B>, ReadError>
where
    T: Default + Send,
    W: FnMut(&Chunk, u64, &mut T) + Send,
{
    let parcels = workers.len() + SPARE;
    let (to_work, read) = sync_channel::<Parcel<T>>(parcels);
    let read = Mutex::new(read);
    let read = &read;
    // Everything that the closure owns goes when it returns, also early; then each thread finds its channel closed and ends.
    thread::scope(move |scope| {
        let (to_order, worked) = channel::<Result<Parcel<T>, (u64, ReadError)>>();
        let (to_reader, empty) = channel::<Parcel<T>>();
        for _ in 0..parcels {
            // The receiver is still here.
            let _ = to_reader.send(Parcel::default());
        }
        let failed = to_order.clone();
        scope.spawn(move || {
            let mut reader = reader;
            let (mut number, mut before) = (0, before);
            while let Ok(mut parcel) = empty.recv() {
                match reader.next_chunk(&mut parcel.chunk) {
                    Ok(true) => {}
                    Ok(false) => return,
                    Err(error) => {
                        // Nobody listens when the file was given up.
                        let _ = failed.send(Err((number, error)));
                        return;
                    }
                }
                (parcel.number, parcel.before) = (number, before);
                number += 1;
                before += parcel.chunk.rows.len() as u64;
                if to_work.send(parcel).is_err() {
                    return;
                }
            }
        });
        for mut work in workers {
            let to_order = to_order.clone();
            scope.spawn(move || {
                while let Some(mut parcel) = next(read) {
                    work(&parcel.chunk, parcel.before, &mut parcel.left);
                    if to_order.send(Ok(parcel)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(to_order);
        let mut waiting = BTreeMap::new();
        let mut expected = 0;
        for message in worked {
            match message {
                Ok(parcel) => waiting.insert(parcel.number, Ok(parcel)),
                Err((number, error)) => waiting.insert(number, Err(error)),
            };
            while let Some(message) = waiting.remove(&expected) {
                expected += 1;
                let mut parcel = message?;
                if let ControlFlow::Break(value) = each(&parcel.chunk, parcel.before, &mut parcel.left) {
                    return Ok(ControlFlow::Break(value));
                }
                // The reader may have ended already; then the parcel is not needed again.
                let _ = to_reader.send(parcel);
            }
        }
        Ok(ControlFlow::Continue(()))
    })
}

/// The next parcel for a worker; `None` when there are no more.
fn next<T>(read: &Mutex<Receiver<Parcel<T>>>) -> Option<Parcel<T>> {
    // A worker that panicked holds no half-done state: the receiver is as good as before.
    let read = read.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    read.recv().ok()
}
