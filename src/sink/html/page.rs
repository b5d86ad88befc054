//! The page: what the templates are given to show.
//!
//! Everything here is either a constant, a number, or a [`Text`]; the templates escape it all. Only
//! style, script and policy are constants that they take as they are.

use std::collections::HashMap;

use askama::Template;

use super::chart::{Bars, Columns, Part, WIDTH, bars, columns, stack};
use super::collect::{Collected, Issues, MOST_ROWS, SourceRow};
use super::count::{Tally, bytes, counted, grouped};
use super::row::{MachineFacts, Row, day};
use super::text::Text;
use super::words::{ACTIONS, CHANGES, CLASSES, KINDS, SEVERITIES, STATUSES, completeness, word};
use super::{ReportOptions, lock};
use crate::exposure::{Action, Severity};
use crate::issue::Code;
use crate::limits::Limits;
use crate::record::{Status, Summary};
use crate::secret::Id;

/// The look of the report.
const STYLE: &str = include_str!("../../../templates/report/style.css");

/// Sorting and filtering.
const SCRIPT: &str = include_str!("../../../templates/report/script.js");

/// How many exposures stand on the first page.
const WORST: usize = 10;

/// How many machines have a card.
const MOST_CARDS: usize = 500;

/// How many exposures without machine are listed apart.
const MOST_LOOSE: usize = 25;

/// How many names a chart shows.
const MOST_BARS: usize = 15;

/// The whole report.
#[derive(Template)]
#[template(path = "report/page.html", whitespace = "minimize")]
pub(super) struct Page<'c> {
    policy: String,
    style: &'static str,
    paper: String,
    script: &'static str,
    title: Text,
    mark: &'static str,
    mark_meaning: &'static str,
    expires: Text,
    as_of: Text,
    run: Option<Run>,
    verdict: (&'static str, &'static str),
    status: String,
    headline: Headline,
    severities: Vec<Tile>,
    figures: Vec<Tile>,
    steps: Vec<Step>,
    worst: Vec<&'c Row>,
    timeline: Option<TimelineView>,
    matrix: Vec<MatrixRow>,
    charts: Vec<Bars>,
    cards: Vec<Card<'c>>,
    machines: String,
    cards_are_cut: bool,
    loose: Option<Loose<'c>>,
    rows: Vec<RowView<'c>>,
    row_count: String,
    cut: Option<Cut>,
    filters: Vec<Filter>,
    exposures: u64,
    sources: Vec<SourceView<'c>>,
    sources_left_out: String,
    issues: Vec<IssueView<'c>>,
    issue_sources: Vec<(Text, String)>,
}

/// What the summary tells of the run.
struct Run {
    files: String,
    skipped: String,
    failed: String,
    facts: Vec<(&'static str, Text)>,
    limits: Vec<(&'static str, String)>,
}

/// Says that the table does not have all exposures.
struct Cut {
    shown: String,
    all: String,
    left_out: String,
}

/// Exposures that no machine is known of.
struct Loose<'c> {
    rows: Vec<&'c Row>,
    count: String,
    more: bool,
}

/// The figures of the first sentence.
struct Headline {
    exposures: String,
    organisations: String,
    read: String,
    newest: Text,
    people: String,
    machines: String,
}

/// One large number.
struct Tile {
    number: String,
    name: String,
    note: String,
    level: u8,
}

/// One thing to do.
struct Step {
    title: &'static str,
    reason: &'static str,
    count: String,
}

struct TimelineView {
    chart: Columns,
    width: f64,
    step: &'static str,
    range: String,
    undated: u64,
    dated: String,
}

/// One identity class by severity.
struct MatrixRow {
    name: String,
    meaning: &'static str,
    counts: Vec<String>,
    total: String,
    parts: Vec<Part>,
}

/// One machine with its exposures.
struct Card<'c> {
    number: usize,
    machine: &'c MachineFacts,
    rows: Vec<CardRow<'c>>,
    worst: String,
    level: u8,
}

/// One exposure of a machine.
struct CardRow<'c> {
    row: &'c Row,
    /// Places in the table of the same thing from other machines.
    related: Vec<usize>,
}

