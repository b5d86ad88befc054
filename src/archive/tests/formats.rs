//! What holds for every format: trees come back as they were packed, and damage is told.

use proptest::prelude::*;
use rars::ArchiveVersion;

use super::pack::{self, SOLID, SevenZStyle, Tree};
use super::*;
use crate::issue::Gravity;

/// Bytes that do not compress.
fn noise(seed: u64, length: u64) -> Vec<u8> {
    let mix = |i: u64| ((i ^ i >> 13).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ seed) >> 40;
    let numbers = seed * length..(seed + 1) * length;
    numbers.map(|i| mix(i.wrapping_mul(0xD134_2543_DE82_EF95)) as u8).collect()
}

/// Every way of packing, with the format that it is opened as.
fn packings(tree: &Tree) -> Vec<(&'static str, Format, Vec<u8>)> {
    let tar = pack::tar(tree);
    // The writer of RAR4 makes what its own reader refuses where an empty file comes first.
    let mut filled_first = tree.clone();
    filled_first.sort_by_key(|(_, bytes)| bytes.is_empty());
    vec![
        ("zip", Format::Zip, pack::zip(tree)),
        ("7z", Format::SevenZ, pack::sevenz(tree, SevenZStyle { is_solid: false, ..SOLID })),
        ("solid 7z", Format::SevenZ, pack::sevenz(tree, SOLID)),
        ("rar4", Format::Rar, pack::rar(tree, ArchiveVersion::Rar29)),
        ("rar5", Format::Rar, pack::rar(tree, ArchiveVersion::Rar50)),
        (
            "solid rar4",
            Format::Rar,
            pack::rar_builder(&filled_first, ArchiveVersion::Rar29).solid(true).to_bytes().unwrap(),
        ),
        (
            "solid rar5",
            Format::Rar,
            pack::rar_builder(tree, ArchiveVersion::Rar50).solid(true).to_bytes().unwrap(),
        ),
        ("tar.gz", Format::Gzip, pack::gzip(&tar)),
        ("tar.zst", Format::Zstd, pack::zstd(&tar)),
        ("tar.xz", Format::Xz, pack::xz(&tar)),
        ("tar.bz2", Format::Bzip2, pack::bzip2(&tar)),
        ("tar", Format::Tar, tar),
    ]
}

fn check_packings(tree: &Tree) {
    let mut expected: Vec<_> =
        tree.iter().map(|(name, bytes)| (name.clone(), bytes.clone(), None)).collect();
    expected.sort();
    for (packing, format, bytes) in packings(tree) {
        let archive = opened(bytes, format);
        let losses = archive.issues().iter().filter(|issue| issue.gravity == Gravity::Loss);
        assert_eq!(losses.count(), 0, "{packing}");
        let mut found = contents(&*archive);
        found.sort();
        assert!(found == expected, "{packing}: {found:?}");
    }
}

