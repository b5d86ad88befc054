//! Many small files at once, in their order: to list a folder of logs is to read most of it.

use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::input::{Eyes, FILES_IN_A_ROW, Looked};
use crate::pipeline::ordered::in_order;

/// So many threads look at files.
pub(super) struct Threads(pub(super) usize);

impl Eyes for Threads {
    type Error = Error;

    fn look(
        &self,
        files: Vec<PathBuf>,
        look: impl Fn(&[PathBuf]) -> Vec<Looked> + Sync,
        mut take: impl FnMut(PathBuf, Looked),
    ) -> Result<()> {
        let tell = |row: Vec<PathBuf>| {
            let looked = look(&row);
            row.into_iter().zip(looked).collect()
        };
        in_rows(self.0, files, tell, |(file, looked)| take(file, looked))
    }
}

/// Has up to `threads` threads `tell` something of each file, of several in a row, and takes that in
/// the order of the files.
///
/// # Errors
/// A defect of logsieve.
pub(super) fn in_rows<F: Send, R: Send>(
    threads: usize,
    files: Vec<F>,
    tell: impl Fn(Vec<F>) -> Vec<R> + Sync,
    mut take: impl FnMut(R),
) -> Result<()> {
    let mut files = files.into_iter();
    let rows = std::iter::from_fn(|| {
        let row: Vec<F> = files.by_ref().take(FILES_IN_A_ROW).collect();
        (!row.is_empty()).then_some(row)
    });
    in_order(
        threads,
        rows,
        |row, _, put| {
            put(tell(row));
        },
        Vec::len,
        |told| {
            told.into_iter().for_each(&mut take);
            Ok(())
        },
    )
}