/// One exposure in the table of all.
struct RowView<'c> {
    number: usize,
    row: &'c Row,
    card: Option<usize>,
    organisation: usize,
}

/// One choice that narrows the table.
struct Filter {
    id: &'static str,
    label: &'static str,
    choices: Vec<(String, String)>,
}

struct SourceView<'c> {
    row: &'c SourceRow,
    size: String,
    issues: u64,
}

struct IssueView<'c> {
    code: Code,
    count: String,
    issues: &'c Issues,
    /// How many are not shown; empty where all are.
    left_out: String,
}

impl<'c> Page<'c> {
    /// The page of what was collected.
    pub(super) fn new(seen: &'c Collected, options: &ReportOptions) -> Self {
        let paper = paper(options);
        let status = seen.summary.as_ref().map_or(Status::Partial, |summary| summary.status);
        let rows: Vec<&Row> = seen.rows.kept().collect();
        let cards = cards(&rows);
        let organisations: Vec<(&Text, u64)> = seen.organisations.top(usize::MAX);
        Self {
            policy: lock::policy(&[STYLE, &paper], SCRIPT),
            style: STYLE,
            paper,
            script: SCRIPT,
            title: Text::new(&options.title),
            mark: options.tlp.mark(),
            mark_meaning: options.tlp.meaning(),
            expires: Text::from(&options.expires),
            as_of: seen.summary.as_ref().map(|summary| day(&summary.as_of)).unwrap_or_default(),
            run: seen.summary.as_ref().map(Run::of),
            verdict: completeness(status),
            status: word(&status),
            headline: headline(seen, &organisations),
            severities: severities(seen),
            figures: figures(seen),
            steps: steps(seen),
            worst: rows.iter().copied().filter(|row| row.is_open).take(WORST).collect(),
            timeline: timeline(seen),
            matrix: matrix(seen),
            charts: charts(seen),
            machines: seen.machines.shown(),
            loose: loose(seen, &rows),
            filters: filters(seen, &organisations),
            rows: table(&rows, &cards, &organisations),
            row_count: counted(rows.len() as u64, "row"),
            cards_are_cut: cards.len() == MOST_CARDS,
            cards,
            cut: cut(seen, rows.len() as u64),
            exposures: seen.exposures(),
            sources: sources(seen),
            sources_left_out: some(seen.sources.left_out(), |more| counted(more, "more source")),
            issues: issues(seen),
            issue_sources: issue_sources(seen),
        }
    }
}

/// `number` as `show` shows it, and nothing for nothing.
fn some(number: u64, show: impl Fn(u64) -> String) -> String {
    if number == 0 { String::new() } else { show(number) }
}

/// What stands in the margins of every printed page.
fn paper(options: &ReportOptions) -> String {
    let mark = lock::css_string(options.tlp.mark());
    let title = lock::css_string(&options.title);
    let expires = options.expires.as_ref().map(|day| format!("Valid until {day}"));
    let expires = lock::css_string(&expires.unwrap_or_default());
    format!(
        "@page{{@top-left{{content:{mark}}}@top-right{{content:{title}}}\
         @bottom-left{{content:{expires}}}}}"
    )
}

fn headline(seen: &Collected, organisations: &[(&Text, u64)]) -> Headline {
    let organisations = match organisations {
        [(only, _)] => only.to_string(),
        many => counted(many.len() as u64, "organisation"),
    };
    let read = seen.summary.as_ref().map(|summary| {
        let records = &summary.records;
        format!("{} with {}", counted(records.sources, "source"), counted(records.logs, "log"))
    });
    let newest = seen.timeline.range().map(|(_, last)| Text::new(&last.to_string()));
    Headline {
        exposures: counted(seen.exposures(), "exposure"),
        organisations,
        read: read.unwrap_or_default(),
        newest: newest.unwrap_or_default(),
        people: seen.people.shown(),
        machines: seen.machines.shown(),
    }
}

fn severities(seen: &Collected) -> Vec<Tile> {
    let tile = |(severity, meaning): &(Severity, &str)| Tile {
        number: grouped(seen.of_severity(*severity)),
        name: word(severity),
        note: (*meaning).to_owned(),
        level: *severity as u8,
    };
    SEVERITIES.iter().map(tile).collect()
}

