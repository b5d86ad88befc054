//! The file, its tables, and what the documentation says of them.

use rusqlite::Connection;

use super::*;

const DOCUMENTATION: &str = include_str!("../../docs/CASE.md");

fn names(db: &Connection, query: &str) -> Vec<String> {
    let mut statement = db.prepare(query).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<rusqlite::Result<_>>().unwrap()
}

#[test]
fn the_documentation_has_every_table_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let case = Case::open(folder.path()).unwrap();
    let tables = names(&case.db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1");
    assert_eq!(
        tables,
        ["exposures", "issues", "machines", "runs", "sightings", "sources", "triage"]
    );
    for table in tables {
        let section = DOCUMENTATION.split(&format!("### `{table}`\n")).nth(1).unwrap();
        let section = section.split("\n#").next().unwrap();
        for column in names(&case.db, &format!("SELECT name FROM pragma_table_info('{table}')")) {
            assert!(section.contains(&format!("`{column}`")), "{table}.{column}");
        }
    }
}

#[test]
fn the_questions_of_the_documentation_can_be_asked() {
    let folder = tempfile::tempdir().unwrap();
    let case = Case::open(folder.path()).unwrap();
    let questions: Vec<&str> = DOCUMENTATION.split("```sql\n").skip(1).collect();
    assert!(questions.len() > 4);
    for question in questions {
        case.db.execute_batch(question.split("```").next().unwrap()).unwrap();
    }
}

#[test]
fn the_file_is_private_and_stays_so() {
    let folder = tempfile::tempdir().unwrap();
    drop(Case::open(folder.path()).unwrap());
    drop(Case::open(folder.path()).unwrap());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_file_of_a_later_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let case = Case::open(folder.path()).unwrap();
    case.db.pragma_update(None, "user_version", 99).unwrap();
    drop(case);
    let error = Case::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains("version 99"), "{error}");
}

#[test]
fn there_is_no_case_in_an_empty_folder() {
    let folder = tempfile::tempdir().unwrap();
    let error = Case::open_existing(folder.path()).unwrap_err().to_string();
    assert!(error.contains("is no case"), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
