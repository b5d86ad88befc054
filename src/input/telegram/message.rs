//! One message of an export, as far as it matters to a file.

use std::borrow::Cow;

use crate::password::words::{LoneWords, Words};
use crate::text::to_utf8;

/// How much text of a message is kept; Telegram allows 4,096 characters.
const MAX_TEXT: usize = 64 << 10;

/// Longest of the other values, in bytes.
const MAX_VALUE: usize = 4 << 10;

/// A message while it is read.
#[derive(Default)]
pub(super) struct Message {
    /// Its number in the chat.
    pub(super) id: Option<u64>,
    /// When it was posted, in seconds since 1970 UTC.
    pub(super) posted_at: Option<i64>,
    /// The path of its file, or why there is none.
    pub(super) file: Option<String>,
    /// What the file was called.
    pub(super) file_name: Option<String>,
    /// Bytes of the file.
    pub(super) file_size: Option<u64>,
    /// Whether the file is a voice, a film, a sticker.
    pub(super) is_media: bool,
    /// The message that it answers or pins.
    pub(super) about: Option<u64>,
    /// Whether it says that another one was pinned.
    pub(super) is_pin: bool,
    /// What was written, code in backticks.
    text: Vec<u8>,
    /// The same from `text_entities`, which stand in for a text that is not there.
    entities: Vec<u8>,
}

/// Which of the two forms of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `text`.
    Text,
    /// `text_entities`.
    Entities,
}

/// A part of a text that is more than text.
#[derive(Default)]
pub(super) struct Entity {
    kind: Vec<u8>,
    text: Vec<u8>,
    href: Vec<u8>,
}

impl Entity {
    /// Takes a string member.
    pub(super) fn take(&mut self, key: &[u8], value: &[u8]) {
        let (slot, limit) = match key {
            b"type" => (&mut self.kind, MAX_VALUE),
            b"text" => (&mut self.text, MAX_TEXT),
            b"href" => (&mut self.href, MAX_VALUE),
            _ => return,
        };
        *slot = value.get(..limit).unwrap_or(value).to_vec();
    }
}

impl Message {
    /// Takes a string member.
    pub(super) fn take_text(&mut self, key: &[u8], value: Cow<'_, [u8]>) {
        let short = || (value.len() <= MAX_VALUE).then(|| to_utf8(&value).into_owned());
        match key {
            b"text" => self.write(Form::Text, &value),
            b"file" if !value.is_empty() => self.file = short(),
            b"file_name" => self.file_name = short(),
            b"media_type" => self.is_media = true,
            b"action" => self.is_pin = *value == *b"pin_message",
            b"date_unixtime" => self.take_word(b"date", &value),
            _ => self.take_word(key, &value),
        }
    }

    /// Takes a member that is a number, or a string that should be one.
    pub(super) fn take_word(&mut self, key: &[u8], value: &[u8]) {
        let number = || std::str::from_utf8(value).ok()?.parse::<u64>().ok();
        match key {
            b"id" => self.id = number(),
            b"date" => {
                self.posted_at = number().and_then(|date| date.try_into().ok()).or(self.posted_at)
            }
            b"file_size" => self.file_size = number(),
            b"reply_to_message_id" | b"message_id" => self.about = number(),
            _ => {}
        }
    }

    /// Adds plain text.
    pub(super) fn write(&mut self, form: Form, text: &[u8]) {
        let written = match form {
            Form::Text => &mut self.text,
            Form::Entities => &mut self.entities,
        };
        let room = MAX_TEXT.saturating_sub(written.len());
        written.extend_from_slice(text.get(..room).unwrap_or(text));
    }

    /// Adds an entity: code in backticks, links with where they lead.
    pub(super) fn write_entity(&mut self, form: Form, entity: &Entity) {
        let quote: &[u8] = if matches!(&*entity.kind, b"code" | b"pre") { b"`" } else { b"" };
        for part in [quote, &entity.text, quote] {
            self.write(form, part);
        }
        if !entity.href.is_empty() {
            for part in [&b" "[..], &entity.href, b" "] {
                self.write(form, part);
            }
        }
    }

    /// What it says about passwords.
    pub(super) fn words(&self) -> Words {
        let text = if self.text.is_empty() { &self.entities } else { &self.text };
        Words::of_text(text, LoneWords::Count)
    }
}
