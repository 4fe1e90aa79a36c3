//! Bytes to [`MethodCall`], and [`Value`] or fault back to bytes, as WordPress 7.1 reads and writes
//! them, within limits of our own. `endpoint` calls [`decode()`] and one of the encoders for each request.
//!
//! Reading takes five steps, each in its file: `prolog` finds the characters and the root element
//! (WP 7.1 §1.2, steps 1 to 5), quick-xml pulls events from them, `wellformed` checks what quick-xml
//! leaves to its caller, `decode` builds values on closing tags (§1.3), and `scalar` reads one text.
//!
//! Nothing is ever expanded or fetched: a DOCTYPE is dropped (without a subset) or refused, and the only
//! references are XML's five names and numbers. There is no recursion over input.
//!
//! Other than WordPress, on purpose:
//! - the text `false` is false;
//! - `<value></value>` and `<value> </value>` are strings, where WordPress drops the value;
//! - bytes that are not UTF-8 are read in the declared encoding if that is ISO-8859-1 or a windows-125x,
//!   and any other declared encoding but UTF-8 is refused with -32701;
//! - bytes, depth, elements and attributes are bounded; processing instructions are refused;
//! - a posted `<fault>` is answered with -32600, where WordPress crashes;
//! - characters that XML forbids are never sent.

mod decode;
mod encode;
mod prolog;
mod scalar;
#[cfg(test)]
mod tests;
mod value;
mod wellformed;

pub use decode::{DEPTH_ELEMENTS_MAX, ELEMENTS_MAX, decode};
pub(super) use encode::escaped;
pub use encode::{encode_fault, encode_response};
pub use prolog::{BODY_BYTES_MAX, MARKUP_COUNT_MAX};
pub use value::{DateTime, MethodCall, Value};
pub use wellformed::ATTRIBUTES_MAX;
