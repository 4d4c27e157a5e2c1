use std::sync::atomic::AtomicBool;

use super::super::WAIT_PIECE;
use super::*;
use crate::delivery::testing::config;
use crate::store::testing::{at, claim, outbound, staged, store};
use crate::store::{NewArchive, NewOutbound, NewSet, SetRoute, Store};

/// A lane over two files of one route and two sets of one name, whose archives were made in the other order.
fn with_lane(stop: bool, test: impl FnOnce(&Lane<'_>)) {
    let (folder, mut store) = store();
    let run = store.begin_run(at(0)).unwrap();
    let stage = |store: &mut Store, content: u8, route: &str| {
        let export = claim(store, &run, &format!("{content}.csv"), content);
        let file = NewOutbound { route: route.into(), ..outbound(&format!("out{content}.csv")) };
        let id = store.stage(staged(export, &run, vec![file])).unwrap()[0];
        store.outbound(id).unwrap()
    };
    let files = [stage(&mut store, 1, "cards"), stage(&mut store, 2, "cards")];
    let mut sets = Vec::new();
    for content in 3..5 {
        stage(&mut store, content, "regs");
        let set = NewSet {
            name: "night".into(),
            destination: "splio".into(),
            routes: vec![SetRoute { route: "regs".into(), required: true }],
            marker: None,
            packed: true,
        };
        sets.extend(store.group_sets(&run, at(3), &[set], true, &|_, _| String::new()).unwrap());
    }
    for set in sets.iter().rev() {
        let archive = NewArchive {
            name: format!("night{set}.zip"),
            staged_path: "night.zip".into(),
            sha256: [1; 32],
            size: 1,
            config_sha256: [2; 32],
            held: None,
        };
        store.pack_set(*set, &run, at(4), archive).unwrap();
    }
    let sets = store.open_sets().unwrap();
    let (stop, config) = (AtomicBool::new(stop), config());
    let means = Means {
        connect: &|config| Err(DeliveryError::new(&config.name, Problem::Interrupted)),
        clock: &|| at(5),
        wait: &|_| {},
        stop: &stop,
        later: &|_| false,
    };
    let ledger = Ledger::new(&mut store);
    let lane = Lane::new(
        &config,
        files.iter().collect(),
        sets.iter().collect(),
        folder.path(),
        &run,
        &ledger,
        &means,
    );
    test(&lane);
}

#[test]
fn sets_of_one_name_keep_their_order_whatever_the_numbers_of_their_archives() {
    with_lane(false, |lane| {
        let jobs = lane.queue().waiting.clone();
        let order: Vec<_> = jobs
            .iter()
            .map(|job| match job {
                Job::File(file) => format!("{} {}", file.route, file.id),
                Job::Member(_, position) | Job::Set(position) => format!("set {position}"),
            })
            .collect();
        assert_eq!(order, ["cards 1", "cards 2", "set 0", "set 1"]);
    });
}

/// What both wait for ends after a while, so that the test does too without the rule that it tests.
#[test]
fn who_waits_for_others_stops_with_the_run() {
    with_lane(true, |lane| {
        let jobs = std::mem::take(&mut lane.queue().waiting);
        let files: Vec<_> = jobs.into_iter().filter_map(Job::file).take(2).collect();
        lane.queue().under_way.extend(&files);
        let second = files[1];
        std::thread::scope(|scope| {
            let file = scope.spawn(|| lane.wait_for_earlier(second));
            let set = scope.spawn(|| lane.wait_for_earlier_sets(1));
            for _ in 0..100 {
                if file.is_finished() && set.is_finished() {
                    break;
                }
                std::thread::sleep(WAIT_PIECE);
            }
            lane.queue().under_way.clear();
            lane.queue().broken = true;
            lane.done.notify_all();
            for waited in [file, set] {
                let error = waited.join().unwrap().unwrap_err();
                assert!(matches!(*error.problem, Problem::Interrupted), "{error}");
            }
        });
    });
}
