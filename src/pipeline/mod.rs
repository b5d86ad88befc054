//! The only place that joins the floors, and the only one that names threads and locks.
//!
//! [`run`] draws inputs (`plan`), reads them on any number of threads (`ordered`, `reader`,
//! `text_source`), keeps each log together until it is complete (`unit`, `draft`,
//! `machine`), makes records and exposures of it (`assemble`, `expose`) and delivers them in
//! an order that does not depend on the threads (`collect`).

mod assemble;
mod collect;
mod concern;
mod coverage;
mod dataset;
mod draft;
mod explain;
mod expose;
mod group;
mod infection;
mod line;
mod machine;
mod ordered;
mod outcome;
mod passwords;
mod plan;
mod progress;
mod reader;
mod rematch;
mod reveal;
mod rows;
mod run;
mod scene;
mod seen;
mod settings;
mod source;
mod tally;
mod text_source;
mod totals;
mod unit;
mod window;

pub use collect::{Event, RunReport};
pub use coverage::{Coverage, FileCoverage};
pub use explain::{Answer, Answers, Question};
pub use progress::Progress;
pub(crate) use reveal::{ClearText, Search};
pub use run::{follow, run};
pub use settings::{Delivery, ReadOptions, Scope, Settings, Usernames};
pub use tally::Tally;
