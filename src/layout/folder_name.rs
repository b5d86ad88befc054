//! What the name of a log's folder says about the infected machine.
//!
//! It is weaker evidence than the system file, but the only one for logs without it. The patterns
//! are those of known families and resellers; the last is for names that nobody listed.

use std::net::IpAddr;
use std::sync::LazyLock;

use regex::bytes::{Regex, RegexBuilder};

/// The facts in the name of a folder, as they are written there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FolderFacts<'n> {
    /// Two letters; none where the name says that it is not known.
    pub country: Option<&'n [u8]>,
    /// An address.
    pub ip: Option<&'n [u8]>,
    /// The hardware id that the malware made up.
    pub hwid: Option<&'n [u8]>,
    /// When the log was taken, such as `2024_05_12T10_11_12_1234567` or `12-05-24`.
    pub taken_at: Option<&'n [u8]>,
    /// The computer's name.
    pub computer: Option<&'n [u8]>,
    /// The user's name.
    pub user: Option<&'n [u8]>,
}

/// How surely a folder with some name is a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameStrength {
    /// The name says nothing.
    None,
    /// Only together with content: other folders are called so too.
    Weak,
    /// Nothing else is called so.
    Strong,
}

/// The facts in the name of a log's folder.
///
/// ```
/// use logsieve::layout::folder_facts;
/// let facts = folder_facts(b"US_203.0.113.10_2024_05_12_10_11_12");
/// assert_eq!(facts.country, Some(&b"US"[..]));
/// assert_eq!(facts.ip, Some(&b"203.0.113.10"[..]));
/// assert_eq!(facts.taken_at, Some(&b"2024_05_12_10_11_12"[..]));
/// ```
pub fn folder_facts(name: &[u8]) -> FolderFacts<'_> {
    let captures = find(name).and_then(|(_, regex)| regex.captures(name));
    let Some(captures) = captures else { return FolderFacts::default() };
    let group = |group: &str| captures.name(group).map(|found| found.as_bytes());
    FolderFacts {
        country: group("cc").filter(|country| is_country(country)),
        ip: group("ip").filter(|ip| is_address(ip)),
        hwid: group("hwid"),
        taken_at: group("ts"),
        computer: group("pc"),
        user: group("user"),
    }
}

pub(super) fn strength(name: &[u8]) -> NameStrength {
    find(name).map_or(NameStrength::None, |(pattern, _)| pattern.strength)
}

/// Whether an address or a date may stand in a name: without one, it is not that of one machine
/// only.
pub(super) fn may_name_a_machine(name: &[u8]) -> bool {
    let digits = name.iter().filter(|byte| byte.is_ascii_digit()).count();
    let dots = name.iter().filter(|&&byte| byte == b'.').count();
    let has_year = || name.windows(3).any(|part| matches!(part, [b'_' | b'[' | b' ', b'2', b'0']));
    digits >= 4 && (dots >= 3 || has_year())
}

struct Pattern {
    strength: NameStrength,
    exact: Regex,
    any_case: Regex,
}

