//! ZIPs that lie, and ZIPs that only look as if they did.

use std::time::{Duration, Instant};

use super::pack::{self, Member, ZipParts, crc32, end64, zip_of};
use super::*;

const TEXT: &[u8] = b"URL: https://example.com/\nUsername: user\n";

fn two() -> [Member; 2] {
    [Member::deflated("a.txt", TEXT), Member::stored("b.txt", b"second")]
}

/// Name and issue of every file; contents are checked against the two texts that are used here.
fn outcome(bytes: Vec<u8>) -> Vec<(String, Option<Code>)> {
    let archive = opened(bytes, Format::Zip);
    contents(&*archive).into_iter().map(|(name, _, code)| (name, code)).collect()
}

/// All files are read whole and without an issue.
fn reads_both(bytes: Vec<u8>) {
    let archive = opened(bytes, Format::Zip);
    assert_eq!(codes(&*archive), []);
    assert_eq!(
        contents(&*archive),
        [("a.txt".into(), TEXT.to_vec(), None), ("b.txt".into(), b"second".to_vec(), None)]
    );
}

/// One file, delivered whole, that ends with an issue.
fn reads_with(member: Member, code: Code) {
    let archive = opened(zip_of(&[member]), Format::Zip);
    assert_eq!(contents(&*archive), [("a.txt".into(), TEXT.to_vec(), Some(code))]);
}

fn code_of_only(member: Member) -> Option<Code> {
    outcome(zip_of(&[member]))[0].1
}

#[test]
fn hostile_003_end_record_cut() {
    let bytes = zip_of(&two());
    for cut in 1..=22 {
        let archive = opened(bytes[..bytes.len() - cut].to_vec(), Format::Zip);
        assert_eq!(codes(&*archive), [Code::Truncated]);
        assert_eq!(contents(&*archive)[0], ("a.txt".into(), TEXT.to_vec(), None));
        assert_eq!(contents(&*archive)[1], ("b.txt".into(), b"second".to_vec(), None));
    }
}

#[test]
fn an_empty_file_with_a_descriptor_is_found_without_directory() {
    let tree = [("empty.txt", &b""[..]), ("b.txt", b"second")];
    let tree = tree.map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).to_vec();
    let bytes = pack::zip(&tree);
    let archive = opened(bytes[..bytes.len() - 22].to_vec(), Format::Zip);
    assert_eq!(codes(&*archive), [Code::Truncated]);
    let expected = tree.into_iter().map(|(name, bytes)| (name, bytes, None));
    assert_eq!(contents(&*archive), expected.collect::<Vec<_>>());
}

#[test]
fn hostile_005_006_wrong_counts() {
    for count in [0, 1, 3, 65535] {
        let parts = ZipParts { count, ..ZipParts::new(&two()) };
        let archive = opened(parts.bytes(), Format::Zip);
        assert_eq!(codes(&*archive), [Code::ZipCountMismatch], "{count}");
        assert_eq!(contents(&*archive).len(), 2);
    }
}

fn with_end64(entries: u64, shift: impl Fn(u64) -> u64) -> Vec<u8> {
    let parts = ZipParts::new(&two());
    let at = (parts.locals.len() + parts.directory.len()) as u64;
    let end64 = end64(entries, parts.directory.len() as u64, parts.locals.len() as u64, shift(at));
    let end = b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0";
    [&parts.locals[..], &parts.directory, &end64, end].concat()
}

#[test]
fn zip64_is_read_with_and_without_a_stub() {
    reads_both(with_end64(2, |at| at));
    reads_both([b"#! a stub\n", &with_end64(2, |at| at)[..]].concat());
}

#[test]
fn hostile_017_entries_that_are_not_listed() {
    let [a, b] = two();
    let hidden = Member { is_listed: false, ..Member::stored("hidden.txt", TEXT) };
    for members in [
        [hidden.clone(), a.clone(), b.clone()],
        [a.clone(), hidden.clone(), b.clone()],
        [a, b, hidden],
    ] {
        let archive = opened(zip_of(&members), Format::Zip);
        assert_eq!(
            contents(&*archive)[2],
            ("hidden.txt".into(), TEXT.to_vec(), Some(Code::ZipAmbiguous))
        );
        assert_eq!(contents(&*archive)[0].2, None);
        assert_eq!(contents(&*archive)[1].2, None);
    }
}

#[test]
fn hostile_018_extra_fields_overrun() {
    let mut member = Member::deflated("a.txt", TEXT);
    member.extra = b"UT\xff\x00short".to_vec();
    reads_with(member.clone(), Code::BadExtra);
    member.extra = Vec::new();
    member.central_extra = b"UT\xff\x00short".to_vec();
    reads_with(member.clone(), Code::BadExtra);
    member.central_extra = Vec::new();
    member.local.3 = Some(9999);
    let [a, b] = two();
    let found = outcome(zip_of(&[a, Member { name: b"x".to_vec(), ..member }, b]));
    assert_eq!(found[0].1, None);
    assert!(found[1].1.is_some());
    assert_eq!(found[2].1, None);
}

