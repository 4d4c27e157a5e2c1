use super::*;
use crate::store::testing::{at, claim, outbound, staged, store};
use crate::store::{HoldCode, NewSet, SetRoute, Upload};

/// A set of two files that goes inside an archive, grouped.
fn grouped(store: &mut Store) -> (RunId, SetId, Vec<OutboundId>) {
    let run = store.begin_run(at(0)).unwrap();
    let mut ids = Vec::new();
    for (number, route) in [(1, "profiles"), (2, "registrations")] {
        let name = format!("{route}.csv");
        let export = claim(store, &run, &name, number);
        let file = NewOutbound { route: route.into(), ..outbound(&name) };
        ids.extend(store.stage(staged(export, &run, vec![file])).unwrap());
    }
    let route = |route: &str| SetRoute { route: route.into(), required: true };
    let new = NewSet {
        name: "actito".into(),
        destination: "splio".into(),
        routes: vec![route("registrations"), route("profiles")],
        marker: None,
        packed: true,
    };
    let set = store.group_sets(&run, at(3), &[new], true, &|_, _| String::new()).unwrap()[0];
    (run, set, ids)
}

fn archive(name: &str) -> NewArchive {
    NewArchive {
        name: name.into(),
        staged_path: "archive/outbound/a.zip".into(),
        sha256: [5; 32],
        size: 99,
        config_sha256: [9; 32],
        held: None,
    }
}

fn deliver(store: &mut Store, run: &RunId, id: OutboundId) {
    let upload = Upload { temporary: "t.part", address: "folder:/drop", host_key: None };
    store.uploading(id, run, at(6), upload).unwrap();
    store.verified(id, run, at(6)).unwrap();
    store.committing(id, run, at(7)).unwrap();
    store.delivered(id, run, at(7)).unwrap();
}

fn states(store: &Store, ids: &[OutboundId]) -> Vec<OutboundState> {
    ids.iter().map(|id| store.outbound(*id).unwrap().state).collect()
}

#[test]
fn before_its_archive_is_made_a_set_is_to_be_packed_and_afterwards_the_archive_alone_waits() {
    let (_folder, mut store) = store();
    let (run, set, ids) = grouped(&mut store);
    assert_eq!(store.sets_to_pack().unwrap().iter().map(|set| set.id).collect::<Vec<_>>(), [set]);
    assert!(store.set(set).unwrap().lacks_archive());
    let made = store.pack_set(set, &run, at(4), archive("a.zip")).unwrap();
    assert!(store.sets_to_pack().unwrap().is_empty());
    let waiting: Vec<_> = store.undelivered().unwrap().iter().map(|file| file.id).collect();
    assert_eq!(waiting, [made]);
    let record = store.set(set).unwrap();
    assert_eq!(record.live().map(|file| file.id).collect::<Vec<_>>(), [made]);
    assert!(record.missing().is_empty() && !record.lacks_archive());
    let file = store.outbound(made).unwrap();
    assert_eq!((file.route.as_str(), file.rows, file.schema.as_str()), ("actito", 6, "splio/cardcode"));
    let inside: Vec<_> = store.inside(made).unwrap().iter().map(|file| file.id).collect();
    assert_eq!(inside, ids);
    let again = store.pack_set(set, &run, at(4), archive("b.zip")).unwrap_err();
    assert!(matches!(again, StoreError::SetNotReady { .. }), "{again}");
}

