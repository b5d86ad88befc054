//! What the name of an entry promises of its content, which then decides.

/// What the name of an entry promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hint {
    /// Logins, of all browsers or of one.
    Passwords,
    /// Passwords without anything else (`Brute.txt`).
    PasswordList,
    /// Facts on the computer.
    System,
    /// A cookie jar.
    Cookies,
    /// Domains of cookies, without the cookies.
    DomainList,
    /// A form history.
    Autofill,
    /// Visited pages and downloads.
    History,
    /// Payment cards.
    Cards,
    /// Tokens of accounts and messengers.
    Tokens,
    /// A file of the machine's user.
    Grabbed,
    /// Nothing.
    Other,
}

impl Hint {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Passwords,
        Self::PasswordList,
        Self::System,
        Self::Cookies,
        Self::DomainList,
        Self::Autofill,
        Self::History,
        Self::Cards,
        Self::Tokens,
        Self::Grabbed,
        Self::Other,
    ];
}
