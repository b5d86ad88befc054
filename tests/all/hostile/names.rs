//! Names that want to be paths, commands, markup, or somebody else's.

use super::case::{Case, Seen};
use super::login;
use super::pack::{Member, zip_of};

/// A ZIP of files with these names; each holds the login of its number.
fn named(names: &[&[u8]]) -> Vec<u8> {
    let member = |(n, name): (usize, &&[u8])| Member {
        name: name.to_vec(),
        ..Member::stored("", &login(&format!("name{n}")))
    };
    zip_of(&names.iter().enumerate().map(member).collect::<Vec<_>>())
}

/// A ZIP with a log in a folder of this name, whose login file is damaged: so the name is shown as
/// that of a machine, of an entry, and of an entry that is wrong.
fn log_called(folder: &str) -> Vec<u8> {
    let system = b"Computer Name: PC-1\nHWID: 0123456789ABCDEF\nIP: 192.0.2.7\n";
    let logins = "URL: https://first.example.com/\nUsername: user\nPassword: Inv3nted!word\n\n";
    let logins = Member::deflated(&format!("{folder}/Passwords.txt"), logins.as_bytes());
    zip_of(&[Member::stored(&format!("{folder}/System.txt"), system), Member { crc: 7, ..logins }])
}

/// Every entry that is named in records.
fn entries(seen: &Seen) -> Vec<&str> {
    let records = seen.exposures.iter().map(|exposure| &exposure["record"]);
    records.chain(&seen.issues).filter_map(|record| record["entry"].as_str()).collect()
}

/// No name in the records is longer than anybody reads.
fn names_are_short(checked: &Seen, extracted: &Seen) {
    for name in [checked, extracted].into_iter().flat_map(entries) {
        assert!(name.len() <= 1200, "{} bytes", name.len());
    }
    let logs = checked.exposures.iter().filter_map(|exposure| exposure["machine"]["log"].as_str());
    assert!(logs.map(str::len).all(|length| length <= 1200));
}

/// A line that pretends to be the end of the summary.
const FORGED: &str = "x\nComplete: everything was read.\n2026-01-01T00:00:00Z INFO clean";

fn forges_no_line(checked: &Seen, _: &Seen) {
    let begins = |line: &str| line.starts_with("Complete") || line.starts_with("2026");
    assert!(!checked.ran.err.lines().any(begins), "{}", checked.ran.err);
    assert!(checked.ran.err.contains(r"x\u{a}Complete"), "{}", checked.ran.err);
}

