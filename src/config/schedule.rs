//! Reads `[schedule]`, and `schedule` of a route.

use super::keys::{ROUTE_SCHEDULE, SCHEDULE};
use super::reader::{Reader, Table};
use super::{Schedule, values};

pub(super) fn read(reader: &mut Reader<'_>, top: &Table<'_>) -> Schedule {
    let Some((_, value)) = top.get("schedule") else { return Schedule::default() };
    let Some(table) = reader.open(value, &SCHEDULE, "[schedule]".to_owned()) else {
        return Schedule::default();
    };
    let mut times = |name: &str| reader.parsed(&table, name, values::cron).map(|times| times.value);
    Schedule { collect: times("collect"), deliver: times("deliver") }
}

/// When the files of a route are delivered, if it has times of its own.
pub(super) fn of_route(reader: &mut Reader<'_>, route: &Table<'_>) -> Option<croner::Cron> {
    let (_, value) = route.get("schedule")?;
    let table = reader.open(value, &ROUTE_SCHEDULE, format!("`schedule` of {}", route.label))?;
    reader.require(&table, None);
    reader.parsed(&table, "deliver", values::cron).map(|times| times.value)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::load::parse;

    #[test]
    fn what_is_not_written_has_no_schedule() {
        let config =
            parse("[schedule]\ndeliver = \"15 2 * * *\"\n".into(), Path::new("/p/passeur.toml")).unwrap();
        assert!(config.schedule.collect.is_none());
        assert_eq!(config.schedule.deliver.unwrap().as_str(), "15 2 * * *");
    }

    #[test]
    fn what_never_comes_and_what_is_no_expression_is_refused() {
        for (text, why) in [
            ("at two", "is not a cron expression"),
            ("0 15 2 * * *", "is not a cron expression"),
            ("61 2 * * *", "is not a cron expression"),
            ("0 2 30 2 *", "never comes"),
        ] {
            let config = format!("[schedule]\ncollect = \"{text}\"\n");
            let error = parse(config, Path::new("/p/passeur.toml")).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    const ROUTE: &str = "[[routes]]\nname = \"r\"\nfrom = \"a\"\nto = \"b\"\ndestination = \"d\"\n";

    #[test]
    fn a_route_has_times_of_its_own() {
        let text = format!("{ROUTE}schedule = {{ deliver = \"0 3 * * *\" }}\n");
        let config = parse(text, Path::new("/p/passeur.toml")).unwrap();
        assert_eq!(config.routes[0].deliver.as_ref().unwrap().as_str(), "0 3 * * *");
        assert!(config.schedule.deliver.is_none());
    }

    #[test]
    fn a_route_takes_no_exports_at_times_of_its_own() {
        for (schedule, why) in [
            ("{ collect = \"0 3 * * *\" }", "`collect` belongs to `[schedule]`"),
            ("{}", "`deliver` is missing in `schedule` of route `r`"),
            ("{ deliver = \"0 3 30 2 *\" }", "never comes"),
            ("\"0 3 * * *\"", "must be a table, not a text"),
        ] {
            let text = format!("{ROUTE}schedule = {schedule}\n");
            let error = parse(text, Path::new("/p/passeur.toml")).unwrap_err().to_string();
            assert!(error.contains(why), "{schedule}: {error}");
        }
    }

    #[test]
    fn the_routes_of_a_set_have_the_same_times() {
        let two = |first: &str, second: &str| {
            let (a, b) = (ROUTE.replace("\"r\"", "\"first\""), ROUTE.replace("\"r\"", "\"second\""));
            let folder = "[destinations.d]\ntype = \"folder\"\npath = \"out\"\n";
            let set = "[[sets]]\nname = \"s\"\nroutes = [\"first\", \"second\"]\n";
            parse(format!("{folder}{a}{first}{b}{second}{set}"), Path::new("/p/passeur.toml"))
        };
        let (three, four) =
            ("schedule = { deliver = \"0 3 * * *\" }\n", "schedule = { deliver = \"0 4 * * *\" }\n");
        assert!(two(three, three).is_ok());
        for (first, second) in [(three, ""), ("", four), (three, four)] {
            let error = two(first, second).unwrap_err().to_string();
            assert!(error.contains("routes of one set are delivered at the same times"), "{error}");
        }
    }
}
