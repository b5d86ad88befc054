//! The families as data, and detection as a whole.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::evidence::normalised;
use super::*;

fn family_of(system: &str, names: &[&str]) -> Option<(&'static str, Confidence)> {
    let names: Vec<&[u8]> = names.iter().map(|name| name.as_bytes()).collect();
    let system = &[system.as_bytes()];
    let found = detect(&Evidence { system, names: &names, ..Evidence::default() })?;
    Some((found.family.id, found.confidence))
}

#[test]
fn every_example_holds() {
    let failures: Vec<String> =
        FAMILIES.iter().flat_map(|family| check_examples(family)).map(|f| f.to_string()).collect();
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn a_wrong_example_is_reported() {
    static WRONG: Family = Family {
        id: "wrong",
        examples: &[Example {
            what: "nothing",
            system: "",
            names: &[],
            expected: Expected::This(Confidence::High),
        }],
        ..GENERIC
    };
    let failures = check_examples(&WRONG);
    assert_eq!(
        failures.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["wrong: nothing: expected This(High), found nothing"]
    );
}

#[test]
fn every_family_shows_what_it_is_and_what_it_is_not() {
    for family in FAMILIES {
        let count = |is: fn(&Expected) -> bool| {
            family.examples.iter().filter(|example| is(&example.expected)).count()
        };
        assert!(count(|expected| matches!(expected, Expected::This(_))) > 0, "{}", family.id);
        assert!(count(|expected| *expected == Expected::NotThis) > 0, "{}", family.id);
    }
}

#[test]
fn every_family_says_what_is_read() {
    for family in FAMILIES.iter().chain([&&GENERIC]) {
        assert!(!family.reads.is_empty(), "{}", family.id);
        let texts = family.reads.iter().flat_map(|read| [read.file, read.what]);
        assert!(texts.chain(family.ambiguities.iter().copied()).all(|text| !text.is_empty()));
    }
}

#[test]
fn ids_are_unique_and_keys_are_normalised() {
    let ids: BTreeSet<_> = FAMILIES.iter().map(|family| family.id).collect();
    assert_eq!(ids.len(), FAMILIES.len());
    for family in FAMILIES {
        let marks: BTreeSet<_> = family.marks.iter().map(|mark| mark.id).collect();
        assert_eq!(marks.len(), family.marks.len(), "{}", family.id);
        assert!(family.fork_of.is_none_or(|parent| parent.fork_of.is_none()), "{}", family.id);
        for sign in family.marks.iter().flat_map(|mark| mark.signs) {
            if let Sign::Key(key) | Sign::NoKey(key) | Sign::Value(key, _) = sign {
                assert_eq!(normalised(key.as_bytes()), key.as_bytes(), "{}", family.id);
            }
        }
    }
}

#[test]
fn families_without_a_mark_here_stay_unknown() {
    for system in ["MacOS: 14.5\nCountry: JP\n", "", "\u{feff}"] {
        assert_eq!(family_of(system, &[]), None, "{system}");
    }
}

#[test]
fn the_name_of_a_log_only_adds_to_what_is_in_it() {
    let found = |names: &[&[u8]], log_name: &str| {
        let log_name = log_name.as_bytes();
        let found = detect(&Evidence { system: &[], names, log_name })?;
        Some((found.family.id, found.confidence))
    };
    let cryptbot: &[&[u8]] = &[b"_AllPasswords_list.txt", b"files_/passwords.txt"];
    let dated = "US_2024_11_28_01_02_AbC123";
    assert_eq!(found(cryptbot, dated), Some(("cryptbot", Confidence::Medium)));
    assert_eq!(found(cryptbot, "US_203.0.113.10"), Some(("cryptbot", Confidence::Low)));
    for name in [dated, "user1@PC1_en-US", "0A1B__PC1"] {
        assert_eq!(found(&[b"passwords.txt"], name), None, "{name}");
    }
}

#[test]
fn a_tie_is_no_detection() {
    let both = "FileLocation: x\nOperation System: y\nNetwork Info:\nSystem Summary:\n";
    assert_eq!(family_of(both, &[]), None);
}

#[test]
fn names_outweigh_nothing_that_the_system_file_says() {
    let stealc = "Network Info:\nSystem Summary:\n";
    let redline = ["DomainDetects.txt", "ImportantAutofills.txt", "InstalledBrowsers.txt"];
    assert_eq!(family_of(stealc, &redline), Some(("stealc", Confidence::High)));
}

/// The worked example of `docs/ADDING_A_FAMILY.md`.
#[test]
fn a_family_can_be_added_as_the_guide_says() {
    static EXAMPLE_STEALER: Family = Family {
        id: "example_stealer",
        name: "Example Stealer",
        fork_of: None,
        marks: &[Mark {
            id: "keys:operationsystem+branchname+dropfolder",
            weight: 6,
            signs: &[
                Sign::Key("operationsystem"),
                Sign::Key("branchname"),
                Sign::Key("dropfolder"),
            ],
        }],
        date_order: DateOrder::DayFirst,
        install_date: InstallDate::OperatingSystem,
        reads: &[],
        ambiguities: &[],
        examples: &[],
    };
    let system = b"Branch Name: b1\nOperation System: Windows 11\nDrop Folder: C:\\m\n";
    let evidence = Evidence { system: &[system], ..Evidence::default() };
    let found = detect_among(&[&EXAMPLE_STEALER], &evidence).unwrap();
    assert_eq!((found.family.id, found.confidence), ("example_stealer", Confidence::High));
    assert!(detect(&evidence).is_none());
}

proptest! {
    #[test]
    fn any_bytes_are_looked_at_twice_with_one_result(
        system in proptest::collection::vec(any::<u8>(), 0..400),
        name in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let names = [&*name];
        let evidence = Evidence { system: &[&system], names: &names, log_name: &name };
        let found = |_| detect(&evidence).map(|found| (found.family.id, found.evidence));
        prop_assert_eq!(found(1), found(2));
    }
}
