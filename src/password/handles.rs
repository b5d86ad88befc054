//! Names of channels, which are most often the password of what is posted there.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Most channels of one text.
const MAX_HANDLES: usize = 8;

/// Fewest and most characters of the name of a channel.
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=32;

/// Most characters of an invitation.
const MAX_INVITATION: usize = 64;

/// What links to channels begin with.
const HOSTS: &[&str] = &["t.me", "telegram.me", "telegram.dog"];

/// Names of channels in the order in which they were found; they do not print.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Handles(Vec<String>);

impl fmt::Debug for Handles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handles({})", self.0.len())
    }
}

impl FromIterator<String> for Handles {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        let mut handles = Self::default();
        for name in names {
            handles.push_whole(&name);
        }
        handles
    }
}

impl Handles {
    /// Whether no channel is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names, without `@`; invitations begin with `+` or `joinchat/`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The handle that the title of a chat is, or would be without its spaces and signs.
    pub fn of_title(title: &str) -> Self {
        let mut handles = Self::default();
        handles.find_in_text(title);
        let name: String = title.chars().filter(|&c| is_of_name(c)).collect();
        handles.push(&name);
        handles
    }

    /// Every way in which the channels are written as a password, channel by channel, the usual
    /// first.
    ///
    /// ```
    /// use logsieve::password::handles::Handles;
    /// let forms: Vec<_> = Handles::of_title("ExampleCloud").forms().collect();
    /// assert_eq!(forms[..2], ["@ExampleCloud", "https://t.me/ExampleCloud"]);
    /// assert!(forms.contains(&"t.me/examplecloud".to_owned()));
    /// ```
    pub fn forms(&self) -> impl Iterator<Item = String> {
        self.names().flat_map(|name| {
            let lower = name.to_lowercase();
            let is_invitation = name.starts_with('+') || name.contains('/');
            let names = if is_invitation || lower == name {
                vec![name.to_owned()]
            } else {
                vec![name.to_owned(), lower]
            };
            names.into_iter().flat_map(move |name| {
                let prefixes: &[&str] = if is_invitation {
                    &["https://t.me/", "t.me/"]
                } else {
                    &["@", "https://t.me/", "t.me/", ""]
                };
                prefixes.iter().map(move |prefix| format!("{prefix}{name}")).collect::<Vec<_>>()
            })
        })
    }

    /// Adds the channels of `others`.
    pub fn extend(&mut self, others: &Self) {
        for name in others.names() {
            self.push_whole(name);
        }
    }

    /// Adds the channels that a line names: `@Name`, `t.me/Name`.
    pub(super) fn find_in_text(&mut self, line: &str) {
        self.find_links(line, &['/']);
        self.find_mentions(line);
    }

    /// Adds the channels that a file name names, in which other signs stand for `/` and blanks.
    pub(super) fn find_in_name(&mut self, name: &str) {
        self.find_links(name, &['/', '_', '-', ' ', '\u{2044}', '\u{2215}']);
        self.find_mentions(name);
        let whole: Vec<String> = self.0.clone();
        for name in whole {
            if let Some((first, _)) = name.split_once('_') {
                self.push(first);
            }
        }
    }

    fn find_mentions(&mut self, text: &str) {
        if !text.contains('@') {
            return;
        }
        let mut before = None;
        for (at, c) in text.char_indices() {
            let is_address = before
                .is_some_and(|c: char| c.is_alphanumeric() || "._+/-".contains(c) && c != '_');
            if c == '@' && !is_address {
                self.push(name_at(text.get(at + 1..).unwrap_or_default()));
            }
            before = Some(c);
        }
    }

    fn find_links(&mut self, text: &str, slashes: &[char]) {
        // Hardly any line has a dot and one of these.
        let mut ends = text.split('.').skip(1);
        if !ends.any(|end| end.starts_with("me") || end.starts_with("dog")) {
            return;
        }
        for host in HOSTS {
            for (at, _) in text.match_indices(host) {
                let before = text.get(..at).and_then(|before| before.chars().next_back());
                let rest = text.get(at + host.len()..).unwrap_or_default();
                if before.is_some_and(|c| c.is_alphanumeric() && c != '_') {
                    continue;
                }
                let Some(path) = rest.strip_prefix(slashes) else { continue };
                let path = path.strip_prefix("s/").unwrap_or(path);
                let secret = path.strip_prefix("joinchat/").or_else(|| path.strip_prefix('+'));
                match secret {
                    None => self.push(name_at(path)),
                    Some(secret) if !secret.starts_with(is_of_name) => {}
                    Some(secret) => {
                        let is_of_secret = |c: char| is_of_name(c) || c == '-';
                        let end = secret.find(|c| !is_of_secret(c)).unwrap_or(secret.len());
                        let length = path.len() - secret.len() + end.min(MAX_INVITATION);
                        self.push_whole(path.get(..length).unwrap_or_default());
                    }
                }
            }
        }
    }

    fn push(&mut self, name: &str) {
        if LENGTHS.contains(&name.len()) && name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            self.push_whole(name);
        }
    }

    fn push_whole(&mut self, name: &str) {
        if self.0.len() < MAX_HANDLES && !self.0.iter().any(|known| known == name) {
            self.0.push(name.to_owned());
        }
    }
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The name that `text` begins with.
fn name_at(text: &str) -> &str {
    let end = text.find(|c| !is_of_name(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}
