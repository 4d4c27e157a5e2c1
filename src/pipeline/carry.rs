//! A row along the routes of its export: through the column map, against the target schema, into bytes.
//!
//! All that needs no other row is done where the row's chunk is ([`Carriers`]); keys are looked up, and bytes staged, in order
//! ([`Commit`]).

use std::io;
use std::sync::Arc;

use crate::amilia::{Entries, Kind, Loader, RowFate, RowReader};

use super::delta::{Delta, Verdict};
use super::unwanted::Unwanted;
use super::walk::{Ordered, Seen, Work};
use crate::check::cell::Problem;
use crate::check::form::{Place, of_row};
use crate::check::keys::SeenKeys;
use crate::check::rows::{Cells, RowChecker};
use crate::finding::{Args, FieldRef, Finding, Reason, Severity, shown};
use crate::hash;
use crate::outbound::dialect::{RowWriter, Unwritable};
use crate::outbound::replace::Replacer;
use crate::outbound::staged::Stager;
use crate::reading::header::Layout;
use crate::schema::value::Value;
use crate::store::CELL;
use crate::transform::map::Map;
use crate::transform::row::OutRow;

/// All routes of an export.
#[derive(Debug, Clone)]
pub struct Carriers {
    /// Them.
    pub routes: Vec<Carrier>,
    unwanted: Option<Arc<Unwanted>>,
}

/// One route.
#[derive(Debug, Clone)]
pub struct Carrier {
    /// Position in the project's routes.
    pub index: usize,
    route: String,
    /// Its files take addresses away, so that unsubscribed ones may be in them.
    removes_addresses: bool,
    map: Map,
    checker: RowChecker,
    writer: RowWriter,
    out: OutRow,
    problems: Vec<(usize, Problem)>,
    /// Replaces what the encoding lacks, where the target wants that.
    replacer: Option<Replacer>,
    /// Fields whose wrong values are dropped (`passeur.invalid = "drop"`).
    dropping: Vec<usize>,
    /// What is compared with what was sent, where that is remembered.
    compared: Option<Compared>,
    /// Of the customer base: takes its rows apart.
    snapshot: Option<RowReader>,
    /// The row as the customer base compares it.
    line: Vec<u8>,
}

/// The fields of the target by which a row is recognised and compared with what was sent.
#[derive(Debug, Clone)]
pub struct Compared {
    /// What tells rows apart.
    pub key: Vec<usize>,
    /// By position: whether a difference counts.
    pub counts: Vec<bool>,
}

/// What the routes made of the rows of a chunk.
#[derive(Debug, Default)]
pub struct Carried {
    chunks: Vec<CarriedChunk>,
    /// By row: no file takes it.
    unwanted: Vec<bool>,
}

impl Carried {
    /// What the route at `index` made of them.
    fn of(&self, index: usize) -> Option<&CarriedChunk> {
        self.chunks.get(index)
    }
}

/// What one route made of the rows of a chunk.
#[derive(Debug, Default)]
pub struct CarriedChunk {
    bytes: Vec<u8>,
    /// End of each row in `bytes`; a refused row has none.
    ends: Vec<usize>,
    hashes: Vec<Option<u128>>,
    keys: usize,
    /// Key and cells of each row as the baseline knows them, where the route remembers what was sent.
    known: Vec<u128>,
    cells: Vec<u8>,
    width: usize,
    /// Its rows for the customer base.
    entries: Entries,
}

impl CarriedChunk {
    /// The bytes of a row.
    pub fn bytes(&self, number: usize) -> &[u8] {
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(number).and_then(|end| self.bytes.get(start..*end)).unwrap_or(&[])
    }

    /// The hashes of the keys of a row.
    pub fn hashes(&self, number: usize) -> &[Option<u128>] {
        self.hashes.get(number * self.keys..(number + 1) * self.keys).unwrap_or(&[])
    }

    /// The key and the cells of a row for the baseline.
    fn known(&self, number: usize) -> (u128, &[u8]) {
        let cells = self.cells.get(number * self.width..(number + 1) * self.width).unwrap_or(&[]);
        (self.known.get(number).copied().unwrap_or(0), cells)
    }
}

