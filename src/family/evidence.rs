//! What there is to be seen in one log, gathered once for the marks of all families.
//!
//! Keys of the system file are compared whole after normalisation, never by substring: `os` is in
//! `hostname`, `ip` in `zipcode`.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::labels::is_boxed;
use super::{Evidence, Mark, Sign};
use crate::text::Lines;
use crate::text::json::{self, Event};

/// How much of the system file is looked at, in bytes.
const SYSTEM_BYTES: usize = 64 * 1024;
/// Longer lines are no [`Sign::Line`], in bytes.
const LINE_BYTES: usize = 80;
/// Longer texts before a separator are no keys, in bytes.
const KEY_BYTES: usize = 64;

/// The keys, lines and names of one log.
#[derive(Default)]
pub(super) struct Seen<'a> {
    keys: HashMap<Vec<u8>, Vec<Entry<'a>>>,
    lines: HashSet<&'a [u8]>,
    files: HashSet<&'a [u8]>,
    folders: HashSet<&'a [u8]>,
    paths: &'a [&'a [u8]],
    log_name: &'a [u8],
}

/// One `key: value` line.
#[derive(Debug, PartialEq, Eq)]
struct Entry<'a> {
    spelling: &'a [u8],
    value: &'a [u8],
}

impl<'a> Seen<'a> {
    pub(super) fn new(evidence: &Evidence<'a>) -> Self {
        let Evidence { names: paths, log_name, .. } = *evidence;
        let mut seen = Self { paths, log_name, ..Self::default() };
        for system in evidence.system {
            let head = system.get(..SYSTEM_BYTES).unwrap_or(system);
            match json::looks_like_json(head) {
                true => seen.look_at_json(head),
                false => seen.look_at_system(head),
            }
        }
        for name in paths {
            match memchr::memchr(b'/', name) {
                Some(end) => seen.folders.extend(name.get(..end)),
                None => _ = seen.files.insert(name),
            }
        }
        seen
    }

    fn look_at_system(&mut self, system: &'a [u8]) {
        let mut in_list = false;
        for line in Lines::new(system) {
            let line = without_watermark(line.bytes);
            let text = trim(line, |byte| byte == b'*');
            if text.is_empty() {
                continue;
            }
            let entry = entry(line);
            let has_value = entry.as_ref().is_some_and(|(_, entry)| !entry.value.is_empty());
            if !has_value && text.len() <= LINE_BYTES {
                self.lines.insert(text);
            }
            if let Some((key, entry)) = entry {
                // Names of programs hold colons: in lists of them only heads of sections count.
                let is_head = entry.value.is_empty();
                if is_head || !in_list {
                    in_list |= is_head && starts_list(&key);
                    self.keys.entry(key).or_default().push(entry);
                }
            } else {
                in_list |= matches!(text, b"[Processes]" | b"[Software]");
            }
        }
    }

    /// The keys of all members, at any depth. A value with escapes in it counts as empty.
    fn look_at_json(&mut self, system: &'a [u8]) {
        let mut reader = json::Reader::new(system, 1);
        while let Some(event) = reader.next() {
            let Some(Cow::Borrowed(spelling)) = reader.key() else { continue };
            let value = match event {
                Event::Text(Cow::Borrowed(value)) | Event::Word(value) => value,
                Event::Text(Cow::Owned(_)) | Event::Open(_) => &[],
                Event::Close(_) => continue,
            };
            if spelling.len() <= KEY_BYTES {
                let entry = Entry { spelling, value };
                self.keys.entry(normalised(spelling)).or_default().push(entry);
            }
        }
    }

    /// Whether all signs of `mark` are there.
    pub(super) fn bears(&self, mark: &Mark) -> bool {
        mark.signs.iter().all(|sign| match *sign {
            Sign::Key(key) => self.keys.contains_key(key.as_bytes()),
            Sign::NoKey(key) => !self.keys.contains_key(key.as_bytes()),
            Sign::Spelled(spelling) => {
                let key = normalised(spelling.as_bytes());
                self.entries(&key).any(|entry| entry.spelling == spelling.as_bytes())
            }
            Sign::Value(key, has_shape) => {
                self.entries(key.as_bytes()).any(|entry| has_shape(entry.value))
            }
            Sign::Line(line) => self.lines.contains(line.as_bytes()),
            Sign::File(name) => self.files.contains(name.as_bytes()),
            Sign::Folder(name) => self.folders.contains(name.as_bytes()),
            Sign::Path(has_shape) => self.paths.iter().any(|path| has_shape(path)),
            Sign::LogName(has_shape) => has_shape(self.log_name),
        })
    }

