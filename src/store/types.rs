//! The records of the ledger, and the words for their states.

use std::fmt;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::Serialize;

use super::BatchId;

/// A SHA-256.
pub type Sha256 = [u8; 32];

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// The word that the ledger and the reports use.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::from(self.word()))
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                match value.as_str()? {
                    $($word => Ok($name::$variant),)*
                    _ => Err(FromSqlError::InvalidType),
                }
            }
        }
    };
}

pub(super) use words;

words! {
    /// How a run ended.
    RunOutcome {
        /// Everything went through.
        Complete = "complete",
        /// It went to its end; something waits for a person (rejected rows, held files, a destination that is away).
        Attention = "attention",
        /// It could not go on.
        Failed = "failed",
        /// Its process was killed; the next run went on where it stopped.
        Interrupted = "interrupted",
    }
}

words! {
    /// How far an export is.
    ExportState {
        /// Taken out of the inbox.
        Claimed = "claimed",
        /// Read; its outbound files are in the ledger.
        Staged = "staged",
        /// In the archive: nothing is left to do.
        Archived = "archived",
    }
}

words! {
    /// What became of an export.
    ExportOutcome {
        /// Its rows were used, save the rejected ones.
        Accepted = "accepted",
        /// Nothing of it was used.
        Refused = "refused",
        /// The same content was accepted before.
        Duplicate = "duplicate",
    }
}

words! {
    /// Where an outbound file is in the delivery protocol (`docs/delivery-protocol.md`).
    OutboundState {
        /// Its bytes are durable here; nothing of it is at the destination.
        Staged = "staged",
        /// Part of it may be at the destination, under its temporary name.
        Uploading = "uploading",
        /// All of it is at the destination, under its temporary name, and was verified.
        Verified = "verified",
        /// The rename was sent, or is about to be.
        Committing = "committing",
        /// It is at the destination under its own name, or was.
        Delivered = "delivered",
        /// It waits for a person.
        Held = "held",
        /// A person decided that it is not sent.
        Discarded = "discarded",
    }
}

words! {
    /// How far a set is (`docs/delivery-protocol.md`).
    SetState {
        /// More files for it may come: an export of its run is still in work.
        Gathering = "gathering",
        /// Its files are made; none of them is visible at the destination.
        Waiting = "waiting",
        /// All of them lie verified at the destination, and get their names one after the other.
        Committing = "committing",
        /// All of them have their names; the marker's rename was sent, or is about to be.
        Marking = "marking",
        /// All of it is at the destination, or was.
        Delivered = "delivered",
        /// None of its files will be sent.
        Discarded = "discarded",
    }
}

words! {
    /// Why an outbound file waits for a person.
    HoldCode {
        /// More rejected rows than the route allows.
        TooManyRejected = "too-many-rejected",
        /// More rows than the route's subsections can take.
        TooFewSubsections = "too-few-subsections",
        /// A file that replaces a list is much shorter than the one before.
        Shrunk = "shrunk",
        /// Its export, or its model, has fewer or more rows than the route expects.
        OutsideBand = "outside-band",
        /// It makes the platform send mail: a person decides.
        SendsMail = "sends-mail",
        /// A guard of the snapshot stopped it.
        Guard = "guard",
        /// The destination has a file of that name that we did not put there.
        NameTaken = "name-taken",
        /// The destination does not let us write there.
        PermissionDenied = "permission-denied",
        /// The destination has no space left.
        DiskFull = "disk-full",
        /// The server refused, without saying why.
        ServerRefused = "server-refused",
        /// The file system of the destination cannot rename without replacing.
        NoSafeRename = "no-safe-rename",
        /// The destination's address changed while the file was under way.
        DestinationChanged = "destination-changed",
        /// After a lost reply, the destination has something else under the name.
        Uncertain = "uncertain",
        /// After an error answer to the rename, neither the temporary file nor the final name is there.
        Vanished = "vanished",
        /// The staged file is missing or differs from the ledger.
        StagedFileChanged = "staged-file-changed",
        /// Its set lacks a file that it must have.
        SetIncomplete = "set-incomplete",
        /// An archive holds more than the platform takes.
        TooLarge = "too-large",
        /// The platform looks for the name of another day by now.
        DayPast = "day-past",
    }
}

/// The identity of a run, `20261115T020000Z-3f2a`: when it began (UTC) and four random digits. Sorts by time; fit for
/// file names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct RunId(pub(super) String);

impl RunId {
    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ToSql for RunId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for RunId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        String::column_result(value).map(RunId)
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::from(self.0))
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                i64::column_result(value).map($name)
            }
        }
    )*};
}

