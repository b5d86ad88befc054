//! Archives of every codec, packed the same way every time: what the mutants are made of.

use std::io::{Cursor, Read, Write};

use aes::{Aes128, Aes192, Aes256};
use ctr::Ctr128LE;
use ctr::cipher::{KeyIvInit, StreamCipher};
use flate2::{Compression, Crc};
use hmac::{Hmac, KeyInit, Mac};
use lzma_rust2::{CheckType, LzmaOptions, LzmaReader, LzmaWriter, XzOptions, XzWriter};
use rars::{ArchiveFamily, ArchiveVersion, Builder};
use sevenz_rust2::encoder_options::AesEncoderOptions;
use sevenz_rust2::{ArchiveEntry, ArchiveWriter, EncoderConfiguration, SourceReader};
use sha1::Sha1;

use crate::support::pack::{Files, Grouping};

/// The password of everything that has one.
pub(super) const PASSWORD: &str = "Example#1";

pub(super) fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// How the members of a ZIP are compressed, by the number that its headers say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Stored = 0,
    Deflate = 8,
    Bzip2 = 12,
    Lzma = 14,
    Zstd = 93,
    Xz = 95,
}

/// How the members of a ZIP are encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lock {
    Open,
    ZipCrypto,
    /// The strength is 1, 2 or 3, for keys of 128, 192 or 256 bits.
    Aes(u8),
}

/// A ZIP whose headers know all sizes.
pub(super) fn zip(files: &Files, method: Method, lock: Lock) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let offset = bytes.len() as u32;
        let crc = crc32(content);
        let packed = locked(packed(content, method), lock, crc);
        let (method, extra) = match lock {
            Lock::Aes(strength) => (99, aes_field(strength, method)),
            _ => (method as u16, Vec::new()),
        };
        let mut fields = Vec::new();
        for number in [51, u16::from(lock != Lock::Open), method, 0, 0x21] {
            fields.extend(number.to_le_bytes());
        }
        let kept_crc = if matches!(lock, Lock::Aes(_)) { 0 } else { crc };
        for number in [kept_crc, packed.len() as u32, content.len() as u32] {
            fields.extend(number.to_le_bytes());
        }
        for length in [name.len(), extra.len()] {
            fields.extend((length as u16).to_le_bytes());
        }
        bytes.extend([b"PK\x03\x04", &fields[..], name.as_bytes(), &extra, &packed].concat());
        directory.extend([b"PK\x01\x02\x33\x03", &fields[..], &[0; 10]].concat());
        directory.extend([&offset.to_le_bytes(), name.as_bytes(), &extra].concat());
    }
    let offset = bytes.len() as u32;
    let count = (files.len() as u16).to_le_bytes();
    bytes.extend(&directory);
    bytes.extend([b"PK\x05\x06\0\0\0\0", &count[..], &count].concat());
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend([&offset.to_le_bytes()[..], &[0; 2]].concat());
    bytes
}

fn packed(content: &[u8], method: Method) -> Vec<u8> {
    match method {
        Method::Stored => content.to_vec(),
        Method::Deflate => deflate(content),
        Method::Bzip2 => bzip2(content),
        Method::Zstd => zstd(content, 3),
        Method::Xz => xz(content, CheckType::Crc32),
        Method::Lzma => {
            let options = LzmaOptions::with_preset(1);
            let mut writer = LzmaWriter::new_no_header(Vec::new(), &options, false).unwrap();
            writer.write_all(content).unwrap();
            let properties = writer.props();
            let head = [&[9, 20, 5, 0, properties][..], &options.dict_size.to_le_bytes()].concat();
            [head, writer.finish().unwrap()].concat()
        }
    }
}

fn locked(mut packed: Vec<u8>, lock: Lock, crc: u32) -> Vec<u8> {
    match lock {
        Lock::Open => packed,
        Lock::ZipCrypto => {
            let (password, check) = (PASSWORD.as_bytes(), (crc >> 24) as u8);
            let mut bytes = Vec::new();
            let encryptor =
                rawzip::zipcrypto::Encryptor::new(&mut bytes, password, *b"not random!", check);
            encryptor.unwrap().write_all(&packed).unwrap();
            bytes
        }
        Lock::Aes(strength) => {
            let key_bytes = 8 + 8 * usize::from(strength);
            let salt = &b"not random at all"[..key_bytes / 2];
            let mut keys = vec![0; 2 * key_bytes + 2];
            pbkdf2::pbkdf2_hmac::<Sha1>(PASSWORD.as_bytes(), salt, 1000, &mut keys);
            let (key, rest) = keys.split_at(key_bytes);
            let (mac_key, check) = rest.split_at(key_bytes);
            let counter = 1_u128.to_le_bytes();
            match strength {
                1 => Ctr128LE::<Aes128>::new_from_slices(key, &counter)
                    .unwrap()
                    .apply_keystream(&mut packed),
                2 => Ctr128LE::<Aes192>::new_from_slices(key, &counter)
                    .unwrap()
                    .apply_keystream(&mut packed),
                _ => Ctr128LE::<Aes256>::new_from_slices(key, &counter)
                    .unwrap()
                    .apply_keystream(&mut packed),
            }
            let mut mac = Hmac::<Sha1>::new_from_slice(mac_key).unwrap();
            mac.update(&packed);
            let seal = mac.finalize().into_bytes();
            [salt, check, &packed, &seal[..10]].concat()
        }
    }
}

