//! The scanner: every place in a text where a watched name stands.
//!
//! It knows no formats. A name stands wherever its letters stand and neither side continues a
//! label ([`boundary`](super::boundary)); that is what makes the mention guarantee hold for any
//! file. The [filter](super::filter) proposes dots; around each the host token is read, and every
//! suffix of it that begins at a label is looked up.
//!
//! Text is searched as it stands and decoded as well: `user%40example.com`, `example\u002ecom`.

use memchr::{memchr_iter, memmem};

use super::EntryKind;
use super::address::{address_at, address_start};
use super::boundary::{Class, Reader, Reading, Step};
use super::escape::{Escape, is_host_byte};
use super::filter::{LABEL_REACH, Marks};
use super::matcher::Matcher;
use super::names::{Found, NameIndex, OrgIndex, StoredName};
use super::table::Hash;

/// One place in a text where a watched name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hit {
    /// Offset of the first byte of the host: the name with its sub-domain labels.
    pub start: usize,
    /// Offset behind the last byte of the name.
    pub end: usize,
    /// The name.
    pub name: NameIndex,
}

/// What a watchlist holds that [`Matcher::scan`] cannot find: texts have to be parsed for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BlindSpots {
    /// Ranges of IPv6 addresses, which have too many spellings.
    pub ipv6_ranges: bool,
    /// Patterns of computer names.
    pub computer_names: bool,
    /// Windows domains of one label; the scanner sees them in `EXAMPLE\user` only.
    pub ad_names: bool,
}

impl BlindSpots {
    /// Whether the scanner finds everything.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }
}

/// Escapes before a token that are still seen when the token itself is as long as the longest name.
const ESCAPE_REACH: usize = 16;

/// Most bytes of decoded text that are held at a time, and how many of them stay for the next part.
const DECODED: usize = 8192;
const DECODED_OVERLAP: usize = 1024;

/// The spellings of the dot in East Asian text, as UTF-8.
const WIDE_DOTS: [&str; 3] = ["。", "．", "｡"];

impl Matcher {
    /// Adds to `hits` every place in `text` where a watched name stands, in the order of their
    /// ends.
    ///
    /// `text` is in an ASCII-based encoding ([`text::ascii_based`](crate::text::ascii_based)) and
    /// is best whole lines, because its ends count as the ends of names. A token gives at most one
    /// hit for each organisation: its most specific name.
    ///
    /// ```
    /// use logsieve::watchlist::Watchlist;
    /// let matcher = Watchlist::from_domains(["example.com"])?.compile();
    /// let mut hits = Vec::new();
    /// matcher.scan(b"notexample.com, example.com.evil.test, user%40Mail.Example.com", &mut hits);
    /// let [hit] = hits[..] else { panic!() };
    /// assert_eq!((hit.start, hit.end), (46, 62));
    /// assert_eq!(matcher.name(hit.name).unwrap().entry, "example.com");
    /// # Ok::<(), logsieve::error::Error>(())
    /// ```
    pub fn scan(&self, text: &[u8], hits: &mut Vec<Hit>) {
        let first = hits.len();
        let mut scan = Scan::new(self, text, hits);
        scan.names();
        let plain = scan.hits.len();
        scan.escapes();
        if self.ranges.have_v4() {
            scan.addresses();
        }
        if scan.overlaps || hits.len() > plain {
            self.tidy(hits, first);
        }
    }

    /// Which entries have to be looked for by parsing.
    pub fn needs_full_parse(&self) -> BlindSpots {
        BlindSpots {
            ipv6_ranges: self.ranges.have_v6(),
            computer_names: !self.computers.is_empty(),
            ad_names: self.has_ad_names,
        }
    }

    /// Puts the hits of several passes in order and takes out what was found twice.
    fn tidy(&self, hits: &mut Vec<Hit>, first: usize) {
        let mut new = hits.split_off(first);
        let place = |hit: &Hit| (hit.end, self.organisation_of(hit.name));
        new.sort_by_key(|hit| {
            let length = self.names.stored(hit.name).map_or(0, |name| name.text.len());
            (place(hit), std::cmp::Reverse((length, hit.start)))
        });
        new.dedup_by_key(|hit| place(hit));
        hits.append(&mut new);
    }

