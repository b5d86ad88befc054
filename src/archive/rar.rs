//! RAR 1.5 to 7.
