//! The families as data: which files a log of theirs has, and what stands in them.
//!
//! Texts are templates. `{names}` in braces are filled in by the [writer](super::writer) from the
//! victim; a fact whose name a template does not hold is not in the log and not in the truth.

/// How a family writes its log.
#[derive(Debug)]
pub struct Family {
    pub name: &'static str,
    /// Name of the log's folder.
    pub folder: &'static str,
    /// Path and text of the system file.
    pub system: (&'static str, &'static str),
    /// How its dates are written, for `strftime`; of the victim's clock.
    pub date: &'static str,
    /// How the browser of a login is written.
    pub software: &'static str,
    /// Path of the file with all logins.
    pub passwords: &'static str,
    /// Path of the copies for each browser.
    pub passwords_by_browser: Option<&'static str>,
    /// How a login is written.
    pub login: LoginShape,
    pub cookies: &'static str,
    pub cookie_shape: CookieShape,
    pub autofill: &'static str,
    /// How an entry of a form history is written.
    pub form: &'static str,
    /// Other texts: path and content.
    pub others: &'static [(&'static str, &'static str)],
    pub screenshot: &'static str,
    pub wallet: &'static str,
}

/// How a login is written.
#[derive(Debug)]
pub enum LoginShape {
    /// One line a field: the text before the value, and the value; then lines that end the block.
    Lines(&'static [(&'static str, Field)], &'static [&'static str]),
    /// An array of objects, one a line.
    Json,
}

/// How cookies are written.
#[derive(Debug, PartialEq, Eq)]
pub enum CookieShape {
    Netscape,
    Json,
}

/// A field of a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Url,
    Username,
    Password,
    Software,
    Profile,
}

use Field::{Password, Profile, Software, Url, Username};

/// All of them; logs take turns.
pub const FAMILIES: [Family; 10] =
    [REDLINE, META, LUMMA, VIDAR, STEALC, RISEPRO, RACCOON, UNKNOWN_EQUALS, ATOMIC, ACREED];

const REDLINE_LOGIN: LoginShape = LoginShape::Lines(
    &[
        ("URL: ", Url),
        ("Username: ", Username),
        ("Password: ", Password),
        ("Application: ", Software),
    ],
    &["==============="],
);

const PROCESSES: &str = "ID: 4, Name: System, CommandLine: \n===============\nID: 4242, Name: explorer.exe, CommandLine: C:\\Windows\\explorer.exe\n===============\n";
const SOFTWARE: &str = "1) Example Office [16.0.1]\n2) Example Player [3.2]\n";

const REDLINE: Family = Family {
    name: "redline",
    folder: "{country}[{hwid}] [{stamp}_1234567]",
    system: (
        "UserInformation.txt",
        "***********************************************\n\
         *                 R E D L I N E               *\n\
         *        Telegram: https://t.me/example_test  *\n\
         ***********************************************\n\
         Build ID: example_build\nIP: {ip}\n\
         FileLocation: C:\\Users\\{user}\\AppData\\Local\\Temp\\setup.exe\n\
         UserName: {user}\nMachineName: {computer}\nCountry: {country}\nZip Code: UNKNOWN\n\
         Location: Exampleville, Example State\nHWID: {hwid}\n\
         Current Language: English (United States)\nScreenSize: {Width=1536, Height=864}\n\
         TimeZone: (UTC{hours_padded}:00) Example, City\nOperation System: {os} x64\nUAC: AllowAll\n\
         Process Elevation: False\nLog date: {date}\n\n\
         Available KeyboardLayouts: \nEnglish (United States)\n\n\n\
         Hardwares: \nName: Total of RAM, 8000.00 Mb or 8388608000 bytes\n\
         Name: Example CPU 1234, 6 Cores\n\n\nAnti-Viruses: \nWindows Defender",
    ),
    date: "%-m/%-d/%Y %-I:%M:%S %p",
    software: "{vendor}_[{browser}]_{profile_}",
    passwords: "Passwords.txt",
    passwords_by_browser: None,
    login: REDLINE_LOGIN,
    cookies: "Cookies/{vendor}_[{browser}]_{profile_} Network.txt",
    cookie_shape: CookieShape::Netscape,
    autofill: "Autofills/{vendor}_[{browser}]_{profile_}.txt",
    form: "Name: email\nValue: {value}\n===============",
    others: &[
        ("DomainDetects.txt", "PDD: \n{sites}\nCDD: NOT FOUND\n"),
        ("InstalledBrowsers.txt", "1) Name: Google Chrome, Path: C:\\chrome.exe, Version: 132.0\n"),
        ("InstalledSoftware.txt", SOFTWARE),
        ("ProcessList.txt", PROCESSES),
        ("Discord/Tokens.txt", "MTAx.{hwid}.invented\n"),
        ("FileGrabber/Users/{user}/Desktop/todo.txt", "{note}"),
        ("FTP/Credentials.txt", ""),
    ],
    screenshot: "Screenshot.jpg",
    wallet: "Wallets/Google_[Chrome]_Default_Metamask",
};

