//! Paths in units, as systemd reads them: it splits lists at spaces, knows quotes and backslashes, replaces `%x`, and in commands `$x`
//! (systemd.syntax(7), systemd.service(5)).

use std::path::Path;

use anyhow::bail;

/// A path as text that can stand in a unit at all.
fn text(path: &Path) -> anyhow::Result<&str> {
    let Some(text) = path.to_str() else {
        bail!("{} is not valid Unicode, and a unit cannot name it. Rename the folder", path.display());
    };
    // The line goes on after a backslash at its end, and blanks at its end are cut.
    let awkward = text.chars().any(char::is_control) || text.ends_with(['\\', ' ']) || text.starts_with(' ');
    if awkward || !path.is_absolute() {
        bail!(
            "{} has a control character, or ends in a space or backslash, and a unit cannot name it. Rename the folder",
            text.escape_debug()
        );
    }
    Ok(text)
}

/// A path that is the whole value of a setting.
pub(super) fn whole(path: &Path) -> anyhow::Result<String> {
    Ok(text(path)?.replace('%', "%%"))
}

/// A path in a list, or the program of a command.
pub(super) fn word(path: &Path) -> anyhow::Result<String> {
    Ok(quoted(text(path)?))
}

/// The same; it need not be there.
pub(super) fn optional_word(path: &Path) -> anyhow::Result<String> {
    Ok(quoted(&format!("-{}", text(path)?)))
}

/// A path that is an argument of a command.
pub(super) fn argument(path: &Path) -> anyhow::Result<String> {
    Ok(quoted(text(path)?).replace('$', "$$"))
}

fn quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-+:@".contains(letter);
    if text.chars().all(plain) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%"))
}

/// A word of a shell's command line.
pub(super) fn shell(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-+:@".contains(letter);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_systemd_would_replace_or_split_is_escaped() {
        let path = Path::new("/srv/my club/50%h $HOME \"x\" \\n é");
        assert_eq!(whole(path).unwrap(), "/srv/my club/50%%h $HOME \"x\" \\n é");
        assert_eq!(word(path).unwrap(), "\"/srv/my club/50%%h $HOME \\\"x\\\" \\\\n é\"");
        assert_eq!(argument(path).unwrap(), "\"/srv/my club/50%%h $$HOME \\\"x\\\" \\\\n é\"");
        assert_eq!(argument(Path::new("/srv/club-2/passeur.toml")).unwrap(), "/srv/club-2/passeur.toml");
        assert_eq!(shell("it's 1"), "'it'\\''s 1'");
    }

    #[test]
    fn what_no_unit_can_say_is_refused() {
        for path in ["/srv/a\nExecStartPre=x", "/srv/a\\", "/srv/a ", "srv/a", "/srv/\u{7}"] {
            assert!(whole(Path::new(path)).is_err(), "{path:?}");
        }
    }
}
