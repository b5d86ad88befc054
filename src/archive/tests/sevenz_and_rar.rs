//! 7z and RAR: passwords, damage in solid archives, links, volumes, and demands for too much.

use std::io::Cursor;

use rars::ArchiveVersion;
use sevenz_rust2::encoder_options::AesEncoderOptions;
use sevenz_rust2::{
    ArchiveEntry, ArchiveWriter, EncoderConfiguration, EncoderMethod, Password, SourceReader,
};

use super::pack::{self, SOLID, SevenZStyle, Tree};
use super::*;

fn tree() -> Tree {
    let file =
        |i: u8| (format!("{i}.txt"), format!("URL: https://{i}.example.com/\n").repeat(9).into());
    (0..4).map(file).collect()
}

fn expected(tree: &Tree) -> Vec<Row> {
    tree.iter().map(|(name, bytes)| (name.clone(), bytes.clone(), None)).collect()
}

/// An error code where an archive cannot be opened, else the only code of all its files.
fn how_it_goes(bytes: &[u8], format: Format, passwords: &[&str]) -> Option<Code> {
    match open_with(bytes.to_vec(), format, passwords) {
        Err(error) => match error.kind() {
            ErrorKind::Input { code, .. } => Some(*code),
            other => panic!("{other:?}"),
        },
        Ok(archive) => {
            let found = contents(&*archive);
            assert!(
                found
                    .iter()
                    .all(|(_, bytes, code)| *code == found[0].2
                        && bytes.is_empty() == code.is_some())
            );
            found[0].2
        }
    }
}

#[test]
fn hostile_044_046_encrypted_7z_and_rar() {
    let tree = tree();
    let mut archives = Vec::new();
    for hides_names in [false, true] {
        for is_solid in [false, true] {
            let style = SevenZStyle { is_solid, password: Some("right"), hides_names };
            archives.push((Format::SevenZ, pack::sevenz(&tree, style)));
            for version in [ArchiveVersion::Rar30, ArchiveVersion::Rar50] {
                let builder = pack::rar_builder(&tree, version).solid(is_solid);
                let builder = builder.password(Some(b"right".to_vec()));
                let bytes = builder.header_encryption(hides_names).to_bytes().unwrap();
                archives.push((Format::Rar, bytes));
            }
        }
    }
    for (i, (format, bytes)) in archives.iter().enumerate() {
        assert_eq!(how_it_goes(bytes, *format, &[]), Some(Code::PasswordRequired), "{i}");
        let wrong = how_it_goes(bytes, *format, &["wrong", "also wrong"]);
        assert_eq!(wrong, Some(Code::PasswordWrong), "{i}");
        let archive = open_with(bytes.clone(), *format, &["wrong", "right"]).unwrap();
        assert_eq!(contents(&*archive), expected(&tree), "{i}");
        assert!(archive.entries().iter().all(|entry| entry.encrypted), "{i}");
    }
}

#[test]
fn an_unencrypted_archive_does_not_mind_passwords() {
    for (format, bytes) in [
        (Format::SevenZ, pack::sevenz(&tree(), SOLID)),
        (Format::Rar, pack::rar(&tree(), ArchiveVersion::Rar50)),
        (Format::Zip, pack::zip(&tree())),
    ] {
        let archive = open_with(bytes, format, &["word"]).unwrap();
        assert_eq!(contents(&*archive), expected(&tree()));
    }
}

/// A 7z whose entries are stored in one block.
fn stored_7z(tree: &Tree) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    writer.set_content_methods(vec![EncoderConfiguration::new(EncoderMethod::COPY)]);
    let (entries, readers) = tree
        .iter()
        .map(|(name, bytes)| (ArchiveEntry::new_file(name), SourceReader::new(&bytes[..])))
        .unzip();
    writer.push_archive_entries(entries, readers).unwrap();
    writer.finish().unwrap().into_inner()
}