fn figures(seen: &Collected) -> Vec<Tile> {
    let tile = |number: String, name: &str, note: &str| Tile {
        number,
        name: name.to_owned(),
        note: note.to_owned(),
        level: 0,
    };
    let open = seen.open.values().sum();
    let mut tiles = vec![
        tile(grouped(seen.exposures()), "exposures", "records and mentions of a watched name"),
        tile(grouped(open), "to deal with", "open, and still where they were seen"),
        tile(seen.people.shown(), "people", "different logins"),
        tile(seen.employees.shown(), "employees", "of these logins"),
        tile(seen.machines.shown(), "machines", "infected, with an exposure"),
    ];
    let changes = CHANGES.iter().filter_map(|(change, meaning)| {
        let count = seen.changes.get(change).copied().unwrap_or_default();
        (!seen.changes.is_empty()).then(|| tile(grouped(count), &word(change), meaning))
    });
    tiles.extend(changes);
    tiles
}

fn steps(seen: &Collected) -> Vec<Step> {
    let step = |&(action, title, reason): &(Action, &'static str, &'static str)| {
        let of = |severity| seen.actions.get(&(action, severity)).copied().unwrap_or_default();
        let total: u64 = SEVERITIES.iter().map(|(severity, _)| of(*severity)).sum();
        let worst: Vec<String> = [Severity::Critical, Severity::High]
            .into_iter()
            .filter(|&severity| of(severity) > 0)
            .map(|severity| format!("{} {}", grouped(of(severity)), word(&severity)))
            .collect();
        let total = (total > 0).then(|| counted(total, "exposure"))?;
        let count = if worst.is_empty() { total } else { format!("{total}, {}", worst.join(", ")) };
        Some(Step { title, reason, count })
    };
    ACTIONS.iter().filter_map(step).collect()
}

fn timeline(seen: &Collected) -> Option<TimelineView> {
    let steps = seen.timeline.steps()?;
    let (first, last) = seen.timeline.range()?;
    Some(TimelineView {
        chart: columns(&steps.counts),
        width: WIDTH,
        step: steps.step.word(),
        range: if first == last { first.to_string() } else { format!("{first} to {last}") },
        undated: seen.timeline.undated(),
        dated: counted(seen.timeline.dated(), "machine"),
    })
}

fn matrix(seen: &Collected) -> Vec<MatrixRow> {
    let of = |class, severity| seen.classes.get(&(class, severity)).copied().unwrap_or_default();
    let total = |class| SEVERITIES.iter().map(|(severity, _)| of(class, *severity)).sum::<u64>();
    let most = CLASSES.iter().map(|(class, _)| total(*class)).max().unwrap_or_default();
    let row = |&(class, meaning): &(_, &'static str)| {
        let counts: Vec<(u8, u64)> =
            SEVERITIES.iter().map(|&(severity, _)| (severity as u8, of(class, severity))).collect();
        MatrixRow {
            name: word(&class),
            meaning,
            counts: counts.iter().map(|(_, count)| grouped(*count)).collect(),
            total: grouped(total(class)),
            parts: stack(&counts, most),
        }
    };
    CLASSES.iter().map(row).collect()
}

fn charts(seen: &Collected) -> Vec<Bars> {
    let words = |counts: Vec<(String, u64)>| {
        let mut counts = counts;
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        bars(counts.into_iter().map(|(name, count)| (Text::new(&name), count)))
    };
    let named = |counts: Vec<(&Text, u64)>| {
        bars(counts.into_iter().map(|(name, count)| (name.clone(), count)))
    };
    let apps = seen.apps.iter().map(|(app, &count)| (word(app), count)).collect();
    let kinds = seen.kinds.iter().map(|(kind, &count)| (word(kind), count)).collect();
    let all = [
        ("What the logins open", "exposures", String::new(), words(apps)),
        ("What is exposed", "exposures", String::new(), words(kinds)),
        (
            "Malware families",
            "machines",
            others(&seen.families),
            named(seen.families.top(MOST_BARS)),
        ),
        (
            "Organisations",
            "exposures",
            others(&seen.organisations),
            named(seen.organisations.top(MOST_BARS)),
        ),
        ("Hosts and apps", "exposures", others(&seen.hosts), named(seen.hosts.top(MOST_BARS))),
    ];
    all.into_iter()
        .filter(|(.., bars)| !bars.is_empty())
        .map(|(title, unit, note, bars)| Bars { title, unit, note, bars })
        .collect()
}