impl Carriers {
    /// These routes, for an export in which some rows may be unwanted.
    pub(super) fn new(routes: Vec<Carrier>, unwanted: Option<Unwanted>) -> Self {
        Carriers { routes, unwanted: unwanted.map(Arc::new) }
    }

    /// Why no file takes a row that nothing is wrong with.
    pub fn unwanted(&self, row: &mut Ordered<'_, '_, Carriers>) -> Option<(Reason, Args)> {
        let found = row.left.unwanted.get(row.number).is_some_and(|unwanted| *unwanted);
        self.unwanted.as_ref().filter(|_| found)?.why(&row.cells())
    }

    /// Whether the route at this position takes a row that no file takes as a rule.
    pub fn take(&self, index: usize, why: Reason) -> bool {
        why == Reason::AddressUnsubscribed
            && self.routes.get(index).is_some_and(|route| route.removes_addresses)
    }
}

impl Work for Carriers {
    type Left = Carried;

    fn clear(left: &mut Self::Left) {
        left.unwanted.clear();
        for left in &mut left.chunks {
            left.bytes.clear();
            left.ends.clear();
            left.hashes.clear();
            left.known.clear();
            left.cells.clear();
            left.entries.clear();
        }
    }

    fn row(&mut self, seen: &Seen<'_>, left: &mut Self::Left, findings: &mut Vec<Finding>) -> bool {
        left.chunks.resize_with(self.routes.len(), CarriedChunk::default);
        let mut carried = seen.accepted;
        for (carrier, left) in self.routes.iter_mut().zip(&mut left.chunks) {
            left.keys = carrier.checker.keys();
            let wanted = left.hashes.len() + left.keys;
            if seen.accepted {
                carried &= carrier.row(seen, left, findings);
            }
            // A refused row has no keys and no bytes.
            left.hashes.resize(wanted, None);
            left.ends.push(left.bytes.len());
            left.entries.refuse_up_to(left.ends.len());
            if carrier.compared.is_some() {
                left.width = carrier.map.target().fields.len() * CELL;
                left.known.resize(left.ends.len(), 0);
                left.cells.resize(left.ends.len() * left.width, 0);
            }
        }
        let unwanted = self.unwanted.as_ref().filter(|_| carried);
        left.unwanted.push(unwanted.is_some_and(|unwanted| unwanted.why(&seen.cells).is_some()));
        carried
    }
}

impl Carrier {
    /// A route of this name, by its position and its map; with `compared`, its rows are compared with what was sent.
    pub fn new(index: usize, route: &str, map: Map, compared: Option<Compared>) -> Self {
        let checker = RowChecker::new(map.target());
        let writer = RowWriter::new(map.target());
        let dropping = map.target().fields.iter().enumerate();
        let dropping =
            dropping.filter(|(_, field)| field.rules.drop_invalid).map(|(index, _)| index).collect();
        let replacer = Replacer::of(map.target());
        Carrier {
            index,
            route: route.to_owned(),
            removes_addresses: false,
            map,
            checker,
            writer,
            out: OutRow::default(),
            problems: Vec::new(),
            compared,
            replacer,
            dropping,
            snapshot: None,
            line: Vec::new(),
        }
    }

    /// The way into the customer base, by its map: what `reader` makes of its rows is entered.
    pub fn snapshot(map: Map, reader: RowReader) -> Self {
        Carrier { snapshot: Some(reader), ..Carrier::new(usize::MAX, "customer base", map, None) }
    }

    /// The same, with files that take addresses away.
    pub fn removing_addresses(self, removes: bool) -> Self {
        Carrier { removes_addresses: removes, ..self }
    }

    /// Its files take addresses away.
    pub fn is_removing_addresses(&self) -> bool {
        self.removes_addresses
    }

    /// How a route makes its rows; `None`: of the way into the customer base.
    pub fn map(&self) -> Option<&Map> {
        self.snapshot.is_none().then_some(&self.map)
    }

    /// The key of the row worked on last, for people.
    fn key_text(&self) -> String {
        let key = self.compared.iter().flat_map(|compared| &compared.key).map(|field| self.out.text(*field));
        key.collect::<Vec<_>>().join(" · ")
    }

