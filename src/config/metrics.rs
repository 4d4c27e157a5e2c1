//! Reads `[metrics]`.

use super::keys::METRICS;
use super::reader::{Reader, Table};
use super::{Metrics, values};

pub(super) fn read(reader: &mut Reader<'_>, top: &Table<'_>) -> Metrics {
    let mut metrics = Metrics::default();
    let Some((_, value)) = top.get("metrics") else { return metrics };
    let Some(table) = reader.open(value, &METRICS, "[metrics]".to_owned()) else { return metrics };
    if let Some(path) = reader.path(&table, "textfile") {
        if path.value.extension().is_some_and(|ending| ending == "prom") {
            metrics.textfile = Some(path.value);
        } else {
            reader.wrong_value(
                "textfile",
                &path.at,
                "must end in `.prom`: node_exporter's textfile collector reads no other files",
            );
        }
    }
    metrics.listen = reader.parsed(&table, "listen", values::loopback).map(|address| address.value);
    if let Some(age) = reader.parsed(&table, "max_age", values::duration) {
        metrics.max_age = age.value;
    }
    metrics
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use super::super::load::parse;
    use super::*;

    fn read(text: &str) -> Result<Metrics, String> {
        let config = parse(format!("[metrics]\n{text}\n"), Path::new("/p/passeur.toml"));
        config.map(|config| config.metrics).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_not_written_is_off() {
        let metrics = read("").unwrap();
        assert_eq!((metrics.textfile, metrics.listen), (None, None));
        assert_eq!(metrics.max_age, Duration::from_secs(26 * 3600));
    }

    #[test]
    fn paths_start_at_the_project() {
        assert_eq!(
            read("textfile = \"m/passeur.prom\"").unwrap().textfile,
            Some(PathBuf::from("/p/m/passeur.prom"))
        );
    }

    #[test]
    fn only_this_machine_is_listened_to() {
        for text in ["127.0.0.1:9187", "[::1]:9187", "127.9.9.9:1"] {
            assert_eq!(read(&format!("listen = \"{text}\"")).unwrap().listen, text.parse().ok());
        }
        for (text, why) in [
            ("0.0.0.0:9187", "only to this machine"),
            ("192.168.1.4:9187", "only to this machine"),
            ("[::]:9187", "only to this machine"),
            ("[::ffff:10.0.0.1]:9187", "only to this machine"),
            ("localhost:9187", "is not an address with a port"),
            ("127.0.0.1", "is not an address with a port"),
            ("9187", "is not an address with a port"),
            ("127.0.0.1:0", "has the port 0"),
        ] {
            let error = read(&format!("listen = \"{text}\"")).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn a_file_that_the_collector_would_not_read_is_refused() {
        assert!(read("textfile = \"passeur.txt\"").unwrap_err().contains("must end in `.prom`"));
    }
}
