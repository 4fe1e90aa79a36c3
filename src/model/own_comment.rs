//! For how long, and until what happens, an author may change or delete their own comment. Pure; asked by the
//! author's own page of what it offers, and by `actions/own_comments` of what it does.

use std::time::Duration;

use crate::model::comment::{Comment, CommentType, Status};
use crate::model::time::Timestamp;

/// Why an author may no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooLate {
    /// The site lets nobody (`comment_edit_minutes` is 0).
    Never,
    /// The time is over.
    TimeOver,
    /// Somebody has answered what stands there, and would have answered something else.
    Answered,
    /// A moderator has decided that it is spam or trash.
    Decided,
}

impl TooLate {
    /// What its author is told.
    pub fn words(self) -> &'static str {
        match self {
            Self::Never => "Comments cannot be changed on this site once they are sent.",
            Self::TimeOver => "The time in which this comment could be changed is over.",
            Self::Answered => "Somebody has answered this comment, so its words stay. You can still delete it.",
            Self::Decided => "This comment cannot be changed any more.",
        }
    }
}

/// Until when a comment can be changed, by the site's `comment_edit_minutes`; `None`: never.
pub fn open_until(comment: &Comment, edit_minutes: i64) -> Option<Timestamp> {
    let minutes = u64::try_from(edit_minutes).ok().filter(|minutes| *minutes > 0)?;
    Some(comment.created_at.plus(Duration::from_mins(minutes)))
}

/// Whether its author may still delete a comment.
pub fn may_delete(comment: &Comment, edit_minutes: i64, now: Timestamp) -> Result<(), TooLate> {
    if comment.kind != CommentType::Comment || !matches!(comment.status, Status::Approved | Status::Hold) {
        return Err(TooLate::Decided);
    }
    match open_until(comment, edit_minutes) {
        None => Err(TooLate::Never),
        Some(until) if now > until => Err(TooLate::TimeOver),
        Some(_) => Ok(()),
    }
}

/// Whether its author may still change a comment, which somebody else has answered or not.
pub fn may_edit(comment: &Comment, edit_minutes: i64, is_answered: bool, now: Timestamp) -> Result<(), TooLate> {
    may_delete(comment, edit_minutes, now)?;
    if is_answered { Err(TooLate::Answered) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::{CommentId, PostId, SiteId};

    fn comment(kind: CommentType, status: Status) -> Comment {
        Comment {
            site_id: SiteId(1),
            id: CommentId(1),
            post_id: PostId(1),
            parent_id: None,
            kind,
            status,
            author_name: String::new(),
            author_email: String::new(),
            author_url: String::new(),
            author_ip: String::new(),
            agent: String::new(),
            account_id: None,
            proven_by: String::new(),
            content: String::new(),
            created_at: Timestamp(1_000),
            edited_at: None,
            reason: String::new(),
        }
    }

    #[test]
    fn the_time_ends_to_the_millisecond_and_an_answer_or_a_moderator_ends_it_before() {
        use CommentType::{Comment as Person, Pingback};
        use Status::{Approved, Hold, Spam, Trash};
        use TooLate::{Answered, Decided, Never, TimeOver};
        const END: i64 = 1_000 + 15 * 60_000;
        for (kind, status, minutes, is_answered, now, edit, delete) in [
            (Person, Approved, 15, false, 1_000, Ok(()), Ok(())),
            (Person, Hold, 15, false, END, Ok(()), Ok(())),
            (Person, Approved, 15, false, END + 1, Err(TimeOver), Err(TimeOver)),
            (Person, Approved, 15, true, END, Err(Answered), Ok(())),
            (Person, Approved, 15, true, END + 1, Err(TimeOver), Err(TimeOver)),
            (Person, Approved, 0, false, 1_000, Err(Never), Err(Never)),
            (Person, Approved, -1, false, 1_000, Err(Never), Err(Never)),
            (Person, Spam, 15, false, 1_000, Err(Decided), Err(Decided)),
            (Person, Trash, 15, false, 1_000, Err(Decided), Err(Decided)),
            (Pingback, Approved, 15, false, 1_000, Err(Decided), Err(Decided)),
        ] {
            let comment = comment(kind, status);
            let case = format!("{kind:?} {status:?} {minutes} {is_answered} {now}");
            assert_eq!(may_edit(&comment, minutes, is_answered, Timestamp(now)), edit, "{case}");
            assert_eq!(may_delete(&comment, minutes, Timestamp(now)), delete, "{case}");
        }
    }
}
