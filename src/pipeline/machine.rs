//! The machine of a log: what its system files, its folder name and its files say, as one record.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::fact::{DateFact, DateOrder, DateZone, SystemFacts, Value};
use crate::family;
use crate::layout::{FolderFacts, folder_facts};
use crate::normalise::country;
use crate::normalise::time::{Clock, OrderVotes, rfc3339};
use crate::pipeline::infection::Dates;
use crate::provenance::lossless_utf8;
use crate::record::{ArtefactCounts, IdOrigin, Machine};
use crate::secret::{Id, Key};
use crate::text::{CodePage, to_utf8};
use crate::watchlist::Matcher;

/// What the system files of a log say, owned, merged: the first file that says something wins.
#[derive(Debug, Default, Clone)]
pub(super) struct SystemText {
    hwid: Option<String>,
    machine_guid: Option<String>,
    pub(super) computer_name: Option<String>,
    user_name: Option<String>,
    ad_domain: Option<String>,
    os: Option<String>,
    ip_addresses: Vec<IpAddr>,
    country: Option<String>,
    timezone: Option<String>,
    languages: Vec<String>,
    antivirus: Vec<String>,
    malware_path: Option<String>,
    build_id: Option<String>,
    log_dates: Vec<(String, DateZone)>,
    install_date: Option<String>,
    /// The first bytes of each of the system files, for telling the family.
    heads: Vec<Vec<u8>>,
}

/// How much of each system file the family detection sees, in bytes.
const HEAD_BYTES: usize = 64 << 10;
/// How many system files it sees.
const MOST_HEADS: usize = 8;

impl SystemText {
    /// Takes over what `facts`, read from `text`, know and this does not.
    pub(super) fn merge(&mut self, facts: &SystemFacts<'_>, text: &[u8]) {
        // The first file need not be the telling one: a dumped environment may lie beside it.
        if self.heads.len() < MOST_HEADS {
            self.heads.push(text.get(..HEAD_BYTES).unwrap_or(text).to_vec());
        }
        let page = CodePage::guess(text);
        let tidy = |value: &Value<'_>| tidy(value, page);
        let fields = [
            (&mut self.hwid, &facts.hwid),
            (&mut self.machine_guid, &facts.machine_guid),
            (&mut self.computer_name, &facts.computer_name),
            (&mut self.user_name, &facts.user_name),
            (&mut self.ad_domain, &facts.ad_domain),
            (&mut self.os, &facts.os),
            (&mut self.country, &facts.country),
            (&mut self.timezone, &facts.timezone),
            (&mut self.malware_path, &facts.malware_path),
            (&mut self.build_id, &facts.build_id),
            (&mut self.install_date, &facts.install_date),
        ];
        for (known, found) in fields {
            if known.is_none() {
                *known = found.as_ref().and_then(tidy);
            }
        }
        let addresses = facts.ip_addresses.iter().filter_map(tidy);
        add_new(&mut self.ip_addresses, addresses.filter_map(|text| text.parse().ok()));
        add_new(&mut self.languages, facts.languages.iter().filter_map(tidy));
        add_new(&mut self.antivirus, facts.antivirus.iter().filter_map(tidy));
        let date = |fact: &DateFact<'_>| Some((tidy(&fact.value)?, fact.zone));
        self.log_dates.extend(facts.log_dates.iter().filter_map(date));
    }

    /// Whether no system file was found.
    pub(super) fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Whether the machine of the log called `name` belongs to anybody on the watchlist.
    pub(super) fn is_watched(&self, matcher: &Matcher, name: &str) -> bool {
        let folder = folder_facts(name.as_bytes());
        let addresses = addresses(self, &folder);
        let domain =
            ad_domain(self).is_some_and(|domain| !matcher.match_ad_domain(&domain).is_empty());
        domain
            || computer_name(self, &folder)
                .is_some_and(|name| !matcher.match_computer_name(&name).is_empty())
            || addresses.into_iter().any(|address| !matcher.match_ip(address).is_empty())
    }
}

