//! Countries as two-letter codes, from the many ways in which system files write them.

/// The ISO 3166-1 code of a country: `US` of `US`, `United States`, `US (United States)`,
/// `United States [US]`, `US / United States`, or of a flag.
///
/// Placeholders (`UNKNOWN`, `ISO?`, `ZZ`) and addresses that stand there by mistake give `None`.
///
/// ```
/// use logsieve::normalise::country::code;
/// assert_eq!(code("United States [US]"), Some("US"));
/// assert_eq!(code("\u{1f1e9}\u{1f1ea}"), Some("DE"));
/// assert_eq!(code("203.0.113.10"), None);
/// ```
pub fn code(written: &str) -> Option<&'static str> {
    let written = written.trim();
    if written.len() > MAX_WRITTEN {
        return None;
    }
    by_code(written).or_else(|| by_name(written)).or_else(|| by_flag(written)).or_else(|| {
        let is_mark = |c: char| matches!(c, '(' | ')' | '[' | ']' | '/' | '|' | ',' | ';' | ':');
        let mut parts = written.split(is_mark).map(str::trim).filter(|part| !part.is_empty());
        parts.find_map(|part| by_code(part).or_else(|| by_name(part)))
    })
}

/// Longest text that is looked at, in bytes.
const MAX_WRITTEN: usize = 200;

fn by_code(text: &str) -> Option<&'static str> {
    COUNTRIES.iter().map(|&(code, _)| code).find(|code| code.eq_ignore_ascii_case(text))
}

fn by_name(text: &str) -> Option<&'static str> {
    letters(text).next()?;
    let is_name = |name: &&'static str| letters(name).eq(letters(text));
    COUNTRIES.iter().find(|(_, names)| names.iter().any(is_name)).map(|&(code, _)| code)
}

/// The letters of a name without accents, in lower case; `and`, `the` and marks do not count.
fn letters(name: &str) -> impl Iterator<Item = char> {
    name.split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.eq_ignore_ascii_case("and") && !word.eq_ignore_ascii_case("the"))
        .flat_map(str::chars)
        .flat_map(char::to_lowercase)
        .map(without_accent)
}

fn without_accent(c: char) -> char {
    match c {
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' => 'o',
        'ù'..='ü' => 'u',
        _ => c,
    }
}

/// A flag is the letters of its code, each as a regional indicator.
fn by_flag(text: &str) -> Option<&'static str> {
    let mut indicators = text.chars().filter_map(|c| {
        let index = u32::from(c).checked_sub(0x1f1e6).filter(|&index| index < 26)?;
        char::from_digit(index + 10, 36)
    });
    let letters = [indicators.next()?, indicators.next()?];
    COUNTRIES
        .iter()
        .map(|&(code, _)| code)
        .find(|code| code.chars().map(|c| c.to_ascii_lowercase()).eq(letters))
}

