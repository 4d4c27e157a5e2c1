//! A route's column map, compiled.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::phone;
use super::row::OutRow;
use super::shape::{self, Zones};
use super::zone;
use crate::check::cell::Problem;
use crate::check::rows::Cells;
use crate::config::check::source_field;
use crate::config::template::{self, TemplateError};
use crate::config::{Case, ColumnConfig, Phone, Unmapped};
use crate::finding::Reason;
use crate::schema::value::Value;
use crate::schema::{Field, FieldType, Schema};
use crate::suggest::nearest;

/// A compiled column map: for each field of the target schema, where its value comes from.
#[derive(Debug, Clone)]
pub struct Map {
    target: Arc<Schema>,
    columns: Vec<Option<Column>>,
    zones: Zones,
    /// By position the source fields whose values leave under their canonical text.
    canonical: Vec<Option<Field>>,
    scratch: Vec<u8>,
}

/// A row of the export, on its way through the map.
struct Given<'a, C: Cells> {
    cells: &'a C,
    values: &'a [Value],
    canonical: &'a [Option<Field>],
}

impl<C: Cells> Given<'_, C> {
    fn value(&self, field: usize) -> Value {
        self.values.get(field).copied().unwrap_or_default()
    }

    fn is_empty(&self, field: usize) -> bool {
        self.value(field) == Value::Null
    }

    /// The canonical text of a cell.
    fn text(&self, field: usize) -> Cow<'_, str> {
        let text = self.cells.text(field);
        match self.canonical.get(field) {
            Some(Some(rules)) => rules.canonical_text(text, self.value(field)),
            _ => Cow::Borrowed(text),
        }
    }
}

#[derive(Debug, Clone)]
struct Column {
    origin: Origin,
    trim: bool,
    case: Option<Case>,
    strip_accents: bool,
    phone: Option<(Phone, Option<String>)>,
    map: Option<HashMap<String, String>>,
    unmapped: Unmapped,
    default: Option<String>,
}

#[derive(Debug, Clone)]
enum Origin {
    /// The first of these source fields that is not empty.
    Fields(Vec<usize>),
    Constant(String),
    Template(Vec<Piece>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Field(usize),
}

/// What is wrong with a column map.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    /// A column that the schema does not have.
    #[error("{schema} has no column `{name}`{}", suggestion(near))]
    UnknownColumn {
        /// The schema's name.
        schema: String,
        /// The column asked for.
        name: String,
        /// The likeliest one.
        near: Option<String>,
    },
    /// A template that cannot be read.
    #[error("the template `{template}` {why}")]
    Template {
        /// The template.
        template: String,
        /// What is wrong with it.
        why: TemplateError,
    },
}

fn suggestion(near: &Option<String>) -> String {
    near.as_ref().map(|near| format!(": did you mean `{near}`?")).unwrap_or_default()
}

/// The field of a schema with this name or alias.
fn find_field(schema: &Schema, name: &str) -> Result<usize, MapError> {
    source_field(schema, name).ok_or_else(|| {
        let names = schema.fields.iter().flat_map(|field| {
            std::iter::once(&*field.name).chain(field.rules.aliases.iter().map(String::as_str))
        });
        MapError::UnknownColumn {
            schema: schema.name.clone(),
            name: name.to_owned(),
            near: nearest(name, names).map(str::to_owned),
        }
    })
}

