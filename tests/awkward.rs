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
    insta::assert_snapshot!(said("abonnements.xlsx", workbook.save_to_buffer().unwrap(), "amilia/memberships"), @r"
    abonnements.xlsx: read as amilia/memberships, sheet “Abonnements” of a workbook
    abonnements.xlsx [warning, sheet-not-read] Sheet not read
      Only the sheet “Abonnements” was read; these hold something too: Notes.
      → hint: Save a sheet that is to be read as a file of its own, or name it in the schema (sheetName).

    abonnements.xlsx:5 [type-error] Wrong type
      5 │ Gym annuel;900004;700004;le 3 avril;luc@example.com;1234567890123456800
        │                          ^^^^^^^^^^
      Column “Date d'achat”: “le 3 avril” is not a date written YYYY-MM-DD, like 2026-04-30.
      → hint: Write the date as YYYY-MM-DD; in a spreadsheet, change the format of the whole column.

    abonnements.xlsx:5 [type-error] Wrong type
      5 │ Gym annuel;900004;700004;le 3 avril;luc@example.com;1234567890123456800
        │                                                     ^^^^^^^^^^^^^^^^^^^
      Column “Carte”: “1234567890123456800” was shortened by a spreadsheet; the digits are lost.
      → hint: Export the file again, and import the column as text before you save it from a spreadsheet.

    abonnements.xlsx:6 [type-error] Wrong type
      6 │ Gym annuel;900005;700005;2026-04-03;#N/A;00123
        │                                     ^^^^
      Column “Courriel”: a formula failed (#N/A).
      → hint: Correct the formula, or replace it by its value.

    abonnements.xlsx: 3 rows, 3 errors, 1 warning
      Probably:
      ● 1 identifier in “Carte” was shortened by a spreadsheet, like 1.23E+05; its digits are lost. (line 5)
        → hint: Export the file again and drop it as it is. To look at it in a spreadsheet, import that column as text.
      Only the sheet “Abonnements” was read, and others hold something too.
      1 row: Column “Date d'achat”: not a date written YYYY-MM-DD, like 2026-04-30. (line 5)
      1 row: Column “Carte”: shortened by a spreadsheet; the digits are lost. (line 5)
      1 row: Column “Courriel”: a formula failed. (line 6)

    ────────────────────────────────────────
    abonnements.xlsx : lu comme amilia/memberships, feuille « Abonnements » d’un classeur
    abonnements.xlsx [avertissement, sheet-not-read] Feuille non lue
      Seule la feuille « Abonnements » a été lue ; d’autres contiennent aussi quelque chose : Notes.
      → conseil : Enregistrez à part une feuille qui doit être lue, ou nommez-la dans le schéma (sheetName).

    abonnements.xlsx:5 [type-error] Mauvais type
      5 │ Gym annuel;900004;700004;le 3 avril;luc@example.com;1234567890123456800
        │                          ^^^^^^^^^^
      Colonne « Date d'achat » : « le 3 avril » n’est pas une date écrite AAAA-MM-JJ, comme 2026-04-30.
      → conseil : Écrivez la date sous la forme AAAA-MM-JJ ; dans un tableur, changez le format de toute la colonne.

    abonnements.xlsx:5 [type-error] Mauvais type
      5 │ Gym annuel;900004;700004;le 3 avril;luc@example.com;1234567890123456800
        │                                                     ^^^^^^^^^^^^^^^^^^^
      Colonne « Carte » : « 1234567890123456800 » a été raccourci par un tableur ; des chiffres sont perdus.
      → conseil : Exportez le fichier à nouveau, et importez la colonne comme texte avant de l’enregistrer depuis un tableur.

    abonnements.xlsx:6 [type-error] Mauvais type
      6 │ Gym annuel;900005;700005;2026-04-03;#N/A;00123
        │                                     ^^^^
      Colonne « Courriel » : une formule a échoué (#N/A).
      → conseil : Corrigez la formule, ou remplacez-la par sa valeur.

    abonnements.xlsx : 3 lignes, 3 erreurs, 1 avertissement
      Probablement :
      ● 1 identifiant de « Carte » a été raccourci par un tableur, comme 1,23E+05 ; ses chiffres sont perdus. (ligne 5)
        → conseil : Exportez le fichier de nouveau et déposez-le tel quel. Pour le regarder dans un tableur, importez cette colonne comme texte.
      Seule la feuille « Abonnements » a été lue, et d’autres contiennent aussi quelque chose.
      1 ligne : Colonne « Date d'achat » : pas une date écrite AAAA-MM-JJ, comme 2026-04-30. (ligne 5)
      1 ligne : Colonne « Carte » : valeur raccourcie par un tableur ; des chiffres sont perdus. (ligne 5)
      1 ligne : Colonne « Courriel » : une formule a échoué. (ligne 6)
    ");
}

/// Excel's “Unicode text”.
#[test]
fn utf_16_with_tabs() {
    let text = "Courriel\tÉtat du courriel\tDate de désabonnement\r\n\
                zoe@example.com\tDésabonné\t2026-10-02\r\n\
                élodie@@example.com\tRejeté\t2026-02-30\r\n";
    insta::assert_snapshot!(said("desabonnes.txt", utf16(text), "amilia/unsubscribed"), @r"
    desabonnes.txt: read as amilia/unsubscribed, UTF-16LE (its byte order mark says so), separator tab (most frequent on the header line)
    desabonnes.txt:3 [type-error] Wrong type
      3 │ élodie@@example.com\tRejeté\t2026-02-30
        │ ^^^^^^^^^^^^^^^^^^^
      Column “Courriel”: “élodie@@example.com” is not an e-mail address.
      → hint: Write one address, like name@example.org, without spaces.

    desabonnes.txt:3 [type-error] Wrong type
      3 │ élodie@@example.com\tRejeté\t2026-02-30
        │                              ^^^^^^^^^^
      Column “Date de désabonnement”: “2026-02-30” is not a day of the calendar (read as YYYY-MM-DD).
      → hint: Correct the date; check that day and month are in the right order.

    desabonnes.txt: 2 rows, 2 errors, 0 warnings
      1 row: Column “Courriel”: not an e-mail address. (line 3)
      1 row: Column “Date de désabonnement”: not a day of the calendar (read as YYYY-MM-DD). (line 3)

    ────────────────────────────────────────
    desabonnes.txt : lu comme amilia/unsubscribed, UTF-16LE (son indicateur d’ordre des octets le dit), séparateur tabulation (le plus fréquent dans la ligne d’en-tête)
    desabonnes.txt:3 [type-error] Mauvais type
      3 │ élodie@@example.com\tRejeté\t2026-02-30
        │ ^^^^^^^^^^^^^^^^^^^
      Colonne « Courriel » : « élodie@@example.com » n’est pas une adresse de courriel.
      → conseil : Écrivez une seule adresse, comme nom@example.org, sans espaces.

    desabonnes.txt:3 [type-error] Mauvais type
      3 │ élodie@@example.com\tRejeté\t2026-02-30
        │                              ^^^^^^^^^^
      Colonne « Date de désabonnement » : « 2026-02-30 » n’est pas un jour du calendrier (lu comme AAAA-MM-JJ).
      → conseil : Corrigez la date ; vérifiez que le jour et le mois sont dans le bon ordre.

    desabonnes.txt : 2 lignes, 2 erreurs, 0 avertissement
      1 ligne : Colonne « Courriel » : pas une adresse de courriel. (ligne 3)
      1 ligne : Colonne « Date de désabonnement » : pas un jour du calendrier (lu comme AAAA-MM-JJ). (ligne 3)
    ");
}

#[test]
fn a_title_and_blank_lines_above_the_header() {
    let text = "\u{feff}Liste des désabonnements\nExporté le 2026-11-15\n\nCourriel,Date de désabonnement\n\
                zoe@example.com,2026-10-02\n\nluc@example,2026-10-02\nana@example.com,-\n\n\n";
    insta::assert_snapshot!(said("banniere.csv", text, "amilia/unsubscribed"), @r"
    banniere.csv: read as amilia/unsubscribed, UTF-8 (its byte order mark says so), separator , (most frequent on the header line)
    banniere.csv:6 [warning, blank-row] Empty row
      This row is empty.
      → hint: Delete the row.

    banniere.csv:7 [type-error] Wrong type
      7 │ luc@example,2026-10-02
        │ ^^^^^^^^^^^
      Column “Courriel”: “luc@example” is not an e-mail address.
      → hint: Write one address, like name@example.org, without spaces.

    banniere.csv: 3 rows, 1 error, 1 warning
      1 row: The row is empty. (line 6)
      1 row: Column “Courriel”: not an e-mail address. (line 7)

    ────────────────────────────────────────
    banniere.csv : lu comme amilia/unsubscribed, UTF-8 (son indicateur d’ordre des octets le dit), séparateur , (le plus fréquent dans la ligne d’en-tête)
    banniere.csv:6 [avertissement, blank-row] Ligne vide
      Cette ligne est vide.
      → conseil : Supprimez la ligne.

    banniere.csv:7 [type-error] Mauvais type
      7 │ luc@example,2026-10-02
        │ ^^^^^^^^^^^
      Colonne « Courriel » : « luc@example » n’est pas une adresse de courriel.
      → conseil : Écrivez une seule adresse, comme nom@example.org, sans espaces.

    banniere.csv : 3 lignes, 1 erreur, 1 avertissement
      1 ligne : La ligne est vide. (ligne 6)
      1 ligne : Colonne « Courriel » : pas une adresse de courriel. (ligne 7)
    ");
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
    insta::assert_snapshot!(said("contacts.csv", text, CONTACTS), @r"
    contacts.csv:1 [incorrect-label] Wrong column
      The column “Solde” is missing; column 5, “Solde $”, looks like it: 2 of its first 2 values fit.
      → hint: Correct the name in the first line, or enter it as an alias in the schema.

    contacts.csv:1 [extra-label] Unexpected column
      Column 7, “Remarques”, is not expected.
      → hint: Delete the column, or correct its name in the first line.

    contacts.csv:1 [incorrect-label] Wrong column
      The column “Ville” is in position 4; it is expected in position 5.
      → hint: Put the columns back in their order.

    contacts.csv: 0 rows, 3 errors, 0 warnings
      The column “Solde” has another name. (line 1)
      The column “Remarques” is not expected. (line 1)
      The column “Ville” is not in its place. (line 1)
    To accept the columns of this file, the schema would need this:
      “Solde”: “Solde $” as an alias
      more columns than the schema has (fieldsMatch)
      columns in any order (fieldsMatch)
    To write that schema: passeur check contacts.csv --schema schema.json --patch schemas/schema.json

    ────────────────────────────────────────
    contacts.csv:1 [incorrect-label] Mauvaise colonne
      La colonne « Solde » manque ; la colonne 5, « Solde $ », lui ressemble : 2 de ses 2 premières valeurs conviennent.
      → conseil : Corrigez le nom dans la première ligne, ou ajoutez-le comme alias dans le schéma.

    contacts.csv:1 [extra-label] Colonne inattendue
      La colonne 7, « Remarques », n’est pas attendue.
      → conseil : Supprimez la colonne, ou corrigez son nom dans la première ligne.

    contacts.csv:1 [incorrect-label] Mauvaise colonne
      La colonne « Ville » est en position 4 ; elle est attendue en position 5.
      → conseil : Remettez les colonnes dans leur ordre.

    contacts.csv : 0 ligne, 3 erreurs, 0 avertissement
      La colonne « Solde » porte un autre nom. (ligne 1)
      La colonne « Remarques » n’est pas attendue. (ligne 1)
      La colonne « Ville » n’est pas à sa place. (ligne 1)
    Pour accepter les colonnes de ce fichier, il faudrait au schéma :
      « Solde » : « Solde $ » comme alias
      plus de colonnes que le schéma n’en a (fieldsMatch)
      les colonnes dans n’importe quel ordre (fieldsMatch)
    Pour écrire ce schéma : passeur check contacts.csv --schema schema.json --patch schemas/schema.json
    ");
}

/// Days first in a column that the schema reads months first.
#[test]
fn day_and_month_in_the_other_order() {
    let row = |number: u32, born: &str| format!("{number};{number};Zoé;Côté;{born};2024-01-15\n");
    let days = ["05/04/1984", "13/04/1984", "06/07/1990", "28/02/2001", "31/12/1999"];
    let rows: String = days.iter().zip(101..).map(|(day, number)| row(number, day)).collect();
    let header = "Numéro de personne;Numéro de compte;Prénom;Nom;Date de naissance;Date d'adhésion\n";
    insta::assert_snapshot!(said("personnes.csv", format!("{header}{rows}"), "amilia/people"), @r#"
    personnes.csv: read as amilia/people, UTF-8 (every byte fits), separator ; (most frequent on the header line)
    personnes.csv:3 [type-error] Wrong type
      3 │ 102;102;Zoé;Côté;13/04/1984;2024-01-15
        │                  ^^^^^^^^^^
      Column “Date de naissance”: “13/04/1984” is not a day of the calendar (read as MM/DD/YYYY).
      → hint: Correct the date; check that day and month are in the right order.

    personnes.csv:5 [type-error] Wrong type
      5 │ 104;104;Zoé;Côté;28/02/2001;2024-01-15
        │                  ^^^^^^^^^^
      Column “Date de naissance”: “28/02/2001” is not a day of the calendar (read as MM/DD/YYYY).
      → hint: Correct the date; check that day and month are in the right order.

    personnes.csv:6 [type-error] Wrong type
      6 │ 105;105;Zoé;Côté;31/12/1999;2024-01-15
        │                  ^^^^^^^^^^
      Column “Date de naissance”: “31/12/1999” is not a day of the calendar (read as MM/DD/YYYY).
      → hint: Correct the date; check that day and month are in the right order.

    personnes.csv [date-order] Order of day and month
      Column “Date de naissance”: 3 values (lines 3, 5, 6) can only be DD/MM/YYYY, although the schema says MM/DD/YYYY. 2 more could be either: their days and months may be exchanged, so nothing of the file is used.
      → hint: Export the column as MM/DD/YYYY or with the year first. If DD/MM/YYYY is right, set "dateOrder" in a copy of the schema.

    personnes.csv: 5 rows, 4 errors, 0 warnings
      Column “Date de naissance”: 3 values (lines 3, 5, 6) can only be DD/MM/YYYY, although the schema says MM/DD/YYYY. 2 more could be either: their days and months may be exchanged, so nothing of the file is used.
      3 rows: Column “Date de naissance”: not a day of the calendar (read as MM/DD/YYYY). (lines 3, 5, 6)

    ────────────────────────────────────────
    personnes.csv : lu comme amilia/people, UTF-8 (tous les octets y correspondent), séparateur ; (le plus fréquent dans la ligne d’en-tête)
    personnes.csv:3 [type-error] Mauvais type
      3 │ 102;102;Zoé;Côté;13/04/1984;2024-01-15
        │                  ^^^^^^^^^^
      Colonne « Date de naissance » : « 13/04/1984 » n’est pas un jour du calendrier (lu comme MM/JJ/AAAA).
      → conseil : Corrigez la date ; vérifiez que le jour et le mois sont dans le bon ordre.

    personnes.csv:5 [type-error] Mauvais type
      5 │ 104;104;Zoé;Côté;28/02/2001;2024-01-15
        │                  ^^^^^^^^^^
      Colonne « Date de naissance » : « 28/02/2001 » n’est pas un jour du calendrier (lu comme MM/JJ/AAAA).
      → conseil : Corrigez la date ; vérifiez que le jour et le mois sont dans le bon ordre.

    personnes.csv:6 [type-error] Mauvais type
      6 │ 105;105;Zoé;Côté;31/12/1999;2024-01-15
        │                  ^^^^^^^^^^
      Colonne « Date de naissance » : « 31/12/1999 » n’est pas un jour du calendrier (lu comme MM/JJ/AAAA).
      → conseil : Corrigez la date ; vérifiez que le jour et le mois sont dans le bon ordre.

    personnes.csv [date-order] Ordre du jour et du mois
      Colonne « Date de naissance » : 3 valeurs (lignes 3, 5, 6) ne peuvent être que JJ/MM/AAAA, alors que le schéma demande MM/JJ/AAAA. 2 autres peuvent se lire des deux façons : leurs jours et leurs mois sont peut-être échangés, et rien du fichier n’est utilisé.
      → conseil : Exportez la colonne en MM/JJ/AAAA ou année d’abord. Si JJ/MM/AAAA est juste, réglez "dateOrder" dans une copie du schéma.

    personnes.csv : 5 lignes, 4 erreurs, 0 avertissement
      Colonne « Date de naissance » : 3 valeurs (lignes 3, 5, 6) ne peuvent être que JJ/MM/AAAA, alors que le schéma demande MM/JJ/AAAA. 2 autres peuvent se lire des deux façons : leurs jours et leurs mois sont peut-être échangés, et rien du fichier n’est utilisé.
      3 lignes : Colonne « Date de naissance » : pas un jour du calendrier (lu comme MM/JJ/AAAA). (lignes 3, 5, 6)
    "#);
}

#[test]
fn a_quote_that_is_never_closed() {
    let text = "Person ID,Account ID,First name,Last name,City\n\
                1,1,Zoé,Côté,Laval\n\
                2,2,\"Luc,Roy,Québec\n\
                3,3,Ana,Roy,Gatineau\n";
    insta::assert_snapshot!(said("people.csv", text, "amilia/people"), @r"
    people.csv: read as amilia/people, UTF-8 (every byte fits), separator , (most frequent on the header line)
    people.csv:3 [quote-not-closed] Quotation mark not closed
      A quotation mark opens on line 3 and is never closed: everything after it was read as one cell.
      → hint: Add the missing quotation mark on that line, or remove the one that opens.

    people.csv: 1 row, 1 error, 0 warnings
      A quotation mark is never closed. (line 3)

    ────────────────────────────────────────
    people.csv : lu comme amilia/people, UTF-8 (tous les octets y correspondent), séparateur , (le plus fréquent dans la ligne d’en-tête)
    people.csv:3 [quote-not-closed] Guillemet non refermé
      Un guillemet s’ouvre à la ligne 3 et ne se referme jamais : tout ce qui suit a été lu comme une seule cellule.
      → conseil : Ajoutez le guillemet manquant sur cette ligne, ou supprimez celui qui s’ouvre.

    people.csv : 1 ligne, 1 erreur, 0 avertissement
      Un guillemet ne se referme jamais. (ligne 3)
    ");
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
    insta::assert_snapshot!(said("people.csv", text, "amilia/people"), @r#"
    people.csv: read as amilia/people, UTF-8 (every byte fits), separator , (most frequent on the header line)
    people.csv:5 [warning, blank-row] Empty row
      This row is empty.
      → hint: Delete the row.

    people.csv:6 [constraint-error] Rule not met
      6 │ 2,2,Luc,Roy,"5 Main Street\r\nOttawa",Kanada
        │                                       ^^^^^^
      Column “Country”: “Kanada” is not one of the allowed values (AD, AE, AF, AG, AI, AL, …); did you mean “Canada”?
      → hint: Write one of the allowed values: AD, AE, AF, AG, AI, AL, AM, AO, AQ, AR, AS, AT, AU, AW, AX, AZ, BA, BB, BD, BE, BF, BG, BH, BI, BJ, BL, BM, BN, BO, BQ, BR, BS, BT, BV, BW, BY, BZ, CA, CC, CD, CF, CG,…

    people.csv:8 [quote-error] Misplaced quotation mark or line end
      8 │ x,3,Ana,"Roy" junior,,Canada
      There is text after a closing quotation mark.
      → hint: A quotation mark inside a value is written twice: "".

    people.csv:9 [missing-cell] Too few cells
      9 │ 4,4,Léa,Roy,1 rue des Érables
      This row has 5 cells; 6 are expected.
      → hint: Look for a separator that is missing, or for a line that was cut in two.

    people.csv: 4 rows, 3 errors, 1 warning
      1 row: The row is empty. (line 5)
      1 row: Column “Country”: not one of the allowed values (AD, AE, AF, AG, AI, AL, …). (line 6)
      1 row: There is text after a closing quotation mark. (line 8)
      1 row: The row has fewer than 6 cells. (line 9)

    ────────────────────────────────────────
    people.csv : lu comme amilia/people, UTF-8 (tous les octets y correspondent), séparateur , (le plus fréquent dans la ligne d’en-tête)
    people.csv:5 [avertissement, blank-row] Ligne vide
      Cette ligne est vide.
      → conseil : Supprimez la ligne.

    people.csv:6 [constraint-error] Règle non respectée
      6 │ 2,2,Luc,Roy,"5 Main Street\r\nOttawa",Kanada
        │                                       ^^^^^^
      Colonne « Country » : « Kanada » ne fait pas partie des valeurs permises (AD, AE, AF, AG, AI, AL, …) ; vouliez-vous dire « Canada » ?
      → conseil : Écrivez l’une des valeurs permises : AD, AE, AF, AG, AI, AL, AM, AO, AQ, AR, AS, AT, AU, AW, AX, AZ, BA, BB, BD, BE, BF, BG, BH, BI, BJ, BL, BM, BN, BO, BQ, BR, BS, BT, BV, BW, BY, BZ, CA, CC, CD, CF,…

    people.csv:8 [quote-error] Guillemet ou fin de ligne mal placés
      8 │ x,3,Ana,"Roy" junior,,Canada
      Il y a du texte après un guillemet fermant.
      → conseil : Un guillemet à l’intérieur d’une valeur s’écrit deux fois : "".

    people.csv:9 [missing-cell] Trop peu de cellules
      9 │ 4,4,Léa,Roy,1 rue des Érables
      Cette ligne a 5 cellules ; 6 sont attendues.
      → conseil : Cherchez un séparateur manquant, ou une ligne coupée en deux.

    people.csv : 4 lignes, 3 erreurs, 1 avertissement
      1 ligne : La ligne est vide. (ligne 5)
      1 ligne : Colonne « Country » : ne fait pas partie des valeurs permises (AD, AE, AF, AG, AI, AL, …). (ligne 6)
      1 ligne : Il y a du texte après un guillemet fermant. (ligne 8)
      1 ligne : La ligne a moins de 6 cellules. (ligne 9)
    "#);
}

#[test]
fn semicolons_and_decimal_commas() {
    let text = "Numéro;Prénom;Nom;Courriel;Ville;Solde\n\
                1;Zoé;Côté;zoe@example.com;Laval;12,50\n\
                2;Luc;Roy;luc@example.com;Québec;1 204,00\n\
                3;Ana;Roy;ana@example.com;Laval;0\n\
                4;Léa;Roy;lea@example.com;Laval;-3,5\n";
    insta::assert_snapshot!(said("soldes.csv", text, CONTACTS), @r#"
    soldes.csv: read as schema.json, UTF-8 (every byte fits), separator ; (most frequent on the header line)
    soldes.csv:2 [type-error] Wrong type
      2 │ 1;Zoé;Côté;zoe@example.com;Laval;12,50
        │                                  ^^^^^
      Column “Solde”: “12,50” is not a number.
      → hint: Write digits with at most one decimal sign, without units.

    soldes.csv:3 [type-error] Wrong type
      3 │ 2;Luc;Roy;luc@example.com;Québec;1 204,00
        │                                  ^^^^^^^^
      Column “Solde”: “1 204,00” is not a number.
      → hint: Write digits with at most one decimal sign, without units.

    soldes.csv:5 [type-error] Wrong type
      5 │ 4;Léa;Roy;lea@example.com;Laval;-3,5
        │                                 ^^^^
      Column “Solde”: “-3,5” is not a number.
      → hint: Write digits with at most one decimal sign, without units.

    soldes.csv: 4 rows, 3 errors, 0 warnings
      Probably:
      ● 3 values of “Solde” have a decimal comma. (lines 2, 3, 5)
        → hint: Write them with a decimal point and no spaces, or set "decimalChar" in a copy of the schema.
      3 rows: Column “Solde”: not a number. (lines 2, 3, 5)

    ────────────────────────────────────────
    soldes.csv : lu comme schema.json, UTF-8 (tous les octets y correspondent), séparateur ; (le plus fréquent dans la ligne d’en-tête)
    soldes.csv:2 [type-error] Mauvais type
      2 │ 1;Zoé;Côté;zoe@example.com;Laval;12,50
        │                                  ^^^^^
      Colonne « Solde » : « 12,50 » n’est pas un nombre.
      → conseil : N’écrivez que des chiffres et au plus un signe décimal, sans unités.

    soldes.csv:3 [type-error] Mauvais type
      3 │ 2;Luc;Roy;luc@example.com;Québec;1 204,00
        │                                  ^^^^^^^^
      Colonne « Solde » : « 1 204,00 » n’est pas un nombre.
      → conseil : N’écrivez que des chiffres et au plus un signe décimal, sans unités.

    soldes.csv:5 [type-error] Mauvais type
      5 │ 4;Léa;Roy;lea@example.com;Laval;-3,5
        │                                 ^^^^
      Colonne « Solde » : « -3,5 » n’est pas un nombre.
      → conseil : N’écrivez que des chiffres et au plus un signe décimal, sans unités.

    soldes.csv : 4 lignes, 3 erreurs, 0 avertissement
      Probablement :
      ● 3 valeurs de « Solde » ont une virgule décimale. (lignes 2, 3, 5)
        → conseil : Écrivez-les avec un point décimal et sans espaces, ou réglez "decimalChar" dans une copie du schéma.
      3 lignes : Colonne « Solde » : pas un nombre. (lignes 2, 3, 5)
    "#);
}

/// A French Excel: Windows-1252, semicolons, ids shortened, a letter O in a postal code, words of its own.
#[test]
fn what_a_spreadsheet_does_to_an_export() {
    let text = "Numéro de personne;Numéro de compte;Prénom;Nom;Genre;Code postal;Téléphone;Identifiant externe;Courrie\r\n\
                901;701;Zoé;Côté;Féminin;H2X 1Y4;819 555-0101;1,23E+05;zoe@example.com\r\n\
                902;702;Émile;Côté;Garçon;H2X 1YO;8,19E+09;00124;emile@example.com\r\n\
                903;;Léa;Roy;F;;;00125;lea@example.com\r\n";
    insta::assert_snapshot!(said("personnes.csv", windows_1252(text), "amilia/people"), @r"
    personnes.csv: read as amilia/people, windows-1252 (it is not UTF-8), separator ; (most frequent on the header line)
    personnes.csv:1 [warning, extra-label] Unexpected column
      Column 9, “Courrie”, is not read; was it meant to be “Courriel”, which the file lacks?
      → hint: If it is, correct its name in the first line, or enter the name as an alias in a copy of the schema.

    personnes.csv:2 [type-error] Wrong type
      2 │ 901;701;Zoé;Côté;Féminin;H2X 1Y4;819 555-0101;1,23E+05;zoe@example.com
        │                                               ^^^^^^^^
      Column “Identifiant externe”: “1,23E+05” was shortened by a spreadsheet; the digits are lost.
      → hint: Export the file again, and import the column as text before you save it from a spreadsheet.

    personnes.csv:3 [constraint-error] Rule not met
      3 │ 902;702;Émile;Côté;Garçon;H2X 1YO;8,19E+09;00124;emile@example.com
        │                    ^^^^^^
      Column “Genre”: “Garçon” is not one of the allowed values (M, F, NotSpecified, PreferNotToSay).
      → hint: Write one of the allowed values: M, F, NotSpecified, PreferNotToSay.

    personnes.csv:3 [type-error] Wrong type
      3 │ 902;702;Émile;Côté;Garçon;H2X 1YO;8,19E+09;00124;emile@example.com
        │                           ^^^^^^^
      Column “Code postal”: “H2X 1YO” is not a Canadian postal code; did you mean “H2X 1Y0”?
      → hint: Write letter, digit, letter, space, digit, letter, digit, like H2X 1Y4; a zero is not the letter O.

    personnes.csv:3 [type-error] Wrong type
      3 │ 902;702;Émile;Côté;Garçon;H2X 1YO;8,19E+09;00124;emile@example.com
        │                                   ^^^^^^^^
      Column “Téléphone”: “8,19E+09” was shortened by a spreadsheet; the digits are lost.
      → hint: Export the file again, and import the column as text before you save it from a spreadsheet.

    personnes.csv:4 [constraint-error] Rule not met
      4 │ 903;;Léa;Roy;F;;;00125;lea@example.com
        │     ^
      Column “Numéro de compte”: empty, although a value is required.
      → hint: Fill the cell in.

    personnes.csv: 3 rows, 5 errors, 1 warning
      Probably:
      ● 1 identifier in “Identifiant externe” was shortened by a spreadsheet, like 1.23E+05; its digits are lost. (line 2)
        → hint: Export the file again and drop it as it is. To look at it in a spreadsheet, import that column as text.
      ● 1 identifier in “Téléphone” was shortened by a spreadsheet, like 1.23E+05; its digits are lost. (line 3)
        → hint: Export the file again and drop it as it is. To look at it in a spreadsheet, import that column as text.
      The column “Courrie” is not read; it may be meant to be “Courriel”, which the file lacks. (line 1)
      1 row: Column “Identifiant externe”: shortened by a spreadsheet; the digits are lost. (line 2)
      1 row: Column “Genre”: not one of the allowed values (M, F, NotSpecified, PreferNotToSay). (line 3)
      1 row: Column “Code postal”: not a Canadian postal code. (line 3)
      1 row: Column “Téléphone”: shortened by a spreadsheet; the digits are lost. (line 3)
      1 row: Column “Numéro de compte”: empty, although a value is required. (line 4)

    ────────────────────────────────────────
    personnes.csv : lu comme amilia/people, windows-1252 (ce n’est pas de l’UTF-8), séparateur ; (le plus fréquent dans la ligne d’en-tête)
    personnes.csv:1 [avertissement, extra-label] Colonne inattendue
      La colonne 9, « Courrie », n’est pas lue ; fallait-il « Courriel », qui manque au fichier ?
      → conseil : Si oui, corrigez son nom dans la première ligne, ou ajoutez ce nom comme alias dans une copie du schéma.

    personnes.csv:2 [type-error] Mauvais type
      2 │ 901;701;Zoé;Côté;Féminin;H2X 1Y4;819 555-0101;1,23E+05;zoe@example.com
        │                                               ^^^^^^^^
      Colonne « Identifiant externe » : « 1,23E+05 » a été raccourci par un tableur ; des chiffres sont perdus.
      → conseil : Exportez le fichier à nouveau, et importez la colonne comme texte avant de l’enregistrer depuis un tableur.

    personnes.csv:3 [constraint-error] Règle non respectée
      3 │ 902;702;Émile;Côté;Garçon;H2X 1YO;8,19E+09;00124;emile@example.com
        │                    ^^^^^^
      Colonne « Genre » : « Garçon » ne fait pas partie des valeurs permises (M, F, NotSpecified, PreferNotToSay).
      → conseil : Écrivez l’une des valeurs permises : M, F, NotSpecified, PreferNotToSay.

    personnes.csv:3 [type-error] Mauvais type
      3 │ 902;702;Émile;Côté;Garçon;H2X 1YO;8,19E+09;00124;emile@example.com
        │                           ^^^^^^^
      Colonne « Code postal » : « H2X 1YO » n’est pas un code postal canadien ; vouliez-vous écrire « H2X 1Y0 » ?
      → conseil : Écrivez lettre, chiffre, lettre, espace, chiffre, lettre, chiffre, comme H2X 1Y4 ; un zéro n’est pas la lettre O.

    personnes.csv:3 [type-error] Mauvais type
      3 │ 902;702;Émile;Côté;Garçon;H2X 1YO;8,19E+09;00124;emile@example.com
        │                                   ^^^^^^^^
      Colonne « Téléphone » : « 8,19E+09 » a été raccourci par un tableur ; des chiffres sont perdus.
      → conseil : Exportez le fichier à nouveau, et importez la colonne comme texte avant de l’enregistrer depuis un tableur.

    personnes.csv:4 [constraint-error] Règle non respectée
      4 │ 903;;Léa;Roy;F;;;00125;lea@example.com
        │     ^
      Colonne « Numéro de compte » : vide, alors qu’une valeur est obligatoire.
      → conseil : Remplissez la cellule.

    personnes.csv : 3 lignes, 5 erreurs, 1 avertissement
      Probablement :
      ● 1 identifiant de « Identifiant externe » a été raccourci par un tableur, comme 1,23E+05 ; ses chiffres sont perdus. (ligne 2)
        → conseil : Exportez le fichier de nouveau et déposez-le tel quel. Pour le regarder dans un tableur, importez cette colonne comme texte.
      ● 1 identifiant de « Téléphone » a été raccourci par un tableur, comme 1,23E+05 ; ses chiffres sont perdus. (ligne 3)
        → conseil : Exportez le fichier de nouveau et déposez-le tel quel. Pour le regarder dans un tableur, importez cette colonne comme texte.
      La colonne « Courrie » n’est pas lue ; c’est peut-être « Courriel », qui manque au fichier. (ligne 1)
      1 ligne : Colonne « Identifiant externe » : valeur raccourcie par un tableur ; des chiffres sont perdus. (ligne 2)
      1 ligne : Colonne « Genre » : ne fait pas partie des valeurs permises (M, F, NotSpecified, PreferNotToSay). (ligne 3)
      1 ligne : Colonne « Code postal » : pas un code postal canadien. (ligne 3)
      1 ligne : Colonne « Téléphone » : valeur raccourcie par un tableur ; des chiffres sont perdus. (ligne 3)
      1 ligne : Colonne « Numéro de compte » : vide, alors qu’une valeur est obligatoire. (ligne 4)
    ");
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
    insta::assert_snapshot!(said("people.csv", text, "amilia/people"), @r"
    people.csv: read as amilia/people, UTF-8 (every byte fits), separator , (most frequent on the header line)
    people.csv:3 [extra-cell] Too many cells
      3 │ 2,2,Luc,Roy,2 Main Street, Apt. 4,Canada,No
      This row has 8 cells; 7 are expected.
      → hint: Look for a separator inside a value: put quotation marks around that value.

    people.csv:4 [extra-cell] Too many cells
      4 │ 3,3,Luc,Roy,3 Main Street, Apt. 4,Canada,No
      This row has 8 cells; 7 are expected.
      → hint: Look for a separator inside a value: put quotation marks around that value.

    people.csv:5 [extra-cell] Too many cells
      5 │ 4,4,Luc,Roy,4 Main Street, Apt. 4,Canada,No
      This row has 8 cells; 7 are expected.
      → hint: Look for a separator inside a value: put quotation marks around that value.

    people.csv:6 [extra-cell] Too many cells
      6 │ 5,5,Luc,Roy,5 Main Street, Apt. 4,Canada,No
      This row has 8 cells; 7 are expected.
      → hint: Look for a separator inside a value: put quotation marks around that value.

    people.csv: 5 rows, 4 errors, 0 warnings
      Probably:
      ● 4 rows, from line 3 to line 6 without a gap, have more cells than there are columns. A value of “Address” probably holds the separator and has no quotation marks around it. (lines 3, 4, 5, 6)
        → hint: Export again with quotation marks around text, or replace the separator inside these values.
      4 rows: The row has more than 7 cells. (lines 3, 4, 5, 6)

    ────────────────────────────────────────
    people.csv : lu comme amilia/people, UTF-8 (tous les octets y correspondent), séparateur , (le plus fréquent dans la ligne d’en-tête)
    people.csv:3 [extra-cell] Trop de cellules
      3 │ 2,2,Luc,Roy,2 Main Street, Apt. 4,Canada,No
      Cette ligne a 8 cellules ; 7 sont attendues.
      → conseil : Cherchez un séparateur à l’intérieur d’une valeur : mettez cette valeur entre guillemets.

    people.csv:4 [extra-cell] Trop de cellules
      4 │ 3,3,Luc,Roy,3 Main Street, Apt. 4,Canada,No
      Cette ligne a 8 cellules ; 7 sont attendues.
      → conseil : Cherchez un séparateur à l’intérieur d’une valeur : mettez cette valeur entre guillemets.

    people.csv:5 [extra-cell] Trop de cellules
      5 │ 4,4,Luc,Roy,4 Main Street, Apt. 4,Canada,No
      Cette ligne a 8 cellules ; 7 sont attendues.
      → conseil : Cherchez un séparateur à l’intérieur d’une valeur : mettez cette valeur entre guillemets.

    people.csv:6 [extra-cell] Trop de cellules
      6 │ 5,5,Luc,Roy,5 Main Street, Apt. 4,Canada,No
      Cette ligne a 8 cellules ; 7 sont attendues.
      → conseil : Cherchez un séparateur à l’intérieur d’une valeur : mettez cette valeur entre guillemets.

    people.csv : 5 lignes, 4 erreurs, 0 avertissement
      Probablement :
      ● 4 lignes, de la ligne 3 à la ligne 6 sans interruption, ont plus de cellules qu’il n’y a de colonnes. Une valeur de « Address » contient probablement le séparateur, sans guillemets autour. (lignes 3, 4, 5, 6)
        → conseil : Exportez de nouveau avec des guillemets autour du texte, ou remplacez le séparateur dans ces valeurs.
      4 lignes : La ligne a plus de 7 cellules. (lignes 3, 4, 5, 6)
    ");
}

/// Bytes that the declared encoding does not have, a NUL, an identifier twice.
#[test]
fn bytes_that_are_no_text() {
    let mut bytes = "Numéro,Prénom,Nom,Courriel,Ville,Solde\n1,Zo".as_bytes().to_vec();
    bytes.extend_from_slice(b"\xe9,Roy,zoe@example.com,Laval,1\n1,L\0uc,Roy,luc@example.com,Laval,2\n");
    let table = CONTACTS.replacen('{', r#"{"primaryKey":["Numéro"],"#, 1);
    let schema =
        format!(r#"{{"name":"contacts","path":"contacts.csv","encoding":"utf-8","schema":{table}}}"#);
    insta::assert_snapshot!(said("octets.csv", bytes, &schema), @r"
    octets.csv: read as schema.json, UTF-8 (the schema says so), separator , (most frequent on the header line)
    octets.csv:2 [encoding-error] Wrong encoding
      2 │ 1,Zo�,Roy,zoe@example.com,Laval,1
      This text is not valid UTF-8: bytes E9 at position 45 of the file.
      → hint: Save the file again as “CSV UTF-8”, or say which encoding it has.

    octets.csv:3 [forbidden-character] Forbidden character
      3 │ 1,L<U+0000>uc,Roy,luc@example.com,Laval,2
        │   ^^^^^^^^^^^
      Column “Prénom”: the value holds a NUL byte; the file is damaged.
      → hint: Export the file again.

    octets.csv: 2 rows, 2 errors, 0 warnings
      Some text is not valid UTF-8. (line 2)
      1 row: Column “Prénom”: holds a NUL byte; the file is damaged. (line 3)

    ────────────────────────────────────────
    octets.csv : lu comme schema.json, UTF-8 (le schéma le dit), séparateur , (le plus fréquent dans la ligne d’en-tête)
    octets.csv:2 [encoding-error] Mauvais encodage
      2 │ 1,Zo�,Roy,zoe@example.com,Laval,1
      Ce texte n’est pas valide en UTF-8 : octets E9 à la position 45 du fichier.
      → conseil : Enregistrez à nouveau le fichier au format « CSV UTF-8 », ou indiquez son encodage.

    octets.csv:3 [forbidden-character] Caractère interdit
      3 │ 1,L<U+0000>uc,Roy,luc@example.com,Laval,2
        │   ^^^^^^^^^^^
      Colonne « Prénom » : la valeur contient un octet NUL ; le fichier est abîmé.
      → conseil : Exportez le fichier à nouveau.

    octets.csv : 2 lignes, 2 erreurs, 0 avertissement
      Une partie du texte n’est pas valide en UTF-8. (ligne 2)
      1 ligne : Colonne « Prénom » : contient un octet NUL ; le fichier est abîmé. (ligne 3)
    ");
}
