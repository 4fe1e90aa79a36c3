//! What is written: WordPress's bytes (WP 7.1 §1.5), and that it is read again.

use proptest::prelude::*;

use super::*;

#[test]
fn answers_have_wordpress_s_bytes() {
    assert_eq!(
        encode_response(&"Hello!".into()),
        r#"<?xml version="1.0" encoding="UTF-8"?>
<methodResponse>
  <params>
    <param>
      <value>
      <string>Hello!</string>
      </value>
    </param>
  </params>
</methodResponse>
"#
    );
    assert_eq!(
        encode_fault(&Fault::new(403, "Incorrect username or password.")),
        r#"<?xml version="1.0" encoding="UTF-8"?>
<methodResponse>
  <fault>
    <value>
      <struct>
        <member>
          <name>faultCode</name>
          <value><int>403</int></value>
        </member>
        <member>
          <name>faultString</name>
          <value><string>Incorrect username or password.</string></value>
        </member>
      </struct>
    </value>
  </fault>
</methodResponse>
"#
    );
}

/// A value as it stands in an answer.
fn encoded(value: &Value) -> String {
    let document = encode_response(value);
    let (_, rest) = document.split_once("<value>\n      ").unwrap();
    rest.rsplit_once("\n      </value>").unwrap().0.to_owned()
}

#[test]
fn values_have_wordpress_s_bytes() {
    let list = array(&[Value::Int(1), array(&[string("a")])]);
    let list_bytes = "<array><data>\n  <value><int>1</int></value>\n  <value><array><data>\n  <value><string>a</string></value>\n</data></array></value>\n</data></array>";
    let empty = "<array><data>\n</data></array>";
    for (value, expected) in [
        (Value::Bool(true), "<boolean>1</boolean>"),
        (Value::Bool(false), "<boolean>0</boolean>"),
        (Value::Int(9_999_999_999), "<int>9999999999</int>"),
        (Value::Int(-1), "<int>-1</int>"),
        (Value::Double(0.1 + 0.2), "<double>0.3</double>"),
        (string("a&amp;<b> \"c\" 'd'"), "<string>a&amp;amp;&lt;b&gt; &quot;c&quot; &#039;d&#039;</string>"),
        (string("\0\u{1b}a\tb\n\u{fffe}"), "<string>\u{fffd}\u{fffd}a\tb\n\u{fffd}</string>"),
        (string(""), "<string></string>"),
        (Value::Base64(vec![0; 60]), &format!("<base64>{}</base64>", "A".repeat(80))),
        (
            Value::DateTime(DateTime::from_wire("20240102T03:04:05")),
            "<dateTime.iso8601>20240102T03:04:05</dateTime.iso8601>",
        ),
        (list, list_bytes),
        (array(&[]), empty),
        (Value::object([]), empty),
        (
            Value::object([("a'", Value::Int(1)), ("b", string("x"))]),
            "<struct>\n  <member><name>a&#039;</name><value><int>1</int></value></member>\n  <member><name>b</name><value><string>x</string></value></member>\n</struct>",
        ),
        (
            Value::object([("0", Value::Int(1)), ("1", Value::Int(2))]),
            "<array><data>\n  <value><int>1</int></value>\n  <value><int>2</int></value>\n</data></array>",
        ),
        (
            Value::object([("1", Value::Int(1))]),
            "<struct>\n  <member><name>1</name><value><int>1</int></value></member>\n</struct>",
        ),
    ] {
        assert_eq!(encoded(&value), expected);
    }
}

/// Text that survives: a `string` is trimmed and its line ends are normalised when it is read.
fn arb_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>().prop_map(|text| {
            let legal: String = text.chars().filter(|&c| wellformed::is_char(c) && c != '\r').collect();
            scalar::trim(&legal).to_owned()
        }),
        "[<>&\"' \\]a-c\n\t]{0,12}".prop_map(|text| scalar::trim(&text).to_owned()),
    ]
}

fn arb_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::Int),
        any::<i32>().prop_map(|eighths| Value::Double(f64::from(eighths) / 8.0)),
        any::<bool>().prop_map(Value::Bool),
        arb_text().prop_map(Value::String),
        "[0-9]{8}T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](Z|[+-]0[0-9]00)?"
            .prop_map(|text| Value::DateTime(DateTime::from_wire(&text))),
        any::<Vec<u8>>().prop_map(Value::Base64),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            // A letter first: a struct named 0, 1, … is written as an array, like an empty one.
            prop::collection::btree_map(
                "[a-z]".prop_flat_map(|c| arb_text().prop_map(move |t| c.clone() + &t)),
                inner,
                1..5
            )
            .prop_map(|members| Value::Struct(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(value in arb_value()) {
        let document = encode_response(&value).replace("methodResponse>", "methodCall>");
        let call = decode(document.as_bytes()).map_err(|fault| TestCaseError::fail(format!("{fault:?}: {document}")))?;
        prop_assert_eq!(call.params, [value]);
    }

    #[test]
    fn any_fault_text_makes_a_document(code in any::<i32>(), text in any::<String>()) {
        let document = encode_fault(&Fault::new(code, text.clone())).replace("methodResponse>", "methodCall>").replace("fault>", "param>");
        let call = decode(document.as_bytes()).map_err(|fault| TestCaseError::fail(format!("{fault:?}: {document}")))?;
        let [Value::Struct(members)] = &call.params[..] else { panic!("no struct") };
        prop_assert_eq!(&members[0].1, &Value::Int(code.into()));
        prop_assert!(matches!(&members[1].1, Value::String(_)));
    }

    #[test]
    fn bytes_of_any_kind_are_read_or_refused(bytes in any::<Vec<u8>>()) {
        let _ = decode(&bytes);
        let _ = decode(&[b"<methodCall>".as_slice(), &bytes, b"</methodCall>"].concat());
        let _ = decode(&[b"<?xml ".as_slice(), &bytes, b"?><methodCall></methodCall>"].concat());
        let _ = decode(&[b"<!DOCTYPE ".as_slice(), &bytes, b"><methodCall></methodCall>"].concat());
    }

    #[test]
    fn pieces_in_any_order_are_read_or_refused(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..30)) {
        let _ = decode(pieces.concat().as_bytes());
        let body = format!("<methodCall>{}</methodCall>", pieces.concat());
        if let Ok(call) = decode(body.as_bytes()) {
            prop_assert!(encode_response(&Value::Array(call.params)).ends_with("</methodResponse>\n"));
        }
    }
}

const PIECES: &[&str] = &[
    "<methodCall>",
    "</methodCall>",
    "<methodName>",
    "</methodName>",
    "<params>",
    "</params>",
    "<param>",
    "</param>",
    "<value>",
    "</value>",
    "<value/>",
    "<int>",
    "</int>",
    "<string>",
    "</string>",
    "<array>",
    "</array>",
    "<data>",
    "</data>",
    "<data/>",
    "<struct>",
    "</struct>",
    "<struct/>",
    "<member>",
    "</member>",
    "<name>",
    "</name>",
    "<name/>",
    "<dateTime.iso8601>",
    "</dateTime.iso8601>",
    "<base64>",
    "</base64>",
    "<double>",
    "</double>",
    "text",
    " ",
    "é",
    "-1",
    "&amp;",
    "&#x41;",
    "&bad;",
    "<!-- c -->",
    "<![CDATA[",
    "]]>",
    "<?pi?>",
    "<!DOCTYPE x>",
    "<a b='c'/>",
    "<",
    ">",
    "\"",
    "'",
    "\0",
    "\u{feff}",
];
