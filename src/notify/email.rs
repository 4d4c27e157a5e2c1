//! A notification as mail, over SMTP.

use std::error::Error as _;
use std::time::{Duration, SystemTime};

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, CertificateStore, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as From, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use secrecy::{ExposeSecret, SecretString};

use super::failure::{Failure, io_in, is_timeout, root, tls_detail};
use super::letter::Letter;
use super::tls::certificates;
use crate::config::{EmailConfig, MailAddress, MailTls};
use crate::delivery::{Environment, secret};
use crate::finding::visible::visible;

/// Ways to log in, the better one first.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// A mail, ready to be sent.
pub struct Mail<'c> {
    config: &'c EmailConfig,
    message: Message,
    tls: Option<TlsParameters>,
    password: Option<SecretString>,
}

/// What was being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    Connecting,
    Securing,
    LoggingIn,
    Sending,
}

impl<'c> Mail<'c> {
    /// Writes the mail, and reads what sending needs: password and certificates.
    ///
    /// # Errors
    /// What no retry heals.
    pub fn new(
        config: &'c EmailConfig,
        letter: &Letter,
        environment: Environment<'_>,
    ) -> Result<Mail<'c>, Failure> {
        let message = message(config, letter)?;
        let tls = match config.tls {
            MailTls::Off => None,
            MailTls::Required | MailTls::Implicit => Some(parameters(config)?),
        };
        let password = config.login.as_ref().map(|(_, password)| secret::read(password, environment));
        let password = password
            .transpose()
            .map_err(|error| Failure::new("notify-fail-secret").with("detail", error.to_string()))?;
        Ok(Mail { config, message, tls, password })
    }

    /// Sends it once; `time` for the connection and for each answer. Gives the addresses that the server refused while it took others.
    ///
    /// # Errors
    /// What failed.
    pub fn send(&self, time: Duration) -> Result<Vec<String>, Failure> {
        let config = self.config;
        let fails = |doing: Doing| move |error: Error| failure(config, doing, &error);
        let hello = ClientId::default();
        let at_once = self.tls.as_ref().filter(|_| config.tls == MailTls::Implicit);
        let server = (config.host.as_str(), config.port);
        let mut line = SmtpConnection::connect(server, Some(time), &hello, at_once, None)
            .map_err(fails(Doing::Connecting))?;
        if let (MailTls::Required, Some(tls)) = (config.tls, &self.tls) {
            if !line.can_starttls() {
                line.abort();
                return Err(self.failing("notify-fail-no-starttls"));
            }
            line.starttls(tls, &hello).map_err(fails(Doing::Securing))?;
        }
        if let (Some((user, _)), Some(password)) = (&config.login, &self.password) {
            let login = Credentials::new(user.clone(), password.expose_secret().to_owned());
            line.auth(&MECHANISMS, &login).map_err(fails(Doing::LoggingIn))?;
        }
        let envelope = self.message.envelope();
        line.command(From::new(envelope.from().cloned(), Vec::new())).map_err(fails(Doing::Sending))?;
        let mut refused: Vec<(String, Failure)> = Vec::new();
        for person in envelope.to() {
            if let Err(error) = line.command(Rcpt::new(person.clone(), Vec::new())) {
                let failure = failure(config, Doing::Sending, &error);
                if error.status().is_none() {
                    return Err(failure);
                }
                refused.push((person.to_string(), failure));
            }
        }
        if refused.len() == envelope.to().len() {
            line.abort();
            let failure = refused.into_iter().next().map(|(_, failure)| failure);
            return Err(failure.unwrap_or_else(|| self.failing("notify-fail-refused")));
        }
        line.command(Data).map_err(fails(Doing::Sending))?;
        line.message(&self.message.formatted()).map_err(fails(Doing::Sending))?;
        // It is accepted, whatever the server says to a goodbye.
        let _ = line.quit();
        Ok(refused.into_iter().map(|(address, _)| address).collect())
    }

    fn failing(&self, key: &'static str) -> Failure {
        Failure::new(key).with("server", server(self.config))
    }
}

/// The mail itself.
fn message(config: &EmailConfig, letter: &Letter) -> Result<Message, Failure> {
    let mut builder = Message::builder().from(mailbox(&config.from)?);
    for person in &config.to {
        builder = builder.to(mailbox(person)?);
    }
    let automatic =
        HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
    builder
        .subject(letter.subject.clone())
        .date(SystemTime::now())
        .message_id(None)
        .raw_header(automatic)
        .header(ContentType::TEXT_PLAIN)
        .body(letter.body.clone())
        .map_err(|error| Failure::new("notify-fail-address").with("detail", error.to_string()))
}

fn mailbox(address: &MailAddress) -> Result<Mailbox, Failure> {
    let parsed = address.address.parse().map_err(|error: lettre::address::AddressError| {
        Failure::new("notify-fail-address").with("detail", format!("{}: {error}", address.address))
    })?;
    Ok(Mailbox::new(address.name.clone(), parsed))
}

fn parameters(config: &EmailConfig) -> Result<TlsParameters, Failure> {
    let fails = |error: Error| failure(config, Doing::Securing, &error);
    let mut builder = TlsParameters::builder(config.host.clone());
    if let Some(path) = &config.ca_file {
        builder = builder.certificate_store(CertificateStore::None);
        for certificate in certificates(path)? {
            builder =
                builder.add_root_certificate(Certificate::from_pem(certificate.as_bytes()).map_err(fails)?);
        }
    }
    builder.build().map_err(fails)
}

fn server(config: &EmailConfig) -> String {
    format!("{}:{}", config.host, config.port)
}

/// What an error of the library means to the operator. What a server answers to a login is not repeated.
fn failure(config: &EmailConfig, doing: Doing, error: &Error) -> Failure {
    let with = |key| Failure::new(key).with("server", server(config));
    let detail = || visible(&root(error).to_string()).into_owned();
    let broken = if doing == Doing::Connecting { "notify-fail-connect" } else { "notify-fail-broken" };
    if let Some(code) = error.status() {
        let code = code.to_string();
        let key = match (doing, error.is_transient()) {
            (Doing::LoggingIn, false) => return with("notify-fail-login").with("code", code),
            (Doing::LoggingIn, true) => return with("notify-fail-login").with("code", code).healing(),
            (_, true) => "notify-fail-busy",
            (_, false) => "notify-fail-refused",
        };
        let failure = with(key).with("code", code).with("detail", detail());
        return if error.is_transient() { failure.healing() } else { failure };
    }
    if doing == Doing::LoggingIn && error.is_client() {
        return with("notify-fail-login-none");
    }
    match io_in(error) {
        Some(io) if is_timeout(io) => with("notify-fail-mail-silent").healing(),
        Some(io) => with(broken).with("detail", io.to_string()).healing(),
        None if error.is_response() => with("notify-fail-not-mail").healing(),
        None if doing == Doing::Securing
            || (doing == Doing::Connecting && config.tls == MailTls::Implicit) =>
        {
            // The verdict on a certificate stands in the outermost text alone.
            let text = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            with("notify-fail-tls").with("detail", tls_detail(&visible(&text)))
        }
        None => with(broken).with("detail", detail()).healing(),
    }
}
