//! The codec's tables: WordPress's vectors (WP 7.1 §1.3, §1.5, §1.13), hostile documents (S-XML-1, -2),
//! and properties. The casts of single texts are tested in `scalar`.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::xmlrpc::fault::Fault;

fn string(text: &str) -> Value {
    text.into()
}

fn array(items: &[Value]) -> Value {
    Value::Array(items.to_vec())
}

/// The parameters of a call whose `params` element holds `inside`.
fn params(inside: &str) -> Vec<Value> {
    let body = format!("<methodCall><methodName>f</methodName><params>{inside}</params></methodCall>");
    decode(body.as_bytes()).unwrap_or_else(|fault| panic!("{inside}: {fault:?}")).params
}

/// The parameters of a call with one `<value>` around `inside`.
fn values(inside: &str) -> Vec<Value> {
    params(&format!("<param><value>{inside}</value></param>"))
}

fn code(body: impl AsRef<[u8]>) -> i32 {
    decode(body.as_ref()).map_or_else(|fault| fault.code, |call| panic!("read as {call:?}"))
}

const HELLO: &str = "<methodCall><methodName>demo.sayHello</methodName></methodCall>";

#[test]
fn values_are_read_as_wordpress_reads_them() {
    for (inside, expected) in [
        ("<int>12abc</int>", vec![Value::Int(12)]),
        ("<i4> -7 </i4>", vec![Value::Int(-7)]),
        ("<int></int>", vec![Value::Int(0)]),
        ("<double>1e3</double>", vec![Value::Double(1000.0)]),
        ("<boolean>true</boolean>", vec![Value::Bool(true)]),
        ("<boolean> 0 </boolean>", vec![Value::Bool(false)]),
        ("<string>  a \n b  </string>", vec![string("a \n b")]),
        ("<string><![CDATA[  <b>&amp; ]]></string>", vec![string("<b>&amp;")]),
        ("<string/>", vec![string("")]),
        ("<string>a<!-- c -->b</string>", vec![string("ab")]),
        ("<string>&lt;&amp;&#233;&#x20AC;</string>", vec![string("<&é€")]),
        ("<string>a\r\nb\rc</string>", vec![string("a\nb\nc")]),
        ("  plain, not trimmed ", vec![string("  plain, not trimmed ")]),
        ("<base64>aGVs\nbG8</base64>", vec![Value::Base64(b"hello".to_vec())]),
        (
            "<array><data><value>a</value><value><int>1</int></value></data></array>",
            vec![array(&[string("a"), 1.into()])],
        ),
        ("<array><data></data></array>", vec![array(&[])]),
        ("<array></array>", vec![]),
        ("<i8>1</i8>", vec![]),
        ("<nil/>", vec![]),
        ("<ex:nil/>", vec![]),
        ("<float>1</float>", vec![]),
        ("<foo>1</foo>", vec![]),
        ("before<int>1</int>", vec![Value::Int(1)]),
        ("<int>1</int>after", vec![Value::Int(1), string("after")]),
        ("\n  <int>1</int>\n", vec![Value::Int(1)]),
    ] {
        assert_eq!(values(inside), expected, "{inside}");
    }
}

#[test]
fn values_without_type_are_strings_even_when_empty() {
    for (inside, expected) in [("", ""), ("  ", "  "), ("<!-- c -->", ""), ("<![CDATA[]]>", "")] {
        assert_eq!(values(inside), [string(expected)], "{inside:?}");
    }
    assert_eq!(params("<param><value/></param>"), [string("")]);
}

#[test]
fn the_words_of_booleans_are_understood() {
    assert_eq!(values("<boolean>false</boolean>"), [Value::Bool(false)]);
}

#[test]
fn structs_are_read_as_wordpress_reads_them() {
    let members = |inside: &str| values(&format!("<struct>{inside}</struct>"));
    let a = "<member><name>a</name><value><int>1</int></value></member>";
    let b = "<member><name> b </name><value>2</value></member>";
    let again = "<member><name>a</name><value><int>3</int></value></member>";
    for (inside, expected) in [
        (String::new(), Value::object([])),
        (format!("{b}{a}"), Value::object([("b", string("2")), ("a", Value::Int(1))])),
        (format!("{a}{b}{again}"), Value::object([("a", Value::Int(3)), ("b", string("2"))])),
        (format!("{a}<member><value>x</value></member>"), Value::object([("a", Value::Int(1)), ("", string("x"))])),
        ("<member><value>x</value><name>late</name></member>".into(), Value::object([("", string("x"))])),
        (format!("<member><name>n</name><value><nil/></value></member>{a}"), Value::object([("a", Value::Int(1))])),
        ("<member><name>0</name><value>x</value></member>".into(), Value::object([("0", string("x"))])),
        (
            format!("<member><name>outer</name><value><struct>{a}</struct></value></member>"),
            Value::object([("outer", Value::object([("a", Value::Int(1))]))]),
        ),
    ] {
        assert_eq!(members(&inside), [expected], "{inside}");
    }
}

