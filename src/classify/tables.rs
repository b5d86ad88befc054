//! The tables of the classification: everything that is a decision and no logic.
//!
//! `docs/SEVERITY.md` shows them; a test compares the two.

use crate::exposure::Action::{
    self, IsolateHost, NotifyCustomer, ResetPassword, Review, RevokeSessions,
};
use crate::exposure::AppClass::{
    self, Admin, Cloud, Dev, Finance, Hr, Mail, RemoteAccess, Sso, Vpn,
};
use crate::exposure::Severity::{self, Critical, High, Info, Low, Medium};

use Audience::{Anyone, Staff};
use CookieName::{Begins, Ends, Has, Is, IsAt};

/// Who has logins at a kind of application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// Employees only: the host counts as a staff host.
    Staff,
    /// Customers as well.
    Anyone,
}

/// Signs of one kind of application: first labels of hosts, paths, schemes, or product hosts.
#[derive(Debug)]
pub(super) struct Signs {
    /// What they tell.
    pub(super) class: AppClass,
    /// Who has logins there.
    pub(super) audience: Audience,
    /// The signs, in lower case.
    pub(super) signs: &'static [&'static str],
}

const fn signs(class: AppClass, audience: Audience, signs: &'static [&'static str]) -> Signs {
    Signs { class, audience, signs }
}

/// Whole first labels of hosts with three labels or more; digits may follow (`vpn2`), and `www`
/// before them does not count.
///
/// `hr`, `ci`, `mx` and other country codes are left out: they name sites of countries as well.
#[rustfmt::skip]
pub(super) const LABELS: &[Signs] = &[
    signs(Vpn, Staff, &[
        "vpn", "sslvpn", "ssl-vpn", "vpnssl", "webvpn", "openvpn", "ovpn", "anyconnect",
        "globalprotect", "gp", "gpvpn", "fortivpn", "fortigate", "forticlient",
        "pulsesecure", "ipsec", "ras", "vpngw", "vpngate", "vpnportal", "wireguard", "ztna",
    ]),
    signs(RemoteAccess, Staff, &[
        "citrix", "xenapp", "xendesktop", "storefront", "netscaler", "remote", "remoteaccess",
        "remoteapp", "remotedesktop", "rdp", "rdgateway", "rdgw", "rdg", "rdweb", "rds",
        "tsgateway", "tsweb", "vdi", "horizon", "guacamole", "bastion", "jumphost",
        "avd", "wvd", "teleport",
    ]),
    signs(Sso, Staff, &[
        "sso", "adfs", "sts", "fs", "idp", "okta", "saml", "keycloak", "shibboleth", "pingfederate",
        "onelogin", "federation", "mfa", "duo", "myapps",
    ]),
    signs(Mail, Staff, &[
        "mail", "webmail", "owa", "exchange", "autodiscover", "outlook", "zimbra", "roundcube",
        "smtp", "imap", "pop", "pop3",
    ]),
    signs(Admin, Staff, &[
        "intranet", "vcenter", "vsphere", "esxi", "proxmox", "idrac", "ilo", "ipmi", "firewall",
        "zabbix", "nagios", "cyberark", "pam", "splunk",
    ]),
    signs(Admin, Anyone, &[
        "admin", "administrator", "backoffice", "cpanel", "whm", "plesk", "phpmyadmin", "pma",
        "grafana", "kibana", "prometheus",
    ]),
    signs(Dev, Anyone, &[
        "git", "gitlab", "github", "gitea", "bitbucket", "svn", "jenkins", "jira", "confluence",
        "sonar", "sonarqube", "nexus", "artifactory", "harbor", "registry", "k8s", "kubernetes",
        "argocd", "rancher", "teamcity", "bamboo",
    ]),
    signs(Cloud, Anyone, &["aws", "azure", "gcp", "nextcloud", "owncloud", "openstack"]),
    signs(Hr, Anyone, &[
        "hris", "hrms", "hrportal", "workday", "successfactors", "payroll", "personio",
    ]),
    signs(Finance, Anyone, &[
        "sap", "erp", "finance", "accounting", "netsuite", "invoice", "invoices", "treasury",
    ]),
];

