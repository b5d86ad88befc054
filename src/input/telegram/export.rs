//! An export as a stream: a gigabyte of messages is read in windows, and of each only what matters
//! to a file is kept.

use std::io::Read;

use super::chat::Chat;
use super::message::{Entity, Form, Message};
use super::{Beside, Export, Known, Post, Target};
use crate::issue::{Code, Issue, Stage};
use crate::text::json::{Container, Event, Reader};

/// How much is read at a time.
pub(super) const WINDOW: usize = 256 << 10;

/// How long one message may be.
const MAX_WINDOW: usize = 16 << 20;

/// Most files that were not exported and are told one by one.
const MAX_TOLD: usize = 20;

/// What stands in place of the path of a file that was not exported, and then the reason.
const NOT_EXPORTED: &str = "(File ";

/// Longest name of a file in an issue, in characters.
const MAX_NAME: usize = 120;

/// What an export says about the inputs.
pub(super) struct Found {
    pub(super) posts: Vec<(Target, Post)>,
    pub(super) issues: Vec<Issue>,
}

/// Reads an export.
pub(super) fn read(mut file: impl Read, export: &Export, known: &Known) -> Found {
    let mut walk = Walk::new(export, known);
    let problem = walk.read(&mut file);
    walk.finish(problem)
}

/// What is open at some place of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// `{…}` round everything, which is the chat where there is but one.
    Root,
    /// `"chats": {…}`.
    Chats,
    /// `"list": […]` in it.
    ChatList,
    /// One chat of several.
    Chat,
    /// `"messages": […]`.
    Messages,
    /// A message.
    Message,
    /// `"text": […]` of a message.
    Text(Form),
    /// `{…}` in it.
    Entity(Form),
    /// Something else in a message.
    Detail,
    /// Something else.
    Other,
}

impl Place {
    /// What opens inside of it.
    fn inside(self, container: Container, key: &[u8]) -> Self {
        match (self, container, key) {
            (Self::Root, Container::Object, b"chats" | b"left_chats") => Self::Chats,
            (Self::Chats, Container::List, b"list") => Self::ChatList,
            (Self::ChatList, Container::Object, _) => Self::Chat,
            (Self::Root | Self::Chat, Container::List, b"messages") => Self::Messages,
            (Self::Messages, Container::Object, _) => Self::Message,
            (Self::Message, Container::List, b"text") => Self::Text(Form::Text),
            (Self::Message, Container::List, b"text_entities") => Self::Text(Form::Entities),
            (Self::Text(form), Container::Object, _) => Self::Entity(form),
            (Self::Message | Self::Text(_) | Self::Entity(_) | Self::Detail, ..) => Self::Detail,
            _ => Self::Other,
        }
    }

    /// Whether it is a message or in one.
    fn is_of_message(self) -> bool {
        matches!(self, Self::Message | Self::Text(_) | Self::Entity(_) | Self::Detail)
    }
}

/// The walk through one export.
struct Walk<'k> {
    export: &'k Export,
    known: &'k Known,
    open: Vec<(Container, Place)>,
    chat: Chat,
    message: Message,
    entity: Entity,
    messages: u64,
    posts: Vec<(Target, Post)>,
    /// What is missing of the chat, and of all chats.
    missing: Missing,
    all_missing: Missing,
}

impl<'k> Walk<'k> {
    fn new(export: &'k Export, known: &'k Known) -> Self {
        Self {
            export,
            known,
            open: Vec::new(),
            chat: Chat::default(),
            message: Message::default(),
            entity: Entity::default(),
            messages: 0,
            posts: Vec::new(),
            missing: Missing::default(),
            all_missing: Missing::default(),
        }
    }

    /// Reads to the end, or as far as it goes; then what was wrong first.
    fn read(&mut self, file: &mut impl Read) -> Option<Issue> {
        let (mut window, mut wanted) = (Vec::new(), WINDOW);
        let mut problem = None;
        loop {
            let more = (wanted - window.len()) as u64;
            let read = match file.take(more).read_to_end(&mut window) {
                Ok(read) => read as u64,
                Err(error) => {
                    return Some(Issue::loss(Stage::Open, Code::IoError, error.to_string()));
                }
            };
            let is_last = read < more;
            let (used, wrong) = self.window(&window, is_last);
            problem = problem.or(wrong);
            if is_last {
                return problem.map(damaged);
            }
            window.drain(..used);
            wanted = if used == 0 { 2 * wanted } else { window.len() + WINDOW };
            if wanted > MAX_WINDOW {
                let text = "something in it is too long for a message; what comes behind was not \
                            searched for captions";
                return Some(Issue::loss(Stage::Limit, Code::ValueTooLong, text));
            }
        }
    }

    /// Walks through a window up to where the next one has to begin: never in a message.
    fn window(&mut self, window: &[u8], is_last: bool) -> (usize, Option<Code>) {
        let containers: Vec<Container> =
            self.open.iter().map(|(container, _)| *container).collect();
        let mut reader = Reader::within(window, 1, &containers);
        let (mut safe, mut problem) = ((0, self.open.len()), None);
        while let Some(event) = reader.next() {
            let is_bracket = matches!(event, Event::Open(_) | Event::Close(_));
            let key = reader.key().map_or(&b""[..], |key| key);
            self.step(event, key);
            let is_of_message = self.open.last().is_some_and(|(_, place)| place.is_of_message());
            // A number or a key may go on in the next window.
            if !is_of_message && (is_bracket || reader.position() < window.len()) {
                safe = (reader.position(), self.open.len());
                problem = reader.problem();
            }
        }
        if is_last {
            let problem = reader.problem().map(|(code, _)| code);
            let is_cut = !self.open.is_empty() && problem != Some(Code::JsonTooDeep);
            return (window.len(), if is_cut { Some(Code::Truncated) } else { problem });
        }
        self.open.truncate(safe.1);
        (safe.0, problem.map(|(code, _)| code))
    }