fn aes_field(strength: u8, method: Method) -> Vec<u8> {
    let method = (method as u16).to_le_bytes();
    [&b"\x01\x99\x07\0\x02\0AE"[..], &[strength], &method].concat()
}

pub(super) fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn bzip2(content: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// A frame with a check sum.
pub(super) fn zstd(content: &[u8], level: i32) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), level).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn xz(content: &[u8], check: CheckType) -> Vec<u8> {
    let mut options = XzOptions::with_preset(1);
    options.set_check_sum_type(check);
    let mut encoder = XzWriter::new(Vec::new(), options).unwrap();
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// Encryption of 7z members, which draws nothing.
pub(super) fn sevenz_lock() -> EncoderConfiguration {
    let options = AesEncoderOptions::new(PASSWORD.into());
    AesEncoderOptions { iv: [1; 16], salt: [2; 16], num_cycles_power: 4, ..options }.into()
}

/// A 7z; the last method compresses first.
pub(super) fn sevenz(
    files: &Files,
    grouping: Grouping,
    methods: Vec<EncoderConfiguration>,
) -> Vec<u8> {
    let hides_names = methods.len() > 1 && methods[0].method == sevenz_lock().method;
    let mut archive = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    archive.set_content_methods(methods);
    archive.set_encrypt_header(hides_names);
    let entry = |name: &String| ArchiveEntry::new_file(name);
    match grouping {
        Grouping::Single => {
            for (name, content) in files {
                archive.push_archive_entry(entry(name), Some(&content[..])).unwrap();
            }
        }
        Grouping::Solid => {
            let entries = files.iter().map(|(name, _)| entry(name)).collect();
            let readers = files.iter().map(|(_, content)| SourceReader::new(&content[..]));
            archive.push_archive_entries(entries, readers.collect()).unwrap();
        }
    }
    archive.finish().unwrap().into_inner()
}

/// The same 7z with its header as it is, not compressed, so that it can be damaged.
pub(super) fn with_bare_header(sevenz: &[u8]) -> Vec<u8> {
    let number = |at: usize| u64::from_le_bytes(sevenz[at..at + 8].try_into().unwrap()) as usize;
    let coded = &sevenz[32 + number(12)..];
    if coded[0] == 1 {
        return sevenz.to_vec();
    }
    let mut fields = Fields(&coded[2..]);
    let position = 32 + fields.number();
    let at = memchr::memmem::find(coded, &[3, 1, 1, 5]).unwrap() + 4;
    let (properties, dictionary) = (coded[at], coded[at + 1..at + 5].try_into().unwrap());
    let size = Fields(&coded[at + 6..]).number();
    let packed = &sevenz[position..];
    let dictionary = u32::from_le_bytes(dictionary);
    let mut header = Vec::new();
    LzmaReader::new_with_props(packed, size as u64, properties, dictionary, None)
        .unwrap()
        .read_to_end(&mut header)
        .unwrap();
    let mut bytes = sevenz[..position].to_vec();
    bytes[12..20].copy_from_slice(&(position as u64 - 32).to_le_bytes());
    bytes[20..28].copy_from_slice(&(header.len() as u64).to_le_bytes());
    bytes[28..32].copy_from_slice(&crc32(&header).to_le_bytes());
    let start = crc32(&bytes[12..32]);
    bytes[8..12].copy_from_slice(&start.to_le_bytes());
    bytes.extend(header);
    bytes
}

/// The numbers in a header of a 7z, as far as they are small.
struct Fields<'h>(&'h [u8]);

impl Fields<'_> {
    fn number(&mut self) -> usize {
        let first = usize::from(self.0[0]);
        let (value, length) = match first {
            0..0x80 => (first, 1),
            0x80..0xc0 => ((first & 0x3f) << 8 | usize::from(self.0[1]), 2),
            _ => ((first & 0x1f) << 16 | usize::from(self.0[2]) << 8 | usize::from(self.0[1]), 3),
        };
        self.0 = &self.0[length..];
        value
    }
}

/// A RAR that is not encrypted: passwords draw a salt.
pub(super) fn rar(
    files: &Files,
    version: ArchiveVersion,
    grouping: Grouping,
    level: u8,
) -> Vec<u8> {
    let builder = rar_builder(files, version).compression_level(Some(level)).store(level == 0);
    let bytes = builder.solid(grouping == Grouping::Solid).to_bytes().unwrap();
    [&bytes, end_of_rar(version)].concat()
}

/// The block that ends a RAR 4, which the writer leaves out.
pub(super) fn end_of_rar(version: ArchiveVersion) -> &'static [u8] {
    match version.family() {
        ArchiveFamily::Rar15To40 => b"\xc4\x3d\x7b\0\x40\x07\0",
        _ => b"",
    }
}

pub(super) fn rar_builder(files: &Files, version: ArchiveVersion) -> Builder {
    let mut builder = Builder::new(version);
    for (name, content) in files {
        builder.add_bytes(name.clone().into_bytes(), content.clone(), Some(0), None).unwrap();
    }
    builder
}
