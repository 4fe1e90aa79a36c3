//! What a session lets into, and for how long. Pure; asked by `actions/current_actor` of every session, and by
//! those that begin one.

use std::time::Duration;

/// A session ends after this, however much it is used (ASVS 7.3.2).
pub const SESSION_MAX: Duration = Duration::from_hours(30 * 24);
/// The same for one whose token a script keeps, where the browser keeps no cookie in a frame.
pub const TOKEN_SESSION_MAX: Duration = Duration::from_hours(24);
/// A session that nobody used for so long lets into the desk no more (ASVS 7.3.1).
pub const DESK_IDLE_MAX: Duration = Duration::from_hours(12);
/// A session that nobody used for so long has ended: nobody comments with it either.
pub const IDLE_MAX: Duration = Duration::from_hours(14 * 24);

/// How old a log-in may be that is to prove who asks for what cannot be taken back: deleting the account, taking its
/// data along, changing how one logs in (ASVS 7.5.1).
pub const PROOF_MAX: Duration = Duration::from_mins(15);

/// What a session lets into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything that its account may do. Its cookie is first-party.
    Desk,
    /// Writing comments under the account's name: what the frame in a blog's page needs, and no more.
    Reader,
}

impl Scope {
    /// The stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Reader => "reader",
        }
    }

    /// Reads the stored name; what is unknown lets into the least.
    pub fn parse(text: &str) -> Self {
        if text == "desk" { Self::Desk } else { Self::Reader }
    }

    /// Whether a session of this scope, idle for so long, lets into a place that wants `wanted`.
    pub fn lets_into(self, wanted: Self, idle: Duration) -> bool {
        match wanted {
            Self::Desk => self == Self::Desk && idle <= DESK_IDLE_MAX,
            Self::Reader => idle <= IDLE_MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_s_session_never_lets_into_the_desk_and_an_idle_one_no_more() {
        let more = Duration::from_millis(1);
        for (scope, wanted, idle, is_in) in [
            (Scope::Desk, Scope::Desk, Duration::ZERO, true),
            (Scope::Desk, Scope::Desk, DESK_IDLE_MAX, true),
            (Scope::Desk, Scope::Desk, DESK_IDLE_MAX + more, false),
            (Scope::Desk, Scope::Reader, DESK_IDLE_MAX + more, true),
            (Scope::Desk, Scope::Reader, IDLE_MAX, true),
            (Scope::Desk, Scope::Reader, IDLE_MAX + more, false),
            (Scope::Reader, Scope::Desk, Duration::ZERO, false),
            (Scope::Reader, Scope::Reader, IDLE_MAX, true),
            (Scope::Reader, Scope::Reader, IDLE_MAX + more, false),
        ] {
            assert_eq!(scope.lets_into(wanted, idle), is_in, "{scope:?} {wanted:?} {idle:?}");
        }
        for scope in [Scope::Desk, Scope::Reader] {
            assert_eq!(Scope::parse(scope.as_str()), scope);
        }
        assert_eq!(Scope::parse("admin"), Scope::Reader);
    }
}
