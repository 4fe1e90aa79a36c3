//! `wp.getMediaItem` and `wp.getMediaLibrary` (WP 7.1 §3.11): there are no files here.

use super::post::none;
use super::{Answer, Context, Method, Params, Value};
use crate::model::role::Capability;
use crate::xmlrpc::fault::Fault;

pub(super) const GET_MEDIA_ITEM: Method = Method {
    name: "wp.getMediaItem",
    signatures: &[&["struct", "int", "string", "string", "int"]],
    help: "Answers a file, of which there are none here. Takes the blog's number, name, password, and the file's number.",
    handler: |context, params| Box::pin(get_media_item(context, params)),
};

pub(super) const GET_MEDIA_LIBRARY: Method = Method {
    name: "wp.getMediaLibrary",
    signatures: &[&["array", "int", "string", "string"], &["array", "int", "string", "string", "struct"]],
    help: "Answers the files, of which there are none here. Takes the blog's number, name, password, and a filter.",
    handler: |context, params| Box::pin(get_media_library(context, params)),
};

async fn get_media_item(context: &Context, params: Vec<Value>) -> Answer {
    let caller = Params::at_least(4, params)?.log_in(context, 1).await?;
    caller.require(Capability::EditPublishedPosts, 403, "upload files")?;
    Err(Fault::new(404, "Invalid attachment ID."))
}

async fn get_media_library(context: &Context, params: Vec<Value>) -> Answer {
    let caller = Params::at_least(3, params)?.log_in(context, 1).await?;
    caller.require(Capability::EditPublishedPosts, 401, "upload files")?;
    Ok(none())
}
