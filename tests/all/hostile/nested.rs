//! Archives in archives that are damaged where they begin, and volume sets in them that are traps.

use super::case::Case;
use super::login;
use super::pack::{self, Member, zip_of};

/// A ZIP with an entry of these bytes beside one that can be read.
fn beside(name: &str, bytes: &[u8]) -> Vec<u8> {
    zip_of(&[Member::stored(name, bytes), Member::stored("first.txt", &login("first"))])
}

/// A ZIP with a login in it.
fn inner(host: &str) -> Vec<u8> {
    let notes = Member::deflated("notes.txt", &login("notes").repeat(100));
    zip_of(&[notes, Member::stored("a.txt", &login(host))])
}

/// Bytes that begin like nothing.
fn headless(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes[..4].copy_from_slice(&[0, 1, 2, 0xff]);
    bytes
}

hostile! {
    nested_more_head: "a 7z in a ZIP, damaged where it begins" =>
        Case::partial(&["unknown_format"], || {
            let tree = vec![("a.txt".to_owned(), login("lost"))];
            beside("inner.7z", &headless(pack::sevenz(&tree, pack::SOLID)))
        }).delivers(&["first"]);
    nested_more_head_of_a_zip: "a ZIP in a ZIP, damaged where it begins" =>
        Case::partial(&["bad_offset"], || beside("inner.zip", &headless(inner("inner"))))
            .delivers(&["first", "inner"]);
    nested_more_like_text: "a tar in a ZIP, damaged so that it looks like text" =>
        Case::partial(&["unknown_format"], || {
            beside("inner.tar", &[b"\0\x01ustar\n".to_vec(), login("inner").repeat(80)].concat())
        }).delivers(&["first", "inner"]);
    nested_more_gap: "a volume set in a ZIP, without the second of three" =>
        Case::partial(&["missing_volume"], || {
            let bytes = zip_of(&[
                Member::stored("a.txt", &login("inner")),
                Member::stored("noise.bin", &[7; 3000]),
            ]);
            let pieces: Vec<_> = bytes.chunks(bytes.len().div_ceil(3)).collect();
            zip_of(&[
                Member::stored("inner.zip.003", pieces[2]),
                Member::stored("first.txt", &login("first")),
                Member::stored("inner.zip.001", pieces[0]),
            ])
        }).delivers(&["first", "inner"]);
    nested_more_gaps: "2,000 volume sets in a ZIP, each without 99,997 volumes" =>
        Case::partial(&["limit_total", "missing_volume"], || {
            let (begin, end) = (inner("inner"), [7; 9]);
            let pair = |n: usize| {
                let first = Member::stored(&format!("{n}.zip.00001"), begin.get(..99).unwrap());
                [first, Member::stored(&format!("{n}.zip.99999"), &end)]
            };
            let first = Member::stored("first.txt", &login("first"));
            zip_of(&(0..2000).flat_map(pair).chain([first]).collect::<Vec<_>>())
        }).delivers(&["first"]);
    nested_more_sets: "300 volume sets in a tar, all begun before one ends" =>
        Case::partial(&["missing_volume", "truncated"], || {
            let whole = inner("inner");
            let (begin, end) = whole.split_at(whole.len().div_ceil(2));
            let part = |bytes: &[u8], part| {
                let bytes = bytes.to_vec();
                (0..300).map(move |n| (format!("{n}.zip.{part:03}"), bytes.clone()))
            };
            let first = ("first.txt".to_owned(), login("first"));
            pack::tar(&part(begin, 1).chain(part(end, 2)).chain([first]).collect())
        }).delivers(&["first", "inner", "notes"]);
}
