//! RAR: keys, volumes, damage, and headers that lie.

use rars::ArchiveVersion::{self, Rar30, Rar50};

use super::pack::{self, Tree};
use super::rar5::{self, File};
use super::*;
use crate::issue::Gravity;

const VERSIONS: [ArchiveVersion; 2] = [Rar30, Rar50];

/// Four texts that do not compress too well.
fn tree() -> Tree {
    let text = |seed: u32| {
        let mut state = seed + 1;
        let mut word = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            format!("{state:x} ")
        };
        (0..900).map(|_| word()).collect::<String>()
    };
    (0..4).map(|seed| (format!("{seed}.txt"), text(seed).into_bytes())).collect()
}

/// A header of RAR4, sealed.
fn header4(kind: u8, flags: u16, fields: &[u8]) -> Vec<u8> {
    let size = (7 + fields.len()) as u16;
    let sealed = [&[kind], &flags.to_le_bytes()[..], &size.to_le_bytes(), fields].concat();
    let sum = pack::crc32(&sealed) as u16;
    [&sum.to_le_bytes()[..], &sealed].concat()
}

/// A stored part of a file in a volume of RAR4.
fn part4(name: &str, whole: &[u8], part: &[u8], flags: u16) -> Vec<u8> {
    let sizes = [part.len() as u32, whole.len() as u32].map(u32::to_le_bytes).concat();
    let sum = pack::crc32(whole).to_le_bytes();
    let rest = [29, 0x30, name.len() as u8, 0, 0x20, 0, 0, 0];
    let fields = [&sizes, &[2][..], &sum, &[0; 4], &rest, name.as_bytes()].concat();
    [header4(0x74, 0x8000 | flags, &fields), part.to_vec()].concat()
}

/// Three volumes of RAR4 with five files, two of which lie in two volumes.
fn volumes4() -> (Tree, Vec<Vec<u8>>) {
    const CONTINUED: u16 = 1;
    const GOES_ON: u16 = 2;
    let names = ["a", "b", "c", "d", "e"];
    let texts = names.map(|name| format!("this is the text of {name}").into_bytes());
    let [a, b, c, d, e] = &texts;
    let files = [
        [part4("a", a, a, 0), part4("b", b, &b[..9], GOES_ON), Vec::new()],
        [part4("b", b, &b[9..], CONTINUED), part4("c", c, c, 0), part4("d", d, &d[..5], GOES_ON)],
        [part4("d", d, &d[5..], CONTINUED), part4("e", e, e, 0), Vec::new()],
    ];
    let volume = |(number, files): (u8, &[Vec<u8>; 3])| {
        let main = header4(0x73, 0x11 | if number == 0 { 0x100 } else { 0 }, &[0; 6]);
        let end = header4(0x7b, 0x4008 | u16::from(number < 2), &[number, 0]);
        [b"Rar!\x1a\x07\0", &main[..], &files.concat(), &end].concat()
    };
    let volumes = (0..).zip(&files).map(volume).collect();
    (names.iter().zip(&texts).map(|(name, text)| ((*name).into(), text.clone())).collect(), volumes)
}

fn rows(tree: &Tree) -> Vec<Row> {
    tree.iter().map(|(name, bytes)| (name.clone(), bytes.clone(), None)).collect()
}

fn open_limited(data: Data, limits: &str, passwords: &[&str]) -> Result<Box<dyn Archive>> {
    let budget = Arc::new(Budget::new(Limits::default().with(limits).unwrap()));
    let passwords: Vec<_> = passwords.iter().map(|word| given(word)).collect();
    open(
        data,
        Format::Rar,
        "test",
        OpenOptions { budget: &budget, passwords: &passwords, gaps: None },
    )
}

fn joined(volumes: &[Vec<u8>]) -> Data {
    Data::join(volumes.iter().map(|volume| Data::from_bytes(volume.clone())).collect())
}

fn outcomes(archive: &dyn Archive) -> Vec<Option<Code>> {
    contents(archive).into_iter().map(|row| row.2).collect()
}

