//! `passeur forget`: takes a person out of everything that the project keeps, and proves it. The address is printed nowhere: what a
//! command prints often ends in a log.

use std::io::{self, BufRead, IsTerminal, Write};

use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::show::{Printer, short};
use super::{Exit, Format, ProjectArgs, load, moment};
use crate::finding::Language;
use crate::finding::text::Texts;
use crate::finding::visible::visible;
use crate::keeping::address::Address;
use crate::pipeline::decide::open;
use crate::pipeline::forget::{self, Outcome, Place, Plan};
use crate::pipeline::project::Project;
use crate::store::{OutboundState, Store};
use crate::transform::zone;

/// Arguments of `forget`.
#[derive(Debug, Args)]
pub(super) struct ForgetArgs {
    /// The address; `-` reads it from standard input, so that it is in no history of commands
    #[arg(value_name = "EMAIL")]
    email: String,

    /// Only say what would be erased
    #[arg(long)]
    dry_run: bool,

    /// Do not ask
    #[arg(long)]
    yes: bool,

    /// Who registers again later comes back; otherwise the address never does
    #[arg(long)]
    allow_return: bool,

    #[command(flatten)]
    project: ProjectArgs,

    /// Form of the output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,

    /// Act as if it were this moment, e.g. 2026-11-15T02:00:00-05:00
    #[arg(long, value_name = "TIME", value_parser = moment)]
    now: Option<DateTime<Utc>>,
}

pub(super) fn forget(args: &ForgetArgs, language: Option<Language>) -> anyhow::Result<Exit> {
    let project = load(&args.project, language)?;
    let texts = Texts::new(project.config.language);
    let address = address(&args.email, texts)?;
    if args.allow_return && project.config.customer_base.is_none() {
        writeln!(io::stderr(), "passeur: {}", texts.say("forget-no-return", &[]))?;
        return Ok(Exit::Usage);
    }
    let (mut store, _lock) = open(&project)?;
    let plan = forget::plan(&project, &mut store, &address)?;
    if args.format == Format::Text {
        show(&project, &plan, &mut Printer { out: io::stdout().lock(), texts })?;
    }
    if plan.is_blocked() {
        if args.format == Format::Json {
            print_json(&as_json(&plan, None))?;
        }
        return Ok(Exit::Undelivered);
    }
    if args.dry_run {
        match args.format {
            Format::Json => print_json(&as_json(&plan, None))?,
            Format::Text => println!("{}", texts.say("forget-dry-run", &[])),
        }
        return Ok(Exit::Success);
    }
    if !args.yes && !agreed(texts)? {
        println!("{}", texts.say("forget-refused", &[]));
        return Ok(Exit::Usage);
    }
    let now = args.now.unwrap_or_else(Utc::now);
    let outcome = forget::erase(&project, &mut store, &plan, args.allow_return, now)?;
    match args.format {
        Format::Json => print_json(&as_json(&plan, Some(&outcome)))?,
        Format::Text => proof(
            &outcome,
            later(args.allow_return, &address, &store)?,
            &mut Printer { out: io::stdout().lock(), texts },
        )?,
    }
    Ok(if outcome.is_incomplete() { Exit::Findings } else { Exit::Success })
}

fn address(given: &str, texts: Texts) -> anyhow::Result<Address> {
    let mut line = String::new();
    let text = if given == "-" {
        io::stdin().lock().read_line(&mut line)?;
        line.as_str()
    } else {
        given
    };
    Address::parse(text).map_err(|_| anyhow::anyhow!(texts.say("forget-not-an-address", &[])))
}

/// Asks. Without a person at the terminal the answer is no.
fn agreed(texts: Texts) -> io::Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    print!("{} ", texts.say("forget-ask", &[]));
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "yes" | "oui"))
}