const META: Family = Family {
    name: "meta",
    system: (
        "UserInformation.txt",
        "***********************************************\n\
         *             ( M | E | T | A )               *\n\
         ***********************************************\n\
         Log from: example-seller\nIP: {ip}\nFileLocation: C:\\Temp\\meta.exe\n\
         User Name: {user}\nMachine Name: {computer}\nCountry: {country}\nZip Code: 00000\n\
         Location: Exampleville\nHWID: {hwid}\nCurrent Language: German (Germany)\n\
         ScreenSize: {Width=1920, Height=1080}\nTime Zone: (UTC{hours_padded}:00) Europe/Example\n\
         Operation System: {os} x64\nLog date: {date}\n\nAnti-Viruses: \nWindows Defender\n",
    ),
    date: "%d.%m.%Y %H:%M:%S",
    folder: "{country}{hwid}_{stamp}",
    ..REDLINE
};

const LUMMA: Family = Family {
    name: "lumma",
    folder: "[{country}]{ip}",
    system: (
        "System.txt",
        "# Buy now: TG @example_seller\n- LummaC2 Build: Jan 02 2024\n- LID: AbCdEf--NAME\n\
         - Configuration: 0123456789abcdef0123456789abcdef\n- Path: C:\\Temp\\setup.exe\n\n\
         - OS Version: {os} (10.0.19045) x64\n- Local Date: {date}\n- Time Zone: UTC{hours_signed}\n\
         - Install Date: 20.04.2022 10:20:30\n- Elevated: false\n- Computer:{computer}\n\
         - User: {user}\n- Domain: {domain}\n- Hostname: {computer}\n- NetBIOS: {computer}\n\
         - Language: en-US\n- Anti Virus:\n\t- Windows Defender\n- HWID: {hwid}\n\
         - RAM Size: 16384MB\n- CPU Vendor: GenuineIntel\n- CPU Name: Example CPU\n\
         - Display resolution: 1920x1080\n\n- IP Address: {ip}\n\
         - Time: {utc} (sig:{epoch}.0123456789abcdef0123456789abcdef)\n- Country: {country}\n",
    ),
    date: "%d.%m.%Y %H:%M:%S",
    software: "{browser} {profile} ({version})",
    passwords: "All Passwords.txt",
    passwords_by_browser: Some("{browser}/{profile}/Passwords.txt"),
    login: LoginShape::Lines(
        &[("SOFT: ", Software), ("URL: ", Url), ("USER: ", Username), ("PASS: ", Password)],
        &[],
    ),
    cookies: "Cookies/Cookies_{browser}_{profile}.txt",
    cookie_shape: CookieShape::Netscape,
    autofill: "{browser}/{profile}/Autofills.txt",
    form: "FORM: login_email\nVALUE: {value}\n",
    others: &[
        ("Brute.txt", "{passwords}"),
        ("Software.txt", "Example App - 1.2.3\nExample App 2 - 4.5\n"),
        ("Processes.txt", "[4] System\n[4242] explorer.exe\n"),
        ("Clipboard.txt", "lorem ipsum"),
        ("Chrome/Default/History.txt", "{history_titles}"),
        ("Applications/Discord/DiscordTokens.txt", "MTAx.{hwid}.invented\n"),
        ("Important Files/Desktop/note.txt", "{note}"),
    ],
    screenshot: "Screen.png",
    wallet: "Wallets/Chrome_Default_Metamask",
};

