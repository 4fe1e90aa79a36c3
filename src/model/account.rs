//! A local account, and who is acting: an account with its role on the site at hand.

use crate::model::ids::AccountId;
use crate::model::role::{Capability, Role};
use crate::model::time::Timestamp;

/// A person who can log in here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Counted over the instance.
    pub id: AccountId,
    /// The name to log in with.
    pub login: String,
    /// Their e-mail.
    pub email: String,
    /// The name shown with their comments.
    pub display_name: String,
    /// Their website, may be empty.
    pub url: String,
    /// argon2id in PHC form.
    pub password_hash: String,
    /// Administrator of every site of the instance.
    pub super_admin: bool,
    /// Whether the desk's keyboard shortcuts are on for them.
    pub comment_shortcuts: bool,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// Who proved, with a name and a password, who they are (`actions/authenticate`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticated {
    /// The account.
    pub account: Account,
    /// Its role on the site that was asked; `None` for who is no member there.
    pub role: Option<Role>,
    /// The UUID of the application password that was used, if one was.
    pub application_password: Option<String>,
}

impl Authenticated {
    /// They as one who acts on the site. Who is no member may there what anybody may who is logged in.
    pub fn actor(&self) -> Actor {
        let role = self.role.unwrap_or(Role::Subscriber);
        Actor { account_id: Some(self.account.id), name: self.account.login.clone(), role }
    }
}

/// Who acts on a site, for rules and for the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account, unless a command acts.
    pub account_id: Option<AccountId>,
    /// Login, or the command that acts.
    pub name: String,
    /// What they may do on this site.
    pub role: Role,
}

impl Actor {
    /// A command of the machine's owner, who may do anything.
    pub fn command(name: &str) -> Self {
        Self { account_id: None, name: format!("rejoinder {name}"), role: Role::Administrator }
    }

    /// Whether the actor's role carries the capability.
    pub fn can(&self, capability: Capability) -> bool {
        self.role.can(capability)
    }

    /// Whether they may moderate, edit and answer what stands under a post of this author: WordPress maps
    /// `edit_comment` to `edit_post` (WP 7.1 §10.1).
    pub fn may_moderate_under(&self, post_author: Option<AccountId>) -> bool {
        self.can(Capability::ModerateComments) || self.wrote(post_author)
    }

    /// Whether they may change a post of this author.
    pub fn may_edit_post(&self, post_author: Option<AccountId>) -> bool {
        self.can(Capability::EditOthersPosts) || self.wrote(post_author)
    }

    fn wrote(&self, post_author: Option<AccountId>) -> bool {
        self.can(Capability::EditPublishedPosts) && post_author.is_some() && post_author == self.account_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_moderates_under_own_posts_and_an_editor_under_all() {
        let me = AccountId(7);
        for (role, own, others, nobodys) in [
            (Role::Administrator, true, true, true),
            (Role::Editor, true, true, true),
            (Role::Author, true, false, false),
            (Role::Contributor, false, false, false),
            (Role::Subscriber, false, false, false),
        ] {
            let actor = Actor { account_id: Some(me), name: "me".into(), role };
            for may in [Actor::may_moderate_under, Actor::may_edit_post] {
                assert_eq!(may(&actor, Some(me)), own, "{role:?}");
                assert_eq!(may(&actor, Some(AccountId(8))), others, "{role:?}");
                assert_eq!(may(&actor, None), nobodys, "{role:?}");
            }
        }
        let command = Actor { account_id: None, name: String::new(), role: Role::Author };
        assert!(!command.may_moderate_under(None), "no account is not the author of a post without one");
    }
}
