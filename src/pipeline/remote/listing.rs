//! What is there: the objects of the inputs, or those that an item names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::StreamExt;
use object_store::path::Path as Key;
use object_store::{Error as StoreError, ObjectMeta, ObjectStore, ObjectStoreExt};

use super::address::Address;
use super::client::{Clients, told};
use crate::error::{Error, Result};
use crate::issue::{Code, Stage};
use crate::pipeline::settings::ReadOptions;
use crate::pipeline::work::WorkItem;
use crate::store::{Known, is_url};

/// An object, and who has it.
pub(super) struct Target {
    /// The path by which it is known.
    pub(super) path: PathBuf,
    /// The store that it is in.
    pub(super) client: Arc<dyn ObjectStore>,
    /// What it is called there.
    pub(super) key: Key,
    /// What it was like.
    pub(super) known: Known,
}

/// Objects that may be read.
#[derive(Default)]
pub(super) struct Listing {
    /// The inputs, URLs as objects are known by.
    pub(super) inputs: Vec<PathBuf>,
    /// The objects.
    pub(super) targets: Vec<Target>,
}

impl Listing {
    /// Looks up what is to be read.
    pub(super) async fn of(options: &ReadOptions) -> Result<Self> {
        let mut clients = Clients::default();
        let mut listing = Self::default();
        for input in &options.inputs {
            if !is_url(input) {
                listing.inputs.push(input.clone());
                continue;
            }
            let address = Address::given(input)?;
            let found = Place { client: clients.client(&address)?, address };
            listing.inputs.push(found.address.path());
            listing.targets.extend(found.objects().await?);
        }
        let named = options.item.as_deref().map(WorkItem::objects).unwrap_or_default();
        for (path, known) in named {
            let address = Address::named(&path)?;
            let place = Place { client: clients.client(&address)?, address };
            let known = match known {
                Some(known) => Some(known),
                None => place.known().await?,
            };
            listing.targets.extend(known.map(|known| place.target(&place.address.key, known)));
        }
        listing.targets = once(listing.targets);
        Ok(listing)
    }
}

/// An address, and whom to ask there.
struct Place {
    client: Arc<dyn ObjectStore>,
    address: Address,
}

impl Place {
    /// The objects that an input means, and those beside a single one: volumes and notes lie there.
    async fn objects(&self) -> Result<Vec<Target>> {
        let Address { key, is_prefix, scheme, .. } = &self.address;
        let alone = if *is_prefix { None } else { self.known().await? };
        let found = match alone {
            Some(known) if scheme.is_http() => vec![self.target(key, known)],
            Some(_) => self.beside().await?,
            None if *is_prefix || !scheme.is_http() => self.below().await?,
            None => Vec::new(),
        };
        match found.is_empty() {
            true => Err(Error::config(format!("{} is not there", self.address.path().display()))),
            false => Ok(found),
        }
    }

    /// What is known of the object; none if there is none.
    async fn known(&self) -> Result<Option<Known>> {
        match self.client.head(&self.address.key).await {
            Ok(meta) => Ok(Some(known_of(&meta))),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.failed(&error)),
        }
    }

    async fn below(&self) -> Result<Vec<Target>> {
        let key = &self.address.key;
        let mut listed = self.client.list(Some(key).filter(|key| !key.as_ref().is_empty()));
        let mut found = Vec::new();
        while let Some(meta) = listed.next().await {
            let meta = meta.map_err(|error| self.failed(&error))?;
            found.extend(self.listed(key, &meta));
        }
        Ok(found)
    }

    async fn beside(&self) -> Result<Vec<Target>> {
        let key = self.address.key.as_ref();
        let folder = key.rsplit_once('/').and_then(|(folder, _)| Key::parse(folder).ok());
        let listed = self.client.list_with_delimiter(folder.as_ref()).await;
        let listed = listed.map_err(|error| self.failed(&error))?;
        let folder = folder.unwrap_or_default();
        Ok(listed.objects.iter().filter_map(|meta| self.listed(&folder, meta)).collect())
    }

    /// An object that was listed, if it is below the prefix: a server may say what it likes.
    fn listed(&self, below: &Key, meta: &ObjectMeta) -> Option<Target> {
        let is_below = meta.location.prefix_matches(below);
        is_below.then(|| self.target(&meta.location, known_of(meta)))
    }

    fn target(&self, key: &Key, known: Known) -> Target {
        let (path, client) = (self.address.path_of(key), Arc::clone(&self.client));
        Target { path, client, key: key.clone(), known }
    }

    fn failed(&self, error: &StoreError) -> Error {
        let name = self.address.path().display().to_string();
        Error::input(name, Stage::Open, Code::IoError, told(&error.to_string()))
    }
}

/// What a store tells of an object.
pub(super) fn known_of(meta: &ObjectMeta) -> Known {
    let (seconds, nanos) =
        (meta.last_modified.timestamp(), meta.last_modified.timestamp_subsec_nanos());
    // A server that does not say counts as 1970.
    let modified = jiff::Timestamp::new(seconds, i32::try_from(nanos).unwrap_or(0)).ok();
    let modified = modified.filter(|at| at.as_second() > 0).map(|at| at.to_string());
    Known { size: meta.size, modified, etag: meta.e_tag.clone(), version: meta.version.clone() }
}

/// Each object once, without the empty ones that stand for folders.
fn once(targets: Vec<Target>) -> Vec<Target> {
    let targets = targets.into_iter().map(|target| (target.path.clone(), target));
    let targets: BTreeMap<PathBuf, Target> = targets.collect();
    let paths: Vec<PathBuf> = targets.keys().skip(1).cloned().collect();
    let next = paths.iter().map(PathBuf::as_path).chain([Path::new("")]);
    let is_folder =
        |target: &Target, next: &Path| target.known.size == 0 && next.starts_with(&target.path);
    let kept = targets.into_values().zip(next).filter(|(target, next)| !is_folder(target, next));
    kept.map(|(target, _)| target).collect()
}
