//! What mutants are made of: one small log in archives of every codec, archives in archives, and
//! the texts of all fixtures.

use std::path::Path;

use lzma_rust2::CheckType;
use rars::ArchiveVersion::{self, Rar20, Rar30, Rar40, Rar50, Rar70};
use sevenz_rust2::encoder_options::DeltaOptions;
use sevenz_rust2::{EncoderConfiguration, EncoderMethod};

use super::pack::{self, Lock, Method, PASSWORD};
use super::seal::Seal;
use crate::support::pack::Grouping::{self, Single, Solid};

/// Something good that is to be damaged.
pub(crate) struct Seed {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) seal: Seal,
    /// The files that are read: the damaged bytes, what is packed round them, what stands beside them.
    pub(crate) wrap: Wrap,
    pub(crate) proof: Proof,
}

pub(crate) type Wrap = Box<dyn Fn(Vec<u8>) -> Tree>;

/// Whether the format itself can tell that what came out is what went in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Check sums cover all bytes that matter.
    CheckSums,
    None,
}

/// Names and contents of files.
pub(crate) type Tree = Vec<(String, Vec<u8>)>;

/// The log in most seeds: logins of more bytes than it takes to tell text from the rest, a machine, cookies, lines of logins, and code for the filters.
pub(crate) fn tree() -> Tree {
    let logins = |from: usize, to: usize| -> String {
        let login = |i| {
            format!(
                "URL: https://app{i}.example.com/login\nUsername: jane.doe{i}@example.org\n\
                 Password: Inv3nted-{i}!\nApplication: Google_[Chrome]_Default\n\n"
            )
        };
        (from..to).map(login).collect()
    };
    let machine = "Build ID: example\nIP: 203.0.113.10\nFileLocation: C:\\Users\\jane\\a.exe\n\
                   UserName: jane\nCountry: DE\nMachineName: EXC-PC01\nHWID: 0123456789ABCDEF\n\
                   Operation System: Windows 10 Pro x64\nLog date: 17.05.2024 17:11:12\n";
    let cookies = ".example.com\tTRUE\t/\tFALSE\t1893456000\tSID\tabc123\n".repeat(5);
    let lines: String =
        (0..9).map(|i| format!("https://vpn{i}.example.com/:user{i}:Inv3nted!{i}\n")).collect();
    let code: Vec<u8> = (0..60_u8).flat_map(|i| [0xe8, i, i / 3, 0, 0, 0x89, 0xc3]).collect();
    let text = |name: &str, text: String| (name.to_owned(), text.into_bytes());
    vec![
        text("DE_1/Passwords.txt", logins(0, 40)),
        text("DE_1/UserInformation.txt", machine.to_owned()),
        text("DE_1/Cookies/Chrome_Default.txt", cookies),
        text("dump.txt", lines),
        ("DE_1/FileGrabber/tool.exe".to_owned(), code),
    ]
}

/// All archives.
pub(crate) fn archives() -> Vec<Seed> {
    let tree = tree();
    let mut seeds = Vec::new();
    zips(&tree, &mut seeds);
    sevenzs(&tree, &mut seeds);
    rars(&tree, &mut seeds);
    tars_and_streams(&tree, &mut seeds);
    nested(&tree, &mut seeds);
    volumes(&tree, &mut seeds);
    others(&mut seeds);
    seeds
}

fn seed(name: impl Into<String>, bytes: Vec<u8>, seal: Seal) -> Seed {
    let (wrap, proof) = (Box::new(alone) as Wrap, Proof::CheckSums);
    Seed { name: name.into(), bytes, seal, wrap, proof }
}

/// One file, whose name says nothing.
fn alone(bytes: Vec<u8>) -> Tree {
    vec![("input".to_owned(), bytes)]
}

