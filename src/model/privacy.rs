//! What of a comment tells who wrote it, and the same without (WP 7.1 comments §11.4). Pure; `actions/anonymise` writes
//! it down.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::model::comment::Comment;

/// The name in place of an author's.
pub const ANONYMOUS: &str = "Anonymous";
/// The text in place of an author's.
pub const DELETED_TEXT: &str = "This content was deleted by the author.";
/// What stands for an address that cannot be read.
const NO_ADDRESS: &str = "0.0.0.0";
/// The same for one that was to be IPv6.
const NO_ADDRESS_6: &str = "::";

/// The comment without its author: name, e-mail, website, program and account go, the address is coarse. Text, time and
/// status stay, unless the text is to go too.
#[must_use]
pub fn anonymous(comment: &Comment, texts_too: bool) -> Comment {
    Comment {
        author_name: ANONYMOUS.into(),
        author_email: String::new(),
        author_url: String::new(),
        author_ip: anonymous_ip(&comment.author_ip),
        agent: String::new(),
        account_id: None,
        proven_by: String::new(),
        content: if texts_too { DELETED_TEXT.into() } else { comment.content.clone() },
        edited_at: if texts_too { None } else { comment.edited_at },
        ..comment.clone()
    }
}

/// An address that names a network only: the last part of an IPv4 address is zero, of an IPv6 one the first 64 bits
/// stay.
pub fn anonymous_ip(address: &str) -> String {
    match parse(address) {
        Some(IpAddr::V4(v4)) => without_last(v4).to_string(),
        Some(IpAddr::V6(v6)) => match v6.to_ipv4_mapped() {
            Some(v4) => format!("::ffff:{}", without_last(v4)),
            None => network(v6).to_string(),
        },
        None if address.contains(':') => NO_ADDRESS_6.into(),
        None => NO_ADDRESS.into(),
    }
}

/// Reads an address in brackets and with a zone too.
fn parse(address: &str) -> Option<IpAddr> {
    let bare = address.trim();
    let bare = match bare.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None => bare,
    };
    bare.split('%').next().unwrap_or_default().parse().ok()
}

fn without_last(v4: Ipv4Addr) -> Ipv4Addr {
    let [a, b, c, _] = v4.octets();
    Ipv4Addr::new(a, b, c, 0)
}

fn network(v6: Ipv6Addr) -> Ipv6Addr {
    let [a, b, c, d, ..] = v6.segments();
    Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::comment::{CommentType, Status};
    use crate::model::ids::{AccountId, CommentId, PostId, SiteId};
    use crate::model::time::Timestamp;

    #[test]
    fn an_address_names_a_network_only() {
        for (address, left) in [
            ("203.0.113.9", "203.0.113.0"),
            ("2001:db8::1", "2001:db8::"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("::ffff:203.0.113.9", "::ffff:203.0.113.0"),
            ("[2001:db8::1]", "2001:db8::"),
            ("[2001:db8::1]:443", "2001:db8::"),
            ("fe80::1%eth0", "fe80::"),
            ("", "0.0.0.0"),
            ("nonsense", "0.0.0.0"),
            ("203.0.113", "0.0.0.0"),
            ("2001:db8:::1", "::"),
            ("[2001:db8::1", "::"),
        ] {
            assert_eq!(anonymous_ip(address), left, "{address}");
        }
    }

    #[test]
    fn what_tells_of_the_author_goes_and_the_rest_stays() {
        let before = Comment {
            site_id: SiteId(1),
            id: CommentId(2),
            post_id: PostId(3),
            parent_id: Some(CommentId(1)),
            kind: CommentType::Comment,
            status: Status::Spam,
            author_name: "Ann".into(),
            author_email: "ann@example.org".into(),
            author_url: "https://ann.example/".into(),
            author_ip: "203.0.113.9".into(),
            agent: "Agent".into(),
            account_id: Some(AccountId(4)),
            proven_by: "GitHub".into(),
            content: "Words".into(),
            created_at: Timestamp(5),
            edited_at: Some(Timestamp(6)),
            reason: "held".into(),
        };
        let expected = Comment {
            author_name: "Anonymous".into(),
            author_email: String::new(),
            author_url: String::new(),
            author_ip: "203.0.113.0".into(),
            agent: String::new(),
            account_id: None,
            proven_by: String::new(),
            ..before.clone()
        };
        assert_eq!(anonymous(&before, false), expected);
        let expected = Comment { content: DELETED_TEXT.into(), edited_at: None, ..expected };
        assert_eq!(anonymous(&before, true), expected);
        assert_eq!(anonymous(&expected, true), expected, "a second time changes nothing");
    }
}
