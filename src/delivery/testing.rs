//! A destination in memory that fails on command, for the tests of the protocol.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Read;
use std::num::NonZeroUsize;
use std::rc::Rc;

use sha2::Digest;

use super::{DeliveryError, Destination, Doing, Found, Problem, Remark};
use crate::config::{DestinationConfig, DestinationKind, Retries, Verify};
use crate::store::Sha256;

/// What a call does instead of its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The connection breaks before the request arrives.
    LostBefore,
    /// The request is carried out, and the answer is lost.
    LostAfter,
    /// The server answers: permission denied.
    Denied,
    /// The server says that it did it, and did not (an upload that loses its last byte).
    Lies,
    /// Just before the request, somebody else puts a file under [`NAME`].
    Taken,
}

/// The name of the file in the tests.
pub(super) const NAME: &str = "club_cardcode_main_20261115.csv";

/// Where the files of the tests go: content is verified, and nothing is tried twice by itself.
pub(super) fn config() -> DestinationConfig {
    DestinationConfig {
        name: "splio".into(),
        kind: DestinationKind::Folder { path: "unused".into() },
        verify: Verify::Content,
        temporary_suffix: ".part".into(),
        retries: Retries::default(),
        sessions: NonZeroUsize::MIN,
    }
}

/// What the server has, shared by all connections to it.
#[derive(Debug, Default)]
pub(super) struct Server {
    /// Files by name.
    pub(super) files: BTreeMap<String, Vec<u8>>,
    /// Every file that was ever seen under a name that does not end in `.part`, in order: what a partner gets.
    pub(super) received: Vec<(String, Vec<u8>)>,
    /// Requests so far.
    pub(super) requests: Vec<String>,
    /// The request (from 0) that fails, and how.
    pub(super) fault: Option<(usize, Fault)>,
    /// A partner that takes files away as soon as they appear.
    pub(super) picks_up: bool,
}

/// One connection.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    pub(super) server: Rc<RefCell<Server>>,
    pub(super) address: String,
    dead: bool,
}

impl Memory {
    pub(super) fn connect(server: &Rc<RefCell<Server>>) -> Memory {
        Memory { server: Rc::clone(server), address: "memory://splio/in".into(), dead: false }
    }

    fn request<T>(
        &mut self,
        doing: Doing,
        text: String,
        work: impl FnOnce(&mut Server, bool) -> Result<T, DeliveryError>,
    ) -> Result<T, DeliveryError> {
        let lost = || DeliveryError::new("splio", Problem::ConnectionLost { doing, detail: "closed".into() });
        if self.dead {
            return Err(lost());
        }
        let mut server = self.server.borrow_mut();
        let number = server.requests.len();
        server.requests.push(text);
        let fault = server.fault.filter(|(at, _)| *at == number).map(|(_, fault)| fault);
        match fault {
            None => work(&mut server, false),
            Some(Fault::Lies) => work(&mut server, true),
            Some(Fault::Taken) => {
                server.files.insert(NAME.to_owned(), b"theirs".to_vec());
                work(&mut server, false)
            }
            Some(Fault::Denied) => {
                Err(DeliveryError::new("splio", Problem::PermissionDenied { doing, folder: "in".into() }))
            }
            Some(Fault::LostBefore) => {
                self.dead = true;
                Err(lost())
            }
            Some(Fault::LostAfter) => {
                self.dead = true;
                let _ = work(&mut server, false);
                Err(lost())
            }
        }
    }
}

impl Destination for Memory {
    fn address(&self) -> &str {
        &self.address
    }

    fn host_key(&self) -> Option<&str> {
        Some("SHA256:test")
    }

    fn remarks(&self) -> &[Remark] {
        &[]
    }

    fn prepare(&mut self) -> Result<(), DeliveryError> {
        Ok(())
    }

    fn look(&mut self, name: &str) -> Result<Found, DeliveryError> {
        self.request(Doing::Looking, format!("look {name}"), |server, _| {
            Ok(match server.files.get(name) {
                Some(bytes) => Found::File { size: bytes.len() as u64 },
                None => Found::Absent,
            })
        })
    }

    fn upload(
        &mut self,
        temporary: &str,
        _size: u64,
        content: &mut dyn Read,
        _progress: &mut dyn FnMut(u64),
    ) -> Result<(), DeliveryError> {
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes).unwrap();
        self.request(Doing::Uploading, format!("upload {temporary}"), |server, lies| {
            bytes.truncate(bytes.len() - usize::from(lies));
            server.files.insert(temporary.to_owned(), bytes);
            Ok(())
        })
    }

    fn sha256(&mut self, name: &str) -> Result<Sha256, DeliveryError> {
        self.request(Doing::ReadingBack, format!("read {name}"), |server, _| match server.files.get(name) {
            Some(bytes) => Ok(sha2::Sha256::digest(bytes).into()),
            None => Err(DeliveryError::new(
                "splio",
                Problem::Gone { name: name.into(), doing: Doing::ReadingBack },
            )),
        })
    }

    fn rename_no_replace(&mut self, temporary: &str, name: &str) -> Result<(), DeliveryError> {
        self.request(Doing::Renaming, format!("rename {temporary} {name}"), |server, _| {
            let refused = |problem| Err(DeliveryError::new("splio", problem));
            if server.files.contains_key(name) {
                return refused(Problem::NameTaken { name: name.into() });
            }
            let Some(bytes) = server.files.remove(temporary) else {
                return refused(Problem::Refused {
                    doing: Doing::Renaming,
                    folder: "in".into(),
                    detail: "no such file".into(),
                });
            };
            server.received.push((name.to_owned(), bytes.clone()));
            if !server.picks_up {
                server.files.insert(name.to_owned(), bytes);
            }
            Ok(())
        })
    }

    fn remove(&mut self, temporary: &str) -> Result<(), DeliveryError> {
        self.request(Doing::Removing, format!("remove {temporary}"), |server, _| {
            server.files.remove(temporary);
            Ok(())
        })
    }

    fn temporaries(&mut self, suffix: &str) -> Result<Vec<String>, DeliveryError> {
        self.request(Doing::Listing, "list".into(), |server, _| {
            Ok(server.files.keys().filter(|name| name.ends_with(suffix)).cloned().collect())
        })
    }
}
