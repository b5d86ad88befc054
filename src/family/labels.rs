//! The one table of labels: what the key of a `key: value` line means.
//!
//! Families and re-packers spell the same few keys in a hundred ways (`URL`, `- Host`, `Ссылка`,
//! `UR1`, `Uѕername` with a Cyrillic letter). A key is brought to one normal form and looked up
//! whole, never by a part of it: `ip` stands in `zipcode` and `os` in `hostname`.
//! A new spelling is one word in one of the two lists at the end.

use std::sync::LazyLock;

use self::CredentialLabel::{Extra, Password, Profile, Software, Url, Username};
use self::Rank::{Fallback, Good};
use self::SystemLabel::{
    Antivirus, BotId, Build, BuildDate, Computer, ComputerAndUser, Country, Domain, Guid, Hardware,
    Hwid, InstallDate, Ip, Keyboards, Language, LocalDate, LocalIp, LogDate, MachineId, Os, Path,
    Place, Stop, Time, Timezone, User, UserAndComputer, UserHwid, Version,
};
use crate::text::CodePage;

/// What a key of a credential block names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CredentialLabel {
    /// The address of the service.
    Url,
    /// The login.
    Username,
    /// The password.
    Password,
    /// The browser or program that had saved it.
    Software,
    /// The profile of the browser.
    Profile,
    /// Something known that no record needs.
    Extra,
}

/// How good a key is as a source of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rank {
    /// The field itself.
    Good,
    /// Something close, for want of better.
    Fallback,
}

/// What a key of a system file names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SystemLabel {
    /// The family's own identifier of the hardware.
    Hwid,
    /// The identifier of the Windows installation.
    MachineId,
    /// Another identifier of the machine.
    Guid,
    /// The identifier of the machine joined with its user by `|` or `_` (Raccoon).
    BotId,
    /// The user joined with the identifier of the hardware (PureLogs).
    UserHwid,
    /// The computer's name.
    Computer(Rank),
    /// The user's name.
    User(Rank),
    /// `user (HOST)`.
    UserAndComputer,
    /// `HOST(user)`.
    ComputerAndUser,
    /// The Windows domain or work group.
    Domain,
    /// The operating system.
    Os(Rank),
    /// The public address, perhaps after the country.
    Ip,
    /// An address of the local network.
    LocalIp,
    /// The country.
    Country(Rank),
    /// A place smaller than a country, or one that holds the country too.
    Place,
    /// The time zone.
    Timezone,
    /// A language.
    Language,
    /// The keyboards, often as a list.
    Keyboards,
    /// `Time`: UTC where a local date stands beside it (Lumma).
    Time,
    /// When the log was taken.
    LogDate,
    /// What the computer's clock said.
    LocalDate,
    /// When the operating system (or the malware) was installed.
    InstallDate,
    /// When the malware was built.
    BuildDate,
    /// Where the malware ran from.
    Path(Rank),
    /// The operator's build, campaign or worker.
    Build(Rank),
    /// A version: of the malware, the operating system or a browser.
    Version,
    /// Installed protection, often as a list.
    Antivirus,
    /// Something about the hardware.
    Hardware,
    /// The head of a list of programs or processes, which has no keys of ours in it.
    Stop,
}

/// What `key` names in a credential block; the raw bytes in front of the separator will do.
///
/// ```
/// use logsieve::family::labels::{CredentialLabel, credential_label};
/// assert_eq!(credential_label(b" - User Name"), Some(CredentialLabel::Username));
/// assert_eq!(credential_label(b"P455W0RD"), Some(CredentialLabel::Password));
/// assert_eq!(credential_label(b"Passwords"), None);
/// ```
pub fn credential_label(key: &[u8]) -> Option<CredentialLabel> {
    NormalKey::new(key)?.credential()
}

