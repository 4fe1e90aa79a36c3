//! What an endpoint takes: its parameters, each with its type, bounds and default, and the checks that
//! WordPress makes of them, in its words (WP 7.1 comments §8.1). The same tables describe the API to clients
//! (`OPTIONS`, the index, `/openapi.json`).

mod invalid;

use std::collections::HashMap;
use std::net::IpAddr;

use serde_json::{Map, Value, json};

use super::error::Problem;
use crate::model::date;
use crate::model::text::names;
pub(super) use invalid::{Invalid, Wrong};

/// Items of a list.
pub(super) const ITEMS_MAX: usize = 500;
/// Characters of words that are looked for.
pub(super) const WORDS_CHARS_MAX: usize = 1_000;

/// A parameter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arg {
    /// Its name.
    pub(super) name: &'static str,
    /// What it takes.
    pub(super) kind: Kind,
    /// What it is when it is not given.
    pub(super) preset: Preset,
    /// Whether it must be given.
    pub(super) is_required: bool,
    /// What it is for.
    pub(super) about: &'static str,
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A whole number.
    Integer,
    /// A whole number from the first to the second.
    Between(i64, i64),
    /// A whole number from this on.
    AtLeast(i64),
    /// True or false.
    Boolean,
    /// Text.
    Text,
    /// Text of at most [`WORDS_CHARS_MAX`] characters.
    Words,
    /// Text with a character in it that is no blank.
    Name,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A date and time.
    Date,
    /// An e-mail address.
    Email,
    /// An e-mail address, or empty.
    EmailOrNone,
    /// An IP address.
    Ip,
    /// An address of a page.
    Uri,
    /// A UUID, or empty.
    UuidOrNone,
    /// Whole numbers.
    Integers,
    /// Texts.
    Texts,
    /// A comment's text, or an object that has it as `raw`.
    Content,
    /// An object.
    Object,
    /// The requests of a batch.
    Requests,
}

/// What a parameter is when it is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Preset {
    /// Nothing.
    Absent,
    /// Nothing, and WordPress says so.
    Null,
    /// A number.
    Number(i64),
    /// A text.
    Text(&'static str),
    /// A truth value.
    Is(bool),
    /// A list of these words, which may be empty.
    List(&'static [&'static str]),
}

impl Arg {
    /// A parameter that may be left out.
    pub(super) const fn new(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self { name, kind, preset: Preset::Absent, is_required: false, about }
    }

    /// The same with a default.
    pub(super) const fn or(self, preset: Preset) -> Self {
        Self { preset, ..self }
    }

    /// The same, which must be given.
    pub(super) const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    /// As a JSON Schema, with what WordPress adds for clients.
    pub(super) fn described(&self) -> Value {
        let mut schema = self.kind.schema();
        let described = schema.as_object_mut().map(|map| {
            map.insert("description".into(), self.about.into());
            if let Some(preset) = self.preset.value() {
                map.insert("default".into(), preset);
            }
            map.insert("required".into(), self.is_required.into());
        });
        debug_assert!(described.is_some(), "a schema is an object");
        schema
    }
}

impl Preset {
    fn value(self) -> Option<Value> {
        Some(match self {
            Self::Absent => return None,
            Self::Null => Value::Null,
            Self::Number(number) => number.into(),
            Self::Text(text) => text.into(),
            Self::Is(flag) => flag.into(),
            Self::List(words) => words.into(),
        })
    }
}

