//! What wakes a watch before its time: a change in the inbox that the system tells of, or a signal.
//!
//! Nothing here is the truth. The system tells nothing about a network share, about a folder that was made again under the same name,
//! or about what its queue had no room for: a wake only says that it is worth while to list the inbox now.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind, RenameMode};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::platform;

/// After a first change, how long the ones that follow it are gathered.
const GATHER: Duration = Duration::from_millis(200);

/// Wakes a watch.
pub struct Waker {
    /// Holds one wake: thousands of changes are one reason to look.
    bell: SyncSender<()>,
    rings: Receiver<()>,
    watcher: Option<RecommendedWatcher>,
    /// The folder that the system tells about.
    armed: Option<PathBuf>,
    /// The folder is not the one that the system tells about any more.
    lost: Arc<AtomicBool>,
}

impl Waker {
    /// Wakes at signals, from now on; at changes, once it is armed.
    ///
    /// # Errors
    /// As the system says.
    pub fn new() -> io::Result<Waker> {
        let (bell, rings) = sync_channel(1);
        let signal = bell.clone();
        platform::on_signal(move || {
            let _full = signal.try_send(());
        })?;
        Ok(Waker { bell, rings, watcher: None, armed: None, lost: Arc::default() })
    }

    /// The system does not tell about this folder, or not any more.
    pub fn needs_arming(&self, inbox: &Path) -> bool {
        self.armed.as_deref() != Some(inbox) || self.lost.load(Ordering::Relaxed)
    }

    /// Asks the system (again) to tell about the folder, which must exist.
    ///
    /// # Errors
    /// Why it does not, and what to do; looking at the inbox from time to time goes on without it.
    pub fn arm(&mut self, inbox: &Path) -> Result<(), String> {
        self.lost.store(false, Ordering::Relaxed);
        if let (Some(watcher), Some(armed)) = (&mut self.watcher, self.armed.take()) {
            // What is gone is not watched any more: nothing to undo.
            let _gone = watcher.unwatch(&armed);
        }
        let watcher = match self.watcher.take() {
            Some(watcher) => watcher,
            None => self.listener().map_err(|error| in_words(&error))?,
        };
        let watcher = self.watcher.insert(watcher);
        watcher.watch(inbox, RecursiveMode::NonRecursive).map_err(|error| in_words(&error))?;
        self.armed = Some(inbox.to_owned());
        Ok(())
    }

    fn listener(&self) -> notify::Result<RecommendedWatcher> {
        let (bell, lost) = (self.bell.clone(), Arc::clone(&self.lost));
        notify::recommended_watcher(move |event: notify::Result<Event>| {
            match event {
                Ok(event) if !is_hint(&event) => return,
                Ok(event) if !matches!(event.kind, EventKind::Remove(_)) => {}
                // The folder itself is gone, or something is wrong with listening.
                _ => lost.store(true, Ordering::Relaxed),
            }
            let _full = bell.try_send(());
        })
    }

    /// Waits until a change, a signal, or the end of the time. `true`: something woke it.
    pub fn wait(&self, time: Duration) -> bool {
        match self.rings.recv_timeout(time) {
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => {
                platform::wait_unless_stopped(time);
                false
            }
            Ok(()) => {
                platform::wait_unless_stopped(GATHER);
                let _more = self.rings.try_recv();
                true
            }
        }
    }
}

/// Whether there may be something new to take. Our own opening and reading of files is told too, and must not wake us.
fn is_hint(event: &Event) -> bool {
    if event.need_rescan() {
        return true;
    }
    match event.kind {
        EventKind::Create(_) | EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Modify(ModifyKind::Name(mode)) => mode != RenameMode::From,
        // A file that is gone is no work; the inbox that is gone has to be listened to again.
        EventKind::Remove(kind) => kind != notify::event::RemoveKind::File,
        EventKind::Any | EventKind::Modify(ModifyKind::Any) => true,
        _ => false,
    }
}

fn in_words(error: &notify::Error) -> String {
    let advice = match &error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "; the system has no watches left: raise fs.inotify.max_user_watches"
        }
        notify::ErrorKind::Io(error) if error.raw_os_error() == Some(24) => {
            "; too many programs listen: raise fs.inotify.max_user_instances"
        }
        _ => "",
    };
    format!("{error}{advice}")
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use notify::event::{CreateKind, DataChange, Flag, RemoveKind};
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::made(EventKind::Create(CreateKind::File), true)]
    #[case::moved_in(EventKind::Modify(ModifyKind::Name(RenameMode::To)), true)]
    #[case::moved_away(EventKind::Modify(ModifyKind::Name(RenameMode::From)), false)]
    #[case::written(EventKind::Access(AccessKind::Close(AccessMode::Write)), true)]
    #[case::being_written(EventKind::Modify(ModifyKind::Data(DataChange::Any)), false)]
    #[case::opened_by_us(EventKind::Access(AccessKind::Open(AccessMode::Any)), false)]
    #[case::read_by_us(EventKind::Access(AccessKind::Close(AccessMode::Read)), false)]
    #[case::file_gone(EventKind::Remove(RemoveKind::File), false)]
    #[case::inbox_gone(EventKind::Remove(RemoveKind::Folder), true)]
    fn what_wakes(#[case] kind: EventKind, #[case] wakes: bool) {
        assert_eq!(is_hint(&Event::new(kind)), wakes);
    }

    #[test]
    fn a_queue_that_ran_over_wakes() {
        assert!(is_hint(&Event::new(EventKind::Other).set_flag(Flag::Rescan)));
    }

    #[test]
    fn a_file_wakes_and_a_folder_made_again_can_be_armed_again() {
        let folder = tempfile::tempdir().unwrap();
        let inbox = folder.path().join("inbox");
        std::fs::create_dir(&inbox).unwrap();
        let mut waker = Waker::new().unwrap();
        assert!(waker.needs_arming(&inbox));
        waker.arm(&inbox).unwrap();
        std::fs::write(inbox.join("a.csv"), "1").unwrap();
        let begin = Instant::now();
        assert!(waker.wait(Duration::from_secs(20)));
        assert!(begin.elapsed() < Duration::from_secs(10));
        std::fs::remove_dir_all(&inbox).unwrap();
        while !waker.needs_arming(&inbox) {
            assert!(waker.wait(Duration::from_secs(20)), "the loss of the inbox wakes");
        }
        std::fs::create_dir(&inbox).unwrap();
        waker.arm(&inbox).unwrap();
        while waker.wait(Duration::from_millis(300)) {}
        std::fs::write(inbox.join("b.csv"), "1").unwrap();
        assert!(waker.wait(Duration::from_secs(20)));
    }
}
