//! Goes through the files that wait, destination by destination, in staging order. A destination that cannot be reached does not
//! stop the others.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::protocol::{Carried, Carrier};
use super::{DeliveryError, Destination, connect, receipt};
use crate::config::DestinationConfig;
use crate::store::{OutboundId, OutboundRecord, OutboundState, RunId, Store, StoreError};

/// Connections to one destination in one run: after so many were lost, its files wait for the next run.
const MOST_CONNECTIONS: u32 = 3;

/// What happens while files are delivered.
#[derive(Debug)]
pub enum Event<'a> {
    /// A connection is being made.
    Connecting {
        /// To this destination.
        destination: &'a str,
    },
    /// The destination acknowledged so many bytes of the file.
    Sent {
        /// The file.
        file: &'a OutboundRecord,
        /// Bytes acknowledged; `file.size` is all of them.
        sent: u64,
    },
    /// One file is done with, for this run.
    Finished(&'a FileOutcome),
}

/// What became of one file in this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOutcome {
    /// The file.
    pub id: OutboundId,
    /// Its name.
    pub name: String,
    /// Its destination.
    pub destination: String,
    /// Its state in the ledger now.
    pub state: OutboundState,
    /// Why it is not delivered, and what to do. `None`: it is.
    pub reason: Option<String>,
}

/// What became of the files that waited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliverySummary {
    /// One outcome a file, in the order in which they were tried.
    pub files: Vec<FileOutcome>,
    /// What the operator should know although nothing failed.
    pub remarks: Vec<String>,
}

impl DeliverySummary {
    /// Files in that state.
    pub fn count(&self, state: OutboundState) -> usize {
        self.files.iter().filter(|file| file.state == state).count()
    }
}

/// Delivers what waits. `root` is the project folder. Errors at a destination are in the summary; an error here is one of the
/// ledger, and what was done until then is in it.
pub fn deliver_waiting(
    store: &mut Store,
    run: &RunId,
    destinations: &BTreeMap<String, DestinationConfig>,
    root: &Path,
    clock: &dyn Fn() -> DateTime<Utc>,
    events: &mut dyn FnMut(Event<'_>),
) -> Result<DeliverySummary, StoreError> {
    let mut connector = |config: &DestinationConfig| connect(config, &|name| std::env::var_os(name));
    deliver_with(store, run, destinations, root, clock, &mut connector, events)
}

/// How a destination is reached.
pub type Connector<'a> = &'a mut dyn FnMut(&DestinationConfig) -> Result<Box<dyn Destination>, DeliveryError>;

/// As [`deliver_waiting`], with another way to reach destinations.
pub fn deliver_with(
    store: &mut Store,
    run: &RunId,
    destinations: &BTreeMap<String, DestinationConfig>,
    root: &Path,
    clock: &dyn Fn() -> DateTime<Utc>,
    connector: Connector<'_>,
    events: &mut dyn FnMut(Event<'_>),
) -> Result<DeliverySummary, StoreError> {
    let mut summary = DeliverySummary::default();
    write_receipts(store, root, &mut summary.remarks)?;

    let mut waiting: BTreeMap<String, Vec<OutboundRecord>> = BTreeMap::new();
    for file in store.undelivered()? {
        waiting.entry(file.destination.clone()).or_default().push(file);
    }
    for (name, files) in waiting {
        let mut round = Round { store, run, root, clock, summary: &mut summary, events };
        match destinations.get(&name) {
            Some(config) => round.destination(config, &files, connector)?,
            None => {
                let reason = format!(
                    "there is no destination {name} in the config any more: put it back, and the next run delivers the file"
                );
                for file in &files {
                    round.finish(file, Some(reason.clone()))?;
                }
            }
        }
    }
    Ok(summary)
}

/// Writes the receipts that are missing: of files just delivered, and of those delivered by a run that was interrupted there.
fn write_receipts(store: &mut Store, root: &Path, remarks: &mut Vec<String>) -> Result<(), StoreError> {
    for file in store.without_receipt()? {
        match receipt::write(store, root, &file) {
            Ok(path) => store.receipt_written(file.id, &path)?,
            Err(receipt::ReceiptError::Store(error)) => return Err(error),
            Err(error) => {
                let remark = error.to_string();
                if !remarks.contains(&remark) {
                    remarks.push(remark);
                }
            }
        }
    }
    Ok(())
}

struct Round<'a, 'e> {
    store: &'a mut Store,
    run: &'a RunId,
    root: &'a Path,
    clock: &'a dyn Fn() -> DateTime<Utc>,
    summary: &'a mut DeliverySummary,
    events: &'a mut (dyn FnMut(Event<'_>) + 'e),
}

impl Round<'_, '_> {
    fn destination(
        &mut self,
        config: &DestinationConfig,
        files: &[OutboundRecord],
        connector: Connector<'_>,
    ) -> Result<(), StoreError> {
        let mut connections = 0;
        let mut open: Option<Box<dyn Destination>> = None;
        // Once set, nothing more is tried here in this run: the same error would come for each file.
        let mut given_up: Option<String> = None;
        for file in files {
            if given_up.is_none() && open.is_none() {
                connections += 1;
                (self.events)(Event::Connecting { destination: &config.name });
                match connector(config) {
                    Ok(destination) => {
                        for remark in destination.remarks() {
                            if !self.summary.remarks.contains(remark) {
                                self.summary.remarks.push(remark.clone());
                            }
                        }
                        open = Some(destination);
                    }
                    Err(error) => given_up = Some(error.to_string()),
                }
            }
            let Some(destination) = open.as_deref_mut().filter(|_| given_up.is_none()) else {
                self.finish(file, given_up.clone())?;
                continue;
            };
            match self.carry(config, destination, file)? {
                Carried::Delivered => self.finish(file, None)?,
                Carried::Held(error) => self.finish(file, Some(error.to_string()))?,
                Carried::Waiting(error) => {
                    if error.connection_lost() {
                        open = None;
                        if connections >= MOST_CONNECTIONS {
                            given_up = Some(error.to_string());
                        }
                    } else if error.concerns_destination() {
                        given_up = Some(error.to_string());
                    }
                    self.finish(file, Some(error.to_string()))?;
                }
            }
        }
        Ok(())
    }

    fn carry(
        &mut self,
        config: &DestinationConfig,
        destination: &mut dyn Destination,
        file: &OutboundRecord,
    ) -> Result<Carried, StoreError> {
        let events = &mut *self.events;
        let mut carrier = Carrier {
            store: self.store,
            destination,
            config,
            root: self.root,
            run: self.run,
            clock: self.clock,
            progress: &mut |sent| events(Event::Sent { file, sent }),
        };
        carrier.carry(file)
    }

    fn finish(&mut self, file: &OutboundRecord, reason: Option<String>) -> Result<(), StoreError> {
        let state = self.store.outbound(file.id)?.state;
        if state == OutboundState::Delivered {
            write_receipts(self.store, self.root, &mut self.summary.remarks)?;
        }
        let outcome = FileOutcome {
            id: file.id,
            name: file.name.clone(),
            destination: file.destination.clone(),
            state,
            reason,
        };
        (self.events)(Event::Finished(&outcome));
        self.summary.files.push(outcome);
        Ok(())
    }
}
