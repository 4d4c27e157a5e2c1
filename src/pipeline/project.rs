//! A project, loaded: config, schemas, and the routes compiled against them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::error::PipelineError;
use crate::amilia::{self, Kind, Model, Models};
use crate::check::cell;
use crate::config::check::{Known, check as check_config};
use crate::config::{Config, MODELS, RouteConfig, Send};
use crate::finding::text::Texts;
use crate::finding::{FieldRef, Finding, Language, Severity, shown};
use crate::intake::scan::Ignore;
use crate::schema::library::Library;
use crate::schema::load::load;
use crate::schema::{Schema, Zone};
use crate::store::Store;
use crate::transform::shape::Zones;

/// A project, ready to run.
pub struct Project {
    /// Its config.
    pub config: Config,
    /// Its schemas.
    pub library: Library,
    /// Its routes, in the order of the config.
    pub routes: Vec<Route>,
    /// The schemas that exports may follow, in the order of the routes.
    pub sources: Vec<Arc<Schema>>,
    /// The models of the customer base, if the project keeps one.
    pub models: Option<Models>,
    /// Names in the inbox that are left alone.
    pub ignore: Ignore,
}

/// A route with its schemas.
pub struct Route {
    /// As the config has it.
    pub config: RouteConfig,
    /// Of the export.
    pub source: Arc<Schema>,
    /// Of the outbound file.
    pub target: Arc<Schema>,
    /// Of date-times on both sides.
    pub zones: Zones,
    /// It sends all that it has, also what it sent before ([`Project::send_in_full`]).
    pub full: bool,
}

impl Route {
    /// The model that it sends; `None`: it sends exports.
    pub fn model(&self) -> Option<&str> {
        self.source.name.strip_prefix(MODELS)
    }
}

impl Project {
    /// Some route compares with what was sent before.
    pub fn remembers(&self) -> bool {
        self.config.customer_base.is_some() || self.routes.iter().any(|route| route.config.send != Send::All)
    }

    /// Loads the project whose config is at `path` (the file, or its folder).
    ///
    /// # Errors
    /// All that is wrong with the config and with the schemas that it names.
    pub fn load(path: &Path) -> Result<Self, PipelineError> {
        let config = crate::config::load::load(path)?;
        let library = Library::new(Some(config.schemas.clone()));
        let models = match &config.customer_base {
            Some(_) => Some(amilia::models(Store::in_memory()?.connection(), &config.models)?),
            None => None,
        };
        let cache: RefCell<BTreeMap<String, Arc<Schema>>> = RefCell::default();
        let find = |name: &str| -> Result<Arc<Schema>, String> {
            if let Some(schema) = cache.borrow().get(name) {
                return Ok(schema.clone());
            }
            let own = name.strip_prefix(MODELS).and_then(|name| models.as_ref()?.get(name));
            let schema = match own {
                Some(model) => model_schema(&library, name, model)?,
                None => library.get(name).map_err(|error| error.to_string())?,
            };
            cache.borrow_mut().insert(name.to_owned(), schema.clone());
            Ok(schema)
        };
        let mut names = library.names();
        for model in models.iter().flat_map(Models::iter) {
            let name = format!("{MODELS}{}", model.name);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        check_config(&config, &Known { schema_names: &names, schema: &find, cell: &cell_fits })?;
        let mut routes = Vec::new();
        let mut sources: Vec<Arc<Schema>> = Vec::new();
        for kind in Kind::ALL.iter().filter(|_| config.customer_base.is_some()) {
            sources.push(library.get(&format!("amilia/{}", kind.word()))?);
        }
        let case_counts = config.customer_base.as_ref().is_some_and(|base| !base.addresses_ignore_case);
        for route in &config.routes {
            // The check above has found both.
            let (Ok(source), Ok(target)) = (find(&route.from), find(&route.to)) else { continue };
            let target = target.with_settings(&route.settings)?;
            let target = if case_counts { target.where_case_counts() } else { target };
            let target =
                target.without_unfilled(|column| route.columns.iter().any(|(name, _)| name == column));
            let target = Arc::new(target);
            if !is_model(&source.name) && !sources.iter().any(|known| known.name == source.name) {
                sources.push(source.clone());
            }
            let here = Zone::Named(config.time_zone);
            let zones = Zones {
                source: source.rules.time_zone.unwrap_or(here),
                target: route.time_zone.or(target.rules.time_zone).unwrap_or(here),
            };
            routes.push(Route { config: route.clone(), source, target, zones, full: false });
        }
        // The config check has compiled the patterns.
        let ignore = Ignore::new(&config.ignore)
            .unwrap_or_else(|_| Ignore::builtin())
            .with_marker(config.marker.clone());
        Ok(Project { config, library, routes, sources, models, ignore })
    }
}

/// Whether a source is a model of the customer base, not an export.
pub fn is_model(source: &str) -> bool {
    source.starts_with(MODELS)
}

/// The rows of a model as a schema: a column is what the library's schema of that name says, else text.
fn model_schema(library: &Library, name: &str, model: &Model) -> Result<Arc<Schema>, String> {
    let descriptor = |columns: Vec<serde_json::Value>| serde_json::json!({ "fields": columns });
    let plain = model.columns.iter().map(|column| serde_json::json!({ "name": column, "type": "string" }));
    let plain = descriptor(plain.collect()).to_string();
    let mut schema = load(name, plain.as_bytes()).map_err(|error| error.to_string())?.schema;
    let Ok(known) = library.get(name) else { return Ok(Arc::new(schema)) };
    for field in &mut schema.fields {
        if let Some((_, known)) = known.field(&field.name) {
            *field = known.clone();
        }
    }
    let same = known.fields.iter().map(|field| &*field.name).eq(model.columns.iter().map(String::as_str));
    if same {
        return Ok(known);
    }
    schema.dialect = known.dialect.clone();
    schema.encoding = known.encoding;
    Ok(Arc::new(schema))
}

/// Whether a text of the config may stand in a cell of this field.
fn cell_fits(schema: &Schema, field: usize, text: &str) -> Result<(), String> {
    let Some(field) = schema.fields.get(field) else { return Ok(()) };
    let mut problems = Vec::new();
    cell::check(field, text, &mut problems);
    cell::characters(&schema.rules, text, &mut problems);
    let Some(problem) = problems.into_iter().find(|problem| problem.reason.severity() == Severity::Error)
    else {
        return Ok(());
    };
    let mut finding = Finding::of_file(problem.reason, problem.args);
    finding.field = Some(FieldRef { number: None, name: field.name.clone() });
    finding.cell = Some(shown(text));
    // The config's messages are English.
    Err(format!("cannot stand there: {}", Texts::new(Language::En).message(&finding)))
}
