//! An SFTP server in memory that fails on command: at the n-th request of a kind it drops the line, stays silent, refuses, lies or
//! is slow. Files and counts are shared by all connections to it, so that a test sees what a second run finds.

use std::collections::{BTreeMap, HashMap};
use std::net::Shutdown;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use russh::MethodKind;
use russh::server::Config;
use russh_sftp::protocol::{
    Attrs, Data, ExtendedReply, File, FileAttributes, Handle, Name, OpenFlags, Packet, Status, StatusCode,
    Version,
};

use super::ssh_server::{Login, SshServer};
pub(crate) use super::ssh_server::{PASSWORD, USER};

/// Kinds of requests, each counted from 0 over all connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A connection, before anything is said.
    Connection,
    /// A file is opened to be written.
    Open,
    /// A packet of bytes to write.
    Write,
    /// `fsync@openssh.com`
    Sync,
    /// A file is closed.
    Close,
    /// A name is looked at.
    Look,
    /// A file is opened to be read.
    OpenToRead,
    /// A packet of bytes to read.
    Read,
    /// A rename.
    Rename,
    /// A removal.
    Remove,
}

/// What the server does at a request instead of its work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Act {
    /// The line is cut before the request is carried out.
    DropBefore,
    /// The request is carried out, and the line is cut instead of an answer.
    DropAfter,
    /// Silence: not carried out, no answer, the line stays open.
    Stall,
    /// Carried out, and answered, after that long, whether the client is still there or not.
    Late(Duration),
    /// Refused with this status.
    Refuse(StatusCode),
    /// Carried out, and answered with "failure".
    RefuseAfter,
    /// Answered with "ok", and not carried out.
    Lie,
    /// The size that a look shows is one byte short.
    WrongSize,
    /// "Failure", and from now on the file system has no room.
    Full,
}

/// What the server has and is told to do.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// Files by name.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// What appeared under a name that does not end in `.part`, in order: what a partner gets.
    pub(crate) appeared: Vec<(String, Vec<u8>)>,
    /// Every request so far.
    pub(crate) requests: Vec<Kind>,
    /// Faults: a request of this kind, by its number from 0.
    pub(crate) faults: Vec<(Kind, usize, Act)>,
    /// The line is cut, once, before a file is opened to be written whose name begins so: for faults that must meet one file whatever else is under way.
    pub(crate) breaks_at: Option<String>,
    /// A delay of each packet that is written: a slow link.
    pub(crate) slow: Duration,
    /// A partner takes files away as soon as they appear.
    pub(crate) picks_up: bool,
    /// The file system has no room.
    pub(crate) full: bool,
    /// A rename replaces the file that has the name, as some servers do.
    pub(crate) rename_replaces: bool,
    /// Files cannot be made durable on request.
    pub(crate) no_fsync: bool,
    /// Most connections that were open at once.
    pub(crate) most_connections: usize,
    connections: usize,
}

impl State {
    /// How many requests of a kind came.
    pub(crate) fn count(&self, kind: Kind) -> usize {
        self.requests.iter().filter(|request| **request == kind).count()
    }

    fn take(&mut self, kind: Kind) -> Option<Act> {
        let number = self.count(kind);
        self.requests.push(kind);
        self.faults.iter().find(|(of, at, _)| *of == kind && *at == number).map(|(_, _, act)| *act)
    }
}

/// A running server.
pub(crate) struct FaultServer {
    server: SshServer,
    state: Arc<Mutex<State>>,
}

impl FaultServer {
    /// A server without faults, for now.
    pub(crate) fn start() -> FaultServer {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let server = SshServer::start(MethodKind::Password, move |config, socket| {
            connection(config, socket, Arc::clone(&shared))
        });
        FaultServer { server, state }
    }

    /// The same, with one fault.
    pub(crate) fn failing(kind: Kind, number: usize, act: Act) -> FaultServer {
        let server = FaultServer::start();
        server.state().faults.push((kind, number, act));
        server
    }

    /// What it has and is told to do.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl std::ops::Deref for FaultServer {
    type Target = SshServer;

    fn deref(&self) -> &SshServer {
        &self.server
    }
}

