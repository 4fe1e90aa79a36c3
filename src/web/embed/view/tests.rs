//! The templates, filled: WordPress's words and classes, and nothing that a stranger wrote as markup.

mod respond;

use super::*;
use crate::model::comment::CommentType;
use crate::model::ids::CommentId;
use crate::web::embed::picker::{Icon, Picker};

const EVIL: &str = r#"</b><script>alert(1)</script>"' onclick=x &amp;"#;

fn comment(id: i64, author: &str) -> Item {
    Item {
        id: CommentId(id),
        classes: "comment".into(),
        permalink: format!("https://blog.example/post/#comment-{id}"),
        when: When { machine: "2026-11-22T18:02:04+00:00".into(), words: "November 22, 2026 at 6:02 pm".into() },
        edited: None,
        lang: ContentLang::default(),
        entry: Entry::Comment {
            avatar: Some("https://c.example/avatar/0?initials=A\"".into()),
            author: author.into(),
            proven_by: String::new(),
            author_url: WebUrl::parse("https://ada.example/?a=1&b=\"2"),
            content: SafeHtml::filtered("<p>Well said.</p>".into()),
            notice: None,
            reply: Some(ReplyLink::Form {
                href: format!("https://c.example/?p=7&replytocom={id}#respond"),
                post_id: PostId(7),
            }),
        },
        has_children: false,
        children: Vec::new(),
    }
}

fn pingback(id: i64, title: &str) -> Item {
    Item {
        classes: "pingback".into(),
        entry: Entry::Linkback {
            label: linkback_label(CommentType::Pingback),
            title: title.into(),
            source: WebUrl::parse("https://other.example/a").unwrap(),
            host: "other.example".into(),
            excerpt: Some(SafeHtml::filtered("<p>[…] so it <em>says</em> […]</p>".into())),
        },
        ..comment(id, "")
    }
}

fn thread(count: u64, title: &str, mut items: Vec<Item>) -> Thread {
    number(&mut items);
    Thread {
        post: PostView { id: PostId(7), url: "https://blog.example/post/".into(), title: title.into() },
        lang: ContentLang::default(),
        count,
        items,
        pages: 1,
        older: None,
        newer: None,
        respond: Respond::Frame { href: "https://c.example/?p=7#respond".into(), room: Room::default() },
    }
}

fn form(reply_to: Option<ReplyTo>) -> CommentForm {
    CommentForm {
        base: "https://c.example".into(),
        post_id: PostId(7),
        reply_to,
        comment: String::new(),
        lang: ContentLang::default(),
        guest: Guest::default(),
        picker: picker(),
        logged_in: None,
        closed_for_others: false,
        require_name_email: true,
        cookies_opt_in: true,
        subscriptions: Some(Boxes::default()),
        token: "token".into(),
        redirect_to: "https://c.example/?p=7".into(),
        cancel_href: "/?p=7#respond".into(),
    }
}

fn picker() -> Picker {
    let icon = Icon {
        id: "account".into(),
        name: EVIL.into(),
        picture: "https://c.example/login/account.svg".into(),
        href: "https://c.example/login?p=7&provider=account".into(),
        is_current: false,
    };
    Picker { words: "Click:", is_hidden: false, icons: vec![icon] }
}

fn site() -> SiteView {
    SiteView { base: "https://c.example".into(), title: "A blog".into(), ..SiteView::default() }
}

/// The tags that end where they should not, or do not end: empty in a document that is nested properly.
fn nesting_faults(html: &str) -> Vec<String> {
    const VOID: [&str; 5] = ["meta", "link", "img", "input", "br"];
    let (mut open, mut faults) = (Vec::new(), Vec::new());
    for tag in html.split('<').skip(1) {
        let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        if tag.starts_with('!') || VOID.contains(&name.as_str()) {
            continue;
        }
        if !tag.starts_with('/') {
            open.push(name);
        } else if open.pop().as_ref() != Some(&name) {
            faults.push(name);
        }
    }
    faults.extend(open);
    faults
}

