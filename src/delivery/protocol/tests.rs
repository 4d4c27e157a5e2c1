use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use super::*;
use crate::delivery::testing::{Fault, Memory, NAME, Server, config};
use crate::store::testing::{at, cannot_enter, claim, outbound, staged, store};
use crate::store::{HoldCode, NewOutbound, Store, Upload};

const CONTENT: &[u8] = b"card_code;program\n1;2\n";

/// A project with one staged file, and a server.
struct Project {
    folder: tempfile::TempDir,
    store: Store,
    run: RunId,
    id: OutboundId,
    server: Rc<RefCell<Server>>,
    config: DestinationConfig,
    stop: AtomicBool,
}

fn project() -> Project {
    let (folder, mut store) = store();
    let run = store.begin_run(at(0)).unwrap();
    let export = claim(&mut store, &run, "members.csv", 1);
    let path = PathBuf::from("staged.csv");
    std::fs::write(folder.path().join(&path), CONTENT).unwrap();
    let file = NewOutbound {
        staged_path: path,
        sha256: sha2::Sha256::digest(CONTENT).into(),
        size: CONTENT.len() as u64,
        ..outbound(NAME)
    };
    let id = store.stage(staged(export, &run, vec![file])).unwrap()[0];
    let config = config();
    Project { folder, store, run, id, server: Rc::default(), config, stop: AtomicBool::new(false) }
}

impl Project {
    fn carry_to(&mut self, destination: Memory) -> Carried {
        self.try_carry(destination).unwrap()
    }

    fn try_carry(&mut self, mut destination: Memory) -> Result<Carried, StoreError> {
        let file = self.store.outbound(self.id).unwrap();
        let ledger = Ledger::new(&mut self.store);
        let mut carrier = Carrier {
            ledger: &ledger,
            destination: &mut destination,
            config: &self.config,
            root: self.folder.path(),
            run: &self.run,
            clock: &|| at(10),
            stop: &self.stop,
            turn: &|| Ok(()),
            progress: &mut |_| {},
            goal: Goal::Delivered,
        };
        carrier.carry(&file)
    }

    /// One run: a new connection, as far as it goes.
    fn carry(&mut self) -> Carried {
        let destination = Memory::connect(&self.server);
        self.carry_to(destination)
    }

    fn state(&self) -> OutboundState {
        self.store.outbound(self.id).unwrap().state
    }

    fn temporary(&self) -> String {
        self.store.outbound(self.id).unwrap().temporary.unwrap()
    }

    /// The ledger in `committing`, and the server as a crash before or after the rename leaves it.
    fn committing(&mut self) -> String {
        let temporary = format!("{NAME}.{}-{}.part", self.run, self.id);
        let upload = Upload { temporary: &temporary, address: "memory://splio/in", host_key: None };
        self.store.uploading(self.id, &self.run, at(3), upload).unwrap();
        self.store.verified(self.id, &self.run, at(4)).unwrap();
        self.store.committing(self.id, &self.run, at(5)).unwrap();
        temporary
    }

    #[track_caller]
    fn assert_delivered_once(&self) {
        assert_eq!(self.state(), OutboundState::Delivered);
        let server = self.server.borrow();
        assert_eq!(server.received, [(NAME.to_owned(), CONTENT.to_vec())]);
        let left: Vec<_> = server.files.keys().filter(|name| name.ends_with(".part")).collect();
        assert_eq!(left, Vec::<&String>::new(), "no temporary file is left");
    }
}

#[test]
fn a_file_is_uploaded_verified_and_renamed_in_this_order() {
    let mut project = project();
    assert!(matches!(project.carry(), Carried::Delivered));
    project.assert_delivered_once();
    let temporary = project.temporary();
    assert_eq!(
        project.server.borrow().requests,
        [
            format!("look {NAME}"),
            format!("upload {temporary}"),
            format!("look {temporary}"),
            format!("read {temporary}"),
            format!("look {NAME}"),
            format!("rename {temporary} {NAME}"),
        ]
    );
}

/// The crash matrix over every request: the connection breaks before or after request `n`; the next run delivers exactly once.
#[test]
fn whatever_request_the_connection_breaks_at_the_file_arrives_once() {
    let requests = {
        let mut project = project();
        project.carry();
        project.server.borrow().requests.len()
    };
    for picks_up in [false, true] {
        for fault in [Fault::LostBefore, Fault::LostAfter] {
            for number in 0..requests {
                let mut project = project();
                project.server.borrow_mut().picks_up = picks_up;
                project.server.borrow_mut().fault = Some((number, fault));
                let first = project.carry();
                assert!(matches!(first, Carried::Waiting(_)), "{fault:?} at {number}: {first:?}");
                let second = project.carry();
                assert!(matches!(second, Carried::Delivered), "{fault:?} at {number}: {second:?}");
                project.assert_delivered_once();
            }
        }
    }
}

