//! The settled details of the design, one line each.

use super::signs::{COOKIES, LABELS, PATHS, PORTS, PRODUCTS, SCHEMES};
use super::*;
use crate::record::CharClass::{self, Digit, Lower, Upper};
use crate::record::SecretLength::{self, Longer, UpTo7, UpTo11, UpTo15};
use crate::record::SecretState::{self, Empty, Placeholder, Present};
use AppClass::{Admin, Cloud, Dev, Finance, Hr, Mail, Other, RemoteAccess, Sso, Vpn};
use HostRelation::{Foreign, ListedCustomer, ListedStaff, Ours};
use IdentityClass::{Customer, Employee, ThirdParty, Unknown};
use LoginRelation::{NoEmail, OtherEmail, OurEmail, OurWindowsDomain};
use Severity::{Critical, High, Info, Low, Medium};

const fn secret(state: SecretState) -> SecretFacts {
    SecretFacts { state, length: None, classes: std::borrow::Cow::Borrowed(&[]), fingerprint: None }
}

static STRONG: SecretFacts = secret(Present);
static EMPTY: SecretFacts = secret(Empty);
static PLACEHOLDER: SecretFacts = secret(Placeholder);

const LOGIN: Item<'_> = Item::Credential(&STRONG);
const LIVE: Item<'_> = Item::Cookie(CookieState::LiveSession, "session");

fn machine() -> Machine {
    let text = r#"{"machine_id":"00112233445566778899aabbccddeeff","id_origin":"hwid",
        "source_id":"00112233445566778899aabbccddeeff","log":"DE_1","family_evidence":[],
        "ip_addresses":[],"languages":[],"antivirus":["Example Defender"],"counts":{"credentials":3,
        "cookies":9,"autofill":0,"cards":0,"wallets":0,"tokens":0,"files":7}}"#;
    serde_json::from_str(text).unwrap()
}

fn situation<'a>(
    item: Item<'a>,
    host: &'a str,
    host_relation: HostRelation,
    login: LoginRelation,
) -> Situation<'a> {
    Situation {
        item,
        matched_on: MatchedOn::WebsiteDomain,
        entry: "example.com",
        address: Address {
            scheme: Some("https"),
            host: Some(host),
            registrable_domain: psl::domain_str(host),
            port: None,
            path: "/",
        },
        host_relation,
        login,
        machine: MachineRelation::Foreign,
        importance: Importance::Ordinary,
        infected_days_ago: None,
    }
}

/// What is exposed, where, whose host and login it is, and what comes of it.
type Case = (Item<'static>, &'static str, HostRelation, LoginRelation, IdentityClass, Severity);

