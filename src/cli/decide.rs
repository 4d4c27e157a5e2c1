//! `passeur release` and `passeur discard`: a person decides on a held file.

use std::io::{self, Write};

use chrono::{DateTime, Utc};
use clap::Args;

use super::show::Printer;
use super::{Exit, ProjectArgs, load};
use crate::finding::text::Texts;
use crate::finding::visible::visible;
use crate::finding::{Arg, Language};
use crate::pipeline::customer_base::{Release, accept_removals};
use crate::pipeline::decide::{self, DecideError, Decision};
use crate::pipeline::project::Project;
use crate::review::held::held_reason;
use crate::store::{OutboundId, SetState};

/// Arguments of `release`.
#[derive(Debug, Args)]
pub(super) struct ReleaseArgs {
    /// Number of the file, as `passeur status` shows it; `customer-base` lets the removals happen that a guard holds
    #[arg(value_name = "ID", value_parser = released)]
    id: Released,

    /// Send it under this name
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,

    /// Who decides [default: the user of this session]
    #[arg(long, value_name = "WHO")]
    by: Option<String>,

    #[command(flatten)]
    project: ProjectArgs,
}

/// Arguments of `discard`.
#[derive(Debug, Args)]
pub(super) struct DiscardArgs {
    /// Number of the file, as `passeur status` shows it
    #[arg(value_name = "ID", value_parser = id)]
    id: OutboundId,

    /// Why; it is kept with the file
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// Who decides [default: the user of this session]
    #[arg(long, value_name = "WHO")]
    by: Option<String>,

    #[command(flatten)]
    project: ProjectArgs,
}

/// What is released.
#[derive(Debug, Clone, Copy)]
enum Released {
    File(OutboundId),
    CustomerBase,
}

fn released(text: &str) -> Result<Released, String> {
    if text == "customer-base" {
        return Ok(Released::CustomerBase);
    }
    id(text).map(Released::File).map_err(|_| "a number, such as 3, or customer-base".to_owned())
}

/// `3` or `#3`.
fn id(text: &str) -> Result<OutboundId, String> {
    text.trim_start_matches('#').parse().map(OutboundId).map_err(|_| "a number, such as 3".to_owned())
}

pub(super) fn release(args: &ReleaseArgs, language: Option<Language>) -> anyhow::Result<Exit> {
    let project = load(&args.project, language)?;
    let Released::File(id) = args.id else { return release_customer_base(&project) };
    let who = who(args.by.as_deref());
    let done = decide::release(&project, id, args.name.as_deref(), &who, Utc::now());
    tell(&project, id, done, |decision, printer| {
        let args: [(&str, Arg); 3] = [
            ("id", id.to_string().into()),
            ("name", visible(&decision.file.name).into()),
            ("destination", decision.file.destination.as_str().into()),
        ];
        printer.say(0, "decide-released", &args)?;
        if decision.overtaken > 0 {
            printer.say(1, "held-overtaken", &[("count", decision.overtaken.into())])?;
        }
        set_lines(decision, printer)
    })
}

fn release_customer_base(project: &Project) -> anyhow::Result<Exit> {
    let mut printer = Printer { out: io::stdout().lock(), texts: Texts::new(project.config.language) };
    match accept_removals(project)? {
        Release::Accepted => {
            printer.say(0, "base-released", &[])?;
            Ok(Exit::Success)
        }
        Release::NothingHeld => {
            printer.say(0, "base-not-held", &[])?;
            Ok(Exit::Usage)
        }
    }
}

pub(super) fn discard(args: &DiscardArgs, language: Option<Language>) -> anyhow::Result<Exit> {
    let project = load(&args.project, language)?;
    let who = who(args.by.as_deref());
    let done = decide::discard(&project, args.id, args.reason.trim(), &who, Utc::now());
    tell(&project, args.id, done, |decision, printer| {
        let file = &decision.file;
        let args: [(&str, Arg); 3] = [
            ("id", args.id.to_string().into()),
            ("name", visible(&file.name).into()),
            ("export", visible(&decision.export.name).into()),
        ];
        printer.say(0, "decide-discarded", &args)?;
        let next = if decision.export_is_free { "decide-export-free" } else { "decide-export-partly-sent" };
        printer.say(0, next, &args)?;
        if let Some(temporary) = &decision.left {
            let args =
                [("destination", file.destination.as_str().into()), ("temporary", visible(temporary).into())];
            printer.say(0, "decide-discarded-on-the-way", &args)?;
        }
        set_lines(decision, printer)
    })
}

