//! StealC v1 and v2: `system_info.txt` with indented sections. Its own dates put the year first.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// StealC.
pub(super) const STEALC: Family = Family {
    id: "stealc",
    name: "StealC",
    fork_of: None,
    marks: &[
        Mark {
            id: "sections:networkinfo+systemsummary",
            weight: 6,
            signs: &[Sign::Key("networkinfo"), Sign::Key("systemsummary")],
        },
        Mark {
            id: "sections:installedapps+allusers+currentuser+processlist",
            weight: 3,
            signs: &[
                Sign::Key("installedapps"),
                Sign::Key("allusers"),
                Sign::Key("currentuser"),
                Sign::Key("processlist"),
            ],
        },
        Mark {
            id: "files:system_info+passwords+cookie_list+domain_detect",
            weight: 2,
            signs: &[
                Sign::File("system_info.txt"),
                Sign::File("passwords.txt"),
                Sign::File("cookie_list.txt"),
                Sign::File("domain_detect.txt"),
            ],
        },
    ],
    date_order: DateOrder::Unknown,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "system_info.txt",
            what: "the machine; `Local Time` puts the year first, `UTC` is the zone",
        },
        Read { file: "passwords.txt", what: "credentials: browser, profile, url, login, password" },
        Read {
            file: "cookies/⟨Browser⟩_⟨Profile⟩ Network.txt, cookies/cookie_⟨UUID⟩.txt",
            what: "cookies, columns separated by TABs",
        },
        Read {
            file: "autofill/⟨Browser⟩_⟨Profile⟩.txt",
            what: "e-mail addresses: name, a space, value",
        },
        Read {
            file: "soft/, plugins/, AccountTokens/, steam_tokens.txt",
            what: "wallets and tokens, counted",
        },
        Read {
            file: "cookie_list.txt, domain_detect.txt, history/, files/…",
            what: "searched for watched names; grabbed logins are never sure",
        },
    ],
    ambiguities: &[
        "`IP?` and `ISO?` are places that the panel did not fill in: nothing is known.",
        "`HWID` of version 1 has some 20 letters and digits, of version 2 it is a GUID: both are \
         taken as they are.",
        "A re-packed log may begin at `Installed Apps`: no machine is told then but by the \
         folder's name.",
    ],
    examples: EXAMPLES,
};

const EXAMPLES: &[Example] = &[
    Example {
        what: "version 1",
        system: "\
Network Info:
\t- IP: 203.0.113.10
\t- Country: US

System Summary:
\t- HWID: 0123456789ABCDEF012345
\t- OS: Windows 10 Pro
\t- UserName: user1
\t- Computer Name: DESKTOP-EXAMPLE
\t- Local Time: 2024/6/2 15:9:7
\t- UTC: 5

Installed Apps:
All Users:
\tExample App - 1.2.3
",
        names: &["system_info.txt", "passwords.txt"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "every line watermarked by a re-packer",
        system: "\
qwzkfp        Network Info:
mvbzra        \t- IP: 203.0.113.10
oplkjh        System Summary:
",
        names: &[],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "nothing left but the lists",
        system: "\
Installed Apps:
All Users:
\tExample App - 1.2.3
Current User:
\tExample App 2 - 4.5

Process count: 120
Process List: 
\ta.exe [1234]
",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "the headings stand inside other text",
        system: "See Network Info: below\nMy System Summary: none\n",
        names: &[],
        expected: Expected::NotThis,
    },
    Example {
        what: "another family's file with its banner",
        system: "stealc stealer\nIp: 203.0.113.10\nVersion: 12\nWork Dir: In memory\n",
        names: &[],
        expected: Expected::NotThis,
    },
];
