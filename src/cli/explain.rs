//! `passeur explain`

use std::io::{self, BufWriter, Write};

use clap::Args;
use serde_json::{Value, json};

use super::show::Printer;
use super::{Exit, Format, ProjectArgs, load};
use crate::amilia::explain::{Explanation, Person, Verdict, explain as trace};
use crate::finding::text::Texts;
use crate::finding::visible::visible;
use crate::finding::{Arg, Language};
use crate::store::Store;

/// Rows shown; JSON has all.
const ROWS: usize = 20;

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The address
    #[arg(value_name = "EMAIL")]
    email: String,

    #[command(flatten)]
    project: ProjectArgs,

    /// Form of the output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(super) fn explain(args: &ExplainArgs, language: Option<Language>) -> anyhow::Result<Exit> {
    let project = load(&args.project, language)?;
    let store = Store::open_read_only(&project.config.store)?;
    let explanation = trace(store.connection(), &args.email)?;
    let mut out = BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &as_json(&explanation))?;
            out.write_all(b"\n")?;
        }
        Format::Text => {
            print(&explanation, &mut Printer { out: &mut out, texts: Texts::new(project.config.language) })?;
        }
    }
    out.flush()?;
    Ok(Exit::Success)
}

/// A number of Amilia's: no amount.
fn id(number: i64) -> Arg {
    number.to_string().into()
}

fn print<W: Write>(explanation: &Explanation, printer: &mut Printer<W>) -> io::Result<()> {
    let email = ("email", explanation.email.as_str().into());
    if let Some(forgotten) = &explanation.forgotten {
        let key = if forgotten.may_return { "explain-forgotten-may-return" } else { "explain-forgotten" };
        printer.say(0, key, &[email, ("day", forgotten.on.as_str().into())])?;
        persons(explanation, printer)?;
        return rows(explanation, printer);
    }
    let Some(day) = &explanation.day else { return printer.say(0, "explain-never", &[email]) };
    let verdict = format!("explain-verdict-{}", explanation.verdict.word());
    printer.say(0, &verdict, &[email, ("day", day.as_str().into())])?;
    if let Some(contact) = &explanation.contact {
        let why = printer.texts.say(&format!("explain-why-{}", contact.why.word()), &[]);
        let args = [
            ("person", id(contact.person)),
            ("account", id(contact.account)),
            ("name", visible(&contact.name).into()),
            ("why", why.into()),
        ];
        printer.say(1, "explain-shown", &args)?;
        if contact.archived {
            printer.say(1, "explain-archived", &[])?;
        }
        match (&contact.consent_on, &contact.consent_row) {
            (Some(day), Some(row)) => {
                let args = [("day", day.as_str().into()), ("row", visible(row).into())];
                printer.say(1, "explain-consent", &args)?;
            }
            _ => printer.say(1, "explain-no-consent", &[])?,
        }
        printer.say(1, "explain-customers", &[("because", visible(&contact.because).into())])?;
    }
    persons(explanation, printer)?;
    rows(explanation, printer)?;
    places(explanation, printer)
}

fn persons<W: Write>(explanation: &Explanation, printer: &mut Printer<W>) -> io::Result<()> {
    if explanation.persons.is_empty() {
        return Ok(());
    }
    printer.say(0, "explain-persons", &[])?;
    for person in &explanation.persons {
        let role = if person.owner { "explain-role-owner" } else { "explain-role-member" };
        let role = printer.texts.say(role, &[]);
        let args = [
            ("person", id(person.person)),
            ("account", id(person.account)),
            ("name", visible(&person.name).into()),
            ("role", role.into()),
            ("state", state_of(person, printer.texts).into()),
        ];
        printer.say(1, "explain-person", &args)?;
    }
    Ok(())
}

