//! Counts what was found, missed and too much, by field, and remembers every difference.

use std::collections::BTreeMap;
use std::fmt;

/// Found, missed and surplus things of one field.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    found: usize,
    missed: usize,
    surplus: usize,
}

/// The result of comparisons.
#[derive(Debug, Default)]
pub(super) struct Score {
    fields: BTreeMap<&'static str, Tally>,
    differences: Vec<String>,
}

impl Score {
    /// Something is there and was found.
    pub(super) fn found(&mut self, field: &'static str) {
        self.fields.entry(field).or_default().found += 1;
    }

    /// Something is there and was not found.
    pub(super) fn missed(&mut self, field: &'static str, what: impl fmt::Display) {
        self.fields.entry(field).or_default().missed += 1;
        self.differences.push(format!("missed  {field}: {what}"));
    }

    /// Something was found that is not there.
    pub(super) fn surplus(&mut self, field: &'static str, what: impl fmt::Display) {
        self.fields.entry(field).or_default().surplus += 1;
        self.differences.push(format!("surplus {field}: {what}"));
    }

    /// A value against what it must be; a wrong one is both missed and surplus.
    pub(super) fn value<T: PartialEq + fmt::Debug>(
        &mut self,
        field: &'static str,
        at: impl fmt::Display,
        expected: &Option<T>,
        actual: &Option<T>,
    ) {
        let tally = self.fields.entry(field).or_default();
        if expected == actual {
            tally.found += usize::from(expected.is_some());
            return;
        }
        tally.missed += usize::from(expected.is_some());
        tally.surplus += usize::from(actual.is_some());
        self.differences.push(format!("wrong   {field}: {at}: {expected:?} is {actual:?}"));
    }

    /// A statement about a record that holds or does not.
    pub(super) fn holds(&mut self, field: &'static str, holds: bool, what: impl fmt::Display) {
        if holds { self.found(field) } else { self.missed(field, what) }
    }

    /// Whether nothing differs.
    pub(super) fn is_perfect(&self) -> bool {
        self.differences.is_empty()
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for difference in &self.differences {
            writeln!(f, "{difference}")?;
        }
        writeln!(
            f,
            "{:<24} {:>6} {:>6} {:>7}  recall  precision",
            "", "found", "missed", "surplus"
        )?;
        for (field, Tally { found, missed, surplus }) in &self.fields {
            let share = |other: usize| 100.0 * *found as f64 / (found + other).max(1) as f64;
            let (recall, precision) = (share(*missed), share(*surplus));
            writeln!(
                f,
                "{field:<24} {found:>6} {missed:>6} {surplus:>7} {recall:>6.1}% {precision:>9.1}%"
            )?;
        }
        Ok(())
    }
}