const VIDAR: Family = Family {
    name: "vidar",
    folder: "{country}_{ip}_{stamp_}",
    system: (
        "information.txt",
        "\n\nIp: {ip}\nCountry: {country}\nVersion: 12.4\n\nDate: {date}\nMachineID: {guid}\n\
         GUID: {{guid}}\nHWID: {hwid}\n\nPath: C:\\Users\\{user}\\AppData\\setup.exe\n\
         Work Dir: In memory\n\nWindows: {os}\nInstall Date: 17/02/2022 10:20:30\n\
         AV: Windows Defender\nComputer Name: {computer}\nUser Name: {user}\n\
         Display Resolution: 1920x1080\nKeyboard Languages: English (United States)\n\
         Local Time: {date}\nTimeZone: {hours}\n\n[Hardware]\nProcessor: Example CPU\nCores: 6\n\
         RAM: 32702 MB\n\n[Processes]\nSystem\nexplorer.exe\n\n[Software]\n\
         Example: The Game - 1.0\nExample App - 1.2.3\n",
    ),
    date: "%d/%m/%Y %H:%M:%S",
    software: "{vendor} {browser} [{profile}]",
    passwords: "passwords.txt",
    passwords_by_browser: None,
    login: LoginShape::Lines(
        &[("Soft: ", Software), ("Host: ", Url), ("Login: ", Username), ("Password: ", Password)],
        &["", ""],
    ),
    cookies: "Cookies/{vendor} {browser}_{profile}.txt",
    cookie_shape: CookieShape::Netscape,
    autofill: "Autofill/{vendor} {browser}_{profile}.txt",
    form: "email {value}",
    others: &[
        ("cookie_list.txt", "{site_lines}"),
        ("domain detect.txt", "PDD: {sites}\n"),
        ("History/Google Chrome_Default.txt", "{history}"),
        ("Telegram/key_datas", "{binary}"),
        ("Soft/Discord/tokens.txt", "MTAx.{hwid}.invented\n"),
        ("Files/Desktop/note.txt", "{note}"),
    ],
    screenshot: "screenshot.jpg",
    wallet: "Wallets/Metamask_Google Chrome_Default",
};

const STEALC: Family = Family {
    name: "stealc",
    folder: "{country}_{ip}_{stamp_}",
    system: (
        "system_info.txt",
        "Network Info:\n\t- IP: {ip}\n\t- Country: {country}\n\nSystem Summary:\n\t- HWID: {hwid}\n\
         \t- OS: {os}\n\t- Architecture: x64\n\t- UserName: {user}\n\
         \t- Computer Name: {computer}\n\t- Local Time: {date}\n\t- UTC: {hours}\n\
         \t- Language: en-US\n\t- Keyboards: English (United States)\n\t- Laptop: TRUE\n\
         \t- Running Path: C:\\Users\\{user}\\setup.exe\n\t- CPU: Example CPU\n\t- Cores: 6\n\
         \t- RAM: 8192 MB\n\t- Display Resolution: 1920x1080\n\t- GPU:\n\t\t-Example GPU\n\n\
         User Agents:\n\tGoogle Chrome - Mozilla/5.0 (Windows NT 10.0)\n\n\
         Installed Apps:\nAll Users:\n\tExample App - 1.2.3\nCurrent User:\n\nProcess count: 1\n\
         Process List: \n\texplorer.exe [4242]\n",
    ),
    date: "%Y/%-m/%-d %-H:%-M:%-S",
    software: "{vendor} {browser}",
    passwords: "passwords.txt",
    passwords_by_browser: None,
    login: LoginShape::Lines(
        &[
            ("browser: ", Software),
            ("profile: ", Profile),
            ("url: ", Url),
            ("login: ", Username),
            ("password: ", Password),
        ],
        &[""],
    ),
    cookies: "cookies/{vendor} {browser}_{profile} Network.txt",
    cookie_shape: CookieShape::Netscape,
    autofill: "autofill/{vendor} {browser}_{profile}.txt",
    form: "email {value}",
    others: &[
        ("cookie_list.txt", "{site_lines}"),
        ("domain_detect.txt", ""),
        ("history/Google Chrome_Default.txt", "{history}"),
        ("soft/Discord/tokens.txt", "MTAx.{hwid}.invented\n"),
        ("files/Desktop/note.txt", "{note}"),
        ("copyright.txt", "https://t.me/example_test\n"),
    ],
    screenshot: "screenshot.jpg",
    wallet: "plugins/MetaMask/Google Chrome/Default/LocalExtensionSettings",
};

