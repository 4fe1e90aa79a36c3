//! How long the fields of a comment may be (WP 7.1 §1.7) and what is said if one is longer (WP 7.1 form
//! check 12). The intake asks before it filters anything.

use crate::model::comment::NewComment;

/// Bytes of an author's name as sent.
pub const AUTHOR_BYTES_MAX: usize = 245;
/// Bytes of an e-mail address as sent.
pub const EMAIL_BYTES_MAX: usize = 100;
/// Bytes of an author's URL as sent.
pub const URL_BYTES_MAX: usize = 200;
/// Bytes of a comment's text as sent.
pub const CONTENT_BYTES_MAX: usize = 65_525;
/// Bytes of a comment's text as stored: filtering may lengthen it.
pub const STORED_CONTENT_BYTES_MAX: usize = 65_535;

/// The first field that is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum TooLong {
    /// Author name.
    Author,
    /// E-mail address.
    Email,
    /// Author URL.
    Url,
    /// Text.
    Content,
}

impl TooLong {
    /// WordPress's error code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Author => "comment_author_column_length",
            Self::Email => "comment_author_email_column_length",
            Self::Url => "comment_author_url_column_length",
            Self::Content => "comment_content_column_length",
        }
    }

    /// WordPress's words.
    pub fn message(self) -> &'static str {
        match self {
            Self::Author => "Your name is too long.",
            Self::Email => "Your email address is too long.",
            Self::Url => "Your URL is too long.",
            Self::Content => "Your comment is too long.",
        }
    }

    /// The form's field.
    pub fn field(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Email => "email",
            Self::Url => "url",
            Self::Content => "comment",
        }
    }
}

/// Checks the fields as sent, trimmed, in WordPress's order.
pub fn check(new: &NewComment) -> Result<(), TooLong> {
    for (text, bytes_max, error) in [
        (&new.author, AUTHOR_BYTES_MAX, TooLong::Author),
        (&new.email, EMAIL_BYTES_MAX, TooLong::Email),
        (&new.url, URL_BYTES_MAX, TooLong::Url),
        (&new.content, CONTENT_BYTES_MAX, TooLong::Content),
    ] {
        if text.trim().len() > bytes_max {
            return Err(error);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_has_its_limit_in_bytes() {
        let at_limits = NewComment {
            author: "a".repeat(245),
            email: "e".repeat(100),
            url: "u".repeat(200),
            content: format!(" {} ", "c".repeat(65_525)),
            ..NewComment::default()
        };
        assert_eq!(check(&at_limits), Ok(()));
        let longer = |change: fn(&mut NewComment)| {
            let mut new = at_limits.clone();
            change(&mut new);
            check(&new)
        };
        assert_eq!(longer(|n| n.author.push('a')), Err(TooLong::Author));
        assert_eq!(longer(|n| n.author = "é".repeat(123)), Err(TooLong::Author));
        assert_eq!(longer(|n| n.email.push('e')), Err(TooLong::Email));
        assert_eq!(longer(|n| n.url.push('u')), Err(TooLong::Url));
        assert_eq!(longer(|n| n.content.insert(3, 'c')), Err(TooLong::Content));
        assert_eq!(longer(|n| (n.author.push('a'), n.url.push('u')).0), Err(TooLong::Author));
    }
}