/// How many names a chart does not show.
fn others(tally: &Tally<Text>) -> String {
    let shown: u64 = tally.top(MOST_BARS).iter().map(|(_, count)| count).sum();
    let more = tally.names().saturating_sub(MOST_BARS);
    match (more, tally.is_exact()) {
        (0, true) => String::new(),
        (_, true) => format!(
            "{} more names have {} between them.",
            grouped(more as u64),
            grouped(tally.total() - shown)
        ),
        (_, false) => "There are too many names to count them all exactly; these are at least so \
                       frequent."
            .to_owned(),
    }
}

/// What the table leaves out, if anything.
fn cut(seen: &Collected, shown: u64) -> Option<Cut> {
    let left_out = seen.rows.left_out();
    (left_out > 0).then(|| Cut {
        shown: grouped(shown),
        all: grouped(seen.exposures()),
        left_out: grouped(left_out),
    })
}

fn loose<'c>(seen: &Collected, rows: &[&'c Row]) -> Option<Loose<'c>> {
    let without = rows.iter().copied().filter(|row| row.machine.is_none());
    let rows: Vec<&Row> = without.take(MOST_LOOSE).collect();
    (seen.loose > 0).then(|| Loose {
        more: seen.loose > rows.len() as u64,
        rows,
        count: counted(seen.loose, "exposure"),
    })
}

fn cards<'c>(rows: &[&'c Row]) -> Vec<Card<'c>> {
    let numbers: HashMap<Id, usize> =
        rows.iter().enumerate().map(|(number, row)| (row.id, number)).collect();
    let mut places: HashMap<Id, usize> = HashMap::new();
    let mut cards: Vec<Card<'c>> = Vec::new();
    for &row in rows {
        let Some(machine) = &row.machine else { continue };
        let related = row.related.iter().filter_map(|id| numbers.get(id).copied()).collect();
        let line = CardRow { row, related };
        let place = *places.entry(machine.id).or_insert(cards.len());
        match cards.get_mut(place) {
            Some(card) => card.rows.push(line),
            None => cards.push(Card {
                number: place,
                machine,
                rows: vec![line],
                worst: row.severity(),
                level: row.level(),
            }),
        }
    }
    cards.truncate(MOST_CARDS);
    cards
}

fn table<'c>(
    rows: &[&'c Row],
    cards: &[Card<'c>],
    organisations: &[(&Text, u64)],
) -> Vec<RowView<'c>> {
    let cards: HashMap<Id, usize> =
        cards.iter().map(|card| (card.machine.id, card.number)).collect();
    let organisations: HashMap<&Text, usize> =
        organisations.iter().enumerate().map(|(number, (name, _))| (*name, number)).collect();
    let view = |(number, &row): (usize, &&'c Row)| RowView {
        number,
        row,
        card: row.machine.as_ref().and_then(|machine| cards.get(&machine.id).copied()),
        organisation: organisations.get(&row.organisation).copied().unwrap_or_default(),
    };
    rows.iter().enumerate().map(view).collect()
}

impl RowView<'_> {
    /// What the filters look at, one word for each.
    fn marks(&self) -> String {
        let marks = &self.row.marks;
        let change = marks.change.map(|change| format!(" n{}", change as u8)).unwrap_or_default();
        format!(
            "s{} k{} c{} t{}{change} o{}",
            marks.severity as u8,
            marks.kind as u8,
            marks.class as u8,
            marks.status as u8,
            self.organisation
        )
    }
}

impl Card<'_> {
    /// How many exposures it has.
    fn count(&self) -> String {
        counted(self.rows.len() as u64, "exposure")
    }
}

