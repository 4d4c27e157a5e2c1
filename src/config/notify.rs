//! `[notify]`: who is told of runs.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::destination::{count, host, secret};
use super::keys::{NOTIFY, NOTIFY_EMAIL, NOTIFY_WEBHOOK};
use super::reader::{Reader, Table};
use super::{Secret, values};
use crate::schema::cast::text::is_email;

/// How long one notification may take, where the config does not say.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Who is told of runs.
#[derive(Debug, Clone, Default)]
pub struct Notify {
    /// When. Default: when something needs a person.
    pub when: When,
    /// What the project is called. `None`: as its folder.
    pub name: Option<String>,
    /// By mail.
    pub email: Option<EmailConfig>,
    /// By a post of JSON.
    pub webhook: Option<WebhookConfig>,
}

/// When somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum When {
    /// Something needs a person.
    #[default]
    Attention,
    /// After each run that did something.
    Always,
    /// Not at all.
    Never,
}

/// Notification by mail.
#[derive(Debug, Clone)]
pub struct EmailConfig {
    /// Mail server.
    pub host: String,
    /// Port; default 587, 465 or 25, by `tls`.
    pub port: u16,
    /// How the line is protected.
    pub tls: MailTls,
    /// The sender.
    pub from: MailAddress,
    /// The people, at least one.
    pub to: Vec<MailAddress>,
    /// Login name and password.
    pub login: Option<(String, Secret)>,
    /// Certificates that prove the server, instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// How long one notification may take, retries included. Default 30 s.
    pub timeout: Duration,
}

/// How the line to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MailTls {
    /// STARTTLS; without it nothing is sent.
    #[default]
    Required,
    /// TLS from the start.
    Implicit,
    /// Not at all: a server on this machine.
    Off,
}

/// An address, with or without a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAddress {
    /// Of the person.
    pub name: Option<String>,
    /// `office@example.com`
    pub address: String,
}

/// Notification by a post of JSON.
#[derive(Debug, Clone)]
pub struct WebhookConfig {
    /// Where to.
    pub url: WebhookUrl,
    /// Sent as a bearer token.
    pub token: Option<Secret>,
    /// Certificates that prove the server, instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// How long one notification may take, retries included. Default 30 s.
    pub timeout: Duration,
}

/// The address of a webhook.
#[derive(Clone, PartialEq, Eq)]
pub enum WebhookUrl {
    /// In the config. Not shown, save its host: it may hold a token all the same.
    Plain(String),
    /// Read when it is needed.
    Secret(Secret),
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WebhookUrl::Plain(_) => f.write_str("Plain(…)"),
            WebhookUrl::Secret(secret) => f.debug_tuple("Secret").field(secret).finish(),
        }
    }
}

pub(super) fn read(reader: &mut Reader<'_>, top: &Table<'_>) -> Notify {
    let Some((_, value)) = top.get("notify") else { return Notify::default() };
    let Some(table) = reader.open(value, &NOTIFY, "[notify]".to_owned()) else { return Notify::default() };
    let when = match reader.choice(&table, "when").map(|word| word.value) {
        Some(1) => When::Always,
        Some(2) => When::Never,
        _ => When::Attention,
    };
    let name = reader.parsed(&table, "name", one_line).map(|name| name.value);
    Notify { when, name, email: email(reader, &table), webhook: webhook(reader, &table) }
}

fn email(reader: &mut Reader<'_>, notify: &Table<'_>) -> Option<EmailConfig> {
    let (_, value) = notify.get("email")?;
    let table = reader.open(value, &NOTIFY_EMAIL, "[notify.email]".to_owned())?;
    reader.require(&table, None);
    let host = reader.parsed(&table, "host", host);
    let port = count(reader, &table, "port");
    let tls = match reader.choice(&table, "tls").map(|word| word.value) {
        Some(1) => MailTls::Implicit,
        Some(2) => MailTls::Off,
        _ => MailTls::Required,
    };
    if let (MailTls::Off, Some(host)) = (tls, &host)
        && !is_loopback(&host.value)
    {
        reader.problem(
            &table.key_at("tls"),
            "`tls = \"none\"` is for a server on this machine alone: write \"required\" (STARTTLS) or \"implicit\"",
        );
    }
    let from = reader.parsed(&table, "from", address);
    let to = people(reader, &table);
    let username = reader.parsed(&table, "username", one_line);
    let password = secret(reader, &table, "password");
    if table.has("username") != table.has("password") {
        let (there, lacks) =
            if table.has("username") { ("username", "password") } else { ("password", "username") };
        reader.problem(&table.key_at(there), format!("`{there}` needs `{lacks}` beside it"));
    }
    let ca_file = reader.path(&table, "ca_file").map(|path| path.value);
    let timeout = reader.parsed(&table, "timeout", timeout).map_or(TIMEOUT, |timeout| timeout.value);
    let usual = match tls {
        MailTls::Required => 587,
        MailTls::Implicit => 465,
        MailTls::Off => 25,
    };
    Some(EmailConfig {
        host: host?.value,
        port: port.unwrap_or(usual),
        tls,
        from: from?.value,
        to: to?,
        login: username.and_then(|name| Some((name.value, password?))),
        ca_file,
        timeout,
    })
}

