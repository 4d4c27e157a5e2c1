//! The four files of reference amilia section 10 give the files of reference cyberimpact section 11.

use super::super::{Kind, Settings};
use super::world::*;

const PEOPLE: &str = "\
900101;700101;900101;Geneviève;Bélanger;genevieve.belanger@example.com;F;1984-02-29;false;Trois-Rivières;Québec;H0H 0H0;CA;819 555-0101;819 555-0102;2019-09-03;;;false
900102;700101;900101;Émile;Côté-Bélanger;;M;2016-04-09;true;Trois-Rivières;Québec;H0H 0H0;CA;;;2020-01-15;;Étoile de mer, Canard;false
900103;700101;900101;Zoé;Côté-Bélanger;zoe@example.com;F;2011-08-21;true;Trois-Rivières;Québec;H0H 0H0;CA;;;2020-01-15;;;false
900104;700101;900101;François;Côté;francois.cote@example.com;M;1982-11-05;false;Trois-Rivières;Québec;H0H 0H0;CA;819 555-0103;;2019-09-03;00421;Yoga, niveau 2;false
900201;700102;900201;Jean-Sébastien;Lévêque;js.leveque@example.com;M;1979-06-30;false;Québec;Québec;H0H 0H0;CA;418 555-0104;;2023-05-12;;;false
900202;700102;900201;Marie-Ève;Lévêque;js.leveque@example.com;F;1980-12-01;false;Québec;Québec;H0H 0H0;CA;;;2023-05-12;;;false
900301;700103;900301;Hélène;Thériault;;NotSpecified;1950-03-17;false;Gatineau;Québec;H0H 0H0;CA;819 555-0105;;2024-02-02;;;false
900401;700104;900401;Anaïs;Noël;anais.noel@example.com;F;1990-10-10;false;Montréal;Québec;H0H 0H0;CA;514 555-0106;;2024-12-20;;;true";

const REGISTRATIONS: &str = "\
SUB-50011;900102;700101;Été 2026;Aquatique;Natation enfants;31001;Étoile de mer - samedi 9 h;Normal;2026-08-29;2026-05-04;Registered;
SUB-50012;900104;700101;Automne 2026;Bien-être;Yoga;31002;Yoga doux - mardi 18 h;Normal;2026-12-15;2026-08-20;Registered;
DI-50013;900202;700102;Automne 2026;Bien-être;Yoga;31002;Yoga doux - mardi 18 h;Normal;2026-12-15;2026-09-08;Registered;2026-09-15
SUB-50014;900201;700102;Hiver 2024;Aquatique;Aquaforme;31003;Aquaforme 55+ - lundi;Normal;2024-03-25;2024-01-10;Registered;
SUB-50015;900201;700102;Automne 2026;Arts;Poterie;31004;Poterie débutants - jeudi;Normal;2026-12-17;2026-08-02;Cancelled;
SUB-50016;900101;700101;Automne 2026;Arts;Danse;31005;Danse en ligne - vendredi;Cancelled;2026-12-18;2026-07-15;Registered;
SUB-50017;900301;700103;Automne 2026;Bien-être;Yoga;31002;Yoga doux - mardi 18 h;Normal;2026-12-15;2026-08-21;Registered;";

const MEMBERSHIPS: &str = "\
4101;Abonnement gym annuel;900104;700101;2025-12-01;2026-01-01;2026-12-31;Active;
4102;Carte Loisirs Montréal;900401;700104;2024-12-20;2025-01-01;2026-12-31;Active;
4101;Abonnement gym annuel;900201;700102;2022-06-01;2022-06-01;2023-05-31;Expired;";

fn cells(text: &str) -> Vec<Vec<String>> {
    text.lines().map(|line| line.split(';').map(str::to_owned).collect()).collect()
}

/// The account's owner is named in a column, not flagged.
fn people(text: &str) -> Vec<Vec<String>> {
    let insert = |mut row: Vec<String>| {
        row.insert(2, String::new());
        // child stands after the birth date in both.
        row
    };
    cells(text).into_iter().map(insert).collect()
}

