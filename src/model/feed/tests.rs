//! Feeds assembled: WordPress's titles, links and identities, and what is never told.

use proptest::prelude::*;

use super::*;
use crate::model::comment::CommentType;
use crate::model::ids::SiteId;
use crate::model::options::SiteOptions;

fn site(title: &str) -> Site {
    let options = SiteOptions { blogdescription: "About things".into(), ..SiteOptions::default() };
    Site { title: title.into(), options, ..Site::of_a_test() }
}

fn post(id: i64, title: &str) -> Post {
    Post {
        site_id: SiteId(1),
        id: PostId(id),
        url: format!("https://blog.example/post-{id}/"),
        title: title.into(),
        kind: "post".into(),
        account_id: None,
        comments_open: true,
        pings_open: true,
        published_at: None,
        created_at: Timestamp(0),
        comment_count: 0,
        version: 1,
        changed_at: Timestamp(0),
    }
}

fn comment(id: i64, post: i64, author: &str, content: &str) -> Comment {
    Comment {
        site_id: SiteId(1),
        id: CommentId(id),
        post_id: PostId(post),
        parent_id: None,
        kind: CommentType::Comment,
        status: Status::Approved,
        author_name: author.into(),
        author_email: "secret@peer.example".into(),
        author_url: "https://ada.example/?a=1&amp;b=2".into(),
        author_ip: "192.0.2.7".into(),
        agent: "Agent/1".into(),
        account_id: None,
        content: content.into(),
        created_at: Timestamp(id),
        proven_by: String::new(),
        edited_at: None,
        reason: String::new(),
    }
}

fn feed_of(post_of_feed: Option<&Post>, comments: &[Comment], parents: &[Comment], format: Format) -> Feed {
    let (site, posts) = (site("The blog & me"), [post(7, "A <b>post</b>"), post(8, "")]);
    let material = Material {
        site: &site,
        base: "https://c.example",
        post: post_of_feed,
        comments,
        posts: &posts,
        parents,
        changed_at: Timestamp(5),
    };
    material.feed(format)
}

#[test]
fn a_sites_feed_names_the_post_of_each_comment() {
    let comments = [comment(2, 8, "", "Second"), comment(1, 7, "Ada &amp; Bo", "<em>First</em>")];
    for (format, self_link) in
        [(Format::Rss2, "https://c.example/comments/feed/"), (Format::Atom, "https://c.example/comments/feed/atom/")]
    {
        let feed = feed_of(None, &comments, &[], format);
        assert_eq!((feed.title.as_str(), feed.description.as_str()), ("Comments for The blog & me", "About things"));
        assert_eq!((feed.link.as_str(), feed.self_link.as_str()), ("https://blog.example", self_link));
        let titles: Vec<&str> = feed.entries.iter().map(|e| e.title.as_str()).collect();
        assert_eq!(
            titles,
            ["Comment on https://blog.example/post-8/ by Anonymous", "Comment on A <b>post</b> by Ada & Bo"]
        );
    }
}

#[test]
fn a_posts_feed_names_the_author_only() {
    let of = post(7, "A post");
    for (format, title, link, self_link) in [
        (Format::Rss2, "Comments on: A post", "", "https://c.example/?feed=rss2&p=7"),
        (Format::Atom, "Comments on A post", "#comments", "https://c.example/?feed=atom&p=7"),
    ] {
        let feed = feed_of(Some(&of), &[comment(1, 7, "Ada", "x")], &[], format);
        assert_eq!((feed.title.as_str(), feed.link), (title, format!("https://blog.example/post-7/{link}")));
        assert_eq!((feed.self_link.as_str(), feed.entries[0].title.as_str()), (self_link, "By: Ada"));
    }
}

#[test]
fn a_feed_without_comments_leads_to_the_form() {
    let feed = feed_of(Some(&post(7, "A post")), &[], &[], Format::Atom);
    assert_eq!((feed.link.as_str(), feed.entries.len()), ("https://blog.example/post-7/#respond", 0));
}

#[test]
fn an_entry_is_known_by_wordpress_s_identity() {
    let mut answer = comment(3, 7, "Bo", "Yes.");
    answer.parent_id = Some(CommentId(1));
    let first = comment(1, 7, "Ada &lt;3", "<em>a</em> | b &amp; c&nbsp;d");
    let feed = feed_of(None, &[answer.clone(), first.clone()], std::slice::from_ref(&first), Format::Rss2);
    let [reply, top] = feed.entries.as_slice() else { panic!("{feed:?}") };
    assert_eq!(top.id, "https://blog.example/?p=7#comment-1");
    assert_eq!(top.link, "https://blog.example/post-7/#comment-1");
    assert_eq!(top.author_url.as_deref(), Some("https://ada.example/?a=1&b=2"));
    let post_itself = Reference { id: "https://blog.example/?p=7".into(), link: "https://blog.example/post-7/".into() };
    assert_eq!(top.in_reply_to, post_itself);
    assert_eq!(top.summary, "&lt;em&gt;a&lt;/em&gt; &#124; b &#038; c&#160;d");
    assert!(top.content.starts_with("<p><em>a</em> | b &amp; c"), "{}", top.content);
    assert_eq!(reply.in_reply_to, Reference { id: top.id.clone(), link: top.link.clone() });
    let link = "<a href=\"https://blog.example/post-7/#comment-1\"";
    // Our own words: no stranger's link, so no `rel`.
    assert_eq!(reply.content, format!("<p>In reply to {link}>Ada &lt;3</a>.</p>\n<p>Yes.</p>\n"));
    assert!(reply.summary.starts_with("In reply to &lt;a href="), "{}", reply.summary);

    let held = Comment { status: Status::Hold, ..first };
    let feed = feed_of(None, &[answer], &[held], Format::Rss2);
    assert_eq!(feed.entries[0].summary, "Yes.");
}

#[test]
fn names_of_references_become_numbers() {
    for (html, numeric) in [
        ("&amp;&lt;&gt;&quot;", "&#038;&#060;&#062;&#034;"),
        ("&hellip; &nbsp; &Eacute;&thetasym;", "&#8230; &#160; &#201;&#977;"),
        ("a|b", "a&#124;b"),
        ("&#8217; &#x41; & && &; &bogus; &ampx;", "&#8217; &#x41; & && &; &bogus; &ampx;"),
        ("&CounterClockwiseContourIntegral;", "&CounterClockwiseContourIntegral;"),
        ("", ""),
    ] {
        assert_eq!(numeric_references(html), numeric, "{html}");
    }
}

proptest! {
    /// Whatever a stranger writes, its readers see the same text, and nothing that is not for them.
    #[test]
    fn numbers_mean_what_the_names_meant(html in "[a-z&;#|<> é0-9]{0,40}|(&(amp|lt|nbsp|copy|eacute);?){0,6}") {
        let numeric = numeric_references(&html);
        prop_assert_eq!(escape::unescape(&numeric), escape::unescape(&html));
        prop_assert!(!numeric.contains('|'));
    }

    #[test]
    fn an_entry_tells_nothing_that_readers_do_not_see(author in "\\PC{0,20}", content in "\\PC{0,80}") {
        let stored = text::save_content(&content, "blog.example");
        let feed = feed_of(None, &[comment(1, 7, &text::names::author(&author), &stored)], &[], Format::Atom);
        let told = format!("{:?}", feed.entries);
        for private in ["secret@", "192.0.2.7", "Agent/1"] {
            prop_assert!(!told.contains(private) || author.contains(private) || content.contains(private));
        }
        prop_assert!(!feed.entries[0].summary.contains('<'));
    }
}
