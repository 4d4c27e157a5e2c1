use std::path::Path;

use super::*;
use crate::config::load::parse;
use crate::finding::Language;
use crate::store::testing::{at, claim, outbound, staged};
use crate::store::{HoldCode, HoldReason, NewOutbound, RunId, Staged, Upload};

/// A project with the route `cards`.
struct World {
    folder: tempfile::TempDir,
    config: Config,
    store: Store,
    run: RunId,
}

fn world(more: &str) -> World {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "{more}\n[destinations.splio]\ntype = \"folder\"\npath = \"outbox\"\n\
         [[routes]]\nname = \"cards\"\nfrom = \"amilia/memberships\"\nto = \"splio/cardcode\"\ndestination = \"splio\"\n"
    );
    let config = parse(text, &folder.path().join("passeur.toml")).unwrap();
    let mut store = Store::open(&config.store).unwrap();
    let run = store.begin_run(at(0)).unwrap();
    World { folder, config, store, run }
}

impl World {
    /// An export without rejected rows, and its files.
    fn take(&mut self, second: i64, files: Vec<NewOutbound>) {
        let content = u8::try_from(second % 250).unwrap();
        let export = claim(&mut self.store, &self.run, &format!("{second}.csv"), content);
        let staged = Staged { at: at(second), rejected: 0, ..staged(export, &self.run, files) };
        self.store.stage(staged).unwrap();
    }

    fn end(&mut self, second: i64, outcome: RunOutcome) {
        self.store.end_run(&self.run, at(second), outcome).unwrap();
    }

    fn health(&self, second: i64) -> Health {
        Health::of(&self.config, &Limits::of(&self.config), at(second))
    }

    fn line(&self, second: i64) -> String {
        self.health(second).line(Texts::new(Language::En))
    }
}

const HOUR: i64 = 3600;

#[test]
fn a_project_that_does_its_work_is_ok() {
    let mut world = world("");
    world.take(2, vec![]);
    world.end(9, RunOutcome::Complete);
    assert_eq!(world.line(5 * HOUR), "ok: nothing waits for a person; oldest last success: cards, 4 h ago");
    let json = world.health(5 * HOUR).json(Texts::new(Language::En));
    assert_eq!(json["state"], "ok");
    assert_eq!(json["routes"][0]["ageSeconds"], 5 * HOUR - 2);
}

#[test]
fn a_route_that_is_silent_for_too_long_is_critical() {
    let mut world = world("");
    world.take(2, vec![]);
    world.end(9, RunOutcome::Complete);
    assert_eq!(world.health(26 * HOUR).state(), State::Ok);
    assert_eq!(world.line(27 * HOUR), "critical: cards: no success for 26 h (limit 26 h)");
    let limits = Limits { routes: BTreeMap::from([("cards".to_owned(), None)]), ..Limits::of(&world.config) };
    assert_eq!(Health::of(&world.config, &limits, at(27 * HOUR)).state(), State::Ok, "not looked at");
}

#[test]
fn a_route_that_never_succeeded_is_critical_when_its_time_has_passed() {
    let mut world = world("");
    world.end(9, RunOutcome::Complete);
    assert_eq!(world.line(HOUR), "attention: cards: no success yet");
    assert_eq!(world.health(27 * HOUR).state(), State::Critical);
}

#[test]
fn what_is_held_wants_attention() {
    let mut world = world("");
    let held = HoldReason { code: HoldCode::SendsMail, text: "x".into() };
    world.take(2, vec![]);
    world.take(9, vec![NewOutbound { held: Some(held), ..outbound("a.csv") }]);
    world.end(9, RunOutcome::Attention);
    assert_eq!(world.line(HOUR), "attention: one file is held: see `passeur status`");
}

#[test]
fn refused_rows_want_attention_for_a_night_and_two_hours() {
    let mut world = world("");
    let export = claim(&mut world.store, &world.run, "a.csv", 1);
    world.store.stage(staged(export, &world.run, vec![])).unwrap();
    world.end(9, RunOutcome::Attention);
    let health = world.health(HOUR);
    assert_eq!(health.problems, [Problem::Rejected { rows: 1 }]);
    assert!(health.problems[0].is_about_content());
    world.take(26 * HOUR, vec![]);
    assert_eq!(world.health(27 * HOUR).state(), State::Ok);
}

