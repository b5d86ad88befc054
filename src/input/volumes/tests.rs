//! Volume sets: which files become one input, and what is told of the others.

use std::fs;

use super::*;
use crate::input::{Input, Place, expand};

const RAR5: &[u8] = b"Rar!\x1a\x07\x01\x00crc!\x0b\x01\x05\x07\x01rest";
const RAR5_WHOLE: &[u8] = b"Rar!\x1a\x07\x01\x00crc!\x0b\x01\x05\x07\x00rest";
const RAR4: &[u8] = b"Rar!\x1a\x07\x00\x90\xcf\x73\x01\x01\x0d\x00rest";
const NOISE: &[u8] = b"\x01\x02\x03\x00\x04\x05\x06\x00";
const NOISE_6: &[u8] = b"\x01\x02\x03\x00\x04\x05";
/// Entries, directory and end of a ZIP, as far as an input is looked at; the second as the last of
/// three parts.
const ZIP: &[u8] = b"PK\x03\x04PK\x05\x06\0\0\0\0\x01\0\x01\0\0\0\0\0\0\0\0\0\0\0";
const ZIP_OF_3: &[u8] = b"\x01\x02PK\x05\x06\x02\0\x02\0\x01\0\x01\0\0\0\0\0\0\0\0\0\0\0";
const Z01: &[u8] = b"PK\x07\x08PK\x03\x04";
/// A 7z of 32 + 8 + 5 bytes.
const SEVEN_Z: &[u8] = b"7z\xbc\xaf\x27\x1c\0\x04crc!\x08\0\0\0\0\0\0\0\x05\0\0\0\0\0\0\0";

struct Bench(tempfile::TempDir);

impl Bench {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let bench = Self(tempfile::tempdir().unwrap());
        for (name, bytes) in files {
            let path = bench.0.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        bench
    }

    /// What becomes of some of the files, or of the folder: kind, parts and issues of each input.
    fn expand(&self, names: &[&str]) -> Vec<String> {
        let paths: Vec<_> = names.iter().map(|name| self.0.path().join(name)).collect();
        expand(&paths).iter().map(|input| self.show(input)).collect()
    }

    fn show(&self, input: &Input) -> String {
        let root = format!("{}/", self.0.path().to_str().unwrap());
        let parts = |volumes: &Volumes| -> String {
            let parts = volumes.parts.iter().map(|part| match part {
                Part::File(path) => format!(" {}", path.file_name().unwrap().to_str().unwrap()),
                Part::Missing { volumes, length } => format!(" {volumes}x{length}"),
            });
            let issues = volumes.issues.iter().map(|issue| format!("; {}", issue.detail));
            parts.chain(issues).collect()
        };
        let shown = match &input.place {
            Place::Archive { volumes, format } => format!("{format:?}{}", parts(volumes)),
            Place::Text { volumes } => format!("Text{}", parts(volumes)),
            Place::Folder { files, .. } => {
                let files: Vec<_> = files.iter().map(|file| file.path.to_str().unwrap()).collect();
                format!("Folder {}", files.join(" "))
            }
            Place::Dataset { .. } => "Dataset".into(),
            Place::Stdin => "Stdin".into(),
            Place::Refused(issue) => {
                let name = input.name.replace(&root, "");
                format!("{name} {}: {}", issue.code, issue.detail)
            }
        };
        shown.replace(&root, "")
    }
}

/// What becomes of files in a folder that is given, and of each if it is given alone.
#[track_caller]
fn assert_found(files: &[(&str, &[u8])], expected: &[&str]) {
    assert_eq!(Bench::new(files).expand(&[""]), expected);
}

/// All files given at once, in any order, or one at a time, are the same one input.
#[track_caller]
fn assert_one(files: &[(&str, &[u8])], expected: &str) {
    let bench = Bench::new(files);
    let mut names: Vec<_> = files.iter().map(|(name, _)| *name).collect();
    for _ in 0..names.len() {
        assert_eq!(bench.expand(&names), [expected], "{names:?}");
        assert_eq!(bench.expand(&names[..1]), [expected], "{}", names[0]);
        names.rotate_left(1);
    }
    names.reverse();
    assert_eq!(bench.expand(&names), [expected]);
    assert_found(files, &[expected]);
}

