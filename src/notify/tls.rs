//! Certificates of `ca_file`.

use std::path::Path;

use super::failure::Failure;

/// Most bytes of such a file.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The certificates of a file in PEM, each by itself.
pub(super) fn certificates(path: &Path) -> Result<Vec<String>, Failure> {
    let failure = |detail: String| {
        Failure::new("notify-fail-ca").with("path", path.display().to_string()).with("detail", detail)
    };
    let size = std::fs::metadata(path).map_err(|error| failure(error.to_string()))?.len();
    if size > MOST_BYTES {
        return Err(failure(format!("{size} bytes")));
    }
    let text = std::fs::read_to_string(path).map_err(|error| failure(error.to_string()))?;
    let found: Vec<String> = text
        .split(BEGIN)
        .skip(1)
        .filter_map(|rest| rest.split_once(END))
        .map(|(body, _)| format!("{BEGIN}{body}{END}\n"))
        .collect();
    if found.is_empty() {
        return Err(failure(format!("no {BEGIN}")));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_hold_several_certificates_and_other_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, format!("# root\n{BEGIN}\nQQ==\n{END}\nkey\n{BEGIN}\nQg==\n{END}\n")).unwrap();
        let found = certificates(&path).unwrap();
        assert_eq!(found, [format!("{BEGIN}\nQQ==\n{END}\n"), format!("{BEGIN}\nQg==\n{END}\n")]);
    }

    #[test]
    fn a_file_without_a_certificate_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        assert_eq!(certificates(&path).unwrap_err().key(), "notify-fail-ca");
        std::fs::write(&path, "nothing").unwrap();
        assert_eq!(certificates(&path).unwrap_err().key(), "notify-fail-ca");
    }
}