const CASES: &[Case] = &[
    // employees: our address on our host, or any login on a staff host
    (LOGIN, "www.example.com", Ours, OurEmail, Employee, High),
    (LOGIN, "shop.example.com", ListedCustomer, OurEmail, Employee, High),
    (LOGIN, "portal.example.com", ListedStaff, NoEmail, Employee, High),
    (LOGIN, "portal.example.com", ListedStaff, OtherEmail, Employee, High),
    (LOGIN, "webmail.example.com", Ours, NoEmail, Employee, High),
    (LOGIN, "sso.example.com", Ours, OtherEmail, Employee, High),
    (LOGIN, "vpn.example.com", Ours, NoEmail, Employee, Critical),
    (LOGIN, "vpn2.example.com", Ours, OurEmail, Employee, Critical),
    (LOGIN, "sslvpn.example.com", Ours, OtherEmail, Employee, Critical),
    (LOGIN, "citrix.example.com", Ours, NoEmail, Employee, Critical),
    (LOGIN, "rdgateway.example.com", Ours, NoEmail, Employee, Critical),
    (LOGIN, "vpn.example.com", ListedStaff, NoEmail, Employee, Critical),
    (LOGIN, "other.test", Foreign, OurWindowsDomain, Employee, High),
    (LOGIN, "www.example.com", Ours, OurWindowsDomain, Employee, High),
    // customers: everybody else on our hosts
    (LOGIN, "www.example.com", Ours, NoEmail, Customer, Low),
    (LOGIN, "www.example.com", Ours, OtherEmail, Customer, Low),
    (LOGIN, "vpnews.example.com", Ours, NoEmail, Customer, Low),
    (LOGIN, "myvpn.example.com", Ours, NoEmail, Customer, Low),
    (LOGIN, "vpn-reviews.example.com", Ours, NoEmail, Customer, Low),
    (LOGIN, "login.example.com", Ours, NoEmail, Customer, Low),
    (LOGIN, "webmail.example.com", ListedCustomer, OtherEmail, Customer, Low),
    (LOGIN, "vpn.example.com", ListedCustomer, NoEmail, Customer, Low),
    (LOGIN, "example.com", Ours, NoEmail, Customer, Low),
    (LOGIN, "203.0.113.10", Ours, NoEmail, Customer, Low),
    // our address elsewhere
    (LOGIN, "www.example.org", Foreign, OurEmail, ThirdParty, Medium),
    (LOGIN, "vpn.example.org", Foreign, OurEmail, ThirdParty, Medium),
    (LOGIN, "login.microsoftonline.com", Foreign, OurEmail, ThirdParty, Medium),
    (LOGIN, "example.okta.com", Foreign, OurEmail, ThirdParty, Medium),
    (LOGIN, "github.com", Foreign, OurEmail, ThirdParty, Medium),
    (LOGIN, "login.live.com", Foreign, OurEmail, ThirdParty, Medium),
    (LOGIN, "example.myworkday.com", Foreign, OurEmail, ThirdParty, Medium),
    (Item::Credential(&PLACEHOLDER), "github.com", Foreign, OurEmail, ThirdParty, Info),
    (LOGIN, "www.example.org", Foreign, OtherEmail, Unknown, Low),
    // no secret, no alarm
    (Item::Credential(&PLACEHOLDER), "vpn.example.com", Ours, OurEmail, Employee, Info),
    (Item::Credential(&EMPTY), "www.example.com", Ours, OurEmail, Employee, Info),
    // sessions
    (LIVE, "vpn.example.com", Ours, NoEmail, Employee, Critical),
    (LIVE, "portal.example.com", ListedStaff, NoEmail, Employee, Critical),
    (LIVE, "sso.example.com", Ours, NoEmail, Employee, Critical),
    (LIVE, "example.okta.com", Ours, NoEmail, Customer, Critical),
    (LIVE, "sso.example.com", ListedCustomer, NoEmail, Customer, Medium),
    (LIVE, "www.example.com", Ours, NoEmail, Customer, Medium),
    (
        Item::Cookie(CookieState::ExpiredSession, "sid"),
        "vpn.example.com",
        Ours,
        NoEmail,
        Employee,
        Info,
    ),
    (
        Item::Cookie(CookieState::NoSession, "theme"),
        "www.example.com",
        Ours,
        NoEmail,
        Customer,
        Info,
    ),
    // the rest
    (Item::Mention, "vpn.example.com", Ours, NoEmail, Unknown, Info),
    (Item::Autofill, "", Foreign, OurEmail, Unknown, Low),
];

#[test]
fn classes_and_severities() {
    for &(item, host, relation, login, class, severity) in CASES {
        let verdict = judge(&situation(item, host, relation, login));
        let found = (verdict.identity_class, verdict.severity);
        assert_eq!(found, (class, severity), "{item:?} {host} {relation:?} {login:?}");
        assert!(!verdict.class_reason.is_empty() && !verdict.severity_reasons.is_empty());
        assert!(!verdict.actions.is_empty(), "{host}");
    }
}

#[test]
fn machines_are_ours_by_name_or_domain_and_not_by_address() {
    for (matched_on, machine, class, severity) in [
        (MatchedOn::AdDomain, MachineRelation::Ours, Employee, High),
        (MatchedOn::ComputerName, MachineRelation::Ours, Employee, High),
        (MatchedOn::IpRange, MachineRelation::Foreign, Unknown, Medium),
        (MatchedOn::IpRange, MachineRelation::Ours, Employee, High),
    ] {
        let facts = super::tests::machine();
        let verdict = judge(&Situation {
            matched_on,
            machine,
            address: Address::default(),
            ..situation(Item::Machine(&facts), "", Foreign, NoEmail)
        });
        assert_eq!((verdict.identity_class, verdict.severity), (class, severity), "{matched_on:?}");
        let isolates = verdict.actions.contains(&Action::IsolateHost);
        assert_eq!(isolates, class == Employee, "{matched_on:?}");
    }
}

