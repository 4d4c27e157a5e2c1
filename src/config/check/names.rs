//! What the parts of the names need, and names that two routes would both write.

use std::collections::HashMap;

use super::super::name::{NamePart, NameTemplate, NameValues};
use super::super::naming::{template, values};
use super::super::source::Step::{Index, Key};
use super::super::source::shown;
use super::super::{Packaging, RouteConfig};
use super::Check;
use crate::config::part::MAX_NAME_BYTES;
use crate::schema::{NameGrammar, Schema};

impl Check<'_> {
    /// All that the names of a route's files need.
    pub(super) fn names<'r>(
        &mut self,
        index: usize,
        route: &'r RouteConfig,
        to: &Schema,
        destination: Option<&str>,
        names: &mut HashMap<String, &'r str>,
    ) {
        let Some(scope) = to.rules.scope.as_deref() else {
            self.no_scope(index, to);
            return;
        };
        self.file_name(index, route, to);
        let Some(template) = template(route, to) else { return };
        let holds = |part| template.holds(part);
        let grammar = template.shown(&NameValues {
            universe: "universe",
            scope,
            subsection: "subsection",
            database: "database",
            delivery: "delivery",
            ..NameValues::default()
        });
        let named = format!("files of `{}` are named {grammar}", to.name);
        if route.universe.is_empty() && holds(NamePart::Universe) {
            let problem = self
                .at(index, &[], format!("`universe` is missing in route `{}`", shown(&route.name)))
                .note(&named);
            self.push(problem);
        }
        if route.subsections.is_empty() && holds(NamePart::Subsection) {
            let problem = self
                .at(index, &[], format!("`subsections` is missing in route `{}`", shown(&route.name)))
                .note(&named)
                .note("name at least one; more of them take what is over the row limit of one file");
            self.push(problem);
        }
        self.settings_of_parts(index, route, to, &template, &named);
        let one = [String::new()];
        let subsections = if holds(NamePart::Subsection) { route.subsections.as_slice() } else { &one };
        for subsection in subsections {
            let key = self.subsection_key(index);
            let name = template.shown(&values(route, to, subsection));
            if name.len() > MAX_NAME_BYTES {
                let message = format!(
                    "names with subsection `{}` would be {} bytes long; at most {MAX_NAME_BYTES} are allowed",
                    shown(subsection),
                    name.len(),
                );
                let problem = self.at(index, &[key], message);
                self.push(problem);
            }
            let Some(destination) = destination else { continue };
            if let Some(other) = names.insert(format!("{destination}\0{name}"), &route.name)
                && other != route.name
            {
                let message =
                    format!("routes `{}` and `{}` would both write {name}", shown(other), shown(&route.name));
                let key = if holds(NamePart::Subsection) { key } else { "file_name" };
                let note = if holds(NamePart::Subsection) {
                    "give one of them another subsection, universe or destination"
                } else {
                    "give one of them another name or destination"
                };
                let problem = self.at(index, &[key], message).note(note);
                self.push(problem);
            }
        }
    }

    fn no_scope(&mut self, index: usize, to: &Schema) {
        let outbound = self
            .known
            .schema_names
            .iter()
            .filter(|name| (self.known.schema)(name).is_ok_and(|schema| schema.rules.scope.is_some()));
        let outbound: Vec<&str> = outbound.map(String::as_str).collect();
        let message = format!(
            "`{}` is not a schema of outbound files: it declares no `scope` for their names",
            to.name
        );
        let mut problem = self.at(index, &["to"], message);
        if !outbound.is_empty() {
            problem = problem.note(format!("schemas of outbound files: {}", outbound.join(", ")));
        }
        self.push(problem);
    }

    /// The route's own template stands where the schema wants it, and there alone.
    fn file_name(&mut self, index: usize, route: &RouteConfig, to: &Schema) {
        match (&to.rules.name, &route.naming.file_name) {
            (NameGrammar::Route(holds), None) => {
                let parts: String = holds.iter().map(|part| format!("_{}", part.shown())).collect();
                let mut problem = self
                    .at(index, &[], format!("`file_name` is missing in route `{}`", shown(&route.name)))
                    .note(format!(
                        "the name of `{}` is what is set at the platform; no default is invented",
                        to.name
                    ));
                if !holds.is_empty() {
                    problem = problem.note(format!("for example: file_name = \"name{parts}.csv\""));
                }
                self.push(problem);
            }
            (NameGrammar::Route(holds), Some(template)) => {
                for part in holds.iter().filter(|part| !template.holds(**part)) {
                    let message =
                        format!("`file_name` has no {}, which names of `{}` have", part.shown(), to.name);
                    let problem = self.at(index, &["file_name"], message);
                    self.push(problem);
                }
                if to.rules.same_name && !template.is_fixed() && !template.holds(NamePart::Subsection) {
                    let message =
                        format!("`file_name` changes from day to day, and `{}` has one fixed name", to.name);
                    let problem = self.at(index, &["file_name"], message).note(
                        "the platform looks for the name that is set there: write it as it stands there",
                    );
                    self.push(problem);
                }
                if let Some(packaging) = route.packaging {
                    let ending = match packaging {
                        Packaging::Gzip => ".gz",
                        Packaging::Zip => ".zip",
                    };
                    if !template.text().ends_with(ending) {
                        let message =
                            format!("`file_name` does not end in {ending}, and the file is packed so");
                        let problem = self.at(index, &["file_name"], message);
                        self.push(problem);
                    }
                }
            }
            (_, Some(_)) => {
                let message = format!(
                    "`file_name` is for schemas that leave the name to the route; `{}` does not",
                    to.name
                );
                let problem = self.at(index, &["file_name"], message).note("leave it out");
                self.push(problem);
            }
            (_, None) => {}
        }
    }

    /// What a part needs is there; what is there is needed.
    fn settings_of_parts(
        &mut self,
        index: usize,
        route: &RouteConfig,
        to: &Schema,
        template: &NameTemplate,
        named: &str,
    ) {
        let naming = &route.naming;
        let send_time = template.holds(NamePart::SendTime);
        let settings = [
            ("database", template.holds(NamePart::Database), naming.database.is_some()),
            ("delivery", template.holds(NamePart::Delivery), naming.delivery.is_some()),
            ("send_time", send_time, naming.send_time.is_some()),
            ("send_time_zone", send_time, naming.send_time_zone.is_some()),
            ("entity", to.rules.entity, naming.entity.is_some()),
            ("days_ahead", to.rules.name_day_of_pickup, naming.days_ahead.is_some()),
        ];
        for (key, wanted, there) in settings {
            let problem = match (wanted, there) {
                (true, false) => self
                    .at(index, &[], format!("`{key}` is missing in route `{}`", shown(&route.name)))
                    .note(named)
                    .note("no source states it, so it has no default: ask your contact at the platform"),
                (false, true) => self
                    .at(index, &[key], format!("`{key}` does nothing: `{}` does not have it", to.name))
                    .note(named),
                _ => continue,
            };
            self.push(problem);
        }
    }

    /// The key that the route names its subsections with.
    fn subsection_key(&self, index: usize) -> &'static str {
        let place = |steps: &[super::Step<'_>]| self.config.source.locate(steps);
        let route = [Key("routes"), Index(index)];
        if place(&[route[0], route[1], Key("subsection")]) == place(&route) {
            "subsections"
        } else {
            "subsection"
        }
    }
}
