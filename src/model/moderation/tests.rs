//! Each rule of moderation at both sides of its limit, and the reason it gives.

use super::*;

/// A comment that the defaults approve.
const KNOWN: Facts<'static> = Facts {
    kind: CommentType::Comment,
    author: "Ann",
    email: "ann@mail.test",
    url: "https://ann.test/",
    raw_content: "Good post",
    content: "Good post",
    rendered: "<p>Good post</p>\n",
    ip: "203.0.113.7",
    agent: "Browser/1",
    trusted_author: false,
    previously_approved: true,
    has_account: false,
    trust: Trust::AsGuests,
    email_verified: false,
    uses_moderators_name: false,
    own_site_pingback: false,
    honeypot_filled: false,
    filled_too_fast: None,
};

fn options(set: &[(&str, &str)]) -> SiteOptions {
    SiteOptions::from_stored(&set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn judged(set: &[(&str, &str)], facts: &Facts<'_>) -> (Status, String) {
    let verdict = judge(&options(set), facts);
    (verdict.status, verdict.reason)
}

#[track_caller]
fn assert_judged(set: &[(&str, &str)], facts: &Facts<'_>, status: Status, reason: &str) {
    assert_eq!(judged(set, facts), (status, reason.to_owned()), "{set:?} {facts:?}");
}

#[test]
fn a_trusted_author_is_approved_whatever_else_is_so() {
    let set = [("disallowed_keys", "good"), ("comment_moderation", "1"), ("comment_max_links", "1")];
    let facts = Facts {
        trusted_author: true,
        honeypot_filled: true,
        filled_too_fast: Some(Duration::ZERO),
        previously_approved: false,
        rendered: "<a href='x'>x</a>",
        ..KNOWN
    };
    assert_judged(&set, &facts, Status::Approved, "approved: moderator or post author");
}

#[test]
fn disallowed_keys_come_before_everything_but_trust() {
    let facts = Facts { honeypot_filled: true, filled_too_fast: Some(Duration::ZERO), ..KNOWN };
    let keys = ("disallowed_keys", "ann@");
    assert_judged(
        &[keys, ("comment_moderation", "1")],
        &facts,
        Status::Trash,
        "trash: disallowed key “ann@” in the e-mail",
    );
    assert_judged(
        &[keys, ("empty_trash_days", "1")],
        &facts,
        Status::Trash,
        "trash: disallowed key “ann@” in the e-mail",
    );
    assert_judged(
        &[keys, ("empty_trash_days", "0")],
        &facts,
        Status::Spam,
        "spam: disallowed key “ann@” in the e-mail",
    );
}

#[test]
fn the_forms_own_signals_come_next() {
    let both = Facts { honeypot_filled: true, filled_too_fast: Some(Duration::from_millis(1_999)), ..KNOWN };
    assert_judged(&[("comment_moderation", "1")], &both, Status::Spam, "spam: the hidden field was filled");
    let fast = Facts { honeypot_filled: false, ..both };
    assert_judged(&[("comment_moderation", "1")], &fast, Status::Hold, "held: written in 1 s, limit 2 s");
}

#[test]
fn every_comment_is_held_when_the_site_says_so() {
    assert_judged(&[("comment_moderation", "1")], &KNOWN, Status::Hold, "held: every comment is moderated");
}

#[test]
fn links_are_held_from_the_limit_on() {
    let links = |n: usize| "<p><A class='x' HREF='http://x.test/'>x</a></p>".repeat(n);
    for (limit, count, held) in [
        ("2", 0, None),
        ("2", 1, None),
        ("2", 2, Some("held: 2 links, limit 2")),
        ("2", 3, Some("held: 3 links, limit 2")),
        ("1", 1, Some("held: 1 link, limit 1")),
        ("0", 9, None),
    ] {
        let facts = Facts { rendered: &links(count), ..KNOWN };
        let (status, reason) =
            held.map_or((Status::Approved, "approved: previously approved author"), |reason| (Status::Hold, reason));
        assert_judged(&[("comment_max_links", limit)], &facts, status, reason);
    }
}

#[test]
fn a_linkbacks_links_are_not_counted() {
    let facts = Facts { kind: CommentType::Pingback, rendered: "<a href='x'>x</a>", own_site_pingback: true, ..KNOWN };
    assert_judged(&[("comment_max_links", "1")], &facts, Status::Approved, "approved: link from this site");
}

#[test]
fn only_anchors_with_an_address_are_links() {
    for (html, links) in [
        ("<a href=x>", 1),
        ("<a\nhref=x>", 1),
        ("<a name=x>href</a>", 0),
        ("<abbr href=x>", 0),
        ("<a>", 0),
        ("a href", 0),
        ("<a <a <a href", 1),
        ("", 0),
    ] {
        assert_eq!(links_in(html), links, "{html}");
    }
}

#[test]
fn a_key_is_looked_for_in_every_field() {
    for (field, facts) in [
        ("author", Facts { author: "The Cásino", ..KNOWN }),
        ("e-mail", Facts { email: "CASINO@mail.test", ..KNOWN }),
        ("URL", Facts { url: "https://casino.test/", ..KNOWN }),
        ("content", Facts { raw_content: "my casino <script", ..KNOWN }),
        ("content", Facts { content: "my <b>ca</b>sino", ..KNOWN }),
        ("content", Facts { rendered: "<p>my <b>ca</b>sino</p>", ..KNOWN }),
        ("IP address", Facts { ip: "casino", ..KNOWN }),
        ("user agent", Facts { agent: "Casino/2.0", ..KNOWN }),
    ] {
        let held = format!("held: moderation key “casino” in the {field}");
        assert_judged(&[("moderation_keys", "poker\ncasino")], &facts, Status::Hold, &held);
        let trashed = format!("trash: disallowed key “casino” in the {field}");
        assert_judged(&[("disallowed_keys", "poker\ncasino")], &facts, Status::Trash, &trashed);
    }
}

#[test]
fn a_character_reference_hides_no_link_target() {
    let raw = r#"<a href="http://c&#97;sino.test/">x</a>"#;
    let content = crate::model::text::save_content(raw, "blog.test");
    let facts = Facts { raw_content: raw, content: &content, ..KNOWN };
    let reason = "held: moderation key “casino.test” in the content";
    assert_judged(&[("moderation_keys", "casino.test")], &facts, Status::Hold, reason);
}

#[test]
fn what_was_sent_is_searched_without_its_tags_for_disallowed_keys_only() {
    let facts = Facts { raw_content: "<b>ha</b>lf", ..KNOWN };
    assert_judged(&[("disallowed_keys", "half")], &facts, Status::Trash, "trash: disallowed key “half” in the content");
    assert_judged(&[("moderation_keys", "half")], &facts, Status::Approved, "approved: previously approved author");
}

#[test]
fn markup_that_we_add_matches_no_key() {
    let facts = Facts {
        author: "O&#039;Brien",
        content: "<a href=\"https://x.test/?a&amp;b\" rel=\"nofollow ugc\">x</a>",
        rendered: "<p><a href=\"https://x.test/?a&amp;b\" rel=\"nofollow ugc\">x</a></p>",
        ..KNOWN
    };
    for key in ["nofollow", "</p>", "amp;", "0", "\u{301}", "#039"] {
        assert_judged(&[("moderation_keys", key)], &facts, Status::Approved, "approved: previously approved author");
    }
    assert_judged(
        &[("moderation_keys", "o'brien")],
        &facts,
        Status::Hold,
        "held: moderation key “o'brien” in the author",
    );
}

#[test]
fn keys_are_literal() {
    for key in ["G..d", "[a-z]", "good  post", ".*"] {
        assert_judged(&[("disallowed_keys", key)], &KNOWN, Status::Approved, "approved: previously approved author");
    }
}

#[test]
fn a_stranger_is_held_until_the_first_approval() {
    let held = "held: the author has no approved comment yet";
    for facts in [
        Facts { previously_approved: false, ..KNOWN },
        Facts { author: "", ..KNOWN },
        Facts { email: "", ..KNOWN },
        Facts { previously_approved: false, own_site_pingback: true, ..KNOWN },
    ] {
        assert_judged(&[], &facts, Status::Hold, held);
        assert_judged(&[("comment_previously_approved", "0")], &facts, Status::Approved, "approved: nothing held it");
    }
    assert_judged(&[], &KNOWN, Status::Approved, "approved: previously approved author");
}

#[test]
fn a_linkback_is_held_but_for_a_pingback_from_this_site() {
    for kind in [CommentType::Pingback, CommentType::Trackback, CommentType::Webmention] {
        for own_site_pingback in [true, false] {
            let facts = Facts { kind, own_site_pingback, ..KNOWN };
            let (status, reason) = if own_site_pingback && kind == CommentType::Pingback {
                (Status::Approved, "approved: link from this site")
            } else {
                (Status::Hold, "held: linkbacks are moderated")
            };
            assert_judged(&[], &facts, status, reason);
            assert_judged(
                &[("comment_previously_approved", "0")],
                &facts,
                Status::Approved,
                "approved: nothing held it",
            );
        }
    }
}

#[test]
fn a_source_is_disallowed_by_a_key_in_its_host_or_path() {
    let options = SiteOptions { disallowed_keys: "spam.test\n/casino/\n0".into(), ..SiteOptions::default() };
    for (source, is_disallowed) in [
        ("https://www.spam.test/a", true),
        ("https://SPAM.test/", true),
        ("https://blog.test/Casino/1", true),
        ("https://blog.test/casino", false),
        ("https://blog.test/10", false),
    ] {
        assert_eq!(is_source_disallowed(&options, source), is_disallowed, "{source}");
    }
}

#[test]
fn a_moderators_name_is_held_before_anything_else_holds_and_after_what_is_worse() {
    let facts = Facts { uses_moderators_name: true, filled_too_fast: Some(Duration::ZERO), ..KNOWN };
    let reason = "held: uses the name of a moderator";
    for set in [&[][..], &[("comment_moderation", "1")], &[("comment_previously_approved", "0")]] {
        assert_judged(set, &facts, Status::Hold, reason);
        assert_judged(set, &Facts { trust: Trust::Always, has_account: true, ..facts }, Status::Hold, reason);
    }
    let trusted = Facts { trusted_author: true, ..facts };
    assert_judged(&[], &trusted, Status::Approved, "approved: moderator or post author");
    let robot = Facts { honeypot_filled: true, ..facts };
    assert_judged(&[], &robot, Status::Spam, "spam: the hidden field was filled");
    let word = [("disallowed_keys", "good")];
    assert_judged(&word, &facts, Status::Trash, "trash: disallowed key “good” in the content");
}

#[test]
fn a_trusted_log_in_lifts_two_rules_and_no_other() {
    let (all, unknown) = ("held: every comment is moderated", "held: the author has no approved comment yet");
    let trusted = "approved: logged in by a trusted way";
    let known = "approved: previously approved author";
    let confirmed = "approved: confirmed the address";
    let of = |trust, previously_approved, email_verified| Facts {
        trust,
        previously_approved,
        email_verified,
        has_account: true,
        ..KNOWN
    };
    for (facts, where_all_are_held, otherwise) in [
        (of(Trust::AsGuests, false, true), all, unknown),
        (of(Trust::AsGuests, true, true), all, known),
        (of(Trust::AfterApproved, false, true), all, unknown),
        (of(Trust::AfterApproved, true, false), trusted, trusted),
        (of(Trust::VerifiedEmail, true, false), all, known),
        (of(Trust::VerifiedEmail, false, false), all, unknown),
        (of(Trust::VerifiedEmail, false, true), trusted, trusted),
        (of(Trust::Always, false, false), trusted, trusted),
        (Facts { has_account: false, ..of(Trust::Always, false, true) }, confirmed, confirmed),
    ] {
        let status = |reason: &str| if reason.starts_with("held") { Status::Hold } else { Status::Approved };
        assert_judged(&[("comment_moderation", "1")], &facts, status(where_all_are_held), where_all_are_held);
        assert_judged(&[], &facts, status(otherwise), otherwise);
        for (set, facts, reason) in [
            ([("comment_max_links", "1")], Facts { rendered: "<a href='x'>x</a>", ..facts }, "held: 1 link, limit 1"),
            ([("moderation_keys", "good")], facts, "held: moderation key “good” in the content"),
            (
                [("form_min_seconds", "2")],
                Facts { filled_too_fast: Some(Duration::ZERO), ..facts },
                "held: written in 0 s, limit 2 s",
            ),
        ] {
            assert_judged(&set, &facts, Status::Hold, reason);
        }
    }
    let linkback = Facts { kind: CommentType::Pingback, ..of(Trust::Always, true, true) };
    assert_judged(&[("comment_moderation", "1")], &linkback, Status::Hold, all);
}

#[test]
fn an_account_is_known_without_a_name_or_an_address() {
    let facts = Facts { author: "", email: "", has_account: true, ..KNOWN };
    assert_judged(&[], &facts, Status::Approved, "approved: previously approved author");
    let guest = Facts { has_account: false, ..facts };
    assert_judged(&[], &guest, Status::Hold, "held: the author has no approved comment yet");
}