/// What was found.
fn show<W: Write>(project: &Project, plan: &Plan, printer: &mut Printer<W>) -> io::Result<()> {
    let root = &project.config.root;
    if let Some(day) = &plan.since {
        printer.say(0, "forget-since", &[("day", day.as_str().into())])?;
    }
    if plan.is_empty() {
        printer.say(0, "forget-found-nothing", &[])?;
    } else {
        printer.say(0, "forget-found", &[])?;
    }
    for place in [Place::Exports, Place::Outbound, Place::Reports, Place::Work, Place::Other] {
        let (files, rows) = plan.found(place);
        if files > 0 {
            let name = printer.texts.say(&format!("forget-place-{}", place.word()), &[]);
            let args = [("place", name.into()), ("files", files.into()), ("rows", rows.into())];
            printer.say(1, "forget-found-files", &args)?;
        }
    }
    if plan.rows_of_store() > 0 {
        printer.say(1, "forget-found-rows", &[("rows", plan.rows_of_store().into())])?;
    }
    for path in plan.removed() {
        let path = visible(&short(root, path)).into_owned();
        printer.say(1, "forget-goes-whole", &[("path", path.into())])?;
    }
    for (key, paths) in [("forget-foreign", &plan.foreign), ("forget-closed", &plan.closed)] {
        for path in paths {
            let path = visible(&short(root, &root.join(path))).into_owned();
            printer.say(1, key, &[("path", path.into())])?;
        }
    }
    if !plan.delivered.is_empty() {
        printer.say(0, "forget-delivered", &[])?;
    }
    for file in &plan.delivered {
        let day = file.at.map(|at| zone::day(at, project.config.time_zone).to_string()).unwrap_or_default();
        write!(printer.out, "  {}  {}  {day}", visible(&file.destination), visible(&file.name))?;
        if file.still_there {
            write!(printer.out, "  {}", printer.texts.say("forget-still-there", &[]))?;
        }
        writeln!(printer.out)?;
    }
    if plan.copies_gone > 0 {
        printer.say(0, "forget-copies-gone", &[("count", plan.copies_gone.into())])?;
    }
    if plan.is_blocked() {
        printer.say(0, "forget-blocked", &[])?;
    }
    for file in &plan.blocked {
        let args = [("id", file.id.to_string().into()), ("name", visible(&file.name).into())];
        let key =
            if file.state == OutboundState::Held { "forget-blocked-held" } else { "forget-blocked-waiting" };
        printer.say(1, key, &args)?;
    }
    for path in &plan.in_work {
        let path = visible(&short(root, &root.join(path))).into_owned();
        printer.say(1, "forget-blocked-work", &[("path", path.into())])?;
    }
    Ok(())
}

/// The message that says what happens to the address later.
fn later(allow_return: bool, address: &Address, store: &Store) -> anyhow::Result<&'static str> {
    if !allow_return {
        return Ok("forget-later");
    }
    let may_return = store.forgotten()?.find(address.as_str()).is_some_and(|forgotten| forgotten.may_return);
    Ok(if may_return { "forget-later-return" } else { "forget-later-unsubscribed" })
}

/// The table of the proof. `later`: the message that ends it.
fn proof<W: Write>(outcome: &Outcome, later: &str, printer: &mut Printer<W>) -> io::Result<()> {
    let head = |key: &str| printer.texts.say(key, &[]);
    let mut rows = vec![[
        head("forget-head-place"),
        head("forget-head-found"),
        head("forget-head-erased"),
        head("forget-head-left"),
    ]];
    for line in &outcome.lines {
        let place = printer.texts.say(&format!("forget-place-{}", line.place.word()), &[]);
        rows.push([place, line.found.to_string(), line.erased.to_string(), line.left.to_string()]);
    }
    let wide = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths = [wide(0), wide(1), wide(2), wide(3)];
    for [place, found, erased, left] in &rows {
        let [a, b, c, d] = widths;
        writeln!(printer.out, "{place:<a$}  {found:>b$}  {erased:>c$}  {left:>d$}")?;
    }
    if outcome.receipts > 0 {
        printer.say(0, "forget-receipts", &[("count", outcome.receipts.into())])?;
    }
    printer.say(0, if outcome.is_incomplete() { "forget-left" } else { "forget-done" }, &[])?;
    printer.say(0, later, &[])
}

fn print_json(value: &Value) -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value)?;
    out.write_all(b"\n")
}

fn as_json(plan: &Plan, outcome: Option<&Outcome>) -> Value {
    let paths = |paths: &[std::path::PathBuf]| -> Vec<String> {
        paths.iter().map(|path| path.to_string_lossy().into_owned()).collect()
    };
    let found = [Place::Exports, Place::Outbound, Place::Reports, Place::Work, Place::Other].map(|place| {
        let (files, rows) = plan.found(place);
        json!({ "place": place.word(), "files": files, "rows": rows })
    });
    json!({
        "forgottenSince": plan.since,
        "found": found,
        "storeRows": plan.tables,
        "foreign": paths(&plan.foreign),
        "closed": paths(&plan.closed),
        "blocked": plan.blocked.iter().map(|file| json!({
            "id": file.id, "name": file.name, "state": file.state.word(),
        })).collect::<Vec<_>>(),
        "inWork": paths(&plan.in_work),
        "delivered": plan.delivered.iter().map(|file| json!({
            "id": file.id, "destination": file.destination, "name": file.name,
            "at": file.at.map(|at| at.to_rfc3339()), "stillThere": file.still_there,
        })).collect::<Vec<_>>(),
        "copiesGone": plan.copies_gone,
        "proof": outcome.map(|outcome| outcome.lines.iter().map(|line| json!({
            "place": line.place.word(), "found": line.found, "erased": line.erased, "left": line.left,
        })).collect::<Vec<_>>()),
        "complete": outcome.map(|outcome| !outcome.is_incomplete()),
    })
}
