//! One file in gzip, zstd, xz or bzip2.