    fn organisation_of(&self, name: NameIndex) -> Option<OrgIndex> {
        self.names.stored(name).map(|name| name.organisation)
    }
}

/// One scan over one text.
struct Scan<'s> {
    matcher: &'s Matcher,
    text: &'s [u8],
    hits: &'s mut Vec<Hit>,
    /// Whether several readings of one place may have hit.
    overlaps: bool,
    /// For each reading: ends of tokens up to here were looked at in this pass.
    seen: [usize; 3],
    /// Where escapes may begin.
    marks: Marks,
    /// The token in lower case, last byte first.
    token: Vec<u8>,
    found: Vec<Found>,
}

impl<'s> Scan<'s> {
    fn new(matcher: &'s Matcher, text: &'s [u8], hits: &'s mut Vec<Hit>) -> Self {
        let (marks, token, found) = (Marks::default(), Vec::new(), Vec::new());
        Self { matcher, text, hits, overlaps: false, seen: [0; 3], marks, token, found }
    }

    /// Finds names by their dots, and notes where escapes may begin.
    fn names(&mut self) {
        let (filter, mut marks) = (&self.matcher.filter, Marks::default());
        filter.candidates(self.text, &mut marks, |dot| self.around_dot(dot + 1));
        self.marks = marks;
        if !self.matcher.is_international {
            return;
        }
        for dot in WIDE_DOTS {
            self.seen = [0; 3];
            for at in memmem::find_iter(self.text, dot) {
                self.overlaps = true;
                self.around_dot(at + dot.len());
            }
        }
    }

    /// Looks at every end that a name can have whose dot ends at `behind`.
    #[cold]
    fn around_dot(&mut self, behind: usize) {
        let met_foreign = self.ends_behind(behind, Reading::Utf8);
        if met_foreign && self.matcher.is_international {
            self.overlaps = true;
            self.ends_behind(behind, Reading::Windows1251);
            self.ends_behind(behind, Reading::Windows1252);
        }
    }

    /// The same in one reading; tells whether there were bytes that it cannot read.
    fn ends_behind(&mut self, behind: usize, reading: Reading) -> bool {
        let reader = Reader { text: self.text, reading };
        let limit = behind + self.matcher.longest_tail;
        let mut at = behind;
        let mut met_foreign = false;
        let mut is_label_end = false;
        while at <= limit {
            let step = reader.after(at);
            if is_label_end && self.is_unseen(at, reading) && reader.may_end(at) {
                met_foreign |= self.names_ending(at, reader);
            }
            met_foreign |= step.class == Class::Foreign;
            if !self.is_name_part(step) {
                break;
            }
            is_label_end = step.class != Class::Hyphen && !step.is_dot();
            at += step.size;
        }
        met_foreign
    }

    fn is_unseen(&mut self, end: usize, reading: Reading) -> bool {
        let Some(seen) = self.seen.get_mut(reading as usize) else { return true };
        let is_unseen = end > *seen;
        *seen = end.max(*seen);
        is_unseen
    }

    /// Whether a character may be part of any name of this watchlist.
    fn is_name_part(&self, step: Step) -> bool {
        match step.class {
            Class::Label | Class::Hyphen | Class::Dot => true,
            Class::Loose => self.matcher.has_loose_names,
            Class::Edge | Class::Foreign => false,
        }
    }

    /// Reports the names that end at `end`; tells whether unreadable bytes stood before them.
    fn names_ending(&mut self, end: usize, reader: Reader<'_>) -> bool {
        self.found.clear();
        let (stop, class) = self.look_up_backwards(end, 0, reader);
        // What stands in front may be an escape whose last characters were taken for a label.
        let escape = stop.checked_sub(1).and_then(|at| Escape::at(self.text, at));
        let floor = escape.filter(|escape| !escape.is_host_part()).map(|escape| escape.end);
        if let Some(floor) = floor.filter(|&floor| floor < end) {
            self.look_up_backwards(end, floor, reader);
        }
        self.matcher.names.settle(&mut self.found, specificity);
        for &Found { name, start } in &self.found {
            let floor = floor.filter(|&floor| floor <= start).unwrap_or(0);
            let text = self.text.get(floor..).unwrap_or_default();
            let start = floor + Reader { text, ..reader }.host_start(start - floor);
            self.hits.push(Hit { start, end, name });
        }
        class == Class::Foreign
    }

