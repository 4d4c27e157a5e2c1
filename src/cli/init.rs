//! `passeur init`

use std::path::PathBuf;

use clap::Args;

use super::Exit;

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Folder of the project; made if it does not exist
    #[arg(value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

pub(super) fn init(args: &InitArgs) -> anyhow::Result<Exit> {
    let plan = crate::config::init::plan(&args.dir)?;
    plan.execute()?;
    for path in plan.folders.iter().chain(plan.files.iter().map(|(path, _)| path)) {
        println!("made {}", path.display());
    }
    println!(
        "\nNext: edit passeur.toml, drop exports into the inbox, and run `passeur plan`, then `passeur run`."
    );
    Ok(Exit::Success)
}
