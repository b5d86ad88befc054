//! Volume sets: the files that one archive or one text was cut into.

use std::path::{Path, PathBuf};

use crate::issue::Issue;

/// The files of one archive or text, in order; most have only one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volumes {
    /// The files, and the gaps between them.
    pub parts: Vec<Part>,
    /// What is missing or wrong.
    pub issues: Vec<Issue>,
}

/// A part of a volume set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A file.
    File(PathBuf),
    /// One or more volumes that are not there.
    Missing {
        /// How many bytes they have, as far as that can be told.
        length: u64,
    },
}

impl Volumes {
    /// A file that is no part of a set.
    pub fn one(path: PathBuf) -> Self {
        Self { parts: vec![Part::File(path)], issues: Vec::new() }
    }

    /// The files that are there, in order.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.parts.iter().filter_map(|part| match part {
            Part::File(path) => Some(path.as_path()),
            Part::Missing { .. } => None,
        })
    }
}
