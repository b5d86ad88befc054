//! Fills in what a template asks of a victim.

use super::awkward::country_name;
use super::families::{Clock, Date, Family, Order};
use super::victim::{Profile, Saved, Victim};

/// For families whose dates nobody asks for.
const NO_DATE: Date = Date { form: "", clock: Clock::Victim, order: Order::Form };

/// The form in which the log of this victim writes dates.
pub fn date_form(victim: &Victim, family: &Family) -> Date {
    match family.dates {
        [] => NO_DATE,
        dates => dates[victim.date_form % dates.len()],
    }
}

/// What stands where the password would.
pub fn saved_text(saved: &Saved) -> &str {
    match saved {
        Saved::Password(password) => password,
        Saved::Empty => "",
        Saved::Placeholder(text) => text,
    }
}

/// Fills in what a template asks of a browser's profile.
pub fn of_profile(template: &str, profile: Profile) -> String {
    template
        .replace("{vendor}", profile.vendor)
        .replace("{browser}", profile.browser)
        .replace("{profile}", profile.name)
        .replace("{profile_}", &profile.name.replace(' ', "_"))
        .replace("{browser_version}", profile.version)
}

/// Fills in what a template of `family` asks of `victim`.
pub fn fill(template: &str, victim: &Victim, family: &Family) -> String {
    let mut text = template.to_owned();
    let (name, culture) = country_name(victim.country);
    let flag: String =
        victim.country.chars().filter_map(|c| char::from_u32(c as u32 + 0x1F1A5)).collect();
    for (key, value) in [
        ("{user}", victim.user.as_str()),
        ("{home}", &victim.user),
        ("{full_name}", "Jane Doe"),
        ("{user_in_folder}", &victim.user),
        ("{user_in_prose}", &victim.user),
        ("{user_in_id}", &victim.user),
        ("{user_in_composite}", &victim.user),
        ("{computer}", &victim.computer),
        ("{computer_in_folder}", &victim.computer),
        ("{domain}", &victim.ad_domain),
        ("{hwid}", &victim.hwid),
        ("{hwid32}", victim.hwid.get(..32).unwrap_or(&victim.hwid)),
        ("{hwid_in_composite}", &victim.hwid),
        ("{guid}", &victim.guid),
        ("{guid_in_odd_key}", &victim.guid),
        ("{ip}", &victim.ip),
        ("{ip_by_mistake}", &victim.ip),
        ("{country}", victim.country),
        ("{country_name}", name),
        ("{country_in_place}", name),
        ("{country_flag}", &flag),
        ("{culture}", culture),
        ("{os}", victim.os),
        ("{os_in_odd_key}", victim.os),
        ("{macos}", "macOS"),
        ("{nt}", "NT 10.0"),
        ("{folder_id}", &victim.folder_id),
        ("{digit}", &(victim.number % 10).to_string()),
        ("{number}", &victim.number.to_string()),
    ] {
        text = text.replace(key, value);
    }
    fill_lists(&fill_dates(&text, victim, family), victim)
}

fn fill_dates(text: &str, victim: &Victim, family: &Family) -> String {
    let offset = victim.offset;
    let form = date_form(victim, family);
    let utc = victim.infected - jiff::Span::new().hours(offset);
    let epoch = jiff::tz::Offset::constant(offset).to_timestamp(victim.infected).unwrap();
    let written = match form.clock {
        Clock::Victim => victim.infected,
        Clock::Zone(hours) => utc + jiff::Span::new().hours(hours),
    };
    let local = if form.form.starts_with("%a") { "%-d/%-m/%Y %-H:%M:%S" } else { form.form };
    let minutes = i32::from(offset) * 60;
    let wrapped = i64::from(offset).rem_euclid(1 << 32);
    [
        ("{date}", written.strftime(form.form).to_string()),
        ("{local}", victim.infected.strftime(local).to_string()),
        ("{utc}", utc.strftime(form.form).to_string()),
        ("{epoch}", epoch.as_second().to_string()),
        ("{stamp}", victim.infected.strftime("%Y_%m_%dT%H_%M_%S").to_string()),
        ("{stamp_}", victim.infected.strftime("%Y_%m_%d_%H_%M_%S").to_string()),
        ("{stamp_day}", victim.infected.strftime("%Y_%m_%d").to_string()),
        ("{stamp_time}", victim.infected.strftime("%H_%M_%S").to_string()),
        ("{stamp_minute}", victim.infected.strftime("%Y_%m_%d_%H_%M").to_string()),
        ("{stamp_short}", victim.infected.strftime("%d-%m-%y").to_string()),
        ("{hours}", offset.to_string()),
        ("{hours_signed}", format!("{offset:+}")),
        ("{hours_padded}", format!("{offset:+03}")),
        ("{hours_wrapped}", wrapped.to_string()),
        ("{minutes}", format!("{minutes:+}")),
    ]
    .iter()
    .fold(text.to_owned(), |text, (key, value)| text.replace(key, value))
}

fn fill_lists(text: &str, victim: &Victim) -> String {
    if !text.contains('{') {
        return text.to_owned();
    }
    let mut sites: Vec<String> =
        victim.cookies.iter().map(|cookie| cookie.domain.trim_matches('.').to_owned()).collect();
    sites.sort();
    sites.dedup();
    let counted: Vec<_> = sites.iter().map(|site| format!("{site} (1)")).collect();
    let passwords: Vec<_> = victim
        .logins
        .iter()
        .filter(|login| matches!(login.saved, Saved::Password(_)))
        .map(|login| saved_text(&login.saved))
        .collect();
    let titled: Vec<_> = victim
        .history
        .iter()
        .map(|url| format!("URL: {url}\nTITLE: A page\nTIME: 01.01.1601 02:00:00\n"))
        .collect();
    text.replace("{sites}", &counted.join(", "))
        .replace("{site_lines}", &ended(&sites))
        .replace("{history}", &ended(&victim.history))
        .replace("{history_titles}", &ended(&titled))
        .replace("{note}", &ended(&victim.note))
        .replace("{passwords}", &ended(&passwords))
}

/// The lines, each with its end.
fn ended<T: AsRef<str>>(lines: &[T]) -> String {
    lines.iter().map(|line| format!("{}\n", line.as_ref())).collect()
}
