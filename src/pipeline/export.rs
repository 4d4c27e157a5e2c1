//! One export: from its bytes to staged files and a rejected-rows file.

use std::io;
use std::path::{Path, PathBuf};

use encoding_rs::{UTF_16BE, UTF_16LE};

use super::carry::{Carrier, Carriers, Commit};
use super::delta::{Delta, Tally};
use super::project::{Project, is_model};
use super::walk::{RawRow, walk};
use crate::check::keys::SeenKeys;
use crate::check::rows::RowChecker;
use crate::config::Send;
use crate::fault;
use crate::finding::{Finding, Language};
use crate::outbound::staged::{Output, Part, Stager};
use crate::reading::recognise::{self, Asked, Opened, Refused};
use crate::reading::survey::Survey;
use crate::review::causes::Causes;
use crate::review::diagnosis::{BadRow, Diagnostics};
use crate::review::rejected::{Endian, Finished, RejectedFormat, RejectedWriter};
use crate::review::summary::Used;
use crate::schema::LineEnd;
use crate::store::{BatchId, Store};
use crate::transform::map::Map;

/// Where the results of an export go.
pub struct Target<'a> {
    /// Staged files: in this folder, their names beginning with the stem. `None`: rows are only counted.
    pub staged: Option<(&'a Path, &'a str)>,
    /// The rejected-rows file. `None`: none is written.
    pub rejected: Option<PathBuf>,
    /// What was sent, for routes that do not send everything. `None`: nothing was.
    pub store: Option<&'a Store>,
}

/// What one export gave.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The schema that it was read with.
    pub schema: Option<String>,
    /// The schema that fitted second best.
    pub runner_up: Option<String>,
    /// How its bytes were read.
    pub encoding: Option<Used>,
    /// How its cells were separated.
    pub delimiter: Option<Used>,
    /// Data rows.
    pub rows: u64,
    /// Rows that are in no outbound file.
    pub rejected: u64,
    /// What was wrong, grouped.
    pub causes: Causes,
    /// Why nothing of it was used.
    pub refused: Vec<Finding>,
    /// The rejected-rows file.
    pub rejected_file: Option<Finished>,
    /// What each route got.
    pub routes: Vec<RouteOutcome>,
}

/// What one route got from an export.
#[derive(Debug)]
pub struct RouteOutcome {
    /// Position in [`Project::routes`].
    pub route: usize,
    /// Its files.
    pub parts: Vec<Part>,
    /// The comparison with what was sent, where the route does not send everything.
    pub tally: Option<Tally>,
    /// For each file, the rows that it takes.
    pub batches: Vec<BatchId>,
}

/// Processes one export.
///
/// # Errors
/// The system's; staged files are removed then. What is wrong with the export itself is in the outcome.
pub fn process(path: &Path, survey: &Survey, project: &Project, target: &Target<'_>) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    // What the spreadsheet of the people who get the rejected rows opens.
    let workbook_delimiter = Some(if project.config.language == Language::En { b',' } else { b';' });
    let asked = Asked { workbook_delimiter, ..Asked::default() };
    let opened = match recognise::open(path, survey, &project.sources, asked) {
        Ok(opened) => opened,
        Err(Refused::Io(error)) => return Err(error),
        Err(Refused::Findings(findings, schema)) => {
            outcome.schema = schema.map(|schema| schema.name.clone());
            outcome.refuse(findings);
            return Ok(outcome);
        }
    };
    outcome.schema = Some(opened.schema.name.clone());
    outcome.runner_up = opened.runner_up.clone();
    outcome.encoding = Some(Used {
        value: opened.encoding.encoding.name().to_owned(),
        why: opened.encoding.why.key().to_owned(),
    });
    outcome.delimiter = Some(Used {
        value: char::from(opened.form.form.delimiter).to_string(),
        why: opened.form.delimiter_why.key().to_owned(),
    });
    opened.warnings.iter().for_each(|warning| outcome.causes.add(warning));
    let (carriers, mut commits) = carriers(&opened, project, target)?;
    let discard = |commits: Vec<Commit<'_>>| commits.into_iter().for_each(|commit| commit.stager.discard());
    let fatal = match rows(opened, project, target, &carriers, &mut commits, &mut outcome) {
        Ok(fatal) => fatal,
        Err(error) => {
            discard(commits);
            return Err(error);
        }
    };
    if !fatal.is_empty() {
        discard(commits);
        outcome.refuse(fatal);
        return Ok(outcome);
    }
    for (carrier, commit) in carriers.0.into_iter().zip(commits) {
        let parts = commit.stager.finish()?;
        let (tally, batches) = match commit.delta.map(Delta::finish).transpose().map_err(io::Error::other)? {
            Some((tally, batches)) => (Some(tally), batches),
            None => (None, Vec::new()),
        };
        outcome.routes.push(RouteOutcome { route: carrier.index, parts, tally, batches });
    }
    fault::point("outbound-files-written");
    Ok(outcome)
}

