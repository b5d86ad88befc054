//! What a login opens, and whose logins are there: told by scheme, port, path, cookie and host.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Address;
use super::signs::{Audience, COOKIES, LABELS, PATHS, PORTS, PRODUCTS, SCHEMES, Signs};
use crate::exposure::AppClass;

/// An application, as far as its address gives it away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Application {
    /// What it is.
    pub(super) class: AppClass,
    /// The sign by which only employees have logins there.
    pub(super) staff_sign: Option<&'static str>,
    /// The service, where accounts belong to people's work.
    pub(super) work_service: Option<&'static str>,
}

impl Application {
    /// Recognises the application at an address; remote access wins over everything else.
    ///
    /// A product makes a staff host of what the watchlist's `entry` names below it, a tenant: who
    /// watches all of `okta.com` is the maker, and has customers there.
    pub(super) fn of(address: &Address<'_>, cookie: Option<&str>, entry: &str) -> Self {
        let product = address.host.and_then(product);
        let scheme = address.scheme.and_then(|scheme| SIGNS.schemes.get(scheme));
        let port = address.port.and_then(|port| SIGNS.ports.get(&port.to_string()));
        let cookie = cookie.and_then(|name| SIGNS.cookies.get(&name.to_ascii_lowercase()));
        let (path, label) = (path(address.path), label(address));
        let hints = |product| [scheme, port, path, cookie, product, label].into_iter().flatten();

        let tenant = product.filter(|hint| is_tenant(entry, hint.sign));
        let staff = hints(tenant).find(|hint| hint.audience == Audience::Staff);
        let work = product.filter(|hint| hint.audience != Audience::Anyone);
        let mut classes = hints(product).map(|hint| hint.class);
        let remote = classes.clone().find(|class| is_remote(*class));
        Self {
            class: remote.or_else(|| classes.next()).unwrap_or(AppClass::Other),
            staff_sign: staff.map(|hint| hint.sign),
            work_service: work.map(|hint| hint.sign),
        }
    }
}

/// Whether a login there is as good as a place in the office.
pub(super) fn is_remote(class: AppClass) -> bool {
    matches!(class, AppClass::Vpn | AppClass::RemoteAccess)
}

/// What a sign in an address tells.
#[derive(Debug, Clone, Copy)]
struct Hint {
    class: AppClass,
    audience: Audience,
    sign: &'static str,
}

/// A table of signs, to look them up.
struct Index(HashMap<&'static str, Hint>);

impl Index {
    fn of(table: &'static [Signs]) -> Self {
        let hints = table.iter().flat_map(|row| {
            let hint = |sign| Hint { class: row.class, audience: row.audience, sign };
            row.signs.iter().map(move |&sign| (sign, hint(sign)))
        });
        Self(hints.collect())
    }

    fn get(&self, sign: &str) -> Option<Hint> {
        self.0.get(sign).copied()
    }
}

struct Indexes {
    schemes: Index,
    ports: Index,
    paths: Index,
    cookies: Index,
    products: Index,
    labels: Index,
}

static SIGNS: LazyLock<Indexes> = LazyLock::new(|| Indexes {
    schemes: Index::of(SCHEMES),
    ports: Index::of(PORTS),
    paths: Index::of(PATHS),
    cookies: Index::of(COOKIES),
    products: Index::of(PRODUCTS),
    labels: Index::of(LABELS),
});

/// How many labels the host of a product has at most; hosts may have any number.
pub(super) const PRODUCT_LABELS: usize = 4;

/// How many labels of a host are looked at from the left.
const MOST_LABELS: usize = 8;

/// How much of a path is looked at, in bytes.
pub(super) const PATH_HEAD: usize = 64;

/// The product with the longest name that `host` is, or is below.
fn product(host: &str) -> Option<Hint> {
    let starts = host.rmatch_indices('.').map(|(dot, _)| dot + 1).take(PRODUCT_LABELS);
    starts.chain([0]).filter_map(|start| SIGNS.products.get(host.get(start..)?)).last()
}

/// Whether `entry` of a watchlist names something below the host of a product.
fn is_tenant(entry: &str, product: &str) -> bool {
    entry.len() > product.len() && super::is_below(entry, product)
}

/// What the longest of the folders that `path` begins with tells.
fn path(path: &str) -> Option<Hint> {
    let head = path.get(..path.floor_char_boundary(PATH_HEAD))?.to_ascii_lowercase();
    let ends = head.match_indices(['/', '?', '#', ';']).map(|(end, _)| end);
    let folders = ends.chain([head.len()]).filter_map(|end| head.get(..end));
    folders.rev().find_map(|folder| SIGNS.paths.get(folder))
}

/// What the labels tell that stand before the part of the host that one registers.
///
/// Behind the first, only remote access is looked for: there is a gateway at `eu.vpn.example.com`,
/// but no mailbox at `news.mail.example.com`.
fn label(address: &Address<'_>) -> Option<Hint> {
    let below = address.host?.strip_suffix(address.registrable_domain?)?.strip_suffix('.')?;
    let mut labels = below.split('.').skip_while(|label| *label == "www").take(MOST_LABELS);
    let first = labels.next().and_then(numbered);
    first.or_else(|| labels.filter_map(numbered).find(|hint| is_remote(hint.class)))
}

/// `vpn`, `vpn2` and `vpn-02` are the label `vpn`; `vpnews` is not.
fn numbered(label: &str) -> Option<Hint> {
    let plain = label.trim_end_matches(|c: char| c.is_ascii_digit());
    let plain = if plain == label { plain } else { plain.strip_suffix('-').unwrap_or(plain) };
    SIGNS.labels.get(label).or_else(|| SIGNS.labels.get(plain))
}
