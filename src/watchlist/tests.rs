//! The scanner against tables of near misses and against a naive oracle; matching of values.

use proptest::prelude::*;

use super::*;

pub(super) const EXAMPLE_CORP: &str = r#"
[[organisation]]
name = "Example Corp"
domains = ["example.com", "example.co.uk"]
exclude = ["status.example.com"]
email_domains = ["example-mail.com"]
staff_hosts = ["vpn.example.com", "*.corp.example.com", "gateway.hosted.test"]
customer_hosts = ["shop.example.com", "*.shop.test"]
app_ids = ["com.example.my_app"]
ip_ranges = ["203.0.113.0/24", "2001:db8::/32"]
computer_names = ["EXC-*"]
ad_domains = ["EXAMPLE", "ad.example.net"]
vip = ["Ceo@example.com"]
"#;

fn matcher(list: &str) -> Matcher {
    Watchlist::from_bytes("list", list.as_bytes()).unwrap().compile()
}

/// `host→entry` of every hit.
fn scan(matcher: &Matcher, text: &[u8]) -> Vec<String> {
    let mut hits = Vec::new();
    matcher.scan(text, &mut hits);
    let show = |hit: &Hit| {
        let host = String::from_utf8_lossy(&text[hit.start..hit.end]).into_owned();
        format!("{host}→{}", matcher.name(hit.name).unwrap().entry)
    };
    hits.iter().map(show).collect()
}

/// The text of the hosts that are hit in `text` by a list of one domain a line.
fn hosts(list: &str, text: impl AsRef<[u8]>) -> Vec<String> {
    let hits = scan(&matcher(list), text.as_ref());
    hits.iter().map(|hit| hit.split('→').next().unwrap().to_owned()).collect()
}

#[test]
fn names_stand_on_their_own() {
    let table: &[(&str, &[&str])] = &[
        ("example.com", &["example.com"]),
        ("EXAMPLE.COM", &["EXAMPLE.COM"]),
        ("notexample.com", &[]),
        ("my-example.com", &[]),
        ("-example.com", &["example.com"]),
        ("example.com.evil.test", &[]),
        ("example.community", &[]),
        ("example.com-x", &[]),
        ("example.com-", &["example.com"]),
        ("example.co", &[]),
        ("examplexcom", &[]),
        ("evil.test/?r=example.com", &["example.com"]),
        ("https://example.com@evil.test/", &["example.com"]),
        ("user@mail.example.com:Example#1", &["mail.example.com"]),
        ("_example.com", &["example.com"]),
        ("a_b.example.com", &["b.example.com"]),
        ("example.com_2024.txt", &["example.com"]),
        ("example.com:8443", &["example.com"]),
        ("x=example.com&", &["example.com"]),
        ("\"example.com.\"", &["example.com"]),
        ("..example.com", &["example.com"]),
        ("a..example.com", &["example.com"]),
        ("example.com..", &["example.com"]),
        ("example.com..x", &["example.com"]),
        ("example.com\nexample.com", &["example.com", "example.com"]),
        ("\rexample.com\r", &["example.com"]),
        ("www.example.com.example.com", &["www.example.com.example.com"]),
        ("a-.b.example.com", &["b.example.com"]),
        (
            "example.com;mail.example.com|example.com",
            &["example.com", "mail.example.com", "example.com"],
        ),
        ("éexample.com", &[]),
        ("example.comé", &[]),
        ("Жexample.com example.com.Ж", &[]),
        ("访问example.com的网站", &["example.com"]),
        ("（example.com）。", &["example.com"]),
        ("example.com에서", &["example.com"]),
        ("é.example.com", &["é.example.com"]),
        ("[example.com]", &["example.com"]),
        ("&#64;example.com&quot;", &["example.com"]),
        ("", &[]),
        (".", &[]),
        ("com", &[]),
    ];
    for (text, expected) in table {
        assert_eq!(hosts("example.com", text), *expected, "{text}");
    }
    assert_eq!(hosts("example.com", b"\xefexample.com\xe9"), ["example.com"], "legacy code page");
    assert_eq!(hosts("example.com", b"\0example.com\0"), ["example.com"]);
}