ids! {
    /// The identity of an export in the ledger.
    ExportId;
    /// The identity of an outbound file in the ledger. They rise in staging order.
    OutboundId;
    /// The identity of one delivery of a set in the ledger. They rise in staging order.
    SetId;
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunRecord {
    /// Its identity.
    pub id: RunId,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended; `None`: it is running, or was interrupted.
    pub ended_at: Option<DateTime<Utc>>,
    /// How it ended.
    pub outcome: Option<RunOutcome>,
}

/// An export that was just taken out of the inbox.
#[derive(Debug, Clone)]
pub struct NewExport {
    /// Its file name in the inbox.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: Sha256,
    /// Bytes.
    pub size: u64,
    /// Where it is now, relative to the project folder.
    pub work_path: PathBuf,
    /// When.
    pub claimed_at: DateTime<Utc>,
}

/// An export in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportRecord {
    /// Its identity.
    pub id: ExportId,
    /// The run that claimed it.
    pub run: RunId,
    /// Its file name in the inbox.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: Sha256,
    /// Bytes.
    pub size: u64,
    /// Where it was put when it was claimed, relative to the project folder.
    pub work_path: PathBuf,
    /// When it was claimed.
    pub claimed_at: DateTime<Utc>,
    /// How far it is.
    pub state: ExportState,
    /// What became of it; `None` while it is claimed.
    pub outcome: Option<ExportOutcome>,
    /// Name of the schema it was read with.
    pub schema: Option<String>,
    /// Data rows.
    pub rows: Option<u64>,
    /// Rejected rows.
    pub rejected: Option<u64>,
    /// Its report, relative to the project folder.
    pub report_path: Option<PathBuf>,
    /// Where it is archived, relative to the project folder.
    pub archive_path: Option<PathBuf>,
}

/// Why an outbound file is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoldReason {
    /// The kind, stable.
    pub code: HoldCode,
    /// The sentence for the operator, with what to do.
    pub text: String,
}

/// An outbound file whose bytes and folder entry were fsynced.
#[derive(Debug, Clone)]
pub struct NewOutbound {
    /// The route that made it.
    pub route: String,
    /// Where it goes.
    pub destination: String,
    /// Its name there.
    pub name: String,
    /// Where its bytes are, relative to the project folder.
    pub staged_path: PathBuf,
    /// SHA-256 of its bytes.
    pub sha256: Sha256,
    /// Bytes.
    pub size: u64,
    /// Data rows.
    pub rows: u64,
    /// Name of its schema.
    pub schema: String,
    /// SHA-256 of its schema.
    pub schema_sha256: Sha256,
    /// SHA-256 of the config it was made with.
    pub config_sha256: Sha256,
    /// `Some`: it enters the ledger as held.
    pub held: Option<HoldReason>,
    /// The rows that it takes, where the route remembers them.
    pub batch: Option<BatchId>,
}

/// The end of the work on an export: what became of it and the files that came out of it.
#[derive(Debug, Clone)]
pub struct Staged {
    /// The export.
    pub export: ExportId,
    /// The run that did the work.
    pub run: RunId,
    /// When.
    pub at: DateTime<Utc>,
    /// What became of it.
    pub outcome: ExportOutcome,
    /// Name of the schema it was read with, if one fitted.
    pub schema: Option<String>,
    /// Data rows.
    pub rows: u64,
    /// Rejected rows.
    pub rejected: u64,
    /// Its report, relative to the project folder.
    pub report_path: Option<PathBuf>,
    /// Its outbound files, in the order of delivery.
    pub outbound: Vec<NewOutbound>,
}

/// An outbound file in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundRecord {
    /// Its identity.
    pub id: OutboundId,
    /// The export it came from.
    pub export: ExportId,
    /// The run that staged it.
    pub run: RunId,
    /// The route that made it.
    pub route: String,
    /// Where it goes.
    pub destination: String,
    /// Its name there.
    pub name: String,
    /// Where its bytes are, relative to the project folder.
    pub staged_path: PathBuf,
    /// SHA-256 of its bytes.
    pub sha256: Sha256,
    /// Bytes.
    pub size: u64,
    /// Data rows.
    pub rows: u64,
    /// Name of its schema.
    pub schema: String,
    /// SHA-256 of its schema.
    pub schema_sha256: Sha256,
    /// SHA-256 of the config it was made with.
    pub config_sha256: Sha256,
    /// Where it is in the protocol.
    pub state: OutboundState,
    /// Its name at the destination until it is renamed; `None` before the first upload.
    pub temporary: Option<String>,
    /// The destination's address at the last upload.
    pub address: Option<String>,
    /// Fingerprint of the host key at the last upload.
    pub host_key: Option<String>,
    /// Why it is held.
    pub held: Option<HoldReason>,
    /// When it was staged.
    pub staged_at: DateTime<Utc>,
    /// When it was delivered.
    pub delivered_at: Option<DateTime<Utc>>,
    /// Its receipt, relative to the project folder.
    pub receipt_path: Option<PathBuf>,
    /// The set that it is delivered with.
    pub set: Option<SetId>,
    /// The archive inside which it goes; it is not sent by itself then.
    pub packed_in: Option<OutboundId>,
}