/// Code of the error, if it cannot be opened.
fn refusal(opened: Result<Box<dyn Archive>>) -> Option<Code> {
    match opened.err()?.kind() {
        ErrorKind::Input { code, .. } => Some(*code),
        other => panic!("{other:?}"),
    }
}

/// A thousand files with one salt, of which a key takes 2^10 rounds.
#[test]
fn one_salt_is_one_derivation() {
    let file = |i: u32| (format!("{i}.txt"), format!("text {i}").into_bytes());
    let tree: Tree = (0..1000).map(file).collect();
    let locked = |(name, bytes): &(String, Vec<u8>)| {
        File::stored(name, bytes).locked(b"right", [5; 16], 10, 1).bytes()
    };
    let bytes = rar5::archive(&tree.iter().map(locked).collect::<Vec<_>>());
    let passwords = [given("wrong"), given("right")];
    // Two keys are tried, and the right one is derived again when the members are read.
    for (derivations, right) in [(3, true), (2, false)] {
        let limits = Limits::default().with("kdf_seconds=1").unwrap();
        let budget = Arc::new(Budget::new(limits));
        let cost = (1024 + 32) * 4 * derivations;
        budget.take_derivation(1, crate::limits::HASH_BLOCKS_A_SECOND - cost).unwrap();
        let options = OpenOptions { budget: &budget, passwords: &passwords, gaps: None };
        let data = Data::from_bytes(bytes.clone());
        let archive = open(data, Format::Rar, "test", options).unwrap();
        assert_eq!(archive.opened_with(), Some(&passwords[1]));
        assert_eq!(contents(&*archive) == rows(&tree), right);
    }
}

#[test]
fn a_password_without_a_check_value_is_checked_by_decoding() {
    let locked = |i: usize, bytes: &[u8]| {
        File::stored(&format!("{i}.txt"), bytes).locked(b"right", [i as u8; 16], 4, 0).bytes()
    };
    let bytes = rar5::archive(&[locked(1, b"one text"), locked(2, b"another text")]);
    let open = |words: &[&str]| open_with(bytes.clone(), Format::Rar, words).unwrap();
    assert_eq!(outcomes(&*open(&["wrong", "right"])), [None, None]);
    assert_eq!(contents(&*open(&["right"]))[1].1, b"another text");
    assert_eq!(outcomes(&*open(&["wrong"])), [Some(Code::PasswordWrong); 2]);
    assert_eq!(outcomes(&*open(&[])), [Some(Code::PasswordRequired); 2]);
}

#[test]
fn a_damaged_member_does_not_make_the_right_password_wrong() {
    for version in VERSIONS {
        let mut tree = tree();
        tree[2].1.truncate(40);
        let builder = pack::rar_builder(&tree, version).store(true);
        let mut bytes = builder.password(Some(b"right".to_vec())).to_bytes().unwrap();
        // The smallest member, on which passwords are tried, is damaged.
        let name = memchr::memmem::find(&bytes, b"2.txt").unwrap();
        let next = memchr::memmem::find(&bytes, b"3.txt").unwrap();
        let at = if version == Rar50 { next - 60 } else { next - 40 };
        assert!(at > name + 20);
        bytes[at] ^= 1;
        let archive = open_with(bytes, Format::Rar, &["wrong", "right"]).unwrap();
        assert_eq!(archive.opened_with(), Some(&given("right")), "{version:?}");
        assert_eq!(outcomes(&*archive), [None, None, Some(Code::CrcMismatch), None]);
    }
}

#[test]
fn hostile_051_keys_that_take_too_long_cost_only_what_they_lock() {
    let plain = |name: &str| File::stored(name, b"plain text").bytes();
    let locked = |salt: u8, power| {
        File::stored(&format!("{salt}"), b"text").locked(b"right", [salt; 16], power, 1).bytes()
    };
    let too_many = Some(Code::LimitCpu);
    let many: Vec<_> = (0..40).map(|salt| locked(salt, 10)).collect();
    let bytes = rar5::archive(&[vec![plain("a")], many, vec![plain("b")]].concat());
    let data = || Data::from_bytes(bytes.clone());
    let archive = open_limited(data(), "kdf_seconds=0", &["right"]).unwrap();
    let found = outcomes(&*archive);
    assert_eq!((found[0], found[1], found[40], found[41]), (None, too_many, too_many, None));
    for power in [24, 31, 62, 63, 255] {
        let bytes = rar5::archive(&[plain("a"), locked(1, power), locked(2, 3), plain("b")]);
        let archive = open_with(bytes, Format::Rar, &["right"]).unwrap();
        assert_eq!(outcomes(&*archive), [None, too_many, None, None], "{power}");
    }
}