/// Hosts of products, with everything below them.
#[rustfmt::skip]
pub(super) const PRODUCTS: &[Signs] = &[
    signs(Vpn, Anyone, &[
        "forticlient.com", "gpcloudservice.com", "openvpn.com", "perimeter81.com",
        "prismaaccess.com", "pulsesecure.net", "tailscale.com", "zscaler.net", "zscalerone.net",
        "zscalertwo.net", "zscalerthree.net",
    ]),
    signs(RemoteAccess, Anyone, &[
        "anydesk.com", "beyondtrustcloud.com", "citrix.com", "citrixcloud.com", "cloud.com",
        "connectwise.com", "logmein.com", "screenconnect.com", "splashtop.com", "teamviewer.com",
    ]),
    signs(Sso, Anyone, &[
        "accounts.google.com", "auth0.com", "awsapps.com", "duosecurity.com", "jumpcloud.com",
        "login.live.com", "login.microsoft.com", "login.microsoftonline.com", "login.windows.net",
        "okta-emea.com", "okta.com", "oktapreview.com", "onelogin.com", "pingidentity.com",
        "pingone.com", "pingone.eu",
    ]),
    signs(Mail, Anyone, &[
        "mail.google.com", "mail.proton.me", "mail.yahoo.com", "mail.zoho.com", "mimecast.com",
        "outlook.com", "outlook.live.com", "outlook.office.com", "outlook.office365.com",
    ]),
    signs(Admin, Anyone, &[
        "admin.google.com", "admin.microsoft.com", "dash.cloudflare.com", "endpoint.microsoft.com",
        "falcon.crowdstrike.com", "fortinet.com", "godaddy.com", "intune.microsoft.com",
        "meraki.com", "security.microsoft.com",
    ]),
    signs(Dev, Anyone, &[
        "atlassian.com", "atlassian.net", "bitbucket.org", "circleci.com", "dev.azure.com",
        "docker.com", "github.com", "gitlab.com", "jetbrains.com", "npmjs.com", "postman.com",
        "pypi.org", "sentry.io", "sonarcloud.io", "travis-ci.com", "visualstudio.com",
    ]),
    signs(Cloud, Anyone, &[
        "aws.amazon.com", "cloud.google.com", "cloud.ibm.com", "cloud.oracle.com",
        "databricks.com", "digitalocean.com", "heroku.com", "hetzner.com", "linode.com",
        "netlify.com", "oraclecloud.com", "ovh.com", "portal.azure.com", "snowflakecomputing.com",
        "vercel.com",
    ]),
    signs(Hr, Anyone, &[
        "adp.com", "bamboohr.com", "gusto.com", "hibob.com", "myworkday.com", "paycom.com",
        "paylocity.com", "personio.com", "personio.de", "rippling.com", "sapsf.com", "sapsf.eu",
        "successfactors.com", "successfactors.eu", "ultipro.com", "workday.com",
    ]),
    signs(Finance, Anyone, &[
        "ariba.com", "bill.com", "concursolutions.com", "coupa.com", "dashboard.stripe.com",
        "expensify.com", "netsuite.com", "paypal.com", "quickbooks.intuit.com", "sap.com",
        "xero.com",
    ]),
];

/// First folders of paths, whatever the host.
#[rustfmt::skip]
pub(super) const PATHS: &[Signs] = &[
    signs(Vpn, Staff, &[
        "/+cscoe+", "/+webvpn+", "/dana-na", "/global-protect", "/ssl-vpn", "/sslvpn",
        "/remote/login", "/remote/logincheck", "/vpn/index.html", "/vpn/tmindex.html", "/my.policy",
    ]),
    signs(RemoteAccess, Staff, &[
        "/rdweb", "/citrix", "/logon/logonpoint", "/guacamole", "/portal/webclient", "/tsweb",
    ]),
    signs(Sso, Staff, &["/adfs", "/idp/profile", "/nidp", "/oam/server"]),
    signs(Sso, Anyone, &["/auth/realms", "/cas/login", "/simplesaml"]),
    signs(Mail, Staff, &["/owa", "/webmail", "/roundcube", "/zimbra"]),
    signs(Admin, Staff, &["/ecp", "/phpmyadmin", "/pma", "/tmui"]),
    signs(Admin, Anyone, &[
        "/admin", "/administrator", "/cpanel", "/whm", "/wp-admin", "/wp-login.php",
    ]),
    signs(Dev, Anyone, &["/confluence", "/gitlab", "/jenkins", "/jira"]),
    signs(Hr, Anyone, &["/psc", "/psp"]),
    signs(Finance, Anyone, &["/oa_html", "/sap/bc"]),
];

/// Schemes of addresses.
pub(super) const SCHEMES: &[Signs] = &[
    signs(RemoteAccess, Staff, &["rdp", "termsrv", "vnc"]),
    signs(Mail, Staff, &["imap", "imaps", "mailbox", "pop3", "pop3s", "smtp", "smtps"]),
    signs(Admin, Anyone, &["ssh", "telnet"]),
];

