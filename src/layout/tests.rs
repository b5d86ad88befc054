//! Layouts as lists of names, and what is inferred from them.

mod shown;

use proptest::prelude::*;

use super::{Item, Role, role};
pub(super) use shown::{Shown, ShownLog, plan, show};

fn items<'a>(names: &[&'a str]) -> Vec<Item<'a>> {
    (0..).zip(names).map(|(index, name)| Item::new(index, name.as_bytes(), None)).collect()
}

/// The folders of the logs, each with its number of entries, then the number of loose ones.
fn shape(names: &[&str]) -> (Vec<String>, usize) {
    let items = items(names);
    let plan = plan(&items);
    let log =
        |log: &ShownLog| format!("{} {}", String::from_utf8_lossy(&log.root), log.entries.len());
    let grouped: usize = plan.groups.iter().map(Vec::len).sum();
    (plan.logs.iter().map(log).collect(), plan.loose.len() + grouped)
}

/// Checks a layout: `logs` are folders with their numbers of entries.
fn assert_shape(names: &[&str], logs: &[&str], loose: usize) {
    let (found, found_loose) = shape(names);
    assert_eq!(
        (found, found_loose),
        (logs.iter().map(ToString::to_string).collect(), loose),
        "{names:#?}"
    );
}

const NAMED: &str = "US[0123456789ABCDEF0123456789ABCDEF] [2024_05_12T10_11_12_1234567]";

#[test]
fn a_folder_with_a_system_file_is_a_log() {
    assert_shape(&["a/UserInformation.txt", "a/Passwords.txt", "a/x/y/z.bin"], &["a 3"], 0);
    assert_shape(&["a/information.txt", "b/System.txt"], &["a 1", "b 1"], 0);
    assert_shape(&["a/info.txt"], &["a 1"], 0);
}

#[test]
fn a_password_file_needs_company() {
    assert_shape(&["a/passwords.txt"], &[], 1);
    for company in [
        "a/Cookies/Chrome_Default.txt",
        "a/Autofill/x.txt",
        "a/Autofills/x.txt",
        "a/screenshot.jpg",
        "a/Chrome/Default/History.txt",
        "a/cookies.txt",
        "a/ProcessList.txt",
    ] {
        assert_shape(&["a/passwords.txt", company], &["a 2"], 0);
    }
}

#[test]
fn a_log_without_a_system_file_may_have_password_files_of_browsers_only() {
    assert_shape(&["a/Chrome/Default/Passwords.txt", "a/Edge/Default/Passwords.txt"], &["a 2"], 0);
    assert_shape(&["x/a/Passwords/Chrome.txt", "x/a/Passwords/Edge.txt"], &["x/a 2"], 0);
    assert_shape(&["a/google_chrome_default.txt"], &["a 1"], 0);
    assert_shape(&["Chrome/Default/Passwords.txt"], &[" 1"], 0);
}

#[test]
fn a_source_may_be_one_log_without_a_folder() {
    assert_shape(
        &["passwords.txt", "information.txt", "Cookies/Edge_Cookies.txt", "Files/Default.zip"],
        &[" 4"],
        0,
    );
}

#[test]
fn folders_before_the_logs_are_descended() {
    assert_shape(
        &[
            "@ExampleCloud 500 LOGS 12.05.2024/join us.txt",
            "@ExampleCloud 500 LOGS 12.05.2024/Country/US/1/System.txt",
            "@ExampleCloud 500 LOGS 12.05.2024/Country/US/1/All Passwords.txt",
            "@ExampleCloud 500 LOGS 12.05.2024/Country/DE/2/System.txt",
        ],
        &[
            "@ExampleCloud 500 LOGS 12.05.2024/Country/US/1 2",
            "@ExampleCloud 500 LOGS 12.05.2024/Country/DE/2 1",
        ],
        1,
    );
}

#[test]
fn folders_before_the_logs_may_be_called_like_parts_of_logs() {
    for before in ["Files", "Desktop", "Passwords", "Logins", "System", "Chrome", "Steam", "files_"]
    {
        let names = ["1/System.txt", "1/Passwords.txt", "2/System.txt", "2/Passwords.txt"]
            .map(|name| format!("{before}/{name}"));
        let (logs, loose) = shape(&names.each_ref().map(String::as_str));
        assert_eq!(logs, [format!("{before}/1 2"), format!("{before}/2 2")]);
        assert_eq!(loose, 0);
    }
}

