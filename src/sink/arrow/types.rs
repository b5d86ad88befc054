//! What type each column has in Arrow and Parquet: CSV has text only, here a reader may calculate.
//!
//! A key means the same wherever it stands, so the type goes by the key without what is around it.
//! A test compares the lists with the JSON Schema.

use std::sync::Arc;

use arrow_schema::{DataType, Field, TimeUnit};

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sink) enum Type {
    /// Any text.
    Text,
    /// Yes or no.
    Bool,
    /// A count, a size, a port.
    Number,
    /// A point in time.
    Time,
    /// Several texts.
    List,
}

/// Keys whose values are yes or no.
const BOOLS: &[&str] = &["encrypted", "secure", "http_only", "session", "live"];

/// Keys whose values are counts, sizes and ports; those of `entries.` and `counts.` are as well.
const NUMBERS: &[&str] = &[
    "size",
    "volumes",
    "logs",
    "bytes_in",
    "bytes_out",
    "part.number",
    "part.of",
    "port",
    "sightings",
    "line",
    "bytes",
];

/// Keys whose values are points in time.
const TIMES: &[&str] =
    &["posted_at", "infected_at", "os_installed_at", "expires_at", "first_seen", "last_seen"];

/// Keys with several values.
const LISTS: &[&str] = &[
    "family_evidence",
    "ip_addresses",
    "languages",
    "antivirus",
    "secret.classes",
    "severity_reasons",
    "actions",
    "also_in",
    "related",
];

/// Keys whose values are random and hardly ever the same twice: nothing can be said of many.
const RANDOM: &[&str] = &[
    "credential_id",
    "cookie_id",
    "autofill_id",
    "exposure_id",
    "secret.fingerprint",
    "username_fingerprint",
    "email_fingerprint",
    "fingerprint",
];

/// Keys of which people look for one value: domains, and ids to follow.
const LOOKED_UP: &[&str] = &[
    "registrable_domain",
    "email_domain",
    "domain",
    "credential_id",
    "cookie_id",
    "machine_id",
    "secret.fingerprint",
    "username_fingerprint",
];

/// Whether people look for one value of the column called `name`.
pub(in crate::sink) fn is_looked_up(name: &str) -> bool {
    LOOKED_UP.contains(&key(name))
}

/// Whether the values of the column called `name` are random digits.
pub(in crate::sink) fn is_random(name: &str) -> bool {
    RANDOM.contains(&key(name))
}

/// The type of the column called `name`.
pub(in crate::sink) fn of(name: &str) -> Type {
    let key = key(name);
    if key.starts_with("entries.") || key.starts_with("counts.") {
        return Type::Number;
    }
    [(BOOLS, Type::Bool), (NUMBERS, Type::Number), (TIMES, Type::Time), (LISTS, Type::List)]
        .iter()
        .find(|(keys, _)| keys.contains(&key))
        .map_or(Type::Text, |(_, found)| *found)
}

/// The name of a column without the record that it is a part of.
fn key(name: &str) -> &str {
    let outer = ["record.", "machine.", "source."];
    outer.iter().find_map(|outer| name.strip_prefix(outer)).unwrap_or(name)
}

impl Type {
    /// The same in Arrow's words.
    pub(in crate::sink) fn arrow(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Bool => DataType::Boolean,
            Self::Number => DataType::Int64,
            Self::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::List => DataType::List(Arc::new(list_item())),
        }
    }
}

/// The values of a list, under the name that Parquet itself gives them.
pub(in crate::sink) fn list_item() -> Field {
    Field::new("element", DataType::Utf8, true)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::sink::{Table, columns};

    /// What the JSON Schema says about the key at `path` of the record type `name`.
    fn property<'s>(schema: &'s Value, name: &str, path: &str) -> Option<&'s Value> {
        let (key, rest) = path.split_once('.').map_or((path, None), |(k, rest)| (k, Some(rest)));
        let mut found = &schema["$defs"][name]["properties"][key];
        let mut definition = name.to_owned();
        while let Some(reference) = found.get("$ref").and_then(Value::as_str) {
            definition = reference.rsplit('/').next().unwrap().to_owned();
            found = &schema["$defs"][&definition];
        }
        match rest {
            Some(rest) => property(schema, &definition, rest),
            None => (!found.is_null()).then_some(found),
        }
    }

    fn is_time(pattern: &Value) -> bool {
        pattern.as_str().unwrap().contains('T')
    }

    fn type_in_schema(property: &Value) -> Type {
        match property["type"].as_str() {
            Some("boolean") => Type::Bool,
            Some("integer") => Type::Number,
            Some("array") => Type::List,
            _ if property.get("pattern").is_some_and(is_time) => Type::Time,
            _ => Type::Text,
        }
    }

    #[test]
    fn the_types_are_those_of_the_schema() {
        let text = include_str!("../../../docs/schema/record.schema.json");
        let schema: Value = serde_json::from_str(text).unwrap();
        let tables = [
            (Table::Sources, "source"),
            (Table::Machines, "machine"),
            (Table::Credentials, "credential"),
            (Table::Cookies, "cookie"),
            (Table::Autofill, "autofill"),
            (Table::Exposures, "exposure"),
            (Table::Issues, "issue"),
        ];
        let mut compared = 0;
        for (table, name) in tables {
            for column in columns::of(table) {
                // What an exposure holds are the columns of the other tables under a prefix.
                let Some(property) = property(&schema, name, &column) else { continue };
                assert_eq!(of(&column), type_in_schema(property), "{name}: {column}");
                if table != Table::Exposures {
                    assert_eq!(of(&format!("record.{column}")), of(&column));
                }
                compared += 1;
            }
        }
        assert!(compared > 120, "only {compared} columns were found in the schema");
    }
}
