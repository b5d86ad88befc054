//! Which browser and profile a label or the path of a file names.
//!
//! Families write them in many ways (`Google_[Chrome]_Default`, `Chrome [Profile: Default]`,
//! `Chrome/Default/…`), so a text is taken apart into words and a known browser is looked for at
//! their beginning. What is not known stays unnamed.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::text::to_utf8;

/// A browser and a profile in it, written for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BrowserLabel {
    /// Such as `Google Chrome` or `Chrome`: the vendor stands there if the family writes it.
    pub browser: Option<String>,
    /// Such as `Default` or `Profile 1`.
    pub profile: Option<String>,
}

/// The names of browsers, as people write them.
const BROWSERS: &[&str] = &[
    "360 Browser",
    "360 Secure Browser",
    "360Chrome",
    "7Star",
    "Amigo",
    "Arc",
    "Atom",
    "Avast",
    "Avast Browser",
    "Avast Secure Browser",
    "AVG Browser",
    "AVG Secure Browser",
    "Basilisk",
    "BlackHawk",
    "Blisk",
    "Brave",
    "Brave Browser",
    "Brave Software Brave Browser",
    "BraveSoftware Brave Browser",
    "CatalinaGroup Citrio",
    "CCleaner Browser",
    "Cent Browser",
    "Chedot",
    "Chrome",
    "Chrome Beta",
    "Chrome Canary",
    "Chrome SxS",
    "ChromePlus",
    "Chromium",
    "Chromodo",
    "Citrio",
    "Coc Coc",
    "CocCoc Browser",
    "Comodo",
    "Comodo Dragon",
    "Coowon",
    "CyberFox",
    "DuckDuckGo",
    "Edge",
    "Edge Beta",
    "Edge Chromium",
    "Edge Dev",
    "Elements Browser",
    "Epic",
    "Epic Privacy Browser",
    "Falkon",
    "Fenrir Sleipnir",
    "Firefox",
    "Firefox Nightly",
    "Ghost Browser",
    "Google Chrome",
    "Google Chrome Beta",
    "Google Chrome Canary",
    "Google Chrome SxS",
    "Google Chromium",
    "IceCat",
    "IceDragon",
    "Internet Explorer",
    "Iridium",
    "K-Meleon",
    "Kometa",
    "Liebao",
    "LibreWolf",
    "Mail.Ru Atom",
    "MapleStudio ChromePlus",
    "Maxthon",
    "Maxthon3",
    "Microsoft Edge",
    "Microsoft Edge Beta",
    "Microsoft Internet Explorer",
    "Mozilla Firefox",
    "Mozilla IceCat",
    "Mozilla Thunderbird",
    "Naver Whale",
    "Nichrome",
    "Opera",
    "Opera Crypto",
    "Opera GX",
    "Opera GX Stable",
    "Opera Neon",
    "Opera Software Opera GX Stable",
    "Opera Software Opera Stable",
    "Opera Stable",
    "Orbitum",
    "Pale Moon",
    "QIP Surf",
    "QQ Browser",
    "QQBrowser",
    "Rockmelt",
    "Safari",
    "SeaMonkey",
    "Sidekick",
    "Sleipnir",
    "SLBrowser",
    "Slimjet",
    "Sogou Explorer",
    "Sputnik",
    "SRWare Iron",
    "Superbird",
    "Suhba",
    "Thunderbird",
    "Tor Browser",
    "Torch",
    "UC Browser",
    "UCBrowser",
    "Ulaa",
    "Uran",
    "Vivaldi",
    "Waterfox",
    "Whale",
    "Yandex",
    "Yandex Browser",
    "YandexBrowser",
    "Zen Browser",
];

/// Short forms that would say little to people.
const ALIASES: &[(&str, &str)] = &[
    ("ie", "Internet Explorer"),
    ("internetexplorer", "Internet Explorer"),
    ("msedge", "Microsoft Edge"),
    ("bravesoftwarebravebrowser", "Brave Browser"),
    ("operasoftwareoperagxstable", "Opera GX"),
    ("operasoftwareoperastable", "Opera"),
];

