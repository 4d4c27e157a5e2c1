//! What is wrong with a config, as a person reads it.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::PathBuf;

use thiserror::Error;

use super::source::{Excerpt, Source};

/// Why a config cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// There is none.
    #[error(
        "no passeur.toml in {} or in a folder above it: run `passeur init` to write one, or name it with --config",
        .0.display()
    )]
    NotFound(PathBuf),
    /// The file that was named is not there.
    #[error("{}: no such file: run `passeur init` to write a config, or check the path", .0.display())]
    NoSuchFile(PathBuf),
    /// It cannot be read.
    #[error("{}: cannot read this file: {source}", .file.display())]
    CannotRead {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A folder, a device, a pipe.
    #[error("{}: not a regular file", .0.display())]
    NotAFile(PathBuf),
    /// Larger than any config.
    #[error("{}: {bytes} bytes is too large for a config (at most {limit}): is this the right file?", .file.display())]
    TooLarge {
        /// The file.
        file: PathBuf,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// Not UTF-8.
    #[error("{}:{line}: not UTF-8 text: save the file as UTF-8", .file.display())]
    NotText {
        /// The file.
        file: PathBuf,
        /// The first line that is not.
        line: usize,
    },
    /// It says something that cannot be.
    #[error("{0}")]
    Invalid(Problems),
}

/// All that is wrong with a config, in the order of the file.
#[derive(Debug)]
pub struct Problems {
    file: PathBuf,
    problems: Vec<Problem>,
}

/// One thing that is wrong, with its place. Secrets are masked already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    at: usize,
    excerpt: Excerpt,
    message: String,
    notes: Vec<String>,
}

impl Problem {
    pub(super) fn new(source: &Source, at: &Range<usize>, message: impl Into<String>) -> Self {
        // A message may end with further lines: they are notes.
        let message = message.into();
        let mut lines = message.lines().map(str::to_owned);
        let first = lines.next().unwrap_or_default();
        Problem { at: at.start, excerpt: source.excerpt(at), message: first, notes: lines.collect() }
    }

    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// "did you mean", if there is something near.
    pub(super) fn suggest<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match crate::suggest::nearest(word, known) {
            Some(near) => self.note(format!("did you mean `{near}`?")),
            None => self,
        }
    }

    /// Line in the file, from 1.
    pub fn line(&self) -> usize {
        self.excerpt.line
    }

    /// Column in the line, in characters, from 1.
    pub fn column(&self) -> usize {
        self.excerpt.column
    }

    /// What is wrong, in one sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What is allowed, and what was probably meant.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

impl Problems {
    /// `Err` if there is any problem.
    pub(super) fn result(source: &Source, mut problems: Vec<Problem>) -> Result<(), ConfigError> {
        if problems.is_empty() {
            return Ok(());
        }
        problems.sort_by_key(|problem| problem.at);
        problems.dedup();
        Err(ConfigError::Invalid(Problems { file: source.file.clone(), problems }))
    }

    /// Each of them, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            let Problem { excerpt, message, notes, .. } = problem;
            let margin = " ".repeat(excerpt.line.to_string().len());
            writeln!(f, "error: {message}")?;
            writeln!(f, "{margin}--> {}:{}:{}", self.file.display(), excerpt.line, excerpt.column)?;
            writeln!(f, "{margin} |")?;
            writeln!(f, "{} | {}", excerpt.line, excerpt.text)?;
            writeln!(f, "{margin} | {}{}", " ".repeat(excerpt.indent), "^".repeat(excerpt.width))?;
            for note in notes {
                writeln!(f, "{margin} = {note}")?;
            }
            writeln!(f)?;
        }
        match self.problems.len() {
            1 => write!(f, "1 error in {}", self.file.display()),
            count => write!(f, "{count} errors in {}", self.file.display()),
        }
    }
}
