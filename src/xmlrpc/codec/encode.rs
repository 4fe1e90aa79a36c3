//! Values and faults to documents, byte for byte as WordPress writes them (WP 7.1 §1.5), but for
//! characters that XML forbids: those become U+FFFD, where WordPress sends them raw and breaks the
//! document. Called by the endpoint.

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::value::Value;
use super::wellformed;
use crate::xmlrpc::fault::Fault;

/// Decimals of a `double` in scientific form: PHP's `precision` of 14 digits, less the one before the point.
const DOUBLE_DECIMALS: usize = 13;

/// The answer to a call that succeeded.
pub fn encode_response(value: &Value) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodResponse>\n  <params>\n    <param>\n      <value>\n      ",
    );
    push_value(&mut out, value);
    out.push_str("\n      </value>\n    </param>\n  </params>\n</methodResponse>\n");
    out
}

/// The answer to a call that was refused.
pub fn encode_fault(fault: &Fault) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<methodResponse>
  <fault>
    <value>
      <struct>
        <member>
          <name>faultCode</name>
          <value><int>{code}</int></value>
        </member>
        <member>
          <name>faultString</name>
          <value><string>{text}</string></value>
        </member>
      </struct>
    </value>
  </fault>
</methodResponse>
"#,
        code = fault.code,
        text = escaped(&fault.text),
    )
}

/// Recurses as deep as the value is: what was decoded is bounded, what methods build is flat.
fn push_value(out: &mut String, value: &Value) {
    match value {
        Value::Int(number) => push_element(out, "int", &number.to_string()),
        Value::Double(number) => push_element(out, "double", &double(*number)),
        Value::Bool(truth) => push_element(out, "boolean", if *truth { "1" } else { "0" }),
        Value::String(text) => push_element(out, "string", &escaped(text)),
        Value::DateTime(date) => push_element(out, "dateTime.iso8601", &escaped(date.as_str())),
        Value::Base64(bytes) => push_element(out, "base64", &STANDARD.encode(bytes)),
        Value::Array(items) => push_array(out, items.iter()),
        Value::Struct(members) if is_list(members) => push_array(out, members.iter().map(|(_, value)| value)),
        Value::Struct(members) => push_struct(out, members),
    }
}

fn push_element(out: &mut String, name: &str, content: &str) {
    // Writing to a String cannot fail.
    let _ = write!(out, "<{name}>{content}</{name}>");
}

/// The two spaces do not grow with nesting.
fn push_array<'a>(out: &mut String, items: impl Iterator<Item = &'a Value>) {
    out.push_str("<array><data>\n");
    for item in items {
        out.push_str("  <value>");
        push_value(out, item);
        out.push_str("</value>\n");
    }
    out.push_str("</data></array>");
}

fn push_struct(out: &mut String, members: &[(String, Value)]) {
    out.push_str("<struct>\n");
    for (name, value) in members {
        let _ = write!(out, "  <member><name>{}</name><value>", escaped(name));
        push_value(out, value);
        out.push_str("</value></member>\n");
    }
    out.push_str("</struct>");
}

/// PHP cannot tell a list from a map whose keys are 0 to n-1 in order, nor an empty map from an empty
/// list; WordPress writes all of them as arrays.
fn is_list(members: &[(String, Value)]) -> bool {
    members.iter().enumerate().all(|(index, (name, _))| *name == index.to_string())
}

/// The text as character data; also right inside an attribute.
pub(in crate::xmlrpc) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#039;"),
            c if wellformed::is_char(c) => out.push(c),
            _ => out.push(char::REPLACEMENT_CHARACTER),
        }
    }
    out
}

/// PHP's form of a float (`%.14G`): `1.5`, `0`, `0.3` for 0.1 + 0.2, `1.0E+20`.
pub(super) fn double(number: f64) -> String {
    if !number.is_finite() {
        return number.to_string().to_uppercase();
    }
    let scientific = format!("{number:.DOUBLE_DECIMALS$e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..14).contains(&exponent) {
        let decimals = usize::try_from(13 - exponent).unwrap_or(0);
        return without_trailing_zeros(&format!("{number:.decimals$}")).to_owned();
    }
    let mantissa = without_trailing_zeros(mantissa);
    let point = if mantissa.contains('.') { "" } else { ".0" };
    format!("{mantissa}{point}E{exponent:+}")
}

fn without_trailing_zeros(number: &str) -> &str {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_in_php_s_form() {
        for (number, expected) in [
            (1.5, "1.5"),
            (0.0, "0"),
            (-0.0, "-0"),
            (0.1 + 0.2, "0.3"),
            (1e20, "1.0E+20"),
            (-1.25e20, "-1.25E+20"),
            (1e13, "10000000000000"),
            (1e14, "1.0E+14"),
            (99_999_999_999_999.9, "1.0E+14"),
            (0.0001, "0.0001"),
            (0.000_01, "1.0E-5"),
            (1.0 / 3.0, "0.33333333333333"),
            (2.0 / 3.0, "0.66666666666667"),
            (123_456_789.125, "123456789.125"),
            (100.0, "100"),
            (f64::MAX, "1.7976931348623E+308"),
            (f64::INFINITY, "INF"),
            (f64::NEG_INFINITY, "-INF"),
            (f64::NAN, "NAN"),
        ] {
            assert_eq!(double(number), expected, "{number}");
        }
    }
}
