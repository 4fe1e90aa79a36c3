//! What an action did, told on the next page, with its Undo. It travels in the address, so that plain forms
//! and a back button work, and is signed for the session: nobody else can put words or an Undo there.

use crate::actions::moderate_comments::{Item, Outcome, Step, Verb};
use crate::app::App;
use crate::model::comment::Status;
use crate::model::ids::CommentId;
use crate::web::desk::chrome::Desk;

const PURPOSE: &str = "desk notice";
/// Characters of the signature that travel: 128 bits.
const SIGNATURE_CHARS: usize = 32;

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Notice {
    /// The verb's name, or `undo`.
    pub(super) verb: String,
    /// What changed, from what to what.
    pub(super) steps: Vec<Step>,
    /// How many are gone for ever.
    pub(super) deleted: usize,
    /// Which were so already.
    pub(super) same: Vec<CommentId>,
    /// How many the actor may not touch.
    pub(super) forbidden: usize,
    /// How many are not there.
    pub(super) missing: usize,
}

impl Notice {
    /// What an action did.
    pub(super) fn of(verb: &str, items: &[Item]) -> Self {
        let mut notice = Self { verb: verb.to_owned(), ..Self::default() };
        for item in items {
            match item.outcome {
                Outcome::Changed { from, to } => notice.steps.push(Step { id: item.id, from, to }),
                Outcome::Deleted { .. } => notice.deleted += 1,
                Outcome::Already(_) => notice.same.push(item.id),
                Outcome::Forbidden => notice.forbidden += 1,
                Outcome::Missing => notice.missing += 1,
            }
        }
        notice
    }

    /// The notice as it travels.
    pub(super) fn sealed(&self, desk: &Desk) -> String {
        let text = self.encode();
        let mut signature = sign(&desk.app, desk, &text);
        signature.truncate(SIGNATURE_CHARS);
        format!("{text}*{signature}")
    }

    /// Reads what travelled; `None` when it was not sealed in this session and site.
    pub(super) fn unseal(desk: &Desk, sealed: &str) -> Option<Self> {
        let (text, signature) = sealed.rsplit_once('*')?;
        let parts = [desk.visitor.session.csrf_token.as_str(), &desk.site.slug, text];
        if !desk.app.secret.verify(PURPOSE, &parts, signature) {
            return None;
        }
        Self::decode(text)
    }

    /// The words, in WordPress's manner (WP 7.1 §10.2).
    pub(super) fn words(&self) -> String {
        let mut sentences = Vec::new();
        if !self.steps.is_empty() {
            sentences.push(self.changed());
        }
        if self.deleted > 0 {
            sentences.push(format!("{} permanently deleted.", comments(self.deleted)));
        }
        match self.same.len() {
            0 => {}
            1 => sentences.push(format!("This comment is already {}.", self.state())),
            n => sentences.push(format!("{n} comments are already {}.", self.state())),
        }
        if self.forbidden > 0 {
            sentences.push(format!(
                "Sorry, you are not allowed to edit {} on this post.",
                if self.forbidden == 1 { "a comment".to_owned() } else { comments(self.forbidden) }
            ));
        }
        if self.missing > 0 {
            sentences.push(format!("{} no longer there.", are(self.missing)));
        }
        if sentences.is_empty() { "Nothing to do.".into() } else { sentences.join(" ") }
    }

    fn changed(&self) -> String {
        let many = comments(self.steps.len());
        match Verb::parse(&self.verb) {
            Some(Verb::Approve) => format!("{many} approved."),
            Some(Verb::Unapprove) => format!("{many} unapproved."),
            Some(Verb::Spam) => format!("{many} marked as spam."),
            Some(Verb::Unspam) => format!("{many} restored from the spam."),
            Some(Verb::Trash | Verb::Delete) => format!("{many} moved to the Trash."),
            Some(Verb::Untrash) => format!("{many} restored from the Trash."),
            None => format!("{many} put back."),
        }
    }