/// `⟨CC⟩`, `⟨IP⟩`, `⟨TS⟩` and `⟨_⟩` stand for what they say; `⟨_⟩` may be missing.
const PATTERNS: &[(NameStrength, &str)] = &[
    // RedLine, META, aggregators
    (NameStrength::Strong, r"^\[?⟨CC⟩\]?⟨_⟩\[?(?<hwid>[0-9A-Za-z]{31,32})\]?⟨_⟩\[?⟨TS⟩\]?$"),
    (NameStrength::Strong, r"^\[?⟨CC⟩\]?⟨_⟩\[?(?<hwid>[0-9A-F]{31,32})\]?$"),
    // Lumma
    (NameStrength::Strong, r"^\[?⟨CC⟩\]?⟨_⟩\[(?<hwid>[\w-]{8,64})\]⟨_⟩\[?⟨TS⟩\]?$"),
    (NameStrength::Strong, r"^\[⟨CC⟩\]⟨_⟩\[?⟨IP⟩\]?$"),
    (NameStrength::Strong, r"^⟨CC⟩[_ ]⟨IP⟩-(?<hwid>\w+)$"),
    // StealC
    (NameStrength::Strong, r"^\[?⟨CC⟩\]?⟨_⟩\[?⟨IP⟩\]?[ _-]+\[?⟨TS⟩\]?$"),
    // numbered
    (NameStrength::Strong, r"^\w+?[_ ]\[?⟨CC⟩\]?[_ ]⟨IP⟩[_ ](?<ts>\d\d-\d\d-\d\d)$"),
    // a channel, counting
    (NameStrength::Strong, r"^\[⟨CC⟩\]⟨_⟩@\w+?⟨_⟩\(\d+\)$"),
    (NameStrength::Weak, r"^ADMIN[_ ]@\w+?⟨_⟩\(\d+\)$"),
    (
        NameStrength::Strong,
        r"^@\w+?[ _]\d+[ _]\[?⟨CC⟩\]?[ _]⟨IP⟩[ _](?<hwid>\w+?)[ _](?<ts>\d{8}_\d{6})$",
    ),
    // CryptBot
    (NameStrength::Strong, r"^⟨CC⟩_(?<ts>\d{4}_\d\d_\d\d_\d\d_\d\d)_\w{6}$"),
    // PXA
    (NameStrength::Strong, r"^\[⟨CC⟩[_ ]⟨IP⟩\]⟨_⟩(?<pc>[^ _-].*)$"),
    // Raccoon
    (NameStrength::Weak, r"^(?<hwid>[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12})[_|](?<user>.+)$"),
    // a configuration of RedLine's kin
    (NameStrength::Strong, r"^⟨CC⟩_.+_optimization\d+-\w+$"),
    // StormKitty and its kin
    (NameStrength::Weak, r"^(?<user>[^@]+)@(?<pc>.+)_[a-z]{2}-[A-Z]{2}$"),
    // Exela
    (NameStrength::Weak, r"^\w+?__(?<pc>.+)$"),
    // nobody in particular
    (NameStrength::Strong, r"^\[?⟨CC⟩\]?[ _-]*\[?⟨IP⟩\]?(?:[ _-].*)?$"),
    (NameStrength::Weak, r"^\[?⟨IP⟩\]?(?:[ _-]*\[?⟨CC⟩\]?)?$"),
];

static COMPILED: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let pattern = |(strength, text): &(NameStrength, &str)| {
        let text = text
            .replace("⟨CC⟩", r"(?<cc>[A-Z]{2}|\?\?|[TAO][12]|UNKNOWN|UNK|NONE|NULL)")
            .replace("⟨IP⟩", r"(?<ip>\d{1,3}(?:\.\d{1,3}){3}|[0-9A-F]{0,4}(?::[0-9A-F]{0,4}){2,7})")
            .replace(
                "⟨TS⟩",
                r"(?<ts>\d{4}[_.-]\d\d[_.-]\d\d[T_ -]+\d\d[_.:-]\d\d[_.:-]\d\d(?:[._]\d+)?)",
            )
            .replace("⟨_⟩", "[ _-]*");
        let compile =
            |any_case| RegexBuilder::new(&text).unicode(false).case_insensitive(any_case).build();
        Some(Pattern {
            strength: *strength,
            exact: compile(false).ok()?,
            any_case: compile(true).ok()?,
        })
    };
    PATTERNS.iter().filter_map(pattern).collect()
});

/// Longer names are no names of logs, in bytes.
const NAME_BYTES: usize = 255;

