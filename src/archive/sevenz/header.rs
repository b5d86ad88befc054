//! The header of a 7z: which blocks there are, how each is packed, and which entries stand in it.
//!
//! It is often packed itself, and then its own header says how. Source: 7-Zip's `7zFormat.txt`.

use std::io::{self, Read};

use super::graph::Graph;
use super::source::{Bits, Checksums, Source, corrupt};
use crate::archive::{Declared, EntryHeader, EntryKind};
use crate::provenance::EntryName;

/// Numbers of the parts of a header.
mod part {
    pub(super) const END: u8 = 0x00;
    pub(super) const HEADER: u8 = 0x01;
    pub(super) const ARCHIVE_PROPERTIES: u8 = 0x02;
    pub(super) const STREAMS: u8 = 0x04;
    pub(super) const FILES: u8 = 0x05;
    pub(super) const PACKED: u8 = 0x06;
    pub(super) const BLOCKS: u8 = 0x07;
    pub(super) const MEMBERS: u8 = 0x08;
    pub(super) const SIZES: u8 = 0x09;
    pub(super) const CHECKSUMS: u8 = 0x0a;
    pub(super) const GRAPHS: u8 = 0x0b;
    pub(super) const UNPACKED_SIZES: u8 = 0x0c;
    pub(super) const MEMBER_COUNTS: u8 = 0x0d;
    pub(super) const IS_EMPTY: u8 = 0x0e;
    pub(super) const IS_EMPTY_FILE: u8 = 0x0f;
    pub(super) const NAMES: u8 = 0x11;
    pub(super) const ATTRIBUTES: u8 = 0x15;
    pub(super) const PACKED_HEADER: u8 = 0x17;
}

/// What an entry costs besides its name: most of it is kept by those who plan and read, not here.
const ENTRY_BYTES: u64 = 512;

/// What a header turned out to be.
pub(super) enum Header {
    /// The listing itself.
    Listing(Listing),
    /// How the listing is packed, in its first block.
    Packed(Streams),
}

/// The blocks of an archive, and where their packed bytes are.
#[derive(Debug, Default)]
pub(super) struct Streams {
    /// Where each packed stream begins in the archive, and where the last one ends.
    pack_bounds: Vec<u64>,
    /// The descriptions of the blocks' coders, one behind the other.
    graphs: Vec<u8>,
    /// How many bytes each coder of each block puts out.
    sizes: Vec<u64>,
    pub(super) blocks: Vec<Block>,
}

/// Entries that are packed together.
#[derive(Debug)]
pub(super) struct Block {
    /// Where the description of its coders begins.
    graph: u32,
    /// The first of its packed streams.
    first_pack: u32,
    /// The first of its coders' sizes.
    first_size: u32,
    /// Bytes after unpacking, as declared.
    pub(super) size: u64,
    /// CRC-32 of these.
    pub(super) crc: Option<u32>,
    /// How many entries with bytes it holds.
    members: u64,
    /// The first of these.
    pub(super) first_entry: u32,
}

/// What a header lists.
#[derive(Default)]
pub(super) struct Listing {
    pub(super) streams: Streams,
    pub(super) entries: Vec<EntryHeader>,
    /// For each entry, where its bytes are.
    pub(super) places: Vec<Place>,
}

/// Where the bytes of an entry are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The block; none for what has no bytes.
    pub(super) block: Option<u32>,
    /// CRC-32 of the bytes.
    pub(super) crc: Option<u32>,
}

/// A member of a block: its size and its CRC-32.
type Member = (u64, Option<u32>);

impl Header {
    /// Reads a header.
    pub(super) fn read(source: &mut Source<'_>) -> io::Result<Self> {
        match source.byte()? {
            part::HEADER => {}
            part::PACKED_HEADER => {
                let (streams, _) = Streams::read(source)?;
                return Ok(Self::Packed(streams));
            }
            _ => return Err(corrupt("the header does not begin as one")),
        }
        let mut listing = Listing::default();
        let mut members = Vec::new();
        loop {
            match source.byte()? {
                part::END => return Ok(Self::Listing(listing)),
                part::ARCHIVE_PROPERTIES => {
                    while source.byte()? != part::END {
                        let length = source.number()?;
                        source.skip(length)?;
                    }
                }
                part::STREAMS => (listing.streams, members) = Streams::read(source)?,
                part::FILES => {
                    Files::read(source)?.list(&mut listing, std::mem::take(&mut members))?;
                }
                _ => return Err(corrupt("the header has an unknown part")),
            }
        }
    }
}

