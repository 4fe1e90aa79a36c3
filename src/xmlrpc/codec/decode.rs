//! A document to a [`MethodCall`]: quick-xml's events, acted on as WordPress does (WP 7.1 §1.3). It
//! builds no tree: it collects the text since the last tag and makes a value when a tag closes, which is
//! what makes `<param><int>5</int></param>` a 5 and lets unknown types vanish. Called by the endpoint.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::value::{DateTime, MethodCall, Value};
use super::{prolog, scalar, wellformed};
use crate::xmlrpc::fault::Fault;

/// Elements that may be open at once: nine levels of values in an ordinary call, six in a multicall.
/// WordPress has no limit.
pub const DEPTH_ELEMENTS_MAX: usize = 32;

/// Elements of a document; WordPress's `xmlrpc_element_limit`.
pub const ELEMENTS_MAX: usize = 30_000;

/// Reads a request's body.
///
/// Faults: -32700 for what is not well-formed or exceeds a limit, -32701 for an encoding that we do not
/// read, -32600 for a document that is no call, 413 for a body over
/// [`BODY_BYTES_MAX`](super::BODY_BYTES_MAX).
pub fn decode(body: &[u8]) -> Result<MethodCall, Fault> {
    let text = prolog::text(body)?;
    let mut reader = Reader::from_str(prolog::document(&text)?);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_comments = true;
    let mut message = Message::default();
    loop {
        match reader.read_event().map_err(|_| Fault::parse_error())? {
            Event::Eof => return message.finish(),
            event => message.take(&event).ok_or_else(Fault::parse_error)?,
        }
    }
}

/// The elements that mean something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Element {
    MethodCall,
    MethodResponse,
    Fault,
    MethodName,
    Value,
    Int,
    Double,
    Boolean,
    String,
    DateTime,
    Base64,
    Data,
    Struct,
    Member,
    Name,
    /// Everything else, `params`, `param` and `array` included.
    Other,
}

impl Element {
    fn named(name: &str) -> Self {
        match name {
            "methodCall" => Self::MethodCall,
            "methodResponse" => Self::MethodResponse,
            "fault" => Self::Fault,
            "methodName" => Self::MethodName,
            "value" => Self::Value,
            "int" | "i4" => Self::Int,
            "double" => Self::Double,
            "boolean" => Self::Boolean,
            "string" => Self::String,
            "dateTime.iso8601" => Self::DateTime,
            "base64" => Self::Base64,
            "data" => Self::Data,
            "struct" => Self::Struct,
            "member" => Self::Member,
            "name" => Self::Name,
            _ => Self::Other,
        }
    }
}

/// An open array or struct.
#[derive(Debug)]
enum Container {
    Array(Vec<Value>),
    Struct { members: Vec<(String, Value)>, name: String },
}

impl Container {
    fn into_value(self) -> Value {
        match self {
            Self::Array(items) => Value::Array(items),
            Self::Struct { members, .. } => Value::Struct(last_of_each_name(members)),
        }
    }
}

/// Each name once, where it first stood, with its last value, as in a PHP array.
fn last_of_each_name(members: Vec<(String, Value)>) -> Vec<(String, Value)> {
    let mut places = HashMap::new();
    let mut kept: Vec<(String, Value)> = Vec::with_capacity(members.len());
    for (name, value) in members {
        let place = *places.entry(name.clone()).or_insert(kept.len());
        match kept.get_mut(place) {
            Some(member) => member.1 = value,
            None => kept.push((name, value)),
        }
    }
    kept
}

/// One open tag.
#[derive(Debug)]
struct Open {
    element: Element,
    has_children: bool,
}

/// What has been read so far. Its methods answer `None` for what is not well-formed.
#[derive(Debug, Default)]
struct Message {
    open: Vec<Open>,
    elements: usize,
    /// The last root-like element opened decides what the document is (WP 7.1 §1.2, step 7).
    is_call: bool,
    /// The text since the last tag.
    text: String,
    containers: Vec<Container>,
    name: String,
    params: Vec<Value>,
}

