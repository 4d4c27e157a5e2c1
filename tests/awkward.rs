//! Awkward files, as offices make them, and what `passeur check` says of each, in both languages.
//!
//! Every sentence here was read aloud. A change of one is a change of the interface.

use encoding_rs::WINDOWS_1252;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use crate::support::project::Project;

/// What `check` prints about a file, in English, then in French.
fn said(name: &str, bytes: impl AsRef<[u8]>, schema: &str) -> String {
    let project = Project::empty();
    project.write(name, bytes);
    let schema = if schema.starts_with('{') {
        project.write("schema.json", schema);
        "schema.json"
    } else {
        schema
    };
    let check = |language| {
        let output = project.run(&["check", "--schema", schema, "--language", language, name]);
        assert!(output.stderr.is_empty(), "{output}");
        output.stdout
    };
    format!("{}\n{}\n{}", check("en"), "─".repeat(40), check("fr"))
}

fn windows_1252(text: &str) -> Vec<u8> {
    WINDOWS_1252.encode(text).0.into_owned()
}

fn utf16(text: &str) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

/// Titles above the table, a second sheet, real dates, a card number that Excel has rounded, a failed formula.
#[test]
fn a_workbook() {
    let mut workbook = Workbook::new();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let sheet = workbook.add_worksheet().set_name("Abonnements").unwrap();
    sheet.write(0, 0, "Abonnements actifs").unwrap();
    let labels =
        ["Abonnement", "Numéro de personne", "Numéro de compte", "Date d'achat", "Courriel", "Carte"];
    sheet.write_row(2, 0, labels).unwrap();
    for (row, email) in [(3, "zoe@example.com"), (4, "luc@example.com"), (5, "ana@example.com")] {
        sheet.write(row, 0, "Gym annuel").unwrap();
        sheet.write(row, 1, 900_000 + row).unwrap();
        sheet.write(row, 2, 700_000 + row).unwrap();
        sheet.write_with_format(row, 3, ExcelDateTime::from_ymd(2026, 4, 3).unwrap(), &day).unwrap();
        sheet.write(row, 4, email).unwrap();
        sheet.write(row, 5, "00123").unwrap();
    }
    sheet.write(4, 3, "le 3 avril").unwrap();
    sheet.write(4, 5, 1_234_567_890_123_456_789_u64 as f64).unwrap();
    sheet.write_formula(5, 4, Formula::new("=NA()").set_result("#N/A")).unwrap();
    workbook.add_worksheet().set_name("Notes").unwrap().write(0, 0, "À vérifier").unwrap();
    insta::assert_snapshot!(said("abonnements.xlsx", workbook.save_to_buffer().unwrap(), "amilia/memberships"), @"");
}

/// Excel's “Unicode text”.
#[test]
fn utf_16_with_tabs() {
    let text = "Courriel\tÉtat du courriel\tDate de désabonnement\r\n\
                zoe@example.com\tDésabonné\t2026-10-02\r\n\
                élodie@@example.com\tRejeté\t2026-02-30\r\n";
    insta::assert_snapshot!(said("desabonnes.txt", utf16(text), "amilia/unsubscribed"), @"");
}

#[test]
fn a_title_and_blank_lines_above_the_header() {
    let text = "\u{feff}Liste des désabonnements\nExporté le 2026-11-15\n\nCourriel,Date de désabonnement\n\
                zoe@example.com,2026-10-02\n\nluc@example,2026-10-02\nana@example.com,-\n\n\n";
    insta::assert_snapshot!(said("banniere.csv", text, "amilia/unsubscribed"), @"");
}

const CONTACTS: &str = r#"{"fields":[
    {"name":"Numéro","type":"integer","constraints":{"required":true}},
    {"name":"Prénom","type":"string"},
    {"name":"Nom","type":"string"},
    {"name":"Courriel","type":"string","format":"email"},
    {"name":"Ville","type":"string"},
    {"name":"Solde","type":"number","decimalChar":"."}
  ],"fieldsMatch":"exact"}"#;

/// One column was put elsewhere, one was renamed, one was added.
#[test]
fn columns_moved_renamed_and_added() {
    let text = "Numéro,Prénom,Nom,Ville,Solde $,Courriel,Remarques\n\
                1,Zoé,Côté,Laval,12.50,zoe@example.com,\n\
                2,Luc,Roy,Québec,0,luc@example.com,à rappeler\n";
    insta::assert_snapshot!(said("contacts.csv", text, CONTACTS), @"");
}