#[test]
fn what_is_inside_is_delivered_with_the_archive_and_proved_by_its_receipt() {
    let (_folder, mut store) = store();
    let (run, set, ids) = grouped(&mut store);
    let made = store.pack_set(set, &run, at(4), archive("a.zip")).unwrap();
    deliver(&mut store, &run, made);
    assert_eq!(states(&store, &ids), [OutboundState::Delivered; 2]);
    let member = store.outbound(ids[0]).unwrap();
    assert_eq!((member.address.as_deref(), member.delivered_at), (Some("folder:/drop"), Some(at(7))));
    assert_eq!(
        store.history(ids[0]).unwrap().last().map(|event| event.state),
        Some(OutboundState::Delivered)
    );
    assert_eq!(store.last_delivered_rows("profiles").unwrap(), Some(3));
    assert_eq!(store.without_receipt().unwrap().len(), 1, "the archive's");
    store.receipts_written(&[(made, "receipts/a.zip.json".into())]).unwrap();
    for id in ids.iter().chain([&made]) {
        assert!(store.outbound(*id).unwrap().receipt_path.is_some());
    }
    assert_eq!(store.status(1).unwrap().outbound, [(OutboundState::Delivered, 1)], "one file was sent");
}

#[test]
fn what_is_inside_a_discarded_archive_is_discarded() {
    let (_folder, mut store) = store();
    let (run, set, ids) = grouped(&mut store);
    let held = Some(HoldReason { code: HoldCode::TooLarge, text: "too large".into() });
    let made = store.pack_set(set, &run, at(4), NewArchive { held, ..archive("a.zip") }).unwrap();
    assert_eq!(store.set(set).unwrap().held().map(|file| file.id), Some(made));
    let discarded = store.discard(made, at(5), "by Anne", &|_, _| String::new()).unwrap();
    assert_eq!(discarded, [made, ids[0], ids[1]]);
    assert_eq!(states(&store, &ids), [OutboundState::Discarded; 2]);
    assert_eq!(store.set(set).unwrap().state, SetState::Discarded);
}

#[test]
fn an_archive_that_is_taken_apart_leaves_its_files_held_and_can_be_made_again() {
    let (_folder, mut store) = store();
    let (run, set, ids) = grouped(&mut store);
    let made = store.pack_set(set, &run, at(4), archive("a.zip")).unwrap();
    let why = |file: &OutboundRecord| HoldReason { code: HoldCode::DayPast, text: file.name.clone() };
    assert_eq!(store.take_apart(made, &run, at(5), &why).unwrap(), ids);
    assert_eq!(states(&store, &[made, ids[0], ids[1]])[..2], [OutboundState::Discarded, OutboundState::Held]);
    assert_eq!(store.outbound(ids[1]).unwrap().held.unwrap().text, "registrations.csv");
    assert!(store.sets_to_pack().unwrap().is_empty(), "held files go nowhere");
    for id in &ids {
        store.release(*id, at(6), None, "by Anne").unwrap();
    }
    assert_eq!(store.sets_to_pack().unwrap().len(), 1);
    let again = store.pack_set(set, &run, at(7), archive("a.zip")).unwrap();
    deliver(&mut store, &run, again);
    assert_eq!(states(&store, &ids), [OutboundState::Delivered; 2]);
}

#[test]
fn an_archive_whose_rename_may_have_been_sent_is_not_taken_apart() {
    let (_folder, mut store) = store();
    let (run, set, ids) = grouped(&mut store);
    let made = store.pack_set(set, &run, at(4), archive("a.zip")).unwrap();
    deliver(&mut store, &run, made);
    let why = |file: &OutboundRecord| HoldReason { code: HoldCode::DayPast, text: file.name.clone() };
    let error = store.take_apart(made, &run, at(8), &why).unwrap_err();
    assert!(matches!(error, StoreError::WrongState { found: OutboundState::Delivered, .. }), "{error}");
    assert_eq!(states(&store, &ids), [OutboundState::Delivered; 2]);
}

#[test]
fn a_set_whose_archive_the_config_has_no_more_goes_file_by_file() {
    let (_folder, mut store) = store();
    let (_, set, _) = grouped(&mut store);
    store.leave_unpacked(set).unwrap();
    assert!(store.sets_to_pack().unwrap().is_empty());
    assert!(!store.set(set).unwrap().lacks_archive());
}
