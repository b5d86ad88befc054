//! StealC.

use super::vidar::VIDAR;
use super::{Family, Field, Hwid, LoginShape, lines, local};

pub(super) const STEALC: Family = Family {
    name: "stealc",
    version: "",
    folders: &[
        "{country}_{ip}_{stamp_}",
        "{country}_{ip}_{stamp_day} {stamp_time}",
        "{country}{folder_id}_{stamp}",
    ],
    system: (
        "system_info.txt",
        "Network Info:
	- IP: {ip}
	- Country: {country}

System Summary:
	- HWID: {hwid}
	- OS: {os}
	- Architecture: x64
	- UserName: {user}
	- Computer Name: {computer}
	- Local Time: {date}
	- UTC: {hours}
	- Language: en-US
	- Keyboards: English (United States)
	- Laptop: TRUE
	- Running Path: C:\\Users\\{home}\\setup.exe
	- CPU: Example CPU
	- Cores: 6
	- RAM: 8192 MB
	- Display Resolution: 1920x1080
	- GPU:
		-Example GPU

User Agents:
	Google Chrome - Mozilla/5.0 (Windows NT 10.0)

Installed Apps:
All Users:
	Example App - 1.2.3
Current User:

Process count: 1
Process List: 
	explorer.exe [4242]
",
    ),
    hwid: Hwid::Digits(22),
    dates: &[local("%Y/%-m/%-d %-H:%-M:%-S")],
    software: "{vendor} {browser}",
    passwords: "passwords.txt",
    passwords_by_browser: None,
    login: LoginShape::Lines(lines(
        &[
            ("browser", Field::Software),
            ("profile", Field::Profile),
            ("url", Field::Url),
            ("login", Field::Username),
            ("password", Field::Password),
        ],
        ": ",
        &[""],
    )),
    cookies: "cookies/{vendor} {browser}_{profile} Network.txt",
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
    optional: &[],
    screenshot: "screenshot.jpg",
    wallet: "plugins/MetaMask/Google Chrome/Default/LocalExtensionSettings",
    ..VIDAR
};

pub(super) const STEALC_2: Family = Family {
    version: " v2",
    system: (
        "system_info.txt",
        "Network Info:
	- IP: {ip}
	- Country: {country}

System Summary:
	- HWID: {hwid}
	- OS: {os}
	- Architecture: x64
	- UserName: {user}
	- Computer Name: {computer}
	- Local Time: {date}
	- UTC: {hours_padded}
	- Language: en-US
	- Keyboards: English (United States) / Spanish
	- Laptop: FALSE
	- Running Path: C:\\Users\\{home}\\setup.exe
	- CPU: Example CPU
	- Cores: 6
	- Threads: 12
	- RAM: 32 GB
	- Monitor 1:
		- Device Name: \\\\.\\DISPLAY1
		- Device String: Example GPU
		- Resolution: 1920x1080
		- Color Depth: 32

User Agents:
	Google Chrome - Mozilla/5.0 (Windows NT 10.0)

Installed Apps:
All Users:
	Example: The Game - 1.2.3
Current User:
	Example App 2 - 4.5

Process count: 2
Process List: 
	a.exe [1234]
	b.exe [1236]
",
    ),
    hwid: Hwid::Guid,
    dates: &[local("%Y-%m-%d %H:%M:%S")],
    cookies: "cookies/cookie_{guid}_{browser}{profile}.txt",
    ..STEALC
};
