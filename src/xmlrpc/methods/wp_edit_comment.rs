//! `wp.editComment` (WP 7.1 §3.7). What changes nothing is answered true, where WordPress answers 500 (Q19):
//! programs send the status that they wish, whatever it is now.

use super::comment::{find, parse_status};
use super::{Answer, Context, Method, Params, Value};
use crate::actions::edit_comment::{Changes, edit_comment};
use crate::actions::moderate_comments::Verb;
use crate::error::Error;
use crate::model::text::{names, url_clean};
use crate::model::time::Timestamp;
use crate::xmlrpc::codec::DateTime;
use crate::xmlrpc::fault::Fault;

pub(super) const METHOD: Method = Method {
    name: "wp.editComment",
    signatures: &[&["boolean", "int", "string", "string", "int", "struct"]],
    help: "Changes a comment. Takes the blog's number, name, password, the comment's number, and what changes of status, date_created_gmt, content, author, author_url and author_email.",
    handler: |context, params| Box::pin(edit(context, params)),
};

async fn edit(context: &Context, params: Vec<Value>) -> Answer {
    const NOT_ALLOWED: &str = "moderate or edit this comment";
    let params = Params::new(params);
    let caller = params.log_in(context, 1).await?;
    let (comment, _) = find(context, &caller, params.int(3), NOT_ALLOWED).await?;
    let changes = changes(&params)?;
    match edit_comment(&context.app, &context.site, &caller.actor, comment.id, changes).await {
        Ok(_changed) => Ok(true.into()),
        Err(Error::NotFound(_)) => Err(Fault::no_such_comment()),
        Err(Error::Forbidden(_)) => Err(Fault::not_allowed(403, NOT_ALLOWED)),
        Err(Error::Invalid { field: "content", .. }) => Err(Fault::new(403, "Comment is required.")),
        Err(Error::Invalid { message, .. }) => Err(Fault::new(403, message)),
        Err(error) => Err(error.into()),
    }
}

/// What is given. An e-mail or a URL that is none is left empty, as WordPress leaves it.
fn changes(params: &Params) -> Result<Changes, Fault> {
    let text = |name| params.member(4, name).map(Value::to_text);
    let status = match params.member(4, "status") {
        None => None,
        Some(name) => Some(parse_status(&name.to_text()).ok_or_else(Fault::invalid_comment_status)?),
    };
    Ok(Changes {
        author: text("author"),
        email: text("author_email").map(|e| if names::is_email(e.trim()) { e } else { String::new() }),
        url: text("author_url").map(|u| if url_clean::author_url(&u).is_empty() { String::new() } else { u }),
        content: text("content"),
        created_at: params.member(4, "date_created_gmt").map(date).transpose()?,
        status: status.map(Verb::to),
        in_trash: true,
        ..Changes::default()
    })
}

/// A date, or as text what WordPress in development takes. WordPress makes of others the year 1970.
fn date(value: &Value) -> Result<Timestamp, Fault> {
    let date = match value {
        Value::DateTime(date) => date.to_timestamp(),
        other => DateTime::from_wire(&other.to_text().replace(['-', ' '], "T").replacen('T', "", 2)).to_timestamp(),
    };
    date.ok_or_else(|| Fault::new(400, "date_created_gmt is not of the form YYYYMMDDTHH:MM:SS."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_may_be_text() {
        let seconds = |value: Value| date(&value).map(Timestamp::seconds).map_err(|fault| fault.code);
        for (value, expected) in [
            ("2020-01-02 03:04:05".into(), Ok(1_577_934_245)),
            ("2020-01-02T03:04:05".into(), Ok(1_577_934_245)),
            ("20200102T03:04:05".into(), Err(400)),
            ("yesterday".into(), Err(400)),
            ("".into(), Err(400)),
            (Value::Array(Vec::new()), Err(400)),
            (DateTime::from_wire("20200102T03:04:05").into(), Ok(1_577_934_245)),
            (DateTime::from_wire("2020-01-02").into(), Err(400)),
        ] {
            assert_eq!(seconds(value.clone()), expected, "{value:?}");
        }
    }
}