/// A value of a file in `page`: by itself a single letter does not tell its code page.
fn tidy(value: &Value<'_>, page: CodePage) -> Option<String> {
    let text = match CodePage::guess(value) {
        CodePage::Utf8 => to_utf8(value).into_owned(),
        _ => to_utf8(page.decode(value).as_bytes()).into_owned(),
    };
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn add_new<T: PartialEq>(list: &mut Vec<T>, items: impl Iterator<Item = T>) {
    for item in items {
        if !list.contains(&item) {
            list.push(item);
        }
    }
}

/// What tells the machine of a log from others, and where the log is.
pub(super) struct Surroundings<'a> {
    /// The source of the log.
    pub source_id: Id,
    /// BLAKE3 of that source.
    pub source_digest: &'a str,
    /// Path of the log's folder in the source.
    pub root: &'a [u8],
    /// The folder's name.
    pub name: &'a str,
    /// The name that may tell of the machine: that of the folder, or of the archive.
    pub telling_name: &'a str,
    /// The paths of its entries inside the log.
    pub entries: &'a [&'a [u8]],
    /// The ids of its credentials.
    pub credentials: Vec<Id>,
    /// Whose it is, where parts of it were delivered as that machine's.
    pub known: Option<(Id, IdOrigin)>,
    /// What it holds.
    pub counts: ArtefactCounts,
    /// What the dates of its system files prove.
    pub votes: OrderVotes,
    /// The day of the check.
    pub as_of: Timestamp,
}

/// The machine of a log, and what the other logs of its archive may tell about it.
pub(super) struct Described {
    /// The machine, as far as its own log tells.
    pub machine: Machine,
    /// The machine under both orders of day and month, where its log leaves the order open.
    pub open: Option<OpenOrder>,
}

/// A machine whose dates can be read in two ways.
pub(super) struct OpenOrder {
    /// The clock of its date.
    pub clock: Clock,
    /// The machine where the day comes first.
    pub day_first: Machine,
    /// The machine where the month does.
    pub month_first: Machine,
}

/// Describes the machine of a log.
pub(super) fn describe(system: &SystemText, around: Surroundings<'_>, key: &Key) -> Described {
    let heads: Vec<&[u8]> = system.heads.iter().map(Vec::as_slice).collect();
    let evidence = family::Evidence {
        system: &heads,
        names: around.entries,
        log_name: around.name.as_bytes(),
    };
    let detection = family::detect(&evidence);
    let folder = folder_facts(around.telling_name.as_bytes());
    let addresses = addresses(system, &folder);
    let hwid = system.hwid.clone().or_else(|| system.machine_guid.clone());
    let hwid = hwid.or_else(|| folder.hwid.map(lossless_utf8));
    let (machine_id, id_origin) = (around.known)
        .unwrap_or_else(|| identity(system, hwid.as_deref(), &addresses, &around, key));
    let dates = Dates {
        stated: &system.log_dates,
        install: system.install_date.as_deref(),
        timezone: system.timezone.as_deref(),
        stamp: folder.taken_at.map(lossless_utf8),
        votes: around.votes,
        family: detection.as_ref(),
        as_of: around.as_of,
    };
    let machine = Machine {
        machine_id,
        id_origin,
        source_id: around.source_id,
        log: around.name.to_owned(),
        family: detection.as_ref().map(|found| found.family.id.into()),
        family_confidence: detection.as_ref().map(|found| found.confidence),
        family_evidence: detection
            .iter()
            .flat_map(|found| &found.evidence)
            .map(|&mark| mark.into())
            .collect(),
        build_id: system.build_id.clone(),
        infected_at: None,
        infected_at_confidence: None,
        os_installed_at: None,
        computer_name: computer_name(system, &folder),
        user_name: system.user_name.clone().or_else(|| folder.user.map(lossless_utf8)),
        ad_domain: ad_domain(system),
        os: system.os.clone(),
        hwid,
        ip_addresses: addresses.iter().map(ToString::to_string).collect(),
        country: country_code(system, &folder),
        timezone: system.timezone.clone(),
        languages: system.languages.clone(),
        antivirus: system.antivirus.clone(),
        malware_path: system.malware_path.clone(),
        counts: around.counts,
    };
    let dated = |order| with_dates(machine.clone(), &dates, order);
    let open = dates.open_question().map(|clock| OpenOrder {
        clock,
        day_first: dated(Some(DateOrder::DayFirst)),
        month_first: dated(Some(DateOrder::MonthFirst)),
    });
    Described { machine: dated(None), open }
}

