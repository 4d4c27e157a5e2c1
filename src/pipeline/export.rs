//! One export: from its bytes to staged files and a rejected-rows file.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use encoding_rs::{UTF_16BE, UTF_16LE};

use super::carry::{Carrier, Carriers, Commit, Compared, Sink};
use super::delta::{Delta, Tally};
use super::full::Full;
use super::project::{Project, is_model};
use super::snapshot;
use super::unwanted::Unwanted;
use super::walk::{RawRow, walk};
use chrono::NaiveDate;

use crate::amilia::{Changes, Kind, Loader, Mode, RowFate, known};
use crate::check::form::of_row;
use crate::check::keys::SeenKeys;
use crate::check::rows::RowChecker;
use crate::config::{self, Send};
use crate::fault;
use crate::finding::{Arg, Finding, Language, Reason, Severity};
use crate::outbound::staged::{Output, Part, Stager};
use crate::reading::recognise::{self, Asked, Opened, Refused};
use crate::reading::survey::Survey;
use crate::review::causes::Causes;
use crate::review::diagnosis::{BadRow, Diagnostics};
use crate::review::rejected::{Endian, Finished, RejectedFormat, RejectedWriter};
use crate::review::summary::Used;
use crate::schema::{Field, LineEnd, Schema, Zone};
use crate::store::{BatchId, Store};
use crate::transform::map::Map;

/// Where the results of an export go.
pub struct Target<'a> {
    /// Staged files: in this folder, their names beginning with the stem. `None`: rows are only counted.
    pub staged: Option<(&'a Path, &'a str)>,
    /// The rejected-rows file. `None`: none is written.
    pub rejected: Option<PathBuf>,
    /// What was sent, and the customer base; the caller has a transaction open. `None`: neither is there.
    pub store: Option<&'a Store>,
    /// The schemas that the file may follow.
    pub sources: &'a [Arc<Schema>],
    /// The day of the run, in the project's zone.
    pub today: NaiveDate,
    /// What an export for the customer base holds.
    pub mode: Mode,
    /// The routes get the rows; without, the customer base alone does (the same content came before).
    pub routes: bool,
    /// Routes that send all that they have, also what they sent before.
    pub full: &'a Full,
    /// These alone get the rows: for the others nothing has changed.
    pub full_alone: bool,
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
    /// The sheet, if it is a workbook.
    pub sheet: Option<String>,
    /// Data rows.
    pub rows: u64,
    /// Rows that are in no outbound file.
    pub rejected: u64,
    /// Rows that nothing is wrong with and that files must not have all the same, by the key of the reason.
    pub left_out: BTreeMap<&'static str, u64>,
    /// What was wrong, grouped.
    pub causes: Causes,
    /// Why nothing of it was used.
    pub refused: Vec<Finding>,
    /// The rejected-rows file.
    pub rejected_file: Option<Finished>,
    /// What each route got.
    pub routes: Vec<RouteOutcome>,
    /// What it changed in the customer base.
    pub snapshot: Option<(Kind, Changes)>,
    /// It cannot be read before an export of people was.
    pub parked: bool,
    /// Lines whose key another line has with other content.
    pub(super) contradicted: BTreeMap<u64, u64>,
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

/// Processes one export. What is refused, or fails, leaves nothing in the store.
///
/// # Errors
/// The system's; staged files are removed then. What is wrong with the export itself is in the outcome.
pub fn process(path: &Path, survey: &Survey, project: &Project, target: &Target<'_>) -> io::Result<Outcome> {
    let Some(store) = target.store else { return attempt(path, survey, project, target, &BTreeMap::new()) };
    let back = || store.back_to_mark().map_err(io::Error::other);
    store.mark().map_err(io::Error::other)?;
    let mut done = attempt(path, survey, project, target, &BTreeMap::new());
    if let Ok(first) = &done
        && !first.contradicted.is_empty()
    {
        // The earlier of two rows that contradict each other was taken before the later one came: again, without both.
        for part in first.routes.iter().flat_map(|route| &route.parts).filter_map(|part| part.path.as_ref()) {
            std::fs::remove_file(part)?;
        }
        if let Some(file) = &first.rejected_file {
            std::fs::remove_file(&file.path)?;
        }
        back()?;
        done = attempt(path, survey, project, target, &first.contradicted);
    }
    if !matches!(&done, Ok(outcome) if outcome.refused.is_empty()) {
        back()?;
    }
    store.forget_mark().map_err(io::Error::other)?;
    done
}