    fn state(&self) -> &'static str {
        match Verb::parse(&self.verb) {
            Some(Verb::Approve) => "approved",
            Some(Verb::Unapprove) => "pending",
            Some(Verb::Spam) => "marked as spam",
            Some(Verb::Trash) => "in the Trash",
            Some(Verb::Unspam) => "out of the spam",
            Some(Verb::Untrash) => "out of the Trash",
            Some(Verb::Delete) => "deleted",
            None => "changed by somebody else",
        }
    }

    /// `verb_hold-approved-1.2_same-3_deleted-1`: only characters that an address leaves alone.
    fn encode(&self) -> String {
        let mut groups = vec![self.verb.clone()];
        for from in Status::ALL {
            for to in Status::ALL {
                let of = |s: &&Step| s.from == from && s.to == to;
                let ids: Vec<String> = self.steps.iter().filter(of).map(|s| s.id.to_string()).collect();
                if !ids.is_empty() {
                    groups.push(format!("{}-{}-{}", from.as_str(), to.as_str(), ids.join(".")));
                }
            }
        }
        if !self.same.is_empty() {
            let ids: Vec<String> = self.same.iter().map(ToString::to_string).collect();
            groups.push(format!("same-{}", ids.join(".")));
        }
        for (name, count) in [("deleted", self.deleted), ("forbidden", self.forbidden), ("missing", self.missing)] {
            if count > 0 {
                groups.push(format!("{name}-{count}"));
            }
        }
        groups.join("_")
    }

    fn decode(text: &str) -> Option<Self> {
        let mut groups = text.split('_');
        let mut notice = Self { verb: groups.next()?.to_owned(), ..Self::default() };
        for group in groups {
            match *group.split('-').collect::<Vec<_>>().as_slice() {
                ["same", list] => notice.same = ids(list)?,
                ["deleted", count] => notice.deleted = count.parse().ok()?,
                ["forbidden", count] => notice.forbidden = count.parse().ok()?,
                ["missing", count] => notice.missing = count.parse().ok()?,
                [from, to, list] => {
                    let (from, to) = (Status::parse(from)?, Status::parse(to)?);
                    notice.steps.extend(ids(list)?.into_iter().map(|id| Step { id, from, to }));
                }
                _ => return None,
            }
        }
        Some(notice)
    }
}

fn sign(app: &App, desk: &Desk, text: &str) -> String {
    app.secret.sign(PURPOSE, &[desk.visitor.session.csrf_token.as_str(), &desk.site.slug, text])
}

fn ids(list: &str) -> Option<Vec<CommentId>> {
    list.split('.').map(|id| id.parse().ok()).collect()
}

fn comments(n: usize) -> String {
    if n == 1 { "1 comment".into() } else { format!("{n} comments") }
}

fn are(n: usize) -> String {
    if n == 1 { "1 comment is".into() } else { format!("{n} comments are") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_survives_its_journey() {
        let step = |id, from, to| Step { id: CommentId(id), from, to };
        let notice = Notice {
            verb: "spam".into(),
            steps: vec![step(1, Status::Hold, Status::Spam), step(2, Status::Approved, Status::Spam)],
            deleted: 3,
            same: vec![CommentId(4), CommentId(5)],
            forbidden: 6,
            missing: 1,
        };
        assert_eq!(Notice::decode(&notice.encode()), Some(notice.clone()));
        assert_eq!(
            notice.words(),
            "2 comments marked as spam. 3 comments permanently deleted. 2 comments are already marked as spam. \
             Sorry, you are not allowed to edit 6 comments on this post. 1 comment is no longer there."
        );
        for text in ["spam_hold-spam", "spam_hold-x-1", "spam_deleted-x", "spam_same-1.x"] {
            assert_eq!(Notice::decode(text), None, "{text}");
        }
    }
}