static NAMES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let names = BROWSERS.iter().map(|&name| (squashed(name), name));
    names.chain(ALIASES.iter().map(|&(alias, name)| (alias.to_owned(), name))).collect()
});

/// The most words that the name of a browser has.
const NAME_WORDS: usize = 6;
/// Longer labels are not looked at, in bytes.
const LABEL_BYTES: usize = 256;

/// The browser and profile in the value of a label such as `Application:` or `Soft:`.
///
/// ```
/// use logsieve::layout::browser_label;
/// let label = browser_label(b"Google_[Chrome]_Profile_1");
/// assert_eq!(label.browser.as_deref(), Some("Google Chrome"));
/// assert_eq!(label.profile.as_deref(), Some("Profile 1"));
/// assert_eq!(browser_label(b"@example_seller").browser, None);
/// ```
pub fn browser_label(label: &[u8]) -> BrowserLabel {
    if label.len() > LABEL_BYTES {
        return BrowserLabel::default();
    }
    let found = read(&words(&to_utf8(label)));
    // One re-packer writes the file that a login stood in.
    if found.browser.is_none() && label.ends_with(b".txt") {
        return browser_of_path(label);
    }
    found
}

/// The browser and profile in the path of a file inside a log.
///
/// ```
/// use logsieve::layout::browser_of_path;
/// let label = browser_of_path(b"Cookies/Cookies_Chrome_dev_Default.txt");
/// assert_eq!(label.browser.as_deref(), Some("Chrome"));
/// assert_eq!(label.profile.as_deref(), Some("Default"));
/// ```
pub fn browser_of_path(path_inside_log: &[u8]) -> BrowserLabel {
    let mut parts = path_inside_log.rsplit(|&byte| byte == b'/');
    let file = parts.next().unwrap_or_default();
    let of_file = of_name(without_extension(file));
    if of_file.browser.is_some() {
        return of_file;
    }
    let mut profile = None;
    for folder in parts.take(8) {
        let found = of_name(folder);
        if found.browser.is_some() {
            return BrowserLabel { browser: found.browser, profile: found.profile.or(profile) };
        }
        profile = folder_profile(folder).or(profile);
    }
    BrowserLabel::default()
}

/// Whether the name of a folder, or of a file without its suffix, is a browser's and nothing else.
pub(super) fn is_browser(name: &[u8]) -> bool {
    let found = of_name(name);
    let is_standard = |profile: &String| folder_profile(profile.as_bytes()).is_some();
    found.browser.is_some() && found.profile.as_ref().is_none_or(is_standard)
}

/// Whether a folder holds what was stolen from one profile of a browser.
pub(super) fn is_profile(name: &[u8]) -> bool {
    folder_profile(name).is_some()
}

fn folder_profile(name: &[u8]) -> Option<String> {
    if name.len() > LABEL_BYTES {
        return None;
    }
    let text = to_utf8(name);
    let words = words(&text);
    let is_standard = match *words.as_slice() {
        [word] => {
            word.eq_ignore_ascii_case("default")
                || numbered_profile(word).is_some()
                || is_gecko_profile(word)
        }
        [first, second] => {
            let is_name = ["guest", "system"].iter().any(|name| first.eq_ignore_ascii_case(name));
            (first.eq_ignore_ascii_case("profile") && is_number(second))
                || (is_name && second.eq_ignore_ascii_case("profile"))
        }
        _ => false,
    };
    if is_standard { profile(&words) } else { None }
}

/// The label in the name of a file or folder, between words such as `Cookies` and `Network`.
fn of_name(name: &[u8]) -> BrowserLabel {
    if name.len() > LABEL_BYTES {
        return BrowserLabel::default();
    }
    let text = to_utf8(name);
    let words = words(&text);
    let leading = words.iter().take_while(|word| is_role_word(word)).count();
    read(words.get(leading..).unwrap_or_default())
}