impl Streams {
    /// Reads where the blocks are and what stands in them.
    fn read(source: &mut Source<'_>) -> io::Result<(Self, Vec<Member>)> {
        let mut streams = Self::default();
        let mut members = None;
        loop {
            match source.byte()? {
                part::END => break,
                part::PACKED => streams.read_packed(source)?,
                part::BLOCKS => streams.read_blocks(source)?,
                part::MEMBERS => members = Some(streams.read_members(source)?),
                _ => return Err(corrupt("the header has an unknown part")),
            }
        }
        // Without a word about them, each block holds one member.
        let members = match members {
            Some(members) => members,
            None => streams.blocks.iter().map(|block| (block.size, block.crc)).collect(),
        };
        Ok((streams, members))
    }

    fn read_packed(&mut self, source: &mut Source<'_>) -> io::Result<()> {
        let start = source.number()?.saturating_add(super::START_BYTES as u64);
        let count = source.count()?;
        let mut end = start;
        self.pack_bounds = vec![start];
        loop {
            match source.byte()? {
                part::END => return Ok(()),
                part::SIZES => {
                    for _ in 0..count {
                        source.keep(size_of::<u64>() as u64)?;
                        end = end.saturating_add(source.number()?);
                        self.pack_bounds.push(end);
                    }
                }
                part::CHECKSUMS => drop(source.checksums(count)?),
                _ => return Err(corrupt("the sizes of packed bytes are damaged")),
            }
        }
    }

    fn read_blocks(&mut self, source: &mut Source<'_>) -> io::Result<()> {
        if source.byte()? != part::GRAPHS {
            return Err(corrupt("the blocks have no coders"));
        }
        let count = source.count()?;
        refuse_external(source)?;
        // The last coder whose output is a block, of each block.
        let mut mains = Vec::new();
        let (mut first_pack, mut first_size) = (0_usize, 0_usize);
        for _ in 0..count {
            let from = self.graphs.len();
            let graph = Graph::read(&mut Taped { source: &mut *source, tape: &mut self.graphs })?;
            let kept = self.graphs.len() - from + size_of::<Block>() + size_of::<(u8, u8)>();
            source.keep(kept as u64)?;
            self.blocks.push(Block {
                graph: position(from)?,
                first_pack: position(first_pack)?,
                first_size: position(first_size)?,
                size: 0,
                crc: None,
                members: 1,
                first_entry: 0,
            });
            mains.push((graph.main as u8, graph.coders.len() as u8));
            first_pack += graph.packed;
            first_size += graph.coders.len();
        }
        if first_pack >= self.pack_bounds.len().max(1) {
            return Err(corrupt("a block has no packed bytes"));
        }
        if source.byte()? != part::UNPACKED_SIZES {
            return Err(corrupt("the blocks have no sizes"));
        }
        for (block, (main, coders)) in self.blocks.iter_mut().zip(mains) {
            for coder in 0..coders {
                source.keep(size_of::<u64>() as u64)?;
                let size = source.number()?;
                self.sizes.push(size);
                if coder == main {
                    block.size = size;
                }
            }
        }
        loop {
            match source.byte()? {
                part::END => return Ok(()),
                part::CHECKSUMS => {
                    let mut sums = source.checksums(count)?;
                    self.blocks.iter_mut().for_each(|block| block.crc = sums.next());
                }
                _ => return Err(corrupt("the blocks are damaged")),
            }
        }
    }

