//! Methods of compression and encryption, as 7-Zip writes them.

use super::*;

macro_rules! archives {
    ($($name:literal)*) => { [$(($name, &include_bytes!(concat!("data/", $name))[..])),*] };
}

/// What stands in each of the archives: two files, in one block where that is possible.
fn expected() -> [Row; 2] {
    let logins = "URL: https://example.com/\nUSER: user1\nPASS: Example#1\n\n".repeat(20);
    [
        ("Passwords.txt".into(), logins.into_bytes(), None),
        ("tiny.txt".into(), b"abc".to_vec(), None),
    ]
}

fn format_of(name: &str) -> Format {
    if name.ends_with("zip") { Format::Zip } else { Format::SevenZ }
}

#[test]
fn methods_of_7_zip() {
    for (name, bytes) in archives! {
        "method-bzip2.zip" "method-deflate64.zip" "method-lzma.zip" "method-ppmd.zip"
        "method-bzip2.7z" "method-copy.7z" "method-deflate.7z" "method-deflate64.7z"
        "method-lzma.7z" "method-lzma2.7z" "method-ppmd.7z"
        "method-arm64.7z" "method-bcj2.7z" "method-delta.7z"
    } {
        assert_eq!(contents(&*opened(bytes.to_vec(), format_of(name))), expected(), "{name}");
    }
}

#[test]
fn encryption_of_7_zip() {
    for (name, bytes) in archives! {
        "zipcrypto.zip" "aes-ppmd.zip" "aes-copy.7z" "aes-lzma2.7z" "aes-ppmd.7z" "aes-header.7z"
    } {
        let open = |words: &[&str]| open_with(bytes.to_vec(), format_of(name), words);
        let archive = open(&["wrong", "Example#1", "other"]).unwrap();
        assert_eq!(contents(&*archive), expected(), "{name}");
        assert_eq!(archive.opened_with().unwrap().word(), b"Example#1", "{name}");
        for (words, code) in
            [(&[][..], Code::PasswordRequired), (&["wrong", "example#1"], Code::PasswordWrong)]
        {
            match open(words) {
                Ok(archive) => {
                    for (_, bytes, issue) in contents(&*archive) {
                        assert_eq!((bytes.len(), issue), (0, Some(code)), "{name}");
                    }
                }
                Err(error) => assert!(error.to_string().contains(code.as_str()), "{name}: {error}"),
            }
        }
    }
}

#[test]
fn volumes_of_a_7z_are_read_as_one() {
    let bytes: &[u8] = include_bytes!("data/aes-header.7z");
    let volumes: Vec<_> = bytes.chunks(100).map(Data::from_bytes).collect();
    let budget = Arc::new(Budget::new(Limits::default()));
    let passwords = [given("Example#1")];
    let options = OpenOptions { budget: &budget, passwords: &passwords, gaps: None };
    let open = |volumes: &[Data]| {
        super::open(Data::join(volumes.to_vec()), Format::SevenZ, "a.7z.001", options)
    };
    assert_eq!(contents(&*open(&volumes).unwrap()), expected());
    let error = open(volumes.split_last().unwrap().1).err().unwrap();
    assert!(error.to_string().contains("missing_volume"), "{error}");
}

#[test]
fn a_changed_byte_is_never_passed_over() {
    for (name, bytes) in archives! {
        "method-deflate64.7z" "method-ppmd.7z" "method-bcj2.7z" "method-delta.7z"
        "method-deflate64.zip" "method-lzma.zip" "method-ppmd.zip" "zipcrypto.zip" "aes-ppmd.zip"
    } {
        let right = expected().map(|(_, bytes, _)| bytes);
        for at in 12..bytes.len() {
            let mut bytes = bytes.to_vec();
            bytes[at] ^= 1 << (at % 8);
            let Ok(archive) = open_with(bytes, format_of(name), &["Example#1"]) else { continue };
            for (file, bytes, code) in contents(&*archive) {
                let is_right = code.is_some() || right.contains(&bytes);
                assert!(is_right, "{name}, byte {at}: {file}");
            }
        }
    }
}