#[test]
fn volumes_are_read_as_one() {
    let (tree4, volumes) = volumes4();
    assert_eq!(contents(&*open_limited(joined(&volumes), "", &[]).unwrap()), rows(&tree4));
    for version in [Rar30, Rar50] {
        for (is_solid, is_locked, hides) in [
            (false, false, false),
            (true, false, false),
            (false, true, false),
            (true, true, false),
            (false, true, true),
        ] {
            let mut tree = tree();
            if version == Rar30 {
                // The writer knows no more.
                tree.truncate(1);
            }
            let builder = pack::rar_builder(&tree, version).volume_size(Some(3000));
            let builder = builder.solid(is_solid).header_encryption(hides);
            let password = is_locked.then(|| b"right".to_vec());
            let context = format!("{version:?} {is_solid} {is_locked} {hides}");
            let Ok(volumes) = builder.password(password).build_volumes(None) else {
                assert_eq!(version, Rar30, "{context}");
                continue;
            };
            assert!(volumes.len() > 1, "{context}");
            let archive = open_limited(joined(&volumes), "", &["wrong", "right"]).unwrap();
            // The writer puts no end mark behind volumes of RAR4.
            let is_loss = |issue: &Issue| issue.gravity == Gravity::Loss;
            assert!(!archive.issues().iter().any(is_loss), "{context}");
            assert_eq!(archive.issues().len(), usize::from(version == Rar30), "{context}");
            assert_eq!(contents(&*archive), rows(&tree), "{context}");
        }
    }
}

#[test]
fn hostile_072_volumes_that_are_missing() {
    let builder = pack::rar_builder(&tree(), Rar50).volume_size(Some(9000));
    let sets = [volumes4(), (tree(), builder.build_volumes(None).unwrap())];
    for (version, (tree, volumes)) in sets.into_iter().enumerate() {
        for lacking in 0..volumes.len() {
            let mut rest = volumes.clone();
            rest.remove(lacking);
            let archive = open_limited(joined(&rest), "", &[]).unwrap();
            let number = format!("volume {} of the set is missing", lacking + 1);
            let issue = &archive.issues()[0];
            assert_eq!((issue.code, &issue.detail), (Code::MissingVolume, &number), "{version}");
            let (mut whole, mut torn) = (0, 0);
            for row in contents(&*archive) {
                match row.2 {
                    None => {
                        assert!(rows(&tree).contains(&row));
                        whole += 1;
                    }
                    code => {
                        assert_eq!(code, Some(Code::MissingVolume));
                        torn += 1;
                    }
                }
            }
            assert!(whole >= 1 && torn >= 1, "{version} {lacking}: {whole} {torn}");
            // The same where the caller knows of the gap.
            let mut gapped: Vec<_> = volumes.iter().cloned().map(Data::from_bytes).collect();
            gapped[lacking] = Data::Missing { length: 0 };
            let known = open_limited(Data::join(gapped), "", &[]).unwrap();
            assert_eq!(contents(&*known), contents(&*archive));
        }
    }
}

#[test]
fn a_member_whose_only_volume_is_not_there() {
    let noise = tree().swap_remove(0).1;
    for version in VERSIONS {
        let builder = pack::rar_builder(&vec![("a".into(), noise.clone())], version);
        for volume in builder.volume_size(Some(1000)).build_volumes(None).unwrap() {
            let opened = open_limited(Data::from_bytes(volume), "", &[]);
            assert_eq!(refusal(opened), Some(Code::MissingVolume));
        }
    }
}