#[test]
fn what_a_seller_laid_at_the_top_swallows_nothing() {
    let logs =
        ["1/System.txt", "1/Passwords.txt", "1/Cookies/a.txt", "2/System.txt", "2/Passwords.txt"];
    for promo in [
        &["Info.txt"][..],
        &["Information.txt"],
        &["Info.txt", "password.txt", "banner.jpg"],
        &["password.txt", "screen.png"],
        &["README.txt", "ip.txt", "pass.txt"],
    ] {
        let names: Vec<&str> = promo.iter().chain(&logs).copied().collect();
        assert_shape(&names, &["1 3", "2 2"], promo.len());
        let below: Vec<String> = names.iter().map(|name| format!("cloud/{name}")).collect();
        let below: Vec<&str> = below.iter().map(String::as_str).collect();
        assert_shape(&below, &["cloud/1 3", "cloud/2 2"], promo.len());
    }
}

#[test]
fn even_poor_logs_are_not_swallowed() {
    let poor: Vec<String> = (0..50)
        .flat_map(|log| [format!("{log}/passwords.txt"), format!("{log}/cookies.txt")])
        .collect();
    for promo in ["Information.txt", "Info.txt", "Chrome.txt"] {
        let names: Vec<&str> =
            std::iter::once(promo).chain(poor.iter().map(String::as_str)).collect();
        let (logs, loose) = shape(&names);
        assert_eq!((logs.len(), loose), (50, 1), "{promo}");
    }
}

#[test]
fn a_picture_beside_files_of_a_user_may_be_a_log_under_other_names() {
    assert_shape(&["a/facts.txt", "a/stuff.txt", "a/d.png", "a/Desktop/n.txt"], &["a 4"], 0);
    assert_shape(&["facts.txt", "d.png", "Desktop/n.txt"], &[], 3);
    assert_shape(&["a/facts.txt", "a/d.png", "a/x/n.txt"], &[], 3);
    assert_shape(&["a/d.png", "a/Desktop/n.txt", "a/b/System.txt"], &["a/b 1"], 2);
}

#[test]
fn what_was_grabbed_makes_no_log() {
    assert_shape(
        &[
            "a/UserInformation.txt",
            "a/FileGrabber/Users/user1/Desktop/passwords.txt",
            "a/FileGrabber/Users/user1/Desktop/screen.png",
            "a/FileGrabber/old logs/1/System.txt",
            "a/FileGrabber/old logs/1/Passwords.txt",
            "a/FileGrabber/old logs/1/Cookies/x.txt",
        ],
        &["a 6"],
        0,
    );
    assert_shape(
        &["a/Chrome/Default/Passwords.txt", "a/Important Files/Desktop/System.txt"],
        &["a 2"],
        0,
    );
}

#[test]
fn a_second_copy_belongs_to_the_same_log() {
    assert_shape(
        &[
            "c/_Information.txt",
            "c/_AllPasswords_list.txt",
            "c/_Cookies/google_chrome.txt",
            "c/files_/system_info.txt",
            "c/files_/passwords.txt",
            "c/files_/cookies/google_chrome.txt",
            "c/backup/_Information.txt",
            "c/backup/_AllPasswords_list.txt",
            "c/backup/_Cookies/google_chrome.txt",
        ],
        &["c 9"],
        0,
    );
}

#[test]
fn folders_of_unknown_browsers_belong_to_their_log() {
    assert_shape(
        &[
            "a/System.txt",
            "a/All Passwords.txt",
            "a/Foobrowser/Default/Passwords.txt",
            "a/Foobrowser/Default/Cookies.txt",
            "a/Barbrowser/Profile 1/Passwords.txt",
            "a/Barbrowser/Profile 1/History.txt",
        ],
        &["a 6"],
        0,
    );
}

#[test]
fn a_log_may_have_all_its_files_in_folders() {
    assert_shape(
        &[
            "user1@DESKTOP-EXAMPLE_en-US/Browsers/Google/Passwords.txt",
            "user1@DESKTOP-EXAMPLE_en-US/Browsers/Chrome/Cookies.txt",
            "user1@DESKTOP-EXAMPLE_en-US/System/Info.txt",
            "user1@DESKTOP-EXAMPLE_en-US/System/Desktop.jpg",
        ],
        &["user1@DESKTOP-EXAMPLE_en-US 4"],
        0,
    );
}