#[test]
fn a_computer_of_ours_makes_an_employee_but_not_a_foreign_service_ours() {
    let on_our_machine = |host, relation, login| {
        let machine = MachineRelation::Ours;
        judge(&Situation { machine, ..situation(LOGIN, host, relation, login) })
    };
    assert_eq!(on_our_machine("www.example.com", Ours, NoEmail).identity_class, Employee);
    assert_eq!(on_our_machine("www.example.org", Foreign, OurEmail).identity_class, ThirdParty);
    assert!(
        on_our_machine("www.example.com", Ours, NoEmail).actions.contains(&Action::IsolateHost)
    );
    let machine = MachineRelation::Ours;
    let session = situation(LIVE, "www.example.com", Ours, NoEmail);
    assert_eq!(judge(&Situation { machine, ..session }).severity, High);
}

#[test]
fn paths_and_schemes_make_staff_hosts_too() {
    for (scheme, host, path, class, app) in [
        (Some("https"), "gate.example.com", "/remote/login?lang=en", Employee, Vpn),
        (Some("https"), "203.0.113.10", "/dana-na/auth/url_default/welcome.cgi", Employee, Vpn),
        (Some("https"), "gate.example.com", "/+CSCOE+/logon.html", Employee, Vpn),
        (Some("https"), "gate.example.com", "/global-protect/login.esp", Employee, Vpn),
        (Some("https"), "gate.example.com", "/vpn/index.html", Employee, Vpn),
        (
            Some("https"),
            "gate.example.com",
            "/RDWeb/Pages/en-US/login.aspx",
            Employee,
            RemoteAccess,
        ),
        (Some("https"), "gate.example.com", "/Citrix/StoreWeb/", Employee, RemoteAccess),
        (Some("https"), "gate.example.com", "/owa/auth/logon.aspx", Employee, Mail),
        (Some("https"), "gate.example.com", "/adfs/ls/?wa=x", Employee, Sso),
        (Some("https"), "gate.example.com", "/wp-admin/", Customer, Admin),
        (Some("https"), "gate.example.com", "/phpMyAdmin/index.php", Employee, Admin),
        (Some("https"), "gate.example.com", "/owacation", Customer, Other),
        (Some("https"), "gate.example.com", "/x?next=/owa", Customer, Other),
        (Some("rdp"), "203.0.113.10", "", Employee, RemoteAccess),
        (Some("termsrv"), "gate.example.com", "", Employee, RemoteAccess),
        (Some("imap"), "gate.example.com", "", Employee, Mail),
        (None, "gate.example.com", "", Customer, Other),
    ] {
        let verdict = judge(&at(scheme, None, path, situation(LOGIN, host, Ours, NoEmail)));
        assert_eq!((verdict.identity_class, verdict.app_class), (class, app), "{host}{path}");
    }
}

#[test]
fn applications_are_told_by_label_and_product() {
    for (host, app) in [
        ("vpn.example.com", Vpn),
        ("vpn-02.example.com", Vpn),
        ("eu.vpn.example.com", Vpn),
        ("gw1.vpn.example.co.uk", Vpn),
        ("news.mail.example.com", Other), // nobody's mailbox
        ("vpn.co.uk", Other),             // a company of that name
        ("remote.co.uk", Other),
        ("vpn-de.example.com", Other),
        ("VPN.example.com", Other), // hosts come in lower case
        ("www.vpn.example.com", Vpn),
        ("gp.example.com", Vpn),
        ("remote.example.com", RemoteAccess),
        ("adfs.example.com", Sso),
        ("okta.example.com", Sso),
        ("autodiscover.example.com", Mail),
        ("intranet.example.com", Admin),
        ("jira.example.com", Dev),
        ("payroll.example.com", Hr),
        ("sap.example.com", Finance),
        ("news.example.com", Other),
        ("vpn.com", Other), // a company of that name
        ("example.okta.com", Sso),
        ("login.microsoftonline.com", Sso),
        ("accounts.google.com", Sso),
        ("www.google.com", Other),
        ("example.atlassian.net", Dev),
        ("github.com", Dev),
        ("notgithub.com", Other),
        ("signin.aws.amazon.com", Cloud),
        ("www.amazon.com", Other),
        ("portal.azure.com", Cloud),
        ("example.myworkday.com", Hr),
        ("example.cloud.com", RemoteAccess),
        ("outlook.office365.com", Mail),
    ] {
        let verdict = judge(&situation(LOGIN, host, Foreign, OurEmail));
        assert_eq!(verdict.app_class, app, "{host}");
    }
}

