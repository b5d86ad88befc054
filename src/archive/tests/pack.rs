//! Makes archives for tests, right ones and wrong ones.

use std::io::{Cursor, Write};

use flate2::Compression;
use rars::{ArchiveVersion, Builder};
use sevenz_rust2::{
    ArchiveEntry, ArchiveWriter, EncoderConfiguration, EncoderMethod, Password, SourceReader,
    encoder_options::AesEncoderOptions,
};

/// Names and contents of files.
pub(crate) type Tree = Vec<(String, Vec<u8>)>;

/// A small tree that has everything: text, an empty file, something that compresses well.
pub(crate) fn small_tree() -> Tree {
    vec![
        ("log/Passwords.txt".into(), b"URL: https://example.com/\nUsername: user\n".to_vec()),
        ("log/empty.txt".into(), Vec::new()),
        ("log/zeros.bin".into(), vec![0; 3000]),
        ("System.txt".into(), (0..=255).collect()),
    ]
}

pub(crate) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// A ZIP as `rawzip` writes it: deflated, with descriptors.
pub(crate) fn zip(tree: &Tree) -> Vec<u8> {
    let mut writer = rawzip::ZipArchiveWriter::new(Vec::new());
    for (name, bytes) in tree {
        let file = writer.new_file(name.as_str());
        let file = file.compression_method(rawzip::CompressionMethod::DEFLATE);
        let (mut entry, config) = file.start().unwrap();
        let encoder = flate2::write::DeflateEncoder::new(&mut entry, Compression::default());
        let mut data = config.wrap(encoder);
        data.write_all(bytes).unwrap();
        let (encoder, descriptor) = data.finish().unwrap();
        encoder.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    writer.finish().unwrap()
}

/// The same, encrypted with ZipCrypto.
pub(crate) fn zip_crypto(tree: &Tree, password: &[u8]) -> Vec<u8> {
    let mut writer = rawzip::ZipArchiveWriter::new(Vec::new());
    for (name, bytes) in tree {
        let file = writer.new_file(name.as_str());
        let file = file.compression_method(rawzip::CompressionMethod::DEFLATE).encrypted(true);
        let (mut entry, config) = file.start().unwrap();
        let check = (entry.last_modified_dos().packed_time() >> 8) as u8;
        let random = *b"abcdefghijk";
        let encryptor =
            rawzip::zipcrypto::Encryptor::new(&mut entry, password, random, check).unwrap();
        let encoder = flate2::write::DeflateEncoder::new(encryptor, Compression::default());
        let mut data = config.wrap(encoder);
        data.write_all(bytes).unwrap();
        let (encoder, descriptor) = data.finish().unwrap();
        encoder.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    writer.finish().unwrap()
}

/// A member of a ZIP that is written byte by byte.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) name: Vec<u8>,
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) crc: u32,
    pub(crate) size: u32,
    pub(crate) packed_size: u32,
    pub(crate) packed: Vec<u8>,
    pub(crate) extra: Vec<u8>,
    pub(crate) central_extra: Vec<u8>,
    pub(crate) comment: Vec<u8>,
    pub(crate) behind: Vec<u8>,
    pub(crate) attributes: u32,
    /// What the local header says instead: name, method, size, length of the extra fields.
    pub(crate) local: (Option<Vec<u8>>, Option<u16>, Option<u32>, Option<u16>),
    pub(crate) is_listed: bool,
}

impl Member {
    pub(crate) fn stored(name: &str, bytes: &[u8]) -> Self {
        Self {
            name: name.into(),
            method: 0,
            flags: 0,
            crc: crc32(bytes),
            size: bytes.len() as u32,
            packed_size: bytes.len() as u32,
            packed: bytes.to_vec(),
            extra: Vec::new(),
            central_extra: Vec::new(),
            comment: Vec::new(),
            behind: Vec::new(),
            attributes: 0,
            local: (None, None, None, None),
            is_listed: true,
        }
    }

    pub(crate) fn deflated(name: &str, bytes: &[u8]) -> Self {
        let packed = deflated(bytes);
        Self { method: 8, packed_size: packed.len() as u32, packed, ..Self::stored(name, bytes) }
    }

    fn fields(&self, method: u16, size: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(20_u16.to_le_bytes());
        bytes.extend(self.flags.to_le_bytes());
        bytes.extend(method.to_le_bytes());
        bytes.extend([0; 4]);
        for number in [self.crc, self.packed_size, size] {
            bytes.extend(number.to_le_bytes());
        }
        bytes
    }