impl Map {
    /// Compiles the columns of a route.
    ///
    /// # Errors
    /// All columns and templates that do not fit the schemas.
    pub fn compile(
        columns: &[(String, ColumnConfig)],
        source: &Schema,
        target: &Arc<Schema>,
        zones: Zones,
    ) -> Result<Self, Vec<(usize, MapError)>> {
        let mut compiled: Vec<Option<Column>> = target.fields.iter().map(|_| None).collect();
        let mut errors = Vec::new();
        for (name, config) in columns {
            let place = target.fields.iter().position(|field| *field.name == **name);
            match (place, column(config, source)) {
                (Some(place), Ok(column)) => compiled[place] = Some(column),
                (None, _) => {
                    let names = target.fields.iter().map(|field| &*field.name);
                    let error = MapError::UnknownColumn {
                        schema: target.name.clone(),
                        name: name.clone(),
                        near: nearest(name, names).map(str::to_owned),
                    };
                    errors.push((config.at, error));
                }
                (_, Err(found)) => errors.extend(found.into_iter().map(|error| (config.at, error))),
            }
        }
        if errors.is_empty() {
            let canonical =
                source.fields.iter().map(|field| field.has_canonical_text().then(|| field.clone()));
            Ok(Map {
                target: target.clone(),
                columns: compiled,
                zones,
                canonical: canonical.collect(),
                scratch: Vec::new(),
            })
        } else {
            Err(errors)
        }
    }

    /// Makes the outbound row of a source row. `values` are those of the source row by field. Problems are added with
    /// the position of the target field.
    pub fn apply(
        &mut self,
        source: &impl Cells,
        values: &[Value],
        out: &mut OutRow,
        problems: &mut Vec<(usize, Problem)>,
    ) {
        out.clear();
        let given = Given { cells: source, values, canonical: &self.canonical };
        for (index, column) in self.columns.iter().enumerate() {
            if let Some(column) = column {
                let kind = &self.target.fields[index].kind;
                let problem = column.write(&given, kind, self.zones, &mut self.scratch, out);
                if let Err(problem) = problem {
                    problems.push((index, problem));
                }
            }
            out.end_cell();
        }
    }

    /// The source fields that a target field is made of, for findings.
    pub fn origin(&self, target: usize) -> &[usize] {
        match self.columns.get(target) {
            Some(Some(Column { origin: Origin::Fields(fields), .. })) => fields,
            _ => &[],
        }
    }

    /// All source fields that a target field may hold text of.
    pub fn sources(&self, target: usize) -> Vec<usize> {
        match self.columns.get(target).and_then(Option::as_ref).map(|column| &column.origin) {
            Some(Origin::Fields(fields)) => fields.clone(),
            Some(Origin::Template(pieces)) => {
                let field = |piece: &Piece| match piece {
                    Piece::Field(field) => Some(*field),
                    Piece::Text(_) => None,
                };
                pieces.iter().filter_map(field).collect()
            }
            Some(Origin::Constant(_)) | None => Vec::new(),
        }
    }

    /// The target schema.
    pub fn target(&self) -> &Arc<Schema> {
        &self.target
    }
}

impl Column {
    fn write(
        &self,
        given: &Given<'_, impl Cells>,
        kind: &FieldType,
        zones: Zones,
        scratch: &mut Vec<u8>,
        out: &mut OutRow,
    ) -> Result<(), Problem> {
        let start = out.cell_start();
        match &self.origin {
            Origin::Constant(text) => out.cell().push_str(text),
            Origin::Template(pieces) => {
                for piece in pieces {
                    match piece {
                        Piece::Text(text) => out.cell().push_str(text),
                        Piece::Field(field) if given.is_empty(*field) => {
                            out.cell().truncate(start);
                            break;
                        }
                        Piece::Field(field) => out.cell().push_str(&given.text(*field)),
                    }
                }
            }
            Origin::Fields(fields) => {
                if let Some(field) = fields.iter().find(|field| !given.is_empty(**field)) {
                    let text = &*given.text(*field);
                    if self.is_plain_copy() {
                        let value = given.value(*field);
                        let written = shape::write(value, text, kind, zones, scratch, out.cell());
                        if written.is_err() {
                            let zone = zone::shown(zones.source);
                            let args = vec![("zone", zone.into())];
                            return Err(Problem { reason: Reason::NoSuchLocalTime, args });
                        }
                    } else {
                        out.cell().push_str(text);
                    }
                }
            }
        }
        self.steps(start, out)
    }

