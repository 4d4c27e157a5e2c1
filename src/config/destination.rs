//! `[destinations.NAME]`

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use toml::Spanned;
use toml::de::DeValue;

use super::keys::{AUTH, DESTINATION, SECRET, Shape};
use super::problem::Problem;
use super::reader::{At, Reader, SECRET_WAYS, Table, resolve};
use super::{
    Auth, DestinationConfig, DestinationKind, HostKeys, Retries, Secret, SftpConfig, Verify, secrets, values,
};

/// Connections to an SFTP drop at once, where the config does not say.
const SESSIONS: NonZeroUsize = match NonZeroUsize::new(2) {
    Some(count) => count,
    None => NonZeroUsize::MIN,
};

/// Reads one destination; `None` when what it lacks has been noted.
pub(super) fn read<'a>(
    reader: &mut Reader<'_>,
    name: &str,
    value: &'a Spanned<DeValue<'a>>,
) -> Option<DestinationConfig> {
    let table = reader.open(value, &DESTINATION, format!("[destinations.{name}]"))?;
    let kind = reader.choice(&table, "type");
    // Without a type, what is required is not known; `type` itself is.
    let kind_name = kind.as_ref().map(|kind| if kind.value == 1 { "sftp" } else { "folder" });
    reader.require(&table, kind_name);
    if let Some(kind) = kind_name {
        for key in table.section.keys.iter().filter(|key| key.only.is_some_and(|only| only != kind)) {
            if table.has(key.name) {
                let only = key.only.unwrap_or_default();
                reader.problem(
                    &table.key_at(key.name),
                    format!(
                        "`{}` belongs to destinations of type \"{only}\"; this one is \"{kind}\"",
                        key.name
                    ),
                );
            }
        }
    }
    let verify = match reader.choice(&table, "verify") {
        Some(verify) if verify.value == 1 => Verify::Content,
        _ => Verify::Size,
    };
    let temporary_suffix = suffix(reader, &table);
    let count_of_retries = count(reader, &table, "retries");
    let ceiling = reader.parsed(&table, "retry_ceiling", second_to_hour);
    let sessions = count(reader, &table, "sessions").and_then(|count| NonZeroUsize::new(count.into()));
    let fallback = Retries::default();
    let retries = Retries {
        count: count_of_retries.map_or(fallback.count, u32::from),
        ceiling: ceiling.map_or(fallback.ceiling, |ceiling| ceiling.value),
    };
    let sessions = match kind_name {
        Some("sftp") => sessions.unwrap_or(SESSIONS),
        _ => NonZeroUsize::MIN,
    };
    let kind = match kind_name? {
        "sftp" => DestinationKind::Sftp(sftp(reader, &table)?),
        _ => DestinationKind::Folder { path: reader.path(&table, "path")?.value },
    };
    Some(DestinationConfig { name: name.to_owned(), kind, verify, temporary_suffix, retries, sessions })
}

fn second_to_hour(text: &str) -> Result<Duration, String> {
    match values::duration(text)? {
        time if (Duration::from_secs(1)..=Duration::from_secs(3600)).contains(&time) => Ok(time),
        _ => Err("is outside 1 s to 1 h".to_owned()),
    }
}

fn suffix(reader: &mut Reader<'_>, table: &Table<'_>) -> String {
    let parsed = reader.parsed(table, "temporary_suffix", |text| {
        let lower = text.to_lowercase();
        if text.len() > 32
            || !text.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter))
        {
            Err("has at most 32 letters (a-z, A-Z), digits, `.`, `-` and `_`".to_owned())
        } else if [".csv", ".gz", ".zip", ".txt"].iter().any(|ending| lower.ends_with(ending)) {
            Err("is an ending that partners pick up; choose one like \".part\"".to_owned())
        } else {
            Ok(text.to_owned())
        }
    });
    parsed.map_or_else(|| ".part".to_owned(), |suffix| suffix.value)
}

