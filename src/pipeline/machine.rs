//! The machine of a log: what its system files, its folder name and its files say, as one record.

use std::net::IpAddr;

use crate::fact::{DateFact, DateOrder, DateZone, SystemFacts, Value};
use crate::family::{self, Detection, InstallDate};
use crate::layout::{FolderFacts, folder_facts};
use crate::normalise::{country, time};
use crate::provenance::lossless_utf8;
use crate::record::{ArtefactCounts, IdOrigin, Machine, TimeConfidence};
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
    /// The paths of its entries inside the log.
    pub entries: &'a [&'a [u8]],
    /// The ids of its credentials.
    pub credentials: Vec<Id>,
    /// What it holds.
    pub counts: ArtefactCounts,
}

/// Puts the record of a machine together.
pub(super) fn describe(system: &SystemText, around: Surroundings<'_>, key: &Key) -> Machine {
    let heads: Vec<&[u8]> = system.heads.iter().map(Vec::as_slice).collect();
    let evidence = family::Evidence {
        system: &heads,
        names: around.entries,
        log_name: around.name.as_bytes(),
    };
    let detection = family::detect(&evidence);
    let folder = folder_facts(around.name.as_bytes());
    let addresses = addresses(system, &folder);
    let hwid = system.hwid.clone().or_else(|| system.machine_guid.clone());
    let hwid = hwid.or_else(|| folder.hwid.map(lossless_utf8));
    let (infected_at, confidence) = infection(system, &folder, detection.as_ref());
    let (machine_id, id_origin) = identity(system, hwid.as_deref(), &addresses, &around, key);
    Machine {
        machine_id,
        id_origin,
        source_id: around.source_id,
        log: around.name.to_owned(),
        family: detection.as_ref().map(|found| found.family.id),
        family_confidence: detection.as_ref().map(|found| found.confidence),
        family_evidence: detection.as_ref().map(|found| found.evidence.clone()).unwrap_or_default(),
        build_id: system.build_id.clone(),
        infected_at,
        infected_at_confidence: confidence,
        os_installed_at: os_installation(system, detection.as_ref()),
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
    }
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
        return folder.ip.iter().filter_map(|text| lossless_utf8(text).parse().ok()).collect();
    }
    system.ip_addresses.clone()
}

/// A work group, or the computer's own name, is no Windows domain.
fn ad_domain(system: &SystemText) -> Option<String> {
    let domain = system.ad_domain.clone()?;
    let is = |name: &str| domain.eq_ignore_ascii_case(name);
    let none = is("WORKGROUP") || system.computer_name.as_deref().is_some_and(is);
    (!none).then_some(domain)
}

/// When the log was taken, by the system file, or else by the folder's name.
fn infection(
    system: &SystemText,
    folder: &FolderFacts<'_>,
    detection: Option<&Detection>,
) -> (Option<String>, Option<TimeConfidence>) {
    let order = date_order(system, detection);
    let zone = |zone: DateZone| match zone {
        DateZone::Utc => Some("UTC"),
        DateZone::Local => system.timezone.as_deref(),
    };
    let install = match detection.map(|found| found.family.install_date) {
        Some(InstallDate::Infection) => system.install_date.as_deref(),
        _ => None,
    };
    let stated = system.log_dates.iter().map(|(text, date_zone)| (text.as_str(), zone(*date_zone)));
    let candidates = stated.chain(install.map(|text| (text, system.timezone.as_deref())));
    let by_file =
        candidates.filter_map(|(text, zone)| time::resolve_infection(text, order, zone)).next();
    let by_folder = || time::resolve_folder(&lossless_utf8(folder.taken_at?));
    by_file.or_else(by_folder).unzip()
}

/// The order of day and month: what the file's own dates decide, else what the family does.
fn date_order(system: &SystemText, detection: Option<&Detection>) -> DateOrder {
    let dates = system.log_dates.iter().map(|(text, _)| text.as_str());
    let decided = dates.chain(system.install_date.as_deref()).find_map(time::decides_order);
    decided.unwrap_or_else(|| detection.map_or(DateOrder::Unknown, |found| found.family.date_order))
}

fn os_installation(system: &SystemText, detection: Option<&Detection>) -> Option<String> {
    if detection.is_some_and(|found| found.family.install_date == InstallDate::Infection) {
        return None;
    }
    let order = date_order(system, detection);
    let (at, _) =
        time::resolve(system.install_date.as_deref()?, order, system.timezone.as_deref())?;
    Some(at)
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
    (hwid.len() >= MIN_HWID && varied && has_digit).then_some(hwid)
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
            entries: &[],
            credentials: vec![],
            counts: ArtefactCounts::default(),
        }
    }

    #[test]
    fn fillers_are_no_hardware_ids() {
        for filler in ["UNKNOWN", "0000000000000000", "FFFF-FFFF-FFFF", "N/A", "default-machine"] {
            assert_eq!(usable_hwid(filler), None, "{filler}");
        }
        assert_eq!(usable_hwid("{01ab-cdef-23}").as_deref(), Some("01ABCDEF23"));
    }

    #[test]
    fn two_machines_with_one_folder_name_stay_two() {
        let mut other = around("DE_1");
        other.source_digest = "01";
        let one = describe(&SystemText::default(), around("DE_1"), &key());
        assert_ne!(one.machine_id, describe(&SystemText::default(), other, &key()).machine_id);
        assert_eq!(one.id_origin, IdOrigin::Folder);
    }

    #[test]
    fn a_hardware_id_makes_one_machine_of_two_folders() {
        let system = SystemText { hwid: Some("0123456789ABCDEF".into()), ..SystemText::default() };
        let one = describe(&system, around("DE_1"), &key());
        let two = describe(&system, around("copy of DE_1"), &key());
        assert_eq!((one.machine_id, one.id_origin), (two.machine_id, IdOrigin::Hwid));
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
        assert_eq!(describe(&system, around("DE_1"), &key()).family, Some("redline"));
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
