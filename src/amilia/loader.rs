//! Takes the accepted rows of one export into the snapshot: what is new, changed, gone, back.
//!
//! A row that is there already costs a look-up; only others are written. What is missing is known at the end. The order of the rows
//! does not matter.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;
use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, OptionalExtension};

use super::entries::{Before, Entries, Entry, RowReader};
use super::forget::{Memory, Taken};
use super::fresh::Fresh;
use super::household::{Household, link};
use super::kind::{first_day, set_fact, set_first_day};
use super::packed::{Cell, Packed};
use super::record::{Hash, Head, Line, Plan, Record, Wrong};
use super::spelling::Spellings;
use super::{AmiliaError, Changes, Kind, Mode, RowFate, Settings};

/// Bytes of the first rows of a kind that wait before they are put in order. Under test so few that every export has several turns.
const WAITING: usize = if cfg!(test) { 300 } else { 8 << 20 };

/// What this export says of a row that the export before held.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    NotYet,
    /// The export has it unchanged.
    Same,
    /// The export has its key with other content, or in a row that was rejected.
    Otherwise,
}

/// How a row of this export was written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    Added,
    Changed,
    Back,
}

/// Takes the rows of one export, inside the caller's transaction. Dropped without [`Loader::finish`], the caller must roll
/// back.
pub struct Loader<'c> {
    connection: &'c Connection,
    kind: Kind,
    mode: Mode,
    today: NaiveDate,
    /// `today` as the tables have it.
    day: String,
    settings: Arc<Settings>,
    /// Nothing of this kind was there before: accounts are not noted one by one.
    first: bool,
    /// The table is empty: rows wait, to go in by account.
    fresh: Option<Fresh>,
    /// Keys of waiting rows that contradict each other.
    contradicted: Vec<Value>,
    /// Of a table that was empty: what makes its indexes again.
    indexes: Vec<String>,
    before: Arc<Before>,
    /// By their place in `before`.
    seen: Vec<Seen>,
    written: HashMap<i64, (Hash, Written)>,
    conflicts: HashSet<i64>,
    plan: Arc<Plan>,
    /// Where the plan has the account, the address, and the key.
    account_at: Option<usize>,
    email_at: Option<usize>,
    key_at: usize,
    household: Option<Household>,
    /// Who was forgotten.
    memory: Memory,
    /// The case of addresses counts.
    spellings: Option<Spellings>,
    /// A row that was rejected and whose key cannot be read: any missing row may be that one.
    blind: bool,
    changes: Changes,
    insert: CachedStatement<'c>,
    update: CachedStatement<'c>,
    find: CachedStatement<'c>,
    keep: CachedStatement<'c>,
}

impl std::fmt::Debug for Loader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loader")
            .field("kind", &self.kind)
            .field("changes", &self.changes)
            .finish_non_exhaustive()
    }
}

