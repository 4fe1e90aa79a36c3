//! Work that is written down together with its cause and done afterwards: the outbox.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::ids::{AccountId, CommentId, JobId, LinkbackId, SiteId, SubscriptionId};
use crate::model::letter::{Event, Letter};

/// What is to be done, with what it needs. Stored as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Work {
    /// Fetch a claimed linkback's source, and register or refuse it.
    VerifyLinkback {
        /// The site.
        site: SiteId,
        /// The claim.
        linkback: LinkbackId,
    },
    /// Fetch a page of the blog that is not known yet, and make its post.
    DiscoverPost {
        /// The site.
        site: SiteId,
        /// The page's address.
        url: String,
    },
    /// Fetch somebody's picture from the site's picture server.
    FetchAvatar {
        /// The site.
        site: SiteId,
        /// Whose, as in the picture's address.
        token: String,
    },
    /// Find out who is to be told by mail of what happened to a comment.
    Notify {
        /// The site.
        site: SiteId,
        /// The comment.
        comment: CommentId,
        /// What happened to it.
        event: Event,
        /// Who did it, when that is a member.
        by: Option<AccountId>,
    },
    /// Write to the readers who asked to be told of a new comment, some at a time.
    TellReaders {
        /// The site.
        site: SiteId,
        /// The comment.
        comment: CommentId,
        /// The last subscription that was written to already.
        after: SubscriptionId,
    },
    /// Take who wrote them out of the comments of an account that was deleted, some at a time.
    Anonymise {
        /// The site.
        site: SiteId,
        /// The account.
        account: AccountId,
        /// Whether their texts go too.
        texts: bool,
        /// The last comment that is done already.
        after: CommentId,
    },
    /// Send one mail.
    Mail {
        /// The site.
        site: SiteId,
        /// What to write, and to whom.
        letter: Letter,
    },
}

/// Jobs of one lane do not wait for those of another: a mail server that is slow keeps no pingback waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Everything but mail.
    Work,
    /// What talks to the mail server.
    Mail,
}

impl Lane {
    /// Every lane.
    pub const ALL: [Self; 2] = [Self::Work, Self::Mail];

    /// The name in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Mail => "mail",
        }
    }

    /// Tries before a job is dead and an operator has to look at it. A mail server may be away for a day.
    pub fn attempts_max(self) -> i64 {
        match self {
            Self::Work => ATTEMPTS_MAX,
            Self::Mail => MAIL_ATTEMPTS_MAX,
        }
    }
}

impl Work {
    /// The name in the table, in metrics and in the log.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::VerifyLinkback { .. } => "verify_linkback",
            Self::DiscoverPost { .. } => "discover_post",
            Self::FetchAvatar { .. } => "fetch_avatar",
            Self::Notify { .. } => "notify",
            Self::TellReaders { .. } => "tell_readers",
            Self::Anonymise { .. } => "anonymise",
            Self::Mail { .. } => "mail",
        }
    }

    /// Where it runs.
    pub fn lane(&self) -> Lane {
        if matches!(self, Self::Mail { .. }) { Lane::Mail } else { Lane::Work }
    }

    /// The site it is for.
    pub fn site(&self) -> SiteId {
        match self {
            Self::VerifyLinkback { site, .. }
            | Self::DiscoverPost { site, .. }
            | Self::FetchAvatar { site, .. }
            | Self::Notify { site, .. }
            | Self::TellReaders { site, .. }
            | Self::Anonymise { site, .. }
            | Self::Mail { site, .. } => *site,
        }
    }

    /// At most one job of a kind with this key exists at a time.
    pub fn unique_key(&self) -> String {
        match self {
            Self::VerifyLinkback { site, linkback } => format!("{site}/{linkback}"),
            Self::DiscoverPost { site, url } => format!("{site}/{url}"),
            Self::FetchAvatar { site, token } => format!("{site}/{token}"),
            Self::Notify { site, comment, event, .. } => format!("{site}/{comment}/{}", event.as_str()),
            Self::TellReaders { site, comment, after } => format!("{site}/{comment}/{after}"),
            Self::Anonymise { site, account, after, .. } => format!("{site}/{account}/{after}"),
            Self::Mail { site, letter } => format!("{site}/{}", letter.key()),
        }
    }
}

/// A job that was claimed and is to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Counted over the instance.
    pub id: JobId,
    /// What to do.
    pub work: Work,
    /// Tries so far, this one included.
    pub attempts: i64,
}

/// Jobs of a site that may wait before strangers' requests for more are put off: each is a row, and who can ping
/// from many networks could else fill the disk.
pub const SITE_JOBS_WAITING_MAX: i64 = 10_000;

/// Tries of a job, about a quarter of an hour.
pub const ATTEMPTS_MAX: i64 = 6;
/// Tries of a mail, about a day.
pub const MAIL_ATTEMPTS_MAX: i64 = 14;

/// How long after try number `attempts` the next one is due: 30 s, doubled each time, at most 6 h, plus up
/// to a quarter of it by chance (`jitter` in 0..1), so that jobs that failed together do not return together.
pub fn retry_after(attempts: i64, jitter: f64) -> Duration {
    const FIRST: Duration = Duration::from_secs(30);
    const LONGEST: Duration = Duration::from_hours(6);
    let doublings = u32::try_from(attempts.clamp(1, 12) - 1).unwrap_or(0);
    let wait = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    wait + wait.mul_f64(0.25 * jitter.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_six_hours() {
        for (attempts, seconds) in [(0, 30), (1, 30), (2, 60), (5, 480), (10, 15_360), (11, 21_600), (i64::MAX, 21_600)]
        {
            assert_eq!(retry_after(attempts, 0.0).as_secs(), seconds, "{attempts}");
        }
        assert_eq!(retry_after(1, 1.0), Duration::from_millis(37_500));
    }

    #[test]
    fn a_mail_is_tried_for_a_day_and_other_work_for_a_quarter_of_an_hour() {
        let all = |lane: Lane| (1..lane.attempts_max()).map(|tried| retry_after(tried, 0.0)).sum::<Duration>();
        assert_eq!(all(Lane::Work).as_secs() / 60, 15);
        assert_eq!(all(Lane::Mail).as_secs() / 3_600, 26);
    }

    #[test]
    fn work_survives_its_storage() {
        let (site, comment) = (SiteId(3), CommentId(5));
        for (work, key) in [
            (Work::DiscoverPost { site, url: "https://blog.example/a".into() }, "3/https://blog.example/a"),
            (Work::Notify { site, comment, event: Event::Held, by: Some(AccountId(1)) }, "3/5/held"),
            (Work::TellReaders { site, comment, after: SubscriptionId(9) }, "3/5/9"),
            (Work::Anonymise { site, account: AccountId(7), texts: true, after: comment }, "3/7/5"),
            (Work::Mail { site, letter: Letter::confirmation(SubscriptionId(9)) }, "3/confirmation/subscription-9"),
        ] {
            assert_eq!(serde_json::from_str::<Work>(&serde_json::to_string(&work).unwrap()).unwrap(), work);
            assert_eq!(work.unique_key(), key);
            assert_eq!(work.lane() == Lane::Mail, work.kind() == "mail");
        }
    }
}
