//! A claim that a page links here, from its arrival to its end.

use serde::{Deserialize, Serialize};

use crate::model::comment::CommentType;
use crate::model::ids::{CommentId, LinkbackId, PostId, SiteId};
use crate::model::options::SiteOptions;
use crate::model::time::Timestamp;

/// How a claim arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// By XML-RPC (Pingback 1.0).
    Pingback,
    /// By a form (TrackBack 1.2).
    Trackback,
}

impl Protocol {
    /// The stored name.
    pub fn as_str(self) -> &'static str {
        self.kind().as_str()
    }

    /// Reads the stored name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pingback, Self::Trackback].into_iter().find(|p| p.as_str() == text)
    }

    /// What a claim becomes that is found true.
    pub fn kind(self) -> CommentType {
        match self {
            Self::Pingback => CommentType::Pingback,
            Self::Trackback => CommentType::Trackback,
        }
    }

    /// Whether the site takes such claims at all.
    pub fn is_taken(self, options: &SiteOptions) -> bool {
        match self {
            Self::Pingback => true,
            Self::Trackback => options.receive_trackbacks,
        }
    }
}

/// What a trackback says of the page that links here, as plain text; any of it may be empty. A pingback
/// says nothing: all is read off the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The page's title.
    pub title: String,
    /// A piece of its text.
    pub excerpt: String,
    /// The name of its blog.
    pub blog_name: String,
}

/// Where a claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkbackState {
    /// Received and kept; not verified yet.
    Claimed,
    /// Verified; it has its comment.
    Registered,
    /// Found wrong; may be claimed again.
    Refused,
}

impl LinkbackState {
    /// The stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Registered => "registered",
            Self::Refused => "refused",
        }
    }

    /// Reads the stored name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Claimed, Self::Registered, Self::Refused].into_iter().find(|s| s.as_str() == text)
    }
}

/// Why a linkback is not taken. Each door words it; the XML-RPC door by fault code (WP 7.1 appendix B,
/// Pingback 1.0 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkbackRefusal {
    /// The source is no URL that may be fetched (0).
    InvalidSource,
    /// The target is not on this site (0).
    NotOurs,
    /// Source and target are the same post (0).
    SameResource,
    /// The source could not be fetched (16).
    SourceMissing,
    /// The source does not link to the target (17).
    NoLink,
    /// The source has no title (32).
    NoTitle,
    /// The target is certainly not there (32).
    TargetMissing,
    /// The target is no post that takes linkbacks (33).
    TargetUnusable,
    /// The pair is registered already (48).
    AlreadyRegistered,
    /// The sender or the source is not welcome (49).
    AccessDenied,
    /// The source's server failed or did not answer in time (50).
    UpstreamFailure,
    /// The same words from the same author are here already (409).
    Duplicate,
    /// Too many of them (429).
    TooMany,
}

impl LinkbackRefusal {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 13] = [
        Self::InvalidSource,
        Self::NotOurs,
        Self::SameResource,
        Self::SourceMissing,
        Self::NoLink,
        Self::NoTitle,
        Self::TargetMissing,
        Self::TargetUnusable,
        Self::AlreadyRegistered,
        Self::AccessDenied,
        Self::UpstreamFailure,
        Self::Duplicate,
        Self::TooMany,
    ];

    /// The stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidSource => "invalid_source",
            Self::NotOurs => "not_ours",
            Self::SameResource => "same_resource",
            Self::SourceMissing => "source_missing",
            Self::NoLink => "no_link",
            Self::NoTitle => "no_title",
            Self::TargetMissing => "target_missing",
            Self::TargetUnusable => "target_unusable",
            Self::AlreadyRegistered => "already_registered",
            Self::AccessDenied => "access_denied",
            Self::UpstreamFailure => "upstream_failure",
            Self::Duplicate => "duplicate",
            Self::TooMany => "too_many",
        }
    }

    /// Reads the stored name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
    }
}

/// A claim as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linkback {
    /// Site and id are the key.
    pub site_id: SiteId,
    /// Counted per site.
    pub id: LinkbackId,
    /// How it arrived.
    pub protocol: Protocol,
    /// The page that links.
    pub source: String,
    /// The page it links to, as claimed.
    pub target: String,
    /// The post, once the target is known to be one.
    pub post_id: Option<PostId>,
    /// Where it stands.
    pub state: LinkbackState,
    /// Why it was refused, if it was.
    pub refusal: Option<LinkbackRefusal>,
    /// Its comment, once registered.
    pub comment_id: Option<CommentId>,
    /// Who told us.
    pub client_ip: String,
    /// With what program.
    pub agent: String,
    /// What it says of itself.
    pub said: Option<Said>,
    /// When it was first claimed.
    pub created_at: Timestamp,
}
