//! What differs between systems: files and folders that only their owner may read, and signals.
//!
//! On Unix they are made 0600 and 0700 in the same call that makes them, so that there is no moment in which others could
//! read them. Elsewhere they get what the folder above gives (on Windows, the user's profile is private already).

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag::{register, register_conditional_shutdown};

/// Set by a signal that asks a process that stays up to read its config again.
static RELOAD: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// How long a wait goes on before it looks for a signal.
const WAIT_PIECE: Duration = Duration::from_millis(50);

/// Set by the first signal that asks this process to end.
static STOP: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Whether a signal asked this process to end, once [`heed_signals`] was called.
pub fn stop_flag() -> &'static AtomicBool {
    &STOP
}

/// From now on the first SIGINT or SIGTERM only sets [`stop_flag`]; a second one ends the process at once, as it would have.
///
/// # Errors
/// As the system says.
pub fn heed_signals() -> io::Result<()> {
    for signal in [SIGINT, SIGTERM] {
        // In this order: the first one finds the flag not yet set.
        register_conditional_shutdown(signal, 128 + signal, Arc::clone(&STOP))?;
        register(signal, Arc::clone(&STOP))?;
    }
    Ok(())
}

/// Waits in small pieces, so that a signal is heeded.
pub fn wait_unless_stopped(time: Duration) {
    let end = Instant::now() + time;
    while !STOP.load(Ordering::Relaxed) {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        std::thread::sleep(left.min(WAIT_PIECE));
    }
}

/// Whether a signal asked this process to read its config again, once [`heed_reload`] was called.
pub fn reload_flag() -> &'static AtomicBool {
    &RELOAD
}

/// From now on SIGHUP only sets [`reload_flag`]. Elsewhere than on Unix there is no such signal.
///
/// # Errors
/// As the system says.
pub fn heed_reload() -> io::Result<()> {
    #[cfg(unix)]
    register(signal_hook::consts::SIGHUP, Arc::clone(&RELOAD))?;
    Ok(())
}

/// From now on `wake` is called, in a thread of its own, after each signal that [`heed_signals`] and [`heed_reload`] heed; call it after
/// them, so that the flags are set first.
///
/// # Errors
/// As the system says.
#[cfg(unix)]
pub fn on_signal(wake: impl Fn() + Send + 'static) -> io::Result<()> {
    let (mut reader, writer) = std::os::unix::net::UnixStream::pair()?;
    for signal in [SIGINT, SIGTERM, signal_hook::consts::SIGHUP] {
        signal_hook::low_level::pipe::register(signal, writer.try_clone()?)?;
    }
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let mut bytes = [0; 16];
        while io::Read::read(&mut reader, &mut bytes).is_ok_and(|read| read > 0) {
            wake();
        }
    })?;
    Ok(())
}

/// As on Unix, but the flag is looked at four times a second: there is no pipe that a signal could write to.
///
/// # Errors
/// As the system says.
#[cfg(not(unix))]
pub fn on_signal(wake: impl Fn() + Send + 'static) -> io::Result<()> {
    let look = move || loop {
        std::thread::sleep(Duration::from_millis(250));
        if STOP.load(Ordering::Relaxed) {
            wake();
        }
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(look)?;
    Ok(())
}

/// Makes a folder, and the missing ones above it, readable by its owner alone. A folder that exists is left as it is.
///
/// # Errors
/// As the system says; also when something that is not a folder has the name.
pub fn create_private_dir(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes a new file, readable by its owner alone, open for writing.
///
/// # Errors
/// `AlreadyExists` when the name is taken (nothing is overwritten, no link is followed), else as the system says.
pub fn create_private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes sure that there is a file, readable by its owner alone if it is made now. What is in one that exists stays.
///
/// # Errors
/// As the system says.
pub fn ensure_private_file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Writes a file that is there as a whole or not at all, durably, for its owner alone. One that has the name is replaced; the folder
/// must exist.
///
/// # Errors
/// Those of `content`, and as the system says.
pub fn write_whole(path: &Path, content: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    content(file.as_file_mut())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_dir(folder)
}

/// The number of a file in its file system, which another file that takes its name does not have; 0 where the system has none.
pub fn inode(metadata: &std::fs::Metadata) -> u64 {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::ino(metadata);
    #[cfg(not(unix))]
    {
        let _ = metadata;
        0
    }
}

/// Makes what was created, renamed or removed in a folder durable. On Windows, where a folder cannot be opened for that, the file
/// system's own journal has to do.
///
/// # Errors
/// As the system says.
pub fn sync_dir(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(path)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(path).unwrap()) & 0o777
    }

    #[test]
    fn a_taken_name_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        create_private_file(&path).unwrap();
        assert_eq!(create_private_file(&path).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read() {
        let folder = tempfile::tempdir().unwrap();
        let (inner, file) = (folder.path().join("above/inner"), folder.path().join("file"));
        create_private_dir(&inner).unwrap();
        create_private_file(&file).unwrap();
        assert_eq!((mode(&inner), mode(&folder.path().join("above"))), (0o700, 0o700));
        assert_eq!(mode(&file), 0o600);
        create_private_dir(&inner).unwrap();
    }
}
