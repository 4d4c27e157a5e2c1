//! `passeur schema list|show|infer`

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Exit, schemas_folder};
use crate::reading::propose::{Proposal, ProposeError};
use crate::schema::library::{Library, Origin};

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    #[command(subcommand)]
    command: SchemaCommand,

    /// Folder of your own schemas; one of the same name comes before the built-in one [default: schemas, in a project]
    #[arg(long, global = true, value_name = "DIR")]
    schemas: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum SchemaCommand {
    /// All schemas: the built-in ones and yours
    List,
    /// The descriptor of a schema, as JSON
    Show {
        /// Name (`splio/cardcode`) or path of a .json file
        name: String,
    },
    /// Propose a schema for files of one kind, as JSON on the standard output; $comment says what they do not decide
    Infer {
        /// The files: the more rows, the better
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,

        /// Name of the schema [default: the first file's]
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
    },
}

/// No schema can be proposed.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", .path.display())]
struct CannotPropose {
    path: PathBuf,
    source: ProposeError,
}

pub(super) fn schema(args: &SchemaArgs) -> anyhow::Result<Exit> {
    let library = Library::new(schemas_folder(args.schemas.as_ref()));
    let mut out = std::io::stdout().lock();
    match &args.command {
        SchemaCommand::List => {
            let schemas = library.list();
            let width = schemas.iter().map(|schema| schema.name.len()).max().unwrap_or(0);
            for schema in schemas {
                let origin = match schema.origin {
                    Origin::BuiltIn => "built-in",
                    Origin::Overridden => "yours, instead of the built-in one",
                    Origin::User => "yours",
                };
                match schema.about {
                    Ok(about) => {
                        let version = about.version.as_deref().unwrap_or("-");
                        let title = about.title.as_deref().unwrap_or("");
                        writeln!(out, "{:width$}  {version:10}  {origin:9} {title}", schema.name)?;
                    }
                    Err(why) => writeln!(out, "{:width$}  cannot be used: {why}", schema.name)?,
                }
            }
        }
        SchemaCommand::Infer { files, name } => infer(files, name.as_deref(), &mut out)?,
        SchemaCommand::Show { name } => {
            let text = library.descriptor_text(name)?;
            out.write_all(text.as_bytes())?;
            if !text.ends_with('\n') {
                out.write_all(b"\n")?;
            }
        }
    }
    Ok(Exit::Success)
}

fn infer(files: &[PathBuf], name: Option<&str>, out: &mut impl Write) -> anyhow::Result<()> {
    let stem = files.first().and_then(|path| path.file_stem()).unwrap_or_default().to_string_lossy();
    let mut proposal = Proposal::new(name.unwrap_or(&stem));
    for path in files {
        let left_out = proposal.add(path).map_err(|source| CannotPropose { path: path.clone(), source })?;
        if left_out > 0 {
            eprintln!(
                "{}: {left_out} rows were left out, because their cells or bytes are not those of a table",
                path.display()
            );
        }
    }
    out.write_all(proposal.finish().as_bytes())?;
    Ok(())
}