    /// Reads how the blocks divide into members.
    fn read_members(&mut self, source: &mut Source<'_>) -> io::Result<Vec<Member>> {
        let mut id = source.byte()?;
        if id == part::MEMBER_COUNTS {
            for block in &mut self.blocks {
                block.members = source.number()?;
            }
            id = source.byte()?;
        }
        let mut members: Vec<Member> = Vec::new();
        let has_sizes = id == part::SIZES;
        for block in &self.blocks {
            let mut rest = block.size;
            for left in (0..block.members).rev() {
                let size = match left {
                    0 => rest,
                    _ if has_sizes => source.number()?,
                    _ => return Err(corrupt("the members of a block have no sizes")),
                };
                let Some(behind) = rest.checked_sub(size) else {
                    return Err(corrupt("the members of a block are larger than the block"));
                };
                rest = behind;
                source.keep(size_of::<Member>() as u64)?;
                members.push((size, None));
            }
        }
        if has_sizes {
            id = source.byte()?;
        }
        let mut sums = Checksums::none();
        if id == part::CHECKSUMS {
            let own = self.blocks.iter().filter(|block| !block.tells_member());
            sums = source.checksums(own.map(|block| block.members).sum())?;
            id = source.byte()?;
        }
        let mut each = members.iter_mut();
        for block in &self.blocks {
            for (_, crc) in each.by_ref().take(usize::try_from(block.members).unwrap_or(usize::MAX))
            {
                *crc = if block.tells_member() { block.crc } else { sums.next() };
            }
        }
        if id == part::END {
            Ok(members)
        } else {
            Err(corrupt("the members of blocks are damaged"))
        }
    }

    /// How the block is packed.
    pub(super) fn graph(&self, block: &Block) -> io::Result<Graph> {
        Graph::read(&mut self.graphs.get(block.graph as usize..).unwrap_or_default())
    }

    /// How many bytes each of the block's coders puts out, as declared.
    pub(super) fn sizes(&self, block: &Block) -> &[u64] {
        self.sizes.get(block.first_size as usize..).unwrap_or_default()
    }

    /// Where the block's packed stream `which` begins and ends in the archive.
    pub(super) fn packed(&self, block: &Block, which: usize) -> (u64, u64) {
        let first = block.first_pack as usize + which;
        let bound = |index| self.pack_bounds.get(index).copied().unwrap_or_default();
        (bound(first), bound(first + 1))
    }
}

impl Block {
    /// Whether its check sum is that of its only member.
    fn tells_member(&self) -> bool {
        self.members == 1 && self.crc.is_some()
    }
}

/// An offset into what is kept of a header, which is never more than the allowance.
fn position(offset: usize) -> io::Result<u32> {
    u32::try_from(offset).map_err(|_| corrupt("the header is too long"))
}

/// Parts of a header may stand elsewhere, which no program makes use of.
fn refuse_external(source: &mut Source<'_>) -> io::Result<()> {
    if source.byte()? == 0 { Ok(()) } else { Err(corrupt("a part of the header stands elsewhere")) }
}

/// Keeps what is read.
struct Taped<'t, 's, 'r> {
    source: &'t mut Source<'r>,
    tape: &'s mut Vec<u8>,
}