#[test]
fn the_heading_counts_as_wordpress_does() {
    for (count, title, heading) in [
        (0, "Title", None),
        (1, "Title", Some("One response to “Title”")),
        (2, "Title", Some("2 responses to “Title”")),
        (999, "Title", Some("999 responses to “Title”")),
        (1_234_567, "Title", Some("1,234,567 responses to “Title”")),
        (1, "", Some("One response")),
        (2, "", Some("2 responses")),
        (1, "כותרת", Some("One response to “\u{2068}כותרת\u{2069}”")),
    ] {
        assert_eq!(thread(count, title, vec![]).heading().as_deref(), heading, "{count} {title:?}");
    }
    assert!(!thread(0, "Title", vec![]).to_string().contains("<h2"));
}

#[test]
fn a_name_a_title_and_a_host_stay_text() {
    let mut page = ThreadPage {
        site: SiteView { title: EVIL.into(), url: EVIL.into(), ..site() },
        thread: thread(2, EVIL, vec![comment(1, EVIL), pingback(2, EVIL)]),
        noindex: true,
        pings_open: true,
        trackback: None,
        has_feed: true,
    };
    page.thread.respond = Respond::Form(Box::new(CommentForm {
        comment: format!("</textarea>{EVIL}"),
        guest: Guest { author: EVIL.into(), email: EVIL.into(), url: EVIL.into(), remembered: true },
        token: EVIL.into(),
        ..form(Some(ReplyTo { id: CommentId(1), name: EVIL.into(), href: EVIL.into() }))
    }));
    let html = page.to_string();
    assert!(!html.contains("<script"), "{html}");
    assert!(!html.contains("\"' onclick"), "{html}");
    assert!(html.contains("&#60;script&#62;alert(1)"));
    assert!(html.contains("&#38;amp;"), "text that looks escaped is escaped like any other");
    assert_eq!(nesting_faults(&html), [""; 0]);

    let frame = FormFrame {
        site: site(),
        host_origin: EVIL.into(),
        scheme: Some(Scheme::Dark),
        logged_in: EVIL.into(),
        respond: Respond::LogIn { href: EVIL.into(), picker: picker() },
    };
    assert!(!frame.to_string().contains("<script>"), "its own script has a source");
}

#[test]
fn a_page_says_where_trackbacks_go_in_a_comment_that_nothing_ends() {
    let title = format!("{EVIL} --!> --> a---b ]]>");
    let html = ThreadPage {
        site: site(),
        thread: thread(0, "A post", vec![]),
        noindex: false,
        pings_open: true,
        trackback: Some(TrackbackDoor::new("https://c.example/wp-trackback.php?p=7&x".into(), &title)),
        has_feed: true,
    }
    .to_string();
    let (_, rest) = html.split_once("<!--").unwrap();
    let (comment, rest) = rest.split_once("-->").unwrap();
    assert!(!comment.contains("--") && rest.trim_start().starts_with("</head>"), "{html}");
    let mut reader = quick_xml::Reader::from_str(comment);
    let mut told = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Empty(tag) => told.extend(tag.attributes().map(|attribute| {
                let attribute = attribute.unwrap();
                let value = quick_xml::escape::unescape(&attribute.value).unwrap().into_owned();
                (attribute.key.0.to_owned(), value)
            })),
            _ => {}
        }
    }
    let post = "https://blog.example/post/";
    let expected = [
        ("rdf:about", post),
        ("dc:identifier", post),
        ("dc:title", &title),
        ("trackback:ping", "https://c.example/wp-trackback.php?p=7&x"),
    ];
    assert_eq!(told, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn only_addresses_of_the_web_become_links() {
    for refused in
        ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "mailto:a@b.c", "/relative", "", "http://"]
    {
        assert_eq!(WebUrl::parse(refused), None, "{refused}");
    }
    for taken in ["http://a.example/", "HTTPS://a.example/"] {
        assert!(WebUrl::parse(taken).is_some(), "{taken}");
    }
}

