//! `passeur receipt verify`: receipts, checked again.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::show::{Printer, short};
use super::{Exit, ProjectArgs, load};
use crate::delivery::audit::{Part, Verdict, check_here, check_there, read};
use crate::delivery::receipt::{FOLDER, Receipt};
use crate::delivery::{Destination, connect};
use crate::finding::text::Texts;
use crate::finding::visible::visible;
use crate::finding::{Arg, Language};
use crate::pipeline::error::PipelineError;
use crate::pipeline::project::Project;
use crate::store::Store;

/// Arguments of `receipt`.
#[derive(Debug, Args)]
pub(super) struct ReceiptArgs {
    #[command(subcommand)]
    command: ReceiptCommand,
}

#[derive(Debug, Subcommand)]
enum ReceiptCommand {
    /// Check receipts against the ledger, the archive, our copies and, with --remote, the destination
    Verify(VerifyArgs),
}

#[derive(Debug, Args)]
struct VerifyArgs {
    /// The receipts
    #[arg(value_name = "FILE", required_unless_present = "all", conflicts_with = "all")]
    files: Vec<PathBuf>,

    /// All receipts of the project
    #[arg(long)]
    all: bool,

    /// Look at the destination too: size of the file
    #[arg(long)]
    remote: bool,

    /// Read the file at the destination back and compare its bytes
    #[arg(long, requires = "remote")]
    content: bool,

    #[command(flatten)]
    project: ProjectArgs,
}

pub(super) fn receipt(args: &ReceiptArgs, language: Option<Language>) -> anyhow::Result<Exit> {
    let ReceiptCommand::Verify(args) = &args.command;
    let project = load(&args.project, language)?;
    let texts = Texts::new(project.config.language);
    let store = Store::open_read_only(&project.config.store).map_err(PipelineError::from)?;
    let files = if args.all { all(&project.config.root.join(FOLDER))? } else { args.files.clone() };
    let out = BufWriter::new(io::stdout().lock());
    let mut verifier = Verifier {
        project: &project,
        args,
        store,
        connections: BTreeMap::new(),
        printer: Printer { out, texts },
    };
    let mut exit = Exit::Success;
    let mut hold = 0_usize;
    for path in &files {
        let found = verifier.verify(path)?;
        hold += usize::from(found == Exit::Success);
        exit = exit.max(found);
    }
    let counts = [("count", files.len().into()), ("hold", hold.into())];
    verifier.printer.say(0, "verify-sum", &counts)?;
    verifier.printer.out.flush()?;
    Ok(exit)
}

fn all(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    match std::fs::read_dir(folder) {
        Ok(entries) => {
            for entry in entries {
                let path = entry?.path();
                if path.extension().is_some_and(|ending| ending == "json") {
                    files.push(path);
                }
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    files.sort();
    Ok(files)
}

struct Verifier<'p, W: Write> {
    project: &'p Project,
    args: &'p VerifyArgs,
    store: Store,
    /// One a destination; an error is told for each of its receipts and not tried again.
    connections: BTreeMap<String, Result<Box<dyn Destination>, String>>,
    printer: Printer<W>,
}

impl<W: Write> Verifier<'_, W> {
    fn verify(&mut self, path: &Path) -> anyhow::Result<Exit> {
        let shown = visible(&short(&self.project.config.root, path)).into_owned();
        writeln!(self.printer.out, "{shown}")?;
        let receipt = match read(path) {
            Ok(receipt) => receipt,
            Err(detail) => {
                self.printer.say(1, "verify-unreadable", &[("detail", detail.into())])?;
                return Ok(Exit::Findings);
            }
        };
        let mut verdicts =
            check_here(&receipt, &self.store, &self.project.config.root).map_err(PipelineError::from)?;
        if self.args.remote {
            verdicts.push((Part::Destination, self.remote(&receipt)));
        }
        let mut exit = Exit::Success;
        for (part, verdict) in &verdicts {
            self.line(*part, verdict)?;
            exit = exit.max(match verdict {
                verdict if verdict.holds() => Exit::Success,
                Verdict::Unreadable(_) => Exit::System,
                _ => Exit::Findings,
            });
        }
        Ok(exit)
    }

    fn remote(&mut self, receipt: &Receipt) -> Verdict {
        let name = &receipt.destination.name;
        let Some(config) = self.project.config.destinations.get(name) else {
            let known = self.project.config.destinations.keys().cloned().collect::<Vec<_>>().join(", ");
            let args = [("destination", visible(name).into()), ("known", known.into())];
            return Verdict::Unreadable(self.printer.texts.say("destination-unknown", &args));
        };
        let texts = self.printer.texts;
        let connection = self.connections.entry(name.clone()).or_insert_with(|| {
            connect(config, &|name| std::env::var_os(name)).map_err(|error| error.said(texts))
        });
        match connection {
            Ok(destination) => check_there(receipt, destination.as_mut(), self.args.content)
                .unwrap_or_else(|error| Verdict::Unreadable(error.said(texts))),
            Err(error) => Verdict::Unreadable(error.clone()),
        }
    }

    fn line(&mut self, part: Part, verdict: &Verdict) -> io::Result<()> {
        let part = match part {
            Part::Ledger => "verify-ledger",
            Part::Export => "verify-export",
            Part::Copy => "verify-copy",
            Part::Destination => "verify-destination",
        };
        let part = ("part", self.printer.texts.say(part, &[]).into());
        let text = |text: &str| Arg::from(visible(text).into_owned());
        match verdict {
            Verdict::Same => self.printer.say(1, "verify-same", &[part]),
            Verdict::SameSize => self.printer.say(1, "verify-same-size", &[part]),
            Verdict::PickedUp => self.printer.say(1, "verify-picked-up", &[part]),
            Verdict::Erased { on, rows } => {
                let args = [part, ("day", text(on)), ("rows", (*rows).into())];
                self.printer.say(1, "verify-erased", &args)
            }
            Verdict::Removed { on, cause } => {
                let key = if cause == "forgotten" { "verify-removed-forgotten" } else { "verify-removed" };
                self.printer.say(1, key, &[part, ("day", text(on))])
            }
            Verdict::Missing(path) => {
                let path = short(&self.project.config.root, path);
                self.printer.say(1, "verify-missing", &[part, ("path", text(&path))])
            }
            Verdict::Differs { expected, found } => {
                let args = [part, ("expected", text(expected)), ("found", text(found))];
                self.printer.say(1, "verify-differs", &args)
            }
            Verdict::Unreadable(detail) => {
                self.printer.say(1, "verify-not-checked", &[part, ("detail", text(detail))])
            }
        }
    }
}