#[test]
fn hostile_020_descriptors_with_and_without_signature() {
    for signature in [&b"PK\x07\x08"[..], b""] {
        let members = two().map(|member| {
            let numbers = [member.crc, member.packed_size, member.size].map(u32::to_le_bytes);
            Member { flags: 8, behind: [signature, &numbers.concat()].concat(), ..member }
        });
        let parts = ZipParts::new(&members);
        reads_both(parts.bytes());
        // Without the directory the descriptors are all there is to go by.
        let archive = opened([&parts.locals[..], &parts.directory].concat(), Format::Zip);
        let found = contents(&*archive);
        assert_eq!((&found[0].1[..], found[0].2), (TEXT, None));
        assert_eq!((&found[1].1[..], found[1].2), (&b"second"[..], None));
        assert_eq!(found.len(), 2);
    }
}

#[test]
fn hostile_021_wrong_crc() {
    for member in [Member::deflated("a.txt", TEXT), Member::stored("a.txt", TEXT)] {
        reads_with(Member { crc: 7, ..member }, Code::CrcMismatch);
    }
}

#[test]
fn hostile_024_methods_that_are_not_read() {
    for method in [1, 6, 96, 97, 99] {
        let member = Member { method, ..Member::stored("a.txt", TEXT) };
        assert_eq!(code_of_only(member), Some(Code::UnsupportedMethod), "{method}");
    }
}

#[test]
fn rarer_methods_are_read() {
    for (method, packed) in [(12, pack::bzip2(TEXT)), (93, pack::zstd(TEXT)), (95, pack::xz(TEXT))]
    {
        let packed_size = packed.len() as u32;
        let member = Member { method, packed, packed_size, ..Member::stored("a.txt", TEXT) };
        assert_eq!(code_of_only(member), None, "{method}");
    }
}

fn lzma_member(dictionary: u32) -> Member {
    use std::io::Write;
    let mut options = lzma_rust2::LzmaOptions::with_preset(1);
    options.dict_size = 1 << 16;
    let mut encoder = lzma_rust2::LzmaWriter::new_no_header(Vec::new(), &options, true).unwrap();
    encoder.write_all(TEXT).unwrap();
    let data = encoder.finish().unwrap();
    let packed =
        [&[9, 20, 5, 0, options.get_props()], &dictionary.to_le_bytes()[..], &data].concat();
    let packed_size = packed.len() as u32;
    Member { method: 14, flags: 2, packed, packed_size, ..Member::stored("a.txt", TEXT) }
}

#[test]
fn hostile_040_lzma_with_a_huge_dictionary() {
    assert_eq!(code_of_only(lzma_member(1 << 16)), None);
    assert_eq!(code_of_only(lzma_member(u32::MAX)), Some(Code::LimitMemory));
}

#[test]
fn hostile_027_lone_split_part() {
    let mut bytes = zip_of(&two());
    let end = bytes.len() - 22;
    bytes[end + 4] = 2;
    assert_eq!(refused(bytes, Format::Zip), Code::MissingVolume);
    let first = [b"PK\x07\x08", &ZipParts::new(&two()).locals[..40]].concat();
    let archive = opened(first, Format::Zip);
    assert_eq!(codes(&*archive), [Code::MissingVolume]);
    assert_eq!(contents(&*archive).len(), 1);
}