impl Kind {
    /// As a JSON Schema.
    pub(super) fn schema(self) -> Value {
        match self {
            Self::Integer => json!({ "type": "integer" }),
            Self::Between(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
            Self::AtLeast(least) => json!({ "type": "integer", "minimum": least }),
            Self::Boolean => json!({ "type": "boolean" }),
            Self::Text => json!({ "type": "string" }),
            Self::Words => json!({ "type": "string", "maxLength": WORDS_CHARS_MAX }),
            Self::Name => json!({ "type": "string", "minLength": 1, "pattern": ".*\\S.*" }),
            Self::OneOf(words) => json!({ "type": "string", "enum": words }),
            Self::Date => json!({ "type": "string", "format": "date-time" }),
            Self::Email | Self::EmailOrNone => json!({ "type": "string", "format": "email" }),
            Self::Ip => json!({ "type": "string", "format": "ip" }),
            Self::Uri => json!({ "type": "string", "format": "uri" }),
            Self::UuidOrNone => {
                json!({ "type": "string", "oneOf": [{ "type": "string", "format": "uuid" }, { "type": "string", "enum": [""] }] })
            }
            Self::Integers => json!({ "type": "array", "items": { "type": "integer" }, "maxItems": ITEMS_MAX }),
            Self::Texts => json!({ "type": "array", "items": Self::Words.schema(), "maxItems": ITEMS_MAX }),
            Self::Content => json!({ "type": ["string", "object"], "properties": { "raw": { "type": "string" } } }),
            Self::Object => json!({ "type": "object", "properties": {} }),
            Self::Requests => super::batch::schema(),
        }
    }

    /// The value as it is used, or what is wrong with it.
    fn read(self, name: &str, given: &Value) -> Result<Value, Wrong> {
        match self {
            Self::Integer => integer(name, given).map(Value::from),
            Self::Between(least, most) => match integer(name, given)? {
                number if (least..=most).contains(&number) => Ok(number.into()),
                _ => Err(Wrong::bounds(format!("{name} must be between {least} (inclusive) and {most} (inclusive)"))),
            },
            Self::AtLeast(least) => match integer(name, given)? {
                number if number >= least => Ok(number.into()),
                _ => Err(Wrong::bounds(format!("{name} must be greater than or equal to {least}"))),
            },
            Self::Boolean => boolean(given).map(Value::from).ok_or_else(|| Wrong::kind(name, "boolean")),
            Self::Content => Ok(content(given).map_or(Value::Null, Value::from)),
            Self::Object => match given {
                Value::Object(_) => Ok(given.clone()),
                Value::Array(list) if list.is_empty() => Ok(json!({})),
                _ => Err(Wrong::kind(name, "object")),
            },
            Self::Integers => list(name, given, |name, item| integer(name, item).map(Value::from)),
            Self::Texts => list(name, given, |name, item| Self::Words.read(name, item)),
            Self::Requests => super::batch::read(name, given),
            _ => {
                let text = given.as_str().ok_or_else(|| Wrong::kind(name, "string"))?;
                self.check_text(name, text).map(|()| text.into())
            }
        }
    }

    fn check_text(self, name: &str, text: &str) -> Result<(), Wrong> {
        let is_uuid = crate::model::application_password::is_uuid;
        match self {
            Self::Words if text.chars().count() > WORDS_CHARS_MAX => {
                Err(Wrong::new("rest_too_long", format!("{name} must be at most {WORDS_CHARS_MAX} characters long.")))
            }
            Self::Name if text.is_empty() => {
                Err(Wrong::new("rest_too_short", format!("{name} must be at least 1 character long.")))
            }
            Self::Name if text.trim().is_empty() => {
                Err(Wrong::new("rest_invalid_pattern", format!("{name} does not match pattern .*\\S.*.")))
            }
            Self::OneOf(words) if !words.contains(&text) => {
                Err(Wrong::new("rest_not_in_enum", format!("{name} is not one of {}.", listed(words))))
            }
            Self::Date if date::read(text, "UTC").is_none() => Err(Wrong::new("rest_invalid_date", "Invalid date.")),
            Self::Email if !names::is_email(text) => Err(Wrong::email()),
            Self::EmailOrNone if !text.is_empty() && !names::is_email(text) => Err(Wrong::email()),
            Self::Ip if text.parse::<IpAddr>().is_err() => {
                Err(Wrong::new("rest_invalid_ip", format!("{name} is not a valid IP address.")))
            }
            Self::UuidOrNone if !text.is_empty() && !is_uuid(text) => {
                Err(Wrong::new("rest_invalid_uuid", format!("{name} is not a valid UUID.")))
            }
            _ => Ok(()),
        }
    }
}

/// `a`, `a and b`, `a, b, and c`.
pub(super) fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [one, two] => format!("{one} and {two}"),
        [most @ .., last] => format!("{}, and {last}", most.join(", ")),
    }
}

/// A number, or a text that PHP takes for one and that has no fraction.
fn integer(name: &str, given: &Value) -> Result<i64, Wrong> {
    let wrong = || Wrong::kind(name, "integer");
    match given {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().and_then(whole)).ok_or_else(wrong),
        Value::String(text) => {
            let text = text.trim_matches([' ', '\t', '\n', '\r']);
            let is_plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
            let number = text.parse::<i64>().ok().or_else(|| text.parse().ok().and_then(whole));
            number.filter(|_| is_plain).ok_or_else(wrong)
        }
        _ => Err(wrong()),
    }
}

