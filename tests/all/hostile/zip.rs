//! ZIPs that lie about themselves, and ZIPs that only look as if they did.

use super::case::Case;
use super::login;
use super::pack::{self, Member, ZipParts, end64, zip_of};

/// What [`two`] delivers.
const BOTH: &[&str] = &["first", "second"];

/// Two members, one of each of the usual methods.
fn two() -> [Member; 2] {
    [Member::deflated("a.txt", &login("first")), Member::stored("b.txt", &login("second"))]
}

/// The second of [`two`], spoilt, behind the first.
fn with_second(spoil: fn(Member) -> Member) -> Vec<u8> {
    let [first, second] = two();
    zip_of(&[first, spoil(second)])
}

/// Members of [`two`] round one that is a trap.
fn around(trap: Member) -> Vec<u8> {
    let [first, second] = two();
    zip_of(&[first, trap, second])
}

/// The parts of a ZIP with two members.
fn parts() -> ZipParts {
    ZipParts::new(&two())
}

/// A 64-bit ZIP that claims `entries`, and whose locator points `beyond` the right place.
fn zip64(entries: u64, beyond: u64) -> Vec<u8> {
    let parts = parts();
    let at = (parts.locals.len() + parts.directory.len()) as u64;
    let (size, offset) = (parts.directory.len() as u64, parts.locals.len() as u64);
    let end = b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0";
    [&parts.locals[..], &parts.directory, &end64(entries, size, offset, at + beyond), end].concat()
}

/// Members whose size comes behind their bytes, with or without a signature.
fn described(signature: &[u8]) -> ZipParts {
    let members = two().map(|member| {
        let numbers = [member.crc, member.packed_size, member.size].map(u32::to_le_bytes);
        Member { flags: 8, behind: [signature, &numbers.concat()].concat(), ..member }
    });
    ZipParts::new(&members)
}