/// What `key` names in a system file; the raw bytes in front of the separator will do.
///
/// ```
/// use logsieve::family::labels::{Rank, SystemLabel, system_label};
/// assert_eq!(system_label(b"\t- Computer Name"), Some(SystemLabel::Computer(Rank::Good)));
/// assert_eq!(system_label(b"FileLocation"), Some(SystemLabel::Path(Rank::Good)));
/// assert_eq!(system_label(b"LANIP"), Some(SystemLabel::LocalIp));
/// ```
pub fn system_label(key: &[u8]) -> Option<SystemLabel> {
    NormalKey::new(key)?.system()
}

/// A `key: value` line, split at its first separator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Labelled<'t> {
    /// Everything before the separator.
    pub key: &'t [u8],
    /// Everything after the separator but one space (or its TABs).
    pub value: &'t [u8],
}

impl<'t> Labelled<'t> {
    /// Splits `line` at the first of `:`, `=`, TAB, ` =>`, `->`, `→` and the wide colon of East
    /// Asia; spaces and TABs may stand round it. None where no key can be in front of it.
    ///
    /// ```
    /// use logsieve::family::labels::Labelled;
    /// let line = Labelled::split(b"\tPass :  a:b ").unwrap();
    /// assert_eq!((line.key, line.value), (&b"Pass "[..], &b" a:b "[..]));
    /// ```
    pub fn split(line: &'t [u8]) -> Option<Self> {
        let line = line.trim_ascii_start();
        let mut previous = b' ';
        for (index, &byte) in line.iter().take(LONGEST_RAW_KEY).enumerate() {
            if matches!(byte, b':' | b'=' | b'\t' | b'-' | 0xE2 | 0xEF) {
                let (key, rest) = line.split_at_checked(index)?;
                if let Some(value) = after_separator(rest, previous) {
                    return (index > 0).then_some(Self { key, value: after_padding(value) });
                }
            }
            previous = byte;
        }
        None
    }
}

/// What follows the separator that `rest` begins with, if it begins with one.
fn after_separator(rest: &[u8], previous: u8) -> Option<&[u8]> {
    if rest.first() == Some(&b'\t') {
        let padded = rest.trim_ascii_start();
        return Some(padded.strip_prefix(b":").or(padded.strip_prefix(b"=")).unwrap_or(rest));
    }
    if previous == b' ' && rest.starts_with(b"=>") {
        return rest.get(2..);
    }
    [&b":"[..], b"=", b"->", "→".as_bytes(), "：".as_bytes()]
        .into_iter()
        .find_map(|separator| rest.strip_prefix(separator))
}

/// `value` without the one space, or the TABs, that belong to the separator.
fn after_padding(value: &[u8]) -> &[u8] {
    match value {
        [b' ', rest @ ..] | [0xC2, 0xA0, rest @ ..] => rest,
        [b'\t', ..] => {
            let tabs = value.iter().take_while(|&&byte| byte == b'\t').count();
            value.get(tabs..).unwrap_or_default()
        }
        _ => value,
    }
}

/// Longest text in front of a separator that can be a key, in bytes.
const LONGEST_RAW_KEY: usize = 80;

/// Longest key in normal form, in bytes.
const LONGEST_KEY: usize = 40;

/// A key in its normal form: small letters and digits only, without accents.
#[derive(Clone, Copy)]
pub struct NormalKey {
    bytes: [u8; LONGEST_KEY],
    length: usize,
}

impl NormalKey {
    /// The normal form of the raw bytes of a key: without bullets, emoji, a number in front,
    /// spaces and punctuation, in small letters. None where nothing is left or it is too long.
    pub fn new(raw: &[u8]) -> Option<Self> {
        if raw.len() > LONGEST_RAW_KEY {
            return None;
        }
        let mut key = Self::empty();
        let mut written = key.push_all(raw);
        if let Some(unnumbered) = without_number(raw) {
            key = Self::empty();
            written = key.push_all(unnumbered);
        }
        (written.is_some() && key.length > 0).then_some(key)
    }

    fn empty() -> Self {
        Self { bytes: [0; LONGEST_KEY], length: 0 }
    }

