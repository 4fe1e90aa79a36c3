//! What the page of a refused comment offers beside the reason: the form again with everything that was typed, and
//! the way back. WordPress has a link that needs a script, and loses the text with a browser that forgets it
//! (WP 7.1 §2.3). Built for pages only; who asks for JSON has the text still.

use http::{HeaderMap, header};

use super::fields::Fields;
use super::{is_own_page, token};
use crate::actions::find_post;
use crate::actions::submit_comment::Refusal;
use crate::app::App;
use crate::error::Result;
use crate::model::comment::Status;
use crate::model::form_fields;
use crate::model::ids::{CommentId, PostId};
use crate::model::post::Post;
use crate::store::comments;
use crate::web::embed::page::reply_to;
use crate::web::embed::respond::{Back, Begun, Reader, respond};
use crate::web::embed::view::{Guest, ReplyTo, Respond};
use crate::web::session::Who;
use crate::web::site::Here;

/// See the module.
#[derive(Clone, Debug, Default)]
pub(super) struct Again {
    /// Where the form came from, and its title.
    pub(super) back: Option<(String, String)>,
    /// The form, or why there is none.
    pub(super) respond: Option<Respond>,
    /// What was typed.
    pub(super) typed: String,
}

impl Again {
    /// The way to the blog, where nothing is known of the form.
    pub(super) fn to_blog(here: &Here) -> Self {
        let home = here.site.home.to_string();
        let title = if here.site.title.is_empty() { home.clone() } else { here.site.title.clone() };
        Self { back: Some((home, title)), ..Self::default() }
    }

    /// The text, to be copied.
    pub(super) fn to_copy(here: &Here, fields: &Fields) -> Self {
        Self { typed: fields.text("comment").to_owned(), ..Self::to_blog(here) }
    }

    /// Everything that was typed, ready to be mended and sent again.
    pub(super) async fn of(
        app: &App,
        here: &Here,
        headers: &HeaderMap,
        fields: &Fields,
        refusal: Option<Refusal>,
    ) -> Result<Self> {
        let Some(post) = find_post::by_id(app, here.site.id, PostId(fields.post_id())).await? else {
            return Ok(Self::to_copy(here, fields));
        };
        let typed = fields.text("comment").to_owned();
        // What another page made ready must not be one press away from a member's name.
        let who = if is_own_page(here, headers) { Who::of(app, &here.site, headers).await? } else { Who::Guest };
        let reader = Reader { who, guest: guest(fields) };
        let begun = Begun {
            reply_to: answered(app, here, &post, fields).await?,
            comment: typed.clone(),
            token: still_good(app, here, &post, &reader, fields),
            wish: fields.wish(),
            redirect_to: Some(fields.text("redirect_to").to_owned()),
        };
        let respond = respond(app, here, &post, &reader, begun, Back::to_thread_page(here, &post)).await?;
        let title = if post.title.is_empty() { post.url.clone() } else { post.title.clone() };
        let is_told = refusal == Some(Refusal::Closed) || matches!(respond, Respond::Closed);
        Ok(Self { back: Some((came_from(here, headers, &post), title)), respond: (!is_told).then_some(respond), typed })
    }

    /// Whether the form is there to be sent again.
    pub(super) fn has_form(&self) -> bool {
        matches!(self.respond, Some(Respond::Form(_)))
    }
}

fn guest(fields: &Fields) -> Guest {
    let text = |name| fields.text(name).to_owned();
    let remembered = fields.is_present("wp-comment-cookies-consent");
    Guest { author: text("author"), email: text("email"), url: text("url"), remembered }
}

/// The comment that is answered, if it can be.
async fn answered(app: &App, here: &Here, post: &Post, fields: &Fields) -> Result<Option<ReplyTo>> {
    let id = CommentId(fields.parent_id());
    if id.0 == 0 {
        return Ok(None);
    }
    let parent = comments::find(&app.db, post.site_id, id).await?;
    let parent = parent.filter(|p| p.post_id == post.id && p.status == Status::Approved);
    Ok(parent.map(|parent| {
        let to = reply_to(&parent);
        ReplyTo { href: format!("{}/?p={}{}", here.base, post.id, to.href), ..to }
    }))
}

/// The token that came, if it is one of this reader's: a form that is mended quickly was open for as long as before.
fn still_good(app: &App, here: &Here, post: &Post, reader: &Reader, fields: &Fields) -> Option<String> {
    let session = reader.who.writer().map(|writer| writer.visitor.session.csrf_token.as_str());
    let token = fields.text(form_fields::TOKEN);
    let age = token::age(&app.secret, here.site.id, post.id.0, session, token, app.clock.now());
    age.map(|_| token.to_owned())
}

/// The post on the blog for a form that stands there; else the thread's own page.
fn came_from(here: &Here, headers: &HeaderMap, post: &Post) -> String {
    let origin = headers.get(header::ORIGIN).and_then(|v| v.to_str().ok());
    if origin == Some(here.site.origin().as_str()) && !here.base.starts_with(&here.site.origin()) {
        return format!("{}#respond", post.url);
    }
    format!("{}/?p={}#respond", here.base, post.id)
}
