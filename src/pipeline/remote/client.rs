//! Clients of object stores, with credentials from the environment.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::client::{HttpClient, HttpConnector};
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::{ClientConfigKey, ClientOptions, ObjectStore, RetryConfig};

use super::address::{Address, Scheme};
use crate::error::{Error, Result};

/// How long a server may take for an answer.
const ANSWER: Duration = Duration::from_secs(60);

/// How long it may take to reach one.
const REACH: Duration = Duration::from_secs(10);

/// How often a request is made again, and for how long. Whoever places the work tries it later.
const RETRIES: usize = 6;
const RETRYING: Duration = Duration::from_secs(90);

/// The clients that were made; there is one for a bucket, a container or a server.
#[derive(Default)]
pub(super) struct Clients {
    known: Vec<(String, Arc<dyn ObjectStore>)>,
}

impl Clients {
    /// The client for an address.
    pub(super) fn client(&mut self, address: &Address) -> Result<Arc<dyn ObjectStore>> {
        let found = self.known.iter().find(|(base, _)| *base == address.base);
        if let Some((_, client)) = found {
            return Ok(Arc::clone(client));
        }
        let client = made(address).map_err(|error| {
            Error::config(format!("{}: {}", address.base, told(&error.to_string())))
        })?;
        self.known.push((address.base.clone(), Arc::clone(&client)));
        Ok(client)
    }
}

fn made(address: &Address) -> object_store::Result<Arc<dyn ObjectStore>> {
    // Another part of the program may have chosen already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let place = address.place.as_str();
    let retry =
        RetryConfig { max_retries: RETRIES, retry_timeout: RETRYING, ..RetryConfig::default() };
    Ok(match address.scheme {
        Scheme::S3 => {
            let builder = AmazonS3Builder::from_env().with_bucket_name(place).with_retry(retry);
            Arc::new(builder.with_http_connector(Direct).build()?)
        }
        Scheme::Gs => {
            let builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(place);
            Arc::new(builder.with_retry(retry).with_http_connector(Direct).build()?)
        }
        Scheme::Az => {
            let builder = MicrosoftAzureBuilder::from_env().with_container_name(place);
            Arc::new(builder.with_retry(retry).with_http_connector(Direct).build()?)
        }
        Scheme::Http | Scheme::Https => {
            let is_open = address.scheme == Scheme::Http;
            let options = ClientOptions::new().with_allow_http(is_open);
            let builder = HttpBuilder::new().with_url(&address.base).with_retry(retry);
            let builder = builder.with_client_options(options);
            Arc::new(builder.with_http_connector(Direct).build()?)
        }
    })
}

/// Connects to where it is told to and nowhere else: no answer leads to another server.
#[derive(Debug)]
struct Direct;

impl HttpConnector for Direct {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let is_open = options.get_config_value(&ClientConfigKey::AllowHttp);
        let client = reqwest::Client::builder()
            .user_agent(concat!("logsieve/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .https_only(is_open.as_deref() != Some("true"))
            .http1_only()
            .connect_timeout(REACH)
            .timeout(ANSWER)
            .build();
        let client = client.map_err(|error| object_store::Error::Generic {
            store: "HTTP",
            source: Box::new(error),
        })?;
        Ok(HttpClient::new(client))
    }
}

/// What an error says, in a line: queries may be signed, and the rest may be as long as a server
/// likes.
pub(super) fn told(error: &str) -> String {
    const MOST: usize = 400;
    let mut told = String::new();
    let mut is_query = false;
    for c in error.chars() {
        is_query = match c {
            '?' => true,
            _ if c.is_whitespace() || matches!(c, ')' | '"' | '\'') => false,
            _ => is_query,
        };
        match c {
            _ if is_query => {}
            _ if c.is_control() => told.push(' '),
            _ => told.push(c),
        }
        if told.len() >= MOST {
            told.push('…');
            break;
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_show_no_signature_and_no_control_characters() {
        let error = "GET https://a.test/b?sv=1&sig=Inv3nted failed: \u{1b}[2J404 (url?x)";
        assert_eq!(told(error), "GET https://a.test/b failed:  [2J404 (url)");
        assert!(told(&"long ".repeat(1000)).len() < 500);
    }
}
