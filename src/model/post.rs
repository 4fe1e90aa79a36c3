//! A post: a page of a site that can be responded to.

use std::time::Duration;

use crate::model::ids::{AccountId, PostId, SiteId};
use crate::model::options::SiteOptions;
use crate::model::time::Timestamp;

/// What is no part of a slug.
pub const SLUG_ENDINGS: &[&str] = &[".html", ".htm", ".php"];

/// A page of a site that can be responded to, with an id as in WordPress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Site and id are the key.
    pub site_id: SiteId,
    /// Counted per site.
    pub id: PostId,
    /// Its address on the blog.
    pub url: String,
    /// Its title, as plain text.
    pub title: String,
    /// `post` or `page`: only a post closes with age.
    pub kind: String,
    /// Its author, when that is a member here.
    pub account_id: Option<AccountId>,
    /// `comment_status` is `open`.
    pub comments_open: bool,
    /// `ping_status` is `open`.
    pub pings_open: bool,
    /// When it was published, as far as is known.
    pub published_at: Option<Timestamp>,
    /// When it was made here.
    pub created_at: Timestamp,
    /// Approved comments and linkbacks.
    pub comment_count: i64,
    /// Raised by whatever changes what readers see.
    pub version: i64,
    /// When that last was.
    pub changed_at: Timestamp,
}

impl Post {
    /// Its date: when it was published, or else when it came here.
    pub fn date(&self) -> Timestamp {
        self.published_at.unwrap_or(self.created_at)
    }

    /// The last part of its address without an ending like `.html`, as WordPress's slug; empty for the
    /// front page.
    pub fn slug(&self) -> &str {
        let after_host = self.url.split_once("://").map_or("", |(_, rest)| rest);
        let path = after_host.split(['?', '#']).next().unwrap_or_default();
        let Some((_, path)) = path.split_once('/') else { return "" };
        let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        SLUG_ENDINGS.iter().find_map(|ending| last.strip_suffix(ending)).unwrap_or(last)
    }

    /// Whether comments are taken now (WP 7.1 §2.5).
    pub fn takes_comments(&self, options: &SiteOptions, now: Timestamp) -> bool {
        self.comments_open && !self.is_closed_by_age(options, now)
    }

    /// Whether linkbacks are taken now; the age rule closes them too (WP 7.1 XML-RPC §2.7).
    pub fn takes_pings(&self, options: &SiteOptions, now: Timestamp) -> bool {
        self.pings_open && !self.is_closed_by_age(options, now)
    }

    fn is_closed_by_age(&self, options: &SiteOptions, now: Timestamp) -> bool {
        const DAY: Duration = Duration::from_hours(24);
        let days = u32::try_from(options.close_comments_days_old).unwrap_or(0);
        options.close_comments_for_old_posts
            && days != 0
            && self.kind == "post"
            && self.published_at.is_some_and(|at| now.since(at) > DAY * days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: i64 = 86_400_000;

    fn post(kind: &str, published_at: Option<i64>) -> Post {
        Post {
            site_id: SiteId(1),
            id: PostId(1),
            url: String::new(),
            title: String::new(),
            kind: kind.into(),
            account_id: None,
            comments_open: true,
            pings_open: true,
            published_at: published_at.map(Timestamp),
            created_at: Timestamp(7),
            comment_count: 0,
            version: 0,
            changed_at: Timestamp(0),
        }
    }

    #[test]
    fn the_slug_is_the_last_part_of_the_address() {
        for (url, slug) in [
            ("https://blog.example/2021/05/hello-world/", "hello-world"),
            ("https://blog.example/hello.html", "hello"),
            ("https://blog.example/v1.2/", "v1.2"),
            ("https://blog.example/?p=12", ""),
            ("https://blog.example/a/?p=12#x", "a"),
            ("https://blog.example", ""),
            ("https://blog.example//", ""),
            ("https://blog.example/d%C3%A9j%C3%A0/", "d%C3%A9j%C3%A0"),
        ] {
            assert_eq!(Post { url: url.into(), ..post("post", None) }.slug(), slug, "{url}");
        }
    }

    #[test]
    fn old_posts_close_after_their_days_and_pages_never() {
        let closing =
            SiteOptions { close_comments_for_old_posts: true, close_comments_days_old: 14, ..SiteOptions::default() };
        for (kind, published, now, takes) in [
            ("post", Some(0), 14 * DAY_MS, true),
            ("post", Some(0), 14 * DAY_MS + 1, false),
            ("page", Some(0), 400 * DAY_MS, true),
            ("post", None, 400 * DAY_MS, true),
        ] {
            assert_eq!(
                post(kind, published).takes_comments(&closing, Timestamp(now)),
                takes,
                "{kind} {published:?} {now}"
            );
        }
        assert_eq!((post("post", Some(3)).date(), post("post", None).date()), (Timestamp(3), Timestamp(7)));
        assert!(post("post", Some(0)).takes_pings(&SiteOptions::default(), Timestamp(400 * DAY_MS)));
    }
}