    fn entries(&self, key: &[u8]) -> impl Iterator<Item = &Entry<'a>> {
        self.keys.get(key).into_iter().flatten()
    }
}

/// The normalised key of a line, with how it is spelled and what stands behind it; a heading
/// between rules is a key too.
fn entry(line: &[u8]) -> Option<(Vec<u8>, Entry<'_>)> {
    if is_boxed(line) {
        return None;
    }
    if let Some(spelling) = heading(line) {
        let key = normalised(spelling);
        return (!key.is_empty()).then_some((key, Entry { spelling, value: b"" }));
    }
    let text = without_emoji(trim_start(line, |byte| matches!(byte, b'-' | b'*' | b'>')));
    let end = text.iter().position(|byte| matches!(byte, b':' | b'=' | b'\t'))?;
    let (spelling, rest) = text.split_at_checked(end)?;
    if spelling.len() > KEY_BYTES {
        return None;
    }
    let key = normalised(spelling);
    let value = trim(rest.split_first()?.1, |_| false);
    (!key.is_empty()).then_some((key, Entry { spelling, value }))
}

/// `GEO` of `<===== GEO =====>`.
fn heading(line: &[u8]) -> Option<&[u8]> {
    let rule = line.trim_ascii().strip_prefix(b"<=")?.strip_suffix(b"=>")?;
    Some(trim(rule, |byte| byte == b'=')).filter(|text| text.len() <= KEY_BYTES)
}

/// A line without the emoji in front, or what a wrong code page has made of it.
fn without_emoji(text: &[u8]) -> &[u8] {
    const BEGINNINGS: [&str; 5] = ["ðŸ", "рџ", "ЁЯ", "≡ƒ", "\u{fffd}"];
    let begins = |beginning: &&str| text.starts_with(beginning.as_bytes());
    if text.starts_with(b"\xf0\x9f") || BEGINNINGS.iter().any(begins) {
        let end = text.iter().position(u8::is_ascii).unwrap_or(text.len());
        trim_start(text.get(end..).unwrap_or_default(), |_| false)
    } else {
        text
    }
}

/// Lower-case, without ASCII blanks and punctuation. Other scripts stay, so that they differ.
pub(super) fn normalised(spelling: &[u8]) -> Vec<u8> {
    let keeps = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
    spelling.iter().filter(|byte| keeps(byte)).map(u8::to_ascii_lowercase).collect()
}

fn starts_list(key: &[u8]) -> bool {
    matches!(
        key,
        b"installedapps" | b"installedapplications" | b"processlist" | b"software" | b"useragents"
    )
}

/// A line without the few random letters and many spaces that one re-packer puts before each.
fn without_watermark(line: &[u8]) -> &[u8] {
    let letters = line.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
    let rest = line.get(letters..).unwrap_or_default();
    let spaces = rest.iter().take_while(|&&byte| byte == b' ').count();
    let rest = rest.get(spaces..).unwrap_or_default();
    let is_marked = (4..=9).contains(&letters) && spaces >= 4;
    if is_marked && rest.first().is_some_and(|&byte| byte != b':' && byte != b'=') {
        rest
    } else {
        line
    }
}

fn trim(text: &[u8], is_frame: fn(u8) -> bool) -> &[u8] {
    let text = trim_start(text, is_frame);
    let rest = text.iter().rev().skip_while(|&&byte| is_blank(byte) || is_frame(byte)).count();
    text.get(..rest).unwrap_or_default()
}

