//! Every error text of the loader.
