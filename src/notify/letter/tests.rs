//! Letters, as they read.

use chrono::Duration;

use super::*;
use crate::finding::Language;
use crate::notify::digest::{BaseLine, FileLine, HeldLine, LeftLine, SetLine, Thing, WaitingLine};

fn at() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-16T02:15:00-05:00").unwrap()
}

/// A night on which much went wrong.
fn bad_night() -> Digest {
    let mut digest = Digest {
        project: "Club de natation".into(),
        folder: "/srv/crossing".into(),
        at: at(),
        run: Some("20261116T071500Z-3f2a".into()),
        started: Some(at() - Duration::minutes(1)),
        reports: Some("/srv/crossing/reports/20261116T071500Z-3f2a".into()),
        exports: vec![
            ExportLine {
                file: "memberships.csv".into(),
                state: "accepted",
                rows: 1_200,
                rejected: 8,
                causes: vec![
                    CauseLine {
                        slug: "type-error",
                        reason: "not-email",
                        findings: 7,
                        message: "7 rows: Column “Email”: not an e-mail address.".into(),
                    },
                    CauseLine {
                        slug: "blank-row",
                        reason: "row-blank",
                        findings: 1,
                        message: "1 row: The row is empty.".into(),
                    },
                ],
                more_causes: 2,
                detail: None,
                rejected_file: Some(
                    "/srv/crossing/reports/20261116T071500Z-3f2a/memberships.rejected.csv".into(),
                ),
            },
            ExportLine { file: "people.xls".into(), state: "refused", ..ExportLine::default() },
        ],
        customer_base: Some(BaseLine { held: None, rejected: 3, causes: Vec::new() }),
        held: vec![HeldLine {
            id: 3,
            file: "demo_cardcode_members_20261116.csv".into(),
            destination: "splio".into(),
            rows: 1_192,
            code: "too-many-rejected",
            reason: "0.7 % of the rows were rejected; at most 0.5 % may be.".into(),
            since: at(),
            release: Some("passeur release 3".into()),
            discard: Some("passeur discard 3 --reason \"…\"".into()),
        }],
        waiting: vec![
            WaitingLine {
                id: 4,
                file: "demo_tierchange_tiers_20261116.csv".into(),
                destination: "splio".into(),
                rows: 12,
                reason: Some("cannot connect to sftp.example.com:22".into()),
            },
            WaitingLine {
                id: 5,
                file: "profiles_20261116.csv".into(),
                destination: "actito".into(),
                rows: 1,
                reason: None,
            },
        ],
        sets: vec![SetLine {
            name: "cyberimpact".into(),
            destination: "cyber".into(),
            reason: "the marker of an earlier set is still there".into(),
        }],
        delivered: vec![FileLine {
            file: "groups_20261116.csv".into(),
            destination: "folder".into(),
            rows: 40,
        }],
        left: vec![LeftLine {
            file: "old".into(),
            message: "old: a folder, not a file; it stays in the inbox.".into(),
        }],
        expectations: vec!["cards: nothing came by 02:00.".into()],
        remarks: vec!["splio shows another host key than when it was probed.".into()],
        busy: true,
        ..Digest::default()
    };
    digest.counts = crate::notify::digest::Counts {
        exports_accepted: 1,
        exports_refused: 1,
        exports_waiting: 0,
        rows: 1_200,
        rows_rejected: 8,
        delivered: 1,
        held: 1,
        waiting: 2,
    };
    digest.things.standing.insert(Thing::of_ledger("held 3"));
    digest.things.news = true;
    digest
}

fn besides() -> Besides {
    let failing = Failing { since: at().to_utc() - Duration::days(1), error: "no answer".into() };
    Besides { missed: vec!["20261115T071500Z-0001".into()], failing: vec![(Channel::Webhook, failing)] }
}

fn letter(digest: &Digest, why: Why, language: Language) -> Letter {
    Letter::new(digest, why, &besides(), Texts::new(language))
}

