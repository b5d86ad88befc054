//! Which log an entry belongs to, and what kind of artefact its name promises.