#[test]
fn calls_are_read_as_wordpress_reads_them() {
    for (inside, name, expected) in [
        ("<methodName> a </methodName>", "a", vec![]),
        ("<methodName>a</methodName><params/>", "a", vec![]),
        ("<methodName>a</methodName><params><param></param></params>", "a", vec![]),
        ("<methodName>a</methodName><methodName>b</methodName>", "b", vec![]),
        ("<params><param><int>5</int></param></params><methodName>late</methodName>", "late", vec![Value::Int(5)]),
        ("<methodName>a</methodName><params><param>5</param></params>", "a", vec![]),
        ("", "", vec![]),
    ] {
        let call = decode(format!("<methodCall>{inside}</methodCall>").as_bytes()).unwrap();
        assert_eq!((call.name.as_str(), call.params), (name, expected), "{inside}");
    }
}

#[test]
fn dates_are_cut_where_wordpress_cuts_them() {
    for (text, expected) in [
        ("20240102T03:04:05", "20240102T03:04:05"),
        (" 20240102T03:04:05Z ", "20240102T03:04:05Z"),
        ("20240102T03:04:05+01:00", "20240102T03:04:05+01:00"),
        ("20240102 03-04-05", "20240102T03:04:05"),
        ("1700000000", "20231114T22:13:20"),
        ("0", "19700101T00:00:00"),
        ("2024-01-02T03:04:05Z", "2024-01-T2T:3:04:5Z"),
        ("", "T::"),
        ("2024\u{e9}", "2024\u{e9}T::"),
    ] {
        let value = values(&format!("<dateTime.iso8601>{text}</dateTime.iso8601>"));
        assert_eq!(value, [Value::DateTime(DateTime::from_wire(text))]);
        assert_eq!(DateTime::from_wire(text).as_str(), expected, "{text:?}");
    }
}

#[test]
fn wordpress_takes_these_bodies() {
    for body in [
        HELLO.to_owned(),
        format!("\n\n \t<?xml version=\"1.0\"?>\n{HELLO}\n"),
        format!("<?xml\nversion='1.0'\nencoding='utf-8'\n?>{HELLO}"),
        format!("<?xml version=\"1.0\"?><!DOCTYPE foo>{HELLO}"),
        format!("<!doctype methodCall SYSTEM \"http://example.com/x.dtd\">\n{HELLO}"),
        format!("{HELLO}<!-- after --> \n\0"),
        HELLO.replace("<methodCall>", "<methodCall xmlns=\"x\" a='&lt;1&#65;'\n>"),
        HELLO.replace("demo", "<!-- inside -->demo"),
    ] {
        assert_eq!(decode(body.as_bytes()).map(|call| call.name).as_deref(), Ok("demo.sayHello"), "{body}");
    }
}

#[test]
fn wordpress_refuses_these_bodies() {
    let late = format!("<?xml version=\"1.0\" {}?>{HELLO}", " ".repeat(100));
    let long_doctype = format!("<!DOCTYPE {}>{HELLO}", "x".repeat(200));
    for body in [
        "",
        "  \n ",
        "<?xml version=\"1.0\"?>",
        "<methodCall><methodName>x</methodName>",
        "<html></html>",
        "<METHODCALL></METHODCALL>",
        "<methodCallX></methodCallX>",
        "<methodCall/>",
        "{\"method\":\"demo.sayHello\"}",
        "--boundary\r\nContent-Disposition: form-data\r\n\r\n<methodCall></methodCall>",
        &format!("\u{feff}{HELLO}"),
        &format!("<!-- first -->{HELLO}"),
        &format!("<?php ?>{HELLO}"),
        &format!("{HELLO}xx"),
        &format!("{HELLO}{HELLO}"),
        &format!("{HELLO}<a/>"),
        &format!("{HELLO}&#32;"),
        &format!("<?xml version=\"1.0\"?><!DOCTYPE foo [<!ENTITY a \"b\">]>{HELLO}"),
        &late,
        &long_doctype,
    ] {
        assert_eq!(code(body), -32700, "{body}");
    }
}

