//! ZIPs that are locked, or say that they are.

use std::io::Write;

use super::case::{Case, Seen};
use super::login;
use super::pack::{Member, crc32, zip_of};

/// Encrypted with ZipCrypto.
fn locked(name: &str, password: &[u8]) -> Member {
    let text = login(name);
    let check = (crc32(&text) >> 24) as u8;
    let random = *b"not random!";
    let encryptor = rawzip::zipcrypto::Encryptor::new(Vec::new(), password, random, check);
    let mut encryptor = encryptor.unwrap();
    encryptor.write_all(&text).unwrap();
    let packed = encryptor.into_inner();
    let packed_size = packed.len() as u32;
    Member { flags: 1, packed, packed_size, ..Member::stored(&format!("{name}.txt"), &text) }
}

/// A member that anybody can read, and a locked one.
fn open_and_locked() -> Vec<u8> {
    zip_of(&[Member::stored("open.txt", &login("open")), locked("locked", b"right")])
}

/// AES-256, as 7-Zip writes it: a deflated entry with logins at `example.com`, and a tiny one. The
/// password is `Example#1`.
const AES: &[u8] = include_bytes!("../../../src/archive/tests/data/aes-256.zip");

/// [`AES`] with one byte of the seal behind the first entry changed.
fn broken_seal() -> Vec<u8> {
    let mut bytes = AES.to_vec();
    let next = memchr::memmem::rfind(&bytes, b"PK\x03\x04").unwrap();
    bytes[next - 1] ^= 1;
    bytes
}

fn three_thousand_wrong() -> String {
    (0..3000).map(|n| format!("wrong{n}\n")).collect()
}

/// The encrypted member gave nothing at all.
fn gives_no_garbage(_: &Seen, extracted: &Seen) {
    let texts = ["open.example.com", "good.example.com"];
    for credential in &extracted.credentials {
        assert!(texts.iter().any(|host| credential["host"] == *host), "{credential:#}");
    }
}

hostile! {
    encryption_44_no_password: "ZipCrypto, no password given" =>
        Case::partial(&["password_required"], open_and_locked).delivers(&["open"]);
    encryption_45_right_password: "ZipCrypto, the right password among others" =>
        Case::read(open_and_locked).passwords(|| "wrong\nright\nRight\n".into())
            .delivers(&["locked", "open"]);
    encryption_46_wrong_password: "ZipCrypto, 3,000 wrong passwords, of which some pass its check" =>
        Case::partial(&["password_wrong"], open_and_locked).passwords(three_thousand_wrong)
            .delivers(&["open"]).also(gives_no_garbage);
    encryption_47_broken_seal: "AES with a broken seal" =>
        Case::partial(&["auth_failed"], broken_seal).passwords(|| "Example#1".into())
            .delivers(&["example.com"]);
    encryption_48_flag_without_encryption: "flagged as encrypted, and is not" =>
        Case::partial(&["password_wrong"], || {
            let lying = Member { flags: 1, ..Member::stored("x.txt", &login("trap")) };
            zip_of(&[Member::stored("open.txt", &login("open")), lying])
        }).passwords(|| "right".into()).delivers(&["open"]).also(gives_no_garbage);
    encryption_48_encryption_without_flag: "encrypted, and not flagged as that" =>
        Case::partial(&["crc_mismatch"], || {
            let mut lying = Member { flags: 0, ..locked("locked", b"right") };
            lying.size = lying.packed_size;
            zip_of(&[Member::stored("open.txt", &login("open")), lying])
        }).delivers(&["open"]).also(gives_no_garbage);
    encryption_49_strong: "PKWARE's strong encryption" =>
        Case::partial(&["unsupported_encryption"], || {
            let strong = Member { flags: 1 | 1 << 6, ..locked("locked", b"right") };
            zip_of(&[Member::stored("open.txt", &login("open")), strong])
        }).passwords(|| "right".into()).delivers(&["open"]);
    encryption_more_aes_without_its_field: "AES without the field that says which" =>
        Case::partial(&["unsupported_encryption"], || {
            let aes = Member { method: 99, ..locked("locked", b"right") };
            zip_of(&[Member::stored("open.txt", &login("open")), aes])
        }).passwords(|| "right".into()).delivers(&["open"]);
    encryption_more_shorter_than_its_header: "an encrypted entry shorter than its header" =>
        Case::partial(&["password_wrong"], || {
            let mut cut = locked("locked", b"right");
            cut.packed.truncate(5);
            cut.packed_size = 5;
            zip_of(&[Member::stored("open.txt", &login("open")), cut])
        }).passwords(|| "right".into()).delivers(&["open"]);
}
