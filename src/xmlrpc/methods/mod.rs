//! The methods of the door, in one table: listing, help, signatures and dispatch all read [`METHODS`].
//! A new method is a file that holds its [`Method`], and a row here. Called by the endpoint.

mod blogger;
mod comment;
mod demo_add_two_numbers;
mod demo_say_hello;
mod media;
mod meta_weblog;
mod movable_type;
mod not_kept;
mod pingback_extensions_get_pingbacks;
mod pingback_ping;
mod post;
mod system_get_capabilities;
mod system_list_methods;
mod system_method_help;
mod system_method_signature;
mod system_multicall;
#[cfg(test)]
mod tests;
mod wp_comment_counts;
mod wp_delete_comment;
mod wp_edit_comment;
mod wp_get_comments;
mod wp_new_comment;
mod wp_options;
mod wp_pages;
mod wp_post_types;
mod wp_posts;
mod wp_taxonomies;
mod wp_users;
mod wp_users_blogs;

use std::sync::Arc;

use futures_util::future::BoxFuture;

use tokio::time::Instant;

use super::codec::{MethodCall, Value};
use super::fault::Fault;
use super::log_in::Refused;
use super::params::Params;

use crate::app::App;
use crate::model::client::Client;
use crate::model::site::Site;

/// Every method, in WordPress's order: the reverse of registration (WP 7.1 appendix A). WordPress has
/// no `system.methodSignature` and `system.methodHelp`.
pub const METHODS: &[Method] = &[
    system_multicall::METHOD,
    system_list_methods::METHOD,
    system_get_capabilities::METHOD,
    system_method_signature::METHOD,
    system_method_help::METHOD,
    demo_add_two_numbers::METHOD,
    demo_say_hello::METHOD,
    pingback_extensions_get_pingbacks::METHOD,
    pingback_ping::METHOD,
    not_kept::after_one("mt.publishPost"),
    movable_type::GET_TRACKBACK_PINGS,
    movable_type::SUPPORTED_TEXT_FILTERS,
    movable_type::SUPPORTED_METHODS,
    not_kept::after_one("mt.setPostCategories"),
    movable_type::GET_POST_CATEGORIES,
    movable_type::GET_RECENT_POST_TITLES,
    movable_type::GET_CATEGORY_LIST,
    wp_users_blogs::META_WEBLOG_GET_USERS_BLOGS,
    not_kept::after_two("metaWeblog.deletePost"),
    not_kept::after_one("metaWeblog.newMediaObject"),
    wp_taxonomies::META_WEBLOG_GET_CATEGORIES,
    meta_weblog::GET_RECENT_POSTS,
    meta_weblog::GET_POST,
    not_kept::after_one("metaWeblog.editPost"),
    not_kept::after_one("metaWeblog.newPost"),
    not_kept::after_two("blogger.deletePost"),
    not_kept::after_two("blogger.editPost"),
    not_kept::after_two("blogger.newPost"),
    blogger::GET_RECENT_POSTS,
    blogger::GET_POST,
    blogger::GET_USER_INFO,
    wp_users_blogs::BLOGGER_GET_USERS_BLOGS,
    not_kept::after_one("wp.restoreRevision"),
    wp_posts::GET_REVISIONS,
    wp_post_types::GET_POST_TYPES,
    wp_post_types::GET_POST_TYPE,
    wp_post_types::GET_POST_FORMATS,
    media::GET_MEDIA_LIBRARY,
    media::GET_MEDIA_ITEM,
    wp_comment_counts::GET_COMMENT_STATUS_LIST,
    wp_new_comment::METHOD,
    wp_edit_comment::METHOD,
    wp_delete_comment::METHOD,
    wp_get_comments::GET_COMMENTS,
    wp_get_comments::GET_COMMENT,
    wp_options::SET_OPTIONS,
    wp_options::GET_OPTIONS,
    wp_pages::GET_PAGE_TEMPLATES,
    wp_pages::GET_PAGE_STATUS_LIST,
    wp_post_types::GET_POST_STATUS_LIST,
    wp_comment_counts::GET_COMMENT_COUNT,
    not_kept::after_one("wp.deleteFile"),
    not_kept::after_one("wp.uploadFile"),
    wp_taxonomies::SUGGEST_CATEGORIES,
    not_kept::after_one("wp.deleteCategory"),
    not_kept::after_one("wp.newCategory"),
    wp_taxonomies::GET_TAGS,
    wp_taxonomies::GET_CATEGORIES,
    wp_users::GET_AUTHORS,
    wp_pages::GET_PAGE_LIST,
    not_kept::after_two("wp.editPage"),
    not_kept::after_one("wp.deletePage"),
    not_kept::after_one("wp.newPage"),
    wp_pages::GET_PAGES,
    wp_pages::GET_PAGE,
    wp_users::EDIT_PROFILE,
    wp_users::GET_PROFILE,
    wp_users::GET_USERS,
    wp_users::GET_USER,
    wp_taxonomies::GET_TAXONOMIES,
    wp_taxonomies::GET_TAXONOMY,
    wp_taxonomies::GET_TERMS,
    wp_taxonomies::GET_TERM,
    not_kept::after_one("wp.deleteTerm"),
    not_kept::after_one("wp.editTerm"),
    not_kept::after_one("wp.newTerm"),
    wp_posts::GET_POSTS,
    wp_posts::GET_POST,
    not_kept::after_one("wp.deletePost"),
    not_kept::after_one("wp.editPost"),
    not_kept::after_one("wp.newPost"),
    wp_users_blogs::GET_USERS_BLOGS,
];