#[test]
fn remote_access_wins_over_other_signs() {
    let login = situation(LOGIN, "remote.example.com", Ours, NoEmail);
    let verdict = judge(&at(Some("https"), None, "/owa", login));
    assert_eq!((verdict.app_class, verdict.severity), (RemoteAccess, Critical));
}

#[test]
fn apps_have_no_host() {
    for (login, class) in [(OurEmail, Employee), (NoEmail, Customer), (OtherEmail, Customer)] {
        let verdict = judge(&Situation {
            matched_on: MatchedOn::AppId,
            address: Address { scheme: Some("android"), ..Address::default() },
            ..situation(LOGIN, "", Ours, login)
        });
        assert_eq!(verdict.identity_class, class, "{login:?}");
    }
}

#[test]
fn age_and_vips_move_one_step() {
    use Importance::{Ordinary, Vip};
    for (host, login, importance, days, severity, reasons) in [
        ("www.example.com", NoEmail, Ordinary, None, Low, 1),
        ("www.example.com", NoEmail, Ordinary, Some(365), Low, 1),
        ("www.example.com", NoEmail, Ordinary, Some(366), Info, 2),
        ("www.example.com", NoEmail, Ordinary, Some(-1), Low, 1),
        ("www.example.com", OurEmail, Vip, None, Critical, 2),
        ("www.example.com", OurEmail, Vip, Some(400), High, 3),
        ("vpn.example.com", OurEmail, Vip, Some(1), Critical, 2),
        ("vpn.example.com", OurEmail, Vip, Some(400), Critical, 3),
        ("vpn.example.com", OurEmail, Ordinary, Some(400), High, 2),
    ] {
        let verdict = judge(&Situation {
            importance,
            infected_days_ago: days,
            ..situation(LOGIN, host, Ours, login)
        });
        let found = (verdict.severity, verdict.severity_reasons.len());
        assert_eq!(found, (severity, reasons), "{host} {importance:?} {days:?}");
    }
    let placeholder = situation(Item::Credential(&PLACEHOLDER), "vpn.example.com", Ours, OurEmail);
    let verdict = judge(&Situation { importance: Vip, ..placeholder });
    assert_eq!((verdict.severity, verdict.severity_reasons.len()), (Info, 1));
}

#[test]
fn reasons_name_what_decided() {
    let verdict = judge(&situation(LOGIN, "vpn2.example.com", Ours, NoEmail));
    assert!(verdict.class_reason.contains("“vpn”"), "{}", verdict.class_reason);
    assert_eq!(verdict.severity_reasons, ["employee credential on remote access"]);
}

#[test]
fn actions_stand_in_one_order() {
    let jira = judge(&Situation {
        machine: MachineRelation::Ours,
        ..situation(LOGIN, "jira.example.com", Ours, OurEmail)
    });
    assert_eq!(
        jira.actions,
        [Action::IsolateHost, Action::ResetPassword, Action::RevokeSessions, Action::RotateKey]
    );
    let customer = judge(&situation(LOGIN, "git.example.com", Ours, OtherEmail));
    assert_eq!(customer.actions, [Action::ResetPassword, Action::NotifyCustomer]);
    let mention = judge(&situation(Item::Mention, "", Foreign, NoEmail));
    assert_eq!(mention.actions, [Action::Review]);
}

const TABLES: [&[signs::Signs]; 6] = [LABELS, PATHS, PORTS, SCHEMES, COOKIES, PRODUCTS];

#[test]
fn signs_are_written_as_they_are_compared() {
    for sign in TABLES.into_iter().flatten().flat_map(|row| row.signs) {
        assert_eq!(*sign, sign.to_ascii_lowercase());
    }
    for path in PATHS.iter().flat_map(|row| row.signs) {
        assert!(path.starts_with('/') && !path.ends_with('/'), "{path}");
        assert!(path.len() < application::PATH_HEAD, "{path}");
    }
    for product in PRODUCTS.iter().flat_map(|row| row.signs) {
        assert!(product.split('.').count() <= application::PRODUCT_LABELS, "{product}");
    }
    for label in LABELS.iter().flat_map(|row| row.signs) {
        assert!(!label.contains('.'), "{label}");
    }
    assert!(PORTS.iter().flat_map(|row| row.signs).all(|port| port.parse::<u16>().is_ok()));
}

