//! The moderation decision (WP 7.1 comments §3), as one pure function: options and facts in, a
//! [`Verdict`] with the rule that decided out. Called by the intake only.

mod keys;

use std::time::Duration;

use crate::model::comment::{CommentType, Status};
use crate::model::options::SiteOptions;
use crate::model::trust::Trust;
use keys::Subjects;

/// What the intake does with a new comment, and the words that tell a moderator why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The status it gets.
    pub status: Status,
    /// The rule that decided, e.g. `held: 3 links, limit 2`.
    pub reason: String,
}

/// Why a guest's comment is held whose address its browser has not confirmed yet.
pub const UNCONFIRMED: &str = "held: its author has not confirmed the email address yet";
/// Why it is held where no code could be mailed.
pub const UNCONFIRMABLE: &str = "held: there is no email address that its author could confirm just now";

/// The verdicts on one comment, by the fact that only the stored comments know at the moment of writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdicts {
    /// The author has an approved comment (WP 7.1 §3.2, rule 5).
    pub known: Verdict,
    /// The author has none.
    pub unknown: Verdict,
}

impl Verdicts {
    /// Judges a comment both ways; `facts.previously_approved` is not looked at.
    pub fn of(options: &SiteOptions, facts: &Facts<'_>) -> Self {
        let judged = |previously_approved| judge(options, &Facts { previously_approved, ..*facts });
        let known = judged(true);
        // What is not approved of a known author is so by a rule that asks nobody.
        let unknown = if known.status == Status::Approved { judged(false) } else { known.clone() };
        Self { known, unknown }
    }

    /// The same where whatever is not thrown away is held for another reason.
    #[must_use]
    pub fn held(self, reason: &str) -> Self {
        let held = |verdict: Verdict| match verdict.status {
            Status::Approved | Status::Hold => Verdict { status: Status::Hold, reason: reason.to_owned() },
            Status::Spam | Status::Trash => verdict,
        };
        Self { known: held(self.known), unknown: held(self.unknown) }
    }
}

/// All that the decision looks at.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts that are independent of each other, not a state")]
pub struct Facts<'a> {
    /// Comment or which linkback.
    pub kind: CommentType,
    /// The author's name as stored, that is HTML-escaped.
    pub author: &'a str,
    /// The author's e-mail.
    pub email: &'a str,
    /// The author's website, or a linkback's source, as stored.
    pub url: &'a str,
    /// The content as it was sent.
    pub raw_content: &'a str,
    /// The content as stored, after the filters of WP 7.1 §5.1.
    pub content: &'a str,
    /// The content as readers would see it, after the display filters (WP 7.1 §5.4).
    pub rendered: &'a str,
    /// The client's address.
    pub ip: &'a str,
    /// The client's user agent.
    pub agent: &'a str,
    /// Written by the post's author or by somebody who may moderate.
    pub trusted_author: bool,
    /// An approved comment of this author exists (WP 7.1 §3.2, rule 5).
    pub previously_approved: bool,
    /// Written under an account.
    pub has_account: bool,
    /// What the way is worth by which the author is logged in.
    pub trust: Trust,
    /// Whether that way says that the author's e-mail address is verified.
    pub email_verified: bool,
    /// The name looks like that of somebody else, who may moderate here.
    pub uses_moderators_name: bool,
    /// A pingback whose source is a published post of this same site.
    pub own_site_pingback: bool,
    /// The form's field that people cannot see was filled.
    pub honeypot_filled: bool,
    /// How long filling the form took, when that was under the site's `form_min_seconds`.
    pub filled_too_fast: Option<Duration>,
}

/// Decides a new comment's status. The order is WordPress's (WP 7.1 §3.1), with the two signals of our
/// own form between the disallowed keys and the comment check.
pub fn judge(options: &SiteOptions, facts: &Facts<'_>) -> Verdict {
    if facts.trusted_author {
        return verdict(Status::Approved, "approved: moderator or post author");
    }
    let mut subjects = Subjects::new(facts);
    if let Some(hit) = subjects.find_disallowed(&options.disallowed_keys) {
        return disallowed(options, &hit);
    }
    if facts.honeypot_filled {
        return verdict(Status::Spam, "spam: the hidden field was filled");
    }
    let held = held_for_name(facts)
        .or_else(|| held_for_speed(options, facts))
        .or_else(|| held_by_check(options, facts, &mut subjects));
    if let Some(reason) = held {
        return verdict(Status::Hold, &reason);
    }
    verdict(Status::Approved, approval(options, facts))
}