hostile! {
    zip_01_nothing: "zero bytes" =>
        Case::refused(&["empty_input"], Vec::new).called("zero.zip");
    zip_02_end_record_only: "an end record and nothing else" =>
        Case::read(|| ZipParts::new(&[]).bytes());
    zip_03_end_record_cut: "the end record cut" =>
        Case::partial(&["truncated"], || {
            let bytes = zip_of(&two());
            bytes[..bytes.len() - 5].to_vec()
        }).delivers(BOTH);
    zip_04_cut_at_half: "cut in the middle of an entry" =>
        Case::partial(&["size_mismatch", "truncated"], || {
            let [begun, ended] = [login("begun"), login("ended")];
            let members = [("a.txt", login("first")), ("b.txt", [begun, ended].concat())];
            let bytes = zip_of(&members.map(|(name, bytes)| Member::stored(name, &bytes)));
            let cut = memchr::memmem::find(&bytes, b"ended").unwrap();
            bytes[..cut].to_vec()
        }).delivers(&["begun", "first"]);
    zip_05_count_of_65535: "65,535 entries declared, one there" =>
        Case::partial(&["zip_count_mismatch"], || {
            let [first, _] = two();
            ZipParts { count: 65535, ..ZipParts::new(&[first]) }.bytes()
        }).delivers(&["first"]);
    zip_06_count_of_0: "no entries declared, two there" =>
        Case::partial(&["zip_count_mismatch"], || ZipParts { count: 0, ..parts() }.bytes())
            .delivers(BOTH);
    zip_07_directory_past_the_end: "the directory said to be behind the end of the file" =>
        Case::refused(&["bad_offset"], || {
            ZipParts { offset: 0x7fff_0000, ..parts() }.bytes()
        });
    zip_08_stub_in_front: "64 KiB of a program in front" =>
        Case::read(|| {
            let stub = [&b"MZ\x90\0\x03\0\0\0\x04\0\0\0"[..], &[0; 64 << 10]].concat();
            [&stub[..], &zip_of(&two())].concat()
        }).called("setup.exe").delivers(BOTH);
    zip_09_something_behind: "1 KiB behind the end" =>
        Case::read(|| [&zip_of(&two())[..], &[0; 1024]].concat()).delivers(BOTH);
    zip_10_second_end_record: "a second end record in the comment" =>
        Case::partial(&["zip_ambiguous"], || {
            ZipParts { comment: ZipParts::new(&[]).end(), ..parts() }.bytes()
        }).delivers(BOTH);
    zip_11_zip64_count: "2^60 entries in a 64-bit end record" =>
        Case::refused(&["zip_count_mismatch"], || zip64(1 << 60, 0));
    zip_12_zip64_locator_to_itself: "a 64-bit locator that points to itself" =>
        Case::refused(&["bad_offset"], || zip64(2, 56));
    zip_13_names_differ: "another name in the local header" =>
        Case::partial(&["zip_ambiguous"], || with_second(|mut member| {
            member.local.0 = Some(b"picture.jpg".to_vec());
            member
        })).delivers(BOTH);
    zip_14_methods_differ: "another method in the local header" =>
        Case::partial(&["zip_ambiguous"], || with_second(|mut member| {
            member.local.1 = Some(8);
            member
        })).delivers(BOTH);
    zip_15_sizes_differ: "another size in the local header" =>
        Case::partial(&["zip_ambiguous"], || with_second(|mut member| {
            member.local.2 = Some(7);
            member
        })).delivers(BOTH);
    zip_16_one_name_twice: "one name twice" =>
        Case::read(|| zip_of(&two().map(|member| Member { name: b"a.txt".to_vec(), ..member })))
            .delivers(BOTH);
    zip_17_unlisted_entry: "an entry that the directory does not list" =>
        Case::partial(&["zip_ambiguous"], || {
            around(Member { is_listed: false, ..Member::stored("hidden.txt", &login("hidden")) })
        }).delivers(&["first", "hidden", "second"]);
    zip_18_extra_fields_overrun: "extra fields longer than their place" =>
        Case::partial(&["bad_extra"], || with_second(|member| {
            Member { extra: b"UT\xff\x00short".to_vec(), ..member }
        })).delivers(BOTH);
    zip_19_zip64_sizes: "64-bit sizes of 2^63" =>
        Case::partial(&["zip_overlap"], || {
            let huge = (1_u64 << 63).to_le_bytes();
            let extra = [b"\x01\0\x10\0", &huge[..], &huge[..]].concat();
            around(Member {
                size: u32::MAX,
                packed_size: u32::MAX,
                central_extra: extra.clone(),
                extra,
                ..Member::deflated("x", &login("trap"))
            })
        }).delivers(BOTH);
    zip_20_descriptor_without_signature: "sizes behind the bytes, without signature" =>
        Case::read(|| described(b"").bytes()).delivers(BOTH);
    zip_21_crc_wrong: "a ZIP entry with a wrong CRC" =>
        Case::partial(&["crc_mismatch"], || with_second(|member| Member { crc: 7, ..member }))
            .delivers(BOTH);
    zip_22_deflate_damaged: "damaged deflate data" =>
        Case::partial(&["decode_error"], || {
            let mut trap = Member::deflated("x", &login("trap"));
            trap.packed[0] |= 6;
            around(trap)
        }).delivers(BOTH);
    zip_23_empty_blocks: "4 MB of empty deflate blocks" =>
        Case::read(|| {
            let mut packed = [0, 0, 0, 0xff, 0xff].repeat(800_000);
            packed.extend(pack::deflated(&login("trap")));
            let packed_size = packed.len() as u32;
            around(Member { packed, packed_size, ..Member::deflated("x", &login("trap")) })
        }).delivers(&["first", "second", "trap"]);
    zip_24_method_97: "a method that is not read (97)" =>
        Case::partial(&["unsupported_method"], || {
            around(Member { method: 97, ..Member::stored("x", &login("trap")) })
        }).delivers(BOTH);
    zip_24_method_99: "the method of AES without encryption" =>
        Case::partial(&["unsupported_method"], || {
            around(Member { method: 99, ..Member::stored("x", &login("trap")) })
        }).delivers(BOTH);
    zip_25_pdf: "a PDF that is a ZIP as well" =>
        Case::read(|| {
            let pdf = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <</Type /Catalog>> endobj\n%%EOF\n";
            [&pdf[..], &zip_of(&two())].concat()
        }).called("paper.pdf").delivers(BOTH);
    zip_26_called_rar: "a ZIP called `.rar`" =>
        Case::read(|| zip_of(&two())).called("cloud.rar").delivers(BOTH);
    zip_27_lone_part: "the last part of a split ZIP" =>
        Case::refused(&["bad_offset", "missing_volume"], || {
            let ZipParts { locals, directory, offset, .. } = parts();
            let cut = offset - 20;
            let mut end = ZipParts { offset: offset - cut, ..parts() }.end();
            end[4..8].copy_from_slice(&[1, 0, 1, 0]);
            [&locals[cut as usize..], &directory, &end].concat()
        }).called("cloud.zip");
    zip_28_empty_entries: "40,000 empty entries" =>
        Case::read(|| {
            let mut members: Vec<_> =
                (0..40_000).map(|n| Member::stored(&format!("{n}.txt"), b"")).collect();
            members.extend(two());
            zip_of(&members)
        }).delivers(BOTH).within(10).also(|seen, _| assert_eq!(seen.entries("seen"), 40_002));
    zip_29_comments: "4 MB of comments" =>
        Case::read(|| {
            let comment = |n| Member {
                comment: vec![b'c'; 65535],
                ..Member::stored(&format!("{n}.bin"), b"\x7fELF\0\0\0")
            };
            let mut members: Vec<_> = (0..64).map(comment).collect();
            members.extend(two());
            zip_of(&members)
        }).delivers(BOTH);
    zip_more_two_zips: "two ZIPs in one file" =>
        Case::partial(&["zip_ambiguous"], || {
            two().map(|member| zip_of(&[member])).concat()
        }).delivers(BOTH);
    zip_more_directory_cut: "a directory that breaks off" =>
        Case::partial(&["corrupt", "zip_ambiguous"], || {
            let mut parts = parts();
            parts.directory.truncate(60);
            parts.bytes()
        }).delivers(BOTH);
    zip_more_no_directory: "entries whose sizes come behind their bytes, and no directory" =>
        Case::partial(&["truncated"], || {
            let ZipParts { locals, directory, .. } = described(b"PK\x07\x08");
            [locals, directory].concat()
        }).delivers(BOTH);
    zip_more_directory_in_front: "a directory that stands before its entries" =>
        Case::partial(&["corrupt"], || {
            let ZipParts { locals, mut directory, .. } = parts();
            let shift = directory.len() as u32;
            for at in memchr::memmem::find_iter(&directory.clone(), b"PK\x01\x02") {
                let offset = &mut directory[at + 42..at + 46];
                let moved = u32::from_le_bytes(offset.try_into().unwrap()) + shift;
                offset.copy_from_slice(&moved.to_le_bytes());
            }
            let end = ZipParts { offset: 0, directory: directory.clone(), ..parts() }.end();
            [directory, locals, end].concat()
        }).delivers(BOTH);
    zip_more_local_header_gone: "a local header that is overwritten" =>
        Case::partial(&["bad_offset"], || {
            let mut bytes = zip_of(&two());
            bytes[..4].fill(0);
            bytes
        }).delivers(&["second"]);
    zip_more_flags_differ: "encrypted by the local header only" =>
        Case::partial(&["zip_ambiguous"], || {
            let mut bytes = zip_of(&two());
            bytes[6] |= 1;
            bytes
        }).delivers(BOTH);
    zip_more_two_directories: "an end record and a 64-bit one that name different directories" =>
        Case::partial(&["corrupt", "zip_overlap"], || {
            let [first, second] = two();
            let ZipParts { locals, directory, .. } = parts();
            let offset = locals.len() as u64;
            let alone = ZipParts::new(&[first, Member { is_listed: false, ..second }]).directory;
            let at = offset + (directory.len() + alone.len()) as u64;
            let wide = end64(1, alone.len() as u64, offset + directory.len() as u64, at);
            let end = parts().end();
            [&locals[..], &directory, &alone, &wide, &end].concat()
        }).delivers(BOTH);
    zip_more_stored_sizes: "a stored entry with a smaller size than it has bytes" =>
        Case::partial(&["size_mismatch"], || with_second(|member| Member { size: 9, ..member }))
            .delivers(BOTH);
    zip_more_past_the_end: "an entry that reaches past the end of the file" =>
        Case::partial(&["size_mismatch"], || {
            with_second(|member| Member { packed_size: 1 << 30, size: 1 << 30, ..member })
        }).delivers(&["first"]);
    zip_more_hidden_behind: "an entry behind the end record" =>
        Case::partial(&["zip_ambiguous"], || {
            let hidden = ZipParts::new(&[Member::stored("hidden.txt", &login("hidden"))]).locals;
            [zip_of(&two()), hidden].concat()
        }).delivers(&["first", "hidden", "second"]);
    zip_more_hidden_before_the_end: "an entry between the directory and the end record" =>
        Case::partial(&["corrupt", "zip_ambiguous"], || {
            let hidden = ZipParts::new(&[Member::stored("hidden.txt", &login("hidden"))]).locals;
            let parts = parts();
            [&parts.locals[..], &parts.directory, &hidden, &parts.end()].concat()
        }).delivers(&["first", "hidden", "second"]);
    zip_more_zip_in_the_comment: "a whole ZIP in the comment" =>
        Case::partial(&["zip_ambiguous"], || {
            let comment = zip_of(&[Member::stored("hidden.txt", &login("hidden"))]);
            ZipParts { comment, ..parts() }.bytes()
        }).delivers(&["first", "hidden", "second"]);
    zip_more_bait_for_salvage: "4 MB of signatures, and no directory" =>
        Case::partial(&["truncated"], || {
            let bait = b"PK\x07\x08PK\x01PK\x05\x06PKPK".repeat(200_000);
            let ZipParts { locals, .. } = described(b"PK\x07\x08");
            [locals, bait].concat()
        }).delivers(BOTH);
    zip_more_methods: "methods that are rarer: bzip2, LZMA2, Zstandard" =>
        Case::read(|| {
            let member = |(method, packed): (u16, Vec<u8>)| {
                let name = format!("method{method}");
                let packed_size = packed.len() as u32;
                Member { method, packed, packed_size, ..Member::stored(&name, &login("first")) }
            };
            let text = login("first");
            zip_of(&[(12, pack::bzip2(&text)), (93, pack::zstd(&text)), (95, pack::xz(&text))].map(member))
        }).delivers(&["first"]);
}