#[test]
fn the_name_of_a_folder_makes_a_log() {
    let stripped = format!("{NAMED}/qwertz.txt");
    assert_shape(&[&stripped], &[&format!("{NAMED} 1")], 0);
    let inner = format!("[US]203.0.113.10/{}", "log/System.txt");
    assert_shape(&[&inner], &["[US]203.0.113.10 1"], 0);
    assert_shape(&["0A1B__HOST/notes.txt"], &[], 1);
    let cloud = (0..3).flat_map(|log| {
        ["System.txt", "Passwords.txt", "Cookies/x"]
            .map(|name| format!("US_203.0.113.10 logs/{log}/{name}"))
    });
    assert_eq!(
        shape(&cloud.collect::<Vec<_>>().iter().map(String::as_str).collect::<Vec<_>>()).0.len(),
        3
    );
    assert_shape(&["0A1B__HOST/Network.txt", "0A1B__HOST/cookies.txt"], &["0A1B__HOST 2"], 0);
}

#[test]
fn logs_beside_a_log_are_logs_of_their_own() {
    let mut names = vec!["System.txt".to_owned(), "Passwords.txt".into(), "Cookies/a.txt".into()];
    for log in 0..3 {
        names
            .extend(["System.txt", "Passwords.txt", "Cookies/a.txt"].map(|n| format!("{log}/{n}")));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_shape(&names, &[" 3", "0 3", "1 3", "2 3"], 0);
}

#[test]
fn files_of_many_machines_by_kind_make_no_log() {
    assert_shape(
        &[
            "x/Passwords/US_1.txt",
            "x/Passwords/DE_2.txt",
            "x/Cookies/US_1.txt",
            "x/Cookies/DE_2.txt",
        ],
        &[],
        4,
    );
    assert_shape(&["ulp.txt", "info.txt", "more/combo.txt"], &[], 3);
}

#[test]
fn a_stripped_log_is_known_by_its_neighbours() {
    let mut names: Vec<String> = (0..10).map(|log| format!("c/{log}/System.txt")).collect();
    names.extend(["c/10/Cookies/x.txt", "c/11/notes.txt", "d/1/Cookies/x.txt"].map(String::from));
    let (logs, loose) = shape(&names.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((logs.len(), loose), (11, 2));
    assert_eq!(logs.last().map(String::as_str), Some("c/10 1"));
}

#[test]
fn a_log_may_have_its_files_in_a_folder_that_nobody_knows() {
    for system in ["Info.txt", "System.txt"] {
        let names = ["a/Data/Passwords.txt", "a/Data/Cookies/x.txt", &format!("a/{system}")];
        assert_shape(&names, &["a 3"], 0);
    }
    assert_shape(&["a/Info.txt", "a/1/System.txt", "a/1/Passwords.txt"], &["a/1 2"], 1);
}

#[test]
fn nothing_is_grabbed_where_there_is_no_log() {
    let items = items(&[
        "files/ulp.txt",
        "Documents/all.txt",
        "local.zip",
        "Desktop/x/passwords.txt",
        "Downloads/ulp.txt",
    ]);
    let plan = plan(&items);
    let mut loose: Vec<_> = plan.loose.iter().chain(plan.groups.iter().flatten()).collect();
    loose.sort_by_key(|entry| entry.index);
    let roles: Vec<Role> = loose.iter().map(|entry| entry.role).collect();
    assert_eq!(roles, [Role::Other, Role::Other, Role::Other, Role::Passwords, Role::Other]);
}

#[test]
fn clouds_of_cookies_are_logs_and_clouds_of_password_files_are_not() {
    let names = |file: &str| (0..10).map(|log| format!("c/{log}/{file}")).collect::<Vec<_>>();
    let logs =
        |names: Vec<String>| shape(&names.iter().map(String::as_str).collect::<Vec<_>>()).0.len();
    assert_eq!(logs(names("Cookies/x.txt")), 10);
    assert_eq!(logs(names("passwords.txt")), 0);
}

#[test]
fn nested_archives_are_loose() {
    assert_shape(&["cloud/US_1.zip", "cloud/US_2.rar"], &[], 2);
}

#[test]
fn what_systems_leave_in_archives_makes_no_log() {
    let named = format!("__MACOSX/{NAMED}/._Passwords.txt");
    assert_shape(
        &[
            "a/System.txt",
            "a/.DS_Store",
            "a/Thumbs.db",
            ".DS_Store",
            "__MACOSX/a/._System.txt",
            &named,
        ],
        &["a 3"],
        3,
    );
}

#[test]
fn odd_paths_are_one_path() {
    let items = items(&["./c//a/System.txt", "c/a/Passwords.txt", "/c/./a/Cookies/x.txt", "c/a/"]);
    let plan = plan(&items);
    assert_eq!(plan.logs.len(), 1);
    let log = &plan.logs[0];
    assert_eq!((&log.root[..], &log.name[..]), (&b"./c//a"[..], &b"a"[..]));
    let paths: Vec<&[u8]> = log.entries.iter().map(|entry| &entry.path[..]).collect();
    assert_eq!(paths, [&b"System.txt"[..], b"Passwords.txt", b"Cookies/x.txt", b""]);
    assert_eq!(log.entries[2].role, Role::Cookies);
}

#[test]
fn deep_and_long_names_are_planned_in_linear_time() {
    let deep = b"a/".repeat(200_000);
    let named = [&deep[..], b"System.txt"].concat();
    let cookies = [&b"Cookies/".repeat(100_000)[..], b"x.txt"].concat();
    let items: Vec<Item<'_>> =
        (0..).zip([&named, &deep, &cookies]).map(|(at, name)| Item::new(at, name, None)).collect();
    let plan = plan(&items);
    let planned: usize = plan.logs.iter().map(|log| log.entries.len()).sum();
    let grouped: usize = plan.groups.iter().map(Vec::len).sum();
    assert_eq!(planned + plan.loose.len() + grouped, 3);
}

fn component() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => proptest::sample::select(vec![
            "System.txt", "Passwords.txt", "Info.txt", "Cookies", "Chrome", "Default", "Files",
            "FileGrabber", "files_", "__MACOSX", "screen.jpg", "cookies.txt", "", ".", "..", NAMED,
            "[US]203.0.113.10", "0A1B__HOST", "Desktop", "Autofill.txt",
        ])
        .prop_map(str::to_owned),
        1 => "[a-c]",
    ]
}