fn registrations(text: &str) -> Vec<Vec<String>> {
    let widen = |row: Vec<String>| {
        let empty = String::new;
        let [id, person, account, program, category, subcategory, activity_id, rest @ ..] = row.as_slice()
        else {
            panic!()
        };
        let mut wide = vec![id.clone(), person.clone(), account.clone(), empty()];
        for name in [program, category, subcategory] {
            wide.extend([empty(), name.clone()]);
        }
        wide.push(activity_id.clone());
        wide.extend(rest.iter().cloned());
        wide
    };
    cells(text).into_iter().map(widen).collect()
}

fn world() -> World {
    let mut world =
        World::with(|settings: &mut Settings| settings.known_skills = vec!["Yoga, niveau 2".into()]);
    world.put(Kind::People, people(PEOPLE));
    world.put(Kind::Registrations, registrations(REGISTRATIONS));
    world.put(Kind::Memberships, cells(MEMBERSHIPS));
    world.put(Kind::Unsubscribed, cells("renee.desabonnee@example.com;Désabonné;2026-10-02"));
    world
}

/// The page writes genders in the destination's letters.
const CONTACTS: &str = "\
email,firstname,lastname,gender,birthdate,country,postalCode,Amilia.Address.City,Amilia.Address.StateProvince,Amilia.AccountId,Amilia.PersonId,Amilia.IsArchived,Amilia.Skills,Amilia.JoinDate,Amilia.Membership.Name,Amilia.Membership.PurchasedDate,Amilia.Membership.EffectiveDate,Amilia.Membership.ExpirationDate,Amilia.ExternalId,Amilia.Telephone,Amilia.TelephoneMobile,relationType,consentDate,consentProof
anais.noel@example.com,Anaïs,Noël,f,1990-10-10,CA,H0H 0H0,Montréal,Québec,700104,900401,True,,2024-12-20,Carte Loisirs Montréal,2024-12-20,2025-01-01,2026-12-31,,514 555-0106,,active-clients,2024-12-20,Carte Loisirs Montréal
francois.cote@example.com,François,Côté,m,1982-11-05,CA,H0H 0H0,Trois-Rivières,Québec,700101,900104,False,Yoga niveau 2,2019-09-03,Abonnement gym annuel,2025-12-01,2026-01-01,2026-12-31,00421,819 555-0103,,active-clients,2026-08-20,SUB-50012
genevieve.belanger@example.com,Geneviève,Bélanger,f,1984-02-29,CA,H0H 0H0,Trois-Rivières,Québec,700101,900101,False,\"Étoile de mer, Canard\",2019-09-03,,,,,,819 555-0101,819 555-0102,active-clients,2026-08-20,SUB-50012
js.leveque@example.com,Jean-Sébastien,Lévêque,m,1979-06-30,CA,H0H 0H0,Québec,Québec,700102,900201,False,,2023-05-12,Abonnement gym annuel,2022-06-01,2022-06-01,2023-05-31,,418 555-0104,,active-clients,2026-09-08,DI-50013
";

#[test]
fn the_contacts_equal_section_11() {
    let mut world = world();
    world.run(DAY_0);
    // The page lacks the label of the consent's source.
    let model =
        world.model("contacts").replace("active-clients,API ou Webhook - Client actif,", "active-clients,");
    let model = model.replace(",F,", ",f,").replace(",M,", ",m,");
    let body = |text: &str| text.split_once('\n').unwrap().1.to_owned();
    assert_eq!(body(&model), body(CONTACTS));
}

#[test]
fn the_groups_equal_section_11() {
    let mut world = world();
    world.run(DAY_0);
    let expected = "\
group_key,title,kind,is_public,criterion
customers,Clients Amilia,static,false,
activity:31001,Été 2026 \\ Aquatique \\ Natation enfants \\ Étoile de mer - samedi 9 h,static,false,
activity:31002,Automne 2026 \\ Bien-être \\ Yoga \\ Yoga doux - mardi 18 h,static,false,
activity:31005,Automne 2026 \\ Arts \\ Danse \\ Danse en ligne - vendredi,static,false,
membership:4101,Abonnement gym annuel,static,false,
archived,Clients Amilia archivés,dynamic,false,Amilia.IsArchived = True
program:Automne 2026,Automne 2026,dynamic,false,activity group name contains «Automne 2026»
";
    let model = world.model("groups");
    // The page shows two of the dynamic groups; the others follow.
    assert!(model.starts_with(expected), "{model}");
    let dynamic: Vec<&str> =
        model[expected.len()..].lines().map(|line| line.split(',').next().unwrap()).collect();
    let others = [
        "program:Été 2026",
        "category:Automne 2026 \\ Arts",
        "category:Automne 2026 \\ Bien-être",
        "category:Été 2026 \\ Aquatique",
        "subcategory:Automne 2026 \\ Arts \\ Danse",
        "subcategory:Automne 2026 \\ Bien-être \\ Yoga",
        "subcategory:Été 2026 \\ Aquatique \\ Natation enfants",
    ];
    assert_eq!(dynamic, others);
}