fn zips(tree: &Tree, seeds: &mut Vec<Seed>) {
    for method in
        [Method::Stored, Method::Deflate, Method::Bzip2, Method::Lzma, Method::Zstd, Method::Xz]
    {
        let name = format!("zip-{method:?}").to_lowercase();
        seeds.push(seed(name, pack::zip(tree, method, Lock::Open), Seal::Zip));
    }
    for (what, lock) in [
        ("zipcrypto", Lock::ZipCrypto),
        ("aes128", Lock::Aes(1)),
        ("aes192", Lock::Aes(2)),
        ("aes256", Lock::Aes(3)),
    ] {
        let bytes = pack::zip(&tree[..2], Method::Deflate, lock);
        seeds.push(seed(format!("zip-{what}"), bytes, Seal::Zip));
    }
    let bytes = pack::zip(&tree[..1], Method::Stored, Lock::ZipCrypto);
    seeds.push(seed("zip-zipcrypto-stored", bytes, Seal::Zip));
    let bytes = crate::support::pack::zip(tree);
    seeds.push(seed("zip-descriptors", bytes, Seal::Zip));
}

fn sevenzs(tree: &Tree, seeds: &mut Vec<Seed>) {
    use EncoderMethod as M;
    let delta = || EncoderConfiguration::from(DeltaOptions::from_distance(4));
    let chains: [(&str, Vec<EncoderConfiguration>); 14] = [
        ("copy", vec![M::COPY.into()]),
        ("lzma", vec![M::LZMA.into()]),
        ("lzma2", vec![M::LZMA2.into()]),
        ("ppmd", vec![M::PPMD.into()]),
        ("bzip2", vec![M::BZIP2.into()]),
        ("deflate", vec![M::DEFLATE.into()]),
        ("zstd", vec![M::ZSTD.into()]),
        ("delta-lzma", vec![M::LZMA.into(), delta()]),
        ("x86-lzma2", vec![M::LZMA2.into(), M::BCJ_X86_FILTER.into()]),
        ("arm64-lzma2", vec![M::LZMA2.into(), M::BCJ_ARM64_FILTER.into()]),
        ("riscv-ppmd", vec![M::PPMD.into(), M::BCJ_RISCV_FILTER.into()]),
        ("aes-copy", vec![pack::sevenz_lock(), M::COPY.into()]),
        ("aes-lzma2", vec![pack::sevenz_lock(), M::LZMA2.into()]),
        ("aes-ppmd", vec![pack::sevenz_lock(), M::PPMD.into()]),
    ];
    for (what, chain) in chains {
        for grouping in [Solid, Single] {
            let bytes = pack::sevenz(tree, grouping, chain.clone());
            let name = format!("7z-{what}-{}", word(grouping));
            if !what.starts_with("aes") {
                let bare = pack::with_bare_header(&bytes);
                seeds.push(seed(name, bare, Seal::SevenZ));
            } else if grouping == Solid {
                seeds.push(seed(name, bytes, Seal::SevenZ));
            }
        }
    }
    let bytes = pack::sevenz(tree, Solid, vec![M::LZMA2.into()]);
    seeds.push(seed("7z-lzma2-coded-header", bytes, Seal::SevenZ));
}

fn word(grouping: Grouping) -> &'static str {
    match grouping {
        Single => "single",
        Solid => "solid",
    }
}

fn rar_seal(version: ArchiveVersion) -> Seal {
    if matches!(version, Rar50 | Rar70) { Seal::Rar5 } else { Seal::Rar4 }
}

/// Those that are encrypted were written once, since their writer draws a salt each time.
fn rars(tree: &Tree, seeds: &mut Vec<Seed>) {
    for version in [Rar20, Rar30, Rar40, Rar50, Rar70] {
        for (level, grouping) in [(0, Single), (3, Single), (5, Single), (3, Solid)] {
            let bytes = pack::rar(tree, version, grouping, level);
            let name = format!("{version:?}-{level}-{}", word(grouping)).to_lowercase();
            seeds.push(seed(name, bytes, rar_seal(version)));
        }
    }
    for (name, bytes, seal) in [
        ("rar40-aes", &include_bytes!("data/rar40-aes.rar")[..], Seal::Rar4),
        ("rar40-aes-header", include_bytes!("data/rar40-aes-header.rar"), Seal::Rar4),
        ("rar50-aes", include_bytes!("data/rar50-aes.rar"), Seal::Rar5),
        ("rar50-aes-header", include_bytes!("data/rar50-aes-header.rar"), Seal::Rar5),
    ] {
        seeds.push(seed(name, bytes.to_vec(), seal));
    }
}

