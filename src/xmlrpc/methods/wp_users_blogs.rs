//! The blogs of who calls, which programs ask for first: `wp.getUsersBlogs`, and the same under its older
//! names, whose first parameter is a key that nobody looks at (WP 7.1 §3.10).

use super::{Answer, Context, Method, Params, Value};
use crate::actions::current_actor::sites_of;
use crate::model::role::Capability;

pub(super) const GET_USERS_BLOGS: Method = Method {
    name: "wp.getUsersBlogs",
    signatures: &[&["array", "string", "string"]],
    help: "Answers the blogs of a user, each with its number, name, addresses, and whether they administer it. Takes name and password.",
    handler: |context, params| Box::pin(get_users_blogs(context, params, 0)),
};

pub(super) const BLOGGER_GET_USERS_BLOGS: Method = Method {
    name: "blogger.getUsersBlogs",
    signatures: &[&["array", "string", "string", "string"]],
    help: "Answers what wp.getUsersBlogs answers. Takes a key that is not looked at, name and password.",
    handler: |context, params| Box::pin(get_users_blogs(context, params, 1)),
};

pub(super) const META_WEBLOG_GET_USERS_BLOGS: Method =
    Method { name: "metaWeblog.getUsersBlogs", ..BLOGGER_GET_USERS_BLOGS };

async fn get_users_blogs(context: &Context, params: Vec<Value>, at: usize) -> Answer {
    let params = Params::at_least(at + 2, params)?;
    let caller = params.log_in(context, at).await?;
    let mut sites = sites_of(&context.app, caller.account()).await?;
    // The demo stands there only until there is another site.
    sites.retain(|(site, _)| !site.demo || site.id == context.site.id);
    let is_only = sites.len() == 1;
    let mut blogs = Vec::with_capacity(sites.len());
    for (site, role) in &sites {
        let base = context.app.sites.base(&context.app.db, &context.app.config, site).await?;
        let mut blog = vec![("isAdmin", role.can(Capability::ManageOptions).into())];
        if !is_only {
            blog.push(("isPrimary", (site.id == context.site.id).into()));
        }
        let id = if is_only { "1".to_owned() } else { site.id.to_string() };
        blog.extend([
            ("url", format!("{}/", site.home.as_str().trim_end_matches('/')).into()),
            ("blogid", id.into()),
            ("blogName", site.title.as_str().into()),
            ("xmlrpc", format!("{base}/xmlrpc.php").into()),
        ]);
        blogs.push(Value::Struct(blog.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()));
    }
    Ok(Value::Array(blogs))
}
