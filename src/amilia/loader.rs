//! Takes the accepted rows of one export into the snapshot: what is new, changed, gone, back.
//!
//! A row that is there already costs a hash and a look-up; only others are taken apart and written. What is missing is known at
//! the end. The order of the rows does not matter.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, OptionalExtension, params_from_iter};
use sha2::{Digest, Sha256};

use super::forget::{Memory, Taken};
use super::household::{Household, link};
use super::kind::{first_day, set_fact, set_first_day};
use super::record::{self, Cells, Plan, Record};
use super::{AmiliaError, Changes, Kind, Mode, RowFate, Settings};

/// The first 128 bits of SHA-256.
type Hash = [u8; 16];

/// A row that the export before held.
struct Present {
    id: i64,
    seen: Seen,
}

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
    settings: Settings,
    /// Nothing of this kind was there before: accounts are not noted one by one.
    first: bool,
    present: HashMap<Hash, Present>,
    written: HashMap<i64, (Hash, Written)>,
    conflicts: HashSet<i64>,
    plan: Plan,
    cells: Cells,
    household: Option<Household>,
    /// Who was forgotten.
    memory: Memory,
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
        let columns = Plan::new(kind).columns();
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
        // What a row was before this export, in case its key comes twice.
        connection.execute_batch(&format!(
            "DROP TABLE IF EXISTS temp.before_export;
             CREATE TEMP TABLE before_export AS SELECT * FROM {table} WHERE 0;
             CREATE UNIQUE INDEX temp.before_export_key ON before_export ({key});"
        ))?;
        let mut present = HashMap::new();
        {
            let mut rows = connection
                .prepare_cached(&format!("SELECT hash, rowid FROM {table} WHERE missing_since IS NULL"))?;
            let mut rows = rows.query([])?;
            while let Some(row) = rows.next()? {
                present.insert(row.get::<_, Hash>(0)?, Present { id: row.get(1)?, seen: Seen::NotYet });
            }
        }
        let account = if kind == Kind::Unsubscribed { "0" } else { "account_id" };
        let email = if kind == Kind::People { "email" } else { "NULL" };
        Ok(Loader {
            connection,
            kind,
            mode,
            today,
            settings: settings.clone(),
            first: first_day(connection, kind)?.is_none(),
            present,
            written: HashMap::new(),
            conflicts: HashSet::new(),
            plan: Plan::new(kind),
            cells: Cells::default(),
            household: None,
            memory: Memory::read(connection)?,
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

    /// Takes a row: one CSV record (comma, `"` where needed, a line end or none) in the order of [`Kind::columns`].
    ///
    /// # Errors
    /// When the row is not what the row check lets through, and when the store fails.
    pub fn row(&mut self, line: &[u8]) -> Result<RowFate, AmiliaError> {
        self.changes.rows += 1;
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let hash = hash(line);
        if let Some(fate) = self.as_before(&hash) {
            return Ok(fate);
        }
        let mut record = self.parse(line)?;
        if record.ignored && self.kind == Kind::Registrations {
            self.changes.ignored += 1;
            return Ok(RowFate::Ignored);
        }
        if let Some(fate) = self.unknown(&record)? {
            self.protect(&record.key)?;
            self.changes.rejected += 1;
            return Ok(fate);
        }
        self.complete(&mut record);
        let hash = match self.memory.take(self.connection, &self.plan, &mut record)? {
            Taken::Whole => hash,
            Taken::Nameless(hash) => match self.as_before(&hash) {
                Some(fate) => return Ok(fate),
                None => hash,
            },
            Taken::Not => {
                self.changes.ignored += 1;
                return Ok(RowFate::Ignored);
            }
        };
        let values = std::mem::take(&mut record.values);
        let fate = self.enter(&record.key, &values, record.account, hash)?;
        if fate != RowFate::Conflict && fate != RowFate::Unchanged {
            self.note_household(&record)?;
            if record.ignored {
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
        self.take_back()?;
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

    fn parse(&mut self, line: &[u8]) -> Result<Record, AmiliaError> {
        let wrong = |why| AmiliaError::Row { kind: self.plan.kind.word(), column: "(all)", why };
        if !self.cells.read(line) {
            return Err(wrong("is not CSV"));
        }
        if self.cells.len() != self.plan.kind.columns().len() {
            return Err(wrong("has another number of cells"));
        }
        record::record(&self.plan, &self.cells, &self.settings)
    }

    /// Whether the row names a person or an account that nobody knows (amilia 9.1).
    fn unknown(&mut self, record: &Record) -> Result<Option<RowFate>, AmiliaError> {
        if !matches!(self.kind, Kind::Registrations | Kind::Memberships) {
            return Ok(None);
        }
        let household = match &mut self.household {
            Some(household) => household,
            none => none.insert(Household::read(self.connection)?),
        };
        if let Some(person) = record.person
            && !household.account_of.contains_key(&person)
        {
            return Ok(Some(RowFate::UnknownPerson(person)));
        }
        match record.account {
            Some(account) if !household.accounts.contains(&account) => {
                Ok(Some(RowFate::UnknownAccount(account)))
            }
            None if record.person.is_none() => Ok(Some(RowFate::UnknownAccount(0))),
            _ => Ok(None),
        }
    }

    /// A membership without account belongs to the person's.
    fn complete(&self, record: &mut Record) {
        if self.kind != Kind::Memberships || record.account.is_some() {
            return;
        }
        let home = self.household.as_ref().zip(record.person);
        record.account = home.and_then(|(household, person)| household.account_of.get(&person).copied());
        if let Some(account) = record.account
            && let Some(value) = self.plan.position("account_id").and_then(|at| record.values.get_mut(at))
        {
            *value = Value::Integer(account);
        }
    }

    fn enter(
        &mut self,
        key: &Value,
        values: &[Value],
        new_account: Option<i64>,
        hash: Hash,
    ) -> Result<RowFate, AmiliaError> {
        let today = self.today.to_string();
        let blob = Value::Blob(hash.to_vec());
        let today = Value::Text(today);
        let row = values.iter().chain([&blob, &today]);
        if self.insert.execute(params_from_iter(row))? == 1 {
            let id = self.connection.last_insert_rowid();
            self.written.insert(id, (hash, Written::Added));
            self.changes.added += 1;
            return Ok(RowFate::Added);
        }
        type Found = (i64, Hash, bool, i64, Option<String>);
        let found: Option<Found> = self
            .find
            .query_row([&key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
            .optional()?;
        let Some((id, old, missing, account, email)) = found else {
            return Err(AmiliaError::Row {
                kind: self.kind.word(),
                column: self.kind.key_column(),
                why: "was lost",
            });
        };
        if let Some((earlier, _)) = self.written.get(&id) {
            if *earlier == hash && !self.conflicts.contains(&id) {
                self.changes.unchanged += 1;
                return Ok(RowFate::Unchanged);
            }
            return Ok(self.conflict(id));
        }
        if let Some(present) = self.present.get_mut(&old) {
            if present.seen == Seen::Same || self.conflicts.contains(&id) {
                present.seen = Seen::Otherwise;
                return Ok(self.conflict(id));
            }
            present.seen = Seen::Otherwise;
        }
        self.keep.execute([key])?;
        let row = values.iter().chain([&blob, key]);
        self.update.execute(params_from_iter(row))?;
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
                .execute([email])?;
        }
        let how = if missing { Written::Back } else { Written::Changed };
        self.written.insert(id, (hash, how));
        match how {
            Written::Back => self.changes.back += 1,
            _ => self.changes.changed += 1,
        }
        Ok(RowFate::Changed)
    }

    /// What becomes of a row that the export before held as it is.
    fn as_before(&mut self, hash: &Hash) -> Option<RowFate> {
        let present = self.present.get_mut(hash)?;
        let id = present.id;
        if present.seen == Seen::Otherwise || self.conflicts.contains(&id) {
            return Some(self.conflict(id));
        }
        present.seen = Seen::Same;
        self.changes.unchanged += 1;
        Some(RowFate::Unchanged)
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
        if let Some(present) = self.present.get_mut(&hash)
            && present.seen != Seen::Otherwise
            && !self.conflicts.contains(&present.id)
        {
            // Nameless, as before.
            present.seen = Seen::Otherwise;
        }
        if missing && self.kind == Kind::People {
            let back = "UPDATE person SET missing_since = NULL, gone = 0 WHERE person_id = ?";
            self.connection.prepare_cached(back)?.execute([id])?;
        }
        Ok(())
    }

    /// Notes the accounts that the row touches, and ties those that it joins.
    fn note_household(&mut self, record: &Record) -> Result<(), AmiliaError> {
        let Some(account) = record.account else { return Ok(()) };
        self.note_account(account)?;
        let Some(household) = &self.household else { return Ok(()) };
        for person in [record.person, record.owner].into_iter().flatten() {
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
        for present in self.present.values() {
            if present.seen == Seen::NotYet && !self.conflicts.contains(&present.id) {
                mark.execute(rusqlite::params![today, present.id])?;
                if let Some(account) = &mut account {
                    account.execute([present.id])?;
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

fn hash(line: &[u8]) -> Hash {
    let digest = Sha256::digest(line);
    let mut hash = Hash::default();
    hash.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    hash
}