/// The first pattern that `name` has, case counting before not.
fn find(name: &[u8]) -> Option<(&'static Pattern, &'static Regex)> {
    // Nothing shorter fits, and most folders end here.
    let could_fit = name.iter().any(|byte| b"@_.:[".contains(byte));
    if !(6..=NAME_BYTES).contains(&name.len()) || !could_fit {
        return None;
    }
    let exact = COMPILED.iter().map(|pattern| (pattern, &pattern.exact));
    let any_case = COMPILED.iter().map(|pattern| (pattern, &pattern.any_case));
    exact.chain(any_case).find(|(_, regex)| regex.is_match(name))
}

fn is_country(text: &[u8]) -> bool {
    let unknown = ["UN", "ZZ", "XX", "T1"];
    text.len() == 2
        && text.iter().all(u8::is_ascii_alphabetic)
        && !unknown.iter().any(|name| text.eq_ignore_ascii_case(name.as_bytes()))
}

fn is_address(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| text.parse::<IpAddr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(COMPILED.len(), PATTERNS.len());
    }

    /// `name => country ip hwid taken_at computer user`, `-` for none.
    fn facts(name: &str) -> String {
        let facts = folder_facts(name.as_bytes());
        [facts.country, facts.ip, facts.hwid, facts.taken_at, facts.computer, facts.user]
            .map(|fact| fact.map_or("-".into(), String::from_utf8_lossy).into_owned())
            .join(" ")
    }

    #[test]
    fn names_of_families_and_resellers_are_read() {
        let id = "0123456789ABCDEF0123456789ABCDEF";
        let short = &id[1..];
        for (name, expected) in [
            (
                format!("US[{id}] [2024_05_12T10_11_12_1234567]"),
                format!("US - {id} 2024_05_12T10_11_12_1234567 - -"),
            ),
            (
                format!("DE{short}_2024_05_12T10_11_12.123456"),
                format!("DE - {short} 2024_05_12T10_11_12.123456 - -"),
            ),
            (
                format!("UNKNOWN[{id}]_[2024_05_12T10_11_12]"),
                format!("- - {id} 2024_05_12T10_11_12 - -"),
            ),
            (
                "US[0123456789ABCDEF][2024_05_12T10_11_12]".into(),
                "US - 0123456789ABCDEF 2024_05_12T10_11_12 - -".into(),
            ),
            ("[US]203.0.113.10".into(), "US 203.0.113.10 - - - -".into()),
            ("us_203.0.113.10-0a1b".into(), "us 203.0.113.10 0a1b - - -".into()),
            (
                "ZZ_203.0.113.10_2024_05_12 10_11_12".into(),
                "- 203.0.113.10 - 2024_05_12 10_11_12 - -".into(),
            ),
            ("0017_FR_203.0.113.10_12-05-24".into(), "FR 203.0.113.10 - 12-05-24 - -".into()),
            ("[UN]@example (12)".into(), "- - - - - -".into()),
            ("[BR]@example (12)".into(), "BR - - - - -".into()),
            (
                "@example 12 [BR]_203.0.113.10_0a1b_20240512_101112".into(),
                "BR 203.0.113.10 0a1b 20240512_101112 - -".into(),
            ),
            ("IT_2024_05_12_10_11_AbCd12".into(), "IT - - 2024_05_12_10_11 - -".into()),
            (
                "[VN_203.0.113.10]_DESKTOP-EXAMPLE".into(),
                "VN 203.0.113.10 - - DESKTOP-EXAMPLE -".into(),
            ),
            ("user1@DESKTOP-EXAMPLE_en-US".into(), "- - - - DESKTOP-EXAMPLE user1".into()),
            ("0A1B2C__DESKTOP-EXAMPLE".into(), "- - - - DESKTOP-EXAMPLE -".into()),
            ("??_203.0.113.10_x".into(), "- 203.0.113.10 - - - -".into()),
            ("[PL] 203.0.113.10 - 12.05.2024".into(), "PL 203.0.113.10 - - - -".into()),
            ("US_203.0.999.10".into(), "US - - - - -".into()),
        ] {
            assert_eq!(facts(&name), expected, "{name}");
        }
    }

    #[test]
    fn names_are_read_as_re_packers_change_them() {
        let id = "0123456789ABCDEF0123456789ABCDEF";
        for (name, expected) in [
            (
                format!("[US] [{id}] 2024-05-12 10-11-12"),
                format!("US - {id} 2024-05-12 10-11-12 - -"),
            ),
            (format!("US_{id}"), format!("US - {id} - - -")),
            (format!("US[{id}]"), format!("US - {id} - - -")),
            (
                format!("UN[{id}] [2024_05_12T10_11_12]"),
                format!("- - {id} 2024_05_12T10_11_12 - -"),
            ),
            ("[US] [203.0.113.10]".into(), "US 203.0.113.10 - - - -".into()),
            (
                "[US]_203.0.113.10_[2024_05_12_10_11_12]".into(),
                "US 203.0.113.10 - 2024_05_12_10_11_12 - -".into(),
            ),
            (
                "US_203.0.113.10_2024-05-12_10-11-12".into(),
                "US 203.0.113.10 - 2024-05-12_10-11-12 - -".into(),
            ),
            ("17_[FR]_203.0.113.10_12-05-24".into(), "FR 203.0.113.10 - 12-05-24 - -".into()),
            ("[BR]_@example_(12)".into(), "BR - - - - -".into()),
            (
                "@example_12_[BR]_203.0.113.10_0a1b_20240512_101112".into(),
                "BR 203.0.113.10 0a1b 20240512_101112 - -".into(),
            ),
            ("UNKNOWN_2024_05_12_10_11_AbCd12".into(), "- - - 2024_05_12_10_11 - -".into()),
            (
                "[VN_203.0.113.10] DESKTOP-EXAMPLE".into(),
                "VN 203.0.113.10 - - DESKTOP-EXAMPLE -".into(),
            ),
            (
                "01234567-89AB-CDEF-0123-456789ABCDEF_user1".into(),
                "- - 01234567-89AB-CDEF-0123-456789ABCDEF - - user1".into(),
            ),
            ("DE_1.2_x64_optimization0-0a1b2c".into(), "DE - - - - -".into()),
            ("203.0.113.10".into(), "- 203.0.113.10 - - - -".into()),
            ("203.0.113.10_US".into(), "US 203.0.113.10 - - - -".into()),
            ("T1_203.0.113.10".into(), "- 203.0.113.10 - - - -".into()),
            ("A1_203.0.113.10".into(), "- 203.0.113.10 - - - -".into()),
            ("[US]2001:db8::1".into(), "US 2001:db8::1 - - - -".into()),
            ("US_12:34:56".into(), "US - - - - -".into()),
        ] {
            assert_eq!(facts(&name), expected, "{name}");
        }
    }

    #[test]
    fn names_of_other_folders_say_nothing() {
        for name in [
            "",
            "Cookies",
            "Profile_1",
            "Google_[Chrome]_Default",
            "Google_[Chrome]_Default_Metamask",
            "@ExampleCloud 500 LOGS 12.05.2024",
            "abcd1234.default-release",
            "4 APRIL - 2950 LOGS",
            "US",
            "Google Chrome_Default",
            "01234567-89ab-cdef-0123-456789abcdef",
            "203.0.113.10 is down",
            "2024_05_12",
        ] {
            assert_eq!(folder_facts(name.as_bytes()), FolderFacts::default(), "{name}");
            assert_eq!(strength(name.as_bytes()), NameStrength::None, "{name}");
        }
        let long = [&b"US_203.0.113.10_"[..], &[b'x'; 70_000]].concat();
        assert_eq!(folder_facts(&long), FolderFacts::default());
    }

    #[test]
    fn foreign_bytes_in_names_are_kept() {
        let facts = folder_facts(b"[US_203.0.113.10]_\xcf\xca-1");
        assert_eq!(facts.computer, Some(&b"\xcf\xca-1"[..]));
    }
}
