//! `B/account/data`: a copy of what is kept about one, as a JSON file, and the way to the end of the account. The file is
//! written while it is read from the database, so that its size costs no memory.

use askama::Template;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::stream;
use http::{StatusCode, header};
use serde_json::{Value, json};

use super::Chrome;
use super::owner::{Owner, Proven};
use crate::actions::export_account::{Comments, Export, export_account, group_of_comments};
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::date;

#[derive(Template)]
#[template(path = "web/account/data.html")]
struct DataPage {
    chrome: Chrome,
    is_fresh: bool,
}

/// Shows what there is.
pub(super) async fn show(owner: Owner) -> Result<Response> {
    let page = DataPage { chrome: Chrome::of(&owner, "Your data", "data"), is_fresh: owner.is_fresh().await? };
    owner.page(StatusCode::OK, &page)
}

/// Gives the file.
pub(super) async fn export(Proven(sent): Proven) -> Result<Response> {
    let owner = sent.owner;
    let Export { made_at, groups, comments } = export_account(&owner.app, &owner.visitor).await?;
    let made_at = date::rfc3339(made_at);
    let name = format!("attachment; filename=\"your-data-{}.json\"", made_at.get(..10).unwrap_or_default());
    let headers = [(header::CONTENT_TYPE, "application/json; charset=utf-8"), (header::CONTENT_DISPOSITION, &name)];
    let about =
        json!({"server": owner.here.base, "exported_at": made_at, "account": owner.visitor.account.display_name});
    let head = beginning(&about, &groups)?;
    let parts = stream::try_unfold(Part::Head(head, owner.app, comments), next);
    Ok((headers, Body::from_stream(parts)).into_response())
}

/// What is to be written next.
enum Part {
    Head(String, App, Comments),
    /// Whether something stands there already.
    Comments(App, Comments, bool),
    End,
}

async fn next(part: Part) -> Result<Option<(Bytes, Part)>> {
    Ok(match part {
        Part::Head(text, app, comments) => Some((text.into(), Part::Comments(app, comments, false))),
        Part::Comments(app, mut comments, has_some) => match comments.next(&app).await? {
            Some(items) => {
                let mut text = String::new();
                for (at, item) in items.iter().enumerate() {
                    text.push_str(if at > 0 || has_some { ",\n" } else { "\n" });
                    text.push_str(&written(item)?);
                }
                Some((text.into(), Part::Comments(app, comments, true)))
            }
            None => Some(("\n]}\n]}\n".into(), Part::End)),
        },
        Part::End => None,
    })
}

/// Everything before the first comment.
fn beginning(about: &Value, groups: &[Value]) -> Result<String> {
    let mut text = format!("{{\"about\":{},\"groups\":[", written(about)?);
    for group in groups {
        text.push('\n');
        text.push_str(&written(group)?);
        text.push(',');
    }
    text.push_str("\n{");
    for (name, value) in group_of_comments() {
        for part in [written(&name.into())?.as_str(), ":", &written(&value.into())?, ","] {
            text.push_str(part);
        }
    }
    text.push_str("\"items\":[");
    Ok(text)
}

fn written(value: &Value) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::internal(format!("an export: {e}")))
}
