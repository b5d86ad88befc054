//! Sets of several volumes: ZIPs as Info-ZIP splits them, and pieces of files.

use std::io::Read;

use super::pack::{self, SOLID};
use super::*;

/// Made by `zip -0 -r -s 64k`, and with 64-bit numbers (`-fz`) as well: four texts of which one
/// begins in the first part and ends in the second, one likewise in the second and the last.
fn split(wide: bool) -> Vec<Data> {
    let parts: [&[u8]; 3] = if wide {
        [
            include_bytes!("data/split-zip64-z01.gz"),
            include_bytes!("data/split-zip64-z02.gz"),
            include_bytes!("data/split-zip64-zip.gz"),
        ]
    } else {
        [
            include_bytes!("data/split-z01.gz"),
            include_bytes!("data/split-z02.gz"),
            include_bytes!("data/split-zip.gz"),
        ]
    };
    let unpack = |packed: &[u8]| {
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes).unwrap();
        Data::from_bytes(bytes)
    };
    parts.map(unpack).to_vec()
}

fn missing(volume: &Data) -> Data {
    Data::Missing { length: volume.length() }
}

fn open_set(volumes: Vec<Data>, format: Format) -> Result<Box<dyn Archive>> {
    let budget = Arc::new(Budget::new(Limits::default()));
    open(
        Data::join(volumes),
        format,
        "test",
        OpenOptions { budget: &budget, passwords: &[], gaps: None },
    )
}

/// Folder, length and issue of each text; every one is as long as its logins say.
fn outcome(archive: &dyn Archive) -> Vec<(String, usize, Option<Code>)> {
    let mut rows: Vec<_> = contents(archive)
        .into_iter()
        .map(|(name, bytes, code)| {
            let folder = name.split('/').nth(1).unwrap().to_owned();
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.is_empty() || text.starts_with("URL: https://host0.example.com/login\n"));
            assert!(code.is_some() || text.ends_with("\n\n"));
            (folder, text.len(), code)
        })
        .collect();
    rows.sort();
    rows
}

const WHOLE: [(&str, usize); 4] = [("a", 56370), ("b", 48270), ("c", 40170), ("d", 23970)];

#[test]
fn a_split_zip_is_read() {
    for wide in [false, true] {
        let archive = open_set(split(wide), Format::Zip).unwrap();
        assert_eq!(codes(&*archive), [], "{wide}");
        let whole: Vec<_> =
            WHOLE.iter().map(|(name, length)| ((*name).to_owned(), *length, None)).collect();
        assert_eq!(outcome(&*archive), whole);
    }
}

#[test]
fn hostile_072_a_part_of_a_split_zip_is_missing() {
    const GONE: Option<Code> = Some(Code::MissingVolume);
    for wide in [false, true] {
        // Which texts are whole, and how many issues there are with the ZIP itself.
        for (lost, whole, issues) in [(0, "ad", 0), (1, "bd", 0), (2, "bc", 1)] {
            let mut volumes = split(wide);
            volumes[lost] = missing(&volumes[lost]);
            let archive = open_set(volumes, Format::Zip).unwrap();
            let found = outcome(&*archive);
            assert_eq!(codes(&*archive), vec![Code::MissingVolume; issues], "{lost}");
            for (name, length) in WHOLE {
                let row = found.iter().find(|row| row.0 == name);
                if whole.contains(name) {
                    assert_eq!(row.map(|row| (row.1, row.2)), Some((length, None)), "{lost}");
                } else if let Some(row) = row {
                    assert!(row.1 < length && row.2 == GONE, "{lost} {row:?}");
                }
            }
        }
    }
}

#[test]
fn parts_of_a_split_zip_may_have_any_length() {
    // Nobody knows how long a part was that is missing.
    for length in [0, 1, 100, 1 << 40] {
        let mut volumes = split(false);
        volumes[0] = Data::Missing { length };
        let archive = open_set(volumes, Format::Zip).unwrap();
        let found = outcome(&*archive);
        let whole: Vec<_> =
            found.iter().filter(|row| row.2.is_none()).map(|row| row.0.as_str()).collect();
        assert_eq!(whole, ["a", "d"], "{length}");
        assert_eq!(found.len(), 4);
    }
}