#[test]
fn sets_are_one_input_in_any_order() {
    assert_one(&[("a.part2.rar", RAR5), ("a.part1.rar", RAR5)], "Rar a.part1.rar a.part2.rar");
    assert_one(&[("A.Part1.RAR", RAR5), ("a.part2.rar", RAR5)], "Rar A.Part1.RAR a.part2.rar");
    assert_one(
        &[("a.r00", RAR4), ("a.rar", RAR4), ("a.s00", RAR4), ("a.r01", RAR4)],
        "Rar a.rar a.r00 a.r01 a.s00; \
         parts 4 to 101 of a (a.r02 to a.r99) are not there",
    );
    assert_one(&[("a.z01", Z01), ("a.z02", NOISE), ("a.zip", ZIP_OF_3)], "Zip a.z01 a.z02 a.zip");
    assert_one(
        &[("a.zipx", ZIP_OF_3), ("a.zx01", Z01), ("a.zx02", NOISE)],
        "Zip a.zx01 a.zx02 a.zipx",
    );
    assert_one(
        &[("a.7z.001", SEVEN_Z), ("a.7z.002", b"\x01\x02\x03\0\x04\x05\x06\0\x07\x08\x09\0\x01")],
        "SevenZ a.7z.001 a.7z.002",
    );
    assert_one(&[("a.zip.001", &ZIP[..20]), ("a.zip.002", &ZIP[20..])], "Zip a.zip.001 a.zip.002");
    assert_one(
        &[("a.txt.001", b"https://"), ("a.txt.002", b"example."), ("a.txt.003", b"com:a:b")],
        "Text a.txt.001 a.txt.002 a.txt.003",
    );
    assert_one(&[("a.000", &ZIP[..20]), ("a.001", &ZIP[20..])], "Zip a.000 a.001");
}

#[test]
fn a_missing_volume_is_named() {
    assert_one(
        &[("a.part1.rar", RAR5), ("a.part3.rar", RAR5), ("a.part6.rar", RAR5)],
        "Rar a.part1.rar a.part3.rar a.part6.rar; \
         part 2 of a (a.part2.rar) is not there; \
         parts 4 to 5 of a (a.part4.rar to a.part5.rar) are not there",
    );
    assert_one(
        &[("a.part03.rar", RAR5)],
        "Rar a.part03.rar; parts 1 to 2 of a (a.part01.rar to a.part02.rar) are not there",
    );
    assert_one(&[("a.r00", RAR4)], "Rar a.r00; part 1 of a (a.rar) is not there");
    assert_one(
        &[("a.zip", ZIP_OF_3), ("a.z02", NOISE)],
        "Zip 1x24 a.z02 a.zip; part 1 of a (a.z01) is not there",
    );
    assert_one(
        &[("a.zip", ZIP_OF_3)],
        "Zip 2x24 a.zip; parts 1 to 2 of a (a.z01 to a.z02) are not there",
    );
    assert_one(
        &[("a.z01", Z01), ("a.z02", NOISE)],
        "Zip a.z01 a.z02 1x8; the last part of a (a.zip) is not there",
    );
    assert_one(
        &[("a.zip.002", &ZIP[2..14]), ("a.zip.003", &ZIP[14..])],
        "Zip 1x12 a.zip.002 a.zip.003; part 1 of a.zip (a.zip.001) is not there",
    );
    assert_one(
        &[("a.zip.001", &ZIP[..8]), ("a.zip.002", &ZIP[8..16])],
        "Zip a.zip.001 a.zip.002 1x8; part 3 of a.zip (a.zip.003) is not there",
    );
    assert_one(
        &[("a.7z.001", SEVEN_Z)],
        "SevenZ a.7z.001 1x28; part 2 of a.7z (a.7z.002) is not there",
    );
    assert_one(
        &[("a.txt.001", b"https://"), ("a.txt.003", b"com:a:b")],
        "Text a.txt.001 1x8 a.txt.003; part 2 of a.txt (a.txt.002) is not there",
    );
    let headless = "a.7z.002 missing_volume: part 1 of a.7z (a.7z.001) is not there";
    assert_one(&[("a.7z.002", NOISE)], headless);
    assert_one(&[("a.7z.002", NOISE), ("a.7z.004", NOISE_6)], headless);
    assert_one(
        &[("a.z02", NOISE), ("a.z03", NOISE)],
        "a.z02 missing_volume: part 1 of a (a.z01) is not there",
    );
}

