//! The table against one that is counted in memory, as its definition reads.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::record::{Credential, Machine};
use crate::secret::{Fingerprint, Id};
use crate::sink::samples;

fn id(number: u8) -> Id {
    Id(*blake3::hash(&[number]).as_bytes().first_chunk().unwrap())
}

/// A login, by small numbers; 0 stands for none.
fn login(number: u8, site: u8, user: u8, machine: u8, source: u8) -> Credential {
    let Record::Credential(sample) = samples::credential_maximal() else { panic!("no credential") };
    let domain = |number: u8| (number > 0).then(|| format!("{}.test", "d".repeat(number.into())));
    Credential {
        credential_id: id(number),
        machine_id: (machine > 0).then(|| id(machine)),
        source_id: id(source),
        registrable_domain: domain(site),
        username: None,
        username_fingerprint: Some(Fingerprint(id(user).0)),
        email_domain: domain(user % 7),
        ..sample
    }
}

fn machine(number: u8, infected_at: Option<&str>) -> Machine {
    let Record::Machine(sample) = samples::machine_maximal() else { panic!("no machine") };
    Machine { machine_id: id(number), infected_at: infected_at.map(str::to_owned), ..sample }
}

fn table(records: &[Record], at_least: u64, bytes: usize) -> String {
    let mut text = Vec::new();
    let mut sink = Box::new(DomainTable::holding(bytes, &mut text, "test", at_least));
    records.iter().for_each(|record| sink.write(record).unwrap());
    sink.finish().unwrap();
    String::from_utf8(text).unwrap()
}

/// What is counted of a domain.
#[derive(Default)]
struct Counts<'r> {
    credentials: BTreeSet<Id>,
    usernames: BTreeSet<Fingerprint>,
    people: BTreeSet<std::result::Result<Id, Fingerprint>>,
    machines: BTreeSet<Id>,
    sources: BTreeSet<Id>,
    days: BTreeSet<&'r str>,
}

impl Counts<'_> {
    fn numbers(&self) -> [u64; 5] {
        let people = self.people.len();
        let (machines, sources) = (self.machines.len(), self.sources.len());
        [self.credentials.len(), self.usernames.len(), people, machines, sources]
            .map(|count| count as u64)
    }
}

/// The table as `docs/EXPORTS.md` defines it.
fn counted_in_memory(records: &[Record], at_least: u64) -> String {
    let machines = records.iter().filter_map(|record| match record {
        Record::Machine(machine) => Some(machine),
        _ => None,
    });
    let machines: Vec<&Machine> = machines.collect();
    let mut domains: BTreeMap<(&str, &str), Counts<'_>> = BTreeMap::new();
    for record in records {
        let Record::Credential(login) = record else { continue };
        let website = login.registrable_domain.as_deref();
        let website = website.map_or(("website_other", ""), |domain| ("website", domain));
        let email = login.email_domain.as_deref().map(|domain| ("email", domain));
        for key in email.into_iter().chain([website]) {
            let counts = domains.entry(key).or_default();
            let username = login.username_fingerprint.unwrap();
            counts.credentials.insert(login.credential_id);
            counts.usernames.insert(username);
            counts.people.insert(login.machine_id.ok_or(username));
            counts.machines.extend(login.machine_id);
            counts.sources.insert(login.source_id);
            let own = machines.iter().filter(|it| Some(it.machine_id) == login.machine_id);
            counts.days.extend(own.filter_map(|machine| machine.infected_at.as_deref()?.get(..10)));
        }
    }
    let (mut rows, mut rests) = (Vec::new(), BTreeMap::new());
    for ((kind, domain), counts) in domains {
        let numbers = counts.numbers();
        let days = [counts.days.first(), counts.days.last()].map(|day| day.copied().unwrap_or(""));
        if domain.is_empty() || numbers[2] >= at_least {
            rows.push((kind, 0, u64::MAX - numbers[0], domain, domain.len().min(1), numbers, days));
            continue;
        }
        let (domains, sums, known) = rests.entry(kind).or_insert((0, [0; 5], BTreeSet::new()));
        *domains += 1;
        sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
        known.extend(days.into_iter().filter(|day| !day.is_empty()));
    }
    for (kind, (domains, sums, days)) in rests {
        let days = [days.first(), days.last()].map(|day| day.copied().unwrap_or(""));
        rows.push((kind, 1, 0, "", domains, sums, days));
    }
    rows.sort();
    let head = COLUMNS.join(",");
    let lines = rows.into_iter().map(|(kind, _, _, domain, domains, numbers, [first, last])| {
        let numbers = numbers.map(|number| number.to_string()).join(",");
        format!("{kind},{domain},{domains},{numbers},{first},{last}")
    });
    [head].into_iter().chain(lines).map(|line| line + "\n").collect()
}

