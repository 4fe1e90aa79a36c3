//! The addresses of the pictures beside names: of comments, in the section, on the desk and in the REST
//! API's `author_avatar_urls`, and of accounts (WP 7.1 comments §6.13).
//!
//! An address names a person by a keyed hash, so that nobody can try e-mail addresses against it; WordPress
//! publishes the plain hash. Where the site has a picture server, the person's hash for that server is
//! sealed in the address, and only `find_avatar` can open it. A comment that is not approved is named by
//! its author's name alone: else whoever writes one could see whether an address is somebody's, and have
//! any address asked for at the picture server. So is a guest's comment with the address of who may moderate.

use sha2::{Digest as _, Sha256};
use url::form_urlencoded::Serializer;

use crate::app::App;
use crate::error::Result;
use crate::model::account::Account;
use crate::model::avatar::{self, Style};
use crate::model::comment::{Comment, CommentType, Status};
use crate::model::ids::SiteId;
use crate::model::site::Site;
use crate::model::text::escape::unescape;
use crate::moderators::Addresses;
use crate::secret;

/// CSS pixels of the pictures that the REST API names (WP 7.1 §8.2).
pub const REST_PIXELS: [u32; 3] = [24, 48, 96];
/// What a keyed hash of a person is for.
const PURPOSE: &str = "avatar";
/// What a sealed hash is for.
const SEALED: &str = "avatar hash";
/// Characters of a keyed hash in an address, which stands beside every comment: 64 bits tell any readers apart.
const TOKEN_CHARS: usize = 16;
/// Stands for everybody where all have one picture.
const EVERYBODY: &str = "0";

/// Names the pictures of one site.
#[derive(Clone, Debug)]
pub struct Avatars {
    app: App,
    site: SiteId,
    base: String,
    style: Style,
    is_remote: bool,
    moderators: Addresses,
}

impl Avatars {
    /// The pictures of a site whose doors are at `base`; none where its option `show_avatars` is off. For accounts:
    /// those of comments are [`Self::of_comments`].
    pub fn of_site(app: &App, site: &Site, base: &str) -> Option<Self> {
        site.options.show_avatars.then(|| Self {
            app: app.clone(),
            site: site.id,
            base: base.to_owned(),
            style: avatar::style(&site.options),
            is_remote: avatar::picture_url(&site.options, "").is_some(),
            moderators: Addresses::default(),
        })
    }

    /// The same for comments: a guest who gives a moderator's address is not shown as them.
    pub async fn of_comments(app: &App, site: &Site, base: &str) -> Result<Option<Self>> {
        let Some(avatars) = Self::of_site(app, site, base) else { return Ok(None) };
        let moderators = app.moderators.addresses(&app.db, site.id).await?;
        Ok(Some(Self { moderators, ..avatars }))
    }

    /// The picture of a comment's author; linkbacks have none.
    pub fn of_comment(&self, comment: &Comment) -> Option<String> {
        if comment.kind != CommentType::Comment {
            return None;
        }
        // A guest who gives a moderator's address has not proven to be them.
        let is_theirs = comment.account_id.is_some() || !self.moderators.has(&comment.author_email);
        let is_shown = comment.status == Status::Approved && is_theirs;
        Some(self.url(if is_shown { &comment.author_email } else { "" }, &unescape(&comment.author_name)))
    }

    /// The picture of an account.
    pub fn of_account(&self, account: &Account) -> String {
        self.url(&account.email, &account.display_name)
    }

    /// A comment's picture by size, for the REST API's `author_avatar_urls`.
    pub fn author_avatar_urls(&self, comment: &Comment) -> Option<[(u32, String); REST_PIXELS.len()]> {
        self.of_comment(comment).as_deref().map(by_size)
    }

    /// An account's picture by size, for the REST API's `avatar_urls`.
    pub fn avatar_urls(&self, account: &Account) -> [(u32, String); REST_PIXELS.len()] {
        by_size(&self.of_account(account))
    }

    fn url(&self, email: &str, name: &str) -> String {
        let mut query = Serializer::new(String::new());
        // Letters say the style too: the address stands beside every comment.
        match self.style {
            Style::Initials => query.append_pair("initials", &avatar::initials(name)),
            style => query.append_pair("d", style.as_str()),
        };
        format!("{}/avatar/{}?{}", self.base, self.token(email, name), query.finish())
    }

    fn token(&self, email: &str, name: &str) -> String {
        let email = avatar::email_key(email);
        if self.is_remote && !email.is_empty() {
            return self.app.secret.seal(&sealed_for(self.site), &Sha256::digest(email.as_bytes()).into());
        }
        if !self.style.is_personal() {
            return EVERYBODY.to_owned();
        }
        let site = self.site.to_string();
        let (kind, key) = if email.is_empty() { ("name", avatar::name_key(name)) } else { ("email", email) };
        let mut token = self.app.secret.sign(PURPOSE, &[&site, kind, &key]);
        token.truncate(TOKEN_CHARS);
        token
    }
}

/// One address serves every size: what is drawn is sharp at any, what is fetched is kept at the largest.
fn by_size(url: &str) -> [(u32, String); REST_PIXELS.len()] {
    REST_PIXELS.map(|pixels| (pixels, format!("{url}&s={pixels}")))
}

/// The hash by which a picture server knows the person whom this token of a site names; none for a token that
/// was not made here.
pub(super) fn hash_of(app: &App, site: SiteId, token: &str) -> Option<String> {
    app.secret.unseal(&sealed_for(site), token).map(|hash| secret::hex(&hash))
}

/// One site's seal cannot be opened for another, and does not show that two sites have the same reader.
fn sealed_for(site: SiteId) -> String {
    format!("{SEALED} of site {site}")
}
