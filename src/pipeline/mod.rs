//! The only place that joins the floors, and the only one that names threads and locks.
//!
//! [`run`] draws inputs (`plan`), reads them on any number of threads (`ordered`, `reader`,
//! `text_source`), keeps each log together until it is complete (`unit`, `draft`,
//! `machine`), makes records and exposures of it (`assemble`, `expose`) and delivers them in
//! an order that does not depend on the threads (`collect`).
//!
//! [`Check`](crate::Check) is a run for exposures. Every record of everybody, as `logsieve extract`
//! has them, is what a run gives with another [`Scope`]:
//!
//! ```
//! use logsieve::pipeline::{self, Progress, ReadOptions, Scope, Settings};
//! use logsieve::{Key, Record};
//!
//! # let folder = tempfile::tempdir()?;
//! # let dump = folder.path().join("dump.txt");
//! # std::fs::write(&dump, "https://shop.example.net/:bob@example.net:Inv3nted\n")?;
//! let read = ReadOptions { inputs: vec![dump], ..ReadOptions::default() };
//! let settings = Settings::new(Scope::Everything, Key::random()?, read);
//! let mut logins = Vec::new();
//! pipeline::run(&settings, &Progress::default(), &mut |record| {
//!     if let Record::Credential(login) = record {
//!         logins.push(login);
//!     }
//!     Ok(())
//! })?;
//! assert_eq!(logins[0].host.as_deref(), Some("shop.example.net"));
//! assert_eq!(logins[0].username, None); // a fingerprint stands for it
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod assemble;
mod chapter;
mod collect;
mod concern;
mod coverage;
mod dataset;
mod digest;
mod draft;
mod explain;
mod expose;
mod group;
mod infection;
mod line;
mod look;
mod machine;
mod ordered;
mod outcome;
mod passwords;
mod plan;
mod progress;
mod reader;
mod rematch;
mod remote;
mod reveal;
mod rows;
mod run;
mod scene;
mod seen;
mod settings;
mod source;
mod survey;
mod tally;
mod text_source;
mod totals;
mod turn;
mod unit;
mod window;
mod work;

pub use collect::{Event, RunReport};
pub use coverage::{Coverage, FileCoverage};
pub use explain::{Answer, Answers, Question};
pub use progress::Progress;
pub(crate) use reveal::{ClearText, Search};
pub use run::{follow, run};
pub(crate) use settings::today;
pub use settings::{Delivery, ReadOptions, Scope, Settings, Usernames};
pub use tally::Tally;
pub use work::{WorkItem, items};