/// What an exposure is worth before age and VIP, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rule {
    /// What it is about; stands in `severity_reasons`.
    pub(super) reason: &'static str,
    /// How bad it is.
    pub(super) severity: Severity,
    /// What to do.
    pub(super) actions: &'static [Action],
}

const fn rule(reason: &'static str, severity: Severity, actions: &'static [Action]) -> Rule {
    Rule { reason, severity, actions }
}

pub(super) const LIVE_STAFF_SESSION: Rule =
    rule("live session cookie on a staff or SSO host", Critical, &[ResetPassword, RevokeSessions]);
pub(super) const EMPLOYEE_REMOTE_ACCESS: Rule =
    rule("employee credential on remote access", Critical, &[ResetPassword, RevokeSessions]);
pub(super) const EMPLOYEE_CREDENTIAL: Rule =
    rule("employee credential", High, &[ResetPassword, RevokeSessions]);
pub(super) const EMPLOYEE_SESSION: Rule =
    rule("live session cookie of an employee", High, &[RevokeSessions]);
pub(super) const OUR_MACHINE: Rule = rule(
    "a computer of the organisation is infected",
    High,
    &[ResetPassword, RevokeSessions, IsolateHost],
);
pub(super) const MACHINE_IN_OUR_NETWORK: Rule =
    rule("an infected computer has an address of the organisation", Medium, &[Review]);
pub(super) const OUR_ADDRESS_ELSEWHERE: Rule =
    rule("our e-mail address at somebody else's service", Medium, &[ResetPassword]);
pub(super) const LIVE_CUSTOMER_SESSION: Rule =
    rule("live session cookie of a customer", Medium, &[RevokeSessions, NotifyCustomer]);
pub(super) const CUSTOMER_CREDENTIAL: Rule =
    rule("customer credential", Low, &[ResetPassword, NotifyCustomer]);
pub(super) const OUR_ADDRESS_IN_FORM: Rule =
    rule("our e-mail address in a form history", Low, &[Review]);
pub(super) const UNPLACED: Rule = rule("login that cannot be placed", Low, &[Review]);
pub(super) const NO_SECRET: Rule = rule("no password was taken along", Info, &[Review]);
pub(super) const EXPIRED_SESSION: Rule = rule("expired session cookie", Info, &[Review]);
pub(super) const NO_SESSION: Rule = rule("cookie that is no login session", Info, &[Review]);
pub(super) const MENTION: Rule = rule("a watched name in other text", Info, &[Review]);

/// All rules, worst first.
#[cfg(test)]
pub(super) const RULES: &[Rule] = &[
    LIVE_STAFF_SESSION,
    EMPLOYEE_REMOTE_ACCESS,
    EMPLOYEE_CREDENTIAL,
    EMPLOYEE_SESSION,
    OUR_MACHINE,
    MACHINE_IN_OUR_NETWORK,
    OUR_ADDRESS_ELSEWHERE,
    LIVE_CUSTOMER_SESSION,
    CUSTOMER_CREDENTIAL,
    OUR_ADDRESS_IN_FORM,
    UNPLACED,
    NO_SECRET,
    EXPIRED_SESSION,
    NO_SESSION,
    MENTION,
];

/// An infection of more days than this lowers the severity by one step.
pub(super) const OLD_AFTER_DAYS: i64 = 365;

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

/// Prefixes that browsers give a meaning to; what follows is the name.
pub(super) const COOKIE_PREFIXES: &[&str] = &["__Secure-", "__Host-", "__Http-"];