    fn local_header(&self) -> Vec<u8> {
        let (name, method, size, extra_length) = &self.local;
        let name = name.as_ref().unwrap_or(&self.name);
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.extend(self.fields(method.unwrap_or(self.method), size.unwrap_or(self.size)));
        if self.flags & 8 != 0 {
            bytes[14..26].fill(0);
        }
        bytes.extend((name.len() as u16).to_le_bytes());
        bytes.extend(extra_length.unwrap_or(self.extra.len() as u16).to_le_bytes());
        bytes.extend(name);
        bytes.extend(&self.extra);
        bytes
    }

    fn central_header(&self, offset: u32) -> Vec<u8> {
        let mut bytes = b"PK\x01\x02\x14\x03".to_vec();
        bytes.extend(self.fields(self.method, self.size));
        for length in [self.name.len(), self.central_extra.len(), self.comment.len(), 0, 0] {
            bytes.extend((length as u16).to_le_bytes());
        }
        bytes.extend(self.attributes.to_le_bytes());
        bytes.extend(offset.to_le_bytes());
        for part in [&self.name, &self.central_extra, &self.comment] {
            bytes.extend(part);
        }
        bytes
    }
}

/// The parts of a ZIP, to be put together or spoilt.
#[derive(Clone)]
pub(crate) struct ZipParts {
    pub(crate) locals: Vec<u8>,
    pub(crate) directory: Vec<u8>,
    pub(crate) count: u16,
    pub(crate) offset: u32,
    pub(crate) comment: Vec<u8>,
}

impl ZipParts {
    pub(crate) fn new(members: &[Member]) -> Self {
        let mut parts = Self {
            locals: Vec::new(),
            directory: Vec::new(),
            count: 0,
            offset: 0,
            comment: Vec::new(),
        };
        for member in members {
            let offset = parts.locals.len() as u32;
            parts.locals.extend(member.local_header());
            parts.locals.extend(&member.packed);
            parts.locals.extend(&member.behind);
            if member.is_listed {
                parts.directory.extend(member.central_header(offset));
                parts.count += 1;
            }
        }
        parts.offset = parts.locals.len() as u32;
        parts
    }

    pub(crate) fn end(&self) -> Vec<u8> {
        let mut bytes = b"PK\x05\x06\0\0\0\0".to_vec();
        bytes.extend(self.count.to_le_bytes());
        bytes.extend(self.count.to_le_bytes());
        bytes.extend((self.directory.len() as u32).to_le_bytes());
        bytes.extend(self.offset.to_le_bytes());
        bytes.extend((self.comment.len() as u16).to_le_bytes());
        bytes.extend(&self.comment);
        bytes
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        [&self.locals[..], &self.directory, &self.end()].concat()
    }
}

/// A 64-bit end record and its locator.
pub(crate) fn end64(entries: u64, size: u64, offset: u64, locator: u64) -> Vec<u8> {
    let mut bytes = b"PK\x06\x06".to_vec();
    bytes.extend(44_u64.to_le_bytes());
    bytes.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for number in [entries, entries, size, offset] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(b"PK\x06\x07\0\0\0\0");
    bytes.extend(locator.to_le_bytes());
    bytes.extend(1_u32.to_le_bytes());
    bytes
}

/// A ZIP out of members.
pub(crate) fn zip_of(members: &[Member]) -> Vec<u8> {
    ZipParts::new(members).bytes()
}

/// How a 7z is made.
#[derive(Clone, Copy)]
pub(crate) struct SevenZStyle<'p> {
    pub(crate) is_solid: bool,
    pub(crate) password: Option<&'p str>,
    pub(crate) hides_names: bool,
}

pub(crate) const SOLID: SevenZStyle<'_> =
    SevenZStyle { is_solid: true, password: None, hides_names: false };

