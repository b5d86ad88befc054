//! Counts by domain against a count of the records themselves, in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use crate::tool::{Bench, all_inputs, logsieve, of_type, ran, records, repository, run, watchlist};

/// The numbers of a row: credentials, usernames, people, machines, sources.
type Numbers = [usize; 5];

/// What is counted of one domain.
#[derive(Default)]
struct Counts<'r> {
    things: [BTreeSet<&'r str>; 5],
    days: BTreeSet<&'r str>,
}

/// The table of `records`, which are credentials and machines, as `docs/EXPORTS.md` defines it.
fn counted(records: &[Value], at_least: usize) -> String {
    let mut days: HashMap<&str, Vec<&str>> = HashMap::new();
    for machine in of_type(records, "machine") {
        let day = machine["infected_at"].as_str().map(|time| &time[..10]);
        days.entry(machine["machine_id"].as_str().unwrap()).or_default().extend(day);
    }
    let mut domains: BTreeMap<(&str, &str), Counts<'_>> = BTreeMap::new();
    for login in of_type(records, "credential") {
        let text = |field: &str| login[field].as_str();
        let name = text("username").or(text("username_fingerprint")).unwrap();
        let email = text("email_domain").map(|domain| ("email", domain));
        let website = text("registrable_domain");
        let website = website.map_or(("website_other", ""), |domain| ("website", domain));
        for key in email.into_iter().chain([website]) {
            let counts = domains.entry(key).or_default();
            let machine = text("machine_id");
            let [credentials, usernames, people, machines, sources] = &mut counts.things;
            credentials.insert(text("credential_id").unwrap());
            usernames.insert(name);
            people.insert(machine.unwrap_or(name));
            machines.extend(machine);
            sources.insert(text("source_id").unwrap());
            let days = machine.and_then(|machine| days.get(machine));
            counts.days.extend(days.into_iter().flatten());
        }
    }
    rows(&domains, at_least)
}

fn rows(domains: &BTreeMap<(&str, &str), Counts<'_>>, at_least: usize) -> String {
    type Row<'r> = (&'r str, bool, i64, &'r str, usize, Numbers, BTreeSet<&'r str>);
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (&(kind, domain), counts) in domains {
        let numbers = counts.things.each_ref().map(BTreeSet::len);
        let (count, days) = (usize::from(!domain.is_empty()), counts.days.clone());
        if domain.is_empty() || numbers[2] >= at_least {
            rows.push((kind, false, -(numbers[0] as i64), domain, count, numbers, days));
        } else if let Some(small) = rows.iter_mut().find(|row| row.0 == kind && row.1) {
            small.4 += count;
            small.5.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
            small.6.extend(days);
        } else {
            rows.push((kind, true, 0, "", count, numbers, days));
        }
    }
    rows.sort();
    let head = "kind,domain,domains,credentials,usernames,people,machines,sources,first_infected,\
                last_infected\n";
    let lines = rows.into_iter().map(|(kind, _, _, domain, domains, numbers, days)| {
        let numbers = numbers.map(|number| number.to_string()).join(",");
        let [first, last] = [days.first(), days.last()].map(|day| day.copied().unwrap_or(""));
        format!("{kind},{domain},{domains},{numbers},{first},{last}\n")
    });
    [head.to_owned()].into_iter().chain(lines).collect()
}

/// `logsieve extract … --format apex` of a dataset, on standard output.
fn of_dataset(bench: &Bench, dataset: &str, more: &[&str]) -> String {
    let mut extract = logsieve();
    extract.args(["extract", "--format", "apex", "-o", "-", "--key-file"]).arg(bench.path("key"));
    ran(extract.args(more).arg(bench.path(dataset))).with_code(3).out
}

