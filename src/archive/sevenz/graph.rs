//! How a block is packed: coders, and how one feeds the other.
//!
//! A graph is checked when it is read: every stream is used once, and all coders stand behind the
//! one whose output is the block. So what builds decoders along it needs no doubts and comes to an
//! end.

use std::io::{self, Read};

use super::source::{corrupt, number};
use crate::archive::bounded;
use crate::issue::{Code, Issue, Stage};

/// Most coders of a block, and most streams that go into them.
const MAX_CODERS: u64 = 32;
/// Most bytes of a coder's properties.
const MAX_PROPERTIES: u64 = 1 << 10;

/// One step of decoding.
#[derive(Debug)]
pub(super) struct Coder {
    /// Which method it is.
    pub(super) method: u64,
    pub(super) properties: Vec<u8>,
    /// Where each of its input streams comes from.
    pub(super) inputs: Vec<Feed>,
}

/// Where an input stream comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Feed {
    /// From the archive: this one of the block's packed streams.
    Packed(usize),
    /// From this coder.
    Coder(usize),
}

/// The coders of a block.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) coders: Vec<Coder>,
    /// The coder whose output is the block.
    pub(super) main: usize,
    /// How many packed streams there are.
    pub(super) packed: usize,
}

fn bad(text: &'static str) -> io::Error {
    bounded::refusal(Issue::loss(Stage::Open, Code::BadGraph, text))
}

/// A number below `end`, as an index.
fn index(bytes: &mut dyn Read, end: usize) -> io::Result<usize> {
    let index = usize::try_from(number(bytes)?).unwrap_or(usize::MAX);
    if index < end { Ok(index) } else { Err(bad("a stream of a coder is not there")) }
}

/// The place at `index`, which nobody has used yet.
fn unused<T>(places: &mut [Option<T>], index: usize) -> io::Result<&mut Option<T>> {
    let place = places.get_mut(index).filter(|place| place.is_none());
    place.ok_or_else(|| bad("a stream of a coder is used twice"))
}

impl Graph {
    /// Reads the description of a block's coders.
    pub(super) fn read(bytes: &mut dyn Read) -> io::Result<Self> {
        let count = number(bytes)?;
        if count == 0 || count > MAX_CODERS {
            return Err(bad("a block has no coder or too many"));
        }
        let mut coders = Vec::new();
        let mut streams = 0;
        for _ in 0..count {
            let (coder, inputs) = read_coder(bytes)?;
            streams += inputs;
            if streams > MAX_CODERS {
                return Err(bad("a coder has too many streams"));
            }
            coders.push((coder, inputs as usize));
        }
        let streams = streams as usize;
        let Some(packed) = (streams + 1).checked_sub(coders.len()).filter(|&packed| packed > 0)
        else {
            return Err(bad("nothing goes into a block"));
        };
        let mut feeds = vec![None; streams];
        let mut used = vec![None; coders.len()];
        for _ in 1..coders.len() {
            let input = index(bytes, streams)?;
            let output = index(bytes, coders.len())?;
            *unused(&mut feeds, input)? = Some(Feed::Coder(output));
            *unused(&mut used, output)? = Some(());
        }
        for which in 0..packed {
            let input = match packed {
                1 => feeds.iter().position(Option::is_none).unwrap_or(streams),
                _ => index(bytes, streams)?,
            };
            *unused(&mut feeds, input)? = Some(Feed::Packed(which));
        }
        let main = used.iter().position(Option::is_none).unwrap_or_default();
        let mut feeds = feeds.into_iter().flatten();
        let coders = coders.into_iter().map(|(coder, inputs)| Coder {
            inputs: feeds.by_ref().take(inputs).collect(),
            ..coder
        });
        let graph = Self { coders: coders.collect(), main, packed };
        graph.check_reach()?;
        Ok(graph)
    }

