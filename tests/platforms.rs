//! The platforms of the seeds: the rules of their pages, their samples, their ways, and what hostile values become.

pub(crate) mod archive;
mod encodings;
mod hostile;
mod rules;
pub(crate) mod samples;
mod sheets;
mod sshd;
mod ways;
