//! Two small programs for `benches/upload.sh`.
//!
//! `upload PORT USER KEY FINGERPRINT REMOTE FOLDER SESSIONS` delivers every file of FOLDER over SFTP, by the whole protocol: ledger, temporary
//! name, verification, rename, receipt. The server is probed before, as `passeur probe` does it. Prints the seconds from the first connection to
//! the last receipt.
//!
//! `delay LISTEN PORT MILLISECONDS` relays to a local port and holds every byte that long, each way. It acknowledges at once, so
//! that what limits an upload through it is what SFTP and SSH keep in flight.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use chrono::Utc;
use passeur::config::{Auth, DestinationConfig, DestinationKind, HostKeys, Retries, SftpConfig, Verify};
use passeur::delivery::deliver_waiting;
use passeur::delivery::sftp::probe;
use passeur::store::{ExportOutcome, NewExport, NewOutbound, OutboundState, Staged, Store};
use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["upload", port, user, key, fingerprint, remote, folder, sessions] => {
            let sftp = SftpConfig {
                host: "127.0.0.1".into(),
                port: port.parse()?,
                user: (*user).into(),
                folder: (*remote).into(),
                auth: Auth::Key { path: key.into(), passphrase: None },
                host_keys: HostKeys::Pinned(vec![(*fingerprint).into()]),
                timeout: Duration::from_secs(60),
            };
            upload(sftp, Path::new(folder), sessions.parse()?)
        }
        ["delay", listen, port, milliseconds] => {
            delay(listen.parse()?, port.parse()?, Duration::from_millis(milliseconds.parse()?))
        }
        _ => Err("usage: upload PORT USER KEY FINGERPRINT REMOTE FOLDER SESSIONS | delay LISTEN PORT MILLISECONDS".into()),
    }
}

fn upload(sftp: SftpConfig, folder: &Path, sessions: NonZeroUsize) -> Result<(), Box<dyn Error>> {
    // Beside the files: on a disk, so that the ledger's syncs cost what they cost.
    let ledger = folder.with_extension("db");
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", ledger.display()));
    }
    let mut store = Store::open(&ledger)?;
    let run = store.begin_run(Utc::now())?;
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    let mut outbound = Vec::new();
    for path in paths {
        let bytes = std::fs::read(&path)?;
        outbound.push(NewOutbound {
            route: "bench".into(),
            destination: "bench".into(),
            name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            sha256: Sha256::digest(&bytes).into(),
            size: bytes.len() as u64,
            staged_path: path,
            rows: 1,
            schema: "bench".into(),
            schema_sha256: [0; 32],
            config_sha256: [0; 32],
            held: None,
            batch: None,
        });
    }
    let export = NewExport {
        name: "bench.csv".into(),
        sha256: [0; 32],
        size: 0,
        work_path: "bench.csv".into(),
        claimed_at: Utc::now(),
    };
    let export = store.claim_export(&run, export)?;
    let files = outbound.len();
    store.stage(Staged {
        export,
        run: run.clone(),
        at: Utc::now(),
        outcome: ExportOutcome::Accepted,
        schema: None,
        rows: 1,
        rejected: 0,
        report_path: None,
        outbound,
    })?;
    let root = folder.with_extension("project");
    let profile = root.join(probe::profile_path("bench"));
    std::fs::create_dir_all(profile.parent().unwrap_or(&root))?;
    let probed = probe::probe("bench", &sftp, ".part", &|_| None, Utc::now().to_rfc3339())?;
    std::fs::write(profile, serde_json::to_vec(&probed.profile)?)?;
    let destination = DestinationConfig {
        name: "bench".into(),
        kind: DestinationKind::Sftp(sftp),
        verify: Verify::Size,
        temporary_suffix: ".part".into(),
        retries: Retries { count: 0, ..Retries::default() },
        sessions,
    };
    let destinations = BTreeMap::from([("bench".to_owned(), destination)]);
    let begin = Instant::now();
    let stop = AtomicBool::new(false);
    let summary = deliver_waiting(&mut store, &run, &destinations, &root, &Utc::now, &stop, &mut |_| {})?;
    let took = begin.elapsed();
    std::fs::remove_dir_all(&root)?;
    if summary.count(OutboundState::Delivered) != files {
        return Err(format!("not all were delivered: {:?}", summary.files.first()).into());
    }
    println!("{:.3}", took.as_secs_f64());
    Ok(())
}

fn delay(listen: u16, port: u16, time: Duration) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(("127.0.0.1", listen))?;
    for client in listener.incoming() {
        let client = client?;
        let server = TcpStream::connect(("127.0.0.1", port))?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let (back_from, back_to) = (server.try_clone()?, client.try_clone()?);
        std::thread::spawn(move || hold(client, server, time));
        std::thread::spawn(move || hold(back_from, back_to, time));
    }
    Ok(())
}

/// Passes bytes on in one direction, each `time` after it came.
fn hold(mut from: TcpStream, mut to: TcpStream, time: Duration) {
    // Up to 32 MiB wait in it, more than anybody keeps in flight.
    let (sender, receiver) = sync_channel::<(Instant, Vec<u8>)>(512);
    std::thread::spawn(move || {
        for (due, bytes) in receiver {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
    let mut piece = vec![0; 64 * 1024];
    while let Ok(count) = from.read(&mut piece) {
        if count == 0 || sender.send((Instant::now() + time, piece[..count].to_vec())).is_err() {
            break;
        }
    }
}