#[test]
fn a_bad_night_in_english() {
    let letter = letter(&bad_night(), Why::News, Language::En);
    insta::assert_snapshot!(format!("{}\n\n{}", letter.subject, letter.body), @r#"
    [Club de natation] 1 file held, 1 export refused, 1 file not delivered, …

    1 file held, 1 export refused, 1 file not delivered, 1 thing not as expected, 1 entry left in the inbox, 11 rows rejected.

    Held: not sent before you decide
      #3 demo_cardcode_members_20261116.csv: 1,192 rows, for splio
          0.7 % of the rows were rejected; at most 0.5 % may be.
          send it:       passeur release 3
          never send it: passeur discard 3 --reason "…"

    Customer base
      3 rows that cannot be sent

    Not delivered yet: the next run tries again
      #4 demo_tierchange_tiers_20261116.csv: 12 rows, for splio
          cannot connect to sftp.example.com:22
      #5 profiles_20261116.csv: 1 row, for actito

    Sets that are not delivered
      cyberimpact, for cyber
          the marker of an earlier set is still there

    Not as expected
      cards: nothing came by 02:00.

    Left in the inbox
      old: a folder, not a file; it stays in the inbox.

    Exports
      memberships.csv: 1,200 rows, 1,192 accepted, 8 rejected
        - 7 rows: Column “Email”: not an e-mail address.
        - 1 row: The row is empty.
        … and 2 more causes, in the report
        its rejected rows, to correct and drop again:
          /srv/crossing/reports/20261116T071500Z-3f2a/memberships.rejected.csv
      people.xls: refused, nothing of it was used

    Delivered
      groups_20261116.csv: 40 rows, delivered to folder

    To know
      splio shows another host key than when it was probed.

    Not told by this channel, because it failed; the reports of these runs say what was
      20261115T071500Z-0001

    Notification by webhook fails since 2026-11-15 02:15 (UTC-05:00):
      no answer

    Reports:
      /srv/crossing/reports/20261116T071500Z-3f2a
    Folder of the project:
      /srv/crossing
    Run 20261116T071500Z-3f2a, 2026-11-16 02:15 (UTC-05:00).
    What waits for you is told again once a day.
    "#);
}

#[test]
fn a_bad_night_in_french() {
    let letter = letter(&bad_night(), Why::Reminder, Language::Fr);
    insta::assert_snapshot!(format!("{}\n\n{}", letter.subject, letter.body), @r#"
    [Club de natation] rappel : 1 fichier retenu, 1 export refusé, 1 fichier non livré, …

    1 fichier retenu, 1 export refusé, 1 fichier non livré, 1 écart aux attentes, 1 élément laissé dans la boîte de dépôt, 11 lignes rejetées.

    Retenus : rien n’est envoyé avant votre décision
      #3 demo_cardcode_members_20261116.csv : 1 192 lignes, pour splio
          0.7 % of the rows were rejected; at most 0.5 % may be.
          l’envoyer :       passeur release 3
          ne pas l’envoyer : passeur discard 3 --reason "…"

    Base clients
      3 lignes qui ne peuvent pas être envoyées

    Pas encore livrés : la prochaine exécution réessaiera
      #4 demo_tierchange_tiers_20261116.csv : 12 lignes, pour splio
          cannot connect to sftp.example.com:22
      #5 profiles_20261116.csv : 1 ligne, pour actito

    Lots qui ne sont pas livrés
      cyberimpact, pour cyber
          the marker of an earlier set is still there

    Autrement que prévu
      cards: nothing came by 02:00.

    Laissés dans la boîte de dépôt
      old: a folder, not a file; it stays in the inbox.

    Exports
      memberships.csv : 1 200 lignes, 1 192 acceptées, 8 rejetées
        - 7 rows: Column “Email”: not an e-mail address.
        - 1 row: The row is empty.
        … et 2 autres causes, dans le rapport
        ses lignes rejetées, à corriger et à déposer de nouveau :
          /srv/crossing/reports/20261116T071500Z-3f2a/memberships.rejected.csv
      people.xls : refusé, rien n’en a été utilisé

    Livrés
      groups_20261116.csv : 40 lignes, livrées à folder

    À savoir
      splio shows another host key than when it was probed.

    Non annoncé par ce canal, parce qu’il était en panne ; les rapports de ces exécutions disent ce qu’il y avait
      20261115T071500Z-0001

    L’avis par webhook échoue depuis le 2026-11-15 02:15 (UTC-05:00) :
      no answer

    Rapports :
      /srv/crossing/reports/20261116T071500Z-3f2a
    Dossier du projet :
      /srv/crossing
    Exécution 20261116T071500Z-3f2a, 2026-11-16 02:15 (UTC-05:00).
    Ce qui vous attend est rappelé une fois par jour.
    "#);
}

#[test]
fn a_good_night_is_short() {
    let digest = Digest {
        project: "crossing".into(),
        folder: "/srv/crossing".into(),
        at: at(),
        run: Some("20261116T071500Z-3f2a".into()),
        delivered: vec![FileLine { file: "a.csv".into(), destination: "splio".into(), rows: 1 }],
        counts: crate::notify::digest::Counts { delivered: 1, ..Default::default() },
        busy: true,
        ..Digest::default()
    };
    let letter = Letter::new(&digest, Why::News, &Besides::default(), Texts::new(Language::En));
    insta::assert_snapshot!(format!("{}\n\n{}", letter.subject, letter.body), @r"
    [crossing] 1 file delivered

    1 file delivered.

    Delivered
      a.csv: 1 row, delivered to splio

    Folder of the project:
      /srv/crossing
    Run 20261116T071500Z-3f2a, 2026-11-16 02:15 (UTC-05:00).
    ");
}

#[test]
fn a_run_that_failed_says_so_first() {
    let digest = Digest {
        project: "crossing".into(),
        folder: "/srv/crossing".into(),
        at: at(),
        error: Some("making the folder /srv/crossing/reports failed: No space left on device".into()),
        ..Digest::default()
    };
    let letter = Letter::new(&digest, Why::News, &Besides::default(), Texts::new(Language::En));
    insta::assert_snapshot!(format!("{}\n\n{}", letter.subject, letter.body), @r"
    [crossing] the run failed

    The run failed.

    The run could not go on; nothing was lost, and the next run goes on:
      making the folder /srv/crossing/reports failed: No space left on device

    Folder of the project:
      /srv/crossing
    2026-11-16 02:15 (UTC-05:00).
    ");
}

#[test]
fn a_list_is_bounded_and_says_how_much_is_not_in_it() {
    let mut digest = bad_night();
    let one = digest.held[0].clone();
    digest.held = vec![one; 100];
    digest.counts.held = 5_000;
    let letter = letter(&digest, Why::News, Language::En);
    assert!(letter.subject.contains("5,000 files held"), "{}", letter.subject);
    assert!(letter.body.contains("… and 4,980 more"), "{}", letter.body);
    assert_eq!(letter.body.matches("passeur release 3").count(), SHOWN);
}

#[test]
fn no_name_of_a_file_can_break_a_line_or_a_header() {
    let mut digest = bad_night();
    digest.project = crate::finding::visible::visible("x\r\nBcc: all@example.com").into_owned();
    digest.held[0].file = "a\nInjected: yes".into();
    let letter = letter(&digest, Why::News, Language::En);
    assert!(!letter.subject.contains(['\r', '\n']), "{}", letter.subject);
    assert!(letter.body.contains("a\\nInjected: yes"), "{}", letter.body);
}

/// `docs/notifications.md` shows this very JSON.
#[test]
fn the_json_is_the_one_that_is_documented() {
    let json = letter(&bad_night(), Why::News, Language::En).json;
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/notifications.md");
    let page = std::fs::read_to_string(&file).unwrap_or_default();
    let (before, rest) = page.split_once("```json\n").unwrap();
    let (shown, after) = rest.split_once("\n```").unwrap();
    if std::env::var_os("PASSEUR_BLESS").is_some() {
        std::fs::write(&file, format!("{before}```json\n{json}\n```{after}")).unwrap();
    } else {
        assert!(
            shown == json,
            "docs/notifications.md is not current: PASSEUR_BLESS=1 cargo test --lib notify"
        );
    }
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((value["version"].as_u64(), value["state"].as_str()), (Some(1), Some("attention")));
}
