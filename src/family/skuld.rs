//! Skuld: tables of fixed width, a folder for every profile, and nothing about the machine.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Skuld.
pub(super) const SKULD: Family = Family {
    id: "skuld",
    name: "Skuld",
    fork_of: None,
    marks: &[Mark {
        id: "files:browsers/⟨browser⟩/⟨profile⟩/{logins,cookies,history}",
        weight: 2,
        signs: &[
            Sign::Path(|path| matches!(file_of_profile(path), Some(b"logins.txt"))),
            Sign::Path(|path| matches!(file_of_profile(path), Some(b"cookies.txt"))),
            Sign::Path(is_third_file),
        ],
    }],
    date_order: DateOrder::Unknown,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "browsers/⟨browser⟩/⟨profile⟩/logins.txt",
            what: "logins, a row each: the header line says where the columns are, longer values \
                   push the rest of their row to the right",
        },
        Read { file: "browsers/⟨browser⟩/⟨profile⟩/cookies.txt", what: "cookies" },
        Read {
            file: "browsers/⟨browser⟩/⟨profile⟩/credit_cards.txt", what: "their number"
        },
    ],
    ambiguities: &[
        "it is told by names alone, so never with more than low confidence",
        "a value with spaces that is longer than its column may be cut at one of them",
    ],
    examples: EXAMPLES,
};

/// The file in `browsers/⟨browser⟩/⟨profile⟩/⟨file⟩`.
fn file_of_profile(path: &[u8]) -> Option<&[u8]> {
    let mut parts = path.strip_prefix(b"browsers/")?.split(|&byte| byte == b'/');
    let file = parts.nth(2)?;
    parts.next().is_none().then_some(file)
}

fn is_third_file(path: &[u8]) -> bool {
    let file = file_of_profile(path);
    matches!(file, Some(b"history.txt" | b"downloads.txt" | b"credit_cards.txt"))
}

const EXAMPLES: &[Example] = &[
    Example {
        what: "the files of a profile",
        system: "",
        names: &[
            "browsers/chrome/default/logins.txt",
            "browsers/chrome/default/cookies.txt",
            "browsers/chrome/default/credit_cards.txt",
        ],
        expected: Expected::This(Confidence::Low),
    },
    Example {
        what: "StormKitty's tree",
        system: "",
        names: &[
            "Browsers/Chrome/Passwords.txt",
            "Browsers/Chrome/Cookies.txt",
            "Browsers/Chrome/History.txt",
        ],
        expected: Expected::NotThis,
    },
    Example {
        what: "the files without their tree",
        system: "",
        names: &["logins.txt", "cookies.txt", "history.txt"],
        expected: Expected::NotThis,
    },
];