#[test]
fn hostile_065_a_cut_archive_yields_what_stands_before_the_cut() {
    let tree = tree();
    for version in VERSIONS {
        for (is_solid, is_locked, hides) in
            [(false, false, false), (true, false, false), (false, true, false), (true, true, true)]
        {
            let builder = pack::rar_builder(&tree, version).solid(is_solid);
            let password = is_locked.then(|| b"right".to_vec());
            let builder = builder.password(password).header_encryption(hides);
            let bytes = builder.to_bytes().unwrap();
            let mut most = 0;
            // Keys take time.
            let step = bytes.len() / if is_locked { 2 } else { 9 };
            for length in (20..bytes.len() * 9 / 10).step_by(step).chain([bytes.len() * 9 / 10]) {
                let data = Data::from_bytes(bytes[..length].to_vec());
                let Ok(archive) = open_limited(data, "", &["right"]) else {
                    assert_eq!(most, 0);
                    continue;
                };
                let found = contents(&*archive);
                let whole = found.iter().filter(|row| row.2.is_none()).count();
                assert_eq!(found[..whole], rows(&tree)[..whole]);
                assert!(found[whole..].iter().all(|row| row.2 == Some(Code::Truncated)));
                assert!(codes(&*archive).contains(&Code::Truncated));
                assert!(whole >= most);
                most = whole;
            }
            assert_eq!(most, 3, "{version:?} {is_solid} {is_locked} {hides}");
        }
    }
}

#[test]
fn hostile_065_the_bytes_of_a_cut_member_are_kept() {
    let text = b"https://example.com/ user word\n".repeat(99);
    let bytes = rar5::archive(&[File::stored("a", &text).bytes()]);
    let archive = opened(bytes[..bytes.len() / 2].to_vec(), Format::Rar);
    let found = contents(&*archive);
    assert_eq!(found[0].2, Some(Code::Truncated));
    assert!(found[0].1.len() > 1000 && text.starts_with(&found[0].1));
}

#[test]
fn hostile_069_a_damaged_header_costs_its_member() {
    for version in VERSIONS {
        let mut bytes = pack::rar(&tree(), version);
        let at = memchr::memmem::find(&bytes, b"1.txt").unwrap();
        bytes[at] ^= 1;
        let found = contents(&*opened(bytes, Format::Rar));
        let codes: Vec<_> = found.iter().map(|row| row.2).collect();
        assert_eq!(codes, [None, Some(Code::Corrupt), None, None], "{version:?}");
        assert_eq!(found[1].1, tree()[1].1);
    }
}

/// Programs that unpack stop at the end mark, so that is where to hide something from them.
#[test]
fn entries_behind_the_end_are_read_and_told() {
    let text = b"this is the text of a";
    let begin4 = [&b"Rar!\x1a\x07\0"[..], &header4(0x73, 0, &[0; 6])].concat();
    let end4 = header4(0x7b, 0x4000, &[]);
    let rar4 = [begin4, end4.clone(), part4("a", text, text, 0), end4].concat();
    let rar5 = rar5::archive(&[rar5::end(0), File::stored("a", text).bytes()]);
    for bytes in [rar4, rar5] {
        let sound = opened([&bytes[..], &[0x5a; 999]].concat(), Format::Rar);
        assert_eq!(contents(&*sound), [("a".to_owned(), text.to_vec(), None)]);
        assert_eq!(
            sound.issues().iter().map(|issue| issue.code).collect::<Vec<_>>(),
            [Code::Corrupt]
        );
    }
}

#[test]
fn damage_costs_a_solid_archive_what_follows() {
    for version in VERSIONS {
        let bytes = pack::rar_builder(&tree(), version).solid(true).to_bytes().unwrap();
        let mut bytes = bytes;
        let at = memchr::memmem::find(&bytes, b"1.txt").unwrap() + 300;
        for byte in &mut bytes[at..at + 400] {
            *byte ^= 0x5a;
        }
        let found = outcomes(&*opened(bytes, Format::Rar));
        assert_eq!(found[0], None);
        assert!(found[1..].iter().all(Option::is_some), "{version:?} {found:?}");
    }
}

