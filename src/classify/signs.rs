//! The signs by which applications are known: everything that is a decision and no logic.
//!
//! `docs/SEVERITY.md` shows these tables; a test compares the two.

use crate::exposure::AppClass::{
    self, Admin, Cloud, Dev, Finance, Hr, Mail, Other, RemoteAccess, Sso, Vpn,
};

use Audience::{Anyone, Staff, Work};

/// Who has logins at a kind of application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// Employees only: an own host counts as a staff host.
    Staff,
    /// Whoever works there, as a member of an organisation, and its customers perhaps.
    Work,
    /// Customers and private people as well.
    Anyone,
}

/// Signs of one kind of application: labels of hosts, paths, ports, schemes, cookies, or products.
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

/// Whole labels of own and foreign hosts, left of the part that one registers.
///
/// `hr`, `ci`, `mx` and other country codes are left out: they name sites of countries as well; so
/// are `login`, `auth`, `id`, `account`, `portal` and `email`, which are customers' in most places.
#[rustfmt::skip]
pub(super) const LABELS: &[Signs] = &[
    signs(Vpn, Staff, &[
        "vpn", "sslvpn", "ssl-vpn", "vpnssl", "webvpn", "openvpn", "ovpn", "anyconnect",
        "globalprotect", "gp", "gpvpn", "fortivpn", "fortigate", "forticlient", "pulsesecure",
        "ipsec", "ras", "vpngw", "vpn-gw", "vpngate", "vpngateway", "vpn-gateway", "vpnportal",
        "vpnaccess", "ravpn", "ra-vpn", "remotevpn", "remote-vpn", "clientvpn", "client-vpn",
        "uservpn", "staffvpn", "corpvpn", "aovpn", "directaccess", "netextender", "zpa",
        "wireguard", "ztna",
    ]),
    signs(RemoteAccess, Staff, &[
        "citrix", "ctx", "xenapp", "xendesktop", "storefront", "netscaler", "remote",
        "remoteaccess", "remote-access", "remoteapp", "remoteapps", "remotedesktop",
        "remote-desktop", "rdp", "rdgateway", "rd-gateway", "rdgw", "rdg", "rdweb", "rds",
        "tsgateway", "tsweb", "vdi", "vdesktop", "virtualdesktop", "horizon", "guacamole",
        "bastion", "jumphost", "jumpserver", "avd", "wvd", "teleport", "telework",
    ]),
    signs(Sso, Staff, &[
        "sso", "adfs", "sts", "fs", "idp", "okta", "saml", "keycloak", "shibboleth",
        "pingfederate", "onelogin", "federation", "mfa", "duo", "myapps", "mysignins",
        "enterpriseenrollment", "enterpriseregistration",
    ]),
    signs(Mail, Staff, &[
        "mail", "webmail", "owa", "exchange", "autodiscover", "outlook", "zimbra", "roundcube",
        "smtp", "imap", "pop", "pop3", "correo", "posta", "poczta", "pochta",
        "messagerie", "courriel",
    ]),
    signs(Admin, Staff, &[
        "intranet", "vcenter", "vcsa", "vsphere", "esxi", "proxmox", "pve", "idrac", "ilo",
        "ipmi", "bmc", "firewall", "fortimanager", "fortianalyzer", "unifi", "zabbix",
        "nagios", "icinga", "centreon", "prtg", "librenms", "netbox", "cyberark", "pam",
        "pwsafe", "splunk", "graylog", "siem", "wazuh", "grafana", "kibana", "prometheus",
        "cpanel", "whm", "plesk", "phpmyadmin", "pma", "webmin", "portainer", "awx", "opnsense",
        "pfsense", "glpi",
    ]),
    signs(Admin, Anyone, &["admin", "administrator", "backoffice"]),
    signs(Dev, Staff, &[
        "jenkins", "sonar", "sonarqube", "k8s", "kubernetes", "argocd", "rancher", "teamcity",
        "bamboo", "buildserver",
    ]),
    signs(Dev, Anyone, &[
        "git", "gitlab", "github", "gitea", "bitbucket", "svn", "jira", "confluence", "nexus",
        "artifactory", "harbor", "registry", "gerrit", "youtrack", "redmine",
    ]),
    signs(Cloud, Anyone, &[
        "aws", "azure", "gcp", "nextcloud", "owncloud", "openstack", "sharepoint", "minio",
    ]),
    signs(Hr, Anyone, &[
        "hris", "hrms", "hrportal", "workday", "successfactors", "payroll", "personio", "timesheet",
    ]),
    signs(Finance, Anyone, &[
        "sap", "erp", "finance", "accounting", "netsuite", "invoice", "invoices", "treasury",
    ]),
    signs(Other, Staff, &[
        "staff", "employee", "employees", "staffportal", "employeeportal", "mitarbeiter",
        "empleados", "pracownik", "collaborateurs",
    ]),
];

