//! The mails to readers who asked to be told of new comments: the question first, then what they asked
//! for, always with the way out. WordPress's core has none; the subjects are WordPress.com's.
//!
//! The question goes to an address that somebody typed, so it holds nothing that this somebody wrote: no
//! name, no text, no link of theirs.

use std::fmt::Write as _;

use super::{DIGEST_SHOWN_MAX, Words};
use crate::model::comment::Comment;
use crate::model::permalink;
use crate::model::subscription::UNCONFIRMED_KEPT;
use crate::model::text::escape::{unescape, visible_text};
use crate::model::text::excerpt::excerpt;

/// What a reader is told about.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The blog's title.
    pub blog: &'a str,
    /// The post's title.
    pub title: &'a str,
    /// The post's address.
    pub url: &'a str,
    /// Whether answers to one comment are wanted, not every comment.
    pub replies_only: bool,
    /// The page of this subscription, which only its address knows.
    pub page: &'a str,
}

/// The question whether the address wants to be told.
pub fn confirmation(told: &Told<'_>) -> Words {
    let Told { blog, title, url, page, .. } = told;
    let what = wanted(told);
    let days = UNCONFIRMED_KEPT.as_secs() / 86_400;
    let body = format!(
        "Somebody, probably you, asked that this address be told of {what} on \"{title}\":\n{url}\n\n\
         To get these mails, open this page and press Confirm:\n{page}\n\n\
         If it was not you, do nothing: no mail follows, and the address is forgotten after {days} days.\n"
    );
    Words { subject: format!("[{blog}] Please confirm: {what} on \"{title}\""), body }
}

/// One comment.
pub fn new_comment(told: &Told<'_>, comment: &Comment) -> Words {
    let Told { title, url, .. } = told;
    let name = name(comment);
    let (did, subject) = if told.replies_only {
        ("replied to your comment on", format!("[New reply] {title}"))
    } else {
        ("commented on", format!("[New comment] {title}"))
    };
    let mut body = format!("{name} {did} \"{title}\":\n\n{}\n\n", visible_text(&comment.content));
    let _ = write!(body, "Read it and answer:\n{}\n", permalink::of_comment(url, comment.id));
    push_way_out(&mut body, told);
    Words { subject, body }
}

/// Several comments; `more` beyond those given.
pub fn digest(told: &Told<'_>, comments: &[Comment], more: usize) -> Option<Words> {
    let first = comments.first()?;
    let Told { title, url, .. } = told;
    let count = comments.len() + more;
    let noun = if told.replies_only { "replies" } else { "comments" };
    let mut body = format!("{count} new {noun} on \"{title}\":\n");
    for comment in comments.iter().take(DIGEST_SHOWN_MAX) {
        let _ = write!(body, "\n{}: {}\n", name(comment), unescape(&excerpt(&comment.content)));
    }
    if count > DIGEST_SHOWN_MAX {
        let _ = write!(body, "\nAnd {} more.\n", count - DIGEST_SHOWN_MAX);
    }
    let _ = write!(body, "\nRead them and answer:\n{}\n", permalink::of_comment(url, first.id));
    push_way_out(&mut body, told);
    Some(Words { subject: format!("[{count} new {noun}] {title}"), body })
}

fn wanted(told: &Told<'_>) -> &'static str {
    if told.replies_only { "replies to your comment" } else { "new comments" }
}

/// WordPress's word for who gave no name (WP 7.1 §5.14).
fn name(comment: &Comment) -> String {
    if comment.author_name.is_empty() { "Anonymous".into() } else { unescape(&comment.author_name).into_owned() }
}

fn push_way_out(body: &mut String, told: &Told<'_>) {
    let _ = write!(
        body,
        "\n-- \nYou get this because you asked to be told of {} on this post.\nTo stop it, or to see all that {} tells you of:\n{}\n",
        wanted(told),
        told.blog,
        told.page
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mail::wordpress;

    fn told(replies_only: bool) -> Told<'static> {
        Told {
            blog: "The blog",
            title: "A post",
            url: "https://blog.example/a/",
            replies_only,
            page: "https://c.example/subscriptions?s=1",
        }
    }

    #[test]
    fn the_question_says_what_for_and_how_to_refuse() {
        insta::assert_snapshot!(whole(&confirmation(&told(false))), @r#"
        [The blog] Please confirm: new comments on "A post"

        Somebody, probably you, asked that this address be told of new comments on "A post":
        https://blog.example/a/

        To get these mails, open this page and press Confirm:
        https://c.example/subscriptions?s=1

        If it was not you, do nothing: no mail follows, and the address is forgotten after 3 days.
        "#);
    }

    #[test]
    fn a_comment_is_told_in_plain_text_with_the_way_out() {
        let mut comment = wordpress::tests::comment();
        comment.content = "One <b>bold</b> &amp; two\n\nThree".into();
        insta::assert_snapshot!(whole(&new_comment(&told(true), &comment)), @r#"
        [New reply] A post

        Jo & Co replied to your comment on "A post":

        One bold & two

        Three

        Read it and answer:
        https://blog.example/a/#comment-7

        -- 
        You get this because you asked to be told of replies to your comment on this post.
        To stop it, or to see all that The blog tells you of:
        https://c.example/subscriptions?s=1
        "#);
    }

    #[test]
    fn a_digest_shows_twenty_and_counts_the_rest() {
        let comment = wordpress::tests::comment();
        let shown = |n: usize, more| digest(&told(false), &vec![comment.clone(); n], more).unwrap();
        assert_eq!(shown(20, 0).body.matches("Jo & Co: ").count(), 20);
        assert!(!shown(20, 0).body.contains("more"));
        assert!(shown(20, 1).body.contains("And 1 more.") && shown(21, 0).body.contains("And 1 more."));
        assert_eq!(shown(21, 4).subject, "[25 new comments] A post");
        assert_eq!(digest(&told(false), &[], 0), None);
    }

    fn whole(words: &Words) -> String {
        format!("{}\n\n{}", words.subject, words.body)
    }
}