#[test]
fn a_wrong_sum_of_a_packed_member_costs_no_bytes() {
    for version in VERSIONS {
        let bytes = pack::rar(&tree(), version);
        let sum = pack::crc32(&tree()[1].1).to_le_bytes();
        let at = memchr::memmem::find(&bytes, &sum).unwrap();
        let (mut bytes, mut sum) = (bytes, sum);
        sum[0] ^= 1;
        bytes[at..at + 4].copy_from_slice(&sum);
        let found = contents(&*opened(bytes, Format::Rar));
        // The header is not sealed again, so that it is what is told of the member.
        assert!(found[1].2.is_some(), "{version:?}");
        assert_eq!(found[1].1, tree()[1].1);
        assert_eq!(found[2].2, None);
    }
    let lying = File { crc: 1, ..File::stored("a", b"text") };
    let found = contents(&*opened(rar5::archive(&[lying.bytes()]), Format::Rar));
    assert_eq!(found, [("a".into(), b"text".to_vec(), Some(Code::CrcMismatch))]);
}

#[test]
fn hostile_043_070_claims_that_are_too_large() {
    let compressed = 1 << 7;
    let good = File::stored("good", b"good text");
    let huge = File { size: 1 << 62, ..File::stored("huge", b"text") };
    let packed = File { declared_packed: 1 << 62, ..File::stored("packed", b"text") };
    let dictionary = File { info: compressed | 15 << 10, ..huge.clone() };
    let largest = File { info: 1 | compressed | 0x1f << 10 | 0x1f << 15, ..huge.clone() };
    let nonsense = File { info: compressed, ..huge.clone() };
    let blocks = [&good, &huge, &dictionary, &largest, &nonsense, &good, &packed].map(File::bytes);
    let found = outcomes(&*opened(rar5::archive(&blocks), Format::Rar));
    assert_eq!((found[0], found[5]), (None, None));
    assert_eq!(found[2..4], [Some(Code::LimitMemory); 2]);
    assert!(found[1].is_some() && found[4].is_some());
    assert_eq!(found[6], Some(Code::Truncated));
}

#[test]
fn hostile_066_067_073_headers_of_impossible_length() {
    let refused = |header: &[u8]| {
        let bytes = [rar5::SIGNATURE, header].concat();
        refusal(open_limited(Data::from_bytes(bytes), "", &[])).unwrap()
    };
    assert_eq!(refused(&rar5::sealed(b"")), Code::Corrupt);
    assert_eq!(refused(b"crc!\xff\xff\xff\xff\x07"), Code::Corrupt);
    assert_eq!(refused(&[0x80; 60]), Code::Corrupt);
    assert_eq!(refused(b"cr"), Code::Truncated);
    // Behind a member they cost only what follows.
    for hostile in [&b"crc!\0"[..], b"crc!\xff\xff\xff\xff\x07", &[0xff; 60]] {
        let good = File::stored("good", b"text").bytes();
        let bytes = [rar5::SIGNATURE, &rar5::main(0, 0), &good, hostile].concat();
        let archive = opened(bytes, Format::Rar);
        assert_eq!(outcomes(&*archive), [None]);
        assert_eq!(codes(&*archive), [Code::Corrupt]);
    }
    let zero = b"\0\0\x74\0\x80\0\0".to_vec();
    let mut rar4 = pack::rar(&tree(), Rar30);
    rar4.splice(20.., zero);
    assert_eq!(refused_rar4(rar4), Code::Corrupt);
}

fn refused_rar4(bytes: Vec<u8>) -> Code {
    refusal(open_limited(Data::from_bytes(bytes), "", &[])).unwrap()
}

#[test]
fn a_file_that_was_cut_into_pieces_is_no_set_of_volumes() {
    for version in VERSIONS {
        let bytes = pack::rar(&tree(), version);
        let pieces: Vec<_> = bytes.chunks(1000).map(<[u8]>::to_vec).collect();
        let archive = open_limited(joined(&pieces), "", &[]).unwrap();
        assert_eq!(contents(&*archive), rows(&tree()));
    }
}