    /// The bytes of the normal form, valid UTF-8.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// The normal form; letters that only look Latin are Latin where that makes it all ASCII.
    pub fn to_text(&self) -> String {
        let latin = self.map(latin_twin);
        let shown = latin.as_ref().filter(|key| key.as_bytes().is_ascii()).unwrap_or(self);
        String::from_utf8_lossy(shown.as_bytes()).into_owned()
    }

    /// What the key names in a credential block.
    pub fn credential(&self) -> Option<CredentialLabel> {
        self.find(&CREDENTIALS)
    }

    /// What the key names in a system file.
    pub fn system(&self) -> Option<SystemLabel> {
        self.find(&SYSTEM)
    }

    /// Looks the key up as it is, then without its disguise.
    fn find<L: Copy>(&self, table: &Table<L>) -> Option<L> {
        if let Some(label) = table.get(self.as_bytes()) {
            return Some(label);
        }
        if self.as_bytes().iter().all(u8::is_ascii_lowercase) {
            return None;
        }
        let latin = self.map(latin_twin)?;
        table.get(latin.as_bytes()).or_else(|| latin.find_leet(table))
    }

    /// Looks the key up with digits taken for letters: `P455W0RD`, `UR1`. A key without any letter
    /// is a time or a number.
    fn find_leet<L: Copy>(&self, table: &Table<L>) -> Option<L> {
        let bytes = self.as_bytes();
        if bytes.len() < 3
            || !bytes.iter().any(u8::is_ascii_digit)
            || !bytes.iter().any(u8::is_ascii_alphabetic)
        {
            return None;
        }
        let with_i = self.map(|c| leet_letter(c, 'i'))?;
        let with_l = self.map(|c| leet_letter(c, 'l'))?;
        table.get(with_i.as_bytes()).or_else(|| table.get(with_l.as_bytes()))
    }

    fn map(&self, fold: impl Fn(char) -> char) -> Option<Self> {
        let mut key = Self::empty();
        for c in std::str::from_utf8(self.as_bytes()).ok()?.chars() {
            key.push(fold(c))?;
        }
        Some(key)
    }

    fn push_all(&mut self, raw: &[u8]) -> Option<()> {
        if raw.is_ascii() {
            return raw
                .iter()
                .filter(|byte| byte.is_ascii_alphanumeric())
                .try_for_each(|byte| self.push_byte(byte.to_ascii_lowercase()));
        }
        if let Ok(text) = std::str::from_utf8(raw) {
            return text.chars().try_for_each(|c| self.push_folded(c));
        }
        let page = CodePage::guess(raw);
        raw.iter().try_for_each(|&byte| self.push_folded(legacy_letter(byte, page)))
    }

    fn push_folded(&mut self, c: char) -> Option<()> {
        if c.is_ascii() {
            if c.is_ascii_alphanumeric() { self.push(c.to_ascii_lowercase()) } else { Some(()) }
        } else {
            let folded = without_accent(c.to_lowercase().next().unwrap_or(c));
            if folded.is_alphanumeric() { self.push(folded) } else { Some(()) }
        }
    }

    fn push(&mut self, c: char) -> Option<()> {
        let mut buffer = [0; 4];
        c.encode_utf8(&mut buffer).bytes().try_for_each(|byte| self.push_byte(byte))
    }

    fn push_byte(&mut self, byte: u8) -> Option<()> {
        *self.bytes.get_mut(self.length)? = byte;
        self.length += 1;
        Some(())
    }
}

impl PartialEq for NormalKey {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for NormalKey {}

impl std::fmt::Debug for NormalKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.to_text())
    }
}

/// `raw` behind the number of a numbered list: `1) URL`, `[2] Login`, `#3. Pass`.
fn without_number(raw: &[u8]) -> Option<&[u8]> {
    let start = raw.iter().position(u8::is_ascii_alphanumeric)?;
    let digits = raw.iter().skip(start).take_while(|byte| byte.is_ascii_digit()).count();
    let (_, rest) = raw.split_at_checked(start + digits)?;
    let numbered = digits > 0 && matches!(rest, [b')' | b'.' | b']' | b' ' | b'-' | b'_', ..]);
    (numbered && rest.iter().any(u8::is_ascii_alphabetic)).then_some(rest)
}

