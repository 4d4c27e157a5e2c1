//! Takes the accepted rows of one export into the snapshot: what is new, changed, gone, back.
//!
//! A row that is there already costs a look-up; only others are written. What is missing is known at the end. The order of the rows
//! does not matter.

mod households;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::entries::{Before, Entries, Entry, RowReader};
use super::forget::{Memory, Taken};
use super::fresh::{Fresh, Going};
use super::household::{Household, link};
use super::kind::{first_day, set_fact, set_first_day};
use super::packed::{Cell, Packed};
use super::record::{Hash, Head, Line, Plan, Record, Wrong};
use super::rules::Window;
use super::spelling::Spellings;
use super::table::{Found, Table};
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
    settings: Arc<Settings>,
    /// Nothing of this kind was there before: accounts are not noted one by one.
    first: bool,
    /// The table is empty: rows wait, to go in by account.
    fresh: Option<Fresh>,
    /// Keys of waiting rows that contradict each other.
    contradicted: Vec<Value>,
    before: Arc<Before>,
    /// By their place in `before`.
    seen: Vec<Seen>,
    written: HashMap<i64, (Hash, Written)>,
    conflicts: HashSet<i64>,
    plan: Arc<Plan>,
    /// Where a row has its key.
    key_at: usize,
    table: Table<'c>,
    household: Option<Household>,
    /// Who was forgotten.
    memory: Memory,
    /// The case of addresses counts.
    spellings: Option<Spellings>,
    /// A row that was rejected and whose key cannot be read: any missing row may be that one.
    blind: bool,
    changes: Changes,
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
        let first = first_day(connection, kind)?.is_none();
        let fresh = first && Table::is_empty(connection, kind)?;
        let window = Window::of(today, settings).ok_or(AmiliaError::Day { today })?;
        let plan = Plan::new(kind, fresh.then_some(window));
        let spellings = Spellings::begin(connection, kind, settings)?;
        let before = Before::read(connection, kind)?;
        Ok(Loader {
            connection,
            kind,
            mode,
            today,
            settings: Arc::new(settings.clone()),
            first,
            fresh: fresh.then(|| Fresh::new(kind, WAITING)),
            contradicted: Vec::new(),
            seen: vec![Seen::NotYet; before.ids.len()],
            before: Arc::new(before),
            written: HashMap::new(),
            conflicts: HashSet::new(),
            key_at: plan.position(kind.key_column()).unwrap_or_default(),
            table: Table::open(connection, &plan, today.to_string(), fresh)?,
            plan: Arc::new(plan),
            household: None,
            memory: Memory::read(connection)?,
            spellings,
            blind: false,
            changes: Changes::default(),
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
            self.back_to_the_waiting_list(cells)?;
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

    /// Of a whole list, a registration of the waiting list is absent like any other. A part of one has to say so.
    fn back_to_the_waiting_list(&mut self, cells: Packed<'_>) -> Result<(), AmiliaError> {
        if self.mode == Mode::Full || self.fresh.is_some() {
            return Ok(());
        }
        let Some(key) = self.key_of(cells) else { return Ok(()) };
        if let Some(Found { id, missing: false, .. }) = self.table.find(&key)?
            && !self.written.contains_key(&id)
        {
            self.table.miss(id)?;
            self.changes.gone += 1;
        }
        Ok(())
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
            Some(key) => self.protect(&Cell::from(&key)),
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
        self.table.index()?;
        self.take_back()?;
        if let Some(spellings) = self.spellings.take() {
            spellings.finish(self.connection, self.mode)?;
        }
        if self.mode == Mode::Full && !self.blind {
            self.missing()?;
        }
        if self.kind == Kind::Registrations && self.changes.gone > 0 {
            let sql = include_str!("absent_registrations.sql");
            self.connection.execute(sql, rusqlite::named_params! { ":today": self.today.to_string() })?;
        }
        self.note_awaited()?;
        // A base begins with a whole list: neither with an empty one nor with a part of it.
        let begins = self.first && self.mode == Mode::Full && !Table::is_empty(self.connection, self.kind)?;
        if begins {
            set_first_day(self.connection, self.kind, self.today)?;
        }
        let changed = self.changes.added + self.changes.changed + self.changes.back > 0;
        if self.first && (begins || changed) && self.kind != Kind::Unsubscribed {
            set_fact(self.connection, "derive all", "yes")?;
        }
        self.table.close()?;
        Ok(self.changes)
    }

    /// What tells a row apart.
    fn key_of<'r>(&self, mut cells: Packed<'r>) -> Option<Cell<'r>> {
        cells.nth(self.key_at)
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
                    self.contradicted.extend(self.key_of(cells).map(Value::from));
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
        let entered = self.table.insert(&row)?;
        entered.map(|_| true).ok_or_else(|| self.lost())
    }

    fn enter(&mut self, head: &Head, cells: Packed<'_>) -> Result<RowFate, AmiliaError> {
        let (hash, new_account) = (head.hash, head.account);
        let row = Going { account: new_account, hash, cells };
        if let Some(id) = self.table.insert(&row)? {
            self.written.insert(id, (hash, Written::Added));
            self.changes.added += 1;
            return Ok(RowFate::Added);
        }
        let Some(key) = self.key_of(cells) else { return Err(self.lost()) };
        let Some(found) = self.table.find(&key)? else { return Err(self.lost()) };
        let Found { id, hash: old, missing, account, email } = found;
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
        self.table.change(&key, &row)?;
        self.note_account(account)?;
        if self.kind == Kind::People
            && let Some(new) = new_account
            && new != account
        {
            // Rows of the old account still name the person.
            link(self.connection, account, new)?;
        }
        if let Some(email) = email.filter(|email| self.address_of(cells) != Some(email.as_bytes())) {
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

    /// A person's address.
    fn address_of<'r>(&self, mut cells: Packed<'r>) -> Option<&'r [u8]> {
        match cells.nth(self.plan.position("email")?)? {
            Cell::Text(text) => Some(text),
            Cell::Null | Cell::Integer(_) => None,
        }
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
    fn protect(&mut self, key: &Cell<'_>) -> Result<(), AmiliaError> {
        let Some(Found { id, hash, missing, account, .. }) = self.table.find(key)? else { return Ok(()) };
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
            self.note_account(account)?;
        }
        Ok(())
    }

    /// Puts rows that came twice back to what they were before this export.
    fn take_back(&mut self) -> Result<(), AmiliaError> {
        for key in &self.contradicted {
            self.table.remove(&Cell::from(key))?;
        }
        for id in &self.conflicts {
            match self.written.get(id) {
                Some((_, Written::Added)) => self.table.remove_id(*id)?,
                Some(_) => self.table.put_back(*id)?,
                None => {}
            }
        }
        Ok(())
    }

    /// Notes the rows of the export before that this one lacks.
    fn missing(&mut self) -> Result<(), AmiliaError> {
        if self.kind == Kind::People {
            self.table.gone()?;
        }
        for (id, seen) in self.before.ids.iter().zip(&self.seen) {
            if *seen == Seen::NotYet && !self.conflicts.contains(id) {
                self.table.miss(*id)?;
                self.changes.gone += 1;
            }
        }
        Ok(())
    }
}