/// Writes the encrypted RARs again.
#[test]
#[ignore = "writes into the repository"]
fn write_encrypted_rars() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/all/mutants/data");
    for (version, name) in [(Rar40, "rar40"), (Rar50, "rar50")] {
        for (suffix, hides_names) in [("aes", false), ("aes-header", true)] {
            let builder = pack::rar_builder(&tree()[..2], version).compression_level(Some(3));
            let builder = builder.password(Some(PASSWORD.into())).header_encryption(hides_names);
            let path = folder.join(format!("{name}-{suffix}.rar"));
            let end = if hides_names { b"" } else { pack::end_of_rar(version) };
            std::fs::write(path, [&builder.to_bytes().unwrap(), end].concat()).unwrap();
        }
    }
}

fn tars_and_streams(tree: &Tree, seeds: &mut Vec<Seed>) {
    type Coder = fn(Vec<u8>) -> Vec<u8>;
    let coders: [(&str, Coder, Seal); 7] = [
        ("gz", |bytes| crate::support::pack::gz(&bytes), Seal::Gzip),
        ("bz2", |bytes| pack::bzip2(&bytes), Seal::None(24)),
        ("zst", |bytes| pack::zstd(&bytes, 3), Seal::None(16)),
        ("zst-fast", |bytes| pack::zstd(&bytes, -5), Seal::None(16)),
        ("zst-best", |bytes| pack::zstd(&bytes, 19), Seal::None(16)),
        ("xz", |bytes| pack::xz(&bytes, CheckType::Crc64), Seal::Xz),
        ("xz-unchecked", |bytes| pack::xz(&bytes, CheckType::None), Seal::Xz),
    ];
    let tar = crate::support::pack::tar(&tree[..4]);
    let unproven = |seed: Seed| Seed { proof: Proof::None, ..seed };
    seeds.push(unproven(seed("tar", tar.clone(), Seal::Tar)));
    for (suffix, coder, seal) in coders {
        let proof = if suffix == "xz-unchecked" { Proof::None } else { Proof::CheckSums };
        let text = [&tree[0].1[..], &tree[3].1].concat();
        seeds.push(Seed { proof, ..seed(suffix, coder(text), seal) });
        seeds.push(Seed { proof, ..seed(format!("tar.{suffix}"), coder(tar.clone()), seal) });
        let inside = seed(format!("tar-in-{suffix}"), tar.clone(), Seal::Tar);
        seeds.push(unproven(Seed { wrap: Box::new(move |bytes| alone(coder(bytes))), ..inside }));
    }
}

/// A damaged archive in a whole one.
fn nested(tree: &Tree, seeds: &mut Vec<Seed>) {
    let inner = [
        ("zip", pack::zip(tree, Method::Deflate, Lock::Open), Seal::Zip),
        ("7z", pack::with_bare_header(&crate::support::pack::sevenz(tree, Solid)), Seal::SevenZ),
        ("rar", pack::rar(tree, Rar50, Solid, 3), Seal::Rar5),
        ("tar.gz", crate::support::pack::tar_gz(&tree[..4]), Seal::Gzip),
    ];
    type Outer = fn(&str, Vec<u8>) -> Vec<u8>;
    let outer: [(&str, Outer); 4] = [
        ("zip", |name, bytes| pack::zip(&inside(name, bytes), Method::Stored, Lock::Open)),
        ("7z", |name, bytes| crate::support::pack::sevenz(&inside(name, bytes), Solid)),
        ("rar", |name, bytes| pack::rar(&inside(name, bytes), Rar50, Single, 0)),
        ("tar.gz", |name, bytes| crate::support::pack::tar_gz(&inside(name, bytes))),
    ];
    for (suffix, bytes, seal) in &inner {
        for (around, wrap) in outer {
            let name = format!("{suffix}-in-{around}");
            let entry = format!("DE_1.{suffix}");
            let wrap: Wrap = Box::new(move |bytes| alone(wrap(&entry, bytes)));
            seeds.push(Seed { wrap, ..seed(name, bytes.clone(), *seal) });
        }
    }
}

