//! A system file of each family, invented after the catalogue of formats.

pub(super) const REDLINE: &str = r"*****************
* ascii art     *
Build ID: example_build
IP: 203.0.113.10
FileLocation: C:\Users\user1\AppData\Local\Temp\setup.exe
UserName: user1
MachineName: DESKTOP-EXAMPLE
Country: US
Zip Code: UNKNOWN
Location: Exampleville, Example State
HWID: 0123456789ABCDEF0123456789ABCDEF
Current Language: English (United States)
ScreenSize: {Width=1536, Height=864}
TimeZone: (UTC+04:00) Example, City
Operation System: Windows 10 Pro x64
UAC: AllowAll
Process Elevation: False
Log date: 7/4/2024 5:06:07 PM

Available KeyboardLayouts: 
English (United States)
Spanish: (Spain)


Hardwares: 
Name: Total of RAM, 8000.00 Mb or 8388608000 bytes
Name: Example CPU 1234, 6 Cores


Anti-Viruses: 
Windows Defender
Example AV: Total Security";

pub(super) const RACCOON1: &str = r"Build compile date: Fri Jan 15 10:20:30 2021
Launched at: 2021.02.01 - 01:02:03 GMT
Bot_ID: 01234567-89AB-CDEF-0123-456789ABCDEF_user1
Running on a desktop
-------------
  - Cookies: 120
  - Passwords: 14

System Information:
  - System Language: English
  - System TimeZone: +1 hrs
  - IP: 203.0.113.10
  - Location: 50.0, 8.0 | Exampleville, Example State, Exampleland (00000)
  - ComputerName: DESKTOP-EXAMPLE
  - Username: user1
  - Windows version: NT 6.1
  - Product name: Windows 7 Professional
  - CPU: Example CPU (4 cores)
-------------
Installed Apps: 
    HWID: not one";

pub(super) const RACCOON2: &str = r"User ID: 01234567-89AB-CDEF-0123-456789ABCDEF|user1
Last seen: Mon Jul 01 2024 10:20:30 GMT+0200 (Central European Summer Time)
Build: 0123abcd
IP info: US 203.0.113.10
System Information: 
    - Locale: English
    - Time zone: +60 minutes from GMT
    - OS: Windows 10 Pro
    - Architecture: x64";

pub(super) const VIDAR: &str = r"-- EXAMPLE STEALER Telegram: @example
Ip: 203.0.113.10
Country: US
Version: 12.4

Date: 30/06/2025 10:20:30
MachineID: 01234567-89ab-cdef-0123-456789abcdef
GUID: {11111111-89ab-cdef-0123-456789abcdef}
HWID: 0123456789ABCDEF01-01234567-89ab

Path: C:\Users\user1\setup.exe
Work Dir: In memory

Windows: Windows 11 Pro
Install Date: 17/02/2024 10:20:30
AV: Windows Defender
Computer Name: DESKTOP-EXAMPLE
User Name: user1
Display Resolution: 1920x1080
Keyboard Languages: English (United States) / Spanish (Spain)
Local Time: 30/06/2025 10:20:30
TimeZone: 4294967292

[Hardware]
Processor: Example CPU
VideoCard: Example GPU[Software]
Example: The Game - 1.0
User Name: nobody
Country: XX
Domain: EXAMPLE";

pub(super) const STEALC: &str = "stealc stealer\nNetwork Info:\n\t- IP: 203.0.113.10\n\t- Country: US\n\nSystem Summary:\n\t- HWID: 0123456789ABCDEF012345\n\t- OS: Windows 10 Pro\n\t- UserName: user1\n\t- Computer Name: DESKTOP-EXAMPLE\n\t- Local Time: 2024/6/2 15:9:7\n\t- UTC: 5\n\t- Language: en-US\n\t- Keyboards: English (United States) / Spanish\n\t- Running Path: C:\\setup.exe\n\t- GPU:\n\t\t-Example GPU\n\nUser Agents:\n\tIP: 198.51.100.1\n\nInstalled Apps:\nAll Users:\n\tComputer Name: no\n";

