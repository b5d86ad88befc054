//! A few bytes that want to become very many, or to be held in very much memory.
//!
//! Bombs are made by repeating one compressed block, never by compressing what they come to.

use std::io::Write;

use super::case::Case;
use super::login;
use super::pack::{self, Member, ZipParts, crc32, zip_of};

/// The two good members that stand round every bomb.
const BOTH: &[&str] = &["first", "second"];

/// A bomb between two good members.
fn around(bomb: Member) -> Vec<u8> {
    let good = |name: &str| Member::stored(&format!("{name}.txt"), &login(name));
    zip_of(&[good("first"), bomb, good("second")])
}

/// A bomb of `size` declared bytes, compressed by `method`.
fn member(method: u16, packed: Vec<u8>, size: u64) -> Member {
    let size = u32::try_from(size).unwrap_or(u32::MAX - 1);
    let packed_size = packed.len() as u32;
    Member { method, packed, packed_size, size, ..Member::stored("bomb.txt", b"") }
}

/// Text that compresses as well as zeros do, but is read as text.
fn mebibyte() -> Vec<u8> {
    vec![b' '; 1 << 20]
}

/// `mebibytes` of text, deflated: a thousandth of that.
fn deflated(mebibytes: usize) -> Vec<u8> {
    let mut compress = flate2::Compress::new(flate2::Compression::best(), false);
    let mut block = Vec::with_capacity(1 << 20);
    compress.compress_vec(&mebibyte(), &mut block, flate2::FlushCompress::Full).unwrap();
    let mut bytes = block.repeat(mebibytes);
    bytes.extend([3, 0]);
    bytes
}

/// Bytes as a block of deflate data that stores them, for more blocks to follow.
fn stored_block(bytes: &[u8]) -> Vec<u8> {
    let length = bytes.len() as u16;
    [&[0][..], &length.to_le_bytes(), &(!length).to_le_bytes(), bytes].concat()
}

/// `gibibytes` of text in gzip.
fn gzip(gibibytes: usize) -> Vec<u8> {
    let head = b"\x1f\x8b\x08\0\0\0\0\0\0\x03";
    [&head[..], &deflated(gibibytes << 10), &[0; 8]].concat()
}

/// Many names for one stream of 62 MiB.
fn one_stream(names: usize) -> Vec<u8> {
    let packed = [stored_block(&login("inner")), deflated(62)].concat();
    let bomb = |name| Member { name, ..member(8, packed.clone(), (62 << 20) + 63) };
    let name = |n: usize| format!("{n:03}.txt").into_bytes();
    let mut parts = ZipParts::new(&[bomb(name(0))]);
    parts.directory = (0..names).flat_map(|n| ZipParts::new(&[bomb(name(n))]).directory).collect();
    parts.count = names as u16;
    parts.bytes()
}

/// How long the names of entries are that quote each other.
const NAME: usize = 8;

/// Entries whose compressed data quote the headers of all entries that follow (D. Fifield, *A
/// better zip bomb*).
/// Each entry stores the header of the next one, so that the kernel comes out after them.
fn quoted(count: usize, kernel: &Member) -> Vec<u8> {
    let whole = ZipParts::new(std::slice::from_ref(kernel));
    let (mut locals, mut directory) = (whole.locals.clone(), Vec::new());
    let mut offsets = vec![0];
    for n in (0..count).rev() {
        // The head of a block that stores the next header: 30 bytes and a name.
        let quote = stored_block(&[0; 30 + NAME])[..5].to_vec();
        let packed_size = (quote.len() + locals.len()) as u32;
        let name = format!("{n:0NAME$}").into_bytes();
        let one = ZipParts::new(&[Member { name, packed_size, packed: quote, ..kernel.clone() }]);
        directory.push(one.directory);
        locals = [&one.locals[..], &locals].concat();
        offsets.iter_mut().for_each(|offset| *offset += one.locals.len());
        offsets.push(0);
    }
    directory.push(whole.directory);
    offsets.rotate_left(1);
    for (entry, offset) in directory.iter_mut().zip(&offsets) {
        entry[42..46].copy_from_slice(&(*offset as u32).to_le_bytes());
    }
    let (count, offset) = (count as u16 + 1, locals.len() as u32);
    ZipParts { locals, directory: directory.concat(), count, offset, comment: Vec::new() }.bytes()
}

/// Archives in archives, a login beside each.
fn nested(levels: usize) -> Vec<u8> {
    let level = |n: usize| Member::stored(&format!("{n}.txt"), &login(&format!("level{n}")));
    let mut inner = zip_of(&[level(levels)]);
    for n in (0..levels).rev() {
        inner = zip_of(&[level(n), Member::deflated("inner.zip", &inner)]);
    }
    inner
}

