//! Archives from paths and bytes, in memory or as they are written: the containers that logs are
//! shared in.
//!
//! The same files give the same bytes, except where a password makes the packer draw a salt.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use rars::{ArchiveVersion, Builder};
use sevenz_rust2::encoder_options::{AesEncoderOptions, Lzma2Options};
use sevenz_rust2::{
    ArchiveEntry, ArchiveWriter, EncoderConfiguration, EncoderMethod, SourceReader,
};

/// Path and content of each file, in the order of the archive.
pub type Files = [(String, Vec<u8>)];

/// How the members of an archive are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// Each by itself.
    Single,
    /// One stream for all: they can only be read in order.
    Solid,
}

/// A ZIP with deflated members.
pub fn zip(files: &Files) -> Vec<u8> {
    zip_partly_encrypted(files, &[], "")
}

/// A ZIP with members that are encrypted in the old way.
pub fn zip_encrypted(files: &Files, password: &str) -> Vec<u8> {
    zip_partly_encrypted(&[], files, password)
}

/// A ZIP with open members, and behind them members that are encrypted in the old way.
pub fn zip_partly_encrypted(open: &Files, encrypted: &Files, password: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(Vec::new());
    open.iter().for_each(|(path, bytes)| writer.add(path, bytes));
    let mut archive = writer.0;
    for (path, bytes) in encrypted {
        let file = archive.new_file(path.as_str());
        let file = file.compression_method(rawzip::CompressionMethod::DEFLATE).encrypted(true);
        let (mut entry, config) = file.start().unwrap();
        let check = (entry.last_modified_dos().packed_time() >> 8) as u8;
        let salt = *b"not random!";
        let encryptor =
            rawzip::zipcrypto::Encryptor::new(&mut entry, password.as_bytes(), salt, check)
                .unwrap();
        let deflate = DeflateEncoder::new(encryptor, Compression::new(6));
        let mut writer = config.wrap(deflate);
        writer.write_all(bytes).unwrap();
        let (deflate, descriptor) = writer.finish().unwrap();
        deflate.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap()
}

/// A ZIP with deflated members that is written as it grows.
pub struct ZipWriter<W>(rawzip::ZipArchiveWriter<W>);

impl<W: Write> ZipWriter<W> {
    pub fn new(output: W) -> Self {
        Self(rawzip::ZipArchiveWriter::new(output))
    }

    pub fn add(&mut self, path: &str, bytes: &[u8]) {
        let (mut entry, config) = self
            .0
            .new_file(path)
            .compression_method(rawzip::CompressionMethod::DEFLATE)
            .start()
            .unwrap();
        let deflate = DeflateEncoder::new(&mut entry, Compression::new(6));
        let mut writer = config.wrap(deflate);
        writer.write_all(bytes).unwrap();
        let (deflate, descriptor) = writer.finish().unwrap();
        deflate.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }

    pub fn finish(self) -> W {
        self.0.finish().unwrap()
    }
}

/// A 7z with LZMA2.
pub fn sevenz(files: &Files, grouping: Grouping) -> Vec<u8> {
    write_sevenz(files, grouping, vec![EncoderMethod::LZMA2.into()])
}

/// As [`sevenz`], with the small dictionary that packers take for small contents.
pub fn small_sevenz(files: &Files, grouping: Grouping) -> Vec<u8> {
    let mut options = Lzma2Options::from_level(5);
    options.set_dictionary_size(256 << 10);
    write_sevenz(files, grouping, vec![options.into()])
}

/// A 7z with encrypted members and an encrypted list of them.
pub fn sevenz_encrypted(files: &Files, grouping: Grouping, password: &str) -> Vec<u8> {
    let encryption = EncoderConfiguration::from(AesEncoderOptions::new(password.into()));
    write_sevenz(files, grouping, vec![encryption, EncoderMethod::LZMA2.into()])
}

fn write_sevenz(files: &Files, grouping: Grouping, methods: Vec<EncoderConfiguration>) -> Vec<u8> {
    let mut archive = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    archive.set_content_methods(methods);
    // One stream of nothing but empty files is no stream: those are written as entries only.
    let (full, empty): (Vec<_>, Vec<_>) = files.iter().partition(|(_, bytes)| !bytes.is_empty());
    match grouping {
        Grouping::Single => {
            for (path, bytes) in full {
                archive.push_archive_entry(ArchiveEntry::new_file(path), Some(&bytes[..])).unwrap();
            }
        }
        Grouping::Solid if full.is_empty() => {}
        Grouping::Solid => {
            let entries = full.iter().map(|(path, _)| ArchiveEntry::new_file(path)).collect();
            let readers = full.iter().map(|(_, bytes)| SourceReader::new(&bytes[..])).collect();
            archive.push_archive_entries(entries, readers).unwrap();
        }
    }
    for (path, _) in empty {
        archive.push_archive_entry::<&[u8]>(ArchiveEntry::new_file(path), None).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A RAR 4 archive.
pub fn rar4(files: &Files, grouping: Grouping) -> Vec<u8> {
    write_rar(files, grouping, ArchiveVersion::Rar40, None)
}

/// A RAR 5 archive.
pub fn rar5(files: &Files, grouping: Grouping) -> Vec<u8> {
    write_rar(files, grouping, ArchiveVersion::Rar50, None)
}

/// A RAR 5 archive with encrypted members and an encrypted list of them.
pub fn rar5_encrypted(files: &Files, grouping: Grouping, password: &str) -> Vec<u8> {
    write_rar(files, grouping, ArchiveVersion::Rar50, Some(password))
}

fn write_rar(
    files: &Files,
    grouping: Grouping,
    version: ArchiveVersion,
    password: Option<&str>,
) -> Vec<u8> {
    let mut archive = Builder::new(version)
        .compression_level(Some(3))
        .solid(grouping == Grouping::Solid)
        .password(password.map(|password| password.as_bytes().to_vec()))
        .header_encryption(password.is_some());
    for (path, bytes) in files {
        archive.add_bytes(path.clone().into_bytes(), bytes.clone(), None, None).unwrap();
    }
    archive.to_bytes().unwrap()
}

/// A tar.
pub fn tar(files: &Files) -> Vec<u8> {
    let mut archive = TarWriter::new(Vec::new());
    files.iter().for_each(|(path, bytes)| archive.add(path, bytes));
    archive.finish()
}

/// A tar that is written as it grows.
pub struct TarWriter<W: Write>(tar::Builder<W>);

impl<W: Write> TarWriter<W> {
    pub fn new(output: W) -> Self {
        Self(tar::Builder::new(output))
    }

    pub fn add(&mut self, path: &str, bytes: &[u8]) {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        self.0.append_data(&mut header, path, bytes).unwrap();
    }

    pub fn finish(self) -> W {
        self.0.into_inner().unwrap()
    }
}

/// A tar in gzip.
pub fn tar_gz(files: &Files) -> Vec<u8> {
    gz(&tar(files))
}

/// A tar in Zstandard.
pub fn tar_zst(files: &Files) -> Vec<u8> {
    zstd::encode_all(&tar(files)[..], 3).unwrap()
}

/// One text in gzip.
pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = gz_to(Vec::new());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What is written to it goes to `output` in gzip.
pub fn gz_to<W: Write>(output: W) -> GzEncoder<W> {
    GzEncoder::new(output, Compression::new(6))
}

/// What is written to it goes to `output` in Zstandard.
pub fn zst_to<W: Write>(output: W) -> zstd::Encoder<'static, W> {
    zstd::Encoder::new(output, 3).unwrap()
}