fn sftp(reader: &mut Reader<'_>, table: &Table<'_>) -> Option<SftpConfig> {
    // Each of these notes its own problems; only then it is decided whether all are there.
    let host = reader.parsed(table, "host", host);
    let port = count(reader, table, "port");
    let user = reader.text(table, "user");
    let folder = reader.parsed(table, "folder", |text| match text.contains(['\0', '\n', '\r']) {
        true => Err("holds a line break or NUL".to_owned()),
        false => Ok(text.to_owned()),
    });
    let timeout = reader.parsed(table, "timeout", second_to_hour);
    let host_keys = host_keys(reader, table);
    let auth = auth(reader, table);
    Some(SftpConfig {
        host: host?.value,
        port: port.unwrap_or(22),
        user: user?.value,
        folder: folder.map_or_else(|| ".".to_owned(), |folder| folder.value),
        auth: auth?,
        host_keys: host_keys?,
        timeout: timeout.map_or(Duration::from_secs(30), |timeout| timeout.value),
    })
}

/// A host alone: no scheme, login, path or port.
pub(super) fn host(text: &str) -> Result<String, String> {
    if text.contains("://") || text.contains(['@', '/']) {
        Err("is a host name alone, without `sftp://`, login or path; they have keys of their own (`user`, `folder`)".to_owned())
    } else if text.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
        Err("holds a space or a control character".to_owned())
    } else if text.matches(':').count() == 1 {
        Err("is a host name alone; the port has a key of its own (`port`)".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

/// A whole number, as the table of keys bounds it.
pub(super) fn count(reader: &mut Reader<'_>, table: &Table<'_>, name: &'static str) -> Option<u16> {
    let (key, value) = table.get(name)?;
    let (least, most) = match key.shape {
        Shape::Count(least, most) => (least, most),
        _ => (1, u16::MAX),
    };
    let number = value
        .get_ref()
        .as_integer()
        .and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
    let number = number.and_then(|number| u16::try_from(number).ok());
    match number.filter(|number| (least..=most).contains(number)) {
        Some(number) => Some(number),
        None if value.get_ref().is_integer() => {
            reader.wrong_value(name, &value.span(), &format!("is outside {least} to {most}"));
            None
        }
        None => {
            reader.wrong_type(key, value);
            None
        }
    }
}

fn host_keys(reader: &mut Reader<'_>, table: &Table<'_>) -> Option<HostKeys> {
    if table.has("host_keys") && table.has("known_hosts") {
        reader.problem(
            &table.key_at("known_hosts"),
            "`host_keys` and `known_hosts` exclude each other: keep one",
        );
    }
    if table.has("host_keys") {
        let list = reader.texts(table, "host_keys")?;
        if list.value.is_empty() {
            reader.wrong_value(
                "host_keys",
                &list.at,
                "is empty: name at least one fingerprint, or leave it out",
            );
        }
        let mut fingerprints = Vec::new();
        for At { value, at } in list.value {
            match fingerprint(&value) {
                Some(fingerprint) => fingerprints.push(fingerprint),
                None => {
                    let problem = Problem::new(reader.source, &at, "`host_keys` holds a text that is not a SHA-256 fingerprint")
                        .note("a fingerprint is `SHA256:` and 43 letters, as `ssh-keygen -lf FILE` and `passeur trust` print it");
                    reader.push(problem);
                }
            }
        }
        return Some(HostKeys::Pinned(fingerprints));
    }
    if table.has("known_hosts") {
        return reader.path(table, "known_hosts").map(|path| HostKeys::KnownHosts(path.value));
    }
    match resolve(&reader.root, "~/.ssh/known_hosts") {
        Ok(path) => Some(HostKeys::KnownHosts(path)),
        Err(_) => {
            let problem = Problem::new(
                reader.source,
                &table.at,
                format!("{} has neither `host_keys` nor `known_hosts`", table.label),
            )
            .note("this system names no home folder, so there is no known_hosts to fall back on");
            reader.push(problem);
            None
        }
    }
}

/// `SHA256:` and the base64 of 32 bytes, without its padding.
fn fingerprint(text: &str) -> Option<String> {
    let digest = text.strip_prefix("SHA256:")?;
    let digest = digest.strip_suffix('=').unwrap_or(digest);
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    (digest.len() == 43 && digest.bytes().all(base64)).then(|| format!("SHA256:{digest}"))
}

fn auth(reader: &mut Reader<'_>, table: &Table<'_>) -> Option<Auth> {
    let (key, value) = table.get("auth")?;
    if !value.get_ref().is_table() {
        let problem =
            Problem::new(reader.source, &value.span(), "`auth` must be a table that says how to log in")
                .note(format!("example: auth = {}", key.example))
                .note(SECRET_WAYS);
        reader.push(problem);
        return None;
    }
    let auth = reader.open(value, &AUTH, format!("`auth` of {}", table.label))?;
    let ways: Vec<&str> = ["password", "key", "agent"].into_iter().filter(|way| auth.has(way)).collect();
    match ways.as_slice() {
        [_] => {}
        [] => {
            let problem = Problem::new(reader.source, &auth.at, "`auth` says no way to log in")
                .note("write one of: password = { env = \"…\" }, key = \"…\", agent = true");
            reader.push(problem);
        }
        [_, second, ..] => {
            let message =
                format!("`auth` names {} ways to log in ({}); keep one", ways.len(), ways.join(", "));
            reader.problem(&auth.key_at(second), message);
        }
    }
    if auth.has("passphrase") && !auth.has("key") {
        reader.problem(&auth.key_at("passphrase"), "`passphrase` belongs to a `key`, and there is none");
    }
    let password = secret(reader, &auth, "password");
    let passphrase = secret(reader, &auth, "passphrase");
    let path = key_path(reader, &auth);
    if let Some(agent) = reader.switch(&auth, "agent")
        && !agent.value
    {
        reader.wrong_value("agent", &agent.at, "is true or left out");
    }
    match *ways.first()? {
        "password" => Some(Auth::Password(password?)),
        "key" => Some(Auth::Key { path: path?, passphrase }),
        _ => Some(Auth::Agent),
    }
}

fn key_path(reader: &mut Reader<'_>, auth: &Table<'_>) -> Option<PathBuf> {
    let (_, value) = auth.get("key")?;
    if value.get_ref().as_str().is_some_and(secrets::is_key_text) {
        let problem = Problem::new(
            reader.source,
            &value.span(),
            "`key` holds a private key; it must name the file that holds it",
        )
        .note("put the key in a file (chmod 600) and write key = \"that/file\"");
        reader.push(problem);
        return None;
    }
    reader.path(auth, "key").map(|path| path.value)
}

/// Where a secret is found. A literal one is refused, and never shown.
pub(super) fn secret(reader: &mut Reader<'_>, auth: &Table<'_>, name: &str) -> Option<Secret> {
    let (_, value) = auth.get(name)?;
    if !value.get_ref().is_table() {
        let problem = Problem::new(reader.source, &value.span(), format!("`{name}` holds the secret itself"))
            .note(SECRET_WAYS)
            .note("if this file was shared or committed, change the secret now");
        reader.push(problem);
        return None;
    }
    let table = reader.open(value, &SECRET, format!("`{name}`"))?;
    match (table.has("env"), table.has("file")) {
        (true, false) => {
            let variable = reader.parsed(&table, "env", |text| match secrets::is_variable(text) {
                true => Ok(text.to_owned()),
                false => Err(
                    "must be the name of an environment variable, of A-Z, 0-9 and `_`, not the secret itself"
                        .to_owned(),
                ),
            });
            variable.map(|variable| Secret::Env(variable.value))
        }
        (false, true) => {
            if table
                .get("file")
                .and_then(|(_, file)| file.get_ref().as_str())
                .is_some_and(secrets::is_key_text)
            {
                let at = table.key_at("file");
                reader.wrong_value(
                    "file",
                    &at,
                    "must be the path of the file that holds the secret, not the secret itself",
                );
                return None;
            }
            reader.path(&table, "file").map(|path| Secret::File(path.value))
        }
        (both, _) => {
            let message = match both {
                true => format!("`{name}` has both `env` and `file`; keep one"),
                false => format!("`{name}` says neither `env` nor `file`"),
            };
            let problem = Problem::new(reader.source, &table.at, message).note(SECRET_WAYS);
            reader.push(problem);
            None
        }
    }
}
