//! The filter in front of the scanner: which dots of a text may belong to a watched name.
//!
//! This is the hot loop of the whole product. Every watched name has a dot; around one dot of each
//! name (its *anchor*) a small key is taken and stored in a bitmap. The scanner visits the dots of
//! the text, takes the same key, and looks at a token only where the bitmap says so. The cost is
//! the same for ten names and for a million.
//!
//! Two keys are used. The *fine* key has up to sixteen letters and digits before the dot and two
//! bytes behind it. The *coarse* key has two bytes on either side; it is cheaper, and used in
//! front of the fine one as long as the list is short enough for it to turn most dots away. In front
//! of both stands, for [a few](super::few) names, a look at many dots at once.
//!
//! On the way the places are noted where escapes may begin.

use fearless_simd::{Level, Simd, dispatch, prelude::*, u8x64};

use super::few::FewNames;

/// Names up to which the coarse key is worth its while.
const COARSE_NAMES: usize = 5000;

/// Bits of the coarse bitmap: 4 KiB, so that it stays in the first cache.
const COARSE_BITS: u32 = 15;

/// Bits of the fine bitmap for every key.
const FINE_BITS: usize = 32;

/// Dots are collected for this many bytes of text before their keys are looked up.
const BLOCK: usize = 1024;

/// Texts below this length are not worth the work on whole blocks.
const SHORT: usize = 512;

/// Bytes of text whose dots are told at once.
pub(super) const PIECE: usize = 64;

/// Most bytes before a dot that the fine key is made of.
pub(super) const LABEL_REACH: usize = 16;

/// Bytes on either side of a dot that the coarse key is made of.
pub(super) const REACH: usize = 2;

/// A piece of text and the bytes on either side of it that coarse keys are made of, NULs where there
/// are none.
pub(super) type Vicinity = [u8; REACH + PIECE + REACH];

/// What is around the anchors of all watched names.
#[derive(Debug)]
pub(super) struct DotFilter {
    few: Option<FewNames>,
    coarse: Option<Coarse>,
    fine: Vec<u64>,
    fine_shift: u32,
    /// What this processor can do at once.
    level: Level,
}

impl DotFilter {
    /// An empty filter with room for the anchors of `names` names.
    pub(super) fn with_room(names: usize) -> Self {
        let words = (names * FINE_BITS / 64).next_power_of_two().max(512);
        let coarse = (names <= COARSE_NAMES).then(|| Coarse(Box::new([0; _])));
        let (fine, fine_shift) = (vec![0; words], 64 - words.trailing_zeros());
        let level = Level::new();
        Self { few: FewNames::with_room(names, level), coarse, fine, fine_shift, level }
    }

    /// Adds the name with its anchor at `dot`.
    pub(super) fn insert(&mut self, name: &[u8], dot: usize) {
        let before = name.get(..dot).unwrap_or_default();
        let after = name.get(dot + 1..).unwrap_or_default();
        self.insert_near(before, after);
        match *after {
            [first, second, ..] => self.insert_fine(before, [first, second]),
            // What follows a top-level domain of one letter may be anything.
            [first] => (0..=255).for_each(|second| self.insert_fine(before, [first, second])),
            [] => {}
        }
    }

    fn insert_fine(&mut self, before: &[u8], after: [u8; 2]) {
        let hash = fine_hash(last_of(before), after);
        if let Some(word) = self.fine.get_mut((hash >> self.fine_shift) as usize) {
            *word |= fine_bits(hash);
        }
    }

    /// Adds the four bytes around a dot; those that are not ASCII are written in several ways.
    fn insert_near(&mut self, before: &[u8], after: &[u8]) {
        let ascii = |byte: Option<&u8>| byte.copied().filter(u8::is_ascii);
        let mut before = before.iter().rev();
        let near = ascii(before.next());
        let key = [ascii(before.next()), near, ascii(after.first()), ascii(after.get(1))];
        if let Some(few) = &mut self.few {
            few.insert(key);
        }
        let Some(coarse) = &mut self.coarse else { return };
        let known = key.map(|byte| byte.unwrap_or(0));
        match key.map(|byte| byte.is_some()) {
            [true, true, true, true] => coarse.insert(known),
            [false, true, true, true] => {
                (0..=255).for_each(|any| coarse.insert([any, known[1], known[2], known[3]]))
            }
            [true, true, true, false] => {
                (0..=255).for_each(|any| coarse.insert([known[0], known[1], known[2], any]))
            }
            _ => self.coarse = None,
        }
    }

