//! What kind of artefact the name of an entry promises.
//!
//! It is a hint: names are reused by many families and changed by re-packers, so content decides
//! later. Case does not count, and `_`, `-`, a blank and nothing are the same between words.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{browser, tree};

/// What a file of a log is, as far as its name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Logins, of all browsers or of one.
    Passwords,
    /// Passwords only, one a line, for trying them out (`Brute.txt`).
    PasswordList,
    /// Facts about the computer.
    System,
    /// Cookies.
    Cookies,
    /// Names of domains only, without cookies.
    DomainList,
    /// Form entries.
    Autofill,
    /// Visited pages, downloads, bookmarks.
    History,
    /// Installed programs.
    Software,
    /// Running processes.
    Processes,
    /// Payment cards.
    Cards,
    /// Crypto wallets and browser extensions.
    Wallet,
    /// Tokens of accounts.
    Token,
    /// Data of messengers and game clients.
    Messenger,
    /// A screenshot or another picture.
    Picture,
    /// A file of the machine's user, taken as it is: what it says is no output of the malware.
    Grabbed,
    /// Advertising of the seller.
    Promo,
    /// Nothing is known.
    Other,
}

/// What the name of an entry promises, from its path inside the log.
///
/// ```
/// use logsieve::layout::{Role, role};
/// assert_eq!(role(b"_All-Passwords list.txt"), Role::Passwords);
/// assert_eq!(role(b"Cookies/cookies_Mozilla Firefox_abcd1234.default"), Role::Cookies);
/// assert_eq!(role(b"FileGrabber/Users/user1/Desktop/passwords.txt"), Role::Grabbed);
/// ```
pub fn role(path_inside_log: &[u8]) -> Role {
    let (folders, file) = tree::split(path_inside_log);
    let folders = folders.split(|&byte| byte == b'/').map(folder_kind);
    file_role(file, folders.fold(Place::Log, Place::inside))
}

/// What the folders above a file say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// It lies in no log, or in a folder there that says nothing.
    Loose,
    /// It lies in the log itself, or in a folder that says nothing.
    Log,
    /// In a part of the log for files of this role.
    Part(Role),
    /// Among files of the machine's user.
    Grabbed,
    /// In what operating systems leave in archives.
    Junk,
}

impl Place {
    /// The place in a folder of this kind: the outermost telling one counts.
    pub(super) fn inside(self, kind: FolderKind) -> Self {
        match (self, kind) {
            (_, FolderKind::Junk) => Self::Junk,
            (Self::Log, FolderKind::Grabbed) => Self::Grabbed,
            (Self::Log, FolderKind::Part(Some(role))) => Self::Part(role),
            // Other folders are called `Downloads` or `Steam` too.
            (Self::Loose, FolderKind::Part(Some(role @ (Role::Passwords | Role::Cookies)))) => {
                Self::Part(role)
            }
            _ => self,
        }
    }
}

/// What the name of a folder promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum FolderKind {
    /// A part of a log, for files of one role or of several.
    Part(Option<Role>),
    /// A part of a log for one browser.
    Browser,
    /// A part of a log for one profile of a browser.
    Profile,
    /// Files of the machine's user.
    Grabbed,
    /// What operating systems leave in archives.
    Junk,
    /// Anything: a log, a folder of logs, a folder that we do not know.
    Plain,
}

pub(super) fn folder_kind(name: &[u8]) -> FolderKind {
    let squashed = Squashed::new(name);
    let text = squashed.as_bytes();
    // The second copy of everything in a log of CryptBot; `_Files` beside it is grabbed.
    if name.eq_ignore_ascii_case(b"files_") {
        return FolderKind::Part(None);
    }
    if name.eq_ignore_ascii_case(b"__MACOSX") {
        return FolderKind::Junk;
    }
    if is_grabbed_folder(text) {
        FolderKind::Grabbed
    } else if let Some(role) = part_role(text) {
        FolderKind::Part(role)
    } else if browser::is_profile(name) {
        FolderKind::Profile
    } else if browser::is_browser(name) {
        FolderKind::Browser
    } else {
        FolderKind::Plain
    }
}

