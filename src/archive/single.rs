//! One file in gzip, zstd, xz or bzip2.

use std::io::{BufReader, Read};
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::archive::bounded::{self, Claims, Pump};
use crate::archive::data::Data;
use crate::archive::{
    Access, Archive, Declared, Entries, EntryHeader, EntryKind, OpenOptions, Visitor, codec,
};
use crate::issue::Issue;
use crate::limits::Budget;
use crate::provenance::EntryName;
use crate::record::Format;

/// How much of a gzip header is looked at for a name.
const HEADER_BYTES: u64 = 64 << 10;

/// A compressed file as an archive of one entry. It is called as its gzip header says, else like
/// the file itself without the last suffix.
pub(super) fn open(
    data: &Data,
    format: Format,
    name: &str,
    options: OpenOptions<'_>,
) -> Box<dyn Archive> {
    let stored = if format == Format::Gzip { name_in_gzip(data) } else { None };
    let entry = EntryHeader {
        name: EntryName::new(&stored.unwrap_or_else(|| stem(name).as_bytes().to_vec())),
        kind: EntryKind::File,
        size: Declared::UNKNOWN,
        packed: Declared::bytes(data.length()),
        encrypted: false,
    };
    let budget = Arc::clone(options.budget);
    let entries = [entry].into_iter().collect();
    Box::new(Single { data: data.clone(), format, budget, entries })
}

fn name_in_gzip(data: &Data) -> Option<Vec<u8>> {
    let head = BufReader::new(data.reader().take(HEADER_BYTES));
    let decoder = flate2::bufread::GzDecoder::new(head);
    decoder.header()?.filename().filter(|name| !name.is_empty()).map(<[u8]>::to_vec)
}

/// The last part of a path without its suffix, and without the number of the first volume.
fn stem(name: &str) -> &str {
    let file = name.rsplit(['/', '\\', '!']).next().unwrap_or(name);
    let is_number = |part: &str| part.len() >= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let file = match file.rsplit_once('.') {
        Some((whole, number)) if is_number(number) && whole.contains('.') => whole,
        _ => file,
    };
    match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file,
    }
}

/// A compressed file.
struct Single {
    data: Data,
    format: Format,
    budget: Arc<Budget>,
    /// The one.
    entries: Entries,
}

impl Single {
    fn deliver(&self, visitor: &mut dyn Visitor) -> ControlFlow<(), Result<(), Issue>> {
        let mut bytes = codec::open(&self.data, self.format, &self.budget);
        Pump::new().deliver(&mut bytes, Claims::default(), visitor)
    }
}

impl Archive for Single {
    fn format(&self) -> Format {
        self.format
    }

    fn entries(&self) -> &Entries {
        &self.entries
    }

    fn issues(&self) -> &[Issue] {
        &[]
    }

    fn access(&self) -> Access {
        Access::Random
    }

    fn window(&self, _wanted: &[usize]) -> u64 {
        codec::window(self.format, &self.data, self.budget.limits())
    }

    fn stream(&self, wanted: &[usize], visitor: &mut dyn Visitor) {
        if wanted.contains(&0) {
            // Nothing comes after the only entry, so that a stop needs no answer.
            let _ = bounded::bring(visitor, 0, |visitor| self.deliver(visitor));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entry_is_called_like_the_file_without_its_suffix() {
        for (name, expected) in
            [("a/b/logins.txt.gz", "logins.txt"), ("x.zip!y/z.xz", "z"), (".gz", ".gz"), ("n", "n")]
        {
            assert_eq!(stem(name), expected);
        }
    }
}
