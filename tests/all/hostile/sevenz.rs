//! 7z archives whose headers lie, whose blocks ask for too much, and which are only damaged.

use super::case::Case;
use super::login;
use super::pack::{self, Block, SevenZStyle, Tree, sevenz_of, sevenz_raw, sevenz_start};

/// Two files in one block.
fn tree() -> Tree {
    [("a.txt", "first"), ("b.txt", "second")]
        .map(|(name, host)| (name.to_owned(), login(host)))
        .to_vec()
}

fn plain() -> Vec<u8> {
    pack::sevenz(&tree(), pack::SOLID)
}

/// Two files that are encrypted, with their names or without.
fn locked(hides_names: bool) -> Vec<u8> {
    pack::sevenz(&tree(), SevenZStyle { is_solid: true, password: Some("right"), hides_names })
}

/// A block that is a trap, and a good one on either side.
fn around(trap: Block) -> Vec<u8> {
    let [first, second] = [("a.txt", "first"), ("c.txt", "second")];
    let good = |(name, host)| Block::stored(name, &login(host));
    sevenz_of(&[good(first), trap, good(second)])
}

/// A block with coders that its bytes were never packed with.
fn with_coders(coders: &[u8], sizes: usize) -> Vec<u8> {
    let block = Block::stored("b.txt", &login("trap"));
    let sizes = vec![block.packed_size; sizes];
    around(Block { coders: coders.to_vec(), sizes, ..block })
}

/// An encrypted header whose key is derived in 2^`power` rounds.
fn locked_header(power: u8) -> Vec<u8> {
    let coders = [&b"\x01\x24\x06\xf1\x07\x01\x02"[..], &[power, 0]].concat();
    let block = Block { coders, ..Block::stored("", &[0; 64]) };
    let streams = pack::sevenz_streams(0, std::slice::from_ref(&block));
    sevenz_raw(&block.packed, &[&[0x17], &streams[..]].concat())
}

/// Headers that are each packed in the next, all of them as they are.
fn nested_headers(depth: usize) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut header = b"\x01\0".to_vec();
    for _ in 0..depth {
        let from = packed.len() as u64;
        let streams = pack::sevenz_streams(from, &[Block::stored("", &header)]);
        packed.extend(header);
        header = [&[0x17], &streams[..]].concat();
    }
    sevenz_raw(&packed, &header)
}

/// A header of `count` files without bytes and with the shortest of names, packed.
fn many_files(count: u64) -> Vec<u8> {
    let names: Vec<u8> = (0..count).flat_map(|_| *b"x\0\0\0").collect();
    let empty = vec![0xff; count.div_ceil(8) as usize];
    let number = |number| pack::sevenz_number(number);
    let mut header = [&b"\x01\x05"[..], &number(count)].concat();
    for (id, property) in [(0x0e, empty), (0x11, [&[0], &names[..]].concat())] {
        header.push(id);
        header.extend(number(property.len() as u64));
        header.extend(property);
    }
    header.extend([0, 0]);
    let packed = pack::lzma2(&header);
    let block = Block {
        coders: b"\x01\x21\x21\x01\x14".to_vec(),
        packed_size: packed.len() as u64,
        packed,
        ..Block::stored("", &header)
    };
    let streams = pack::sevenz_streams(0, std::slice::from_ref(&block));
    sevenz_raw(&block.packed, &[&[0x17], &streams[..]].concat())
}

/// Changes one byte of the archive.
fn flipped(mut bytes: Vec<u8>, at: usize) -> Vec<u8> {
    bytes[at] ^= 1;
    bytes
}

const BOTH: &[&str] = &["first", "second"];

fn wrong() -> String {
    "wrong\nalso wrong\n".into()
}

