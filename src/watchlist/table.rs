//! Compact storage for up to millions of short strings: one arena of text, and a hash table that
//! knows positions only.
//!
//! `HashMap<String, …>` takes over a hundred bytes a name; a watchlist of a million domains must
//! stay far below that.

/// A piece of the [`Arena`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Span {
    start: u32,
    length: u32,
}

impl Span {
    pub(super) fn len(self) -> usize {
        self.length as usize
    }
}

/// Texts one behind the other.
#[derive(Debug, Clone, Default)]
pub(super) struct Arena(String);

impl Arena {
    /// An arena that begins with a text, and the whole of that.
    pub(super) fn of(text: String) -> (Self, Span) {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        (Self(text), Span { start: 0, length })
    }

    /// Stores a text. A watchlist is refused long before it has 4 GiB ([`Arena::is_full`]).
    pub(super) fn push(&mut self, text: &str) -> Span {
        let start = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.push_str(text);
        Span { start, length: u32::try_from(text.len()).unwrap_or(u32::MAX) }
    }

    /// The text at `span`.
    pub(super) fn get(&self, span: Span) -> &str {
        let start = span.start as usize;
        self.0.get(start..start + span.len()).unwrap_or("")
    }

    /// Takes the first line, without its end, off `rest`; none at the end.
    pub(super) fn split_line(&self, rest: &mut Span) -> Option<Span> {
        let text = Some(self.get(*rest).as_bytes()).filter(|text| !text.is_empty())?;
        let end = memchr::memchr(b'\n', text);
        let length = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        let taken = end.map_or(rest.length, |end| length(end + 1));
        let line = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = Span { start: rest.start, length: length(line.len()) };
        *rest = Span { start: rest.start + taken, length: rest.length - taken };
        Some(line)
    }

    /// Whether offsets could no longer be told apart.
    pub(super) fn is_full(&self) -> bool {
        self.0.len() > usize::try_from(u32::MAX / 2).unwrap_or(usize::MAX)
    }

    /// Gives unused memory back.
    pub(super) fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }
}

/// The hash of a text, built up from its last byte to its first.
///
/// Names end where a token ends, so reading backwards gives the hashes of all label suffixes of a
/// token in one go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hash(u64);

impl Hash {
    /// The hash of nothing.
    pub(super) const EMPTY: Self = Self(0xcbf2_9ce4_8422_2325);

    /// The hash of a whole text.
    pub(super) fn of(text: &[u8]) -> Self {
        text.iter().rev().fold(Self::EMPTY, |hash, &byte| hash.then(byte))
    }

    /// The hash with one more byte in front.
    pub(super) fn then(self, byte: u8) -> Self {
        Self((self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
    }

    fn tag(self) -> u32 {
        let mixed = (self.0 ^ (self.0 >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) as u32
    }
}

/// An open-addressing hash table from texts that are stored elsewhere to numbers.
///
/// Beside the slots lies one byte of the hash for each: nearly all texts that are not in the table
/// are told by these bytes alone, and they fit a processor cache where the slots do not. A slot
/// holds half of the hash beside the number, so growing needs no texts.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// Zero where the slot is empty.
    marks: Vec<u8>,
    slots: Vec<Slot>,
    used: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    tag: u32,
    number: u32,
}

impl Slot {
    /// A byte of the hash that does not tell the place of the slot in tables of usual size.
    fn mark(self) -> u8 {
        ((self.tag >> 24) as u8).max(1)
    }
}

impl Table {
    /// The number that was inserted for a text with this hash for which `is_it` holds.
    pub(super) fn find(&self, hash: Hash, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let sought = Slot { tag: hash.tag(), number: 0 };
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = sought.tag as usize & mask;
        loop {
            let mark = *self.marks.get(at)?;
            if mark == 0 {
                return None;
            }
            if mark == sought.mark() {
                let slot = self.slots.get(at)?;
                if slot.tag == sought.tag && is_it(slot.number) {
                    return Some(slot.number);
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// Reads the places of texts with these hashes into the caches of the processor: it waits for
    /// all of them at a time, where look-ups have it wait for each.
    pub(super) fn read_ahead(&self, hashes: impl Iterator<Item = Hash>) {
        let mask = self.slots.len().wrapping_sub(1);
        let read = hashes.map(|hash| {
            let at = hash.tag() as usize & mask;
            let slot = self.slots.get(at).map_or(0, |slot| slot.tag);
            self.marks.get(at).map_or(0, |&mark| u32::from(mark)) ^ slot
        });
        std::hint::black_box(read.fold(0, |all, read| all ^ read));
    }

    /// Adds a number for a text with this hash.
    pub(super) fn insert(&mut self, hash: Hash, number: u32) {
        self.reserve(1);
        self.place(Slot { tag: hash.tag(), number });
        self.used += 1;
    }

    /// Makes room for `count` more numbers at once. At least half of the slots stay empty.
    pub(super) fn reserve(&mut self, count: usize) {
        let length = ((self.used + count) * 2).next_power_of_two();
        if length > self.slots.len() {
            let slots = std::mem::replace(&mut self.slots, vec![Slot::default(); length]);
            let marks = std::mem::replace(&mut self.marks, vec![0; length]);
            let used = slots.into_iter().zip(marks).filter(|&(_, mark)| mark != 0);
            used.for_each(|(slot, _)| self.place(slot));
        }
    }

    fn place(&mut self, slot: Slot) {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = slot.tag as usize & mask;
        while self.marks.get(at).is_some_and(|&mark| mark != 0) {
            at = (at + 1) & mask;
        }
        if let (Some(mark), Some(place)) = (self.marks.get_mut(at), self.slots.get_mut(at)) {
            *mark = slot.mark();
            *place = slot;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_again_while_the_table_grows() {
        let texts: Vec<String> = (0..5000).map(|n| format!("n{n}.example")).collect();
        let mut table = Table::default();
        for (number, text) in texts.iter().enumerate() {
            table.insert(Hash::of(text.as_bytes()), number as u32);
        }
        let find =
            |text: &str| table.find(Hash::of(text.as_bytes()), |n| texts[n as usize] == text);
        for (number, text) in texts.iter().enumerate() {
            assert_eq!(find(text), Some(number as u32));
        }
        assert_eq!(find("n5000.example"), None);
        assert_eq!(Table::default().find(Hash::EMPTY, |_| true), None);
    }
}
