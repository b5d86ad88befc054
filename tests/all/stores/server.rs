//! A server of files, as HTTP, WebDAV, S3, GCS and Azure have them, that can be told to misbehave and
//! remembers what it was asked for.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// How the server answers who wants bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    Well,
    /// So many answers end in the middle.
    BreakOff(u32),
    /// Nobody may have any.
    Refuse,
    /// They are said to lie elsewhere.
    Redirect,
    /// It does not care what a range is.
    IgnoreRanges,
    /// It does not care which object is meant.
    IgnoreConditions,
}

struct Shared {
    root: PathBuf,
    mood: Mutex<Mood>,
    sent: AtomicU64,
    asked: Mutex<Vec<String>>,
    is_over: AtomicBool,
}

/// Files below a folder as `/bucket/…`; it ends when it is dropped.
pub(super) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Server {
    pub(super) fn new(root: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let shared = Arc::new(Shared {
            root: root.to_owned(),
            mood: Mutex::new(Mood::Well),
            sent: AtomicU64::new(0),
            asked: Mutex::default(),
            is_over: AtomicBool::new(false),
        });
        let server = Self { address: listener.local_addr().unwrap(), shared };
        let shared = Arc::clone(&server.shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.is_over.load(Ordering::Relaxed) {
                    return;
                }
                let shared = Arc::clone(&shared);
                // Who asked may have gone away.
                thread::spawn(move || _ = stream.and_then(|stream| shared.answer(stream)));
            }
        });
        server
    }

    /// Where it is.
    pub(super) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The URL of a file, or of a folder.
    pub(super) fn url(&self, path: &str) -> PathBuf {
        format!("{}/bucket/{}", self.origin(), escaped(path)).into()
    }

    pub(super) fn be(&self, mood: Mood) {
        *self.shared.mood.lock().unwrap() = mood;
    }

    /// How many bytes of files it has sent since it was asked last.
    pub(super) fn take_sent(&self) -> u64 {
        self.shared.sent.swap(0, Ordering::Relaxed)
    }

    /// What it was asked for since it was asked last: methods and paths.
    pub(super) fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.asked.lock().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
    }
}

/// What is asked for.
struct Request {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
}