#[test]
fn escaped_text_is_searched_decoded() {
    let table: &[(&str, &[&str])] = &[
        ("user%40example.com", &["example.com"]),
        ("user%40Mail.example.com", &["Mail.example.com"]),
        ("user%2540example.com", &["example.com"]),
        ("https%3A%2F%2Fwww.example.com%2F", &["www.example.com"]),
        ("https%253A%252F%252Fexample.com%252F", &["example.com"]),
        ("example%2Ecom", &["example%2Ecom"]),
        ("x=www%2eexample%2ecom&", &["www%2eexample%2ecom"]),
        ("%65xample.com", &["%65xample.com"]),
        ("%65%78%61%6d%70%6c%65%2e%63%6f%6D", &["%65%78%61%6d%70%6c%65%2e%63%6f%6D"]),
        ("%252Fexampl%2565.com:8", &["exampl%2565.com"]),
        ("a%6eexample.com", &[]),
        ("%C3%A9example.com", &[]),
        ("%E7%9A%84example.com", &["example.com"]),
        ("line\\nexample.com\\r\\nwww.example.com\\t", &["example.com", "www.example.com"]),
        ("user\\u0040example.com", &["example.com"]),
        ("user\\x40example.com", &["example.com"]),
        ("example\\u002ecom", &["example\\u002ecom"]),
        ("https:\\/\\/example.com\\/", &["example.com"]),
        ("\\\\nexample.com", &["example.com"]),
        ("%2Fnotexample.com", &[]),
        ("%40example.com.evil.test", &[]),
        ("100%example.com", &["example.com"]),
        ("%", &[]),
        ("\\", &[]),
    ];
    for (text, expected) in table {
        assert_eq!(hosts("example.com", text), *expected, "{text}");
    }
    // A label that is as long as the filter's key, or longer, takes another way.
    for name in ["examples.com", "long-example-name.com", "x.com"] {
        for text in ["%40", "%2540", "\\n", "\\u0040"] {
            assert_eq!(hosts(name, format!("a{text}{name}")), [name], "{text}");
        }
    }
}

#[test]
fn a_hit_of_escaped_text_is_in_its_line() {
    let text = "first\nuser%40exampl%65.com\nlast";
    let matcher = matcher("example.com");
    let mut hits = Vec::new();
    matcher.scan(text.as_bytes(), &mut hits);
    let [hit] = hits[..] else { panic!("{hits:?}") };
    assert_eq!(&text[hit.start..hit.end], "exampl%65.com");
}

#[test]
fn excluded_names_do_not_hit() {
    let matcher = matcher(EXAMPLE_CORP);
    for text in [
        "status.example.com",
        "a.Status.example.com:1",
        "x%2Fstatus.example.com",
        "\\nstatus.example.com",
    ] {
        assert_eq!(scan(&matcher, text.as_bytes()), [""; 0], "{text}");
    }
    assert_eq!(scan(&matcher, b"mystatus.example.com").len(), 1);
}

#[test]
fn each_organisation_hits_once_by_its_most_specific_name() {
    let matcher =
        matcher("A,example.com\nA,mail.example.com\nB,example.com\nC,b.mail.example.com\n");
    let hits = scan(&matcher, b"x.mail.example.com");
    assert_eq!(hits, ["x.mail.example.com→mail.example.com", "x.mail.example.com→example.com"]);
    assert_eq!(scan(&matcher, b"b.mail.example.com").len(), 3);
}