#[test]
fn volumes_that_are_none_are_told() {
    assert_one(
        &[("a.part1.rar", RAR5), ("a.part2.rar", b""), ("a.part3.rar", RAR5)],
        "Rar a.part1.rar a.part3.rar; part 2 of a (a.part2.rar) is empty",
    );
    assert_one(
        &[("a.part1.rar", RAR5), ("a.part2.rar", NOISE), ("a.part3.rar", RAR5)],
        "Rar a.part1.rar a.part3.rar; part 2 of a (a.part2.rar) is no volume of a RAR",
    );
    assert_one(
        &[("a.7z.001", SEVEN_Z), ("a.7z.002", b"")],
        "SevenZ a.7z.001 1x28; part 2 of a.7z (a.7z.002) is empty",
    );
    assert_one(
        &[("a.7z.001", b""), ("a.7z.002", NOISE)],
        "a.7z.002 missing_volume: part 1 of a.7z (a.7z.001) is empty",
    );
    assert_one(
        &[
            ("a.zip.001", &[ZIP, ZIP, NOISE].concat()[5..]),
            ("a.zip.002", NOISE),
            ("a.zip.003", ZIP),
        ],
        "Zip a.zip.001 a.zip.002 1x47 a.zip.003; part 2 of a.zip (a.zip.002) is shorter than the \
         others",
    );
    // One that can be read by itself stands alone as well.
    assert_found(
        &[("a.part1.rar", RAR5), ("a.part2.rar", ZIP), ("a.part3.rar", RAR5)],
        &[
            "Rar a.part1.rar a.part3.rar; part 2 of a (a.part2.rar) is no volume of a RAR",
            "Zip a.part2.rar",
        ],
    );
}

#[test]
fn files_that_are_merely_called_like_volumes_stand_alone() {
    assert_found(&[("a.r00", NOISE), ("a.txt", b"x")], &["Folder a.r00 a.txt"]);
    assert_found(&[("a.rar", RAR5_WHOLE), ("a.r00", NOISE)], &["Folder a.r00", "Rar a.rar"]);
    assert_found(&[("a.001", NOISE), ("a.002", NOISE)], &["Folder a.001 a.002"]);
    assert_found(&[("a.002", NOISE), ("a.003", NOISE)], &["Folder a.002 a.003"]);
    assert_found(&[("a.001", b"one"), ("a.002", b"three")], &["Folder a.001 a.002"]);
    assert_found(&[("a.log.002", b"text")], &["Folder a.log.002"]);
    assert_found(
        &[("a.zip.001", ZIP), ("a.zip.002", b"x")],
        &["Folder a.zip.002", "Zip a.zip.001"],
    );
    assert_found(&[("a.001", ZIP), ("a.002", ZIP)], &["Zip a.001", "Zip a.002"]);
    assert_found(&[("a.part1.rar", RAR5), ("b.rar", RAR4)], &["Rar a.part1.rar", "Rar b.rar"]);
    assert_found(
        &[("a.part1.rar", RAR5_WHOLE), ("a.part2.rar", RAR5_WHOLE)],
        &["Rar a.part1.rar", "Rar a.part2.rar"],
    );
    assert_found(&[("a.zip", ZIP), ("a.z02", b"text")], &["Folder a.z02", "Zip a.zip"]);
}