#[test]
fn entries_are_counted_before_they_are_kept() {
    let file = |i: u32| File::stored(&format!("{i}"), b"").bytes();
    let bytes = rar5::archive(&(0..50).map(file).collect::<Vec<_>>());
    let archive = open_limited(Data::from_bytes(bytes), "entries=30", &[]).unwrap();
    assert_eq!(archive.entries().len(), 30);
    assert_eq!(codes(&*archive), [Code::LimitEntries]);
}

#[test]
fn sums_of_blake2_are_checked() {
    let text = b"some text";
    let hash = blake2s_simd::blake2sp::blake2sp(text);
    for (change, code) in [(0, None), (1, Some(Code::CrcMismatch))] {
        let mut extra = [&[34, 2, 0][..], hash.as_bytes()].concat();
        extra[9] ^= change;
        // A sum of this kind outdoes the other one.
        let file = File { extra, crc: 1, ..File::stored("a", text) };
        let found = contents(&*opened(rar5::archive(&[file.bytes()]), Format::Rar));
        assert_eq!(found, [("a".into(), text.to_vec(), code)]);
    }
}

/// Bits, the highest first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    free: u32,
}

impl Bits {
    fn push(&mut self, value: u32, count: u32) {
        for at in (0..count).rev() {
            if self.free == 0 {
                self.bytes.push(0);
                self.free = 8;
            }
            self.free -= 1;
            *self.bytes.last_mut().unwrap() |= ((value >> at & 1) as u8) << self.free;
        }
    }
}

/// A byte, packed for RAR4, with a filter whose program jumps to itself.
fn endless_filter() -> Vec<u8> {
    let mut bits = Bits::default();
    // No PPMd, new tables. The lengths of four codes: 1, 2, a few zeros, many zeros.
    bits.push(0, 2);
    for symbol in 0..20 {
        bits.push(if [1, 2, 18, 19].contains(&symbol) { 2 } else { 0 }, 4);
    }
    let (one, two, few, many) = (0, 1, 2, 3);
    // Codes for the byte `a`, the end of the block and a filter; no others.
    for (code, extra, width) in [
        (many, 97 - 11, 7),
        (two, 0, 0),
        (many, 127, 7),
        (many, 20 - 11, 7),
        (two, 0, 0),
        (one, 0, 0),
        (many, 127, 7),
        (few, 8 - 3, 3),
    ] {
        bits.push(code, 2);
        bits.push(extra, width);
    }
    // The filter: six bytes behind a byte of flags, over the one byte from here.
    bits.push(0, 1);
    bits.push(0xa5, 8);
    for number in [0, 0, 1, 3] {
        bits.push(number, 6);
    }
    // Check sum, then: no data; jump; by 0.
    for byte in [0x40, 0x40, 0] {
        bits.push(byte, 8);
    }
    bits.push(2, 2);
    bits.push(0, 32);
    bits.bytes
}

#[test]
fn programs_that_do_not_end_are_stopped() {
    let packed = endless_filter();
    let trap = |name: &str| {
        let mut trap = part4(name, b"a", &packed, 0);
        // The method, and the check sum of the header.
        trap[25] = 0x33;
        let length = trap.len() - packed.len();
        let sum = pack::crc32(&trap[2..length]) as u16;
        trap[..2].copy_from_slice(&sum.to_le_bytes());
        trap
    };
    let blocks: Vec<_> = (0..2000).map(|i| trap(&format!("{i}"))).collect();
    let main = header4(0x73, 0, &[0; 6]);
    let good = part4("good", b"good", b"good", 0);
    let bytes =
        [b"Rar!\x1a\x07\0", &main[..], &good, &blocks.concat(), &header4(0x7b, 0x4000, &[])];
    let started = std::time::Instant::now();
    let archive = open_limited(Data::from_bytes(bytes.concat()), "stall=1", &[]).unwrap();
    let found = outcomes(&*archive);
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
    assert_eq!((found[0], found[1]), (None, Some(Code::DecodeError)));
    assert_eq!(found.last().unwrap(), &Some(Code::LimitCpu));
}
