//! Families of which little is published.

use super::stealc::STEALC;
use super::{Family, Field, Hwid, LoginShape, URL_USERNAME_PASSWORD, lines, local};

pub(super) const ACREED: Family = Family {
    name: "acreed",
    version: "",
    folders: &["[{country}]{ip}", "{country}_{ip}"],
    system: (
        "pc_info.json",
        "{\"PcName\":\"{computer}\",\"Os\":\"{os}\",\"Cpu\":\"Example CPU\",\"Hwid\":\"{hwid}\",\"IsElevator\":false,\"CpuCores\":6}\n",
    ),
    cuttable: false,
    dates: &[],
    hwid: Hwid::Digits(32),
    login: URL_USERNAME_PASSWORD,
    passwords: "passwords.txt",
    cookies: "Cookies/{browser}_{profile_}.txt",
    autofill: "Autofill/{browser}_{profile_}.txt",
    others: &[
        (
            "Cookies/Chrome_cookie_restore_data_1.txt",
            ".social.test\tTRUE\t/\tTRUE\t1893456000\tsid\tabc123\n",
        ),
        ("FBFastCheck/Token_EAAB.txt", "EAABinvented{hwid}\n"),
        ("IDs.txt", "{hwid}\n"),
    ],
    ..STEALC
};

pub(super) const PURELOGS: Family = Family {
    name: "purelogs",
    system: (
        "log.json",
        "{\"Username_Hwid\":\"{user_in_composite}_{hwid_in_composite}\",\"StubVersion\":\"1.2.3\",\"Date\":\"{date}\",\"BrowserExtenstions\":[],\"BotInfo\":{\"System\":{\"OS\":\"{os}\",\"ComputerName\":\"{computer}\",\"UserName\":\"{user}\",\"HWID\":\"{hwid}\"},\"Hardware\":{\"CPU\":\"Example CPU\"},\"Network\":{\"IP\":\"{ip}\",\"Country\":\"{country}\"}}}\n",
    ),
    dates: &[local("%Y-%m-%d_%H-%M-%S.000")],
    others: &[("Files/note.txt", "{note}")],
    ..ACREED
};

pub(super) const PXA: Family = Family {
    name: "pxa",
    folders: &["[{country}_{ip}]_{computer_in_folder}"],
    system: (
        "Information.txt",
        "IP: {ip}
Country: {country_flag}
User: {user}
AntiVirus: Windows Defender
Data Information: CK:1|PW:2|AF:3|CC:0|TK:0|FB:0|Sites:example|Wallets:|Apps:
",
    ),
    identity: &[(
        "system_info.txt",
        "Thông tin hệ thống
computer_name: {computer}
user_name: {user}
os: {os}
install_date: 1645093230
ram: 16 GB
cpu: Example CPU
",
    )],
    ..ACREED
};

pub(super) const AZORULT: Family = Family {
    name: "azorult",
    folders: &["{country}_{ip}", "{guid}"],
    system: (
        "System.txt",
        "MachineID :\t{guid}
EXE_PATH :\tC:\\Users\\{home}\\a.exe

Windows :\t{os}
Computer(Username) :\t{computer}({user})
Screen: 1920x1080
Layouts: EN/
LocalTime: {date}
Zone: UTC{hours_signed}:0

[Soft]
Example App
[Processes]
explorer.exe
",
    ),
    identity: &[("ip.txt", "{ip}\n")],
    dates: &[super::by_family("%-d/%-m/%Y %-H:%-M:%-S")],
    login: LoginShape::Lines(lines(
        &[
            ("SOFT", Field::Software),
            ("HOST", Field::Url),
            ("USER", Field::Username),
            ("PASS", Field::Password),
        ],
        ":\t",
        &[""],
    )),
    passwords: "PasswordsList.txt",
    cookies: "Browsers/Cookies/{browser}_{profile}.txt",
    autofill: "Browsers/Autofill/{browser}_{profile}.txt",
    others: &[
        ("CookieList.txt", "{site_lines}"),
        ("Browsers/History/Chrome.txt", "{history}"),
        ("Files/note.txt", "{note}"),
    ],
    screenshot: "scr.jpg",
    ..ACREED
};