#[test]
fn all_kinds_of_names_are_found() {
    let table: &[(&str, &str)] = &[
        ("user1@example-mail.com", "example-mail.com→example-mail.com"),
        ("x.gateway.hosted.test", "x.gateway.hosted.test→gateway.hosted.test"),
        ("a.shop.test", "a.shop.test→*.shop.test"),
        ("android://AA==@com.example.my_app/:u", "com.example.my_app→com.example.my_app"),
        ("dc1.ad.example.net", "dc1.ad.example.net→ad.example.net"),
        ("EXAMPLE\\user1", "EXAMPLE→EXAMPLE"),
        ("x:example\\\\user1", "example→EXAMPLE"),
        ("u=EXAMPLE%5Cuser1", "EXAMPLE→EXAMPLE"),
        ("%20EXAMPLE%5Cuser1", "EXAMPLE→EXAMPLE"),
        ("EXAMPLE\\u005cuser1", "EXAMPLE→EXAMPLE"),
        ("用户EXAMPLE\\user1", "EXAMPLE→EXAMPLE"),
        ("http://203.0.113.7:80/", "203.0.113.7→203.0.113.0/24"),
        ("%2F%2F203.0.113.7%2F", "203.0.113.7→203.0.113.0/24"),
        ("at 203.0.113.7...", "203.0.113.7→203.0.113.0/24"),
    ];
    let matcher = matcher(EXAMPLE_CORP);
    for (text, expected) in table {
        assert_eq!(scan(&matcher, text.as_bytes()), [*expected], "{text}");
    }
    for text in [
        "com.example.my",
        "com.example.my_apps",
        "NOTEXAMPLE\\user1",
        "my-EXAMPLE\\user1",
        "C:\\Example\\user1",
        "éEXAMPLE\\user1",
        "EXAMPLE\\",
        "EXAMPLE user1",
        "example",
        "1.203.0.113.7",
        "203.0.113.7.5",
        "203.0.113.256",
        "v203.0.113.7",
        "203.0.113.7.example.org",
        "2001:db8::1",
    ] {
        assert_eq!(scan(&matcher, text.as_bytes()), [""; 0], "{text}");
    }
    let blind = matcher.needs_full_parse();
    assert!(blind.ipv6_ranges && blind.computer_names && blind.ad_names);
    assert!(super::tests::matcher("example.com").needs_full_parse().is_none());
}

#[test]
fn international_names_are_found_in_both_spellings() {
    let table: &[(&str, &[&str])] = &[
        ("bücher.example", &["bücher.example"]),
        ("www.BÜCHER.example:80", &["www.BÜCHER.example"]),
        ("xn--bcher-kva.example", &["xn--bcher-kva.example"]),
        ("bu\u{308}cher.example", &["bu\u{308}cher.example"]),
        ("BU\u{308}CHER.example", &["BU\u{308}CHER.example"]),
        ("bücher。example", &["bücher。example"]),
        ("b%C3%BCcher.example", &["b%C3%BCcher.example"]),
        ("b\\u00fccher.example", &["b\\u00fccher.example"]),
        ("%40bücher.example", &["bücher.example"]),
        ("ebücher.example", &[]),
        ("bücher.example.test", &[]),
        ("cher.example", &[]),
        ("пример.рф", &["пример.рф"]),
        ("почта@ПРИМЕР.РФ;", &["ПРИМЕР.РФ"]),
        ("апример.рф", &[]),
        ("пример.рфа", &[]),
        ("访问例子.中国的网站", &["例子.中国"]),
        ("www.例子。中国", &["www.例子。中国"]),
        ("例.中国", &[]),
        ("é.example", &["é.example"]),
    ];
    let list = "bücher.example\nпример.рф\n例子.中国\né.example";
    for (text, expected) in table {
        assert_eq!(hosts(list, text), *expected, "{text}");
    }
    let cyrillic = b"\xef\xee\xf7\xf2\xe0@\xcf\xd0\xc8\xcc\xc5\xd0.\xf0\xf4:1";
    assert_eq!(scan(&matcher(list), cyrillic).len(), 1, "windows-1251");
    assert_eq!(scan(&matcher(list), b"x@b\xfccher.example:1").len(), 1, "windows-1252");
    assert_eq!(scan(&matcher(list), b"x@ab\xfccher.example:1").len(), 0, "windows-1252");
    assert_eq!(scan(&matcher("é.éa"), b"@\xe9.\xe9a").len(), 1, "windows-1252");
}