#[test]
fn every_count_is_that_of_the_records() {
    let bench = Bench::new();
    let mut extract = logsieve();
    extract.args(["extract", "--keep-usernames", "--format", "jsonl,apex", "--at-least", "2"]);
    extract.args(["--key-file", &bench.arg("key"), "-o", &bench.arg("data")]).args(all_inputs());
    let told = ran(&mut extract).with_code(3);
    assert!(told.err.contains("apex.csv"), "{}", told.err);
    let logins = records(&bench.text("data/credentials.jsonl"));
    let all = [logins, records(&bench.text("data/machines.jsonl"))].concat();
    let table = bench.text("data/apex.csv");
    assert_eq!(table, counted(&all, 2));
    assert!(table.contains("\nemail,example.com,1,") && table.contains("\nwebsite_other,,0,"));
    assert!(table.contains("\nemail,,") && table.contains("\nwebsite,,"), "{table}");

    // Neither names in clear, nor a stop at a dataset, nor the number of threads makes a difference.
    let mut nameless = logsieve();
    nameless.args(["extract", "--threads", "1", "--key-file", &bench.arg("key"), "-o", "-"]);
    nameless.args(["--format", "apex", "--at-least", "2"]).args(all_inputs());
    assert_eq!(ran(&mut nameless).with_code(3).out, table);
    assert_eq!(of_dataset(&bench, "data", &["--at-least", "2"]), table);
    assert_eq!(of_dataset(&bench, "data", &["--at-least", "2", "--keep-usernames"]), table);
    assert_eq!(of_dataset(&bench, "data", &[]), counted(&all, 5));

    let everything = of_dataset(&bench, "data", &["--at-least", "1"]);
    assert_eq!(everything, counted(&all, 1));
    assert!(!everything.contains("\nwebsite,,") && !everything.contains('@'));
    for login in of_type(&all, "credential") {
        let name = login["username"].as_str().unwrap();
        assert!(name.len() < 6 || !table.contains(name), "{name} stands in the table");
    }
}

#[test]
fn a_case_counts_the_logins_among_its_exposures() {
    let bench = Bench::new();
    let mut check = logsieve();
    check.args(["check", "-w"]).arg(watchlist()).args(["-o", &bench.arg("case")]);
    ran(check.args(all_inputs())).with_code(3);
    let report = |more: &[&str]| {
        let mut report = logsieve();
        ran(report.arg("report").arg(bench.path("case")).args(["--format", "apex"]).args(more))
    };
    let table = report(&["-o", "-", "--at-least", "1"]).with_code(0).out;
    let exposures = records(&bench.text("case/exposures.jsonl"));
    let inside = exposures.iter().flat_map(|exposure| [&exposure["record"], &exposure["machine"]]);
    let mut inside: Vec<Value> = inside.filter(|record| !record.is_null()).cloned().collect();
    // A machine inside an exposure is one without saying so.
    for record in inside.iter_mut().filter(|record| record.get("type").is_none()) {
        record["type"] = "machine".into();
    }
    assert_eq!(table, counted(&inside, 1));
    assert!(table.lines().count() > 5, "{table}");
    let written = report(&["--at-least", "1"]).with_code(0);
    assert!(written.err.contains("apex.csv"), "{}", written.err);
    assert_eq!(bench.text("case/apex.csv"), table);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let input = repository("fixtures/example-cloud");
    let extract = |more: &[&str]| {
        let args = ["extract", input.to_str().unwrap(), "-o", "-", "--format"];
        run(args.iter().chain(more))
    };
    let both = extract(&["jsonl,apex"]).with_code(2);
    assert!(both.err.contains("give one --format for standard output"), "{}", both.err);
    assert!(both.out.is_empty());
    extract(&["apex", "--at-least", "0"]).with_code(2);
    assert!([0, 3].contains(&extract(&["apex"]).code));
}

#[test]
fn nothing_is_a_table_without_rows() {
    let bench = Bench::new();
    let note = bench.file("note.txt", "nothing");
    let args = ["extract", note.to_str().unwrap(), "-o", "-", "--format", "apex"];
    let table = run(args).with_code(0).out;
    assert!(table.starts_with("kind,domain,") && table.lines().count() == 1, "{table}");
}
