//! How one reader can respond: with the form of a guest or of who is logged in, by logging in first, or not at all
//! (WP 7.1 §2.5, §6.9). The frame, the thread's page and the page of a refused form ask here.

use url::Url;

use super::picker::{self, Picker, log_in};
use super::view::{Boxes, CommentForm, Guest, LoggedIn, ReplyTo, Respond};
use crate::actions::avatars::Avatars;
use crate::actions::subscriptions;
use crate::app::App;
use crate::error::Result;
use crate::model::ids::PostId;
use crate::model::post::Post;
use crate::model::subscription::Wish;
use crate::web::content_lang::ContentLang;
use crate::web::form::token;
use crate::web::session::{Who, Writer};
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
        let page = thread_page(here, post.id);
        Self { logged_in: page.clone(), logged_out: page }
    }
}

/// How the reader can respond to the post.
pub(in crate::web) async fn respond(
    app: &App,
    here: &Here,
    post: &Post,
    reader: &Reader,
    begun: Begun,
    back: Back,
) -> Result<Respond> {
    let writer = reader.who.writer();
    let is_open = post.takes_comments(&here.site.options, app.clock.now());
    if !is_open && !writer.is_some_and(|writer| writer.actor.may_moderate_under(post.account_id)) {
        return Ok(Respond::Closed);
    }
    let must_log_in = writer.is_none() && here.site.options.comment_registration;
    let words = match writer {
        _ if must_log_in => picker::REQUIRED,
        None => picker::GUEST,
        Some(_) => picker::CHANGE,
    };
    let mut picker = Picker::of(app, here, post.id, &back.logged_in, words).await?;
    if let Some(writer) = writer {
        picker.mark(app, here, writer.provider.as_ref()).await?;
    }
    if must_log_in {
        return Ok(Respond::LogIn { href: log_in(here, post.id, &back.logged_in, None), picker });
    }
    let page = format!("{}/?p={}", here.base, post.id);
    let has_email = writer.is_none_or(|writer| !writer.visitor.account.email.is_empty());
    let can_subscribe = has_email && subscriptions::are_offered(app, &here.site);
    Ok(Respond::Form(Box::new(CommentForm {
        base: here.base.clone(),
        post_id: post.id,
        reply_to: begun.reply_to,
        comment: begun.comment,
        lang: ContentLang::of(&here.site),
        guest: reader.guest.clone(),
        picker,
        logged_in: writer.map(|writer| logged_in(app, here, post, writer, back)),
        closed_for_others: !is_open,
        require_name_email: here.site.options.require_name_email,
        cookies_opt_in: here.site.options.show_comments_cookies_opt_in,
        subscriptions: can_subscribe.then_some(Boxes { ticked: begun.wish }),
        token: begun.token.unwrap_or_else(|| token(app, post, writer)),
        cancel_href: format!("{page}#respond"),
        redirect_to: begun.redirect_to.unwrap_or(page),
    })))
}

fn token(app: &App, post: &Post, writer: Option<&Writer>) -> String {
    let (site, post, now) = (post.site_id, post.id.0, app.clock.now());
    match writer {
        Some(writer) => token::issue_to_member(&app.secret, site, post, &writer.visitor.session.csrf_token, now),
        None => token::issue(&app.secret, site, post, now),
    }
}

fn logged_in(app: &App, here: &Here, post: &Post, writer: &Writer, back: Back) -> LoggedIn {
    let provider = || writer.provider.as_ref().map_or_else(|| picker::name_of(here), |known| known.name.clone());
    let avatars = Avatars::of_site(app, &here.site, &here.base);
    LoggedIn {
        picture: avatars.map(|avatars| avatars.of_account(&writer.visitor.account)),
        name: writer.visitor.account.display_name.clone(),
        account: (!writer.is_member).then(provider),
        profile: desk_link(app, here, "/profile"),
        own: format!("{}/account", here.base),
        change: log_in(here, post.id, &back.logged_in, None),
        log_out: format!("{}/login/out", here.base),
        csrf: writer.visitor.session.csrf_token.clone(),
        back: back.logged_out,
    }
}

/// Where one logs in who comes back to the thread's page.
pub(super) fn log_in_to_thread_page(here: &Here, post: &Post) -> String {
    log_in(here, post.id, &thread_page(here, post.id), None)
}

/// The form on the thread's own page, as a path.
pub(in crate::web) fn thread_page(here: &Here, post: PostId) -> String {
    format!("{}/?p={post}#respond", base_path(here))
}

/// An address of the desk, as the site's readers reach it: on the host of the site's doors, whose cookies alone
/// come with its forms.
pub(in crate::web) fn desk_link(app: &App, here: &Here, path: &str) -> String {
    let root = match here.site.siteurl.as_ref() {
        Some(siteurl) => siteurl.origin().ascii_serialization(),
        None => app.config.public_url.as_str().trim_end_matches('/').to_owned(),
    };
    format!("{root}/desk{path}")
}

/// The path of `B`, without a trailing slash.
pub(in crate::web) fn base_path(here: &Here) -> String {
    Url::parse(&here.base).map_or_else(|_| String::new(), |url| url.path().trim_end_matches('/').to_owned())
}
