//! `passeur install-service`: systemd units for a project. It writes or prints them; it enables nothing, and overwrites no file that it did
//! not write.

mod calendar;
mod escape;
mod facts;
mod units;

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use sha2::{Digest, Sha256};

use self::facts::Facts;
use self::units::Unit;
use super::show::Printer;
use super::{Exit, ProjectArgs, load};
use crate::finding::Language;
use crate::finding::text::Texts;
use crate::platform;
use crate::review::summary::hex;

/// Where an administrator's units are.
const UNITS: &str = "/etc/systemd/system";

/// How the first line of a unit that we wrote begins; the sum of the rest follows.
const OURS: &str = "# Written by `passeur install-service`. Sum of what follows: ";

/// Arguments of `install-service`.
#[derive(Debug, Args)]
pub(super) struct InstallServiceArgs {
    #[command(flatten)]
    project: ProjectArgs,

    /// The user that the service runs as [default: the owner of the project folder]
    #[arg(long, value_name = "NAME", value_parser = plain_name)]
    user: Option<String>,

    /// Begin of the names of the units: another one for each project of a machine
    #[arg(long, value_name = "NAME", default_value = "passeur", value_parser = plain_name)]
    name: String,

    /// Print the units instead of writing them
    #[arg(long)]
    print: bool,

    /// Write them to this folder
    #[arg(long, value_name = "DIR", default_value = UNITS, conflicts_with = "print")]
    dir: PathBuf,
}

fn plain_name(text: &str) -> Result<String, String> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let begins = text.starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '_');
    if begins && text.len() <= 64 && text.chars().all(allowed) {
        Ok(text.to_owned())
    } else {
        Err("1 to 64 letters (a-z, A-Z), digits, `-`, `_` and `.`, beginning with a letter or digit"
            .to_owned())
    }
}

pub(super) fn install_service(args: &InstallServiceArgs, language: Option<Language>) -> anyhow::Result<Exit> {
    if !cfg!(target_os = "linux") {
        bail!(
            "install-service writes units for systemd, which is on Linux alone. Here, let your system's own service manager start `passeur watch`, or its scheduler `passeur run`"
        );
    }
    let project = load(&args.project, language)?;
    let facts = Facts::gather(&project.config, &args.name, args.user.as_deref())?;
    let units = units::all(&facts)?;
    let mut out = BufWriter::new(io::stdout().lock());
    if args.print {
        for unit in &units {
            writeln!(out, "# {}/{}\n{}", UNITS, unit.name, with_sum(&unit.text))?;
        }
        out.flush()?;
        return Ok(Exit::Success);
    }
    let written = write_all(&args.dir, &units)?;
    let mut printer = Printer { out: &mut out, texts: Texts::new(project.config.language) };
    tell(&mut printer, args, &facts, &written)?;
    out.flush()?;
    Ok(Exit::Success)
}

/// A unit's text below the line that says that we wrote it.
fn with_sum(text: &str) -> String {
    format!("{OURS}{}\n{text}", sum(text))
}

/// Enough of a sum to see that somebody changed a file.
fn sum(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())).chars().take(16).collect()
}

/// Writes the units, all or none: first it looks at what is there. `true` beside those that were written; others are there already.
fn write_all(dir: &Path, units: &[Unit]) -> anyhow::Result<Vec<(PathBuf, bool)>> {
    let mut to_write = Vec::new();
    for unit in units {
        let path = dir.join(&unit.name);
        let text = with_sum(&unit.text);
        let there = match fs::read_to_string(&path) {
            Ok(there) => Some(there),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error).with_context(|| format!("looking at {}", path.display())),
        };
        if let Some(there) = there.as_ref().filter(|there| **there != text) {
            may_replace(&path, there, &unit.text)?;
        }
        to_write.push((path, there.as_deref() != Some(&text), text));
    }
    for (path, differs, text) in &to_write {
        if *differs {
            write(path, text)?;
        }
    }
    Ok(to_write.into_iter().map(|(path, differs, _)| (path, differs)).collect())
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let write = |file: &mut fs::File| -> io::Result<()> {
        file.write_all(text.as_bytes())?;
        // It holds no secret, and systemd's tools run as anybody.
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        Ok(())
    };
    platform::write_whole(path, write).with_context(|| {
        format!(
            "writing {}. In {UNITS} only root may: run it with sudo, or write elsewhere with --dir, or --print",
            path.display()
        )
    })
}

