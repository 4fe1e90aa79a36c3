//! The form, filled: WordPress's fields in its order, and who is shown which of them.

use super::*;
use crate::model::form_fields::HONEYPOT;

#[test]
fn the_form_has_wordpress_fields_in_wordpress_order() {
    let html = Respond::Form(Box::new(form(None))).to_string();
    let mut from = 0;
    for expected in [
        r#"<span id="reply-title-words">Leave a Reply</span>"#,
        " hidden>Cancel reply</a>",
        r#"action="https://c.example/wp-comments-post.php" method="post""#,
        r#"Required fields are marked <span class="required">*</span>"#,
        r#"<textarea id="comment" name="comment""#,
        r#"maxlength="65525" required"#,
        r#"<div class="comment-form-identity" id="comment-form-identity">"#,
        r#"<p id="nascar-words">Click:</p>"#,
        r#"<li id="postas-account"><a rel="nofollow" href="https://c.example/login?p=7&#38;provider=account" target="_top""#,
        r#"name="author" type="text""#,
        r#"maxlength="245""#,
        r#"<span id="email-notes">(Address never made public)</span></label>"#,
        r#"name="email" type="email""#,
        r#"maxlength="100""#,
        r#"name="url" type="url""#,
        r#"maxlength="200""#,
        r#"name="wp-comment-cookies-consent" type="checkbox" value="yes">"#,
        "Save my name, email, and website in this browser for the next time I comment.",
        r#"name="subject" type="text" value="" tabindex="-1" autocomplete="off""#,
        r#"value="Post Comment""#,
        r#"name="comment_post_ID" value="7""#,
        r#"name="comment_parent" id="comment_parent" value="0""#,
        r#"name="rejoinder_token" id="rejoinder_token" value="token""#,
    ] {
        let at = html[from..].find(expected);
        assert!(at.is_some(), "{expected} is not in its place in\n{html}");
        from += at.unwrap_or_default();
    }
    assert_eq!(html.matches(" required>").count(), 2, "name and e-mail are required too: {html}");
    assert_eq!(nesting_faults(&html), [""; 0]);
}

