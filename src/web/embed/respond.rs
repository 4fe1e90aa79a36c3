//! How one reader can respond: with the form of a guest or of a member, by logging in first, or not at all
//! (WP 7.1 §2.5, §6.9). The frame, the thread's page and the page of a refused form ask here.

use url::Url;
use url::form_urlencoded::byte_serialize;

use super::view::{Boxes, CommentForm, Guest, LoggedIn, ReplyTo, Respond};
use crate::actions::subscriptions;
use crate::app::App;
use crate::model::post::Post;
use crate::model::subscription::Wish;
use crate::web::form::token;
use crate::web::session::{Member, Who};
use crate::web::site::Here;

/// Who wants to respond.
#[derive(Clone, Debug)]
pub(in crate::web) struct Reader {
    /// Whether they are logged in.
    pub(in crate::web) who: Who,
    /// What a guest's fields begin with.
    pub(in crate::web) guest: Guest,
}

/// What was begun already.
#[derive(Clone, Debug, Default)]
pub(in crate::web) struct Begun {
    /// The comment that is answered.
    pub(in crate::web) reply_to: Option<ReplyTo>,
    /// The text.
    pub(in crate::web) comment: String,
    /// The token of the form that was shown first; without one, a new one is made.
    pub(in crate::web) token: Option<String>,
    /// What its author wants to be told of.
    pub(in crate::web) wish: Option<Wish>,
    /// Where the form wanted its author led; without it, to the thread's page.
    pub(in crate::web) redirect_to: Option<String>,
}

/// Where logging in and out lead back to.
#[derive(Clone, Debug)]
pub(in crate::web) struct Back {
    /// After logging in: an address on this server, or of a page of the blog.
    pub(in crate::web) logged_in: String,
    /// After logging out: an address on this server.
    pub(in crate::web) logged_out: String,
}

impl Back {
    /// To the form on the thread's own page.
    pub(in crate::web) fn to_thread_page(here: &Here, post: &Post) -> Self {
        let page = format!("{}/?p={}#respond", base_path(here), post.id);
        Self { logged_in: page.clone(), logged_out: page }
    }
}

/// How the reader can respond to the post.
pub(in crate::web) fn respond(
    app: &App,
    here: &Here,
    post: &Post,
    reader: &Reader,
    begun: Begun,
    back: Back,
) -> Respond {
    let member = reader.who.member();
    let is_open = post.takes_comments(&here.site.options, app.clock.now());
    if !is_open && !member.is_some_and(|member| member.actor.may_moderate_under(post.account_id)) {
        return Respond::Closed;
    }
    if member.is_none() && here.site.options.comment_registration {
        let stranger = reader.who.visitor().map(|visitor| visitor.account.display_name.clone());
        return Respond::LogIn { href: log_in(app, here, &back.logged_in), stranger };
    }
    let page = format!("{}/?p={}", here.base, post.id);
    Respond::Form(Box::new(CommentForm {
        base: here.base.clone(),
        post_id: post.id,
        reply_to: begun.reply_to,
        comment: begun.comment,
        guest: reader.guest.clone(),
        member: member.map(|member| logged_in(app, here, member, back)),
        closed_for_others: !is_open,
        require_name_email: here.site.options.require_name_email,
        cookies_opt_in: here.site.options.show_comments_cookies_opt_in,
        subscriptions: subscriptions::are_offered(app, &here.site).then_some(Boxes { ticked: begun.wish }),
        token: begun.token.unwrap_or_else(|| token(app, post, member)),
        cancel_href: format!("{page}#respond"),
        redirect_to: begun.redirect_to.unwrap_or(page),
    }))
}

fn token(app: &App, post: &Post, member: Option<&Member>) -> String {
    let (site, post, now) = (post.site_id, post.id.0, app.clock.now());
    match member {
        Some(member) => token::issue_to_member(&app.secret, site, post, &member.visitor.session.csrf_token, now),
        None => token::issue(&app.secret, site, post, now),
    }
}

fn logged_in(app: &App, here: &Here, member: &Member, back: Back) -> LoggedIn {
    LoggedIn {
        name: member.visitor.account.display_name.clone(),
        profile: desk_link(app, here, "/profile"),
        log_out: desk_link(app, here, "/logout"),
        csrf: member.visitor.session.csrf_token.clone(),
        back: back.logged_out,
    }
}

/// Where members log in who come back to the thread's page.
pub(super) fn log_in_to_thread_page(app: &App, here: &Here, post: &Post) -> String {
    log_in(app, here, &Back::to_thread_page(here, post).logged_in)
}

/// Where members log in who come back to this address.
fn log_in(app: &App, here: &Here, back: &str) -> String {
    let back: String = byte_serialize(back.as_bytes()).collect();
    format!("{}?redirect_to={back}", desk_link(app, here, "/login"))
}

/// An address of the desk, as the site's readers reach it: on the host of the site's doors, whose cookies alone
/// come with its forms.
pub(super) fn desk_link(app: &App, here: &Here, path: &str) -> String {
    let root = match here.site.siteurl.as_ref() {
        Some(siteurl) => siteurl.origin().ascii_serialization(),
        None => app.config.public_url.as_str().trim_end_matches('/').to_owned(),
    };
    format!("{root}/desk{path}")
}

/// The path of `B`, without a trailing slash.
pub(super) fn base_path(here: &Here) -> String {
    Url::parse(&here.base).map_or_else(|_| String::new(), |url| url.path().trim_end_matches('/').to_owned())
}
