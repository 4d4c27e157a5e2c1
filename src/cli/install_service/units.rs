//! The texts of the units.
//!
//! The user is a fixed one and not systemd's dynamic one: people and other programs put files into the inbox, and read reports, so that folders
//! and files need an owner that is the same tomorrow and that a group can be shared with. All else is closed: the system is read-only, and only
//! the project's folders can be written.

use std::fmt::Write;

use super::escape::{argument, optional_word, whole, word};
use super::facts::Facts;

/// A unit.
#[derive(Debug)]
pub(super) struct Unit {
    /// Its file name.
    pub(super) name: String,
    /// Its text.
    pub(super) text: String,
}

/// What both services are closed off from.
const HARDENING: &str = "\
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
PrivateTmp=yes
PrivateDevices=yes
DevicePolicy=closed
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
ProcSubset=pid
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
KeyringMode=private
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
";

/// The watch, the nightly run, and its timer.
pub(super) fn all(facts: &Facts) -> anyhow::Result<Vec<Unit>> {
    let name = &facts.name;
    Ok(vec![
        Unit { name: format!("{name}.service"), text: watch(facts)? },
        Unit { name: format!("{name}-run.service"), text: run(facts)? },
        Unit { name: format!("{name}-run.timer"), text: timer(facts)? },
    ])
}

fn watch(facts: &Facts) -> anyhow::Result<String> {
    let mut text = head(facts, "carries exports across as they come")?;
    text.push_str("StartLimitIntervalSec=10min\nStartLimitBurst=5\n\n[Service]\nType=exec\n");
    service(facts, "watch", &mut text)?;
    let stop = facts.stop.as_secs();
    write!(
        text,
        "ExecReload=/bin/kill -HUP $MAINPID\nRestart=on-failure\nRestartSec=10s\n\
         # A wrong config does not become right by itself.\nRestartPreventExitStatus=2\n\
         # The export and the upload in hand come to their end; killed later, nothing is lost either.\nTimeoutStopSec={stop}s\n\n"
    )?;
    text.push_str(HARDENING);
    text.push_str("\n[Install]\nWantedBy=multi-user.target\n");
    Ok(text)
}

fn run(facts: &Facts) -> anyhow::Result<String> {
    let mut text = head(facts, "carries exports across, once")?;
    text.push_str("StartLimitIntervalSec=4h\nStartLimitBurst=4\n\n[Service]\nType=oneshot\n");
    service(facts, "run", &mut text)?;
    let stop = facts.stop.as_secs();
    write!(
        text,
        "# Refused rows and held files are a matter for a person, not a failure of the service: `passeur health` tells.\n\
         SuccessExitStatus=1 3\n# What the system refused may go a little later.\nRestart=on-failure\nRestartSec=15min\n\
         RestartPreventExitStatus=2 4\nTimeoutStopSec={stop}s\n\n"
    )?;
    text.push_str(HARDENING);
    Ok(text)
}

fn timer(facts: &Facts) -> anyhow::Result<String> {
    let mut text = String::new();
    writeln!(text, "# WorkingDirectory={}", whole(&facts.root)?)?;
    writeln!(text, "[Unit]\nDescription=passeur: when {}-run.service begins\n\n[Timer]", facts.name)?;
    for event in &facts.calendar {
        writeln!(text, "OnCalendar={event}")?;
    }
    text.push_str(
        "AccuracySec=1s\n# A time that passed while the machine was off is caught up, once.\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n",
    );
    Ok(text)
}

fn head(facts: &Facts, what: &str) -> anyhow::Result<String> {
    Ok(format!(
        "# passeur {}. Change it with `systemctl edit`, not here: then passeur can write it again.\n\
         [Unit]\nDescription=passeur: {what}\nWants=network-online.target\nAfter=network-online.target\nRequiresMountsFor={}\n",
        env!("CARGO_PKG_VERSION"),
        word(&facts.root)?
    ))
}

fn service(facts: &Facts, command: &str, text: &mut String) -> anyhow::Result<()> {
    writeln!(text, "User={}\nUMask=0077", facts.user)?;
    writeln!(text, "WorkingDirectory={}", whole(&facts.root)?)?;
    writeln!(text, "Environment=PASSEUR_LOG=info")?;
    let (program, config) = (word(&facts.program)?, argument(&facts.config)?);
    writeln!(text, "ExecStart={program} {command} --config {config}")?;
    for (name, file) in &facts.credentials {
        match file {
            Some(file) => writeln!(text, "LoadCredential={name}:{}", whole(file)?)?,
            None => writeln!(text, "LoadCredential={name}")?,
        }
    }
    // The memory of a process that failed has names and addresses in it.
    writeln!(text, "LimitCORE=0")?;
    let homes = if facts.needs_homes { "read-only" } else { "yes" };
    writeln!(text, "ProtectHome={homes}\nReadWritePaths={}", word(&facts.root)?)?;
    for folder in &facts.writable {
        // One that is not there yet is no reason not to start.
        writeln!(text, "ReadWritePaths={}", optional_word(folder)?)?;
    }
    Ok(())
}
