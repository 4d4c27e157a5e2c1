use super::*;
use crate::store::testing::{at, claim, outbound, staged, store};
use crate::store::{ExportId, HoldReason, NewOutbound, RunOutcome, Upload};

fn new_set() -> NewSet {
    let route = |name: &str, required| SetRoute { route: name.into(), required };
    NewSet {
        name: "base".into(),
        destination: "splio".into(),
        routes: vec![route("groups", true), route("contacts", true), route("removals", false)],
        marker: Some("READY".into()),
        packed: false,
    }
}

fn file(route: &str, name: &str) -> NewOutbound {
    NewOutbound { route: route.into(), ..outbound(name) }
}

/// A run that has staged these files, of one export each.
fn stage(store: &mut Store, files: &[(&str, &str)]) -> (RunId, Vec<OutboundId>) {
    let run = store.begin_run(at(0)).unwrap();
    let ids = files
        .iter()
        .enumerate()
        .map(|(number, (route, name))| {
            let export: ExportId = claim(store, &run, name, u8::try_from(number).unwrap());
            store.stage(staged(export, &run, vec![file(route, name)])).unwrap()[0]
        })
        .collect();
    (run, ids)
}

fn group(store: &mut Store, run: &RunId, whole: bool) -> Vec<SetId> {
    store.group_sets(run, at(5), &[new_set()], whole, &lacking).unwrap()
}

fn lacking(set: &str, missing: &[&str]) -> String {
    format!("{set} lacks {}", missing.join(" and "))
}

fn verify(store: &mut Store, run: &RunId, id: OutboundId) {
    let upload = Upload { temporary: "t.part", address: "folder:/drop", host_key: None };
    store.uploading(id, run, at(6), upload).unwrap();
    store.verified(id, run, at(6)).unwrap();
}

fn deliver(store: &mut Store, run: &RunId, id: OutboundId) {
    store.committing(id, run, at(7)).unwrap();
    store.delivered(id, run, at(7)).unwrap();
}

/// Name and state of each file, in the set's order.
fn files(store: &Store, id: SetId) -> Vec<(String, OutboundState)> {
    store.set(id).unwrap().files.into_iter().map(|file| (file.name, file.state)).collect()
}

#[test]
fn the_files_of_a_run_become_a_set_in_the_order_of_its_routes() {
    let (_folder, mut store) = store();
    let (run, _) = stage(
        &mut store,
        &[("contacts", "c1.csv"), ("contacts", "c2.csv"), ("groups", "g.csv"), ("cards", "alone.csv")],
    );
    let sets = group(&mut store, &run, true);
    let set = store.set(sets[0]).unwrap();
    let names: Vec<_> = set.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["g.csv", "c1.csv", "c2.csv"]);
    assert_eq!((set.state, set.marker.as_deref()), (SetState::Waiting, Some("READY")));
    assert_eq!(store.undelivered().unwrap().iter().filter(|file| file.set.is_none()).count(), 1);
}

#[test]
fn a_set_that_lacks_a_required_file_is_held_as_a_whole() {
    let (_folder, mut store) = store();
    let (run, ids) = stage(&mut store, &[("contacts", "c.csv"), ("removals", "r.csv")]);
    let sets = group(&mut store, &run, true);
    assert_eq!(store.set(sets[0]).unwrap().missing(), ["groups"]);
    for id in ids {
        let reason = HoldReason { code: HoldCode::SetIncomplete, text: "base lacks groups".into() };
        assert_eq!(store.outbound(id).unwrap().held, Some(reason));
    }
}

#[test]
fn a_set_waits_while_an_export_of_its_run_is_in_work_and_takes_what_comes_out_of_it() {
    let (_folder, mut store) = store();
    let (run, _) = stage(&mut store, &[("contacts", "c.csv")]);
    let first = group(&mut store, &run, false);
    assert_eq!(store.set(first[0]).unwrap().state, SetState::Gathering);
    store.end_run(&run, at(8), RunOutcome::Attention).unwrap();
    let (next, _) = stage(&mut store, &[("groups", "g.csv")]);
    let second = group(&mut store, &next, true);
    assert_eq!(second, first);
    assert_eq!(store.set(first[0]).unwrap().state, SetState::Waiting);
    assert_eq!(files(&store, first[0]).len(), 2);
}

#[test]
fn a_run_that_was_killed_before_it_could_group_leaves_its_files_to_the_next() {
    let (_folder, mut store) = store();
    stage(&mut store, &[("contacts", "c.csv")]);
    let (next, _) = stage(&mut store, &[("groups", "g.csv")]);
    store.close_dead_runs(&next, at(60)).unwrap();
    let sets = group(&mut store, &next, true);
    assert_eq!(files(&store, sets[0]).len(), 2);
}

#[test]
fn files_of_another_run_are_another_set() {
    let (_folder, mut store) = store();
    let (run, _) = stage(&mut store, &[("contacts", "c.csv"), ("groups", "g.csv")]);
    let first = group(&mut store, &run, true);
    store.end_run(&run, at(8), RunOutcome::Complete).unwrap();
    let (next, _) = stage(&mut store, &[("contacts", "c2.csv"), ("groups", "g2.csv")]);
    let second = group(&mut store, &next, true);
    assert_ne!(first, second);
    assert_eq!(group(&mut store, &next, true), [], "grouped once");
}

