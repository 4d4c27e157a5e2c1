//! Places in the groups of activities and memberships.

use std::rc::Rc;

use super::leads::Lead;
use super::ties::Tie;
use super::{Address, End, Family, Place, Terms};

/// A lead with its row.
type Led<'a> = (&'a Lead, &'a Tie);

/// Gives, keeps and ends places.
pub(super) fn bring(family: &mut Family, ties: &[Tie], leads: &[Lead], terms: &Terms<'_>) {
    let mut led: Vec<Led<'_>> = leads.iter().filter_map(|lead| Some((lead, ties.get(lead.tie)?))).collect();
    led.sort_unstable_by(|(one, one_tie), (other, other_tie)| {
        (one.address, &one_tie.group).cmp(&(other.address, &other_tie.group))
    });
    let mut at_addresses = led.chunk_by(|one, other| one.0.address == other.0.address).peekable();
    for (at, address) in family.addresses.iter_mut().enumerate() {
        let led = at_addresses.next_if(|led| led.first().is_some_and(|(lead, _)| lead.address == at));
        at_address(address, led.unwrap_or_default(), terms);
    }
}

/// The places of one address. `led`: the rows that lead to it, by group.
fn at_address(address: &mut Address, led: &[Led<'_>], terms: &Terms<'_>) {
    let mut wanted = vec![false; address.places.len()];
    for same in led.chunk_by(|one, other| one.1.group == other.1.group) {
        let Some((_, tie)) = same.first() else { continue };
        let place = address.places.iter().position(|place| place.group == tie.group);
        let known = place.and_then(|at| address.places.get(at));
        let Some((_, row)) = wants(same, known, terms) else { continue };
        match place {
            Some(at) => {
                if let (Some(place), Some(wanted)) = (address.places.get_mut(at), wanted.get_mut(at)) {
                    *wanted = true;
                    hold(place, &row.because, terms);
                }
            }
            None => address.places.push(Place {
                group: row.group.clone(),
                because: row.because.clone(),
                since: terms.today,
                ended: None,
                changed: true,
            }),
        }
    }
    for (place, wanted) in address.places.iter_mut().zip(wanted) {
        if place.ended.is_none() && !wanted {
            place.ended = Some((terms.today, why_ended(place, led)));
            place.changed = true;
        }
    }
}

/// The row through which a place is wanted: one that gives it, or where it is held, one that keeps it. A vanished row, an expired membership or a registration
/// cancelled after its activity keeps a place and gives none (CI-30, section 8). The place names the row that brought it, as long as that
/// leads there.
fn wants<'a>(led: &[Led<'a>], place: Option<&Place>, terms: &Terms<'_>) -> Option<Led<'a>> {
    let held = place.filter(|place| place.ended.is_none());
    // Restored from the archive: the places come back (CI-33), or only with a newer row.
    let newer_than = match place.and_then(|place| place.ended) {
        Some((day, End::Archived)) if !terms.settings.restored_regain_places => Some(day),
        _ => None,
    };
    led.iter()
        .copied()
        .filter(|(lead, tie)| {
            let gives = lead.gives && newer_than.is_none_or(|day| tie.first_seen > day);
            gives || (lead.keeps && held.is_some())
        })
        .max_by_key(|(_, tie)| {
            let brought_it = held.is_some_and(|place| place.because == tie.because);
            (brought_it, tie.on_day, tie.number, &tie.because)
        })
}

fn hold(place: &mut Place, because: &Rc<str>, terms: &Terms<'_>) {
    if place.ended.take().is_some() {
        place.since = terms.today;
        place.changed = true;
    }
    if place.because != *because {
        place.because = because.clone();
        place.changed = true;
    }
}

/// Unregistered, archived (CI-26), or the address has changed (section 8). What happens today says it.
fn why_ended(place: &Place, led: &[Led<'_>]) -> End {
    let mut same = led.iter().filter(|(_, tie)| tie.group == place.group);
    if same.clone().any(|(lead, tie)| lead.ended && tie.ends) {
        End::Unregistered
    } else if same.clone().any(|(lead, _)| lead.archived && !lead.ended) {
        End::Archived
    } else if same.any(|(lead, _)| lead.ended) || led.iter().any(|(_, tie)| tie.because == place.because) {
        End::Unregistered
    } else {
        End::AddressChanged
    }
}
