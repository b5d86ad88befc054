//! The tables as `docs/SEVERITY.md` shows them: what stands there is what the program does.

use std::fmt::Write;

use serde::Serialize;

use super::sessions::{COOKIE_PREFIXES, CookieName, Evidence, NEVER_SESSION, SESSION_COOKIES};
use super::signs::{Audience, COOKIES, LABELS, PATHS, PORTS, PRODUCTS, SCHEMES, Signs};
use super::tables::{OLD_AFTER_DAYS, RULES, WEAKNESSES};

const DOCUMENT: &str = include_str!("../../docs/SEVERITY.md");

/// The word that records show for `value`.
fn word(value: impl Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

fn rules() -> String {
    let mut text = String::from("| Severity | What | Actions |\n|---|---|---|\n");
    for rule in RULES {
        let actions: Vec<_> = rule.actions.iter().map(word).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            word(rule.severity),
            rule.reason,
            actions.join(", ")
        );
    }
    text
}

fn weaknesses() -> String {
    WEAKNESSES.iter().map(|weakness| format!("- {}\n", weakness.note)).collect()
}

fn signs(table: &[Signs]) -> String {
    let mut text = String::from("| Opens | Logins of | Signs |\n|---|---|---|\n");
    for row in table {
        let audience = match row.audience {
            Audience::Staff => "staff",
            Audience::Work => "work",
            Audience::Anyone => "anyone",
        };
        let _ = writeln!(text, "| {} | {audience} | {} |", word(row.class), row.signs.join(" "));
    }
    text
}

fn sessions() -> String {
    let mut text = String::from("| Cookies of | Known by | Names |\n|---|---|---|\n");
    for row in SESSION_COOKIES {
        let evidence = match row.evidence {
            Evidence::Documented => "documents",
            Evidence::Seen => "use",
        };
        let _ = writeln!(text, "| {} | {evidence} | {} |", row.of, names(row.names));
    }
    text
}

fn names(table: &[CookieName]) -> String {
    let patterns: Vec<_> = table
        .iter()
        .map(|name| match name {
            CookieName::Is(text) => format!("`{text}`"),
            CookieName::Begins(text) => format!("`{text}*`"),
            CookieName::Ends(text) => format!("`*{text}`"),
            CookieName::Has(text) => format!("`*{text}*`"),
            CookieName::IsAt(text, domain) => format!("`{text}` (`{domain}` only)"),
        })
        .collect();
    patterns.join(", ")
}

#[test]
fn the_document_shows_the_tables() {
    let prefixes: Vec<_> = COOKIE_PREFIXES.iter().map(|prefix| format!("`{prefix}`")).collect();
    let blocks = [
        rules(),
        signs(LABELS),
        signs(PATHS),
        signs(SCHEMES),
        signs(PORTS),
        signs(COOKIES),
        signs(PRODUCTS),
        weaknesses(),
        sessions(),
        names(NEVER_SESSION),
        prefixes.join(", "),
        format!("more than {OLD_AFTER_DAYS} days"),
    ];
    for block in blocks {
        assert!(DOCUMENT.contains(&block), "docs/SEVERITY.md should have:\n\n{block}");
    }
}