    /// Transforms, checks and encodes one row. `false`: it is refused, and the findings say why.
    fn row(&mut self, seen: &Seen<'_>, left: &mut CarriedChunk, findings: &mut Vec<Finding>) -> bool {
        let before = findings.len();
        self.map.apply(&seen.cells, seen.checker.values(), &mut self.out, &mut self.problems);
        let map = &self.map;
        let name = |field: usize| target_ref(map, seen.layout, field);
        for (field, mut problem) in self.problems.drain(..) {
            if problem.reason == Reason::ValueUnmapped {
                let column = map.target().fields.get(field).map_or("", |field| &*field.name);
                problem = problem.with("route", self.route.as_str()).with("column", column);
            }
            findings.push(of_cell(problem, seen.place, name(field), self.out.text(field)));
        }
        if findings.len() == before {
            if let Some(replacer) = self.replacer {
                replace(replacer, &mut self.out, map.target().fields.len(), |field, problem, text| {
                    let mut finding = of_cell(problem, seen.place, name(field), text);
                    finding.severity = Severity::Warning;
                    findings.push(finding);
                });
            }
            self.checker.check(&self.out, seen.place, &name, findings);
        }
        if findings[before..].iter().any(|finding| finding.severity == Severity::Error) {
            return false;
        }
        // A dropped value leaves no text behind.
        let values = self.checker.values();
        let places: Vec<usize> = self
            .dropping
            .iter()
            .copied()
            .filter(|field| values.get(*field) == Some(&Value::Null) && !self.out.text(*field).is_empty())
            .collect();
        let row = Cleared { row: &self.out, places: &places, text: "" };
        self.line.clear();
        let bytes = if self.snapshot.is_some() { &mut self.line } else { &mut left.bytes };
        if let Err(unwritable) = self.writer.row(&row, bytes) {
            let (field, problem) = unwritable_problem(unwritable, self.writer.encoding_name());
            findings.push(of_cell(problem, seen.place, name(field), self.out.text(field)));
            return false;
        }
        if let Some(reader) = &self.snapshot {
            reader.read(&self.line, &row, &mut left.entries);
        }
        self.checker.hash_keys(&row, &mut left.hashes);
        if let Some(compared) = &self.compared {
            left.known.push(hash::key(compared.key.iter().map(|field| row.text(*field))));
            for (field, counts) in compared.counts.iter().enumerate() {
                let text = if *counts { row.text(field) } else { "" };
                left.cells.extend_from_slice(&hash::cell(text));
            }
        }
        true
    }
}

/// What a route does in the order of the file.
pub struct Commit<'s> {
    /// Where its rows go.
    pub sink: Sink<'s>,
    /// The keys of the rows that it took.
    pub seen: SeenKeys,
}

/// Where the rows of a route go.
pub enum Sink<'s> {
    /// Into outbound files.
    Files {
        /// The files.
        stager: Box<Stager>,
        /// The comparison with what was sent, where the route does not send everything.
        delta: Option<Box<Delta<'s>>>,
    },
    /// Into the customer base.
    Snapshot {
        /// Its kind.
        kind: Kind,
        /// Takes the rows.
        loader: Box<Loader<'s>>,
        /// Position of the column of the export that tells rows apart.
        key: Option<usize>,
    },
}

/// A row whose cells at some places are replaced.
struct Cleared<'a> {
    row: &'a OutRow,
    places: &'a [usize],
    text: &'a str,
}

impl Cells for Cleared<'_> {
    fn text(&self, field: usize) -> &str {
        if self.places.contains(&field) { self.text } else { self.row.text(field) }
    }
}