    /// Whether the dot at `dot` may be the anchor of a watched name.
    pub(super) fn passes(&self, text: &[u8], dot: usize) -> bool {
        let near = || {
            let [.., far, near] = last_of::<REACH>(text.get(..dot).unwrap_or_default());
            let [next, behind] = first_two(text.get(dot + 1..).unwrap_or_default());
            [far, near, next, behind]
        };
        self.coarse.as_ref().is_none_or(|coarse| coarse.passes(near()))
            && self.passes_fine(fine_hash_at(text, dot))
    }

    #[inline(always)]
    fn passes_fine(&self, hash: u64) -> bool {
        has_bits(self.fine_word(hash), hash)
    }

    #[inline(always)]
    fn fine_word(&self, hash: u64) -> u64 {
        self.fine.get((hash >> self.fine_shift) as usize).copied().unwrap_or(0)
    }

    /// Calls `visit` with every dot of `text` that may be the anchor of a watched name, and notes
    /// where escapes may begin.
    pub(super) fn candidates(&self, text: &[u8], marks: &mut Marks, mut visit: impl FnMut(usize)) {
        if text.len() < SHORT {
            memchr::memchr_iter(b'.', text).filter(|&dot| self.passes(text, dot)).for_each(visit);
            memchr::memchr2_iter(b'%', b'\\', text).for_each(|at| marks.add(at, 1));
            return;
        }
        dispatch!(self.level, simd => match (&self.few, &self.coarse) {
            (Some(few), _) => self.candidates_of_few(simd, few, text, marks, &mut visit),
            (None, Some(coarse)) => self.candidates_near(simd, coarse, text, marks, &mut visit),
            (None, None) => self.candidates_of_many(simd, text, marks, &mut visit),
        });
    }

    #[inline(always)]
    fn candidates_of_few<S: Simd>(
        &self,
        simd: S,
        few: &FewNames,
        text: &[u8],
        marks: &mut Marks,
        visit: &mut impl FnMut(usize),
    ) {
        let (few, mut edge) = (few.ready(simd), [0; _]);
        for at in (0..text.len()).step_by(PIECE) {
            let vicinity = vicinity(text, at, &mut edge);
            let piece = piece(simd, vicinity);
            marks.add(at, escapes(piece));
            let mut mask = dots(piece) & few.mask(vicinity);
            while mask != 0 {
                let dot = at + mask.trailing_zeros() as usize;
                mask &= mask - 1;
                if self.passes(text, dot) {
                    visit(dot);
                }
            }
        }
    }

    /// With the coarse key in front.
    #[inline(always)]
    fn candidates_near<S: Simd>(
        &self,
        simd: S,
        coarse: &Coarse,
        text: &[u8],
        marks: &mut Marks,
        visit: &mut impl FnMut(usize),
    ) {
        let mut dots = [0_u16; BLOCK + 1];
        for start in (0..text.len()).step_by(BLOCK) {
            let note = |at, piece| marks.add(at, escapes(piece));
            let count = collect(simd, text, start, &mut dots, note, |dot| coarse.passes(dot));
            let dots = dots.get(..count).unwrap_or_default();
            let dots = dots.iter().map(|&dot| start + usize::from(dot));
            dots.filter(|&dot| self.passes_fine(fine_hash_at(text, dot))).for_each(&mut *visit);
        }
    }

