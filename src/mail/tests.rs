//! Messages as they go out, read by another library: one value in each header, whatever a stranger wrote.

use mailparse::{MailHeaderMap as _, ParsedMail};
use proptest::prelude::*;

use super::*;
use crate::model::mail::Words;

const AT: Timestamp = Timestamp(1_767_603_600_000);

fn mail() -> Mail {
    Mail {
        from_name: "Jo \"Q\" & Co".into(),
        to: "ann@blog.example".into(),
        reply_to: Some("jo@peer.example".into()),
        words: Words { subject: "[The blog] Comment: \"A post\"".into(), body: "One\n\nTwo\n".into() },
        unsubscribe: None,
    }
}

fn written(mail: &Mail) -> String {
    let sender = Mailbox::new(None, "wordpress@blog.example".parse().unwrap());
    let id = MessageId::of_job(7, &"ab".repeat(32));
    String::from_utf8(compose(mail, &sender, &id, AT).unwrap().formatted()).unwrap()
}

/// Name and decoded value of each header.
fn headers(parsed: &ParsedMail<'_>) -> Vec<(String, String)> {
    parsed.headers.iter().map(|h| (h.get_key(), h.get_value())).collect()
}

#[test]
fn a_message_has_these_headers_and_no_others() {
    let written = written(&mail());
    let parsed = mailparse::parse_mail(written.as_bytes()).unwrap();
    let expected = [
        ("From", "Jo \"Q\" & Co <wordpress@blog.example>"),
        ("To", "ann@blog.example"),
        ("Subject", "[The blog] Comment: \"A post\""),
        ("Message-ID", "<7.abababababababababababab@blog.example>"),
        ("Date", "Mon, 05 Jan 2026 09:00:00 +0000"),
        ("Auto-Submitted", "auto-generated"),
        ("Reply-To", "jo@peer.example <jo@peer.example>"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "7bit"),
    ];
    let expected: Vec<(String, String)> = expected.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect();
    assert_eq!(headers(&parsed), expected);
    assert!(written.ends_with("\r\n\r\nOne\r\n\r\nTwo\r\n"), "{written:?}");
}

#[test]
fn a_mail_that_can_be_ended_says_how() {
    let url = "https://c.example/subscriptions?s=1-1767603600000-0123456789abcdef0123456789abcdef";
    let written = written(&Mail { unsubscribe: Some(url.into()), ..mail() });
    let parsed = mailparse::parse_mail(written.as_bytes()).unwrap();
    assert_eq!(parsed.headers.get_first_value("List-Unsubscribe").unwrap(), format!("<{url}>"));
    assert_eq!(parsed.headers.get_first_value("List-Unsubscribe-Post").unwrap(), "List-Unsubscribe=One-Click");
}

#[test]
fn addresses_are_addresses() {
    for (text, taken) in [
        ("a@b.example", Some("a@b.example")),
        (" a.b+c@B.example ", Some("a.b+c@b.example")),
        ("a@bücher.example", Some("a@xn--bcher-kva.example")),
        ("a@[127.0.0.1]", None),
        ("a@127.0.0.1", None),
        ("\"a b\"@c.example", None),
        ("a@b@c.example", None),
        ("a b@c.example", None),
        ("a\r\nBcc: x@y.example@c.example", None),
        ("ä@b.example", None),
        ("@b.example", None),
        ("a@", None),
        ("", None),
    ] {
        assert_eq!(address(text).map(|a| a.to_string()).as_deref(), taken, "{text:?}");
    }
    assert!(address(&format!("{}@b.example", "x".repeat(64))).is_some());
    assert!(address(&format!("{}@b.example", "x".repeat(65))).is_none(), "the local part has 64 bytes at most");
    let domain = |bytes: usize| format!("{}.example", ["x".repeat(50).as_str(); 4].join(".")[..bytes].to_owned());
    assert_eq!(address(&format!("{}@{}", "x".repeat(64), domain(181))).unwrap().to_string().len(), ADDRESS_BYTES_MAX);
    assert!(address(&format!("{}@{}", "x".repeat(64), domain(182))).is_none());
}

#[test]
fn the_sender_is_wordpress_s_unless_it_is_named() {
    let mailer = |sender: Option<&str>| {
        let settings = Settings::parse(None, Some(Path::new("/x")), sender, None).unwrap().unwrap();
        Mailer::new(&settings, "c.example").unwrap()
    };
    for (host, sender) in [
        ("www.blog.example", "wordpress@blog.example"),
        ("blog.example", "wordpress@blog.example"),
        ("127.0.0.1", "wordpress@localhost"),
        ("[::1]", "wordpress@localhost"),
        ("localhost", "wordpress@localhost"),
    ] {
        assert_eq!(mailer(None).sender(host).unwrap().email.to_string(), sender, "{host}");
    }
    assert_eq!(mailer(Some("c@d.example")).sender("blog.example").unwrap().to_string(), "c@d.example");
}

