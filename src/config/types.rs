//! What a config holds, after loading: paths absolute, defaults filled in.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::schema::Zone;

pub use super::marker::Marker;
pub use crate::finding::Language;

/// A project's configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder of `passeur.toml`; everything else lies below it unless the config says otherwise.
    pub root: PathBuf,
    /// The config file itself.
    pub file: PathBuf,
    /// SHA-256 of the config file, for receipts.
    pub sha256: [u8; 32],
    /// Language of messages and reports.
    pub language: Language,
    /// Zone of dates in file names, of schedules, and of date-times in exports whose schema names no zone.
    pub time_zone: chrono_tz::Tz,
    /// Folder that people drop exports into. Default `inbox`.
    pub inbox: PathBuf,
    /// Folder of accepted and refused exports, a folder a run. Default `archive`.
    pub archive: PathBuf,
    /// Folder of reports, a folder a run. Default `reports`.
    pub reports: PathBuf,
    /// Folder of the user's schemas. Default `schemas`.
    pub schemas: PathBuf,
    /// Folder for claimed exports and staged files, private. Default `work`.
    pub work: PathBuf,
    /// The store. Default `passeur.db`.
    pub store: PathBuf,
    /// Files in the inbox with these names are left alone (glob patterns, added to the built-in list).
    pub ignore: Vec<String>,
    /// A file is taken when it has been quiet for this long. Default 2 s.
    pub settle: Duration,
    /// How often a watch lists the inbox although nothing told it of a change. Default 30 s.
    pub rescan: Duration,
    /// Drops, by name.
    pub destinations: BTreeMap<String, DestinationConfig>,
    /// Routes, in the order of the file.
    pub routes: Vec<RouteConfig>,
    /// Sets, in the order of the file.
    pub sets: Vec<SetConfig>,
    /// Folder of the user's models. Default `models`.
    pub models: PathBuf,
    /// How contacts and groups follow from the customer base; `None`: the project keeps none.
    pub customer_base: Option<CustomerBase>,
    /// When exports are taken and files delivered by a watch.
    pub schedule: Schedule,
    /// Where figures for a monitor go.
    pub metrics: Metrics,
    /// An export is taken when the file of this name is there; `None`: when it has settled.
    pub marker: Option<Marker>,
    /// How long what is done is kept.
    pub retention: Retention,
    /// Who is told of runs.
    pub notify: super::Notify,
    /// The text of the file, so that what is found later is shown in its place. Default: none.
    pub source: Arc<super::Source>,
}

/// Times in the project's zone; `None`: at once.
#[derive(Debug, Clone, Default)]
pub struct Schedule {
    /// When exports are taken.
    pub collect: Option<croner::Cron>,
    /// When files are delivered.
    pub deliver: Option<croner::Cron>,
}

/// Figures for a monitor, in the text format of Prometheus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metrics {
    /// File that is written at the end of each run, for the textfile collector of node_exporter.
    pub textfile: Option<PathBuf>,
    /// Address of this machine at which a watch answers.
    pub listen: Option<SocketAddr>,
    /// A route whose last success is older is an alarm. Default 26 h: a night and two hours.
    pub max_age: Duration,
}

impl Default for Metrics {
    fn default() -> Self {
        Metrics { textfile: None, listen: None, max_age: Duration::from_secs(26 * 3600) }
    }
}

/// How long what is done is kept; `None`: for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retention {
    /// Archived exports, from the day on which they were archived.
    pub exports: Option<Term>,
    /// Our copies of outbound files, from the day on which they were delivered or discarded.
    pub outbound: Option<Term>,
    /// Reports, from the day on which their run ended.
    pub reports: Option<Term>,
    /// Receipts, from the day of the delivery.
    pub receipts: Option<Term>,
}

/// A time that counts in whole days of the project's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// So many days.
    Days(u32),
    /// So many months of the calendar.
    Months(u32),
}

/// Where outbound files go.
#[derive(Debug, Clone)]
pub struct DestinationConfig {
    /// The name used in routes and messages.
    pub name: String,
    /// How to reach it.
    pub kind: DestinationKind,
    /// How the temporary file is verified before it is renamed. Default size.
    pub verify: Verify,
    /// Suffix of temporary names, outside the partner's globs. Default `.part`.
    pub temporary_suffix: String,
    /// How often, and after how long, what can heal is tried again within a run.
    pub retries: Retries,
    /// Connections at once, 1 to 10 (OpenSSH begins to turn logins away beyond that). Default 2; a folder has 1.
    pub sessions: NonZeroUsize,
}