/// The same with two breaks: the second falls on any request of the recovery.
#[test]
fn a_break_during_the_recovery_doubles_nothing() {
    for picks_up in [false, true] {
        for first in 0..6 {
            for second in 0..6 {
                for fault in [Fault::LostBefore, Fault::LostAfter] {
                    let mut project = project();
                    project.server.borrow_mut().picks_up = picks_up;
                    project.server.borrow_mut().fault = Some((first, Fault::LostAfter));
                    project.carry();
                    project.server.borrow_mut().fault = Some((first + 1 + second, fault));
                    project.carry();
                    project.carry();
                    project.assert_delivered_once();
                }
            }
        }
    }
}

/// Our own disk is full at each of the steps that the ledger has to keep.
#[test]
fn a_ledger_that_cannot_be_written_stops_the_file_and_the_next_run_delivers_it_once() {
    for state in ["uploading", "verified", "committing", "delivered"] {
        for picks_up in [false, true] {
            let mut project = project();
            project.server.borrow_mut().picks_up = picks_up;
            cannot_enter(&project.store, Some(state));
            let destination = Memory::connect(&project.server);
            let error = project.try_carry(destination).unwrap_err();
            assert!(matches!(error, StoreError::Sqlite(_)), "{state}: {error}");
            cannot_enter(&project.store, None);
            assert!(matches!(project.carry(), Carried::Delivered), "{state}");
            project.assert_delivered_once();
        }
    }
}

#[test]
fn a_lost_answer_to_the_rename_leaves_the_file_committing() {
    let mut project = project();
    project.server.borrow_mut().fault = Some((5, Fault::LostAfter));
    let Carried::Waiting(error) = project.carry() else { panic!("not waiting") };
    assert_eq!(error.retry, Retry::Unknown);
    assert_eq!(project.state(), OutboundState::Committing);
}

#[test]
fn committing_and_the_temporary_name_is_there_renames_again() {
    let mut project = project();
    let temporary = project.committing();
    project.server.borrow_mut().files.insert(temporary.clone(), CONTENT.to_vec());
    assert!(matches!(project.carry(), Carried::Delivered));
    project.assert_delivered_once();
    assert!(!project.server.borrow().requests.iter().any(|request| request.starts_with("upload")));
}

#[test]
fn committing_and_both_names_are_gone_was_picked_up() {
    let mut project = project();
    project.committing();
    assert!(matches!(project.carry(), Carried::Delivered));
    assert_eq!(project.state(), OutboundState::Delivered);
    assert_eq!(project.server.borrow().received, [], "nothing was sent again");
}

#[test]
fn committing_and_a_damaged_temporary_file_uploads_again() {
    let mut project = project();
    let temporary = project.committing();
    project.server.borrow_mut().files.insert(temporary, CONTENT[..5].to_vec());
    assert!(matches!(project.carry(), Carried::Delivered));
    project.assert_delivered_once();
}

#[test]
fn committing_and_both_names_are_there_with_our_bytes_is_delivered() {
    let mut project = project();
    let temporary = project.committing();
    {
        // A server that links and removes, and died in between.
        let mut server = project.server.borrow_mut();
        server.files.insert(temporary, CONTENT.to_vec());
        server.files.insert(NAME.into(), CONTENT.to_vec());
        server.received.push((NAME.into(), CONTENT.to_vec()));
    }
    assert!(matches!(project.carry(), Carried::Delivered));
    project.assert_delivered_once();
}

#[test]
fn committing_and_somebody_took_the_name_is_held() {
    let mut project = project();
    let temporary = project.committing();
    project.server.borrow_mut().files.insert(temporary.clone(), CONTENT.to_vec());
    project.server.borrow_mut().files.insert(NAME.into(), b"theirs".to_vec());
    assert!(matches!(project.carry(), Carried::Held(_)));
    assert_eq!(project.store.outbound(project.id).unwrap().held.unwrap().code, HoldCode::NameTaken);
    let server = project.server.borrow();
    assert_eq!(server.files.get(NAME).unwrap(), b"theirs");
    assert!(!server.files.contains_key(&temporary), "ours is taken back");
}

#[test]
fn committing_and_something_else_under_the_name_is_for_a_person() {
    let mut project = project();
    project.committing();
    project.server.borrow_mut().files.insert(NAME.into(), b"theirs".to_vec());
    let Carried::Held(error) = project.carry() else { panic!("not held") };
    assert_eq!(error.hold_code(), Some(HoldCode::Uncertain));
}

#[test]
fn committing_is_not_resolved_at_another_address() {
    let mut project = project();
    project.committing();
    let mut destination = Memory::connect(&project.server);
    destination.address = "memory://elsewhere/in".into();
    let Carried::Held(error) = project.carry_to(destination) else { panic!("not held") };
    assert_eq!(error.hold_code(), Some(HoldCode::DestinationChanged));
    assert_eq!(project.server.borrow().requests, Vec::<String>::new(), "nothing was asked there");
}

