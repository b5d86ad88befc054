//! A folder of loose files, read like an archive.
