//! `passeur plan`

use std::io::{self, BufWriter, Write};

use chrono::Utc;
use serde_json::{Value, json};

use super::run::RunArgs;
use super::show::{Printer, short, used};
use super::{Exit, Format, load};
use crate::finding::Language;
use crate::finding::text::Texts;
use crate::finding::visible::visible;
use crate::pipeline::full;
use crate::pipeline::plan::{Plan, PlannedBase, PlannedExport, PlannedFile, plan as make_plan};
use crate::pipeline::project::{Project, Route};
use crate::pipeline::summary;
use crate::review::summary::CauseSummary;

pub(super) fn plan(args: &RunArgs, language: Option<Language>) -> anyhow::Result<Exit> {
    let mut project = load(&args.project, language)?;
    project.send_in_full(&args.full)?;
    let plan = make_plan(&project, args.now.unwrap_or_else(Utc::now), args.resend)?;
    let texts = Texts::new(project.config.language);
    let mut out = BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &as_json(&project, &plan, texts))?;
            out.write_all(b"\n")?;
        }
        Format::Text => print(&project, &plan, &mut Printer { out: &mut out, texts })?,
    }
    out.flush()?;
    let findings = plan.exports.iter().any(|export| {
        export.outcome.rejected > 0 || !export.outcome.refused.is_empty() || export.failed.is_some()
    });
    Ok(if findings { Exit::Findings } else { Exit::Success })
}

fn print<W: Write>(project: &Project, plan: &Plan, printer: &mut Printer<W>) -> io::Result<()> {
    if plan.exports.is_empty() && plan.waiting.is_empty() && plan.left.is_empty() && plan.base.is_none() {
        let inbox = short(&project.config.root, &project.config.inbox);
        printer.say(0, "run-nothing", &[("inbox", inbox.into())])?;
        return printer.unsent(&unsent(project, plan));
    }
    printer.say(0, "plan-intro", &[])?;
    for export in &plan.exports {
        writeln!(printer.out, "\n{}", visible(&export.name))?;
        if let Some(failed) = &export.failed {
            printer.say(1, "export-failed", &[("said", failed.as_str().into())])?;
        } else if let Some(earlier) = &export.duplicate {
            let args = [("name", visible(&earlier.name).into()), ("run", earlier.run.as_str().into())];
            printer.say(1, "export-duplicate", &args)?;
        } else if !export.outcome.refused.is_empty() {
            printer.read_as(&export.outcome)?;
            printer.refused(&export.outcome)?;
        } else if export.outcome.parked {
            printer.read_as(&export.outcome)?;
        } else {
            printer.read_as(&export.outcome)?;
            printer.rows(&export.outcome)?;
            printer.tallies(project, &export.outcome, true)?;
        }
        if export.outcome.parked {
            let inbox = short(&project.config.root, &project.config.inbox);
            printer.say(1, "export-parked", &[("inbox", inbox.into())])?;
        }
        printer.snapshot(&export.outcome)?;
        for file in &export.files {
            self::file(project, file, printer)?;
        }
    }
    if let Some(planned) = &plan.base {
        writeln!(printer.out)?;
        printer.base(project, &planned.base, true)?;
        for file in &planned.files {
            self::file(project, file, printer)?;
        }
    }
    printer.left(&plan.left)?;
    for file in &plan.waiting {
        let args = [
            ("name", file.name.as_str().into()),
            ("rows", file.rows.into()),
            ("destination", file.destination.as_str().into()),
        ];
        let Some(late) = plan.late.get(&file.id) else {
            printer.say(0, "plan-waiting", &args)?;
            continue;
        };
        printer.say(0, "plan-waiting-held", &args)?;
        writeln!(printer.out, "  {}", visible(&late.text))?;
    }
    printer.unsent(&unsent(project, plan))
}

/// Routes that are to send all that they have, and would get nothing to send it from.
fn unsent<'p>(project: &'p Project, plan: &Plan) -> Vec<&'p Route> {
    let models = plan.base.iter().flat_map(|planned| &planned.base.models).map(|model| &model.outcome);
    let outcomes: Vec<_> = plan.exports.iter().map(|export| &export.outcome).chain(models).collect();
    full::unsent(project, &outcomes)
}

fn file<W: Write>(project: &Project, file: &PlannedFile, printer: &mut Printer<W>) -> io::Result<()> {
    let args = [
        ("name", file.name.as_str().into()),
        ("rows", file.rows.into()),
        ("destination", file.destination.as_str().into()),
    ];
    match file.hold {
        None => printer.say(1, "plan-file", &args)?,
        Some(hold) => {
            printer.say(1, "plan-file-held", &args)?;
            if let Some(route) = project.routes.get(file.route_index) {
                writeln!(printer.out, "    {}", hold.text(route, printer.texts))?;
            }
        }
    }
    let Some(set) = &file.set else { return Ok(()) };
    let set = ("set", set.as_str().into());
    match &file.archive {
        None => printer.say(2, "plan-with-set", &[set]),
        Some(archive) => printer.say(2, "plan-inside", &[set, ("archive", archive.as_str().into())]),
    }
}

fn as_json(project: &Project, plan: &Plan, texts: Texts) -> Value {
    let waiting = plan.waiting.iter().map(|file| {
        let held = plan.late.get(&file.id).map(|late| late.code.word());
        json!({
            "id": file.id.0, "name": file.name, "destination": file.destination, "rows": file.rows, "held": held,
        })
    });
    json!({
        "exports": plan.exports.iter().map(|export| export_json(project, export, texts)).collect::<Vec<_>>(),
        "left": plan.left.iter().map(|left| left.name.as_str()).collect::<Vec<_>>(),
        "customerBase": plan.base.as_ref().map(|planned| base_json(project, planned, texts)),
        "waiting": waiting.collect::<Vec<_>>(),
    })
}

fn base_json(project: &Project, planned: &PlannedBase, texts: Texts) -> Value {
    let mut value = json!(summary::of_base(project, &planned.base, texts));
    if let Some(object) = value.as_object_mut() {
        object.insert("files".into(), files_json(&planned.files));
    }
    value
}

fn files_json(files: &[PlannedFile]) -> Value {
    let files = files.iter().map(|file| {
        let hold = file.hold.map(|hold| hold.code().to_string());
        json!({
            "route": file.route, "destination": file.destination, "name": file.name,
            "rows": file.rows, "bytes": file.bytes, "held": hold, "set": file.set, "archive": file.archive,
        })
    });
    json!(files.collect::<Vec<_>>())
}

fn export_json(project: &Project, export: &PlannedExport, texts: Texts) -> Value {
    let outcome = &export.outcome;
    let changes = summary::changes(project, outcome);
    json!({
        "file": export.name,
        "alreadyProcessed": export.duplicate.is_some(),
        "failed": export.failed,
        "refused": outcome.refused.iter().map(|finding| texts.message(finding)).collect::<Vec<_>>(),
        "schema": outcome.schema,
        "encoding": used(outcome.encoding.as_ref()),
        "delimiter": used(outcome.delimiter.as_ref()),
        "sheet": outcome.sheet,
        "rows": outcome.rows,
        "accepted": outcome.rows - outcome.rejected,
        "rejected": outcome.rejected,
        "causes": CauseSummary::of(&outcome.causes, texts),
        "changes": changes,
        "parked": outcome.parked,
        "files": files_json(&export.files),
    })
}