const RISEPRO: Family = Family {
    name: "risepro",
    folder: "{country}_{ip}-{hwid}",
    system: (
        "information.txt",
        "Build: default\nVersion: 2.0\n\nDate: {date}\nMachineID: {guid}\nGUID: {{guid}}\n\
         HWID: {hwid}\n\nPath: C:\\Temp\\rise.exe\nWork Dir: C:\\Temp\n\nIP: {ip}\n\
         Location: {country}, Exampleville\nZIP (Autofills): -\nWindows: {os} [x64]\n\
         Computer Name: {computer} [{domain}]\nUser Name: {user}\n\
         Display Resolution: 1920x1080\nDisplay Language: en-US\n\
         Keyboard Languages: English (United States) / Polish (Poland)\nLocal Time: {local}\n\
         TimeZone: UTC{hours}\n\n[Hardware]\nProcessor: Example CPU\nCPU Count: 8\nRAM: 8000 MB\n\
         VideoCard #0: Example GPU\n\n[Processes]\nSystem [4]\nexplorer.exe [4242]\n\n\
         [Software]\nExample App [1.2.3]\n",
    ),
    date: "%a %b %d %-H:%M:%S %Y",
    passwords: "passwords.txt",
    login: LoginShape::Lines(
        &[("URL: ", Url), ("Login: ", Username), ("Password: ", Password)],
        &[""],
    ),
    others: &[
        ("brute.txt", "{passwords}"),
        ("domain_detect.txt", "PDD: {sites}\n"),
        ("History/Google Chrome_Default.txt", "{history}"),
        ("FileGrabber/Desktop/note.txt", "{note}"),
        ("Discord/tokens.txt", "MTAx.{hwid}.invented\n"),
    ],
    ..VIDAR
};

const RACCOON: Family = Family {
    name: "raccoon",
    folder: "{guid}_{user}",
    system: (
        "System Info.txt",
        "User ID: {guid}|{user}\nLast seen: {date} GMT{hours_padded}00 (Example Time)\n\
         Build: 0123abcd0123abcd0123abcd0123abcd\nIP info: {country} {ip}\n\
         System Information: \n    - Locale: English\n\
         \x20   - Time zone: {minutes} minutes from GMT\n    - OS: {os}\n\
         \x20   - Architecture: x64\n    - CPU: Example CPU (4 cores)\n    - RAM: 8092/3000 MB\n\
         \x20   - Display size: 1920x1080\n    - Display Devices:\n        0) Example GPU\n\
         Installed applications:\n    Example App 1.2.3\n",
    ),
    date: "%a %b %d %Y %H:%M:%S",
    passwords: "passwords.txt",
    login: LoginShape::Lines(&[("URL:", Url), ("USR:", Username), ("PASS:", Password)], &[""]),
    cookies: "cookies/{browser}_{profile}.txt",
    autofill: "autofills.txt",
    form: "email\t{value}",
    others: &[
        ("History.txt", "{history}"),
        ("Files/Desktop/note.txt", "{note}"),
        ("Discord/tokens.txt", "MTAx.{hwid}.invented\n"),
        ("Telegram/tdata/key_datas", "{binary}"),
    ],
    screenshot: "Screenshot.png",
    wallet: "wallets/Metamask",
    ..VIDAR
};