#[test]
fn items_carry_wordpress_markup_and_classes() {
    let mut parent = comment(1, "Ada");
    parent.has_children = true;
    parent.children = vec![comment(2, "Ben")];
    parent.children[0].has_children = true;
    parent.children[0].children = vec![comment(3, "Cyd")];
    let html = thread(4, "Title", vec![parent, pingback(4, "Elsewhere")]).to_string();
    for expected in [
        r#"<li id="comment-1" class="comment even thread-even depth-1 parent"><article id="div-comment-1" class="comment-body">"#,
        r#"<li id="comment-2" class="comment odd alt depth-2 parent">"#,
        r#"<li id="comment-3" class="comment even depth-3">"#,
        r#"<li id="comment-4" class="pingback odd alt thread-odd thread-alt depth-1">"#,
        r#"<a href="https://ada.example/?a=1&#38;b=%222" class="url" rel="ugc external nofollow"><bdi>Ada</bdi></a></b> <span class="says">says:</span>"#,
        r#"<a href="https://blog.example/post/#comment-1"><time datetime="2026-11-22T18:02:04+00:00">November 22, 2026 at 6:02 pm</time></a>"#,
        r#"href="https://c.example/?p=7&#38;replytocom=2#respond" data-commentid="2" data-postid="7" data-belowelement="div-comment-2" data-respondelement="respond" data-replyto="Reply to Ben" aria-label="Reply to Ben">Reply</a>"#,
        r#"Pingback: <a href="https://other.example/a" class="url" rel="ugc external nofollow"><bdi>Elsewhere</bdi></a>"#,
        r#"<details class="linkback-excerpt"><summary>Excerpt</summary><div class="comment-content" dir="auto"><p>[…] so it <em>says</em> […]</p>"#,
    ] {
        assert!(html.contains(expected), "{expected}\nis not in\n{html}");
    }
    assert_eq!(html.matches("<ol class=\"children\">").count(), 2);
    assert_eq!(nesting_faults(&html), [""; 0]);
}

#[test]
fn the_deepest_nesting_is_balanced() {
    let mut item = comment(10, "Ada");
    for id in 1..10 {
        item = Item { has_children: true, children: vec![item], ..comment(id, "Ada") };
    }
    let html = thread(10, "Title", vec![item]).to_string();
    assert!(html.contains("depth-10"));
    assert_eq!(nesting_faults(&html), [""; 0]);
}

#[test]
fn a_held_comment_says_so() {
    for (notice, words) in [
        (Notice::Remembered, "<em class=\"comment-awaiting-moderation\">Your comment is awaiting moderation.</em>"),
        (Notice::Preview, "visible after it has been approved.</em>"),
    ] {
        let mut item = comment(1, "Ada");
        if let Entry::Comment { notice: shown, reply, .. } = &mut item.entry {
            *shown = Some(notice);
            *reply = None;
        }
        let html = item.to_string();
        assert!(html.contains(words), "{html}");
        assert!(!html.contains("comment-reply-link"));
    }
}

#[test]
fn pages_of_comments_are_linked_only_where_there_are_more() {
    let mut one = thread(1, "Title", vec![comment(1, "Ada")]);
    assert!(!one.to_string().contains("<nav"));
    one.older = Some("https://c.example/?p=7&cpage=1#comments".into());
    let html = one.to_string();
    assert!(html.contains(r#"href="https://c.example/?p=7&#38;cpage=1#comments">Older Comments</a>"#), "{html}");
    assert!(!html.contains("Newer Comments"));
}

#[test]
fn documents_hold_no_inline_script_or_style_and_advertise_the_doors() {
    let frame = FormFrame {
        site: site(),
        host_origin: "https://blog.example".into(),
        scheme: Some(Scheme::Dark),
        logged_in: "/?p=7#respond".into(),
        respond: Respond::Form(Box::new(form(None))),
    }
    .to_string();
    let page = ThreadPage {
        site: site(),
        thread: thread(0, "", vec![]),
        noindex: false,
        pings_open: true,
        trackback: None,
        has_feed: false,
    }
    .to_string();
    let demo = DemoPage {
        site: site(),
        post: PostView { id: PostId(1), url: "https://c.example/".into(), title: "Hello".into() },
        desk: "/desk".into(),
        pings_open: true,
    }
    .to_string();
    for html in [&frame, &page, &demo] {
        assert_eq!(nesting_faults(html), [""; 0]);
        assert!(!html.contains("style=") && !html.contains("<style") && !html.contains("<script>"), "{html}");
    }
    for html in [&page, &demo] {
        assert!(html.contains(r#"<link rel="pingback" href="https://c.example/xmlrpc.php">"#), "PB-D6");
    }
    assert!(page.contains(
        r#"<link rel="EditURI" type="application/rsd+xml" title="RSD" href="https://c.example/xmlrpc.php?rsd" />"#
    ));
    assert!(page.contains("<bdi>https://blog.example/post/</bdi>"), "a post without a title shows its URL");
    assert!(frame.contains(r#"data-host="https://blog.example""#) && frame.contains(r#"data-scheme="dark""#));
}