impl<'c> Loader<'c> {
    /// Begins an export of `kind`, of the local day `today`.
    ///
    /// # Errors
    /// [`AmiliaError::UnsubscribedNotSet`], and when the store fails.
    pub fn begin(
        connection: &'c Connection,
        kind: Kind,
        mode: Mode,
        today: NaiveDate,
        settings: &Settings,
    ) -> Result<Self, AmiliaError> {
        if kind == Kind::Unsubscribed
            && settings.unsubscribed_statuses.is_empty()
            && !settings.every_row_unsubscribes
        {
            return Err(AmiliaError::UnsubscribedNotSet);
        }
        let table = kind.table();
        let key = kind.key_column();
        let plan = Plan::new(kind);
        let columns = plan.columns();
        let marks = vec!["?"; columns.len()].join(", ");
        let insert = format!(
            "INSERT INTO {table} ({}, hash, first_seen) VALUES ({marks}, ?, ?) ON CONFLICT ({key}) DO NOTHING",
            columns.join(", ")
        );
        let assignments: Vec<String> = columns.iter().map(|name| format!("{name} = ?")).collect();
        let back = match kind {
            Kind::People => ", missing_since = NULL, gone = 0",
            Kind::Registrations => ", missing_since = NULL, removed = NULL",
            Kind::Memberships => ", missing_since = NULL",
            Kind::Unsubscribed => ", missing_since = NULL, left_on = NULL",
        };
        let update = format!("UPDATE {table} SET {}, hash = ?{back} WHERE {key} = ?", assignments.join(", "));
        let spellings = Spellings::begin(connection, kind, settings)?;
        // What a row was before this export, in case its key comes twice.
        connection.execute_batch(&format!(
            "DROP TABLE IF EXISTS temp.before_export;
             CREATE TEMP TABLE before_export AS SELECT * FROM {table} WHERE 0;
             CREATE UNIQUE INDEX temp.before_export_key ON before_export ({key});"
        ))?;
        let before = Before::read(connection, kind)?;
        let first = first_day(connection, kind)?.is_none();
        let empty = || {
            connection.query_row(&format!("SELECT NOT EXISTS (SELECT 1 FROM {table})"), [], |row| row.get(0))
        };
        let fresh = (first && empty()?).then(|| Fresh::new(kind, WAITING));
        let indexes = if fresh.is_some() { without_indexes(connection, table)? } else { Vec::new() };
        let account = if kind == Kind::Unsubscribed { "0" } else { "account_id" };
        let email = if kind == Kind::People { "email" } else { "NULL" };
        Ok(Loader {
            connection,
            kind,
            mode,
            today,
            day: today.to_string(),
            settings: Arc::new(settings.clone()),
            first,
            fresh,
            contradicted: Vec::new(),
            indexes,
            seen: vec![Seen::NotYet; before.ids.len()],
            before: Arc::new(before),
            written: HashMap::new(),
            conflicts: HashSet::new(),
            account_at: plan.position("account_id"),
            email_at: plan.position("email"),
            key_at: plan.position(key).unwrap_or_default(),
            plan: Arc::new(plan),
            household: None,
            memory: Memory::read(connection)?,
            spellings,
            blind: false,
            changes: Changes::default(),
            insert: connection.prepare_cached(&insert)?,
            update: connection.prepare_cached(&update)?,
            find: connection.prepare_cached(&format!(
                "SELECT rowid, hash, missing_since IS NOT NULL, {account}, {email} FROM {table} WHERE {key} = ?"
            ))?,
            keep: connection.prepare_cached(&format!(
                "INSERT OR IGNORE INTO temp.before_export SELECT * FROM {table} WHERE {key} = ?"
            ))?,
        })
    }

    /// Takes the rows of this export apart, on whatever thread; [`Loader::take`] enters them.
    pub fn reader(&self) -> RowReader {
        RowReader::new(self.plan.clone(), self.settings.clone(), self.before.clone())
    }

    /// Takes one row: a CSV record (comma, `"` where needed, a line end or none) in the order of [`Kind::columns`].
    ///
    /// # Errors
    /// As [`Loader::take`].
    pub fn row(&mut self, line: &[u8]) -> Result<RowFate, AmiliaError> {
        let kind = self.kind;
        let wrong = |why| Wrong { column: "(all)", why }.of(kind);
        let mut cells = Line::default();
        let text = std::str::from_utf8(line).map_err(|_| wrong("is not UTF-8"))?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        if !cells.read(text.strip_suffix('\r').unwrap_or(text)) {
            return Err(wrong("is not CSV"));
        }
        if cells.len() != self.kind.columns().len() {
            return Err(wrong("has another number of cells"));
        }
        let mut entries = Entries::default();
        self.reader().read(line, &cells, &mut entries);
        self.take(&entries, 0)?.ok_or_else(|| wrong("was lost"))
    }

    /// Takes a row that this loader's [`Loader::reader`] took apart, by its number among `entries`. `None`: it was refused.
    ///
    /// # Errors
    /// When the row is not what the row check lets through, and when the store fails.
    pub fn take(&mut self, entries: &Entries, number: usize) -> Result<Option<RowFate>, AmiliaError> {
        let Some(entry) = entries.get(number) else { return Ok(None) };
        self.changes.rows += 1;
        match entry {
            Entry::Same(place) => Ok(Some(self.as_before(place))),
            Entry::Row(head, cells) => self.new_row(head, cells).map(Some),
            Entry::Wrong(wrong) => Err(wrong.of(self.kind)),
        }
    }