impl Outcome {
    /// By route, what the comparison with what was sent found.
    pub fn tallies<'p>(&'p self, project: &'p Project) -> impl Iterator<Item = (&'p str, &'p Tally)> {
        self.routes.iter().filter_map(|outcome| {
            let route = project.routes.get(outcome.route)?;
            Some((route.config.name.as_str(), outcome.tally.as_ref()?))
        })
    }

    fn refuse(&mut self, findings: Vec<Finding>) {
        findings.iter().for_each(|finding| self.causes.add(finding));
        self.refused = findings;
    }
}

fn carriers<'a>(
    opened: &Opened,
    project: &Project,
    target: &Target<'a>,
) -> io::Result<(Carriers, Vec<Commit<'a>>)> {
    let mut carriers = Vec::new();
    let mut commits = Vec::new();
    for (index, route) in project.routes.iter().enumerate() {
        if route.source.name != opened.schema.name {
            continue;
        }
        // The config check has compiled the same map and written the same header.
        let map = Map::compile(&route.config.columns, &route.source, &route.target, route.zones).map_err(
            |errors| io::Error::other(errors.first().map(|(_, error)| error.to_string()).unwrap_or_default()),
        )?;
        let output = match target.staged {
            None => Output::Nowhere,
            Some((folder, stem)) => {
                Output::Files { folder: folder.to_owned(), stem: format!("{stem}-{}", route.config.name) }
            }
        };
        let stager = Stager::new(&route.target, output)
            .map_err(|_| io::Error::other("a column name of the schema cannot be written in its encoding"))?;
        let delta = match target.store {
            Some(store) if route.config.send != Send::All => {
                let baseline = store.baseline(&route.config.name).map_err(io::Error::other)?;
                Some(Delta::new(baseline, route.config.send, &route.target, is_model(&route.source.name)))
            }
            _ => None,
        };
        carriers.push(Carrier::new(index, &route.config.name, map, delta.is_some()));
        commits.push(Commit { stager, delta, seen: SeenKeys::default() });
    }
    Ok((Carriers(carriers), commits))
}

/// Walks over the rows. The findings returned forbid the whole file.
fn rows(
    opened: Opened,
    project: &Project,
    target: &Target<'_>,
    carriers: &Carriers,
    commits: &mut [Commit<'_>],
    outcome: &mut Outcome,
) -> io::Result<Vec<Finding>> {
    let mut rejects = target.rejected.as_ref().map(|path| rejected_writer(path, &opened, project));
    let source = RowChecker::new(&opened.schema);
    let encoding = opened.encoding;
    outcome.causes.diagnose(Diagnostics::new(&opened.schema, &opened.layout));
    let walked = walk(opened, &source, carriers, |mut row, findings| {
        // A row goes to all routes or to none: a rejected row reaches no outbound file.
        let mut carried = row.accepted;
        for (index, commit) in commits.iter().enumerate() {
            carried &= !row.accepted || commit.keys_are_free(index, &mut row, findings);
        }
        if carried {
            for (index, commit) in commits.iter_mut().enumerate() {
                commit.take(index, &mut row)?;
            }
        }
        if !findings.is_empty() {
            let raw = row.raw;
            outcome.causes.row(findings, &BadRow { cells: &row.cells(), columns: &|| raw.texts(encoding) });
        }
        if !carried && !row.blank {
            outcome.rejected += 1;
            if let Some(rejects) = &mut rejects {
                rejects.row(row.place.line, findings, row.raw.bytes())?;
            }
        }
        Ok(carried)
    })?;
    outcome.rows = walked.rows;
    outcome.causes.conclude(&walked.columns);
    if walked.fatal.is_empty()
        && let Some(rejects) = rejects
    {
        outcome.rejected_file = rejects.finish()?;
        fault::point("rejected-rows-written");
    }
    Ok(walked.fatal)
}

fn rejected_writer(path: &Path, opened: &Opened, project: &Project) -> RejectedWriter {
    let encoding = opened.encoding.encoding;
    let utf16 = match encoding {
        _ if encoding == UTF_16LE => Some(Endian::Little),
        _ if encoding == UTF_16BE => Some(Endian::Big),
        _ => None,
    };
    let format = RejectedFormat {
        delimiter: opened.form.form.delimiter,
        quote: opened.form.form.quote.unwrap_or(b'"'),
        // Bytes of other multi-byte encodings are handed over as UTF-8.
        encoding: if opened.encoding.is_splittable() { encoding } else { encoding_rs::UTF_8 },
        utf16,
        line_end: if opened.form.crlf { LineEnd::CrLf } else { LineEnd::Lf },
    };
    let mut writer = RejectedWriter::create(path, format, project.config.language);
    let header = opened.passed.checked_sub(1).and_then(|header| opened.first.rows.get(header));
    if let Some(header) = header {
        writer.header(RawRow::new(&opened.first, header, opened.layout.own).bytes());
    }
    writer
}
