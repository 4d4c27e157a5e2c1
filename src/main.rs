//! The program: parse, dispatch, exit code.

use std::process::ExitCode;

use clap::Parser;
use passeur::cli::{Cli, Exit};

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("PASSEUR_LOG").unwrap_or_else(|_| "warn".into());
    // At their most talkative these show addresses and headers, in which secrets stand.
    let quiet = ["ureq=off", "ureq_proto=off"].into_iter().filter_map(|directive| directive.parse().ok());
    tracing_subscriber::fmt()
        .with_env_filter(quiet.fold(filter, tracing_subscriber::EnvFilter::add_directive))
        .with_writer(std::io::stderr)
        .init();
    match Cli::parse().run() {
        Ok(exit) => exit.into(),
        Err(error) if is_broken_pipe(&error) => Exit::Success.into(),
        Err(error) => {
            eprintln!("passeur: {error:#}");
            Exit::of_error(&error).into()
        }
    }
}

/// Whoever read our output has seen enough (`passeur check … | head`).
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    })
}
