//! The codec's tables: what is read (WP 7.1 §1.3, §1.13) here, hostile documents and what is written in
//! files of their own. The casts of single texts are tested in `scalar`.

mod hostile;
mod writing;

use std::fmt::Write as _;

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
        ("2024-01-02T03:04:05Z", "2024-01-T2T:3::4:05Z"),
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
fn a_struct_of_many_members_keeps_the_last_of_each() {
    let many = (0..9_000).fold(String::new(), |mut all, n| {
        let _ = write!(all, "<member><name>n{}</name><value>{n}</value></member>", n % 4_500);
        all
    });
    let [Value::Struct(members)] = &values(&format!("<struct>{many}</struct>"))[..] else { panic!("no struct") };
    assert_eq!(members.len(), 4_500);
    assert_eq!(members[7], ("n7".to_owned(), string("4507")));
}
