//! `passeur probe`: what a server really does, and whether that has changed.

use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use chrono::{SecondsFormat, Utc};
use clap::Args;

use super::show::{Printer, short};
use super::trust::sftp;
use super::{Exit, ProjectArgs, load};
use crate::delivery::sftp::probe::{Probe, Profile, last_profile, probe as run_probe, profile_path};
use crate::finding::text::Texts;
use crate::finding::visible::visible;
use crate::finding::{Arg, Language};
use crate::platform;

/// Arguments of `probe`.
#[derive(Debug, Args)]
pub(super) struct ProbeArgs {
    /// Name of the destination in passeur.toml
    #[arg(value_name = "DESTINATION")]
    destination: String,

    #[command(flatten)]
    project: ProjectArgs,
}

pub(super) fn probe(args: &ProbeArgs, language: Option<Language>) -> anyhow::Result<Exit> {
    let project = load(&args.project, language)?;
    let texts = Texts::new(project.config.language);
    let name = &args.destination;
    let Some(config) = sftp(&project, name, texts)? else { return Ok(Exit::Usage) };
    let suffix =
        project.config.destinations.get(name).map_or(".part", |config| config.temporary_suffix.as_str());
    let at = Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let found = run_probe(name, config, suffix, &|name| std::env::var_os(name), at)?;

    let path = project.config.root.join(profile_path(name));
    let before = last_profile(&project.config.root, name);
    write(&path, &found.profile).with_context(|| format!("cannot write {}", path.display()))?;
    let mut printer = Printer { out: io::stdout().lock(), texts };
    print(&found, &mut printer)?;
    let shown = short(&project.config.root, &path);
    printer.say(0, "probe-written", &[("path", shown.into())])?;
    // A profile of another server says nothing about this one.
    let before = before.filter(|before| before.address == found.profile.address);
    let changes = before.map(|before| (before.abilities.changes(&found.profile.abilities), before.probed_at));
    match changes {
        Some((changes, since)) if !changes.is_empty() => {
            printer.say(0, "probe-changed", &[("since", since.into())])?;
            for change in changes {
                writeln!(printer.out, "  {}", visible(&change))?;
            }
            Ok(Exit::Findings)
        }
        _ => Ok(Exit::Success),
    }
}

/// Whole or not at all, for its owner alone.
fn write(path: &Path, profile: &Profile) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    platform::create_private_dir(folder)?;
    platform::write_whole(path, |file| {
        serde_json::to_writer_pretty(&mut *file, profile)?;
        file.write_all(b"\n")
    })
}

fn print<W: Write>(found: &Probe, printer: &mut Printer<W>) -> io::Result<()> {
    let Profile { address, abilities, speed, .. } = &found.profile;
    let text = |text: &str| Arg::from(visible(text).into_owned());
    printer.say(0, "probe-intro", &[("address", text(address)), ("server", text(&abilities.server))])?;
    printer.say(1, "probe-host-key", &[("fingerprint", text(&abilities.host_key))])?;
    printer.say(1, "probe-login", &[("methods", text(&abilities.login_methods.join(", ")))])?;
    printer.say(1, "probe-algorithms", &[("algorithms", text(&abilities.algorithms.join(", ")))])?;
    let answers = [
        ("probe-rename", abilities.rename),
        ("probe-never-replaces", abilities.never_replaces),
        ("probe-posix-rename", abilities.posix_rename),
        ("probe-read-back", abilities.read_back),
        ("probe-fsync", abilities.fsync),
        ("probe-statvfs", abilities.statvfs),
        ("probe-hidden", abilities.hidden_names),
    ];
    for (key, answer) in answers {
        let answer = match answer {
            Some(true) => "yes",
            Some(false) => "no",
            None => "untested",
        };
        printer.say(1, key, &[("answer", answer.into())])?;
    }
    let round_trip = format!("{:.1} ms", speed.round_trip_us as f64 / 1000.0);
    let rate = format!("{:.1} MB/s", speed.upload_bytes_per_second as f64 / 1e6);
    printer.say(1, "probe-speed", &[("roundTrip", round_trip.into()), ("rate", rate.into())])?;
    if !found.left.is_empty() {
        printer.say(1, "probe-left", &[("names", text(&found.left.join(", ")))])?;
    }
    Ok(())
}