/// The choices that narrow the table, each with the values that occur.
fn filters(seen: &Collected, organisations: &[(&Text, u64)]) -> Vec<Filter> {
    let severities = SEVERITIES.iter().filter(|(severity, _)| seen.of_severity(*severity) > 0);
    let severities =
        severities.map(|(severity, _)| (format!("s{}", *severity as u8), word(severity)));
    let kinds = KINDS.iter().filter(|(kind, _)| seen.kinds.contains_key(kind));
    let kinds = kinds.map(|(kind, meaning)| (format!("k{}", *kind as u8), (*meaning).to_owned()));
    let is_there = |class| seen.classes.keys().any(|(other, _)| *other == class);
    let classes = CLASSES.iter().filter(|(class, _)| is_there(*class));
    let classes = classes.map(|(class, _)| (format!("c{}", *class as u8), word(class)));
    let changes = CHANGES.iter().filter(|(change, _)| seen.changes.contains_key(change));
    let changes = changes.map(|(change, _)| (format!("n{}", *change as u8), word(change)));
    let statuses = STATUSES.iter().filter(|status| seen.statuses.contains_key(status));
    let statuses = statuses.map(|status| (format!("t{}", *status as u8), word(status)));
    let organisations = organisations.iter().take(MOST_ROWS).enumerate();
    let organisations =
        organisations.map(|(number, (name, _))| (format!("o{number}"), name.to_string()));
    let filter = |id, label, choices: Vec<_>| Filter { id, label, choices };
    let all = [
        filter("severity", "Severity", severities.collect()),
        filter("kind", "Kind", kinds.collect()),
        filter("class", "Class", classes.collect()),
        filter("change", "Change", changes.collect()),
        filter("status", "Status", statuses.collect()),
        filter("organisation", "Organisation", organisations.collect()),
    ];
    all.into_iter().filter(|filter| filter.choices.len() > 1).collect()
}

fn sources(seen: &Collected) -> Vec<SourceView<'_>> {
    let view = |row| SourceView {
        row,
        size: bytes(row.size),
        issues: seen.issues_by_source.count(&row.id),
    };
    seen.sources.kept().map(view).collect()
}

fn issues(seen: &Collected) -> Vec<IssueView<'_>> {
    let mut views: Vec<IssueView> = seen
        .issues
        .iter()
        .map(|(&code, issues)| IssueView {
            code,
            count: grouped(issues.count),
            issues,
            left_out: some(issues.count - issues.examples.len() as u64, grouped),
        })
        .collect();
    views.sort_by_key(|view| std::cmp::Reverse(view.issues.count));
    views
}

fn issue_sources(seen: &Collected) -> Vec<(Text, String)> {
    let top = seen.issues_by_source.top(MOST_BARS);
    top.into_iter().map(|(id, count)| (seen.source_name(*id), grouped(count))).collect()
}

impl Run {
    fn of(summary: &Summary) -> Self {
        let (entries, records) = (&summary.entries, &summary.records);
        let (read, unpacked) = (bytes(summary.bytes_in), bytes(summary.bytes_out));
        let (logins, cookies) = (grouped(records.credentials), grouped(records.cookies));
        let version = format!("{}, schema {}", summary.version, summary.schema_version);
        Self {
            files: counted(entries.seen, "file"),
            skipped: grouped(entries.skipped),
            failed: grouped(entries.failed),
            facts: vec![
                ("As of", Text::new(&summary.as_of)),
                ("logsieve", Text::new(&version)),
                ("Key", Text::new(&summary.key_id.to_string())),
                ("Read", Text::new(&format!("{read}, {unpacked} unpacked"))),
                ("In it, of everybody", Text::new(&format!("{logins} logins, {cookies} cookies"))),
            ],
            limits: limits(&summary.limits),
        }
    }
}

fn limits(limits: &Limits) -> Vec<(&'static str, String)> {
    vec![
        ("growth of an entry when decompressed", format!("{} : 1", grouped(limits.ratio))),
        ("depth of nested archives", grouped(limits.depth)),
        ("entries in a source", grouped(limits.entries)),
        ("decoder window", bytes(limits.window)),
        ("rounds of one key derivation", grouped(limits.kdf_rounds)),
        ("key derivation for a source", format!("{} s", grouped(limits.kdf_seconds))),
        ("line that is parsed", bytes(limits.line)),
        ("value that is kept", bytes(limits.value)),
        ("depth of JSON", grouped(limits.json_depth)),
        ("nested archive", bytes(limits.nested)),
        ("time without progress", format!("{} s", grouped(limits.stall))),
    ]
}
