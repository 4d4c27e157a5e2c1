//! A notification as JSON, posted.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, Error};

use super::failure::{Failure, is_timeout, tls_detail};
use super::letter::Letter;
use super::tls::certificates;
use crate::config::notify::{Server, check_url};
use crate::config::{WebhookConfig, WebhookUrl};
use crate::delivery::{Environment, secret};

/// A post, ready to be sent.
pub struct Post<'l> {
    url: SecretString,
    server: Server,
    token: Option<SecretString>,
    tls: TlsConfig,
    json: &'l str,
}

impl<'l> Post<'l> {
    /// Reads what posting needs: address, token and certificates.
    ///
    /// # Errors
    /// What no retry heals.
    pub fn new(
        config: &WebhookConfig,
        letter: &'l Letter,
        environment: Environment<'_>,
    ) -> Result<Post<'l>, Failure> {
        let read = |of: &crate::config::Secret| {
            secret::read(of, environment)
                .map_err(|error| Failure::new("notify-fail-secret").with("detail", error.to_string()))
        };
        let url = match &config.url {
            WebhookUrl::Plain(url) => SecretString::from(url.clone()),
            WebhookUrl::Secret(secret) => read(secret)?,
        };
        let server = check_url(url.expose_secret())
            .map_err(|why| Failure::new("notify-fail-hook-url").with("detail", why))?;
        let token = config.token.as_ref().map(read).transpose()?;
        let roots = match &config.ca_file {
            None => RootCerts::PlatformVerifier,
            Some(path) => {
                let texts = certificates(path)?;
                let parsed = texts.iter().map(|text| Certificate::from_pem(text.as_bytes()));
                let parsed: Result<Vec<_>, _> = parsed.collect();
                let failed = |error: Error| {
                    Failure::new("notify-fail-ca")
                        .with("path", path.display().to_string())
                        .with("detail", error.to_string())
                };
                RootCerts::from(parsed.map_err(failed)?)
            }
        };
        let tls = TlsConfig::builder().provider(TlsProvider::NativeTls).root_certs(roots).build();
        Ok(Post { url, server, token, tls, json: &letter.json })
    }

    /// Posts it once; `time` for all of it.
    ///
    /// # Errors
    /// What failed.
    pub fn send(&self, time: Duration) -> Result<(), Failure> {
        let mut builder = Agent::config_builder()
            .tls_config(self.tls.clone())
            .timeout_global(Some(time))
            // A redirect would take the token elsewhere.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(concat!("passeur/", env!("CARGO_PKG_VERSION")));
        if self.server.loopback {
            builder = builder.proxy(None);
        }
        let agent = builder.build().new_agent();
        let mut request = agent.post(self.url.expose_secret()).header("Content-Type", "application/json");
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {}", token.expose_secret()));
        }
        let answer = request.send(self.json).map_err(|error| self.failure(&error))?;
        let code = answer.status().as_u16();
        let with =
            |key| Failure::new(key).with("server", self.server.shown.as_str()).with("code", code.to_string());
        match code {
            200..=299 => Ok(()),
            300..=399 => Err(with("notify-fail-hook-redirect")),
            401 | 403 => Err(with("notify-fail-hook-login")),
            408 | 425 | 429 | 500..=599 => Err(with("notify-fail-hook-busy").healing()),
            _ => Err(with("notify-fail-hook-status")),
        }
    }

    /// What an error of the library means to the operator. Its own text is used only where it cannot hold the address.
    fn failure(&self, error: &Error) -> Failure {
        let with = |key| Failure::new(key).with("server", self.server.shown.as_str());
        match error {
            Error::Timeout(_) => with("notify-fail-no-answer").healing(),
            Error::Io(io) if is_timeout(io) => with("notify-fail-no-answer").healing(),
            Error::Io(io) => with("notify-fail-hook-connect").with("detail", io.to_string()).healing(),
            Error::HostNotFound | Error::ConnectionFailed => {
                with("notify-fail-hook-connect").with("detail", error.to_string()).healing()
            }
            Error::NativeTls(error) => {
                with("notify-fail-hook-tls").with("detail", tls_detail(&error.to_string()))
            }
            Error::Tls(detail) => with("notify-fail-hook-tls").with("detail", *detail),
            Error::Protocol(_) => with("notify-fail-not-web").healing(),
            Error::BadUri(_) | Error::Http(_) => with("notify-fail-hook-header"),
            _ => with("notify-fail-hook-connect").with("detail", "?").healing(),
        }
    }
}
