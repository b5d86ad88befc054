//! The names of cookies that carry a login, and of those that only look like it.
//!
//! `docs/SEVERITY.md` shows these tables and where they come from; a test compares the two.

use CookieName::{Begins, Ends, Has, Is, IsAt};
use Evidence::{Documented, Seen};

/// How the name of a cookie is recognised, without regard to case.
#[derive(Debug, Clone, Copy)]
pub(super) enum CookieName {
    /// All of it.
    Is(&'static str),
    /// Its beginning.
    Begins(&'static str),
    /// Its end.
    Ends(&'static str),
    /// Any part of it.
    Has(&'static str),
    /// All of it, on this domain and below only.
    IsAt(&'static str, &'static str),
}

/// How it is known what a cookie is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    /// Its maker says so in public.
    Documented,
    /// Programs and reports that work with it say so.
    Seen,
}

/// The session cookies of one product or kind of product.
#[derive(Debug)]
pub(super) struct Sessions {
    /// Whose they are.
    #[cfg_attr(not(test), expect(dead_code, reason = "for `docs/SEVERITY.md`"))]
    pub(super) of: &'static str,
    /// How they are known.
    #[cfg_attr(not(test), expect(dead_code, reason = "for `docs/SEVERITY.md`"))]
    pub(super) evidence: Evidence,
    /// Their names.
    pub(super) names: &'static [CookieName],
}

const fn sessions(of: &'static str, evidence: Evidence, names: &'static [CookieName]) -> Sessions {
    Sessions { of, evidence, names }
}

/// Prefixes that browsers give a meaning to; what follows is the name.
pub(super) const COOKIE_PREFIXES: &[&str] = &["__Secure-", "__Host-", "__Http-"];

/// Names of cookies that carry a login.
#[rustfmt::skip]
pub(super) const SESSION_COOKIES: &[Sessions] = &[
    sessions("any site: session", Seen, &[
        Is("sid"), Is("sess"), Is("sessid"), Is("session"), Is("session_id"), Is("session-id"),
        Is("__session"), Is("sessiontoken"), Ends("sessionid"), Ends("_sessid"), Ends("_session"),
        Ends("-session"), Ends(".session"), Ends("_session_id"), Ends("session-token"),
        Ends("session_token"), Ends(".sid"), Ends("_sid"), Ends(":sess"),
    ]),
    sessions("any site: token", Seen, &[
        Is("auth"), Is("authtoken"), Is("auth-token"), Ends("_auth"), Ends("-auth-token"),
        Ends("auth_token"), Is("accesstoken"), Ends("access-token"), Ends("access_token"),
        Is("refreshtoken"), Ends("refresh-token"), Ends("refresh_token"), Is("idtoken"),
        Is("id_token"), Is("token"), Is("user_token"), Is("usertoken"), Is("bearer"), Is("jwt"),
        Is("jwt_token"), Ends("_jwt"), Is("logintoken"), Is("login_token"), Is("sso"),
        Is("ssotoken"), Is("sso_token"),
    ]),
    sessions("any site: staying logged in", Seen, &[
        Is("rememberme"), Is("remember_me"), Is("remember-me"), Is("remember_token"),
        Is("remember_user_token"), Begins("remember_web_"),
    ]),
    sessions("languages and frameworks", Documented, &[
        Begins("PHPSESSID"), Begins("JSESSIONID"), Begins("ASPSESSIONID"), Begins(".AspNet."),
        Begins(".AspNetCore."), Is(".ASPXAUTH"), Begins("next-auth.session-token"),
        Begins("authjs.session-token"), Begins("CognitoIdentityServiceProvider."),
        Begins("wordpress_logged_in_"), Begins("wordpress_sec_"), Begins("MoodleSession"),
    ]),
    sessions("languages and frameworks", Seen, &[
        Is(".ASPXFORMSAUTH"), Is("CFTOKEN"), Is("CAKEPHP"), Begins("SSESS"), Ends(".session.id"),
    ]),
    sessions("Microsoft Entra ID", Documented, &[Is("ESTSAUTH"), Is("ESTSAUTHPERSISTENT")]),
    sessions("Microsoft AD FS", Documented, &[Begins("MSISAuth")]),
    sessions("Microsoft: SharePoint, B2C, personal accounts", Seen, &[
        Begins("FedAuth"), Is("rtFa"), Begins("x-ms-cpim-sso"), Is("MSPAuth"), Is("RPSSecAuth"),
    ]),
    sessions("Okta", Documented, &[
        IsAt("idx", "okta.com"), IsAt("idx", "oktapreview.com"), IsAt("idx", "okta-emea.com"),
        IsAt("idx", "okta-gov.com"),
    ]),
    sessions("Auth0", Documented, &[Is("auth0"), Is("auth0_compat")]),
    sessions("Ping Identity", Documented, &[
        Is("PF"), Is("PF.PERSISTENT"), Begins("PA."), Is("iPlanetDirectoryPro"),
    ]),
    sessions("IBM", Documented, &[
        Begins("LtpaToken"), Is("PD-S-SESSION-ID"), Is("PD-H-SESSION-ID"),
    ]),
    sessions("Keycloak", Documented, &[Begins("KEYCLOAK_IDENTITY"), Begins("KEYCLOAK_SESSION")]),
    sessions("Apereo CAS", Documented, &[Is("TGC")]),
    sessions("gateways before applications", Documented, &[
        Is("CF_Authorization"), Is("CF_AppSession"), Begins("_oauth2_proxy"), Is("_pomerium"),
        Begins("AWSELBAuthSessionCookie"),
    ]),
    sessions("other single sign-on", Seen, &[
        Begins("_shibsession_"), Is("SimpleSAMLAuthToken"), Is("CASTGC"), Is("SMSESSION"),
        Begins("OAMAuthnCookie"), Is("ObSSOCookie"), Is("sub_session_onelogin.com"),
        Is("x-amz-sso_authn"),
    ]),
    sessions("SAP and PeopleSoft", Seen, &[
        Is("MYSAPSSO2"), Begins("SAP_SESSIONID_"), Is("PS_TOKEN"),
    ]),
    sessions("remote access", Seen, &[
        Is("DSID"), Is("SVPNCOOKIE"), Is("SVPNNETWORKCOOKIE"), Is("webvpn"), Is("webvpncontext"),
        Is("acSamlv2Token"), Is("portal-userauthcookie"), Is("portal-prelogonuserauthcookie"),
        Is("NSC_AAAC"), Is("NSC_TMAA"), Is("NSC_TMAS"), Is("CtxsAuthId"), Is("MRHSession"),
        Is("LastMRH_Session"), Is("swap"), Begins("ANsession"), Begins("APSCOOKIE"),
        Begins("TSWAAuth"),
    ]),
    sessions("mail", Seen, &[
        Is("cadata"), Is("DomAuthSessId"), Is("UserContext"), Is("OutlookSession"),
        Is("ZM_AUTH_TOKEN"), Is("ZM_ADMIN_AUTH_TOKEN"), Is("roundcube_sessauth"), Is("Horde"),
        Is("webmailsession"),
    ]),
    sessions("consoles", Seen, &[
        Is("PVEAuthCookie"), Is("PMGAuthCookie"), Is("PBSAuthCookie"), Begins("splunkd_"),
        Is("oc_sessionPassphrase"), Is("cpsession"), Is("whostmgrsession"), Is("phpMyAdmin"),
        Begins("pmaAuth-"), Is("R_SESS"), Is("argocd.token"), Is("portainer_api_key"),
    ]),
    sessions("Atlassian", Documented, &[
        Ends("rememberme.cookie"), Ends("crowd.tokenkey"), Ends("crowd.token_key"),
        Is("ondemand.autologin"),
    ]),
    sessions("Atlassian", Seen, &[Ends(".session.token")]),
    sessions("GitHub", Documented, &[Is("user_session"), Begins("user_session_")]),
    sessions("Google", Seen, &[
        Is("LSID"), Is("HSID"), Is("SSID"), Is("OSID"), Is("APISID"), Is("SAPISID"), Ends("PSID"),
        Ends("PSIDTS"), Ends("PAPISID"),
    ]),
    sessions("other products", Seen, &[
        IsAt("d", "slack.com"), Is("aws-creds"), Begins("glide_user"), Is("glide_session_store"),
        Is("_zm_ssid"),
    ]),
];

/// Names of cookies that carry no login, though they look like it.
#[rustfmt::skip]
pub(super) const NEVER_SESSION: &[CookieName] = &[
    Has("csrf"), Has("xsrf"), Has("antiforgery"), Has("nonce"), Has("correlation"), Has("culture"),
    Has("locale"), Has("language"), Has("consent"), Has("analytics"), Has("tracking"), Has("utm"),
    Has("timeout"), Has("expir"), Has("guest"), Has("anonymous"), Has("amplitude"), Has("mixpanel"),
    Has("test_cookie"), Has("tempdata"), Begins("_ga"), Begins("_gid"), Begins("_gcl"),
    Begins("_fb"), Begins("_hj"), Begins("_pk_"), Begins("_uet"), Begins("_vwo"), Begins("ajs_"),
    Begins("amp_"), Begins("optimizely"), Is("glide_user_route"), Is("a0_users:sess"),
    Is("AUTH_SESSION_ID"), Is("MSISAuthenticated"),
];