fn is_grabbed_folder(text: &[u8]) -> bool {
    let contains = |word: &[u8]| memchr::memmem::find(text, word).is_some();
    matches!(text, b"files" | b"desktop" | b"documents" | b"usb" | b"grabbedfiles" | b"userfiles")
        || contains(b"grabber")
        || contains(b"grabfiles")
        || contains(b"importantfiles")
}

/// The role of the files in a folder that is a part of a log.
#[rustfmt::skip]
fn part_role(text: &[u8]) -> Option<Option<Role>> {
    let role = match text {
        b"cookies" | b"cookie" => Role::Cookies,
        b"autofill" | b"autofills" | b"forms" => Role::Autofill,
        b"history" | b"histories" | b"downloads" | b"download" | b"bookmarks" => Role::History,
        b"passwords" | b"password" | b"pass" | b"logins" | b"credentials" => Role::Passwords,
        b"wallets" | b"wallet" | b"plugins" | b"extension" | b"extensions" | b"crypto"
        | b"cryptowallets" | b"coldwallets" | b"desktopwallets" => Role::Wallet,
        b"cc" | b"creditcards" | b"creditcard" | b"cards" | b"credits" => Role::Cards,
        b"telegram" | b"telegramdesktop" | b"tdata" | b"discord" | b"messenger" | b"messengers"
        | b"skype" | b"whatsapp" | b"signal" | b"element" | b"pidgin" | b"icq" | b"viber"
        | b"jabber" | b"tox" | b"steam" | b"gaming" | b"games" => Role::Messenger,
        b"googleaccounts" | b"googletokens" | b"accounttokens" | b"tokens" | b"restore"
        | b"fbfastcheck" => Role::Token,
        b"screenshot" | b"screenshots" | b"screen" | b"webcam" => Role::Picture,
        b"useragents" | b"ua" | b"fingerprint" | b"masterkeys" | b"path" | b"version"
        | b"directories" | b"clipboard" => Role::Other,
        b"browser" | b"browsers" | b"soft" | b"software" | b"applications" | b"apps" | b"system"
        | b"systeminfo" | b"ftp" | b"vpn" | b"mail" | b"email" | b"outlook" | b"foxmail"
        | b"filezilla" | b"winscp" | b"network" | b"wifi" | b"processes" | b"userdata" => {
            return Some(None);
        }
        _ => return None,
    };
    Some(Some(role))
}

/// How many different names of files are remembered.
const ROLES_KEPT: usize = 4096;

/// The roles of files: most names stand in every log, so that the first of them are remembered.
#[derive(Default)]
pub(super) struct Roles<'a> {
    known: HashMap<(&'a [u8], Place), Role>,
}

impl<'a> Roles<'a> {
    /// The role of a file by its name, in some place.
    pub(super) fn of(&mut self, file: &'a [u8], place: Place) -> Role {
        if let Some(&role) = self.known.get(&(file, place)) {
            return role;
        }
        let role = file_role(file, place);
        if self.known.len() < ROLES_KEPT {
            self.known.insert((file, place), role);
        }
        role
    }
}

/// The role of a file by its name, in some place.
pub(super) fn file_role(file: &[u8], place: Place) -> Role {
    let folder_role = match place {
        Place::Grabbed => return Role::Grabbed,
        Place::Junk => return Role::Other,
        Place::Part(role) => Some(role),
        Place::Log | Place::Loose => None,
    };
    if is_junk_file(file) {
        return Role::Other;
    }
    if file.eq_ignore_ascii_case(b"log.json") {
        return Role::System;
    }
    let (stem, extension) = split_extension(file);
    if place != Place::Loose && extension == Extension::Archive && is_grabbed_archive(stem) {
        return Role::Grabbed;
    }
    let squashed = Squashed::new(stem);
    let name = squashed.as_bytes();
    let is_text = matches!(extension, Extension::Text | Extension::None);
    let by_name = if is_text { exact_role(name) } else { by_extension(extension) };
    by_name
        .or_else(|| if is_text { program_role(name) } else { None })
        // Tokens and logins are told by the folder only where the name says nothing else.
        .or(folder_role.filter(|&role| !matches!(role, Role::Token | Role::Passwords)))
        .or_else(|| if is_text { likely_role(stem, name) } else { None })
        .or(folder_role)
        .unwrap_or_else(|| {
            if is_promo(file, name, extension) {
                Role::Promo
            } else if extension == Extension::Text && browser::is_browser(stem) {
                Role::Passwords
            } else {
                Role::Other
            }
        })
}