    /// With the fine key alone, which is taken of all dots.
    #[inline(always)]
    fn candidates_of_many<S: Simd>(
        &self,
        simd: S,
        text: &[u8],
        marks: &mut Marks,
        visit: &mut impl FnMut(usize),
    ) {
        let (mut dots, mut hashes, mut words) = ([0; BLOCK + 1], [0; BLOCK], [0; BLOCK]);
        let mut labels = Labels::default();
        for start in (0..text.len()).step_by(BLOCK) {
            labels.go_on();
            let note = |at, piece| {
                marks.add(at, escapes(piece));
                labels.set((at - start) / PIECE, label_bytes(piece));
            };
            let count = collect(simd, text, start, &mut dots, note, |_| true);
            let dots = dots.get(..count).unwrap_or_default();
            for (hash, &dot) in hashes.iter_mut().zip(dots) {
                *hash = fine_hash_behind(text, start + usize::from(dot), labels.before(dot));
            }
            let hashes = hashes.get(..count).unwrap_or_default();
            // Nothing else is done while the words are fetched, which may be far away: so the processor
            // waits for many at a time.
            for (word, &hash) in words.iter_mut().zip(hashes) {
                *word = self.fine_word(hash);
            }
            for ((&word, &hash), &dot) in words.iter().zip(hashes).zip(dots) {
                if has_bits(word, hash) {
                    visit(start + usize::from(dot));
                }
            }
        }
    }
}

/// Which bytes of a block are letters and digits.
#[derive(Default)]
struct Labels {
    /// One bit for every byte: of the last piece of the block before, then of those of the block.
    pieces: [u64; 1 + BLOCK / PIECE],
}

impl Labels {
    /// Goes on to the next block.
    fn go_on(&mut self) {
        let [first, .., last] = &mut self.pieces;
        *first = *last;
    }

    #[inline(always)]
    fn set(&mut self, piece: usize, mask: u64) {
        if let Some(place) = self.pieces.get_mut(1 + piece) {
            *place = mask;
        }
    }

    /// How many letters and digits stand right before the byte at `at` of the block, at least as far as
    /// a key reaches.
    #[inline(always)]
    fn before(&self, at: u16) -> usize {
        let (piece, bit) = (usize::from(at) / PIECE, usize::from(at) % PIECE);
        let around = self.pieces.get(piece..).and_then(|pieces| pieces.first_chunk());
        let [before, own] = around.copied().unwrap_or([0; 2]);
        let near = own << (PIECE - 1 - bit) << 1 | before >> bit;
        (near.leading_ones() as usize).min(LABEL_REACH)
    }
}

/// Where escapes may begin in a text: at every `%` and `\`.
#[derive(Debug, Default)]
pub(super) struct Marks(Vec<(usize, u64)>);

impl Marks {
    /// Adds the places that have a bit in `mask`, counted from `start`; all are behind those that are
    /// there.
    #[inline(always)]
    fn add(&mut self, start: usize, mask: u64) {
        if mask != 0 {
            self.0.push((start, mask));
        }
    }

    /// The places, in order.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.0.iter().flat_map(|&(start, mask)| {
            let masks = std::iter::successors(Some(mask), |mask| Some(mask & mask.wrapping_sub(1)));
            let masks = masks.take_while(|&mask| mask != 0);
            masks.map(move |mask| start + mask.trailing_zeros() as usize)
        })
    }
}

/// The bitmap of the coarse key.
#[derive(Debug)]
struct Coarse(Box<[u64; 1 << (COARSE_BITS - 6)]>);

impl Coarse {
    fn insert(&mut self, key: [u8; 4]) {
        let hash = coarse_hash(key);
        if let Some(word) = self.0.get_mut(hash / 64) {
            *word |= 1 << (hash % 64);
        }
    }

    #[inline(always)]
    fn passes(&self, key: [u8; 4]) -> bool {
        let hash = coarse_hash(key);
        self.0.get(hash / 64).is_some_and(|word| word >> (hash % 64) & 1 == 1)
    }
}

/// The coarse key of a dot of the piece in the middle of `vicinity`.
#[inline(always)]
fn near(vicinity: &Vicinity, dot: usize) -> [u8; 4] {
    let around = vicinity.get(dot % PIECE..).and_then(|around| around.first_chunk());
    let [far, near, _, next, behind] = around.copied().unwrap_or_default();
    [far, near, next, behind]
}

