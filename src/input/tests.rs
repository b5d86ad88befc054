//! Inputs: what paths become.

use super::*;
use crate::text::SNIFF_BYTES;

fn code(input: &Input) -> Option<Code> {
    match &input.place {
        Place::Refused(issue) => Some(issue.code),
        _ => None,
    }
}

fn paths(files: &[LooseFile]) -> Vec<&str> {
    files.iter().map(|file| file.path.to_str().unwrap()).collect()
}

#[test]
fn formats_are_told_by_their_first_bytes() {
    let mut tar = vec![0; 512];
    tar[257..262].copy_from_slice(b"ustar");
    for (head, format) in [
        (&b"PK\x03\x04rest"[..], Some(Format::Zip)),
        (b"PK\x05\x06", Some(Format::Zip)),
        (b"PK\x07\x08PK\x03\x04", Some(Format::Zip)),
        (b"PK\x07\x08 is a text", None),
        (b"7z\xbc\xaf\x27\x1c\0\x04", Some(Format::SevenZ)),
        (b"Rar!\x1a\x07\x00", Some(Format::Rar)),
        (b"Rar!\x1a\x07\x01\x00", Some(Format::Rar)),
        (b"Rar! is an animal", None),
        (b"\x1f\x8b\x08", Some(Format::Gzip)),
        (b"\x28\xb5\x2f\xfd", Some(Format::Zstd)),
        (b"\xfd7zXZ\0", Some(Format::Xz)),
        (b"BZh91AY&SY", Some(Format::Bzip2)),
        (b"BZh9 is how a line of a text may begin", None),
        (&tar, Some(Format::Tar)),
        (b"", None),
    ] {
        assert_eq!(sniff(head), format, "{head:?}");
    }
}

#[test]
fn folders_are_walked_in_byte_order() {
    let root = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("b/Passwords.txt", &b"x"[..]),
        ("b.txt", b"x"),
        ("a/deep/down.zip", b"PK\x03\x04"),
        ("a/empty.txt", b""),
        ("c.rar", b"Rar!\x1a\x07\x00"),
    ] {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let inputs = expand(&[root.path().to_owned()]);
    let Place::Folder { files, .. } = &inputs[0].place else { panic!("{inputs:?}") };
    assert_eq!(paths(files), ["a/empty.txt", "b.txt", "b/Passwords.txt"]);
    let path = root.path().join("a/deep/down.zip");
    assert_eq!(inputs[1].name, path.to_str().unwrap());
    assert_eq!(
        inputs[1].place,
        Place::Archive { volumes: Volumes::one(path), format: Format::Zip }
    );
    assert!(matches!(inputs[2].place, Place::Archive { format: Format::Rar, .. }));
    assert_eq!(inputs.len(), 3);
}

#[test]
fn given_files_are_typed_by_content() {
    let root = tempfile::tempdir().unwrap();
    let mut program = vec![0; 4096];
    program.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0\0\0\0\0\0\0\0\0\0\0");
    let inputs: Vec<_> = [
        ("a.zip", &b"Rar!\x1a\x07\x01\0"[..]),
        ("b.rar", b"https://example.com/:user:word\n"),
        ("c.txt", b""),
        ("d.exe", &program),
        ("e.bin", &[0; 4096]),
        ("f.7z.002", &[0; 4096]),
    ]
    .into_iter()
    .map(|(name, content)| {
        let path = root.path().join(name);
        fs::write(&path, content).unwrap();
        expand(&[path]).remove(0)
    })
    .collect();
    assert!(matches!(inputs[0].place, Place::Archive { format: Format::Rar, .. }));
    assert!(matches!(inputs[1].place, Place::Text { .. }));
    assert_eq!(code(&inputs[2]), Some(Code::EmptyInput));
    assert!(matches!(inputs[3].place, Place::Archive { format: Format::Zip, .. }));
    assert_eq!(code(&inputs[4]), Some(Code::UnknownFormat));
    assert_eq!(code(&inputs[5]), Some(Code::MissingVolume));
}

#[test]
fn what_is_given_twice_is_read_once() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("a.txt");
    fs::write(&path, "x").unwrap();
    fs::write(root.path().join("b.txt"), "x").unwrap();
    let dotted = root.path().join("./a.txt");
    let inputs = expand(&[path, dotted, root.path().to_owned(), "-".into(), "-".into()]);
    assert!(matches!(inputs[0].place, Place::Text { .. }));
    assert_eq!(code(&inputs[1]), Some(Code::DuplicateInput));
    assert!(matches!(&inputs[2].place, Place::Folder { files, .. } if files.len() == 1));
    assert_eq!(code(&inputs[3]), Some(Code::DuplicateInput));
    assert_eq!(inputs[4].place, Place::Stdin);
    assert_eq!(code(&inputs[5]), Some(Code::DuplicateInput));
    assert_eq!(inputs.len(), 6);
}