#[test]
fn a_set_goes_through_its_states_and_skips_none() {
    let (_folder, mut store) = store();
    let (run, ids) = stage(&mut store, &[("groups", "g.csv"), ("contacts", "c.csv")]);
    let set = group(&mut store, &run, true)[0];
    verify(&mut store, &run, ids[0]);
    assert!(matches!(store.commit_set(set), Err(StoreError::SetNotReady { .. })), "one is not verified");
    verify(&mut store, &run, ids[1]);
    assert!(store.end_set(set, at(9)).is_err());
    store.commit_set(set).unwrap();
    assert!(store.commit_set(set).is_err(), "begun once");
    deliver(&mut store, &run, ids[0]);
    assert!(store.mark_set(set, "READY.part").is_err(), "one has no name yet");
    deliver(&mut store, &run, ids[1]);
    store.mark_set(set, "READY.part").unwrap();
    assert_eq!(store.set(set).unwrap().marker_temporary.as_deref(), Some("READY.part"));
    store.end_set(set, at(9)).unwrap();
    assert!(store.open_sets().unwrap().is_empty());
}

#[test]
fn an_incomplete_set_that_is_released_goes_without_what_it_lacks() {
    let (_folder, mut store) = store();
    let (run, ids) = stage(&mut store, &[("contacts", "c.csv"), ("removals", "r.csv")]);
    let set = group(&mut store, &run, true)[0];
    store.release_set(set, at(9), "released by jo").unwrap();
    assert!(store.set(set).unwrap().missing().is_empty());
    let states: Vec<_> = files(&store, set).into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, [OutboundState::Staged, OutboundState::Staged]);
    let last = store.history(ids[0]).unwrap().pop().unwrap();
    assert_eq!(
        (last.state, last.run, last.detail.as_deref()),
        (OutboundState::Staged, None, Some("released by jo"))
    );
}

#[test]
fn an_incomplete_set_is_discarded_as_a_whole() {
    let (_folder, mut store) = store();
    let (run, ids) = stage(&mut store, &[("contacts", "c.csv"), ("removals", "r.csv")]);
    let set = group(&mut store, &run, true)[0];
    assert_eq!(store.discard(ids[0], at(9), "no", &lacking).unwrap(), ids);
    assert_eq!(store.set(set).unwrap().state, SetState::Discarded);
}

#[test]
fn discarding_a_file_that_the_set_must_have_holds_the_rest() {
    let (_folder, mut store) = store();
    let (run, ids) = stage(&mut store, &[("groups", "g.csv"), ("contacts", "c.csv")]);
    let set = group(&mut store, &run, true)[0];
    let taken = HoldReason { code: HoldCode::NameTaken, text: "taken".into() };
    store.hold(ids[0], &run, at(6), &taken).unwrap();
    assert_eq!(store.discard(ids[0], at(9), "no", &lacking).unwrap(), [ids[0]]);
    let rest = store.outbound(ids[1]).unwrap();
    assert_eq!(rest.held.unwrap().text, "base lacks groups");
    assert_eq!(store.set(set).unwrap().state, SetState::Waiting);
}

#[test]
fn discarding_an_optional_file_lets_the_rest_go() {
    let (_folder, mut store) = store();
    let (run, ids) = stage(&mut store, &[("groups", "g.csv"), ("contacts", "c.csv"), ("removals", "r.csv")]);
    let set = group(&mut store, &run, true)[0];
    let taken = HoldReason { code: HoldCode::NameTaken, text: "taken".into() };
    store.hold(ids[2], &run, at(6), &taken).unwrap();
    store.discard(ids[2], at(9), "no", &lacking).unwrap();
    let set = store.set(set).unwrap();
    assert!(set.held().is_none());
    assert_eq!(set.live().count(), 2);
}

#[test]
fn a_file_that_waits_can_be_discarded_until_its_rename_may_have_been_sent() {
    let (_folder, mut store) = store();
    let names = ["staged", "uploading", "verified", "committing"];
    let (run, ids) = stage(&mut store, &names.map(|name| ("cards", name)));
    let upload = || Upload { temporary: "t", address: "a", host_key: None };
    for id in &ids[1..] {
        store.uploading(*id, &run, at(6), upload()).unwrap();
    }
    for id in &ids[2..] {
        store.verified(*id, &run, at(6)).unwrap();
    }
    store.committing(ids[3], &run, at(6)).unwrap();
    for id in &ids[..3] {
        assert_eq!(store.discard(*id, at(9), "no", &lacking).unwrap(), [*id]);
        assert_eq!(store.outbound(*id).unwrap().state, OutboundState::Discarded);
    }
    assert!(matches!(store.discard(ids[3], at(9), "no", &lacking), Err(StoreError::WrongState { .. })));
}

#[test]
fn a_file_of_a_set_can_be_discarded_only_when_it_is_held() {
    let (_folder, mut store) = store();
    let (run, ids) = stage(&mut store, &[("groups", "g.csv"), ("contacts", "c.csv")]);
    group(&mut store, &run, true);
    assert!(matches!(store.discard(ids[0], at(9), "no", &lacking), Err(StoreError::WrongState { .. })));
}