/// Writes those dots of the block at `start` to `dots` that pass, counted from `start`, and returns
/// their number; `note` is told of every piece, and where it stands.
#[inline(always)]
fn collect<S: Simd>(
    simd: S,
    text: &[u8],
    start: usize,
    dots: &mut [u16; BLOCK + 1],
    mut note: impl FnMut(usize, u8x64<S>),
    passes: impl Fn([u8; 4]) -> bool,
) -> usize {
    let (mut count, mut edge) = (0, [0; _]);
    let end = text.len().min(start + BLOCK);
    for at in (start..end).step_by(PIECE) {
        let vicinity = vicinity(text, at, &mut edge);
        let piece = piece(simd, vicinity);
        note(at, piece);
        let mut mask = self::dots(piece);
        let mut take = |mask: u64, count: usize| {
            let dot = mask.trailing_zeros() as usize;
            if let Some(place) = dots.get_mut(count) {
                *place = (at - start + dot) as u16;
            }
            let passes = passes(near(vicinity, dot)) & (mask != 0);
            (mask & mask.wrapping_sub(1), count + usize::from(passes))
        };
        // Four without looking whether there are as many: branches would be mispredicted.
        for _ in 0..4 {
            (mask, count) = take(mask, count);
        }
        while mask != 0 {
            (mask, count) = take(mask, count);
        }
    }
    count
}

/// The vicinity of the piece of `text` at `at`; `edge` has room for one that the text ends in.
#[inline(always)]
fn vicinity<'t>(text: &'t [u8], at: usize, edge: &'t mut Vicinity) -> &'t Vicinity {
    match at.checked_sub(REACH).and_then(|from| text.get(from..)?.first_chunk()) {
        Some(vicinity) => vicinity,
        None => {
            *edge = vicinity_at_edge(text, at);
            edge
        }
    }
}

/// The piece in the middle.
#[inline(always)]
fn piece<S: Simd>(simd: S, vicinity: &Vicinity) -> u8x64<S> {
    let bytes = vicinity.get(REACH..).and_then(|bytes| bytes.first_chunk());
    u8x64::simd_from(simd, bytes.copied().unwrap_or([0; PIECE]))
}

/// One bit for every dot.
#[inline(always)]
fn dots<S: Simd>(piece: u8x64<S>) -> u64 {
    piece.simd_eq(b'.').to_bitmask()
}

/// One bit for every byte that an escape may begin with.
#[inline(always)]
fn escapes<S: Simd>(piece: u8x64<S>) -> u64 {
    (piece.simd_eq(b'%') | piece.simd_eq(b'\\')).to_bitmask()
}

/// One bit for every letter and digit.
#[inline(always)]
fn label_bytes<S: Simd>(piece: u8x64<S>) -> u64 {
    let letters = ((piece | 0x20) - b'a').simd_lt(26);
    (letters | (piece - b'0').simd_lt(10)).to_bitmask()
}

/// The vicinity of the piece at `at` near the start or end of a text.
#[cold]
fn vicinity_at_edge(text: &[u8], at: usize) -> Vicinity {
    let mut vicinity = [0; _];
    let bytes = text.iter().skip(at.saturating_sub(REACH));
    let places = vicinity.iter_mut().skip(REACH.saturating_sub(at));
    bytes.zip(places).for_each(|(&byte, place)| *place = byte);
    vicinity
}

#[inline(always)]
const fn every(byte: u8) -> u128 {
    u128::from_ne_bytes([byte; LABEL_REACH])
}

/// The last bytes, with NULs in front of a shorter text.
fn last_of<const COUNT: usize>(text: &[u8]) -> [u8; COUNT] {
    let mut bytes = [0; COUNT];
    bytes.iter_mut().rev().zip(text.iter().rev()).for_each(|(byte, &from)| *byte = from);
    bytes
}

fn first_two(text: &[u8]) -> [u8; 2] {
    [text.first().copied().unwrap_or(0), text.get(1).copied().unwrap_or(0)]
}

#[inline(always)]
fn coarse_hash(key: [u8; 4]) -> usize {
    // Control characters may fall together with others: this is only a filter.
    let key = u32::from_le_bytes(key) | 0x2020_2020;
    (key.wrapping_mul(0x9e37_79b1) >> (32 - COARSE_BITS)) as usize
}

