//! One export: from its bytes to staged files and a rejected-rows file.

use std::io;
use std::path::{Path, PathBuf};

use encoding_rs::{UTF_16BE, UTF_16LE};

use super::project::Project;
use super::walk::{Seen, raw, walk};
use crate::check::cell::Problem;
use crate::check::form::{Place, of_row};
use crate::check::rows::{Cells, RowChecker};
use crate::finding::{FieldRef, Finding, Reason, Severity, shown};
use crate::outbound::dialect::Unwritable;
use crate::outbound::staged::{Output, Part, Stager};
use crate::reading::header::Layout;
use crate::reading::recognise::{self, Asked, Opened, Refused};
use crate::reading::survey::Survey;
use crate::review::causes::Causes;
use crate::review::rejected::{Endian, Finished, RejectedFormat, RejectedWriter};
use crate::review::summary::Used;
use crate::schema::LineEnd;
use crate::transform::map::Map;
use crate::transform::row::OutRow;

/// Where the results of an export go.
pub struct Target<'a> {
    /// Staged files: in this folder, their names beginning with the stem. `None`: rows are only counted.
    pub staged: Option<(&'a Path, &'a str)>,
    /// The rejected-rows file. `None`: none is written.
    pub rejected: Option<PathBuf>,
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
}

/// Processes one export.
///
/// # Errors
/// The system's; staged files are removed then. What is wrong with the export itself is in the outcome.
pub fn process(path: &Path, survey: &Survey, project: &Project, target: &Target<'_>) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    let opened = match recognise::open(path, survey, &project.sources, Asked::default()) {
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
    let mut carriers = carriers(&opened, project, target)?;
    let walked = rows(opened, project, target, &mut carriers, &mut outcome);
    let fatal = match walked {
        Ok(fatal) => fatal,
        Err(error) => {
            carriers.into_iter().for_each(|carrier| carrier.stager.discard());
            return Err(error);
        }
    };
    if !fatal.is_empty() {
        carriers.into_iter().for_each(|carrier| carrier.stager.discard());
        outcome.refuse(fatal);
        return Ok(outcome);
    }
    for carrier in carriers {
        let parts = carrier.stager.finish()?;
        outcome.routes.push(RouteOutcome { route: carrier.index, parts });
    }
    Ok(outcome)
}

impl Outcome {
    fn refuse(&mut self, findings: Vec<Finding>) {
        findings.iter().for_each(|finding| self.causes.add(finding));
        self.refused = findings;
    }
}

/// Carries the rows of an export along one route.
struct Carrier {
    index: usize,
    /// Name of the route.
    route: String,
    map: Map,
    checker: RowChecker,
    stager: Stager,
    /// The row being made, its problems, and its bytes; used again for every row.
    out: OutRow,
    problems: Vec<(usize, Problem)>,
    encoded: Vec<u8>,
}

fn carriers(opened: &Opened, project: &Project, target: &Target<'_>) -> io::Result<Vec<Carrier>> {
    let mut carriers = Vec::new();
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
        let checker = RowChecker::new(&route.target);
        carriers.push(Carrier {
            index,
            route: route.config.name.clone(),
            map,
            checker,
            stager,
            out: OutRow::default(),
            problems: Vec::new(),
            encoded: Vec::new(),
        });
    }
    Ok(carriers)
}

/// Walks over the rows. The findings returned forbid the whole file.
fn rows(
    opened: Opened,
    project: &Project,
    target: &Target<'_>,
    carriers: &mut [Carrier],
    outcome: &mut Outcome,
) -> io::Result<Vec<Finding>> {
    let mut rejects = target.rejected.as_ref().map(|path| rejected_writer(path, &opened, project));
    let mut source = RowChecker::new(&opened.schema);
    let walked = walk(opened, &mut source, |seen, findings| {
        // A row goes to all routes or to none: a rejected row reaches no outbound file.
        let mut carried = seen.accepted;
        if seen.accepted {
            for carrier in carriers.iter_mut() {
                carried &= carrier.prepare(&seen, findings);
            }
        }
        if carried {
            carriers.iter_mut().try_for_each(|carrier| carrier.commit(seen.place))?;
        }
        findings.iter().for_each(|finding| outcome.causes.add(finding));
        if !carried && !seen.blank {
            outcome.rejected += 1;
            if let Some(rejects) = &mut rejects {
                rejects.row(seen.place.line, findings, seen.cells.raw())?;
            }
        }
        Ok(carried)
    })?;
    outcome.rows = walked.rows;
    if walked.fatal.is_empty()
        && let Some(rejects) = rejects
    {
        outcome.rejected_file = rejects.finish()?;
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
        writer.header(raw(&opened.first, header, opened.layout.own));
    }
    writer
}

impl Carrier {
    /// Transforms, checks and encodes one row. `false`: it is refused, and the findings say why.
    fn prepare(&mut self, seen: &Seen<'_>, findings: &mut Vec<Finding>) -> bool {
        let before = findings.len();
        self.map.apply(seen.cells, seen.checker.values(), &mut self.out, &mut self.problems);
        let map = &self.map;
        let name = |field: usize| target_ref(map, seen.layout, field);
        for (field, mut problem) in self.problems.drain(..) {
            if problem.reason == Reason::ValueUnmapped {
                problem = problem
                    .with("route", self.route.as_str())
                    .with("column", &*map.target().fields[field].name);
            }
            findings.push(of_cell(problem, seen.place, name(field), self.out.text(field)));
        }
        if findings.len() == before {
            self.checker.check(&self.out, seen.place, &name, findings);
        }
        if findings[before..].iter().any(|finding| finding.severity == Severity::Error) {
            return false;
        }
        self.encoded.clear();
        if let Err(unwritable) = self.stager.encode(&self.out, &mut self.encoded) {
            let (field, problem) = unwritable_problem(unwritable, self.stager.encoding().name());
            findings.push(of_cell(problem, seen.place, name(field), self.out.text(field)));
            return false;
        }
        true
    }

    /// Stages the row prepared last.
    fn commit(&mut self, place: Place) -> io::Result<()> {
        self.checker.accept(place);
        self.stager.push(&self.encoded)
    }
}

fn of_cell(problem: Problem, place: Place, field: FieldRef, text: &str) -> Finding {
    let mut finding = of_row(problem.reason, place, problem.args);
    finding.field = Some(field);
    finding.cell = Some(shown(text));
    finding
}

fn unwritable_problem(unwritable: Unwritable, encoding: &str) -> (usize, Problem) {
    match unwritable {
        Unwritable::Character { field, character } => {
            let args = vec![("character", character.to_string().into()), ("encoding", encoding.into())];
            (field, Problem { reason: Reason::Unwritable, args })
        }
        Unwritable::NeedsQuotes { field, character } => {
            let args = vec![("character", character.escape_debug().to_string().into())];
            (field, Problem { reason: Reason::NeedsQuotes, args })
        }
    }
}

/// How a finding about an outbound cell names its column: the person looks at the export, so the column of the export
/// comes first.
fn target_ref(map: &Map, layout: &Layout, field: usize) -> FieldRef {
    let target = map.target().fields.get(field).map_or("", |field| &field.name);
    match map.origin(field).first() {
        Some(source) => {
            let source = layout.field_ref_of(*source);
            let name = format!("{} → {target}", source.name).into();
            FieldRef { number: source.number, name }
        }
        None => FieldRef { number: None, name: target.into() },
    }
}