/// Every country of ISO 3166-1, and Kosovo: its code, and the names that it goes by.
const COUNTRIES: &[(&str, &[&str])] = &[
    ("AD", &["Andorra"]),
    ("AE", &["United Arab Emirates", "UAE", "Emirates"]),
    ("AF", &["Afghanistan"]),
    ("AG", &["Antigua and Barbuda", "Antigua"]),
    ("AI", &["Anguilla"]),
    ("AL", &["Albania"]),
    ("AM", &["Armenia"]),
    ("AO", &["Angola"]),
    ("AQ", &["Antarctica"]),
    ("AR", &["Argentina"]),
    ("AS", &["American Samoa"]),
    ("AT", &["Austria"]),
    ("AU", &["Australia"]),
    ("AW", &["Aruba"]),
    ("AX", &["Åland Islands", "Aland"]),
    ("AZ", &["Azerbaijan"]),
    ("BA", &["Bosnia and Herzegovina", "Bosnia", "Bosnia-Herzegovina"]),
    ("BB", &["Barbados"]),
    ("BD", &["Bangladesh"]),
    ("BE", &["Belgium"]),
    ("BF", &["Burkina Faso"]),
    ("BG", &["Bulgaria"]),
    ("BH", &["Bahrain"]),
    ("BI", &["Burundi"]),
    ("BJ", &["Benin"]),
    ("BL", &["Saint Barthélemy", "St Barthelemy", "Saint Barts"]),
    ("BM", &["Bermuda"]),
    ("BN", &["Brunei Darussalam", "Brunei"]),
    ("BO", &["Bolivia, Plurinational State of", "Bolivia", "Plurinational State of Bolivia"]),
    ("BQ", &["Bonaire, Sint Eustatius and Saba", "Caribbean Netherlands", "Bonaire"]),
    ("BR", &["Brazil", "Brasil"]),
    ("BS", &["Bahamas"]),
    ("BT", &["Bhutan"]),
    ("BV", &["Bouvet Island"]),
    ("BW", &["Botswana"]),
    ("BY", &["Belarus", "Byelorussia"]),
    ("BZ", &["Belize"]),
    ("CA", &["Canada"]),
    ("CC", &["Cocos (Keeling) Islands", "Cocos Islands", "Keeling Islands"]),
    (
        "CD",
        &[
            "Congo, The Democratic Republic of the",
            "DR Congo",
            "DRC",
            "Congo-Kinshasa",
            "Democratic Republic of the Congo",
            "Congo, Democratic Republic",
            "Congo (Dem. Rep.)",
            "Zaire",
        ],
    ),
    ("CF", &["Central African Republic", "Central African Rep."]),
    (
        "CG",
        &["Congo", "Republic of the Congo", "Congo-Brazzaville", "Congo Republic", "Congo (Rep.)"],
    ),
    ("CH", &["Switzerland"]),
    ("CI", &["Côte d'Ivoire", "Ivory Coast", "Cote d Ivoire"]),
    ("CK", &["Cook Islands"]),
    ("CL", &["Chile"]),
    ("CM", &["Cameroon"]),
    ("CN", &["China", "People's Republic of China", "PRC"]),
    ("CO", &["Colombia"]),
    ("CR", &["Costa Rica"]),
    ("CU", &["Cuba"]),
    ("CV", &["Cabo Verde", "Cape Verde"]),
    ("CW", &["Curaçao", "Curacao"]),
    ("CX", &["Christmas Island"]),
    ("CY", &["Cyprus"]),
    ("CZ", &["Czechia", "Czech Republic"]),
    ("DE", &["Germany", "Deutschland"]),
    ("DJ", &["Djibouti"]),
    ("DK", &["Denmark"]),
    ("DM", &["Dominica"]),
    ("DO", &["Dominican Republic"]),
    ("DZ", &["Algeria"]),
    ("EC", &["Ecuador"]),
    ("EE", &["Estonia"]),
    ("EG", &["Egypt"]),
    ("EH", &["Western Sahara"]),
    ("ER", &["Eritrea"]),
    ("ES", &["Spain", "España"]),
    ("ET", &["Ethiopia"]),
    ("FI", &["Finland"]),
    ("FJ", &["Fiji"]),
    ("FK", &["Falkland Islands (Malvinas)", "Falkland Islands", "Malvinas"]),
    ("FM", &["Micronesia, Federated States of", "Micronesia", "Federated States of Micronesia"]),
    ("FO", &["Faroe Islands", "Faeroe Islands"]),
    ("FR", &["France"]),
    ("GA", &["Gabon"]),
    (
        "GB",
        &[
            "United Kingdom",
            "UK",
            "Great Britain",
            "Britain",
            "England",
            "Scotland",
            "Wales",
            "Northern Ireland",
            "United Kingdom of Great Britain and Northern Ireland",
        ],
    ),
    ("GD", &["Grenada"]),
    ("GE", &["Georgia"]),
    ("GF", &["French Guiana"]),
    ("GG", &["Guernsey"]),
    ("GH", &["Ghana"]),
    ("GI", &["Gibraltar"]),
    ("GL", &["Greenland"]),
    ("GM", &["Gambia", "Gambia, The"]),
    ("GN", &["Guinea"]),
    ("GP", &["Guadeloupe"]),
    ("GQ", &["Equatorial Guinea"]),
    ("GR", &["Greece"]),
    ("GS", &["South Georgia and the South Sandwich Islands", "South Georgia"]),
    ("GT", &["Guatemala"]),
    ("GU", &["Guam"]),
    ("GW", &["Guinea-Bissau"]),
    ("GY", &["Guyana"]),
    ("HK", &["Hong Kong", "Hong Kong SAR", "Hong Kong SAR China", "Hong Kong S.A.R."]),
    ("HM", &["Heard Island and McDonald Islands", "Heard and McDonald Islands"]),
    ("HN", &["Honduras"]),
    ("HR", &["Croatia"]),
    ("HT", &["Haiti"]),
    ("HU", &["Hungary"]),
    ("ID", &["Indonesia"]),
    ("IE", &["Ireland"]),
    ("IL", &["Israel"]),
    ("IM", &["Isle of Man"]),
    ("IN", &["India"]),
    ("IO", &["British Indian Ocean Territory", "British Indian Ocean", "Chagos"]),
    ("IQ", &["Iraq"]),
    ("IR", &["Iran, Islamic Republic of", "Iran", "Islamic Republic of Iran"]),
    ("IS", &["Iceland"]),
    ("IT", &["Italy"]),
    ("JE", &["Jersey"]),
    ("JM", &["Jamaica"]),
    ("JO", &["Jordan"]),
    ("JP", &["Japan"]),
    ("KE", &["Kenya"]),
    ("KG", &["Kyrgyzstan", "Kyrgyz Republic"]),
    ("KH", &["Cambodia"]),
    ("KI", &["Kiribati"]),
    ("KM", &["Comoros"]),
    ("KN", &["Saint Kitts and Nevis", "St Kitts and Nevis", "St. Kitts"]),
    (
        "KP",
        &[
            "Korea, Democratic People's Republic of",
            "North Korea",
            "Democratic People's Republic of Korea",
            "DPRK",
            "Korea (North)",
        ],
    ),
    ("KR", &["Korea, Republic of", "South Korea", "Republic of Korea", "Korea", "Korea (South)"]),
    ("KW", &["Kuwait"]),
    ("KY", &["Cayman Islands"]),
    ("KZ", &["Kazakhstan"]),
    ("LA", &["Lao People's Democratic Republic", "Laos", "Lao PDR"]),
    ("LB", &["Lebanon"]),
    ("LC", &["Saint Lucia", "St Lucia"]),
    ("LI", &["Liechtenstein"]),
    ("LK", &["Sri Lanka"]),
    ("LR", &["Liberia"]),
    ("LS", &["Lesotho"]),
    ("LT", &["Lithuania"]),
    ("LU", &["Luxembourg"]),
    ("LV", &["Latvia"]),
    ("LY", &["Libya", "Libyan Arab Jamahiriya"]),
    ("MA", &["Morocco"]),
    ("MC", &["Monaco"]),
    ("MD", &["Moldova, Republic of", "Moldova", "Republic of Moldova"]),
    ("ME", &["Montenegro"]),
    ("MF", &["Saint Martin (French part)", "Saint Martin", "St Martin", "St Martin (French part)"]),
    ("MG", &["Madagascar"]),
    ("MH", &["Marshall Islands"]),
    (
        "MK",
        &[
            "North Macedonia",
            "Macedonia",
            "Former Yugoslav Republic of Macedonia",
            "Republic of North Macedonia",
        ],
    ),
    ("ML", &["Mali"]),
    ("MM", &["Myanmar", "Burma", "Myanmar (Burma)"]),
    ("MN", &["Mongolia"]),
    ("MO", &["Macao", "Macau", "Macau SAR", "Macao SAR China"]),
    ("MP", &["Northern Mariana Islands"]),
    ("MQ", &["Martinique"]),
    ("MR", &["Mauritania"]),
    ("MS", &["Montserrat"]),
    ("MT", &["Malta"]),
    ("MU", &["Mauritius"]),
    ("MV", &["Maldives"]),
    ("MW", &["Malawi"]),
    ("MX", &["Mexico"]),
    ("MY", &["Malaysia"]),
    ("MZ", &["Mozambique"]),
    ("NA", &["Namibia"]),
    ("NC", &["New Caledonia"]),
    ("NE", &["Niger"]),
    ("NF", &["Norfolk Island"]),
    ("NG", &["Nigeria"]),
    ("NI", &["Nicaragua"]),
    ("NL", &["Netherlands", "Holland", "The Netherlands"]),
    ("NO", &["Norway"]),
    ("NP", &["Nepal"]),
    ("NR", &["Nauru"]),
    ("NU", &["Niue"]),
    ("NZ", &["New Zealand"]),
    ("OM", &["Oman"]),
    ("PA", &["Panama"]),
    ("PE", &["Peru"]),
    ("PF", &["French Polynesia"]),
    ("PG", &["Papua New Guinea"]),
    ("PH", &["Philippines"]),
    ("PK", &["Pakistan"]),
    ("PL", &["Poland"]),
    ("PM", &["Saint Pierre and Miquelon", "St Pierre and Miquelon"]),
    ("PN", &["Pitcairn", "Pitcairn Islands"]),
    ("PR", &["Puerto Rico"]),
    (
        "PS",
        &[
            "Palestine, State of",
            "Palestine",
            "Palestinian Territory",
            "Palestinian Territories",
            "Palestinian Territory, Occupied",
            "Occupied Palestinian Territory",
        ],
    ),
    ("PT", &["Portugal"]),
    ("PW", &["Palau"]),
    ("PY", &["Paraguay"]),
    ("QA", &["Qatar"]),
    ("RE", &["Réunion", "Reunion Island"]),
    ("RO", &["Romania"]),
    ("RS", &["Serbia", "Republic of Serbia"]),
    ("RU", &["Russian Federation", "Russia"]),
    ("RW", &["Rwanda"]),
    ("SA", &["Saudi Arabia", "Kingdom of Saudi Arabia", "KSA"]),
    ("SB", &["Solomon Islands"]),
    ("SC", &["Seychelles"]),
    ("SD", &["Sudan"]),
    ("SE", &["Sweden"]),
    ("SG", &["Singapore", "Republic of Singapore"]),
    ("SH", &["Saint Helena, Ascension and Tristan da Cunha", "Saint Helena", "St Helena"]),
    ("SI", &["Slovenia"]),
    ("SJ", &["Svalbard and Jan Mayen", "Svalbard", "Jan Mayen"]),
    ("SK", &["Slovakia"]),
    ("SL", &["Sierra Leone"]),
    ("SM", &["San Marino"]),
    ("SN", &["Senegal"]),
    ("SO", &["Somalia"]),
    ("SR", &["Suriname"]),
    ("SS", &["South Sudan"]),
    ("ST", &["Sao Tome and Principe", "São Tomé and Príncipe"]),
    ("SV", &["El Salvador", "Salvador"]),
    ("SX", &["Sint Maarten (Dutch part)", "Sint Maarten", "St Maarten"]),
    ("SY", &["Syrian Arab Republic", "Syria"]),
    ("SZ", &["Eswatini", "Swaziland"]),
    ("TC", &["Turks and Caicos Islands", "Turks and Caicos"]),
    ("TD", &["Chad"]),
    ("TF", &["French Southern Territories", "French Southern and Antarctic Lands"]),
    ("TG", &["Togo"]),
    ("TH", &["Thailand"]),
    ("TJ", &["Tajikistan"]),
    ("TK", &["Tokelau"]),
    ("TL", &["Timor-Leste", "East Timor", "Timor Leste"]),
    ("TM", &["Turkmenistan"]),
    ("TN", &["Tunisia"]),
    ("TO", &["Tonga"]),
    ("TR", &["Türkiye", "Turkey"]),
    ("TT", &["Trinidad and Tobago"]),
    ("TV", &["Tuvalu"]),
    ("TW", &["Taiwan, Province of China", "Taiwan", "Taiwan, Republic of China", "Taiwan (ROC)"]),
    ("TZ", &["Tanzania, United Republic of", "Tanzania", "United Republic of Tanzania"]),
    ("UA", &["Ukraine"]),
    ("UG", &["Uganda"]),
    (
        "UM",
        &[
            "United States Minor Outlying Islands",
            "U.S. Outlying Islands",
            "US Minor Outlying Islands",
        ],
    ),
    ("US", &["United States", "USA", "U.S.", "U.S.A.", "United States of America", "America"]),
    ("UY", &["Uruguay"]),
    ("UZ", &["Uzbekistan"]),
    (
        "VA",
        &[
            "Holy See (Vatican City State)",
            "Holy See",
            "Vatican",
            "Vatican City",
            "Vatican City State",
        ],
    ),
    (
        "VC",
        &[
            "Saint Vincent and the Grenadines",
            "Saint Vincent",
            "St Vincent",
            "St Vincent and the Grenadines",
        ],
    ),
    ("VE", &["Venezuela, Bolivarian Republic of", "Venezuela", "Bolivarian Republic of Venezuela"]),
    ("VG", &["Virgin Islands, British", "British Virgin Islands"]),
    (
        "VI",
        &[
            "Virgin Islands, U.S.",
            "US Virgin Islands",
            "U.S. Virgin Islands",
            "United States Virgin Islands",
        ],
    ),
    ("VN", &["Viet Nam", "Vietnam", "Socialist Republic of Vietnam"]),
    ("VU", &["Vanuatu"]),
    ("WF", &["Wallis and Futuna", "Wallis"]),
    ("WS", &["Samoa"]),
    ("XK", &["Kosovo"]),
    ("YE", &["Yemen"]),
    ("YT", &["Mayotte"]),
    ("ZA", &["South Africa"]),
    ("ZM", &["Zambia"]),
    ("ZW", &["Zimbabwe"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_give_the_code() {
        for (written, expected) in [
            ("US", Some("US")),
            ("us", Some("US")),
            ("United States", Some("US")),
            ("UNITED STATES", Some("US")),
            ("The United States of America", Some("US")),
            ("US (United States)", Some("US")),
            ("United States [US]", Some("US")),
            ("United States (US)", Some("US")),
            ("US / United States", Some("US")),
            ("US, Exampleville", Some("US")),
            ("  JP ", Some("JP")),
            ("UK", Some("GB")),
            ("Turkey", Some("TR")),
            ("Türkiye", Some("TR")),
            ("Curaçao", Some("CW")),
            ("Curacao", Some("CW")),
            ("Côte d'Ivoire", Some("CI")),
            ("Cote d’Ivoire", Some("CI")),
            ("Bosnia & Herzegovina", Some("BA")),
            ("Korea, Republic of", Some("KR")),
            ("South Korea", Some("KR")),
            ("Congo", Some("CG")),
            ("Congo, The Democratic Republic of the", Some("CD")),
            ("Guinea", Some("GN")),
            ("Guinea-Bissau", Some("GW")),
            ("\u{1f1fa}\u{1f1f8}", Some("US")),
            ("\u{1f1fb}\u{1f1f3} Viet Nam", Some("VN")),
            ("Kosovo", Some("XK")),
            ("UNKNOWN", None),
            ("Unknown (UN)", None),
            ("ISO?", None),
            ("ZZ", None),
            ("XX", None),
            ("??", None),
            ("T1", None),
            ("", None),
            ("203.0.113.10", None),
            ("2001:db8::1", None),
            ("Exampleland [EX]", None),
        ] {
            assert_eq!(code(written), expected, "{written}");
        }
    }

    #[test]
    fn every_name_leads_to_its_own_code() {
        assert_eq!(COUNTRIES.len(), 250);
        for (expected, names) in COUNTRIES {
            for name in *names {
                assert_eq!(code(name), Some(*expected), "{name}");
            }
        }
    }

    #[test]
    fn a_flag_needs_both_halves() {
        assert_eq!(code("\u{1f1fa}"), None);
    }
}
