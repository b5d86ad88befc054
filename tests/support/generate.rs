//! Clouds of logs in mixed families, with their ground truth: 30 of them for a test, 3,000 for a
//! bench, the same for the same seed.

use std::collections::HashSet;

use super::families::{FAMILIES, Family};
use super::truth::LogTruth;
use super::victim::Victim;
use super::writer::{folder_name, write_log};

/// Logs as they lie in an archive.
#[derive(Debug, Default, Clone)]
pub struct Cloud {
    /// Path and content, log after log.
    pub files: Vec<(String, Vec<u8>)>,
    /// One for each log.
    pub truth: Vec<LogTruth>,
}

/// A cloud of `logs` different machines.
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
    (Victim::new(seed, number), &FAMILIES[number % FAMILIES.len()])
}

impl Cloud {
    /// Adds the log of one machine, as a folder of any name.
    pub fn add(&mut self, victim: &Victim, family: &'static Family, folder: &str) {
        let log = write_log(victim, family, folder);
        self.files.extend(log.files);
        self.truth.push(log.truth);
    }
}
