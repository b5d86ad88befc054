//! Datasets of `extract` among the files of a folder.
//!
//! Only the files that a dataset is made of are taken for it. Whatever else lies in its folder is
//! read like any other file, so that nobody hides logs behind a marker.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::Place;
use crate::record::dataset::{MARK, MARKER, is_part};
use crate::store::Store;

/// Takes the files of datasets out of the `files` below `root`.
pub(super) fn take_datasets(
    store: &Store,
    root: &Path,
    files: &mut Vec<PathBuf>,
) -> Vec<(PathBuf, Place)> {
    let markers = files.iter().filter(|file| is_marker(store, root, file));
    let mut datasets: BTreeMap<PathBuf, Vec<PathBuf>> =
        markers.filter_map(|marker| Some((marker.parent()?.to_owned(), Vec::new()))).collect();
    if datasets.is_empty() {
        return Vec::new();
    }
    files.retain(|file| {
        let part = file.file_name().and_then(|name| name.to_str()).filter(|name| is_part(name));
        let dataset = file.parent().and_then(|folder| datasets.get_mut(folder));
        let (Some(part), Some(dataset)) = (part, dataset) else { return true };
        dataset.push(PathBuf::from(part));
        false
    });
    let placed = datasets.into_iter().map(|(folder, files)| {
        let is_root = folder.as_os_str().is_empty();
        let root = if is_root { root.to_owned() } else { root.join(folder) };
        (root.clone(), Place::Dataset { root, files })
    });
    placed.collect()
}

/// Whether a file is the marker of a dataset.
fn is_marker(store: &Store, root: &Path, file: &Path) -> bool {
    let mut head = Vec::new();
    let mut read = || {
        let marker = store.open(&root.join(file))?;
        marker.take(MARK.len() as u64).read_to_end(&mut head)
    };
    file.file_name().is_some_and(|name| name == MARKER) && read().is_ok() && head == MARK.as_bytes()
}
