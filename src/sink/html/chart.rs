//! Charts: where the shapes of an inline SVG stand.
//!
//! Only numbers are made here; the templates draw them. Every number that a chart shows stands
//! beside it as text, too.

use super::count::grouped;
use super::text::Text;

/// How long the longest bar is.
const FULL: f64 = 100.0;

/// Counts by name as horizontal bars.
pub(super) struct Bars {
    pub(super) title: &'static str,
    /// What is counted.
    pub(super) unit: &'static str,
    pub(super) note: String,
    pub(super) bars: Vec<Bar>,
}

/// One bar.
pub(super) struct Bar {
    pub(super) name: Text,
    pub(super) count: String,
    pub(super) width: String,
}

/// A bar for each name and count.
pub(super) fn bars(counts: impl IntoIterator<Item = (Text, u64)>) -> Vec<Bar> {
    let counts: Vec<(Text, u64)> = counts.into_iter().collect();
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or_default();
    let bar = |(name, count)| Bar { name, count: grouped(count), width: share(count, most, FULL) };
    counts.into_iter().map(bar).collect()
}

/// One part of a bar that is made of several.
pub(super) struct Part {
    pub(super) start: String,
    pub(super) width: String,
    /// The number of the severity that it shows.
    pub(super) level: u8,
}

/// The parts of a bar, end to end; `most` is what the longest bar stands for.
pub(super) fn stack(counts: &[(u8, u64)], most: u64) -> Vec<Part> {
    let mut before = 0;
    let mut parts = Vec::new();
    for &(level, count) in counts.iter().filter(|(_, count)| *count > 0) {
        let (start, width) = (share(before, most, FULL), share(count, most, FULL));
        parts.push(Part { start, width, level });
        before += count;
    }
    parts
}

/// `count` of `most`, as a length where `most` is `full`.
fn share(count: u64, most: u64, full: f64) -> String {
    format!("{:.2}", count as f64 * full / most.max(1) as f64)
}

/// The picture that columns stand in, in units of the SVG.
pub(super) const WIDTH: f64 = 960.0;
const LEFT: f64 = 44.0;
const TOP: f64 = 22.0;
const BASE: f64 = 206.0;
/// Room that a label under the axis needs.
const LABEL: f64 = 66.0;
/// No column is wider.
const WIDEST: f64 = 44.0;

/// Counts over time as columns.
pub(super) struct Columns {
    pub(super) columns: Vec<Column>,
    pub(super) lines: Vec<Line>,
    pub(super) labels: Vec<Label>,
}

/// One column.
pub(super) struct Column {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
    pub(super) height: String,
    pub(super) middle: String,
    pub(super) above: String,
    pub(super) name: String,
    pub(super) count: u64,
}

/// A line across, with its number.
pub(super) struct Line {
    pub(super) y: String,
    pub(super) number: String,
}

/// A name under the axis.
pub(super) struct Label {
    pub(super) x: String,
    pub(super) name: String,
}

/// A column for each name and count.
pub(super) fn columns(counts: &[(String, u64)]) -> Columns {
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or_default();
    let spacing = spacing(most);
    let top = most.div_ceil(spacing).max(1) * spacing;
    let height = |count: u64| (BASE - TOP) * count as f64 / top as f64;
    let room = (WIDTH - LEFT) / counts.len().max(1) as f64;
    let width = (room * 0.72).min(WIDEST);
    let middle = |place: usize| LEFT + room * (place as f64 + 0.5);
    let every = (LABEL / room).ceil().max(1.0) as usize;
    let shown = |number: f64| format!("{number:.1}");
    let column = |(place, (name, count)): (usize, &(String, u64))| Column {
        x: shown(middle(place) - width / 2.0),
        y: shown(BASE - height(*count)),
        width: shown(width),
        height: shown(height(*count)),
        middle: shown(middle(place)),
        above: shown(BASE - height(*count) - 6.0),
        name: name.clone(),
        count: *count,
    };
    let label = |(place, (name, _)): (usize, &(String, u64))| Label {
        x: shown(middle(place)),
        name: name.clone(),
    };
    Columns {
        columns: counts.iter().enumerate().map(column).collect(),
        lines: (0..=top / spacing)
            .map(|line| line * spacing)
            .map(|number| Line { y: shown(BASE - height(number)), number: grouped(number) })
            .collect(),
        labels: counts.iter().enumerate().step_by(every).map(label).collect(),
    }
}

/// A round distance of lines, so that there are four or five of them.
fn spacing(most: u64) -> u64 {
    let mut unit = 1_u64;
    loop {
        for step in [1, 2, 5].map(|factor| unit.saturating_mul(factor)) {
            if most <= step.saturating_mul(4) {
                return step;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_round_numbers_and_are_few() {
        for (most, distance) in [(0, 1), (1, 1), (4, 1), (5, 2), (9, 5), (41, 20), (1_234, 500)] {
            assert_eq!(spacing(most), distance, "{most}");
        }
        assert!(spacing(u64::MAX) > u64::MAX / 5);
    }

    #[test]
    fn the_longest_bar_is_full() {
        let bars = bars([(Text::new("a"), 4), (Text::new("b"), 1)]);
        assert_eq!(
            bars.iter().map(|bar| bar.width.as_str()).collect::<Vec<_>>(),
            ["100.00", "25.00"]
        );
    }

    #[test]
    fn parts_stand_end_to_end() {
        let parts = stack(&[(4, 1), (3, 0), (2, 3)], 8);
        let places: Vec<_> = parts
            .iter()
            .map(|part| (part.level, part.start.as_str(), part.width.as_str()))
            .collect();
        assert_eq!(places, [(4, "0.00", "12.50"), (2, "12.50", "37.50")]);
    }

    #[test]
    fn columns_stay_in_the_picture() {
        for number in [0, 1, 2, 48, 100] {
            let counts: Vec<_> = (0..number).map(|n| (format!("2026-{n}"), n * 7)).collect();
            let chart = columns(&counts);
            assert_eq!(chart.columns.len() as u64, number);
            for column in &chart.columns {
                let [x, y, width, height] = [&column.x, &column.y, &column.width, &column.height]
                    .map(|n| n.parse::<f64>().unwrap());
                assert!(x >= LEFT && x + width <= WIDTH, "{x} {width}");
                assert!(y >= TOP && (y + height - BASE).abs() < 0.2, "{y} {height}");
            }
            assert!(chart.labels.len() <= 15 && chart.lines.len() <= 6);
        }
    }
}