#[test]
fn a_tree_comes_back_from_every_format() {
    check_packings(&pack::small_tree());
    let large = noise(0, 400_000);
    check_packings(&vec![
        ("a".into(), large.clone()),
        ("b".into(), b"b".to_vec()),
        ("c".into(), large),
    ]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn random_trees_come_back_from_every_format(
        tree in proptest::collection::btree_map(
            "[a-z]{1,8}(/[a-z]{1,8}){0,2}\\.txt",
            proptest::collection::vec(any::<u8>(), 0..300),
            1..6,
        )
    ) {
        check_packings(&tree.into_iter().collect());
    }
}

#[test]
fn any_subset_of_entries_can_be_had() {
    let tree = pack::small_tree();
    for (packing, format, bytes) in packings(&tree) {
        let archive = opened(bytes, format);
        let all = Collector::read(&*archive);
        for mask in 0..1_usize << tree.len() {
            let wanted: Vec<_> = files(&*archive)
                .into_iter()
                .enumerate()
                .filter(|(bit, _)| mask >> bit & 1 == 1)
                .map(|(_, index)| index)
                .collect();
            let mut some = Collector::default();
            archive.stream(&wanted, &mut some);
            assert_eq!(some.indices(), wanted, "{packing}");
            for &index in &wanted {
                assert_eq!(some.bytes(index), all.bytes(index), "{packing}");
                assert_eq!(some.code(index), None, "{packing}");
            }
        }
    }
}

#[test]
fn a_visitor_can_skip_and_stop() {
    let big = vec![b'x'; 1 << 20];
    let tree = vec![("a".into(), big.clone()), ("b".into(), big.clone()), ("c".into(), big)];
    for (packing, format, bytes) in packings(&tree) {
        let archive = opened(bytes, format);
        let mut skipping =
            Collector::answering(|index| if index == 1 { Flow::Skip } else { Flow::More });
        archive.stream(&[0, 1, 2], &mut skipping);
        assert_eq!(skipping.indices(), [0, 1, 2], "{packing}");
        assert_eq!(skipping.code(1), None, "{packing}");
        assert!(skipping.bytes(1).len() < 1 << 20, "{packing}");
        assert_eq!((skipping.bytes(2).len(), skipping.code(2)), (1 << 20, None), "{packing}");
        let mut stopping =
            Collector::answering(|index| if index == 1 { Flow::Stop } else { Flow::More });
        archive.stream(&[0, 1, 2], &mut stopping);
        assert_eq!(stopping.indices(), [0], "{packing}");
    }
}

/// Whatever is opened is also streamed, and the collector checks the order of calls.
fn survives(bytes: Vec<u8>, format: Format) -> Option<Vec<Row>> {
    let archive = open_with(bytes, format, &["word"]).ok()?;
    let found = contents(&*archive);
    let is_told = !archive.issues().is_empty() || found.iter().any(|(_, _, code)| code.is_some());
    is_told.then_some(found)
}

#[test]
fn an_archive_cut_anywhere_is_told_and_keeps_the_promises() {
    let tree = pack::small_tree();
    for (packing, format, bytes) in packings(&tree) {
        for length in 0..bytes.len() {
            let is_refused = open_with(bytes[..length].to_vec(), format, &[]).is_err();
            let is_told = survives(bytes[..length].to_vec(), format).is_some();
            // Half an end mark of a tar says as much as a whole one.
            let is_harmless = format == Format::Tar && length + 1024 > bytes.len();
            assert!(is_refused || is_told || is_harmless, "{packing} cut at {length}");
        }
    }
}

#[test]
fn what_stands_before_a_cut_is_delivered() {
    let tree: Tree = (0..20).map(|i| (format!("{i}.txt"), noise(i, 30_000))).collect();
    for (packing, format, bytes) in packings(&tree) {
        if format == Format::SevenZ || packing == "tar.bz2" {
            continue; // The directory stands at the end; a block of bzip2 is decoded as a whole.
        }
        let found = survives(bytes[..bytes.len() * 3 / 4].to_vec(), format).unwrap();
        let whole = found.iter().filter(|(name, bytes, code)| {
            code.is_none() && tree.iter().any(|(n, b)| n == name && b == bytes)
        });
        assert!(
            whole.count() >= 5,
            "{packing}: {:?}",
            found.iter().map(|f| (&f.0, f.2)).collect::<Vec<_>>()
        );
    }
}

#[test]
fn flipped_bits_never_break_the_promises() {
    let tree = pack::small_tree();
    for (_, format, bytes) in packings(&tree) {
        for position in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[position] ^= 1 << (position % 8);
            survives(bytes, format);
        }
    }
}

#[test]
fn too_many_entries_are_told_and_those_before_are_delivered() {
    let tree = pack::small_tree();
    for (packing, format, bytes) in packings(&tree) {
        let limits = Limits::default().with("entries=2").unwrap();
        let budget = Arc::new(Budget::new(limits));
        let options = OpenOptions { budget: &budget, passwords: &[], gaps: None };
        let archive = open(Data::from_bytes(bytes), format, "test", options).unwrap();
        assert_eq!(codes(&*archive).last(), Some(&Code::LimitEntries), "{packing}");
        assert_eq!(archive.entries().len(), 2, "{packing}");
        assert!(contents(&*archive).iter().all(|(_, _, code)| code.is_none()), "{packing}");
    }
}

#[test]
fn an_empty_file_is_refused_as_such() {
    for format in [Format::Zip, Format::SevenZ, Format::Rar, Format::Tar, Format::Gzip] {
        assert_eq!(refused(Vec::new(), format), Code::EmptyInput);
    }
}

#[test]
fn a_file_that_shrinks_while_it_is_read_is_told() {
    let tree = vec![("a".into(), noise(0, 600_000)), ("b".into(), noise(1, 600_000))];
    for (packing, format, bytes) in packings(&tree) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &bytes).unwrap();
        let data = Data::from_file(file.reopen().unwrap()).unwrap();
        let budget = Arc::new(Budget::new(Limits::default()));
        let options = OpenOptions { budget: &budget, passwords: &[], gaps: None };
        let archive = open(data, format, "test", options).unwrap();
        let handle = file.reopen().unwrap();
        let mut collector = Collector::answering(move |_| {
            handle.set_len(1000).unwrap();
            Flow::More
        });
        archive.stream(&[0, 1], &mut collector);
        assert_eq!(collector.code(1), Some(Code::ChangedDuringRead), "{packing}");
    }
}