#[test]
fn hostile_058_wrong_crc_of_one_entry_of_a_solid_7z() {
    let tree = tree();
    let mut bytes = stored_7z(&tree);
    let second = 32 + tree[0].1.len();
    bytes[second] ^= 1;
    let mut expected = expected(&tree);
    expected[1].1[0] ^= 1;
    expected[1].2 = Some(Code::CrcMismatch);
    assert_eq!(contents(&*opened(bytes, Format::SevenZ)), expected);
}

#[test]
fn a_damaged_block_of_a_7z_loses_what_comes_behind() {
    let tree: Tree = (0..40_u32)
        .map(|i| {
            let noise =
                (0..2000).map(|j| (i * 2000 + j).wrapping_mul(2_654_435_761).to_be_bytes()[1]);
            (format!("{i:02}.txt"), noise.collect())
        })
        .collect();
    let mut bytes = pack::sevenz(&tree, SOLID);
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0xff);
    let found = contents(&*opened(bytes, Format::SevenZ));
    assert_eq!(found[0], (tree[0].0.clone(), tree[0].1.clone(), None));
    assert!(found.last().unwrap().2.is_some());
}

/// Text that looks like nothing and packs to half its size.
fn digits(seed: u32) -> Vec<u8> {
    let digit = |i: u32| (i.wrapping_add(seed).wrapping_mul(2_654_435_761) >> 9) % 16;
    (0..200_000).map(|i| b"0123456789abcdef"[digit(i) as usize]).collect()
}

#[test]
fn a_damaged_block_of_a_7z_is_read_up_to_the_damage_and_those_beside_it_in_full() {
    let text = digits(7);
    let mut packed = pack::lzma2(&text);
    let middle = packed.len() / 2;
    packed[middle..middle + 64].fill(0xff);
    // Byte for byte, nothing is lost that the decoder made before it failed.
    let decoder = lzma_rust2::Lzma2Reader::new(&packed[..], 4 << 20, None);
    let made = std::io::BufReader::with_capacity(1, decoder).bytes();
    let made = made.take_while(std::io::Result::is_ok).count();
    let block = pack::Block {
        coders: b"\x01\x21\x21\x01\x14".to_vec(),
        packed_size: packed.len() as u64,
        packed,
        ..pack::Block::stored("b.txt", &text)
    };
    let (first, last) = (pack::Block::stored("a.txt", b"a"), pack::Block::stored("c.txt", b"c"));
    let found = contents(&*opened(pack::sevenz_of(&[first, block, last]), Format::SevenZ));
    assert_eq!(found[0], ("a.txt".into(), b"a".to_vec(), None));
    assert_eq!(found[2], ("c.txt".into(), b"c".to_vec(), None));
    let right = found[1].1.iter().zip(&text).take_while(|(found, right)| found == right).count();
    assert!(right > 50_000 && found[1].1.len() + 1024 > made, "{right}, {made}");
    assert_eq!(found[1].2, Some(Code::DecodeError));
}