fn attempt(
    path: &Path,
    survey: &Survey,
    project: &Project,
    target: &Target<'_>,
    contradicted: &BTreeMap<u64, u64>,
) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    // What the spreadsheet of the people who get the rejected rows opens.
    let workbook_delimiter = Some(if project.config.language == Language::En { b',' } else { b';' });
    let asked = Asked { workbook_delimiter, ..Asked::default() };
    let opened = match recognise::open(path, survey, target.sources, asked) {
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
    outcome.encoding = Some(Used::encoding(&opened));
    outcome.delimiter = Some(Used::delimiter(&opened));
    outcome.sheet = opened.sheet.clone();
    outcome.causes.extend(&opened.warnings);
    if let (Some(store), Some(Kind::Registrations | Kind::Memberships)) =
        (target.store, snapshot::kind(project, &opened.schema.name))
        && !known(store.connection(), Kind::People).map_err(io::Error::other)?
    {
        outcome.parked = true;
        return Ok(outcome);
    }
    let (carriers, mut commits) = carriers(&opened, project, target)?;
    let discard = |commits: Vec<Commit<'_>>| {
        for commit in commits {
            if let Sink::Files { stager, .. } = commit.sink {
                stager.discard();
            }
        }
    };
    let fatal = match rows(opened, project, target, &carriers, &mut commits, contradicted, &mut outcome) {
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
    for (carrier, commit) in carriers.routes.into_iter().zip(commits) {
        let (stager, delta) = match commit.sink {
            Sink::Files { stager, delta } => (stager, delta),
            Sink::Snapshot { kind, loader, .. } => {
                outcome.snapshot = Some((kind, loader.finish().map_err(io::Error::other)?));
                continue;
            }
        };
        let parts = stager.finish()?;
        let (tally, batches) =
            match delta.map(|delta| delta.finish()).transpose().map_err(io::Error::other)? {
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
        self.causes.extend(&findings);
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
        let unchanged = target.full_alone && !target.full.has(index);
        if route.source.name != opened.schema.name || !target.routes || unchanged {
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
                let complete = is_model(&route.source.name);
                let delta = Delta::new(baseline, route.config.send, &route.target, complete);
                Some(Box::new(if target.full.has(index) { delta.in_full() } else { delta }))
            }
            _ => None,
        };
        let compare = &route.config.compare;
        let compared = |field: &Field| compare.is_empty() || compare.iter().any(|name| **name == *field.name);
        let compared = delta.is_some().then(|| Compared {
            key: route.config.key_fields(&route.target),
            counts: route.target.fields.iter().map(compared).collect(),
        });
        let removes =
            route.target.rules.removes_addresses || route.config.mode == Some(config::Mode::Unsubscribe);
        let carrier = Carrier::new(index, &route.config.name, map, compared);
        carriers.push(carrier.removing_addresses(removes));
        commits.push(Commit {
            sink: Sink::Files { stager: Box::new(stager), delta },
            seen: SeenKeys::default(),
        });
    }
    let only_removals = carriers.iter().all(Carrier::is_removing_addresses);
    let kept = project.config.customer_base.as_ref().zip(snapshot::kind(project, &opened.schema.name));
    if let (Some(store), Some((settings, kind))) = (target.store, kept) {
        let map = snapshot::map(kind, &opened.schema, Zone::Named(project.config.time_zone))
            .map_err(io::Error::other)?;
        let loader = Loader::begin(store.connection(), kind, target.mode, target.today, settings)
            .map_err(io::Error::other)?;
        let key = match opened.schema.primary_key.as_slice() {
            [key] => Some(*key),
            _ => None,
        };
        carriers.push(Carrier::snapshot(map, loader.reader()));
        commits.push(Commit {
            sink: Sink::Snapshot { kind, loader: Box::new(loader), key },
            seen: SeenKeys::default(),
        });
    }
    let maps: Vec<&Map> = carriers.iter().filter_map(Carrier::map).collect();
    let unwanted = Unwanted::of(&opened.schema, &maps, only_removals, project, target.store)?;
    Ok((Carriers::new(carriers, unwanted), commits))
}

