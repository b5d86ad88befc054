//! The worst exposures of a run as a table: what to look at first.

use comfy_table::{ContentArrangement, Table, presets};

use crate::cli::summary::word;
use crate::exposure::{Change, Exposure, Severity};
use crate::record::Record;
use crate::text::visible;

/// How many exposures are shown.
const SHOWN: usize = 12;

/// Width of the table in characters.
const WIDTH: u16 = 120;

/// Keeps the worst exposures that it is shown; among equals the first.
#[derive(Debug, Default)]
pub(super) struct Worst {
    rows: Vec<(Severity, [String; 6])>,
    seen: usize,
    /// Whether some were known before.
    has_known: bool,
}

impl Worst {
    /// Looks at an exposure that something is to be done about.
    pub(super) fn add(&mut self, exposure: &Exposure) {
        self.seen += 1;
        self.has_known |= exposure.change == Some(Change::Known);
        let place = self.rows.partition_point(|(severity, _)| *severity >= exposure.severity);
        if place < SHOWN {
            self.rows.insert(place, (exposure.severity, row(exposure)));
            self.rows.truncate(SHOWN);
        }
    }

    /// The table; none if there are no exposures.
    pub(super) fn render(&self) -> Option<String> {
        if self.rows.is_empty() {
            return None;
        }
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(WIDTH);
        let shown = if self.has_known { 6 } else { 5 };
        let header = ["severity", "who", "what", "machine", "infected", "since last time"];
        table.set_header(header.iter().take(shown));
        for (_, row) in &self.rows {
            table.add_row(row.iter().take(shown));
        }
        let more = self.seen - self.rows.len();
        Some(if more == 0 { table.to_string() } else { format!("{table}\n… and {more} more") })
    }
}

fn row(exposure: &Exposure) -> [String; 6] {
    let machine = exposure.machine.as_ref();
    let computer = machine.map(|machine| machine.computer_name.as_ref().unwrap_or(&machine.log));
    let infected = machine.and_then(|machine| machine.infected_at.as_deref());
    let day = infected.and_then(|time| time.get(..10)).unwrap_or_default();
    [
        word(&exposure.severity),
        word(&exposure.identity_class),
        what(exposure),
        visible(computer.map(String::as_str).unwrap_or_default()).into_owned(),
        day.to_owned(),
        match exposure.change {
            Some(change @ (Change::New | Change::Returned)) => word(&change),
            _ => String::new(),
        },
    ]
}

/// What is exposed, in a few words.
fn what(exposure: &Exposure) -> String {
    let text = match &exposure.record {
        Record::Credential(login) => {
            let place = login.host.as_deref().or(login.app_id.as_deref()).unwrap_or(&login.url);
            format!("login {} at {place}", login.username.as_deref().unwrap_or_default())
        }
        Record::Cookie(cookie) => format!("cookie {} of {}", cookie.name, cookie.domain),
        Record::Autofill(autofill) => {
            format!("{} in a form history", autofill.email.as_deref().unwrap_or_default())
        }
        Record::Mention(mention) => {
            format!("{} in {}:{}", mention.name, mention.entry, mention.line)
        }
        _ => format!("computer of {}", exposure.organisation),
    };
    visible(&text).into_owned()
}