/// The letter of a byte of a legacy code page, as far as keys need it.
fn legacy_letter(byte: u8, page: CodePage) -> char {
    match (page, byte) {
        (CodePage::Windows1251, 0xC0..) => {
            char::from_u32(0x410 + u32::from(byte - 0xC0)).unwrap_or(' ')
        }
        (CodePage::Windows1251, 0xA8 | 0xB8) => 'ё',
        _ => char::from(byte),
    }
}

/// A small letter without its accent, and wide letters as ASCII.
fn without_accent(c: char) -> char {
    match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ă' | 'ą' | 'ả' | 'ạ' | 'ấ' | 'ầ' | 'ẩ' | 'ẫ' | 'ậ'
        | 'ắ' | 'ằ' | 'ẳ' | 'ẵ' | 'ặ' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'đ' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' | 'ẻ' | 'ẽ' | 'ẹ' | 'ế' | 'ề' | 'ể' | 'ễ' | 'ệ' => {
            'e'
        }
        'ğ' => 'g',
        'ì' | 'í' | 'î' | 'ï' | 'ı' | 'ỉ' | 'ĩ' | 'ị' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' | 'ơ' | 'ỏ' | 'ọ' | 'ố' | 'ồ' | 'ổ' | 'ỗ' | 'ộ'
        | 'ớ' | 'ờ' | 'ở' | 'ỡ' | 'ợ' => 'o',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ţ' | 'ț' => 't',
        'ù' | 'ú' | 'û' | 'ü' | 'ű' | 'ů' | 'ư' | 'ủ' | 'ũ' | 'ụ' | 'ứ' | 'ừ' | 'ử' | 'ữ' | 'ự' => {
            'u'
        }
        'ý' | 'ÿ' | 'ỳ' | 'ỷ' | 'ỹ' | 'ỵ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ё' => 'е',
        'ａ'..='ｚ' | '０'..='９' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// The Latin letter that a small Cyrillic or Greek letter (or its capital) looks like.
fn latin_twin(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' | 'є' => 'e',
        'н' | 'η' | 'һ' => 'h',
        'і' | 'ї' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'м' | 'μ' => 'm',
        'ν' | 'п' => 'n',
        'о' | 'ο' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'ս' => 'u',
        'ѡ' | 'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' => 'y',
        _ => c,
    }
}

/// The letter that a digit stands for in leet; `1` is `i` or `l`.
fn leet_letter(c: char, one: char) -> char {
    match c {
        '0' => 'o',
        '1' => one,
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        '8' => 'b',
        '9' => 'g',
        _ => c,
    }
}

/// One of the lists below, sorted by length and bytes.
struct Table<L>(Vec<(&'static [u8], L)>);

impl<L: Copy> Table<L> {
    fn new(groups: &'static [(L, &'static str)]) -> Self {
        let mut rows: Vec<_> = groups
            .iter()
            .flat_map(|(label, keys)| keys.split(' ').map(|key| (key.as_bytes(), *label)))
            .collect();
        rows.sort_unstable_by_key(|&(key, _)| (key.len(), key));
        Self(rows)
    }

    fn get(&self, key: &[u8]) -> Option<L> {
        let found = self.0.binary_search_by_key(&(key.len(), key), |&(row, _)| (row.len(), row));
        self.0.get(found.ok()?).map(|&(_, label)| label)
    }
}

static CREDENTIALS: LazyLock<Table<CredentialLabel>> =
    LazyLock::new(|| Table::new(CREDENTIAL_KEYS));

static SYSTEM: LazyLock<Table<SystemLabel>> = LazyLock::new(|| Table::new(SYSTEM_KEYS));

