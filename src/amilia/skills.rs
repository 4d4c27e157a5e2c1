//! Splits a cell of skills into names (CI-65, amilia 8.1).

/// The names in a cell, in order, each once, clean: spaces squeezed, a comma inside a name made a blank.
///
/// A cell is split at `;` or line breaks if it has any, else at `,` (where `comma_separates`). `known` names that hold a
/// comma stay whole.
pub(super) fn names(cell: &str, known: &[String], comma_separates: bool) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut add = |raw: &str| {
        let name = raw.replace(',', " ").split_whitespace().collect::<Vec<_>>().join(" ");
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    };
    if cell.contains([';', '\n', '\r']) {
        cell.split([';', '\n', '\r']).for_each(add);
    } else if comma_separates {
        let mut rest = cell.trim_start();
        while !rest.is_empty() {
            let end = known_prefix(rest, known).or_else(|| rest.find(',')).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            add(name);
            rest = after.strip_prefix(',').unwrap_or(after).trim_start();
        }
    } else {
        add(cell);
    }
    names
}

/// The length of the longest known name that the text begins with and that ends there.
fn known_prefix(text: &str, known: &[String]) -> Option<usize> {
    known
        .iter()
        .map(|name| name.trim())
        .filter(|name| !name.is_empty() && text.starts_with(name))
        .map(|name| {
            let after = text.get(name.len()..).unwrap_or_default();
            name.len() + (after.len() - after.trim_start().len())
        })
        .filter(|end| text.get(*end..).is_some_and(|after| after.is_empty() || after.starts_with(',')))
        .max()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Étoile de mer, Canard", &["Étoile de mer", "Canard"])]
    #[case("Yoga, niveau 2", &["Yoga", "niveau 2"])]
    #[case("Yoga, niveau 2; Canard", &["Yoga niveau 2", "Canard"])]
    #[case("Yoga, niveau 2\nCanard\r\n", &["Yoga niveau 2", "Canard"])]
    #[case("Canard, Canard,, ,Crabe ", &["Canard", "Crabe"])]
    #[case("", &[])]
    #[case(" ; ", &[])]
    fn ci_65_a_cell_is_split_into_names(#[case] cell: &str, #[case] expected: &[&str]) {
        assert_eq!(names(cell, &[], true), expected);
    }

    #[rstest]
    #[case("Yoga, niveau 2", &["Yoga niveau 2"])]
    #[case("Canard, Yoga, niveau 2 , Crabe", &["Canard", "Yoga niveau 2", "Crabe"])]
    #[case("Yoga, niveau 25", &["Yoga", "niveau 25"])]
    #[case("Yoga, niveau 2, avancé", &["Yoga niveau 2 avancé"])]
    fn ci_65_known_skills_may_hold_a_comma(#[case] cell: &str, #[case] expected: &[&str]) {
        let known = ["Yoga, niveau 2".to_owned(), "Yoga, niveau 2, avancé".to_owned()];
        assert_eq!(names(cell, &known, true), expected);
    }

    #[test]
    fn ci_65_the_other_reading_a_comma_belongs_to_a_name() {
        assert_eq!(names("Étoile de mer, Canard", &[], false), ["Étoile de mer Canard"]);
    }
}