    /// Collects the names between `floor` and `end` that end at `end`; tells where the token
    /// begins, or how far it was followed, and what stands before it.
    fn look_up_backwards(
        &mut self,
        end: usize,
        floor: usize,
        reader: Reader<'_>,
    ) -> (usize, Class) {
        let reader = Reader { text: self.text.get(floor..).unwrap_or_default(), ..reader };
        let names = &self.matcher.names;
        let mut at = end - floor;
        let mut hash = Hash::EMPTY;
        let mut has_dot = false;
        self.token.clear();
        loop {
            let is_label_start = !matches!(self.token.last(), None | Some(b'.' | b'-'));
            if has_dot && is_label_start && reader.may_begin(at) {
                names.collect(hash, &self.token, floor + at, &mut self.found);
            }
            let step = reader.before(at);
            if !self.is_name_part(step) || self.token.len() > names.longest + ESCAPE_REACH {
                return (floor + at, step.class);
            }
            at -= step.size;
            hash = push_folded(&mut self.token, hash, step);
            has_dot |= self.token.last() == Some(&b'.');
        }
    }

    /// Finds what only shows when escapes are decoded, and `EXAMPLE\user`; comes after the names.
    fn escapes(&mut self) {
        let (text, marks) = (self.text, std::mem::take(&mut self.marks));
        self.seen = [0; 3];
        // Up to here the text was decoded; escapes begin no token before it.
        let mut floor = 0;
        for at in marks.places() {
            if at < floor {
                continue;
            }
            let escape = Escape::at(text, at);
            if self.matcher.has_ad_names {
                self.ad_name(at, escape, floor);
            }
            match escape {
                Some(escape) if escape.is_host_part() => floor = self.decoded_token(at, floor),
                Some(escape) => {
                    floor = escape.end;
                    self.behind_escape(floor);
                }
                None => {}
            }
        }
    }

    /// Finds a name that begins at `start`, right behind an escape.
    ///
    /// Only where the escape falsifies the key of the filter, so only for short labels; behind
    /// all others the search for names has been here.
    fn behind_escape(&mut self, start: usize) {
        let rest = self.text.get(start..).unwrap_or_default();
        let label =
            rest.iter().take(LABEL_REACH).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        if rest.get(label) == Some(&b'.') && self.matcher.filter.passes(rest, label) {
            self.around_dot(start + label + 1);
        }
        if self.matcher.ranges.have_v4() && rest.first().is_some_and(u8::is_ascii_digit) {
            self.address(start);
        }
    }

    /// Finds names in the token around the escape at `at`, which stands for a part of it; returns
    /// where the token ends.
    fn decoded_token(&mut self, at: usize, floor: usize) -> usize {
        let before = self.text.get(floor..at).unwrap_or_default();
        let before = before.iter().rev().take(DECODED_OVERLAP);
        let left = at - before.take_while(|&&byte| is_host_byte(byte)).count();
        let mut token = Decoded::default();
        let mut next = left;
        while let Some(&byte) = self.text.get(next) {
            match Escape::at(self.text, next) {
                Some(escape) if escape.is_host_part() => {
                    escape.bytes().iter().for_each(|&byte| token.push(byte, next));
                    next = escape.end;
                }
                None if is_host_byte(byte) => {
                    token.push(byte, next);
                    next += 1;
                }
                _ => break,
            }
            if token.bytes.len() >= DECODED {
                self.in_decoded(&token, next, Cut::Inside);
                token.keep_last(DECODED_OVERLAP);
            }
        }
        self.in_decoded(&token, next, Cut::AtEnd);
        next
    }