impl OutboundRecord {
    /// Whether a person may end it: it is held; or it waits, in no set, and no rename of it was ever sent.
    pub fn can_be_discarded(&self) -> bool {
        match self.state {
            OutboundState::Held => true,
            OutboundState::Staged | OutboundState::Uploading | OutboundState::Verified => {
                self.set.is_none() && self.packed_in.is_none()
            }
            _ => false,
        }
    }
}

/// A set of which a run makes files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSet {
    /// Its name in the config.
    pub name: String,
    /// Where its files go.
    pub destination: String,
    /// Its routes, in the order in which their files become visible.
    pub routes: Vec<SetRoute>,
    /// Name of the empty file that is written last.
    pub marker: Option<String>,
    /// Its files go inside one archive.
    pub packed: bool,
}

/// The archive of a set, whose bytes and folder entry were fsynced.
#[derive(Debug, Clone)]
pub struct NewArchive {
    /// Its name at the destination.
    pub name: String,
    /// Where its bytes are, relative to the project folder.
    pub staged_path: PathBuf,
    /// SHA-256 of its bytes.
    pub sha256: Sha256,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the config it was made with.
    pub config_sha256: Sha256,
    /// `Some`: it enters the ledger as held.
    pub held: Option<HoldReason>,
}

/// A route of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetRoute {
    /// Its name.
    pub route: String,
    /// Without a file of it, nothing of the set is sent.
    pub required: bool,
}

/// One delivery of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetRecord {
    /// Its identity.
    pub id: SetId,
    /// The run that made it.
    pub run: RunId,
    /// Its name in the config.
    pub name: String,
    /// Where its files go.
    pub destination: String,
    /// How far it is.
    pub state: SetState,
    /// Name of the empty file that is written last.
    pub marker: Option<String>,
    /// The marker's name at the destination until it is renamed.
    pub marker_temporary: Option<String>,
    /// Its routes, in the order in which their files become visible.
    pub routes: Vec<SetRoute>,
    /// Its files, in that order, the discarded ones too, and its archive last.
    pub files: Vec<OutboundRecord>,
    /// Its files go inside one archive.
    pub packed: bool,
}

impl SetRecord {
    /// Required routes of which a file is missing, or was discarded.
    pub fn missing(&self) -> Vec<&str> {
        let lacks = |route: &&SetRoute| {
            let mut files = self.files.iter().filter(|file| file.route == route.route).peekable();
            files.peek().is_none() || files.any(|file| file.state == OutboundState::Discarded)
        };
        let required = self.routes.iter().filter(|route| route.required);
        required.filter(lacks).map(|route| route.route.as_str()).collect()
    }

    /// A file for which a person has to decide first.
    pub fn held(&self) -> Option<&OutboundRecord> {
        self.files.iter().find(|file| file.state == OutboundState::Held)
    }

    /// Files that shall be at the destination by themselves: without those inside an archive.
    pub fn live(&self) -> impl Iterator<Item = &OutboundRecord> {
        self.files.iter().filter(|file| file.state != OutboundState::Discarded && file.packed_in.is_none())
    }

    /// Its archive is not made yet, and nothing of it can be sent before.
    pub fn lacks_archive(&self) -> bool {
        let inside =
            |file: &OutboundRecord| file.packed_in.is_some() && file.state != OutboundState::Discarded;
        self.packed && !self.files.iter().any(inside)
    }
}

/// A state that an outbound file was in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutboundEvent {
    /// The state.
    pub state: OutboundState,
    /// Since when.
    pub at: DateTime<Utc>,
    /// The run that put it there; `None`: a person did, outside of any run.
    pub run: Option<RunId>,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What `passeur status` shows.
#[derive(Debug, Clone)]
pub struct Status {
    /// The last runs, newest first.
    pub runs: Vec<RunRecord>,
    /// Exports by outcome; the ones still in work have none.
    pub exports: Vec<(Option<ExportOutcome>, u64)>,
    /// Outbound files by state.
    pub outbound: Vec<(OutboundState, u64)>,
    /// Held files, in staging order.
    pub held: Vec<OutboundRecord>,
    /// Files that wait for delivery, in staging order.
    pub waiting: Vec<OutboundRecord>,
    /// What the removal guard holds back, as it was noted.
    pub guard: Option<serde_json::Value>,
    /// Sets that are not delivered yet, in staging order.
    pub sets: Vec<SetRecord>,
}
