//! URLs of objects: which store, and what in it.

use std::path::{Path, PathBuf};

use object_store::path::Path as Key;

use crate::error::{Error, Result};

/// A kind of store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    /// S3 and what speaks like it.
    S3,
    /// Google Cloud Storage.
    Gs,
    /// Azure Blob Storage.
    Az,
    /// A server of files, without encryption.
    Http,
    /// A server of files.
    Https,
}

impl Scheme {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "s3" => Self::S3,
            "gs" => Self::Gs,
            "az" => Self::Az,
            "http" => Self::Http,
            "https" => Self::Https,
            _ => return None,
        })
    }

    /// Whether it is a server that need not be able to list.
    pub(super) fn is_http(self) -> bool {
        matches!(self, Self::Http | Self::Https)
    }
}

/// What a URL says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// The kind of store.
    pub(super) scheme: Scheme,
    /// The bucket, the container, or the server.
    pub(super) place: String,
    /// Scheme and place: where keys follow.
    pub(super) base: String,
    /// What is meant in it.
    pub(super) key: Key,
    /// Whether it was written like a folder.
    pub(super) is_prefix: bool,
}

impl Address {
    /// What the user wrote. In URLs of servers names are escaped, elsewhere they are as they are.
    pub(super) fn given(url: &Path) -> Result<Self> {
        let text = text(url)?;
        if text.contains(['?', '#']) {
            return Err(refused(text, "it has a query; signed URLs are not read"));
        }
        let (scheme, key) = (Self::scheme(text)?, Self::split(text)?.1);
        let parsed = match scheme.is_http() {
            true => Key::from_url_path(key),
            false => Key::parse(key),
        };
        Self::new(text, parsed)
    }

    /// What an item says: names as they are.
    pub(super) fn named(url: &Path) -> Result<Self> {
        let text = text(url)?;
        Self::new(text, Key::parse(Self::split(text)?.1))
    }

    fn scheme(text: &str) -> Result<Scheme> {
        let name = text.split_once("://").map_or("", |(name, _)| name);
        Scheme::of(name).ok_or_else(|| refused(text, "it is no URL of an object store"))
    }

    /// The place, and what follows it.
    fn split(text: &str) -> Result<(&str, &str)> {
        let rest = text.split_once("://").map_or("", |(_, rest)| rest);
        let (place, key) = rest.split_once('/').unwrap_or((rest, ""));
        match place {
            "" => Err(refused(text, "it names no bucket and no server")),
            _ if place.contains('@') => {
                let why = "it has a user in it; credentials come from the environment";
                Err(refused(text, why))
            }
            place => Ok((place, key)),
        }
    }

    fn new(text: &str, key: std::result::Result<Key, object_store::path::Error>) -> Result<Self> {
        let scheme = Self::scheme(text)?;
        let (place, rest) = Self::split(text)?;
        let key = key.map_err(|error| refused(text, &error.to_string()))?;
        let base = text.get(..text.len() - rest.len()).unwrap_or(text).trim_end_matches('/');
        let is_prefix = rest.is_empty() || rest.ends_with('/');
        Ok(Self { scheme, place: place.to_owned(), base: base.to_owned(), key, is_prefix })
    }

    /// The path by which an object of the same store is known.
    pub(super) fn path_of(&self, key: &Key) -> PathBuf {
        match key.as_ref() {
            "" => PathBuf::from(&self.base),
            key => PathBuf::from(format!("{}/{key}", self.base)),
        }
    }

    /// The path by which it is known.
    pub(super) fn path(&self) -> PathBuf {
        self.path_of(&self.key)
    }
}

fn text(url: &Path) -> Result<&str> {
    url.to_str().ok_or_else(|| Error::config("a URL of an object store is not text"))
}

/// The error for a URL; it is not shown from where a secret may stand in it.
fn refused(text: &str, why: &str) -> Error {
    let scheme = text.split_once("://").map_or(0, |(name, _)| name.len() + 3);
    let is_open = |shown: &&str| !shown.contains('@');
    let shown = text.split(['?', '#']).next().filter(is_open);
    let shown = shown.or_else(|| text.get(..scheme)).unwrap_or_default();
    Error::config(format!("{shown}… is not read: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(url: &str) -> Result<Address> {
        Address::given(Path::new(url))
    }

    #[test]
    fn a_url_is_a_place_and_a_key() {
        for (url, scheme, place, key, is_prefix) in [
            ("s3://bucket", Scheme::S3, "bucket", "", true),
            ("s3://bucket/", Scheme::S3, "bucket", "", true),
            ("gs://bucket/a/100%.zip", Scheme::Gs, "bucket", "a/100%.zip", false),
            ("az://container/a b/", Scheme::Az, "container", "a b", true),
            ("http://host.test:81/a%20b.zip", Scheme::Http, "host.test:81", "a b.zip", false),
        ] {
            let address = given(url).unwrap();
            let shown = (address.scheme, address.place.as_str(), address.key.as_ref());
            assert_eq!((shown, address.is_prefix), ((scheme, place, key), is_prefix), "{url}");
            let named = Address::named(&address.path()).unwrap();
            assert_eq!((named.key, named.base), (address.key, address.base), "{url}");
        }
        assert_eq!(given("s3://bucket/").unwrap().path(), Path::new("s3://bucket"));
    }

    #[test]
    fn what_may_be_secret_in_a_url_is_refused_and_not_shown() {
        for url in [
            "https://user:Inv3nted@host.test/a.zip",
            "https://host.test/a.zip?X-Amz-Signature=Inv3nted",
            "s3://bucket/a#Inv3nted",
            "s3://",
            "ftp://host.test/Inv3nted@",
            "s3://bucket/a//b",
        ] {
            let error = given(url).unwrap_err().to_string();
            assert!(!error.contains("Inv3nted") && !error.contains("user:"), "{error}");
        }
    }
}