/// The hash of the fine key of a dot.
#[inline(always)]
fn fine_hash_at(text: &[u8], dot: usize) -> u64 {
    let before = text.get(..dot).unwrap_or_default();
    let after = text.get(dot + 1..).unwrap_or_default();
    match (before.last_chunk(), after.first_chunk()) {
        (Some(&before), Some(&after)) => fine_hash(before, after),
        _ => fine_hash(last_of(before), first_two(after)),
    }
}

/// The same for a dot right behind so many letters and digits, up to [`LABEL_REACH`].
#[inline(always)]
fn fine_hash_behind(text: &[u8], dot: usize, letters: usize) -> u64 {
    let around = dot.checked_sub(LABEL_REACH).and_then(|from| text.get(from..)?.first_chunk());
    let Some(around): Option<&[u8; LABEL_REACH + 3]> = around else {
        return fine_hash_at(text, dot);
    };
    let (Some(&before), Some(&after)) = (around.first_chunk(), around.last_chunk()) else {
        return 0;
    };
    let tail = TAILS.as_flattened().get(letters..).and_then(|tails| tails.first_chunk());
    let tail = tail.map_or(0, |tail| u128::from_le_bytes(*tail));
    let label = (u128::from_le_bytes(before) | every(0x20)) & tail;
    hash_of([label as u64, (label >> 64) as u64], after)
}

#[inline(always)]
fn fine_hash(before: [u8; LABEL_REACH], after: [u8; 2]) -> u64 {
    let label = label_tail(u128::from_le_bytes(before));
    hash_of([label as u64, (label >> 64) as u64], after)
}

#[inline(always)]
fn hash_of(label: [u64; 2], after: [u8; 2]) -> u64 {
    let left = label[0] ^ 0x9e37_79b9_7f4a_7c15;
    let after = u64::from(label_head(u16::from_le_bytes(after)));
    let right = (label[1] ^ 0xd6e8_feb8_6659_fd93).wrapping_add(after << 32);
    let product = u128::from(left) * u128::from(right);
    (product as u64) ^ (product >> 64) as u64
}

#[inline(always)]
fn fine_bits(hash: u64) -> u64 {
    1 << (hash & 63) | 1 << (hash >> 6 & 63) | 1 << (hash >> 12 & 63)
}

/// Sixteen bytes of this from one place on keep as many bytes of the end of a label.
const TAILS: [[u8; LABEL_REACH]; 2] = [[0; LABEL_REACH], [0xff; LABEL_REACH]];

#[inline(always)]
fn has_bits(word: u64, hash: u64) -> bool {
    let bits = fine_bits(hash);
    word & bits == bits
}

/// The letters and digits at the end of some bytes, in lower case, and NULs before them.
///
/// Everything else is cut off with what stands before it, hyphens too, so that the key does not
/// depend on what precedes a name.
#[inline(always)]
fn label_tail(bytes: u128) -> u128 {
    let lower = bytes | ((bytes & every(0x40)) >> 1);
    let ascii = lower & every(0x7f);
    let letters = (ascii + every(0x80 - b'a')) & !(ascii + every(0x7f - b'z'));
    let digits = (ascii + every(0x80 - b'0')) & !(ascii + every(0x7f - b'9'));
    let others = !((letters | digits) & !bytes) & every(0x80);
    lower & u128::MAX.checked_shl(u128::BITS - others.leading_zeros()).unwrap_or(0)
}

