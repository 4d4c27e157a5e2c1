//! `passeur watch`

use std::io::{self, Write};
use std::time::Duration;

use clap::Args;

use super::notify::Notifier;
use super::run::{Tell, log, print};
use super::show::{Printer, short};
use super::{Exit, Format, ProjectArgs, load};
use crate::finding::text::Texts;
use crate::finding::visible::visible;
use crate::finding::{Arg, Language};
use crate::pipeline::project::Project;
use crate::pipeline::watch::{Event, watch as watch_project};

/// Arguments of `watch`.
#[derive(Debug, Args)]
pub(super) struct WatchArgs {
    #[command(flatten)]
    project: ProjectArgs,
}

pub(super) fn watch(args: &WatchArgs, language: Option<Language>) -> anyhow::Result<Exit> {
    let project = load(&args.project, language)?;
    let mut texts = Texts::new(project.config.language);
    let again = || {
        let mut project = Project::load(&args.project.config)?;
        if let Some(language) = language {
            project.config.language = language;
        }
        Ok(project)
    };
    let mut notifier = Notifier::start(&project, Format::Text);
    watch_project(project, &again, &mut |event| {
        if let Event::Reloaded(project) = &event {
            texts = Texts::new(project.config.language);
            notifier = Notifier::start(project, Format::Text);
        }
        notifier.heard(&event);
        // A reader that is gone is no reason not to deliver.
        if let Err(error) = say(event, texts) {
            tracing::warn!(%error, "cannot write to standard output");
        }
    })?;
    notifier.finish();
    Ok(Exit::Success)
}

fn say(event: Event<'_>, texts: Texts) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let mut printer = Printer { out: &mut out, texts };
    match event {
        Event::Run(event) => {
            log(event);
            return Ok(());
        }
        Event::Started(project) => {
            tracing::info!("watching");
            let inbox = short(&project.config.root, &project.config.inbox);
            printer.say(0, "watch-started", &[("inbox", inbox.into())])?;
        }
        Event::Quiet(_) | Event::Blind { .. } => {}
        Event::Ended(_, report) if report.did_nothing() => {}
        Event::Ended(project, report) => {
            tracing::info!(run = report.run.as_str(), "run done");
            for unmet in report.unmet.iter().filter(|unmet| !unmet.told) {
                tracing::warn!(route = unmet.route, kind = unmet.word(), "expected, and not received");
            }
            let args = [("run", report.run.as_str().into())];
            printer.say(0, "watch-run", &args)?;
            print(project, report, Tell::News, &mut printer)?;
        }
        Event::Waiting { files, again } => {
            tracing::warn!(files, again = ?again, "files wait for delivery");
            printer.say(0, "watch-waiting", &[("files", files.into()), ("seconds", seconds(again))])?;
        }
        Event::Stuck { exports, again } => {
            tracing::warn!(exports, again = ?again, "exports could not be taken");
            printer.say(0, "watch-stuck", &[("exports", exports.into()), ("seconds", seconds(again))])?;
        }
        Event::Failed { error, again, .. } => {
            let detail = visible(&error.to_string()).into_owned();
            tracing::error!(error = detail, again = ?again, "run failed");
            printer.say(0, "watch-failed", &[("detail", detail.into()), ("seconds", seconds(again))])?;
        }
        Event::Problem(problem) => {
            tracing::warn!(problem, "watching goes on");
            printer.say(0, "watch-problem", &[("detail", visible(problem).into())])?;
        }
        Event::InboxMade(path) => {
            tracing::warn!(inbox = %path.display(), "inbox made again");
            printer.say(0, "watch-inbox-made", &[("inbox", path.display().to_string().into())])?;
        }
        Event::Reloaded(_) => {
            tracing::info!("config read again");
            printer.say(0, "watch-reloaded", &[])?;
        }
        Event::NotReloaded(error) => {
            tracing::error!("config refused");
            printer.say(0, "watch-not-reloaded", &[("detail", error.to_string().into())])?;
        }
        Event::Stopped => {
            tracing::info!("stopped");
            printer.say(0, "watch-stopped", &[])?;
        }
    }
    printer.out.flush()
}

/// Whole seconds, for a sentence.
fn seconds(time: Duration) -> Arg {
    time.as_secs().max(1).into()
}