#[test]
fn the_form_follows_its_options() {
    let html = Respond::Form(Box::new(CommentForm {
        require_name_email: false,
        cookies_opt_in: false,
        subscriptions: None,
        ..form(Some(ReplyTo { id: CommentId(3), name: "Cyd".into(), href: "#comment-3".into() }))
    }))
    .to_string();
    assert!(html.contains(r##"Leave a Reply to <a href="#comment-3"><bdi>Cyd</bdi></a>"##));
    assert!(html.contains("#respond\">Cancel reply</a>"), "it is not hidden in a reply");
    assert!(html.contains(r#"id="comment_parent" value="3""#));
    assert!(!html.contains("cookies-consent"));
    assert!(html.contains(r#"autocomplete="name" dir="auto">"#), "a name is not required");
}

/// WP 7.1 §6.9: no name, no e-mail, no cookie; who one is, and the ways to profile and log-out.
#[test]
fn a_member_is_greeted_and_asked_for_no_name() {
    let member = LoggedIn {
        name: EVIL.into(),
        picture: None,
        account: None,
        change: "https://c.example/login?p=7".into(),
        profile: "https://c.example/desk/profile".into(),
        own: "https://c.example/account".into(),
        log_out: "https://c.example/login/out".into(),
        csrf: "csrf".into(),
        back: "/?p=7#respond".into(),
    };
    let html = Respond::Form(Box::new(CommentForm { logged_in: Some(member), ..form(None) })).to_string();
    for expected in [
        r#"<p class="logged-in-as">Logged in as <bdi>&#60;/b&#62;"#,
        r#"<a href="https://c.example/desk/profile" target="_top">Edit your profile</a>. <button form="log-out" class="log-out">Log out?</button>"#,
        r#"<form action="https://c.example/login/out" method="post" id="log-out"><input type="hidden" name="csrf" value="csrf"><input type="hidden" name="return_to" value="/?p=7#respond"></form>"#,
        r#"id="commentform" class="comment-form" data-member>"#,
    ] {
        assert!(html.contains(expected), "{expected}\nis not in\n{html}");
    }
    for absent in [
        "name=\"author\"",
        "name=\"email\"",
        "name=\"url\"",
        "cookies-consent",
        "Comments are closed",
        "<script",
        "nascar",
    ] {
        assert!(!html.contains(absent), "{absent}: {html}");
    }
    assert_eq!(nesting_faults(&html), [""; 0]);
    let html = Respond::Form(Box::new(CommentForm { closed_for_others: true, ..form(None) })).to_string();
    assert!(html.contains("Comments are closed. Because you moderate here, you can still reply."), "{html}");
}

/// WordPress.com's words for who comments by another account.
#[test]
fn who_is_logged_in_from_elsewhere_is_told_by_which_account() {
    let who = LoggedIn {
        name: "Cyd".into(),
        picture: Some("https://c.example/avatar/1?d=\"".into()),
        account: Some("GitHub".into()),
        change: "https://c.example/login?p=7".into(),
        own: "https://c.example/account".into(),
        ..LoggedIn::default()
    };
    let mut picker = Picker { is_hidden: true, ..picker() };
    picker.icons[0].is_current = true;
    let html = Respond::Form(Box::new(CommentForm { logged_in: Some(who), picker, ..form(None) })).to_string();
    assert!(html.contains(r#"<img alt="" src="https://c.example/avatar/1?d=&#34;" class="avatar""#), "{html}");
    assert_eq!(html.matches(r#" aria-current="true">"#).count(), 1, "{html}");
    let words = "<strong><bdi>Cyd</bdi>:</strong> You are commenting using your <bdi>GitHub</bdi> account.";
    assert!(html.contains(words) && html.contains(r#"id="comment-form-nascar" hidden"#), "{html}");
    assert!(html.contains(
        r#"<button form="log-out" class="log-out">Log Out</button> / <a href="https://c.example/login?p=7""#
    ));
    assert!(!html.contains("name=\"author\"") && !html.contains("Logged in as"), "{html}");
    assert_eq!(nesting_faults(&html), [""; 0]);
}

#[test]
fn the_place_of_the_frame_has_the_room_that_the_form_will_need() {
    let place = |room| Respond::Frame { href: "/?p=7".into(), room }.to_string();
    assert!(place(Room::default()).contains(r#"class="comment-respond rejoinder-place">"#));
    let boxes = place(Room { has_boxes: true, icon_rows: 2, is_log_in: false });
    assert!(boxes.contains(r#"class="comment-respond rejoinder-place rejoinder-place-boxes rejoinder-place-rows">"#));
    let more = place(Room { icon_rows: 3, ..Room::default() });
    assert!(more.contains(r#"class="comment-respond rejoinder-place rejoinder-place-rows rejoinder-place-more">"#));
    let short = place(Room { is_log_in: true, ..Room::default() });
    assert!(short.contains(r#"class="comment-respond rejoinder-place rejoinder-place-short">"#));
}

#[test]
fn nobody_is_shown_a_form_they_cannot_use() {
    assert_eq!(Respond::Closed.to_string().trim(), r#"<p class="no-comments">Comments are closed.</p>"#);
    let html = Respond::LogIn { href: "/login?to=/?p=7".into(), picker: picker() }.to_string();
    assert!(html.contains(r#"You must be <a href="/login?to=/?p=7" target="_top">logged in</a> to post a comment."#));
    assert!(!html.contains("<form") && html.contains("postas-account") && !html.contains("<script"), "{html}");
    assert_eq!(nesting_faults(&html), [""; 0]);
}

#[test]
fn the_style_hides_the_field_that_people_do_not_see() {
    let style = include_str!("../../form.css");
    assert!(style.contains(&format!(".comment-form-{HONEYPOT} ")));
}