    /// No step changes the text: the value is written in the target's shape.
    fn is_plain_copy(&self) -> bool {
        self.case.is_none() && !self.strip_accents && self.map.is_none() && self.phone.is_none()
    }

    /// The steps after the value: trim, case, accents, map, default.
    fn steps(&self, start: usize, out: &mut OutRow) -> Result<(), Problem> {
        let cell = out.cell();
        if self.trim {
            let kept = cell[start..].trim();
            if kept.len() != cell.len() - start {
                let kept = kept.to_owned();
                cell.truncate(start);
                cell.push_str(&kept);
            }
        }
        if let Some(case) = self.case {
            change_case(cell, start, case);
        }
        if self.strip_accents && !cell[start..].is_ascii() {
            let stripped: String =
                cell[start..].nfd().filter(|character| !is_combining_mark(*character)).collect();
            cell.truncate(start);
            cell.push_str(&stripped);
        }
        if let Some((prefix, code)) = &self.phone
            && let Some(number) = phone::international(&cell[start..], *prefix, code.as_deref())
        {
            cell.truncate(start);
            cell.push_str(&number);
        }
        if let Some(map) = &self.map
            && cell.len() > start
        {
            match (map.get(&cell[start..]), self.unmapped) {
                (Some(value), _) => {
                    cell.truncate(start);
                    cell.push_str(value);
                }
                (None, Unmapped::Keep) => {}
                (None, Unmapped::Empty) => cell.truncate(start),
                (None, Unmapped::Reject) => {
                    let near = nearest(&cell[start..], map.keys().map(String::as_str)).unwrap_or("");
                    let args = vec![("near", near.into())];
                    return Err(Problem { reason: Reason::ValueUnmapped, args });
                }
            }
        }
        if let Some(default) = &self.default
            && cell.len() == start
        {
            cell.push_str(default);
        }
        Ok(())
    }
}

fn change_case(text: &mut String, start: usize, case: Case) {
    if text[start..].is_ascii() {
        // ASCII bytes may be changed in place without breaking the text.
        if let Some(tail) = text.get_mut(start..) {
            match case {
                Case::Lower => tail.make_ascii_lowercase(),
                Case::Upper => tail.make_ascii_uppercase(),
            }
        }
        return;
    }
    let changed = match case {
        Case::Lower => text[start..].to_lowercase(),
        Case::Upper => text[start..].to_uppercase(),
    };
    text.truncate(start);
    text.push_str(&changed);
}

fn column(config: &ColumnConfig, source: &Schema) -> Result<Column, Vec<MapError>> {
    let mut errors = Vec::new();
    let mut field = |name: &str| find_field(source, name).map_err(|error| errors.push(error)).ok();
    let origin = if let Some(constant) = &config.constant {
        Origin::Constant(constant.clone())
    } else if let Some(template) = &config.template {
        match template::parse(template) {
            Ok(pieces) => Origin::Template(
                pieces
                    .into_iter()
                    .filter_map(|piece| match piece {
                        template::Piece::Text(text) => Some(Piece::Text(text)),
                        template::Piece::Column(name) => field(&name).map(Piece::Field),
                    })
                    .collect(),
            ),
            Err(why) => {
                errors.push(MapError::Template { template: template.clone(), why });
                Origin::Constant(String::new())
            }
        }
    } else {
        Origin::Fields(config.from.iter().filter_map(|name| field(name)).collect())
    };
    if !errors.is_empty() {
        return Err(errors);
    }
    let map = (!config.map.is_empty()).then(|| config.map.clone().into_iter().collect());
    Ok(Column {
        origin,
        trim: config.trim,
        case: config.case,
        strip_accents: config.strip_accents,
        phone: config.phone.map(|phone| (phone, config.calling_code.clone())),
        map,
        unmapped: config.unmapped,
        default: config.default.clone(),
    })
}
