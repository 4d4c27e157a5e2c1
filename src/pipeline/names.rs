//! Names for the parts of an export: the next subsections of the route that are free on that day.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::decide::UNASSIGNED;
use super::project::Route;
use crate::outbound::name::NameParts;
use crate::outbound::staged::Part;
use crate::store::{HoldCode, StoreError};

/// Names given in this run so far, by destination.
#[derive(Debug, Default)]
pub struct Given(HashSet<(String, String)>);

/// The names for the parts of one route.
#[derive(Debug, PartialEq, Eq)]
pub struct Names {
    /// One a part.
    pub names: Vec<String>,
    /// Why the parts must be held.
    pub hold: Option<(HoldCode, Shortage)>,
}

/// Too few subsections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortage {
    /// Parts that need a name.
    pub needed: usize,
    /// Subsections that are free that day.
    pub free: usize,
}

impl Given {
    /// Names the parts of a route. `taken` knows the names of earlier runs. When the free subsections do not suffice, all parts
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
        let mut free = Vec::new();
        for subsection in &route.config.subsections {
            let name = build(route, subsection, date);
            let given = self.0.contains(&(destination.clone(), name.clone()));
            if !given && !taken(destination, &name)? {
                free.push(name);
            }
        }
        let shortage = Shortage { needed: parts.len(), free: free.len() };
        let hold = (free.len() < parts.len()).then_some((HoldCode::TooFewSubsections, shortage));
        let mut number = 0_u64;
        while free.len() < parts.len() {
            number += 1;
            let name = build(route, &format!("{UNASSIGNED}{number}"), date);
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

fn build(route: &Route, subsection: &str, date: NaiveDate) -> String {
    NameParts::for_schema(&route.target, &route.config.universe, subsection, date)
        .and_then(|parts| parts.build())
        // The config check has built names of the same parts; only a schema changed while running gets here.
        .unwrap_or_else(|_| format!("{}-{subsection}-{}.csv", route.config.name, date.format("%Y%m%d")))
}