#[test]
fn committing_stays_when_the_server_will_not_say_what_is_there() {
    let mut project = project();
    project.committing();
    project.server.borrow_mut().fault = Some((0, Fault::Denied));
    assert!(matches!(project.carry(), Carried::Waiting(_)));
    assert_eq!(project.state(), OutboundState::Committing, "held here could be sent twice");
}

#[test]
fn a_taken_name_is_held_before_anything_is_uploaded() {
    let mut project = project();
    project.server.borrow_mut().files.insert(NAME.into(), b"theirs".to_vec());
    assert!(matches!(project.carry(), Carried::Held(_)));
    let held = project.store.outbound(project.id).unwrap().held.unwrap();
    assert_eq!(held.code, HoldCode::NameTaken);
    assert_eq!(project.server.borrow().requests, [format!("look {NAME}")]);
}

/// Request 4 is the second look, just before `committing`; request 5 is the rename itself.
#[test]
fn a_name_that_is_taken_at_the_last_moment_is_held_and_theirs_stays() {
    for request in [4, 5] {
        let mut project = project();
        project.server.borrow_mut().fault = Some((request, Fault::Taken));
        assert!(matches!(project.carry(), Carried::Held(_)), "request {request}");
        assert_eq!(project.store.outbound(project.id).unwrap().held.unwrap().code, HoldCode::NameTaken);
        let server = project.server.borrow();
        assert_eq!(server.files.iter().collect::<Vec<_>>(), [(&NAME.to_owned(), &b"theirs".to_vec())]);
    }
}

#[test]
fn a_denied_upload_is_held_with_what_to_do() {
    let mut project = project();
    project.server.borrow_mut().fault = Some((1, Fault::Denied));
    assert!(matches!(project.carry(), Carried::Held(_)));
    let held = project.store.outbound(project.id).unwrap().held.unwrap();
    assert_eq!(held.code, HoldCode::PermissionDenied);
    assert_eq!(
        held.text,
        "destination splio: permission denied while uploading in in. This user needs the right to write, rename and read there: give it, or ask the partner to"
    );
}

#[test]
fn a_denied_rename_is_held_and_the_temporary_file_goes() {
    let mut project = project();
    project.server.borrow_mut().fault = Some((5, Fault::Denied));
    assert!(matches!(project.carry(), Carried::Held(_)));
    assert_eq!(project.state(), OutboundState::Held);
    assert!(project.server.borrow().files.is_empty());
}

#[test]
fn an_upload_that_lost_bytes_is_never_renamed() {
    let mut project = project();
    project.server.borrow_mut().fault = Some((1, Fault::Lies));
    let Carried::Waiting(error) = project.carry() else { panic!("not waiting") };
    assert!(error.to_string().contains("21 bytes, expected 22 bytes"), "{error}");
    assert_eq!(project.state(), OutboundState::Uploading);
    assert!(matches!(project.carry(), Carried::Delivered));
    project.assert_delivered_once();
}

#[test]
fn content_that_differs_is_found_though_the_size_is_right() {
    let mut project = project();
    project.server.borrow_mut().fault = Some((2, Fault::LostBefore));
    project.carry();
    let temporary = project.temporary();
    // Uploaded whole, then damaged, and the ledger says so much as `verified`.
    project.store.verified(project.id, &project.run, at(4)).unwrap();
    project.server.borrow_mut().files.insert(temporary, vec![b'x'; CONTENT.len()]);
    assert!(matches!(project.carry(), Carried::Delivered), "uploads again");
    project.assert_delivered_once();
}

#[test]
fn a_staged_file_that_was_changed_is_not_sent() {
    let mut project = project();
    std::fs::write(project.folder.path().join("staged.csv"), b"card_code;program\n9;9\n").unwrap();
    assert!(matches!(project.carry(), Carried::Held(_)));
    let held = project.store.outbound(project.id).unwrap().held.unwrap();
    assert_eq!(held.code, HoldCode::StagedFileChanged);
    assert_eq!(project.server.borrow().received, []);
}

#[test]
fn a_staged_file_that_is_gone_is_held() {
    let mut project = project();
    std::fs::remove_file(project.folder.path().join("staged.csv")).unwrap();
    assert!(matches!(project.carry(), Carried::Held(_)));
    assert_eq!(project.store.outbound(project.id).unwrap().held.unwrap().code, HoldCode::StagedFileChanged);
}

#[test]
fn a_delivered_file_is_never_touched_again() {
    let mut project = project();
    project.carry();
    project.server.borrow_mut().requests.clear();
    project.carry();
    assert_eq!(project.server.borrow().requests, Vec::<String>::new());
}

#[test]
fn a_temporary_name_is_never_longer_than_file_systems_take() {
    let project = project();
    let long = format!("{}.csv", "é".repeat(140));
    let name = temporary_name(&long, &project.run, project.id, 0, ".part");
    assert!(name.len() <= 255, "{}", name.len());
    assert!(name.ends_with(&format!(".{}-{}.part", project.run, project.id)));
}
