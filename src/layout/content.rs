//! Logs whose names say nothing: re-packers rename folders and files.
//!
//! Loose entries that lie together, and are few and small enough for one log, are kept as a group
//! until they are read. Then their content tells: a folder with one system file, or with one file
//! of logins beside cookies or forms, is the log of one machine. Two system files, or two files of
//! logins without any, may be of two machines; they stay loose, because machines are never merged.

use super::outline::{Draft, Outline, Plan, Planned, Root};
use super::role::{Extension, FolderKind, Place, Role, Roles, file_role, split_extension};
use super::tree::{self, Folder, FolderId, TOP, Tree};
use super::{Item, above};
use crate::secret::Id;

/// Most entries of a group.
const MAX_ENTRIES: u16 = 1000;
/// Most bytes of a group, as declared.
const MAX_BYTES: u32 = 16 << 20;

/// What the loose entries below a folder come to; where that is more than fits, many.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Load {
    texts: u16,
    entries: u16,
    logs: u16,
    bytes: u32,
}

impl Load {
    fn add(&mut self, other: Self) {
        self.texts = self.texts.saturating_add(other.texts);
        self.entries = self.entries.saturating_add(other.entries);
        self.logs = self.logs.saturating_add(other.logs);
        self.bytes = self.bytes.saturating_add(other.bytes);
    }

    /// Whether one log, or a few, may be all that it is.
    fn may_be_logs(&self) -> bool {
        self.texts > 1 && self.logs == 0 && self.is_small()
    }

    fn is_small(&self) -> bool {
        self.entries <= MAX_ENTRIES && self.bytes <= MAX_BYTES
    }
}