/// Hosts of products, with everything below them; the longest that fits counts.
#[rustfmt::skip]
pub(super) const PRODUCTS: &[Signs] = &[
    signs(Vpn, Staff, &[
        "appgate.com", "catonetworks.com", "forticlient.com", "goskope.com", "gpcloudservice.com",
        "nordlayer.com", "openvpn.com", "perimeter81.com", "prismaaccess.com", "pulsesecure.net",
        "tailscale.com", "twingate.com", "zscaler.com", "zscaler.net", "zscalerone.net",
        "zscalertwo.net", "zscalerthree.net", "zscloud.net",
    ]),
    signs(RemoteAccess, Staff, &[
        "amazonworkspaces.com", "anydesk.com", "beyondtrustcloud.com", "citrix.com",
        "citrixcloud.com", "cloud.com", "connectwise.com", "gotomypc.com", "horizon.omnissa.com",
        "horizon.vmware.com", "logmein.com", "netscalergateway.net", "rdweb.wvd.microsoft.com",
        "realvnc.com", "screenconnect.com", "splashtop.com", "teamviewer.com",
        "windows.cloud.microsoft", "windows365.microsoft.com", "wvd.microsoft.com",
    ]),
    signs(Sso, Staff, &[
        "accounts.google.com", "awsapps.com", "cloudflareaccess.com", "duosecurity.com",
        "idaptive.app", "jumpcloud.com", "login.microsoft.com", "login.windows.net",
        "microsoftonline.com", "microsoftonline.us", "myaccount.microsoft.com",
        "myapps.microsoft.com", "mysignins.microsoft.com", "okta-emea.com", "okta-gov.com",
        "okta.com", "oktapreview.com", "onelogin.com", "pingidentity.com", "pingone.asia",
        "pingone.ca", "pingone.com", "pingone.eu", "vidmpreview.com", "vmwareidentity.com",
        "workspaceoneaccess.com",
    ]),
    // Password managers open everything that is in them.
    signs(Sso, Work, &[
        "1password.com", "1password.eu", "bitwarden.com", "bitwarden.eu", "dashlane.com",
        "keepersecurity.com", "keepersecurity.eu", "lastpass.com", "lastpass.eu",
    ]),
    signs(Sso, Anyone, &[
        "amazoncognito.com", "auth0.com", "b2clogin.com", "ciamlogin.com", "login.live.com",
    ]),
    signs(Mail, Staff, &[
        "exmail.qq.com", "mail.google.com", "mail.zoho.com", "mail.zoho.eu", "mimecast.com",
        "outlook.cloud.microsoft", "outlook.office.com", "outlook.office365.com",
    ]),
    signs(Mail, Anyone, &["mail.proton.me", "mail.yahoo.com", "outlook.com", "outlook.live.com"]),
    signs(Admin, Work, &[
        "admin.exchange.microsoft.com", "admin.google.com", "admin.microsoft.com", "atera.com",
        "awmdm.com", "dash.cloudflare.com", "datto.com", "endpoint.microsoft.com",
        "entra.microsoft.com", "falcon.crowdstrike.com", "fortinet.com", "gandi.net",
        "godaddy.com", "intune.microsoft.com", "kaseya.com", "kaseya.net", "meraki.com",
        "n-able.com", "namecheap.com", "ninjaone.com", "ninjarmm.com", "purview.microsoft.com",
        "security.microsoft.com", "sentinelone.net", "central.sophos.com",
    ]),
    signs(Dev, Work, &[
        "atlassian.com", "atlassian.net", "bitbucket.org", "buildkite.com", "circleci.com",
        "dev.azure.com", "docker.com", "github.com", "gitlab.com", "jfrog.io", "npmjs.com",
        "nuget.org", "packagist.org", "pypi.org", "rubygems.org", "sentry.io", "snyk.io",
        "sonarcloud.io", "terraform.io", "travis-ci.com", "visualstudio.com",
    ]),
    signs(Dev, Anyone, &["jetbrains.com", "postman.com"]),
    signs(Cloud, Work, &[
        "alibabacloud.com", "aliyun.com", "aws.amazon.com", "azuredatabricks.net",
        "cloud.google.com", "cloud.ibm.com", "cloud.oracle.com", "cloud.tencent.com",
        "databricks.com", "digitalocean.com", "firebase.google.com", "fly.io", "heroku.com",
        "hetzner.cloud", "hetzner.com", "huaweicloud.com", "linode.com", "mongodb.com",
        "netlify.com", "office.com", "oraclecloud.com", "ovh.com", "ovhcloud.com",
        "portal.azure.com", "render.com", "scaleway.com", "sharepoint.com", "snowflake.com",
        "snowflakecomputing.com", "supabase.com", "vercel.com", "vultr.com",
    ]),
    signs(Hr, Anyone, &[
        "adp.com", "bamboohr.com", "csod.com", "dayforcehcm.com", "deel.com", "factorialhr.com",
        "gusto.com", "hibob.com", "myworkday.com", "paychex.com", "paycom.com", "paylocity.com",
        "personio.com", "personio.de", "rippling.com", "sapsf.com", "sapsf.eu",
        "successfactors.com", "successfactors.eu", "ukg.com", "ultipro.com", "workday.com",
    ]),
    signs(Finance, Anyone, &[
        "adyen.com", "ariba.com", "bill.com", "brex.com", "concursolutions.com", "coupa.com",
        "dashboard.stripe.com", "datev.de", "expensify.com", "netsuite.com", "payoneer.com",
        "paypal.com", "quickbooks.intuit.com", "ramp.com", "sage.com", "sap.com", "wise.com",
        "xero.com",
    ]),
];

