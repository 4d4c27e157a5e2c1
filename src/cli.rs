//! The command line: one file a command. A command reads its arguments, calls the library, prints, and says with which exit
//! code the program ends. Nothing here decides anything about an export.

mod calendar;
mod check;
mod clean;
mod decide;
mod demo;
mod exit;
mod explain;
mod forget;
mod health;
mod init;
mod install_service;
mod log;
mod notify;
mod plan;
mod probe;
mod receipt;
mod run;
mod schedule;
mod schema;
mod setup_sheet;
mod show;
mod status;
mod table;
mod trust;
mod watch;

use std::io::IsTerminal;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum};

pub use exit::Exit;

use crate::finding::Language;
use crate::finding::text::Texts;
use crate::review::terminal::Style;

/// Carries Amilia exports across to marketing platforms: checks, transforms, names and delivers files over SFTP, and hands
/// back every refused row with the reason.
#[derive(Debug, Parser)]
#[command(name = "passeur", version, max_term_width = 100, after_help = exit::HELP)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,

    /// Language of messages; a project's config decides otherwise
    #[arg(long, global = true, value_enum, value_name = "LANGUAGE")]
    language: Option<LanguageArg>,

    /// Log events to standard error in this form; PASSEUR_LOG says which (info, debug, …)
    #[arg(long, global = true, value_enum, value_name = "FORM")]
    log: Option<log::LogFormat>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the sample project in a folder of its own, and say where to look
    Demo(demo::DemoArgs),
    /// Make a project: a commented passeur.toml and its folders
    Init(init::InitArgs),
    /// Check files against a schema; nothing is written
    Check(check::CheckArgs),
    /// Say what `run` would do; nothing is written, moved or sent
    Plan(run::RunArgs),
    /// Take the exports in the inbox, check, transform and deliver them
    Run(run::RunArgs),
    /// Stay up: take exports as they come, and deliver them, until a signal ends it
    Watch(watch::WatchArgs),
    /// Write systemd units: for `watch`, and for a nightly `run`
    InstallService(install_service::InstallServiceArgs),
    /// Say when `watch` takes exports and delivers next
    Schedule(schedule::ScheduleArgs),
    /// Say what waits, what is held and why, and how the last runs ended
    Status(status::StatusArgs),
    /// Say in one line, and by the exit code, whether all goes well: for monitors
    Health(health::HealthArgs),
    /// Try the channels that tell of runs
    Notify(notify::NotifyArgs),
    /// Say why an address is a contact, or is not
    Explain(explain::ExplainArgs),
    /// Send a held file after all: the next run delivers it
    Release(decide::ReleaseArgs),
    /// Never send a file that is held, or that waits; its rows count as not sent
    Discard(decide::DiscardArgs),
    /// Take a person out of archive, reports and store, and prove it
    Forget(forget::ForgetArgs),
    /// Remove what has been kept long enough ([retention] in the config)
    Clean(clean::CleanArgs),
    /// Look at the host key of a destination for the first time, log in, and trust it
    Trust(trust::TrustArgs),
    /// Find out what the server of a destination really does; leaves nothing behind there
    Probe(probe::ProbeArgs),
    /// Check the proofs of delivery again
    Receipt(receipt::ReceiptArgs),
    /// The schemas that passeur knows
    Schema(schema::SchemaArgs),
    /// What the partner has to configure for a route, or for all
    SetupSheet(setup_sheet::SetupSheetArgs),
}

/// Where the project is.
#[derive(Debug, Args)]
struct ProjectArgs {
    /// The config, or the folder that it is in
    #[arg(long, value_name = "PATH", default_value = ".")]
    config: PathBuf,
}

/// Form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LanguageArg {
    En,
    Fr,
}

impl From<LanguageArg> for Language {
    fn from(language: LanguageArg) -> Self {
        match language {
            LanguageArg::En => Language::En,
            LanguageArg::Fr => Language::Fr,
        }
    }
}

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// What stopped it; [`Exit::of_error`] knows the exit code.
    pub fn run(self) -> anyhow::Result<Exit> {
        log::start(self.log);
        let language = self.language.map(Language::from);
        match self.command {
            Command::Demo(args) => demo::demo(&args, language),
            Command::Init(args) => init::init(&args),
            Command::Check(args) => check::check(&args, language),
            Command::Plan(args) => plan::plan(&args, language),
            Command::Run(args) => run::run(&args, language),
            Command::Watch(args) => watch::watch(&args, language),
            Command::InstallService(args) => install_service::install_service(&args, language),
            Command::Schedule(args) => schedule::schedule(&args, language),
            Command::Status(args) => status::status(&args, language),
            Command::Health(args) => health::health(&args, language),
            Command::Notify(args) => notify::notify(&args, language),
            Command::Explain(args) => explain::explain(&args, language),
            Command::Release(args) => decide::release(&args, language),
            Command::Discard(args) => decide::discard(&args, language),
            Command::Forget(args) => forget::forget(&args, language),
            Command::Clean(args) => clean::clean(&args, language),
            Command::Trust(args) => trust::trust(&args, language),
            Command::Probe(args) => probe::probe(&args, language),
            Command::Receipt(args) => receipt::receipt(&args, language),
            Command::Schema(args) => schema::schema(&args),
            Command::SetupSheet(args) => setup_sheet::setup_sheet(&args, language),
        }
    }
}

/// A moment on the command line: RFC 3339.
fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|moment| moment.to_utc())
        .map_err(|_| "write it like 2026-11-15T02:00:00-05:00 (date, T, time, offset or Z)".to_owned())
}

/// The language of the project that was loaded last; it speaks when a command fails.
static SPOKEN: std::sync::OnceLock<Language> = std::sync::OnceLock::new();

/// What stopped a command, in the language of its project. Without a project, and for mistakes in set-up files: English.
pub fn said(error: &anyhow::Error) -> String {
    use crate::pipeline::said;
    let texts = texts(SPOKEN.get().copied());
    if let Some(error) = error.downcast_ref::<crate::pipeline::error::PipelineError>() {
        return said::said(error, texts);
    }
    if let Some(error) = error.downcast_ref::<crate::delivery::DeliveryError>() {
        return error.said(texts);
    }
    match error.downcast_ref::<crate::store::StoreError>() {
        Some(error) => said::store_said(error, texts),
        None => format!("{error:#}"),
    }
}

/// Loads a project; a language on the command line comes before the config's.
fn load(args: &ProjectArgs, language: Option<Language>) -> anyhow::Result<crate::pipeline::project::Project> {
    let mut project = crate::pipeline::project::Project::load(&args.config)?;
    if let Some(language) = language {
        project.config.language = language;
    }
    // A process runs one command, on one project.
    let _ = SPOKEN.set(project.config.language);
    Ok(project)
}

/// The folder of the user's own schemas: the one named, else `schemas` where a project is.
fn schemas_folder(named: Option<&PathBuf>) -> Option<PathBuf> {
    let of_project = || std::path::Path::new("passeur.toml").exists().then(|| PathBuf::from("schemas"));
    named.cloned().or_else(of_project)
}

fn texts(language: Option<Language>) -> Texts {
    Texts::new(language.unwrap_or_default())
}

fn style() -> Style {
    Style::detect(std::io::stdout().is_terminal())
}
