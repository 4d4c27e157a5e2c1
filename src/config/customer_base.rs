//! Reads `[customer_base]`.

use super::keys::CUSTOMER_BASE;
use super::reader::{Reader, Table};
use super::{CustomerBase, Language, destination, route};

pub(super) fn read(reader: &mut Reader<'_>, top: &Table<'_>) -> Option<CustomerBase> {
    let (_, value) = top.get("customer_base")?;
    let table = reader.open(value, &CUSTOMER_BASE, "[customer_base]".to_owned())?;
    let usual = CustomerBase::default();
    let language = match reader.choice(&table, "language").map(|word| word.value) {
        Some(0) => Language::En,
        Some(_) => Language::Fr,
        None => usual.language,
    };
    let mut text = |name: &str| reader.text(&table, name).map(|text| text.value);
    let (customers_title, archived_title) = (text("customers_title"), text("archived_title"));
    let consent_source = text("consent_source");
    let mut switch =
        |name: &str, usual: bool| reader.switch(&table, name).map_or(usual, |switch| switch.value);
    let owner_stays = switch("owner_stays", usual.owner_stays);
    let registrants_renew_owner = switch("registrants_renew_owner", usual.registrants_renew_owner);
    let expired_memberships_stay = switch("expired_memberships_stay", usual.expired_memberships_stay);
    let relation_without_consent = switch("relation_without_consent", usual.relation_without_consent);
    let addresses_ignore_case = switch("addresses_ignore_case", usual.addresses_ignore_case);
    let window_includes_boundary = switch("window_includes_boundary", usual.window_includes_boundary);
    let restored_regain_places = switch("restored_regain_places", usual.restored_regain_places);
    let consent_never_moves_back = switch("consent_never_moves_back", usual.consent_never_moves_back);
    let skills_comma_separates = switch("skills_comma_separates", usual.skills_comma_separates);
    let every_row_unsubscribes = switch("every_row_unsubscribes", usual.every_row_unsubscribes);
    let mut texts = |name: &str| -> Vec<String> {
        let list = reader.texts(&table, name).map(|list| list.value).unwrap_or_default();
        list.into_iter().map(|text| text.value).collect()
    };
    let (known_skills, unsubscribed_statuses) = (texts("known_skills"), texts("unsubscribed_statuses"));
    let window_months = destination::count(reader, &table, "window_months").unwrap_or(usual.window_months);
    let mut share = |name: &str, usual: f64| route::share(reader, &table, name).unwrap_or(usual);
    Some(CustomerBase {
        language,
        customers_title,
        archived_title,
        consent_source,
        window_months,
        owner_stays,
        registrants_renew_owner,
        expired_memberships_stay,
        relation_without_consent,
        addresses_ignore_case,
        window_includes_boundary,
        restored_regain_places,
        consent_never_moves_back,
        known_skills,
        skills_comma_separates,
        unsubscribed_statuses,
        every_row_unsubscribes,
        max_removed_registrations: share("max_removed_registrations", usual.max_removed_registrations),
        max_archived_people: share("max_archived_people", usual.max_archived_people),
        max_returned_addresses: share("max_returned_addresses", usual.max_returned_addresses),
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::load::parse;
    use super::*;

    fn customer_base(text: &str) -> Option<CustomerBase> {
        parse(text.to_owned(), Path::new("/project/passeur.toml")).unwrap().customer_base
    }

    #[test]
    fn without_the_section_no_customer_base_is_kept() {
        assert_eq!(customer_base("language = \"fr\"\n"), None);
    }

    #[test]
    fn an_empty_section_means_the_defaults() {
        assert_eq!(customer_base("[customer_base]\n"), Some(CustomerBase::default()));
    }

    #[test]
    fn what_is_written_counts() {
        let text = r#"
            [customer_base]
            language = "en"
            window_months = 36
            owner_stays = false
            addresses_ignore_case = false
            window_includes_boundary = false
            restored_regain_places = false
            consent_never_moves_back = false
            known_skills = ["Yoga, niveau 2"]
            unsubscribed_statuses = ["Désabonné"]
            max_archived_people = "10 %"
        "#;
        let expected = CustomerBase {
            language: Language::En,
            window_months: 36,
            owner_stays: false,
            addresses_ignore_case: false,
            window_includes_boundary: false,
            restored_regain_places: false,
            consent_never_moves_back: false,
            known_skills: vec!["Yoga, niveau 2".into()],
            unsubscribed_statuses: vec!["Désabonné".into()],
            max_archived_people: 0.1,
            ..CustomerBase::default()
        };
        assert_eq!(customer_base(text), Some(expected));
    }
}
