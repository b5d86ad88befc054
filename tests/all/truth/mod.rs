//! Does logsieve find exactly what is there, and nothing else?
//!
//! Every hand-made fixture, the example cloud and a generated cloud are read as `extract` and as
//! `check` read them, and compared with what is written beside them: `fixtures/README.md` explains
//! the words. What differs is printed as a list, below a table of recall and precision by field.

mod case;
mod expected;
mod exposures;
mod records;
mod score;

use std::path::{Path, PathBuf};

use crate::support::{generate, pack};
use case::Case;
use score::Score;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn expect_exact(cases: &[Case]) {
    let mut score = Score::default();
    for case in cases {
        records::compare(case, &mut score);
        exposures::compare(case, &mut score);
    }
    assert!(score.is_perfect(), "\n{score}");
    println!("{score}");
}

#[test]
fn every_fixture_is_read_exactly() {
    let cases = Case::hand_made(&fixtures());
    assert!(cases.len() >= 37, "fixtures are gone: {} left", cases.len());
    expect_exact(&cases);
}

#[test]
fn the_example_cloud_is_read_exactly() {
    expect_exact(&Case::example_cloud(&fixtures().join("example-cloud")));
}

#[test]
fn a_generated_cloud_is_read_exactly() {
    let cloud = generate::cloud(20_250_101, 60);
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("cloud.zip");
    std::fs::write(&archive, pack::zip(&cloud.files)).unwrap();
    std::fs::write("/tmp/truthwork/gen.zip", pack::zip(&cloud.files)).unwrap();
    std::fs::write("/tmp/truthwork/gen.json", serde_json::to_string(&cloud.truth).unwrap())
        .unwrap();
    let truth = serde_json::to_value(&cloud.truth).unwrap();
    expect_exact(&[Case::of_archive(
        "generated",
        archive,
        &fixtures().join("watchlist.toml"),
        truth,
    )]);
}
