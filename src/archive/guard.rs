//! The one place that keeps the promises of [`Archive::stream`] whatever a backend does.
//!
//! Decoders are other people's code and are fed by criminals: they may panic, give up early or
//! repeat themselves. The guard turns a panic into issues, lets every wanted entry begin and end
//! exactly once in ascending order, and blames a file that changed while it was read.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::archive::data::Data;
use crate::archive::{Access, Archive, Entries, Flow, Visitor, Wanted};
use crate::error::{Error, Result};
use crate::issue::{Code, Issue, Stage};
use crate::password::Candidate;
use crate::record::Format;

/// Opens an archive with `open` and puts the guard around it.
///
/// # Errors
/// What `open` says, or that it panicked.
pub(super) fn open(
    data: &Data,
    name: &str,
    open: impl FnOnce() -> Result<Box<dyn Archive>>,
) -> Result<Box<dyn Archive>> {
    let opened = catch_unwind(AssertUnwindSafe(open)).unwrap_or_else(|panic| {
        Err(Error::input(name, Stage::Open, Code::InternalError, describe(&*panic)))
    });
    Ok(Box::new(Guarded { archive: opened?, data: data.clone() }))
}

fn describe(panic: &(dyn Any + Send)) -> String {
    // A reason that was put together may quote what was being read.
    let text = panic.downcast_ref::<&'static str>().copied();
    format!("the decoder broke down: {}", text.unwrap_or("no reason that may be told"))
}

/// An archive whose promises are kept.
struct Guarded {
    archive: Box<dyn Archive>,
    data: Data,
}

impl Archive for Guarded {
    fn format(&self) -> Format {
        self.archive.format()
    }

    fn entries(&self) -> &Entries {
        self.archive.entries()
    }

    fn issues(&self) -> &[Issue] {
        self.archive.issues()
    }

    fn access(&self) -> Access {
        self.archive.access()
    }

    fn block(&self, index: usize) -> Option<u32> {
        self.archive.block(index)
    }

    fn opened_with(&self) -> Option<&Candidate> {
        self.archive.opened_with()
    }

    fn gaps(&self) -> Option<&[(u64, u64)]> {
        self.archive.gaps()
    }

    fn window(&self, wanted: &[usize]) -> u64 {
        self.archive.window(wanted)
    }

    fn stream(&self, wanted: &[usize], visitor: &mut dyn Visitor) {
        let mut once = Once::new(wanted, visitor, &self.data);
        let run = catch_unwind(AssertUnwindSafe(|| self.archive.stream(wanted, &mut once)));
        let missing = match run {
            Ok(()) => Issue::loss(Stage::Decode, Code::Corrupt, "the entry was not reached"),
            Err(panic) if once.visiting => resume_unwind(panic),
            Err(panic) => Issue::loss(Stage::Decode, Code::InternalError, describe(&*panic)),
        };
        once.finish(&missing);
    }
}

/// A visitor that passes on each wanted entry exactly once, in order.
struct Once<'a> {
    wanted: std::iter::Copied<std::slice::Iter<'a, usize>>,
    next: Option<usize>,
    open: bool,
    stopped: bool,
    /// Whether the visitor itself is running: its panics are not the decoder's.
    visiting: bool,
    visitor: &'a mut dyn Visitor,
    data: &'a Data,
}

impl<'a> Once<'a> {
    fn new(wanted: &'a [usize], visitor: &'a mut dyn Visitor, data: &'a Data) -> Self {
        let mut wanted = wanted.iter().copied();
        let next = wanted.next();
        Self { wanted, next, open: false, stopped: false, visiting: false, visitor, data }
    }

    fn visit<T>(&mut self, call: impl FnOnce(&mut dyn Visitor) -> T) -> T {
        self.visiting = true;
        let result = call(self.visitor);
        self.visiting = false;
        result
    }

    /// Ends the open entry, and begins and ends those that come before `index`.
    fn catch_up(&mut self, index: usize, issue: &Issue) {
        if self.open {
            self.end(Err(issue.clone()));
        }
        while let Some(missed) = self.next.filter(|&next| next < index && !self.stopped) {
            self.next = self.wanted.next();
            self.visit(|visitor| {
                visitor.begin(missed);
                visitor.end(Err(issue.clone()));
            });
        }
    }

