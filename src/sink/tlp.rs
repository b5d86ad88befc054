//! How far something may be shared, in the words that everybody who shares such things knows.

/// To whom a report or export may be shown: the Traffic Light Protocol, version 2.0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Tlp {
    /// To everybody.
    Clear,
    /// Within the community.
    Green,
    /// Within the organisation and to its clients, who need to know.
    #[default]
    Amber,
    /// Within the organisation.
    AmberStrict,
    /// To those who were given it.
    Red,
}

impl Tlp {
    /// All of them, the most open first.
    pub const ALL: [Self; 5] =
        [Self::Clear, Self::Green, Self::Amber, Self::AmberStrict, Self::Red];

    /// The mark as the protocol writes it.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Clear => "TLP:CLEAR",
            Self::Green => "TLP:GREEN",
            Self::Amber => "TLP:AMBER",
            Self::AmberStrict => "TLP:AMBER+STRICT",
            Self::Red => "TLP:RED",
        }
    }

    /// The same as a tag: `tlp:amber`.
    pub(super) fn tag(self) -> String {
        self.mark().to_ascii_lowercase()
    }

    /// What the mark asks of a reader.
    pub(super) fn meaning(self) -> &'static str {
        match self {
            Self::Clear => "May be shared with everybody.",
            Self::Green => "May be shared within your community, not in public.",
            Self::Amber => {
                "May be shared within your organisation and with its clients, with those who need \
                 to know."
            }
            Self::AmberStrict => {
                "May be shared within your organisation only, with those who need to know."
            }
            Self::Red => "For those who were given it, and nobody else.",
        }
    }
}
