//! `wp.getOptions` and `wp.setOptions`: WordPress's options under the names that they have here (WP 7.1
//! §3.10). Of what a server of comments has not, a program reads a fixed value.

use super::{Answer, Context, Method, Params, Value};
use crate::actions::set_site_option::{current, set_site_option};
use crate::model::date;
use crate::model::role::Capability;
use crate::model::site::Site;
use crate::xmlrpc::WORDPRESS_VERSION;
use crate::xmlrpc::fault::Fault;
use crate::xmlrpc::log_in::Caller;

pub(super) const GET_OPTIONS: Method = Method {
    name: "wp.getOptions",
    signatures: &[&["struct", "int", "string", "string"], &["struct", "int", "string", "string", "array"]],
    help: "Answers options of the blog, each with its description, value, and whether it can be set. Takes the blog's number, name, password, and the options' names.",
    handler: |context, params| Box::pin(get_options(context, params)),
};

pub(super) const SET_OPTIONS: Method = Method {
    name: "wp.setOptions",
    signatures: &[&["struct", "int", "string", "string", "struct"]],
    help: "Sets options of the blog and answers them as they are then. Takes the blog's number, name, password, and a struct of names and values.",
    handler: |context, params| Box::pin(set_options(context, params)),
};

/// Where an option's value is from.
#[derive(Clone, Copy)]
enum Source {
    /// Always this.
    Fixed(&'static str),
    /// Always this; the one that is no text.
    No,
    /// The site's option of this name, which can be set.
    Option(&'static str),
    Version,
    BlogUrl,
    HomeUrl,
    LoginUrl,
    AdminUrl,
    TimeZone,
}

/// Name, description, and where the value is from, in WordPress's order.
const OPTIONS: [(&str, &str, Source); 29] = [
    ("software_name", "Software Name", Source::Fixed("WordPress")),
    ("software_version", "Software Version", Source::Version),
    ("blog_url", "WordPress Address (URL)", Source::BlogUrl),
    ("home_url", "Site Address (URL)", Source::HomeUrl),
    ("login_url", "Login Address (URL)", Source::LoginUrl),
    ("admin_url", "The URL to the admin area", Source::AdminUrl),
    ("image_default_link_type", "Image default link type", Source::Fixed("none")),
    ("image_default_size", "Image default size", Source::Fixed("")),
    ("image_default_align", "Image default align", Source::Fixed("")),
    ("template", "Template", Source::Fixed("rejoinder")),
    ("stylesheet", "Stylesheet", Source::Fixed("rejoinder")),
    ("post_thumbnail", "Post Thumbnail", Source::No),
    ("time_zone", "Time Zone", Source::TimeZone),
    ("blog_title", "Site Title", Source::Option("blogname")),
    ("blog_tagline", "Site Tagline", Source::Option("blogdescription")),
    ("date_format", "Date Format", Source::Option("date_format")),
    ("time_format", "Time Format", Source::Option("time_format")),
    ("users_can_register", "Allow new users to sign up", Source::Option("users_can_register")),
    ("thumbnail_size_w", "Thumbnail Width", Source::Fixed("150")),
    ("thumbnail_size_h", "Thumbnail Height", Source::Fixed("150")),
    ("thumbnail_crop", "Crop thumbnail to exact dimensions", Source::Fixed("1")),
    ("medium_size_w", "Medium size image width", Source::Fixed("300")),
    ("medium_size_h", "Medium size image height", Source::Fixed("300")),
    ("medium_large_size_w", "Medium-Large size image width", Source::Fixed("768")),
    ("medium_large_size_h", "Medium-Large size image height", Source::Fixed("0")),
    ("large_size_w", "Large size image width", Source::Fixed("1024")),
    ("large_size_h", "Large size image height", Source::Fixed("1024")),
    (
        "default_comment_status",
        "Allow people to submit comments on new posts.",
        Source::Option("default_comment_status"),
    ),
    (
        "default_ping_status",
        "Allow link notifications from other blogs (pingbacks and trackbacks) on new posts.",
        Source::Option("default_ping_status"),
    ),
];

async fn get_options(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::new(params);
    let caller = params.log_in(context, 1).await?;
    let all = || OPTIONS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    let names = params.names(3).filter(|names| !names.is_empty()).unwrap_or_else(all);
    described(context, &caller, &context.site, &names)
}

async fn set_options(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::new(params);
    let caller = params.log_in(context, 1).await?;
    caller.require(Capability::ManageOptions, 403, "update options")?;
    let given = match params.get(3) {
        Some(Value::Struct(members)) => members.as_slice(),
        _ => &[],
    };
    for (name, value) in given {
        // What is unknown or cannot be set is passed over, as in WordPress.
        if let Some((.., Source::Option(option))) = OPTIONS.iter().find(|(n, ..)| n == name) {
            set_site_option(&context.app, &context.site, &caller.actor, option, &value.to_text()).await?;
        }
    }
    let names: Vec<String> = given.iter().map(|(name, _)| name.clone()).collect();
    let site = context.app.sites.find(&context.app.db, context.site.id).await?;
    described(context, &caller, site.as_deref().unwrap_or(&context.site), &names)
}

fn described(context: &Context, caller: &Caller, site: &Site, names: &[String]) -> Result<Value, Fault> {
    let may_set = caller.can(Capability::ManageOptions);
    let mut options = Vec::with_capacity(names.len());
    for name in names {
        let Some((name, description, from)) = OPTIONS.iter().find(|(n, ..)| n == name) else { continue };
        let option = Value::object([
            ("desc", (*description).into()),
            ("readonly", (!may_set || !matches!(from, Source::Option(_))).into()),
            ("value", value(context, site, *from)?),
        ]);
        if !options.iter().any(|(n, _)| n == name) {
            options.push(((*name).to_owned(), option));
        }
    }
    Ok(Value::Struct(options))
}

fn value(context: &Context, site: &Site, from: Source) -> Result<Value, Fault> {
    Ok(match from {
        Source::Fixed(text) => text.into(),
        Source::No => false.into(),
        Source::Option(name) => current(site, name)?.into(),
        Source::Version => WORDPRESS_VERSION.into(),
        Source::BlogUrl => context.base.as_str().into(),
        Source::HomeUrl => site.home.as_str().trim_end_matches('/').into(),
        Source::LoginUrl => format!("{}/wp-login.php", context.base).into(),
        Source::AdminUrl => format!("{}/wp-admin/", context.base).into(),
        Source::TimeZone => date::gmt_offset(context.app.clock.now(), &site.options.timezone_string).into(),
    })
}