/// `wide` archives in each archive, `levels` deep, a bomb of 1 MiB in each of the last.
fn tree(wide: usize, levels: usize) -> Vec<u8> {
    let mut inner = zip_of(&[member(8, deflated(1), 1 << 20)]);
    for _ in 0..levels {
        let members: Vec<_> =
            (0..wide).map(|n| Member::deflated(&format!("{n}.zip"), &inner)).collect();
        inner = zip_of(&members);
    }
    let first = Member::stored("first.txt", &login("first"));
    let second = Member::stored("second.txt", &login("second"));
    zip_of(&[first, Member::deflated("tree.zip", &inner), second])
}

/// A frame of Zstandard: a window of 2^`window` bytes, and blocks.
fn zstd(window: u8, blocks: &[u8]) -> Vec<u8> {
    let end = [1, 0, 0];
    [&b"\x28\xb5\x2f\xfd\0"[..], &[(window - 10) << 3], blocks, &end].concat()
}

/// A block of Zstandard that says one byte 128 Ki times.
fn zstd_run(byte: u8) -> [u8; 4] {
    let [low, middle, high, _] = (1_u32 << 1 | (128 << 10) << 3).to_le_bytes();
    [low, middle, high, byte]
}

/// An XZ that wants a dictionary of 48 MiB.
fn xz_of_48_mebibytes(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = pack::xz(bytes);
    let header = 12..12 + 4 * usize::from(bytes[12]);
    let at = header.start + memchr::memmem::find(&bytes[header.clone()], &[0x21, 1]).unwrap();
    bytes[at + 2] = 27;
    let sum = crc32(&bytes[header.clone()]).to_le_bytes();
    bytes[header.end..header.end + 4].copy_from_slice(&sum);
    bytes
}

/// `gibibytes` of text in XZ, as one chunk of LZMA2 over and over.
fn xz(gibibytes: usize) -> Vec<u8> {
    let options = lzma_rust2::Lzma2Options::with_preset(1);
    let mut encoder = lzma_rust2::Lzma2Writer::new(Vec::new(), options);
    encoder.write_all(&mebibyte()).unwrap();
    let mut chunk = encoder.finish().unwrap();
    chunk.pop();
    assert_eq!(chunk[0] & 0xe0, 0xe0, "one chunk that needs nothing before it");
    let checked = |bytes: &[u8]| [bytes, &crc32(bytes).to_le_bytes()].concat();
    let stream = [b"\xfd7zXZ\0", &checked(b"\0\0")[..]].concat();
    let block = checked(&[2, 0, 0x21, 1, 22, 0, 0, 0]);
    [stream, block, chunk.repeat(gibibytes << 10), vec![0; 4]].concat()
}

/// An LZMA stream in a ZIP that wants a dictionary of so many bytes.
fn lzma(dictionary: u32) -> Member {
    let text = login("trap");
    let mut options = lzma_rust2::LzmaOptions::with_preset(1);
    options.dict_size = 1 << 16;
    let mut encoder = lzma_rust2::LzmaWriter::new_no_header(Vec::new(), &options, true).unwrap();
    encoder.write_all(&text).unwrap();
    let data = encoder.finish().unwrap();
    let head = [9, 20, 5, 0, options.get_props()];
    let packed = [&head[..], &dictionary.to_le_bytes(), &data].concat();
    let packed_size = packed.len() as u32;
    Member { method: 14, flags: 2, packed, packed_size, ..Member::stored("trap.txt", &text) }
}

/// 100 MiB of blanks in bzip2.
const BZIP2: &[u8] =
    b"BZh91AY&SY\xb5\x22e\xbf\x01_\x8e\x10\x00\xc0\x00\x00\x08\x20\x000\x80MFB\xa0%\xa9\x0a\x80\
    \x971AY&SY\xb5\x22e\xbf\x01_\x8e\x10\x00\xc0\x00\x00\x08\x20\x000\x80MFB\xa0%\xa9\x0a\x80\
    \x971AY&SY\x06\x82v\x06\x00d\x06\x14\x00\xc0\x00\x10\x00\x00\x08\x20\x000\xcc\x05)\xa6(\
    \x04[\x12\x80E\xe2\xeeH\xa7\x0a\x12\x17\x09\xe5p\xe0";

/// So that bombs which are made in full need not be read as far as their size allows.
const TIGHT: &[&str] = &["--limits", "ratio=8"];

/// What stops most bombs, and what they are: one line of blanks.
const STOPPED: &[&str] = &["limit_ratio", "line_too_long"];

