//! ZIP.
