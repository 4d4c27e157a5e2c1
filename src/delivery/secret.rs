//! Reads a secret where the config says it is, when it is needed. It is never kept, logged or put into an error.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::Environment;
use crate::config::Secret;

/// Most bytes of a secret file: more is no password.
const MOST_BYTES: u64 = 64 * 1024;

/// A secret cannot be read.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the texts say it")]
pub enum SecretError {
    #[error("the environment variable {0}, which the config names for a secret, is not set")]
    NotSet(String),
    #[error(
        "the environment variable {0}, which the config names for a secret, is empty or not valid Unicode"
    )]
    NotText(String),
    #[error(
        "neither the environment variable {0} nor a credential of the service with that name holds a secret of this destination: put it in /etc/credstore/{0} (owner root, mode 0600) and start the service again"
    )]
    NoCredential(String),
    #[error("cannot read the secret file {}: {detail}", path.display())]
    Unreadable { path: PathBuf, detail: String },
    #[error("the secret file {} can be read by others (mode {mode:04o}): chmod 600 it, and change the secret if others have an account here", path.display())]
    NotPrivate { path: PathBuf, mode: u32 },
    #[error("the secret file {} is empty, larger than 64 KiB, or not UTF-8 text", path.display())]
    NotASecret { path: PathBuf },
}

/// Where systemd puts the credentials of a service (systemd.exec(5), LoadCredential).
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// The name of the credential that holds this secret for a service: that of the variable; for a file, its path with `-` for `/`.
pub fn credential_name(secret: &Secret) -> String {
    let path = match secret {
        Secret::Env(name) => return name.clone(),
        Secret::File(path) => path.to_string_lossy(),
    };
    let mut name = String::new();
    for letter in path.trim_start_matches(['/', '\\']).chars() {
        match letter {
            '/' | '\\' => name.push('-'),
            letter if letter.is_ascii_alphanumeric() || letter == '.' => name.push(letter),
            letter => name.push_str(&format!("_{:x}_", u32::from(letter))),
        }
    }
    name
}

/// Reads a secret: for a service that has it as a credential there, else where the config says. A trailing line end in a file is not
/// part of it.
pub fn read(secret: &Secret, environment: Environment<'_>) -> Result<SecretString, SecretError> {
    let folder = environment(CREDENTIALS).map(PathBuf::from);
    let credential =
        folder.as_ref().map(|folder| folder.join(credential_name(secret))).filter(|path| path.exists());
    match (secret, credential) {
        // The service manager keeps others out of its folder; the mode of a file in it says nothing.
        (Secret::File(_), Some(credential)) => of_file(&credential, false),
        (Secret::File(path), None) => of_file(path, true),
        (Secret::Env(name), credential) => match (environment(name), credential) {
            (Some(value), _) => match value.into_string() {
                Ok(text) if !text.is_empty() => Ok(SecretString::from(text)),
                _ => Err(SecretError::NotText(name.clone())),
            },
            (None, Some(credential)) => of_file(&credential, false),
            (None, None) if folder.is_some() => Err(SecretError::NoCredential(name.clone())),
            (None, None) => Err(SecretError::NotSet(name.clone())),
        },
    }
}

