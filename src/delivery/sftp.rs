//! An SFTP drop as a destination, over libssh2.
//!
//! libssh2 has traps that this module is built around (design facts A): no time-out is set by default, its known_hosts check is not
//! enough, `io::copy` into its files is slow, errors of a write appear when the file is closed, and after a stall each drop waits a full
//! time-out again unless the socket is shut down first.

mod answer;
mod connection;
mod follow;
mod host_key;
mod known_hosts;
mod login;
pub mod probe;
pub mod trust;
mod window;

use std::io::{self, ErrorKind, Read};
use std::net::{Shutdown, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sha2::Digest;
use ssh2::{ErrorCode, MethodType, OpenFlags, OpenType, Session, Sftp};

use self::answer::Answer;
use self::follow::{Follow, Shown};
use self::probe::Profile;
use self::window::Window;
use super::folder::read_some;
use super::{DeliveryError, Destination, Doing, Drift, Environment, Found, Problem, Remark};
use crate::config::{SftpConfig, Verify};
use crate::store::Sha256;

/// Bytes asked for at a time when a file is read back; libssh2 asks ahead by itself.
const READ_PIECE: usize = 256 * 1024;
/// Mode of uploaded files, before the server's umask. Set when the file is made: some servers refuse to change it later.
const FILE_MODE: i32 = 0o644;

/// A connection to an SFTP drop: host key verified, logged in, folder there.
pub struct SftpDrop {
    // Dropped in this order: the channel before the session that carries it.
    sftp: Sftp,
    session: Session,
    socket: TcpStream,
    broken: bool,
    name: String,
    address: String,
    folder: PathBuf,
    fingerprint: String,
    remarks: Vec<Remark>,
    timeout: Duration,
    window: Window,
    login_methods: Vec<String>,
    follow: Follow,
}

impl SftpDrop {
    /// Connects to the destination `name`.
    pub fn connect(
        name: &str,
        config: &SftpConfig,
        environment: Environment<'_>,
    ) -> Result<SftpDrop, DeliveryError> {
        let fail = |problem| DeliveryError::new(name, problem);
        let connection = connection::open(name, config).map_err(fail)?;
        // An error below drops the connection; with the socket shut down, that does not wait.
        let socket = connection.socket;
        let give_up = |problem| {
            let _ = socket.shutdown(Shutdown::Both);
            DeliveryError::new(name, problem)
        };
        let session = connection.session;
        let login_methods = login::log_in(&session, config, environment).map_err(give_up)?;
        let sftp = session.sftp().map_err(|error| match Answer::of(&error) {
            Answer::TimedOut => {
                give_up(Problem::TimedOut { doing: Doing::OpeningFolder, timeout: config.timeout })
            }
            // libssh2 says "timeout" or "socket" for a closed channel too; a connection that lives opens another.
            _ if session.channel_session().is_err() => give_up(Problem::ConnectionLost {
                doing: Doing::OpeningFolder,
                detail: error.message().to_owned(),
            }),
            _ => give_up(Problem::NoSftp { detail: error.message().to_owned() }),
        })?;
        let asked = if config.folder.is_empty() { "." } else { config.folder.as_str() };
        let mut drop = SftpDrop {
            sftp,
            session,
            socket,
            broken: false,
            name: name.to_owned(),
            address: address(config),
            folder: PathBuf::from(asked),
            fingerprint: connection.fingerprint,
            remarks: connection.remarks,
            timeout: config.timeout,
            window: Window::new(),
            login_methods,
            follow: Follow::default(),
        };
        drop.expect_folder()?;
        Ok(drop)
    }

    /// Follows the profile of the last probe, if it was of this server. What it cannot do at all is said before anything is sent.
    ///
    /// # Errors
    /// The server cannot rename, or cannot read back what `verify` wants read.
    pub(super) fn following(
        mut self,
        profile: Option<Profile>,
        verify: Verify,
    ) -> Result<SftpDrop, DeliveryError> {
        let (server, algorithms) = (self.server(), self.algorithms());
        let shown = Shown {
            address: &self.address,
            server: &server,
            host_key: &self.fingerprint,
            login_methods: &self.login_methods,
            algorithms: &algorithms,
        };
        self.follow = Follow::new(profile, &shown);
        let Some(profile) = self.follow.profile() else { return Ok(self) };
        let since = profile.probed_at.clone();
        if profile.abilities.rename == Some(false) {
            return Err(self.fail(Problem::CannotRename { since }));
        }
        if profile.abilities.read_back == Some(false) && verify == Verify::Content {
            return Err(self.fail(Problem::CannotReadBack { since }));
        }
        self.window = Window::for_line(&profile.speed);
        Ok(self)
    }

    /// How the server names itself.
    fn server(&self) -> String {
        self.session.banner().unwrap_or_default().to_owned()
    }

    /// Key exchange, host key, cipher and integrity check agreed on.
    fn algorithms(&self) -> Vec<String> {
        let kinds = [MethodType::Kex, MethodType::HostKey, MethodType::CryptCs, MethodType::MacCs];
        kinds.into_iter().filter_map(|kind| self.session.methods(kind).map(str::to_owned)).collect()
    }

    fn expect_folder(&mut self) -> Result<(), DeliveryError> {
        let folder = self.folder_text();
        match self.sftp.stat(&self.folder) {
            Ok(stat) if stat.perm.is_none() || stat.is_dir() => Ok(()),
            Ok(_) => Err(self.fail(Problem::FolderMissing { folder })),
            Err(error) if Answer::of(&error) == Answer::NoSuchFile => {
                Err(self.fail(Problem::FolderMissing { folder }))
            }
            Err(error) => Err(self.translate(Doing::OpeningFolder, &error)),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn folder_text(&self) -> String {
        self.folder.display().to_string()
    }

    fn fail(&self, problem: Problem) -> DeliveryError {
        DeliveryError::new(&self.name, problem)
    }

    /// Marks the connection as dead, so that dropping it does not wait for a server that is silent.
    fn lost(&mut self, problem: Problem) -> DeliveryError {
        self.broken = true;
        let _ = self.socket.shutdown(Shutdown::Both);
        self.fail(problem)
    }

    fn translate(&mut self, doing: Doing, error: &ssh2::Error) -> DeliveryError {
        let folder = self.folder_text();
        let detail = error.message().to_owned();
        match Answer::of(error) {
            Answer::TimedOut => self.lost(Problem::TimedOut { doing, timeout: self.timeout }),
            Answer::Dead => self.lost(Problem::ConnectionLost { doing, detail }),
            Answer::PermissionDenied => self.fail(Problem::PermissionDenied { doing, folder }),
            Answer::DiskFull => self.fail(Problem::DiskFull { folder }),
            Answer::NoSuchFile | Answer::Exists | Answer::Failure => {
                self.fail(Problem::Refused { doing, folder, detail })
            }
        }
    }

    /// An error of `read` or `write`: the binding drops its code, so the connection is asked whether it lives, and the file system
    /// whether it is full.
    fn translate_io(&mut self, doing: Doing, name: &str, error: &io::Error, wanted: u64) -> DeliveryError {
        let detail = error.to_string();
        if error.kind() == ErrorKind::TimedOut {
            return self.lost(Problem::TimedOut { doing, timeout: self.timeout });
        }
        let path = self.path(name);
        if let Err(answer) = self.sftp.lstat(&path)
            && matches!(Answer::of(&answer), Answer::Dead | Answer::TimedOut)
        {
            return self.lost(Problem::ConnectionLost { doing, detail });
        }
        let folder = self.folder_text();
        let gone = error.kind() == ErrorKind::NotFound;
        let full = !gone && (answer::says_full(&detail) || self.is_full(&path, wanted));
        self.fail(match error.kind() {
            ErrorKind::NotFound => Problem::Gone { name: name.to_owned(), doing },
            _ if full => Problem::DiskFull { folder },
            _ if detail == answer::PERMISSION_DENIED => Problem::PermissionDenied { doing, folder },
            _ => Problem::Refused { doing, folder, detail },
        })
    }

    /// Whether the file system of an uploaded file has less room than is wanted. Servers without the extension say no.
    fn is_full(&mut self, path: &Path, wanted: u64) -> bool {
        let Ok(mut file) = self.sftp.open(path) else { return false };
        let answer = file.statvfs();
        let _ = file.close();
        self.follow.statvfs_answered(answer.is_ok());
        answer.is_ok_and(|room| {
            room.f_bavail.saturating_mul(room.f_frsize) < wanted || room.f_favail == 0 && room.f_files > 0
        })
    }
}

impl Destination for SftpDrop {
    fn address(&self) -> &str {
        &self.address
    }

    fn host_key(&self) -> Option<&str> {
        Some(&self.fingerprint)
    }

    fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    fn drift(&self) -> &[Drift] {
        &self.follow.drift
    }

    fn never_replaces(&self) -> bool {
        self.follow.never_replaces()
    }

    fn prepare(&mut self) -> Result<(), DeliveryError> {
        // The folder is the partner's; `connect` has seen it.
        Ok(())
    }

    fn look(&mut self, name: &str) -> Result<Found, DeliveryError> {
        let asked = Instant::now();
        let answer = self.sftp.lstat(&self.path(name));
        self.window.answered_in(asked.elapsed());
        match answer {
            Ok(stat) if stat.perm.is_none() || stat.is_file() => {
                Ok(Found::File { size: stat.size.unwrap_or_default() })
            }
            Ok(_) => Ok(Found::Other),
            Err(error) if Answer::of(&error) == Answer::NoSuchFile => Ok(Found::Absent),
            Err(error) => Err(self.translate(Doing::Looking, &error)),
        }
    }

    fn upload(
        &mut self,
        temporary: &str,
        size: u64,
        content: &mut dyn Read,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), DeliveryError> {
        let doing = Doing::Uploading;
        let path = self.path(temporary);
        let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNCATE;
        let asked = Instant::now();
        let mut file = match self.sftp.open_mode(&path, flags, FILE_MODE, OpenType::File) {
            Ok(file) => file,
            // OpenSSH says "failure" for a full disk here too.
            Err(error) => return Err(self.translate(doing, &error)),
        };
        self.window.answered_in(asked.elapsed());
        match window::send(&mut file, size, content, progress, &mut self.window) {
            Ok(()) => {}
            Err(window::Failed::Content(error)) => {
                return Err(self.fail(Problem::StagedUnreadable { detail: error.to_string() }));
            }
            Err(window::Failed::Destination { error, acknowledged }) => {
                let failed = self.translate_io(doing, temporary, &error, size.saturating_sub(acknowledged));
                return Err(failed);
            }
        }
        // To the server's disk, if it can: its answer to the rename would otherwise come before the bytes are safe.
        if self.follow.asks_fsync() {
            match file.fsync() {
                Err(error) if matches!(error.code(), ErrorCode::Session(_)) => {
                    return Err(self.translate(doing, &error));
                }
                answer => self.follow.fsync_answered(answer.is_ok()),
            }
        }
        // Late errors of writes come here; dropping the file would throw them away.
        file.close().map_err(|error| match Answer::of(&error) {
            Answer::Failure if self.is_full(&path, 1) => {
                self.fail(Problem::DiskFull { folder: self.folder_text() })
            }
            _ => self.translate(doing, &error),
        })
    }

    fn sha256(&mut self, name: &str) -> Result<Sha256, DeliveryError> {
        let doing = Doing::ReadingBack;
        let mut file = match self.sftp.open(self.path(name)) {
            Ok(file) => file,
            Err(error) if Answer::of(&error) == Answer::NoSuchFile => {
                return Err(self.fail(Problem::Gone { name: name.to_owned(), doing }));
            }
            Err(error) => {
                self.follow.read_back_answered(Answer::of(&error) != Answer::PermissionDenied);
                return Err(self.translate(doing, &error));
            }
        };
        let mut hasher = sha2::Sha256::new();
        let mut piece = vec![0; READ_PIECE];
        loop {
            match read_some(&mut file, &mut piece) {
                Ok(0) => break,
                Ok(count) => hasher.update(piece.get(..count).unwrap_or_default()),
                Err(error) => return Err(self.translate_io(doing, name, &error, 0)),
            }
        }
        file.close().map_err(|error| self.translate(doing, &error))?;
        self.follow.read_back_answered(true);
        Ok(hasher.finalize().into())
    }

    fn rename_no_replace(&mut self, temporary: &str, name: &str) -> Result<(), DeliveryError> {
        let (from, to) = (self.path(temporary), self.path(name));
        // SFTP version 3 has no flags: libssh2 leaves them out, and OpenSSH renames by link and unlink, which never replaces.
        let Err(error) = self.sftp.rename(&from, &to, Some(ssh2::RenameFlags::empty())) else {
            self.follow.renamed();
            return Ok(());
        };
        let taken = match Answer::of(&error) {
            Answer::Exists => true,
            // "Failure" is all that version 3 can say about a taken name.
            Answer::Failure => self.look(name)? != Found::Absent,
            _ => false,
        };
        if taken {
            return Err(self.fail(Problem::NameTaken { name: name.to_owned() }));
        }
        Err(self.translate(Doing::Renaming, &error))
    }

    fn remove(&mut self, temporary: &str) -> Result<(), DeliveryError> {
        match self.sftp.unlink(&self.path(temporary)) {
            Ok(()) => Ok(()),
            Err(error) if Answer::of(&error) == Answer::NoSuchFile => Ok(()),
            Err(error) => Err(self.translate(Doing::Removing, &error)),
        }
    }

    fn temporaries(&mut self, suffix: &str) -> Result<Vec<String>, DeliveryError> {
        let entries =
            self.sftp.readdir(&self.folder).map_err(|error| self.translate(Doing::Listing, &error))?;
        let mut names: Vec<String> = entries
            .into_iter()
            .filter_map(|(path, _)| path.file_name()?.to_str().map(str::to_owned))
            .filter(|name| name.ends_with(suffix))
            .collect();
        names.sort();
        Ok(names)
    }
}

impl Drop for SftpDrop {
    fn drop(&mut self) {
        if !self.broken {
            let _ = self.session.disconnect(None, "done", None);
            // Without it, closing the SFTP channel would wait for an answer that no longer comes.
            let _ = self.socket.shutdown(Shutdown::Both);
        }
    }
}

/// `sftp://club@drop.example:22/in`; a folder below the login folder is written `/~/in`.
fn address(config: &SftpConfig) -> String {
    let folder = match config.folder.as_str() {
        "" | "." => "/~".to_owned(),
        absolute if absolute.starts_with('/') => absolute.to_owned(),
        relative => format!("/~/{relative}"),
    };
    format!("sftp://{}@{}:{}{folder}", config.user, config.host, config.port)
}
