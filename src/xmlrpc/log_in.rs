//! Who calls: the name and the password that most methods take among their parameters (WP 7.1 §1.9). One
//! failure in a request is the last check in it: what follows inside of a multicall is refused unseen (M-5).

use std::sync::{Arc, Mutex, PoisonError};

use super::codec::Value;
use super::fault::Fault;
use super::methods::Context;
use crate::actions::authenticate::{Credentials, Takes, authenticate};
use crate::model::account::{Account, Actor, Authenticated};
use crate::model::role::{Capability, Role};

/// The refusal that all further log-ins of the request get.
#[derive(Debug, Default)]
pub(super) struct Refused(Mutex<Option<Fault>>);

/// Who is logged in.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    who: Arc<Authenticated>,
    /// They as one who acts on the site.
    pub(super) actor: Actor,
}

impl Caller {
    /// The account.
    pub(super) fn account(&self) -> &Account {
        &self.who.account
    }

    /// Their role on the site, if they are a member.
    pub(super) fn role(&self) -> Option<Role> {
        self.who.role
    }

    /// Whether their role carries the capability.
    pub(super) fn can(&self, capability: Capability) -> bool {
        self.actor.can(capability)
    }

    /// Refuses who has not got the capability.
    pub(super) fn require(&self, capability: Capability, code: i32, what: &str) -> Result<(), Fault> {
        if self.can(capability) { Ok(()) } else { Err(Fault::not_allowed(code, what)) }
    }
}

impl Context {
    /// Checks a name and a password. What is missing is wrong, as in WordPress.
    pub(super) async fn log_in(&self, login: Option<&Value>, password: Option<&Value>) -> Result<Caller, Fault> {
        if let Some(fault) = self.refused.0.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            return Err(fault);
        }
        let caller = self.check(login, password).await;
        if let Err(fault) = &caller {
            *self.refused.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault.clone());
        }
        caller
    }

    async fn check(&self, login: Option<&Value>, password: Option<&Value>) -> Result<Caller, Fault> {
        let (login, password) = (text(login)?, text(password)?);
        let credentials = Credentials { login: &login, password: &password, takes: Takes::AnyPassword };
        let who = authenticate(&self.app, &self.site, credentials, &self.client).await?;
        Ok(Caller { actor: who.actor(), who })
    }
}

fn text(value: Option<&Value>) -> Result<String, Fault> {
    match value {
        None => Ok(String::new()),
        Some(Value::Array(_) | Value::Struct(_) | Value::DateTime(_)) => Err(Fault::credentials_malformed()),
        Some(value) => Ok(value.to_text()),
    }
}