fn inside(name: &str, bytes: Vec<u8>) -> Tree {
    vec![
        (format!("logs/{name}"), bytes),
        ("logs/other.txt".to_owned(), b"https://a.example.com/:user:Inv3nted!\n".to_vec()),
    ]
}

/// Archives that are cut in three after the damage, and RARs of which one volume is damaged.
fn volumes(tree: &Tree, seeds: &mut Vec<Seed>) {
    let zip = pack::zip(tree, Method::Deflate, Lock::Open);
    let sevenz = pack::with_bare_header(&crate::support::pack::sevenz(tree, Solid));
    for (suffix, bytes, seal) in [("zip", zip, Seal::Zip), ("7z", sevenz, Seal::SevenZ)] {
        let wrap: Wrap = Box::new(move |bytes| {
            let parts = bytes.chunks(bytes.len().div_ceil(3).max(1)).zip(1..);
            parts.map(|(part, at)| (format!("cloud.{suffix}.{at:03}"), part.to_vec())).collect()
        });
        seeds.push(Seed { wrap, ..seed(format!("{suffix}-in-parts"), bytes, seal) });
    }
    // The writer cuts a RAR 4 only if it holds one file.
    for (version, tree) in [(Rar40, &tree[..1]), (Rar50, tree)] {
        let whole = pack::rar(tree, version, Single, 0).len();
        let builder = pack::rar_builder(tree, version).store(true);
        let mut volumes = builder.volume_size(Some(whole / 2)).build_volumes(None).unwrap();
        volumes.last_mut().unwrap().extend(pack::end_of_rar(version));
        for damaged in 0..2 {
            let name = format!("{version:?}-volume-{damaged}").to_lowercase();
            let (bytes, others) = (volumes[damaged].clone(), volumes.clone());
            let wrap: Wrap = Box::new(move |bytes| {
                let mut volumes = others.clone();
                volumes[damaged] = bytes;
                let names = (1..).map(|at| format!("cloud.part{at}.rar"));
                names.zip(volumes).collect()
            });
            seeds.push(Seed { wrap, ..seed(name, bytes, rar_seal(version)) });
        }
    }
}

/// Archives by 7-Zip, in methods that our writers do not know.
fn others(seeds: &mut Vec<Seed>) {
    macro_rules! archives {
        ($($name:literal)*) => {
            [$(($name, &include_bytes!(concat!("../../../src/archive/tests/data/", $name))[..])),*]
        };
    }
    for (name, bytes) in archives! {
        "method-deflate64.zip" "method-ppmd.zip" "aes-ppmd.zip" "method-deflate.7z"
        "method-deflate64.7z" "method-bcj2.7z" "aes-header.7z"
    } {
        let (bytes, seal) = match name {
            _ if name.ends_with("zip") => (bytes.to_vec(), Seal::Zip),
            "aes-header.7z" => (bytes.to_vec(), Seal::SevenZ),
            _ => (pack::with_bare_header(bytes), Seal::SevenZ),
        };
        seeds.push(seed(name, bytes, seal));
    }
}

/// The short files of all fixtures, each in a ZIP of its own under its path.
pub(crate) fn texts() -> Vec<Seed> {
    const LONGEST: u64 = 8 << 10;
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut files = Vec::new();
    let mut folders = vec![fixtures.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if entry.metadata().unwrap().len() <= LONGEST {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    let inputs = files.iter().filter_map(|path| {
        let name = path.strip_prefix(&fixtures).unwrap().to_str()?;
        let (_, entry) = name.split_once("/input/")?;
        Some((name.to_owned(), entry.to_owned(), std::fs::read(path).unwrap()))
    });
    let of = |(name, entry, bytes): (String, String, Vec<u8>)| {
        let wrap: Wrap = Box::new(move |bytes| {
            let files = [(entry.clone(), bytes)];
            alone(pack::zip(&files, Method::Stored, Lock::Open))
        });
        Seed { wrap, proof: Proof::None, ..seed(name, bytes, Seal::None(0)) }
    };
    inputs.map(of).collect()
}
