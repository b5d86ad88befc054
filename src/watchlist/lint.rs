//! What is odd about a watchlist that is not wrong: `logsieve watchlist FILE`.

use std::fmt;

use super::names::{Found, Name, Place, StoredName};
use super::{EntryKind, Watchlist};

/// What is odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LintKind {
    /// The entry stands twice.
    Duplicate,
    /// Another entry of the organisation says the same already.
    Redundant,
    /// Another organisation has the name, or one that it lies below: both are exposed.
    SharedName,
    /// An `exclude` that takes nothing out.
    UselessExclude,
    /// A domain of the organisation that its own `exclude` takes out.
    ExcludedEntry,
    /// An internationalised name that looks like one in plain letters.
    LookAlike,
}

/// One odd thing, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LintNote {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
    /// What is odd.
    pub kind: LintKind,
    /// One sentence for people.
    pub detail: String,
}

impl fmt::Display for LintNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.detail)
    }
}

impl Watchlist {
    /// What is odd about the list, in the order of its lines.
    ///
    /// ```
    /// use logsieve::watchlist::{LintKind, Watchlist};
    /// let list = Watchlist::from_bytes("list", b"example.com\nexample.com\n")?;
    /// let notes = list.lint();
    /// assert_eq!((notes.len(), notes[0].line, notes[0].kind), (1, 2, LintKind::Duplicate));
    /// # Ok::<(), logsieve::error::Error>(())
    /// ```
    pub fn lint(&self) -> Vec<LintNote> {
        Linter { list: self, notes: Vec::new() }.run()
    }
}

struct Linter<'l> {
    list: &'l Watchlist,
    notes: Vec<LintNote>,
}

/// A name of the list that another one is or lies below.
struct Above<'n> {
    name: Name<'n>,
    is_equal: bool,
}

impl<'l> Linter<'l> {
    fn run(mut self) -> Vec<LintNote> {
        for name in &self.list.duplicates {
            self.note(name, LintKind::Duplicate, "stands in the list twice");
        }
        for name in self.list.names.iter() {
            self.look_at(name);
        }
        self.notes.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        self.notes
    }

    fn look_at(&mut self, entry: &StoredName) {
        let text = self.list.names.text(entry);
        let above = self.above(text);
        let (own, foreign): (Vec<_>, Vec<_>) =
            above.iter().partition(|above| above.name.organisation == entry.organisation);
        let mut odd = Vec::new();
        match entry.kind {
            EntryKind::Exclude if !own.iter().any(|above| is_watched(above.name.kind)) => {
                odd.push((
                    LintKind::UselessExclude,
                    "lies in no domain of its organisation".into(),
                ));
            }
            kind if is_watched(kind) => {
                if own.iter().any(|above| above.name.kind == EntryKind::Exclude) {
                    odd.push((LintKind::ExcludedEntry, "is taken out by an `exclude`".into()));
                }
                odd.extend(redundant(kind, &own));
                odd.extend(self.shared(&foreign));
                odd.extend(look_alike(text));
            }
            _ => {}
        }
        for (kind, why) in odd {
            self.note(entry, kind, &why);
        }
    }

    /// The names of all organisations that `text` is or lies below.
    fn above(&self, text: &str) -> Vec<Above<'l>> {
        let mut found = Vec::new();
        let names = &self.list.names;
        names.suffixes(text.as_bytes(), &mut found);
        let above = |found: &Found| {
            Some(Above { name: names.get(found.name)?, is_equal: found.start == 0 })
        };
        found.iter().filter_map(above).collect()
    }

    fn shared(&self, foreign: &[&Above<'_>]) -> Option<(LintKind, String)> {
        let other = foreign.iter().find(|above| is_watched(above.name.kind))?;
        let owner = self.list.organisation_name(other.name.organisation);
        let entry = other.name.entry;
        let relation = if other.is_equal { "is also a name" } else { "lies below a name" };
        let detail = format!("{relation} of “{owner}” (“{entry}”), so both are exposed by it");
        Some((LintKind::SharedName, detail))
    }

    fn note(&mut self, entry: &StoredName, kind: LintKind, why: &str) {
        let Place { file, line } = entry.place;
        let file = self.list.files.get(usize::from(file)).cloned().unwrap_or_default();
        let detail = format!("“{}” {why}", self.list.names.written(entry).escape_debug());
        self.notes.push(LintNote { file, line, kind, detail });
    }
}