/// Two bytes in lower case, all that are not ASCII taken for one: code pages write them in
/// different ways.
#[inline(always)]
fn label_head(bytes: u16) -> u16 {
    let lower = bytes | ((bytes & 0x4040) >> 1);
    let high = bytes & 0x8080;
    lower | high | (high - (high >> 7))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_have_a_bit_for_every_dot() {
        let mask = |bytes: &[u8; PIECE]| {
            let vicinity = vicinity_at_edge(bytes, 0);
            dispatch!(Level::new(), simd => dots(piece(simd, &vicinity)))
        };
        for step in 1..64 {
            let piece =
                std::array::from_fn(
                    |at| if at % step == 0 { b'.' } else { (at * 37) as u8 | 0x80 },
                );
            for (at, byte) in piece.iter().enumerate() {
                assert_eq!(mask(&piece) >> at & 1 == 1, *byte == b'.', "{step} {at}");
            }
        }
        for byte in 0..=255 {
            assert_eq!(mask(&[byte; 64]) != 0, byte == b'.', "{byte}");
        }
    }

    #[test]
    fn a_label_tail_is_letters_and_digits() {
        for byte in 0..=255_u8 {
            let mut bytes = *b"xxxxxxxxxxxxx.A7";
            bytes[13] = byte;
            let tail = label_tail(u128::from_le_bytes(bytes)).to_le_bytes();
            let length = tail.iter().filter(|&&byte| byte != 0).count();
            assert_eq!(length, if byte.is_ascii_alphanumeric() { 16 } else { 2 }, "{byte}");
            assert!(tail.starts_with(if length == 2 { b"\0\0" } else { b"xx" }), "{byte}");
            assert!(tail.ends_with(b"a7"), "{byte}");
        }
    }

    #[test]
    fn dots_are_found_wherever_blocks_begin() {
        let mut filter = DotFilter::with_room(1);
        filter.insert(b"example.com", 7);
        let mut text = vec![b'.'; 5 * BLOCK];
        for start in (0..text.len() - 20).step_by(61) {
            text.splice(start..start + 13, *b"@eXample.cOm ");
            let mut found = Vec::new();
            filter.candidates(&text, &mut Marks::default(), |dot| found.push(dot));
            assert!(found.contains(&(start + 8)), "{start}");
            text.splice(start..start + 13, *b".............");
        }
    }

    #[test]
    fn blocks_tell_what_single_dots_tell() {
        let names =
            [&b"example.com"[..], b"a.org", b"x-y9.example", b"alabeloftwentyletters.example"];
        let line = b"https://eXample.com/a.org:x.y@x-Y9.examplE...a.or \xe9a.org \
            aLabelOfTwentyLetters.example:elOfTwentyLetters.example:ofTwentyLetters.example ";
        for room in [1, COARSE_NAMES, 2 * COARSE_NAMES] {
            let mut filter = DotFilter::with_room(room);
            let dot = |name: &[u8]| memchr::memchr(b'.', name).unwrap();
            names.iter().for_each(|name| filter.insert(name, dot(name)));
            for length in (SHORT..SHORT + 200).chain(BLOCK - 70..BLOCK + 70) {
                let text: Vec<u8> =
                    line.iter().copied().cycle().skip(length).take(length).collect();
                let mut found = Vec::new();
                filter.candidates(&text, &mut Marks::default(), |dot| found.push(dot));
                let dots = memchr::memchr_iter(b'.', &text);
                let expected: Vec<usize> = dots.filter(|&dot| filter.passes(&text, dot)).collect();
                assert_eq!(found, expected, "{length}");
                assert!(found.len() > 3 * (length / line.len()), "{length}");
            }
        }
    }

    #[test]
    fn places_of_escapes_are_noted() {
        for room in [1, COARSE_NAMES, 2 * COARSE_NAMES] {
            let filter = DotFilter::with_room(room);
            for length in [0, 1, 63, SHORT - 1, SHORT, SHORT + 63, BLOCK + 65] {
                let text: Vec<u8> =
                    b"%4\\.%..ab%%ccc".iter().copied().cycle().take(length).collect();
                let mut marks = Marks::default();
                filter.candidates(&text, &mut marks, |_| {});
                let expected = memchr::memchr2_iter(b'%', b'\\', &text);
                assert!(marks.places().eq(expected), "{room} {length}");
            }
        }
    }

    #[test]
    fn short_labels_pass_whatever_is_around_them() {
        for name in ["x.de", "ab.c", "a.b", "example.x", "é.de", "a.рф", "日本.jp"] {
            let mut filter = DotFilter::with_room(1);
            let dot = name.find('.').unwrap();
            filter.insert(name.as_bytes(), dot);
            for (before, after) in
                [("", ""), ("https://", "/path"), ("-", "-"), ("\r", "\0\0"), ("的的的", "的")]
            {
                let text = format!("{before}{name}{after}");
                assert!(filter.passes(text.as_bytes(), before.len() + dot), "{text:?}");
            }
        }
    }
}
