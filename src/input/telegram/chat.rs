//! One chat of an export, message by message: what stood round each file.

use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::message::Message;
use super::{Post, Target};
use crate::password::handles::Handles;
use crate::password::words::Words;
use crate::text::to_utf8;

/// How many messages before and behind a file are near it: an album has ten at most.
const NEAR: usize = 10;

/// How many messages are remembered, for answers and pins.
const REMEMBERED: usize = 16 << 10;

/// How many different words of a chat are counted.
const COUNTED: usize = 16 << 10;

/// How many of the likeliest words of a message are counted for its chat.
const COUNTED_OF_MESSAGE: usize = 2;

/// Longest name of a chat, in bytes.
const MAX_NAME: usize = 1024;

/// Most pinned messages.
const PINNED: usize = 8;

/// Most words and channels of a chat as a whole.
const COMMON: usize = 32;

/// A chat while it is read.
#[derive(Default)]
pub(super) struct Chat {
    /// Its number.
    pub(super) id: Option<u64>,
    /// Its name.
    pub(super) name: Option<String>,
    /// What kind of chat it is; `tdl` does not say.
    pub(super) kind: Option<String>,
    /// How many messages were read.
    pub(super) messages: u64,
    /// The last messages, the newest first.
    before: VecDeque<Arc<Words>>,
    /// Files whose next messages are still to come.
    waiting: VecDeque<Carried>,
    remembered: HashMap<u64, Arc<Words>>,
    /// Their numbers, the oldest first.
    order: VecDeque<u64>,
    /// The newest first.
    pinned: VecDeque<Arc<Words>>,
    words: Common,
    handles: Common,
    complete: Vec<Carried>,
}

/// A file that a message carried.
struct Carried {
    target: Target,
    posted_at: Option<i64>,
    file_name: Option<String>,
    caption: Arc<Words>,
    answered: Option<Arc<Words>>,
    before: Vec<Arc<Words>>,
    behind: Vec<Arc<Words>>,
}

impl Chat {
    /// Takes a member of the chat.
    pub(super) fn take(&mut self, key: &[u8], value: &[u8]) {
        let text = || (value.len() <= MAX_NAME).then(|| to_utf8(value).into_owned());
        match key {
            b"id" => self.id = text().and_then(|id| id.parse().ok()),
            b"name" => self.name = text().filter(|name| name != "null" && !name.is_empty()),
            b"type" => self.kind = text(),
            _ => {}
        }
    }

    /// The next message; `target` is the file that it carried, if that was found.
    pub(super) fn message(&mut self, message: Message, target: Option<Target>) {
        self.messages += 1;
        let words = Arc::new(message.words());
        let about = message.about.and_then(|id| self.remembered.get(&id)).cloned();
        for carried in &mut self.waiting {
            carried.behind.push(Arc::clone(&words));
        }
        while self.waiting.front().is_some_and(|carried| carried.behind.len() >= NEAR) {
            self.complete.extend(self.waiting.pop_front());
        }
        if message.is_pin {
            self.pinned.extend(about.clone());
            self.pinned.rotate_right(usize::from(about.is_some()));
            self.pinned.truncate(PINNED);
        }
        self.count(&words);
        if let Some(target) = target {
            self.waiting.push_back(Carried {
                target,
                posted_at: message.posted_at,
                file_name: message.file_name,
                caption: Arc::clone(&words),
                answered: about,
                before: self.before.iter().cloned().collect(),
                behind: Vec::new(),
            });
        }
        self.remember(message.id, words);
    }

    fn count(&mut self, words: &Words) {
        for word in words.words.iter().take(COUNTED_OF_MESSAGE) {
            self.words.count(word);
        }
        for name in words.handles.names() {
            self.handles.count(name);
        }
    }

    fn remember(&mut self, id: Option<u64>, words: Arc<Words>) {
        self.before.push_front(Arc::clone(&words));
        self.before.truncate(NEAR);
        if let Some(id) = id.filter(|_| !words.is_empty())
            && self.remembered.insert(id, words).is_none()
        {
            self.order.push_back(id);
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.remembered.remove(&oldest);
        }
    }

    /// The posts of the chat, once all of it is read.
    pub(super) fn finish(mut self) -> impl Iterator<Item = (Target, Post)> {
        self.complete.extend(std::mem::take(&mut self.waiting));
        let channel = self.name.clone().or_else(|| self.id.map(|id| id.to_string()));
        let mut words: Vec<String> =
            self.pinned.iter().flat_map(|words| words.words.iter().cloned()).collect();
        words.extend(self.words.into_list());
        let mut handles = self.name.as_deref().map(Handles::of_title).unwrap_or_default();
        for pinned in &self.pinned {
            handles.extend(&pinned.handles);
        }
        handles.extend(&self.handles.into_list().collect());
        let chat = Arc::new(Words { words, handles });
        self.complete.into_iter().map(move |carried| {
            let Carried { target, posted_at, file_name, caption, answered, before, behind } =
                carried;
            let nearby = answered.into_iter().chain(interleave(before, behind));
            let nearby = nearby.filter(|words| !words.is_empty()).collect();
            let (channel, chat) = (channel.clone(), Arc::clone(&chat));
            (target, Post { channel, posted_at, file_name, caption, nearby, chat })
        })
    }
}

/// Both lists in turns.
fn interleave<T>(first: Vec<T>, second: Vec<T>) -> impl Iterator<Item = T> {
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    std::iter::from_fn(move || {
        let pair = [first.next(), second.next()];
        pair.iter().any(Option::is_some).then_some(pair)
    })
    .flatten()
    .flatten()
}

/// How often things were said.
#[derive(Default)]
struct Common(HashMap<String, (u64, usize)>);

impl Common {
    fn count(&mut self, word: &str) {
        let number = self.0.len();
        if let Some((count, _)) = self.0.get_mut(word) {
            *count += 1;
        } else if number < COUNTED {
            self.0.insert(word.to_owned(), (1, number));
        }
    }

    /// What was said most often; of what was said equally often, the first.
    fn into_list(self) -> impl Iterator<Item = String> {
        let mut list: Vec<_> = self.0.into_iter().collect();
        list.sort_unstable_by_key(|(_, (count, first))| (Reverse(*count), *first));
        list.into_iter().take(COMMON).map(|(word, _)| word)
    }
}
