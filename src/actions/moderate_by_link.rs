//! Links in mails that moderate without a log-in, where a site wants them (`moderation_links`). A link is for
//! one action on one comment as it stood, for one recipient and seven days, signed with the instance's key.
//! Following it asks; only the answer acts. It acts as its recipient, with the rights they have then, and once
//! the comment has moved on it does nothing: so it works once, and an old mail overrules nobody.

use std::time::Duration;

use url::form_urlencoded::Serializer;

use crate::actions::moderate_comments::{Act, Outcome, Verb};
use crate::actions::notify::member;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::comment::{Comment, Status};
use crate::model::ids::{CommentId, SiteId};
use crate::model::letter::Addressee;
use crate::model::post::Post;
use crate::model::role::Role;
use crate::model::site::Site;
use crate::model::text::fold::fold;
use crate::model::time::Timestamp;
use crate::store::{comments, posts};

/// How long a link works.
pub const VALID_FOR: Duration = Duration::from_hours(7 * 24);
/// Hexadecimal characters of a link's signature: 128 bits.
const KEY_CHARS: usize = 32;
const PURPOSE: &str = "moderation-link";

/// The names of a link's parts, in its address and in the form that answers it.
pub mod fields {
    /// The comment.
    pub const COMMENT: &str = "c";
    /// What is to be done.
    pub const ACTION: &str = "action";
    /// The status that the comment had.
    pub const FROM: &str = "from";
    /// For whom the link was made.
    pub const BY: &str = "by";
    /// Until when it works.
    pub const UNTIL: &str = "until";
    /// The signature.
    pub const KEY: &str = "key";
}

/// A link as it arrives, not believed yet.
#[derive(Clone, Debug, Default)]
pub struct Link {
    /// See [`fields`].
    pub comment: String,
    /// See [`fields`].
    pub action: String,
    /// See [`fields`].
    pub from: String,
    /// See [`fields`].
    pub by: String,
    /// See [`fields`].
    pub until: String,
    /// See [`fields`].
    pub key: String,
}

/// A link that holds, and what it is about now.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What it does.
    pub verb: Verb,
    /// To which comment.
    pub comment: Comment,
    /// Under which post.
    pub post: Post,
    /// The status in which it does it.
    pub from: Status,
    who: Actor,
}

impl Opened {
    /// Whether the comment is still as it was when the mail was written.
    pub fn is_current(&self) -> bool {
        self.comment.status == self.from
    }
}

/// The address of a link for a mail that is written now. `action` is a verb's name.
pub(super) fn address(
    app: &App,
    doors: &str,
    comment: &Comment,
    action: &str,
    to: Addressee,
    recipient: &str,
) -> String {
    let link = Link {
        comment: comment.id.to_string(),
        action: action.to_owned(),
        from: comment.status.as_str().to_owned(),
        by: to.to_string(),
        until: app.clock.now().plus(VALID_FOR).0.to_string(),
        key: String::new(),
    };
    let parts = signed(comment.site_id, &link, recipient);
    let mut key = app.secret.sign(PURPOSE, &parts.each_ref().map(String::as_str));
    key.truncate(KEY_CHARS);
    let query = Serializer::new(String::new())
        .append_pair(fields::COMMENT, &link.comment)
        .append_pair(fields::ACTION, &link.action)
        .append_pair(fields::FROM, &link.from)
        .append_pair(fields::BY, &link.by)
        .append_pair(fields::UNTIL, &link.until)
        .append_pair(fields::KEY, &key)
        .finish();
    format!("{doors}/moderate?{query}")
}

/// What is signed. The recipient's address too: once it is another, the mails to the old one are of no use.
fn signed(site: SiteId, link: &Link, recipient: &str) -> [String; 7] {
    let Link { comment, action, from, by, until, .. } = link.clone();
    [site.to_string(), comment, action, from, by, until, fold(recipient)]
}

/// Opens a link: is it ours, for this site, not too old, and may its recipient still do this.
pub async fn open(app: &App, site: &Site, link: &Link) -> Result<Opened> {
    let (Some(verb), Some(from), Ok(id)) =
        (Verb::parse(&link.action), Status::parse(&link.from), link.comment.parse::<CommentId>())
    else {
        return Err(invalid());
    };
    if !site.options.moderation_links {
        return Err(Error::Forbidden("This site’s moderation wants a log-in. Use the desk.".into()));
    }
    let (who, recipient) = recipient(app, site, &link.by).await?.ok_or_else(invalid)?;
    let parts = signed(site.id, link, &recipient);
    let is_ours = app.secret.verify(PURPOSE, &parts.each_ref().map(String::as_str), &link.key);
    if !is_ours || link.key.len() != KEY_CHARS {
        return Err(invalid());
    }
    let until = Timestamp(link.until.parse().map_err(|_| invalid())?);
    if app.clock.now() >= until {
        return Err(Error::Forbidden("This link has expired: it worked for seven days. Use the desk.".into()));
    }
    let gone = || Error::not_found("This comment is gone: somebody has deleted it.");
    let comment = comments::find(&app.db, site.id, id).await?.ok_or_else(gone)?;
    let post = posts::find(&app.db, site.id, comment.post_id).await?.ok_or_else(gone)?;
    if !who.may_moderate_under(post.account_id) {
        return Err(Error::Forbidden("Sorry, you are not allowed to edit comments on this post.".into()));
    }
    Ok(Opened { verb, comment, post, from, who })
}

fn invalid() -> Error {
    Error::Forbidden("This link is not valid. Follow the whole link from the mail, or use the desk.".into())
}

/// Who acts when this recipient's link is followed, and where mail reaches them now.
async fn recipient(app: &App, site: &Site, by: &str) -> Result<Option<(Actor, String)>> {
    if by == Addressee::AdminEmail.to_string() {
        let who = Actor { account_id: None, name: "admin_email, by link".into(), role: Role::Administrator };
        let address = site.options.admin_email.clone();
        return Ok(Some((who, address)).filter(|(_, address)| !address.is_empty()));
    }
    let Some(id) = by.strip_prefix("account-").and_then(|id| id.parse().ok()) else { return Ok(None) };
    let found = member(app, site.id, id).await?;
    Ok(found.map(|(account, who)| (Actor { name: format!("{}, by link", account.login), ..who }, account.email)))
}

/// Does what the link says, if the comment is still as the mail told. The log names whose link it was.
pub async fn act(app: &App, site: &Site, link: &Link) -> Result<Outcome> {
    let Opened { verb, comment, from, who, .. } = open(app, site, link).await?;
    let act = Act::of(app, site, &who);
    let (id, waking) = (comment.id, act.notifying);
    let outcome = app
        .db
        .write(async move |tx| {
            let Some(comment) = comments::lock(tx, act.site, id).await? else { return Ok(Outcome::Missing) };
            if comment.status != from {
                return Ok(Outcome::Already(comment.status));
            }
            act.apply(tx, verb, id).await
        })
        .await?;
    waking.wake(app);
    Ok(outcome)
}