/// The people who get mail, each of them sound.
fn people(reader: &mut Reader<'_>, table: &Table<'_>) -> Option<Vec<MailAddress>> {
    let list = reader.texts(table, "to")?;
    if list.value.is_empty() {
        reader.wrong_value("to", &list.at, "is empty: name at least one address");
    }
    let mut people = Vec::new();
    for text in list.value {
        match address(&text.value) {
            Ok(address) => people.push(address),
            Err(why) => reader.wrong_value("to", &text.at, &why),
        }
    }
    Some(people)
}

fn webhook(reader: &mut Reader<'_>, notify: &Table<'_>) -> Option<WebhookConfig> {
    let (_, value) = notify.get("webhook")?;
    let table = reader.open(value, &NOTIFY_WEBHOOK, "[notify.webhook]".to_owned())?;
    reader.require(&table, None);
    let url = match table.get("url") {
        Some((_, value)) if value.get_ref().is_table() => {
            secret(reader, &table, "url").map(WebhookUrl::Secret)
        }
        _ => reader
            .parsed(&table, "url", |text| check_url(text).map(|_| text.to_owned()))
            .map(|url| WebhookUrl::Plain(url.value)),
    };
    let token = secret(reader, &table, "token");
    let ca_file = reader.path(&table, "ca_file").map(|path| path.value);
    let timeout = reader.parsed(&table, "timeout", timeout).map_or(TIMEOUT, |timeout| timeout.value);
    Some(WebhookConfig { url: url?, token, ca_file, timeout })
}

/// What may be said about the address of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Scheme, host and port, without path: `https://hooks.example.com`.
    pub shown: String,
    /// It is this machine.
    pub loopback: bool,
}

/// Checks the address of a webhook: `https://`, or `http://` on this machine; no login in it.
///
/// # Errors
/// What is wrong, completing "`url` …". Never shows the address.
pub fn check_url(text: &str) -> Result<Server, String> {
    if text.chars().any(|letter| letter.is_whitespace() || letter.is_control() || !letter.is_ascii()) {
        return Err(
            "holds a space, a control character or a letter that no address has (write it as %XX)".to_owned()
        );
    }
    let (scheme, rest) = match text.split_once("://") {
        Some(("https", rest)) => ("https", rest),
        Some(("http", rest)) => ("http", rest),
        _ => return Err("must begin with `https://`".to_owned()),
    };
    let server = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if server.contains('@') {
        return Err("holds a login: the place of a secret is `token`".to_owned());
    }
    let (host, port) = match server.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, "")) => (host, None),
        Some((host, port)) => (host, Some(port.strip_prefix(':').unwrap_or("?"))),
        None => match server.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (server, None),
        },
    };
    if host.is_empty() || port.is_some_and(|port| !matches!(port.parse::<u16>(), Ok(1..))) {
        return Err("has no host, or a port that is none: write https://host/path".to_owned());
    }
    let loopback = is_loopback(host);
    if scheme == "http" && !loopback {
        return Err(
            "begins with `http://`, which is for a server on this machine alone: write `https://`".to_owned()
        );
    }
    Ok(Server { shown: format!("{scheme}://{server}"), loopback })
}

/// Whether a host is this machine.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// `office@example.com`, or `The office <office@example.com>`.
fn address(text: &str) -> Result<MailAddress, String> {
    let text = one_line(text)?;
    let (name, address) = match text.trim().strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, address)) => (Some(name.trim().trim_matches('"').to_owned()), address.trim().to_owned()),
        None => (None, text.trim().to_owned()),
    };
    if !is_email(&address) {
        return Err("holds what is not an e-mail address: write \"office@example.com\" or \"Office <office@example.com>\"".to_owned());
    }
    Ok(MailAddress { name: name.filter(|name| !name.is_empty()), address })
}

/// Mail has lines: what holds a line break could add some.
fn one_line(text: &str) -> Result<String, String> {
    match text.chars().any(char::is_control) {
        true => Err("holds a line break or another control character".to_owned()),
        false => Ok(text.to_owned()),
    }
}

