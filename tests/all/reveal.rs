//! `reveal`: the clear text of one exposure, from every kind of source, and everything that keeps it
//! from being shown.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::support::generate::awkward_cloud;
use crate::support::pack::{self, Grouping};
use crate::support::ulp_forms::{self, FORMS};
use crate::tool::{Bench, Ran, isolate, logsieve, ran, records};

const SECRET: &str = "Inv3nted! : pass=word";
const COOKIE: &str = "c00kie-invented-0123456789abcdef";
const STRANGER: &str = "Inv3nted-strangers-own";
const AUDIT: &str = "case/reveal.audit.jsonl";

fn files() -> Vec<(String, Vec<u8>)> {
    let logins = format!(
        "URL: https://example.net/\nUsername: eve\nPassword: {STRANGER}\n\n\
         URL: https://vpn.example.com/\nUsername: ada@example.com\nPassword: {SECRET}\n\n\
         URL: https://wiki.example.com/\nUsername: bob@example.com\nPassword: \n"
    );
    let cookies = format!(".sso.example.com\tTRUE\t/\tTRUE\t1999999999\tJSESSIONID\t{COOKIE}\n");
    let system = "HWID: 0A0B0C0D\nComputer Name: PC-7\nUser Name: ada\nOS: Windows 10\n";
    vec![
        ("DE_1/Passwords.txt".to_owned(), logins.into_bytes()),
        ("DE_1/Cookies/Chrome_Default.txt".to_owned(), cookies.into_bytes()),
        ("DE_1/System.txt".to_owned(), system.into()),
        ("DE_1/notes.txt".to_owned(), b"meet at intranet.example.com on Monday\n".to_vec()),
    ]
}

/// A case of what lies at `input`.
struct Scene {
    bench: Bench,
}

impl Scene {
    fn of(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let scene = Self { bench: Bench::new() };
        scene.bench.file(&format!("in/{name}"), bytes);
        scene.check(&format!("in/{name}"), &[]);
        scene
    }

    fn zip() -> Self {
        Self::of("cloud.zip", pack::zip(&files()))
    }

    fn check(&self, input: &str, more: &[&str]) {
        let mut command = logsieve();
        command.args(["check", "-d", "example.com", "--format", "jsonl", "-o"]);
        ran(command.arg(self.bench.path("case")).args(more).arg(self.bench.path(input)))
            .with_code(0);
    }

    fn exposures(&self) -> Vec<Value> {
        records(&self.bench.text("case/exposures.jsonl"))
    }