const UNKNOWN_EQUALS: Family = Family {
    name: "generic",
    folder: "@example_channel {number} [{country}]_{ip}_{hwid}_20240713_101112",
    system: (
        "host.txt",
        "PC Name = {computer}\nUser Name = {user}\nHWID = {hwid}\nIP = {ip}\n\
         Country = {country}\nOS = {os}\nTime Zone = UTC{hours_signed}\nLog Date = {date}\n",
    ),
    date: "%Y-%m-%d %H:%M:%S",
    software: "{browser} {profile}",
    passwords: "saved_1.txt",
    passwords_by_browser: Some("dump/{browser} {profile}.txt"),
    login: LoginShape::Lines(
        &[("URL = ", Url), ("USER = ", Username), ("PASS = ", Password)],
        &["--------------------"],
    ),
    cookies: "dump/jar_{browser}_{profile}.txt",
    autofill: "dump/forms.txt",
    form: "Field: email | Value: {value}",
    others: &[
        ("dump/visited.txt", "{history}"),
        ("dump/apps.txt", SOFTWARE),
        ("dump/tasks.txt", PROCESSES),
        ("Desktop/note.txt", "{note}"),
    ],
    screenshot: "dump/desk.jpg",
    wallet: "dump/w0",
    ..VIDAR
};

const ATOMIC: Family = Family {
    name: "atomic",
    folder: "[{country}]{ip}",
    system: (
        "UserInformation.txt",
        "ATOMIC MAC STEALER V2\n\nMetaMask Info:\n\nSeeds:\n\nUserinfo:\nCountry: {country} \n\
         IP: {ip}/123456789 \nCity: Exampleville \nProductName:\t\tmacOS\n\
         ProductVersion:\t\t14.5\nBuildVersion:\t\t23F79\n\nHardware: \n\n    Hardware Overview: \n\n\
         \x20     Model Name: MacBook Example \n      Serial Number (system): C02EXAMPLE \n\
         \x20     Hardware UUID: {guid} \n",
    ),
    date: "",
    software: "",
    passwords: "Passwords.txt",
    passwords_by_browser: None,
    login: LoginShape::Lines(
        &[("URL: ", Url), ("LOGIN: ", Username), ("PASSWORD: ", Password)],
        &[],
    ),
    cookies: "Cookies/{browser}_{profile}.txt",
    cookie_shape: CookieShape::Netscape,
    autofill: "Autofills.txt",
    form: "Name: email\nValue: {value}\n==================================================",
    others: &[
        ("Brute.txt", "{passwords}"),
        ("GoogleTokens.txt", "1//invented{hwid}\n"),
        ("FileGrabber/note.txt", "{note}"),
        ("login.keychain-db", "{binary}"),
    ],
    screenshot: "screen.png",
    wallet: "Wallets/Chrome_Default_Metamask",
};

const ACREED: Family = Family {
    name: "acreed",
    folder: "{country}_{ip}",
    system: (
        "pc_info.json",
        "{\"PcName\":\"{computer}\",\"UserName\":\"{user}\",\"Os\":\"{os}\",\"Cpu\":\"Example CPU\",\"Hwid\":\"{hwid}\",\"Ip\":\"{ip}\",\"Country\":\"{country}\",\"IsElevator\":false,\"CpuCores\":6}\n",
    ),
    date: "",
    software: "",
    passwords: "Browser_Chrome_Default/Passwords.json",
    passwords_by_browser: None,
    login: LoginShape::Json,
    cookies: "Browser_{browser}_{profile_}/Cookies.json",
    cookie_shape: CookieShape::Json,
    autofill: "Autofill/{browser}_{profile_}.txt",
    form: "email: {value}",
    others: &[
        ("History/Chrome_Default.txt", "{history}"),
        ("IDs.txt", "{hwid}\n"),
        ("Documents/note.txt", "{note}"),
    ],
    screenshot: "Screenshot.png",
    wallet: "Wallets/Metamask",
};
