//! Inputs that are made to hurt, and what each comes to.
//!
//! A case is an input, built byte by byte, and what the program makes of it: the exit code, the
//! issues, and what is still delivered from beside the trap. [`hostile!`] makes a test of each case
//! and the list that `docs/HOSTILE.md` is generated from. Whatever the input: no panic, no signal,
//! every entry counted, no more memory than promised, an end in time, nothing written but the
//! output, and no secret in clear anywhere.

/// Makes a test of each case, and `CASES`, the list of them.
///
/// `zip_07_offset: "what it is" => Case::refused("bad_offset", bytes);`: the number is that of the
/// list that the cases were made from, `more` for those that came later. A case that is not met
/// yet is told so: `#[ignore = "why"]` before its name.
macro_rules! hostile {
    ($($(#[ignore = $unmet:literal])? $test:ident: $what:literal => $case:expr;)*) => {
        pub(super) const CASES: &[$crate::hostile::Listed] = &[$($crate::hostile::Listed {
            test: stringify!($test),
            what: $what,
            unmet: { let unmet: &[&str] = &[$($unmet)?]; unmet.first().copied() },
            case: $case,
        }),*];

        $(
            #[test]
            $(#[ignore = $unmet])?
            fn $test() {
                let case: $crate::hostile::Case = $case;
                case.check();
            }
        )*
    };
}

mod bombs;
mod case;
mod encryption;
mod files;
mod names;
mod nested;
#[path = "../../../src/archive/tests/pack.rs"]
#[allow(dead_code, reason = "shared with the unit tests, which use other parts of it")]
mod pack;
mod rar;
#[path = "../../../src/archive/tests/rar5.rs"]
mod rar5;
mod sevenz;
mod streams;
mod table;
mod text;
mod zip;

use self::case::{Case, Listed};

/// All cases, in the order of the document.
const ALL: &[(&str, &[Listed])] = &[
    ("ZIP", zip::CASES),
    ("Streams and tars", streams::CASES),
    ("Archives in archives", nested::CASES),
    ("Bombs", bombs::CASES),
    ("Encryption", encryption::CASES),
    ("7z", sevenz::CASES),
    ("RAR", rar::CASES),
    ("Names", names::CASES),
    ("Texts", text::CASES),
    ("Files", files::CASES),
];

/// A line that tells of the login `host`.example.com; what is delivered is told by `host`.
fn login(host: &str) -> Vec<u8> {
    format!("https://{host}.example.com/login:user@example.org:{SECRET}\n").into_bytes()
}

/// The password in every [`login`].
const SECRET: &str = "Inv3nted!word";