#[test]
fn a_sign_tells_one_thing() {
    for table in TABLES {
        let mut signs: Vec<_> = table.iter().flat_map(|row| row.signs).collect();
        signs.sort_unstable();
        for pair in signs.windows(2) {
            assert_ne!(pair[0], pair[1]);
        }
    }
}

#[test]
fn cookies_tell_applications() {
    for (name, class, app, severity) in [
        ("SVPNCOOKIE", Employee, Vpn, Critical),
        ("DSID", Employee, Vpn, Critical),
        ("MSISAuth", Employee, Sso, Critical),
        ("CF_Authorization", Employee, Sso, Critical),
        ("ZM_AUTH_TOKEN", Employee, Mail, Critical),
        ("PVEAuthCookie", Employee, Admin, Critical),
        // before customers' sites as well
        ("MRHSession", Customer, Other, Medium),
        ("NSC_AAAC", Customer, Other, Medium),
        ("PHPSESSID", Customer, Other, Medium),
    ] {
        let cookie = Item::Cookie(CookieState::LiveSession, name);
        let verdict = judge(&situation(cookie, "gate.example.com", Ours, NoEmail));
        let found = (verdict.identity_class, verdict.app_class, verdict.severity);
        assert_eq!(found, (class, app, severity), "{name}");
        let listed = judge(&situation(cookie, "gate.example.com", ListedCustomer, NoEmail));
        assert_eq!(listed.severity, Medium, "{name}");
    }
}

#[test]
fn a_tenant_of_ours_is_a_staff_host_but_the_product_is_not() {
    for (entry, host, class) in [
        ("example.okta.com", "example.okta.com", Employee),
        ("example.okta.com", "admin.example.okta.com", Employee),
        ("okta.com", "example.okta.com", Customer), // the maker watches
        ("okta.com", "okta.com", Customer),
        ("example.auth0.com", "example.auth0.com", Customer),
        ("example.atlassian.net", "example.atlassian.net", Customer),
    ] {
        let login = situation(LOGIN, host, Ours, NoEmail);
        let verdict = judge(&Situation { entry, ..login });
        assert_eq!(verdict.identity_class, class, "{entry} {host}");
    }
}

#[test]
fn weak_passwords_are_noted_and_move_nothing() {
    let cases: &[(SecretLength, &[CharClass], &str)] = &[
        (UpTo7, &[Lower, Upper, Digit], "fewer than 8 characters"),
        (UpTo7, &[Digit], "fewer than 8 characters"),
        (UpTo11, &[Digit], "all of them digits"),
        (UpTo15, &[Digit], "all of them digits"),
        (UpTo11, &[Lower], "all of one kind"),
        (UpTo15, &[Lower], ""),
        (UpTo11, &[Lower, Digit], ""),
        (Longer, &[Digit], ""),
    ];
    for (length, classes, told) in cases {
        let secret = SecretFacts {
            length: Some(*length),
            classes: classes.to_vec().into(),
            ..secret(Present)
        };
        let login = situation(Item::Credential(&secret), "www.example.com", Ours, OurEmail);
        let verdict = judge(&login);
        assert_eq!(verdict.severity, High);
        match verdict.severity_reasons.as_slice() {
            [_] => assert_eq!(*told, "", "{length:?} {classes:?}"),
            [_, note] => assert!(!told.is_empty() && note.ends_with(told), "{note}"),
            reasons => panic!("{reasons:?}"),
        }
    }
    let empty = situation(Item::Credential(&EMPTY), "www.example.com", Ours, OurEmail);
    assert_eq!(judge(&empty).severity_reasons, ["the password is empty"]);
}