/// Retries within a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// Tries of a file after the first one. Default 3.
    pub count: u32,
    /// The longest wait before one; the first is about a second, and each further one twice as long. Default 30 s.
    pub ceiling: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Retries { count: 3, ceiling: Duration::from_secs(30) }
    }
}

/// Kind of a destination.
#[derive(Debug, Clone)]
pub enum DestinationKind {
    /// A local folder.
    Folder {
        /// The folder; made if it does not exist.
        path: PathBuf,
    },
    /// An SFTP drop.
    Sftp(SftpConfig),
}

/// An SFTP drop.
#[derive(Debug, Clone)]
pub struct SftpConfig {
    /// Host name or address.
    pub host: String,
    /// Port, default 22.
    pub port: u16,
    /// Login name.
    pub user: String,
    /// Remote folder, default the login folder.
    pub folder: String,
    /// How to log in.
    pub auth: Auth,
    /// How the server proves itself.
    pub host_keys: HostKeys,
    /// For the connection and each request. Default 30 s.
    pub timeout: Duration,
}

/// How to log in.
#[derive(Debug, Clone)]
pub enum Auth {
    /// With a password (also tried as keyboard-interactive).
    Password(Secret),
    /// With a private key file.
    Key {
        /// Private key, OpenSSH or PEM.
        path: PathBuf,
        /// Its passphrase.
        passphrase: Option<Secret>,
    },
    /// With the identities of a running agent.
    Agent,
}

/// How the server proves itself. There is no way to switch this off.
#[derive(Debug, Clone)]
pub enum HostKeys {
    /// `SHA256:…` fingerprints; several while a key rotates.
    Pinned(Vec<String>),
    /// A known_hosts file. Default `~/.ssh/known_hosts`.
    KnownHosts(PathBuf),
}

/// Where a secret is found. The secret itself is read when it is needed and is never kept in the config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    /// Environment variable.
    Env(String),
    /// File, readable by its owner alone; a trailing line end is not part of the secret.
    File(PathBuf),
}

/// How a temporary file is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verify {
    /// Its size.
    #[default]
    Size,
    /// Read back and hashed.
    Content,
}

/// What the names of models begin with, where routes name them: `models/contacts`.
pub const MODELS: &str = "models/";

/// From one export kind, through a column map, to one outbound file kind at one destination.
#[derive(Debug, Clone)]
pub struct RouteConfig {
    /// Name in messages and in the ledger.
    pub name: String,
    /// Schema of the export.
    pub from: String,
    /// Schema of the outbound file.
    pub to: String,
    /// Name of a destination.
    pub destination: String,
    /// First part of outbound names.
    pub universe: String,
    /// Third part, in order: the first takes the first 200,000 rows, and so on.
    pub subsections: Vec<String>,
    /// Which rows are sent.
    pub send: Send,
    /// All rows go although the schema wants changes alone: a first load. Default `false`.
    pub initial: bool,
    /// What the file does at the platform, where the schema knows several ways; `None`: the schema knows one.
    pub mode: Option<Mode>,
    /// With [`Mode::Replace`]: a file that is shorter than the one before by more than this share is held. Default 10 %. In 0..=1.
    pub max_shrink: f64,
    /// How the file is packed; `None`: not at all.
    pub packaging: Option<Packaging>,
    /// The parts of its names that no subsection gives.
    pub naming: Naming,
    /// Target columns that tell rows apart where not all are sent; empty: the primary key of the target schema.
    pub key: Vec<String>,
    /// Target columns that decide whether a row has changed; empty: all.
    pub compare: Vec<String>,
    /// Rejected rows above this share of an export hold the file. Default 10 %. In 0..=1.
    pub max_rejected: f64,
    /// Zone of date-times in the outbound file; `None`: the target schema's.
    pub time_zone: Option<Zone>,
    /// Switches that the target schema knows (`generated-card-codes`), all off by default.
    pub settings: Vec<String>,
    /// Target column → where its value comes from. Target columns without an entry are left empty.
    pub columns: Vec<(String, ColumnConfig)>,
    /// What it receives when all is well; `None`: nothing is expected.
    pub expect: Option<super::Expect>,
    /// When its files are delivered, in the project's zone; `None`: when all others are.
    pub deliver: Option<croner::Cron>,
    /// Byte offset of the route in the config file, for messages.
    pub at: usize,
}

impl Send {
    /// Its word in the config and in schemas.
    pub fn word(self) -> &'static str {
        match self {
            Send::All => "all",
            Send::New => "new",
            Send::Changed => "changed",
            Send::Updated => "updated",
        }
    }
}

