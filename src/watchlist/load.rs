//! Reading watchlists: text, CSV or TOML, told apart by content.

use std::path::Path;
use std::string::FromUtf8Error;

use super::names::Place;
use super::table::{Arena, Hash};
use super::{EntryKind, Watchlist, normal};
use crate::error::{Error, Result};

/// The form that a watchlist is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// One domain a line.
    Text,
    /// `organisation,domain`, with this delimiter.
    Csv(u8),
    /// `[[organisation]]`.
    Toml,
}

impl Watchlist {
    /// Reads a watchlist from a file.
    ///
    /// # Errors
    /// The file cannot be read, or an entry makes no sense; the message names file and line and
    /// says what to do.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let bytes = std::fs::read(path)
            .map_err(|error| Error::config(format!("cannot read the watchlist {name}: {error}")))?;
        Self::read(&name, bytes)
    }

    /// Reads a watchlist that is called `name` in messages.
    ///
    /// # Errors
    /// An entry makes no sense; the message names the line and says what to do.
    ///
    /// ```
    /// use logsieve::watchlist::Watchlist;
    /// let list = Watchlist::from_bytes("clients.csv", b"organisation,domain\nExample Corp,example.com\n")?;
    /// assert_eq!(list.organisations().collect::<Vec<_>>(), ["Example Corp"]);
    /// let error = Watchlist::from_bytes("list.txt", b"# ours\ncom\n").unwrap_err();
    /// assert!(error.to_string().starts_with("list.txt:2: “com” is refused"));
    /// # Ok::<(), logsieve::error::Error>(())
    /// ```
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self> {
        Self::read(name, bytes.to_vec())
    }

    fn read(name: &str, bytes: Vec<u8>) -> Result<Self> {
        let text = as_utf8(name, bytes)?;
        let mut list = Self::default();
        let place = list.add_file(name.to_owned());
        match Form::of(&text) {
            Form::Text => list.read_lines(text, place)?,
            Form::Csv(delimiter) => list.read_csv(&text, delimiter, place)?,
            Form::Toml => list.read_toml(&text, place)?,
        }
        if list.is_empty() {
            return Err(list.error_at(
                place,
                "the watchlist is empty; write one domain a line, or see `logsieve watchlist --help`",
            ));
        }
        Ok(list)
    }

    /// A watchlist of domains, each an organisation of its own.
    ///
    /// # Errors
    /// One of them makes no sense, or there are none.
    ///
    /// ```
    /// use logsieve::watchlist::Watchlist;
    /// assert_eq!(Watchlist::from_domains(["example.com", "example.org"])?.len(), 2);
    /// assert!(Watchlist::from_domains(["co.uk"]).is_err());
    /// # Ok::<(), logsieve::error::Error>(())
    /// ```
    pub fn from_domains(domains: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self> {
        let mut list = Self::default();
        let place = list.add_file("--domain".to_owned());
        for domain in domains {
            list.add_lone_domain(domain.as_ref().trim(), place)?;
        }
        if list.is_empty() {
            return Err(list.error_at(place, "no domain was given"));
        }
        Ok(list)
    }

    /// Reads one domain a line. The text itself becomes the store of the names: most stand there as
    /// they are compared.
    fn read_lines(&mut self, text: String, place: Place) -> Result<()> {
        let count = memchr::memchr_iter(b'\n', text.as_bytes()).count() + 1;
        self.names.reserve(count);
        self.organisations.reserve(count);
        let mut rest;
        (self.names.arena, rest) = Arena::of(text);
        if self.names.arena.is_full() {
            return Err(self.too_large(place));
        }
        let mut plain = Vec::with_capacity(AT_ONCE);
        for number in 1.. {
            let Some(line) = self.names.arena.split_line(&mut rest) else { break };
            let (place, text) = (place.at_line(number), self.names.arena.get(line));
            if normal::is_plain(text) {
                normal::refuse_public_suffix(text.into())
                    .map_err(|why| self.refusal(text, place, &why))?;
                plain.push((Hash::of(text.as_bytes()), line, place));
                if plain.len() == AT_ONCE {
                    self.add_plain_domains(&mut plain);
                }
            } else if let text = without_comment(text).trim()
                && !text.is_empty()
            {
                let text = text.to_owned();
                self.add_plain_domains(&mut plain);
                self.add_lone_domain(&text, place)?;
            }
        }
        self.add_plain_domains(&mut plain);
        Ok(())
    }

    fn read_csv(&mut self, text: &str, delimiter: u8, place: Place) -> Result<()> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut row = csv::StringRecord::new();
        let mut is_first = true;
        loop {
            let more = reader.read_record(&mut row).map_err(|error| self.error_at(place, error))?;
            if !more {
                return Ok(());
            }
            let place = place.at_line(row.position().map_or(0, |start| line_of_row(text, start)));
            if !(std::mem::take(&mut is_first) && is_header(&row)) {
                self.add_row(&row, place)?;
            }
        }
    }

    fn add_row(&mut self, row: &csv::StringRecord, place: Place) -> Result<()> {
        let fields: Vec<&str> = row.iter().collect();
        match fields[..] {
            ["", ""] | [""] => Ok(()),
            ["", domain] => self.add_lone_domain(domain, place),
            [organisation, domain] => {
                let organisation = self.organisation(organisation, place)?;
                self.add(organisation, EntryKind::Domain, domain, place)
            }
            _ => Err(self.error_at(
                place,
                format_args!(
                    "a row has two fields, `organisation,domain`; this one has {}",
                    fields.len()
                ),
            )),
        }
    }
}