#[test]
fn an_international_exclude_holds_in_both_spellings() {
    let matcher = matcher(
        "[[organisation]]\nname = \"A\"\ndomains = [\"example.com\"]\nexclude = [\"bü.example.com\"]\n",
    );
    for text in ["bü.example.com", "x.BÜ.example.com", "xn--b-eha.example.com"] {
        assert_eq!(scan(&matcher, text.as_bytes()), [""; 0], "{text}");
    }
    assert_eq!(scan(&matcher, "abü.example.com".as_bytes()).len(), 1);
}

#[test]
fn hits_are_in_the_order_of_their_ends() {
    let matcher = matcher(EXAMPLE_CORP);
    let text =
        "203.0.113.9 EXAMPLE\\u a%40example.com example.com 203.0.113.8 x%2Eexample.com EXAMPLE\\u";
    let mut hits = Vec::new();
    matcher.scan(text.as_bytes(), &mut hits);
    assert_eq!(hits.len(), 7);
    assert!(hits.is_sorted_by_key(|hit| hit.end));
}

#[test]
fn hosts_and_what_they_are() {
    use Relation::*;
    let table: &[(&str, Option<(&str, Relation)>)] = &[
        ("example.com", Some(("example.com", Domain))),
        ("a.b.example.co.uk", Some(("example.co.uk", Domain))),
        ("example.com.", Some(("example.com", Domain))),
        ("notexample.com", None),
        ("com", None),
        ("", None),
        ("status.example.com", None),
        ("a.status.example.com", None),
        ("vpn.example.com", Some(("vpn.example.com", StaffHost))),
        ("a.vpn.example.com", Some(("example.com", Domain))),
        ("a.corp.example.com", Some(("*.corp.example.com", StaffHost))),
        ("corp.example.com", Some(("example.com", Domain))),
        ("gateway.hosted.test", Some(("gateway.hosted.test", StaffHost))),
        ("a.gateway.hosted.test", None),
        ("shop.example.com", Some(("shop.example.com", CustomerHost))),
        ("a.shop.test", Some(("*.shop.test", CustomerHost))),
        ("example-mail.com", None),
    ];
    let matcher = matcher(EXAMPLE_CORP);
    for (host, expected) in table {
        let found = matcher.match_host(host);
        let found = found.first().map(|found| (found.entry, found.relation));
        assert_eq!(found, *expected, "{host}");
    }
}

#[test]
fn other_values() {
    let matcher = matcher(EXAMPLE_CORP);
    let entry = |matches: Vec<Match<'_>>| matches.first().map(|found| found.entry.to_owned());
    let some = |entry: &str| Some(entry.to_owned());
    assert_eq!(entry(matcher.match_email_domain("mail.example.com")), some("example.com"));
    assert_eq!(entry(matcher.match_email_domain("example-mail.com")), some("example-mail.com"));
    assert_eq!(entry(matcher.match_email_domain("status.example.com")), None);
    assert_eq!(entry(matcher.match_email_domain("gateway.hosted.test")), None);
    assert_eq!(entry(matcher.match_app_id("COM.example.my_app")), some("com.example.my_app"));
    assert_eq!(entry(matcher.match_app_id("x.com.example.my_app")), None);
    assert_eq!(entry(matcher.match_ad_domain("example")), some("EXAMPLE"));
    assert_eq!(entry(matcher.match_ad_domain("EMEA.AD.example.net.")), some("ad.example.net"));
    assert_eq!(entry(matcher.match_ad_domain("example.com")), None);
    assert_eq!(entry(matcher.match_ip("203.0.113.9".parse().unwrap())), some("203.0.113.0/24"));
    assert_eq!(entry(matcher.match_ip("2001:db8::9".parse().unwrap())), some("2001:db8::/32"));
    assert_eq!(entry(matcher.match_ip("198.51.100.1".parse().unwrap())), None);
    assert_eq!(entry(matcher.match_computer_name("exc-0042")), some("EXC-*"));
    assert_eq!(entry(matcher.match_computer_name("desktop-1")), None);
    let organisation = matcher.match_host("example.com")[0].organisation;
    assert_eq!(matcher.organisation(organisation), "Example Corp");
    assert_eq!(matcher.is_vip(organisation, "CEO@Example.com"), Vip::Yes);
    assert_eq!(matcher.is_vip(organisation, "user1@example.com"), Vip::No);
    assert_eq!(matcher.organisations().collect::<Vec<_>>(), ["Example Corp"]);
}

