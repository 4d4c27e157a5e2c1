use super::*;
use crate::store::testing::{at, claim, outbound, staged, store};
use crate::store::{HoldCode, Store};

fn with_file() -> (tempfile::TempDir, Store, RunId, OutboundId) {
    let (folder, mut store) = store();
    let run = store.begin_run(at(0)).unwrap();
    let export = claim(&mut store, &run, "a.csv", 1);
    let ids = store.stage(staged(export, &run, vec![outbound("one.csv")])).unwrap();
    (folder, store, run, ids[0])
}

const UPLOAD: Upload<'static> = Upload {
    temporary: "one.csv.x.part",
    address: "sftp://club@drop.example:22/in",
    host_key: Some("SHA256:abc"),
};

#[test]
fn a_file_goes_through_the_states_and_they_are_remembered() {
    let (_folder, mut store, run, id) = with_file();
    store.uploading(id, &run, at(3), UPLOAD).unwrap();
    store.verified(id, &run, at(4)).unwrap();
    store.committing(id, &run, at(5)).unwrap();
    assert_eq!(store.undelivered().unwrap()[0].temporary.as_deref(), Some("one.csv.x.part"));
    store.delivered(id, &run, at(6)).unwrap();
    assert_eq!(store.undelivered().unwrap(), []);

    use OutboundState::*;
    let seen: Vec<_> = store.history(id).unwrap().into_iter().map(|event| (event.state, event.at)).collect();
    assert_eq!(
        seen,
        [(Staged, at(2)), (Uploading, at(3)), (Verified, at(4)), (Committing, at(5)), (Delivered, at(6))]
    );
    let record = store.outbound(id).unwrap();
    assert_eq!(record.delivered_at, Some(at(6)));
    assert_eq!(record.host_key.as_deref(), Some("SHA256:abc"));
}

#[test]
fn a_state_cannot_be_skipped() {
    let (_folder, mut store, run, id) = with_file();
    for (result, wanted) in [
        (store.verified(id, &run, at(3)), "verified"),
        (store.committing(id, &run, at(3)), "committing"),
        (store.delivered(id, &run, at(3)), "delivered"),
    ] {
        assert_eq!(
            result.unwrap_err().to_string(),
            format!("outbound file {id} is staged, and cannot become {wanted} from there")
        );
    }
    assert_eq!(store.history(id).unwrap().len(), 1, "a refused change leaves no history");
}

#[test]
fn a_delivered_file_never_goes_back() {
    let (_folder, mut store, run, id) = with_file();
    store.uploading(id, &run, at(3), UPLOAD).unwrap();
    store.verified(id, &run, at(3)).unwrap();
    store.committing(id, &run, at(3)).unwrap();
    store.delivered(id, &run, at(3)).unwrap();
    let reason = HoldReason { code: HoldCode::NameTaken, text: "taken".into() };
    assert!(store.uploading(id, &run, at(4), UPLOAD).is_err());
    assert!(store.hold(id, &run, at(4), &reason).is_err());
    assert!(store.name_taken("splio", "one.csv").unwrap());
}

#[test]
fn a_delivered_file_waits_for_its_receipt() {
    let (_folder, mut store, run, id) = with_file();
    store.receipts_written(&[(id, "receipts/one.csv.json".into())]).unwrap();
    store.uploading(id, &run, at(3), UPLOAD).unwrap();
    store.verified(id, &run, at(3)).unwrap();
    store.committing(id, &run, at(3)).unwrap();
    store.delivered(id, &run, at(3)).unwrap();
    assert_eq!(store.without_receipt().unwrap().len(), 1);
    store.receipts_written(&[(id, "receipts/one.csv.json".into())]).unwrap();
    assert_eq!(store.without_receipt().unwrap(), []);
}

#[test]
fn steps_of_several_files_are_one_transaction_and_one_that_is_refused_stops_no_other() {
    let (_folder, mut store) = store();
    let run = store.begin_run(at(0)).unwrap();
    let export = claim(&mut store, &run, "a.csv", 1);
    let ids = store.stage(staged(export, &run, vec![outbound("one.csv"), outbound("two.csv")])).unwrap();
    let entry = |id, step| Entry { id, run: run.clone(), at: at(3), step };
    let up = || Step::Uploading { temporary: "t".into(), address: "a".into(), host_key: None };
    let entries = [entry(ids[0], up()), entry(ids[1], Step::Verified), entry(ids[1], up())];
    let results = store.enter_all(&entries.iter().collect::<Vec<_>>());
    assert!(results[0].is_ok() && results[2].is_ok());
    assert!(matches!(results[1], Err(StoreError::WrongState { .. })));
    for id in ids {
        assert_eq!(store.outbound(id).unwrap().state, OutboundState::Uploading);
        assert_eq!(store.history(id).unwrap().len(), 2);
    }
}

#[test]
fn the_same_name_is_free_at_another_destination() {
    let (_folder, store, _run, _id) = with_file();
    assert!(store.name_taken("splio", "one.csv").unwrap());
    assert!(!store.name_taken("symplify", "one.csv").unwrap());
    assert!(!store.name_taken("splio", "two.csv").unwrap());
}
