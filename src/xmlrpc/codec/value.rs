//! What calls are made of: the types that pass between the codec and the methods.

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

    /// `YYYYMMDDTHH:MM:SS` and the zone as received, if the sender kept to the form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
