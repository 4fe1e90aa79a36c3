//! Hostile documents: each bound at it and one past it, and S-XML-1 and -2.

use super::*;

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
