//! Which cookies are login sessions, told by their names.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::sessions::{COOKIE_PREFIXES, CookieName, NEVER_SESSION, SESSION_COOKIES};

/// Longest name that is looked at, in bytes; no session cookie has a longer one.
const MAX_NAME: usize = 128;

/// Whether a cookie called `name`, sent to `domain`, looks like a login session.
///
/// ```
/// use logsieve::classify::is_session_cookie;
/// assert!(is_session_cookie("ESTSAUTHPERSISTENT", "login.example.com"));
/// assert!(is_session_cookie("__Host-example_session", "example.com"));
/// assert!(!is_session_cookie("_ga", "example.com"));
/// ```
pub fn is_session_cookie(name: &str, domain: &str) -> bool {
    if name.len() > MAX_NAME {
        return false;
    }
    let name = name.to_ascii_lowercase();
    let plain = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix.as_str()));
    let name = plain.unwrap_or(&name);
    SESSIONS.fit(name, domain) && !NEVER.fit(name, domain)
}

static PREFIXES: LazyLock<Vec<String>> =
    LazyLock::new(|| COOKIE_PREFIXES.iter().map(|prefix| prefix.to_ascii_lowercase()).collect());

static SESSIONS: LazyLock<Names> =
    LazyLock::new(|| Names::of(SESSION_COOKIES.iter().flat_map(|sessions| sessions.names)));

static NEVER: LazyLock<Names> = LazyLock::new(|| Names::of(NEVER_SESSION));

/// A table of names in lower case, sorted by how they are compared.
#[derive(Default)]
struct Names {
    whole: HashSet<String>,
    begins: Vec<String>,
    ends: Vec<String>,
    parts: Vec<String>,
    /// Whole names that count at one domain only.
    at: Vec<(String, &'static str)>,
}

impl Names {
    fn of(table: impl IntoIterator<Item = &'static CookieName>) -> Self {
        let mut names = Self::default();
        for name in table {
            match *name {
                CookieName::Is(text) => _ = names.whole.insert(text.to_ascii_lowercase()),
                CookieName::Begins(text) => names.begins.push(text.to_ascii_lowercase()),
                CookieName::Ends(text) => names.ends.push(text.to_ascii_lowercase()),
                CookieName::Has(text) => names.parts.push(text.to_ascii_lowercase()),
                CookieName::IsAt(text, host) => names.at.push((text.to_ascii_lowercase(), host)),
            }
        }
        names
    }

    /// Whether one of them fits `name`, which is in lower case.
    fn fit(&self, name: &str, domain: &str) -> bool {
        self.whole.contains(name)
            || self.begins.iter().any(|text| name.starts_with(text))
            || self.ends.iter().any(|text| name.ends_with(text))
            || self.parts.iter().any(|text| name.contains(text))
            || self.at.iter().any(|(text, host)| name == text && super::is_below(domain, host))
    }
}

#[cfg(test)]
mod tests {
    use super::super::signs::COOKIES;
    use super::*;

    const KNOWN: &[(&str, &str)] = &[
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
        ("PD-S-SESSION-ID", "example.com"),
        ("ondemand.autologin", "example.atlassian.net"),
        ("studio.crowd.tokenkey", "example.atlassian.net"),
        ("VSPHERE-UI-JSESSIONID", "vcenter.example.com"),
        ("CPCVPN_SESSION_ID", "vpn.example.com"),
        ("argocd.token", "argocd.example.com"),
        ("sb-example-auth-token", "example.com"),
    ];

    #[test]
    fn session_cookies_are_known_by_name() {
        for (name, domain) in KNOWN {
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
            ("NSC_example_vs", "www.example.com"), // which server answers
            ("ESTSAUTHLIGHT", "login.microsoftonline.com"),
            ("SignInStateCookie", "login.microsoftonline.com"),
            ("MSISAuthenticated", "adfs.example.com"),
            ("MSISLoopDetectionCookie", "adfs.example.com"),
            ("AUTH_SESSION_ID", "sso.example.com"),
            ("a0_users:sess", "example.auth0.com"),
            (".AspNetCore.Mvc.CookieTempDataProvider", "example.com"),
            ("CFID", "example.com"),
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
    fn a_cookie_that_tells_of_staff_is_a_session() {
        for name in COOKIES.iter().flat_map(|row| row.signs) {
            assert!(is_session_cookie(name, "gate.example.com"), "{name}");
        }
    }
}