impl Commit<'_> {
    /// Takes a row for the route at `index`: into its file, unless it was sent before as it is.
    ///
    /// # Errors
    /// The disk's and the store's.
    pub fn take(&mut self, index: usize, row: &mut Ordered<'_, '_, Carriers>) -> io::Result<()> {
        let Some(left) = row.left.of(index) else { return Ok(()) };
        self.seen.accept(left.hashes(row.number), row.place.line);
        let Sink::Files { stager, delta } = &mut self.sink else { return Ok(()) };
        let Some(delta) = delta else { return stager.push(left.bytes(row.number)) };
        let (key, cells) = left.known(row.number);
        let name = || row.again().0.routes.get(index).map(Carrier::key_text).unwrap_or_default();
        match delta.judge(key, cells, name).map_err(io::Error::other)? {
            Verdict::Skip => return Ok(()),
            Verdict::Remember => return delta.remember(key, cells).map_err(io::Error::other),
            Verdict::Send => stager.push(left.bytes(row.number))?,
            Verdict::Clear(places) => {
                let mut bytes = Vec::new();
                let text = delta.clear().unwrap_or_default();
                if let Some(Carrier { writer, out, .. }) = row.again().0.routes.get_mut(index) {
                    writer.row(&Cleared { row: out, places: &places, text }, &mut bytes).map_err(|_| {
                        io::Error::other("the word that clears a cell cannot be written in this dialect")
                    })?;
                }
                stager.push(&bytes)?;
            }
        }
        delta.sent(key, cells, stager.part()).map_err(io::Error::other)
    }

    /// Lets the customer base look at a row that all checks let through, or whose key an earlier row has. What it says of it;
    /// `None`: the row does not go there.
    ///
    /// # Errors
    /// The store's.
    pub fn admit(&mut self, index: usize, row: &Ordered<'_, '_, Carriers>) -> io::Result<Option<RowFate>> {
        let Sink::Snapshot { loader, .. } = &mut self.sink else { return Ok(None) };
        let Some(left) = row.left.of(index) else { return Ok(None) };
        loader.take(&left.entries, row.number).map_err(io::Error::other)
    }

    /// Tells the customer base of a row that was rejected: it is in the export, whatever it says.
    ///
    /// # Errors
    /// The store's.
    pub fn refused(&mut self, row: &mut Ordered<'_, '_, Carriers>) -> io::Result<()> {
        let Sink::Snapshot { loader, key, .. } = &mut self.sink else { return Ok(()) };
        let cells = row.cells();
        loader.rejected(key.map(|key| cells.text(key))).map_err(io::Error::other)
    }

    /// Looks up the keys of a row for the route at `index`; adds a finding for each that an earlier row has.
    pub fn keys_are_free(
        &self,
        index: usize,
        row: &mut Ordered<'_, '_, Carriers>,
        findings: &mut Vec<Finding>,
    ) -> bool {
        let mut taken = Vec::new();
        if let Some(left) = row.left.of(index) {
            self.seen.look(left.hashes(row.number), &mut taken);
        }
        if taken.is_empty() {
            return true;
        }
        let place = row.place;
        let (carriers, layout) = row.again();
        if let Some(carrier) = carriers.routes.get(index) {
            let name = |field| target_ref(&carrier.map, layout, field);
            findings
                .extend(taken.iter().map(|taken| carrier.checker.taken(*taken, &carrier.out, place, &name)));
        }
        false
    }
}

/// Replaces what the encoding of the file lacks, before anything is checked or compared; `tell` hears of each character once a cell, with the cell's text as it
/// was.
fn replace(replacer: Replacer, out: &mut OutRow, fields: usize, mut tell: impl FnMut(usize, Problem, &str)) {
    let mut cells = Vec::new();
    for field in 0..fields {
        let Some((text, replaced)) = replacer.replace(out.text(field)) else { continue };
        for (character, by) in replaced {
            let problem = Problem::new(Reason::CharacterReplaced).with("character", character.to_string());
            tell(
                field,
                problem.with("substitute", by).with("encoding", replacer.encoding_name()),
                out.text(field),
            );
        }
        cells.push((field, text));
    }
    if !cells.is_empty() {
        out.replace(&cells);
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
            let problem = Problem::new(Reason::Unwritable).with("character", character.to_string());
            (field, problem.with("encoding", encoding))
        }
        Unwritable::NeedsQuotes { field, character } => {
            let character = character.escape_debug().to_string();
            (field, Problem::new(Reason::NeedsQuotes).with("character", character))
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
