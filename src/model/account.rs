//! A local account, and who is acting: an account with its role on the site at hand.

use crate::model::ids::AccountId;
use crate::model::role::{Capability, Role};

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
}
