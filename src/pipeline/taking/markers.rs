//! Markers of exports: a marker stays in the inbox until its export is archived, so that one that goes back there still has it.
//!
//! A marker that cannot be taken away stops nothing: it is older than the next export of its name, which settles then as if there
//! were none.

use std::fs;
use std::io;
use std::path::Path;

use super::Runner;
use crate::config::Marker;
use crate::intake::claim::{free_name, move_file};
use crate::platform;

impl Runner<'_> {
    /// The export of this name is archived, and its marker goes too: to its side if something stands in it, else for good. One that another
    /// export of the inbox has use for stays.
    pub(super) fn take_marker_away(&self, export: &str) {
        let Some(marker) = &self.project.config.marker else { return };
        let name = marker.of(export);
        if let Err(error) = self.take_away(marker, &name) {
            tracing::warn!(marker = name, %error, "the marker of an export could not be taken away");
        }
    }

    fn take_away(&self, marker: &Marker, name: &str) -> io::Result<()> {
        let inbox = &self.project.config.inbox;
        let (path, aside) = (inbox.join(name), self.folders.work.join(format!(".marker-{}", self.run)));
        match fs::rename(&path, &aside) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => move_file(&path, &aside)?,
            result => result?,
        }
        // Looked at after the move: a marker that came with another export of the name must not be lost.
        if self.is_wanted(marker, name)? && path.symlink_metadata().is_err() {
            return move_file(&aside, &path);
        }
        if aside.metadata()?.len() == 0 {
            return fs::remove_file(&aside);
        }
        let archive = self.project.config.archive.join(self.run.as_str());
        platform::create_private_dir(&archive)?;
        move_file(&aside, &archive.join(free_name(&[&archive], name)))
    }

    /// Some export in the inbox has a marker of this name.
    fn is_wanted(&self, marker: &Marker, name: &str) -> io::Result<bool> {
        for entry in fs::read_dir(&self.project.config.inbox)? {
            let other = entry?.file_name();
            let other = other.to_string_lossy();
            if !self.project.ignore.matches(&other) && marker.of(&other) == name {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// An export that went back to the inbox under another name has a marker of that name.
    pub(super) fn mark_put_back(&self, name: &str, back: &Path) {
        let (Some(marker), Some(now)) = (&self.project.config.marker, back.file_name()) else { return };
        let now = now.to_string_lossy();
        if now == name {
            return;
        }
        if let Err(error) = platform::ensure_private_file(&back.with_file_name(marker.of(&now))) {
            tracing::warn!(export = name, %error, "an export that was put back has no marker");
        }
    }
}