/// Walks over the rows. The findings returned forbid the whole file.
fn rows(
    opened: Opened,
    project: &Project,
    target: &Target<'_>,
    carriers: &Carriers,
    commits: &mut [Commit<'_>],
    contradicted: &BTreeMap<u64, u64>,
    outcome: &mut Outcome,
) -> io::Result<Vec<Finding>> {
    let mut rejects = target.rejected.as_ref().map(|path| rejected_writer(path, &opened, project));
    let source = RowChecker::new(&opened.schema);
    let key_names: Vec<_> =
        opened.schema.primary_key.iter().map(|field| opened.layout.field_ref_of(*field).name).collect();
    let key_names = key_names.join(", ");
    let encoding = opened.encoding;
    outcome.causes.diagnose(Diagnostics::new(&opened.schema, &opened.layout));
    let walked = walk(opened, &source, carriers, |mut row, findings| {
        // A row goes to all routes or to none: a rejected row reaches no outbound file.
        let mut carried = row.accepted;
        if let Some(other) = contradicted.get(&row.place.line) {
            findings.retain(|finding| finding.reason != Reason::KeyDuplicate);
            let args = vec![("fields", key_names.as_str().into()), ("other", (*other).into())];
            findings.push(of_row(Reason::KeyContradicted, row.place, args));
            carried = false;
        }
        for (index, commit) in commits.iter().enumerate() {
            carried &= !row.accepted || commit.keys_are_free(index, &mut row, findings);
        }
        let first = findings.iter().find_map(earlier_line);
        for (index, commit) in commits.iter_mut().enumerate() {
            // A key that comes twice with other content is a contradiction: neither row counts (amilia 9.2).
            let asked = carried || (first.is_some() && contradicted.is_empty());
            match if asked { commit.admit(index, &row)? } else { None } {
                Some(RowFate::UnknownPerson(id)) => {
                    findings.push(of_row(
                        Reason::PersonUnknown,
                        row.place,
                        vec![("id", id.unsigned_abs().into())],
                    ));
                    carried = false;
                }
                Some(RowFate::UnknownAccount(id)) => {
                    findings.push(of_row(
                        Reason::AccountUnknown,
                        row.place,
                        vec![("id", id.unsigned_abs().into())],
                    ));
                    carried = false;
                }
                Some(RowFate::Conflict) => {
                    let line = row.place.line;
                    outcome.contradicted.insert(line, first.unwrap_or(line));
                    outcome.contradicted.insert(first.unwrap_or(line), line);
                    carried = false;
                }
                Some(_) => {}
                None if !carried && !row.blank => commit.refused(&mut row)?,
                None => {}
            }
        }
        if carried {
            let unwanted = carriers.unwanted(&mut row);
            let takes = |index| unwanted.as_ref().is_none_or(|(reason, _)| carriers.take(index, *reason));
            let (mut taken, mut left_out) = (false, false);
            for (index, commit) in commits.iter_mut().enumerate() {
                if takes(index) {
                    commit.take(index, &mut row)?;
                    taken = true;
                } else {
                    left_out |= matches!(commit.sink, Sink::Files { .. });
                }
            }
            if let Some((reason, args)) = unwanted.filter(|_| left_out || !taken) {
                *outcome.left_out.entry(reason.key()).or_default() += 1;
                let mut finding = of_row(reason, row.place, args);
                finding.severity = Severity::Warning;
                findings.push(finding);
            }
        }
        let raw = row.raw;
        let causes = if findings.is_empty() {
            &[]
        } else {
            let bad = BadRow { cells: &row.cells(), columns: &|| raw.texts(encoding) };
            outcome.causes.row(findings, &bad)
        };
        if !carried && !row.blank {
            outcome.rejected += 1;
            if let Some(rejects) = &mut rejects {
                rejects.row(row.place.line, findings, causes, raw.bytes())?;
            }
        }
        Ok(carried)
    })?;
    outcome.rows = walked.rows;
    outcome.causes.conclude(&walked.columns);
    outcome.causes.extend(&walked.warnings);
    if walked.fatal.is_empty()
        && let Some(rejects) = rejects
    {
        outcome.rejected_file = rejects.finish()?;
        fault::point("rejected-rows-written");
    }
    Ok(walked.fatal)
}

/// The line of the row that has the same key, if that is what a finding says.
fn earlier_line(finding: &Finding) -> Option<u64> {
    (finding.reason == Reason::KeyDuplicate).then_some(())?;
    finding.args.iter().find_map(|(name, arg)| match arg {
        Arg::Number(line) if *name == "first" => Some(*line),
        _ => None,
    })
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