/// Why the person counts for this address, or does not.
fn state_of(person: &Person, texts: Texts) -> String {
    if let Some(why) = &person.kept_out {
        return texts.say(&format!("explain-kept-out-{}", why.replace(' ', "-")), &[]);
    }
    match &person.imported {
        None => texts.say("explain-not-imported", &[]),
        Some(imported) => {
            let args = [
                ("day", imported.on.as_str().into()),
                ("rule", imported.rule.as_str().into()),
                ("row", visible(imported.row.as_deref().unwrap_or("")).into()),
            ];
            let key = if imported.row.is_some() { "explain-imported" } else { "explain-imported-created" };
            texts.say(key, &args)
        }
    }
}

fn rows<W: Write>(explanation: &Explanation, printer: &mut Printer<W>) -> io::Result<()> {
    if explanation.rows.is_empty() {
        return Ok(());
    }
    printer.say(0, "explain-rows", &[])?;
    for row in explanation.rows.iter().take(ROWS) {
        let through = if row.through_owner { "explain-through-owner" } else { "explain-through-holder" };
        let through = printer.texts.say(through, &[("person", id(row.holder))]);
        let state = printer.texts.say(&format!("explain-row-{}", row.state), &[]);
        let args = [
            ("row", visible(&row.row).into()),
            ("title", visible(&row.title).into()),
            ("day", row.on.as_str().into()),
            ("through", through.into()),
            ("state", state.into()),
        ];
        printer.say(1, "explain-row", &args)?;
    }
    let more = explanation.rows.len().saturating_sub(ROWS);
    if more > 0 {
        printer.say(1, "explain-more-rows", &[("count", more.into())])?;
    }
    Ok(())
}

fn places<W: Write>(explanation: &Explanation, printer: &mut Printer<W>) -> io::Result<()> {
    if explanation.places.is_empty() {
        return Ok(());
    }
    printer.say(0, "explain-places", &[])?;
    for place in &explanation.places {
        let mut args = vec![
            ("group", visible(&place.group).into()),
            ("title", visible(&place.title).into()),
            ("because", visible(&place.because).into()),
            ("since", place.since.as_str().into()),
        ];
        let Some((day, reason)) = &place.ended else {
            printer.say(1, "explain-place", &args)?;
            continue;
        };
        let reason = printer.texts.say(&format!("explain-ended-{}", reason.replace(' ', "-")), &[]);
        args.extend([("day", day.as_str().into()), ("reason", reason.into())]);
        printer.say(1, "explain-place-ended", &args)?;
    }
    Ok(())
}