    fn in_decoded(&mut self, token: &Decoded, behind: usize, cut: Cut) {
        let mut hits = Vec::new();
        Scan::new(self.matcher, &token.bytes, &mut hits).names();
        let place = |at: usize| token.places.get(at).copied().unwrap_or(behind);
        let whole = hits.into_iter().filter(|hit| cut == Cut::AtEnd || hit.end < token.bytes.len());
        self.hits.extend(whole.map(|hit| Hit {
            start: place(hit.start),
            end: place(hit.end),
            name: hit.name,
        }));
    }

    /// Finds the Windows domain in `EXAMPLE\user`, where the separator, or its escape, is at `at`.
    fn ad_name(&mut self, at: usize, escape: Option<Escape>, floor: usize) {
        let behind = match escape {
            Some(escape) if escape.bytes() == b"\\" => escape.end,
            _ if self.text.get(at) == Some(&b'\\') => at + 1,
            _ => return,
        };
        let user = self.text.get(behind..).unwrap_or_default().iter().find(|&&byte| byte != b'\\');
        let before = self.text.get(floor..at).unwrap_or_default();
        let before = before.iter().rev().take(self.matcher.names.longest + 1);
        let is_part = |byte: &u8| byte.is_ascii() && is_host_byte(*byte);
        let start = at - before.take_while(|byte| is_part(byte)).count();
        let in_path = start > floor && matches!(self.text.get(start - 1), Some(b'\\' | b'/'));
        let text = self.text.get(floor..).unwrap_or_default();
        let is_whole = Reader { text, reading: Reading::Utf8 }.may_begin(start - floor);
        if in_path || !is_whole || !user.is_some_and(|&byte| is_host_byte(byte) || byte == b'$') {
            return;
        }
        let names = self.matcher.ad_names(self.text.get(start..at).unwrap_or_default());
        self.hits.extend(names.map(|found| Hit { start, end: at, name: found.name }));
    }

    /// Finds addresses of watched ranges.
    fn addresses(&mut self) {
        for dot in memchr_iter(b'.', self.text) {
            let reader = Reader { text: self.text, reading: Reading::Utf8 };
            if let Some(start) = address_start(reader, dot) {
                self.address(start);
            }
        }
    }

    fn address(&mut self, start: usize) {
        let reader = Reader { text: self.text, reading: Reading::Utf8 };
        if let Some((address, end)) = address_at(reader, start) {
            let names = self.matcher.ranges.find(address.into());
            self.hits.extend(names.map(|name| Hit { start, end, name }));
        }
    }
}

/// Whether decoded text ends where the token ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    AtEnd,
    Inside,
}

/// A decoded token, and where each of its bytes comes from.
#[derive(Debug, Default)]
struct Decoded {
    bytes: Vec<u8>,
    places: Vec<usize>,
}

impl Decoded {
    fn push(&mut self, byte: u8, place: usize) {
        self.bytes.push(byte);
        self.places.push(place);
    }

    fn keep_last(&mut self, count: usize) {
        let surplus = self.bytes.len().saturating_sub(count);
        self.bytes.drain(..surplus);
        self.places.drain(..surplus);
    }
}

/// The longest name counts, then the kind of entry; addresses and computers are told otherwise.
fn specificity(name: &StoredName, _start: usize) -> Option<usize> {
    let is_name = !matches!(name.kind, EntryKind::IpRange | EntryKind::ComputerName);
    is_name.then_some(name.text.len() * 16 + 15 - name.kind as usize)
}

/// Puts one more character in front of a token that is kept backwards in lower case.
fn push_folded(token: &mut Vec<u8>, mut hash: Hash, step: Step) -> Hash {
    let first = token.len();
    match step.character {
        _ if step.is_dot() => token.push(b'.'),
        character if character.is_ascii() => token.push(character.to_ascii_lowercase() as u8),
        character => {
            for lower in character.to_lowercase() {
                token.extend_from_slice(lower.encode_utf8(&mut [0; 4]).as_bytes());
            }
            if let Some(bytes) = token.get_mut(first..) {
                bytes.reverse();
            }
        }
    }
    for &byte in token.get(first..).unwrap_or_default() {
        hash = hash.then(byte);
    }
    hash
}