fn timeout(text: &str) -> Result<Duration, String> {
    match values::duration(text)? {
        time if (Duration::from_secs(1)..=Duration::from_secs(600)).contains(&time) => Ok(time),
        _ => Err("is outside 1 s to 10 min".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::Config;
    use super::super::load::parse;
    use super::*;

    const MAIL: &str = "[notify.email]\nhost = \"mail.example.com\"\nfrom = \"Passeur <p@example.com>\"\nto = [\"a@example.com\", \"B <b@example.com>\"]\n";

    fn load(text: &str) -> Result<Config, String> {
        parse(text.to_owned(), Path::new("/p/passeur.toml")).map_err(|error| error.to_string())
    }

    #[test]
    fn nobody_is_told_unless_somebody_is_named() {
        let notify = load("").unwrap().notify;
        assert!(notify.email.is_none() && notify.webhook.is_none());
        assert_eq!(notify.when, When::Attention);
    }

    #[test]
    fn mail_has_its_usual_port_and_is_protected() {
        for (tls, port) in [("", 587), ("tls = \"required\"\n", 587), ("tls = \"implicit\"\n", 465)] {
            let mail = load(&format!("{MAIL}{tls}")).unwrap().notify.email.unwrap();
            assert_eq!(mail.port, port, "{tls}");
        }
        let mail = load(&format!("{MAIL}username = \"u\"\npassword = {{ env = \"P\" }}\n")).unwrap();
        let mail = mail.notify.email.unwrap();
        assert_eq!(mail.from, MailAddress { name: Some("Passeur".into()), address: "p@example.com".into() });
        assert_eq!(mail.to.len(), 2);
        assert_eq!(mail.login, Some(("u".into(), Secret::Env("P".into()))));
        assert_eq!(mail.timeout, Duration::from_secs(30));
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_reason() {
        let mail = |line: &str| {
            let name = line.split(' ').next().unwrap();
            let kept: Vec<&str> = MAIL.lines().filter(|old| !old.starts_with(name)).collect();
            format!("{}\n{line}\n", kept.join("\n"))
        };
        let hook = |line: &str| format!("[notify.webhook]\n{line}\n");
        for (text, why) in [
            (mail("tls = \"none\""), "for a server on this machine alone"),
            (mail("to = []"), "`to` is empty"),
            (mail("to = [\"a@example.com\", \"office\"]"), "not an e-mail address"),
            (mail("from = \"a@example.com\\nBcc: x@example.com\""), "a line break"),
            (mail("host = \"smtp://mail.example.com\""), "is a host name alone"),
            (mail("host = \"mail.example.com:25\""), "has a key of its own (`port`)"),
            (mail("username = \"u\""), "`username` needs `password` beside it"),
            (mail("password = { env = \"P\" }"), "`password` needs `username` beside it"),
            (mail("password = \"hunter2\""), "holds the secret itself"),
            (mail("timeout = \"0 s\""), "is outside 1 s to 10 min"),
            (mail("pasword = { env = \"P\" }"), "did you mean `password`?"),
            (hook("url = \"http://hooks.example.com/x\""), "for a server on this machine alone"),
            (hook("url = \"ftp://hooks.example.com/x\""), "must begin with `https://`"),
            (hook("url = \"https://u:hunter2@hooks.example.com/x\""), "holds a login"),
            (hook("url = \"https:///x\""), "has no host"),
            (hook("url = \"https://h:x/\""), "a port that is none"),
            (hook("token = { env = \"T\" }"), "`url` is missing"),
            (hook("url = \"https://h/\"\ntoken = \"hunter2\""), "holds the secret itself"),
            ("[notify]\nwhen = \"allways\"\n".to_owned(), "did you mean `always`?"),
        ] {
            let error = load(&text).unwrap_err();
            assert!(error.contains(why), "{text}\n{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn an_address_of_this_machine_needs_no_encryption() {
        for (url, shown) in [
            ("http://127.0.0.1:8080/hook?x=1", "http://127.0.0.1:8080"),
            ("http://localhost/hook", "http://localhost"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
        ] {
            assert_eq!(check_url(url), Ok(Server { shown: shown.into(), loopback: true }), "{url}");
        }
        let far = Server { shown: "https://hooks.example.com".into(), loopback: false };
        assert_eq!(check_url("https://hooks.example.com/T0/secret"), Ok(far));
        let local = MAIL.replace("mail.example.com", "127.0.0.1") + "tls = \"none\"\n";
        assert_eq!(load(&local).unwrap().notify.email.unwrap().port, 25);
    }

    #[test]
    fn an_address_with_a_secret_in_it_stands_elsewhere() {
        let config = load("[notify.webhook]\nurl = { file = \"secrets/hook\" }\n").unwrap();
        let url = config.notify.webhook.unwrap().url;
        assert_eq!(url, WebhookUrl::Secret(Secret::File("/p/secrets/hook".into())));
        let plain = WebhookUrl::Plain("https://h/hunter2".into());
        assert!(!format!("{plain:?}").contains("hunter2"));
    }
}
