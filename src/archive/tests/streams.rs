//! Tar and single compressed files.

use super::pack;
use super::*;

const TEXT: &[u8] = b"https://example.com/:user:word\n";

#[test]
fn one_compressed_file_is_one_entry() {
    for (format, bytes) in [
        (Format::Gzip, pack::gzip(TEXT)),
        (Format::Zstd, pack::zstd(TEXT)),
        (Format::Xz, pack::xz(TEXT)),
        (Format::Bzip2, pack::bzip2(TEXT)),
    ] {
        let archive = opened(bytes.clone(), format);
        assert_eq!(archive.format(), format);
        assert_eq!(contents(&*archive), [("test".into(), TEXT.to_vec(), None)]);
        let twice = opened([&bytes[..], &bytes].concat(), format);
        assert_eq!(contents(&*twice), [("test".into(), TEXT.repeat(2), None)]);
        let behind = opened([&bytes[..], b"no compressed data"].concat(), format);
        let found = contents(&*behind);
        assert_eq!((&found[0].1[..], found[0].2.is_some()), (TEXT, true), "{format:?}");
    }
}

#[test]
fn the_name_in_a_gzip_header_counts() {
    use std::io::Write;
    let builder = flate2::GzBuilder::new().filename("logins.txt");
    let mut encoder = builder.write(Vec::new(), flate2::Compression::fast());
    encoder.write_all(TEXT).unwrap();
    let archive = opened(encoder.finish().unwrap(), Format::Gzip);
    assert_eq!(archive.entries().get(0).unwrap().name().as_bytes(), b"logins.txt");
}

#[test]
fn a_wrong_check_sum_of_the_compression_is_told() {
    let mut single = pack::gzip(TEXT);
    let at = single.len() - 5;
    single[at] ^= 1;
    let found = contents(&*opened(single, Format::Gzip));
    assert_eq!(found, [("test".into(), TEXT.to_vec(), Some(Code::CrcMismatch))]);

    let mut tar = pack::gzip(&pack::tar(&pack::small_tree()));
    let at = tar.len() - 5;
    tar[at] ^= 1;
    let archive = opened(tar, Format::Gzip);
    assert_eq!(archive.format(), Format::Tar);
    assert_eq!(codes(&*archive), [Code::CrcMismatch]);
    assert!(contents(&*archive).iter().all(|row| row.2.is_none()));
}

#[test]
fn hostile_036_037_039_stream_bombs() {
    let zeros = vec![0; 48 << 20];
    for (format, bytes) in [
        (Format::Gzip, pack::gzip(&zeros)),
        (Format::Zstd, pack::zstd(&zeros)),
        (Format::Bzip2, pack::bzip2(&zeros)),
        (Format::Xz, pack::xz(&zeros)),
    ] {
        let archive = opened(bytes, format);
        let mut counter = Counter::default();
        archive.stream(&[0], &mut counter);
        assert_eq!(counter.code, Some(Code::LimitRatio), "{format:?}");
        assert!(counter.bytes < 32 << 20, "{format:?}");
    }
}

/// Counts bytes.
#[derive(Default)]
struct Counter {
    bytes: usize,
    code: Option<Code>,
}

impl Visitor for Counter {
    fn begin(&mut self, _: usize) -> Wanted {
        Wanted::Bytes
    }
    fn chunk(&mut self, bytes: &[u8]) -> Flow {
        self.bytes += bytes.len();
        Flow::More
    }
    fn end(&mut self, outcome: std::result::Result<(), Issue>) {
        self.code = outcome.err().map(|issue| issue.code);
    }
}

#[test]
fn hostile_041_a_large_zstd_window() {
    let mut encoder = ::zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(27).unwrap();
    std::io::Write::write_all(&mut encoder, TEXT).unwrap();
    let bytes = encoder.finish().unwrap();
    let limits = Limits::default().with("window=64M").unwrap();
    let budget = Arc::new(Budget::new(limits));
    let options = OpenOptions { budget: &budget, passwords: &[], gaps: None };
    let archive = open(Data::from_bytes(bytes.clone()), Format::Zstd, "a", options).unwrap();
    assert_eq!(contents(&*archive)[0].2, Some(Code::LimitMemory));
    assert_eq!(contents(&*opened(bytes, Format::Zstd))[0].2, None);
}

fn header(kind: ::tar::EntryType, name: &str, size: u64) -> ::tar::Header {
    let mut header = ::tar::Header::new_gnu();
    header.set_path(name).unwrap();
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(0o644);
    header.set_cksum();
    header
}