impl Message {
    fn take(&mut self, event: &Event<'_>) -> Option<()> {
        match event {
            Event::Start(tag) if wellformed::is_start_tag(tag) => self.start(Element::named(tag.name().0)),
            Event::End(_) => self.end(),
            Event::Text(text) if wellformed::is_character_data(text) => self.push_text(&text.xml10_content()),
            Event::CData(text) if self.is_inside() => self.push_text(&text.xml10_content()),
            Event::GeneralRef(reference) if self.is_inside() => {
                self.text.push(wellformed::resolve(reference)?);
                Some(())
            }
            Event::Comment(_) => Some(()),
            _ => None,
        }
    }

    fn is_inside(&self) -> bool {
        !self.open.is_empty()
    }

    /// White space alone may stand after the root.
    fn push_text(&mut self, text: &str) -> Option<()> {
        if self.is_inside() {
            self.text.push_str(text);
            return Some(());
        }
        scalar::trim(text).is_empty().then_some(())
    }

    fn start(&mut self, element: Element) -> Option<()> {
        let is_second_root = self.elements > 0 && !self.is_inside();
        if is_second_root || self.elements == ELEMENTS_MAX || self.open.len() == DEPTH_ELEMENTS_MAX {
            return None;
        }
        self.elements += 1;
        if let Some(parent) = self.open.last_mut() {
            parent.has_children = true;
        }
        self.open.push(Open { element, has_children: false });
        self.text.clear();
        match element {
            Element::MethodCall => self.is_call = true,
            Element::MethodResponse | Element::Fault => self.is_call = false,
            Element::Data => self.containers.push(Container::Array(Vec::new())),
            Element::Struct => self.containers.push(Container::Struct { members: Vec::new(), name: String::new() }),
            _ => {}
        }
        Some(())
    }

    /// quick-xml has checked that the tag closes the one opened last.
    fn end(&mut self) -> Option<()> {
        let closed = self.open.pop()?;
        let text = std::mem::take(&mut self.text);
        match closed.element {
            Element::MethodName => scalar::trim(&text).clone_into(&mut self.name),
            Element::Name => self.set_member_name(scalar::trim(&text)),
            Element::Member => self.set_member_name(""),
            Element::Int => self.deliver(Value::Int(scalar::int(&text))),
            Element::Double => self.deliver(Value::Double(scalar::double(&text))),
            Element::Boolean => self.deliver(Value::Bool(scalar::boolean(&text))),
            Element::String => self.deliver(Value::from(scalar::trim(&text))),
            Element::DateTime => self.deliver(Value::DateTime(DateTime::from_wire(&text))),
            Element::Base64 => self.deliver(Value::Base64(scalar::base64(&text))),
            Element::Value if !closed.has_children || !scalar::trim(&text).is_empty() => {
                self.deliver(Value::String(text));
            }
            Element::Data | Element::Struct => {
                let container = self.containers.pop()?;
                self.deliver(container.into_value());
            }
            _ => {}
        }
        Some(())
    }

    fn set_member_name(&mut self, text: &str) {
        if let Some(Container::Struct { name, .. }) = self.containers.last_mut() {
            text.clone_into(name);
        }
    }

    fn deliver(&mut self, value: Value) {
        match self.containers.last_mut() {
            Some(Container::Array(items)) => items.push(value),
            Some(Container::Struct { members, name }) => members.push((name.clone(), value)),
            None => self.params.push(value),
        }
    }

    fn finish(self) -> Result<MethodCall, Fault> {
        if self.is_inside() {
            return Err(Fault::parse_error());
        }
        if !self.is_call {
            return Err(Fault::not_a_method_call());
        }
        Ok(MethodCall { name: self.name, params: self.params })
    }
}
