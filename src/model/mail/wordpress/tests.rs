//! Each mail as WordPress 6.1 and 7.1 write it; what differs from WordPress is decoded names and texts,
//! and that no host name is looked up.

use super::*;
use crate::model::comment::Status;
use crate::model::ids::{PostId, SiteId};
use crate::model::time::Timestamp;

pub(in crate::model::mail) fn comment() -> Comment {
    Comment {
        site_id: SiteId(1),
        id: CommentId(7),
        post_id: PostId(3),
        parent_id: None,
        kind: CommentType::Comment,
        status: Status::Hold,
        author_name: "Jo &amp; Co".into(),
        author_email: "jo@peer.example".into(),
        author_url: "https://jo.example/?a=1&amp;b=2".into(),
        author_ip: "192.0.2.7".into(),
        agent: String::new(),
        account_id: None,
        content: "One <b>bold</b> &amp; 1 &lt; 2\n\nTwo".into(),
        created_at: Timestamp(0),
        proven_by: String::new(),
        edited_at: None,
        reason: String::new(),
    }
}

fn about(comment: &Comment) -> About<'_> {
    About {
        blog: "The blog",
        doors: "https://c.example",
        title: "A “post” & more",
        url: "https://blog.example/a/",
        comment,
    }
}

fn links() -> Links {
    let page = |action| action_page("https://c.example", action, CommentId(7));
    Links { approve: page("approve"), trash: page("trash"), spam: page("spam"), is_final: false }
}

fn whole(words: &Words) -> String {
    format!("{}\n\n{}", words.subject, words.body)
}

#[test]
fn the_mail_to_the_author_is_wordpress_s() {
    insta::assert_snapshot!(whole(&to_author(&about(&comment()), Some(&links()))), @r#"
    [The blog] Comment: "A “post” & more"

    New comment on your post "A “post” & more"
    Author: Jo & Co (IP address: 192.0.2.7, 192.0.2.7)
    Email: jo@peer.example
    URL: https://jo.example/?a=1&b=2
    Comment: 
    One <b>bold</b> & 1 < 2

    Two

    You can see all comments on this post here:
    https://blog.example/a/#comments

    Permalink: https://blog.example/a/#comment-7
    Trash it: https://c.example/wp-admin/comment.php?action=trash&c=7#wpbody-content
    Spam it: https://c.example/wp-admin/comment.php?action=spam&c=7#wpbody-content
    "#);
}

#[test]
fn the_mail_to_a_moderator_is_wordpress_s() {
    let reply = Comment { parent_id: Some(CommentId(2)), ..comment() };
    insta::assert_snapshot!(whole(&to_moderator(&about(&reply), &links(), 2)), @r#"
    [The blog] Please moderate: "A “post” & more"

    A new comment on the post "A “post” & more" is waiting for your approval
    https://blog.example/a/

    Author: Jo & Co (IP address: 192.0.2.7, 192.0.2.7)
    Email: jo@peer.example
    URL: https://jo.example/?a=1&b=2
    In reply to: https://c.example/wp-admin/comment.php?action=editcomment&c=2#wpbody-content
    Comment: 
    One <b>bold</b> & 1 < 2

    Two

    Approve it: https://c.example/wp-admin/comment.php?action=approve&c=7#wpbody-content
    Trash it: https://c.example/wp-admin/comment.php?action=trash&c=7#wpbody-content
    Spam it: https://c.example/wp-admin/comment.php?action=spam&c=7#wpbody-content
    Currently 2 comments are waiting for approval. Please visit the moderation panel:
    https://c.example/wp-admin/edit-comments.php?comment_status=moderated#wpbody-content
    "#);
}

#[test]
fn linkbacks_have_a_website_and_an_excerpt() {
    let pingback = Comment { kind: CommentType::Pingback, author_email: String::new(), ..comment() };
    insta::assert_snapshot!(whole(&to_moderator(&about(&pingback), &links(), 1)), @r#"
    [The blog] Please moderate: "A “post” & more"

    A new pingback on the post "A “post” & more" is waiting for your approval
    https://blog.example/a/

    Website: Jo & Co (IP address: 192.0.2.7, 192.0.2.7)
    URL: https://jo.example/?a=1&b=2
    Pingback excerpt: 
    One <b>bold</b> & 1 < 2

    Two

    Approve it: https://c.example/wp-admin/comment.php?action=approve&c=7#wpbody-content
    Trash it: https://c.example/wp-admin/comment.php?action=trash&c=7#wpbody-content
    Spam it: https://c.example/wp-admin/comment.php?action=spam&c=7#wpbody-content
    Currently 1 comment is waiting for approval. Please visit the moderation panel:
    https://c.example/wp-admin/edit-comments.php?comment_status=moderated#wpbody-content
    "#);
    let trackback = Comment { kind: CommentType::Trackback, ..pingback };
    let words = to_author(&about(&trackback), None);
    assert_eq!(words.subject, "[The blog] Trackback: \"A “post” & more\"");
    assert!(words.body.starts_with("New trackback on your post \"A “post” & more\"\nWebsite: Jo & Co (IP"));
    assert!(words.body.contains("\nComment: \nOne") && words.body.contains("see all trackbacks on this post here:"));
    assert!(words.body.ends_with("\nPermalink: https://blog.example/a/#comment-7\n"), "{}", words.body);
}

#[test]
fn where_there_is_no_trash_the_mail_offers_to_delete() {
    let links = Links { is_final: true, ..links() };
    assert!(to_author(&about(&comment()), Some(&links)).body.contains("\nDelete it: "));
    assert!(to_moderator(&about(&comment()), &links, 1).body.contains("\nDelete it: "));
}

#[test]
fn numbers_of_what_waits_are_grouped() {
    assert!(to_moderator(&about(&comment()), &links(), 1_633).body.contains("\nCurrently 1,633 comments are waiting"));
}

#[test]
fn a_digest_shows_twenty_and_counts_the_rest() {
    let comment = comment();
    let listed = |n| vec![about(&comment); n];
    for (given, more, count, rest) in [(2, 0, 2, None), (20, 0, 20, None), (20, 1, 21, Some(1)), (50, 3, 53, Some(33))]
    {
        let words = moderation_digest(&listed(given), more, 60).unwrap();
        assert_eq!(words.subject, format!("[The blog] Please moderate: {count} comments"));
        assert_eq!(words.body.matches("action=approve").count(), given.min(20));
        assert_eq!(words.body.contains(" more.\n"), rest.is_some());
        assert!(rest.is_none_or(|rest| words.body.contains(&format!("And {rest} more."))));
        assert!(words.body.contains("Currently 60 comments are waiting"));
        let words = author_digest(&listed(given), more).unwrap();
        assert_eq!(words.subject, format!("[The blog] {count} new comments"));
        assert_eq!(words.body.matches("#comment-7").count(), given.min(20));
    }
    assert_eq!(moderation_digest(&[], 3, 3), None);
    assert_eq!(author_digest(&[], 3), None);
}