/// A number without a fraction; beyond the greatest integer the greatest stands for it.
#[expect(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
fn whole(number: f64) -> Option<i64> {
    (number.is_finite() && number.fract() == 0.0).then_some(number as i64)
}

fn boolean(given: &Value) -> Option<bool> {
    match given {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => match number.as_i64()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        },
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// The text of a comment. What has none says nothing of it: a new comment is refused, a kept one keeps its own.
fn content(given: &Value) -> Option<&str> {
    let text = match given {
        Value::Object(map) => map.get("raw"),
        other => Some(other),
    };
    text.and_then(Value::as_str)
}

/// A list, also as a text with commas or blanks between its items.
fn list(name: &str, given: &Value, read: impl Fn(&str, &Value) -> Result<Value, Wrong>) -> Result<Value, Wrong> {
    let items: Vec<Value> = match given {
        Value::Array(items) => items.clone(),
        Value::String(text) => words(text).map(Value::from).collect(),
        Value::Number(_) | Value::Bool(_) => vec![given.clone()],
        Value::Object(_) | Value::Null => return Err(Wrong::kind(name, "array")),
    };
    if items.len() > ITEMS_MAX {
        return Err(Wrong::new("rest_too_many_items", format!("{name} must contain at most {ITEMS_MAX} items.")));
    }
    items.iter().enumerate().map(|(at, item)| read(&format!("{name}[{at}]"), item)).collect()
}

/// The words of a text, between commas and blanks.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' ', '\t', '\n', '\r']).filter(|word| !word.is_empty())
}

/// The parameters of a call, checked, with the defaults of those that were not given.
#[derive(Clone, Debug, Default)]
pub(super) struct Args {
    values: HashMap<&'static str, Value>,
    given: Vec<&'static str>,
}

/// Checks what was given against what is taken. `null` is not given.
pub(super) fn check(args: &[Arg], given: &Map<String, Value>) -> Result<Args, Problem> {
    let value_of = |arg: &Arg| given.get(arg.name).filter(|value| !value.is_null());
    let missing: Vec<&str> = args.iter().filter(|a| a.is_required && value_of(a).is_none()).map(|a| a.name).collect();
    if !missing.is_empty() {
        let message = format!("Missing parameter(s): {}", missing.join(", "));
        return Err(Problem::new(400, "rest_missing_callback_param", message).with("params", missing));
    }
    let (mut checked, mut wrongs) = (Args::default(), Vec::new());
    for arg in args {
        let value = match value_of(arg) {
            None => arg.preset.value(),
            Some(value) => match arg.kind.read(arg.name, value) {
                Ok(value) => {
                    checked.given.push(arg.name);
                    Some(value)
                }
                Err(wrong) => {
                    wrongs.push((arg.name.to_owned(), wrong));
                    None
                }
            },
        };
        checked.values.extend(value.map(|value| (arg.name, value)));
    }
    if wrongs.is_empty() { Ok(checked) } else { Err(Invalid::of_all(wrongs).into()) }
}

impl Args {
    /// Whether it was given.
    pub(super) fn is_given(&self, name: &str) -> bool {
        self.given.contains(&name)
    }

    /// The number, given or by default.
    pub(super) fn int(&self, name: &str) -> Option<i64> {
        self.values.get(name).and_then(Value::as_i64)
    }

    /// The text, given or by default.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(Value::as_str)
    }

    /// The text, if it was given.
    pub(super) fn given_text(&self, name: &str) -> Option<String> {
        self.text(name).filter(|_| self.is_given(name)).map(str::to_owned)
    }

    /// Whether it is true, given or by default.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.truth(name).unwrap_or(false)
    }

    /// Whether it is true, if that is said at all.
    pub(super) fn truth(&self, name: &str) -> Option<bool> {
        self.values.get(name).and_then(Value::as_bool)
    }

    /// The numbers of a list.
    pub(super) fn ints(&self, name: &str) -> Vec<i64> {
        self.list(name).iter().filter_map(Value::as_i64).collect()
    }

    /// The texts of a list.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        self.list(name).iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// The items of a list.
    pub(super) fn list(&self, name: &str) -> &[Value] {
        self.values.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The object.
    pub(super) fn object(&self, name: &str) -> Option<&Map<String, Value>> {
        self.values.get(name).and_then(Value::as_object)
    }
}