#[test]
fn a_file_that_waits_beyond_its_time_wants_attention() {
    let mut world = world("");
    world.take(2, vec![]);
    world.take(3, vec![outbound("a.csv")]);
    world.end(9, RunOutcome::Attention);
    assert_eq!(world.health(10 * 60).state(), State::Ok, "tries go on");
    assert_eq!(world.line(HOUR), "attention: one file has waited for splio for 59 min");
}

#[test]
fn a_file_that_waits_for_its_scheduled_time_is_fine() {
    // Taken at 21:00 in Toronto, delivered at 04:00.
    let mut world = world("time_zone = \"America/Toronto\"\nschedule = { deliver = \"0 4 * * *\" }");
    world.take(2, vec![]);
    world.take(3, vec![outbound("a.csv")]);
    world.end(9, RunOutcome::Complete);
    assert_eq!(world.health(6 * HOUR).state(), State::Ok);
    assert_eq!(world.line(8 * HOUR), "attention: one file has waited for splio for 60 min");
}

#[test]
fn a_run_that_failed_is_critical_until_another_goes_well() {
    let mut world = world("");
    world.take(2, vec![]);
    world.end(9, RunOutcome::Failed);
    let line = world.line(HOUR);
    assert!(line.starts_with("critical: the last run (2026"), "{line}");
    world.run = world.store.begin_run(at(HOUR)).unwrap();
    world.end(HOUR + 1, RunOutcome::Complete);
    assert_eq!(world.health(HOUR + 2).state(), State::Ok);
}

#[test]
fn a_run_whose_process_is_gone_is_critical_and_one_that_works_is_not() {
    let mut world = world("");
    world.take(2, vec![]);
    std::fs::create_dir(&world.config.work).unwrap();
    let lock = File::create(world.config.work.join(".lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(world.health(HOUR).state(), State::Ok);
    lock.unlock().unwrap();
    let health = world.health(HOUR);
    assert_eq!(health.problems, [Problem::RunDied { run: world.run.to_string() }]);
}

#[test]
fn a_store_that_cannot_be_read_is_critical_and_one_that_is_not_there_is_not() {
    let world = world("");
    drop(world.store);
    std::fs::write(&world.config.store, "Person ID;Email\n".repeat(100)).unwrap();
    let health = Health::of(&world.config, &Limits::of(&world.config), at(0));
    assert_eq!(health.state(), State::Critical, "{health:?}");
    assert!(health.line(Texts::new(Language::Fr)).starts_with("critique\u{a0}: "), "{health:?}");
    assert_eq!(health.json(Texts::new(Language::Fr))["state"], "critical");
    std::fs::remove_file(&world.config.store).unwrap();
    let health = Health::of(&world.config, &Limits::of(&world.config), at(0));
    assert_eq!(
        health.line(Texts::new(Language::Fr)),
        "attention\u{a0}: aucune exécution pour l’instant\u{a0}: `passeur run` ou `passeur watch` fait la première"
    );
    assert!(Path::new(world.folder.path()).is_dir());
}

#[test]
fn a_delivered_file_is_a_success() {
    let mut world = world("");
    world.take(2, vec![outbound("a.csv")]);
    let file = world.store.undelivered().unwrap().remove(0).id;
    let (store, run) = (&mut world.store, &world.run);
    store.uploading(file, run, at(3), Upload { temporary: "x", address: "a", host_key: None }).unwrap();
    store.verified(file, run, at(3)).unwrap();
    store.committing(file, run, at(3)).unwrap();
    store.delivered(file, run, at(HOUR)).unwrap();
    world.end(HOUR, RunOutcome::Complete);
    let health = world.health(2 * HOUR);
    assert_eq!(health.state(), State::Ok);
    assert_eq!(health.routes, [("cards".to_owned(), "splio".to_owned(), Some(at(HOUR)))]);
}
