//! What an account may do on a site: WordPress's roles and their capabilities (WP 7.1 §10.1).

/// A WordPress role, from most to least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Everything on the site.
    Administrator,
    /// Every comment and every post.
    Editor,
    /// Own posts and the comments under them.
    Author,
    /// Own drafts.
    Contributor,
    /// Reads and comments.
    Subscriber,
}

/// What may be allowed, by WordPress's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Capability {
    /// Moderate any comment.
    ModerateComments,
    /// See the desk at all.
    EditPosts,
    /// Own published posts: their switches, and the comments under them.
    EditPublishedPosts,
    /// Change any post's switches and edit any comment.
    EditOthersPosts,
    /// Settings > Discussion, members.
    ManageOptions,
}

impl Role {
    /// Every role, most powerful first.
    pub const ALL: [Self; 5] = [Self::Administrator, Self::Editor, Self::Author, Self::Contributor, Self::Subscriber];

    /// WordPress's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Editor => "editor",
            Self::Author => "author",
            Self::Contributor => "contributor",
            Self::Subscriber => "subscriber",
        }
    }

    /// Reads WordPress's name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
    }

    /// Whether the role carries the capability.
    pub fn can(self, capability: Capability) -> bool {
        match capability {
            Capability::ManageOptions => self == Self::Administrator,
            Capability::ModerateComments | Capability::EditOthersPosts => self <= Self::Editor,
            Capability::EditPublishedPosts => self <= Self::Author,
            Capability::EditPosts => self <= Self::Contributor,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Capability::*, Role::*, *};

    #[test]
    fn capabilities_are_wordpress_s() {
        for (role, allowed) in [
            (Administrator, &[ModerateComments, EditPosts, EditPublishedPosts, EditOthersPosts, ManageOptions][..]),
            (Editor, &[ModerateComments, EditPosts, EditPublishedPosts, EditOthersPosts]),
            (Author, &[EditPosts, EditPublishedPosts]),
            (Contributor, &[EditPosts]),
            (Subscriber, &[]),
        ] {
            for capability in [ModerateComments, EditPosts, EditPublishedPosts, EditOthersPosts, ManageOptions] {
                assert_eq!(role.can(capability), allowed.contains(&capability), "{role:?} {capability:?}");
            }
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
    }
}