/// Refuses to replace what we did not write, what was changed since, and what belongs to another project.
fn may_replace(path: &Path, there: &str, text: &str) -> anyhow::Result<()> {
    let shown = path.display();
    let ours = there.strip_prefix(OURS).and_then(|rest| rest.split_once('\n'));
    let Some((known, rest)) = ours else {
        bail!(
            "{shown} was not written by passeur: it stays as it is, and nothing was written. Give the units another name with --name, or move that file away"
        );
    };
    if known != sum(rest) {
        bail!(
            "{shown} was changed since passeur wrote it: it stays as it is, and nothing was written. Move the changes to a drop-in (systemctl edit), remove the file, and run this again"
        );
    }
    let folder =
        |text: &str| text.lines().find_map(|line| Some(line.split_once("WorkingDirectory=")?.1.to_owned()));
    let (before, now) = (folder(rest), folder(text));
    if before != now {
        let before = before.unwrap_or_default();
        bail!(
            "{shown} serves another project ({before}): it stays as it is, and nothing was written. Give the units of this one another name with --name"
        );
    }
    Ok(())
}

fn tell<W: Write>(
    printer: &mut Printer<W>,
    args: &InstallServiceArgs,
    facts: &Facts,
    written: &[(PathBuf, bool)],
) -> anyhow::Result<()> {
    for (path, new) in written {
        let key = if *new { "service-written" } else { "service-unchanged" };
        printer.say(0, key, &[("path", path.display().to_string().into())])?;
    }
    for remark in &facts.remarks {
        let args: Vec<(&str, crate::finding::Arg)> =
            remark.args.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
        printer.say(0, remark.key, &args)?;
    }
    printer.say(0, "service-next", &[])?;
    let mut commands = Vec::new();
    if args.dir != Path::new(UNITS) {
        let names: Vec<String> =
            written.iter().map(|(path, _)| escape::shell(&path.display().to_string())).collect();
        commands.push(format!("sudo cp {} {UNITS}/", names.join(" ")));
    }
    commands.push("sudo systemctl daemon-reload".to_owned());
    for command in commands {
        writeln!(printer.out, "  {command}")?;
    }
    printer.say(0, "service-watch", &[])?;
    writeln!(printer.out, "  sudo systemctl enable --now {}.service", facts.name)?;
    printer.say(0, "service-nightly", &[("times", facts.calendar.join(", ").into())])?;
    writeln!(printer.out, "  sudo systemctl enable --now {}-run.timer", facts.name)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(text: &str) -> Vec<Unit> {
        vec![Unit {
            name: "passeur.service".into(),
            text: format!("[Service]\nWorkingDirectory=/srv/a\n{text}\n"),
        }]
    }

    #[test]
    fn a_unit_is_written_again_while_nobody_changed_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("passeur.service");
        assert_eq!(write_all(dir.path(), &unit("a")).unwrap(), [(path.clone(), true)]);
        assert_eq!(write_all(dir.path(), &unit("a")).unwrap(), [(path.clone(), false)]);
        assert_eq!(write_all(dir.path(), &unit("b")).unwrap(), [(path.clone(), true)]);
        assert!(fs::read_to_string(&path).unwrap().ends_with("\nb\n"));
    }

    #[test]
    fn a_unit_that_is_not_ours_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("passeur.service");
        let refused = |units: &[Unit]| write_all(dir.path(), units).unwrap_err().to_string();
        fs::write(&path, "[Service]\n").unwrap();
        let both = [Unit { name: "a.service".into(), text: String::new() }, unit("a").remove(0)];
        assert!(refused(&both).contains("was not written by passeur"));
        assert!(!dir.path().join("a.service").exists(), "all or none");
        fs::write(&path, with_sum("[Service]\nWorkingDirectory=/srv/a\nx\n") + "Nice=5\n").unwrap();
        assert!(refused(&unit("a")).contains("was changed since"));
        fs::write(&path, with_sum("[Service]\nWorkingDirectory=/srv/b\na\n")).unwrap();
        assert!(refused(&unit("a")).contains("serves another project (/srv/b)"));
    }

    #[test]
    fn names_of_units_and_users_are_plain() {
        for name in ["passeur", "club-2", "_x", "a.b"] {
            assert!(plain_name(name).is_ok(), "{name}");
        }
        for name in ["", "-x", "a b", "a/b", "a%i", "é", ".x"] {
            assert!(plain_name(name).is_err(), "{name}");
        }
    }
}
