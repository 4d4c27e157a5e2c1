//! Notifications: who is told of a run, by mail or by a webhook.
//!
//! A run becomes a [`digest`]: counts, causes, held files and the commands that act, never the value of a cell. Each channel
//! remembers what it told ([`memory`]), so that a watch that tries again does not say the same thing again. A [`letter`]
//! says the digest in words or as JSON; [`email`] and [`webhook`] carry it; [`teller`] does that beside the run. This room
//! decides nothing about a run, and whatever fails here is only reported.

pub mod digest;
pub mod email;
pub mod failure;
pub mod letter;
pub mod memory;
pub mod teller;
mod tls;
pub mod webhook;

use std::time::{Duration, Instant};

use crate::config::{EmailConfig, Notify, WebhookConfig, When};
use crate::delivery::Environment;
use crate::finding::text::Texts;
use crate::store::Note;
use failure::Failure;
use letter::Letter;

/// The first pause before a try is repeated; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest time that one try takes, so that a server that hangs leaves time for another try.
const TRY: Duration = Duration::from_secs(10);

/// A way to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Mail.
    Email,
    /// A post of JSON.
    Webhook,
}

impl Channel {
    /// All of them.
    pub const ALL: [Channel; 2] = [Channel::Email, Channel::Webhook];

    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Webhook => "webhook",
        }
    }

    /// The word for people.
    pub fn name(self, texts: Texts) -> String {
        texts.say(&format!("notify-channel-{}", self.word()), &[])
    }

    /// Where the store keeps what it told.
    pub(crate) fn note(self) -> Note<'static> {
        match self {
            Channel::Email => Note::ToldByMail,
            Channel::Webhook => Note::ToldByWebhook,
        }
    }
}

/// A channel as the config has it.
#[derive(Debug, Clone)]
pub enum Carrier {
    /// Mail.
    Email(EmailConfig),
    /// A post of JSON.
    Webhook(WebhookConfig),
}

/// The channels of a config; none when nobody is told.
pub fn carriers(config: &Notify) -> Vec<Carrier> {
    if config.when == When::Never { Vec::new() } else { all_carriers(config) }
}

/// The channels of a config, whenever they are used.
pub fn all_carriers(config: &Notify) -> Vec<Carrier> {
    let email = config.email.clone().map(Carrier::Email);
    let webhook = config.webhook.clone().map(Carrier::Webhook);
    email.into_iter().chain(webhook).collect()
}

/// What they are.
pub fn all_channels(config: &Notify) -> Vec<Channel> {
    all_carriers(config).iter().map(Carrier::channel).collect()
}

impl Carrier {
    /// Which one it is.
    pub fn channel(&self) -> Channel {
        match self {
            Carrier::Email(_) => Channel::Email,
            Carrier::Webhook(_) => Channel::Webhook,
        }
    }

    /// How long one notification may take, retries included.
    pub fn timeout(&self) -> Duration {
        match self {
            Carrier::Email(config) => config.timeout,
            Carrier::Webhook(config) => config.timeout,
        }
    }

    /// Sends, and tries again what a retry can heal until the time is over. Gives the addresses that the server refused while it took others.
    ///
    /// # Errors
    /// What failed last.
    pub fn send(&self, letter: &Letter, environment: Environment<'_>) -> Result<Vec<String>, Failure> {
        let end = Instant::now() + self.timeout();
        match self {
            Carrier::Email(config) => {
                let mail = email::Mail::new(config, letter, environment)?;
                again_until(end, |time| mail.send(time))
            }
            Carrier::Webhook(config) => {
                let post = webhook::Post::new(config, letter, environment)?;
                again_until(end, |time| post.send(time)).map(|()| Vec::new())
            }
        }
    }
}

/// Tries, with growing pauses, until it goes well, a retry cannot help, or the time is over.
fn again_until<T>(end: Instant, mut one: impl FnMut(Duration) -> Result<T, Failure>) -> Result<T, Failure> {
    let mut pause = FIRST_PAUSE;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let failure = match one(left.clamp(FIRST_PAUSE, TRY)) {
            Ok(done) => return Ok(done),
            Err(failure) => failure,
        };
        let left = end.saturating_duration_since(Instant::now());
        if !failure.can_heal() || left <= pause {
            return Err(failure);
        }
        std::thread::sleep(pause);
        pause *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_heal_is_tried_again_until_the_time_is_over() {
        let mut tries = 0;
        let end = Instant::now() + Duration::from_millis(1500);
        let done = again_until(end, |_| {
            tries += 1;
            if tries == 2 { Ok(tries) } else { Err(Failure::new("notify-fail-no-answer").healing()) }
        });
        assert_eq!(done.ok(), Some(2));
        let mut tries = 0;
        let started = Instant::now();
        let end = started + Duration::from_millis(1500);
        let failed: Result<(), _> = again_until(end, |_| {
            tries += 1;
            Err(Failure::new("notify-fail-no-answer").healing())
        });
        assert!(failed.is_err() && tries == 2, "{tries}");
        assert!(started.elapsed() < Duration::from_secs(3));
    }

    #[test]
    fn what_no_retry_heals_is_not_tried_again() {
        let mut tries = 0;
        let end = Instant::now() + Duration::from_secs(60);
        let failed: Result<(), _> = again_until(end, |_| {
            tries += 1;
            Err(Failure::new("notify-fail-login"))
        });
        assert!(failed.is_err() && tries == 1);
    }
}