impl Form {
    /// Tells the form by the first line that says something.
    fn of(text: &str) -> Self {
        let mut lines = text.lines().map(str::trim);
        let first = lines.find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or("");
        let key = first.split_once('=').map(|(key, _)| key.trim());
        let is_key = |key: &str| {
            !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        if first.starts_with('[') || key.is_some_and(is_key) {
            Self::Toml
        } else if first.contains(',') {
            Self::Csv(b',')
        } else if first.contains(';') {
            Self::Csv(b';')
        } else {
            Self::Text
        }
    }
}

/// How many plain names of a text are put into the table at once.
const AT_ONCE: usize = 64;

fn without_comment(line: &str) -> &str {
    line.split_once('#').map_or(line, |(before, _)| before)
}

/// The line of a row; its position is that of empty lines and comments before it.
fn line_of_row(text: &str, start: &csv::Position) -> usize {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let rest = text.get(number(start.byte())..).unwrap_or("");
    let is_skipped = |line: &&str| line.is_empty() || line.starts_with('#');
    number(start.line()) + rest.lines().take_while(is_skipped).count()
}

/// Whether a row names the columns.
fn is_header(row: &csv::StringRecord) -> bool {
    row.get(1).is_some_and(|field| {
        field.eq_ignore_ascii_case("domain") || field.eq_ignore_ascii_case("domains")
    })
}

/// The text of a list: UTF-8, or UTF-16 with a byte order mark, as Windows editors write it.
fn as_utf8(name: &str, bytes: Vec<u8>) -> Result<String> {
    let text = match encoding_rs::Encoding::for_bom(&bytes) {
        None => String::from_utf8(bytes).map_err(FromUtf8Error::into_bytes),
        Some((encoding, _)) => {
            let (text, has_errors) = encoding.decode_with_bom_removal(&bytes);
            let text = (!has_errors).then(|| text.into_owned());
            text.ok_or(bytes)
        }
    };
    text.map_err(|bytes| {
        let valid = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        let line = 1 + valid.matches('\n').count();
        Error::config(format!("{name}:{line}: the watchlist is not UTF-8; save it as UTF-8"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Watchlist> {
        Watchlist::from_bytes("list", text.as_bytes())
    }

    /// `organisation|entry|text` of all entries.
    fn entries(list: &Watchlist) -> Vec<String> {
        let show = |name: &super::super::names::StoredName| {
            let organisation = list.organisation_name(name.organisation);
            format!("{organisation}|{}|{}", list.names.written(name), list.names.text(name))
        };
        list.names.iter().map(show).collect()
    }

    #[test]
    fn the_three_forms() {
        let table: &[(&str, &[&str])] = &[
            ("example.com", &["example.com|example.com|example.com"]),
            (
                "\u{feff}# ours\r\n\r\n Example.COM  # main\r\n*.example.org\r\n",
                &["example.com|Example.COM|example.com", "example.org|*.example.org|example.org"],
            ),
            (
                "organisation,domain\nA & B,example.com\n\"Sons, Ltd\", example.org\n",
                &["A & B|example.com|example.com", "Sons, Ltd|example.org|example.org"],
            ),
            (
                "A;example.com\r\nA;example.org",
                &["A|example.com|example.com", "A|example.org|example.org"],
            ),
            (",example.com\n", &["example.com|example.com|example.com"]),
            (
                "# ours\n[[organisation]]\nname = \"A\"\ndomains = [\"bücher.example\"]\n",
                &["A|bücher.example|xn--bcher-kva.example"],
            ),
        ];
        for (text, expected) in table {
            assert_eq!(entries(&load(text).unwrap()), *expected, "{text}");
        }
        let utf16: Vec<u8> =
            "\u{feff}example.com\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(Watchlist::from_bytes("list", &utf16).unwrap().len(), 1);
    }

    #[test]
    fn errors_name_the_line_and_say_what_to_do() {
        let table = [
            ("", "list: the watchlist is empty"),
            ("# nothing\n", "list: the watchlist is empty"),
            ("organisation,domain\n", "list: the watchlist is empty"),
            ("example.com\nco.uk\n", "list:2: “co.uk” is refused: it is a public suffix"),
            ("example.com\na,b\n", "list:2: “a,b” is refused: it is more than one name"),
            ("A,example.com\n\nB,com\n", "list:3: “com” is refused"),
            ("A,example.com,x\n", "list:1: a row has two fields"),
            ("A,example.com\nB\n", "list:2: a row has two fields"),
        ];
        for (text, message) in table {
            let error = load(text).unwrap_err().to_string();
            assert!(error.starts_with(message), "{text:?}: {error}");
        }
        let error = Watchlist::from_bytes("list", b"example.com\nexampl\xe9.com").unwrap_err();
        assert!(error.to_string().starts_with("list:2: the watchlist is not UTF-8"), "{error}");
        assert!(Watchlist::from_domains(std::iter::empty::<&str>()).is_err());
        assert!(
            Watchlist::from_file("/nonexistent/list")
                .unwrap_err()
                .to_string()
                .contains("cannot read")
        );
    }

    #[test]
    fn merged_lists_keep_their_organisations() {
        let list = load("A,example.com\n")
            .unwrap()
            .merge(&load("B,example.org\nA,example.net\n").unwrap());
        let list = list.unwrap().merge(&Watchlist::from_domains(["Example.com"]).unwrap()).unwrap();
        assert_eq!(list.organisations().collect::<Vec<_>>(), ["A", "B", "example.com"]);
        assert_eq!(
            entries(&list),
            [
                "A|example.com|example.com",
                "B|example.org|example.org",
                "A|example.net|example.net",
                "example.com|Example.com|example.com",
            ]
        );
    }
}