/// What a decision on one file means for the set that it belongs to.
fn set_lines<W: Write>(decision: &Decision, printer: &mut Printer<W>) -> io::Result<()> {
    let Some(set) = &decision.set else { return Ok(()) };
    let others: Vec<String> = decision.others.iter().map(|id| format!("#{id}")).collect();
    let held = set.held();
    let args: [(&str, Arg); 4] = [
        ("set", visible(&set.name).into()),
        ("files", others.join(", ").into()),
        ("id", held.map(|file| file.id.to_string()).unwrap_or_default().into()),
        ("name", held.map_or(Default::default(), |file| visible(&file.name)).into()),
    ];
    if !others.is_empty() {
        printer.say(0, "decide-set-others", &args)?;
    }
    match (set.state, held) {
        (SetState::Discarded | SetState::Delivered, _) => Ok(()),
        (_, Some(_)) => printer.say(0, "decide-set-waits", &args),
        (_, None) => printer.say(0, "decide-set-goes", &args),
    }
}

/// Prints what the next run will do, or why nothing was done.
fn tell(
    project: &Project,
    id: OutboundId,
    done: Result<Decision, DecideError>,
    print: impl FnOnce(&Decision, &mut Printer<io::StdoutLock<'static>>) -> io::Result<()>,
) -> anyhow::Result<Exit> {
    let texts = Texts::new(project.config.language);
    match done {
        Ok(decision) => {
            print(&decision, &mut Printer { out: io::stdout().lock(), texts })?;
            Ok(Exit::Success)
        }
        Err(DecideError::Pipeline(error)) => Err(error.into()),
        Err(refused) => {
            writeln!(io::stderr(), "passeur: {}", refusal(&refused, id, texts))?;
            Ok(Exit::Usage)
        }
    }
}

fn refusal(refused: &DecideError, id: OutboundId, texts: Texts) -> String {
    let id = ("id", id.to_string().into());
    match refused {
        DecideError::NotHeld(state) => {
            let state = texts.say(&format!("state-{state}"), &[]);
            texts.say("decide-not-held", &[id, ("state", state.into())])
        }
        DecideError::OfSet(state, set) => {
            let state = texts.say(&format!("state-{state}"), &[]);
            texts.say("decide-of-set", &[id, ("state", state.into()), ("set", visible(set).into())])
        }
        DecideError::Unresolved => texts.say("decide-unresolved", &[id]),
        DecideError::NeedsName => texts.say("decide-needs-name", &[id]),
        DecideError::Name(error) => texts.say("decide-bad-name", &[("detail", error.to_string().into())]),
        DecideError::OtherKind(start) => texts.say("decide-other-kind", &[("start", start.as_str().into())]),
        DecideError::OtherName(name) => texts.say("decide-other-name", &[("name", name.as_str().into())]),
        DecideError::DayPast => texts.say("decide-day-past", &[id]),
        DecideError::SendTimePast => texts.say("decide-send-time-past", &[]),
        DecideError::Taken => texts.say("decide-name-taken", &[]),
        DecideError::StagedChanged => texts.say("decide-staged-changed", &[id]),
        DecideError::Pipeline(error) => error.to_string(),
    }
}

/// The name that history keeps.
fn who(given: Option<&str>) -> String {
    let session = || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    given.map(str::to_owned).or_else(session).unwrap_or_else(|| "an unknown user".to_owned())
}

/// The lines below a held file in `status`: why, and the commands that act `now`.
pub(super) fn held_lines<W: Write>(
    project: &Project,
    store: &crate::store::Store,
    file: &crate::store::OutboundRecord,
    now: DateTime<Utc>,
    printer: &mut Printer<W>,
) -> io::Result<()> {
    writeln!(printer.out, "      {}", held_reason(printer.texts, file))?;
    // A ledger that cannot be asked says so at the next line that needs it.
    if let Ok(count @ 1..) = store.delivered_after(file) {
        printer.say(3, "held-overtaken", &[("count", count.into())])?;
    }
    let Some(ways) = decide::ways(project, store, file, now, printer.texts) else { return Ok(()) };
    printer.say(3, "held-release", &[("command", ways.release.into())])?;
    printer.say(3, "held-discard", &[("command", ways.discard.into())])
}
