//! What is known of a family.

use std::fmt;
use std::ops::Range;
use std::rc::Rc;

use super::Day;

/// Accounts that hang together, and all that is known of them. Positions (`usize`) are those in its lists.
#[derive(Debug, Default)]
pub(in crate::amilia) struct Family {
    pub(in crate::amilia) accounts: Vec<Account>,
    /// Those of an account stand together, by their number.
    pub(in crate::amilia) people: Vec<Person>,
    /// Those of an account stand together.
    pub(in crate::amilia) registrations: Vec<Registration>,
    /// Those of an account stand together.
    pub(in crate::amilia) memberships: Vec<Membership>,
    /// Every address of theirs, now or before.
    pub(in crate::amilia) addresses: Vec<Address>,
    /// Owners kept out of groups, where the settings want that.
    pub(in crate::amilia) blocks: Vec<Block>,
    /// Persons by their number, once all are there.
    by_number: Vec<(i64, usize)>,
}

#[derive(Debug)]
pub(in crate::amilia) struct Account {
    pub(in crate::amilia) id: i64,
    /// Who owns it, by number.
    pub(in crate::amilia) owner: Option<i64>,
    /// What the store says of that; `None`: nothing.
    pub(in crate::amilia) before: Option<Option<i64>>,
    pub(in crate::amilia) people: Range<usize>,
    pub(in crate::amilia) registrations: Range<usize>,
    pub(in crate::amilia) memberships: Range<usize>,
}

#[derive(Debug)]
pub(in crate::amilia) struct Person {
    pub(in crate::amilia) id: i64,
    pub(in crate::amilia) account: usize,
    /// As exported.
    pub(in crate::amilia) email: Option<usize>,
    /// The row says that the person owns the account.
    pub(in crate::amilia) marked_owner: bool,
    /// The owner whom the row names.
    pub(in crate::amilia) names_owner: Option<i64>,
    /// Named `Parent of …`.
    pub(in crate::amilia) placeholder: bool,
    /// What the column says.
    pub(in crate::amilia) child: Option<bool>,
    pub(in crate::amilia) adult_on: Option<Day>,
    /// The row says so.
    pub(in crate::amilia) marked_archived: bool,
    pub(in crate::amilia) gone: bool,
    pub(in crate::amilia) missing: bool,
    pub(in crate::amilia) first_seen: Day,
    /// A JSON list.
    pub(in crate::amilia) skills: Option<Box<str>>,
    /// Is, or is named as, the owner of the account.
    pub(in crate::amilia) is_owner: bool,
    pub(in crate::amilia) before: PersonState,
    pub(in crate::amilia) now: PersonState,
    /// What imports the person today.
    pub(in crate::amilia) import: Option<Import>,
}

/// What the rules make of a person.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::amilia) struct PersonState {
    pub(in crate::amilia) imported: bool,
    pub(in crate::amilia) archived: Option<bool>,
    /// Where the person is written to; `None`: nowhere.
    pub(in crate::amilia) address: Option<Rc<str>>,
    pub(in crate::amilia) kept_out: Option<KeptOut>,
}

/// Why a person is not written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::amilia) enum KeptOut {
    Child,
    UnknownAge,
    Placeholder,
    NoAddress,
}

impl KeptOut {
    const ALL: [KeptOut; 4] = [KeptOut::Child, KeptOut::UnknownAge, KeptOut::Placeholder, KeptOut::NoAddress];

    /// As the store has it.
    pub(in crate::amilia) fn word(self) -> &'static str {
        match self {
            KeptOut::Child => "child",
            KeptOut::UnknownAge => "unknown age",
            KeptOut::Placeholder => "placeholder",
            KeptOut::NoAddress => "no address",
        }
    }

    pub(in crate::amilia) fn of(word: &str) -> Option<KeptOut> {
        KeptOut::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// What imports a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::amilia) struct Import {
    /// In the order in which imports compare: the newest row is named.
    pub(super) on_day: Option<Day>,
    pub(super) number: i64,
    pub(in crate::amilia) row: Option<Rc<str>>,
    pub(in crate::amilia) rule: &'static str,
}

/// A row of registrations or of memberships that was counted, and has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::amilia) struct RowState {
    /// Older than the window on the first day (CI-11).
    pub(in crate::amilia) left_out: Option<bool>,
    pub(in crate::amilia) counted_on: Option<Day>,
    pub(in crate::amilia) ended_on: Option<Day>,
}