/// What the keys of credential blocks mean: each spelling in its normal form.
const CREDENTIAL_KEYS: &[(CredentialLabel, &str)] = &[
    (
        Url,
        "url uri link host hostname site website domain address webaddress page loginpage \
         homepage origin originurl signonrealm server resource loginurl siteurl weburl \
         websiteurl actionurl targeturl pageurl webpage urlsite urlhost hosturl domainname \
         urladdress loginlink sitename webseite webadresse adresse lien siteweb sito sitoweb \
         sitio sitioweb enlace trang trangweb strona www adres ссылка сайт хост адрес вебсайт \
         домен urlадрес 网址 网站 链接",
    ),
    (
        Username,
        "user username usr login userlogin loginname loginid userid email emailaddress mail \
         account accountname acc useroremail usernameemail useremail emailusername loginemail \
         emaillogin usernamelogin loginusername usernameoremail usernamevalue accountlogin \
         uname nickname userloginname emailorusername loginuser usuario nombredeusuario \
         nomedeusuario correo correoelectronico benutzer benutzername benutzerkonto \
         anmeldename nutzername utilisateur nomdutilisateur identifiant utente nomeutente \
         kullanici kullaniciadi uzytkownik nazwauzytkownika gebruiker gebruikersnaam taikhoan \
         tendangnhap namapengguna pengguna логин пользователь почта имяпользователя юзер 用户名 \
         用户 账号 帐号 登录名 ユーザー名 사용자 아이디",
    ),
    (
        Password,
        "pass password passwd pwd psw userpassword loginpassword passcode pin pswd passw \
         pword passphrase passwordvalue accountpassword webpassword plainpassword \
         passwordtext decryptedpassword passworddecrypted plaintextpassword savedpassword \
         loginpass userpass contrasena clave senha passwort kennwort motdepasse mdp sifre \
         parola wachtwoord haslo heslo jelszo losenord adgangskode passord salasana lozinka \
         matkhau katasandi пароль пасс 密码 密碼 パスワード 비밀번호",
    ),
    (
        Software,
        "soft software browser webbrowser application app program client storage from source \
         browsername appname applicationname softwarename programname navegador navigateur \
         aplicacion aplicativo anwendung programm tarayici przegladarka trinhduyet браузер \
         программа приложение софт 浏览器",
    ),
    (Profile, "profile browserprofile profilename perfil profil профиль"),
    (
        Extra,
        "datecreated created lastused form title createdat creationdate creationtime \
         createdtime datelastused lastmodified modifiedtime timesused note notes comment \
         usernamefield passwordfield passwordstrength formactionorigin httprealm filename",
    ),
];

