//! Outbound files → destinations: an SFTP drop or a folder, through one protocol that neither loses a file nor sends it twice.
//!
//! [`protocol`] holds the protocol, over the ledger and the small trait [`Destination`], and [`set`] that of files that become visible together; [`waiting`] goes through the files that
//! wait; [`sftp`] and [`folder`] are the destinations; [`receipt`] writes the proof. This room reads staged files and never
//! changes one; it decides nothing about their content or names. No secret appears in an error, an event or the ledger.

pub mod audit;
pub mod error;
pub mod folder;
pub mod ledger;
pub mod protocol;
pub mod receipt;
mod remark;
mod retry;
pub mod said;
pub mod secret;
pub mod set;
pub mod sftp;
#[cfg(test)]
mod testing;
pub mod waiting;

use std::io::Read;
use std::path::Path;

pub use error::{DeliveryError, Doing, Problem, Retry};
pub use remark::{BrokenLine, Remark};
pub use said::Why;
pub use waiting::{DeliverySummary, Errand, Event, FileOutcome, SetOutcome, deliver_waiting};

use crate::config::{DestinationConfig, DestinationKind};
use crate::store::Sha256;

/// What is found under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Absent,
    /// A file of so many bytes.
    File {
        /// Bytes.
        size: u64,
    },
    /// A folder, a link, a device: something that is not ours.
    Other,
}

/// Something that a destination does otherwise than when it was probed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// What, as the profile names it: `host_key`, `fsync`, …
    pub ability: &'static str,
    /// As it was probed.
    pub before: String,
    /// As it was seen now.
    pub now: String,
    /// When it was probed, UTC.
    pub since: String,
}

/// What a destination can do. Names are plain file names in the destination's folder. Every call has a time-out; after an error
/// with [`DeliveryError::connection_lost`] the destination is of no more use.
pub trait Destination {
    /// Where it is, without secrets: `sftp://club@drop.example:22/in`. Kept in the ledger.
    fn address(&self) -> &str;

    /// Fingerprint of the server's host key, `SHA256:…`; `None` for a folder.
    fn host_key(&self) -> Option<&str>;

    /// What the operator should know although nothing failed (a broken line in known_hosts).
    fn remarks(&self) -> &[Remark];

    /// What it does otherwise than when it was probed, as far as it was seen on this connection.
    fn drift(&self) -> &[Drift] {
        &[]
    }

    /// It was probed that a rename here never replaces a file, so that a name need not be looked at just before.
    fn never_replaces(&self) -> bool {
        false
    }

    /// Makes the folder where that is ours to do. Never called while a rename is unresolved: a folder made anew would look
    /// like one from which the file was picked up.
    fn prepare(&mut self) -> Result<(), DeliveryError>;

    /// What is there under this name.
    fn look(&mut self, name: &str) -> Result<Found, DeliveryError>;

    /// Writes the whole content to a temporary name; a file that is there under it is replaced. `size` is what `content` will
    /// give; `progress` gets the bytes that the destination has acknowledged. When it returns, the destination has confirmed every
    /// byte.
    fn upload(
        &mut self,
        temporary: &str,
        size: u64,
        content: &mut dyn Read,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), DeliveryError>;

    /// Reads a file back and hashes it.
    fn sha256(&mut self, name: &str) -> Result<Sha256, DeliveryError>;

    /// Gives the temporary file its name. Fails when the name is taken; never replaces. An error with
    /// [`Retry::Unknown`] may have renamed.
    fn rename_no_replace(&mut self, temporary: &str, name: &str) -> Result<(), DeliveryError>;

    /// Removes a temporary file. It is no error when there is none.
    fn remove(&mut self, temporary: &str) -> Result<(), DeliveryError>;

    /// Names in the folder that end with the suffix of temporary files.
    fn temporaries(&mut self, suffix: &str) -> Result<Vec<String>, DeliveryError>;
}

/// Looks up an environment variable. A seam: the process's own in the product, a table in tests.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<std::ffi::OsString>;

/// Connects to a destination, and follows the profile that its last probe left in the project folder.
pub fn connect_following(
    config: &DestinationConfig,
    root: &Path,
    environment: Environment<'_>,
) -> Result<Box<dyn Destination>, DeliveryError> {
    match &config.kind {
        DestinationKind::Folder { .. } => connect(config, environment),
        DestinationKind::Sftp(sftp) => {
            let drop = sftp::SftpDrop::connect(&config.name, sftp, environment)?;
            let profile = sftp::probe::last_profile(root, &config.name);
            Ok(Box::new(drop.following(profile, config.verify)?))
        }
    }
}

/// Connects to a destination.
pub fn connect(
    config: &DestinationConfig,
    environment: Environment<'_>,
) -> Result<Box<dyn Destination>, DeliveryError> {
    match &config.kind {
        DestinationKind::Folder { path } => Ok(Box::new(folder::Folder::new(&config.name, path))),
        DestinationKind::Sftp(sftp) => {
            Ok(Box::new(sftp::SftpDrop::connect(&config.name, sftp, environment)?))
        }
    }
}