#[test]
fn blocks_of_a_7z_with_passwords_of_their_own() {
    let tree = tree();
    let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    writer.set_encrypt_header(false);
    for ((name, bytes), word) in tree.iter().zip(["one", "two", "one", "two"]) {
        let lock = AesEncoderOptions::new(Password::new(word));
        writer.set_content_methods(vec![lock.into(), EncoderMethod::LZMA2.into()]);
        writer.push_archive_entry(ArchiveEntry::new_file(name), Some(&bytes[..])).unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    let read =
        |words: &[&str]| contents(&*open_with(bytes.clone(), Format::SevenZ, words).unwrap());
    assert_eq!(read(&["two", "wrong", "one"]), expected(&tree));
    for (word, wrong) in [("one", [1, 3]), ("two", [0, 2])] {
        let mut half = expected(&tree);
        for index in wrong {
            (half[index].1, half[index].2) = (Vec::new(), Some(Code::PasswordWrong));
        }
        assert_eq!(read(&[word]), half);
    }
}

#[test]
fn keys_of_a_7z_are_derived_while_there_is_time() {
    let long = "x".repeat(4000);
    let codes = |words: &[&str]| {
        let limits = Limits::default().with("kdf_seconds=1").unwrap();
        let budget = Arc::new(Budget::new(limits));
        let passwords: Vec<_> = words.iter().map(|word| given(word)).collect();
        let options = OpenOptions { budget: &budget, passwords: &passwords, gaps: None };
        let data = Data::from_bytes(&include_bytes!("data/aes-lzma2.7z")[..]);
        let archive = open(data, Format::SevenZ, "test", options).unwrap();
        contents(&*archive).into_iter().map(|row| row.2).collect::<Vec<_>>()
    };
    assert_eq!(codes(&[&long, "wrong"]), [Some(Code::LimitCpu); 2]);
    assert_eq!(codes(&[&long, "wrong", "Example#1"]), [None; 2]);
}

#[test]
fn hostile_053_054_start_header_of_7z() {
    let bytes = pack::sevenz(&tree(), SOLID);
    assert_eq!(refused(bytes[..bytes.len() - 1].to_vec(), Format::SevenZ), Code::Truncated);
    assert_eq!(refused(bytes[..40].to_vec(), Format::SevenZ), Code::Truncated);
    assert_eq!(refused(bytes[..10].to_vec(), Format::SevenZ), Code::Truncated);
    for position in 8..32 {
        let mut bytes = bytes.clone();
        bytes[position] ^= 1;
        assert_eq!(refused(bytes, Format::SevenZ), Code::Corrupt, "{position}");
    }
}

#[test]
fn the_first_part_of_a_split_7z_is_told_by_its_name() {
    let mut bytes = pack::sevenz(&tree(), SOLID);
    bytes.truncate(60);
    let budget = Arc::new(Budget::new(Limits::default()));
    let options = OpenOptions { budget: &budget, passwords: &[], gaps: None };
    let error = open(Data::from_bytes(bytes), Format::SevenZ, "a.7z.001", options).err().unwrap();
    assert!(error.to_string().contains("missing_volume"), "{error}");
}

#[test]
fn hostile_055_056_headers_of_7z_that_are_too_large() {
    for (offset, size) in [(1 << 62, 10), (0, 1 << 62), (0, 4 << 30), (1 << 60, 1 << 60)] {
        let bytes = pack::sevenz_start(offset, size, 0, &[0; 100]);
        assert_eq!(refused(bytes, Format::SevenZ), Code::Truncated);
    }
    for header in [&b"\x01\x05\xff\0\0\0\0\0\0\0\x10\0"[..], b"\x01\x05\xf0\0\0\0\x04\0"] {
        let bytes = pack::sevenz_start(0, header.len() as u64, pack::crc32(header), header);
        assert_eq!(refused(bytes, Format::SevenZ), Code::Corrupt);
    }
}

#[test]
fn hostile_062_empty_7z() {
    let archive = opened(pack::sevenz_start(0, 0, 0, &[]), Format::SevenZ);
    assert!(archive.entries().is_empty() && archive.issues().is_empty());
}

#[test]
fn hostile_042_a_large_dictionary_in_a_7z() {
    let limits = Limits::default().with("window=1M").unwrap();
    let budget = Arc::new(Budget::new(limits));
    let options = OpenOptions { budget: &budget, passwords: &[], gaps: None };
    let packed = pack::lzma2(b"text");
    let block = pack::Block {
        coders: b"\x01\x21\x21\x01\x14".to_vec(),
        packed_size: packed.len() as u64,
        packed,
        ..pack::Block::stored("a.txt", b"text")
    };
    let bytes = pack::sevenz_of(&[block]);
    let text = vec![("a.txt".to_owned(), b"text".to_vec(), None)];
    assert_eq!(contents(&*opened(bytes.clone(), Format::SevenZ)), text);
    let archive = open(Data::from_bytes(bytes), Format::SevenZ, "test", options).unwrap();
    assert_eq!(contents(&*archive)[0].2, Some(Code::LimitMemory));
}

#[test]
fn hostile_038_a_7z_bomb() {
    let zeros = vec![0; 20 << 20];
    let tree =
        vec![("a".into(), b"before".to_vec()), ("b".into(), zeros), ("c".into(), b"c".to_vec())];
    let found = contents(&*opened(pack::sevenz(&tree, SOLID), Format::SevenZ));
    assert_eq!((&found[0].1[..], found[0].2), (&b"before"[..], None));
    assert_eq!(found[1].2, Some(Code::LimitRatio));
    assert_eq!(found[2].2, Some(Code::LimitRatio));
}

#[test]
fn a_rar_bomb_is_stopped_and_what_comes_behind_is_read() {
    let zeros = vec![0; 20 << 20];
    let tree =
        vec![("a".into(), b"before".to_vec()), ("b".into(), zeros), ("c".into(), b"c".to_vec())];
    let found = contents(&*opened(pack::rar(&tree, ArchiveVersion::Rar50), Format::Rar));
    assert_eq!((&found[0].1[..], found[0].2), (&b"before"[..], None));
    assert_eq!(found[1].2, Some(Code::LimitRatio));
    assert_eq!((&found[2].1[..], found[2].2), (&b"c"[..], None));
}

#[test]
fn hostile_068_links_in_a_rar() {
    for version in [ArchiveVersion::Rar29, ArchiveVersion::Rar50] {
        let mut builder = pack::rar_builder(&tree(), version);
        let (name, target) = (b"link".to_vec(), b"../../etc/passwd".to_vec());
        builder.add_unix_symlink(name, target, false, Some(0), Some(0o777)).unwrap();
        builder.add_directory(b"folder".to_vec(), Some(0), Some(0o755)).unwrap();
        let archive = opened(builder.to_bytes().unwrap(), Format::Rar);
        let kinds: Vec<_> = archive.entries().iter().skip(4).map(|entry| entry.kind).collect();
        assert_eq!(kinds, [EntryKind::Link, EntryKind::Folder]);
        assert_eq!(contents(&*archive), expected(&tree()));
    }
}

#[test]
fn hostile_071_wrong_crc_of_one_member() {
    let tree = tree();
    for version in [ArchiveVersion::Rar29, ArchiveVersion::Rar50] {
        let mut bytes = pack::rar_builder(&tree, version).store(true).to_bytes().unwrap();
        let at = memchr::memmem::find(&bytes, b"https://1.").unwrap();
        bytes[at] = b'H';
        let found = contents(&*opened(bytes, Format::Rar));
        let codes: Vec<_> = found.iter().map(|row| row.2).collect();
        assert_eq!(codes, [None, Some(Code::CrcMismatch), None, None]);
        assert!(found[1].1.starts_with(b"URL: Https://1.example.com/\n"));
        assert_eq!(found[1].1.len(), tree[1].1.len());
    }
}

#[test]
fn hostile_051_a_rar_key_that_takes_too_long() {
    let limits = Limits::default().with("kdf_rounds=100").unwrap();
    let budget = Arc::new(Budget::new(limits));
    let passwords = [super::given("right")];
    let options = OpenOptions { budget: &budget, passwords: &passwords, gaps: None };
    let builder = |hides_names| {
        let builder = pack::rar_builder(&tree(), ArchiveVersion::Rar50);
        let builder = builder.password(Some(b"right".to_vec()));
        Data::from_bytes(builder.header_encryption(hides_names).to_bytes().unwrap())
    };
    let error = open(builder(true), Format::Rar, "test", options).err().unwrap();
    assert!(error.to_string().contains("limit_cpu"), "{error}");
    let archive = open(builder(false), Format::Rar, "test", options).unwrap();
    assert_eq!(contents(&*archive)[0].2, Some(Code::LimitCpu));
    let style = SevenZStyle { password: Some("right"), ..SOLID };
    let data = Data::from_bytes(pack::sevenz(&tree(), style));
    let archive = open(data, Format::SevenZ, "test", options).unwrap();
    assert!(contents(&*archive).iter().all(|row| row.2 == Some(Code::LimitCpu)));
}