/// One method.
#[derive(Debug)]
pub struct Method {
    /// Its name on the wire, compared exactly.
    pub name: &'static str,
    /// Each way to call it: the type of the result, then of each parameter, by XML-RPC's names.
    pub signatures: &'static [&'static [&'static str]],
    /// What `system.methodHelp` answers.
    pub help: &'static str,
    handler: Handler,
}

/// What a method is called with besides its parameters.
#[derive(Debug)]
pub struct Context {
    /// The running program.
    pub app: App,
    /// The site that is called.
    pub site: Arc<Site>,
    /// Where its doors are, without a trailing slash.
    pub base: String,
    /// Who calls.
    pub client: Client,
    /// When the request began.
    pub since: Instant,
    /// What a failed log-in of this request was answered.
    pub(super) refused: Refused,
}

impl Context {
    /// Of a request that begins now.
    pub fn new(app: App, site: Arc<Site>, base: String, client: Client) -> Self {
        Self { app, site, base, client, since: Instant::now(), refused: Refused::default() }
    }
}

type Answer = Result<Value, Fault>;
type Handler = for<'a> fn(&'a Context, Vec<Value>) -> BoxFuture<'a, Answer>;

/// Runs the call, or answers -32601 (WP 7.1 D-1).
pub async fn call(context: &Context, call: MethodCall) -> Result<Value, Fault> {
    (named(&call.name)?.handler)(context, call.params).await
}

fn named(name: &str) -> Result<&'static Method, Fault> {
    METHODS.iter().find(|method| method.name == name).ok_or_else(|| Fault::method_not_found(name))
}

/// The answer of a method that has nothing to wait for.
fn ready(answer: Answer) -> BoxFuture<'static, Answer> {
    Box::pin(std::future::ready(answer))
}

/// The first `N` parameters by position. More are ignored, fewer are a 400 (WP 7.1 D-3).
fn arguments<const N: usize>(params: Vec<Value>) -> Result<[Value; N], Fault> {
    let mut given = Params::new(params).into_values();
    given.truncate(N);
    given.try_into().map_err(|_| Fault::insufficient_arguments())
}

/// The method that the one string parameter names, for the two that describe methods.
fn described(params: Vec<Value>) -> Result<&'static Method, Fault> {
    match arguments(params)? {
        [Value::String(name)] => named(&name),
        [_] => Err(Fault::insufficient_arguments()),
    }
}