/// A known browser at the beginning of `words`, and the profile behind it.
fn read(words: &[&str]) -> BrowserLabel {
    let mut name = String::new();
    let mut known = None;
    for (count, word) in (1..=NAME_WORDS).zip(words) {
        name.push_str(&squashed(word));
        if let Some(browser) = NAMES.get(&name) {
            known = Some((*browser, words.get(count..).unwrap_or_default()));
        }
    }
    let Some((browser, mut rest)) = known else { return BrowserLabel::default() };
    // Lumma marks the files that it got through the debugging port.
    if let [first, others @ ..] = rest
        && first.eq_ignore_ascii_case("dev")
    {
        rest = others;
    }
    let end = rest.iter().position(|word| is_role_word(word) || is_version(word));
    let rest = rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest);
    BrowserLabel { browser: Some(browser.to_owned()), profile: profile(rest) }
}

/// The profile in the words behind a browser, without what belongs to other things.
fn profile(words: &[&str]) -> Option<String> {
    match *words {
        [] => None,
        [first, ..] if first.eq_ignore_ascii_case("default") => Some("Default".to_owned()),
        [first, ..] if is_gecko_profile(first) => Some(first.to_owned()),
        [first, second, ..] if first.eq_ignore_ascii_case("profile") => {
            Some(if is_number(second) {
                format!("Profile {second}")
            } else if second.eq_ignore_ascii_case("default") {
                "Default".to_owned()
            } else {
                words.get(1..)?.join(" ")
            })
        }
        [first] if numbered_profile(first).is_some() => {
            numbered_profile(first).map(|number| format!("Profile {number}"))
        }
        [first] if first.eq_ignore_ascii_case("profile") => None,
        _ => Some(words.join(" ")),
    }
}

/// The number in `Profile1`.
fn numbered_profile(word: &str) -> Option<&str> {
    let (name, number) = word.split_at_checked("profile".len())?;
    (name.eq_ignore_ascii_case("profile") && is_number(number)).then_some(number)
}

/// `abcd1234.default-release`.
fn is_gecko_profile(word: &str) -> bool {
    word.split_once('.').is_some_and(|(id, name)| {
        id.len() == 8
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && name.starts_with("default")
    })
}

