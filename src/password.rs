//! Candidates for the password of an archive, and where each came from.
//!
//! Passwords of clouds stand in captions, names and texts round an archive, so most runs try words
//! that nobody gave. What is recorded is where the right one came from, never the word.

pub mod handles;
mod labels;
#[cfg(test)]
mod tests;
pub mod words;

use std::fmt;
use std::sync::Arc;

use crate::issue::{Code, Issue, Stage};
use crate::record::PasswordOrigin;
use crate::secret::Secret;

/// A word that may open an archive; it does not print. Copies share the word: lists may be long.
#[derive(Clone, PartialEq, Eq)]
pub struct Candidate {
    word: Arc<Secret<'static>>,
    /// Where it came from.
    pub origin: PasswordOrigin,
}

impl Candidate {
    /// A word and where it came from.
    ///
    /// ```
    /// use logsieve::password::Candidate;
    /// use logsieve::record::PasswordOrigin;
    /// let candidate = Candidate::new(b"@ExampleCloud", PasswordOrigin::Caption);
    /// assert_eq!(candidate.word(), b"@ExampleCloud");
    /// assert!(!format!("{candidate:?}").contains("Example"));
    /// ```
    pub fn new(word: impl Into<Vec<u8>>, origin: PasswordOrigin) -> Self {
        Self { word: Arc::new(Secret::new(word.into())), origin }
    }

    /// The same word, from elsewhere.
    pub fn with_origin(&self, origin: PasswordOrigin) -> Self {
        Self { word: Arc::clone(&self.word), origin }
    }

    /// The bytes of the word.
    pub fn word(&self) -> &[u8] {
        self.word.expose()
    }
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Candidate({:?})", self.origin)
    }
}

/// Why something encrypted stays closed when none of the candidates opened it.
pub fn locked(candidates: &[Candidate]) -> Issue {
    if candidates.is_empty() {
        let text = "encrypted, and no password is known";
        return Issue::loss(Stage::Decrypt, Code::PasswordRequired, text);
    }
    let text = match candidates.len() {
        1 => "encrypted, and the only password known does not fit".to_owned(),
        count => format!("encrypted, and none of {count} passwords fits"),
    };
    let text = format!("{text} ({})", origins(candidates));
    Issue::loss(Stage::Decrypt, Code::PasswordWrong, text)
}

/// How many candidates came from where: `2 caption, 1 file_name`.
fn origins(candidates: &[Candidate]) -> String {
    let counts = PasswordOrigin::ALL.iter().filter_map(|&origin| {
        let count = candidates.iter().filter(|candidate| candidate.origin == origin).count();
        (count > 0).then(|| format!("{count} {}", origin.as_str()))
    });
    counts.collect::<Vec<_>>().join(", ")
}
