//! Reads `[schedule]`.

use super::keys::SCHEDULE;
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
}
