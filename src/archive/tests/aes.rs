//! ZIPs that are encrypted with AES, as other programs write them.

use super::pack::{Member, ZipParts};
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
    let archive = open_with(bytes, Format::Zip, &["wrong", "Example#1"]).unwrap();
    let [first, second] = aes_contents();
    assert_eq!(contents(&*archive), [(first.0, first.1, Some(Code::AuthFailed)), second]);
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
    assert_eq!(read(1).2, Some(Code::CrcMismatch));
}

#[test]
fn an_extra_field_of_aes_does_not_make_an_entry_encrypted() {
    let field = b"\x01\x99\x07\0\x02\0AE\x03\x08\0".to_vec();
    let [deflated, stored] = [Member::deflated("a", b"bytes"), Member::stored("b", b"bytes")];
    let members = [deflated, stored].map(|member| Member {
        extra: field.clone(),
        central_extra: field.clone(),
        ..member
    });
    for passwords in [&[][..], &["word"]] {
        let archive = open_with(pack::zip_of(&members), Format::Zip, passwords).unwrap();
        let row = |name: &str| (name.to_owned(), b"bytes".to_vec(), None);
        assert_eq!(contents(&*archive), [row("a"), row("b")]);
    }
}

#[test]
fn many_entries_and_many_wrong_passwords_end_soon() {
    let (_, bytes) = AES[2];
    let one = memchr::memmem::rfind(bytes, b"PK\x03\x04").unwrap();
    let central = memchr::memmem::find(bytes, b"PK\x01\x02").unwrap();
    let second = memchr::memmem::rfind(bytes, b"PK\x01\x02").unwrap();
    // The first entry a thousand times.
    let (local, listed) = (&bytes[..one], &bytes[central..second]);
    let mut parts = ZipParts::new(&[]);
    for _ in 0..1000 {
        let offset = parts.locals.len() as u32;
        parts.locals.extend(local);
        let mut listed = listed.to_vec();
        listed[42..46].copy_from_slice(&offset.to_le_bytes());
        parts.directory.extend(listed);
        parts.count += 1;
    }
    parts.offset = parts.locals.len() as u32;
    let words: Vec<String> = (0..99).map(|number| format!("word {number}")).collect();
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcomes = |words: &[&str]| {
        let budget = Arc::new(Budget::new(Limits::default().with("kdf_seconds=1").unwrap()));
        let passwords: Vec<_> = words.iter().map(|word| given(word)).collect();
        let options = OpenOptions { budget: &budget, passwords: &passwords, gaps: None };
        let archive = open(Data::from_bytes(parts.bytes()), Format::Zip, "test", options).unwrap();
        contents(&*archive).into_iter().map(|row| row.2).collect::<Vec<_>>()
    };
    assert_eq!(outcomes(&words), vec![Some(Code::PasswordWrong); 1000]);
    words.push("Example#1");
    assert_eq!(outcomes(&words), vec![None; 1000]);
}
