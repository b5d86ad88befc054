//! What tells a dataset of `extract` from other folders: `sink` writes it, `input` looks for it.

/// The file that says that a folder is ours, and what it holds.
pub const MARKER: &str = ".logsieve";

/// What the marker of a dataset begins with.
pub const MARK: &str = "logsieve dataset,";

/// The file with the folder's own key.
pub const KEY: &str = "key";

/// The file with the totals of the run that made it; where it stands, all others are whole.
pub const SUMMARY: &str = "summary.json";

/// The file with counts by domain.
pub const APEX: &str = "apex.csv";

/// The file with all records as an Arrow stream.
pub const ARROW: &str = "records.arrows";

/// What its tables are called, without suffix.
const TABLES: &[&str] = &["sources", "machines", "credentials", "cookies", "autofill", "issues"];

/// The forms that tables are written in.
const SUFFIXES: &[&str] = &["jsonl", "csv", "parquet"];

/// Whether a file of this name belongs to a dataset, if it lies in the folder of one.
///
/// ```
/// use logsieve::record::dataset::is_part;
/// assert!(is_part("credentials.jsonl") && is_part("key"));
/// assert!(!is_part("Passwords.txt") && !is_part("credentials.txt"));
/// ```
pub fn is_part(name: &str) -> bool {
    let table = || name.rsplit_once('.');
    [MARKER, KEY, SUMMARY, APEX, ARROW].contains(&name)
        || table()
            .is_some_and(|(name, suffix)| TABLES.contains(&name) && SUFFIXES.contains(&suffix))
}
