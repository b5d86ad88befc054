//! Clouds of logs in mixed families, with their ground truth: 30 of them for a test, 3,000 for a
//! bench, the same for the same seed.

use std::collections::HashSet;

use super::families::{EVERYDAY, FAMILIES, Family};
use super::fill::fill;
use super::pack;
use super::rng::Rng;
use super::style::Style;
use super::truth::LogTruth;
use super::ulp_forms;
use super::victim::Victim;
use super::writer::{WrittenLog, folder_name, write_in_style, write_log};

/// Logs as they lie in an archive.
#[derive(Debug, Default, Clone)]
pub struct Cloud {
    /// Path and content, log after log.
    pub files: Vec<(String, Vec<u8>)>,
    /// One for each log.
    pub truth: Vec<LogTruth>,
}

/// A cloud of `logs` different machines, by everyday families.
pub fn cloud(seed: u64, logs: usize) -> Cloud {
    let mut cloud = Cloud::default();
    let mut folders = HashSet::new();
    for number in 0..logs {
        let (victim, family) = victim(seed, number);
        let mut folder = folder_name(&victim, family);
        if !folders.insert(folder.clone()) {
            folder = format!("{folder} ({number})");
        }
        cloud.add(&victim, family, &folder);
    }
    cloud
}

/// The `number`th machine of every cloud with this seed, and whose shape its log has.
pub fn victim(seed: u64, number: usize) -> (Victim, &'static Family) {
    (Victim::new(seed, number), &EVERYDAY[number % EVERYDAY.len()])
}

impl Cloud {
    /// Adds the log of one machine, as a folder of any name.
    pub fn add(&mut self, victim: &Victim, family: &'static Family, folder: &str) {
        self.push(write_log(victim, family, folder));
    }

    fn push(&mut self, log: WrittenLog) {
        self.files.extend(log.files);
        self.truth.push(log.truth);
    }
}

/// Levels of folders that a channel puts its logs below.
const PRE_DIRECTORIES: &[&str] = &[
    "",
    "",
    "@ExampleCloud 500 LOGS 12.05.2024/",
    "Original/Country/",
    "EXAMPLE VIP 12-05-2024/Smart Checker/",
];

/// Logs of all families in every disguise, the `numbers` of an endless row, and texts of
/// `url:login:password` lines beside them.
pub fn awkward_cloud(seed: u64, numbers: std::ops::Range<usize>) -> Cloud {
    let mut cloud = Cloud::default();
    let mut rng = Rng::new(seed ^ numbers.start as u64);
    let mut folders = HashSet::new();
    let above = *rng.pick(PRE_DIRECTORIES);
    if !above.is_empty() {
        cloud
            .files
            .push((format!("{above}JOIN US.txt"), b"https://t.me/example_test\r\n".to_vec()));
    }
    for number in numbers {
        let family = &FAMILIES[number % FAMILIES.len()];
        let mut victim = Victim::awkward(seed, number, family);
        let form = *rng.pick(family.folders);
        let folder = fill(form, &victim, family);
        if !folders.insert(folder.to_lowercase()) {
            continue;
        }
        let mut rng = Rng::new(seed ^ (number as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F));
        let style = Style::drawn(family, &victim, &mut rng);
        victim.save_awkward(seed, &style.login);
        let log = write_in_style(&victim, family, &folder, form, style, rng.clone());
        cloud.push(placed(log, above, &folder, &mut rng));
        if number % 2 == 0 {
            let entry = format!("{above}{}.txt", 1000 + number / 2);
            let (bytes, truth) = ulp_forms::text(seed, number / 2, &entry);
            cloud.files.push((entry, bytes));
            cloud.truth.push(truth);
        }
    }
    cloud
}

/// The log below other folders, now and then in an archive of its own.
fn placed(mut log: WrittenLog, above: &str, folder: &str, rng: &mut Rng) -> WrittenLog {
    let zip = format!("{above}{folder}.zip");
    let (inside, place) = match rng.below(12) {
        0 => (Some(log.files.clone()), format!("{zip}!{folder}")),
        1 => {
            let flat = |(path, bytes): &(String, Vec<u8>)| {
                (path.strip_prefix(&format!("{folder}/")).unwrap().to_owned(), bytes.clone())
            };
            (Some(log.files.iter().map(flat).collect()), format!("{zip}!"))
        }
        _ => (None, format!("{above}{folder}")),
    };
    let moved = |path: &str| {
        let rest = path.strip_prefix(folder).unwrap();
        let rest = if place.ends_with('!') { rest.trim_start_matches('/') } else { rest };
        format!("{place}{rest}")
    };
    for credential in &mut log.truth.credentials {
        credential.entry = moved(&credential.entry);
    }
    for (entry, _) in &mut log.truth.optional {
        *entry = moved(entry);
    }
    log.files = match inside {
        Some(files) => vec![(zip, pack::zip(&files))],
        None => log.files.into_iter().map(|(path, bytes)| (moved(&path), bytes)).collect(),
    };
    log.truth.log = place;
    log
}
