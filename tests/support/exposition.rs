//! A strict reader of Prometheus's text format (0.0.4), by its published grammar and by the rules of the naming guide. It shares nothing
//! with the writer.

use std::collections::{BTreeMap, BTreeSet};

/// Samples by `name{label="value",…}` with the labels in order of their names.
pub(crate) fn parse(text: &str) -> Result<BTreeMap<String, f64>, String> {
    if !text.ends_with('\n') {
        return Err("does not end with a line end".into());
    }
    let mut samples = BTreeMap::new();
    let mut families = BTreeSet::new();
    let mut current: Option<(String, &str)> = None;
    let mut help: Option<String> = None;
    for line in text.lines() {
        let wrong = |why: &str| format!("{why}: {line}");
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, about) = rest.split_once(' ').ok_or_else(|| wrong("no help"))?;
            is_name(name).then_some(()).ok_or_else(|| wrong("not a name"))?;
            families.insert(name.to_owned()).then_some(()).ok_or_else(|| wrong("a family comes twice"))?;
            if about.trim().is_empty() || about.replace("\\\\", "").replace("\\n", "").contains('\\') {
                return Err(wrong("help that is empty or wrongly escaped"));
            }
            help = Some(name.to_owned());
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').ok_or_else(|| wrong("no type"))?;
            if help.take().as_deref() != Some(name) || !matches!(kind, "counter" | "gauge") {
                return Err(wrong("a type without its help, or an unknown one"));
            }
            if (kind == "counter") != name.ends_with("_total") {
                return Err(wrong("the name does not fit the type"));
            }
            current = Some((name.to_owned(), kind));
        } else {
            let (name, labels, value) = sample(line).map_err(|why| wrong(&why))?;
            let Some((family, kind)) = &current else { return Err(wrong("a sample before its type")) };
            if name != *family {
                return Err(wrong("a sample outside of its family"));
            }
            if *kind == "counter" && !(value >= 0.0 && value.is_finite()) {
                return Err(wrong("a counter that is not a number from 0 on"));
            }
            let key = if labels.is_empty() { name } else { format!("{name}{{{labels}}}") };
            if samples.insert(key, value).is_some() {
                return Err(wrong("a sample comes twice"));
            }
        }
    }
    Ok(samples)
}

fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    let begins =
        letters.next().is_some_and(|first| first.is_ascii_alphabetic() || matches!(first, '_' | ':'));
    begins && letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | ':'))
}

/// Name, labels, value.
fn sample(line: &str) -> Result<(String, String, f64), String> {
    let end = line.find(['{', ' ']).ok_or("no value")?;
    let (name, mut rest) = line.split_at(end);
    if !is_name(name) {
        return Err("not a name".into());
    }
    let mut labels = BTreeMap::new();
    if let Some(inner) = rest.strip_prefix('{') {
        rest = inner;
        loop {
            let (label, after) = rest.split_once("=\"").ok_or("a label without a value")?;
            if !is_name(label) || label.contains(':') {
                return Err(format!("not the name of a label: {label}"));
            }
            let mut value = String::new();
            let mut letters = after.char_indices();
            let end = loop {
                match letters.next().ok_or("a value that does not end")? {
                    (at, '"') => break at,
                    (_, '\\') => match letters.next().ok_or("a value that does not end")? {
                        (_, '\\') => value.push('\\'),
                        (_, '"') => value.push('"'),
                        (_, 'n') => value.push('\n'),
                        (_, other) => return Err(format!("\\{other} is no escape")),
                    },
                    (_, letter) => value.push(letter),
                }
            };
            if labels.insert(label.to_owned(), value).is_some() {
                return Err(format!("the label {label} comes twice"));
            }
            rest = &after[end + 1..];
            if let Some(after) = rest.strip_prefix('}') {
                rest = after;
                break;
            }
            rest = rest.strip_prefix(',').ok_or("no comma between labels")?;
        }
    }
    let value = rest.strip_prefix(' ').ok_or("no space before the value")?;
    let value = value.parse::<f64>().map_err(|_| format!("{value} is no number"))?;
    let labels: Vec<String> = labels.into_iter().map(|(name, value)| format!("{name}={value:?}")).collect();
    Ok((name.to_owned(), labels.join(","), value))
}

mod tests {
    use super::parse;

    #[test]
    fn what_the_format_forbids_is_refused() {
        let good = "# HELP a_total A.\n# TYPE a_total counter\na_total{b=\"c\\\"\"} 1\n";
        assert!(parse(good).is_ok());
        for (old, new) in [
            ("} 1\n", "} 1"),
            ("} 1\n", "} x\n"),
            ("} 1\n", "}  1\n"),
            ("} 1\n", "} -1\n"),
            ("} 1\n", "} 1\na_total{b=\"c\\\"\"} 1\n"),
            ("c\\\"", "c\""),
            ("c\\\"", "\\x"),
            ("counter", "count"),
            ("# TYPE a_total counter\n", ""),
            ("# HELP a_total A.\n", ""),
            ("a_total{", "b_total{"),
            ("{b=", "{1b="),
            ("{b=", "{b=\"c\",b="),
        ] {
            assert!(good.contains(old) && parse(&good.replacen(old, new, 1)).is_err(), "{old:?} → {new:?}");
        }
    }
}