    /// Checks that all coders stand behind the main one: those that do not feed each other in a
    /// circle, for each has one reader.
    fn check_reach(&self) -> io::Result<()> {
        let mut reached = 0;
        let mut next = vec![self.main];
        while let Some(coder) = next.pop().and_then(|index| self.coders.get(index)) {
            reached += 1;
            next.extend(coder.inputs.iter().filter_map(|feed| match feed {
                Feed::Coder(coder) => Some(*coder),
                Feed::Packed(_) => None,
            }));
        }
        if reached == self.coders.len() { Ok(()) } else { Err(bad("coders feed each other")) }
    }
}

/// A coder, and how many input streams it has.
fn read_coder(bytes: &mut dyn Read) -> io::Result<(Coder, u64)> {
    const HAS_STREAMS: u8 = 1 << 4;
    const HAS_PROPERTIES: u8 = 1 << 5;
    let mut flags = [0];
    bytes.read_exact(&mut flags)?;
    let [flags] = flags;
    let mut id = [0; 8];
    let unused = id.len().checked_sub(usize::from(flags & 0xf));
    let Some(place) = unused.and_then(|unused| id.get_mut(unused..)) else {
        return Err(corrupt("the number of a method is too long"));
    };
    bytes.read_exact(place)?;
    let inputs = if flags & HAS_STREAMS != 0 {
        let inputs = number(bytes)?;
        if number(bytes)? != 1 || inputs == 0 || inputs > MAX_CODERS {
            return Err(bad("a coder has streams as none has"));
        }
        inputs
    } else {
        1
    };
    let mut properties = Vec::new();
    if flags & HAS_PROPERTIES != 0 {
        let length = number(bytes)?;
        if length > MAX_PROPERTIES {
            return Err(corrupt("the properties of a coder are too long"));
        }
        properties.resize(length as usize, 0);
        bytes.read_exact(&mut properties)?;
    }
    Ok((Coder { method: u64::from_be_bytes(id), properties, inputs: Vec::new() }, inputs))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(mut bytes: &[u8]) -> Option<Code> {
        Graph::read(&mut bytes).err().map(|error| bounded::issue_of(&error).code)
    }

    #[test]
    fn graphs_lead_from_the_packed_streams_to_one_coder() {
        // BCJ2 with LZMA before two of its inputs; the numbers are those of 7-Zip.
        let bytes =
            b"\x03\x14\x03\x03\x01\x1b\x04\x01\x01\x21\x01\x21\x00\x01\x01\x02\x03\x05\x02\x04";
        let graph = Graph::read(&mut &bytes[..]).unwrap();
        let packed = Feed::Packed;
        assert_eq!((graph.main, graph.packed), (0, 4));
        let inputs: Vec<_> = graph.coders.iter().map(|coder| &coder.inputs[..]).collect();
        let first = [Feed::Coder(1), Feed::Coder(2), packed(2), packed(0)];
        assert_eq!(inputs, [&first[..], &[packed(3)], &[packed(1)]]);
        assert_eq!(graph.coders[0].method, 0x0303_011b);
    }

    #[test]
    fn hostile_060_graphs_that_lead_nowhere() {
        for (bytes, expected) in [
            (&b"\x01\x01\x00"[..], None),
            (b"\x02\x01\x00\x01\x00\x01\x00", None),
            // Of two coders each feeds the other, or one itself.
            (b"\x03\x01\0\x01\0\x01\0\x01\x02\x02\x01", Some(Code::BadGraph)),
            (b"\x02\x01\0\x01\0\x01\x01", Some(Code::BadGraph)),
            // A stream that is used twice, or is not there.
            (b"\x03\x01\0\x01\0\x01\0\x01\x00\x01\x02", Some(Code::BadGraph)),
            (b"\x02\x01\0\x01\0\x05\x00", Some(Code::BadGraph)),
            (b"\x00", Some(Code::BadGraph)),
            (b"\x3f", Some(Code::BadGraph)),
            (b"\x01\x11\x00\xff\0\0\0\0\0\0\0\x40\x01", Some(Code::BadGraph)),
            (b"\x01\x2f", Some(Code::Corrupt)),
            (b"\x01\x21\x00\xff\0\0\0\0\0\0\0\x40", Some(Code::Corrupt)),
        ] {
            assert_eq!(code(bytes), expected, "{bytes:x?}");
        }
    }
}