hostile! {
    bomb_30_many_names_one_stream: "500 names for one stream of 62 MiB (31 GiB)" =>
        Case::partial(&["limit_ratio", "line_too_long", "zip_overlap"], || one_stream(500)).delivers(&["inner"]);
    bomb_31_quoted_headers: "640 entries that quote each other's headers round 8 MiB (5 GiB)" =>
        Case::partial(&["line_too_long", "zip_overlap"], || {
            let packed = [stored_block(&login("inner")), deflated(8)].concat();
            let text = [login("inner"), mebibyte().repeat(8)].concat();
            let size = text.len() as u64;
            quoted(640, &Member { crc: crc32(&text), ..member(8, packed, size) })
        }).delivers(&["inner"]);
    bomb_32_ratio: "1000:1, 2 GiB" =>
        Case::partial(STOPPED, || around(member(8, deflated(2 << 10), 2 << 30)))
            .delivers(BOTH).with(TIGHT);
    bomb_33_more_than_declared: "1000 bytes declared, 1 GiB there" =>
        Case::partial(&["line_too_long", "size_mismatch"], || around(member(8, deflated(1 << 10), 1000)))
            .delivers(BOTH);
    bomb_34_nested_120_deep: "archives in archives, 120 deep" =>
        Case::partial(&["limit_depth"], || nested(120)).delivers(&[
            "level0", "level1", "level2", "level3", "level4", "level5", "level6", "level7",
            "level8",
        ]);
    bomb_35_tree: "16 archives in each of 16 in each of 16… (16^5 leaves, 1 TiB)" =>
        Case::partial(&["crc_mismatch", "limit_total"], || tree(16, 5)).delivers(BOTH).within(60);
    bomb_36_zstd_runs: "Zstandard that says one byte 8 GiB times, 256 KiB" =>
        Case::partial(STOPPED, || {
            around(member(93, zstd(17, &zstd_run(b' ').repeat(8 << 13)), 8 << 30))
        }).delivers(BOTH).with(TIGHT);
    bomb_37_bzip2: "100 MiB in 113 bytes of bzip2" =>
        Case::partial(STOPPED, || around(member(12, BZIP2.to_vec(), 100 << 20)))
            .delivers(BOTH);
    bomb_38_lzma2: "8 GiB in LZMA2" =>
        Case::partial(STOPPED, || around(member(95, xz(8), 8 << 30))).delivers(BOTH).with(TIGHT);
    bomb_39_gzip: "2 GiB in gzip" =>
        Case::partial(STOPPED, || gzip(2)).with(TIGHT).called("dump.txt.gz");
    bomb_39_gzip_in_zip: "2 GiB in gzip, in a ZIP" =>
        Case::partial(STOPPED, || {
            around(Member { name: b"dump.gz".to_vec(), ..Member::stored("", &gzip(2)) })
        }).delivers(BOTH).with(TIGHT);
    bomb_40_lzma_dictionary: "an LZMA dictionary of 4 GiB in a ZIP" =>
        Case::partial(&["limit_memory"], || around(lzma(u32::MAX))).delivers(BOTH);
    bomb_41_zstd_window: "a Zstandard window of 2 GiB" =>
        Case::partial(&["limit_memory"], || {
            around(member(93, zstd(31, &zstd_run(b' ').repeat(20)), 20 << 17))
        }).delivers(BOTH);
    bomb_more_lzma_dictionary_that_is_allowed: "an LZMA dictionary of 192 MiB for 63 bytes" =>
        Case::read(|| around(lzma(192 << 20))).delivers(&["first", "second", "trap"]);
    bomb_more_windows: "dictionaries of 48 MiB in each other, where one has 64 MiB and all have 80" =>
        Case::partial(&["limit_memory"], || {
            let inner = ("inner.txt.xz".to_owned(), xz_of_48_mebibytes(&login("inner")));
            let first = ("first.txt".to_owned(), login("first"));
            xz_of_48_mebibytes(&pack::tar(&vec![first, inner]))
        }).called("cloud.tar.xz").delivers(&["first"]).with(&["--limits", "window=64M"]);
    bomb_more_windows_that_are_allowed: "one of them in a ZIP, whose decoder takes next to nothing" =>
        Case::read(|| {
            let inner = Member::stored("inner.txt.xz", &xz_of_48_mebibytes(&login("inner")));
            zip_of(&[Member::stored("first.txt", &login("first")), inner])
        }).delivers(&["first", "inner"]).with(&["--limits", "window=64M"]);
    bomb_more_gzip_members: "200,000 empty gzip members, one behind the other" =>
        Case::read(|| {
            [pack::gzip(b"").repeat(200_000), pack::gzip(&login("first"))].concat()
        }).called("dump.txt.gz").delivers(&["first"]);
    bomb_more_zstd_frames: "200,000 empty frames of Zstandard" =>
        Case::read(|| [zstd(10, b"").repeat(200_000), pack::zstd(&login("first"))].concat())
            .called("dump.txt.zst").delivers(&["first"]);
}