/// The machine with its dates, read in the order `settled` where the log itself leaves that open.
fn with_dates(mut machine: Machine, dates: &Dates<'_>, settled: Option<DateOrder>) -> Machine {
    let taken = dates.taken(settled).map(|(at, confidence)| (rfc3339(at), confidence));
    (machine.infected_at, machine.infected_at_confidence) = taken.unzip();
    machine.os_installed_at = dates.os_installation(settled).map(rfc3339);
    machine
}

fn computer_name(system: &SystemText, folder: &FolderFacts<'_>) -> Option<String> {
    system.computer_name.clone().or_else(|| folder.computer.map(lossless_utf8))
}

fn country_code(system: &SystemText, folder: &FolderFacts<'_>) -> Option<String> {
    let stated = system.country.as_deref().and_then(country::code);
    let code = stated.or_else(|| country::code(&lossless_utf8(folder.country?)));
    code.map(str::to_owned)
}

fn addresses(system: &SystemText, folder: &FolderFacts<'_>) -> Vec<IpAddr> {
    if system.ip_addresses.is_empty() {
        let address = folder.ip.and_then(|text| lossless_utf8(text).parse().ok());
        return address.into_iter().filter(is_public).collect();
    }
    system.ip_addresses.clone()
}

/// Whether an address can be that of a machine on the Internet: folder names have others, too.
fn is_public(address: &IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let is_shared = matches!(v4.octets(), [100, 64..=127, ..]);
            let is_nowhere = matches!(v4.octets(), [0 | 224..=255, ..]);
            !(v4.is_private() || v4.is_loopback() || v4.is_link_local() || is_shared || is_nowhere)
        }
        IpAddr::V6(v6) => {
            let is_local = v6.is_unique_local() || v6.is_unicast_link_local();
            !(v6.is_loopback() || v6.is_unspecified() || v6.is_multicast() || is_local)
        }
    }
}

/// A work group, or the computer's own name, is no Windows domain.
fn ad_domain(system: &SystemText) -> Option<String> {
    let domain = system.ad_domain.clone()?;
    let is = |name: &str| domain.eq_ignore_ascii_case(name);
    let none = is("WORKGROUP") || system.computer_name.as_deref().is_some_and(is);
    (!none).then_some(domain)
}

/// The strongest thing that tells this machine from others.
fn identity(
    system: &SystemText,
    hwid: Option<&str>,
    addresses: &[IpAddr],
    around: &Surroundings<'_>,
    key: &Key,
) -> (Id, IdOrigin) {
    if let Some(hwid) = hwid.and_then(usable_hwid) {
        return (key.id("machine hwid", &[hwid.as_bytes()]), IdOrigin::Hwid);
    }
    if let (Some(computer), Some(user)) = (&system.computer_name, &system.user_name) {
        let address = addresses.first().map(ToString::to_string).unwrap_or_default();
        let os = system.os.as_deref().unwrap_or_default();
        let (computer, user) = (computer.to_lowercase(), user.to_lowercase());
        let fields = [computer.as_str(), &user, &address, os].map(str::as_bytes);
        return (key.id("machine system", &fields), IdOrigin::System);
    }
    if !around.credentials.is_empty() {
        let mut ids = around.credentials.clone();
        ids.sort_unstable();
        let bytes: Vec<u8> = ids.iter().flat_map(|id| id.0).collect();
        return (key.id("machine credentials", &[&bytes]), IdOrigin::Credentials);
    }
    // Folder names repeat from archive to archive, so the source has to tell them apart.
    (key.id("machine folder", &[around.source_digest.as_bytes(), around.root]), IdOrigin::Folder)
}