/// Names of cookies that carry a login.
#[rustfmt::skip]
pub(super) const SESSION_COOKIES: &[CookieName] = &[
    // any framework
    Is("sid"), Is("sess"), Is("sessid"), Is("session"), Is("session_id"), Is("session-id"),
    Is("__session"), Is("sessiontoken"), Ends("sessionid"), Ends("_sessid"), Ends("_session"),
    Ends("-session"), Ends(".session"), Ends("_session_id"), Ends("session-token"),
    Ends("session_token"), Ends(".sid"), Ends("_sid"), Ends(":sess"), Is("auth"), Is("authtoken"),
    Is("auth-token"), Ends("_auth"), Ends("-auth-token"), Ends("auth_token"), Is("accesstoken"),
    Is("access-token"), Ends("access_token"), Is("refreshtoken"), Ends("refresh_token"),
    Is("idtoken"), Is("id_token"), Is("token"), Is("user_token"), Is("usertoken"), Is("bearer"),
    Is("jwt"), Is("jwt_token"), Ends("_jwt"), Is("logintoken"), Is("login_token"), Is("sso"),
    Is("ssotoken"), Is("sso_token"), Is("rememberme"), Is("remember_me"), Is("remember-me"),
    Is("remember_token"), Is("remember_user_token"), Begins("remember_web_"),
    Ends("rememberme.cookie"),
    // one framework or language
    Begins("PHPSESSID"), Begins("JSESSIONID"), Begins("ASPSESSIONID"), Begins(".AspNet."),
    Begins(".AspNetCore."), Is(".ASPXAUTH"), Is(".ASPXFORMSAUTH"), Is("CFID"), Is("CFTOKEN"),
    Is("CAKEPHP"), Begins("SSESS"), Begins("next-auth.session-token"),
    Begins("authjs.session-token"), Begins("CognitoIdentityServiceProvider."),
    Begins("wordpress_logged_in_"), Begins("wordpress_sec_"), Begins("MoodleSession"),
    Ends(".session.id"),
    // single sign-on
    Begins("ESTSAUTH"), Is("SignInStateCookie"), Begins("FedAuth"), Is("rtFa"), Begins("MSISAuth"),
    Is("SMSESSION"), Begins("LtpaToken"), Begins("OAMAuthnCookie"), Is("ObSSOCookie"),
    Is("iPlanetDirectoryPro"), Begins("_shibsession_"), Is("SimpleSAMLAuthToken"), Is("CASTGC"),
    Is("TGC"), Begins("KEYCLOAK_IDENTITY"), Begins("KEYCLOAK_SESSION"), Is("PF"),
    Is("PF.PERSISTENT"), Begins("PA."), Is("MYSAPSSO2"), Is("PS_TOKEN"),
    Begins("SAP_SESSIONID_"), Is("CF_Authorization"), Is("CF_AppSession"),
    Begins("_oauth2_proxy"), Is("_pomerium"), IsAt("idx", "okta.com"),
    IsAt("idx", "oktapreview.com"), IsAt("idx", "okta-emea.com"), Is("auth0"), Is("auth0_compat"),
    Is("sub_session_onelogin.com"), Begins("AWSELBAuthSessionCookie"), Begins("x-ms-cpim-sso"),
    Is("MSPAuth"), Is("RPSSecAuth"),
    // remote access
    Is("DSID"), Is("SVPNCOOKIE"), Is("SVPNNETWORKCOOKIE"), Is("webvpn"), Is("webvpncontext"),
    Begins("NSC_"), Is("MRHSession"), Is("LastMRH_Session"), Is("CtxsAuthId"), Is("swap"),
    Begins("APSCOOKIE"), Begins("TSWAAuth"), Is("acSamlv2Token"), Is("portal-userauthcookie"),
    Is("portal-prelogonuserauthcookie"),
    // mail and panels
    Is("cadata"), Is("DomAuthSessId"), Is("PVEAuthCookie"), Begins("splunkd_"),
    Is("oc_sessionPassphrase"), Is("UserContext"), Is("OutlookSession"), Is("ZM_AUTH_TOKEN"),
    Is("ZM_ADMIN_AUTH_TOKEN"), Is("roundcube_sessauth"), Is("Horde"), Is("cpsession"),
    Is("whostmgrsession"), Is("webmailsession"), Is("phpMyAdmin"), Begins("pmaAuth-"),
    // products
    IsAt("d", "slack.com"), Is("user_session"), Begins("user_session_"), Is("LSID"), Is("HSID"),
    Is("SSID"), Is("OSID"), Is("APISID"), Is("SAPISID"), Ends("PSID"), Ends("PSIDTS"),
    Ends("PAPISID"), Is("aws-creds"), Ends(".session.token"), Ends("crowd.token_key"),
    Begins("glide_user"), Is("glide_session_store"), Is("x-amz-sso_authn"), Is("_zm_ssid"),
];

/// Names of cookies that carry no login, though they look like it.
#[rustfmt::skip]
pub(super) const NEVER_SESSION: &[CookieName] = &[
    Has("csrf"), Has("xsrf"), Has("antiforgery"), Has("nonce"), Has("correlation"), Has("culture"),
    Has("locale"), Has("language"), Has("consent"), Has("analytics"), Has("tracking"), Has("utm"),
    Has("timeout"), Has("expir"), Has("guest"), Has("anonymous"), Has("amplitude"), Has("mixpanel"),
    Has("test_cookie"), Begins("_ga"), Begins("_gid"), Begins("_gcl"), Begins("_fb"), Begins("_hj"),
    Begins("_pk_"), Begins("_uet"), Begins("_vwo"), Begins("ajs_"), Begins("amp_"),
    Begins("optimizely"), Is("glide_user_route"),
];