fn trim_start(mut text: &[u8], is_frame: fn(u8) -> bool) -> &[u8] {
    const BULLET: &[u8] = "•".as_bytes();
    loop {
        text = match text {
            [first, rest @ ..] if is_blank(*first) || is_frame(*first) => rest,
            _ => match text.strip_prefix(BULLET) {
                Some(rest) => rest,
                None => return text,
            },
        };
    }
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lose_bullets_blanks_and_case() {
        for (line, key, value) in [
            ("Operation System: Windows", "operationsystem", "Windows"),
            ("\t- Computer Name:DESKTOP-EXAMPLE ", "computername", "DESKTOP-EXAMPLE"),
            ("• IP:\t203.0.113.10", "ip", "203.0.113.10"),
            ("  > LID (Lumma ID): AbC", "lidlummaid", "AbC"),
            ("MachineID :\t01", "machineid", "01"),
            ("USERDOMAIN = EXAMPLE", "userdomain", "EXAMPLE"),
            ("Network Info:", "networkinfo", ""),
            ("user-name: user1", "username", "user1"),
            ("<=== GEO ===>", "geo", ""),
            ("🖥\u{fe0f} Computer info:", "computerinfo", ""),
            ("ðŸ–¥Computer info:", "computerinfo", ""),
            ("рџ–ҐComputer info:", "computerinfo", ""),
            ("??Computer info:", "computerinfo", ""),
        ] {
            let (found, entry) = entry(line.as_bytes()).unwrap();
            assert_eq!((&*found, entry.value), (key.as_bytes(), value.as_bytes()), "{line}");
        }
    }

    #[test]
    fn lines_without_a_key_have_none() {
        for line in
            ["", "[Hardware]", "******", ": x", "---: x", "<====>", "Windows Defender", "* IP: x *"]
        {
            assert_eq!(entry(line.as_bytes()), None, "{line}");
        }
        assert_eq!(entry(&[b'a'; 1000]), None);
        assert_eq!(entry(&[&[b'a'; 100][..], b": x"].concat()), None);
    }

    #[test]
    fn other_scripts_are_not_dropped_from_keys() {
        assert_ne!(normalised("Мой IP".as_bytes()), b"ip");
    }

    #[test]
    fn watermarks_are_taken_off() {
        assert_eq!(without_watermark(b"qwzkfp        IP: 203.0.113.10"), b"IP: 203.0.113.10");
        for line in [&b"user     : user1"[..], b"ip      x", b"name x", b"qwzkfp        ", b""] {
            assert_eq!(without_watermark(line), line);
        }
    }

    #[test]
    fn in_lists_of_programs_only_heads_count() {
        let system = b"HWID: 1\n[Software]\nUAC: The Game - 1.0\nCurrent User:\n";
        let evidence = Evidence { system: &[system], ..Evidence::default() };
        let seen = Seen::new(&evidence);
        assert!(seen.keys.contains_key(&b"hwid"[..]));
        assert!(seen.keys.contains_key(&b"currentuser"[..]));
        assert!(!seen.keys.contains_key(&b"uac"[..]));
    }

    #[test]
    fn a_list_ends_with_its_file() {
        let system: &[&[u8]] = &[b"[Software]\nUAC: The Game\n", b"UAC: AllowAll\n", b"{\"a\":1}"];
        let seen = Seen::new(&Evidence { system, ..Evidence::default() });
        let values: Vec<_> = seen.entries(b"uac").map(|entry| entry.value).collect();
        assert_eq!(values, [b"AllowAll"]);
        assert!(seen.keys.contains_key(&b"a"[..]));
    }

    #[test]
    fn members_of_json_are_keys_at_any_depth() {
        let system =
            br#"{"PcName":"PC1","BotInfo":{"Net_Work":[{"IP":"203.0.113.10"}]},"x":"os: y"}"#;
        let evidence = Evidence { system: &[system], ..Evidence::default() };
        let seen = Seen::new(&evidence);
        for (key, value) in
            [("pcname", "PC1"), ("botinfo", ""), ("network", ""), ("ip", "203.0.113.10")]
        {
            let values: Vec<_> = seen.entries(key.as_bytes()).map(|entry| entry.value).collect();
            assert!(values.contains(&value.as_bytes()), "{key}");
        }
        assert!(!seen.keys.contains_key(&b"os"[..]));
    }

    #[test]
    fn only_the_first_64_kib_are_looked_at() {
        let mut system = vec![b'\n'; SYSTEM_BYTES];
        system.extend_from_slice(b"FileLocation: x\nOperation System: y\n");
        let evidence = Evidence { system: &[&system], ..Evidence::default() };
        let seen = Seen::new(&evidence);
        assert!(seen.keys.is_empty());
    }

    #[test]
    fn names_count_directly_in_the_log_only() {
        let names: &[&[u8]] = &[b"passwords.txt", b"Cookies/Edge_Cookies.txt", b"a/b/c.txt"];
        let seen = Seen::new(&Evidence { names, ..Evidence::default() });
        assert_eq!(seen.files, HashSet::from([&b"passwords.txt"[..]]));
        assert_eq!(seen.folders, HashSet::from([&b"Cookies"[..], b"a"]));
    }
}