fn by_extension(extension: Extension) -> Option<Role> {
    match extension {
        Extension::Picture => Some(Role::Picture),
        Extension::Wallet => Some(Role::Wallet),
        _ => None,
    }
}

/// Names that mean one thing wherever the file lies.
#[rustfmt::skip]
pub(super) fn exact_role(name: &[u8]) -> Option<Role> {
    Some(match name {
        b"passwords" | b"password" | b"allpasswords" | b"allpasswordslist" | b"passwordlist"
        | b"passwordslist" | b"uniquepasswords" | b"logins" | b"credentials" | b"pwds" | b"pwd"
        | b"pass" | b"browserpasswords" | b"icloudpasswords" | b"passwordscopy" | b"keychain"
            => Role::Passwords,
        b"brute" | b"brutelist" | b"bruteforce" => Role::PasswordList,
        b"cookielist" | b"cookieslist" | b"domaindetects" | b"domaindetect" | b"domainsdetect"
        | b"domainlist" | b"domains" => Role::DomainList,
        b"cookies" | b"cookie" | b"allcookies" | b"allcookieslist" => Role::Cookies,
        b"installedsoftware" | b"software" | b"softwares" | b"installedprograms" | b"programslist"
        | b"installedapps" | b"installedbrowsers" | b"softwarelist" | b"softwareinfo"
            => Role::Software,
        b"processlist" | b"processes" | b"runningprocesses" | b"process" | b"processinfo"
        | b"tasklist" => Role::Processes,
        b"creditcards" | b"creditcard" | b"cc" | b"cc's" | b"ccs" | b"allcclist" | b"cards"
            => Role::Cards,
        b"autofill" | b"autofills" | b"importantautofills" | b"allformslist" => Role::Autofill,
        b"history" | b"downloads" | b"bookmarks" => Role::History,
        b"tokens" | b"token" | b"discordtokens" | b"steamtokens" | b"googletokens"
        | b"accounttokens" => Role::Token,
        _ => return system_name(name).map(|_| Role::System),
    })
}

/// Files with logins of programs other than browsers; and networks, which have passwords but no
/// address that could be anybody's.
fn program_role(name: &[u8]) -> Option<Role> {
    let contains = |word: &[u8]| memchr::memmem::find(name, word).is_some();
    match name {
        b"outlook" | b"foxmail" | b"thunderbird" | b"mail" | b"mails" | b"emailclients"
        | b"mailclients" | b"accounts" | b"sitemanager" | b"recentservers" | b"filezilla"
        | b"winscp" | b"ftp" | b"vpn" => Some(Role::Passwords),
        b"savednetworks" | b"wlan" => Some(Role::Other),
        _ if contains(b"wifi") => Some(Role::Other),
        _ => None,
    }
}

/// How surely a file with the name of a system file is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SystemName {
    /// Sellers and other programs use the name as well.
    Weak,
    /// The name is typical of stealers.
    Strong,
}

#[rustfmt::skip]
fn system_name(name: &[u8]) -> Option<SystemName> {
    match name {
        b"userinformation" | b"userinfo" | b"userinformations" | b"information" | b"system"
        | b"systeminfo" | b"systeminformation" | b"sysinfo" | b"pcinfo" | b"pcinformation"
        | b"computerinfo" | b"machineinfo" | b"hardwareinfo" => Some(SystemName::Strong),
        b"info" | b"identification" | b"buildinfo" | b"environment" | b"machine" | b"ip"
            => Some(SystemName::Weak),
        // `Information [US, Exampleville].txt`
        _ if name.starts_with(b"information[") => Some(SystemName::Strong),
        _ => None,
    }
}

/// How surely a file whose role is [`Role::System`] is a system file.
pub(super) fn system_strength(file: &[u8]) -> SystemName {
    system_name(Squashed::new(split_extension(file).0).as_bytes()).unwrap_or(SystemName::Weak)
}

