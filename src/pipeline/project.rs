//! A project, loaded: config, schemas, and the routes compiled against them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::error::PipelineError;
use crate::check::cell;
use crate::config::check::{Known, check as check_config};
use crate::config::{Config, RouteConfig, Send};
use crate::finding::text::Texts;
use crate::finding::{FieldRef, Finding, Language, Severity, shown};
use crate::intake::scan::Ignore;
use crate::schema::library::Library;
use crate::schema::{Schema, Zone};
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
}

impl Project {
    /// Some route compares with what was sent before.
    pub fn remembers(&self) -> bool {
        self.routes.iter().any(|route| route.config.send != Send::All)
    }

    /// Loads the project whose config is at `path` (the file, or its folder).
    ///
    /// # Errors
    /// All that is wrong with the config and with the schemas that it names.
    pub fn load(path: &Path) -> Result<Self, PipelineError> {
        let config = crate::config::load::load(path)?;
        let library = Library::new(Some(config.schemas.clone()));
        let cache: RefCell<BTreeMap<String, Arc<Schema>>> = RefCell::default();
        let find = |name: &str| -> Result<Arc<Schema>, String> {
            if let Some(schema) = cache.borrow().get(name) {
                return Ok(schema.clone());
            }
            let schema = library.get(name).map_err(|error| error.to_string())?;
            cache.borrow_mut().insert(name.to_owned(), schema.clone());
            Ok(schema)
        };
        let names = library.names();
        check_config(&config, &Known { schema_names: &names, schema: &find, cell: &cell_fits })?;
        let mut routes = Vec::new();
        let mut sources: Vec<Arc<Schema>> = Vec::new();
        for route in &config.routes {
            // The check above has found both.
            let (Ok(source), Ok(target)) = (find(&route.from), find(&route.to)) else { continue };
            let target = target.with_settings(&route.settings)?;
            let target =
                target.without_unfilled(|column| route.columns.iter().any(|(name, _)| name == column));
            let target = Arc::new(target);
            if !sources.iter().any(|known| known.name == source.name) {
                sources.push(source.clone());
            }
            let here = Zone::Named(config.time_zone);
            let zones = Zones {
                source: source.rules.time_zone.unwrap_or(here),
                target: route.time_zone.or(target.rules.time_zone).unwrap_or(here),
            };
            routes.push(Route { config: route.clone(), source, target, zones });
        }
        // The config check has compiled the patterns.
        let ignore = Ignore::new(&config.ignore).unwrap_or_else(|_| Ignore::builtin());
        Ok(Project { config, library, routes, sources, ignore })
    }
}

/// Whether a source is a model of the customer base, not an export.
pub fn is_model(source: &str) -> bool {
    source.starts_with("models/")
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
