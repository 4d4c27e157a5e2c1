//! The samples of each platform, run as their first lines say.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::support::project::Project;

const DAY_1: &str = "2026-11-15T02:00:00-05:00";

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// The sample of this name, beside the others, with the exports of the first day in its inbox; run once.
fn run(sample: &str, code: i32) -> (Project, String) {
    run_with(sample, code, str::to_owned)
}

/// The same, with another config.
pub(crate) fn run_with(sample: &str, code: i32, change: impl Fn(&str) -> String) -> (Project, String) {
    let project = Project::empty();
    for entry in glob::glob(&format!("{}/**/*", samples().display())).unwrap() {
        let path = entry.unwrap();
        if path.is_file() {
            let relative = path.strip_prefix(samples()).unwrap().to_str().unwrap().to_owned();
            project.write(&relative, std::fs::read(&path).unwrap());
            if let Some(export) = relative.strip_prefix("cyberimpact/day-1/") {
                project.write(&format!("{sample}/inbox/{export}"), std::fs::read(&path).unwrap());
            }
        }
    }
    let config = format!("{sample}/passeur.toml");
    project.write(&config, change(&project.text(&config)));
    let output =
        project.run(&["run", "--config", sample, "--now", DAY_1, "--language", "en"]).expect_code(code);
    (project, output.stdout)
}

