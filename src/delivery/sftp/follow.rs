//! What the last probe found, followed and compared: a request that the server is known not to answer is not sent again and again, and
//! what it does otherwise than it was probed is told.

use super::probe::Profile;
use crate::delivery::Drift;

/// The profile of a destination on one connection.
#[derive(Debug, Default)]
pub(super) struct Follow {
    profile: Option<Profile>,
    /// The server shows itself as the one that was probed; else nothing of the profile is followed.
    same: bool,
    /// Whether this server makes files durable on request, once it was asked on this connection.
    fsync: Option<bool>,
    pub(super) drift: Vec<Drift>,
}

/// What a server shows of itself before any file is sent.
pub(super) struct Shown<'a> {
    pub(super) address: &'a str,
    pub(super) server: &'a str,
    pub(super) host_key: &'a str,
    pub(super) login_methods: &'a [String],
    pub(super) algorithms: &'a [String],
}

impl Follow {
    /// Compares the profile with what the server shows. A profile of another address says nothing.
    pub(super) fn new(profile: Option<Profile>, shown: &Shown<'_>) -> Follow {
        let mut follow = Follow {
            profile: profile.filter(|profile| profile.address == shown.address),
            ..Follow::default()
        };
        let Some(profile) = follow.profile.clone() else { return follow };
        let before = &profile.abilities;
        follow.same = before.server == shown.server && before.host_key == shown.host_key;
        for (ability, before, now) in [
            ("host_key", before.host_key.clone(), shown.host_key.to_owned()),
            ("server", before.server.clone(), shown.server.to_owned()),
            ("login_methods", before.login_methods.join(", "), shown.login_methods.join(", ")),
            ("algorithms", before.algorithms.join(", "), shown.algorithms.join(", ")),
        ] {
            follow.compare(ability, before, now);
        }
        follow
    }

    /// The profile, if this is the server that was probed.
    pub(super) fn profile(&self) -> Option<&Profile> {
        self.profile.as_ref().filter(|_| self.same)
    }

    /// The server never replaces a file when another one is renamed onto its name: it was probed.
    pub(super) fn never_replaces(&self) -> bool {
        self.profile().is_some_and(|profile| profile.abilities.never_replaces == Some(true))
    }

    /// Whether to ask that a file be made durable. A server that refused once on this connection is not asked again.
    pub(super) fn asks_fsync(&self) -> bool {
        self.fsync != Some(false)
    }

    /// The answer to that.
    pub(super) fn fsync_answered(&mut self, done: bool) {
        self.fsync = Some(done);
        self.saw("fsync", |profile| profile.abilities.fsync, done);
    }

    /// The answer to a question for free space.
    pub(super) fn statvfs_answered(&mut self, told: bool) {
        self.saw("statvfs", |profile| profile.abilities.statvfs, told);
    }

    /// Whether a file could be read back.
    pub(super) fn read_back_answered(&mut self, done: bool) {
        self.saw("read_back", |profile| profile.abilities.read_back, done);
    }

    /// A rename was done.
    pub(super) fn renamed(&mut self) {
        self.saw("rename", |profile| profile.abilities.rename, true);
    }

    fn saw(&mut self, ability: &'static str, before: impl Fn(&Profile) -> Option<bool>, now: bool) {
        if let Some(before) = self.profile.as_ref().and_then(before) {
            self.compare(ability, before.to_string(), now.to_string());
        }
    }

    fn compare(&mut self, ability: &'static str, before: String, now: String) {
        let Some(profile) = self.profile.as_ref().filter(|_| before != now) else { return };
        if self.drift.iter().all(|drift| drift.ability != ability) {
            self.drift.push(Drift { ability, before, now, since: profile.probed_at.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::probe::{Abilities, Speed};
    use super::*;

    fn profile() -> Profile {
        Profile {
            version: 1,
            address: "sftp://club@drop:22/in".into(),
            probed_at: "2026-11-15T02:00:00Z".into(),
            abilities: Abilities {
                server: "SSH-2.0-one".into(),
                host_key: "SHA256:one".into(),
                login_methods: vec!["password".into()],
                algorithms: vec!["curve25519-sha256".into()],
                hidden_names: Some(true),
                rename: Some(true),
                never_replaces: Some(true),
                read_back: Some(true),
                fsync: Some(false),
                statvfs: None,
                posix_rename: None,
            },
            speed: Speed { round_trip_us: 20_000, upload_bytes_per_second: 1_000_000 },
        }
    }

    fn follow(address: &str, server: &str, host_key: &str) -> Follow {
        let (methods, algorithms) = (["password".to_owned()], ["curve25519-sha256".to_owned()]);
        let shown = Shown { address, server, host_key, login_methods: &methods, algorithms: &algorithms };
        Follow::new(Some(profile()), &shown)
    }

    fn changed(follow: &Follow) -> Vec<&str> {
        follow.drift.iter().map(|drift| drift.ability).collect()
    }

    #[test]
    fn the_server_that_was_probed_is_followed() {
        let mut follow = follow("sftp://club@drop:22/in", "SSH-2.0-one", "SHA256:one");
        assert!(follow.never_replaces() && follow.drift.is_empty());
        assert!(follow.asks_fsync(), "once, to see whether it does now");
        follow.fsync_answered(false);
        assert!(!follow.asks_fsync() && follow.drift.is_empty());
    }

    #[test]
    fn another_key_or_software_is_told_and_not_followed() {
        for (server, key, what) in
            [("SSH-2.0-two", "SHA256:one", "server"), ("SSH-2.0-one", "SHA256:two", "host_key")]
        {
            let follow = follow("sftp://club@drop:22/in", server, key);
            assert!(!follow.never_replaces());
            assert_eq!(changed(&follow), [what]);
        }
    }

    #[test]
    fn a_profile_of_another_address_says_nothing() {
        let mut follow = follow("sftp://club@other:22/in", "SSH-2.0-two", "SHA256:two");
        follow.fsync_answered(true);
        assert!(!follow.never_replaces() && follow.drift.is_empty());
    }

    #[test]
    fn an_ability_that_came_is_told_once_and_one_that_was_not_probed_never() {
        let mut follow = follow("sftp://club@drop:22/in", "SSH-2.0-one", "SHA256:one");
        follow.fsync_answered(true);
        follow.fsync_answered(true);
        follow.statvfs_answered(false);
        assert_eq!(changed(&follow), ["fsync"]);
        assert_eq!((follow.drift[0].before.as_str(), follow.drift[0].now.as_str()), ("false", "true"));
    }
}
