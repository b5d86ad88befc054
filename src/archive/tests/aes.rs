//! ZIPs that are encrypted with AES, as other programs write them.

use super::{pack, *};

/// Written by 7-Zip and by libarchive, which agree with WinZip: a deflated and a stored entry each.
const AES: [(&str, &[u8]); 4] = [
    ("128", include_bytes!("data/aes-128.zip")),
    ("192", include_bytes!("data/aes-192.zip")),
    ("256", include_bytes!("data/aes-256.zip")),
    ("256, libarchive", include_bytes!("data/aes-256-libarchive.zip")),
];

/// What stands in each of [`AES`].
fn aes_contents() -> [Row; 2] {
    let logins = "URL: https://example.com/\nUSER: user1\nPASS: Example#1\n\n".repeat(20);
    [
        ("Passwords.txt".into(), logins.into_bytes(), None),
        ("tiny.txt".into(), b"abc".to_vec(), None),
    ]
}

#[test]
fn hostile_047_aes() {
    for (what, bytes) in AES {
        let outcomes = |passwords: &[&str]| {
            contents(&*open_with(bytes.to_vec(), Format::Zip, passwords).unwrap())
        };
        assert_eq!(outcomes(&["wrong", "Example#1"]), aes_contents(), "{what}");
        for (passwords, code) in
            [(&[][..], Code::PasswordRequired), (&["wrong", "example#1"], Code::PasswordWrong)]
        {
            for (name, found, issue) in outcomes(passwords) {
                assert_eq!((found.len(), issue), (0, Some(code)), "{what}, {name}");
            }
        }
    }
}

#[test]
fn an_entry_with_a_broken_seal_is_delivered_and_marked() {
    let (_, bytes) = AES[2];
    let mut bytes = bytes.to_vec();
    let next = memchr::memmem::rfind(&bytes, b"PK\x03\x04").unwrap();
    // The last bytes of the first entry are its seal.
    bytes[next - 1] ^= 1;
    let archive = open_with(bytes, Format::Zip, &["Example#1"]).unwrap();
    // The second entry proves the password: the first alone cannot tell a wrong one from damage.
    let mut found = contents(&*archive);
    assert_eq!(found.remove(1), aes_contents()[1]);
    let again = contents(&*archive);
    assert_eq!(again[0].1, aes_contents()[0].1);
    assert_eq!(again[0].2, Some(Code::CrcMismatch));
}

#[test]
fn aes_entries_that_keep_their_crc_are_compared_with_it() {
    let read = |crc: u32| {
        let (_, bytes) = AES[2];
        let mut bytes = bytes.to_vec();
        for at in memchr::memmem::find_iter(&bytes.clone(), b"\x01\x99\x07\0\x02\0AE") {
            bytes[at + 4] = 1;
        }
        let central = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
        bytes[14..18].copy_from_slice(&crc.to_le_bytes());
        bytes[central + 16..central + 20].copy_from_slice(&crc.to_le_bytes());
        let archive = open_with(bytes, Format::Zip, &["Example#1"]).unwrap();
        contents(&*archive).remove(0)
    };
    let [expected, _] = aes_contents();
    assert_eq!(read(pack::crc32(&expected.1)), expected);
    assert_eq!(read(1).2, Some(Code::PasswordWrong));
}
