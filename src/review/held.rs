//! Why a file is held, in words.

use crate::finding::text::Texts;
use crate::finding::visible::visible;
use crate::store::{HoldCode, OutboundRecord};

/// Why a file is held, in the operator's language where the kind says all of it; else as it was entered.
pub fn held_reason(texts: Texts, file: &OutboundRecord) -> String {
    let Some(held) = &file.held else { return String::new() };
    let key = match held.code {
        // Entered in the language of the project, with its numbers.
        HoldCode::TooManyRejected
        | HoldCode::TooFewSubsections
        | HoldCode::Guard
        | HoldCode::Shrunk
        | HoldCode::OutsideBand
        | HoldCode::SendsMail
        | HoldCode::SetIncomplete
        | HoldCode::TooLarge
        | HoldCode::DayPast => {
            return visible(&held.text).into_owned();
        }
        HoldCode::NameTaken
        | HoldCode::PermissionDenied
        | HoldCode::DiskFull
        | HoldCode::ServerRefused
        | HoldCode::NoSafeRename
        | HoldCode::DestinationChanged
        | HoldCode::Uncertain
        | HoldCode::Vanished
        | HoldCode::StagedFileChanged => format!("hold-{}", held.code),
    };
    let args = [
        ("name", file.name.as_str().into()),
        ("destination", file.destination.as_str().into()),
        ("address", file.address.as_deref().unwrap_or_default().into()),
        ("path", file.staged_path.display().to_string().into()),
        ("detail", held.text.as_str().into()),
    ];
    texts.say(&key, &args)
}