/// The roots of logs, without those of which only a part may have told its name: a folder that names
/// no machine, in one with texts of unknown names that may be all else of the same log. Their content
/// tells; where it does not, the name holds.
pub(super) fn without_doubtful<'a>(
    folders: &[Folder<'_>],
    roots: Vec<Option<FolderId>>,
    placed: impl Iterator<Item = (Item<'a>, FolderId)>,
) -> Vec<Option<FolderId>> {
    let mut around = vec![Load::default(); folders.len()];
    let mut has_strangers = vec![false; folders.len()];
    let mut roles = Roles::default();
    for (item, folder) in placed {
        let role = roles.of(item.file, Place::Loose);
        let Some(more) = load(&item, role) else { continue };
        let folder = folder.at();
        if let (Some(known), Some(has)) = (around.get_mut(folder), has_strangers.get_mut(folder)) {
            known.add(more);
            *has |= role == Role::Other && more.texts > 0;
        }
    }
    for (id, folder) in folders.iter().enumerate().skip(1).rev() {
        let own = around.get(id).copied().unwrap_or_default();
        if let Some(parent) = around.get_mut(folder.parent.at()) {
            parent.add(own);
            let is_root = roots.get(id) == Some(&Some(FolderId::of(id)));
            parent.logs = parent.logs.saturating_add(u16::from(is_root));
        }
    }
    let is_doubtful = |root: FolderId| {
        let known = folders.get(root.at()).filter(|folder| !folder.promise.has_identity());
        known.map(|folder| folder.parent).is_some_and(|parent| {
            let one = around.get(parent.at()).is_some_and(|load| load.logs == 1 && load.is_small());
            let is_loose = roots.get(parent.at()).is_some_and(Option::is_none);
            root != TOP && is_loose && one && has_strangers.get(parent.at()) == Some(&true)
        })
    };
    roots.iter().map(|root| root.filter(|&root| !is_doubtful(root))).collect()
}

/// Whether an entry can be part of a renamed log.
pub(super) fn may_be_part(item: &Item<'_>, role: Role) -> bool {
    load(item, role).is_some()
}

/// What one entry adds to a group; none if it cannot be part of a renamed log.
fn load(item: &Item<'_>, role: Role) -> Option<Load> {
    const ARCHIVES: &[&[u8]] =
        &[b"zip", b"rar", b"7z", b"tar", b"gz", b"tgz", b"bz2", b"xz", b"zst"];
    let file = item.file;
    let suffix = file.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    let (_, extension) = split_extension(file);
    let is_archive = ARCHIVES.iter().any(|known| known.eq_ignore_ascii_case(suffix))
        || suffix.iter().all(u8::is_ascii_digit);
    if role == Role::Promo || extension == Extension::Link || (is_archive && suffix != file) {
        return None;
    }
    let is_text = matches!(extension, Extension::Text | Extension::None | Extension::Other);
    let bytes = u32::try_from(item.size.unwrap_or(0)).unwrap_or(u32::MAX);
    Some(Load { texts: u16::from(is_text), entries: 1, logs: 0, bytes })
}

/// For each folder, the load of all that is below it.
pub(super) fn loads<'a>(
    folders: &[Folder<'_>],
    roots: &[Option<FolderId>],
    loose: impl Iterator<Item = (Item<'a>, FolderId, Role)>,
) -> Vec<Load> {
    let is_log = |root: &Option<FolderId>| u16::from(root.is_some());
    let mut loads: Vec<Load> =
        roots.iter().map(|root| Load { logs: is_log(root), ..Load::default() }).collect();
    for (item, folder, role) in loose {
        if let (Some(known), Some(more)) = (loads.get_mut(folder.at()), load(&item, role)) {
            known.add(more);
        }
    }
    for (id, folder) in folders.iter().enumerate().skip(1).rev() {
        let own = loads.get(id).copied().unwrap_or_default();
        if let Some(parent) = loads.get_mut(folder.parent.at()) {
            parent.add(own);
        }
    }
    loads
}

/// For each folder, the folder whose group its loose entries belong to: the outermost that fits.
pub(super) fn heads(folders: &[Folder<'_>], loads: &[Load]) -> Vec<Option<FolderId>> {
    let mut heads: Vec<Option<FolderId>> = Vec::with_capacity(folders.len());
    for (id, (folder, load)) in folders.iter().zip(loads).enumerate() {
        let above = heads.get(folder.parent.at()).copied().flatten();
        let may_head = load.may_be_logs() && folder.kind != FolderKind::Junk;
        heads.push(above.or_else(|| may_head.then(|| FolderId::of(id))));
    }
    heads
}

/// What the text of an entry turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Logins as browsers save them, in the layout of a stealer.
    Logins,
    /// Logins in a table or one a line, which may be of many machines.
    List,
    /// Facts about a computer; two with the same id are about the same one.
    System(Option<Id>),
    /// The same, with logins or cookies in the same file.
    WholeLog(Option<Id>),
    /// Cookies.
    Cookies,
    /// Form entries, cards, tokens.
    Other,
    /// Nothing that belongs to one machine.
    Nothing,
}

/// What was found in a folder and the parts of a log below it.
#[derive(Debug, Default, Clone, Copy)]
struct Contents {
    /// Files about a computer, those about the same one counted once.
    systems: u32,
    computer: Option<Id>,
    /// Files of logins, those in folders of browsers excepted.
    logins: u32,
    /// Files of logins and cookies in folders of browsers.
    of_browsers: u32,
    others: u32,
    lists: u32,
    /// Files of logins, cookies and the like in further folders below.
    below: u32,
}

impl Contents {
    fn add(&mut self, found: Found, kind: FolderKind) {
        let is_of_browser = matches!(kind, FolderKind::Browser | FolderKind::Profile);
        match found {
            Found::Logins | Found::Cookies if is_of_browser => self.of_browsers += 1,
            Found::Logins => self.logins += 1,
            Found::System(computer) | Found::WholeLog(computer) => {
                self.others += u32::from(matches!(found, Found::WholeLog(_)));
                let is_known = self.systems > 0 && computer.is_some() && computer == self.computer;
                self.systems += u32::from(!is_known);
                self.computer = computer;
            }
            Found::Cookies | Found::Other => self.others += 1,
            Found::List => self.lists += 1,
            Found::Nothing => {}
        }
    }

    /// Adds what lies in a folder below; where that has a machine of its own, nothing of it counts.
    fn add_below(&mut self, inner: &Self) {
        if inner.systems == 0 {
            self.below +=
                inner.logins + inner.of_browsers + inner.others + inner.lists + inner.below;
        }
    }

    /// Whether the folder is surely the log of one machine.
    fn is_log(&self, id: FolderId) -> bool {
        let company = self.of_browsers + self.others;
        match (self.systems, self.logins) {
            (1, logins) => logins + company + self.lists + self.below > 0,
            // Without a folder of its own, anything may lie beside anything.
            (0, 0) => id != TOP && self.of_browsers > 0,
            (0, 1) => id != TOP && company > 0,
            _ => false,
        }
    }
}

/// Infers the logs of a group from what was found in its entries, which are numbered from 0 on.
///
/// ```
/// use logsieve::layout::{Found, Item, UnitKind, plan_by_content};
///
/// let entry = |index, name: &'static str| Item::new(index, name.as_bytes(), None);
/// let plan = plan_by_content(&[
///     (entry(0, "x/facts.txt"), Found::System(None)),
///     (entry(1, "x/stuff.txt"), Found::Logins),
///     (entry(2, "x/jar/1.txt"), Found::Cookies),
///     (entry(3, "join.txt"), Found::Nothing),
/// ]);
/// assert_eq!(plan.kinds().collect::<Vec<_>>(), [UnitKind::Log, UnitKind::Loose]);
/// assert_eq!(plan.entries(0).len(), 3);
/// ```
pub fn plan_by_content(entries: &[(Item<'_>, Found)]) -> Plan {
    let mut tree = Tree::new();
    let lies_in: Vec<FolderId> = entries.iter().map(|(item, _)| tree.add(item)).collect();
    let folders = &tree.folders;
    let by_name = super::roots(folders);
    let by_content = roots(folders, entries, &lies_in).into_iter();
    let roots: Vec<_> = by_content.zip(by_name).map(|(content, name)| content.or(name)).collect();
    let places = super::places(folders, &roots);
    let mut logs = Vec::new();
    let mut log_of_root: Vec<Option<u32>> = vec![None; folders.len()];
    let mut drafts = Vec::with_capacity(entries.len());
    for ((item, found), folder) in entries.iter().zip(lies_in) {
        let place = places.get(folder.at()).copied().unwrap_or(Place::Loose);
        let role = role(file_role(item.file, place), *found);
        let root = roots.get(folder.at()).copied().flatten();
        let known =
            root.and_then(|root| folders.get(root.at()).zip(log_of_root.get_mut(root.at())));
        let Some((root, log)) = known else {
            drafts.push(Draft::of_none(item.index, role));
            continue;
        };
        let path = tree::below(item.folder, root.depth);
        let log = *log.get_or_insert_with(|| {
            let length = u32::try_from(above(item.folder, path).len()).unwrap_or(u32::MAX);
            logs.push(Root { entry: item.index, length });
            u32::try_from(logs.len() - 1).unwrap_or(u32::MAX)
        });
        let inside = u32::try_from(item.folder.len() - path.len()).unwrap_or(u32::MAX);
        drafts.push(Draft::of_log(log, Planned { index: item.index, inside, role }));
    }
    let mut outline = Outline::new(logs, 0);
    drafts.iter_mut().for_each(|draft| outline.number(draft, None));
    outline.into_plan(drafts)
}

/// What has to be known of the entries of a group for [`plan_by_content`] to find the same logs as
/// if it knew all of them. Looking into a text takes time, and beside the only system file of a
/// folder one text of a log is as good as many.
///
/// `known` has what was found in the entries that were looked at, all system files among them.
/// `look` is asked for others, in the given `order`, for as long as a log depends on them; what
/// nobody asked for is [`Found::Nothing`].
///
/// ```
/// use logsieve::layout::{Found, Item, look_as_needed};
///
/// let item = |index, name: &'static str| Item::new(index, name.as_bytes(), None);
/// let items = [item(0, "x/facts.txt"), item(1, "x/stuff.txt"), item(2, "x/jar/1.txt")];
/// let known = [Some(Found::System(None)), None, None];
/// let found = look_as_needed(&items, &known, [2, 1], |_| Found::Cookies);
/// assert_eq!(found, [Found::System(None), Found::Nothing, Found::Cookies]);
/// ```
pub fn look_as_needed(
    items: &[Item<'_>],
    known: &[Option<Found>],
    order: impl IntoIterator<Item = usize>,
    mut look: impl FnMut(usize) -> Found,
) -> Vec<Found> {
    let mut tree = Tree::new();
    let lies_in: Vec<FolderId> = items.iter().map(|item| tree.add(item)).collect();
    let computers = computers(&tree.folders, known, &lies_in);
    let computer_of = |index: usize| {
        let folder = tree.folders.get(lies_in.get(index)?.at())?;
        computers.get(folder.home.at()).copied().flatten()
    };
    let mut is_log = vec![false; tree.folders.len()];
    let mut note = |computer: Option<FolderId>, found: Found| {
        let is_company = !matches!(found, Found::Nothing | Found::System(_));
        let known = computer.and_then(|computer| is_log.get_mut(computer.at()));
        known.map(|is_log| {
            *is_log |= is_company;
            *is_log
        })
    };
    let mut found: Vec<Found> = known.iter().map(|one| one.unwrap_or(Found::Nothing)).collect();
    for (index, &found) in found.iter().enumerate() {
        note(computer_of(index), found);
    }
    for index in order {
        let computer = computer_of(index);
        if let (Some(None), Some(place)) = (known.get(index), found.get_mut(index))
            && note(computer, Found::Nothing) != Some(true)
        {
            *place = look(index);
            note(computer, *place);
        }
    }
    found
}

/// For each folder, the innermost one around it, or itself, with a system file; none if that has
/// several.
fn computers(
    folders: &[Folder<'_>],
    known: &[Option<Found>],
    lies_in: &[FolderId],
) -> Vec<Option<FolderId>> {
    let mut contents = vec![Contents::default(); folders.len()];
    for (found, &folder) in known.iter().zip(lies_in) {
        let Some((folder, found)) = folders.get(folder.at()).zip(*found) else { continue };
        if let Some(known) = contents.get_mut(folder.home.at()) {
            known.add(found, folder.kind);
        }
    }
    let mut computers: Vec<Option<FolderId>> = Vec::with_capacity(folders.len());
    for (id, (folder, found)) in folders.iter().zip(contents).enumerate() {
        computers.push(match found.systems {
            0 => computers.get(folder.parent.at()).copied().flatten(),
            1 => Some(FolderId::of(id)),
            _ => None,
        });
    }
    computers
}

/// For each folder, the folder of the log that it belongs to, by what was found.
fn roots(
    folders: &[Folder<'_>],
    entries: &[(Item<'_>, Found)],
    lies_in: &[FolderId],
) -> Vec<Option<FolderId>> {
    let mut contents = vec![Contents::default(); folders.len()];
    for ((_, found), &folder) in entries.iter().zip(lies_in) {
        let Some(folder) = folders.get(folder.at()) else { continue };
        if let Some(known) = contents.get_mut(folder.home.at()) {
            known.add(*found, folder.kind);
        }
    }
    for (id, folder) in folders.iter().enumerate().skip(1).rev() {
        let own = contents.get(id).copied().unwrap_or_default();
        if let Some(parent) = contents.get_mut(folder.parent.at()) {
            parent.add_below(&own);
        }
    }
    let is_of_computer = |root: Option<FolderId>| {
        root.and_then(|root| contents.get(root.at())).is_some_and(|found| found.systems > 0)
    };
    let mut reigns: Vec<(Option<FolderId>, bool)> = Vec::with_capacity(contents.len());
    for (id, (folder, found)) in folders.iter().zip(&contents).enumerate() {
        let id = FolderId::of(id);
        let (above, was_grabbed) = reigns.get(folder.parent.at()).copied().unwrap_or_default();
        // What the malware took from a user of the machine makes no log.
        let is_grabbed = above.is_some() && (was_grabbed || folder.kind == FolderKind::Grabbed);
        // The system file of a log is for all that is below it.
        let is_part = found.systems == 0 && is_of_computer(above);
        let is_root = !is_grabbed && !is_part && found.is_log(id);
        reigns.push((if is_root { Some(id) } else { above }, is_grabbed));
    }
    reigns.into_iter().map(|(root, _)| root).collect()
}

/// The role of an entry that is called as one of role `named`.
fn role(named: Role, found: Found) -> Role {
    match found {
        _ if named == Role::Grabbed => named,
        Found::Logins => Role::Passwords,
        Found::System(_) | Found::WholeLog(_) => Role::System,
        Found::Cookies => Role::Cookies,
        Found::List | Found::Other | Found::Nothing => named,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{Shown, ShownLog, plan, show};
    use super::*;

    /// The groups of entries that content has to sort, each with its entries' numbers.
    fn groups(names: &[(&str, u64)]) -> Vec<Vec<u32>> {
        let item = |(index, (name, size)): (u32, &(&'static str, u64))| {
            Item::new(index, name.as_bytes(), Some(*size))
        };
        let names: Vec<(&'static str, u64)> =
            names.iter().map(|(name, size)| (&*name.to_string().leak(), *size)).collect();
        let items: Vec<Item<'_>> = (0..).zip(&names).map(item).collect();
        let plan = plan(&items);
        plan.groups.iter().map(|group| group.iter().map(|entry| entry.index).collect()).collect()
    }

    #[test]
    fn loose_texts_that_may_be_logs_are_kept_together() {
        const MB: u64 = 1 << 20;
        // the outermost folder that is small enough, without archives and advertising
        let small =
            [("c/1/a.txt", 9), ("c/1/b/c.txt", 9), ("c/2/a", 9), ("c/x.zip", 9), ("join.url", 9)];
        assert_eq!(groups(&small), [[0, 1, 2]]);
        let large =
            [("c/1/a.txt", 9), ("c/1/b.txt", 9), ("c/2/a.txt", 9 * MB), ("c/2/b.txt", 9 * MB)];
        assert_eq!(groups(&large), [[0, 1]]);
        // never across a log
        let beside =
            [("c/1/System.txt", 9), ("c/1/Passwords.txt", 9), ("c/2/a.txt", 9), ("c/2/b.txt", 9)];
        assert_eq!(groups(&beside), [[2, 3]]);
        assert_eq!(groups(&[("ulp.txt", 9), ("c/x.png", 9)]), Vec::<Vec<u32>>::new());
    }

    /// The logs that content tells, each with its number of entries, and the number of loose entries.
    fn found_shape(entries: &[(&str, Found)]) -> (Vec<String>, usize) {
        let item = |(index, (name, found)): (u32, &(&'static str, Found))| {
            (Item::new(index, name.as_bytes(), None), *found)
        };
        let entries: Vec<(&'static str, Found)> =
            entries.iter().map(|(name, found)| (&*name.to_string().leak(), *found)).collect();
        let entries: Vec<(Item<'_>, Found)> = (0..).zip(&entries).map(item).collect();
        let items: Vec<Item<'_>> = entries.iter().map(|(item, _)| *item).collect();
        let plan: Shown = show(&items, &plan_by_content(&entries));
        let log = |log: &ShownLog| {
            format!("{} {}", String::from_utf8_lossy(&log.root), log.entries.len())
        };
        (plan.logs.iter().map(log).collect(), plan.loose.len())
    }

    #[test]
    fn content_makes_logs_of_folders_without_telling_names() {
        use Found::{Cookies, Logins, Nothing, Other};
        let (one, two) = (Found::System(Some(Id([1; 16]))), Found::System(Some(Id([2; 16]))));
        for (entries, logs, loose) in [
            // what one machine has
            (
                &[("c/1/a", Logins), ("c/1/b", Cookies), ("c/1/d/e", Nothing), ("c/f", Nothing)][..],
                &["c/1 3"][..],
                1,
            ),
            (&[("1/a", one), ("1/b", Logins), ("1/c", Logins)], &["1 3"], 0),
            (&[("1/a", one), ("1/b", one), ("1/c", Logins)], &["1 3"], 0),
            (&[("1/a", one), ("1/Chrome/x", Logins), ("1/Edge/Default/x", Cookies)], &["1 3"], 0),
            (&[("1/Chrome/x", Logins), ("1/Edge/x", Logins)], &["1 2"], 0),
            (&[("a", one), ("b", Logins)], &[" 2"], 0),
            // in folders that nobody knows, or in one file
            (&[("c/1/a", one), ("c/1/vault/b", Logins), ("c/1/jar/x/c", Cookies)], &["c/1 3"], 0),
            (&[("c/1/a", one), ("c/1/k/b", Logins), ("c/1/k/c", Cookies)], &["c/1 3"], 0),
            (&[("c/1/a", one), ("c/1/b", Found::List)], &["c/1 2"], 0),
            (&[("1/a", Found::List), ("1/b", Found::List), ("1/c", Cookies)], &[], 3),
            (&[("c/1/a", Found::WholeLog(None)), ("c/b", Nothing)], &["c/1 1"], 1),
            (&[("c/1/a", one), ("c/2/b", Logins)], &[], 2),
            // two machines
            (
                &[("c/1/a", Logins), ("c/1/b", Other), ("c/2/a", Logins), ("c/2/b", Other)],
                &["c/1 2", "c/2 2"],
                0,
            ),
            // what may be of several
            (&[("1/a", Logins), ("1/b", Logins), ("1/c", Cookies)], &[], 3),
            (&[("1/a", one), ("1/b", two), ("1/c", Logins)], &[], 3),
            (
                &[("1/a", Found::System(None)), ("1/b", Found::System(None)), ("1/c", Logins)],
                &[],
                3,
            ),
            (&[("a", Logins), ("b", Cookies)], &[], 2),
            (&[("p/a", Logins), ("c/a", Cookies)], &[], 2),
            (&[("1/a", Logins), ("1/b", Nothing)], &[], 2),
            // what was grabbed from a machine
            (
                &[("1/a", one), ("1/b", Logins), ("1/Desktop/x/a", two), ("1/Desktop/x/b", Logins)],
                &["1 4"],
                0,
            ),
        ] {
            let logs = logs.iter().map(ToString::to_string).collect::<Vec<_>>();
            assert_eq!(found_shape(entries), (logs, loose), "{entries:?}");
        }
    }

    /// Folders, one in the other, in which a group may lie.
    fn paths() -> impl Strategy<Value = String> {
        let folder = prop_oneof!["[12]", Just("Chrome".to_owned()), Just("Desktop".to_owned())];
        proptest::collection::vec(folder, 0..4).prop_map(|folders| {
            folders.iter().map(|folder| format!("{folder}/")).collect::<String>()
        })
    }

    fn found() -> impl Strategy<Value = Found> {
        prop_oneof![
            Just(Found::Logins),
            Just(Found::List),
            Just(Found::Cookies),
            Just(Found::Other),
            Just(Found::Nothing),
            (0_u8..3).prop_map(|id| Found::System((id > 0).then_some(Id([id; 16])))),
            (0_u8..3).prop_map(|id| Found::WholeLog((id > 0).then_some(Id([id; 16])))),
        ]
    }

    proptest! {
        #[test]
        fn looking_at_what_is_needed_tells_the_same_logs(
            entries in proptest::collection::vec((paths(), found()), 1..12),
            order in proptest::collection::vec(0_usize..12, 24),
        ) {
            let names: Vec<String> =
                (0..).zip(&entries).map(|(at, (folder, _))| format!("{folder}{at}.x")).collect();
            let items: Vec<Item<'_>> =
                (0..).zip(&names).map(|(at, name)| Item::new(at, name.as_bytes(), None)).collect();
            let all: Vec<Found> = entries.iter().map(|(_, found)| *found).collect();
            let is_system =
                |found: &Found| matches!(found, Found::System(_) | Found::WholeLog(_));
            let known: Vec<_> =
                all.iter().map(|found| is_system(found).then_some(*found)).collect();
            let order = order.into_iter().chain(0..all.len());
            let enough = look_as_needed(&items, &known, order, |index| all[index]);
            let roots = |found: &[Found]| {
                let entries: Vec<_> =
                    items.iter().copied().zip(found.iter().copied()).collect();
                let plan = plan_by_content(&entries);
                let unit = |unit| {
                    let entries = plan.entries(unit).iter();
                    let places: Vec<_> =
                        entries.map(|entry| (entry.index, entry.inside)).collect();
                    (plan.root(unit), places)
                };
                (0..plan.len()).map(unit).collect::<Vec<_>>()
            };
            prop_assert_eq!(roots(&enough), roots(&all));
        }
    }
}
