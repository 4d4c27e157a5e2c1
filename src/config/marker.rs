//! The names of markers: files that say that an export is whole.

/// How the file is named that says that an export is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    before: String,
    after: String,
    /// The ending of the export is not part of it.
    stem: bool,
}

impl Marker {
    /// From `{name}.ok` or `{stem}.ok`; `None`: it names no marker.
    pub fn new(text: &str) -> Option<Marker> {
        let (stem, (before, after)) = match (text.split_once("{name}"), text.split_once("{stem}")) {
            (Some(parts), None) => (false, parts),
            (None, Some(parts)) => (true, parts),
            _ => return None,
        };
        let around = [before, after].concat();
        let plain = !around.is_empty() && !around.contains(['/', '\\', '{', '}', '\0']);
        // Hidden names are never looked at, and an ending that exports have would make exports markers.
        let ending = after.is_empty() || !matches!(after, ".csv" | ".txt" | ".tsv" | ".xlsx");
        let marker = Marker { before: before.to_owned(), after: after.to_owned(), stem };
        (plain && ending && !before.starts_with('.')).then_some(marker)
    }

    /// The name of the marker of an export.
    pub fn of(&self, export: &str) -> String {
        let part = match export.rsplit_once('.') {
            Some((stem, _)) if self.stem && !stem.is_empty() => stem,
            _ => export,
        };
        format!("{}{part}{}", self.before, self.after)
    }

    /// The name is that of a marker.
    pub fn is_marker(&self, name: &str) -> bool {
        name.len() > self.before.len() + self.after.len()
            && name.starts_with(&self.before)
            && name.ends_with(&self.after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_have_names_of_their_own() {
        let of = |text: &str, export| Marker::new(text).unwrap().of(export);
        assert_eq!(of("{name}.ok", "a.csv"), "a.csv.ok");
        assert_eq!(of("{stem}.done", "a.b.csv"), "a.b.done");
        assert_eq!(of("ready_{name}", "a.csv"), "ready_a.csv");
        assert_eq!(of("{stem}.ok", "a"), "a.ok");
        for text in ["{name}", ".{name}", "ok", "{name}.csv", "{name}/ok", "{name}{stem}", "{nom}.ok", ""] {
            assert_eq!(Marker::new(text), None, "{text}");
        }
    }

    #[test]
    fn markers_are_told_from_exports() {
        let marker = Marker::new("{name}.ok").unwrap();
        assert!(marker.is_marker("a.csv.ok"));
        assert!(!marker.is_marker("a.csv") && !marker.is_marker(".ok"));
    }
}
