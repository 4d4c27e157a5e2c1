use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::atomic::AtomicBool;

use sha2::Digest;

use super::*;
use crate::config::DestinationConfig;
use crate::delivery::ledger::Ledger;
use crate::delivery::testing::{Fault, Memory, Server, config};
use crate::store::testing::{at, claim, outbound, staged, store};
use crate::store::{NewOutbound, NewSet, RunId, SetRoute, Store};

const NAMES: [&str; 3] = ["groups.csv", "contacts.csv", "removals.csv"];

/// A project with a set of three files and a marker, and a server.
struct Project {
    folder: tempfile::TempDir,
    store: Store,
    run: RunId,
    set: SetId,
    server: Rc<RefCell<Server>>,
    config: DestinationConfig,
    stop: AtomicBool,
}

fn project(marker: Option<&str>) -> Project {
    let (folder, mut store) = store();
    let run = store.begin_run(at(0)).unwrap();
    let export = claim(&mut store, &run, "members.csv", 1);
    let files = NAMES.map(|name| {
        std::fs::write(folder.path().join(name), name).unwrap();
        NewOutbound {
            route: name.trim_end_matches(".csv").into(),
            staged_path: PathBuf::from(name),
            sha256: sha2::Sha256::digest(name).into(),
            size: name.len() as u64,
            ..outbound(name)
        }
    });
    // Staged in another order than the set's.
    store.stage(staged(export, &run, files.into_iter().rev().collect())).unwrap();
    let route = |name: &str| SetRoute { route: name.trim_end_matches(".csv").into(), required: true };
    let new = NewSet {
        name: "base".into(),
        destination: "splio".into(),
        routes: NAMES.iter().map(|name| route(name)).collect(),
        marker: marker.map(str::to_owned),
        packed: false,
    };
    let set = store.group_sets(&run, at(1), &[new], true, &|_, _| String::new()).unwrap()[0];
    let config = config();
    Project { folder, store, run, set, server: Rc::default(), config, stop: AtomicBool::new(false) }
}

impl Project {
    /// One run: a new connection; uploads what is not verified, then the set as far as it goes.
    fn carry(&mut self) -> SetCarried {
        let mut destination = Memory::connect(&self.server);
        let set = self.store.set(self.set).unwrap();
        let ledger = Ledger::new(&mut self.store);
        let mut progress = |_| {};
        let mut carrier = Carrier {
            ledger: &ledger,
            destination: &mut destination,
            config: &self.config,
            root: self.folder.path(),
            run: &self.run,
            clock: &|| at(10),
            stop: &self.stop,
            turn: &|| Ok(()),
            progress: &mut progress,
            goal: Goal::Verified,
        };
        if set.state == SetState::Waiting {
            for file in set.live() {
                match carrier.carry(file).unwrap() {
                    Carried::Verified => {}
                    Carried::Held(error) | Carried::Waiting(error) => {
                        return SetCarried::Waiting(error, Some(file.id));
                    }
                    Carried::Delivered => panic!("delivered before the others were verified"),
                }
            }
        }
        carry(&mut carrier, self.set, set.state == SetState::Waiting).unwrap()
    }

    fn state(&self) -> SetState {
        self.store.set(self.set).unwrap().state
    }

    fn received(&self) -> Vec<String> {
        self.server.borrow().received.iter().map(|(name, _)| name.clone()).collect()
    }

    #[track_caller]
    fn assert_delivered_once(&self, what: &str) {
        assert_eq!(self.state(), SetState::Delivered, "{what}");
        assert_eq!(self.received(), ["groups.csv", "contacts.csv", "removals.csv", "READY"], "{what}");
        let server = self.server.borrow();
        assert!(
            server.received.iter().all(|(name, bytes)| name == "READY" || name.as_bytes() == bytes),
            "{what}"
        );
        let left: Vec<_> = server.files.keys().filter(|name| name.ends_with(".part")).collect();
        assert!(left.is_empty(), "{what}: {left:?}");
    }
}

#[test]
fn all_is_verified_before_the_first_rename_and_the_marker_comes_last() {
    let mut project = project(Some("READY"));
    assert!(matches!(project.carry(), SetCarried::Delivered));
    project.assert_delivered_once("undisturbed");
    let requests = project.server.borrow().requests.clone();
    let first_rename = requests.iter().position(|request| request.starts_with("rename")).unwrap();
    let last_read = requests.iter().rposition(|request| request.starts_with("read")).unwrap();
    let before_marker = requests.iter().position(|request| request.starts_with("upload READY")).unwrap();
    let last_name = requests.iter().rposition(|request| request.contains("removals.csv.")).unwrap();
    assert!(last_read < first_rename, "{requests:?}");
    assert!(before_marker > last_name, "{requests:?}");
}

#[test]
fn a_set_without_a_marker_ends_with_its_last_file() {
    let mut project = project(None);
    assert!(matches!(project.carry(), SetCarried::Delivered));
    assert_eq!(project.received(), NAMES);
    assert_eq!(project.state(), SetState::Delivered);
}

/// How many requests an undisturbed delivery makes.
fn requests() -> usize {
    let mut project = project(Some("READY"));
    project.carry();
    project.server.borrow().requests.len()
}