impl Request {
    fn read(stream: &TcpStream) -> std::io::Result<Self> {
        let mut lines = BufReader::new(stream).lines();
        let first = lines.next().transpose()?.unwrap_or_default();
        let mut words = first.split(' ').map(str::to_owned);
        let (method, target) = (words.next().unwrap(), words.next().unwrap_or_default());
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let mut headers = Vec::new();
        for line in lines {
            let line = line?;
            let Some((name, value)) = line.split_once(": ") else { break };
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        Ok(Self { method, path: unescaped(path), query: query.to_owned(), headers })
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn query(&self, name: &str) -> Option<String> {
        let pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        let mut found = pairs.filter(|(known, _)| *known == name);
        found.next().map(|(_, value)| unescaped(&value.replace('+', " ")))
    }

    /// The first byte that is wanted, and the last.
    fn range(&self) -> Option<(u64, u64)> {
        let (from, to) = self.header("range")?.strip_prefix("bytes=")?.split_once('-')?;
        Some((from.parse().ok()?, to.parse().ok()?))
    }
}

impl Shared {
    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let request = Request::read(&stream)?;
        let what = format!("{} {}", request.method, request.path);
        self.asked.lock().unwrap().push(what);
        let key = request.path.trim_start_matches("/bucket").trim_start_matches('/');
        let file = self.root.join(key);
        match request.method.as_str() {
            "PROPFIND" => page(&mut stream, "207 Multi-Status", &self.properties(&file, key)),
            "GET" if request.query("list-type").is_some() => {
                page(&mut stream, "200 OK", &self.listed(&request))
            }
            "GET" if request.query("comp").is_some() => {
                page(&mut stream, "200 OK", &self.blobs(&request))
            }
            _ if file.is_file() => self.file(&mut stream, &request, &file),
            _ => page(&mut stream, "404 Not Found", ""),
        }
    }

    fn file(&self, stream: &mut TcpStream, request: &Request, path: &Path) -> std::io::Result<()> {
        let mood = *self.mood.lock().unwrap();
        let mut file = fs::File::open(path)?;
        let (size, etag) = (file.metadata()?.len(), etag(path));
        let other = request.header("if-match").is_some_and(|wanted| wanted != etag);
        let is_get = request.method == "GET";
        match mood {
            Mood::Refuse if is_get => return page(stream, "403 Forbidden", "sig=Inv3nted"),
            Mood::Redirect if is_get => {
                let text = "HTTP/1.1 302 Found\r\nLocation: /bucket/elsewhere\r\n\
                            Content-Length: 0\r\nConnection: close\r\n\r\n";
                return stream.write_all(text.as_bytes());
            }
            Mood::IgnoreConditions => {}
            _ if other => return page(stream, "412 Precondition Failed", ""),
            _ => {}
        }
        let range = request.range().filter(|_| mood != Mood::IgnoreRanges);
        let (status, from, to) = match range {
            Some((from, to)) => ("206 Partial Content", from, to.min(size - 1) + 1),
            None => ("200 OK", 0, size),
        };
        let mut head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", to - from);
        if range.is_some() {
            write!(head, "Content-Range: bytes {from}-{}/{size}\r\n", to - 1).unwrap();
        }
        write!(head, "ETag: {etag}\r\nLast-Modified: {MODIFIED}\r\nConnection: close\r\n\r\n")
            .unwrap();
        stream.write_all(head.as_bytes())?;
        if !is_get {
            return Ok(());
        }
        let mut length = to - from;
        if let Mood::BreakOff(times @ 1..) = mood {
            *self.mood.lock().unwrap() = Mood::BreakOff(times - 1);
            length /= 2;
        }
        file.seek(SeekFrom::Start(from))?;
        self.sent.fetch_add(length, Ordering::Relaxed);
        std::io::copy(&mut file.take(length), stream).map(|_| ())
    }

    /// The next keys of a listing; pages are short.
    fn keys(&self, request: &Request, after: Option<String>) -> Vec<String> {
        let (prefix, after) =
            (request.query("prefix").unwrap_or_default(), after.unwrap_or_default());
        let is_flat = request.query("delimiter").is_none();
        let mut keys = files_below(&self.root, "");
        keys.retain(|key| {
            let rest = key.strip_prefix(&prefix);
            rest.is_some_and(|rest| is_flat || !rest.contains('/')) && *key > after
        });
        keys
    }

    /// A page of a listing, as S3 and GCS write it.
    fn listed(&self, request: &Request) -> String {
        let keys = self.keys(request, request.query("continuation-token"));
        let mut page = "<ListBucketResult>".to_owned();
        for key in keys.iter().take(PAGE) {
            let path = self.root.join(key);
            let size = path.metadata().unwrap().len();
            let (key, etag) = (xml(key), xml(&etag(&path)));
            write!(
                page,
                "<Contents><Key>{key}</Key><LastModified>2015-10-21T07:28:00.000Z</LastModified>\
                 <ETag>{etag}</ETag><Size>{size}</Size></Contents>"
            )
            .unwrap();
        }
        if keys.len() > PAGE {
            let token = xml(&keys[PAGE - 1]);
            write!(page, "<NextContinuationToken>{token}</NextContinuationToken>").unwrap();
        }
        page + "</ListBucketResult>"
    }

    /// The same, as Azure does: tags are without quotes.
    fn blobs(&self, request: &Request) -> String {
        let keys = self.keys(request, request.query("marker"));
        let mut page = "<EnumerationResults><Blobs>".to_owned();
        for key in keys.iter().take(PAGE) {
            let path = self.root.join(key);
            let size = path.metadata().unwrap().len();
            let (key, etag) = (xml(key), etag(&path).replace('"', ""));
            write!(
                page,
                "<Blob><Name>{key}</Name><Properties><Last-Modified>{MODIFIED}</Last-Modified>\
                 <Etag>{etag}</Etag><Content-Length>{size}</Content-Length>\
                 <Content-Type>application/octet-stream</Content-Type></Properties></Blob>"
            )
            .unwrap();
        }
        let next = keys.get(PAGE - 1).filter(|_| keys.len() > PAGE);
        let next = next.map_or_else(String::new, |key| xml(key));
        write!(page, "</Blobs><NextMarker>{next}</NextMarker></EnumerationResults>").unwrap();
        page
    }

    /// What WebDAV says of all that is below a folder.
    fn properties(&self, folder: &Path, key: &str) -> String {
        let mut page = "<multistatus>".to_owned();
        let key = key.trim_end_matches('/');
        for below in files_below(folder, "") {
            let path = folder.join(&below);
            let (size, etag) = (path.metadata().unwrap().len(), xml(&etag(&path)));
            let whole = if key.is_empty() { below } else { format!("{key}/{below}") };
            write!(
                page,
                "<response><href>/bucket/{}</href><propstat><prop>\
                 <getlastmodified>{MODIFIED}</getlastmodified>\
                 <getcontentlength>{size}</getcontentlength><getetag>{etag}</getetag>\
                 <resourcetype></resourcetype></prop><status>HTTP/1.1 200 OK</status></propstat>\
                 </response>",
                escaped(&whole)
            )
            .unwrap();
        }
        page + "</multistatus>"
    }
}

/// How many keys stand on a page of a listing.
const PAGE: usize = 7;

/// When all files were written, by what the server says.
const MODIFIED: &str = "Wed, 21 Oct 2015 07:28:00 GMT";

fn page(stream: &mut TcpStream, status: &str, text: &str) -> std::io::Result<()> {
    let length = text.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all((head + text).as_bytes())
}

/// A tag that another content has not.
fn etag(path: &Path) -> String {
    format!("\"{}\"", &blake3::hash(&fs::read(path).unwrap()).to_hex()[..16])
}

/// The paths of all files, in byte order.
fn files_below(root: &Path, folder: &str) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(root.join(folder)).into_iter().flatten() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        match entry.path().is_dir() {
            true => files.extend(files_below(root, &path)),
            false => files.push(path),
        }
    }
    files.sort();
    files
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn escaped(path: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    path.bytes().map(escape).collect()
}

fn unescaped(path: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), path.as_bytes());
    while let [first, tail @ ..] = rest {
        let digits = (*first == b'%').then(|| std::str::from_utf8(&tail[..2]).unwrap());
        bytes.push(digits.map_or(*first, |digits| u8::from_str_radix(digits, 16).unwrap()));
        rest = if digits.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).unwrap()
}