#[test]
fn every_piece_of_a_zip_may_be_missing() {
    let tree: pack::Tree = (0..40)
        .map(|n| (format!("{n}.txt"), format!("https://example.com/:user{n}:word\n").into_bytes()))
        .collect();
    let bytes = pack::zip(&tree);
    for length in [100, 333, 1000] {
        let pieces: Vec<_> = bytes.chunks(length).map(Data::from_bytes).collect();
        let archive = open_set(pieces.clone(), Format::Zip).unwrap();
        assert_eq!(contents(&*archive).iter().filter(|row| row.2.is_none()).count(), 40);
        for lost in 0..pieces.len() {
            let mut pieces = pieces.clone();
            pieces[lost] = missing(&pieces[lost]);
            let from = (lost * length) as u64;
            let archive = open_set(pieces, Format::Zip).unwrap();
            let found = contents(&*archive);
            // Whatever is listed is whole, or says why it is not; nothing beside the gap is lost.
            let mut whole = 0;
            for (name, content, code) in &found {
                match code {
                    None => {
                        let number = name.trim_end_matches(".txt").parse::<usize>().unwrap();
                        assert_eq!(*content, tree[number].1);
                        whole += 1;
                    }
                    // Without the directory nobody knows how long an entry is.
                    Some(code) => assert!(
                        matches!(code, Code::MissingVolume | Code::Truncated),
                        "{name} {lost} {code}"
                    ),
                }
            }
            let touched = length / 60 + 2;
            assert!(
                whole + touched >= 40,
                "{length}: {whole} whole without piece {lost} at {from}"
            );
        }
    }
}

#[test]
fn a_directory_in_several_parts_of_a_zip_is_read() {
    // As Info-ZIP does it: places are counted from the beginning of their part.
    let tree: pack::Tree = (0..40)
        .map(|n| (format!("{n}.txt"), format!("https://example.com/:user{n}:word\n").into_bytes()))
        .collect();
    let whole = [b"PK\x07\x08", &pack::zip(&tree)[..]].concat();
    for length in [300, 700, 1111] {
        let count = whole.len().div_ceil(length);
        // The end record is not cut.
        let cut_end = (whole.len() - 1) / length != (whole.len() - 22) / length;
        if cut_end {
            continue;
        }
        let bytes = renumbered(whole.clone(), length);
        let parts: Vec<_> = bytes.chunks(length).map(Data::from_bytes).collect();
        assert_eq!(parts.len(), count);
        let archive = open_set(parts, Format::Zip).unwrap();
        assert_eq!(codes(&*archive), []);
        let found: Vec<_> = contents(&*archive);
        assert!(found.iter().all(|row| row.2.is_none()), "{length} {found:?}");
        assert_eq!(found.len(), 40);
    }
}

/// The ZIP with its places as those of parts of `length` bytes. Everything was moved by four bytes.
fn renumbered(mut bytes: Vec<u8>, length: usize) -> Vec<u8> {
    let u16_at = |bytes: &[u8], at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]) as usize;
    let u32_at = |bytes: &[u8], at: usize| {
        u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
    };
    let end = bytes.len() - 22;
    let directory = u32_at(&bytes, end + 16) + 4;
    let mut put = |at: usize, number: usize, width: usize| {
        bytes[at..at + width].copy_from_slice(&number.to_le_bytes()[..width]);
    };
    put(end + 4, end / length, 2);
    put(end + 6, directory / length, 2);
    put(end + 16, directory % length, 4);
    let mut at = directory;
    while at < end {
        let place = u32_at(&bytes, at + 42) + 4;
        bytes[at + 34..at + 36].copy_from_slice(&((place / length) as u16).to_le_bytes());
        bytes[at + 42..at + 46].copy_from_slice(&((place % length) as u32).to_le_bytes());
        at += 46 + u16_at(&bytes, at + 28) + u16_at(&bytes, at + 30) + u16_at(&bytes, at + 32);
    }
    bytes
}

