//! What the rows of an export say of households: whom they name, which accounts they change, and which they tie together.

use super::super::household::{Household, link};
use super::super::record::Head;
use super::super::{AmiliaError, Kind, RowFate};
use super::{Loader, Written};

impl Loader<'_> {
    /// Whether the row names a person or an account that nobody knows (amilia 9.1).
    pub(super) fn unknown(&mut self, head: &Head) -> Result<Option<RowFate>, AmiliaError> {
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
    pub(super) fn complete(&self, head: &mut Head) {
        if self.kind == Kind::Memberships && head.account.is_none() {
            let home = self.household.as_ref().zip(head.person);
            head.account = home.and_then(|(household, person)| household.account_of.get(&person).copied());
        }
    }

    /// Notes the accounts that the row touches, and ties those that it joins.
    pub(super) fn note_household(&mut self, head: &Head) -> Result<(), AmiliaError> {
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

    /// Notes that an account has changed.
    pub(super) fn note_account(&self, account: i64) -> Result<(), AmiliaError> {
        if !self.first && self.kind != Kind::Unsubscribed {
            let note = "INSERT OR IGNORE INTO changed_account (account_id) VALUES (?)";
            self.connection.prepare_cached(note)?.execute([account])?;
        }
        Ok(())
    }

    /// Notes the accounts whose rows name a person as owner who is only there now.
    pub(super) fn note_awaited(&self) -> Result<(), AmiliaError> {
        if self.kind != Kind::People || self.first {
            return Ok(());
        }
        let added = self.written.iter().filter(|(_, (_, how))| *how == Written::Added);
        let added: Vec<i64> = added.map(|(id, _)| *id).collect();
        if added.is_empty() {
            return Ok(());
        }
        let added = serde_json::json!(added).to_string();
        for table in [Kind::People, Kind::Registrations].map(Kind::table) {
            let sql = format!(
                "INSERT OR IGNORE INTO changed_account (account_id)
                 SELECT account_id FROM {table} WHERE account_owner_id IN (SELECT value FROM json_each(?1))"
            );
            self.connection.execute(&sql, [&added])?;
        }
        Ok(())
    }
}