pub(crate) fn sevenz(tree: &Tree, style: SevenZStyle<'_>) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    let mut methods = vec![EncoderConfiguration::new(EncoderMethod::LZMA2)];
    if let Some(password) = style.password {
        methods.insert(0, AesEncoderOptions::new(Password::new(password)).into());
    }
    writer.set_content_methods(methods);
    writer.set_encrypt_header(style.hides_names);
    let entry = |name: &str, bytes: &[u8]| ArchiveEntry {
        has_stream: !bytes.is_empty(),
        ..ArchiveEntry::new_file(name)
    };
    if style.is_solid {
        let filled = tree.iter().filter(|(_, bytes)| !bytes.is_empty());
        let (entries, readers) =
            filled.map(|(name, bytes)| (entry(name, bytes), SourceReader::new(&bytes[..]))).unzip();
        writer.push_archive_entries(entries, readers).unwrap();
        for (name, _) in tree.iter().filter(|(_, bytes)| bytes.is_empty()) {
            writer.push_archive_entry::<&[u8]>(entry(name, b""), None).unwrap();
        }
    } else {
        for (name, bytes) in tree {
            let reader = Some(&bytes[..]).filter(|bytes| !bytes.is_empty());
            writer.push_archive_entry(entry(name, bytes), reader).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

/// A 7z of a start header, sealed with the right check sum, and what comes behind it.
pub(crate) fn sevenz_start(offset: u64, size: u64, crc: u32, rest: &[u8]) -> Vec<u8> {
    let fields = [&offset.to_le_bytes()[..], &size.to_le_bytes(), &crc.to_le_bytes()].concat();
    let seal = crc32(&fields).to_le_bytes();
    [b"7z\xbc\xaf\x27\x1c\0\x04", &seal[..], &fields, rest].concat()
}

/// A 7z whose header is written byte by byte.
pub(crate) fn sevenz_raw(packed: &[u8], header: &[u8]) -> Vec<u8> {
    let rest = [packed, header].concat();
    sevenz_start(packed.len() as u64, header.len() as u64, crc32(header), &rest)
}

/// A number as headers of 7z have it.
pub(crate) fn sevenz_number(number: u64) -> Vec<u8> {
    match number {
        0..0x80 => vec![number as u8],
        _ => [&[0xff][..], &number.to_le_bytes()].concat(),
    }
}

/// A block of a 7z with one member, written byte by byte.
#[derive(Clone)]
pub(crate) struct Block {
    pub(crate) name: &'static str,
    pub(crate) packed: Vec<u8>,
    /// Its coders, as the header describes them.
    pub(crate) coders: Vec<u8>,
    pub(crate) packed_size: u64,
    /// What each coder puts out.
    pub(crate) sizes: Vec<u64>,
    pub(crate) crc: u32,
}

impl Block {
    pub(crate) fn stored(name: &'static str, bytes: &[u8]) -> Self {
        let size = bytes.len() as u64;
        Self {
            name,
            packed: bytes.to_vec(),
            coders: b"\x01\x01\0".to_vec(),
            packed_size: size,
            sizes: vec![size],
            crc: crc32(bytes),
        }
    }
}

/// The part of a header that tells of packed bytes and blocks.
pub(crate) fn sevenz_streams(from: u64, blocks: &[Block]) -> Vec<u8> {
    let numbers = |numbers: Vec<u64>| numbers.into_iter().flat_map(sevenz_number);
    let count = sevenz_number(blocks.len() as u64);
    let mut bytes = vec![0x06];
    bytes.extend(sevenz_number(from));
    bytes.extend(&count);
    bytes.push(0x09);
    bytes.extend(numbers(blocks.iter().map(|block| block.packed_size).collect()));
    bytes.extend([0, 0x07, 0x0b]);
    bytes.extend(&count);
    bytes.push(0);
    bytes.extend(blocks.iter().flat_map(|block| block.coders.clone()));
    bytes.push(0x0c);
    bytes.extend(numbers(blocks.iter().flat_map(|block| block.sizes.clone()).collect()));
    bytes.extend([0x0a, 1]);
    bytes.extend(blocks.iter().flat_map(|block| block.crc.to_le_bytes()));
    bytes.extend([0, 0]);
    bytes
}

/// A 7z of such blocks.
pub(crate) fn sevenz_of(blocks: &[Block]) -> Vec<u8> {
    let packed: Vec<u8> = blocks.iter().flat_map(|block| block.packed.clone()).collect();
    let names = blocks.iter().flat_map(|block| block.name.encode_utf16().chain([0]));
    let names: Vec<u8> = names.flat_map(u16::to_le_bytes).collect();
    let mut header = vec![0x01, 0x04];
    header.extend(sevenz_streams(0, blocks));
    header.push(0x05);
    header.extend(sevenz_number(blocks.len() as u64));
    header.push(0x11);
    header.extend(sevenz_number(names.len() as u64 + 1));
    header.push(0);
    header.extend(names);
    header.extend([0, 0]);
    sevenz_raw(&packed, &header)
}

/// Bytes packed with LZMA2; what a coder of it has as its property is 20, a dictionary of 4 MiB.
pub(crate) fn lzma2(bytes: &[u8]) -> Vec<u8> {
    let mut options = lzma_rust2::Lzma2Options::with_preset(1);
    options.lzma_options.dict_size = 4 << 20;
    let mut writer = lzma_rust2::Lzma2Writer::new(Vec::new(), options);
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

pub(crate) fn rar_builder(tree: &Tree, version: ArchiveVersion) -> Builder {
    let mut builder = Builder::new(version);
    for (name, bytes) in tree {
        builder.add_bytes(name.clone().into_bytes(), bytes.clone(), Some(0), None).unwrap();
    }
    builder
}

pub(crate) fn rar(tree: &Tree, version: ArchiveVersion) -> Vec<u8> {
    rar_builder(tree, version).to_bytes().unwrap()
}

pub(crate) fn tar(tree: &Tree) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, bytes) in tree {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, &bytes[..]).unwrap();
    }
    builder.into_inner().unwrap()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ::zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn xz(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