    /// Takes a row that the export before did not hold as it is.
    fn new_row(&mut self, head: &Head, cells: Packed<'_>) -> Result<RowFate, AmiliaError> {
        if head.ignored && self.kind == Kind::Registrations {
            self.changes.ignored += 1;
            return Ok(RowFate::Ignored);
        }
        if let Some(fate) = self.unknown(head)? {
            if let Some(key) = self.key_of(cells) {
                self.protect(&key)?;
            }
            self.changes.rejected += 1;
            return Ok(fate);
        }
        let mut head = *head;
        self.complete(&mut head);
        let mut nameless = Vec::new();
        let mut cells = cells;
        if !self.memory.is_empty() {
            let mut record = Record::new(&head, cells);
            match self.memory.take(self.connection, &self.plan, &mut record)? {
                Taken::Whole => {}
                Taken::Nameless(hash) => {
                    if let Some(place) = self.before.place(&hash) {
                        return Ok(self.as_before(place));
                    }
                    head.hash = hash;
                    record.pack(&mut nameless);
                    cells = Packed(&nameless);
                }
                Taken::Not => {
                    self.changes.ignored += 1;
                    return Ok(RowFate::Ignored);
                }
            }
        }
        if let (Some(spellings), Some(email)) = (&self.spellings, self.email(cells)) {
            spellings.note(self.connection, email)?;
        }
        let fate = if self.fresh.is_some() { self.wait(&head, cells)? } else { self.enter(&head, cells)? };
        if fate != RowFate::Conflict && fate != RowFate::Unchanged {
            self.note_household(&head)?;
            if head.ignored {
                self.changes.ignored += 1;
                return Ok(RowFate::Ignored);
            }
        }
        Ok(fate)
    }

    /// Tells of a row that was rejected before it came here, by its key (person id, registration id), so that it is not
    /// taken for missing: what the snapshot knows of it stays. Without a key (it cannot be read, or the kind has none), no
    /// row counts as missing in this export.
    ///
    /// # Errors
    /// When the store fails.
    pub fn rejected(&mut self, key: Option<&str>) -> Result<(), AmiliaError> {
        let key = key.map(str::trim).filter(|key| !key.is_empty()).and_then(|key| match self.kind {
            Kind::People => key.parse().ok().map(Value::Integer),
            Kind::Registrations => Some(Value::Text(key.to_owned())),
            Kind::Memberships | Kind::Unsubscribed => None,
        });
        match key {
            Some(key) => self.protect(&key),
            None => {
                self.blind = true;
                Ok(())
            }
        }
    }

    /// Ends the export: takes conflicting rows back, and notes what is missing.
    ///
    /// # Errors
    /// When the store fails.
    pub fn finish(mut self) -> Result<Changes, AmiliaError> {
        while self.enter_waiting()? {}
        self.turn();
        while self.enter_waiting()? {}
        self.fresh = None;
        self.connection.execute_batch(&self.indexes.join(";\n"))?;
        self.take_back()?;
        if let Some(spellings) = self.spellings.take() {
            spellings.finish(self.connection, self.mode, |person| !self.conflicts.contains(&person))?;
        }
        if self.mode == Mode::Full && !self.blind {
            self.missing()?;
        }
        if self.first {
            set_first_day(self.connection, self.kind, self.today)?;
            if self.kind != Kind::Unsubscribed {
                set_fact(self.connection, "derive all", "yes")?;
            }
        }
        self.connection.execute_batch("DROP TABLE IF EXISTS temp.before_export")?;
        Ok(self.changes)
    }

