//! `passeur init`: a project folder to start from. First the plan, then the doing; what exists is never overwritten.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::load::FILE_NAME;
use crate::platform::{create_private_dir, create_private_file};

/// The commented config that a new project starts with. It works as it is.
pub const TEMPLATE: &str = include_str!("init/passeur.toml");

/// Name of the JSON Schema beside the config, for editors; the first line of the template names it, so that it works offline.
pub const SCHEMA_FILE_NAME: &str = "passeur.schema.json";

/// Folders of a new project.
const FOLDERS: [&str; 5] = ["inbox", "outbox", "archive", "reports", "schemas"];

/// Why a project cannot be started here.
#[derive(Debug, Error)]
pub enum InitError {
    /// There is a config already.
    #[error("{} exists already: nothing was changed. Edit it, or choose another folder: passeur init DIR", .0.display())]
    Exists(PathBuf),
    /// Something that is not a folder has the name of one.
    #[error("{} exists and is not a folder: move it away, or choose another folder: passeur init DIR", .0.display())]
    NotAFolder(PathBuf),
    /// The system refuses.
    #[error("cannot make {}: {source}", .path.display())]
    Cannot {
        /// What could not be made.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// What `passeur init` will make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitPlan {
    /// Folders that do not exist yet, in order; the project's own first.
    pub folders: Vec<PathBuf>,
    /// Files that do not exist yet, with their content; the config last, so that a folder with a config is complete.
    pub files: Vec<(PathBuf, String)>,
}

/// Looks at the folder and says what is to be made. Changes nothing.
///
/// # Errors
/// When there is a config already, or something else is in the way.
pub fn plan(folder: &Path) -> Result<InitPlan, InitError> {
    let folder = std::path::absolute(folder)
        .map_err(|source| InitError::Cannot { path: folder.to_owned(), source })?;
    let config = folder.join(FILE_NAME);
    // A dangling link counts: writing through it would make a file elsewhere.
    if config.symlink_metadata().is_ok() {
        return Err(InitError::Exists(config));
    }
    let mut folders = Vec::new();
    for path in std::iter::once(folder.clone()).chain(FOLDERS.iter().map(|name| folder.join(name))) {
        match path.metadata() {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(InitError::NotAFolder(path)),
            Err(_) => folders.push(path),
        }
    }
    let mut files = Vec::new();
    let schema = folder.join(SCHEMA_FILE_NAME);
    if schema.symlink_metadata().is_err() {
        files.push((schema, format!("{:#}\n", super::document::json_schema())));
    }
    files.push((config, TEMPLATE.to_owned()));
    Ok(InitPlan { folders, files })
}

impl InitPlan {
    /// Makes it all: folders 0700 and files 0600 on Unix.
    ///
    /// # Errors
    /// At the first thing that cannot be made. The config comes last, so doing it again after that is safe.
    pub fn execute(&self) -> Result<(), InitError> {
        for path in &self.folders {
            create_private_dir(path).map_err(|source| InitError::Cannot { path: path.clone(), source })?;
        }
        for (path, text) in &self.files {
            let written = create_private_file(path).and_then(|mut file| file.write_all(text.as_bytes()));
            written.map_err(|source| match source.kind() {
                io::ErrorKind::AlreadyExists => InitError::Exists(path.clone()),
                _ => InitError::Cannot { path: path.clone(), source },
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::DestinationKind;
    use super::super::load::{load, parse};
    use super::*;

    #[test]
    fn a_new_project_loads_as_it_is() {
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("club");
        plan(&folder).unwrap().execute().unwrap();
        let config = load(&folder).unwrap();
        assert_eq!(config.inbox, folder.join("inbox"));
        assert_eq!(config.routes.len(), 1);
        let kind = &config.destinations["splio"].kind;
        assert!(matches!(kind, DestinationKind::Folder { path } if *path == folder.join("outbox")));
        for name in FOLDERS {
            assert!(folder.join(name).is_dir(), "{name}");
        }
        assert!(folder.join(SCHEMA_FILE_NAME).is_file());
    }

    #[test]
    fn the_sftp_destination_of_the_template_loads_without_its_comment_signs() {
        let (before, after) = TEMPLATE.split_once("[destinations.splio]").unwrap();
        let (_, sftp) = after.split_once("# [destinations.splio]").unwrap();
        let (sftp, _) = sftp.split_once("\n\n").unwrap();
        let sftp: String = sftp
            .lines()
            .filter_map(|line| line.strip_prefix("# "))
            .filter(|line| line.contains(" = "))
            .map(|line| format!("{line}\n"))
            .collect();
        let text = format!("{before}\n[destinations.splio]\n{sftp}");
        let config = parse(text, Path::new("/p/passeur.toml")).unwrap();
        assert!(matches!(config.destinations["splio"].kind, DestinationKind::Sftp(_)));
    }

    #[test]
    fn the_retention_of_the_template_loads_without_its_comment_signs() {
        let (_, retention) = TEMPLATE.split_once("# [retention]\n").unwrap();
        let lines = retention.lines().filter_map(|line| line.strip_prefix("# "));
        let text = format!("[retention]\n{}\n", lines.collect::<Vec<_>>().join("\n"));
        let terms = parse(text, Path::new("/p/passeur.toml")).unwrap().retention;
        assert!([terms.exports, terms.outbound, terms.reports, terms.receipts].iter().all(Option::is_some));
    }

    #[test]
    fn a_config_that_exists_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE_NAME), "mine").unwrap();
        assert!(matches!(plan(folder.path()), Err(InitError::Exists(_))));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_config_that_appears_after_the_plan_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let plan = plan(folder.path()).unwrap();
        fs::write(folder.path().join(FILE_NAME), "mine").unwrap();
        assert!(matches!(plan.execute(), Err(InitError::Exists(_))));
        assert_eq!(fs::read_to_string(folder.path().join(FILE_NAME)).unwrap(), "mine");
    }

    #[test]
    fn folders_that_exist_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("inbox")).unwrap();
        fs::write(folder.path().join("inbox/members.csv"), "x").unwrap();
        let plan = plan(folder.path()).unwrap();
        assert!(!plan.folders.contains(&folder.path().join("inbox")));
        plan.execute().unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("inbox/members.csv")).unwrap(), "x");
    }

    #[test]
    fn a_file_in_the_place_of_a_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("outbox"), "x").unwrap();
        assert!(matches!(plan(folder.path()), Err(InitError::NotAFolder(path)) if path.ends_with("outbox")));
    }

    #[cfg(unix)]
    #[test]
    fn a_new_project_is_private() {
        use std::os::unix::fs::MetadataExt;
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("club");
        plan(&folder).unwrap().execute().unwrap();
        let mode = |name: &str| fs::metadata(folder.join(name)).unwrap().mode() & 0o777;
        assert_eq!((mode(""), mode("inbox"), mode(FILE_NAME)), (0o700, 0o700, 0o600));
    }
}
