//! Names for the parts of an export: the next subsections of the route that are free on that day, or the one name that a route without
//! subsections has.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};

use super::decide::UNASSIGNED;
use super::project::Route;
use crate::config::name::{NamePart, NameTemplate, NameValues, ReadName};
use crate::config::naming;
use crate::outbound::staged::Part;
use crate::store::{Store, StoreError};
use crate::transform::zone;

/// Names given in this run so far, by destination.
#[derive(Debug, Default)]
pub struct Given(HashSet<(String, String)>);

/// The names for the parts of one route.
#[derive(Debug, PartialEq, Eq)]
pub struct Names {
    /// One a part.
    pub names: Vec<String>,
    /// Why the parts must be held.
    pub hold: Option<Shortage>,
}

/// Too few names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortage {
    /// Parts that need a name.
    pub needed: usize,
    /// Names that are free that day.
    pub free: usize,
    /// Names of this route have no subsection, so that there is one a day.
    pub one_name: bool,
}

impl Given {
    /// Names the parts of a route. `taken` knows the names of earlier runs. When the free names do not suffice, all parts
    /// are held: nothing is cut off, and no part goes out alone. Held parts without a name get one that no platform
    /// takes (`…_unassigned-2_…`).
    ///
    /// # Errors
    /// Those of `taken`.
    pub fn name(
        &mut self,
        route: &Route,
        parts: &[Part],
        date: NaiveDate,
        taken: &impl Fn(&str, &str) -> Result<bool, StoreError>,
    ) -> Result<Names, StoreError> {
        let destination = &route.config.destination;
        let has_subsections = template(route).holds(NamePart::Subsection);
        let mut free = Vec::new();
        for subsection in subsections(route) {
            let name = build(route, subsection, date);
            let given = self.0.contains(&(destination.clone(), name.clone()));
            if !given && !taken(destination, &name)? {
                free.push(name);
            }
        }
        let shortage = Shortage { needed: parts.len(), free: free.len(), one_name: !has_subsections };
        let hold = (free.len() < parts.len()).then_some(shortage);
        let mut number = 0_u64;
        while free.len() < parts.len() {
            number += 1;
            let name = if has_subsections {
                build(route, &format!("{UNASSIGNED}{number}"), date)
            } else {
                format!("{UNASSIGNED}{number}_{}", build(route, "", date))
            };
            let given = self.0.contains(&(destination.clone(), name.clone()));
            if !given && !taken(destination, &name)? {
                free.push(name);
            }
        }
        free.truncate(parts.len());
        self.0.extend(free.iter().map(|name| (destination.clone(), name.clone())));
        Ok(Names { names: free, hold })
    }
}

/// Whether a file of the ledger stands in the way of this name: any, or, where a name comes again and again, one that was not delivered yet.
///
/// # Errors
/// The store's.
pub fn taken(route: &Route, store: &Store, name: &str) -> Result<bool, StoreError> {
    let destination = &route.config.destination;
    if route.target.rules.same_name {
        store.name_waits(destination, name)
    } else {
        store.name_taken(destination, name)
    }
}

/// The subsections that a route's names can have; names without one have the empty one.
pub fn subsections(route: &Route) -> Vec<&str> {
    if template(route).holds(NamePart::Subsection) {
        route.config.subsections.iter().map(String::as_str).collect()
    } else {
        vec![""]
    }
}

/// The template of a route's names.
pub fn template(route: &Route) -> NameTemplate {
    // The config check refuses a route that lacks its own.
    naming::template(&route.config, &route.target).unwrap_or_else(NameTemplate::default_grammar)
}

/// The name of a file that a run of the day `date` makes.
pub fn build(route: &Route, subsection: &str, date: NaiveDate) -> String {
    let config = &route.config;
    let ahead = config.naming.days_ahead.unwrap_or(0);
    let day = date.checked_add_days(Days::new(ahead.into())).unwrap_or(date);
    let values = NameValues { day, ..values(route, subsection) };
    template(route)
        .render(&values)
        // The config check has built names of the same parts; only a schema changed while running gets here.
        .unwrap_or_else(|_| format!("{}-{subsection}-{}.csv", config.name, date.format("%Y%m%d")))
}

/// What a name of this route says; `None`: it is none.
pub fn read(route: &Route, name: &str) -> Option<ReadName> {
    template(route)
        .read(name, &values(route, ""))
        .filter(|read| !read.subsection.as_ref().is_some_and(|subsection| subsection.starts_with(UNASSIGNED)))
}

fn values<'r>(route: &'r Route, subsection: &'r str) -> NameValues<'r> {
    let naming = &route.config.naming;
    let send_time = match (naming.send_time, naming.send_time_zone) {
        (Some(time), Some(zone)) => zone::from_utc(time.naive_utc(), zone),
        _ => NameValues::default().send_time,
    };
    NameValues { send_time, ..naming::values(&route.config, &route.target, subsection) }
}