/// First folders of paths, whatever the host; the longest that fits counts.
#[rustfmt::skip]
pub(super) const PATHS: &[Signs] = &[
    signs(Vpn, Staff, &[
        // Cisco
        "/+cscoe+", "/+cscou+", "/+webvpn+", "/%2bcscoe%2b", "/%2bwebvpn%2b", "/cscosslc",
        // Ivanti, formerly Pulse, formerly Juniper
        "/dana-na", "/dana/home", "/dana-cached",
        // Palo Alto Networks
        "/global-protect", "/ssl-vpn",
        // Fortinet
        "/remote/login", "/remote/logincheck", "/remote/saml", "/remote/fgt_lang",
        // Citrix Gateway
        "/vpn/index.html", "/vpn/tmindex.html",
        // F5
        "/my.policy", "/my.logon.php3", "/vdesk",
        // Check Point, SonicWall
        "/sslvpn", "/sslvpnlogin.html", "/cgi-bin/welcome",
        // Array, WatchGuard, OpenVPN, Sophos
        "/prx/000", "/sslvpn.html", "/sslvpn_logon.shtml", "/__session_start__",
        "/userportal/webpages",
    ]),
    signs(RemoteAccess, Staff, &[
        // Microsoft
        "/rdweb", "/tsweb", "/remotedesktopgateway",
        // Citrix
        "/citrix", "/logon/logonpoint", "/nf/auth", "/cgi/login",
        // Omnissa, Apache, Parallels
        "/portal/webclient", "/broker/xml", "/guacamole", "/rashtml5gateway",
    ]),
    signs(Sso, Staff, &["/adfs", "/idp/profile", "/idp/startsso.ping", "/nidp", "/oam/server"]),
    signs(Sso, Anyone, &[
        "/auth/realms", "/cas/login", "/simplesaml", "/openam", "/am/xui",
        "/siteminderagent", "/pkmslogin.form", "/if/flow",
    ]),
    signs(Mail, Staff, &[
        "/owa", "/ews/exchange.asmx", "/autodiscover", "/microsoft-server-activesync", "/exchweb",
        "/iwaredir.nsf", "/webmail", "/roundcube", "/zimbra", "/sogo", "/horde", "/squirrelmail",
        "/rainloop", "/snappymail",
    ]),
    signs(Admin, Staff, &[
        // mail and network
        "/ecp", "/tmui", "/dana-admin", "/webconsole/webpages",
        // databases and servers
        "/phpmyadmin", "/pma", "/adminer", "/adminer.php", "/cpanel", "/whm", "/plesk",
        "/login_up.php", "/webmin", "/manager/html", "/jmx-console", "/certsrv",
        // virtual machines, monitoring, vaults
        "/vsphere-client", "/websso/saml2", "/zabbix", "/nagios", "/icingaweb2", "/centreon",
        "/grafana", "/app/kibana", "/glpi", "/passwordvault",
    ]),
    signs(Admin, Anyone, &[
        "/admin", "/administrator", "/wp-admin", "/wp-login.php", "/typo3", "/umbraco",
    ]),
    signs(Dev, Staff, &["/jenkins", "/sonarqube", "/teamcity"]),
    signs(Dev, Anyone, &["/confluence", "/gitlab", "/jira", "/redmine", "/svn"]),
    signs(Cloud, Anyone, &["/nextcloud", "/owncloud", "/_layouts/15", "/_forms/default.aspx"]),
    signs(Hr, Anyone, &["/psc", "/psp"]),
    signs(Finance, Anyone, &["/oa_html", "/sap/bc", "/irj/portal"]),
];

