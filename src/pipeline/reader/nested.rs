//! Archives inside an archive: collected until they are complete, and then read as sources of their
//! own. What is only called like an archive is looked at once more.

use std::io::{self, Read as _};
use std::sync::Arc;

use super::{Current, Phase, ShardReader, Verdict};
use crate::archive::data::Data;
use crate::archive::spool::Spool;
use crate::input;
use crate::issue::{Code, Issue, Stage};
use crate::pipeline::passwords::Passwords;
use crate::pipeline::run::{Nested, read_nested};
use crate::pipeline::source::Nesting;
use crate::record::{Disposition, Format};
use crate::text::{self, Content, Encoding, SNIFF_BYTES};

/// How much of an entry that is read once more is read at a time.
const AGAIN_BYTES: usize = 256 << 10;

/// How surely something is no archive.
enum Likeness {
    /// It is a text or a picture, for example.
    Clear,
    /// It may be an archive that is damaged where it begins, even if it looks like text.
    Doubtful,
}

impl<'r> ShardReader<'r> {
    /// What becomes of an archive in the archive, once all of it came; of unknown `format` is what
    /// is only called like one.
    pub(super) fn end_archive(
        &mut self,
        current: &mut Current<'r>,
        format: Option<Format>,
        data: Data,
        outcome: Result<(), Issue>,
    ) -> Verdict {
        let ends_like_zip = || input::ends_like_zip(&mut data.reader()).unwrap_or(false);
        let Some(format) = format.or_else(|| ends_like_zip().then_some(Format::Zip)) else {
            return self.end_claimed(current, &data, outcome);
        };
        let followed = self.follow(current.index, format, data, &[]);
        // Where it is cut, what is wrong with the rest of it is no news.
        match outcome.and(followed) {
            Ok(()) => Verdict::Settled(Disposition::Parsed, None),
            Err(issue) => Verdict::failed(issue),
        }
    }

    /// What becomes of an entry that is called like an archive and is none: a text, or something
    /// that nobody can read.
    fn end_claimed(
        &mut self,
        current: &mut Current<'r>,
        data: &Data,
        outcome: Result<(), Issue>,
    ) -> Verdict {
        let outcome = match self.read_again(current, data) {
            Ok(Likeness::Clear) => outcome,
            Ok(Likeness::Doubtful) => outcome.and_then(|()| {
                let detail = "it is called like an archive and begins like none that is known";
                Err(Issue::loss(Stage::Open, Code::UnknownFormat, detail))
            }),
            Err(error) => outcome.and_then(|()| Err(input::io_issue(&error))),
        };
        let phase = std::mem::replace(&mut current.phase, Phase::Binary);
        self.end_content(Current { phase, flaw: None, ..*current }, outcome)
    }

    /// Reads an entry once more, now that its name counts for nothing.
    fn read_again(&mut self, current: &mut Current<'r>, data: &Data) -> io::Result<Likeness> {
        let mut buffer = vec![0; AGAIN_BYTES];
        let mut head = Vec::new();
        data.reader().take(SNIFF_BYTES as u64).read_to_end(&mut head)?;
        current.phase = self.decide_content(&head, current.unit, current.role);
        let likeness = match (&current.phase, Content::sniff(&head)) {
            (Phase::Doubtful, _) => Likeness::Doubtful,
            (Phase::Text(_), Content::Text(Encoding::AsciiBased)) if !text::is_clean(&head) => {
                Likeness::Doubtful
            }
            _ => Likeness::Clear,
        };
        let mut offset = head.len() as u64;
        while let Phase::Text(windows) = &mut current.phase {
            let count = data.read_at(&mut buffer, offset)?;
            if count == 0 {
                break;
            }
            windows.push(buffer.get(..count).unwrap_or_default());
            offset += count as u64;
            self.drain(current);
        }
        Ok(likeness)
    }

    /// Reads an archive that stands in the archive, as far as its bytes came; `issues` are known of
    /// its volumes.
    pub(super) fn follow(
        &mut self,
        index: usize,
        format: Format,
        data: Data,
        issues: &[Issue],
    ) -> Result<(), Issue> {
        let name = self.opened.name(index);
        let context = &self.opened.context;
        let bytes: u64 = data.present().map(Data::length).sum();
        let nesting = Nesting {
            parent: Some(context.id),
            path: context.path.nested(&name),
            depth: context.depth + 1,
            budget: Arc::new(self.opened.budget.nested(self.opened.archive.window(&[index]))),
            passwords: Passwords::Inside {
                around: Arc::clone(&self.opened.keyring),
                name: name.to_text(),
            },
            post: context.post.clone(),
            spooled: context.spooled + self.waiting_bytes + bytes,
            gaps: None,
        };
        let name = context.path.entry(&name);
        let nested = Nested { name, data, format, nesting: &nesting, issues };
        let outlet = &mut self.outlet;
        read_nested(self.run, nested, self.growth, &mut |part| {
            outlet.outcome.append_nested(part);
            outlet.pass();
            outlet.demand()
        })
    }

    /// Whether an archive may stand in this one.
    pub(super) fn deeper(&self) -> Result<(), Issue> {
        let deepest = self.run.settings.read.limits.depth;
        if self.opened.context.depth < deepest {
            return Ok(());
        }
        let detail = format!("nested more than {deepest} archives deep");
        Err(Issue::loss(Stage::Limit, Code::LimitDepth, detail))
    }

    /// Collects bytes of a nested archive.
    pub(super) fn collect(&self, spool: &mut Spool<'_>, bytes: &[u8]) -> Result<(), Issue> {
        let length = self.opened.context.spooled + self.waiting_bytes + spool.length();
        if length + bytes.len() as u64 > self.run.settings.read.limits.nested {
            let detail = "the nested archive is larger than the limit allows";
            return Err(Issue::loss(Stage::Limit, Code::LimitTotal, detail));
        }
        spool.push(bytes).map_err(|error| {
            let detail = format!("the temporary folder does not take the nested archive: {error}");
            Issue::loss(Stage::Limit, Code::IoError, detail)
        })
    }
}
