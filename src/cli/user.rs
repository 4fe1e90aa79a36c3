//! `rejoinder user`: local accounts. Passwords come from standard input, never from the command line,
//! where other users of the machine could read them.

use std::io::IsTerminal as _;

use clap::Subcommand as Subcommands;

use super::{print, say};
use crate::actions::add_account::{self, NewMember};
use crate::actions::application_passwords::{self, Manager};
use crate::actions::set_password;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::{Account, Actor};
use crate::model::role::Role;
use crate::store::accounts;

#[derive(Debug, Subcommands)]
pub(super) enum Command {
    /// Add an account, its password from standard input; prints its number
    Add {
        /// The name to log in with
        login: String,
        /// Its e-mail
        #[arg(long)]
        email: String,
        /// administrator, editor, author, contributor or subscriber
        #[arg(long)]
        role: String,
        /// Number, slug or address of the site [default: the only one]
        #[arg(long)]
        site: Option<String>,
    },
    /// Change a password, from standard input; ends the account's sessions
    Passwd {
        /// The name to log in with, or the e-mail
        login: String,
    },
    /// Make a password for a program that acts for the account; prints it, this once
    AppPassword {
        /// The name to log in with, or the e-mail
        login: String,
        /// What the program is called, e.g. "phone"
        name: String,
    },
}

pub(super) async fn run(app: &App, command: Command) -> Result<()> {
    let actor = Actor::command("user");
    match command {
        Command::Add { login, email, role, site } => {
            let role = Role::parse(&role).ok_or_else(|| {
                Error::invalid(
                    "role",
                    format!("a role is administrator, editor, author, contributor or subscriber, not “{role}”"),
                )
            })?;
            let site = app.sites.named(&app.db, site.as_deref()).await?;
            let new = NewMember { login, email, password: read_password()?, role };
            print(add_account::add_account(app, &site, &actor, new).await?);
        }
        Command::Passwd { login } => {
            let account = find(app, &login).await?;
            set_password::set_by_command(app, &account, read_password()?).await?;
            say("The password is changed; open sessions of the account are ended.");
        }
        Command::AppPassword { login, name } => {
            let account = find(app, &login).await?;
            let by = Manager::command("user app-password");
            print(application_passwords::create(app, &by, &account, &name, "").await?.password);
            say("Keep it: it is shown this once. The desk's Profile lists and revokes application passwords.");
        }
    }
    Ok(())
}

async fn find(app: &App, login: &str) -> Result<Account> {
    let account = accounts::find_by_login(&app.db, login).await?;
    account.ok_or_else(|| Error::not_found(format!("there is no account “{login}”")))
}

fn read_password() -> Result<String> {
    if std::io::stdin().is_terminal() {
        say("Password (it is shown while you type; end with Enter):");
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(Error::from_io("reading the password"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