/// Ports that one thing stands behind; `8443`, `4443` and the like tell nothing.
#[rustfmt::skip]
pub(super) const PORTS: &[Signs] = &[
    signs(Vpn, Staff, &["10443"]),
    signs(RemoteAccess, Staff, &["3389", "5900"]),
    signs(Mail, Staff, &["110", "143", "465", "587", "993", "995", "2095", "2096"]),
    signs(Admin, Staff, &["2082", "2083", "2086", "2087", "8006", "10000"]),
    signs(Admin, Anyone, &["22"]),
];

/// Schemes of addresses.
#[rustfmt::skip]
pub(super) const SCHEMES: &[Signs] = &[
    signs(RemoteAccess, Staff, &["rdp", "termsrv", "vnc"]),
    signs(Mail, Staff, &["imap", "imaps", "mailbox", "pop3", "pop3s", "smtp", "smtps"]),
    signs(Admin, Anyone, &["ftp", "ftps", "sftp", "ssh", "telnet"]),
];

/// Names of cookies that one product sets, and only for those who work with it.
///
/// Cookies of products that are put before customers' sites as well (F5, NetScaler, Shibboleth,
/// CAS) tell nothing here.
#[rustfmt::skip]
pub(super) const COOKIES: &[Signs] = &[
    signs(Vpn, Staff, &[
        "acsamlv2token", "cpcvpn_session_id", "dsid", "portal-prelogonuserauthcookie",
        "portal-userauthcookie", "svpncookie", "svpnnetworkcookie", "webvpn", "webvpncontext",
    ]),
    signs(RemoteAccess, Staff, &[
        "ctxsauthid", "tswaauthclientsidecookie", "tswaauthhttponlycookie",
    ]),
    signs(Sso, Staff, &["cf_authorization", "msisauth", "msisauth1", "msisauth2"]),
    signs(Mail, Staff, &["cadata", "roundcube_sessauth", "webmailsession", "zm_auth_token"]),
    signs(Admin, Staff, &[
        "cpsession", "pmgauthcookie", "pveauthcookie", "vsphere-ui-jsessionid", "whostmgrsession",
        "zm_admin_auth_token",
    ]),
];