/// Routes that are delivered together: all visible, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetConfig {
    /// Name in messages and in the ledger.
    pub name: String,
    /// Its routes, in the order in which their files become visible. All have the same destination.
    pub routes: Vec<SetMember>,
    /// Name of an empty file that is written last.
    pub marker: Option<String>,
    /// `packaging = "zip"`: its files go inside one archive of this name. `None`: each goes by itself.
    pub archive: Option<super::name::NameTemplate>,
}

/// A route in a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetMember {
    /// Name of the route.
    pub route: String,
    /// Without a file of this route, the whole set is held. Default true.
    pub required: bool,
}

/// Which rows a route sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Send {
    /// Every accepted row of the export.
    #[default]
    All,
    /// Rows whose key was never sent: what is sent once is never sent again (a history that doubles what comes twice).
    New,
    /// Rows that differ from what was remembered. A new row is only remembered: another route sends it (an update file beside a
    /// creation file).
    Updated,
    /// Rows that are new or differ from what was sent. A row that left a complete list is new when it comes back.
    Changed,
}

/// What a file does to the list that it is loaded into (Symplify).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Its contacts are added or updated.
    Add,
    /// The list becomes the file: whoever is not in it turns inactive.
    Replace,
    /// Its contacts become unsubscribed.
    Unsubscribe,
}

impl Mode {
    /// All modes, in the order of the config's words.
    pub const ALL: [Mode; 3] = [Mode::Add, Mode::Replace, Mode::Unsubscribe];

    /// Its word in the config and in schemas.
    pub fn word(self) -> &'static str {
        match self {
            Mode::Add => "add",
            Mode::Replace => "replace",
            Mode::Unsubscribe => "unsubscribe",
        }
    }
}

/// How outbound files are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packaging {
    /// One file, compressed (RFC 1952).
    Gzip,
    /// A ZIP archive with the file in it.
    Zip,
}

impl Packaging {
    /// Its word in the config and in schemas.
    pub fn word(self) -> &'static str {
        match self {
            Packaging::Gzip => "gzip",
            Packaging::Zip => "zip",
        }
    }
}

/// The parts of a route's names that its schema leaves to it. See [`super::name`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Naming {
    /// Template of the names, where the schema leaves it to the route.
    pub file_name: Option<super::name::NameTemplate>,
    /// Days from the day of a run to the day in the name, where the platform looks for a file by the day on which it looks (Actito).
    pub days_ahead: Option<u16>,
    /// The entity that the file is for, `-` where the licence has none (Actito, seed 004). For people; it is in no file.
    pub entity: Option<String>,
    /// `{database}`: digits.
    pub database: Option<String>,
    /// `{delivery}`: digits.
    pub delivery: Option<String>,
    /// `{send_time:…}`: when a campaign is sent.
    pub send_time: Option<chrono::DateTime<chrono::FixedOffset>>,
    /// The zone in which the name shows it.
    pub send_time_zone: Option<Zone>,
}

/// Where the value of one target column comes from. Steps apply in the order of the fields.
#[derive(Debug, Clone, Default)]
pub struct ColumnConfig {
    /// Source columns; the first that is not empty counts. Exclusive with `constant` and `template`.
    pub from: Vec<String>,
    /// The same value in every row.
    pub constant: Option<String>,
    /// Text with `{Source column}` in it; `{{` and `}}` are braces. Empty when a named column is empty.
    pub template: Option<String>,
    /// Remove spaces at both ends.
    pub trim: bool,
    /// Lower or upper case.
    pub case: Option<Case>,
    /// `é` → `e`.
    pub strip_accents: bool,
    /// A telephone number in international form, with this before the calling code.
    pub phone: Option<Phone>,
    /// Calling code of numbers that do not say theirs.
    pub calling_code: Option<String>,
    /// Value → value, compared exactly after the steps above.
    pub map: BTreeMap<String, String>,
    /// What a value that `map` lacks does.
    pub unmapped: Unmapped,
    /// Value when there is none.
    pub default: Option<String>,
    /// Byte offset of the target column's name in the config file, for messages.
    pub at: usize,
}

/// Letter case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "plain words")]
pub enum Case {
    Lower,
    Upper,
}

/// What a telephone number in international form begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phone {
    /// `+`
    Plus,
    /// `00` (Splio)
    Zeros,
}

/// What a value that the map lacks does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unmapped {
    /// Rejects the row.
    #[default]
    Reject,
    /// Passes as it is.
    Keep,
    /// Becomes empty (then `default` applies).
    Empty,
}

