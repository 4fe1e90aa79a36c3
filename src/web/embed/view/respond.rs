//! What readers write in: the comment form, or why there is none. The frame and the page show the same.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::model::form_fields;
use crate::model::ids::{CommentId, PostId};
use crate::model::subscription::Wish;
use crate::model::text::lengths;
use crate::web::content_lang::ContentLang;
use crate::web::embed::picker::Picker;

/// How the reader can respond. The frame and the page show the same.
#[derive(Clone, Debug, Template)]
#[template(path = "web/embed/respond.html")]
pub enum Respond {
    /// The place in the host page that the frame takes, with the way to the page for readers without
    /// scripts.
    Frame {
        /// `B/?p=ID#respond`.
        href: String,
        /// Which room the frame will need.
        room: Room,
    },
    /// The form.
    Form(Box<CommentForm>),
    /// Only who is logged in can, and this is nobody.
    LogIn {
        /// The log-in, which leads back here.
        href: String,
        /// The ways to log in.
        picker: Picker,
    },
    /// Nobody can.
    Closed,
    /// Nobody can as long as the page is not known to be a post of the blog.
    NotYet,
}

impl HtmlSafe for Respond {}

/// What the room of the frame depends on, beside its width.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// The frame will hold the ways to log in only.
    pub is_log_in: bool,
    /// It has the boxes of who wants to be told of new comments.
    pub has_boxes: bool,
    /// In how many rows a telephone shows the icons. Room is kept for three; a site with more ways than these hold
    /// sees the form grow once.
    pub icon_rows: usize,
}

/// The comment that an answer is for.
#[derive(Clone, Debug)]
pub struct ReplyTo {
    /// Its number, WordPress's `comment_parent`.
    pub id: CommentId,
    /// Its author's name.
    pub name: String,
    /// Where it stands: its fragment, before which a page that does not show it puts the thread's.
    pub href: String,
}

/// What is known of a guest, from the cookies that they allowed (WP 7.1 §2.10).
#[derive(Clone, Debug, Default)]
pub struct Guest {
    /// Name.
    pub author: String,
    /// E-mail address.
    pub email: String,
    /// Website.
    pub url: String,
    /// Whether the browser was let to remember them.
    pub remembered: bool,
}

/// Somebody who is logged in, as the form greets them (WP 7.1 §6.9).
#[derive(Clone, Debug, Default)]
pub struct LoggedIn {
    /// The name their comment will have.
    pub name: String,
    /// The picture it will have, where the site shows pictures.
    pub picture: Option<String>,
    /// Whose account it is by which they comment: a provider's, or one of this site. None for its members.
    pub account: Option<String>,
    /// Where they log in otherwise.
    pub change: String,
    /// Their profile.
    pub profile: String,
    /// The page of their own comments, log-ins and data.
    pub own: String,
    /// Where logging out is posted to.
    pub log_out: String,
    /// The token of their session, without which nothing is done in their name.
    pub csrf: String,
    /// Where logging out leads: here.
    pub back: String,
}

/// The two boxes of who wants to be told of new comments by mail.
#[derive(Clone, Copy, Debug, Default)]
pub struct Boxes {
    /// Which of them is ticked.
    pub ticked: Option<Wish>,
}

/// The comment form (WP 7.1 §6.9).
#[derive(Clone, Debug)]
pub struct CommentForm {
    /// `B`.
    pub base: String,
    /// The post that is responded to.
    pub post_id: PostId,
    /// The comment that is answered.
    pub reply_to: Option<ReplyTo>,
    /// Text to begin with, normally none.
    pub comment: String,
    /// The language that it is written in.
    pub lang: ContentLang,
    /// Fields to begin with.
    pub guest: Guest,
    /// The ways to log in.
    pub picker: Picker,
    /// Who is logged in, and is asked for no name.
    pub logged_in: Option<LoggedIn>,
    /// Whether comments are closed, and only who moderates here may still reply.
    pub closed_for_others: bool,
    /// The option `require_name_email`.
    pub require_name_email: bool,
    /// The option `show_comments_cookies_opt_in`.
    pub cookies_opt_in: bool,
    /// The boxes of who wants to be told of new comments by mail, where that can be asked for.
    pub subscriptions: Option<Boxes>,
    /// The signed token; empty in a page that is kept for many readers, and then not judged.
    pub token: String,
    /// Where a classic post leads: the page of the thread, where a held comment can be seen.
    pub redirect_to: String,
    /// Where “Cancel reply” leads: the same page with the form in its own place.
    pub cancel_href: String,
}

impl CommentForm {
    /// The member of the site who is logged in.
    fn member(&self) -> Option<&LoggedIn> {
        self.logged_in.as_ref().filter(|who| who.account.is_none())
    }
}
