//! All files below a folder; links are not followed, so that a walk always ends.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Place, not_regular, unreadable};
use crate::store::Store;

/// All that is below a folder.
pub(super) struct Walk {
    /// Regular files below the folder, in byte order.
    pub(super) files: Vec<PathBuf>,
    /// What is neither a regular file nor a folder, or cannot be looked at, in byte order.
    pub(super) refused: Vec<(PathBuf, Place)>,
}

impl Walk {
    pub(super) fn new(store: &Store, root: &Path) -> Self {
        if let Some(files) = store.below(root) {
            return Self { files, refused: Vec::new() };
        }
        let mut walk = Self { files: Vec::new(), refused: Vec::new() };
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            let path = root.join(&folder);
            match fs::read_dir(&path) {
                Err(error) => walk.refused.push((path, unreadable(&error))),
                Ok(entries) => {
                    for entry in entries {
                        walk.add(root, &folder, entry, &mut folders);
                    }
                }
            }
        }
        walk.files.sort_by(|a, b| bytes_of(a).cmp(bytes_of(b)));
        walk.refused.sort_by(|(a, _), (b, _)| bytes_of(a).cmp(bytes_of(b)));
        walk
    }

    fn add(
        &mut self,
        root: &Path,
        folder: &Path,
        entry: io::Result<fs::DirEntry>,
        folders: &mut Vec<PathBuf>,
    ) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return self.refused.push((root.join(folder), unreadable(&error))),
        };
        let file = folder.join(entry.file_name());
        // The listing of the folder tells this, so that the file itself need not be looked at.
        match entry.file_type() {
            Err(error) => self.refused.push((root.join(file), unreadable(&error))),
            Ok(kind) if kind.is_dir() => folders.push(file),
            Ok(kind) if kind.is_file() => self.files.push(file),
            Ok(kind) => self.refused.push((root.join(file), not_regular(kind))),
        }
    }
}

fn bytes_of(path: &Path) -> &[u8] {
    path.as_os_str().as_encoded_bytes()
}
