//! `passeur trust`: the first look at a server's host key.

use std::io::{self, BufRead, IsTerminal, Write};

use clap::Args;

use super::{Exit, ProjectArgs, load};
use crate::config::{DestinationConfig, DestinationKind, SftpConfig};
use crate::delivery::error::UnknownHostKey;
use crate::delivery::sftp::trust::{Shown, log_in_and_record, look};
use crate::finding::text::Texts;
use crate::finding::visible::visible;
use crate::finding::{Arg, Language};
use crate::pipeline::project::Project;

/// Arguments of `trust`.
#[derive(Debug, Args)]
pub(super) struct TrustArgs {
    /// Name of the destination in passeur.toml
    #[arg(value_name = "DESTINATION")]
    destination: String,

    /// Do not ask: the fingerprint was compared before
    #[arg(long)]
    yes: bool,

    #[command(flatten)]
    project: ProjectArgs,
}

pub(super) fn trust(args: &TrustArgs, language: Option<Language>) -> anyhow::Result<Exit> {
    let project = load(&args.project, language)?;
    let texts = Texts::new(project.config.language);
    let Some(sftp) = sftp(&project, &args.destination, texts)? else { return Ok(Exit::Usage) };
    let name = ("destination", args.destination.as_str().into());
    match look(&args.destination, sftp)? {
        Shown::Trusted { fingerprint } => {
            println!("{}", texts.say("trust-already", &[name, ("fingerprint", fingerprint.into())]));
            Ok(Exit::Success)
        }
        Shown::NotPinned { fingerprint, pinned } => {
            let all: Vec<String> =
                pinned.iter().chain([&fingerprint]).map(|one| format!("\"{one}\"")).collect();
            let line = format!("host_keys = [{}]", all.join(", "));
            println!("{}", texts.say("trust-not-pinned", &[name, ("fingerprint", fingerprint.into())]));
            println!("  {line}");
            Ok(Exit::Usage)
        }
        Shown::Unknown(key) => {
            println!("{}", show(&key, texts));
            if !args.yes && !agreed(texts)? {
                println!("{}", texts.say("trust-refused", &[]));
                return Ok(Exit::Usage);
            }
            log_in_and_record(&args.destination, sftp, &key, &|name| std::env::var_os(name))?;
            let file = key.file.strip_prefix(&project.config.root).unwrap_or(&key.file);
            println!("{}", texts.say("trust-recorded", &[name, ("file", file.display().to_string().into())]));
            Ok(Exit::Success)
        }
    }
}

/// The SFTP destination of that name. `None`: there is none, and the user was told.
pub(super) fn sftp<'p>(project: &'p Project, name: &str, texts: Texts) -> io::Result<Option<&'p SftpConfig>> {
    let arg = ("destination", visible(name).into());
    let key = match project.config.destinations.get(name) {
        Some(DestinationConfig { kind: DestinationKind::Sftp(sftp), .. }) => return Ok(Some(sftp)),
        Some(_) => "destination-is-folder",
        None => "destination-unknown",
    };
    let known: Vec<&str> = project.config.destinations.keys().map(String::as_str).collect();
    writeln!(io::stderr(), "passeur: {}", texts.say(key, &[arg, ("known", known.join(", ").into())]))?;
    Ok(None)
}

fn show(key: &UnknownHostKey, texts: Texts) -> String {
    let args: [(&str, Arg); 3] = [
        ("host", visible(&key.host).into()),
        ("type", visible(&key.key_type).into()),
        ("fingerprint", key.fingerprint.as_str().into()),
    ];
    let shown = texts.say("trust-shown", &args);
    let Some((line, kind)) = &key.other else { return shown };
    let args = [
        ("file", visible(&key.file.display().to_string()).into()),
        ("line", line.to_string().into()),
        ("type", visible(kind).into()),
    ];
    format!("{shown}\n{}", texts.say("trust-other-type", &args))
}

/// Asks. Without a person at the terminal the answer is no.
fn agreed(texts: Texts) -> io::Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    print!("{} ", texts.say("trust-ask", &[]));
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "yes" | "oui"))
}
