//! What lies in the inbox, and taking it.
//!
//! The truth is a listing of the folder. A file is taken when it has been quiet for the settle time, by moving it into the work
//! folder: from then on it is in exactly one of inbox, work and archive. [`wake`] says when a listing is worth while, [`schedule`]
//! when it is wanted, [`deadline`] by when an export has to be there. This room reads no content.

pub mod claim;
pub mod deadline;
pub mod scan;
pub mod schedule;
pub mod wake;