#[derive(Debug)]
pub(in crate::amilia) struct Registration {
    pub(in crate::amilia) id: i64,
    pub(in crate::amilia) registration_id: Rc<str>,
    pub(in crate::amilia) number: i64,
    pub(in crate::amilia) first_seen: Day,
    pub(in crate::amilia) missing: bool,
    pub(in crate::amilia) person_id: i64,
    /// The owner whom the row names.
    pub(in crate::amilia) names_owner: Option<i64>,
    pub(in crate::amilia) activity: i64,
    pub(in crate::amilia) activity_cancelled: bool,
    pub(in crate::amilia) registered_on: Day,
    pub(in crate::amilia) cancelled: bool,
    /// Missing, and its absence means unregistered (amilia 9.7).
    pub(in crate::amilia) removed: bool,
    pub(in crate::amilia) before: RowState,
    pub(in crate::amilia) now: RowState,
    /// It ends today.
    pub(in crate::amilia) ends: bool,
}

#[derive(Debug)]
pub(in crate::amilia) struct Membership {
    pub(in crate::amilia) id: i64,
    pub(in crate::amilia) row_key: Rc<str>,
    pub(in crate::amilia) first_seen: Day,
    pub(in crate::amilia) missing: bool,
    pub(in crate::amilia) membership_id: Option<i64>,
    pub(in crate::amilia) name: Option<Rc<str>>,
    /// `None`: the whole account holds it.
    pub(in crate::amilia) person_id: Option<i64>,
    pub(in crate::amilia) purchased_on: Day,
    pub(in crate::amilia) effective_on: Option<Day>,
    pub(in crate::amilia) expires_on: Option<Day>,
    pub(in crate::amilia) status: Option<Rc<str>>,
    pub(in crate::amilia) before: MembershipState,
    pub(in crate::amilia) now: MembershipState,
    /// It ends today.
    pub(in crate::amilia) ends: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::amilia) struct MembershipState {
    /// `active`, `inactive`, `future`, `expired` or `cancelled`.
    pub(in crate::amilia) state: Option<Rc<str>>,
    pub(in crate::amilia) counted_on: Option<Day>,
    pub(in crate::amilia) joined_on: Option<Day>,
    pub(in crate::amilia) ended_on: Option<Day>,
}

#[derive(Debug)]
pub(in crate::amilia) struct Address {
    pub(in crate::amilia) text: Rc<str>,
    /// It ever was a contact.
    pub(in crate::amilia) contact: bool,
    pub(in crate::amilia) places: Vec<Place>,
}

/// A group of an activity or a membership.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::amilia) enum Group {
    Activity(i64),
    /// By id, or by name where it has none.
    Membership(Rc<str>),
}

impl Group {
    /// The group of a key.
    pub(in crate::amilia) fn of(key: &str) -> Option<Group> {
        match key.split_once(':')? {
            ("activity", id) => id.parse().ok().map(Group::Activity),
            ("membership", id) => Some(Group::Membership(id.into())),
            _ => None,
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Group::Activity(id) => write!(f, "activity:{id}"),
            Group::Membership(id) => write!(f, "membership:{id}"),
        }
    }
}

/// A place in a group, held or ended.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::amilia) struct Place {
    pub(in crate::amilia) group: Group,
    /// The row that gave it.
    pub(in crate::amilia) because: Rc<str>,
    pub(in crate::amilia) since: Day,
    pub(in crate::amilia) ended: Option<(Day, End)>,
    /// The store does not say so.
    pub(in crate::amilia) changed: bool,
}

/// Why a place ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::amilia) enum End {
    Unregistered,
    Archived,
    AddressChanged,
}

impl End {
    const ALL: [End; 3] = [End::Unregistered, End::Archived, End::AddressChanged];

    /// As the store has it.
    pub(in crate::amilia) fn word(self) -> &'static str {
        match self {
            End::Unregistered => "unregistered",
            End::Archived => "archived",
            End::AddressChanged => "address changed",
        }
    }

    pub(in crate::amilia) fn of(word: &str) -> Option<End> {
        End::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// An owner kept out of a group until a newer row of the account (CI-32 read literally).
#[derive(Debug)]
pub(in crate::amilia) struct Block {
    pub(in crate::amilia) person: i64,
    pub(in crate::amilia) group: Group,
    pub(in crate::amilia) after: i64,
    pub(in crate::amilia) reason: End,
    /// The store does not say so.
    pub(in crate::amilia) changed: bool,
}

impl Family {
    /// Once all persons are there: they can be found by their number.
    pub(in crate::amilia) fn number_people(&mut self) {
        self.by_number = self.people.iter().enumerate().map(|(at, person)| (person.id, at)).collect();
        self.by_number.sort_unstable();
    }

    /// Where the person of a number stands.
    pub(in crate::amilia) fn person(&self, number: i64) -> Option<usize> {
        let found = self.by_number.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        self.by_number.get(found).map(|(_, at)| *at)
    }

    /// Where the address stands at which a person is written to.
    pub(super) fn reached(&self, person: usize) -> Option<usize> {
        self.people.get(person).filter(|person| person.now.kept_out.is_none())?.email
    }
}
