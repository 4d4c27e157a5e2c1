//! `passeur notify`, and what `run`, `watch` and `status` say of notifications.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::show::Printer;
use super::{Exit, Format, ProjectArgs, load};
use crate::finding::Language;
use crate::finding::text::Texts;
use crate::finding::visible::visible;
use crate::notify::letter::moment;
use crate::notify::memory::Failing;
use crate::notify::teller::{self, Settings, Teller, Told};
use crate::notify::{Channel, all_carriers, all_channels};
use crate::pipeline::error::PipelineError;
use crate::pipeline::notify::{Ledger, ledger, of_failure, of_run, of_standing, of_test, settings};
use crate::pipeline::project::Project;
use crate::pipeline::run::Report;
use crate::pipeline::watch::Event;
use crate::platform;

/// How often a watch that has nothing to do looks whether something is to be told again.
const LOOK: Duration = Duration::from_secs(3600);

/// Arguments of `notify`.
#[derive(Debug, Args)]
pub(super) struct NotifyArgs {
    /// Send a test message through each channel of `[notify]`
    #[arg(long, required = true)]
    test: bool,

    #[command(flatten)]
    project: ProjectArgs,
}

pub(super) fn notify(args: &NotifyArgs, language: Option<Language>) -> anyhow::Result<Exit> {
    debug_assert!(args.test, "clap asks for it");
    let project = load(&args.project, language)?;
    let texts = Texts::new(project.config.language);
    let mut printer = Printer { out: io::stdout().lock(), texts };
    let config = &project.config;
    let carriers = all_carriers(&config.notify);
    if carriers.is_empty() {
        printer.say(0, "notify-none", &[])?;
        return Ok(Exit::Usage);
    }
    let when = config.notify.when;
    let settings = Settings { store: config.store.clone(), language: config.language, when, carriers };
    let digest = of_test(&project, Utc::now());
    let mut worked = true;
    for carrier in &settings.carriers {
        let result = teller::test(&settings, carrier, &digest, Utc::now());
        worked &= matches!(&result, Ok(refused) if refused.is_empty());
        let result = result.map_err(|failure| failure.say(texts));
        say(&Told { channel: carrier.channel(), result }, &mut printer)?;
    }
    Ok(if worked { Exit::Success } else { Exit::System })
}

/// Tells of the runs of one process.
pub(super) struct Notifier {
    teller: Option<Teller>,
    /// When it was looked for what is to be told again; not yet in this process.
    looked: Option<Instant>,
}

impl Notifier {
    /// Ready to tell, where the project has a channel. With [`Format::Json`], only what fails is printed, and not on standard output.
    pub(super) fn start(project: &Project, format: Format) -> Notifier {
        let texts = Texts::new(project.config.language);
        let listener: teller::Listener = Arc::new(move |told: &Told| heard(told, texts, format));
        let teller = settings(project).map(|settings| Teller::start(&settings, &listener));
        Notifier { teller, looked: None }
    }

    /// A run has ended.
    pub(super) fn ended(&mut self, project: &Project, report: &Report) {
        if let Some(teller) = &self.teller {
            let ledger = ask(project, report.finished);
            teller.tell(of_run(project, report, ledger.as_ref()));
        }
    }

    /// A run could not go on.
    pub(super) fn failed(&mut self, project: &Project, error: &PipelineError, now: DateTime<Utc>) {
        if let Some(teller) = &self.teller {
            let ledger = ask(project, now);
            if let Some(digest) = of_failure(project, error, now, ledger.as_ref()) {
                teller.tell(digest);
            }
        }
    }

    /// Something about a watch.
    pub(super) fn heard(&mut self, event: &Event<'_>) {
        match event {
            Event::Ended(project, report) => self.ended(project, report),
            Event::Failed { project, error, .. } | Event::Blind { project, error } => {
                self.failed(project, error, Utc::now());
            }
            Event::Quiet(project) if self.looked.is_none_or(|looked| looked.elapsed() >= LOOK) => {
                self.look(project);
            }
            _ => {}
        }
    }

    /// What still waits is told again once a day, also while nothing comes.
    fn look(&mut self, project: &Project) {
        self.looked = Some(Instant::now());
        if let Some(teller) = &self.teller
            && let Some(ledger) = ask(project, Utc::now())
        {
            teller.tell(of_standing(project, Utc::now(), &ledger));
        }
    }

    /// Waits for what is on its way, within the time of the channels.
    pub(super) fn finish(self) {
        if let Some(teller) = self.teller {
            teller.finish(platform::stop_flag());
        }
    }
}

/// The ledger, if it can be asked: without it, less is told.
fn ask(project: &Project, now: DateTime<Utc>) -> Option<Ledger> {
    if !project.config.store.exists() {
        return None;
    }
    ledger(project, now)
        .inspect_err(|error| tracing::warn!(%error, "the ledger cannot be asked for what waits"))
        .ok()
}

/// Prints and logs what became of a notification. A reader that is gone is no reason to stop.
fn heard(told: &Told, texts: Texts, format: Format) {
    let channel = told.channel.word();
    match &told.result {
        Ok(refused) if refused.is_empty() => tracing::info!(channel, "notification sent"),
        Ok(refused) => {
            tracing::warn!(channel, addresses = refused.len(), "notification sent, but not to all")
        }
        Err(error) => tracing::error!(channel, error, "notification failed"),
    }
    let said = match format {
        Format::Text => say(told, &mut Printer { out: io::stdout(), texts }),
        Format::Json if told.result.as_ref().is_ok_and(Vec::is_empty) => Ok(()),
        Format::Json => say(told, &mut Printer { out: io::stderr(), texts }),
    };
    if let Err(error) = said {
        tracing::warn!(%error, "cannot print what became of a notification");
    }
}

fn say<W: Write>(told: &Told, printer: &mut Printer<W>) -> io::Result<()> {
    let channel = ("channel", told.channel.name(printer.texts).into());
    match &told.result {
        Ok(refused) if refused.is_empty() => printer.say(0, "notify-sent", &[channel]),
        Ok(refused) => {
            let addresses = visible(&refused.join(", ")).into_owned();
            printer.say(0, "notify-sent-partly", &[channel, ("addresses", addresses.into())])
        }
        Err(error) => {
            printer.say(0, "notify-failed", &[channel])?;
            writeln!(printer.out, "  {}", visible(error))
        }
    }
}

/// The channels of a project that fail.
fn failing(project: &Project) -> Vec<(Channel, Failing)> {
    teller::failing(&project.config.store, &all_channels(&project.config.notify))
}

/// The lines of `status` about channels that fail.
pub(super) fn failing_lines<W: Write>(project: &Project, printer: &mut Printer<W>) -> io::Result<()> {
    for (channel, failing) in failing(project) {
        let since = failing.since.with_timezone(&project.config.time_zone).fixed_offset();
        let args = [("channel", channel.name(printer.texts).into()), ("since", moment(since).into())];
        printer.say(0, "notify-failing", &args)?;
        writeln!(printer.out, "  {}", visible(&failing.error))?;
        printer.say(1, "notify-failing-next", &[])?;
    }
    Ok(())
}

/// The same for programs.
pub(super) fn failing_json(project: &Project) -> Value {
    let line = |(channel, failing): (Channel, Failing)| json!({ "channel": channel.word(), "since": failing.since.to_rfc3339(), "error": failing.error });
    failing(project).into_iter().map(line).collect()
}