impl Read for Taped<'_, '_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.tape.extend_from_slice(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

/// What a header says about files and folders.
struct Files {
    names: Vec<EntryName>,
    attributes: Vec<u32>,
    /// Which files have attributes.
    has_attributes: Bits,
    is_empty: Bits,
    /// Which of the empty ones are no folders.
    is_empty_file: Bits,
}

impl Files {
    fn read(source: &mut Source<'_>) -> io::Result<Self> {
        let count = source.count()?;
        let mut files = Self {
            names: Vec::new(),
            attributes: Vec::new(),
            has_attributes: Bits::NONE,
            is_empty: Bits::NONE,
            is_empty_file: Bits::NONE,
        };
        loop {
            let id = source.byte()?;
            if id == part::END {
                break;
            }
            let length = source.number()?;
            let end = source.position().saturating_add(length);
            match id {
                part::IS_EMPTY => files.is_empty = source.bits(count)?,
                part::IS_EMPTY_FILE => {
                    files.is_empty_file = source.bits(files.is_empty.count(count))?;
                }
                part::NAMES => {
                    refuse_external(source)?;
                    files.names = Vec::new();
                    for _ in 0..count {
                        let name = read_name(source)?;
                        source.keep(ENTRY_BYTES + name.as_bytes().len() as u64)?;
                        files.names.push(name);
                    }
                }
                part::ATTRIBUTES => files.read_attributes(source, count)?,
                _ => {}
            }
            let Some(rest) = end.checked_sub(source.position()) else {
                return Err(corrupt("a property of the files is longer than it says"));
            };
            source.skip(rest)?;
        }
        if files.names.len() as u64 == count {
            Ok(files)
        } else {
            Err(corrupt("the files have no names"))
        }
    }

    fn read_attributes(&mut self, source: &mut Source<'_>, count: u64) -> io::Result<()> {
        self.has_attributes = source.all_or_bits(count)?;
        refuse_external(source)?;
        self.attributes = Vec::new();
        for _ in 0..self.has_attributes.count(count) {
            source.keep(size_of::<u32>() as u64)?;
            self.attributes.push(source.u32()?);
        }
        Ok(())
    }

    /// Puts the files and the members of blocks together.
    fn list(self, listing: &mut Listing, members: Vec<Member>) -> io::Result<()> {
        let mut attributes = self.attributes.into_iter();
        let mut members = members.into_iter();
        let mut owners = Owners::new(&mut listing.streams.blocks);
        let mut empties = 0;
        for (index, name) in self.names.into_iter().enumerate() {
            let attributes = self.has_attributes.has(index).then(|| attributes.next()).flatten();
            let mut place = Place { block: None, crc: None };
            let mut size = 0;
            let mut is_folder = false;
            if self.is_empty.has(index) {
                is_folder = !self.is_empty_file.has(empties);
                empties += 1;
            } else {
                let Some((bytes, crc)) = members.next() else {
                    return Err(corrupt("there are more files than bytes for them"));
                };
                (size, place) = (bytes, Place { block: owners.of(position(index)?), crc });
            }
            listing.entries.push(EntryHeader {
                name,
                kind: if is_folder { EntryKind::Folder } else { kind_of(attributes, size) },
                size: Declared::bytes(size),
                packed: Declared::UNKNOWN,
                encrypted: false,
            });
            listing.places.push(place);
        }
        if members.next().is_some() {
            return Err(corrupt("there are more bytes than files for them"));
        }
        Ok(())
    }
}

/// For each member, in order, the number of its block.
struct Owners<'b> {
    blocks: std::iter::Enumerate<std::slice::IterMut<'b, Block>>,
    current: u32,
    left: u64,
}

impl<'b> Owners<'b> {
    fn new(blocks: &'b mut [Block]) -> Self {
        Self { blocks: blocks.iter_mut().enumerate(), current: 0, left: 0 }
    }

    /// The block of the next member, which is `entry`.
    fn of(&mut self, entry: u32) -> Option<u32> {
        while self.left == 0 {
            let (index, block) = self.blocks.next()?;
            block.first_entry = entry;
            (self.current, self.left) = (u32::try_from(index).ok()?, block.members);
        }
        self.left -= 1;
        Some(self.current)
    }
}

/// A name in UTF-16, up to a zero. What is none is kept as if it were.
fn read_name(source: &mut Source<'_>) -> io::Result<EntryName> {
    /// Longer names are refused before they are read to their end.
    const MAX_UNITS: usize = 1 << 20;
    let mut units = Vec::new();
    loop {
        match source.u16()? {
            0 => break,
            unit if units.len() < MAX_UNITS => units.push(unit),
            _ => return Err(corrupt("a name is too long")),
        }
    }
    let mut name = Vec::with_capacity(units.len());
    for character in char::decode_utf16(units) {
        match character {
            Ok(character) => {
                name.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Err(half) => {
                let half = half.unpaired_surrogate();
                let low = |shift: u32| 0x80 | (half >> shift & 0x3f) as u8;
                name.extend_from_slice(&[0xe0 | (half >> 12) as u8, low(6), low(0)]);
            }
        }
    }
    Ok(EntryName::new(&name))
}

/// What a file is: 7-Zip keeps the mode of Unix in the upper half of the attributes.
fn kind_of(attributes: Option<u32>, size: u64) -> EntryKind {
    const FOLDER: u32 = 1 << 4;
    const REPARSE_POINT: u32 = 1 << 10;
    const UNIX: u32 = 1 << 15;
    let attributes = attributes.unwrap_or(0);
    let mode = if attributes & UNIX != 0 { attributes >> 16 & 0o170_000 } else { 0 };
    match mode {
        0o120_000 => EntryKind::Link,
        0o010_000 | 0o020_000 | 0o060_000 | 0o140_000 if size == 0 => EntryKind::Special,
        _ if attributes & REPARSE_POINT != 0 => EntryKind::Link,
        _ if attributes & FOLDER != 0 && size == 0 => EntryKind::Folder,
        _ => EntryKind::File,
    }
}