#[test]
fn the_sample_of_splio_gives_contacts_cards_and_points() {
    let (project, _) = run("splio", 0);
    insta::assert_snapshot!(project.files("splio/outbox").join("\n"), @r"
    splio/outbox/splio/myuniverse_cardcode_amilia_20261115.csv
    splio/outbox/splio/myuniverse_contacts_amilia_20261115.csv
    splio/outbox/splio/myuniverse_creditpoints_amilia_20261115.csv
    ");
    insta::assert_snapshot!(project.text("splio/outbox/splio/myuniverse_contacts_amilia_20261115.csv"), @r#"
    email;lastname;firstname;language;cellphone;dateOfCreation
    "anais.noel@example.com";"Noël";"Anaïs";"fr";"0015145550106";"2024-12-20 00:00:00"
    "francois.cote@example.com";"Côté";"François";"fr";"0018195550103";"2019-09-03 00:00:00"
    "genevieve.belanger@example.com";"Bélanger";"Geneviève";"fr";"0018195550102";"2019-09-03 00:00:00"
    "js.leveque@example.com";"Lévêque";"Jean-Sébastien";"fr";"0014185550104";"2023-05-12 00:00:00"
    "#);
    insta::assert_snapshot!(project.text("splio/outbox/splio/myuniverse_cardcode_amilia_20261115.csv"), @r#"
    card_code;customer_key;id_program;join_date;expiration_date;birthday
    "AM-4102-900401";"anais.noel@example.com";"5";"2024-12-20 00:00:00";"2026-12-31 00:00:00";"1990-10-10"
    "AM-4101-900104";"francois.cote@example.com";"4";"2025-12-01 00:00:00";"2026-12-31 00:00:00";"1982-11-05"
    "AM-4101-900201";"js.leveque@example.com";"4";"2022-06-01 00:00:00";"2023-05-31 00:00:00";"1979-06-30"
    "#);
    insta::assert_snapshot!(project.text("splio/outbox/splio/myuniverse_creditpoints_amilia_20261115.csv"), @r#"
    card_code;credit_date;context;nq_points
    "AM-4102-900401";"2024-12-20 00:00:00";"Carte Loisirs Montréal";"50"
    "AM-4101-900104";"2025-12-01 00:00:00";"Abonnement gym annuel";"50"
    "AM-4101-900201";"2022-06-01 00:00:00";"Abonnement gym annuel";"50"
    "#);
}

#[test]
fn the_sample_of_symplify_delivers_list_and_history_and_holds_the_campaign() {
    let (project, out) = run("symplify", 3);
    insta::assert_snapshot!(project.files("symplify/outbox").join("\n"), @r"
    symplify/outbox/symplify/activities.csv
    symplify/outbox/symplify/recipients.txt
    ");
    insta::assert_snapshot!(project.text("symplify/outbox/symplify/recipients.txt"), @r"
    originalId	emailAddress	firstName	lastName
    900401	anais.noel@example.com	Anaïs	Noël
    900104	francois.cote@example.com	François	Côté
    900101	genevieve.belanger@example.com	Geneviève	Bélanger
    900201	js.leveque@example.com	Jean-Sébastien	Lévêque
    ");
    insta::assert_snapshot!(project.text("symplify/outbox/symplify/activities.csv"), @r"
    900102;31001;0.00;2026-05-04 09:12:00;1;0.00;SUB-50011
    900104;31002;0.00;2026-08-20 19:45:00;1;0.00;SUB-50012
    900202;31002;0.00;2026-09-08 07:30:00;1;0.00;DI-50013
    900201;31003;0.00;2024-01-10 12:00:00;1;0.00;SUB-50014
    900201;31004;0.00;2026-08-02 10:05:00;1;0.00;SUB-50015
    900101;31005;0.00;2026-07-15 21:20:00;1;0.00;SUB-50016
    900301;31002;0.00;2026-08-21 08:00:00;1;0.00;SUB-50017
    ");
    assert!(
        out.contains("1234_77_202611200800.txt") && out.contains("makes the platform send mail"),
        "{out}"
    );
}

#[test]
fn the_sample_of_actito_packs_profiles_and_registrations() {
    let (project, _) = run("actito", 0);
    insta::assert_snapshot!(project.files("actito/outbox").join("\n"), @r"
    actito/outbox/actito/profiles_20261115.csv.gz
    actito/outbox/actito/registrations_20261115.zip
    ");
    let mut profiles = String::new();
    let packed = project.read("actito/outbox/actito/profiles_20261115.csv.gz");
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut profiles).unwrap();
    assert!(profiles.ends_with("\r\n") && !profiles.starts_with('\u{feff}'));
    insta::assert_snapshot!(profiles.replace("\r\n", "\n"), @r"
    customerId;emailAddress;firstName;lastName;sex;birthdate;addressCountry;gsmNumber;newsletter;membership_status
    900401;anais.noel@example.com;Anaïs;Noël;F;1990-10-10;CA;+15145550106;Y;Silver
    900104;francois.cote@example.com;François;Côté;M;1982-11-05;CA;+18195550103;Y;Gold
    900101;genevieve.belanger@example.com;Geneviève;Bélanger;F;1984-02-29;CA;+18195550102;Y;
    900201;js.leveque@example.com;Jean-Sébastien;Lévêque;M;1979-06-30;CA;+14185550104;Y;Gold
    ");
    let packed = project.read("actito/outbox/actito/registrations_20261115.zip");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(packed)).unwrap();
    let mut registrations = String::new();
    archive.by_name("registrations_20261115.csv").unwrap().read_to_string(&mut registrations).unwrap();
    insta::assert_snapshot!(registrations.replace("\r\n", "\n"), @r"
    registrationId;customerId;registrationMoment;activity;activityId;status
    SUB-50011;900102;2026-05-04 09:12:00;Étoile de mer - samedi 9 h;31001;Registered
    SUB-50012;900104;2026-08-20 19:45:00;Yoga doux - mardi 18 h;31002;Registered
    DI-50013;900202;2026-09-08 07:30:00;Yoga doux - mardi 18 h;31002;Registered
    SUB-50014;900201;2024-01-10 12:00:00;Aquaforme 55+ - lundi;31003;Registered
    SUB-50015;900201;2026-08-02 10:05:00;Poterie débutants - jeudi;31004;Cancelled
    SUB-50016;900101;2026-07-15 21:20:00;Danse en ligne - vendredi;31005;Registered
    SUB-50017;900301;2026-08-21 08:00:00;Yoga doux - mardi 18 h;31002;Registered
    ");
}

#[test]
fn everything_feeds_all_four_from_the_same_exports() {
    let (project, _) = run("everything", 3);
    insta::assert_snapshot!(project.files("everything/outbox").join("\n"), @r"
    everything/outbox/actito/amilia_20261115.zip
    everything/outbox/cyberimpact/account_contacts_amilia_20261115.csv
    everything/outbox/cyberimpact/account_group-members_amilia_20261115.csv
    everything/outbox/cyberimpact/account_groups_amilia_20261115.csv
    everything/outbox/cyberimpact/account_unsubscribes_amilia_20261115.csv
    everything/outbox/splio/myuniverse_cardcode_amilia_20261115.csv
    everything/outbox/splio/myuniverse_contacts_amilia_20261115.csv
    everything/outbox/splio/myuniverse_creditpoints_amilia_20261115.csv
    everything/outbox/symplify/activities.csv
    everything/outbox/symplify/recipients.txt
    ");
}