#[test]
fn whatever_request_the_line_breaks_at_the_set_is_completed_and_comes_once() {
    for picks_up in [false, true] {
        for fault in [Fault::LostBefore, Fault::LostAfter] {
            for number in 0..requests() {
                let mut project = project(Some("READY"));
                project.server.borrow_mut().picks_up = picks_up;
                project.server.borrow_mut().fault = Some((number, fault));
                let what = format!("{fault:?} at {number}, picked up: {picks_up}");
                assert!(matches!(project.carry(), SetCarried::Waiting(..)), "{what}");
                for _ in 0..3 {
                    project.carry();
                    if project.state() == SetState::Delivered {
                        break;
                    }
                }
                project.assert_delivered_once(&what);
            }
        }
    }
}

#[test]
fn before_the_first_rename_a_taken_name_holds_the_whole_set() {
    for taken in NAMES {
        let mut project = project(Some("READY"));
        project.server.borrow_mut().files.insert(taken.to_owned(), b"theirs".to_vec());
        let result = project.carry();
        assert!(matches!(result, SetCarried::Waiting(_, Some(_))), "{result:?}");
        assert_eq!(project.received(), Vec::<String>::new());
        assert_eq!(project.state(), SetState::Waiting);
        assert_eq!(project.store.set(project.set).unwrap().held().unwrap().name, taken);
        assert_eq!(project.server.borrow().files[taken], b"theirs");
    }
}

#[test]
fn a_file_that_is_held_between_the_renames_stops_the_order_there() {
    let mut project = project(Some("READY"));
    let set = project.store.set(project.set).unwrap();
    project.carry_until_committing();
    project.server.borrow_mut().files.insert("contacts.csv".to_owned(), b"theirs".to_vec());
    let result = project.carry();
    assert!(matches!(result, SetCarried::Waiting(_, Some(id)) if id == set.files[1].id), "{result:?}");
    assert_eq!(project.received(), ["groups.csv"]);
    // Nothing changes while nobody decides.
    assert!(matches!(project.carry(), SetCarried::Waiting(..)));
    assert_eq!(project.received(), ["groups.csv"]);
    // A person sends it under another name: the set is completed.
    project.store.release(set.files[1].id, at(20), Some("contacts-2.csv"), "released").unwrap();
    assert!(matches!(project.carry(), SetCarried::Delivered));
    assert_eq!(project.received(), ["groups.csv", "contacts-2.csv", "removals.csv", "READY"]);
}

#[test]
fn a_file_that_is_discarded_between_the_renames_is_left_out() {
    let mut project = project(Some("READY"));
    let set = project.store.set(project.set).unwrap();
    project.carry_until_committing();
    project.server.borrow_mut().files.insert("contacts.csv".to_owned(), b"theirs".to_vec());
    project.carry();
    project.store.discard(set.files[1].id, at(20), "theirs will do", &|_, _| String::new()).unwrap();
    assert!(matches!(project.carry(), SetCarried::Delivered));
    assert_eq!(project.received(), ["groups.csv", "removals.csv", "READY"]);
}

#[test]
fn a_marker_that_is_there_still_makes_the_set_wait() {
    let mut project = project(Some("READY"));
    project.server.borrow_mut().files.insert("READY".to_owned(), Vec::new());
    let SetCarried::Waiting(error, None) = project.carry() else { panic!("delivered") };
    assert!(matches!(*error.problem, Problem::MarkerThere { .. }), "{error}");
    assert_eq!(project.received(), Vec::<String>::new());
    project.server.borrow_mut().files.remove("READY");
    assert!(matches!(project.carry(), SetCarried::Delivered));
}

#[test]
fn a_damaged_file_is_uploaded_again_before_the_first_rename_and_after_it() {
    for committing in [false, true] {
        let mut project = project(Some("READY"));
        if committing {
            project.carry_until_committing();
        } else {
            project.carry_until(Fault::LostBefore, |request| request.starts_with("look READY"));
        }
        let damaged = {
            let mut server = project.server.borrow_mut();
            let damaged = server.files.keys().find(|name| name.starts_with("contacts.csv.")).unwrap().clone();
            server.files.insert(damaged.clone(), b"contacts.xxx".to_vec());
            damaged
        };
        assert!(matches!(project.carry(), SetCarried::Delivered), "{damaged}");
        project.assert_delivered_once(&damaged);
    }
}

#[test]
fn a_stop_between_the_renames_leaves_the_rest_for_the_next_run() {
    let mut project = project(Some("READY"));
    project.carry_until_committing();
    project.stop = AtomicBool::new(true);
    let SetCarried::Waiting(error, _) = project.carry() else { panic!("delivered") };
    assert!(matches!(*error.problem, Problem::Interrupted));
    assert_eq!(project.received(), Vec::<String>::new());
    project.stop = AtomicBool::new(false);
    assert!(matches!(project.carry(), SetCarried::Delivered));
    project.assert_delivered_once("stopped");
}

impl Project {
    /// Carries the set until the first request that fits, where the line breaks.
    fn carry_until(&mut self, fault: Fault, fits: impl Fn(&str) -> bool) {
        // The requests of an undisturbed delivery tell which number that is; names hold the run, so by their beginning.
        let mut rehearsal = project(Some("READY"));
        rehearsal.carry();
        let number = rehearsal.server.borrow().requests.iter().position(|request| fits(request)).unwrap();
        self.server.borrow_mut().fault = Some((number, fault));
        assert!(matches!(self.carry(), SetCarried::Waiting(..)));
        self.server.borrow_mut().fault = None;
    }

    /// Carries the set up to its first rename, which does not arrive.
    fn carry_until_committing(&mut self) {
        self.carry_until(Fault::LostBefore, |request| request.starts_with("rename groups.csv."));
        assert_eq!(self.state(), SetState::Committing);
        assert_eq!(self.received(), Vec::<String>::new());
    }
}
