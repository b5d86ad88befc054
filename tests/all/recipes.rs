//! `docs/RECIPES.md` is run as it stands: its commands, files and queries, over invented logs.
//!
//! `tests/recipes/run.py` does it; here are the logs, and what else a reader would have lying there.
//! A recipe whose tools are not on this machine is told to be skipped, and does not fail.

use std::fs;
use std::io::Write;
use std::process::Command;

use serde_json::json;

use crate::exports::python;
use crate::support::pack;
use crate::tool::{Bench, example_cloud, repository};

/// The password of the archives; its caption and its list tell it.
const PASSWORD: &str = "Example-Cloud-77";

/// One log in which a person has several doors open, with one password.
const SYSTEM: &str = "\
Build ID: example_build
IP: 203.0.113.77
HWID: 5F2C1E7A9B0D4C3388A1B2C3D4E5F607
OS Version: Windows 11 Pro x64
Computer Name: EXC-0077
User Name: erika
Log date: 20.10.2025 09:12:44
";
const LOGINS: [(&str, &str); 4] = [
    ("https://vpn.example.com/remote/login", "erika.musterfrau@example.com"),
    ("https://sso.example.com/adfs/ls", "erika.musterfrau@example.com"),
    ("https://shop.example.net/account", "erika.musterfrau@example.com"),
    ("https://www.games.test/login", "erika77@games.test"),
];

fn log() -> Vec<(String, Vec<u8>)> {
    let blocks = LOGINS.iter().map(|(url, username)| {
        format!("URL: {url}\nUsername: {username}\nPassword: Inv3nted-77!\nApplication: Chrome\n\n")
    });
    let folder = "DE_203.0.113.77";
    vec![
        (format!("{folder}/System.txt"), SYSTEM.into()),
        (format!("{folder}/Passwords.txt"), blocks.collect::<String>().into()),
    ]
}

/// What lies there: `downloads`, an export of a chat, and an archive with a list of passwords.
fn lay_out(bench: &Bench) {
    for archive in example_cloud() {
        let name = archive.file_name().unwrap().to_str().unwrap();
        bench.file(&format!("downloads/{name}"), fs::read(&archive).unwrap());
    }
    bench.file("downloads/one.zip", pack::zip(&log()));
    bench.file("downloads/dump.txt", "https://mail.example.com/owa:max@example.com:Inv3nted-78!\n");
    let chat = json!({
        "name": "Example Cloud", "type": "public_channel", "id": 1_234_567_890,
        "messages": [{
            "id": 7, "type": "message", "date": "2025-10-21T10:00:00",
            "date_unixtime": "1761040800", "from": "Example Cloud",
            "text": format!("fresh logs\npass: {PASSWORD}"), "file": "files/fresh.zip",
        }],
    });
    bench.file("ChatExport/result.json", serde_json::to_vec_pretty(&chat).unwrap());
    bench.file("ChatExport/files/fresh.zip", pack::zip_encrypted(&log(), PASSWORD));
    bench.file("locked/fresh.rar", pack::rar5_encrypted(&log(), pack::Grouping::Solid, PASSWORD));
    bench.file("passwords.txt", format!("123456\n{PASSWORD}\n"));
}

#[test]
fn every_recipe_does_what_it_says() {
    let bench = Bench::new();
    lay_out(&bench);
    let mut run = Command::new(python());
    run.arg(repository("tests/recipes/run.py")).arg(env!("CARGO_BIN_EXE_logsieve"));
    // Not `println!`: the harness would keep it back, and a skipped recipe has to be seen.
    let mut console = std::io::stderr();
    match run.arg(bench.path("")).output() {
        Ok(output) => {
            let out = String::from_utf8_lossy(&output.stdout);
            let err = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{}:\n{out}\n{err}", output.status);
            writeln!(console, "recipes:\n{out}").unwrap();
        }
        Err(error) => writeln!(console, "SKIPPED: recipes, no Python: {error}").unwrap(),
    }
}