proptest! {
    #[test]
    fn every_item_is_planned_once_and_in_order(
        names in proptest::collection::vec(
            proptest::collection::vec(component(), 1..6).prop_map(|parts| parts.join("/")),
            0..40,
        ),
    ) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let items = items(&names);
        let plan = plan(&items);
        let mut seen = vec![0; names.len()];
        let logs = plan.logs.iter().map(|log| &log.entries);
        let lists = logs.chain([&plan.loose]).chain(&plan.groups);
        for entries in lists {
            prop_assert!(entries.windows(2).all(|pair| pair[0].index < pair[1].index));
            for entry in entries {
                seen[entry.index as usize] += 1;
                prop_assert!(names[entry.index as usize].as_bytes().ends_with(&entry.path));
            }
        }
        prop_assert!(seen.iter().all(|&count| count == 1));
        let firsts: Vec<u32> = plan.logs.iter().map(|log| log.entries[0].index).collect();
        prop_assert!(firsts.is_sorted());
    }

    #[test]
    fn what_is_above_the_logs_does_not_change_them(above in "[a-c]{1,3}(/[a-c]{1,3}){0,3}") {
        let names = ["1/System.txt", "1/Passwords.txt", "2/Passwords.txt", "2/Cookies/x.txt", "Info.txt"];
        let moved = names.map(|name| format!("{above}/{name}"));
        let moved = shape(&moved.each_ref().map(String::as_str));
        prop_assert_eq!(moved, (vec![format!("{above}/1 2"), format!("{above}/2 2")], 1));
    }
}

#[test]
fn files_that_are_called_after_machines_are_logs() {
    assert_shape(
        &["x/US_203.0.113.10.txt", "x/DE_203.0.113.11.txt", "x/join.txt", "x/notes.txt"],
        &["x/US_203.0.113.10 1", "x/DE_203.0.113.11 1"],
        2,
    );
    let twins = ["us_203.0.113.10.txt", "US_203.0.113.10.txt"];
    assert_shape(&twins, &["us_203.0.113.10 1", "US_203.0.113.10 1"], 0);
}