#[test]
fn what_is_not_well_formed_is_refused() {
    for inside in [
        "<a></b>",
        "</a>",
        "<a b></a>",
        "<a b=c></a>",
        "<a b='1' b='2'></a>",
        "<a b='<'></a>",
        "<a b='&nbsp;'></a>",
        "<a b='&amp'></a>",
        "<a 1='x'></a>",
        "<1></1>",
        "< a></a>",
        "&nbsp;",
        "&amp",
        "& ",
        "&#0;",
        "&#8;",
        "&#xFFFE;",
        "&#xD800;",
        "\u{0}",
        "\u{8}",
        "\u{ffff}",
        "]]>",
        "<!-- a -- b -->",
        "<!-- a --->",
        "<![CDATA[ ]]",
        "<?php echo 1 ?>",
        "<?xml version='1.0'?>",
        "<!DOCTYPE foo>",
        "<!ENTITY a 'b'>",
    ] {
        let body = HELLO.replace("demo", inside);
        assert_eq!(code(&body), -32700, "{body}");
    }
}

#[test]
fn documents_that_call_nothing_are_refused_as_such() {
    for body in [
        encode_response(&"x".into()),
        encode_fault(&Fault::parse_error()),
        "<fault><value>1</value></fault>".into(),
        "<methodCall><fault></fault></methodCall>".into(),
    ] {
        assert_eq!(code(&body), -32600, "{body}");
    }
}

#[test]
fn encodings_are_honoured_or_refused() {
    let body = |encoding: &str, text: &[u8]| {
        let mut body = format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?><methodCall><methodName>").into_bytes();
        body.extend_from_slice(text);
        body.extend_from_slice(b"</methodName></methodCall>");
        body
    };
    for (encoding, text, expected) in [
        ("UTF-8", "é".as_bytes(), Ok("é")),
        ("ISO-8859-1", b"\xe9", Ok("é")),
        ("iso-8859-1", "é".as_bytes(), Ok("é")),
        ("windows-1251", b"\xef\xf0\xe8", Ok("при")),
        ("us-ascii", b"a", Ok("a")),
        ("UTF-8", b"\xe9", Err(-32700)),
        ("windows-1253", b"\xaa", Err(-32700)),
        ("UTF-16", b"a", Err(-32701)),
        ("Shift_JIS", b"a", Err(-32701)),
        ("ISO-8859-2", b"a", Err(-32701)),
        ("nonsense", b"a", Err(-32701)),
    ] {
        let read = decode(&body(encoding, text));
        assert_eq!(
            read.as_ref().map(|call| call.name.as_str()).map_err(|fault| fault.code),
            expected,
            "{encoding} {text:?}"
        );
    }
    assert_eq!(code(b"<methodCall><methodName>\xe9</methodName></methodCall>"), -32700);
}

#[test]
fn the_body_is_bounded() {
    let body = |bytes: usize| format!("{HELLO}{}", " ".repeat(bytes - HELLO.len()));
    assert!(decode(body(BODY_BYTES_MAX).as_bytes()).is_ok());
    assert_eq!(code(body(BODY_BYTES_MAX + 1)), 413);
}

/// A call with `markup` `<` characters in all, two of them for each parameter.
fn with_markup(markup: usize) -> String {
    let around = HELLO.matches('<').count();
    HELLO.replace("</methodCall>", &format!("{}</methodCall>", "<x></x>".repeat((markup - around) / 2)))
}

#[test]
fn markup_and_elements_are_bounded() {
    assert!(decode(with_markup(59_974).as_bytes()).is_ok());
    assert!(decode(with_markup(MARKUP_COUNT_MAX).as_bytes()).is_ok());
    assert_eq!(code(with_markup(MARKUP_COUNT_MAX + 2)), -32700);
    assert_eq!(code(with_markup(60_014)), -32700);

    let with_elements = |count| HELLO.replace("</methodCall>", &format!("{}</methodCall>", "<x/>".repeat(count - 2)));
    assert!(decode(with_elements(ELEMENTS_MAX).as_bytes()).is_ok());
    assert_eq!(code(with_elements(ELEMENTS_MAX + 1)), -32700);
}

#[test]
fn depth_and_attributes_are_bounded() {
    let nested = |depth: usize| {
        let inner = depth - 1;
        format!("<methodCall>{}{}</methodCall>", "<a>".repeat(inner), "</a>".repeat(inner))
    };
    assert!(decode(nested(DEPTH_ELEMENTS_MAX).as_bytes()).is_ok());
    assert_eq!(code(nested(DEPTH_ELEMENTS_MAX + 1)), -32700);

    let with_attributes = |count| {
        let attributes = (0..count).fold(String::new(), |mut all, n| {
            let _ = write!(all, " a{n}=''");
            all
        });
        HELLO.replace("<methodCall>", &format!("<methodCall{attributes}>"))
    };
    assert!(decode(with_attributes(ATTRIBUTES_MAX).as_bytes()).is_ok());
    assert_eq!(code(with_attributes(ATTRIBUTES_MAX + 1)), -32700);
}