/// What the keys of system files mean: each spelling in its normal form.
const SYSTEM_KEYS: &[(SystemLabel, &str)] = &[
    (Hwid, "hwid hardwareid hardwareuuid machinehwid pchwid"),
    (MachineId, "machineid machineguid mid uid pcid deviceid systemid"),
    (Guid, "guid uuid serial serialnumber serialnumbersystem"),
    (BotId, "userid botid"),
    (UserHwid, "usernamehwid"),
    (
        Computer(Good),
        "computer computername pcname pc machinename machine compname devicename csname \
         имякомпьютера компьютер имяпк nombredelequipo nomedocomputador tenmaytinh \
         computernaam nomdelordinateur",
    ),
    (
        Computer(Fallback),
        "hostname netbios netbiosname localhostname nomdelhote nombredehost nomedohost \
         nomehost nazwahosta имяузла anabilgisayaradi",
    ),
    (
        User(Good),
        "username user pcusername loggedinuser loggeduser currentuser имяпользователя \
         пользователь usuario benutzername nguoidung",
    ),
    (User(Fallback), "blankgrabbergotanewvictim accountname loginname"),
    (
        UserAndComputer,
        "usernamecomputername usernamepcname usercomputer userpc usernamemachinename",
    ),
    (ComputerAndUser, "computerusername computernameusername pcnameusername pcuser"),
    (
        Domain,
        "domain domainname userdomain userdnsdomain workgroup addomain dominio domane домен \
         domaine domena etkialani",
    ),
    (
        Os(Good),
        "operationsystem operatingsystem os windows windowsname productname osname osfullname \
         windowsproductname windowsedition ос операционнаясистема названиеос betriebssystem \
         betriebssystemname nomdusystemedexploitation nombredelsistemaoperativo \
         nomedosistemaoperacional nomeso nazwasystemuoperacyjnego isletimsistemiadi \
         hedieuhanh",
    ),
    (
        Os(Fallback),
        "windowsversion osversion system systemversion platform caption система версияос",
    ),
    (
        Ip,
        "ip ipaddress externalip publicip ipgeolocation extip wanip ipv4 ipv6 ipaddr realip \
         remoteip clientip ipадрес ipinfo externalipaddress publicipaddress diachiip",
    ),
    (
        LocalIp,
        "lanip internalip gatewayip localip privateip ipv4address defaultgateway gateway \
         lanipaddress localipaddress internalipaddress ipaddresses",
    ),
    (Country(Good), "country countryname страна pais pays ulke quocgia kraj"),
    (Country(Fallback), "countrycode countryiso geo"),
    (
        Place,
        "location city region zipcode zip postal zipautofills postalcode regionname state \
         город",
    ),
    (
        Timezone,
        "timezone utc zone systemtimezone tz utcoffset timezonename часовойпояс zeitzone \
         fusohorario fuseauhoraire zonahoraria strefaczasowa saatdilimi fusoorario muigio",
    ),
    (
        Language,
        "currentlanguage language systemlanguage userlanguage displaylanguage locale \
         systemlocale lang uilanguage язык idioma sprache ngonngu",
    ),
    (
        Keyboards,
        "keyboardlanguages keyboardlanguage availablekeyboardlayouts keyboards \
         keyboardlayouts keyboardlayout keyboard layouts inputlanguages inputlocale languages",
    ),
    (Time, "time"),
    (
        LogDate,
        "logdate date launchedat launchtime lastseen savetime systemtime grabbingtime \
         dateinstall localdateandtime datetime datatime timestamp infectedat infectiondate \
         infectiontime executiontime reportdate logtime starttime startedat дата",
    ),
    (LocalDate, "localtime localdate currenttime localdatetime времясистемы"),
    (InstallDate, "installdate originalinstalldate osinstalldate windowsinstalldate installtime"),
    (BuildDate, "lummac2build buildcompiledate builddate compiledate"),
    (
        Path(Good),
        "filelocation path runningpath executepath exepath buildpath executionpath \
         executablepath stealerpath malwarepath",
    ),
    (Path(Fallback), "workdir startupfolder workingdirectory currentdirectory"),
    (
        Build(Good),
        "buildid build buildname buildtag lid lidlummaid trafficname worker logfrom campaign \
         campaignid",
    ),
    (Build(Fallback), "configuration configid stubversion"),
    (Version, "version"),
    (
        Antivirus,
        "antiviruses av antivirus antivirusproducts antivirusproduct installedantivirus \
         installedantiviruses antivirussoftware securityproducts антивирус антивирусы \
         phanmemdietvirus",
    ),
    (
        Hardware,
        "cpu processor cores threads ram gpu videocard videocard0 screensize \
         displayresolution screenresolution resolution screen screenres installedram ramsize \
         cpuname cpuvendor cpucores cpucount cputhreads memory totalmemory gpuname \
         displaysize display architecture systemarch arch laptop motherboard bios mac \
         macaddress graphicscard numberofcores battery webcamscount wallpaperhash uac \
         processelevation elevated integrity admingroup displaydevices gpumode disk hdd \
         modelname modelidentifier chip physicalmemory totalphysicalmemory monitors \
         netframeworkversion processorname videoadapter graphics процессор видеокарта озу",
    ),
    (
        Stop,
        "processes software installedsoftware infosoftware installedapps \
         installedapplications processlist useragents runningprocesses installedprograms soft \
         programs applications tasklist clipboard clipboardtext startupprograms",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_in_normal_form_and_stands_once() {
        let keys = |groups: Vec<&'static str>| -> Vec<&'static str> {
            groups.into_iter().flat_map(|keys| keys.split(' ')).collect()
        };
        for mut list in [
            keys(CREDENTIAL_KEYS.iter().map(|group| group.1).collect()),
            keys(SYSTEM_KEYS.iter().map(|group| group.1).collect()),
        ] {
            for key in &list {
                let normal = NormalKey::new(key.as_bytes()).unwrap();
                assert_eq!(normal.as_bytes(), key.as_bytes(), "{key}");
            }
            let before = list.len();
            list.sort_unstable();
            list.dedup();
            assert_eq!(list.len(), before);
        }
    }

    #[test]
    fn credential_keys() {
        for (keys, label) in [
            ("url UR1 Uri link HOST Hostname site website domain address webaddress page", Url),
            ("loginpage homepage origin Origin_URL signon_realm server resource", Url),
            ("ссылка Сайт ХОСТ адрес sitio enlace trang", Url),
            ("user username usr login UserLogin loginname loginid userid U53RN4M3 email", Username),
            (
                "E-Mail emailaddress mail account accountname acc user[email] usernameemail",
                Username,
            ),
            ("логин Пользователь почта usuario usuário benutzer Benutzername", Username),
            ("Kullanıcı_Adı KULLANICI-ADI", Username),
            ("pass Password PASSWD pwd psw P455W0RD userpassword loginpassword passcode", Password),
            ("pin пароль ПАРОЛЬ contraseña senha passwort kennwort mot_de_passe şifre", Password),
            ("ŞİFRE parola Ｐａｓｓ", Password),
            ("soft software browser web-browser application app program client storage", Software),
            ("from source браузер программа", Software),
            ("profile Browser-Profile", Profile),
            ("Date-Created created last_used form title", Extra),
        ] {
            for key in keys.split(' ') {
                assert_eq!(credential_label(key.as_bytes()), Some(label), "{key}");
            }
        }
    }

    #[test]
    fn keys_in_front_of_which_something_stands() {
        for key in
            [" - URL", "•\tURL", "* > URL", "🔗 URL", "1) URL", "[12] URL", "#3. url", " URL "]
        {
            assert_eq!(credential_label(key.as_bytes()), Some(Url), "{key}");
        }
    }

    #[test]
    fn disguised_keys() {
        for (key, label) in [
            ("Раsswоrd", Password),
            ("PАSS", Password),
            ("Lоgin", Username),
            ("L0G1N", Username),
            ("H05T", Url),
            ("Uѕer", Username),
        ] {
            assert_eq!(credential_label(key.as_bytes()), Some(label), "{key}");
        }
        assert_eq!(system_label("Сores".as_bytes()), Some(Hardware));
        assert_eq!(credential_label(b"\xcf\xe0\xf0\xee\xeb\xfc"), Some(Password), "Windows-1251");
        assert_eq!(credential_label(b"Contrase\xf1a"), Some(Password), "Windows-1252");
    }

    #[test]
    fn a_part_of_a_key_is_no_key() {
        for key in ["Passwords", "passwordx", "my url", "", " ", "https", "10", "05", "1p", "::"] {
            assert_eq!(credential_label(key.as_bytes()), None, "{key}");
        }
        for key in ["05", "1p", "zip file", "hostnames", "userlanguages", "Passwords", "Cookies"] {
            assert_eq!(system_label(key.as_bytes()), None, "{key}");
        }
        assert_eq!(credential_label(&[b'u'; 1000]), None);
    }

    #[test]
    fn system_keys() {
        for (keys, label) in [
            ("HWID|Hardware ID|HardwareID|Hwid|Hardware UUID", Hwid),
            ("MachineID|Machine ID|MID|UID", MachineId),
            ("GUID|serial", Guid),
            ("User ID|Bot_ID", BotId),
            ("Computer|ComputerName|Computer Name|PC Name|PC-name|PC|PcName", Computer(Good)),
            ("MachineName|Machine name|Compname|COMPUTERNAME|computer-name", Computer(Good)),
            ("Hostname|NetBIOS|Host Name", Computer(Fallback)),
            ("UserName|User Name|Username|User|PC Username|user-name", User(Good)),
            ("UserName (ComputerName)|UserName [ComputerName]", UserAndComputer),
            ("Computer(Username) ", ComputerAndUser),
            ("Domain|Domain Name|USERDOMAIN", Domain),
            ("Operation System|Operating System|OS|Windows|Windows name|Product name", Os(Good)),
            ("OS Version|Windows version|System", Os(Fallback)),
            ("IP|Ip|IP Address|IPAddress|ip-address|External IP|IP info|IP Geolocation", Ip),
            ("LANIP|Internal IP|Gateway IP", LocalIp),
            ("Country|country", Country(Good)),
            ("Country Code", Country(Fallback)),
            ("Location|City|Region|Zip Code|ZIP (Autofills)|Postal", Place),
            ("TimeZone|Time Zone|UTC|System TimeZone", Timezone),
            ("Current Language|Language|System Language|Display Language", Language),
            ("Keyboard Languages|Available KeyboardLayouts|Keyboards", Keyboards),
            ("Log date|Log Date|Date|Last seen|Launched at|Launch time|Save Time", LogDate),
            (
                "System time|DATE|Local Date and Time|Date Install|Grabbing time|Data [Time]",
                LogDate,
            ),
            ("Local Time|Local Date", LocalDate),
            ("Install Date", InstallDate),
            ("FileLocation|Path|Running Path|Execute Path|File Location|EXE_PATH", Path(Good)),
            ("Startup folder|Work Dir", Path(Fallback)),
            ("Build ID|Build|Build Name|Build Tag|BuildID|LID|LID (Lumma ID)", Build(Good)),
            ("Traffic Name|Worker|Log from", Build(Good)),
            ("Configuration", Build(Fallback)),
            ("Anti-Viruses|AV|Anti Virus|Antivirus|Antivirus products|[ANTIVIRUSES]", Antivirus),
            (
                "CPU|Processor|RAM|GPU|VideoCard|Video card|ScreenSize|RAM Size|WallPaper Hash",
                Hardware,
            ),
            (
                "[Processes]|[Software]|Installed Apps|Process List|User Agents|[Installed software]",
                Stop,
            ),
        ] {
            for key in keys.split('|') {
                assert_eq!(system_label(key.as_bytes()), Some(label), "{key}");
            }
        }
    }

    #[test]
    fn lines_are_split_at_the_first_separator() {
        for (line, key, value) in [
            ("URL: https://example.com:8443/", "URL", "https://example.com:8443/"),
            ("URL:https://example.com/", "URL", "https://example.com/"),
            ("URL = https://example.com/?a=b", "URL ", "https://example.com/?a=b"),
            ("Key : Value", "Key ", "Value"),
            ("SOFT:\tChrome", "SOFT", "Chrome"),
            ("URL\thttps://example.com/", "URL", "https://example.com/"),
            ("Username\t+:value", "Username", "+:value"),
            ("Windows\t\t: 10", "Windows", "10"),
            ("Pass:  two", "Pass", " two"),
            ("Pass: a: b = c ", "Pass", "a: b = c "),
            ("Pass => x", "Pass ", "x"),
            ("Pass=>x", "Pass", ">x"),
            ("Pass -> x", "Pass ", "x"),
            ("密码：x", "密码", "x"),
            ("- E-mail: x", "- E-mail", "x"),
            ("\t- IP: 203.0.113.10", "- IP", "203.0.113.10"),
            ("Password:", "Password", ""),
        ] {
            let split = Labelled::split(line.as_bytes()).unwrap();
            assert_eq!((split.key, split.value), (key.as_bytes(), value.as_bytes()), "{line}");
        }
        for line in ["", "   ", "no separator", ": value", "=====", "Прив\u{2014}ет"] {
            assert_eq!(Labelled::split(line.as_bytes()), None, "{line}");
        }
    }
}
