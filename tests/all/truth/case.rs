//! One input with its ground truth, and what logsieve makes of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use logsieve::pipeline::{self, Delivery, Progress, ReadOptions, Scope, Settings, Usernames};
use logsieve::secret::Key;
use logsieve::watchlist::Watchlist;
use serde_json::Value;

use super::expected::{Log, Name};

const KEY: &[u8] = b"a key for ground truth, not for data";

/// One input and what is in it.
pub(super) struct Case {
    pub name: String,
    pub logs: Vec<Log>,
    pub names: Vec<Name>,
    secrets: Vec<String>,
    input: PathBuf,
    watchlist: PathBuf,
}

impl Case {
    /// All cases below `fixtures` that have a `truth.json` beside an `input` folder.
    pub(super) fn hand_made(fixtures: &Path) -> Vec<Self> {
        let mut cases: Vec<Self> = folders(fixtures)
            .iter()
            .flat_map(|family| folders(family))
            .filter(|folder| folder.join("input").is_dir())
            .map(|folder| Self::of_folder(&folder, &fixtures.join("watchlist.toml")))
            .collect();
        cases.sort_by(|a, b| a.name.cmp(&b.name));
        cases
    }

    fn of_folder(folder: &Path, watchlist: &Path) -> Self {
        let mut truth = read_json(&folder.join("truth.json"));
        let mut take = |key: &str| truth.get_mut(key).map(Value::take).unwrap();
        let name = take("case").as_str().unwrap().to_owned();
        Self {
            logs: parse(&name, take("logs")),
            names: parse(&name, take("names")),
            secrets: parse(&name, take("secrets")),
            input: folder.join("input"),
            watchlist: watchlist.to_owned(),
            name,
        }
    }

    /// An archive with the truth of its logs.
    pub(super) fn of_archive(name: &str, input: PathBuf, watchlist: &Path, truth: Value) -> Self {
        let mut logs: Vec<Log> = parse(name, truth);
        let names = logs.iter_mut().flat_map(|log| std::mem::take(&mut log.names)).collect();
        let secrets = logs.iter_mut().flat_map(|log| std::mem::take(&mut log.secrets)).collect();
        let (name, watchlist) = (name.to_owned(), watchlist.to_owned());
        Self { name, logs, names, secrets, input, watchlist }
    }

    /// The archives of the example cloud.
    pub(super) fn example_cloud(folder: &Path) -> Vec<Self> {
        let Value::Object(archives) = read_json(&folder.join("truth.json")) else {
            panic!("truth.json names no archives")
        };
        let watchlist = folder.join("orgs.toml");
        let case = |(name, truth): (String, Value)| {
            Self::of_archive(&name, folder.join(&name), &watchlist, truth)
        };
        archives.into_iter().map(case).collect()
    }

    /// What `extract` makes of it.
    pub(super) fn extract(&self) -> Vec<Value> {
        self.run(Scope::Everything)
    }

    /// What `check` makes of it.
    pub(super) fn check(&self) -> Vec<Value> {
        let watchlist = Watchlist::from_file(&self.watchlist).unwrap();
        self.run(Scope::Exposures(Arc::new(watchlist.compile())))
    }

    fn run(&self, scope: Scope) -> Vec<Value> {
        let read = ReadOptions {
            as_of: "2025-01-01T00:00:00Z".parse().unwrap(),
            threads: 2,
            inputs: vec![self.input.clone()],
            ..ReadOptions::default()
        };
        let settings = Settings {
            usernames: Usernames::Keep,
            delivery: Delivery::AtEnd,
            ..Settings::new(scope, key(), read)
        };
        let mut records = Vec::new();
        pipeline::run(&settings, &Progress::default(), &mut |record| {
            let line = serde_json::to_string(&record).unwrap();
            let leaked = self.secrets.iter().find(|secret| line.contains(secret.as_str()));
            assert_eq!(leaked, None, "{}: a secret in clear in {line}", self.name);
            records.push(serde_json::from_str(&line).unwrap());
            Ok(())
        })
        .unwrap();
        records
    }
}

/// What stands for a password in the records of every case.
pub(super) fn fingerprint(password: &str) -> String {
    key().fingerprint(password.as_bytes()).to_string()
}

fn key() -> Key {
    Key::from_bytes(KEY.to_vec()).unwrap()
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let children = fs::read_dir(folder).unwrap().map(|child| child.unwrap().path());
    children.filter(|child| child.is_dir()).collect()
}

fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn parse<T: serde::de::DeserializeOwned>(case: &str, value: Value) -> T {
    serde_json::from_value(value).unwrap_or_else(|error| panic!("{case}: {error}"))
}