#[tokio::test]
async fn a_command_that_fails_says_whether_trying_again_helps() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let send = async |script: &str| {
        let command = folder.path().join("sendmail");
        std::fs::write(&command, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&command, std::fs::Permissions::from_mode(0o755)).unwrap();
        let settings = Settings::parse(None, Some(&command), None, None).unwrap().unwrap();
        let mailer = Mailer::new(&settings, "c.example").unwrap();
        mailer.send(&mail(), &MessageId::of_job(1, "s"), "blog.example", AT).await
    };
    send("cat > /dev/null").await.unwrap();
    match send("cat > /dev/null; echo 'no such user <Ann@Blog.example>:' >&2; exit 67").await {
        Err(SendError::Never { why, no_such_address: true }) => {
            assert!(why.ends_with("exit status: 67: no such user the address"), "{why}");
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(send("exit 75").await, Err(SendError::Later(_))), "it need not read the mail");
    assert!(matches!(send("exit 65").await, Err(SendError::Never { no_such_address: false, .. })));
    match send("head -c 100000 /dev/zero | tr '\\0' x >&2; exit 1").await {
        Err(SendError::Later(why)) => assert!(why.len() <= WHY_BYTES_MAX, "{}", why.len()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn who_says_nothing_is_not_waited_for() {
    use std::os::unix::fs::PermissionsExt as _;
    const PATIENCE: Duration = Duration::from_millis(300);
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", silent.local_addr().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let (command, pid) = (folder.path().join("sendmail"), folder.path().join("pid"));
    std::fs::write(&command, format!("#!/bin/sh\necho $$ > {}\nexec sleep 600\n", pid.display())).unwrap();
    std::fs::set_permissions(&command, std::fs::Permissions::from_mode(0o755)).unwrap();
    let send = async |url: Option<&str>, command: Option<&Path>| {
        let settings = Settings::parse(url, command, None, None).unwrap().unwrap();
        let mailer = Mailer { timeout: PATIENCE, ..Mailer::new(&settings, "c.example").unwrap() };
        match mailer.send(&mail(), &MessageId::of_job(1, "s"), "blog.example", AT).await {
            Err(SendError::Later(why)) => assert_eq!(why, "no answer within 0 s"),
            other => panic!("{other:?}"),
        }
    };
    send(Some(&url), None).await;
    // On a busy machine the command may be stopped before it has said who it is.
    let mut tries_left = 50;
    let told = loop {
        send(None, Some(&command)).await;
        if let Some(told) = std::fs::read_to_string(&pid).ok().filter(|told| told.ends_with('\n')) {
            break told;
        }
        tries_left -= 1;
        assert!(tries_left > 0, "it never starts");
    };
    // The command does not outlive its mail.
    let process = Path::new("/proc").join(told.trim()).join("cmdline");
    for _ in 0..500 {
        if std::fs::read(&process).map_or(true, |line| line.is_empty()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{} still runs", process.display());
}

/// Text with what breaks mails more often than chance would have it.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "\\PC{0,12}",
        any::<String>(),
        Just("\r\nBcc: evil@evil.example".to_owned()),
        Just("\n\nbody".to_owned()),
        Just("=?utf-8?b?QmNjOiBh?=".to_owned()),
        Just("\"".to_owned()),
        Just("\\".to_owned()),
        Just("<a@b.example>".to_owned()),
        Just("\u{2028}\u{85}\u{0}\u{7f}".to_owned()),
        Just("日本語の題名 ".to_owned()),
        Just("x".repeat(120)),
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn nothing_that_a_stranger_writes_leaves_its_place(
        name in nasty(), subject in nasty(), body in nasty(), reply_to in nasty(),
    ) {
        let given = Mail {
            from_name: name,
            reply_to: Some(reply_to),
            words: Words { subject, body: body.clone() },
            unsubscribe: Some("https://c.example/subscriptions?s=1".into()),
            ..mail()
        };
        let written = written(&given);
        prop_assert!(written.is_ascii());
        prop_assert!(written.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n', '\0'])));

        let parsed = mailparse::parse_mail(written.as_bytes()).unwrap();
        let mut names: Vec<String> = parsed.headers.iter().map(mailparse::MailHeader::get_key).collect();
        names.retain(|name| name != "Reply-To");
        prop_assert_eq!(names, [
            "From", "To", "Subject", "Message-ID", "Date", "Auto-Submitted", "List-Unsubscribe",
            "List-Unsubscribe-Post", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
        ]);
        let value = |name: &str| parsed.headers.get_first_value(name).unwrap();
        prop_assert_eq!(value("Subject"), one_line(&given.words.subject, SUBJECT_CHARS_MAX));
        prop_assert_eq!(value("To"), "ann@blog.example");
        let from = mailparse::addrparse_header(parsed.headers.get_first_header("From").unwrap()).unwrap();
        let from = from.extract_single_info().unwrap();
        prop_assert_eq!(&from.addr, "wordpress@blog.example");
        let name = one_line(&given.from_name, NAME_CHARS_MAX);
        prop_assert_eq!(from.display_name.unwrap_or_default(), name);
        let text = parsed.get_body().unwrap().replace("\r\n", "\n");
        let body = without_controls(&body);
        prop_assert_eq!(text.trim_end_matches('\n'), body.trim_end_matches('\n'));
    }
}