/// Days first in a column that the schema reads months first.
#[test]
fn day_and_month_in_the_other_order() {
    let row = |number: u32, born: &str| format!("{number};{number};Zoé;Côté;{born};2024-01-15\n");
    let days = ["05/04/1984", "13/04/1984", "06/07/1990", "28/02/2001", "31/12/1999"];
    let rows: String = days.iter().zip(101..).map(|(day, number)| row(number, day)).collect();
    let header = "Numéro de personne;Numéro de compte;Prénom;Nom;Date de naissance;Date d'adhésion\n";
    insta::assert_snapshot!(said("personnes.csv", format!("{header}{rows}"), "amilia/people"), @"");
}

#[test]
fn a_quote_that_is_never_closed() {
    let text = "Person ID,Account ID,First name,Last name,City\n\
                1,1,Zoé,Côté,Laval\n\
                2,2,\"Luc,Roy,Québec\n\
                3,3,Ana,Roy,Gatineau\n";
    insta::assert_snapshot!(said("people.csv", text, "amilia/people"), @"");
}

/// Lines are counted as an editor counts them.
#[test]
fn cells_of_several_lines_with_crlf() {
    let text = "Person ID,Account ID,First name,Last name,Address,Country\r\n\
                1,1,Zoé,Côté,\"12, rue Principale\r\nApp. 4\r\nLaval\",Canada\r\n\
                \r\n\
                2,2,Luc,Roy,\"5 Main Street\r\nOttawa\",Kanada\r\n\
                x,3,Ana,\"Roy\" junior,,Canada\r\n\
                4,4,Léa,Roy,1 rue des Érables\r\n";
    insta::assert_snapshot!(said("people.csv", text, "amilia/people"), @"");
}

#[test]
fn semicolons_and_decimal_commas() {
    let text = "Numéro;Prénom;Nom;Courriel;Ville;Solde\n\
                1;Zoé;Côté;zoe@example.com;Laval;12,50\n\
                2;Luc;Roy;luc@example.com;Québec;1 204,00\n\
                3;Ana;Roy;ana@example.com;Laval;0\n\
                4;Léa;Roy;lea@example.com;Laval;-3,5\n";
    insta::assert_snapshot!(said("soldes.csv", text, CONTACTS), @"");
}

/// A French Excel: Windows-1252, semicolons, ids shortened, a letter O in a postal code, words of its own.
#[test]
fn what_a_spreadsheet_does_to_an_export() {
    let text = "Numéro de personne;Numéro de compte;Prénom;Nom;Genre;Code postal;Téléphone;Identifiant externe;Courrie\r\n\
                901;701;Zoé;Côté;Féminin;H2X 1Y4;819 555-0101;1,23E+05;zoe@example.com\r\n\
                902;702;Émile;Côté;Garçon;H2X 1YO;8,19E+09;00124;emile@example.com\r\n\
                903;;Léa;Roy;F;;;00125;lea@example.com\r\n";
    insta::assert_snapshot!(said("personnes.csv", windows_1252(text), "amilia/people"), @"");
}

/// From line 3 on an address holds the separator and has no quotation marks.
#[test]
fn rows_shifted_by_a_separator() {
    let mut text = "Person ID,Account ID,First name,Last name,Address,Country,Archived\n\
                    1,1,Zoé,Côté,1 Main Street,Canada,No\n"
        .to_owned();
    for number in 2..6 {
        text.push_str(&format!("{number},{number},Luc,Roy,{number} Main Street, Apt. 4,Canada,No\n"));
    }
    insta::assert_snapshot!(said("people.csv", text, "amilia/people"), @"");
}

/// Bytes that the declared encoding does not have, a NUL, an identifier twice.
#[test]
fn bytes_that_are_no_text() {
    let mut bytes = "Numéro,Prénom,Nom,Courriel,Ville,Solde\n1,Zo".as_bytes().to_vec();
    bytes.extend_from_slice(b"\xe9,Roy,zoe@example.com,Laval,1\n1,L\0uc,Roy,luc@example.com,Laval,2\n");
    let table = CONTACTS.replacen('{', r#"{"primaryKey":["Numéro"],"#, 1);
    let schema =
        format!(r#"{{"name":"contacts","path":"contacts.csv","encoding":"utf-8","schema":{table}}}"#);
    insta::assert_snapshot!(said("octets.csv", bytes, &schema), @"");
}