    fn step(&mut self, event: Event<'_>, key: &[u8]) {
        let place = self.open.last().map(|(_, place)| *place);
        match event {
            Event::Open(container) => {
                let inside = match place {
                    None if container == Container::Object => Place::Root,
                    None => Place::Other,
                    Some(place) => place.inside(container, key),
                };
                match inside {
                    Place::Message => self.message = Message::default(),
                    Place::Entity(_) => self.entity = Entity::default(),
                    _ => {}
                }
                self.open.push((container, inside));
            }
            Event::Close(_) => match self.open.pop() {
                Some((_, Place::Message)) => self.end_message(),
                Some((_, Place::Entity(form))) => self.message.write_entity(form, &self.entity),
                Some((_, Place::Chat | Place::Root)) => self.end_chat(),
                _ => {}
            },
            Event::Text(value) => match place {
                Some(Place::Message) => self.message.take_text(key, value),
                Some(Place::Text(form)) => self.message.write(form, &value),
                Some(Place::Entity(_)) => self.entity.take(key, &value),
                Some(Place::Root | Place::Chat) => self.chat.take(key, &value),
                _ => {}
            },
            Event::Word(value) => match place {
                Some(Place::Message) => self.message.take_word(key, value),
                Some(Place::Root | Place::Chat) => self.chat.take(key, value),
                _ => {}
            },
        }
    }

    fn end_message(&mut self) {
        let message = std::mem::take(&mut self.message);
        let base = &self.export.base;
        let by_path = message.file.as_deref().and_then(|file| self.known.by_path(base, file));
        let by_numbers = || self.known.by_numbers(base, self.chat.id?, message.id?);
        let target = by_path.or_else(by_numbers);
        if target.is_none() {
            self.missing.add(&message, self.export.beside);
        }
        self.chat.message(message, target);
    }

    fn end_chat(&mut self) {
        let chat = std::mem::take(&mut self.chat);
        self.messages += chat.messages;
        let missing = std::mem::take(&mut self.missing);
        self.all_missing.merge(missing, chat.kind.is_some());
        self.posts.extend(chat.finish());
    }

    fn finish(mut self, problem: Option<Issue>) -> Found {
        self.end_chat();
        let mut issues = self.all_missing.issues();
        // What holds no messages is no export, whatever it is called.
        issues.extend(problem.filter(|_| self.messages > 0));
        Found { posts: self.posts, issues }
    }
}

fn damaged(code: Code) -> Issue {
    let text = match code {
        Code::Truncated => "the list of messages breaks off; files of the rest are not known",
        Code::JsonTooDeep => "the list of messages is nested too deep; not all of it was read",
        _ => "the list of messages is damaged; some may not have been read",
    };
    Issue::loss(Stage::Parse, code, text)
}

/// Files that messages carried and that are not there.
#[derive(Default)]
struct Missing {
    /// The first ones.
    told: Vec<Issue>,
    /// How many more there are.
    more: u64,
    /// Pictures, films and the like.
    media: u64,
    /// Files that a list for a downloader names.
    listed: u64,
}

impl Missing {
    fn add(&mut self, message: &Message, beside: Beside) {
        let Some(file) = &message.file else { return };
        if beside == Beside::Given && !file.contains(NOT_EXPORTED) {
            // Nobody looked whether it is there.
        } else if message.is_media {
            self.media += 1;
        } else if self.told.len() >= MAX_TOLD {
            self.more += 1;
        } else {
            self.told.push(not_exported(message, file));
        }
    }

    /// Adds what is missing of one chat: of an export, or else of a list for a downloader.
    fn merge(&mut self, chat: Self, is_export: bool) {
        let count = chat.told.len() as u64;
        if !is_export {
            self.listed += count + chat.more + chat.media;
            return;
        }
        let room = MAX_TOLD.saturating_sub(self.told.len());
        self.told.extend(chat.told.into_iter().take(room));
        self.more += chat.more + count.saturating_sub(room as u64);
        self.media += chat.media;
    }

    fn issues(self) -> Vec<Issue> {
        let mut issues = self.told;
        let note = |text| Issue::note(Stage::Open, Code::NotExported, text);
        if self.more > 0 {
            let text = format!("{} more files were not exported", self.more);
            issues.push(Issue::loss(Stage::Open, Code::NotExported, text));
        }
        if self.media > 0 {
            issues
                .push(note(format!("{} films, voices or stickers were not exported", self.media)));
        }
        if self.listed > 0 {
            issues.push(note(format!("{} files that it lists are not in its folder", self.listed)));
        }
        issues
    }
}

/// The issue for the file of a message.
fn not_exported(message: &Message, file: &str) -> Issue {
    let why = if file.contains("(File exceeds maximum size") {
        "larger than the export was to include"
    } else if file.contains("(File not included") {
        "files were not to be included"
    } else if file.contains("(File unavailable") {
        "Telegram could not load it"
    } else {
        "it is not in the folder of the export"
    };
    let name: String =
        message.file_name.iter().flat_map(|name| name.chars()).take(MAX_NAME).collect();
    let name = if name.is_empty() { "the file".to_owned() } else { format!("“{name}”") };
    let id = message.id.map_or_else(|| "a message".to_owned(), |id| format!("message {id}"));
    let text = format!("{name} of {id} was not exported: {why}");
    let issue = Issue::loss(Stage::Open, Code::NotExported, text);
    Issue { bytes: message.file_size, ..issue }
}