/// Whether the name of a file itself says that it holds passwords, and not only its folder.
pub(super) fn names_passwords(file: &[u8]) -> bool {
    let (stem, _) = split_extension(file);
    let squashed = Squashed::new(stem);
    let name = squashed.as_bytes();
    exact_role(name) == Some(Role::Passwords) || likely_role(stem, name) == Some(Role::Passwords)
}

/// Names that contain a telling word.
fn likely_role(stem: &[u8], name: &[u8]) -> Option<Role> {
    let contains = |word: &[u8]| memchr::memmem::find(name, word).is_some();
    if contains(b"cookie") {
        Some(Role::Cookies)
    } else if contains(b"autofill") {
        Some(Role::Autofill)
    } else if contains(b"token") || name.starts_with(b"restore") {
        Some(Role::Token)
    } else if contains(b"creditcard") {
        Some(Role::Cards)
    } else if contains(b"password") || contains(b"passwd") || has_password_word(stem) {
        Some(Role::Passwords)
    } else if name.starts_with(b"history") || name.ends_with(b"history") {
        Some(Role::History)
    } else if name.starts_with(b"brute") {
        Some(Role::PasswordList)
    } else if name.starts_with(b"wallet") {
        Some(Role::Wallet)
    } else {
        None
    }
}

/// Whether a whole word of a name means logins, in the languages of common re-packers.
fn has_password_word(stem: &[u8]) -> bool {
    const WORDS: &[&str] = &[
        "contraseñas",
        "creds",
        "credentials",
        "login",
        "logins",
        "pass",
        "passes",
        "passwörter",
        "pw",
        "pwd",
        "pwds",
        "pws",
        "senhas",
        "пароли",
        "Пароли",
        "ПАРОЛИ",
        "şifreler",
    ];
    let is_between = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric();
    stem.split(is_between).any(|word| WORDS.iter().any(|w| word.eq_ignore_ascii_case(w.as_bytes())))
}

/// Advertising that sellers put into every log and beside them.
fn is_promo(file: &[u8], name: &[u8], extension: Extension) -> bool {
    let contains = |word: &[u8]| memchr::memmem::find(name, word).is_some();
    let words = [
        &b"copyright"[..],
        b"credit",
        b"readme",
        b"telegram",
        b"joinus",
        b"channel",
        b"freelogs",
        b"subscribe",
        b"000000",
    ];
    extension == Extension::Link
        || file.starts_with(b"@")
        || file.starts_with(b"-----")
        || matches!(name, b"read" | b"join")
        || words.iter().any(|word| contains(word))
}

/// Archives of the user's own files that stealers make.
fn is_grabbed_archive(stem: &[u8]) -> bool {
    const CODECS: &[u8] = b"installedcodecs";
    let end = stem.get(stem.len().saturating_sub(CODECS.len())..).unwrap_or_default();
    ["default", "local", "userprofile", "def", "usb", "doc"]
        .iter()
        .any(|name| stem.eq_ignore_ascii_case(name.as_bytes()))
        || end.eq_ignore_ascii_case(CODECS)
}

fn is_junk_file(file: &[u8]) -> bool {
    file.starts_with(b"._")
        || [".DS_Store", "Thumbs.db", "desktop.ini"]
            .iter()
            .any(|name| file.eq_ignore_ascii_case(name.as_bytes()))
}

/// What the suffix of a file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extension {
    /// Text, as stealers write it.
    Text,
    /// A picture.
    Picture,
    /// A data base of a wallet.
    Wallet,
    /// A link or a page: what sellers add.
    Link,
    /// A ZIP archive.
    Archive,
    /// Another known or unknown suffix.
    Other,
    /// None.
    None,
}

