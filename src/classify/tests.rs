//! The settled details of the design, one line each.

use super::*;
use crate::record::SecretState::{Empty, Placeholder, Present};
use AppClass::{Admin, Cloud, Dev, Finance, Hr, Mail, Other, RemoteAccess, Sso, Vpn};
use HostRelation::{Foreign, ListedCustomer, ListedStaff, Ours};
use IdentityClass::{Customer, Employee, ThirdParty, Unknown};
use LoginRelation::{NoEmail, OtherEmail, OurEmail, OurWindowsDomain};
use Severity::{Critical, High, Info, Low, Medium};

const LOGIN: Item = Item::Credential(Present);
const LIVE: Item = Item::Cookie(CookieState::LiveSession);

fn situation(
    item: Item,
    host: &str,
    host_relation: HostRelation,
    login: LoginRelation,
) -> Situation<'_> {
    Situation {
        item,
        matched_on: MatchedOn::WebsiteDomain,
        scheme: Some("https"),
        host: Some(host),
        path: "/",
        host_relation,
        login,
        machine: MachineRelation::Foreign,
        importance: Importance::Ordinary,
        infected_days_ago: None,
    }
}

#[test]
fn classes_and_severities() {
    for (item, host, relation, login, class, severity) in [
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
        (LOGIN, "www.example.org", Foreign, OtherEmail, Unknown, Low),
        // no secret, no alarm
        (Item::Credential(Placeholder), "vpn.example.com", Ours, OurEmail, Employee, Info),
        (Item::Credential(Empty), "www.example.com", Ours, OurEmail, Employee, Info),
        // sessions
        (LIVE, "vpn.example.com", Ours, NoEmail, Employee, Critical),
        (LIVE, "portal.example.com", ListedStaff, NoEmail, Employee, Critical),
        (LIVE, "sso.example.com", Ours, NoEmail, Employee, Critical),
        (LIVE, "example.okta.com", Ours, NoEmail, Customer, Critical),
        (LIVE, "sso.example.com", ListedCustomer, NoEmail, Customer, Medium),
        (LIVE, "www.example.com", Ours, NoEmail, Customer, Medium),
        (
            Item::Cookie(CookieState::ExpiredSession),
            "vpn.example.com",
            Ours,
            NoEmail,
            Employee,
            Info,
        ),
        (Item::Cookie(CookieState::NoSession), "www.example.com", Ours, NoEmail, Customer, Info),
        // the rest
        (Item::Mention, "vpn.example.com", Ours, NoEmail, Unknown, Info),
        (Item::Autofill, "", Foreign, OurEmail, Unknown, Low),
    ] {
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
        let verdict = judge(&Situation {
            host: None,
            matched_on,
            machine,
            ..situation(Item::Machine, "", Foreign, NoEmail)
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
        let verdict = judge(&Situation { scheme, path, ..situation(LOGIN, host, Ours, NoEmail) });
        assert_eq!((verdict.identity_class, verdict.app_class), (class, app), "{host}{path}");
    }
}

#[test]
fn applications_are_told_by_label_and_product() {
    for (host, app) in [
        ("vpn.example.com", Vpn),
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
    let path = "/owa";
    let verdict =
        judge(&Situation { path, ..situation(LOGIN, "remote.example.com", Ours, NoEmail) });
    assert_eq!((verdict.app_class, verdict.severity), (RemoteAccess, Critical));
}

#[test]
fn apps_have_no_host() {
    for (login, class) in [(OurEmail, Employee), (NoEmail, Customer), (OtherEmail, Customer)] {
        let verdict = judge(&Situation {
            matched_on: MatchedOn::AppId,
            scheme: Some("android"),
            host: None,
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
    let placeholder = situation(Item::Credential(Placeholder), "vpn.example.com", Ours, OurEmail);
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
        [Action::ResetPassword, Action::RevokeSessions, Action::IsolateHost, Action::RotateKey]
    );
    let customer = judge(&situation(LOGIN, "git.example.com", Ours, OtherEmail));
    assert_eq!(customer.actions, [Action::ResetPassword, Action::NotifyCustomer]);
    let mention = judge(&situation(Item::Mention, "", Foreign, NoEmail));
    assert_eq!(mention.actions, [Action::Review]);
}

#[test]
fn session_cookies_are_known_by_name() {
    for (name, domain) in [
        ("PHPSESSID", "example.com"),
        ("phpsessid", "example.com"),
        ("JSESSIONID", "example.com"),
        ("JSESSIONID.0a1b2c3d", "example.com"),
        ("ASP.NET_SessionId", "example.com"),
        ("ASPSESSIONIDABCDEFGH", "example.com"),
        (".AspNetCore.Cookies", "example.com"),
        (".AspNet.ApplicationCookie", "example.com"),
        (".ASPXAUTH", "example.com"),
        ("connect.sid", "example.com"),
        ("sid", "example.com"),
        ("session", "example.com"),
        ("sessionid", "example.com"),
        ("_example_session", "example.com"),
        ("laravel_session", "example.com"),
        ("__Host-session", "example.com"),
        ("__Secure-1PSID", "google.com"),
        ("__Secure-3PSIDTS", "google.com"),
        ("HSID", "google.com"),
        ("user_session", "github.com"),
        ("__Host-user_session_same_site", "github.com"),
        ("d", "example.slack.com"),
        ("idx", "example.okta.com"),
        ("ESTSAUTH", "login.microsoftonline.com"),
        ("ESTSAUTHPERSISTENT", "login.microsoftonline.com"),
        ("FedAuth", "example.com"),
        ("rtFa", "example.com"),
        ("MSISAuth1", "adfs.example.com"),
        ("DSID", "vpn.example.com"),
        ("SVPNCOOKIE", "vpn.example.com"),
        ("webvpn", "vpn.example.com"),
        ("NSC_AAAC", "vpn.example.com"),
        ("MRHSession", "vpn.example.com"),
        ("wordpress_logged_in_0a1b2c3d", "example.com"),
        ("remember_web_0a1b2c3d", "example.com"),
        ("remember-me", "example.com"),
        ("access_token", "example.com"),
        ("jwt", "example.com"),
        ("next-auth.session-token.0", "example.com"),
        ("x-ms-cpim-sso:example.onmicrosoft.com_0", "login.example.com"),
        ("CF_Session", "example.cloudflareaccess.com"),
        ("CF_AppSession", "app.example.com"),
        ("_oauth2_proxy_0", "app.example.com"),
        ("AWSELBAuthSessionCookie-0", "app.example.com"),
        ("x-amz-sso_authn", "example.awsapps.com"),
        ("cloud.session.token", "id.atlassian.com"),
        ("acSamlv2Token", "vpn.example.com"),
        ("portal-userauthcookie", "vpn.example.com"),
        ("idx", "example.okta-emea.com"),
        ("glide_user_session", "example.service-now.com"),
        ("_zm_ssid", "zoom.us"),
        ("PVEAuthCookie", "pve.example.com"),
        ("sb-example-auth-token", "example.com"),
    ] {
        assert!(is_session_cookie(name, domain), "{name} at {domain}");
    }
}

#[test]
fn other_cookies_are_not_taken_for_sessions() {
    for (name, domain) in [
        ("", "example.com"),
        ("_ga", "example.com"),
        ("_ga_session", "example.com"),
        ("_gid", "example.com"),
        ("_fbp", "example.com"),
        ("_hjSession_1234", "example.com"),
        ("_uetsid", "example.com"),
        ("CookieConsent", "example.com"),
        ("OptanonConsent", "example.com"),
        ("locale", "example.com"),
        ("session_language", "example.com"),
        ("csrf_token", "example.com"),
        ("csrf_session", "example.com"),
        ("_oauth2_proxy_csrf", "app.example.com"),
        ("glide_user_route", "example.service-now.com"),
        ("idx", "example.com"),
        ("XSRF-TOKEN", "example.com"),
        (".AspNetCore.Antiforgery.abc", "example.com"),
        (".AspNetCore.Culture", "example.com"),
        (".AspNetCore.Correlation.abc", "example.com"),
        ("wordpress_test_cookie", "example.com"),
        ("d", "example.com"),
        ("d", "notslack.com"),
        ("idx", "example.com"),
        ("theme", "example.com"),
        ("AWSALB", "example.com"),
        ("inside", "example.com"),
        ("__Host-", "example.com"),
    ] {
        assert!(!is_session_cookie(name, domain), "{name} at {domain}");
    }
    assert!(!is_session_cookie(&"session".repeat(100), "example.com"));
}

#[test]
fn signs_are_written_as_they_are_compared() {
    let tables = [tables::LABELS, tables::PATHS, tables::SCHEMES, tables::PRODUCTS];
    for sign in tables.into_iter().flatten().flat_map(|row| row.signs) {
        assert_eq!(*sign, sign.to_ascii_lowercase());
    }
    for row in tables::PATHS {
        assert!(row.signs.iter().all(|path| path.starts_with('/') && !path.ends_with('/')));
    }
}

proptest::proptest! {
    #[test]
    fn any_path_and_host_are_survived(path in "\\PC{0,40}", host in "\\PC{0,20}", name in "\\PC{0,20}") {
        let verdict = judge(&Situation { path: &path, ..situation(LOGIN, &host, Ours, NoEmail) });
        proptest::prop_assert!(!verdict.severity_reasons.is_empty());
        let _ = is_session_cookie(&name, &host);
    }
}
