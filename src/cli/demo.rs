//! `passeur demo`: the sample project, run.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::run::run_and_print;
use super::{Exit, Format};
use crate::finding::Language;
use crate::finding::text::Texts;
use crate::pipeline::project::Project;
use crate::pipeline::run::{Options, Steps};
use crate::platform;

/// The files of `samples/`, compiled in.
const FILES: [(&str, &[u8]); 3] = [
    ("passeur.toml", include_bytes!("../../samples/passeur.toml")),
    ("inbox/memberships.csv", include_bytes!("../../samples/inbox/memberships.csv")),
    ("inbox/abonnements.csv", include_bytes!("../../samples/inbox/abonnements.csv")),
];

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Folder for the project; it must not exist yet
    #[arg(long, value_name = "DIR", default_value = "passeur-demo")]
    dir: PathBuf,
}

pub(super) fn demo(args: &DemoArgs, language: Option<Language>) -> anyhow::Result<Exit> {
    let texts = Texts::new(language.unwrap_or_default());
    let dir = free(&args.dir);
    for (name, bytes) in FILES {
        let path = dir.join(name);
        if let Some(folder) = path.parent() {
            platform::create_private_dir(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
        }
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    println!("{}\n", texts.say("demo-intro", &[("folder", dir.display().to_string().into())]));
    let mut project = Project::load(&dir)?;
    if let Some(language) = language {
        project.config.language = language;
    }
    // The samples were written just now; nobody else writes them.
    project.config.settle = std::time::Duration::ZERO;
    run_and_print(&project, Options { now: None, resend: false, steps: Steps::All }, Format::Text)?;
    println!("\n{}", texts.say("demo-look", &[]));
    for path in listing(&dir)? {
        println!("  {}", path.display());
    }
    Ok(Exit::Success)
}

/// The folder asked for, or the next free one: a demo never touches what is there.
fn free(dir: &Path) -> PathBuf {
    let mut candidate = dir.to_owned();
    let mut number = 2;
    while candidate.symlink_metadata().is_ok() {
        candidate = dir.with_file_name(format!(
            "{}-{number}",
            dir.file_name().unwrap_or(dir.as_os_str()).to_string_lossy()
        ));
        number += 1;
    }
    candidate
}

/// The files that the run made, sorted.
fn listing(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for pattern in ["outbox/*.csv", "reports/*/*", "receipts/*", "archive/*/*.csv"] {
        let pattern = dir.join(pattern);
        for path in glob::glob(&pattern.to_string_lossy())? {
            let path = path?;
            if !path.starts_with(dir.join("archive/outbound")) {
                found.push(path);
            }
        }
    }
    Ok(found)
}