#[test]
fn facts_of_a_machine_are_reasons_where_they_matter() {
    let mut facts = machine();
    let judged = |facts: &Machine, machine| {
        let item = Item::Machine(facts);
        let matched_on = MatchedOn::ComputerName;
        judge(&Situation { matched_on, machine, ..situation(item, "", Foreign, NoEmail) })
    };
    let plain = judged(&facts, MachineRelation::Ours);
    assert_eq!(plain.severity_reasons, ["a computer of the organisation is infected"]);
    assert_eq!(plain.actions, [Action::IsolateHost, Action::ResetPassword, Action::RevokeSessions]);

    facts.malware_path = Some("C:\\Temp\\x.exe".to_owned());
    facts.counts.tokens = 2;
    facts.counts.wallets = 1;
    let told = judged(&facts, MachineRelation::Ours);
    let path = "noted: it is known where the malware ran from";
    let valuables = "noted: taken along as well: tokens of programs: 2, wallets: 1";
    assert_eq!(told.severity_reasons.get(1..), Some(&[path.to_owned(), valuables.to_owned()][..]));
    assert_eq!(told.actions.last(), Some(&Action::RotateKey));
    assert_eq!(told.severity, plain.severity);

    let login = situation(LOGIN, "www.example.com", Ours, OurEmail);
    let verdict = judge(&Situation { machine: MachineRelation::Ours, ..login });
    let noted = "noted: taken from a computer of the organisation";
    assert_eq!(verdict.severity_reasons, ["employee credential", noted]);
    assert_eq!(verdict.actions.first(), Some(&Action::IsolateHost));
}

#[test]
fn actions_are_added_where_the_application_asks_for_them() {
    let actions = |host, relation, login| judge(&situation(LOGIN, host, relation, login)).actions;
    let (reset, revoke) = (Action::ResetPassword, Action::RevokeSessions);
    // tokens outlive passwords
    let path =
        at(None, None, "/auth/realms/shop", situation(LOGIN, "www.example.com", Ours, NoEmail));
    assert_eq!(judge(&path).actions, [reset, revoke, Action::NotifyCustomer]);
    assert_eq!(actions("example.okta.com", Foreign, OurEmail), [reset, revoke]);
    assert_eq!(actions("github.com", Foreign, OurEmail), [reset, revoke, Action::RotateKey]);
    assert_eq!(actions("www.example.org", Foreign, OurEmail), [reset]);
    // whoever has a login at a console that may be for customers
    let notify = Action::NotifyCustomer;
    assert_eq!(actions("admin.example.com", Ours, NoEmail), [reset, notify, Action::Review]);
    assert_eq!(actions("www.example.com", Ours, NoEmail), [reset, notify]);
}

/// The situation with another address.
fn at<'a>(
    scheme: Option<&'a str>,
    port: Option<u16>,
    path: &'a str,
    situation: Situation<'a>,
) -> Situation<'a> {
    Situation { address: Address { scheme, port, path, ..situation.address }, ..situation }
}

#[test]
fn ports_tell_applications() {
    for (port, class, app) in [
        (10443, Employee, Vpn),
        (3389, Employee, RemoteAccess),
        (993, Employee, Mail),
        (2083, Employee, Admin),
        (22, Customer, Admin),
        (443, Customer, Other),
        (8443, Customer, Other),
    ] {
        let login = situation(LOGIN, "203.0.113.10", Ours, NoEmail);
        let verdict = judge(&at(Some("https"), Some(port), "/", login));
        assert_eq!((verdict.identity_class, verdict.app_class), (class, app), "{port}");
    }
}

#[test]
fn hostile_addresses_take_no_time() {
    let host = "vpn.".repeat(300_000);
    let path = "/x".repeat(300_000);
    let login = situation(LOGIN, "", Ours, NoEmail);
    let host = host.trim_end_matches('.');
    let address =
        Address { host: Some(host), registrable_domain: Some("vpn.vpn"), ..login.address };
    let hostile = Situation { address: Address { path: &path, ..address }, ..login };
    let started = std::time::Instant::now();
    for _ in 0..100 {
        assert_eq!(judge(&hostile).app_class, Vpn);
    }
    assert!(started.elapsed() < std::time::Duration::from_secs(5));
}

proptest::proptest! {
    #[test]
    fn any_address_is_survived(
        path in "\\PC{0,80}", host in "\\PC{0,20}", site in "\\PC{0,9}", name in "\\PC{0,20}",
    ) {
        let cookie = Item::Cookie(CookieState::LiveSession, &name);
        let login = situation(cookie, &host, Ours, NoEmail);
        let registrable_domain = Some(site.as_str());
        let address = Address { path: &path, registrable_domain, ..login.address };
        let verdict = judge(&Situation { address, entry: &site, ..login });
        proptest::prop_assert!(!verdict.severity_reasons.is_empty());
        proptest::prop_assert!(verdict.actions.is_sorted());
        let _ = is_session_cookie(&name, &host);
    }
}