fn any_record() -> impl Strategy<Value = Record> {
    let day = prop::option::of((1..28_u8, 0..24_u8));
    prop_oneof![
        8 => (any::<u8>(), 0..30_u8, any::<u8>(), 0..9_u8, 1..4_u8)
            .prop_map(|(a, b, c, d, e)| Record::Credential(login(a, b, c, d, e))),
        1 => (1..9_u8, day).prop_map(|(number, day)| {
            let time = day.map(|(day, hour)| format!("2024-06-{day:02}T{hour:02}:20:30Z"));
            Record::Machine(machine(number, time.as_deref()))
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn counts_are_those_of_the_definition(
        records in prop::collection::vec(any_record(), 0..300),
        at_least in 1..6_u64,
        bytes in prop_oneof![Just(64_usize), Just(1000), Just(1 << 20)],
    ) {
        let expected = counted_in_memory(&records, at_least);
        prop_assert_eq!(table(&records, at_least, bytes), expected);
    }
}

#[test]
fn one_row_a_domain_the_largest_first() {
    let mut records = vec![Record::Machine(machine(1, Some("2024-06-07T10:20:30Z")))];
    records.extend((0..5).map(|user| Record::Credential(login(user, 2, 7, 0, 1))));
    records.push(Record::Credential(login(9, 3, 8, 1, 1)));
    records.push(Record::Credential(login(9, 3, 8, 1, 2)));
    assert_eq!(
        table(&records, 1, 1 << 20),
        "kind,domain,domains,credentials,usernames,people,machines,sources,first_infected,last_infected\n\
         email,d.test,1,1,1,1,1,2,2024-06-07,2024-06-07\n\
         website,dd.test,1,5,1,1,0,1,,\n\
         website,ddd.test,1,1,1,1,1,2,2024-06-07,2024-06-07\n"
    );
    assert_eq!(
        table(&records, 2, 1 << 20).lines().skip(1).collect::<Vec<_>>(),
        ["email,,1,1,1,1,1,2,2024-06-07,2024-06-07", "website,,2,6,2,2,1,3,2024-06-07,2024-06-07"]
    );
}

#[test]
fn names_that_no_record_has_are_not_written() {
    for (domain, cell) in [
        ("=cmd|x.test", None),
        ("a,b.test", None),
        ("a\n.test", None),
        ("Example.com", None),
        ("bücher.example", None),
        ("", None),
        (&"a".repeat(254), None),
        ("-a.test", Some("'-a.test")),
        ("xn--bcher-kva.example", Some("xn--bcher-kva.example")),
        (&"a".repeat(253), Some("a".repeat(253).as_str())),
    ] {
        let forged = Credential {
            registrable_domain: Some(domain.to_owned()),
            email_domain: None,
            ..login(1, 1, 1, 0, 1)
        };
        let text = table(&[Record::Credential(forged)], 1, 1 << 20);
        let cells: Vec<&str> = text.lines().nth(1).unwrap().split(',').take(2).collect();
        let expected = cell.map_or(["website_other", ""], |cell| ["website", cell]);
        assert_eq!(cells, expected, "{domain}");
        assert_eq!(text.lines().count(), 2);
    }
}

#[test]
fn a_name_counts_once_whether_it_came_with_a_machine_or_not() {
    let records = [login(1, 1, 7, 0, 1), login(2, 1, 7, 3, 1), login(3, 1, 7, 4, 1)];
    let records = records.map(Record::Credential);
    let text = table(&records, 1, 64);
    // One login name; as people count the two machines, and the name where there is no machine.
    assert_eq!(text.lines().nth(1), Some("website,d.test,1,3,1,3,2,1,,"));
}

#[test]
fn exposures_count_as_the_records_in_them() {
    let exposures = samples::maximal().into_iter().filter_map(|record| match record {
        Record::Exposure(exposure) => Some(exposure),
        _ => None,
    });
    let (mut exposures, mut bare) = (exposures.collect::<Vec<_>>(), Vec::new());
    exposures.retain(|exposure| matches!(exposure.record, Record::Credential(_)));
    assert!(!exposures.is_empty());
    for exposure in &exposures {
        bare.push(exposure.record.clone());
        bare.extend(exposure.machine.as_deref().cloned().map(Record::Machine));
    }
    let exposures: Vec<Record> = exposures.into_iter().map(Record::Exposure).collect();
    let text = table(&exposures, 1, 1 << 20);
    assert_eq!(text, table(&bare, 1, 1 << 20));
    assert!(text.lines().count() > 1);
}
