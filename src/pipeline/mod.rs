//! The only place that joins the floors.

mod ordered;
mod progress;
mod window;

pub use progress::Progress;
