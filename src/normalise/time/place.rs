//! Zones that are named by a place, such as `Europe/Berlin`, and what their clocks do.
//!
//! A short list instead of the zone database: the places that most machines are in, with the rules
//! of today as POSIX writes them. Dates of logs are young, so rules of the past are not needed.

use jiff::tz::TimeZone;

use super::zone;

/// Rules, and the places where they hold.
#[rustfmt::skip]
const PLACES: &[(&str, &str)] = &[
    ("GMT0BST,M3.5.0/1,M10.5.0", "Europe/London Europe/Dublin Europe/Jersey GB"),
    ("WET0WEST,M3.5.0/1,M10.5.0", "Europe/Lisbon Atlantic/Canary Atlantic/Madeira"),
    ("CET-1CEST,M3.5.0,M10.5.0/3", "Europe/Amsterdam Europe/Andorra Europe/Belgrade Europe/Berlin \
     Europe/Bratislava Europe/Brussels Europe/Budapest Europe/Copenhagen Europe/Gibraltar \
     Europe/Ljubljana Europe/Luxembourg Europe/Madrid Europe/Malta Europe/Monaco Europe/Oslo \
     Europe/Paris Europe/Podgorica Europe/Prague Europe/Rome Europe/San_Marino Europe/Sarajevo \
     Europe/Skopje Europe/Stockholm Europe/Tirane Europe/Vaduz Europe/Vatican Europe/Vienna \
     Europe/Warsaw Europe/Zagreb Europe/Zurich Africa/Ceuta"),
    ("EET-2EEST,M3.5.0/3,M10.5.0/4", "Europe/Athens Europe/Bucharest Europe/Helsinki Europe/Kiev \
     Europe/Kyiv Europe/Mariehamn Europe/Riga Europe/Sofia Europe/Tallinn Europe/Vilnius \
     Asia/Famagusta Asia/Nicosia"),
    ("EET-2EEST,M3.5.0,M10.5.0/3", "Europe/Chisinau"),
    ("EET-2", "Europe/Kaliningrad Africa/Tripoli"),
    ("MSK-3", "Europe/Moscow Europe/Minsk Europe/Simferopol Europe/Kirov Europe/Volgograd"),
    ("<+03>-3", "Europe/Istanbul Asia/Istanbul Asia/Baghdad Asia/Riyadh Asia/Kuwait Asia/Qatar \
     Asia/Bahrain Asia/Amman Asia/Damascus Asia/Aden Africa/Nairobi Africa/Addis_Ababa \
     Africa/Dar_es_Salaam Africa/Kampala Africa/Mogadishu Turkey"),
    ("<+0330>-3:30", "Asia/Tehran"),
    ("<+04>-4", "Europe/Samara Europe/Saratov Europe/Ulyanovsk Europe/Astrakhan Asia/Dubai \
     Asia/Muscat Asia/Baku Asia/Tbilisi Asia/Yerevan Indian/Mauritius"),
    ("<+0430>-4:30", "Asia/Kabul"),
    ("<+05>-5", "Asia/Yekaterinburg Asia/Karachi Asia/Tashkent Asia/Samarkand Asia/Ashgabat \
     Asia/Dushanbe Indian/Maldives"),
    ("IST-5:30", "Asia/Kolkata Asia/Calcutta Asia/Colombo"),
    ("<+0545>-5:45", "Asia/Kathmandu Asia/Katmandu"),
    ("<+06>-6", "Asia/Omsk Asia/Dhaka Asia/Bishkek Asia/Thimphu"),
    ("<+0630>-6:30", "Asia/Yangon Asia/Rangoon"),
    ("<+07>-7", "Asia/Novosibirsk Asia/Krasnoyarsk Asia/Tomsk Asia/Barnaul Asia/Bangkok \
     Asia/Jakarta Asia/Ho_Chi_Minh Asia/Saigon Asia/Phnom_Penh Asia/Vientiane Asia/Hovd"),
    ("<+08>-8", "Asia/Irkutsk Asia/Shanghai Asia/Chongqing Asia/Urumqi Asia/Hong_Kong Asia/Macau \
     Asia/Taipei Asia/Singapore Asia/Kuala_Lumpur Asia/Manila Asia/Makassar Asia/Brunei \
     Asia/Ulaanbaatar Australia/Perth Singapore Hongkong PRC"),
    ("<+09>-9", "Asia/Yakutsk Asia/Chita Asia/Tokyo Asia/Seoul Asia/Pyongyang Asia/Jayapura Japan"),
    ("ACST-9:30", "Australia/Darwin"),
    ("ACST-9:30ACDT,M10.1.0,M4.1.0/3", "Australia/Adelaide"),
    ("AEST-10", "Australia/Brisbane Asia/Vladivostok Pacific/Port_Moresby Pacific/Guam"),
    ("AEST-10AEDT,M10.1.0,M4.1.0/3", "Australia/Sydney Australia/Melbourne Australia/Hobart \
     Australia/Canberra"),
    ("<+11>-11", "Asia/Magadan Asia/Sakhalin Asia/Srednekolymsk Pacific/Noumea"),
    ("<+12>-12", "Asia/Kamchatka Pacific/Fiji"),
    ("NZST-12NZDT,M9.5.0,M4.1.0/3", "Pacific/Auckland"),
    ("IST-2IDT,M3.4.4/26,M10.5.0", "Asia/Jerusalem Asia/Tel_Aviv"),
    ("EET-2EEST,M3.5.0/0,M10.5.0/0", "Asia/Beirut"),
    ("EET-2EEST,M4.5.5/0,M10.5.4/24", "Africa/Cairo"),
    ("GMT0", "Etc/UTC Etc/UCT Etc/Universal Etc/Zulu Africa/Abidjan Africa/Accra Africa/Dakar Africa/Bamako Atlantic/Reykjavik"),
    ("WAT-1", "Africa/Lagos Africa/Algiers Africa/Tunis Africa/Luanda Africa/Kinshasa \
     Africa/Douala Africa/Libreville"),
    ("CAT-2", "Africa/Johannesburg Africa/Harare Africa/Lusaka Africa/Maputo Africa/Khartoum \
     Africa/Gaborone Africa/Kigali Africa/Windhoek"),
    ("EST5EDT,M3.2.0,M11.1.0", "America/New_York America/Detroit America/Toronto America/Montreal \
     America/Nassau America/Indiana/Indianapolis America/Indianapolis America/Port-au-Prince"),
    ("CST6CDT,M3.2.0,M11.1.0", "America/Chicago America/Winnipeg America/Matamoros"),
    ("MST7MDT,M3.2.0,M11.1.0", "America/Denver America/Edmonton America/Boise"),
    ("PST8PDT,M3.2.0,M11.1.0", "America/Los_Angeles America/Vancouver America/Tijuana"),
    ("AKST9AKDT,M3.2.0,M11.1.0", "America/Anchorage"),
    ("AST4ADT,M3.2.0,M11.1.0", "America/Halifax Atlantic/Bermuda"),
    ("NST3:30NDT,M3.2.0,M11.1.0", "America/St_Johns"),
    ("CST5CDT,M3.2.0/0,M11.1.0/1", "America/Havana"),
    ("HST10", "Pacific/Honolulu"),
    ("MST7", "America/Phoenix America/Hermosillo"),
    ("CST6", "America/Mexico_City America/Monterrey America/Merida America/Guatemala \
     America/Costa_Rica America/El_Salvador America/Tegucigalpa America/Managua America/Regina"),
    ("EST5", "America/Bogota America/Lima America/Panama America/Jamaica America/Guayaquil \
     America/Cancun"),
    ("<-04>4", "America/Caracas America/La_Paz America/Manaus America/Santo_Domingo \
     America/Puerto_Rico America/Guyana America/Cuiaba"),
    ("<-04>4<-03>,M9.1.6/24,M4.1.6/24", "America/Santiago"),
    ("<-03>3", "America/Sao_Paulo America/Bahia America/Fortaleza America/Recife America/Belem \
     America/Argentina/Buenos_Aires America/Buenos_Aires America/Argentina/Cordoba \
     America/Montevideo America/Asuncion America/Paramaribo"),
];

