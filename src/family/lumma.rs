//! Lumma (LummaC2): dash lists, and a signed time that its look-alikes lack.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// Lumma.
pub(super) const LUMMA: Family = Family {
    id: "lumma",
    name: "Lumma (LummaC2)",
    fork_of: None,
    marks: &[
        Mark { id: "value:time=(sig:", weight: 6, signs: &[Sign::Value("time", is_signed)] },
        Mark { id: "keys:lidlummaid", weight: 3, signs: &[Sign::Key("lidlummaid")] },
        // Rebrands have both keys below a first line of their own.
        Mark {
            id: "keys:lid+configuration",
            weight: 3,
            signs: &[
                Sign::Spelled("LID"),
                Sign::Key("configuration"),
                Sign::NoKey("redhivestealer"),
                Sign::NoKey("date"),
            ],
        },
        Mark { id: "keys:lummac2build", weight: 2, signs: &[Sign::Key("lummac2build")] },
        // Look-alikes have the same files, and the same keys about the hardware.
        Mark {
            id: "files:allpasswords+brute+system",
            weight: 1,
            signs: &[
                Sign::File("All Passwords.txt"),
                Sign::File("Brute.txt"),
                Sign::File("System.txt"),
            ],
        },
    ],
    date_order: DateOrder::DayFirst,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "System.txt",
            what: "the machine; the seconds in `(sig:…)` are when it was infected, in UTC",
        },
        Read {
            file: "All Passwords.txt, ⟨Browser⟩/⟨Profile⟩/Passwords.txt",
            what: "credentials: SOFT, URL, USER, PASS; a new SOFT begins the next; copies are put \
                   together",
        },
        Read {
            file: "Cookies/Cookies_⟨Browser⟩_dev_⟨Profile⟩.txt, \
                   ⟨Browser⟩/⟨Profile⟩/Cookies_dev.txt",
            what: "cookies, columns separated by TABs",
        },
        Read {
            file: "⟨Browser⟩/⟨Profile⟩/Autofills.txt", what: "e-mail addresses: FORM, VALUE"
        },
        Read {
            file: "GoogleAccounts/, Applications/, CreditCards/, Wallets/",
            what: "tokens, cards and wallets, counted",
        },
        Read { file: "Brute.txt", what: "passwords without a login: gives nothing" },
        Read {
            file: "Important Files/…",
            what: "searched for watched names; its logins are never sure",
        },
    ],
    ambiguities: &[
        "Without a signature `Time` is taken for UTC where `Local Date` stands beside it, unless \
         it names a zone.",
        "`Country` sometimes holds an address, which is no country.",
        "`LID` is the operator, not the machine.",
        "Look-alikes have the same lists and files: no family is named where neither a signature \
         nor a key of Lumma's own is left.",
    ],
    examples: EXAMPLES,
};

/// A time with `(sig:`, epoch seconds, `.` and a hexadecimal signature behind it.
fn is_signed(value: &[u8]) -> bool {
    let Some(start) = memchr::memmem::find(value, b"(sig:") else { return false };
    let rest = value.get(start + b"(sig:".len()..).unwrap_or_default();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits >= 9 && rest.get(digits) == Some(&b'.')
}

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: "\
# Buy now: TG @example_seller
- LummaC2 Build: Jan 02 2024
- LID: AbCdEf--NAME
- Configuration: 0123456789abcdef0123456789abcdef
- Path: C:\\Temp\\setup.exe

- OS Version: Windows 10 Pro (10.0.19045) x64
- Local Date: 30.06.2025 10:20:30
- Install Date: 20.04.2024 10:20:30
- Computer:DESKTOP-EXAMPLE
- HWID: 0123456789ABCDEF
- CPU Vendor: GenuineIntel

- IP Address: 203.0.113.10
- Time: 30.06.2025 06:20:30 (sig:1751264430.0123456789abcdef0123456789abcdef)
- Country: US
",
        names: &["System.txt", "All Passwords.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "an old build without a signature",
        system: "- LummaC2, Build: Dec 02 2023\n- LID (Lumma ID): AbCdEf\n- PC: DESKTOP-EXAMPLE\n",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "a look-alike with the same dashes, keys and files",
        system: "\
- Redhive Stealer: 30.06.2025
- Lid: AbCdEf
- Configuration: 0123
- OS Version: Windows 10 Pro
- Computer: DESKTOP-EXAMPLE
- Time: 30.06.2025 06:20:30
",
        names: &["System.txt", "All Passwords.txt", "Brute.txt"],
        expected: Expected::NotThis,
    },
    Example {
        what: "a rebrand with the same keys and files",
        system: "\
- Date : Build: Jan 02 2024
- LID: AbCdEf
- Configuration: 0123456789abcdef0123456789abcdef
- CPU Vendor: GenuineIntel
- CPU Threads: 12
- Anti Virus:
\t- Windows Defender
- Time: 30.06.2025 06:20:30
",
        names: &["System.txt", "All Passwords.txt", "Brute.txt"],
        expected: Expected::NotThis,
    },
    Example {
        what: "stripped of all that is not hardware",
        system: "\
- HWID: 0123456789ABCDEF
- CPU Vendor: GenuineIntel
- CPU Threads: 12
- Anti Virus:
\t- Windows Defender
",
        names: &["System.txt", "All Passwords.txt", "Brute.txt"],
        expected: Expected::NotThis,
    },
    Example {
        what: "the brand in a seller's line",
        system: "LUMMAC2 LOGS: @example\n- HWID: 0123\n- CPU Vendor: GenuineIntel\n",
        names: &[],
        expected: Expected::NotThis,
    },
];
