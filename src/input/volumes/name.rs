//! What the name of a file says of a volume set: which one, and which part of it.

use std::ops::RangeInclusive;

use crate::provenance::lossless_utf8;

/// How the parts of a set are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Scheme {
    /// `.part1.rar`, `.part2.rar`
    RarPart,
    /// `.rar`, `.r00`, `.r01` … `.r99`, `.s00`
    RarOld,
    /// `.z01`, `.z02`, `.zip`
    Zip,
    /// `.zx01`, `.zx02`, `.zipx`
    Zipx,
    /// `.001`, `.002`: a file cut into pieces.
    Raw,
}

/// The name of a part of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct VolumeName {
    pub(super) scheme: Scheme,
    /// The name of the set, as it is spelled here.
    pub(super) stem: String,
    pub(super) number: u32,
    digits: usize,
    has_leading_zero: bool,
}

/// Part numbers are not longer than this.
const MOST_DIGITS: usize = 5;

impl VolumeName {
    /// The number of the part of a split ZIP that comes last, `.zip`.
    pub(super) const LAST: u32 = u32::MAX;

    /// What `name`, a file name without folders, says.
    pub(super) fn parse(name: &[u8]) -> Option<Self> {
        let last = memchr::memrchr(b'.', name).and_then(|dot| name.get(dot + 1..))?;
        let may_be_whole =
            [&b"rar"[..], b"zip", b"zipx"].iter().any(|s| last.eq_ignore_ascii_case(s));
        if !may_be_whole && !last.last().is_some_and(u8::is_ascii_digit) {
            // Nearly all files of most archives.
            return None;
        }
        let name = lossless_utf8(name);
        let (stem, suffix) = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty())?;
        let suffix = suffix.to_ascii_lowercase();
        let plain = |scheme, stem: &str, number| Self {
            scheme,
            stem: stem.to_owned(),
            number,
            digits: 0,
            has_leading_zero: false,
        };
        if suffix == "rar" {
            let part = Self::part_of_rar(stem);
            return Some(part.unwrap_or_else(|| plain(Scheme::RarOld, stem, 0)));
        }
        match (suffix.as_str(), suffix.as_bytes()) {
            ("zip", _) => Some(plain(Scheme::Zip, stem, Self::LAST)),
            ("zipx", _) => Some(plain(Scheme::Zipx, stem, Self::LAST)),
            (_, [b'z', b'x', ..]) => Self::numbered(Scheme::Zipx, stem, suffix.get(2..)?, 2..=5),
            (_, [b'z', ..]) => Self::numbered(Scheme::Zip, stem, suffix.get(1..)?, 2..=5),
            (_, [letter @ b'r'..=b'y', ..]) => {
                let hundreds = u32::from(letter - b'r') * 100;
                let name = Self::numbered(Scheme::RarOld, stem, suffix.get(1..)?, 2..=2)?;
                Some(Self { number: name.number + hundreds + 1, ..name })
            }
            _ => Self::numbered(Scheme::Raw, stem, &suffix, 3..=MOST_DIGITS),
        }
        .filter(|name| name.number > 0 || name.scheme == Scheme::Raw)
    }

    /// Reads `cloud.part1`, the rest of the name of a RAR.
    fn part_of_rar(rest: &str) -> Option<Self> {
        let (stem, part) = rest.rsplit_once('.').filter(|(stem, _)| !stem.is_empty())?;
        let (word, digits) = part.split_at_checked(4)?;
        let is_part = word.eq_ignore_ascii_case("part");
        let name = Self::numbered(Scheme::RarPart, stem, digits, 1..=MOST_DIGITS)?;
        (is_part && name.number > 0).then_some(name)
    }

    fn numbered(
        scheme: Scheme,
        stem: &str,
        digits: &str,
        lengths: RangeInclusive<usize>,
    ) -> Option<Self> {
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        let is_one = is_number && lengths.contains(&digits.len());
        Some(Self {
            scheme,
            stem: stem.to_owned(),
            number: is_one.then(|| digits.parse().ok())??,
            digits: digits.len(),
            has_leading_zero: digits.starts_with('0'),
        })
    }

    /// What the names of all parts of a set have in common, and maybe those of another set whose
    /// numbers are wider.
    pub(super) fn key(&self) -> (Scheme, String) {
        (self.scheme, self.stem.to_lowercase())
    }

    /// How wide numbers are in the set that this name belongs to, if `names` are all with its key:
    /// `part1` and `part01` are not of one set, `part01` and `part10` are. One where numbers have
    /// no leading zeros.
    pub(super) fn width(&self, widths: &Widths) -> usize {
        match (self.scheme, self.has_leading_zero) {
            (Scheme::RarPart | Scheme::Raw, true) => self.digits,
            (Scheme::RarPart | Scheme::Raw, false) => {
                let wider = widths.0.iter().filter(|&&width| width <= self.digits).max();
                wider.copied().unwrap_or(1)
            }
            (Scheme::RarOld | Scheme::Zip | Scheme::Zipx, _) => 2,
        }
    }

    /// What another part of the same set is called.
    pub(super) fn sibling(&self, number: u32, width: usize) -> String {
        let stem = &self.stem;
        match self.scheme {
            Scheme::RarPart => format!("{stem}.part{number:0width$}.rar"),
            Scheme::RarOld => match number.checked_sub(1) {
                None => format!("{stem}.rar"),
                Some(number) => {
                    let letters = ["r", "s", "t", "u", "v", "w", "x", "y"];
                    let letter = letters.get(number as usize / 100).copied().unwrap_or("z");
                    format!("{stem}.{letter}{:02}", number % 100)
                }
            },
            Scheme::Zip if number == Self::LAST => format!("{stem}.zip"),
            Scheme::Zipx if number == Self::LAST => format!("{stem}.zipx"),
            Scheme::Zip => format!("{stem}.z{number:02}"),
            Scheme::Zipx => format!("{stem}.zx{number:02}"),
            Scheme::Raw => format!("{stem}.{number:0width$}", width = width.max(3)),
        }
    }

    /// Whether what was cut into pieces is called like an archive.
    pub(super) fn is_of_archive(&self) -> bool {
        let suffix = self.stem.rsplit('.').next().unwrap_or_default();
        self.scheme != Scheme::Raw || is_suffix_of_archive(suffix.as_bytes())
    }

    /// Whether only parts of archives are called like this: not `.zip` and `.rar`, which may be the
    /// whole, and not `.s00` and what follows, which are too like others (`.x64`).
    pub(super) fn is_part_of_archive(&self) -> bool {
        match self.scheme {
            Scheme::RarPart => true,
            Scheme::RarOld => (1..=100).contains(&self.number),
            Scheme::Zip | Scheme::Zipx => self.number != Self::LAST,
            Scheme::Raw => self.is_of_archive(),
        }
    }
}

