//! Spellings of keys from the catalogue of formats, and what must not be taken for one.

use super::CredentialLabel::{Extra, Password, Profile, Software, Url, Username};
use super::Rank::{Fallback, Good};
use super::SystemLabel::*;
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
        ("E-Mail emailaddress mail account accountname acc user[email] usernameemail", Username),
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
    for key in [" - URL", "•\tURL", "* > URL", "🔗 URL", "1) URL", "[12] URL", "#3. url", " URL "]
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
fn keys_in_the_code_page_of_a_console() {
    for (raw, expected) in [
        (&b"Dom\x84ne"[..], SystemLabel::Domain),
        (b"Nom de l'h\x93te", SystemLabel::Computer(Rank::Fallback)),
        (b"Fecha de instalaci\xa2n original", SystemLabel::InstallDate),
        (b"\x84\xae\xac\xa5\xad", SystemLabel::Domain),
    ] {
        assert_eq!(system_label(raw), Some(expected), "{raw:?}");
    }
    // Bullets and quotes of Windows.
    for raw in [&b"\x95 URL"[..], b"\x93URL\x94", b"\x96 URL \x96"] {
        assert_eq!(credential_label(raw), Some(CredentialLabel::Url), "{raw:?}");
    }
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
        ("System time|DATE|Local Date and Time|Date Install|Grabbing time|Data [Time]", LogDate),
        ("Local Time|Local Date", LocalDate),
        ("Install Date", InstallDate),
        ("FileLocation|Path|Running Path|Execute Path|File Location|EXE_PATH", Path(Good)),
        ("Startup folder|Work Dir", Path(Fallback)),
        ("Build ID|Build|Build Name|Build Tag|BuildID|LID|LID (Lumma ID)", Build(Good)),
        ("Traffic Name|Worker|Log from", Build(Good)),
        ("Configuration", Build(Fallback)),
        ("Anti-Viruses|AV|Anti Virus|Antivirus|Antivirus products|[ANTIVIRUSES]", Antivirus),
        ("CPU|Processor|RAM|GPU|VideoCard|Video card|ScreenSize|RAM Size|WallPaper Hash", Hardware),
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

#[test]
fn keys_of_several_known_words() {
    for (keys, label) in [
        (
            "Saved URL, saved_url, savedURL, Original URL, Portal Link, Web Page URL, URL 1, url2",
            Url,
        ),
        ("Login Site, Email Host, Adresse Web, Адрес сайта, URL del sitio, Site Adresse", Url),
        (
            "Login-Name, User Account, Site Login, Account Login, Saved Login, E-Mail-Adresse",
            Username,
        ),
        ("Account ID, Mail Address, Имя входа, Логин от сайта, usuario del sitio", Username),
        ("Pass Word, Site Password, Stored Password, Login Pass, pwd1, Password 2", Password),
        (
            "Пароль от сайта, Ваш пароль, Contraseña guardada, [+] Site Password, • 1) Site Pass",
            Password,
        ),
        ("Browser Name, Used Browser, Web App", Software),
    ] {
        for key in keys.split(", ") {
            assert_eq!(credential_label(key.as_bytes()), Some(label), "{key}");
        }
    }
}

#[test]
fn keys_that_only_look_put_together() {
    for key in [
        "Password Hint",
        "Password Count",
        "Password URL",
        "Password Name",
        "Saved Passwords",
        "Passwords 3",
        "User Agent",
        "Login Date",
        "Login Count",
        "Login Attempts",
        "Browser Version",
        "Browser Path",
        "Account Type",
        "Account Address",
        "User Domain",
        "Host OS",
        "Full Name",
        "Service Name",
        "The Password Of My Old Mail Account",
        "user1",
        "login_2",
        "admin 1",
        "pass123",
        "portal.url",
        "user-name@example.com",
        "login-site.example.com",
        "https",
        "saved",
        "stored value",
        "my-site-login-url-web-host",
        "- -",
    ] {
        assert_eq!(credential_label(key.as_bytes()), None, "{key}");
    }
}
