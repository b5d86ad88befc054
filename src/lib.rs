//! logsieve reads infostealer logs and tells which records expose the organisations on a watchlist.
//!
//! The command `logsieve` is one user of this library. Another one begins with a [`Watchlist`] and a
//! [`Check`]:
//!
//! ```
//! use logsieve::exposure::{IdentityClass, Severity};
//! use logsieve::{Check, Watchlist};
//!
//! # let folder = tempfile::tempdir()?;
//! # let downloads = folder.path().join("downloads");
//! # std::fs::create_dir(&downloads)?;
//! # let mut cloud = tar::Builder::new(std::fs::File::create(downloads.join("cloud.tar"))?);
//! # let logins = "URL: https://vpn.example.com/\nUsername: ada@example.com\nPassword: Inv3nted!\n\n\
//! #     URL: https://shop.example.net/\nUsername: bob\nPassword: Strangers0wn\n";
//! # for (path, text) in [("DE_1/Passwords.txt", logins), ("DE_1/System.txt", "Computer Name: PC-7\n")] {
//! #     let mut header = tar::Header::new_gnu();
//! #     header.set_size(text.len() as u64);
//! #     header.set_mode(0o600);
//! #     cloud.append_data(&mut header, path, text.as_bytes())?;
//! # }
//! # cloud.finish()?;
//! let watchlist = Watchlist::from_domains(["example.com"])?;
//! let mut employees = Vec::new();
//! let summary = Check::new(watchlist).input(downloads).run(|exposure| {
//!     if exposure.identity_class == IdentityClass::Employee {
//!         let computer = exposure.machine.and_then(|machine| machine.computer_name.clone());
//!         employees.push((exposure.severity, computer, exposure.source.name.clone()));
//!     }
//!     Ok(())
//! })?;
//! let [(severity, computer, source)] = &employees[..] else { panic!("{employees:?}") };
//! assert_eq!((*severity, computer.as_deref()), (Severity::Critical, Some("PC-7")));
//! assert!(source.ends_with("cloud.tar"));
//! assert_eq!(summary.records.credentials, 2); // what was read; bob is nobody of ours
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Exposure`] and `docs/OUTPUT_SCHEMA.md` say what each field means, `docs/SEVERITY.md` how the
//! classes and severities come about. All records serialise (`serde`) to the lines that the command
//! writes; [`text::visible`] makes what criminals wrote into them fit for a terminal. With
//! [`Check::case`] the results stay in a folder, and each run tells what is new.
//!
//! # Passwords and limits
//!
//! Words that stand round an archive are tried on it without being asked for; other ones are given.
//! Inputs are made by criminals, and [`Limits`] say how much one may ask for; the defaults are those
//! of the command.
//!
//! ```
//! use logsieve::{Check, Limits, Watchlist};
//!
//! # use sevenz_rust2::{ArchiveEntry, ArchiveWriter, encoder_options::AesEncoderOptions};
//! # let folder = tempfile::tempdir()?;
//! # let locked = folder.path().join("locked.7z");
//! # let mut archive = ArchiveWriter::create(&locked)?;
//! # archive.set_content_methods(vec![AesEncoderOptions::new("Inv3nted".into()).into()]);
//! # let login = &b"https://vpn.example.com/:ada@example.com:Inv3nted\n"[..];
//! # archive.push_archive_entry(ArchiveEntry::new_file("dump.txt"), Some(login))?;
//! # archive.finish()?;
//! let check = Check::new(Watchlist::from_domains(["example.com"])?)
//!     .input(locked)
//!     .passwords(["not-this-one", "Inv3nted"])
//!     .limits(Limits::default().with("nested=1G,kdf_seconds=5")?)
//!     .threads(2);
//! let mut opened_with = None;
//! check.run(|exposure| {
//!     opened_with = exposure.source.password_origin;
//!     Ok(())
//! })?;
//! assert_eq!(opened_with, Some(logsieve::record::PasswordOrigin::Given));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What could not be read
//!
//! An input that is missing, locked or damaged does not end a run, and is never passed in silence. The
//! [`Summary`] says whether the answer is complete, and [`Check::run_records`] has an
//! [issue](record::IssueRecord) for each thing that was not read, or not all of it.
//!
//! ```
//! use logsieve::issue::Code;
//! use logsieve::record::Status;
//! use logsieve::{Check, Record, Watchlist};
//!
//! # let folder = tempfile::tempdir()?;
//! # let good = folder.path().join("dump.txt");
//! # std::fs::write(&good, "https://vpn.example.com/:ada@example.com:Inv3nted\n")?;
//! # let broken = folder.path().join("broken.zip");
//! # std::fs::write(&broken, b"PK\x03\x04 and no more")?;
//! let (mut exposures, mut issues) = (0, Vec::new());
//! let check = Check::new(Watchlist::from_domains(["example.com"])?).inputs([good, broken]);
//! let summary = check.run_records(|record| {
//!     match record {
//!         Record::Exposure(_) => exposures += 1,
//!         Record::Issue(issue) => issues.push((issue.code, issue.detail)),
//!         _ => {} // sources, machines, the summary
//!     }
//!     Ok(())
//! })?;
//! assert_eq!((exposures, summary.status), (1, Status::Partial));
//! assert_eq!(issues[0].0, Code::Truncated);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What the command does besides
//!
//! What concerns a whole process is left to the program that it is. `logsieve` refuses core dumps,
//! which would hold what is being read; it shuts itself in (`docs/SECURITY.md`); and it keeps the
//! messages of panics to itself. A panic of a decoder or parser is caught and becomes an issue, but
//! Rust prints its message first, and that may quote what was being read. This leaves the place only:
//!
//! ```standalone_crate
//! std::panic::set_hook(Box::new(|panic| {
//!     eprintln!("panic at {}", panic.location().map(ToString::to_string).unwrap_or_default());
//! }));
//! ```
//!
//! # Where things are
//!
//! Programs need [`check`], [`watchlist`], [`exposure`], [`record`], [`issue`], [`error`], [`limits`]
//! and [`secret`], which are at hand here by the names that are used most. [`case`] is the file in a
//! case folder, [`sink`] writes records in all the forms of the command, and [`pipeline`] is the run
//! itself, for those who want every record and not only exposures.
//!
//! All else is how it is done. It is public because tests, fuzzers and benchmarks use it, and may
//! change with any version. The modules stand on floors and use only what stands below them;
//! `docs/ARCHITECTURE.md` draws the picture and a test enforces it.

// floor 0: words
pub mod error;
pub mod exposure;
pub mod fact;
pub mod issue;
pub mod limits;
pub mod password;
pub mod provenance;
pub mod record;
pub mod secret;
pub mod spill;
pub mod store;
pub mod text;
// floor 1: bytes
pub mod archive;
pub mod input;
// floor 2: shape
pub mod family;
pub mod layout;
// floor 3: meaning
pub mod artefact;
// floor 4: strangers to each other
pub mod case;
pub mod classify;
pub mod normalise;
pub mod sink;
pub mod watchlist;
// floor 5: joins
pub mod pipeline;
// floor 6: one job
pub mod check;
// top
pub mod cli;

pub use check::Check;
pub use error::{Error, Result};
pub use exposure::Exposure;
pub use limits::Limits;
pub use pipeline::Progress;
pub use record::{Record, Summary};
pub use secret::Key;
pub use watchlist::Watchlist;