/// `[customer_base]`: how contacts and groups follow from Amilia's exports. The defaults are those of `reference/decisions.md`.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerBase {
    /// Language of group titles and of the consent label (cyberimpact D11, D12): that of the account at the destination.
    /// Default French.
    pub language: Language,
    /// Title of the group of all contacts; `None`: `Clients Amilia` / `Amilia Customers` (CI-35).
    pub customers_title: Option<String>,
    /// Title of the group of archived contacts; `None`: `Clients Amilia archivés` / `Archived Amilia customers` (CI-28).
    pub archived_title: Option<String>,
    /// Source of consent; `None`: `API ou Webhook - Client actif` / `API or Webhook - Active client` (CI-50).
    pub consent_source: Option<String>,
    /// Registrations of the first day older than so many months import nobody (CI-11, CI-15). Default 24.
    pub window_months: u16,
    /// The owner stays in a group while another live registration of the account holds the place (CI-32, CI-34); `false`: the
    /// owner leaves with each registrant, as the seeds say literally. Default `true`.
    pub owner_stays: bool,
    /// A registrant's row renews the owner's consent too (CI-56). Default `true`.
    pub registrants_renew_owner: bool,
    /// An expired membership keeps its place in the group (cyberimpact section 8). Default `true`.
    pub expired_memberships_stay: bool,
    /// A contact without any registration or purchase carries the relation `active-clients` all the same (CI-58). Default `true`.
    pub relation_without_consent: bool,
    /// Addresses that differ only in case are one address; `false`: they are different addresses (CI-09). Default `true`.
    pub addresses_ignore_case: bool,
    /// A registration made exactly [`CustomerBase::window_months`] ago is inside the window; `false`: outside (CI-15). Default `true`.
    pub window_includes_boundary: bool,
    /// A person restored from the archive gets back the places that ended because of it, with the rows that count; `false`:
    /// such a place is given again only by a row first seen after it ended (CI-33). Default `true`.
    pub restored_regain_places: bool,
    /// The date of consent never moves back; `false`: it follows the rows that count today, also back (CI-55). Default `true`.
    pub consent_never_moves_back: bool,
    /// Skill names that hold a comma (CI-65). Default none.
    pub known_skills: Vec<String>,
    /// A comma separates skills; `false`: it belongs to a name and becomes a blank (CI-65). Default `true`.
    pub skills_comma_separates: bool,
    /// Values of the unsubscribed list's status that mean "no mail" (amilia 8.4). No default.
    pub unsubscribed_statuses: Vec<String>,
    /// Every row of the unsubscribed list means "no mail", whatever its status says (amilia 8.4). Default `false`.
    pub every_row_unsubscribes: bool,
    /// A run that would end a larger share of the registrations waits for a person (amilia 9.8). Default 20 %.
    pub max_removed_registrations: f64,
    /// A run that would archive a larger share of the people waits for a person (amilia 9.8). Default 5 %.
    pub max_archived_people: f64,
    /// A run in which a larger share of the unsubscribed addresses would come back waits for a person. Default 20 %.
    pub max_returned_addresses: f64,
}

impl Default for CustomerBase {
    fn default() -> Self {
        CustomerBase {
            language: Language::Fr,
            customers_title: None,
            archived_title: None,
            consent_source: None,
            window_months: 24,
            owner_stays: true,
            registrants_renew_owner: true,
            expired_memberships_stay: true,
            relation_without_consent: true,
            addresses_ignore_case: true,
            window_includes_boundary: true,
            restored_regain_places: true,
            consent_never_moves_back: true,
            known_skills: Vec::new(),
            skills_comma_separates: true,
            unsubscribed_statuses: Vec::new(),
            every_row_unsubscribes: false,
            max_removed_registrations: 0.2,
            max_archived_people: 0.05,
            max_returned_addresses: 0.2,
        }
    }
}

impl CustomerBase {
    /// Title of the group of all contacts.
    pub fn customers_title(&self) -> &str {
        self.customers_title.as_deref().unwrap_or(match self.language {
            Language::Fr => "Clients Amilia",
            Language::En => "Amilia Customers",
        })
    }

    /// Title of the group of archived contacts.
    pub fn archived_title(&self) -> &str {
        self.archived_title.as_deref().unwrap_or(match self.language {
            Language::Fr => "Clients Amilia archivés",
            Language::En => "Archived Amilia customers",
        })
    }

    /// Source of consent.
    pub fn consent_source(&self) -> &str {
        self.consent_source.as_deref().unwrap_or(match self.language {
            Language::Fr => "API ou Webhook - Client actif",
            Language::En => "API or Webhook - Active client",
        })
    }
}
