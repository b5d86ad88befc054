//! RARs that are damaged, lie, or ask for too much.

use rars::ArchiveVersion::{Rar29, Rar50};

use super::case::{Case, Seen};
use super::login;
use super::pack::{Tree, rar_builder};
use super::rar5::{self, File};

fn file(name: &str) -> File {
    File::stored(&format!("{name}.txt"), &login(name))
}

/// An archive with `trap` between two files that anybody can read.
fn between(trap: &File) -> Vec<u8> {
    rar5::archive(&[file("before").bytes(), trap.bytes(), file("behind").bytes()])
}

/// An archive whose first header is this one.
fn begins_with(header: &[u8]) -> Vec<u8> {
    [rar5::SIGNATURE, header, &file("lost").bytes()].concat()
}

/// Three files as the packer packs them.
fn tree() -> Tree {
    ["first", "second", "third"].map(|name| (format!("{name}.txt"), login(name))).to_vec()
}

fn locked(hides_names: bool) -> Vec<u8> {
    let builder = rar_builder(&tree(), Rar50).password(Some(b"right".to_vec()));
    builder.header_encryption(hides_names).to_bytes().unwrap()
}

fn locked_rar4() -> Vec<u8> {
    /// Which the builder leaves out.
    const END_MARK: &[u8] = b"\xc4\x3d\x7b\0\x40\x07\0";
    let builder = rar_builder(&tree(), Rar29).password(Some(b"right".to_vec()));
    [&builder.to_bytes().unwrap(), END_MARK].concat()
}

/// Encrypted headers whose key takes 2^`power` rounds.
fn hidden(power: u8) -> Vec<u8> {
    begins_with(&rar5::sealed(&[&[4, 0, 0, 0, power][..], &[7; 16]].concat()))
}

fn with_link() -> Vec<u8> {
    let mut builder = rar_builder(&tree(), Rar50);
    let (name, target) = (b"link".to_vec(), b"../../etc/passwd".to_vec());
    builder.add_unix_symlink(name, target, false, Some(0), Some(0o777)).unwrap();
    builder.to_bytes().unwrap()
}

fn right() -> String {
    "wrong\nright\n".into()
}

fn gives_nothing(_: &Seen, extracted: &Seen) {
    let beside = |credential: &serde_json::Value| credential["host"] == "good.example.com";
    assert!(extracted.credentials.iter().all(beside));
}