#[test]
fn a_split_zip_may_lie() {
    // A part that does not exist, a place behind the end of its part, a directory that is nowhere.
    let whole = [b"PK\x07\x08", &pack::zip(&pack::small_tree())[..]].concat();
    let length = whole.len() / 2 + 30;
    let sound = renumbered(whole, length);
    let end = sound.len() - 22;
    let open_parts =
        |bytes: &[u8]| open_set(bytes.chunks(length).map(Data::from_bytes).collect(), Format::Zip);
    assert_eq!(codes(&*open_parts(&sound).unwrap()), []);
    for (at, byte) in [(end + 4, 9), (end + 6, 9), (end + 6, 0), (end + 19, 0xff), (end + 14, 0xff)]
    {
        let mut bytes = sound.clone();
        bytes[at] = byte;
        if let Ok(archive) = open_parts(&bytes) {
            contents(&*archive);
        }
    }
    let directory = sound.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    for (at, byte) in [(34, 9), (35, 0xff), (45, 0xff), (42, 0xff)] {
        let mut bytes = sound.clone();
        bytes[directory + at] = byte;
        let archive = open_parts(&bytes).unwrap();
        let found = contents(&*archive);
        assert!(found[0].2.is_some_and(|code| code != Code::MissingVolume), "{found:?}");
        assert!(found[1..].iter().any(|row| row.2.is_none()), "{found:?}");
    }
}

#[test]
fn a_7z_is_read_from_its_pieces() {
    let tree = pack::small_tree();
    let bytes = pack::sevenz(&tree, SOLID);
    let pieces: Vec<_> = bytes.chunks(50).map(Data::from_bytes).collect();
    let archive = open_set(pieces.clone(), Format::SevenZ).unwrap();
    let whole = opened(bytes, Format::SevenZ);
    assert_eq!(contents(&*archive), contents(&*whole));
    for lost in 0..pieces.len() {
        let mut pieces = pieces.clone();
        pieces[lost] = missing(&pieces[lost]);
        match open_set(pieces, Format::SevenZ) {
            Ok(archive) => {
                assert!(contents(&*archive).iter().any(|row| row.2 == Some(Code::MissingVolume)));
            }
            Err(error) => assert!(error.to_string().contains("missing_volume"), "{error}"),
        }
    }
}

#[test]
fn a_compressed_tar_is_read_up_to_the_gap() {
    let tree: pack::Tree = (0..20).map(|n| (format!("{n}.txt"), vec![n; 700])).collect();
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, bytes) in &tree {
        let mut header = ::tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, &bytes[..]).unwrap();
    }
    let bytes = builder.into_inner().unwrap();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    std::io::Write::write_all(&mut encoder, &bytes).unwrap();
    let bytes = encoder.finish().unwrap();
    let mut pieces: Vec<_> = bytes.chunks(6000).map(Data::from_bytes).collect();
    pieces[2] = missing(&pieces[2]);
    let archive = open_set(pieces, Format::Gzip).unwrap();
    let found = contents(&*archive);
    let whole = found.iter().filter(|row| row.2.is_none()).count();
    assert!(whole >= 7, "{whole}");
    let told = found.iter().any(|row| row.2 == Some(Code::MissingVolume));
    assert!(told || codes(&*archive).contains(&Code::MissingVolume), "{:?}", codes(&*archive));
}

#[test]
fn a_volume_that_shrinks_is_told() {
    let root = tempfile::tempdir().unwrap();
    let paths = ["z01", "z02", "zip"].map(|suffix| root.path().join(format!("a.{suffix}")));
    for (path, volume) in paths.iter().zip(split(false)) {
        let mut bytes = Vec::new();
        volume.reader().read_to_end(&mut bytes).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let open_file = |path| Data::from_file(std::fs::File::open(path).unwrap()).unwrap();
    let archive = open_set(paths.iter().map(open_file).collect(), Format::Zip).unwrap();
    std::fs::OpenOptions::new().write(true).open(&paths[1]).unwrap().set_len(9).unwrap();
    let codes: Vec<_> =
        outcome(&*archive).into_iter().map(|(name, _, code)| (name, code)).collect();
    let changed = |name: &str| (name.to_owned(), Some(Code::ChangedDuringRead));
    assert_eq!(codes[0], changed("a"));
    assert_eq!(codes[2], changed("c"));
}