/// Whether archives and compressed files have this suffix, in whatever case.
pub(super) fn is_suffix_of_archive(suffix: &[u8]) -> bool {
    const SUFFIXES: &[&str] = &[
        "7z", "zip", "zipx", "rar", "tar", "gz", "tgz", "bz2", "tbz", "tbz2", "xz", "txz", "zst",
        "tzst",
    ];
    SUFFIXES.iter().any(|known| suffix.eq_ignore_ascii_case(known.as_bytes()))
}

/// The widths of numbers with leading zeros among names with one key.
#[derive(Debug, Default)]
pub(super) struct Widths(Vec<usize>);

impl Widths {
    pub(super) fn of<'n>(names: impl Iterator<Item = &'n VolumeName>) -> Self {
        let mut widths: Vec<_> =
            names.filter(|name| name.has_leading_zero).map(|name| name.digits).collect();
        widths.sort_unstable();
        widths.dedup();
        Self(widths)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_set_and_number() {
        use Scheme::{RarOld, RarPart, Raw, Zip, Zipx};
        for (name, expected) in [
            ("cloud.part1.rar", Some((RarPart, "cloud", 1))),
            ("Cloud.PART012.RAR", Some((RarPart, "Cloud", 12))),
            ("@chan.2024.part3.rar", Some((RarPart, "@chan.2024", 3))),
            ("cloud.part0.rar", Some((RarOld, "cloud.part0", 0))),
            ("cloud.parts.rar", Some((RarOld, "cloud.parts", 0))),
            ("part1.rar", Some((RarOld, "part1", 0))),
            ("a.rar", Some((RarOld, "a", 0))),
            ("a.r00", Some((RarOld, "a", 1))),
            ("a.R99", Some((RarOld, "a", 100))),
            ("a.s00", Some((RarOld, "a", 101))),
            ("a.r000", None),
            ("a.zip", Some((Zip, "a", VolumeName::LAST))),
            ("a.z01", Some((Zip, "a", 1))),
            ("a.z100", Some((Zip, "a", 100))),
            ("a.z00", None),
            ("a.zx02", Some((Zipx, "a", 2))),
            ("a.zipx", Some((Zipx, "a", VolumeName::LAST))),
            ("a.7z.001", Some((Raw, "a.7z", 1))),
            ("a.tar.gz.0012", Some((Raw, "a.tar.gz", 12))),
            ("a.000", Some((Raw, "a", 0))),
            ("a.12", None),
            ("a.123456", None),
            (".001", None),
            ("001", None),
            ("a.z", None),
            ("a.txt", None),
        ] {
            let parsed = VolumeName::parse(name.as_bytes());
            let parsed = parsed.as_ref().map(|name| (name.scheme, &*name.stem, name.number));
            assert_eq!(parsed, expected, "{name}");
        }
    }

    #[test]
    fn numbers_of_one_set_are_of_one_width() {
        for (names, expected) in [
            (&["a.part1.rar", "a.part9.rar", "a.part10.rar"][..], &[1, 1, 1][..]),
            (&["a.part01.rar", "a.part10.rar"], &[2, 2]),
            (&["a.part1.rar", "a.part01.rar", "a.part10.rar"], &[1, 2, 2]),
            (&["a.part01.rar", "a.part001.rar", "a.part100.rar"], &[2, 3, 3]),
            (&["a.001", "a.999", "a.1000"], &[3, 3, 3]),
            (&["a.0001", "a.001", "a.1000"], &[4, 3, 4]),
            (&["a.z01", "a.z100"], &[2, 2]),
        ] {
            let names: Vec<_> =
                names.iter().map(|name| VolumeName::parse(name.as_bytes()).unwrap()).collect();
            let widths = Widths::of(names.iter());
            let found: Vec<_> = names.iter().map(|name| name.width(&widths)).collect();
            assert_eq!(found, expected, "{names:?}");
        }
    }

    #[test]
    fn other_parts_are_named_alike() {
        for (name, number, sibling) in [
            ("a.part01.rar", 2, "a.part02.rar"),
            ("a.part1.rar", 12, "a.part12.rar"),
            ("a.r00", 0, "a.rar"),
            ("a.rar", 101, "a.s00"),
            ("a.zip", 3, "a.z03"),
            ("a.z01", VolumeName::LAST, "a.zip"),
            ("a.7z.001", 2, "a.7z.002"),
            ("a.7z.120", 2, "a.7z.002"),
        ] {
            let name = VolumeName::parse(name.as_bytes()).unwrap();
            let width = name.width(&Widths::of([&name].into_iter()));
            assert_eq!(name.sibling(number, width), sibling);
        }
    }
}