/// Fewest letters and digits of an HWID that can tell machines apart.
const MIN_HWID: usize = 8;

/// The letters and digits of an HWID in upper case; none if it is a filler (`0000…`, `UNKNOWN`).
fn usable_hwid(text: &str) -> Option<String> {
    let hwid: String =
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let varied = hwid.bytes().collect::<std::collections::HashSet<_>>().len() > 1;
    let has_digit = hwid.chars().any(|c| c.is_ascii_digit());
    if hwid.len() < MIN_HWID || !varied || !has_digit {
        return None;
    }
    // Panels lose the zero that one of 32 digits begins with.
    let lost_zero = hwid.len() == 31 && hwid.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some(if lost_zero { format!("0{hwid}") } else { hwid })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::from_bytes(vec![1; 32]).unwrap()
    }

    fn around(name: &str) -> Surroundings<'_> {
        Surroundings {
            source_id: Id([0; 16]),
            source_digest: "00",
            root: b"x",
            name,
            telling_name: name,
            entries: &[],
            credentials: vec![],
            known: None,
            counts: ArtefactCounts::default(),
            votes: OrderVotes::default(),
            as_of: Timestamp::UNIX_EPOCH,
        }
    }

    fn machine(system: &SystemText, around: Surroundings<'_>) -> Machine {
        describe(system, around, &key()).machine
    }

    #[test]
    fn fillers_are_no_hardware_ids() {
        for filler in ["UNKNOWN", "0000000000000000", "FFFF-FFFF-FFFF", "N/A", "default-machine"] {
            assert_eq!(usable_hwid(filler), None, "{filler}");
        }
        assert_eq!(usable_hwid("{01ab-cdef-23}").as_deref(), Some("01ABCDEF23"));
        let whole = "0123456789ABCDEF0123456789ABCDEF";
        assert_eq!(usable_hwid(&whole[1..]).as_deref(), Some(whole));
    }

    #[test]
    fn two_machines_with_one_folder_name_stay_two() {
        let mut other = around("DE_1");
        other.source_digest = "01";
        let one = machine(&SystemText::default(), around("DE_1"));
        assert_ne!(one.machine_id, machine(&SystemText::default(), other).machine_id);
        assert_eq!(one.id_origin, IdOrigin::Folder);
    }

    #[test]
    fn a_hardware_id_makes_one_machine_of_two_folders() {
        let system = SystemText { hwid: Some("0123456789ABCDEF".into()), ..SystemText::default() };
        let one = machine(&system, around("DE_1"));
        let two = machine(&system, around("copy of DE_1"));
        assert_eq!((one.machine_id, one.id_origin), (two.machine_id, IdOrigin::Hwid));
    }

    #[test]
    fn what_tells_a_machine_is_the_strongest_that_is_known() {
        let text = |text: &str| Some(text.to_owned());
        let mut system = SystemText { hwid: text("0123456789ABCDEF"), ..SystemText::default() };
        (system.computer_name, system.user_name) = (text("PC-1"), text("ada"));
        let logins = || Surroundings { credentials: vec![Id([1; 16]), Id([2; 16])], ..around("a") };
        assert_eq!(machine(&system, logins()).id_origin, IdOrigin::Hwid);
        system.hwid = text("0000-0000");
        assert_eq!(machine(&system, logins()).id_origin, IdOrigin::System);
        system.user_name = None;
        assert_eq!(machine(&system, logins()).id_origin, IdOrigin::Credentials);
        assert_eq!(machine(&system, around("a")).id_origin, IdOrigin::Folder);
    }

    #[test]
    fn one_machine_in_two_archives_is_one() {
        let text = |text: &str| Some(text.to_owned());
        let elsewhere = || Surroundings { source_digest: "01", root: b"y/z", ..around("copy") };
        let (computer_name, user_name) = (text("PC-1"), text("Ada"));
        let system = SystemText { computer_name, user_name, ..SystemText::default() };
        let shouted = SystemText { computer_name: text("pc-1"), ..system.clone() };
        let other = SystemText { user_name: text("bob"), ..system.clone() };
        let one = machine(&system, around("a")).machine_id;
        assert_eq!(one, machine(&shouted, elsewhere()).machine_id);
        assert_ne!(one, machine(&other, elsewhere()).machine_id);

        let logins = |ids: [u8; 2], around| Surroundings {
            credentials: ids.map(|id| Id([id; 16])).to_vec(),
            ..around
        };
        let nothing = SystemText::default();
        let one = machine(&nothing, logins([1, 2], around("a"))).machine_id;
        assert_eq!(one, machine(&nothing, logins([2, 1], elsewhere())).machine_id);
        assert_ne!(one, machine(&nothing, logins([1, 3], around("a"))).machine_id);
    }

    #[test]
    fn the_name_of_the_folder_fills_in_what_the_system_file_leaves_out() {
        let named = "[FR_198.51.100.7]_PC-7";
        let one = machine(&SystemText::default(), around(named));
        assert_eq!(one.ip_addresses, ["198.51.100.7"]);
        assert_eq!(
            (one.country.as_deref(), one.computer_name.as_deref()),
            (Some("FR"), Some("PC-7"))
        );
        let archive = Surroundings { telling_name: named, ..around("data") };
        let one = machine(&SystemText::default(), archive);
        assert_eq!((one.log.as_str(), one.country.as_deref()), ("data", Some("FR")));
        for bogon in ["10.0.0.1", "127.0.0.1", "0.0.0.0", "192.168.1.2", "100.64.0.1", "fe80::1"] {
            let one = machine(&SystemText::default(), around(&format!("US_{bogon}")));
            assert_eq!(one.ip_addresses, [""; 0], "{bogon}");
        }
    }

    #[test]
    fn a_letter_is_read_in_the_code_page_of_its_file() {
        let text = b"User: \xc0\xed\xed\xe0\nPath: C:\\\xf1.exe\n";
        let path: Value<'_> = b"C:\\\xf1.exe"[..].into();
        assert_eq!(tidy(&path, CodePage::guess(text)).as_deref(), Some("C:\\\u{441}.exe"));
        assert_eq!(tidy(&path, CodePage::guess(&path)).as_deref(), Some("C:\\\u{f1}.exe"));
    }

    #[test]
    fn the_family_is_told_by_all_system_files() {
        let mut system = SystemText::default();
        let telling = "FileLocation: C:\\a.exe\nOperation System: Windows 10\nHWID: 01\n";
        for text in ["203.0.113.10", "COMPUTERNAME = EXC-1\nUSERNAME = user1\n", telling] {
            let facts = crate::artefact::system_info::parse(text.as_bytes(), 1);
            system.merge(&facts, text.as_bytes());
        }
        assert_eq!(machine(&system, around("DE_1")).family.as_deref(), Some("redline"));
    }

    #[test]
    fn a_work_group_is_no_domain() {
        let system = |domain: &str| SystemText {
            ad_domain: Some(domain.into()),
            computer_name: Some("EXC-1".into()),
            ..SystemText::default()
        };
        assert_eq!(ad_domain(&system("workgroup")), None);
        assert_eq!(ad_domain(&system("EXC-1")), None);
        assert_eq!(ad_domain(&system("EXAMPLE")).as_deref(), Some("EXAMPLE"));
    }
}