hostile! {
    rar_43_dictionary: "the largest dictionary that a RAR5 can ask for" =>
        Case::partial(&["limit_memory"], || {
            between(&File { info: 1 << 7 | 15 << 10, ..file("trap") })
        }).delivers(&["before", "behind"]);
    rar_44_no_password: "encrypted, no password given" =>
        Case::partial(&["password_required"], || between(&file("trap").locked(b"right", [1; 16], 9, 1)))
            .delivers(&["before", "behind"]);
    rar_45_right_password: "encrypted, the right password among others" =>
        Case::read(|| locked(false)).passwords(right).delivers(&["first", "second", "third"]);
    rar_45_right_password_of_headers: "headers encrypted too, the right password among others" =>
        Case::read(|| locked(true)).passwords(right).delivers(&["first", "second", "third"]);
    rar_45_right_password_of_rar4: "an encrypted RAR4, the right password among others" =>
        Case::read(locked_rar4).passwords(right).delivers(&["first", "second", "third"]);
    rar_46_wrong_password: "encrypted, wrong passwords" =>
        Case::partial(&["password_wrong"], || between(&file("trap").locked(b"right", [1; 16], 9, 1)))
            .passwords(|| "wrong\nRight\n".into()).delivers(&["before", "behind"]);
    rar_46_wrong_password_of_rar4: "an encrypted RAR4, which has no check value, wrong passwords" =>
        Case::refused(&["password_wrong"], locked_rar4).passwords(|| "wrong\nRight\n".into())
            .also(gives_nothing);
    rar_50_hidden_names: "encrypted headers, no password given" =>
        Case::refused(&["password_required"], || locked(true));
    rar_51_rounds: "keys of 2^31 and 2^62 rounds" =>
        Case::partial(&["limit_cpu"], || {
            rar5::archive(&[
                file("before").bytes(),
                file("x").locked(b"right", [1; 16], 31, 1).bytes(),
                file("y").locked(b"right", [2; 16], 62, 1).bytes(),
                file("behind").bytes(),
            ])
        }).passwords(right).delivers(&["before", "behind"]);
    rar_51_salts: "500 members, each with a key of its own of 2^20 rounds" =>
        Case::partial(&["limit_cpu"], || {
            let trap = |i: u16| {
                let salt = [[i as u8, (i >> 8) as u8]; 8].concat().try_into().unwrap();
                file("trap").locked(b"right", salt, 20, 0).bytes()
            };
            let traps = (0..500).map(trap).collect::<Vec<_>>().concat();
            rar5::archive(&[file("before").bytes(), traps, file("behind").bytes()])
        }).passwords(right).with(&["--limits", "kdf_seconds=1"]).delivers(&["before", "behind"]);
    rar_52_rounds_of_headers: "encrypted headers, a key of 2^63 rounds" =>
        Case::refused(&["limit_cpu"], || hidden(63)).passwords(right);
    rar_65_cut: "cut in the last member" =>
        Case::partial(&["truncated"], || {
            let bytes = rar_builder(&tree(), Rar50).to_bytes().unwrap();
            bytes[..bytes.len() - 40].to_vec()
        }).delivers(&["first", "second", "third"]);
    rar_65_cut_and_locked: "encrypted, headers too, and cut in the last member" =>
        Case::partial(&["truncated"], || {
            let bytes = locked(true);
            bytes[..bytes.len() - 70].to_vec()
        }).passwords(right).delivers(&["first", "second"]);
    rar_66_huge_header: "a header of 2 GiB" =>
        Case::refused(&["corrupt"], || begins_with(b"crc!\xff\xff\xff\xff\x07\x01\0"));
    rar_67_endless_number: "a number of variable length that does not end" =>
        Case::refused(&["corrupt"], || begins_with(&[0x80; 64]));
    rar_68_link: "a symbolic link out of the archive" =>
        Case::partial(&["not_regular"], with_link).delivers(&["first", "second", "third"]);
    rar_69_header_sum: "a wrong check sum of the main header" =>
        Case::refused(&["corrupt"], || {
            let mut bytes = between(&file("trap"));
            bytes[8] ^= 1;
            bytes
        });
    rar_69_member_header_sum: "a wrong check sum of the header of a member" =>
        Case::partial(&["corrupt"], || {
            let trap = file("trap");
            let mut bytes = trap.bytes();
            bytes[0] ^= 1;
            rar5::archive(&[file("before").bytes(), bytes, file("behind").bytes()])
        }).delivers(&["before", "behind", "trap"]);
    rar_69_header_of_another_kind: "a member whose header was changed into one of no known kind" =>
        Case::partial(&["corrupt"], || {
            let trap = file("trap");
            let mut bytes = trap.bytes();
            let kind = bytes.iter().skip(5).position(|&byte| byte == 2).unwrap() + 5;
            bytes[kind] = 0;
            rar5::archive(&[file("before").bytes(), bytes, file("behind").bytes()])
        }).delivers(&["before", "behind"]);
    rar_70_size: "2^62 bytes declared, unpacked and packed" =>
        Case::partial(&["decode_error", "truncated"], || {
            let unpacked = File { size: 1 << 62, info: 1 << 7, ..file("trap") };
            let packed = File { declared_packed: 1 << 62, data: Vec::new(), ..file("trap") };
            rar5::archive(&[file("before").bytes(), unpacked.bytes(), packed.header()])
        }).delivers(&["before"]);
    rar_71_file_sum: "a wrong check sum of a member" =>
        Case::partial(&["crc_mismatch"], || between(&File { crc: 1, ..file("trap") }))
            .delivers(&["before", "behind", "trap"]);
    rar_72_volume_missing: "one volume of a set, with a part of its only member" =>
        Case::refused(&["missing_volume"], || {
            let mut rng = crate::support::rng::Rng::new(1);
            let noise = std::iter::repeat_with(|| rng.next() as u8).take(50_000);
            let builder = rar_builder(&vec![("a.txt".into(), noise.collect())], Rar50);
            builder.volume_size(Some(10_000)).build_volumes(None).unwrap().swap_remove(1)
        });
    rar_72_next_volume_missing: "the first of two volumes" =>
        Case::partial(&["missing_volume"], || {
            let main = rar5::main(1, 0);
            [rar5::SIGNATURE, &main, &file("before").bytes(), &rar5::end(1)].concat()
        }).delivers(&["before"]);
    rar_73_zero_header: "a header of no size" =>
        Case::refused(&["corrupt"], || begins_with(&rar5::sealed(b"")));
    rar_more_tiny_headers: "300,000 headers of eight bytes between two files" =>
        Case::read(|| {
            let tiny = rar5::sealed(&[9, 0]);
            rar5::archive(&[file("before").bytes(), tiny.repeat(300_000), file("behind").bytes()])
        }).delivers(&["before", "behind"]);
    rar_more_endless_chain: "20,000 members that depend on the one before, and cannot be decoded" =>
        Case::partial(&["decode_error"], || {
            let solid = File { info: 1 << 7 | 1 << 6, ..File::stored("a", b"x") };
            let chain = solid.bytes().repeat(20_000);
            rar5::archive(&[file("before").bytes(), chain])
        }).delivers(&["before"]);
}
