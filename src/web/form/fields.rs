//! The fields of a comment form, read as PHP reads them: the last of a name counts, and a field that is a
//! list counts as empty (WP 7.1 §2.1).

use std::collections::HashMap;

use axum::extract::Request;

use crate::error::Result;
use crate::model::account::Account;
use crate::model::comment::NewComment;
use crate::model::form_fields;
use crate::model::subscription::Wish;
use crate::web::posted::Posted;

/// The fields of one form.
#[derive(Debug, Default)]
pub(in crate::web) struct Fields(HashMap<String, String>);

impl Fields {
    /// The text of a field, empty when it is absent.
    pub(in crate::web) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Whether the field has any text.
    pub(super) fn has(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// Whether the field was sent at all, as a ticked check box is.
    pub(in crate::web) fn is_present(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// `comment_post_ID` as PHP casts it.
    pub(super) fn post_id(&self) -> i64 {
        leading_integer(self.text("comment_post_ID"))
    }

    /// `comment_parent`, which WordPress takes without its sign.
    pub(super) fn parent_id(&self) -> i64 {
        leading_integer(self.text("comment_parent")).saturating_abs()
    }

    /// What the intake takes. Who is logged in has the name, e-mail and website of their account, whatever the
    /// form says.
    pub(super) fn comment(&self, account: Option<&Account>) -> NewComment {
        let (author, email, url) = match account {
            Some(account) => (account.display_name.as_str(), account.email.as_str(), account.url.as_str()),
            None => (self.text("author"), self.text("email"), self.text("url")),
        };
        NewComment {
            post_id: self.post_id(),
            parent_id: self.parent_id(),
            author: author.to_owned(),
            email: email.to_owned(),
            url: url.to_owned(),
            content: self.text("comment").replace("\r\n", "\n"),
        }
    }

    /// What the writer wants to be told of. Every comment includes the answers.
    pub(super) fn wish(&self) -> Option<Wish> {
        // Jetpack's form has another name for the same box.
        if self.has(form_fields::SUBSCRIBE) || self.has("subscribe_comments") {
            Some(Wish::Comments)
        } else {
            self.has(form_fields::SUBSCRIBE_REPLIES).then_some(Wish::Replies)
        }
    }

    /// The last of a name counts, and a list is empty.
    fn of(posted: Posted) -> Self {
        let text = |value: Vec<u8>| String::from_utf8_lossy(&value).into_owned();
        let field = |(name, value): (String, Vec<u8>)| match name.split_once('[') {
            Some((list, _)) => (list.to_owned(), String::new()),
            None => (name, text(value)),
        };
        Self(posted.into_fields().map(field).collect())
    }
}

/// A number as PHP's integer cast reads it: sign and leading digits, else 0.
fn leading_integer(text: &str) -> i64 {
    let text = text.trim_start();
    let digits = text.trim_start_matches(['+', '-']);
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    if text.len() - digits.len() > 1 || end == 0 {
        return 0;
    }
    let number = digits[..end].parse::<i64>().unwrap_or(i64::MAX);
    if text.starts_with('-') { -number } else { number }
}

/// Reads a form.
pub(in crate::web) async fn read(request: Request) -> Result<Fields> {
    Ok(Fields::of(Posted::read(request).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_cast_as_php_casts_them() {
        for (text, number) in [
            ("12", 12),
            (" 12abc", 12),
            ("-7", -7),
            ("+8", 8),
            ("", 0),
            ("abc", 0),
            ("--3", 0),
            ("1.9", 1),
            ("99999999999999999999", i64::MAX),
        ] {
            assert_eq!(leading_integer(text), number, "{text:?}");
        }
    }

    #[test]
    fn the_last_of_a_name_counts_and_a_list_is_empty() {
        let fields = Fields::of(Posted::urlencoded(b"author=a&author=b&email[]=x@example.org").unwrap());
        assert_eq!((fields.text("author"), fields.text("email"), fields.is_present("email")), ("b", "", true));
    }
}