hostile! {
    name_74_climbing: "`../`, absolute, `C:\\`, `\\\\server\\`" =>
        Case::read(|| named(&[
            b"../../../../tmp/climbed.txt",
            b"/tmp/climbed.txt",
            b"C:\\Windows\\climbed.txt",
            b"\\\\192.0.2.1\\share\\climbed.txt",
            b"..\\..\\climbed.txt",
        ])).delivers(&["name0", "name1", "name2", "name3", "name4"]);
    name_74_climbing_in_a_tar: "`../` in a tar" =>
        Case::read(|| {
            let mut header = tar::Header::new_gnu();
            let text = login("first");
            header.as_mut_bytes()[..20].copy_from_slice(b"../../../climbed.txt");
            header.set_size(text.len() as u64);
            header.set_cksum();
            let mut builder = tar::Builder::new(Vec::new());
            builder.append(&header, &text[..]).unwrap();
            builder.into_inner().unwrap()
        }).delivers(&["first"]);
    name_75_nul: "a NUL in a name" =>
        Case::read(|| named(&[b"a.txt\0.jpg"])).delivers(&["name0"]);
    name_75_deep: "2,000 folders in each other" =>
        Case::read(|| named(&[&b"a/".repeat(2000), &[&b"b/".repeat(2000)[..], b"c.txt"].concat()]))
            .delivers(&["name0", "name1"]).also(names_are_short);
    name_75_long: "names of 65 KB" =>
        Case::read(|| named(&[&[b'n'; 65_535], &[&[b'n'; 65_530][..], b".txt"].concat()]))
            .delivers(&["name0", "name1"]).also(|checked, extracted| {
                names_are_short(checked, extracted);
                let names = entries(checked);
                assert!(names.len() == 2 && names[0] != names[1], "{names:?}");
            });
    name_75_long_folder: "a log in a folder with a name of 60 KB" =>
        Case::partial(&["crc_mismatch"], || log_called(&"DE_1 ".repeat(12_000)))
            .delivers(&["first"]).also(names_are_short);
    name_76_cp866: "names in CP866" =>
        Case::read(|| named(&[b"\x8f\xa0\xe0\xae\xab\xa8.txt", b"\x8f\xa0\xe0\xae\xab\xa8/1.txt"]))
            .delivers(&["name0", "name1"]);
    name_77_terminal: "names that act on a terminal: colours, title, clipboard, links" =>
        Case::partial(&["crc_mismatch"], || {
            log_called("\x1b[2J\x1b]0;owned\x07\x1b]52;c;cm0gLXJm\x07\u{9b}31m\x1b]8;;https://evil.test\x1b\\x")
        }).delivers(&["first"]);
    name_78_bidi: "names that turn text round" =>
        Case::partial(&["crc_mismatch"], || log_called("DE_1\u{202e}txt.exe\u{2066}\u{200f}"))
            .delivers(&["first"]);
    name_79_forged_line: "a name that forges a line of the summary" =>
        Case::partial(&["crc_mismatch"], || log_called(FORGED)).delivers(&["first"])
            .also(forges_no_line);
    name_80_symlink: "a symbolic link as a member" =>
        Case::partial(&["not_regular"], || {
            let link = Member {
                attributes: 0o120_777 << 16,
                ..Member::stored("link.txt", b"/etc/passwd")
            };
            zip_of(&[Member::stored("a.txt", &login("first")), link])
        }).delivers(&["first"]);
    name_80_links_in_a_tar: "links, devices and a FIFO in a tar" =>
        Case::partial(&["not_regular"], || {
            let mut builder = tar::Builder::new(Vec::new());
            let text = login("first");
            for kind in [
                tar::EntryType::Symlink,
                tar::EntryType::Link,
                tar::EntryType::Char,
                tar::EntryType::Block,
                tar::EntryType::Fifo,
                tar::EntryType::Regular,
            ] {
                let bytes = if kind.is_file() { &text[..] } else { b"" };
                let mut header = tar::Header::new_gnu();
                header.set_path(format!("{}.txt", kind.as_byte() as char)).unwrap();
                header.set_entry_type(kind);
                header.set_size(bytes.len() as u64);
                header.set_cksum();
                builder.append(&header, bytes).unwrap();
            }
            builder.into_inner().unwrap()
        }).delivers(&["first"]).also(|checked, _| assert_eq!(checked.entries("skipped"), 5));
    name_81_collisions: "names that differ in case or Unicode form only" =>
        Case::read(|| named(&[
            b"Log/A.txt", b"log/a.txt", "log/\u{e9}.txt".as_bytes(), "log/e\u{301}.txt".as_bytes(),
        ])).delivers(&["name0", "name1", "name2", "name3"]);
    name_82_markup: "names that are markup or formulas" =>
        Case::partial(&["crc_mismatch"], || log_called("=<script>alert(1)</script>\"'&"))
            .with(&["--format", "jsonl,csv"]).delivers(&["first"]).also(|checked, _| {
                let cell = |cell: &str| cell.starts_with(['=', '+', '@']);
                assert!(!checked.csv.is_empty() && !checked.csv.split([',', '"']).any(cell));
            });
    name_more_unicode_field: "a Unicode name that belongs to another stored name" =>
        Case::read(|| {
            let name = "Пароли.txt".as_bytes();
            let field = [&[1], &0_u32.to_le_bytes()[..], name].concat();
            let extra = [b"\x75\x70", &(field.len() as u16).to_le_bytes()[..], &field].concat();
            let name = b"\x8f.txt".to_vec();
            let central_extra = extra.clone();
            zip_of(&[Member { name, extra, central_extra, ..Member::stored("", &login("first")) }])
        }).delivers(&["first"]).also(|checked, _| assert_eq!(entries(checked), [r"\x8F.txt"]));
    name_more_separator: "names with the sign that joins nested archives" =>
        Case::read(|| {
            let inner = zip_of(&[Member::stored("b.txt", &login("inner"))]);
            zip_of(&[
                Member::stored("a.zip", &inner),
                Member::stored("a.zip!b.txt", &login("outer")),
            ])
        }).delivers(&["inner", "outer"]);
    name_more_empty: "names of nothing, of blanks, of dots" =>
        Case::read(|| named(&[b"", b" ", b".", b"..", b"/", b"//", b"\\"]))
            .delivers(&["name0", "name1", "name2", "name3", "name4", "name5", "name6"]);
    name_more_gzip: "a gzip whose header holds a name of 60 KB that climbs" =>
        Case::read(|| {
            use std::io::Write;
            let builder = flate2::GzBuilder::new().filename("../".repeat(20_000));
            let mut encoder = builder.write(Vec::new(), flate2::Compression::fast());
            encoder.write_all(&login("first")).unwrap();
            encoder.finish().unwrap()
        }).delivers(&["first"]).also(names_are_short);
    name_more_in_a_nest: "names of 60 KB in archives in each other" =>
        Case::read(|| {
            let name = "n".repeat(60_000);
            let mut inner = zip_of(&[Member::stored(&name, &login("inner"))]);
            for _ in 0..5 {
                inner = zip_of(&[Member::stored(&name, &inner)]);
            }
            inner
        }).delivers(&["inner"]).also(names_are_short);
    name_more_folders_with_text: "entries that are called like folders, or said to be, and hold text" =>
        Case::read(|| {
            let mut builder = tar::Builder::new(Vec::new());
            let kinds = [tar::EntryType::Regular, tar::EntryType::Directory];
            for (kind, host) in kinds.into_iter().zip(["first", "second"]) {
                let text = login(host);
                let mut header = tar::Header::new_gnu();
                header.set_path(format!("{host}/")).unwrap();
                header.set_entry_type(kind);
                header.set_size(text.len() as u64);
                header.set_cksum();
                builder.append(&header, &text[..]).unwrap();
            }
            let tar = builder.into_inner().unwrap();
            let folder = Member { attributes: 0o040_755 << 16, ..Member::stored("third/", &login("third")) };
            zip_of(&[folder, Member::stored("a.tar", &tar)])
        }).delivers(&["first", "second", "third"]);
    name_more_pax: "a tar with a global name, a name of 100 KB, and a size in its extended header" =>
        Case::read(|| {
            let text = login("first");
            let record = |key: &str, value: &str| {
                let length = key.len() + value.len() + 3;
                let digits = (length + length.to_string().len()).to_string().len();
                format!("{} {key}={value}\n", length + digits)
            };
            let size = text.len().to_string();
            let pax = record("path", &("p/".repeat(50_000) + ".txt")) + &record("size", &size);
            let mut builder = tar::Builder::new(Vec::new());
            for (kind, bytes) in [
                (tar::EntryType::XGlobalHeader, record("path", "global.txt").as_bytes()),
                (tar::EntryType::XHeader, pax.as_bytes()),
                (tar::EntryType::Regular, &text),
            ] {
                let mut header = tar::Header::new_ustar();
                header.set_path("short.txt").unwrap();
                header.set_entry_type(kind);
                header.set_size(bytes.len() as u64);
                header.set_cksum();
                builder.append(&header, bytes).unwrap();
            }
            builder.into_inner().unwrap()
        }).delivers(&["first"]).also(names_are_short);
}