/// `(132.0.6834.15)`.
fn is_version(word: &str) -> bool {
    word.matches('.').count() >= 2 && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Words that stand beside the browser in the names of files.
fn is_role_word(word: &str) -> bool {
    const ROLES: &[&str] = &[
        "autofill",
        "autofills",
        "browser",
        "cookie",
        "cookies",
        "extension",
        "fresh",
        "history",
        "logins",
        "network",
        "password",
        "passwords",
        "restore",
        "token",
        "tokens",
    ];
    ROLES.iter().any(|role| word.eq_ignore_ascii_case(role))
}

/// The words of a label: between blanks, `_`, brackets, quotes, `:` and `=`.
fn words(text: &str) -> Vec<&str> {
    let is_between = |c: char| c.is_whitespace() || "_[](){}\"':=|,".contains(c);
    text.split(is_between).filter(|word| !word.is_empty()).collect()
}

/// Lower-case, without ASCII punctuation and blanks.
fn squashed(name: &str) -> String {
    let keeps = |c: &char| c.is_ascii_alphanumeric() || !c.is_ascii();
    name.chars().filter(keeps).map(|c| c.to_ascii_lowercase()).collect()
}

/// A file name without its suffix, if it is one of text files.
fn without_extension(file: &[u8]) -> &[u8] {
    super::role::split_extension(file).0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(label: &BrowserLabel) -> String {
        let or_none = |text: &Option<String>| text.clone().unwrap_or("-".to_owned());
        format!("{} | {}", or_none(&label.browser), or_none(&label.profile))
    }

    #[test]
    fn labels_are_read() {
        for (label, expected) in [
            ("Google_[Chrome]_Default", "Google Chrome | Default"),
            ("Google_[Chrome]_Profile_12", "Google Chrome | Profile 12"),
            ("Google_[Chrome]", "Google Chrome | -"),
            ("Google Chrome [Default]", "Google Chrome | Default"),
            ("Google Chrome (Default)", "Google Chrome | Default"),
            ("Google Chrome [Guest Profile]", "Google Chrome | Guest Profile"),
            ("Chrome Default (132.0.6834.15)", "Chrome | Default"),
            ("Chrome (132.0.6834.15)", "Chrome | -"),
            ("Chrome [Profile: Default]", "Chrome | Default"),
            ("Chrome [Profile: Profile 2]", "Chrome | Profile 2"),
            (
                "Mozilla_[Firefox]_abcd1234.default-release",
                "Mozilla Firefox | abcd1234.default-release",
            ),
            ("Microsoft_[Edge]_Profile_1", "Microsoft Edge | Profile 1"),
            ("[\"Chrome\" = \"Default\"]", "Chrome | Default"),
            ("Opera GX_Default", "Opera GX | Default"),
            ("opera gx stable", "Opera GX Stable | -"),
            ("BraveSoftware_[Brave-Browser]_Default", "Brave Browser | Default"),
            ("google_chrome_default", "Google Chrome | Default"),
            ("msedge", "Microsoft Edge | -"),
            (" Chrome ", "Chrome | -"),
            ("FIREFOX", "Firefox | -"),
            ("", "- | -"),
            ("Default", "- | -"),
            ("Outlook", "- | -"),
            ("@example_chrome_seller", "- | -"),
            ("Chromecast", "- | -"),
            ("https://chrome.example.com/", "- | -"),
            ("Browser/Logins/Chrome_Default[0a1b].txt", "Chrome | Default"),
        ] {
            assert_eq!(shown(&browser_label(label.as_bytes())), expected, "{label}");
        }
    }

    #[test]
    fn paths_are_read() {
        for (path, expected) in [
            ("Cookies/Google_[Chrome]_Default Network.txt", "Google Chrome | Default"),
            ("Cookies/Google_[Chrome]_Default_Network.txt", "Google Chrome | Default"),
            (
                "Cookies/Mozilla_[Firefox]_abcd1234.default Network.txt",
                "Mozilla Firefox | abcd1234.default",
            ),
            ("Chrome/Default/Passwords.txt", "Chrome | Default"),
            ("Chrome/Profile 3/Cookies_dev.txt", "Chrome | Profile 3"),
            ("Chrome/Passwords.txt", "Chrome | -"),
            (
                "Browsers/Mozilla Firefox/abcd1234.default-esr/Cookies.txt",
                "Mozilla Firefox | abcd1234.default-esr",
            ),
            ("Google/Chrome/User Data/Default/Passwords.txt", "Chrome | Default"),
            ("Cookies/Cookies_Chrome_dev_Default.txt", "Chrome | Default"),
            ("Cookies_Chrome_Profile 1.txt", "Chrome | Profile 1"),
            (
                "Cookies/cookies_Mozilla Firefox_abcd1234.default",
                "Mozilla Firefox | abcd1234.default",
            ),
            ("Cookies/Chrome_Profile1.txt", "Chrome | Profile 1"),
            ("Autofill/Google Chrome_Default.txt", "Google Chrome | Default"),
            ("Cookies/Edge_Cookies.txt", "Edge | -"),
            ("Cookies/IE_Cookies.txt", "Internet Explorer | -"),
            ("Restore/Google_[Chrome]_Default Fresh Cookies.txt", "Google Chrome | Default"),
            ("Browser_Chrome_Default/Passwords.json", "Chrome | Default"),
            ("Browser/Logins/Chrome_Default[0a1b].txt", "Chrome | Default"),
            ("Passwords[Opera].txt", "Opera | -"),
            ("ie_passwords.txt", "Internet Explorer | -"),
            ("_Cookies/google_chrome_profile_2.txt", "Google Chrome | Profile 2"),
            ("Cookies/cookie_01234567-89ab-cdef-0123-456789abcdef.txt", "- | -"),
            ("Chrome_cookie_restore_data_1.txt", "Chrome | -"),
            ("Passwords.txt", "- | -"),
            ("", "- | -"),
        ] {
            assert_eq!(shown(&browser_of_path(path.as_bytes())), expected, "{path}");
        }
    }

    #[test]
    fn hostile_labels_are_not_looked_at() {
        assert_eq!(browser_label(&[b'['; 1_000_000]), BrowserLabel::default());
        assert_eq!(browser_of_path(&[b'/'; 1_000_000]), BrowserLabel::default());
        assert_eq!(shown(&browser_label(b"Chrome_\xcf\xf0\xe8")), "Chrome | При");
    }
}