#[test]
fn files_by_kind_find_together_by_the_name_of_their_machine() {
    assert_shape(
        &[
            "x/Passwords/US_203.0.113.10.txt",
            "x/Passwords/DE_203.0.113.11.txt",
            "x/Cookies/US_203.0.113.10/Google_[Chrome]_Default.txt",
            "x/Cookies/DE_203.0.113.11.txt",
            "x/Autofills/US_203.0.113.10.txt",
            "y/Passwords/US_203.0.113.10.txt",
            "x/Passwords/1.txt",
            "x/Cookies/1.txt",
        ],
        &[
            "x/Passwords/US_203.0.113.10 3",
            "x/Passwords/DE_203.0.113.11 2",
            "y/Passwords/US_203.0.113.10 1",
        ],
        2,
    );
    assert_shape(
        &["US_203.0.113.10 passwords.txt", "US_203.0.113.10_cookies.txt"],
        &["US_203.0.113.10 2"],
        0,
    );
}

#[test]
fn a_folder_that_stands_twice_in_an_archive_is_of_two_machines() {
    assert_shape(
        &[
            "a/System.txt",
            "a/Passwords.txt",
            "a/x",
            "a/System.txt",
            "a/Passwords.txt",
            "a/y",
            "a/z",
        ],
        &["a 3", "a 4"],
        0,
    );
    assert_shape(
        &["a/System.txt", "a/System.txt", "a/Passwords.txt", "a/Passwords.txt", "a/System.txt"],
        &["a 2", "a 2", "a 1"],
        0,
    );
    assert_shape(&["a/System.txt", "a/x", "a/x"], &["a 3"], 0);
    assert_shape(&["A/System.txt", "a/System.txt"], &["A 1", "a 1"], 0);
}

