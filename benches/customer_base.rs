//! How long the customer base takes: 200,000 people, 400,000 registrations and 50,000 memberships on a first day, the same files on
//! the next one, and a day on which 1 % has changed. Prints seconds, and the peak memory of the process.
//!
//! `cargo bench --bench customer_base`; with `SCALE=10`, a tenth of it.

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use chrono::NaiveDate;
use passeur::amilia::{Kind, Loader, Mode, Settings, derive, models};
use passeur::store::Store;

const ACCOUNTS: u64 = 80_000;
const PEOPLE: u64 = 200_000;
const REGISTRATIONS: u64 = 400_000;
const MEMBERSHIPS: u64 = 50_000;
const ACTIVITIES: u64 = 2_000;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// A number that looks random and is the same each time.
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A person: the first 80,000 own an account each; of the others, two of three are children.
fn person(number: u64, version: u64) -> String {
    let account = number % ACCOUNTS;
    let (birth, email) = match number {
        _ if number < ACCOUNTS => (1960 + mixed(number) % 40, format!("owner{number}@example.com")),
        _ if number.is_multiple_of(3) => (1960 + mixed(number) % 40, format!("member{number}@example.com")),
        _ => (2009 + mixed(number) % 15, String::new()),
    };
    let day = mixed(number) % 28 + 1;
    let skills = if number.is_multiple_of(5) { "\"Étoile de mer, Canard\"" } else { "" };
    format!(
        "{},{},,{},Prénom{version},Nom{number},{email},F,{birth}-{:02}-{day:02},,Trois-Rivières,Québec,H0H 0H0,CA,819 555-0101,819 555-0102,2019-09-03,{number:08},{skills},false",
        number + 1,
        account + 1,
        account + 1,
        number % 12 + 1,
    )
}

fn registration(number: u64, version: u64) -> String {
    let person = mixed(number) % PEOPLE;
    let activity = mixed(number.wrapping_mul(31)) % ACTIVITIES;
    let status = if version > 0 { "Cancelled" } else { "Registered" };
    format!(
        "SUB-{number},{},{},,,Automne 2026,,Aquatique,,Natation enfants,{},Cours {activity} - samedi 9 h,Normal,2026-12-15,2026-{:02}-{:02},{status},",
        person + 1,
        person % ACCOUNTS + 1,
        activity + 1,
        number % 9 + 1,
        number % 28 + 1,
    )
}

fn membership(number: u64, version: u64) -> String {
    let person = mixed(number ^ 0x5555) % PEOPLE;
    let kind = number % 20;
    format!(
        "{},Abonnement {kind},{},{},2026-{:02}-{:02},,2027-06-{:02},Active,",
        4000 + kind,
        person + 1,
        person % ACCOUNTS + 1,
        number % 9 + 1,
        number % 28 + 1,
        version + 1,
    )
}

/// Writes an export; of `changed` thousandths of the rows, a second version.
fn export(path: &Path, rows: u64, changed: u64, row: fn(u64, u64) -> String) -> Outcome<()> {
    let mut file = BufWriter::new(std::fs::File::create(path)?);
    for number in 0..rows {
        writeln!(file, "{}", row(number, u64::from(mixed(number) % 1000 < changed)))?;
    }
    Ok(file.flush()?)
}

fn run(folder: &Path, store: &mut Store, name: &str, today: NaiveDate, settings: &Settings) -> Outcome<()> {
    let (start, processor_before) = (Instant::now(), processor());
    store.begin()?;
    let connection = store.connection();
    for kind in [Kind::People, Kind::Registrations, Kind::Memberships] {
        let loading = Instant::now();
        let mut loader = Loader::begin(connection, kind, Mode::Full, today, settings)?;
        let mut reader = BufReader::new(std::fs::File::open(folder.join(kind.word()))?);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            loader.row(&line)?;
            line.clear();
        }
        let changes = loader.finish()?;
        println!("  load {:13} {:6.2} s  {changes:?}", kind.word(), loading.elapsed().as_secs_f64());
    }
    let deriving = Instant::now();
    let derived = derive(connection, settings, today, false)?;
    println!("  derive             {:6.2} s  {:?}", deriving.elapsed().as_secs_f64(), derived.counts);
    let committing = Instant::now();
    store.commit()?;
    println!("  commit             {:6.2} s", committing.elapsed().as_secs_f64());
    let writing = Instant::now();
    let models = models(store.connection(), Path::new("/nowhere"))?;
    let mut rows = 0;
    for model in models.iter() {
        rows += models.write(store.connection(), &model.name, &mut std::io::sink())?;
    }
    println!("  write models       {:6.2} s  {rows} rows", writing.elapsed().as_secs_f64());
    println!(
        "{name}: {:.2} s, of which {:.2} s on a processor; peak memory {} MiB",
        start.elapsed().as_secs_f64(),
        processor() - processor_before,
        peak_memory()
    );
    Ok(())
}

/// Seconds that this thread was on a processor: what a busy machine does not distort. 0 where the system does not say.
fn processor() -> f64 {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = times.split_whitespace().next().and_then(|time| time.parse::<f64>().ok());
    nanoseconds.unwrap_or_default() / 1e9
}

/// In MiB; 0 where the system does not say.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default() / 1024
}

fn main() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let scale: u64 = std::env::var("SCALE").ok().and_then(|scale| scale.parse().ok()).unwrap_or(1).max(1);
    let settings = Settings::default();
    let mut store = Store::open(&folder.join("passeur.db"))?;
    let day = |day: u32| NaiveDate::from_ymd_opt(2026, 11, day).ok_or("no day");
    let exports = |changed: u64| -> Outcome<()> {
        export(&folder.join("people"), PEOPLE / scale, changed, person)?;
        export(&folder.join("registrations"), REGISTRATIONS / scale, changed, registration)?;
        export(&folder.join("memberships"), MEMBERSHIPS / scale, changed, membership)
    };
    exports(0)?;
    run(folder, &mut store, "first load", day(15)?, &settings)?;
    run(folder, &mut store, "unchanged night", day(16)?, &settings)?;
    exports(10)?;
    run(folder, &mut store, "1 % changed", day(17)?, &settings)?;
    let size = std::fs::metadata(folder.join("passeur.db"))?.len();
    println!("store: {} MiB", size / 1024 / 1024);
    Ok(())
}
