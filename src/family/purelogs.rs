//! PureLogs: one JSON file on the computer and the malware itself.

use super::{Example, Expected, Family, InstallDate, Mark, Read, Sign};
use crate::fact::DateOrder;
use crate::record::Confidence;

/// PureLogs.
pub(super) const PURELOGS: Family = Family {
    id: "purelogs",
    name: "PureLogs",
    fork_of: None,
    marks: &[
        Mark {
            id: "keys:usernamehwid+stubversion",
            weight: 6,
            signs: &[Sign::Key("usernamehwid"), Sign::Key("stubversion")],
        },
        Mark {
            id: "keys:botinfo+usernamehwid",
            weight: 3,
            signs: &[Sign::Key("botinfo"), Sign::Key("usernamehwid")],
        },
        Mark {
            id: "keys:botinfo+stubversion",
            weight: 3,
            signs: &[Sign::Key("botinfo"), Sign::Key("stubversion")],
        },
        // Its own spelling.
        Mark {
            id: "keys:browserextenstions",
            weight: 3,
            signs: &[Sign::Key("browserextenstions")],
        },
        Mark { id: "files:log.json", weight: 1, signs: &[Sign::File("log.json")] },
    ],
    date_order: DateOrder::Unknown,
    install_date: InstallDate::OperatingSystem,
    reads: &[
        Read {
            file: "log.json",
            what: "the machine; user and hardware id are joined by `_`; the date has hyphens in \
                   its time",
        },
        Read { file: "passwords, cookies, autofill", what: "by content, as every family's" },
    ],
    ambiguities: &[
        "`Date` names no zone and is taken as the computer's clock.",
        "The last `_` of `Username_Hwid` is taken for the one between the two.",
    ],
    examples: EXAMPLES,
};

const EXAMPLES: &[Example] = &[
    Example {
        what: "a whole system file",
        system: r#"{"Username_Hwid":"user1_0123456789ABCDEF","StubVersion":"4.1","Date":"2026-01-02_03-04-05.678","BrowserExtenstions":[],"BotInfo":{"System":{"OS":"Windows 10"},"Hardware":{},"Network":{"IP":"203.0.113.10"}}}"#,
        names: &["log.json"],
        expected: Expected::This(Confidence::High),
    },
    Example {
        what: "cut off behind the first members",
        system: "{\n\"BotInfo\": {\"System\": {}},\n\"StubVersion\": \"4.1\",\n\"Da",
        names: &[],
        expected: Expected::This(Confidence::Medium),
    },
    Example {
        what: "another log.json",
        system: r#"{"version":"1","date":"2026-01-02","os":"Windows 10","hwid":"01"}"#,
        names: &["log.json"],
        expected: Expected::NotThis,
    },
];
