//! The part of the profile about application passwords: what there is of them, making one, which is shown
//! once, on the answer to the form itself, and revoking.

use axum::extract::Path;

use crate::actions::application_passwords::{self, Made, Manager};
use crate::error::{Error, Result};
use crate::model::application_password::in_groups;
use crate::web::desk::chrome::Person;
use crate::web::desk::fields::Form;
use crate::web::desk::guard::is_open;
use crate::web::desk::profile::{Said, profile_page};
use crate::web::desk::respond::{Answer, see};
use crate::web::desk::show::{self, When};

/// What `application_passwords.html` shows.
pub(super) struct Section {
    pub(super) made: Option<Fresh>,
    pub(super) rows: Vec<Row>,
    pub(super) add_action: String,
    pub(super) revoke_all_action: String,
    /// Whether passwords travel to this server as anybody can read them.
    pub(super) is_open: bool,
}

/// One that was just made.
pub(super) struct Fresh {
    pub(super) name: String,
    /// In groups of four.
    pub(super) password: String,
}

/// One that there is.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) created: When,
    pub(super) used: Option<When>,
    pub(super) ip: Option<String>,
    pub(super) action: String,
}

impl Section {
    /// The visitor's own.
    pub(super) async fn read(person: &Person, made: Option<Made>) -> Result<Self> {
        let account = &person.visitor.account;
        let kept = application_passwords::list(&person.app, &Manager::account(account), account).await?;
        let zone = person.zone();
        let rows = kept.into_iter().map(|p| Row {
            created: show::when(p.created_at, zone),
            used: p.last_used_at.map(|at| show::when(at, zone)),
            ip: p.last_ip,
            action: person.path(&format!("/desk/profile/application-passwords/{}", p.uuid), &[]),
            name: p.name,
        });
        Ok(Self {
            made: made.map(|made| Fresh { name: made.kept.name, password: in_groups(&made.password) }),
            rows: rows.collect(),
            add_action: person.path("/desk/profile/application-passwords", &[]),
            revoke_all_action: person.path("/desk/profile/application-passwords/all", &[]),
            is_open: is_open(&person.app.config),
        })
    }
}

/// `POST /desk/profile/application-passwords`: `name`. The answer is the page with the password on it: no
/// address and no cache shall ever hold it.
pub(super) async fn add(person: Person, Form(form): Form) -> Answer {
    let account = &person.visitor.account;
    let made =
        application_passwords::create(&person.app, &Manager::account(account), account, form.get("name"), "").await;
    let said = match made {
        Ok(made) => Said { made: Some(made), ..Said::default() },
        Err(Error::Conflict(message)) => Said::error(Error::invalid("name", message))?,
        Err(error) => Said::error(error)?,
    };
    profile_page(&person, said).await
}

/// `POST /desk/profile/application-passwords/{uuid}`, or `all` in its place: revokes.
pub(super) async fn revoke(person: Person, Path(uuid): Path<String>) -> Answer {
    let account = &person.visitor.account;
    let by = Manager::account(account);
    let done = if uuid == "all" {
        application_passwords::revoke_all(&person.app, &by, account).await?;
        "revoked-all"
    } else {
        application_passwords::revoke(&person.app, &by, account, &uuid).await?;
        "revoked"
    };
    Ok(see(&person.path("/desk/profile", &[("done", done)])))
}
