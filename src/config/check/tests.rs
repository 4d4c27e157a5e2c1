//! Every error text of the check.