#[test]
fn many_files_by_kind_make_no_log_of_all_machines() {
    let names: Vec<String> = ["Passwords", "Cookies", "Autofills"]
        .iter()
        .flat_map(|kind| (10..20).map(move |n| format!("x/{kind}/US_203.0.113.{n}.txt")))
        .chain(["x/Info.txt".to_owned()])
        .collect();
    let (logs, loose) = shape(&names.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((logs.len(), loose), (10, 1));
    assert_eq!(logs[0], "x/Passwords/US_203.0.113.10 3");
}

#[test]
fn a_log_keeps_a_file_that_is_called_after_it() {
    let named = "a/US[0123456789ABCDEF0123456789ABCDEF] [2024_05_12T10_11_12].txt";
    assert_shape(&["a/Passwords.txt", "a/screen.png", named], &["a 3"], 0);
    assert_shape(&["a/System.txt", named], &["a 2"], 0);
}

#[test]
fn the_role_of_a_file_by_kind_is_that_of_its_folder() {
    let items = items(&["x/Autofills/US_203.0.113.10.txt", "x/Cookies/US_203.0.113.10/1.txt"]);
    let plan = plan(&items);
    let roles: Vec<Role> = plan.logs[0].entries.iter().map(|entry| entry.role).collect();
    assert_eq!(roles, [Role::Autofill, Role::Cookies]);
    assert_eq!(plan.logs[0].entries[1].path, b"Cookies/US_203.0.113.10/1.txt");
    assert_eq!(plan.logs[0].name, b"US_203.0.113.10");
}

/// What the known families write, without the names of the logs' folders.
#[rustfmt::skip]
const TREES: &[&[&str]] = &[
    // RedLine, META
    &[
        "Autofills/Google_[Chrome]_Default.txt", "Cookies/Google_[Chrome]_Default Network.txt",
        "CreditCards/Google_[Chrome]_Default.txt", "Discord/Tokens.txt", "FTP/Credentials.txt",
        "FileGrabber/Users/user1/Desktop/passwords.txt", "FileGrabber/TooLongDir/System.txt",
        "Restore/Google_[Chrome]_Default Fresh Cookies.txt", "Telegram/Profile_1/D877/maps",
        "UserAgents/Google_[Chrome].txt", "Wallets/Google_[Chrome]_Default_Metamask/000003.log",
        "DomainDetects.txt", "InstalledBrowsers.txt", "Passwords.txt", "Screenshot.jpg",
        "UserInformation.txt",
    ],
    // Vidar
    &[
        "Autofill/Google Chrome_Default.txt", "Cookies/Edge_Cookies.txt", "CC/x.txt",
        "Cookies/cookies_Mozilla Firefox_abcd1234.default", "Downloads/x.txt", "Files/Default.zip",
        "Soft/Telegram/x", "cookie_list.txt", "domain detect.txt", "information.txt",
        "unique_passwords.txt", "screenshot.jpg",
    ],
    // StealC
    &[
        "autofill/Google Chrome_Default.txt", "cookies/Google Chrome_Default Network.txt",
        "plugins/Ext/Chrome/Default/LocalExtensionSettings/000003.log", "soft/Discord/tokens.txt",
        "soft/Telegram/tdata/x", "files/a.txt", "copyright.txt", "qwertz.txt", "passwords.txt",
        "system_info.txt",
    ],
    // Lumma
    &[
        "All Passwords.txt", "Brute.txt", "Software.txt", "Processes.txt", "Clipboard.txt",
        "Screen.png", "Chrome/Debug.txt", "Chrome/Default/Passwords.txt", "Edge/Profile 1/History.txt",
        "Cookies/Cookies_Chrome_dev_Default.txt", "GoogleAccounts/Restore_Chrome_Default.txt",
        "Important Files/Profile/passwords.txt", "Applications/Steam/Tokens.txt", "System.txt",
    ],
    // Raccoon
    &["System Info.txt", "passwords.txt", "cookies.txt", "autofills.txt", "CC.txt"],
    // CryptBot
    &[
        "_Information.txt", "_AllPasswords_list.txt", "_AllCookies_list.txt", "_AllForms_list.txt",
        "_Cookies/google_chrome_profile_2.txt", "_Files/x.txt", "_Wallet/x", "_Screen_Desktop.jpeg",
        "files_/passwords.txt", "files_/cookies/google_chrome.txt", "files_/system_info.txt",
    ],
    // StormKitty
    &[
        "Browsers/Foobrowser/Passwords.txt", "Browsers/Foobrowser/Cookies.txt",
        "Browsers/Chrome/Passwords.txt", "Browsers/Chrome/AutoFill.txt", "System/Windows.txt",
        "System/Process.txt", "System/Info.txt", "System/Desktop.jpg", "Directories/Desktop.txt",
        "Grabber/DRIVE-C/Users/user1/passwords.txt", "Messenger/Discord/tokens.txt",
        "VPN/NordVPN/accounts.txt", "FileZilla/Hosts.txt",
    ],
    // Rhadamanthys
    &[
        "Browser/Logins/Chrome_Default[0a1b].txt", "Browser/Credits/Chrome_Default.txt",
        "Browser/UA/Chrome.txt", "Browser/Path/Chrome.txt", "Browser/Version/Chrome.txt",
        "Extension/01234567-89ab/token.json", "keychain.txt", "Brute.txt", "Environment.txt",
        "system.txt",
    ],
    // Atomic
    &[
        "Autofills.txt", "Brute.txt", "GoogleTokens.txt", "Passwords.txt", "UserInformation.txt",
        "keychain.txt", "Cookies/Chrome_Profile1.txt", "FileGrabber/x.txt", "login.keychain-db",
    ],
    // Acreed
    &[
        "pc_info.json", "Cookies/Chrome_1.txt", "Chrome_cookie_restore_data_1.txt",
        "Autofill/Chrome.txt", "FBFastCheck/Token_EAAB.txt", "IDs.txt", "passwords.txt",
    ],
    // JSON
    &["Info.json", "Browser_Chrome_Default/Passwords.json", "Browser_Chrome_Default/Cookies.json"],
];

#[test]
fn every_known_tree_is_one_log_wherever_it_lies() {
    for tree in TREES {
        for before in ["", "a/", "@cloud 500 LOGS 12.05.2024/US/a/", "Files/a/"] {
            let names: Vec<String> = tree.iter().map(|name| format!("{before}{name}")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            assert_shape(&names, &[&format!("{} {}", before.trim_end_matches('/'), tree.len())], 0);
        }
    }
}

#[test]
fn every_known_tree_is_one_log_among_many_even_without_its_system_file() {
    let is_kept = |name: &str| role(name.as_bytes()) != Role::System;
    let whole = TREES.iter().map(|tree| tree.to_vec());
    let stripped =
        TREES.iter().map(|tree| tree.iter().copied().filter(|name| is_kept(name)).collect());
    let logs: Vec<Vec<&str>> = whole.chain(stripped).collect();
    let all: Vec<String> = logs
        .iter()
        .enumerate()
        .flat_map(|(log, names)| names.iter().map(move |name| format!("c/{log}/{name}")))
        .chain(["c/Info.txt", "c/join.jpg", "c/password.txt"].map(String::from))
        .collect();
    let expected: Vec<String> =
        logs.iter().enumerate().map(|(log, names)| format!("c/{log} {}", names.len())).collect();
    assert_eq!(shape(&all.iter().map(String::as_str).collect::<Vec<_>>()), (expected, 3));
}