async fn connection(config: Arc<Config>, socket: tokio::net::TcpStream, state: Arc<Mutex<State>>) {
    let fault = {
        let mut state = state.lock().unwrap();
        state.connections += 1;
        state.most_connections = state.most_connections.max(state.connections);
        state.take(Kind::Connection)
    };
    if fault.is_none() {
        let _ = socket.set_nodelay(true);
        let socket = socket.into_std().unwrap();
        let line = Arc::new(socket.try_clone().unwrap());
        let socket = tokio::net::TcpStream::from_std(socket).unwrap();
        let shared = Arc::clone(&state);
        let login = Login::serving(move || Files {
            line: Arc::clone(&line),
            state: Arc::clone(&shared),
            handles: HashMap::new(),
            last: 0,
        });
        if let Ok(session) = russh::server::run_stream(config, socket, login).await {
            let _ = session.await;
        }
    }
    state.lock().unwrap().connections -= 1;
}

/// The SFTP side of one connection.
struct Files {
    line: Arc<std::net::TcpStream>,
    state: Arc<Mutex<State>>,
    handles: HashMap<String, String>,
    last: u32,
}

fn ok(id: u32) -> Status {
    Status { id, status_code: StatusCode::Ok, error_message: "Ok".into(), language_tag: "en".into() }
}

