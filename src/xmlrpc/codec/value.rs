//! What calls are made of: the types that pass between the codec and the methods.

use super::{encode, scalar};
use crate::model::date;
use crate::model::time::Timestamp;

/// A decoded request: which method, with what.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodCall {
    /// `methodName`, trimmed; empty when the document has none.
    pub name: String,
    /// The parameters as sent; `methods::positional` applies WordPress's unwrapping.
    pub params: Vec<Value>,
}

/// An XML-RPC value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `int` or `i4`; 64 bits as in WordPress.
    Int(i64),
    /// `double`.
    Double(f64),
    /// `boolean`.
    Bool(bool),
    /// `string`, or a value without a type.
    String(String),
    /// `dateTime.iso8601`.
    DateTime(DateTime),
    /// `base64`.
    Base64(Vec<u8>),
    /// `array`.
    Array(Vec<Value>),
    /// `struct`, in the order sent, each name once.
    Struct(Vec<(String, Value)>),
}

impl Value {
    /// The member of this name, if this is a struct and has it.
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Struct(members) => members.iter().find(|(n, _)| n == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// As a whole number, by PHP's casts: of a text its leading digits, else 0 (WP 7.1 §3.1).
    pub fn to_int(&self) -> i64 {
        match self {
            Self::Int(number) => *number,
            #[expect(clippy::cast_possible_truncation, reason = "a cast of this kind saturates, as is wanted")]
            Self::Double(number) => *number as i64,
            Self::Bool(truth) => i64::from(*truth),
            Self::String(text) => scalar::int(text),
            Self::DateTime(_) | Self::Base64(_) | Self::Array(_) | Self::Struct(_) => 0,
        }
    }

    /// As text, by PHP's casts; what has no text is empty.
    pub fn to_text(&self) -> String {
        match self {
            Self::Int(number) => number.to_string(),
            Self::Double(number) => encode::double(*number),
            Self::Bool(truth) => if *truth { "1" } else { "" }.into(),
            Self::String(text) => text.clone(),
            Self::Base64(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Self::DateTime(_) | Self::Array(_) | Self::Struct(_) => String::new(),
        }
    }

    /// A struct of these members.
    pub fn object<const N: usize>(members: [(&str, Value); N]) -> Self {
        Self::Struct(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// An array of strings.
    pub fn strings<'a>(items: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Array(items.into_iter().map(Self::from).collect())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

/// A date as WordPress understands it: `YYYYMMDDTHH:MM:SS` and a zone, cut at fixed offsets and not
/// validated (WP 7.1 §1.3). Who needs a point in time parses [`DateTime::as_str`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateTime(String);

impl DateTime {
    /// From the text of a `dateTime.iso8601` element. A number is a Unix timestamp, in UTC and without a
    /// zone. Anything else is cut: year from byte 0, month 4, day 6, hour 9, minute 12, second 15, zone 17
    /// to the end; the bytes between are skipped, whatever they are.
    pub fn from_wire(text: &str) -> Self {
        let text = text.trim();
        if let Some(from_timestamp) = text.parse().ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok()) {
            return Self(from_timestamp.strftime("%Y%m%dT%H:%M:%S").to_string());
        }
        let cut = |from: usize, to: usize| {
            let end = to.min(text.len());
            String::from_utf8_lossy(text.as_bytes().get(from..end).unwrap_or_default())
        };
        let zone = cut(17, text.len());
        Self(format!("{}{}{}T{}:{}:{}{zone}", cut(0, 4), cut(4, 6), cut(6, 8), cut(9, 11), cut(12, 14), cut(15, 17)))
    }

    /// A point in time in the zone of this name, without a mark of the zone, as WordPress sends dates.
    pub fn local(at: Timestamp, timezone: &str) -> Self {
        Self(date::display(at, "Ymd\\TH:i:s", timezone))
    }

    /// The same in UTC.
    pub fn gmt(at: Timestamp) -> Self {
        Self::local(at, "UTC")
    }

    /// The point in time that is meant; without a zone, in UTC. `None` when it is none.
    pub fn to_timestamp(&self) -> Option<Timestamp> {
        const DATE_CHARS: usize = 8;
        let (day, time) = self.0.split_at_checked(DATE_CHARS)?;
        let is_number = day.bytes().all(|b| b.is_ascii_digit());
        let zone = if self.0.len() > "YYYYMMDDTHH:MM:SS".len() { "" } else { "Z" };
        let (year, rest) = day.split_at_checked(4).filter(|_| is_number)?;
        let text = format!("{year}-{}-{}{}{zone}", &rest[..2], &rest[2..], time.replace(' ', ""));
        text.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_millisecond()))
    }

    /// `YYYYMMDDTHH:MM:SS` and the zone as received, if the sender kept to the form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<DateTime> for Value {
    fn from(date: DateTime) -> Self {
        Self::DateTime(date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_cast_as_php_casts_them() {
        for (value, int, text) in [
            (Value::Int(-7), -7, "-7"),
            (Value::Double(7.9), 7, "7.9"),
            (Value::Double(1e300), i64::MAX, "1.0E+300"),
            (Value::Bool(true), 1, "1"),
            (Value::Bool(false), 0, ""),
            ("101x".into(), 101, "101x"),
            ("x".into(), 0, "x"),
            (Value::Base64(b"ab".to_vec()), 0, "ab"),
            (Value::Array(vec![Value::Int(1)]), 0, ""),
            (DateTime::gmt(Timestamp(0)).into(), 0, ""),
        ] {
            assert_eq!((value.to_int(), value.to_text().as_str()), (int, text), "{value:?}");
        }
    }

    #[test]
    fn a_date_is_a_point_in_time_where_it_is_one() {
        let at = |text: &str| DateTime::from_wire(text).to_timestamp().map(Timestamp::seconds);
        for (text, expected) in [
            ("20200102T03:04:05", Some(1_577_934_245)),
            ("20200102T03:04:05Z", Some(1_577_934_245)),
            ("20200102T03:04:05+02:00", Some(1_577_927_045)),
            ("1577934245", Some(1_577_934_245)),
            ("20200102T03:04:05 +02:00", Some(1_577_927_045)),
            ("2020-01-02T03:04:05", None),
            ("20201302T03:04:05", None),
            ("", None),
            ("éééé", None),
            ("20200102T03:04:05 nonsense", None),
        ] {
            assert_eq!(at(text), expected, "{text}");
        }
        let berlin = DateTime::local(Timestamp(1_577_934_245_000), "Europe/Berlin");
        assert_eq!(berlin.as_str(), "20200102T04:04:05");
    }
}
