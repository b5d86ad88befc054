//! Where the bytes of an item of work are, and how to tell that they are still those that were
//! planned.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, Result};
use crate::issue::{Code, Stage};
use crate::provenance::{EntryName, lossless_utf8};
use crate::secret::hex;
use crate::store::{Known, Store, is_url};

/// Where bytes are: the one place that a kind of storage is added to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::pipeline) enum Location {
    /// In a file or folder of this path, from the root of the file system on.
    File(FilePath),
    /// In an object of this URL, or in those below it.
    Object(FilePath),
}

impl Location {
    /// That of `path`, whatever the current folder is later.
    pub(super) fn of(path: &Path) -> Self {
        if is_url(path) {
            return Self::Object(FilePath(path.to_owned()));
        }
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Self::File(FilePath(whole))
    }

    /// The path, or the URL.
    pub(in crate::pipeline) fn path(&self) -> PathBuf {
        let (Self::File(FilePath(path)) | Self::Object(FilePath(path))) = self;
        path.clone()
    }
}

/// A path in JSON: text where it is, else its bytes in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pipeline) struct FilePath(pub PathBuf);

impl FilePath {
    /// The path with these bytes, if this system has such paths.
    pub(super) fn of_bytes(bytes: Vec<u8>) -> Option<Self> {
        path_of(bytes).map(Self)
    }

    /// The bytes of the path as the name of an entry.
    pub(in crate::pipeline) fn name(&self) -> EntryName {
        EntryName::new(self.0.as_os_str().as_encoded_bytes())
    }
}

/// What a path is written as.
#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Bytes { hex: String },
}

impl Serialize for FilePath {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let written = match self.0.to_str() {
            Some(text) => Written::Text(text.to_owned()),
            None => Written::Bytes { hex: hex(self.0.as_os_str().as_encoded_bytes()) },
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FilePath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let path = match Written::deserialize(deserializer)? {
            Written::Text(text) => Some(PathBuf::from(text)),
            Written::Bytes { hex } => unhex(&hex).and_then(path_of),
        };
        path.map(Self).ok_or_else(|| serde::de::Error::custom("no path of this system"))
    }
}

/// The bytes that hexadecimal digits stand for.
fn unhex(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// The path with these bytes.
fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    cfg_select! {
        unix => {
            use std::os::unix::ffi::OsStringExt;
            Some(std::ffi::OsString::from_vec(bytes).into())
        }
        _ => String::from_utf8(bytes).ok().map(PathBuf::from),
    }
}

/// A file as it was when it was planned.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(in crate::pipeline) struct Stamped {
    /// Where it is.
    #[serde(flatten)]
    pub place: Location,
    /// What it was like.
    #[serde(flatten)]
    pub stamp: Stamp,
}

impl Stamped {
    /// A file as it is now.
    pub(super) fn of(store: &Store, path: &Path) -> Self {
        Self { place: Location::of(path), stamp: Stamp::of(store, path) }
    }
}

/// What tells a file from what stands in its place later.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(in crate::pipeline) struct Stamp {
    /// Bytes; none if it was not there.
    pub size: Option<u64>,
    /// When it was written to, RFC 3339 UTC; none if the system does not say.
    pub modified: Option<String>,
    /// What an object store calls these bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// Which of several versions of an object it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl From<&Known> for Stamp {
    fn from(object: &Known) -> Self {
        let Known { size, modified, etag, version } = object.clone();
        Self { size: Some(size), modified, etag, version }
    }
}

impl Stamp {
    /// That of a file as it is now.
    pub(super) fn of(store: &Store, path: &Path) -> Self {
        if let Some(object) = store.known(path) {
            return object.into();
        }
        let Ok(metadata) = path.metadata() else { return Self::default() };
        let modified = modified(&metadata);
        Self { size: Some(metadata.len()), modified, ..Self::default() }
    }

    /// What is known of the object that was there; none if none was.
    pub(super) fn known(&self) -> Option<Known> {
        let Self { size, modified, etag, version } = self.clone();
        Some(Known { size: size?, modified, etag, version })
    }

    /// Whether the file at `path` is still the same. Of an object only that tells which reads it.
    ///
    /// # Errors
    /// It is not.
    pub(super) fn verify(&self, store: &Store, path: &Path) -> Result<()> {
        let now = Self::of(store, path);
        let detail = match (&now, self) {
            (now, planned) if now == planned => return Ok(()),
            (Self { size: None, .. }, _) => "it was planned and is not there any more".to_owned(),
            _ => "it changed since it was planned; plan it again".to_owned(),
        };
        let name = lossless_utf8(path.as_os_str().as_encoded_bytes());
        Err(Error::input(name, Stage::Open, Code::ChangedDuringRead, detail))
    }
}

fn modified(metadata: &Metadata) -> Option<String> {
    let at = jiff::Timestamp::try_from(metadata.modified().ok()?).ok()?;
    Some(at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_survive_as_json() {
        let mut paths = vec![PathBuf::from("/a/логи \"1\".zip"), PathBuf::new()];
        #[cfg(unix)]
        paths.extend(path_of(b"/a/\x8f\xa0.zip".to_vec()));
        for path in paths {
            let json = serde_json::to_string(&FilePath(path.clone())).unwrap();
            assert_eq!(serde_json::from_str::<FilePath>(&json).unwrap().0, path, "{json}");
        }
        assert!(serde_json::from_str::<FilePath>(r#"{"hex":"zz"}"#).is_err());
    }

    #[test]
    fn a_file_that_changed_is_told() {
        let store = Store::default();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        let gone = Stamp::of(&store, &path);
        assert!(gone.verify(&store, &path).is_ok());
        std::fs::write(&path, "one").unwrap();
        let stamp = Stamp::of(&store, &path);
        assert!(stamp.verify(&store, &path).is_ok());
        assert!(gone.verify(&store, &path).unwrap_err().to_string().contains("changed since"));
        let file = std::fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
        assert!(stamp.verify(&store, &path).is_err());
        std::fs::remove_file(&path).unwrap();
        assert!(
            stamp.verify(&store, &path).unwrap_err().to_string().contains("not there any more")
        );
    }
}
