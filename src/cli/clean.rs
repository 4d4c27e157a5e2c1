//! `passeur clean`

use std::io::{self, Write};

use chrono::{DateTime, Utc};
use clap::Args;

use super::show::{Printer, short};
use super::{Exit, ProjectArgs, load, moment};
use crate::finding::Language;
use crate::finding::text::Texts;
use crate::finding::visible::visible;
use crate::pipeline::decide::open;
use crate::pipeline::project::Project;
use crate::pipeline::retention::{self, Counts, Plan};

/// Arguments of `clean`.
#[derive(Debug, Args)]
pub(super) struct CleanArgs {
    /// Only say what would be removed
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    project: ProjectArgs,

    /// Act as if it were this moment, e.g. 2026-11-15T02:00:00-05:00
    #[arg(long, value_name = "TIME", value_parser = moment)]
    now: Option<DateTime<Utc>>,
}

pub(super) fn clean(args: &CleanArgs, language: Option<Language>) -> anyhow::Result<Exit> {
    let project = load(&args.project, language)?;
    let mut printer = Printer { out: io::stdout().lock(), texts: Texts::new(project.config.language) };
    if !project.config.store.exists() {
        printer.say(0, "clean-nothing", &[])?;
        return Ok(Exit::Success);
    }
    let (mut store, _lock) = open(&project)?;
    let now = args.now.unwrap_or_else(Utc::now);
    let plan = retention::plan(&project, &store, now, usize::MAX)?;
    if plan.counts().is_empty() {
        printer.say(0, "clean-nothing", &[])?;
        return Ok(Exit::Success);
    }
    show(&project, &plan, &mut printer)?;
    if args.dry_run {
        printer.say(0, "clean-dry-run", &[])?;
        return Ok(Exit::Success);
    }
    let done = retention::apply(&project, &mut store, &plan, now)?;
    removed(done, &mut printer)?;
    Ok(Exit::Success)
}

/// What goes, one line each.
fn show<W: Write>(project: &Project, plan: &Plan, printer: &mut Printer<W>) -> io::Result<()> {
    let root = &project.config.root;
    let zone = project.config.time_zone;
    let kinds = [
        ("clean-exports", &plan.exports),
        ("clean-outbound", &plan.outbound),
        ("clean-receipts", &plan.receipts),
    ];
    for (key, files) in kinds {
        if files.is_empty() {
            continue;
        }
        printer.say(0, key, &[("count", files.len().into())])?;
        for file in files {
            let path = visible(&short(root, &root.join(&file.path))).into_owned();
            writeln!(printer.out, "  {}  {path}", crate::transform::zone::day(file.since, zone))?;
        }
    }
    if !plan.reports.is_empty() {
        printer.say(0, "clean-reports", &[("count", plan.reports.len().into())])?;
        for run in &plan.reports {
            let path = short(root, &project.config.reports.join(run.id.as_str()));
            writeln!(printer.out, "  {}  {path}", crate::transform::zone::day(run.since, zone))?;
        }
    }
    Ok(())
}

/// What went.
pub(super) fn removed<W: Write>(counts: Counts, printer: &mut Printer<W>) -> io::Result<()> {
    if counts.is_empty() {
        return Ok(());
    }
    let args = [
        ("exports", counts.exports.into()),
        ("outbound", counts.outbound.into()),
        ("receipts", counts.receipts.into()),
        ("reports", counts.reports.into()),
    ];
    printer.say(0, "clean-removed", &args)
}