/// A file name without its suffix, and what the suffix says. `x.default` of Firefox is no suffix.
pub(super) fn split_extension(file: &[u8]) -> (&[u8], Extension) {
    let Some(dot) = memchr::memrchr(b'.', file).filter(|&dot| dot > 0) else {
        return (file, Extension::None);
    };
    let (Some(stem), Some(suffix)) = (file.get(..dot), file.get(dot + 1..)) else {
        return (file, Extension::None);
    };
    let is_one_of =
        |known: &[&str]| known.iter().any(|name| suffix.eq_ignore_ascii_case(name.as_bytes()));
    if is_one_of(&["txt", "csv", "tsv", "json", "log", "xml", "ini"]) {
        (stem, Extension::Text)
    } else if is_one_of(&["jpg", "jpeg", "png", "bmp", "gif", "webp"]) {
        (stem, Extension::Picture)
    } else if is_one_of(&["ldb", "wallet"]) {
        (stem, Extension::Wallet)
    } else if is_one_of(&["url", "lnk", "htm", "html", "webloc"]) {
        (stem, Extension::Link)
    } else if is_one_of(&["zip"]) {
        (stem, Extension::Archive)
    } else if suffix.starts_with(b"default") {
        (file, Extension::None)
    } else {
        (stem, Extension::Other)
    }
}

/// The longest part of a name that is compared, in bytes.
const SQUASHED_BYTES: usize = 96;

/// The beginning of a name in lower case, without `_`, `-` and blanks.
pub(super) struct Squashed {
    bytes: [u8; SQUASHED_BYTES],
    length: usize,
}