#[test]
fn the_places_equal_section_11() {
    let mut world = world();
    world.run(DAY_0);
    assert_eq!(
        world.model("group_members"),
        "\
email,group_key,because
anais.noel@example.com,customers,membership:4102
francois.cote@example.com,activity:31002,SUB-50012
francois.cote@example.com,customers,SUB-50012
francois.cote@example.com,membership:4101,membership:4101
genevieve.belanger@example.com,activity:31001,SUB-50011
genevieve.belanger@example.com,activity:31002,SUB-50012
genevieve.belanger@example.com,activity:31005,SUB-50016
genevieve.belanger@example.com,customers,SUB-50012
genevieve.belanger@example.com,membership:4101,membership:4101
js.leveque@example.com,activity:31002,DI-50013
js.leveque@example.com,customers,DI-50013
"
    );
    assert_eq!(world.model("group_removals"), "email,group_key,reason\n");
}

#[test]
fn the_removals_equal_section_11_if_the_day_before_had_the_places() {
    let mut world = world();
    world.put(Kind::People, people(&PEOPLE.replace("2024-12-20;;;true", "2024-12-20;;;false")));
    world.put(
        Kind::Registrations,
        registrations(&REGISTRATIONS.replace(";Cancelled;\nSUB-50016", ";Registered;\nSUB-50016")),
    );
    world.run("2026-11-14");
    world.put(Kind::People, people(PEOPLE)).put(Kind::Registrations, registrations(REGISTRATIONS));
    world.run(DAY_0);
    assert_eq!(
        world.model("group_removals"),
        "\
email,group_key,reason
anais.noel@example.com,membership:4102,archived
js.leveque@example.com,activity:31004,unregistered
"
    );
}

#[test]
fn the_unsubscribes_equal_section_11() {
    let mut world = world();
    world.run(DAY_0);
    assert_eq!(
        world.model("unsubscribes"),
        "email,unsubscribed_on,origin\nrenee.desabonnee@example.com,2026-10-02,amilia-list\n"
    );
}

#[test]
fn the_order_of_the_rows_does_not_matter() {
    let mut sorted = world();
    sorted.run(DAY_0);
    let mut shuffled = world();
    for (_, _, rows) in &mut shuffled.exports {
        rows.reverse();
    }
    shuffled.run(DAY_0);
    for model in ["groups", "contacts", "group_members", "group_removals", "unsubscribes", "cards"] {
        assert_eq!(sorted.model(model), shuffled.model(model), "{model}");
    }
}

#[test]
fn the_same_files_again_change_nothing() {
    let mut world = world();
    world.run(DAY_0);
    let models = ["groups", "contacts", "group_members", "group_removals", "unsubscribes", "cards"];
    let before = models.map(|model| world.model(model));
    let derived = world.run(DAY_0);
    assert!(!derived.derived);
    world.run(DAY_1);
    assert_eq!(models.map(|model| world.model(model)), before);
}

#[test]
fn cards_go_to_the_holder_or_to_the_owner() {
    let mut world = world();
    world.run(DAY_0);
    let columns = ["membership_id", "person_id", "purchased_on", "active", "email", "first_name", "archived"];
    assert_eq!(
        world.show("cards", &columns),
        [
            "4102|900401|2024-12-20|true|anais.noel@example.com|Anaïs|True",
            "4101|900104|2025-12-01|true|francois.cote@example.com|François|False",
            "4101|900201|2022-06-01|false|js.leveque@example.com|Jean-Sébastien|False",
        ]
    );
}