/// S-XML-1: whatever a DTD says, nothing is expanded and nothing is fetched.
#[test]
fn documents_with_entities_of_their_own_are_refused() {
    let laughs = (1..20).fold(String::from("<!ENTITY a0 'ha'>"), |mut all, n| {
        let _ = write!(all, "<!ENTITY a{n} '&a{m};&a{m};'>", m = n - 1);
        all
    });
    let large = format!("<!ENTITY a '{}'>", "x".repeat(100_000));
    for (subset, text) in [
        (laughs.as_str(), "&a19;".to_owned()),
        (large.as_str(), "&a;".repeat(10_000)),
        ("<!ENTITY a '&a;'>", "&a;".into()),
        ("<!ENTITY a SYSTEM 'file:///etc/passwd'>", "&a;".into()),
        ("<!ENTITY a SYSTEM 'http://127.0.0.1:1/'>", "&a;".into()),
        ("<!ENTITY % a SYSTEM 'http://127.0.0.1:1/'> %a;", "a".into()),
        ("<!ATTLIST methodCall a CDATA 'x'>", "a".into()),
    ] {
        let call = format!("<methodCall><methodName>{text}</methodName></methodCall>");
        let doctype = format!("<!DOCTYPE methodCall [{subset}]>");
        let blanks = " ".repeat(60_000);
        for body in [
            format!("{doctype}{call}"),
            format!("<?xml version=\"1.0\"?>\n{doctype}{call}"),
            format!("<?xml version=\"1.0\"?>{blanks}{doctype}{call}"),
            format!("<!DOCTYPE methodCall>{doctype}{call}"),
            doctype,
        ] {
            assert_eq!(code(&body), -32700, "{}", &body[..body.len().min(200)]);
        }
    }
    assert_eq!(code("<!DOCTYPE methodCall>"), -32700);
    assert_eq!(code("<!DOCTYPE methodCall SYSTEM 'x'><methodCall><methodName>&x;</methodName></methodCall>"), -32700);
}

/// S-XML-2: 64 KiB of one thing each.
#[test]
fn monotonous_documents_are_bounded() {
    let filled = |piece: &str| HELLO.replace("demo", &piece.repeat(64 * 1024 / piece.len()));
    for (piece, expected) in [
        ("<a>", Err(-32700)),
        ("<a><a></a></a>", Ok(".sayHello")),
        ("<a b='' c='' d=''/>", Ok(".sayHello")),
        ("<![CDATA[]]>", Ok(".sayHello")),
        ("<!---->", Ok(".sayHello")),
        ("&", Err(-32700)),
        ("<", Err(-32700)),
        ("<!", Err(-32700)),
        ("<?", Err(-32700)),
        ("\"", Ok("")),
    ] {
        let read = decode(filled(piece).as_bytes()).map_err(|fault| fault.code);
        match expected {
            Err(code) => assert_eq!(read, Err(code), "{piece}"),
            Ok(end) => assert!(read.unwrap().name.ends_with(end), "{piece}"),
        }
    }
    let letters = decode(filled("&#x41;").as_bytes()).unwrap().name;
    assert_eq!(letters, format!("{}.sayHello", "A".repeat(64 * 1024 / 6)));
    let attributes = (0..6_000).fold(String::new(), |mut all, n| {
        let _ = write!(all, " a{n}=''");
        all
    });
    assert_eq!(code(HELLO.replace("<methodCall>", &format!("<methodCall{attributes}>"))), -32700);
}

#[test]
fn a_million_nested_tags_are_refused() {
    let nested = |count| format!("<methodCall>{}", "<a>".repeat(count));
    assert_eq!(code(nested(1_000_000)), 413);
    assert_eq!(code(nested(300_000)), -32700);
    assert_eq!(code(nested(50_000)), -32700);
}

#[test]
fn a_struct_of_many_members_keeps_the_last_of_each() {
    let many = (0..9_000).fold(String::new(), |mut all, n| {
        let _ = write!(all, "<member><name>n{}</name><value>{n}</value></member>", n % 4_500);
        all
    });
    let [Value::Struct(members)] = &values(&format!("<struct>{many}</struct>"))[..] else { panic!("no struct") };
    assert_eq!(members.len(), 4_500);
    assert_eq!(members[7], ("n7".to_owned(), string("4507")));
}

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
