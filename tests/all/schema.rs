//! Every line that is ever written is what `docs/schema/record.schema.json` says.

use std::fs;

use serde_json::Value;

use crate::support::generate::cloud;
use crate::support::pack;
use crate::tool::{Bench, all_inputs, logsieve, of_type, ran, records, repository, watchlist};

/// The inputs of all fixtures, and what goes wrong: nested, cut, unreadable, empty, encrypted.
fn inputs(bench: &Bench) -> Vec<std::path::PathBuf> {
    let logs = cloud(7, 3).files;
    let inner = pack::zip(&logs);
    let cut = inner.get(..inner.len() / 2).unwrap().to_vec();
    let nested = [("a/inner.zip".to_owned(), inner), ("a/cut.zip".to_owned(), cut.clone())];
    let mut inputs = all_inputs();
    inputs.extend([
        bench.file("nested.tar.gz", pack::tar_gz(&nested)),
        bench.file("cut.zip", cut),
        bench.file("locked.7z", pack::sevenz_encrypted(&logs, pack::Grouping::Solid, "word")),
        bench.file("empty.txt", ""),
        bench.file("noise.bin", [0, 1, 2, 3, 4, 5, 6, 7].repeat(100)),
        bench.path("missing.zip"),
        bench.path("empty.txt"),
    ]);
    inputs
}

fn validator() -> jsonschema::Validator {
    let text = fs::read_to_string(repository("docs/schema/record.schema.json")).unwrap();
    jsonschema::draft202012::new(&serde_json::from_str(&text).unwrap()).unwrap()
}

fn assert_valid(validator: &jsonschema::Validator, records: &[Value]) {
    for record in records {
        let errors: Vec<_> = validator.iter_errors(record).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}\n{record:#}");
    }
}

#[test]
fn every_line_fits_the_schema() {
    let bench = Bench::new();
    let inputs = inputs(&bench);
    let validator = validator();

    let strangers = ran(logsieve().args(["extract", "-o", "-"]).args(&inputs)).with_code(3);
    let everybody =
        ran(logsieve().args(["extract", "-o", "-", "--keep-usernames"]).args(&inputs)).with_code(3);
    for run in [&strangers, &everybody] {
        let records = run.records();
        for kind in ["source", "machine", "credential", "cookie", "autofill", "issue", "summary"] {
            assert!(!of_type(&records, kind).is_empty(), "no {kind}");
        }
        assert!(of_type(&records, "source").iter().any(|source| source["parent_id"].is_string()));
        assert_valid(&validator, &records);
    }

    let case = bench.path("case");
    let mut check = logsieve();
    check.args(["check", "-w"]).arg(watchlist()).arg("-o").arg(&case).args(&inputs);
    ran(&mut check).with_code(3);
    for table in ["exposures", "machines", "sources", "issues"] {
        let lines = records(&bench.text(&format!("case/{table}.jsonl")));
        assert!(!lines.is_empty(), "no {table}");
        assert_valid(&validator, &lines);
    }
    let exposures = records(&bench.text("case/exposures.jsonl"));
    for kind in ["credential", "session", "machine", "autofill", "mention"] {
        assert!(exposures.iter().any(|exposure| exposure["kind"] == kind), "no {kind}");
    }
    assert_valid(&validator, &[serde_json::from_str(&bench.text("case/summary.json")).unwrap()]);
}