pub(super) const LUMMA: &str = "# Buy now: TG @example_seller\n- LummaC2 Build: Jan 02 2024\n- LID: AbCdEf--NAME\n- Configuration: 0123456789abcdef0123456789abcdef\n- Path: C:\\Temp\\setup.exe\n\n- OS Version: Windows 10 Pro (10.0.19045) x64\n- Local Date: 30.06.2025 10:20:30\n- Time Zone: UTC+4\n- Install Date: 20.04.2024 10:20:30\n- Elevated: false\n- Computer:DESKTOP-EXAMPLE\n- User: user1\n- Domain: \n- Hostname: DESKTOP-OTHER\n- NetBIOS: DESKTOP-OTHER\n- Language: en-US\n- Anti Virus:\n\t- Windows Defender\n\t- Example AV\n- HWID: 0123456789ABCDEF\n- GPU:\n\t- Example GPU\n\n- IP Address: 203.0.113.10\n- Time: 30.06.2025 06:20:30 (sig:1751264430.0123456789abcdef0123456789abcdef)\n- Country: 198.51.100.7\n";

pub(super) const REMUS: &str = "# REMUS LOG\nbuild:\n  tag: example\n  date: 01.01.2025\ncomputer-name: DESKTOP-EXAMPLE\nuser-name: user1\ndomain: CORP\nip-address: 203.0.113.10\ncountry: US\nlocal-date: 30.06.2025 10:20:30\ntime: 30.06.2025 06:20:30\nhardware:\n  cpu:\n    name: Example CPU\n    core count: 6\nos:\n  name: Windows 11\n";

pub(super) const RISEPRO: &str = r"Build: default
Version: 2.0
Date: Mon Jul 01 1:02:03 2024
MachineID: 01234567-aaaa
GUID: {01234567-bbbb}
HWID: cccc
IP: 203.0.113.10
Location: US, Exampleville
ZIP (Autofills): -
Windows: Windows 10 Pro [x64]
Computer Name: DESKTOP-EXAMPLE [WORKGROUP]
User Name: user1
Local Time: 1/7/2024 1:02:03
TimeZone: UTC2
[Processes]
System [4]";

pub(super) const RHADAMANTHYS: &str = r"Install Date: 09 Nov 23 01:02 UTC
Traffic Name: example
HWID: aaaa
IP: 203.0.113.10
Country: US
Time Zone: UTC-5
System Language: en
User Language: en
Keyboard Language: de
Computer Name
-------------
OS: Windows 10 build 19045 (64 Bit)
Computer Name: DESKTOP-EXAMPLE
User Name: user1
Domain Name: CORP
MachineID: bbbb
WallPaper Hash: 0123";

pub(super) const MEDUZA: &str = r"HWID: 0123
Log Date: 03-11-2024, 10:20:30
Build Name: example
Country Code: US
User Name: user1
Computer Name: DESKTOP-EXAMPLE
Operation System: Windows 10
Time Zone: [UTC-7:00] Example
IP: 203.0.113.10
Execute Path: C:\a.exe";

pub(super) const CRYPTBOT: &str = "OS:                         Windows 10 Pro x64\nLocal Date and Time:        2024-11-28 01:02:03 [ UTC: (UTC+01:00) Example City ]\nUserName (ComputerName):    user1 (DESKTOP-EXAMPLE)\nCPU:                        Example CPU [ Сores: 4 ]\nSoftware:\nComputer Name: no";

pub(super) const PHEMEDRONE: &str = "    ----- Geolocation Data -----\nIP:                       203.0.113.10\nCountry:                  Exampleland (EX)\nPostal:                   0\n    ----- Hardware Info -----\nUsername:                 user1\\example-pc\nWindows name:             Windows 10\nHardware ID:              0123\n    ----- Report Contents -----\nPasswords:                3\n    ----- Miscellaneous -----\nAntivirus products:       A, B\nFile Location:            C:\\a.exe\nClipboard text: HWID: x\nCountry: no";