/// Whether a disallowed key is in a linkback's source, its host or any part of its address: such a source
/// is not even fetched (Pingback 1.0 §3, fault 49).
pub fn is_source_disallowed(options: &SiteOptions, source: &str) -> bool {
    keys::is_any_in(&options.disallowed_keys, source)
}

fn verdict(status: Status, reason: &str) -> Verdict {
    Verdict { status, reason: reason.to_owned() }
}

/// Where there is no trash, what would go there is spam (WP 7.1 §3.1, rule 3).
fn disallowed(options: &SiteOptions, hit: &str) -> Verdict {
    if options.empty_trash_days > 0 {
        verdict(Status::Trash, &format!("trash: disallowed {hit}"))
    } else {
        verdict(Status::Spam, &format!("spam: disallowed {hit}"))
    }
}

/// A stranger under a moderator's name waits for one, whatever else is so (identity-providers §5.3).
fn held_for_name(facts: &Facts<'_>) -> Option<String> {
    facts.uses_moderators_name.then(|| "held: uses the name of a moderator".into())
}

fn held_for_speed(options: &SiteOptions, facts: &Facts<'_>) -> Option<String> {
    let taken = facts.filled_too_fast?;
    Some(format!("held: written in {} s, limit {} s", taken.as_secs(), options.form_min_seconds))
}

/// The comment check, rules in WordPress's order (WP 7.1 §3.2): the first that fails holds the comment.
fn held_by_check(options: &SiteOptions, facts: &Facts<'_>, subjects: &mut Subjects<'_>) -> Option<String> {
    let is_trusted = is_trusted_log_in(facts);
    if options.comment_moderation && !is_trusted {
        return Some("held: every comment is moderated".into());
    }
    if let Some(links) = too_many_links(options, facts) {
        return Some(format!(
            "held: {links} link{}, limit {}",
            if links == 1 { "" } else { "s" },
            options.comment_max_links
        ));
    }
    if let Some(hit) = subjects.find_moderated(&options.moderation_keys) {
        return Some(format!("held: moderation {hit}"));
    }
    if !options.comment_previously_approved || is_trusted {
        return None;
    }
    match facts.kind {
        CommentType::Comment if is_known(facts) => None,
        CommentType::Comment => Some("held: the author has no approved comment yet".into()),
        CommentType::Pingback if facts.own_site_pingback => None,
        _ => Some("held: linkbacks are moderated".into()),
    }
}

/// Whether the way in which the author is logged in, or has confirmed their address, lifts the rules that hold whoever is not known yet.
fn is_trusted_log_in(facts: &Facts<'_>) -> bool {
    facts.kind == CommentType::Comment && facts.trust.lifts(facts.previously_approved, facts.email_verified)
}

/// A guest without a name or an e-mail is nobody's second comment (WP 7.1 §3.2, rule 5). An account is itself.
fn is_known(facts: &Facts<'_>) -> bool {
    facts.previously_approved && (facts.has_account || (!facts.author.is_empty() && !facts.email.is_empty()))
}

/// The rule that let it through.
fn approval(options: &SiteOptions, facts: &Facts<'_>) -> &'static str {
    match facts.kind {
        _ if is_trusted_log_in(facts) && !facts.has_account => "approved: confirmed the address",
        _ if is_trusted_log_in(facts) => "approved: logged in by a trusted way",
        _ if !options.comment_previously_approved => "approved: nothing held it",
        CommentType::Comment => "approved: previously approved author",
        _ => "approved: link from this site",
    }
}

/// The number of links when it reaches the limit. A linkback is a link by nature and is not counted.
fn too_many_links(options: &SiteOptions, facts: &Facts<'_>) -> Option<usize> {
    if facts.kind.is_linkback() || options.comment_max_links == 0 {
        return None;
    }
    let limit = usize::try_from(options.comment_max_links).unwrap_or(usize::MAX);
    Some(links_in(facts.rendered)).filter(|links| *links >= limit)
}

/// How many `<a …>` tags have an `href` (WP 7.1 §3.2, rule 3).
fn links_in(html: &str) -> usize {
    html.split('<').skip(1).filter(|tag| is_link(tag.split('>').next().unwrap_or_default().as_bytes())).count()
}

fn is_link(tag: &[u8]) -> bool {
    let [b'a' | b'A', space, attributes @ ..] = tag else { return false };
    space.is_ascii_whitespace() && attributes.windows(b"href".len()).any(|word| word.eq_ignore_ascii_case(b"href"))
}

#[cfg(test)]
mod tests;
