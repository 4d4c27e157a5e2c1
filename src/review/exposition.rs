//! The text format of Prometheus (version 0.0.4): families of samples, written so that any collector reads them. Knows nothing of what is
//! counted.

use std::fmt::Write;

/// Content type of the format.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What a family's values do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// They only rise. The name ends in `_total`.
    Counter,
    /// They rise and fall.
    Gauge,
}

/// Families of samples.
#[derive(Debug, Default)]
pub struct Exposition {
    text: String,
}

/// A family that samples are added to.
pub struct Family<'a> {
    text: &'a mut String,
    name: &'static str,
}

impl Exposition {
    /// Begins a family; `name` has letters, digits and `_`, and comes once.
    pub fn family(&mut self, name: &'static str, kind: Kind, help: &str) -> Family<'_> {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
        };
        // Writing to a text cannot fail.
        let _ = writeln!(self.text, "# HELP {name} {}\n# TYPE {name} {kind}", escaped(help, false));
        Family { text: &mut self.text, name }
    }

    /// All of it.
    pub fn finish(self) -> String {
        self.text
    }
}

impl Family<'_> {
    /// Adds a sample. The names of labels have letters, digits and `_`; their values are free.
    pub fn sample(&mut self, labels: &[(&str, &str)], value: impl Into<Value>) {
        self.text.push_str(self.name);
        for (position, (name, value)) in labels.iter().enumerate() {
            let before = if position == 0 { '{' } else { ',' };
            let _ = write!(self.text, "{before}{name}=\"{}\"", escaped(value, true));
        }
        if !labels.is_empty() {
            self.text.push('}');
        }
        let _ = match value.into() {
            Value::Count(count) => writeln!(self.text, " {count}"),
            Value::Number(number) => writeln!(self.text, " {number}"),
        };
    }
}

/// A value.
#[derive(Debug, Clone, Copy)]
pub enum Value {
    /// A whole number.
    Count(u64),
    /// Any number.
    Number(f64),
}

impl From<u64> for Value {
    fn from(count: u64) -> Self {
        Value::Count(count)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Number(number)
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Value::Count(u64::from(yes))
    }
}

/// `\` and line ends; in values of labels, quotes too.
fn escaped(text: &str, quotes: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => out.push_str(r"\\"),
            '\n' => out.push_str(r"\n"),
            '"' if quotes => out.push_str("\\\""),
            character => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_stand_below_the_head_of_their_family() {
        let mut exposition = Exposition::default();
        let mut family = exposition.family("passeur_files_total", Kind::Counter, "Files.");
        family.sample(&[("route", "cards"), ("destination", "splio")], 3);
        family.sample(&[], 0.5);
        exposition.family("passeur_up", Kind::Gauge, "Up.").sample(&[], true);
        assert_eq!(
            exposition.finish(),
            "# HELP passeur_files_total Files.\n# TYPE passeur_files_total counter\n\
             passeur_files_total{route=\"cards\",destination=\"splio\"} 3\npasseur_files_total 0.5\n\
             # HELP passeur_up Up.\n# TYPE passeur_up gauge\npasseur_up 1\n"
        );
    }

    #[test]
    fn what_would_end_a_label_is_escaped() {
        let mut exposition = Exposition::default();
        exposition.family("x", Kind::Gauge, "a\\b\nc \"d\"").sample(&[("r", "a\"b\\c\nd é")], 1);
        assert_eq!(
            exposition.finish(),
            "# HELP x a\\\\b\\nc \"d\"\n# TYPE x gauge\nx{r=\"a\\\"b\\\\c\\nd é\"} 1\n"
        );
    }
}