#[test]
fn hostile_texts_take_no_time() {
    let matcher =
        matcher("example.com\nx.co\ncom.example.my.test\na_b.example.org\nbücher.example\n");
    let patterns = [
        "example.com",
        "example.com.",
        "x.co.",
        "e.",
        ".",
        "-",
        "a-.",
        "%65",
        "%25",
        "%2e",
        "\\n",
        "\\",
        "\\u00e9.",
        "é",
        "。",
        "例.",
        "_a.example",
        "a_b.",
        "%40x.co",
        "example.com-",
        "EXAMPLE\\",
        "example.org_",
    ];
    for pattern in patterns {
        let text = pattern.repeat(500_000 / pattern.len());
        let mut hits = Vec::new();
        let start = std::time::Instant::now();
        matcher.scan(text.as_bytes(), &mut hits);
        assert!(start.elapsed().as_secs() < 10, "{pattern} took {:?}", start.elapsed());
    }
}

#[test]
fn a_decoded_token_of_any_length_is_searched() {
    let matcher = matcher("example.com");
    for length in
        [0, 1000, 8000, 8180, 8181, 8182, 8183, 8184, 8185, 8186, 8187, 8188, 8189, 8190, 20_000]
    {
        let text = format!("{}{}.%65xample.com", "%61", "a".repeat(length));
        assert_eq!(scan(&matcher, text.as_bytes()).len(), 1, "{length}");
        let text = format!("%61{}.example.com.evil.test", "a".repeat(length));
        assert_eq!(scan(&matcher, text.as_bytes()).len(), 0, "{length}");
    }
}

/// What a plain search finds: every place of every name, cut out where a side continues a label.
mod oracle {
    /// The end of every hit, and the longest name that ends there.
    pub(super) fn hits(names: &[&str], excludes: &[&str], text: &str) -> Vec<(usize, String)> {
        let lower = text.to_ascii_lowercase();
        let mut found = std::collections::BTreeMap::<usize, String>::new();
        for name in names {
            for (at, _) in lower.match_indices(name).chain(overlapping(&lower, name)) {
                let end = at + name.len();
                let excluded = excludes.iter().any(|exclude| {
                    lower[..end].ends_with(exclude) && begins(&lower[..end - exclude.len()])
                });
                if begins(&lower[..at]) && ends(&lower[end..]) && !excluded {
                    let best = found.entry(end).or_default();
                    if best.len() < name.len() {
                        *best = (*name).to_owned();
                    }
                }
            }
        }
        found.into_iter().collect()
    }

    fn overlapping<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = (usize, &'t str)> {
        text.char_indices()
            .filter(move |(at, _)| text[*at..].starts_with(name))
            .map(move |(at, _)| (at, name))
    }

    fn begins(before: &str) -> bool {
        let without_hyphens = before.trim_end_matches('-');
        !without_hyphens.chars().next_back().is_some_and(continues)
    }

    fn ends(after: &str) -> bool {
        let next = |text: &str| text.chars().next().is_some_and(continues);
        let without_hyphens = after.trim_start_matches('-');
        !next(without_hyphens) && !after.strip_prefix('.').is_some_and(next)
    }

    fn continues(c: char) -> bool {
        c.is_ascii_alphanumeric() || "éЖ".contains(c)
    }
}