    fn finish(&mut self, issue: &Issue) {
        self.catch_up(usize::MAX, issue);
    }
}

impl Visitor for Once<'_> {
    fn begin(&mut self, index: usize) -> Wanted {
        self.catch_up(
            index,
            &Issue::loss(Stage::Decode, Code::Corrupt, "the entry was passed over"),
        );
        if self.stopped || self.next != Some(index) {
            return Wanted::Nothing;
        }
        self.next = self.wanted.next();
        self.open = true;
        self.visit(|visitor| visitor.begin(index))
    }

    fn chunk(&mut self, bytes: &[u8]) -> Flow {
        if self.stopped {
            return Flow::Stop;
        }
        if !self.open || bytes.is_empty() {
            return if self.open { Flow::More } else { Flow::Skip };
        }
        let flow = self.visit(|visitor| visitor.chunk(bytes));
        self.stopped = flow == Flow::Stop;
        flow
    }

    fn end(&mut self, outcome: std::result::Result<(), Issue>) {
        if self.stopped || !self.open {
            return;
        }
        self.open = false;
        let outcome = outcome.map_err(|issue| self.data.change().unwrap_or(issue));
        self.visit(|visitor| visitor.end(outcome));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::tests::Collector;

    /// A backend that does `run` and nothing right.
    struct Unruly(fn(&mut dyn Visitor), Entries);

    impl Archive for Unruly {
        fn format(&self) -> Format {
            Format::Zip
        }
        fn entries(&self) -> &Entries {
            &self.1
        }
        fn issues(&self) -> &[Issue] {
            &[]
        }
        fn access(&self) -> Access {
            Access::Random
        }
        fn window(&self, _wanted: &[usize]) -> u64 {
            0
        }
        fn stream(&self, _wanted: &[usize], visitor: &mut dyn Visitor) {
            (self.0)(visitor);
        }
    }

    fn guarded(run: fn(&mut dyn Visitor)) -> Collector {
        let data = Data::from_bytes(Vec::new());
        let archive = open(&data, "x", || Ok(Box::new(Unruly(run, Entries::default())))).unwrap();
        let mut collector = Collector::default();
        archive.stream(&[1, 2, 5], &mut collector);
        assert_eq!(collector.indices(), [1, 2, 5]);
        collector
    }

    #[test]
    fn a_panic_becomes_issues() {
        let collector = guarded(|visitor| {
            visitor.begin(1);
            visitor.end(Ok(()));
            visitor.begin(2);
            visitor.chunk(b"part");
            panic!("broken");
        });
        assert_eq!(collector.code(1), None);
        assert_eq!(
            (collector.bytes(2), collector.code(2)),
            (&b"part"[..], Some(Code::InternalError))
        );
        assert_eq!(collector.code(5), Some(Code::InternalError));
    }

    #[test]
    fn entries_that_are_forgotten_repeated_or_not_asked_for_do_no_harm() {
        let collector = guarded(|visitor| {
            for index in [2, 2, 3, 1, 7] {
                visitor.begin(index);
                visitor.chunk(b"x");
                visitor.end(Ok(()));
            }
        });
        assert_eq!((collector.bytes(2), collector.code(2)), (&b"x"[..], None));
        assert_eq!(collector.code(1), Some(Code::Corrupt));
        assert_eq!(collector.code(5), Some(Code::Corrupt));
    }

    #[test]
    #[should_panic(expected = "our own")]
    fn a_panic_of_the_visitor_is_not_hidden() {
        struct Panicking;
        impl Visitor for Panicking {
            fn begin(&mut self, _: usize) -> Wanted {
                panic!("our own")
            }
            fn chunk(&mut self, _: &[u8]) -> Flow {
                Flow::More
            }
            fn end(&mut self, _: std::result::Result<(), Issue>) {}
        }
        let data = Data::from_bytes(Vec::new());
        let backend = || -> Result<Box<dyn Archive>> {
            let act = |visitor: &mut dyn Visitor| {
                visitor.begin(1);
            };
            Ok(Box::new(Unruly(act, Entries::default())))
        };
        open(&data, "x", backend).unwrap().stream(&[1], &mut Panicking);
    }
}