fn as_json(explanation: &Explanation) -> Value {
    json!({
        "email": explanation.email,
        "day": explanation.day,
        "verdict": explanation.verdict.word(),
        "forgottenOn": explanation.forgotten.as_ref().map(|forgotten| &forgotten.on),
        "sent": explanation.verdict == Verdict::Contact,
        "contact": explanation.contact.as_ref().map(|contact| json!({
            "person": contact.person, "account": contact.account, "name": contact.name, "why": contact.why.word(),
            "archived": contact.archived, "consentOn": contact.consent_on, "consentRow": contact.consent_row,
            "because": contact.because,
        })),
        "persons": explanation.persons.iter().map(|person| json!({
            "person": person.person, "account": person.account, "name": person.name, "owner": person.owner,
            "archived": person.archived, "keptOut": person.kept_out,
            "imported": person.imported.as_ref().map(|imported| json!({
                "on": imported.on, "rule": imported.rule, "row": imported.row,
            })),
        })).collect::<Vec<_>>(),
        "rows": explanation.rows.iter().map(|row| json!({
            "row": row.row, "title": row.title, "on": row.on, "holder": row.holder, "throughOwner": row.through_owner,
            "state": row.state,
        })).collect::<Vec<_>>(),
        "places": explanation.places.iter().map(|place| json!({
            "group": place.group, "title": place.title, "because": place.because, "since": place.since,
            "endedOn": place.ended.as_ref().map(|(day, _)| day), "reason": place.ended.as_ref().map(|(_, reason)| reason),
        })).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amilia::testing::three_days;

    fn text(email: &str, language: Language) -> String {
        let (_folder, store) = three_days();
        let explanation = trace(store.connection(), email).unwrap();
        let mut out = Vec::new();
        print(&explanation, &mut Printer { out: &mut out, texts: Texts::new(language) }).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn an_owner_with_a_child() {
        insta::assert_snapshot!(text("OWNER@example.com ", Language::En), @r"
    owner@example.com is a contact (2026-11-17).
      Record shown: person 1 of account 1, Anne Roy: the account has the newest registration or purchase
      Consent: 2026-09-02, through SUB-2 (CI-52, CI-53).
      In the customers group because of SUB-2 (CI-35).
    Who has the address
      person 1 of account 1 (owner), Anne Roy: imported on 2026-11-15 by SUB-2 (CI-02)
      person 7 of account 5 (owner), Anne Roy: imported on 2026-11-15 by SUB-5 (CI-11)
    Rows that lead here
      2026-09-02  SUB-2  Automne \ Sport \ Yoga \ Cours 10 (of person 3, through the owner, CI-02): cancelled: its places have ended (CI-29)
      2026-09-01  SUB-1  Automne \ Sport \ Yoga \ Cours 9 (of person 2, through the owner, CI-02): live
      2026-08-01  SUB-5  Automne \ Sport \ Yoga \ Cours 9 (of person 7): live
      2025-12-01  membership:41  Gym (of person 1): live
      2020-01-01  SUB-3  Automne \ Sport \ Yoga \ Cours 11 (of person 1): older than the window on the first day: does not count (CI-11)
    Groups of activities and memberships
      activity:9  Automne \ Sport \ Yoga \ Cours 9: since 2026-11-15, because of SUB-1
      membership:41  Gym: since 2026-11-15, because of membership:41
      activity:10  Automne \ Sport \ Yoga \ Cours 10: ended on 2026-11-17, unregistered (CI-29)
    ");
    }

    #[test]
    fn the_same_in_french() {
        insta::assert_snapshot!(text("owner@example.com", Language::Fr), @r"
    owner@example.com est un contact (2026-11-17).
      Fiche montrée : personne 1 du compte 1, Anne Roy : le compte a l’inscription ou l’achat le plus récent
      Consentement : 2026-09-02, par SUB-2 (CI-52, CI-53).
      Dans le groupe des clients par SUB-2 (CI-35).
    Qui a cette adresse
      personne 1 du compte 1 (propriétaire), Anne Roy : importée le 2026-11-15 par SUB-2 (CI-02)
      personne 7 du compte 5 (propriétaire), Anne Roy : importée le 2026-11-15 par SUB-5 (CI-11)
    Lignes qui mènent ici
      2026-09-02  SUB-2  Automne \ Sport \ Yoga \ Cours 10 (de la personne 3, par le propriétaire, CI-02) : annulée : ses places ont pris fin (CI-29)
      2026-09-01  SUB-1  Automne \ Sport \ Yoga \ Cours 9 (de la personne 2, par le propriétaire, CI-02) : en vigueur
      2026-08-01  SUB-5  Automne \ Sport \ Yoga \ Cours 9 (de la personne 7) : en vigueur
      2025-12-01  membership:41  Gym (de la personne 1) : en vigueur
      2020-01-01  SUB-3  Automne \ Sport \ Yoga \ Cours 11 (de la personne 1) : plus ancienne que la fenêtre le premier jour : ne compte pas (CI-11)
    Groupes d’activités et d’abonnements
      activity:9  Automne \ Sport \ Yoga \ Cours 9 : depuis le 2026-11-15, par SUB-1
      membership:41  Gym : depuis le 2026-11-15, par membership:41
      activity:10  Automne \ Sport \ Yoga \ Cours 10 : terminée le 2026-11-17, désinscription (CI-29)
    ");
    }

    #[test]
    fn an_address_that_has_changed() {
        insta::assert_snapshot!(text("old@example.com", Language::En), @r"
    old@example.com is a contact (2026-11-17).
      Record shown: person 3 of account 1, Luc Roy: nobody has the address any more, and its last row is kept
      Consent: 2026-09-02, through SUB-2 (CI-52, CI-53).
      In the customers group because of SUB-2 (CI-35).
    Groups of activities and memberships
      activity:10  Automne \ Sport \ Yoga \ Cours 10: ended on 2026-11-16, the address has changed
    ");
    }

    #[test]
    fn a_childs_address() {
        insta::assert_snapshot!(text("child@example.com", Language::En), @r"
    child@example.com is not a contact: today nobody has it who may be written to (2026-11-17).
    Who has the address
      person 2 of account 1 (member), Zoé Roy: a child, never written to (CI-04, CI-06)
    ");
    }

    #[test]
    fn an_unsubscribed_address() {
        insta::assert_snapshot!(text("gone@example.com", Language::En), @r"
    gone@example.com is on the unsubscribed list: nothing is sent (CI-63; 2026-11-17).
      Record shown: person 5 of account 3, Eva Roy: nobody else competes for the address
      Consent: 2026-09-03, through SUB-4 (CI-52, CI-53).
      In the customers group because of SUB-4 (CI-35).
    Who has the address
      person 5 of account 3 (owner), Eva Roy: imported on 2026-11-15 by SUB-4 (CI-11)
    Rows that lead here
      2026-09-03  SUB-4  Automne \ Sport \ Yoga \ Cours 9 (of person 5): live
    Groups of activities and memberships
      activity:9  Automne \ Sport \ Yoga \ Cours 9: since 2026-11-15, because of SUB-4
    ");
    }

    #[test]
    fn somebody_who_was_never_imported() {
        insta::assert_snapshot!(text("quiet@example.com", Language::En), @r"
    quiet@example.com is not a contact: nothing has imported its persons yet (CI-14; 2026-11-17).
    Who has the address
      person 6 of account 4 (owner), Guy Côté: never imported: no recent registration, no active membership (CI-14)
    ");
    }

    #[test]
    fn nobodys_address() {
        insta::assert_snapshot!(text("nobody@example.com", Language::En), @"nobody@example.com is not a contact: nobody in the customer base has it (2026-11-17).");
    }

    #[test]
    fn for_programs() {
        let (_folder, store) = three_days();
        let json = as_json(&trace(store.connection(), "new@example.com").unwrap());
        insta::assert_snapshot!(serde_json::to_string_pretty(&json).unwrap(), @r#"
    {
      "email": "new@example.com",
      "day": "2026-11-17",
      "verdict": "contact",
      "forgottenOn": null,
      "sent": true,
      "contact": {
        "person": 3,
        "account": 1,
        "name": "Luc Roy",
        "why": "only",
        "archived": false,
        "consentOn": "2026-09-02",
        "consentRow": "SUB-2",
        "because": "SUB-2"
      },
      "persons": [
        {
          "person": 3,
          "account": 1,
          "name": "Luc Roy",
          "owner": false,
          "archived": false,
          "keptOut": null,
          "imported": {
            "on": "2026-11-15",
            "rule": "CI-11",
            "row": "SUB-2"
          }
        }
      ],
      "rows": [
        {
          "row": "SUB-2",
          "title": "Automne \\ Sport \\ Yoga \\ Cours 10",
          "on": "2026-09-02",
          "holder": 3,
          "throughOwner": false,
          "state": "unregistered"
        }
      ],
      "places": [
        {
          "group": "activity:10",
          "title": "Automne \\ Sport \\ Yoga \\ Cours 10",
          "because": "SUB-2",
          "since": "2026-11-16",
          "endedOn": "2026-11-17",
          "reason": "unregistered"
        }
      ]
    }
    "#);
    }
}