pub(super) const STEALERIUM: &str = "[IP]\nExternal IP: 203.0.113.10\nInternal IP: 192.0.2.1\nGateway IP: 192.0.2.2\n\n[Machine]\nUsername: user1\nCompname: DESKTOP-EXAMPLE\nSystem: Windows 10\nDATE: 2024-11-28 1:02:03 AM\n";

pub(super) const DCRAT: &str = "PC Name: DESKTOP-EXAMPLE\nUser Name: user1\nWindows: Windows 10\nGPU Mode: 1920x1080x32\nAntivirus: Example\n\nLANIP: 192.0.2.9\nPath: C:\\a.exe\n\nIP: 203.0.113.10\nCity: Region / City\nCountry: US / United States\n\nSave Time: 28.11.2024 10:20\n";

pub(super) const AMOS: &str = "ATOMIC MAC STEALER V2\nMetaMask Info:\nUserinfo:\nCountry: JP \nIP: 203.0.113.10/123456789 \nCity: X\nProductName:\t\tmacOS\nProductVersion:\t\t14.1\n\nHardware:\n\n\t  Hardware UUID: 01234567-AAAA \n\t  Serial Number (system): XYZ123 \n\nSoftware:\n\n    System Software Overview:\n\n      Computer Name: Example’s MacBook \n      User Name: Full Name (short) \n";

pub(super) const ARCANE: &str = "---User Info---\nWorker: example\nDate Install: 28.11.2024 10:20:30\nISO Key: 01AB\nExternal IP: 203.0.113.10\nInternal IP: 192.0.2.1\nGateway IP: 192.0.2.2\nCountry: Произошла ошибка\n\n---Full Pc Info---\nUsername: user1\nComputer Name: DESKTOP-EXAMPLE\n\n=== CPU Information ===\nDeviceID: CPU0\nSystemName: no\n\nUsername: no\n=== Disk Information ===\nSerialNumber: 0123\nInstallDate: no 1\n\n=== OS Information ===\nCaption: Windows 11 Pro\nInstallDate: 17.02.2024 10:20:30\n";

pub(super) const STEALERIUM3: &str = "*Stealerium v3.5.2 - Report:*\nDate: 2024-11-28 1:02:03 AM\nSystem: Windows 10 Pro\nUsername: user1\nCompName: DESKTOP-EXAMPLE\nLanguage: en-US\nAntivirus: Windows Defender\n\n💻 *Hardware:*\nCPU: Example CPU\n\n📡 *Network:* \nGateway IP: 192.0.2.1\nInternal IP: 192.0.2.2\nExternal IP: 203.0.113.10\n\n🗃 *Software:*\n   ∟ Username: no\n🔐 Archive password is: Example\n";

pub(super) const BLANK_GRABBER: &str = "Blank Grabber got a new victim: user1\n\nIP Info\nIP: 203.0.113.10\nRegion: Example State\nCountry: Exampleland\nTimezone: Europe/Example\n\nSystem Info\nComputer Name: DESKTOP-EXAMPLE\nComputer OS: Windows 10 Pro\nTotal Memory: 16 GB\nUUID: 01234567-89AB\n\nGrabbed Info\nPasswords : 0\n";

pub(super) const EXELA: &str = "----------------------https://t.me/ExelaStealer----------------------\n======================================================================\n####System Info####\nHost Name : DESKTOP-EXAMPLE\nOS Name : Windows 10 Pro\nOriginal Install Date : 17.02.2024, 10:20:30\nDomain : corp.example.com\n####Environment Variable####\nCOMPUTERNAME=DESKTOP-EXAMPLE\nUSERNAME=user1\n####Tasklist####\nHost Name : no\n####Ipconfig####\nIPv4 Address : 192.0.2.1\n";
