//! Reads a secret where the config says it is, when it is needed. It is never kept, logged or put into an error.

use std::path::PathBuf;

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
    #[error("cannot read the secret file {}: {detail}", path.display())]
    Unreadable { path: PathBuf, detail: String },
    #[error("the secret file {} can be read by others (mode {mode:04o}): chmod 600 it, and change the secret if others have an account here", path.display())]
    NotPrivate { path: PathBuf, mode: u32 },
    #[error("the secret file {} is empty, larger than 64 KiB, or not UTF-8 text", path.display())]
    NotASecret { path: PathBuf },
}

/// Reads a secret. A trailing line end in a file is not part of it.
pub fn read(secret: &Secret, environment: Environment<'_>) -> Result<SecretString, SecretError> {
    match secret {
        Secret::Env(name) => {
            let value = environment(name).ok_or_else(|| SecretError::NotSet(name.clone()))?;
            match value.into_string() {
                Ok(text) if !text.is_empty() => Ok(SecretString::from(text)),
                _ => Err(SecretError::NotText(name.clone())),
            }
        }
        Secret::File(path) => {
            let unreadable = |error: std::io::Error| SecretError::Unreadable {
                path: path.clone(),
                detail: error.to_string(),
            };
            let metadata = std::fs::metadata(path).map_err(unreadable)?;
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let mode = metadata.permissions().mode() & 0o7777;
                if mode & 0o077 != 0 {
                    return Err(SecretError::NotPrivate { path: path.clone(), mode });
                }
            }
            if !metadata.is_file() || metadata.len() > MOST_BYTES {
                return Err(SecretError::NotASecret { path: path.clone() });
            }
            let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
                std::io::ErrorKind::InvalidData => SecretError::NotASecret { path: path.clone() },
                _ => unreadable(error),
            })?;
            let kept = text.strip_suffix('\n').unwrap_or(&text);
            let kept = kept.strip_suffix('\r').unwrap_or(kept).len();
            let mut text = text;
            text.truncate(kept);
            if text.is_empty() {
                return Err(SecretError::NotASecret { path: path.clone() });
            }
            Ok(SecretString::from(text))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::path::Path;

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
}
