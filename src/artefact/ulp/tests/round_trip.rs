//! Logins written in every form of the catalogue, with every delimiter, read back.
//!
//! What is read must be what was written, or, with low confidence, its alternative must be.

use super::*;

/// A login as somebody wrote it.
#[derive(Debug, Clone)]
struct Login {
    url: String,
    username: String,
    password: String,
}

/// How the logins of a file are written; the form of the catalogue, and the delimiter.
#[derive(Debug, Clone, Copy)]
enum Form {
    UrlFirst(&'static str),
    SpaceAndColon,
    UrlLast(&'static str),
    UserInfo,
    NoUrl(&'static str),
    Trailer(&'static str),
    Grouped(&'static str),
    Labelled,
    Quoted(char),
    Portal,
    Encoded(&'static str),
}

const SINGLE: [&str; 4] = [":", "|", ";", "\t"];
const SIGNS: [&str; 10] = [":", "|", ";", "\t", " | ", " : ", " ; ", "::", ";;", "||"];

fn any_form() -> impl Strategy<Value = Form> {
    let sign = || prop::sample::select(SIGNS.to_vec());
    let single = || prop::sample::select(SINGLE.to_vec());
    prop_oneof![
        4 => sign().prop_map(Form::UrlFirst),
        1 => Just(Form::SpaceAndColon),
        1 => single().prop_map(Form::UrlLast),
        1 => Just(Form::UserInfo),
        1 => single().prop_map(Form::NoUrl),
        1 => prop::sample::select(vec![" | Country = US | @example", " - [2024-05-12]", ":Chrome"])
            .prop_map(Form::Trailer),
        1 => single().prop_map(Form::Grouped),
        1 => Just(Form::Labelled),
        1 => prop::sample::select(vec![',', ';', '\t']).prop_map(Form::Quoted),
        1 => Just(Form::Portal),
        1 => single().prop_map(Form::Encoded),
    ]
}

/// A password without delimiters, of which a file needs some for its vote, or of anything.
fn any_password() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a",
        "B1",
        "x9",
        ":",
        "|",
        ";",
        ",",
        "\t",
        "@",
        "#",
        "/",
        " ",
        "=",
        "ü",
        "!",
        "\"",
        "?",
        "http",
        "://",
        "b.example",
        "c@b.example",
        "8443",
        "::",
        " | ",
    ]);
    let hard =
        prop::collection::vec(pieces, 1..7).prop_map(|pieces| format!("p{}q", pieces.concat()));
    prop_oneof![3 => "[a-zA-Z0-9!#$]{6,12}", 1 => hard]
}

fn any_login() -> impl Strategy<Value = Login> {
    let host = prop::sample::select(vec![
        "a.example",
        "login.a-b.example",
        "203.0.113.10",
        "[2001:db8::1]",
        "bücher.example",
        "A.EXAMPLE",
        "a.example.",
    ]);
    let scheme = prop::sample::select(vec!["", "https://", "http://", "ftp://"]);
    let port = prop::sample::select(vec!["", "", ":8443"]);
    let path = prop::sample::select(vec!["", "/", "/x/login.php", "/?a=b", "/#/x", "/x;y=z"]);
    let site = (scheme, host, port, path)
        .prop_map(|(scheme, host, port, path)| format!("{scheme}{host}{port}{path}"));
    let app = prop::sample::select(vec![
        "android://AA/b+C-_==@com.example.app/",
        "android://AAAA==@com.example.app",
        "com.example.app",
    ]);
    let url = prop_oneof![8 => site, 1 => app.prop_map(str::to_owned)];
    let username = prop_oneof![
        "[a-z]{3,8}[0-9]?",
        "[a-z]{3,8}(\\.|\\+)?[a-z0-9]{1,4}@(b|mail\\.b)\\.example",
        "[0-9]{10,11}",
        "EXAMPLE\\\\[a-z]{3,6}",
    ];
    (url, username, any_password()).prop_map(|(url, username, password)| Login {
        url,
        username,
        password,
    })
}

/// Whether a line can only be guessed: what is documented with [`alternative`](super::alternative).
fn is_a_guess(form: Form, Login { url, username, password }: &Login) -> bool {
    let email = username.contains('@');
    let sign = match form {
        Form::UrlFirst(sign) | Form::Encoded(sign) => sign,
        _ => ":",
    };
    // The first delimiter ends the URL.
    url.contains(sign.trim()) && sign.trim() != ":"
        // An e-mail address ends a URL with a query, and is a login.
        || password.contains('@') && url.contains(['?', '#', ';', '=']) && !email
        // A trailer is none of the password.
        || trailer::cut(password.as_bytes()).0 != password.as_bytes()
        // A last field that is a URL, or a host, is taken for one.
        || matches!(form, Form::NoUrl(sign) | Form::Grouped(sign)
            if password.contains(sign) && shape::last_scheme(password.as_bytes()).is_some())
        || matches!(form, Form::NoUrl(sign)
            if password.split_once(sign).is_some_and(|(_, last)| resolve::is_address(last.trim().as_bytes())))
        // A handle behind a login that is no address advertises a channel.
        || matches!(form, Form::Grouped(_)) && !email && noise::is_promotion(password.as_bytes())
        // Two fields need an e-mail address.
        || matches!(form, Form::NoUrl(_)) && !email
}

/// The text of a file, and what of each login stands in it.
fn written(form: Form, logins: &[Login]) -> (String, Vec<Login>) {
    let mut text = String::new();
    let mut expected = Vec::new();
    if let Form::Quoted(sign) = form {
        text = format!("url{sign}login{sign}password\n");
    }
    for login in logins {
        let Login { mut url, username, password } = login.clone();
        let quoted = |value: &str| format!("\"{}\"", value.replace('"', "\"\""));
        let line = match form {
            Form::UrlFirst(sign) => [&*url, &username, &password].join(sign),
            Form::SpaceAndColon => format!("{url} {username}:{password}"),
            Form::UrlLast(sign) => {
                url = format!("https://{}", url.rsplit("://").next().unwrap());
                [&*username, &password, &url].join(sign)
            }
            Form::UserInfo => {
                url = "ftp://ftp.a.example:21/".to_owned();
                format!("ftp://{username}:{password}@ftp.a.example:21/")
            }
            Form::NoUrl(sign) => {
                url.clear();
                [&*username, &password].join(sign)
            }
            Form::Trailer(trailer) => [&*url, ":", &username, ":", &password, trailer].concat(),
            Form::Grouped(sign) => {
                text.push_str(&format!("[{url}]\n"));
                [&*username, &password].join(sign)
            }
            Form::Labelled => format!("URL: {url} | Login: {username} | Password: {password}"),
            Form::Quoted(sign) => [&*url, &username, &password].map(quoted).join(&sign.to_string()),
            Form::Portal => {
                format!("01234567-89ab-cdef-0123-456789abcdef:{url}:{username}:{password}")
            }
            Form::Encoded(sign) => {
                url = format!("https://{}", url.rsplit("://").next().unwrap());
                let encoded = url.replace(':', "%3A").replace('/', "%2F");
                [&*encoded, &username, &password].join(sign)
            }
        };
        text.push_str(&line);
        text.push('\n');
        if !is_a_guess(form, login) {
            expected.push(Login { url, username, password });
        }
    }
    (text, expected)
}

fn is_it(fact: &CredentialFact<'_>, login: &Login) -> bool {
    let secret = match &fact.password {
        Password::Present(secret) => secret.expose(),
        Password::Empty | Password::Placeholder | Password::Unreadable => &[],
    };
    *fact.url == *login.url.as_bytes()
        && *fact.username == *login.username.as_bytes()
        && secret == login.password.as_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_written_is_read(form in any_form(), logins in prop::collection::vec(any_login(), 12)) {
        let (text, expected) = written(form, &logins);
        let found = parse(text.as_bytes(), 1, vote(text.as_bytes()), &Context::default());
        let is_read = |login: &&Login| {
            let mut readings = found.credentials.iter().chain(&found.alternatives);
            readings.any(|fact| is_it(fact, login))
        };
        let wrong: Vec<_> = expected.iter().filter(|login| !is_read(login)).collect();
        prop_assert!(wrong.is_empty(), "{:?} {:?}\n{}", form, wrong, text);
    }
}