impl Squashed {
    pub(super) fn new(name: &[u8]) -> Self {
        let mut squashed = Self { bytes: [0; SQUASHED_BYTES], length: 0 };
        let kept = name.iter().filter(|byte| !matches!(byte, b'_' | b'-' | b' '));
        for (place, byte) in squashed.bytes.iter_mut().zip(kept) {
            *place = byte.to_ascii_lowercase();
            squashed.length += 1;
        }
        squashed
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_role(expected: Role, paths: &[&str]) {
        for path in paths {
            assert_eq!(role(path.as_bytes()), expected, "{path}");
        }
    }

    #[test]
    #[rustfmt::skip]
    fn password_files() {
        assert_role(Role::Passwords, &[
            "passwords.txt", "Passwords.txt", "Password.txt", "All Passwords.txt",
            "All_Passwords.txt", "AllPasswords_list.txt", "_AllPasswords_list.txt",
            "Password List.txt", "PasswordsList.txt", "unique_passwords.txt", "Logins.txt",
            "credentials.txt", "pwds.txt", "Pass/Pass.txt", "browser_passwords.txt",
            "Browser Passwords.txt", "iCloud Passwords.txt", "passwords - copy.txt",
            "passwords.csv", "PASSWORDS.TSV", "passwords.json", "passwords", "passwords.log",
            "Chrome/Default/Passwords.txt", "Passwords/Chrome.txt", "Browser/Logins/Chrome_Default.txt",
            "Passwords[Chrome] Default.txt", "passwords_chrome.txt", "google_chrome_default.txt",
            "edge_default.txt", "ie_passwords.txt", "Browser_Chrome_Default/Passwords.json",
            "FTP/Credentials.txt", "Credentials/Chrome Passwords.txt", "keychain.txt",
            "Chrome pass 2024.txt", "Пароли.txt", "FTP/sitemanager.xml",
            "FileZilla/recentservers.xml", "WinSCP.ini", "outlook.txt", "VPN/NordVPN/accounts.txt", "files_/passwords/x.txt", "my_logins.txt",
        ]);
        assert_role(Role::PasswordList, &["Brute.txt", "brute.txt", "BruteList.txt", "Brute_all.txt"]);
    }

    #[test]
    #[rustfmt::skip]
    fn system_files() {
        assert_role(Role::System, &[
            "UserInformation.txt", "UserInfo.txt", "user_info.txt", "information.txt",
            "_Information.txt", "Information [US, Exampleville].txt", "Information [US].txt",
            "System.txt", "System Info.txt", "system_info.txt", "systeminfo.txt",
            "system_information.txt", "Info.txt", "PC_info.txt", "pc_info.json", "Info.json",
            "identification.txt", "Build Info.txt", "Environment.txt", "machine.txt", "ip.txt",
            "files_/system_info.txt", "System/Info.txt", "information.log", "log.json",
        ]);
    }

    #[test]
    #[rustfmt::skip]
    fn cookie_files() {
        assert_role(Role::Cookies, &[
            "Cookies/Google_[Chrome]_Default Network.txt", "cookies/x", "_Cookies/google_chrome.txt",
            "Cookies_Chrome_Default.txt", "cookie_01234567-89ab.txt", "Cookies_dev.txt",
            "cookies_Mozilla Firefox_abcd1234.default", "Chrome_cookie_restore_data_1.txt",
            "_AllCookies_list.txt", "Cookies.json", "Chrome/Default/Cookies_dev.txt",
            "Restore/Google_[Chrome]_Default Fresh Cookies.txt", "Cookies/login.example.com.txt",
            "Browsers/Chrome/Cookies.txt", "Credentials/Chrome Cookies.txt",
        ]);
        assert_role(Role::DomainList, &[
            "cookie_list.txt", "CookieList.txt", "DomainDetects.txt", "domain detect.txt",
            "domain_detect.txt", "domaindetect.txt",
        ]);
    }

    #[test]
    #[rustfmt::skip]
    fn other_artefacts() {
        assert_role(Role::Software, &["InstalledSoftware.txt", "Software.txt", "InstalledBrowsers.txt"]);
        assert_role(Role::Processes, &["ProcessList.txt", "Processes.txt", "process_info.txt", "tasklist.txt"]);
        assert_role(Role::Autofill, &[
            "Autofills/Google_[Chrome]_Default.txt", "Autofill/x.txt", "ImportantAutofills.txt",
            "autofills.txt", "Chrome/Default/Autofills.txt", "_AllForms_list.txt",
            "Credentials/Chrome Autofills.txt",
        ]);
        assert_role(Role::History, &["History/Chrome_Default.txt", "Downloads/Google Chrome_Default.txt", "history.txt"]);
        assert_role(Role::Cards, &["CC/x.txt", "CreditCards/x.txt", "CreditCards.txt", "_All_CC_list.txt", "cc's.txt", "CC.txt"]);
        assert_role(Role::Wallet, &["Wallets/Google_[Chrome]_Default_Metamask/000003.log", "plugins/x/y.ldb", "a.ldb"]);
        assert_role(Role::Token, &[
            "Discord/Tokens.txt", "Applications/Discord/DiscordTokens.txt", "steam_tokens.txt",
            "Restore/Google_[Chrome]_Default Token.txt", "GoogleAccounts/Restore_Chrome_Default.txt",
            "AccountTokens/x.txt", "GoogleTokens.txt", "FBFastCheck/Token_EAAB.txt",
        ]);
        assert_role(Role::Messenger, &["Telegram/Profile_1/key_datas", "Steam/config.vdf", "soft/Telegram Desktop/tdata/x"]);
        assert_role(Role::Picture, &["Screenshot.jpg", "screen.png", "_Screen_Desktop.jpeg", "photo.bmp"]);
    }

    #[test]
    #[rustfmt::skip]
    fn files_of_the_user_and_of_the_seller() {
        assert_role(Role::Grabbed, &[
            "FileGrabber/Users/user1/passwords.txt", "Filegrabber/TooLongDir/passwords.txt",
            "GrabFiles/x.txt", "Files/Default.zip", "files/a.txt", "_Files/x", "files_/files/x.txt",
            "Important Files/Profile/passwords.txt", "Desktop/a.txt", "Documents/System.txt",
            "USB/x.docx", "Grabber/DRIVE-C/x", "default.zip", "UserProfile.zip",
        ]);
        assert_role(Role::Promo, &[
            "copyright.txt", "Credits.txt", "READ ME.txt", "join.url", "@ExampleCloud.txt",
            "Telegram channel.txt", "-----000.txt", "Join.txt", "example.html",
        ]);
        assert_role(Role::Other, &[
            "", "/", "Clipboard.txt", "qwertz.txt", "company_passwords.xlsx", "login.keychain-db",
            "desktop.ini", "Thumbs.db", ".DS_Store", "__MACOSX/Passwords.txt", "._Passwords.txt",
            "UserAgents/Google_[Chrome].txt", "compass.txt", "system.dll", "log.txt",
        ]);
    }

    #[test]
    fn long_names_cost_nothing_special() {
        assert_eq!(role(&[b'a'; 1_000_000]), Role::Other);
        assert_eq!(role(&[b'/'; 1_000_000]), Role::Other);
    }
}
