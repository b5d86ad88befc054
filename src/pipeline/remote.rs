//! Inputs in object stores: what is there, and who asks for it.
//!
//! One thread makes all requests. It is started before the run shuts itself in, so that it alone has
//! a network, and it knows the objects that were listed for the inputs, or that the item names: those
//! who read ask for them by number, and nothing that stands in an archive becomes a request.

#[cfg(feature = "object-store")]
mod address;
#[cfg(feature = "object-store")]
mod client;
#[cfg(feature = "object-store")]
mod desk;
#[cfg(feature = "object-store")]
mod listing;

use std::path::Path;

use crate::error::{Error, Result};
use crate::pipeline::settings::ReadOptions;
use crate::pipeline::work::WorkItem;
use crate::store::is_url;

impl ReadOptions {
    /// The same, connected to the object stores in which inputs lie, or what the item names: those of
    /// inputs are listed now. Without such inputs nothing happens. Whoever shuts threads in has to do
    /// this first.
    ///
    /// Credentials come from the environment, under the names that `object_store` knows.
    ///
    /// # Errors
    /// A URL cannot be read or is refused, a store cannot be listed, or logsieve was built without
    /// object stores.
    pub fn connected(self) -> Result<Self> {
        let named = self.item.as_deref().map(WorkItem::objects).unwrap_or_default();
        let inputs = self.inputs.iter().filter(|input| is_url(input));
        match inputs.chain(named.keys()).next() {
            None => Ok(self),
            Some(first) => {
                let first = first.clone();
                connect(self, &first)
            }
        }
    }
}

cfg_select! {
    feature = "object-store" => {
        fn connect(options: ReadOptions, _: &Path) -> Result<ReadOptions> {
            let failed = |error: std::io::Error| Error::internal(error.to_string());
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(failed)?;
            let listing = runtime.block_on(listing::Listing::of(&options))?;
            let store = desk::open(runtime, listing.targets, options.threads).map_err(failed)?;
            Ok(ReadOptions { inputs: listing.inputs, store, ..options })
        }
    }
    _ => {
        fn connect(_: ReadOptions, first: &Path) -> Result<ReadOptions> {
            Err(Error::config(format!(
                "{} is in an object store; build with --features object-store",
                address_only(first)
            )))
        }

        /// A URL without what may be secret in it.
        fn address_only(url: &Path) -> String {
            let text = url.to_string_lossy();
            let end = text.find(['?', '#', '@']).unwrap_or(text.len());
            text.get(..end).unwrap_or_default().to_owned()
        }
    }
}
