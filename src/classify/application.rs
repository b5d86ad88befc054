//! What a login opens, and whether only employees have one there: told by scheme, path and host.

use super::tables::{Audience, LABELS, PATHS, PRODUCTS, SCHEMES, Signs};
use crate::exposure::AppClass;

/// An application, as far as its address gives it away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Application {
    /// What it is.
    pub(super) class: AppClass,
    /// The sign by which only employees have logins there.
    pub(super) staff_sign: Option<&'static str>,
}

/// What a sign in an address tells.
#[derive(Clone, Copy)]
struct Hint {
    class: AppClass,
    audience: Audience,
    sign: &'static str,
}

impl Application {
    /// Recognises the application at an address; remote access wins over everything else.
    pub(super) fn of(scheme: Option<&str>, host: Option<&str>, path: &str) -> Self {
        let hints = [
            scheme.and_then(|scheme| hint(SCHEMES, |sign| sign == scheme)),
            hint(PATHS, |sign| is_path_below(path, sign)),
            host.and_then(|host| hint(PRODUCTS, |sign| super::is_below(host, sign))),
            host.and_then(first_label).and_then(|label| hint(LABELS, |sign| is_label(label, sign))),
        ];
        let hints = hints.iter().flatten();
        let class = hints
            .clone()
            .map(|hint| hint.class)
            .find(|class| is_remote(*class))
            .or_else(|| hints.clone().map(|hint| hint.class).next())
            .unwrap_or(AppClass::Other);
        let staff_sign = hints.clone().find(|hint| hint.audience == Audience::Staff);
        Self { class, staff_sign: staff_sign.map(|hint| hint.sign) }
    }
}

/// Whether a login there is as good as a place in the office.
pub(super) fn is_remote(class: AppClass) -> bool {
    matches!(class, AppClass::Vpn | AppClass::RemoteAccess)
}

fn hint(table: &'static [Signs], fits: impl Fn(&str) -> bool) -> Option<Hint> {
    table.iter().find_map(|row| {
        let sign = row.signs.iter().find(|sign| fits(sign))?;
        Some(Hint { class: row.class, audience: row.audience, sign })
    })
}

/// The first label of a host that has at least two more behind it.
fn first_label(host: &str) -> Option<&str> {
    let (label, rest) = host.strip_prefix("www.").unwrap_or(host).split_once('.')?;
    rest.contains('.').then_some(label)
}

/// `vpn` and `vpn2` are the label `vpn`; `vpnews` is not.
fn is_label(label: &str, sign: &str) -> bool {
    let digits = label.strip_prefix(sign);
    digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether `path` is `folder`, or something in it, without regard to case.
fn is_path_below(path: &str, folder: &str) -> bool {
    let (Some(head), Some(tail)) = (path.get(..folder.len()), path.get(folder.len()..)) else {
        return false;
    };
    head.eq_ignore_ascii_case(folder) && (tail.is_empty() || tail.starts_with(['/', '?', '#', ';']))
}