#[test]
fn hostile_044_046_zipcrypto() {
    let tree = pack::small_tree();
    let bytes = pack::zip_crypto(&tree, b"right");
    let outcomes = |passwords: &[&str]| {
        let archive = open_with(bytes.clone(), Format::Zip, passwords).unwrap();
        assert!(archive.entries().iter().all(|entry| entry.encrypted));
        contents(&*archive)
    };
    let required = outcomes(&[]);
    assert!(
        required
            .iter()
            .all(|(_, bytes, code)| bytes.is_empty() && *code == Some(Code::PasswordRequired))
    );
    let expected: Vec<_> =
        tree.iter().map(|(name, bytes)| (name.clone(), bytes.clone(), None)).collect();
    assert_eq!(outcomes(&["wrong", "right"]), expected);
    // With this many wrong passwords some pass the quick test of one byte.
    let many: Vec<_> = (0..3000).map(|i| format!("wrong{i}")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    let wrong = outcomes(&many);
    let is_told = |(_, bytes, code): &Row| bytes.is_empty() && *code == Some(Code::PasswordWrong);
    assert_eq!(wrong.iter().filter(|row| is_told(row)).count(), 4);
}

#[test]
fn hostile_048_049_encryption_that_is_not_read() {
    let strong = Member { flags: 1 | 1 << 6, ..Member::stored("a.txt", TEXT) };
    assert_eq!(code_of_only(strong), Some(Code::UnsupportedEncryption));
    // AES without the extra field that tells which.
    let aes = Member { flags: 1, method: 99, ..Member::stored("a.txt", TEXT) };
    assert_eq!(code_of_only(aes), Some(Code::UnsupportedEncryption));
}

#[test]
fn hostile_074_076_names_are_labels() {
    let names: [&[u8]; 5] =
        [b"../../etc/passwd", b"/etc/passwd", b"C:\\a\\b.txt", b"a\0b", b"\x8f\xa0.txt"];
    let members = names.map(|name| Member { name: name.to_vec(), ..Member::stored("", TEXT) });
    let found = outcome(zip_of(&members));
    assert_eq!(found[2], ("C:/a/b.txt".into(), None));
    assert_eq!(found[4], ("\\x8F\\xA0.txt".into(), None));
    assert_eq!(found.len(), 5);
}

#[test]
fn the_unicode_name_is_used_if_it_belongs_to_the_stored_one() {
    let unicode = |crc: u32| {
        let name = "Пароли.txt".as_bytes();
        let field = [&[1], &crc.to_le_bytes()[..], name].concat();
        [b"\x75\x70", &(field.len() as u16).to_le_bytes()[..], &field].concat()
    };
    let mut member = Member { name: b"\x8f.txt".to_vec(), ..Member::stored("", TEXT) };
    member.central_extra = unicode(crc32(b"\x8f.txt"));
    member.extra = member.central_extra.clone();
    assert_eq!(outcome(zip_of(&[member.clone()])), [("Пароли.txt".into(), None)]);
    member.central_extra = unicode(0);
    member.extra = member.central_extra.clone();
    assert_eq!(outcome(zip_of(&[member])), [("\\x8F.txt".into(), None)]);
}

#[test]
fn hostile_080_links_devices_and_folders_are_told_by_their_mode() {
    let kinds = [
        (0o120_777, "a", &b"target"[..], EntryKind::Link),
        (0o060_600, "b", b"", EntryKind::Special),
        (0o010_600, "c", b"", EntryKind::Special),
        (0o010_600, "-", b"what came through a pipe", EntryKind::File),
        (0o040_755, "d/", b"", EntryKind::Folder),
        (0, "e/", b"", EntryKind::Folder),
        (0, "f\\", b"", EntryKind::Folder),
        (0, "g/", b"a folder with text in it", EntryKind::File),
        (0o100_644, "h", b"", EntryKind::File),
    ];
    let members = kinds.map(|(mode, name, bytes, _)| Member {
        attributes: mode << 16,
        ..Member::stored(name, bytes)
    });
    let archive = opened(zip_of(&members), Format::Zip);
    for (entry, (_, name, _, kind)) in archive.entries().iter().zip(kinds) {
        assert_eq!(entry.kind, kind, "{name}");
    }
}

#[test]
fn a_directory_that_ends_early_is_completed_by_what_is_found() {
    let mut parts = ZipParts::new(&two());
    parts.directory.truncate(60);
    let found = outcome(parts.bytes());
    assert_eq!(found, [("a.txt".into(), None), ("b.txt".into(), Some(Code::ZipAmbiguous))]);
}

#[test]
fn salvage_takes_linear_time() {
    let bait = b"PK\x07\x08PK\x01PK\x05\x06PKPK".repeat(200_000);
    let mut member = Member::deflated("a", &bait);
    member.flags = 8;
    let locals = ZipParts::new(&[member.clone()]).locals;
    let started = Instant::now();
    let archive = opened([&locals[..], &bait].concat(), Format::Zip);
    assert_eq!(codes(&*archive), [Code::Truncated]);
    let headers = ZipParts::new(&[Member::stored("a", b"")]).locals.repeat(100_000);
    assert_eq!(opened(headers, Format::Zip).entries().len(), 100_000);
    assert!(started.elapsed() < Duration::from_secs(10));
}

/// A quick test of a word is little, but a list may have a million of them for each entry.
#[test]
fn trying_words_on_zipcrypto_takes_of_the_time_for_keys() {
    let bytes = pack::zip_crypto(&pack::small_tree(), b"right");
    let codes = |spec: &str| {
        let budget = Arc::new(Budget::new(Limits::default().with(spec).unwrap()));
        let passwords = [Candidate::new(*b"right", PasswordOrigin::Given)];
        let options = OpenOptions { budget: &budget, passwords: &passwords, gaps: None };
        let data = Data::from_bytes(bytes.clone());
        let archive = open(data, Format::Zip, "test", options).unwrap();
        contents(&*archive).into_iter().filter_map(|row| row.2).collect::<Vec<_>>()
    };
    assert_eq!(codes("kdf_seconds=1"), []);
    assert_eq!(codes("kdf_seconds=0"), vec![Code::LimitCpu; pack::small_tree().len()]);
}