#[test]
fn links_devices_and_folders_in_a_tar_are_told() {
    let mut builder = ::tar::Builder::new(Vec::new());
    let kinds = [
        (::tar::EntryType::Symlink, EntryKind::Link),
        (::tar::EntryType::Link, EntryKind::Link),
        (::tar::EntryType::Char, EntryKind::Special),
        (::tar::EntryType::Block, EntryKind::Special),
        (::tar::EntryType::Fifo, EntryKind::Special),
        (::tar::EntryType::Directory, EntryKind::Folder),
        (::tar::EntryType::Regular, EntryKind::File),
        (::tar::EntryType::Continuous, EntryKind::File),
    ];
    for (kind, _) in kinds {
        builder.append(&header(kind, "x", 0), &b""[..]).unwrap();
    }
    let archive = opened(builder.into_inner().unwrap(), Format::Tar);
    let found: Vec<_> = archive.entries().iter().map(|entry| entry.kind).collect();
    assert_eq!(found, kinds.map(|(_, kind)| kind));
}

#[test]
fn long_names_in_a_tar_are_whole() {
    let name = format!("{}Passwords.txt", "folder/".repeat(60));
    let tree = vec![(name.clone(), TEXT.to_vec())];
    assert_eq!(
        contents(&*opened(pack::tar(&tree), Format::Tar)),
        [(name.clone(), TEXT.to_vec(), None)]
    );

    let record = format!("{} path={name}\n", name.len() + 10);
    let mut builder = ::tar::Builder::new(Vec::new());
    let pax = header(::tar::EntryType::XHeader, "pax", record.len() as u64);
    builder.append(&pax, record.as_bytes()).unwrap();
    let file = header(::tar::EntryType::Regular, "short", TEXT.len() as u64);
    builder.append(&file, TEXT).unwrap();
    let archive = opened(builder.into_inner().unwrap(), Format::Tar);
    assert_eq!(contents(&*archive), [(name, TEXT.to_vec(), None)]);
}

#[test]
fn entries_behind_the_end_mark_are_read() {
    let one = pack::tar(&vec![("a.txt".into(), TEXT.to_vec())]);
    let two = pack::tar(&vec![("b.txt".into(), TEXT.to_vec())]);
    let archive = opened([one, two].concat(), Format::Tar);
    let names: Vec<_> = contents(&*archive).into_iter().map(|row| row.0).collect();
    assert_eq!(names, ["a.txt", "b.txt"]);
}

#[test]
fn a_damaged_header_keeps_what_comes_before() {
    let tree = pack::small_tree();
    let mut bytes = pack::tar(&tree);
    bytes[1024 + 100] ^= 1;
    let archive = opened(bytes, Format::Tar);
    assert_eq!(codes(&*archive), [Code::Corrupt]);
    assert_eq!(contents(&*archive), [(tree[0].0.clone(), tree[0].1.clone(), None)]);
}

#[test]
fn a_long_name_that_is_a_bomb_is_refused() {
    let size = 1 << 30;
    let mut head = header(::tar::EntryType::GNULongName, "././@LongLink", size).as_bytes().to_vec();
    head.extend(vec![b'a'; 4 << 20]);
    let archive = opened(head, Format::Tar);
    assert_eq!(codes(&*archive), [Code::Corrupt]);
}

#[test]
fn a_sparse_file_of_nothing_is_limited() {
    let mut sparse = header(::tar::EntryType::GNUSparse, "sparse", 0);
    let octal = |field: &mut [u8], number: u64| {
        let text = format!("{number:0width$o}", width = field.len() - 1);
        field[..text.len()].copy_from_slice(text.as_bytes());
    };
    let gnu = sparse.as_gnu_mut().unwrap();
    octal(&mut gnu.realsize, 1 << 32);
    octal(&mut gnu.sparse[0].offset, 1 << 32);
    octal(&mut gnu.sparse[0].numbytes, 0);
    sparse.set_cksum();
    let mut builder = ::tar::Builder::new(Vec::new());
    builder.append(&sparse, &b""[..]).unwrap();
    builder.append(&header(::tar::EntryType::Regular, "b", 3), &b"abc"[..]).unwrap();
    let archive = opened(builder.into_inner().unwrap(), Format::Tar);
    let found = contents(&*archive);
    assert_eq!(found[0].2, Some(Code::LimitRatio));
    assert_eq!((&found[1].1[..], found[1].2), (&b"abc"[..], None));
}
