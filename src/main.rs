//! The program: parse, dispatch, exit code.

use std::process::ExitCode;

use clap::Parser;
use passeur::cli::{Cli, Exit};

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(exit) => exit.into(),
        Err(error) if is_broken_pipe(&error) => Exit::Success.into(),
        Err(error) => {
            eprintln!("passeur: {}", passeur::cli::said(&error));
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
