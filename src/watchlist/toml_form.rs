//! The TOML form of a watchlist, which says more than domains.

use serde::Deserialize;
use toml::Spanned;

use super::names::Place;
use super::{EntryKind, Watchlist};
use crate::error::Result;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    organisation: Vec<Spanned<Organisation>>,
}

/// The keys of `[[organisation]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Organisation {
    name: String,
    #[serde(default)]
    domains: Entries,
    #[serde(default)]
    exclude: Entries,
    #[serde(default)]
    email_domains: Entries,
    #[serde(default)]
    staff_hosts: Entries,
    #[serde(default)]
    customer_hosts: Entries,
    #[serde(default)]
    app_ids: Entries,
    #[serde(default)]
    ip_ranges: Entries,
    #[serde(default)]
    computer_names: Entries,
    #[serde(default)]
    ad_domains: Entries,
    #[serde(default)]
    vip: Entries,
}

type Entries = Vec<Spanned<String>>;

impl Organisation {
    fn entries(&self) -> [(EntryKind, &Entries); 10] {
        [
            (EntryKind::Domain, &self.domains),
            (EntryKind::Exclude, &self.exclude),
            (EntryKind::EmailDomain, &self.email_domains),
            (EntryKind::StaffHost, &self.staff_hosts),
            (EntryKind::CustomerHost, &self.customer_hosts),
            (EntryKind::AppId, &self.app_ids),
            (EntryKind::IpRange, &self.ip_ranges),
            (EntryKind::ComputerName, &self.computer_names),
            (EntryKind::AdDomain, &self.ad_domains),
            (EntryKind::Vip, &self.vip),
        ]
    }
}

impl Watchlist {
    pub(super) fn read_toml(&mut self, text: &str, place: Place) -> Result<()> {
        let lines = LineNumbers::of(text);
        let file: File = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(0, |span| lines.at(span.start));
            self.error_at(place.at_line(line), error.message())
        })?;
        for organisation in &file.organisation {
            let place_of = |offset: usize| place.at_line(lines.at(offset));
            let here = place_of(organisation.span().start);
            let organisation = organisation.get_ref();
            let name = organisation.name.trim();
            if name.is_empty() {
                return Err(self.error_at(here, "an organisation needs a `name`"));
            }
            let index = self.organisation(name, here)?;
            let before = self.len();
            for (kind, entries) in organisation.entries() {
                for entry in entries {
                    self.add(index, kind, entry.get_ref(), place_of(entry.span().start))?;
                }
            }
            if self.len() == before {
                let message =
                    format_args!("the organisation “{name}” has no entries; give it `domains`");
                return Err(self.error_at(here, message));
            }
        }
        Ok(())
    }
}

/// Where the lines of a text begin.
struct LineNumbers(Vec<usize>);

impl LineNumbers {
    fn of(text: &str) -> Self {
        Self(memchr::memchr_iter(b'\n', text.as_bytes()).collect())
    }

    /// The number, counted from 1, of the line with the byte at `offset`.
    fn at(&self, offset: usize) -> usize {
        self.0.partition_point(|&end| end < offset) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Watchlist::from_bytes("orgs.toml", text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn every_key_is_read() {
        let list = Watchlist::from_bytes("orgs.toml", super::super::tests::EXAMPLE_CORP.as_bytes())
            .unwrap();
        let mut kinds: Vec<_> = list.names.iter().map(|name| name.kind).collect();
        kinds.sort();
        kinds.dedup();
        assert_eq!(kinds.len(), 10);
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_known_ones() {
        let message = error("[[organisation]]\nname = \"A\"\ndomain = [\"example.com\"]\n");
        assert!(message.starts_with("orgs.toml:3: "), "{message}");
        for word in ["`domain`", "`domains`", "`staff_hosts`", "`vip`"] {
            assert!(message.contains(word), "{message}");
        }
        let message = error("[[organization]]\nname = \"A\"\n");
        assert!(
            message.starts_with("orgs.toml:1: ") && message.contains("`organisation`"),
            "{message}"
        );
    }

    #[test]
    fn errors_name_their_line() {
        let table = [
            (
                "[[organisation]]\nname = \"A\"\ndomains = [\n  \"example.com\",\n  \"com\",\n]\n",
                "orgs.toml:5: “com” is",
            ),
            (
                "\n[[organisation]]\ndomains = [\"example.com\"]\n",
                "orgs.toml:2: missing field `name`",
            ),
            (
                "[[organisation]]\nname = \"A\"\n",
                "orgs.toml:1: the organisation “A” has no entries",
            ),
            (
                "[[organisation]]\nname = \" \"\ndomains = [\"example.com\"]",
                "orgs.toml:1: an organisation needs",
            ),
            (
                "[[organisation]]\nname = \"A\"\ndomains = \"example.com\"\n",
                "orgs.toml:3: invalid type",
            ),
            ("[[organisation]]\nname = A\n", "orgs.toml:2: "),
            ("organisation = []\n", "orgs.toml: the watchlist is empty"),
        ];
        for (text, message) in table {
            let error = error(text);
            assert!(error.starts_with(message), "{text}\n{error}");
        }
    }
}
