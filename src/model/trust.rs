//! Which ways of logging in let a comment past the two rules that hold whoever is not known yet: "Comment must be
//! manually approved" and "Comment author must have a previously approved comment". A site's owner says it for each
//! provider, for accounts with a password here, and for guests who confirmed their address. It lifts nothing else:
//! links, words, disallowed keys and floods are looked at as for everybody. Pure; asked by the moderation decision,
//! set by whoever sets up providers and options.

/// What a way of logging in is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// Nothing more than a guest's word.
    #[default]
    AsGuests,
    /// Once a comment of the same account was approved, the others need nobody's approval.
    AfterApproved,
    /// Whoever has a verified e-mail address posts without moderation.
    VerifiedEmail,
    /// Everybody does.
    Always,
}

impl Trust {
    /// Every choice, with its name in commands, options and the database, and its words at the desk.
    pub const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::AsGuests, "guests", "as guests"),
        (Self::AfterApproved, "approved", "after one approved comment by the same account"),
        (Self::VerifiedEmail, "verified-email", "with a verified e-mail address"),
        (Self::Always, "always", "always"),
    ];

    /// The stored name.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(trust, ..)| *trust == self).map_or("", |(_, name, _)| name)
    }

    /// Reads the stored name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, _)| *name == text).map(|(trust, ..)| *trust)
    }

    /// Whether it lifts the two rules, for somebody of whom this is known.
    pub fn lifts(self, previously_approved: bool, email_verified: bool) -> bool {
        match self {
            Self::AsGuests => false,
            Self::AfterApproved => previously_approved,
            Self::VerifiedEmail => email_verified,
            Self::Always => true,
        }
    }

    /// The one that lifts less, of two.
    #[must_use]
    pub fn least(self, other: Self) -> Self {
        let rank = |trust| Self::ALL.iter().position(|(known, ..)| *known == trust);
        if rank(other) < rank(self) { other } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_choice_lifts_the_rules_for_whom_it_says() {
        for (trust, nothing, approved, verified, both) in [
            (Trust::AsGuests, false, false, false, false),
            (Trust::AfterApproved, false, true, false, true),
            (Trust::VerifiedEmail, false, false, true, true),
            (Trust::Always, true, true, true, true),
        ] {
            let lifts = |approved, verified| trust.lifts(approved, verified);
            assert_eq!(
                [lifts(false, false), lifts(true, false), lifts(false, true), lifts(true, true)],
                [nothing, approved, verified, both],
                "{trust:?}"
            );
            assert_eq!(Trust::parse(trust.as_str()), Some(trust));
        }
        assert_eq!(Trust::parse("everybody"), None);
        assert_eq!(Trust::Always.least(Trust::AfterApproved), Trust::AfterApproved);
        assert_eq!(Trust::AsGuests.least(Trust::Always), Trust::AsGuests);
    }
}