    /// The id of the only exposure of which this is true.
    #[track_caller]
    fn id(&self, is_it: impl Fn(&Value) -> bool) -> String {
        let all = self.exposures();
        let found: Vec<_> = all.iter().filter(|exposure| is_it(exposure)).collect();
        assert_eq!(found.len(), 1, "{all:#?}");
        found[0]["exposure_id"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn vpn(&self) -> String {
        self.id(|exposure| exposure["record"]["host"] == "vpn.example.com")
    }

    #[track_caller]
    fn kind(&self, kind: &str) -> String {
        self.id(|exposure| exposure["kind"] == kind)
    }

    fn reveal(&self, id: &str, more: &[&str]) -> Ran {
        let mut command = logsieve();
        command.args(["reveal", "--id", id, "--reason", "INC-42, is it current?"]);
        command.env("LOGNAME", "ada").env_remove("SUDO_USER");
        ran(command.arg(self.bench.path("case")).args(more))
    }

    /// What the audit says, line by line.
    fn audit(&self) -> Vec<Value> {
        records(&fs::read_to_string(self.bench.path(AUDIT)).unwrap_or_default())
    }

    /// Fails unless a refused run showed nothing, and nothing else holds clear text.
    #[track_caller]
    fn assert_secret(&self, run: &Ran) {
        assert_eq!(run.out, "");
        self.assert_written_nowhere(run);
    }

    #[track_caller]
    fn assert_written_nowhere(&self, run: &Ran) {
        let files = self.bench.names("case").into_iter().map(|name| format!("case/{name}"));
        let mut texts: Vec<(String, Vec<u8>)> = vec![("stderr".into(), run.err.clone().into())];
        let read =
            |name: String| (name.clone(), fs::read(self.bench.path(&name)).unwrap_or_default());
        texts.extend(files.map(read));
        for (name, text) in texts {
            for secret in [SECRET, COOKIE, STRANGER] {
                let found = memchr::memmem::find(&text, secret.as_bytes());
                assert!(found.is_none(), "{name} holds {secret}");
            }
        }
    }

    #[track_caller]
    fn assert_reveals(&self, id: &str, secret: &str, more: &[&str]) {
        let lines = self.audit().len();
        let run = self.reveal(id, more).with_code(0);
        assert_eq!(run.out, format!("{secret}\n"));
        assert_eq!(self.audit().len(), lines + 1);
        assert_eq!(self.audit()[lines]["exposure_id"], id);
        self.assert_written_nowhere(&run);
    }
}

#[test]
fn a_login_and_a_session_of_every_kind_of_source() {
    let inner = pack::zip(&files());
    let others = |name: &str| vec![(name.to_owned(), b"nothing\n".to_vec())];
    let nested = pack::zip(&[
        ("more/a.zip".to_owned(), pack::zip(&others("DE_1/Passwords.txt"))),
        ("more/b.zip".to_owned(), inner.clone()),
    ]);
    let deep = pack::sevenz(&[("b.zip".to_owned(), nested.clone())], Grouping::Solid);
    for (name, bytes) in [
        ("cloud.zip", inner),
        ("cloud.7z", pack::sevenz(&files(), Grouping::Solid)),
        ("cloud.rar", pack::rar5(&files(), Grouping::Solid)),
        ("cloud.tar.gz", pack::tar_gz(&files())),
        ("nested.zip", nested),
        ("deep.7z", deep),
    ] {
        let scene = Scene::of(name, bytes);
        scene.assert_reveals(&scene.vpn(), SECRET, &[]);
        scene.assert_reveals(&scene.kind("session"), COOKIE, &["--quiet"]);
    }
}

#[test]
fn a_folder_of_loose_logs() {
    let scene = Scene { bench: Bench::new() };
    for (name, bytes) in files() {
        scene.bench.file(&format!("in/{name}"), bytes);
    }
    scene.bench.file("in/other.zip", pack::zip(&[("x.txt".to_owned(), b"nothing".to_vec())]));
    scene.check("in", &[]);
    scene.assert_reveals(&scene.vpn(), SECRET, &[]);
    // Now the folder is another source.
    scene.bench.file("in/DE_1/more.txt", "more");
    let changed = scene.reveal(&scene.vpn(), &[]).with_code(2);
    assert!(changed.err.contains("was changed"), "{}", changed.err);
    scene.assert_secret(&changed);
}

#[test]
fn lines_of_a_text_at_both_ends_and_between() {
    let mut text = String::from("https://first.example.com/:ada@example.com:Inv3nted-first\n");
    for number in 0..60_000 {
        text.push_str(&format!("https://site{number}.example.net/:user{number}:Strange{number}\n"));
        if number == 40_000 {
            text.push_str("https://mid.example.com/:ada@example.com:Inv3nted:mid\n");
        }
    }
    text.push_str("https://last.example.com/:ada@example.com:Inv3nted-\u{43f}\u{430}\u{440}");
    for (name, bytes) in
        [("dump.txt", text.clone().into_bytes()), ("dump.txt.gz", pack::gz(text.as_bytes()))]
    {
        let scene = Scene::of(name, bytes);
        for (host, secret) in [
            ("first.example.com", "Inv3nted-first"),
            ("mid.example.com", "Inv3nted:mid"),
            ("last.example.com", "Inv3nted-пар"),
        ] {
            let id = scene.id(|exposure| exposure["record"]["host"] == host);
            scene.assert_reveals(&id, secret, &[]);
        }
        // Another name is no other source.
        fs::rename(scene.bench.path(&format!("in/{name}")), scene.bench.path("moved")).unwrap();
        let id = scene.id(|exposure| exposure["record"]["host"] == "mid.example.com");
        scene.assert_reveals(&id, "Inv3nted:mid", &["--input", &scene.bench.arg("moved")]);
    }
}

#[test]
fn what_came_from_standard_input_can_be_given_again() {
    let text = "https://vpn.example.com/:ada@example.com:Inv3nted-once\n";
    let scene = Scene { bench: Bench::new() };
    let mut check = logsieve();
    check.args(["check", "-d", "example.com", "--format", "jsonl", "-", "-o"]);
    ran(check.arg(scene.bench.path("case")).write_stdin(text)).with_code(0);
    let gone = scene.reveal(&scene.vpn(), &[]).with_code(2);
    assert!(gone.err.contains("standard input"), "{}", gone.err);
    let again = |text: &str| {
        let mut command = logsieve();
        command.args(["reveal", "--id", &scene.vpn(), "--reason", "INC-42", "--input", "-"]);
        ran(command.arg(scene.bench.path("case")).write_stdin(text))
    };
    assert_eq!(again(text).with_code(0).out, "Inv3nted-once\n");
    assert_eq!(again(&format!("{text}\n")).with_code(2).out, "");
}

#[test]
fn an_encrypted_archive_needs_its_password_again() {
    let scene = Scene { bench: Bench::new() };
    scene.bench.file("in/cloud.7z", pack::sevenz_encrypted(&files(), Grouping::Solid, "0pen"));
    let words = scene.bench.file("words", "wrong\n0pen\n").into_os_string().into_string().unwrap();
    scene.check("in/cloud.7z", &["--password-file", &words]);
    let locked = scene.reveal(&scene.vpn(), &[]).with_code(4);
    assert!(locked.err.contains("[password_required]"), "{}", locked.err);
    scene.assert_secret(&locked);
    assert_eq!(scene.audit().len(), 0);
    scene.assert_reveals(&scene.vpn(), SECRET, &["--password-file", &words]);
}

#[test]
fn any_other_copy_of_the_source_will_do_and_nothing_else() {
    let scene = Scene::zip();
    let id = scene.vpn();
    fs::create_dir(scene.bench.path("new")).unwrap();
    fs::rename(scene.bench.path("in/cloud.zip"), scene.bench.path("new/renamed.bin")).unwrap();
    let missing = scene.reveal(&id, &[]).with_code(2);
    assert!(missing.err.contains("not there any more"), "{}", missing.err);
    scene.assert_secret(&missing);
    let new = scene.bench.arg("new");
    scene.bench.file("new/a.zip", pack::zip(&[("DE_1/x.txt".to_owned(), b"other".to_vec())]));
    scene.assert_reveals(&id, SECRET, &["--input", &new]);
    // The same record, but another source.
    let mut changed = files();
    changed.push(("DE_1/more.txt".to_owned(), b"more".to_vec()));
    scene.bench.file("in/cloud.zip", pack::zip(&changed));
    let refused = scene.reveal(&id, &[]).with_code(2);
    assert!(refused.err.contains("was changed"), "{}", refused.err);
    scene.assert_secret(&refused);
    assert_eq!(scene.audit().len(), 1);
}

#[test]
fn another_source_of_the_same_exposure_is_read_where_the_first_is_gone() {
    let scene = Scene::zip();
    let id = scene.vpn();
    scene.bench.file("in/second.7z", pack::sevenz(&files(), Grouping::Solid));
    scene.check("in/second.7z", &[]);
    assert_eq!(scene.vpn(), id);
    scene.assert_reveals(&id, SECRET, &[]);
    fs::remove_file(scene.bench.path("in/cloud.zip")).unwrap();
    scene.assert_reveals(&id, SECRET, &[]);
    let audit = scene.audit();
    assert_ne!(audit[0]["source_id"], audit[1]["source_id"]);
}

#[test]
fn only_exposures_with_a_value_can_be_named() {
    let scene = Scene::zip();
    let empty = scene.id(|exposure| exposure["record"]["host"] == "wiki.example.com");
    for id in [scene.kind("mention"), empty] {
        let refused = scene.reveal(&id, &[]).with_code(2);
        assert!(refused.err.contains("has no value"), "{}", refused.err);
        scene.assert_secret(&refused);
    }
    let record = scene.exposures()[0]["record"]["credential_id"].as_str().unwrap().to_owned();
    for wrong in ["00000000", "2", "no id", record.as_str()] {
        scene.assert_secret(&scene.reveal(wrong, &[]).with_code(2));
    }
    for reason in ["", " \t\n"] {
        let mut command = logsieve();
        command.args(["reveal", "--id", &scene.vpn(), "--reason", reason]);
        let refused = ran(command.arg(scene.bench.path("case"))).with_code(2);
        assert!(refused.err.contains("--reason"), "{}", refused.err);
        scene.assert_secret(&refused);
    }
    let mut nowhere = logsieve();
    nowhere.args(["reveal", "--id", &scene.vpn(), "--reason", "INC-42"]);
    ran(nowhere.arg(scene.bench.path("in"))).with_code(2);
    assert_eq!(scene.audit().len(), 0);
}

#[test]
fn another_key_is_refused() {
    let scene = Scene { bench: Bench::new() };
    scene.bench.file("in/cloud.zip", pack::zip(&files()));
    let key = scene.bench.arg("key");
    scene.check("in/cloud.zip", &["--key-file", &key]);
    let refused = scene.reveal(&scene.vpn(), &[]).with_code(2);
    assert!(refused.err.contains("another key"), "{}", refused.err);
    scene.assert_secret(&refused);
    scene.assert_reveals(&scene.vpn(), SECRET, &["--key-file", &key]);
}

#[test]
fn the_audit_says_who_saw_what_and_why() {
    let scene = Scene::zip();
    let id = scene.vpn();
    scene.assert_reveals(&id, SECRET, &[]);
    let run = scene.reveal(&id[..8], &[]).with_code(0);
    let [first, second] = &scene.audit()[..] else { panic!("two lines") };
    let exposures = scene.exposures();
    let exposure = exposures.iter().find(|one| one["exposure_id"] == id.as_str()).unwrap();
    assert_eq!(second["user"], "ada");
    assert_eq!(second["organisation"], "example.com");
    assert_eq!(second["reason"], "INC-42, is it current?");
    assert_eq!(second["record_id"], exposure["record"]["credential_id"]);
    assert_eq!(second["source_id"], exposure["record"]["source_id"]);
    assert!(second["uid"].is_u64() && second["at"].as_str().unwrap().ends_with('Z'));
    let text = scene.bench.text(AUDIT);
    let hashes: Vec<_> =
        text.lines().map(|line| blake3::hash(line.as_bytes()).to_string()).collect();
    assert_eq!(first["previous"], "0".repeat(64));
    assert_eq!(second["previous"], hashes[0].as_str());
    assert!(run.err.contains(&hashes[1]), "{}", run.err);
    let mode = fs::metadata(scene.bench.path(AUDIT)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn nothing_is_shown_without_an_audit() {
    let scene = Scene::zip();
    let id = scene.vpn();
    scene.reveal(&id, &[]).with_code(0);
    let line = scene.bench.text(AUDIT);
    scene.bench.file(AUDIT, format!("{}{line}", line.replace("INC-42", "INC-43")));
    let broken = scene.reveal(&id, &[]).with_code(2);
    assert!(broken.err.contains("line 2 does not follow"), "{}", broken.err);
    scene.assert_secret(&broken);
    fs::remove_file(scene.bench.path(AUDIT)).unwrap();
    fs::create_dir(scene.bench.path(AUDIT)).unwrap();
    let unwritable = scene.reveal(&id, &[]).with_code(5);
    assert!(unwritable.err.contains("cannot write"), "{}", unwritable.err);
    assert_eq!(unwritable.out, "");
}

#[test]
fn nothing_is_shown_where_the_disk_is_full() {
    let scene = Scene::zip();
    let id = scene.vpn();
    while fs::metadata(scene.bench.path(AUDIT)).map_or(0, |file| file.len()) < 8 << 10 {
        scene.reveal(&id, &[]).with_code(0);
    }
    let before = scene.bench.text(AUDIT);
    // What ignores the signal gets an error from the write instead.
    let script = "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\"";
    let blocks = (before.len() / 512).to_string();
    let mut shell = assert_cmd::Command::new("sh");
    shell.args(["-c", script, &blocks, env!("CARGO_BIN_EXE_logsieve"), "reveal"]);
    shell.args(["--id", &id, "--reason", "INC-42"]).arg(scene.bench.path("case"));
    let full = ran(&mut shell).with_code(5);
    assert!(full.err.contains("reveal.audit.jsonl"), "{}", full.err);
    scene.assert_secret(&full);
    assert_eq!(scene.bench.text(AUDIT), before);
    scene.assert_reveals(&id, SECRET, &[]);
}

/// Whatever the format, the disguise and the place: what `check` found is found again. Of the values,
/// a few are asked for; LOGSIEVE_REVEALS=2000 asks for as many.
#[test]
fn every_value_that_was_found_is_found_again() {
    let most = std::env::var("LOGSIEVE_REVEALS").map_or(40, |most| most.parse().unwrap());
    let scene = Scene { bench: Bench::new() };
    let bench = &scene.bench;
    let cloud = awkward_cloud(7, 0..60);
    bench.file("in/cloud.zip", pack::zip(&cloud.files));
    for number in 0..FORMS.len() {
        let (text, _) = ulp_forms::text(7, number, "dump.txt");
        bench.file(&format!("texts/{number}.txt"), &text);
        bench.file(&format!("in/texts/{number}.txt"), &text);
    }
    let texts = (0..FORMS.len()).map(|number| bench.arg(&format!("texts/{number}.txt")));
    let key = bench.arg("key");
    let mut check = logsieve();
    check.args(["check", "--format", "jsonl", "--key-file", &key, "-o"]).arg(bench.path("case"));
    for domain in ["example.com", "example.net", "example.org", "mail.test", "social.test"] {
        check.args(["-d", domain]);
    }
    let checked = ran(check.arg(bench.path("in")).args(texts));
    assert!(matches!(checked.code, 0 | 3), "{}", checked.err);
    let key_bytes = logsieve::secret::Key::from_file(&bench.path("key")).unwrap();
    let print = |exposure: &Value| {
        let record = &exposure["record"];
        let print = record["fingerprint"].as_str().or(record["secret"]["fingerprint"].as_str());
        print.map(str::to_owned)
    };
    let all = scene.exposures();
    let told: Vec<_> = all.iter().filter_map(|one| Some((one, print(one)?))).collect();
    assert!(told.len() > 500, "only {} values", told.len());
    for (exposure, print) in told.iter().step_by(told.len().div_ceil(most)) {
        let id = exposure["exposure_id"].as_str().unwrap();
        let run = scene.reveal(id, &["--key-file", &key]).with_code(0);
        let value = run.out.strip_suffix('\n').unwrap();
        let found = key_bytes.fingerprint(value.as_bytes()).to_string();
        assert_eq!(found, *print, "{}", exposure["record"]);
    }
}

/// Runs its arguments on a terminal of their own, whose text becomes its standard output.
const ON_A_TERMINAL: &str = "
import os, pty, sys
child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[1], sys.argv[1:])
text = b''
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    text += part
sys.stdout.buffer.write(text)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
";

/// `reveal` on a terminal; what it shows there is its output.
fn on_a_terminal(scene: &Scene, id: &str, more: &[&str]) -> Ran {
    let mut python = assert_cmd::Command::new("python3");
    isolate(&mut python);
    python.args(["-c", ON_A_TERMINAL, env!("CARGO_BIN_EXE_logsieve"), "reveal", "--id", id]);
    let run = ran(python.args(["--reason", "INC-42"]).args(more).arg(scene.bench.path("case")));
    assert_eq!(run.err, "", "Python itself failed");
    run
}

#[test]
fn a_terminal_is_shown_nothing_unless_it_is_asked_for() {
    let has_terminals = std::process::Command::new("python3").args(["-c", "import pty"]).status();
    if !has_terminals.is_ok_and(|status| status.success()) {
        // Not `println!`: the harness would keep it back, and a skipped test has to be seen.
        writeln!(std::io::stderr(), "SKIPPED: no Python to make a terminal with").unwrap();
        return;
    }
    let acting = "Inv3nted\u{202e}der";
    let line = format!("https://vpn.example.com/:ada@example.com:{acting}\n");
    for (scene, secret, shown) in [
        (Scene::zip(), SECRET, SECRET),
        (Scene::of("dump.txt", line), acting, r"Inv3nted\u{202e}der"),
    ] {
        let id = scene.vpn();
        let refused = on_a_terminal(&scene, &id, &[]).with_code(2);
        assert!(refused.out.contains("--to-terminal"), "{}", refused.out);
        assert!(!refused.out.contains(secret) && !refused.out.contains(shown), "{}", refused.out);
        assert_eq!(scene.audit().len(), 0);
        let told = on_a_terminal(&scene, &id, &["--to-terminal", "--quiet"]).with_code(0);
        assert_eq!(told.out, format!("{shown}\r\n"));
        assert_eq!(scene.audit().len(), 1);
        scene.assert_written_nowhere(&told);
        let told = on_a_terminal(&scene, &id, &["--to-terminal"]).with_code(0);
        assert!(told.out.contains(shown) && told.out.contains("Recorded in"), "{}", told.out);
    }
}
