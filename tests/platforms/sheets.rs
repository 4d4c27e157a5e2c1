//! `passeur setup-sheet`: for every platform, in both languages.

use std::path::Path;

use crate::support::project::Project;

fn sheet(sample: &str, route: &str, language: &str) -> String {
    let project = Project::empty();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    for file in [format!("{sample}/passeur.toml"), "actito/schemas/club/profiles.json".to_owned()] {
        project.write(&file, std::fs::read(samples.join(&file)).unwrap());
    }
    let output =
        project.run(&["setup-sheet", route, "--config", sample, "--language", language]).expect_code(0);
    project.mask(&output.stdout)
}

#[test]
fn the_sheet_of_splio() {
    insta::assert_snapshot!(sheet("splio", "splio-contacts", "en"), @r#"
    Setup sheet of route splio-contacts: Splio: contacts

    Schema             splio/contacts 2026-11
    Folder             [project]/splio/outbox/splio
    File name          myuniverse_contacts_amilia_YYYYMMDD.csv
    Header             first line
    Separator          ;
    Quotes             " around every value, an empty cell bare; inside a value doubled
    Line ends          LF
    Encoding           UTF-8, without byte order mark (BOM)
    Rows, at most      200000
    Key                email
    What a file holds  rows that are new or changed; what is not in it stays as it is
    Time zone          +02:00

    Columns, in this order:
       1  email  e-mail address · at most 100 characters · never empty · for example marie.t@example.com
       2  lastname  text · at most 255 characters · for example Tremblay
       3  firstname  text · at most 255 characters · for example Marie
       4  language  text · one of: ar, br, ca, cz, de, en, es, fr, gr, it, ja, kr, nl, pl, ru, tr, zh · for example fr
       5  cellphone  text · at most 30 characters · for example 0015145550100
       6  dateOfCreation  YYYY-MM-DD HH:MM:SS · for example 2026-01-15 15:30:00
    "#);
}

#[test]
fn the_sheet_of_symplify() {
    insta::assert_snapshot!(sheet("symplify", "symplify-recipients", "en"), @r"
    Setup sheet of route symplify-recipients: Symplify: recipients (scheduled import)

    Schema             symplify/recipients 2026-11
    Folder             [project]/symplify/outbox/symplify
    File name          recipients.txt
    Header             first line
    Separator          tab
    Quotes             none
    Line ends          LF
    Encoding           UTF-8, without byte order mark (BOM)
    Key                originalId
    Import mode        replace
    What a file holds  all rows, every time

    Columns, in this order:
       1  originalId  text · never empty · for example 900101
       2  emailAddress  e-mail address · for example genevieve.belanger@example.com
       3  firstName  text · for example Geneviève
       4  lastName  text · for example Bélanger
    ");
}

#[test]
fn the_sheet_of_a_campaign_in_french() {
    insta::assert_snapshot!(sheet("symplify", "symplify-campaign", "fr"), @r"
    Fiche de configuration de la route symplify-campaign : Symplify: recipients of a campaign (send campaign)

    Schéma                symplify/send-campaign 2026-11
    Dossier               [project]/symplify/outbox/symplify
    Nom du fichier        1234_77_YYYYMMDDhhmm.txt (heure d’envoi en America/Toronto)
    En-tête               première ligne
    Séparateur            tabulation
    Guillemets            aucun
    Fins de ligne         LF
    Encodage              UTF-8, sans marque d’ordre des octets (BOM)
    Clé                   originalId
    Contenu d’un fichier  toutes les lignes, chaque fois

    Colonnes, dans cet ordre :
       1  originalId  texte · jamais vide · par exemple 900101
       2  emailAddress  adresse courriel · par exemple genevieve.belanger@example.com
    ");
}

#[test]
fn the_sheet_of_actito() {
    insta::assert_snapshot!(sheet("actito", "actito-profiles", "en"), @r#"
    Setup sheet of route actito-profiles: Profiles of our club: the built-in table, a subscription and a segment

    Schema             club/profiles 1
    Folder             [project]/actito/outbox/actito
    Entity             -
    File name          profiles_$yyyyMMdd.csv.gz
    Packed             gzip
    In a set           may be missing: mark it as optional
    Day in the name    the day on which the file is made; the platform must look for it on that day
    Header             first line
    Separator          ;
    Quotes             " where a value needs them; inside a value doubled
    Line ends          CR LF
    Encoding           UTF-8, without byte order mark (BOM)
    Bytes, at most     100000000
    Key                customerId
    What a file holds  rows that are new or changed; what is not in it stays as it is

    Columns, in this order:
       1  customerId  text · at most 255 characters · never empty · for example 900101
       2  emailAddress  e-mail address · at most 255 characters · never empty · unique · for example genevieve.belanger@example.com
       3  firstName  text · at most 255 characters · for example Geneviève
       4  lastName  text · at most 255 characters · for example Bélanger
       5  sex  text · one of: M, F · for example F
       6  birthdate  YYYY-MM-DD · for example 1984-02-29
       7  addressCountry  text · for example CA
       8  gsmNumber  text · for example +15145550142
       9  newsletter  text · one of: Y, N · never empty
      10  membership_status  text · one of: Gold, Silver
    "#);
}

#[test]
fn the_sheet_of_actito_in_french() {
    insta::assert_snapshot!(sheet("actito", "actito-registrations", "fr"), @r#"
    Fiche de configuration de la route actito-registrations : Actito: a custom table of interactions

    Schéma                actito/interactions 2026-11
    Dossier               [project]/actito/outbox/actito
    Entité                -
    Nom du fichier        registrations_$yyyyMMdd.zip
    Compression           zip, contenant registrations_$yyyyMMdd.csv
    Dans un lot           peut manquer : marquez-le facultatif
    Jour dans le nom      le jour où le fichier est produit ; la plateforme doit le chercher ce jour-là
    En-tête               première ligne
    Séparateur            ;
    Guillemets            " là où une valeur en a besoin ; doublés dans une valeur
    Fins de ligne         CR LF
    Encodage              UTF-8, sans marque d’ordre des octets (BOM)
    Octets, au plus       100000000
    Clé                   registrationId
    Contenu d’un fichier  les lignes jamais envoyées ; aucune ne vient deux fois
    Fuseau horaire        America/Toronto

    Colonnes, dans cet ordre :
       1  registrationId  texte · au plus 255 caractères · jamais vide · par exemple SUB-50012
       2  customerId  texte · au plus 255 caractères · jamais vide · par exemple 900101
       3  registrationMoment  AAAA-MM-JJ HH:MM:SS · jamais vide · par exemple 2026-08-20 19:45:00
       4  activity  texte · au plus 255 caractères · par exemple Yoga doux - mardi 18 h
       5  activityId  texte · au plus 255 caractères · par exemple 31002
       6  status  texte · au plus 255 caractères · par exemple Registered
    "#);
}

#[test]
fn the_sheet_of_cyberimpact() {
    insta::assert_snapshot!(sheet("cyberimpact", "unsubscribes", "en"), @r#"
    Setup sheet of route unsubscribes: Cyberimpact: unsubscribes

    Schema             cyberimpact/unsubscribes 2026-11
    Folder             [project]/cyberimpact/outbox
    File name          account_unsubscribes_amilia_YYYYMMDD.csv
    File name          account_unsubscribes_amilia-2_YYYYMMDD.csv
    File name          account_unsubscribes_amilia-3_YYYYMMDD.csv
    Header             first line
    Separator          ,
    Quotes             " where a value needs them; inside a value doubled
    Line ends          LF
    Encoding           UTF-8, without byte order mark (BOM)
    Key                email
    What a file holds  rows that are new or changed; what is not in it stays as it is

    Columns, in this order:
       1  email  e-mail address · never empty · for example renee.desabonnee@example.com
       2  unsubscribedOn  YYYY-MM-DD · for example 2026-10-02
       3  origin  text · for example amilia-list
    "#);
}

#[test]
fn a_route_that_is_not_there_is_suggested() {
    let project = Project::empty();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    project.write("passeur.toml", std::fs::read(samples.join("splio/passeur.toml")).unwrap());
    let output = project.run(&["setup-sheet", "splio-card", "--language", "en"]).expect_code(2);
    insta::assert_snapshot!(output.stderr, @"passeur: there is no route splio-card (did you mean splio-cards?); routes: splio-contacts, splio-cards, splio-points");
}

#[test]
fn the_sheet_of_a_route_whose_file_goes_inside_an_archive() {
    let shown = |language: &str, starts: [&str; 4]| {
        let sheet = sheet("everything", "actito-profiles", language);
        let lines = sheet.lines().filter(|line| starts.iter().any(|start| line.starts_with(start)));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    let mut both = shown("en", ["File name", "Packed", "In a set", "Day"]);
    both += &shown("fr", ["Nom du fichier", "Compression", "Dans un lot", "Jour"]);
    insta::assert_snapshot!(both, @r"
    File name          profiles_$yyyyMMdd.csv
    Packed             zip: amilia_$yyyyMMdd.zip, together with the files of actito-registrations
    In a set           may be missing: mark it as optional
    Day in the name    the day on which the file is made; the platform must look for it on that day
    Nom du fichier        profiles_$yyyyMMdd.csv
    Compression           zip : amilia_$yyyyMMdd.zip, avec les fichiers de actito-registrations
    Dans un lot           peut manquer : marquez-le facultatif
    Jour dans le nom      le jour où le fichier est produit ; la plateforme doit le chercher ce jour-là
    ");
}
