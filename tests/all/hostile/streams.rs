//! Compressed files and tars that break off, lie about sizes, or hold more than they say.

use super::case::Case;
use super::login;
use super::pack;

/// Two logins, the second behind enough text for the damage to come between.
fn text() -> Vec<u8> {
    let mut state = 1_u32;
    let noise = (0..40_000).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        format!("{state:08x}\n")
    });
    [login("first"), noise.collect::<String>().into_bytes(), login("second")].concat()
}

/// All but the last of it.
fn cut(bytes: Vec<u8>) -> Vec<u8> {
    bytes[..bytes.len() * 3 / 4].to_vec()
}

/// With one bit of the byte that is so far from the end flipped.
fn flipped(mut bytes: Vec<u8>, from_end: usize) -> Vec<u8> {
    let at = bytes.len() - from_end;
    bytes[at] ^= 1;
    bytes
}

/// A tar of two texts.
fn two() -> Vec<u8> {
    let file = |name: &str| (format!("{name}.txt"), login(name));
    pack::tar(&vec![file("first"), file("second")])
}

/// A tar in which `spoil` changes the header of an entry between two good ones.
fn with_header(spoil: fn(&mut tar::Header)) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_path("trap.txt").unwrap();
    header.set_size(0);
    spoil(&mut header);
    header.set_cksum();
    let good = two();
    [&good[..1024], header.as_bytes(), &good[1024..]].concat()
}

hostile! {
    stream_more_gzip_cut: "a gzip that breaks off" =>
        Case::partial(&["truncated"], || cut(pack::gzip(&text()))).called("dump.txt.gz")
            .delivers(&["first"]);
    stream_more_zstd_cut: "a Zstandard file that breaks off" =>
        Case::partial(&["truncated"], || cut(pack::zstd(&text()))).called("dump.txt.zst")
            .delivers(&["first"]);
    stream_more_xz_cut: "an XZ file that breaks off" =>
        Case::partial(&["truncated"], || cut(pack::xz(&text()))).called("dump.txt.xz")
            .delivers(&["first"]);
    stream_more_bzip2_cut: "a bzip2 file that breaks off in its only block" =>
        Case::refused(&["truncated"], || cut(pack::bzip2(&text()))).called("dump.txt.bz2");
    stream_more_gzip_crc: "a gzip with a wrong CRC" =>
        Case::partial(&["crc_mismatch"], || flipped(pack::gzip(&text()), 5))
            .called("dump.txt.gz").delivers(&["first", "second"]);
    stream_more_zstd_sum: "a Zstandard file with a wrong check sum" =>
        Case::partial(&["crc_mismatch"], || flipped(pack::zstd(&text()), 1))
            .called("dump.txt.zst").delivers(&["first", "second"]);
    stream_more_gzip_behind: "a gzip with something else behind" =>
        Case::partial(&["decode_error"], || [pack::gzip(&text()), b"garbage ".repeat(20)].concat())
            .called("dump.txt.gz").delivers(&["first", "second"]);
    stream_more_gzip_of_nothing: "a gzip of nothing" =>
        Case::read(|| pack::gzip(b"")).called("dump.txt.gz");
    stream_more_gzip_head_only: "the first bytes of a gzip" =>
        Case::refused(&["truncated"], || pack::gzip(&text())[..12].to_vec()).called("dump.txt.gz");
    stream_more_tar_cut: "a tar that breaks off within an entry" =>
        Case::partial(&["size_mismatch", "truncated"], || two()[..1024 + 512 + 20].to_vec())
            .called("logs.tar").delivers(&["first"]);
    stream_more_tar_gz_cut: "a tar in gzip that breaks off" =>
        Case::partial(&["truncated"], || {
            let file = |name: &str| (format!("{name}.txt"), [login(name), text()].concat());
            cut(pack::gzip(&pack::tar(&vec![file("a"), file("b"), file("c")])))
        }).called("logs.tar.gz").delivers(&["a", "b", "c", "first", "first", "first", "second", "second"]);
    stream_more_tar_header: "a tar with a damaged header" =>
        Case::partial(&["corrupt"], || {
            let mut bytes = two();
            bytes[1024 + 100] ^= 1;
            bytes
        }).called("logs.tar").delivers(&["first"]);
    stream_more_tar_size: "a tar entry of 2^62 bytes" =>
        Case::partial(&["size_mismatch", "truncated"], || with_header(|header| header.set_size(1 << 62)))
            .called("logs.tar").delivers(&["first", "second"]);
    stream_more_tar_size_above_all: "a tar entry of 2^64 - 1 bytes" =>
        Case::partial(&["corrupt"], || with_header(|header| header.set_size(u64::MAX)))
            .called("logs.tar").delivers(&["first"]);
    stream_more_tar_negative: "a tar entry with a negative size" =>
        Case::partial(&["corrupt"], || with_header(|header| {
            header.as_old_mut().size = [0xff; 12];
        })).called("logs.tar").delivers(&["first"]);
    stream_more_tar_long_name: "a tar with a name of 1 GiB" =>
        Case::partial(&["truncated"], || with_header(|header| {
            header.set_entry_type(tar::EntryType::GNULongName);
            header.set_size(1 << 30);
        })).called("logs.tar").delivers(&["first"]);
    stream_more_tar_sparse: "a sparse file of 4 GiB of nothing in a tar" =>
        Case::partial(&["not_text"], || with_header(|header| {
            let octal = |field: &mut [u8], number: u64| {
                let text = format!("{number:0width$o}", width = field.len() - 1);
                field[..text.len()].copy_from_slice(text.as_bytes());
            };
            header.set_entry_type(tar::EntryType::GNUSparse);
            let gnu = header.as_gnu_mut().unwrap();
            octal(&mut gnu.realsize, 1 << 32);
            octal(&mut gnu.sparse[0].offset, 1 << 32);
            octal(&mut gnu.sparse[0].numbytes, 0);
        })).called("logs.tar").delivers(&["first", "second"]);
    stream_more_tar_behind_the_end: "a tar behind the end mark of another" =>
        Case::read(|| [two(), pack::tar(&vec![("c.txt".to_owned(), login("third"))])].concat())
            .called("logs.tar").delivers(&["first", "second", "third"]);
    stream_more_tar_entries: "40,000 empty entries in a tar" =>
        Case::read(|| {
            let empty = pack::tar(&vec![("empty.txt".to_owned(), Vec::new())])[..512].to_vec();
            [empty.repeat(40_000), two()].concat()
        }).called("logs.tar").delivers(&["first", "second"]).within(10);
}