const PIECES: &[&str] = &[
    "example.com",
    "mail.example.com",
    "x.co",
    "co",
    ".",
    ".",
    "-",
    "example",
    "com",
    "EXAMPLE",
    "a",
    "0",
    " ",
    "@",
    "/",
    "_",
    "é",
    "的",
    "Ж",
    "、",
    "\n",
    "\r",
    "status",
    "my_app.example.org",
    "my_",
    "app.",
    "org",
    "\0",
    ":",
    "e-x.de",
    "e-",
    "x.de",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn the_scanner_finds_what_a_plain_search_finds(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40),
        padding in 0_usize..80,
    ) {
        let names = ["example.com", "mail.example.com", "x.co", "my_app.example.org", "e-x.de"];
        let list = format!(
            "[[organisation]]\nname = \"A\"\ndomains = {names:?}\nexclude = [\"status.example.com\"]\n"
        );
        let text = format!("{}{}", " ".repeat(padding), pieces.concat());
        let matcher = matcher(&list);
        let mut hits = Vec::new();
        matcher.scan(text.as_bytes(), &mut hits);
        let found: Vec<_> = hits
            .iter()
            .map(|hit| (hit.end, matcher.name(hit.name).unwrap().text.to_owned()))
            .collect();
        prop_assert_eq!(found, oracle::hits(&names, &["status.example.com"], &text), "{:?}", text);
        for hit in hits {
            prop_assert!(text[hit.start..hit.end].to_ascii_lowercase().ends_with(matcher.name(hit.name).unwrap().text));
        }
    }

    #[test]
    fn encoding_any_characters_hides_nothing(
        encoded in prop::collection::vec(0_u8..5, 19),
        before in prop::sample::select(&["", " ", "%40", "a%2F", "\\n", "%E7%9A%84", "x@"][..]),
        after in prop::sample::select(&["", " ", "%2F", ":1", "\\n", "%", ".", "%E7"][..]),
    ) {
        let mut text = before.to_owned();
        for (character, how) in "www.bücher.example".chars().zip(encoded) {
            let percent = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
            match how {
                0 => text += &percent(character.encode_utf8(&mut [0; 4])),
                1 => text += &format!("\\u{:04x}", character as u32),
                2 => text += &percent(character.encode_utf8(&mut [0; 4])).replace('%', "%25"),
                _ => text.push(character),
            }
        }
        text += after;
        let matcher = matcher("bücher.example");
        prop_assert_eq!(scan(&matcher, text.as_bytes()).len(), 1, "{}", text);
    }

    #[test]
    fn no_text_makes_it_panic(text in prop::collection::vec(any::<u8>(), 0..300), pieces in prop::collection::vec(
        prop::sample::select(&["example.com", "%", "%25", "\\", "\\u00", "例子.中国", "203.0.113.1", "EXAMPLE\\", "."][..]), 0..20)) {
        let mut text = text;
        for (number, piece) in pieces.iter().enumerate() {
            let at = (number * 37) % (text.len() + 1);
            text.splice(at..at, piece.bytes());
        }
        let list = format!("{EXAMPLE_CORP}\n[[organisation]]\nname = \"B\"\ndomains = [\"例子.中国\", \"a.b\"]\n");
        let mut hits = Vec::new();
        matcher(&list).scan(&text, &mut hits);
        for hit in hits {
            prop_assert!(hit.start < hit.end && hit.end <= text.len());
            prop_assert!(!text[hit.start..hit.end].contains(&b'\n'));
        }
    }
}

#[test]
fn a_list_is_the_same_wherever_and_however_it_is_written() {
    let list = |name: &str, text: &str| Watchlist::from_bytes(name, text.as_bytes()).unwrap();
    let plain = list("a.txt", "example.com\nexample.org\n").digest();
    for same in ["# ours\n\nexample.com\nexample.org # too\n", "example.com\r\nexample.org"] {
        assert_eq!(list("other.txt", same).digest(), plain, "{same}");
    }
    assert_eq!(Watchlist::from_domains(["example.com", "example.org"]).unwrap().digest(), plain);
    for other in [
        "example.com\n",
        "example.org\nexample.com\n",
        "organisation,domain\nA,example.com\nA,example.org\n",
        "[[organisation]]\nname = \"example.com\"\ndomains = [\"example.com\"]\nexclude = [\"example.org\"]\n",
    ] {
        assert_ne!(list("a.txt", other).digest(), plain, "{other}");
    }
}