hostile! {
    sevenz_42_lzma2_dictionary: "7z: LZMA2 with a dictionary of 4 GiB" =>
        Case::partial(&["limit_memory"], || with_coders(b"\x01\x21\x21\x01\x28", 1)).delivers(BOTH);
    sevenz_more_lzma2_dictionary_that_is_allowed: "7z: LZMA2 with a dictionary of 256 MiB" =>
        Case::read(|| {
            let packed = pack::lzma2(&login("trap"));
            let coders = b"\x01\x21\x21\x01\x20".to_vec();
            let block = Block::stored("b.txt", &login("trap"));
            around(Block { coders, packed_size: packed.len() as u64, packed, ..block })
        }).delivers(&["first", "second", "trap"]);
    sevenz_42_lzma_dictionary: "7z: LZMA with a dictionary of 4 GiB" =>
        Case::partial(&["limit_memory"], || {
            with_coders(b"\x01\x23\x03\x01\x01\x05\x5d\xff\xff\xff\xff", 1)
        }).delivers(BOTH);
    sevenz_42_ppmd_memory: "7z: PPMd with a model of 4 GiB" =>
        Case::partial(&["limit_memory"], || {
            with_coders(b"\x01\x23\x03\x04\x01\x05\x06\xff\xff\xff\xff", 1)
        }).delivers(BOTH);
    sevenz_42_dictionaries_together: "7z: eight coders of one block, 64 MiB each" =>
        Case::partial(&["limit_memory"], || {
            let coder = b"\x21\x21\x01\x1c";
            let binds: Vec<u8> = (0..7).flat_map(|from| [from, from + 1]).collect();
            with_coders(&[&[8][..], &coder.repeat(8), &binds].concat(), 8)
        }).delivers(BOTH);
    sevenz_44_no_password: "7z: encrypted, no password" =>
        Case::refused(&["password_required"], || locked(false));
    sevenz_45_right_password: "7z: encrypted, the right password among others" =>
        Case::read(|| locked(false)).passwords(|| wrong() + "right\n").delivers(BOTH);
    sevenz_45_right_password_names: "7z: names encrypted as well, the right password among others" =>
        Case::read(|| locked(true)).passwords(|| wrong() + "right\n").delivers(BOTH);
    sevenz_46_wrong_password: "7z: encrypted, wrong passwords" =>
        Case::refused(&["password_wrong"], || locked(false)).passwords(wrong);
    sevenz_50_no_password: "7z: names encrypted as well, no password" =>
        Case::refused(&["password_required"], || locked(true));
    sevenz_50_wrong_password: "7z: names encrypted as well, wrong passwords" =>
        Case::refused(&["password_wrong"], || locked(true)).passwords(wrong);
    sevenz_51_rounds: "7z: a key of 2^62 rounds" =>
        Case::partial(&["limit_cpu"], || with_coders(b"\x01\x24\x06\xf1\x07\x01\x02\x3e\0", 1))
            .passwords(wrong).delivers(BOTH);
    sevenz_51_fewer_rounds: "7z: a key of 2^31 rounds" =>
        Case::partial(&["limit_cpu"], || with_coders(b"\x01\x24\x06\xf1\x07\x01\x02\x1f\0", 1))
            .passwords(wrong).delivers(BOTH);
    sevenz_51_rounds_of_the_header: "7z: a header with a key of 2^62 rounds" =>
        Case::refused(&["limit_cpu"], || locked_header(62)).passwords(wrong);
    sevenz_52_most_rounds: "7z: a header with 2^63 rounds, which stands for none" =>
        Case::refused(&["password_wrong"], || locked_header(63)).passwords(wrong);
    sevenz_53_cut: "7z: cut behind the first byte of the header" =>
        Case::refused(&["truncated"], || {
            let bytes = plain();
            bytes[..bytes.len() - 10].to_vec()
        });
    sevenz_53_cut_at_half: "7z: cut at half" =>
        Case::refused(&["truncated"], || {
            let bytes = plain();
            bytes[..bytes.len() / 2].to_vec()
        });
    sevenz_54_start_header: "7z: a start header with a wrong check sum" =>
        Case::refused(&["corrupt"], || flipped(plain(), 8));
    sevenz_54_header: "7z: a header with a wrong check sum" =>
        Case::refused(&["corrupt"], || {
            let bytes = plain();
            let last = bytes.len() - 1;
            flipped(bytes, last)
        });
    sevenz_55_header_far_away: "7z: a header at 2^62" =>
        Case::refused(&["truncated"], || sevenz_start(1 << 62, 10, 0, &[0; 100]));
    sevenz_55_header_of_4_gib: "7z: a header of 4 GiB" =>
        Case::refused(&["truncated"], || sevenz_start(0, 4 << 30, 0, &[0; 100]));
    sevenz_55_header_beyond_all: "7z: a header of 2^60 bytes at 2^60" =>
        Case::refused(&["truncated"], || sevenz_start(1 << 60, 1 << 60, 0, &[0; 100]));
    sevenz_56_files: "7z: 2^60 files" =>
        Case::refused(&["corrupt"], || sevenz_raw(b"", b"\x01\x05\xff\0\0\0\0\0\0\0\x10\0\0"));
    sevenz_56_fewer_files: "7z: 2^26 files" =>
        Case::refused(&["corrupt"], || sevenz_raw(b"", b"\x01\x05\xf0\0\0\0\x04\0\0"));
    sevenz_56_blocks: "7z: 2^40 blocks" =>
        Case::refused(&["corrupt"], || {
            sevenz_raw(b"", b"\x01\x04\x07\x0b\xff\0\0\0\0\0\x01\0\0\0\0\0\0")
        });
    sevenz_56_empty_files: "7z: 10 million files without bytes, in a header of some kilobytes" =>
        Case::refused(&["limit_memory"], || many_files(10_000_000)).within(4);
    sevenz_57_size: "7z: a member of 2^62 bytes" =>
        Case::partial(&["truncated"], || {
            let block = Block::stored("b.txt", b"\x89 no text");
            around(Block { sizes: vec![1 << 62], ..block })
        }).delivers(BOTH);
    sevenz_58_crc: "7z: a member with a wrong CRC" =>
        Case::partial(&["crc_mismatch"], || {
            around(Block { crc: 1, ..Block::stored("b.txt", &login("marked")) })
        }).delivers(&["first", "marked", "second"]);
    sevenz_59_nested_headers: "7z: 500 headers, each packed in the next" =>
        Case::refused(&["limit_depth"], || nested_headers(500));
    sevenz_60_circle: "7z: coders that feed each other" =>
        Case::refused(&["bad_graph"], || {
            with_coders(b"\x03\x01\0\x01\0\x01\0\x01\x02\x02\x01", 3)
        });
    sevenz_61_unknown_coder: "7z: a method that is not read" =>
        Case::partial(&["unsupported_method"], || with_coders(b"\x01\x04\x04\xf7\x11\x02", 1))
            .delivers(BOTH);
    sevenz_62_empty: "7z: no header and no files" =>
        Case::read(|| sevenz_start(0, 0, 0, b""));
    sevenz_63_packed_size: "7z: packed bytes that reach past the end" =>
        Case::partial(&["truncated"], || {
            let last = Block::stored("b.txt", b"\x89 no text");
            let last = Block { packed_size: 1 << 40, sizes: vec![1 << 40], ..last };
            sevenz_of(&[Block::stored("a.txt", &login("first")), last])
        }).delivers(&["first"]);
    sevenz_64_padding: "7z: a padding of 1 TiB" =>
        Case::refused(&["corrupt"], || {
            sevenz_raw(b"", b"\x01\x05\x01\x19\xff\0\0\0\0\0\x01\0\0\0\0")
        });
    sevenz_more_surplus: "7z: a block that holds more than its entries" =>
        Case::partial(&["size_mismatch"], || {
            let block = Block::stored("b.txt", b"\x89 no text");
            around(Block { sizes: vec![4], crc: pack::crc32(b"\x89 no"), ..block })
        }).delivers(BOTH);
}
