//! What a log tells of its machine, as a careful reader would understand it.

use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::families::{Clock, Family, Order};
use super::fill::date_form;
use super::truth::{Ambiguity, Fact, MachineTruth};
use super::victim::Victim;

/// Where facts about a machine may stand.
pub struct Told<'t> {
    /// The template of the folder's name.
    pub folder: &'t str,
    /// The templates of the system file and its like, without what was cut out.
    pub text: String,
    /// Whether something may have been cut out.
    pub cut: bool,
}

impl Told<'_> {
    /// The value if one of the places is in the text or in a folder's name of settled form.
    fn of(&self, places: &[&str], value: &str) -> Option<String> {
        let holds = |place: &&str| self.text.contains(place) || self.folder.contains(place);
        places.iter().any(holds).then(|| value.to_owned())
    }

    fn says(&self, place: &str) -> bool {
        self.text.contains(place)
    }

    fn zone(&self) -> bool {
        ["{hours}", "{hours_signed}", "{hours_padded}", "{hours_wrapped}", "{minutes}"]
            .iter()
            .any(|place| self.says(place))
    }
}

/// What the log of `victim` tells.
pub fn machine_truth(victim: &Victim, family: &Family, told: &Told<'_>) -> MachineTruth {
    let mut exposes = victim.machine_exposes();
    exposes.retain(|why| match why.on {
        "ad_domain" => told.says("{domain}"),
        "computer_name" => told.says("{computer}"),
        _ => told.says("{ip}"),
    });
    let mut truth = MachineTruth {
        computer_name: told.of(&["{computer}"], &victim.computer),
        user_name: told.of(&["{user}", "{user_in_id}"], &victim.user),
        // A work group is no Windows domain.
        ad_domain: told.of(&["{domain}"], &victim.ad_domain).filter(|name| name != "WORKGROUP"),
        hwid: hwid(victim, told),
        ip: told.of(&["{ip}"], &victim.ip),
        country: told.of(&["{country}", "{country_name}", "{country_flag}"], victim.country),
        os: told
            .of(&["{os}"], victim.os)
            .or_else(|| told.of(&["{macos}"], "macOS"))
            .or_else(|| told.of(&["{nt}"], "NT 10.0")),
        exposes,
        ..MachineTruth::default()
    };
    infection(victim, family, told, &mut truth);
    leave_open(told, &mut truth);
    truth
}

/// The hardware id goes before the machine's GUID.
fn hwid(victim: &Victim, told: &Told<'_>) -> Option<String> {
    let said = told.says("{hwid}").then(|| victim.hwid.clone());
    let guid = told.says("{guid}").then(|| victim.guid.clone());
    let folder = told.folder.contains("{hwid}").then(|| victim.hwid.clone());
    let other = told.folder.contains("{folder_id}").then(|| victim.folder_id.clone());
    said.or(guid).or(folder).or(other)
}

fn infection(victim: &Victim, family: &Family, told: &Told<'_>, truth: &mut MachineTruth) {
    let form = date_form(victim, family);
    let moment = |time: DateTime, hours: i8| {
        Some(Offset::constant(hours).to_timestamp(time).unwrap().to_string())
    };
    let hours = if told.zone() { victim.offset } else { 0 };
    if told.says("{epoch}") {
        truth.infected_at = moment(victim.infected, victim.offset);
        truth.infected_at_confidence = Some("exact");
    } else if told.says("{date}") || told.says("{local}") {
        let coarse = told.says("{date}") && !form.form.contains("%S") && !form.form.contains("%-S");
        let second = if coarse { 0 } else { victim.infected.second() };
        let written = victim.infected.with().second(second).build().unwrap();
        let zoned = told.says("{date}") && form.clock != Clock::Victim;
        truth.infected_at = moment(written, if zoned { victim.offset } else { hours });
        truth.infected_at_confidence =
            Some(if zoned || told.zone() { "exact" } else { "zone_assumed" });
        let by_family = form.order == Order::Family || !told.says("{date}");
        let (day, month) = (victim.infected.day(), victim.infected.month());
        if told.cut && by_family && day < 13 && day != month {
            truth.open.push((Fact::InfectedAt, Ambiguity::DayAndMonth));
        }
    } else if told.folder.contains("{stamp") {
        truth.infected_at = moment(victim.infected, 0);
        let whole = told.folder.contains("{stamp}")
            || told.folder.contains("{stamp_}")
            || told.folder.contains("{stamp_time}");
        if told.zone() || !whole {
            truth.open.push((Fact::InfectedAt, Ambiguity::FolderClock));
        }
    } else if told.folder.contains("_20240713_101112") {
        truth.open.push((Fact::InfectedAt, Ambiguity::FolderClock));
    }
}

/// Facts that stand where no reader has to look for them.
fn leave_open(told: &Told<'_>, truth: &mut MachineTruth) {
    let text = |place: &str| told.text.contains(place);
    let folder = |place: &str| told.folder.contains(place);
    let mut open = |fact, missing: bool, there: bool, why| {
        if missing && there {
            truth.open.push((fact, why));
        }
    };
    let (computer, user) = (truth.computer_name.is_none(), truth.user_name.is_none());
    open(Fact::ComputerName, computer, folder("{computer_in_folder}"), Ambiguity::FolderName);
    open(Fact::UserName, user, folder("{user_in_folder}"), Ambiguity::FolderName);
    open(Fact::Hwid, truth.hwid.is_none(), folder("{guid}"), Ambiguity::FolderName);
    open(Fact::Hwid, truth.hwid.is_none(), folder("{hwid32}"), Ambiguity::FolderName);
    open(Fact::UserName, user, text("{user_in_prose}"), Ambiguity::UnlistedKey);
    open(Fact::UserName, user, text("{user_in_composite}"), Ambiguity::UnlistedKey);
    open(Fact::Os, truth.os.is_none(), text("{os_in_odd_key}"), Ambiguity::UnlistedKey);
    open(Fact::Hwid, truth.hwid.is_none(), text("{guid_in_odd_key}"), Ambiguity::UnlistedKey);
    open(Fact::Os, truth.os.is_none(), text("Windows_NT"), Ambiguity::Environment);
    let country = truth.country.is_none();
    open(Fact::Country, country, text("{country_in_place}"), Ambiguity::PlaceName);
    open(Fact::Country, country, folder("{culture}"), Ambiguity::FolderName);
}