/// A secret in a file. `private`: its mode must keep others out.
fn of_file(path: &Path, private: bool) -> Result<SecretString, SecretError> {
    let unreadable =
        |error: std::io::Error| SecretError::Unreadable { path: path.to_owned(), detail: error.to_string() };
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = metadata.permissions().mode() & 0o7777;
        if private && mode & 0o077 != 0 {
            return Err(SecretError::NotPrivate { path: path.to_owned(), mode });
        }
    }
    #[cfg(not(unix))]
    let _ = private;
    if !metadata.is_file() || metadata.len() > MOST_BYTES {
        return Err(SecretError::NotASecret { path: path.to_owned() });
    }
    let mut text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => SecretError::NotASecret { path: path.to_owned() },
        _ => unreadable(error),
    })?;
    let kept = text.strip_suffix('\n').unwrap_or(&text);
    let kept = kept.strip_suffix('\r').unwrap_or(kept).len();
    text.truncate(kept);
    if text.is_empty() {
        return Err(SecretError::NotASecret { path: path.to_owned() });
    }
    Ok(SecretString::from(text))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use secrecy::ExposeSecret;

    use super::*;

    fn from_file(content: &[u8], mode: u32) -> Result<String, String> {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        read(&Secret::File(path.clone()), &|_| None)
            .map(|secret| secret.expose_secret().to_owned())
            .map_err(|error| error.to_string().replace(path.to_str().unwrap(), "FILE"))
    }

    #[rstest::rstest]
    #[case(b"s3cret", "s3cret")]
    #[case(b"s3cret\n", "s3cret")]
    #[case(b"s3cret\r\n", "s3cret")]
    #[case(b"two\n\n", "two\n")]
    #[case(b" spaces stay \n", " spaces stay ")]
    fn a_trailing_line_end_is_not_part_of_the_secret(#[case] content: &[u8], #[case] secret: &str) {
        assert_eq!(from_file(content, 0o600).unwrap(), secret);
    }

    #[rstest::rstest]
    #[case(0o640)]
    #[case(0o604)]
    #[case(0o620)]
    fn a_file_that_others_can_reach_is_refused_and_its_content_not_told(#[case] mode: u32) {
        let error = from_file(b"s3cret", mode).unwrap_err();
        assert!(
            error.starts_with(&format!("the secret file FILE can be read by others (mode {mode:04o})")),
            "{error}"
        );
        assert!(!error.contains("s3cret"));
    }

    #[test]
    fn an_empty_file_is_no_secret() {
        assert!(from_file(b"\n", 0o600).unwrap_err().contains("is empty"));
        assert!(from_file(b"\xff\xfe", 0o600).unwrap_err().contains("not UTF-8"));
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = read(&Secret::File(Path::new("/nowhere/password").into()), &|_| None).unwrap_err();
        assert!(error.to_string().starts_with("cannot read the secret file /nowhere/password: "), "{error}");
    }

    #[test]
    fn a_variable_holds_the_secret() {
        let environment = |name: &str| (name == "DROP_PASSWORD").then(|| OsString::from("s3cret"));
        let secret = read(&Secret::Env("DROP_PASSWORD".into()), &environment).unwrap();
        assert_eq!(secret.expose_secret(), "s3cret");
        assert_eq!(
            read(&Secret::Env("OTHER".into()), &environment).unwrap_err().to_string(),
            "the environment variable OTHER, which the config names for a secret, is not set"
        );
    }

    #[test]
    fn a_service_has_its_secrets_as_credentials() {
        let folder = tempfile::tempdir().unwrap();
        let environment = |name: &str| (name == CREDENTIALS).then(|| OsString::from(folder.path()));
        let file = Secret::File("/srv/my-club/secrets/splio".into());
        assert_eq!(credential_name(&file), "srv-my_2d_club-secrets-splio");
        for (secret, text) in [(&file, "one"), (&Secret::Env("DROP_PASSWORD".into()), "two")] {
            // As systemd makes it: others are kept out by the folder.
            std::fs::write(folder.path().join(credential_name(secret)), format!("{text}\n")).unwrap();
            assert_eq!(read(secret, &environment).unwrap().expose_secret(), text);
        }
        let both = |name: &str| match name {
            "DROP_PASSWORD" => Some(OsString::from("set by hand")),
            name => environment(name),
        };
        let secret = read(&Secret::Env("DROP_PASSWORD".into()), &both).unwrap();
        assert_eq!(secret.expose_secret(), "set by hand");
        let missing = read(&Secret::Env("OTHER".into()), &environment).unwrap_err().to_string();
        assert!(missing.contains("/etc/credstore/OTHER"), "{missing}");
    }

    #[test]
    fn no_two_files_have_one_credential() {
        let name = |path: &str| credential_name(&Secret::File(path.into()));
        let names = ["/a-b/c", "/a/b-c", "/a/b/c", "/a_2d_b/c", "/a b/c", "/é"].map(name);
        let different: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(different.len(), names.len(), "{names:?}");
        assert!(
            names.iter().flat_map(|name| name.bytes()).all(|byte| byte.is_ascii_graphic() && byte != b':')
        );
    }
}