/// The zone of the place that a text names first.
pub(super) fn zone(written: &str) -> Option<TimeZone> {
    let name =
        written.trim().split([' ', ',', '(', ')', '[', ']']).find(|word| !word.is_empty())?;
    // `Etc/GMT+5` is five hours behind Greenwich.
    if let Some(hours) = name.strip_prefix("Etc/GMT") {
        let minutes = if hours.is_empty() { 0 } else { zone::minutes_of(hours)?.checked_neg()? };
        return zone::from_minutes(minutes).map(TimeZone::fixed);
    }
    let is_named = |(_, places): &&(&str, &str)| {
        places.split_ascii_whitespace().any(|place| place.eq_ignore_ascii_case(name))
    };
    let (rules, _) = PLACES.iter().find(is_named)?;
    TimeZone::posix(rules).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_rules_can_be_read_and_no_place_stands_twice() {
        let mut places = Vec::new();
        for (rules, names) in PLACES {
            assert!(TimeZone::posix(rules).is_ok(), "{rules}");
            places.extend(names.split_ascii_whitespace());
        }
        let count = places.len();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), count);
    }

    #[test]
    fn clocks_of_places_follow_the_seasons() {
        let hours = |name: &str, month: i8| {
            let date = jiff::civil::date(2024, month, 15).at(12, 0, 0, 0);
            let noon = zone(name)?.to_timestamp(date).ok()?;
            Some((date.to_zoned(TimeZone::UTC).ok()?.timestamp() - noon).get_seconds())
        };
        for (name, winter, summer) in [
            ("Europe/Berlin", 3600, 7200),
            ("europe/london", 0, 3600),
            ("America/New_York", -18_000, -14_400),
            ("Europe/Moscow", 10_800, 10_800),
            ("Asia/Calcutta", 19_800, 19_800),
            ("America/Sao_Paulo (BRT)", -10_800, -10_800),
        ] {
            assert_eq!((hours(name, 1), hours(name, 7)), (Some(winter), Some(summer)), "{name}");
        }
        assert!(zone("Europe/Example").is_none());
        assert!(zone("").is_none());
    }
}
