//! The rooms of passeur that the fuzz targets try, compiled from their own files: what delivers and remembers is not under test,
//! and OpenSSL, libssh2 and SQLite, which it needs, take ten minutes to build.

#[path = "../../src"]
mod rooms {
    pub mod config;
    pub mod finding;
    pub mod platform;
    pub mod reading;
    pub mod schema;
    pub mod suggest;
}

// What the rooms call each other, and the targets call them.
pub use rooms::{config, finding, platform, reading, schema, suggest};