    /// The address in a person's row.
    fn email<'v>(&self, mut cells: Packed<'v>) -> Option<&'v str> {
        match cells.nth(self.email_at?)? {
            Cell::Text(email) => std::str::from_utf8(email).ok(),
            _ => None,
        }
    }

    /// Whether the row names a person or an account that nobody knows (amilia 9.1).
    fn unknown(&mut self, head: &Head) -> Result<Option<RowFate>, AmiliaError> {
        if !matches!(self.kind, Kind::Registrations | Kind::Memberships) {
            return Ok(None);
        }
        let household = match &mut self.household {
            Some(household) => household,
            none => none.insert(Household::read(self.connection)?),
        };
        if let Some(person) = head.person
            && !household.account_of.contains_key(&person)
        {
            return Ok(Some(RowFate::UnknownPerson(person)));
        }
        match head.account {
            Some(account) if !household.accounts.contains(&account) => {
                Ok(Some(RowFate::UnknownAccount(account)))
            }
            None if head.person.is_none() => Ok(Some(RowFate::UnknownAccount(0))),
            _ => Ok(None),
        }
    }

    /// A membership without account belongs to the person's.
    fn complete(&self, head: &mut Head) {
        if self.kind == Kind::Memberships && head.account.is_none() {
            let home = self.household.as_ref().zip(head.person);
            head.account = home.and_then(|(household, person)| household.account_of.get(&person).copied());
        }
    }

    /// What tells a row apart.
    fn key_of(&self, mut cells: Packed<'_>) -> Option<Value> {
        cells.nth(self.key_at).map(Value::from)
    }

    /// Takes one of the first rows of its kind, and enters one that waited.
    fn wait(&mut self, head: &Head, cells: Packed<'_>) -> Result<RowFate, AmiliaError> {
        let Some(fresh) = &mut self.fresh else { return self.enter(head, cells) };
        let judged = fresh.take(head, cells);
        let full = fresh.is_full();
        match judged.fate {
            RowFate::Added => self.changes.added += 1,
            RowFate::Conflict => {
                self.changes.rejected += 1;
                if judged.takes_back {
                    // The earlier row, which was counted already.
                    self.changes.rejected += 1;
                    self.changes.added -= 1;
                    self.contradicted.extend(self.key_of(cells));
                }
            }
            _ => self.changes.unchanged += 1,
        }
        if full {
            while self.enter_waiting()? {}
            self.turn();
        } else {
            self.enter_waiting()?;
        }
        Ok(judged.fate)
    }

    fn turn(&mut self) {
        if let Some(fresh) = &mut self.fresh {
            fresh.turn();
        }
    }

    /// Enters one of the first rows; `false`: none is in order.
    fn enter_waiting(&mut self) -> Result<bool, AmiliaError> {
        let Some(row) = self.fresh.as_mut().and_then(Fresh::next) else { return Ok(false) };
        let account = self.account_at.zip(row.account);
        bind(&mut self.insert, row.cells, account, &row.hash, &Cell::Text(self.day.as_bytes()))?;
        self.insert.raw_execute()?;
        Ok(true)
    }

    fn enter(&mut self, head: &Head, cells: Packed<'_>) -> Result<RowFate, AmiliaError> {
        let (hash, new_account) = (head.hash, head.account);
        let account = self.account_at.zip(new_account);
        bind(&mut self.insert, cells, account, &hash, &Cell::Text(self.day.as_bytes()))?;
        if self.insert.raw_execute()? == 1 {
            let id = self.connection.last_insert_rowid();
            self.written.insert(id, (hash, Written::Added));
            self.changes.added += 1;
            return Ok(RowFate::Added);
        }
        let mut of_key = cells;
        let Some(key) = of_key.nth(self.key_at) else {
            return Err(self.lost());
        };
        type Found = (i64, Hash, bool, i64, Option<String>);
        let found: Option<Found> = self
            .find
            .query_row([&key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
            .optional()?;
        let Some((id, old, missing, account, email)) = found else {
            return Err(self.lost());
        };
        if let Some((earlier, _)) = self.written.get(&id) {
            if *earlier == hash && !self.conflicts.contains(&id) {
                self.changes.unchanged += 1;
                return Ok(RowFate::Unchanged);
            }
            return Ok(self.conflict(id));
        }
        if let Some(place) = self.before.place(&old)
            && let Some(seen) = self.seen.get_mut(place)
        {
            let same = std::mem::replace(seen, Seen::Otherwise) == Seen::Same;
            if same || self.conflicts.contains(&id) {
                return Ok(self.conflict(id));
            }
        }
        self.keep.execute([&key])?;
        bind(&mut self.update, cells, self.account_at.zip(new_account), &hash, &key)?;
        self.update.raw_execute()?;
        self.note_account(account)?;
        if self.kind == Kind::People
            && let Some(new) = new_account
            && new != account
        {
            // Rows of the old account still name the person.
            link(self.connection, account, new)?;
        }
        if let Some(email) = email {
            self.connection
                .prepare_cached("INSERT OR IGNORE INTO changed_address (email) VALUES (?)")?
                .execute([&email])?;
            let now = self.email(cells).map(str::to_owned);
            if let (Some(spellings), Some(now)) = (&mut self.spellings, now) {
                spellings.changed(id, &email, &now);
            }
        }
        let how = if missing { Written::Back } else { Written::Changed };
        self.written.insert(id, (hash, how));
        match how {
            Written::Back => self.changes.back += 1,
            _ => self.changes.changed += 1,
        }
        Ok(RowFate::Changed)
    }

    fn lost(&self) -> AmiliaError {
        Wrong { column: self.kind.key_column(), why: "was lost" }.of(self.kind)
    }

    /// What becomes of a row that the export before held as it is, at this place.
    fn as_before(&mut self, place: usize) -> RowFate {
        let (Some(id), Some(seen)) = (self.before.ids.get(place).copied(), self.seen.get_mut(place)) else {
            return RowFate::Unchanged;
        };
        if *seen == Seen::Otherwise || self.conflicts.contains(&id) {
            return self.conflict(id);
        }
        *seen = Seen::Same;
        self.changes.unchanged += 1;
        RowFate::Unchanged
    }

    fn conflict(&mut self, id: i64) -> RowFate {
        self.changes.rejected += 1;
        if self.conflicts.insert(id) {
            // The earlier row, which was counted already.
            self.changes.rejected += 1;
            match self.written.get(&id) {
                Some((_, Written::Added)) => self.changes.added -= 1,
                Some((_, Written::Changed)) => self.changes.changed -= 1,
                Some((_, Written::Back)) => self.changes.back -= 1,
                None => self.changes.unchanged = self.changes.unchanged.saturating_sub(1),
            }
        }
        RowFate::Conflict
    }

    /// The row with this key is in the export, whatever it says.
    fn protect(&mut self, key: &Value) -> Result<(), AmiliaError> {
        let found: Option<(i64, Hash, bool)> =
            self.find.query_row([key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
        let Some((id, hash, missing)) = found else { return Ok(()) };
        if let Some(place) = self.before.place(&hash)
            && let Some(seen) = self.seen.get_mut(place)
            && self.before.ids.get(place).is_some_and(|id| !self.conflicts.contains(id))
        {
            // Nameless, as before.
            *seen = Seen::Otherwise;
        }
        if missing && self.kind == Kind::People {
            let back = "UPDATE person SET missing_since = NULL, gone = 0 WHERE person_id = ?";
            self.connection.prepare_cached(back)?.execute([id])?;
        }
        Ok(())
    }

    /// Notes the accounts that the row touches, and ties those that it joins.
    fn note_household(&mut self, head: &Head) -> Result<(), AmiliaError> {
        let Some(account) = head.account else { return Ok(()) };
        self.note_account(account)?;
        let Some(household) = &self.household else { return Ok(()) };
        for person in [head.person, head.owner].into_iter().flatten() {
            let home = household.account_of.get(&person).copied().filter(|home| *home != account);
            if let Some(home) = home {
                self.note_account(home)?;
                link(self.connection, account, home)?;
            }
        }
        Ok(())
    }

    fn note_account(&self, account: i64) -> Result<(), AmiliaError> {
        if !self.first && self.kind != Kind::Unsubscribed {
            let note = "INSERT OR IGNORE INTO changed_account (account_id) VALUES (?)";
            self.connection.prepare_cached(note)?.execute([account])?;
        }
        Ok(())
    }

    /// Puts rows that came twice back to what they were before this export.
    fn take_back(&mut self) -> Result<(), AmiliaError> {
        let table = self.kind.table();
        for key in &self.contradicted {
            let sql = format!("DELETE FROM {table} WHERE {} = ?", self.kind.key_column());
            self.connection.prepare_cached(&sql)?.execute([key])?;
        }
        for id in &self.conflicts {
            match self.written.get(id) {
                Some((_, Written::Added)) => {
                    self.connection
                        .prepare_cached(&format!("DELETE FROM {table} WHERE rowid = ?"))?
                        .execute([id])?;
                }
                Some(_) => {
                    let id_column = if self.kind == Kind::People { "person_id" } else { "id" };
                    self.connection
                        .prepare_cached(&format!(
                            "INSERT OR REPLACE INTO {table} SELECT * FROM temp.before_export WHERE {id_column} = ?"
                        ))?
                        .execute([id])?;
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Notes the rows of the export before that this one lacks.
    fn missing(&mut self) -> Result<(), AmiliaError> {
        let table = self.kind.table();
        let today = self.today.to_string();
        if self.kind == Kind::People {
            // Missing in a second full export, of another day (cyberimpact section 8).
            self.connection.execute(
                "INSERT OR IGNORE INTO changed_account (account_id)
                 SELECT account_id FROM person WHERE missing_since < ?1 AND gone = 0",
                [&today],
            )?;
            self.connection
                .execute("UPDATE person SET gone = 1 WHERE missing_since < ?1 AND gone = 0", [&today])?;
        }
        let mut mark = self
            .connection
            .prepare_cached(&format!("UPDATE {table} SET missing_since = ?1 WHERE rowid = ?2"))?;
        let account = if self.kind == Kind::Unsubscribed {
            None
        } else {
            Some(self.connection.prepare_cached(&format!(
                "INSERT OR IGNORE INTO changed_account (account_id) SELECT account_id FROM {table} WHERE rowid = ?"
            ))?)
        };
        let mut account = account;
        for (id, seen) in self.before.ids.iter().zip(&self.seen) {
            if *seen == Seen::NotYet && !self.conflicts.contains(id) {
                mark.execute(rusqlite::params![today, id])?;
                if let Some(account) = &mut account {
                    account.execute([id])?;
                }
                self.changes.gone += 1;
            }
        }
        if self.kind == Kind::Registrations && self.changes.gone > 0 {
            let sql = include_str!("absent_registrations.sql");
            self.connection.execute(sql, rusqlite::named_params! { ":today": today })?;
        }
        Ok(())
    }
}

/// Takes the indexes off an empty table: each is made at once when all rows are there, which is faster. Gives what makes them.
fn without_indexes(connection: &Connection, table: &str) -> Result<Vec<String>, AmiliaError> {
    let mut statement = connection.prepare(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL",
    )?;
    let indexes: Vec<(String, String)> =
        statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    for (name, _) in &indexes {
        connection.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    Ok(indexes.into_iter().map(|(_, sql)| sql).collect())
}

/// Binds the cells of a row in the order of its [`Plan`], with its account in its place; then its hash, and what comes last.
fn bind(
    statement: &mut CachedStatement<'_>,
    cells: Packed<'_>,
    account: Option<(usize, i64)>,
    hash: &Hash,
    last: &Cell<'_>,
) -> rusqlite::Result<()> {
    let mut number = 0;
    for (at, cell) in cells.enumerate() {
        let account = account.filter(|(place, _)| *place == at);
        number = at + 1;
        statement.raw_bind_parameter(number, account.map_or(cell, |(_, account)| Cell::Integer(account)))?;
    }
    statement.raw_bind_parameter(number + 1, hash.as_slice())?;
    statement.raw_bind_parameter(number + 2, last)
}