#[test]
fn sets_are_told_apart() {
    assert_found(
        &[
            ("a.part1.rar", RAR5),
            ("a.part2.rar", RAR5),
            ("a.part01.rar", RAR4),
            ("a.part02.rar", RAR4),
            ("a.part001.rar", RAR5),
            ("a.part002.rar", RAR5),
            ("x/a.part1.rar", RAR5),
            ("x/a.part2.rar", RAR5),
            ("x/Passwords.txt", b"x"),
        ],
        &[
            "Folder x/Passwords.txt",
            "Rar a.part001.rar a.part002.rar",
            "Rar a.part01.rar a.part02.rar",
            "Rar a.part1.rar a.part2.rar",
            "Rar a.part1.rar a.part2.rar",
        ],
    );
    assert_found(
        &[
            ("a.part1.rar", RAR5),
            ("a.part2.rar", RAR5),
            ("A.part1.rar", RAR5),
            ("A.part2.rar", RAR5),
        ],
        &["Rar A.part1.rar A.part2.rar", "Rar a.part1.rar a.part2.rar"],
    );
    // Of a set that the user does not name, nothing is read.
    let bench = Bench::new(&[
        ("a.part1.rar", RAR5),
        ("a.part2.rar", RAR5),
        ("a.part01.rar", RAR5),
        ("b.part1.rar", RAR5),
        ("c.txt", b"x"),
    ]);
    assert_eq!(bench.expand(&["a.part2.rar"]), ["Rar a.part1.rar a.part2.rar"]);
}

#[test]
fn a_set_that_is_reached_twice_is_read_once() {
    let files: &[(&str, &[u8])] = &[("a.part1.rar", RAR5), ("a.part2.rar", RAR5), ("b", b"x")];
    let bench = Bench::new(files);
    let set = "Rar a.part1.rar a.part2.rar".to_owned();
    let folder = "Folder b".to_owned();
    let again =
        |name: &str| format!("{name} duplicate_input: given more than once; it is read once");
    assert_eq!(
        bench.expand(&["a.part2.rar", "./a.part1.rar", "a.part2.rar"]),
        [set.clone(), again("a.part2.rar")]
    );
    assert_eq!(bench.expand(&["a.part2.rar", ""]), [set.clone(), folder.clone(), again("")]);
    assert_eq!(bench.expand(&["", "a.part2.rar"]), [folder, set, again("a.part2.rar")]);
}

#[test]
#[cfg(unix)]
fn a_volume_that_cannot_be_opened_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let files: &[(&str, &[u8])] =
        &[("a.part1.rar", RAR5), ("a.part2.rar", RAR5), ("a.part3.rar", RAR5)];
    let bench = Bench::new(files);
    let path = bench.0.path().join("a.part2.rar");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&path).is_ok() {
        // Nothing is closed to this user.
        return;
    }
    let [found] = &bench.expand(&["a.part1.rar"])[..] else { panic!("not one input") };
    let expected = "Rar a.part1.rar a.part3.rar; part 2 of a (a.part2.rar) cannot be read: ";
    assert!(found.starts_with(expected), "{found}");
}

#[test]
#[cfg(unix)]
fn links_that_the_user_names_are_volumes() {
    let bench = Bench::new(&[("in/1", RAR5), ("in/2", RAR5), ("in/3", RAR5)]);
    for (from, to) in [("1", "a.part1.rar"), ("2", "a.part2.rar"), ("3", "a.part3.rar")] {
        std::os::unix::fs::symlink(bench.0.path().join("in").join(from), bench.0.path().join(to))
            .unwrap();
    }
    assert_eq!(
        bench.expand(&["a.part3.rar", "a.part1.rar"]),
        ["Rar a.part1.rar a.part3.rar; part 2 of a (a.part2.rar) is not there"]
    );
}

#[test]
fn many_files_take_no_longer_than_they_must() {
    let root = tempfile::tempdir().unwrap();
    for number in 1..3000 {
        fs::write(root.path().join(format!("a.part{number}.rar")), RAR5).unwrap();
        fs::write(root.path().join(format!("{number}.part99999.rar")), RAR5).unwrap();
    }
    let started = std::time::Instant::now();
    let paths: Vec<_> = fs::read_dir(root.path()).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(expand(&paths).len(), 3000);
    assert_eq!(expand(&[root.path().to_owned()]).len(), 3000);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