#[test]
fn one_look_tells_the_kind_of_a_file_and_reads_a_small_one_whole() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("x");
    let end = b"PK\x05\x06\0\0\0\0\x01\0\x01\0\0\0\0\0\0\0\0\0\0\0";
    let text = |bytes: usize| b"a: b\n".repeat(bytes).get(..bytes).unwrap().to_vec();
    let mut buffer = vec![0; 2 * SNIFF_BYTES];
    let (least, most) = (SNIFF_BYTES, buffer.len());
    for (content, kind, is_read) in [
        (text(0), Kind::Empty, true),
        (text(1), Kind::Text, true),
        (text(least), Kind::Text, true),
        (text(least + 1), Kind::Text, true),
        (text(most), Kind::Text, true),
        (text(most + 1), Kind::Text, false),
        ([text(9), end.to_vec()].concat(), Kind::Archive(Format::Zip), false),
        ([text(least), end.to_vec()].concat(), Kind::TextBeforeZip, true),
        ([text(most), end.to_vec()].concat(), Kind::TextBeforeZip, false),
        ([vec![0; 9], end.to_vec()].concat(), Kind::Archive(Format::Zip), false),
        (vec![0; most + 1], Kind::Binary, false),
        (vec![0; least], Kind::Binary, true),
        (b"PK\x03\x04".to_vec(), Kind::Archive(Format::Zip), false),
    ] {
        fs::write(&path, &content).unwrap();
        let look = magic::look(&Store::default(), &path, &mut buffer).unwrap();
        assert_eq!((look.kind, look.length), (kind, content.len() as u64));
        assert_eq!(look.digest, is_read.then(|| blake3::hash(&content)), "{kind:?}");
        assert_eq!(magic::kind_of(&Store::default(), &path).unwrap(), kind);
    }
}

#[test]
#[cfg(unix)]
fn links_and_sockets_are_told_and_not_opened() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("log")).unwrap();
    fs::write(root.path().join("log/a.txt"), "x").unwrap();
    std::os::unix::fs::symlink(root.path(), root.path().join("log/loop")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(root.path().join("log/socket")).unwrap();
    let inputs = expand(&[root.path().to_owned(), root.path().join("log/socket")]);
    assert!(matches!(&inputs[0].place, Place::Folder { files, .. } if files.len() == 1));
    assert_eq!(code(&inputs[1]), Some(Code::NotRegular));
    assert!(inputs[1].name.ends_with("log/loop"));
    assert_eq!(code(&inputs[2]), Some(Code::NotRegular));
    assert_eq!(code(&inputs[3]), Some(Code::NotRegular));
    assert_eq!(inputs.len(), 4);
}

#[test]
#[cfg(unix)]
fn a_link_that_the_user_names_is_followed() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("dump.txt"), "x").unwrap();
    let link = root.path().join("latest");
    std::os::unix::fs::symlink(root.path().join("dump.txt"), &link).unwrap();
    assert!(matches!(expand(&[link])[0].place, Place::Text { .. }));
}

#[test]
fn an_empty_folder_and_a_missing_file_are_told() {
    let root = tempfile::tempdir().unwrap();
    let inputs = expand(&[root.path().to_owned(), root.path().join("gone")]);
    assert_eq!(code(&inputs[0]), Some(Code::EmptyInput));
    assert_eq!(code(&inputs[1]), Some(Code::IoError));
}

#[test]
fn a_dataset_takes_only_what_it_is_made_of() {
    let root = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("old/.logsieve", "logsieve dataset, schema version 1\n");
    write("old/credentials.jsonl", "{}");
    write("old/key", "0123456789abcdef");
    write("old/Passwords.txt", "x");
    write("old/deeper/cookies.jsonl", "{}");
    write("case/.logsieve", "logsieve case, schema version 1\n");
    write("case/sources.jsonl", "{}");
    let expected = |root: PathBuf| Place::Dataset {
        root,
        files: [".logsieve", "credentials.jsonl", "key"].map(PathBuf::from).to_vec(),
    };
    let inputs = expand(&[root.path().to_owned()]);
    let Place::Folder { files, .. } = &inputs[0].place else { panic!("{inputs:?}") };
    let loose =
        ["case/.logsieve", "case/sources.jsonl", "old/Passwords.txt", "old/deeper/cookies.jsonl"];
    assert_eq!(paths(files), loose);
    assert_eq!(inputs[1].place, expected(root.path().join("old")));
    let alone = expand(&[root.path().join("old")]);
    assert!(alone.iter().any(|input| input.place == expected(root.path().join("old"))));
}
