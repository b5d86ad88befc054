//! Text of a record on its way into the report: cut to a length, nothing hidden in it.
//!
//! The templates escape what is special in HTML. What they cannot help against is done here: values
//! as long as a book, and characters that turn text round or hide it. A field of a template that
//! comes from a record is a [`Text`], so nothing gets there by another way.

use std::fmt;

use crate::text::visible;

/// How many characters of a value are shown.
const MOST_CHARS: usize = 240;

/// Text that can be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Text(Box<str>);

impl Text {
    /// Makes `text` fit to be shown.
    pub(super) fn new(text: &str) -> Self {
        let shown = match text.char_indices().nth(MOST_CHARS).and_then(|(end, _)| text.get(..end)) {
            Some(beginning) => format!("{}…", visible(beginning)).into(),
            None => visible(text).into(),
        };
        Self(shown)
    }

    /// Several values, with a comma between them.
    pub(super) fn list<S: AsRef<str>>(values: &[S]) -> Self {
        // What no reader will ever see need not be joined.
        let first: Vec<&str> = values.iter().take(MOST_CHARS).map(AsRef::as_ref).collect();
        Self::new(&first.join(", "))
    }

    /// Whether there is nothing to show.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&Option<String>> for Text {
    fn from(text: &Option<String>) -> Self {
        text.as_deref().map(Self::new).unwrap_or_default()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_and_nothing_is_hidden() {
        for (text, shown) in [
            ("", ""),
            ("Пароль", "Пароль"),
            ("a\u{0}b\u{202e}c", r"a\u{0}b\u{202e}c"),
            ("<b>&\"'", "<b>&\"'"),
        ] {
            assert_eq!(Text::new(text).to_string(), shown);
        }
        let long = Text::new(&"é".repeat(MOST_CHARS + 1)).to_string();
        assert_eq!(long, format!("{}…", "é".repeat(MOST_CHARS)));
        let fits = "é".repeat(MOST_CHARS);
        assert_eq!(Text::new(&fits).to_string(), fits);
    }

    #[test]
    fn lists_have_commas() {
        assert_eq!(Text::list(&["a", "b"]).to_string(), "a, b");
        assert!(Text::list::<&str>(&[]).is_empty());
    }
}