/// The last part of a path.
fn base(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

fn attributes(size: Option<u64>, mode: u32) -> FileAttributes {
    FileAttributes { size, permissions: Some(mode), ..FileAttributes::empty() }
}

impl Files {
    /// Carries a request out, with the fault that was ordered for it. `lie` is the answer to one that is not carried out.
    async fn request<T>(
        &mut self,
        kind: Kind,
        lie: Option<T>,
        work: impl FnOnce(&mut State) -> Result<T, StatusCode>,
    ) -> Result<T, StatusCode> {
        let act = self.state.lock().unwrap().take(kind);
        match act {
            None | Some(Act::WrongSize) => work(&mut self.state.lock().unwrap()),
            Some(Act::DropBefore) => self.hang_up().await,
            Some(Act::DropAfter) => {
                let _ = work(&mut self.state.lock().unwrap());
                self.hang_up().await
            }
            Some(Act::Stall) => std::future::pending().await,
            Some(Act::Late(delay)) => {
                tokio::time::sleep(delay).await;
                work(&mut self.state.lock().unwrap())
            }
            Some(Act::Refuse(status)) => Err(status),
            Some(Act::RefuseAfter) => {
                let _ = work(&mut self.state.lock().unwrap());
                Err(StatusCode::Failure)
            }
            Some(Act::Lie) => lie.ok_or(StatusCode::Failure),
            Some(Act::Full) => {
                self.state.lock().unwrap().full = true;
                Err(StatusCode::Failure)
            }
        }
    }

    async fn hang_up<T>(&self) -> Result<T, StatusCode> {
        let _ = self.line.shutdown(Shutdown::Both);
        std::future::pending().await
    }

    fn file(&self, handle: &str) -> Result<String, StatusCode> {
        self.handles.get(handle).cloned().ok_or(StatusCode::Failure)
    }
}

impl russh_sftp::server::Handler for Files {
    type Error = StatusCode;

    fn unimplemented(&self) -> StatusCode {
        StatusCode::OpUnsupported
    }

    async fn init(
        &mut self,
        _version: u32,
        _extensions: HashMap<String, String>,
    ) -> Result<Version, StatusCode> {
        Ok(Version::new())
    }

    async fn stat(&mut self, id: u32, _path: String) -> Result<Attrs, StatusCode> {
        Ok(Attrs { id, attrs: attributes(None, 0o040_755) })
    }

    async fn lstat(&mut self, id: u32, path: String) -> Result<Attrs, StatusCode> {
        let name = base(&path);
        let short = {
            let state = self.state.lock().unwrap();
            let number = state.count(Kind::Look);
            state.faults.contains(&(Kind::Look, number, Act::WrongSize))
        };
        self.request(Kind::Look, None, |state| {
            let bytes = state.files.get(&name).ok_or(StatusCode::NoSuchFile)?;
            let size = bytes.len() as u64 - u64::from(short);
            Ok(Attrs { id, attrs: attributes(Some(size), 0o100_644) })
        })
        .await
    }

    async fn open(
        &mut self,
        id: u32,
        path: String,
        flags: OpenFlags,
        _attrs: FileAttributes,
    ) -> Result<Handle, StatusCode> {
        let name = base(&path);
        self.last += 1;
        let handle = self.last.to_string();
        self.handles.insert(handle.clone(), name.clone());
        let writes = flags.contains(OpenFlags::WRITE);
        let kind = if writes { Kind::Open } else { Kind::OpenToRead };
        let begins = |start: &mut String| writes && name.starts_with(start.as_str());
        if self.state.lock().unwrap().breaks_at.take_if(begins).is_some() {
            return self.hang_up().await;
        }
        self.request(kind, None, |state| {
            if !writes && !state.files.contains_key(&name) {
                return Err(StatusCode::NoSuchFile);
            }
            if writes && (flags.contains(OpenFlags::TRUNCATE) || !state.files.contains_key(&name)) {
                state.files.insert(name, Vec::new());
            }
            Ok(Handle { id, handle })
        })
        .await
    }

    async fn write(
        &mut self,
        id: u32,
        handle: String,
        offset: u64,
        data: Vec<u8>,
    ) -> Result<Status, StatusCode> {
        let name = self.file(&handle)?;
        let slow = self.state.lock().unwrap().slow;
        if !slow.is_zero() {
            tokio::time::sleep(slow).await;
        }
        self.request(Kind::Write, Some(ok(id)), |state| {
            if state.full {
                return Err(StatusCode::Failure);
            }
            let bytes = state.files.entry(name).or_default();
            let (from, to) = (offset as usize, offset as usize + data.len());
            if bytes.len() < to {
                bytes.resize(to, 0);
            }
            bytes[from..to].copy_from_slice(&data);
            Ok(ok(id))
        })
        .await
    }

    async fn read(&mut self, id: u32, handle: String, offset: u64, len: u32) -> Result<Data, StatusCode> {
        let name = self.file(&handle)?;
        self.request(Kind::Read, None, |state| {
            let bytes = state.files.get(&name).ok_or(StatusCode::NoSuchFile)?;
            let rest = bytes.get(offset as usize..).filter(|rest| !rest.is_empty()).ok_or(StatusCode::Eof)?;
            Ok(Data { id, data: rest[..rest.len().min(len as usize)].to_vec() })
        })
        .await
    }

    async fn close(&mut self, id: u32, _handle: String) -> Result<Status, StatusCode> {
        self.request(Kind::Close, Some(ok(id)), |_| Ok(ok(id))).await
    }

    async fn remove(&mut self, id: u32, path: String) -> Result<Status, StatusCode> {
        let name = base(&path);
        self.request(Kind::Remove, Some(ok(id)), |state| {
            state.files.remove(&name).map(|_| ok(id)).ok_or(StatusCode::NoSuchFile)
        })
        .await
    }

    async fn rename(&mut self, id: u32, from: String, to: String) -> Result<Status, StatusCode> {
        let (from, to) = (base(&from), base(&to));
        self.request(Kind::Rename, Some(ok(id)), |state| {
            if state.files.contains_key(&to) && !state.rename_replaces {
                return Err(StatusCode::Failure);
            }
            let bytes = state.files.remove(&from).ok_or(StatusCode::NoSuchFile)?;
            state.appeared.push((to.clone(), bytes.clone()));
            if !state.picks_up {
                state.files.insert(to, bytes);
            }
            Ok(ok(id))
        })
        .await
    }

    async fn opendir(&mut self, id: u32, path: String) -> Result<Handle, StatusCode> {
        self.last += 1;
        self.handles.insert(self.last.to_string(), path);
        Ok(Handle { id, handle: self.last.to_string() })
    }

    async fn readdir(&mut self, id: u32, handle: String) -> Result<Name, StatusCode> {
        // The first answer has them all; a second one ends the list.
        self.handles.remove(&handle).ok_or(StatusCode::Eof)?;
        let state = self.state.lock().unwrap();
        let files = state
            .files
            .iter()
            .map(|(name, bytes)| File::new(name.clone(), attributes(Some(bytes.len() as u64), 0o100_644)))
            .collect();
        Ok(Name { id, files })
    }

    async fn extended(&mut self, id: u32, request: String, _data: Vec<u8>) -> Result<Packet, StatusCode> {
        match request.as_str() {
            "fsync@openssh.com" if self.state.lock().unwrap().no_fsync => {
                self.request(Kind::Sync, None, |_| Err(StatusCode::OpUnsupported)).await
            }
            "fsync@openssh.com" => {
                self.request(Kind::Sync, Some(Packet::Status(ok(id))), |_| Ok(Packet::Status(ok(id)))).await
            }
            "fstatvfs@openssh.com" => {
                let room: u64 = if self.state.lock().unwrap().full { 0 } else { 1 << 30 };
                // f_bsize, f_frsize, f_blocks, f_bfree, f_bavail, f_files, f_ffree, f_favail, f_fsid, f_flag, f_namemax
                let fields = [4096, 4096, 1 << 30, room, room, 1000, 500, 500, 0, 0, 255];
                let data = fields.iter().flat_map(|field: &u64| field.to_be_bytes()).collect();
                Ok(Packet::ExtendedReply(ExtendedReply { id, data }))
            }
            _ => Err(StatusCode::OpUnsupported),
        }
    }
}