fn is_watched(kind: EntryKind) -> bool {
    use EntryKind::{CustomerHost, Domain, EmailDomain, StaffHost};
    matches!(kind, Domain | EmailDomain | StaffHost | CustomerHost)
}

/// A domain below another one of the organisation, or beside itself as an e-mail domain.
fn redundant(kind: EntryKind, own: &[&Above<'_>]) -> Option<(LintKind, String)> {
    if !matches!(kind, EntryKind::Domain | EntryKind::EmailDomain) {
        return None;
    }
    let says_more = |above: &&&Above<'_>| {
        above.name.kind == EntryKind::Domain && (!above.is_equal || kind == EntryKind::EmailDomain)
    };
    let other = own.iter().find(says_more)?;
    let detail = format!("says nothing new: “{}” covers it", other.name.entry);
    Some((LintKind::Redundant, detail))
}

fn look_alike(text: &str) -> Option<(LintKind, String)> {
    if !text.contains("xn--") {
        return None;
    }
    let (unicode, _) = idna::domain_to_unicode(text);
    let plain: String = unicode.chars().map(plain_letter).collect();
    (plain.is_ascii() && !unicode.is_ascii())
        .then(|| (LintKind::LookAlike, format!("({text}) looks like “{plain}”")))
}

/// The Latin letter that a Cyrillic or Greek one looks like.
fn plain_letter(letter: char) -> char {
    match letter {
        'а' | 'α' => 'a',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ҽ' => 'e',
        'һ' => 'h',
        'і' | 'ι' | 'ı' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'м' => 'm',
        'п' | 'η' => 'n',
        'о' | 'ο' | 'σ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'г' => 'r',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'ս' => 'u',
        'ν' | 'ѵ' => 'v',
        'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::LintKind::*;
    use super::*;

    fn notes(text: &str) -> Vec<(u32, LintKind)> {
        let list = Watchlist::from_bytes("list", text.as_bytes()).unwrap();
        list.lint().into_iter().map(|note| (note.line, note.kind)).collect()
    }

    #[test]
    fn odd_lists() {
        let table: &[(&str, &[(u32, LintKind)])] = &[
            ("example.com\nexample.org\n", &[]),
            ("example.com\nEXAMPLE.com\n", &[(2, Duplicate)]),
            ("A,example.com\nA,mail.example.com\n", &[(2, Redundant)]),
            ("A,example.com\nB,mail.example.com\n", &[(2, SharedName)]),
            ("A,example.com\nB,example.com\n", &[(1, SharedName), (2, SharedName)]),
            ("аррӏе.example\n", &[(1, LookAlike)]),
            ("bücher.example\n", &[]),
        ];
        for (text, expected) in table {
            assert_eq!(notes(text), *expected, "{text}");
        }
    }

    #[test]
    fn odd_excludes() {
        let list = r#"[[organisation]]
            name = "A"
            domains = ["example.com",
                "b.status.example.com"]
            exclude = ["status.example.com",
                "example.org"]"#;
        assert_eq!(notes(list), [(4, ExcludedEntry), (4, Redundant), (6, UselessExclude)]);
    }

    #[test]
    fn a_note_reads_well() {
        let list = Watchlist::from_bytes("list", b"A,example.com\nB,mail.example.com\n").unwrap();
        let note = list.lint().remove(0).to_string();
        let expected = "list:2: “mail.example.com” lies below a name of “A” (“example.com”), \
                        so both are exposed by it";
        assert_eq!(note, expected);
    }
}
