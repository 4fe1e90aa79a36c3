//! One mail at once, to see whether mail goes out at all. `rejoinder doctor --mail` calls it.

use crate::app::App;
use crate::error::{Error, Result};
use crate::mail::MessageId;
use crate::model::mail::{Mail, Words};

/// Sends it, and says why if it does not go.
pub async fn send_test_mail(app: &App, to: &str) -> Result<()> {
    let Some(mailer) = &app.mail else {
        return Err(Error::invalid(
            "mail",
            "there is no way to send mail; name one with smtp-url or sendmail in rejoinder.toml",
        ));
    };
    let sites = app.sites.all(&app.db).await?;
    let site = sites.iter().find(|site| !site.demo).or(sites.first());
    let public = app.config.public_url.host_str().unwrap_or_default();
    let host = site.map_or(public, |site| site.home_host());
    let words = Words {
        subject: "Rejoinder can send mail".into(),
        body: format!(
            "This is the mail that `rejoinder doctor` was to send.\n\nThe server: {}\n",
            app.config.public_url
        ),
    };
    let from_name = mailer.sender_name().unwrap_or("Rejoinder").to_owned();
    let mail = Mail { from_name, to: to.to_owned(), reply_to: None, words, unsubscribe: None };
    let id = MessageId::of_job(0, &crate::secret::new_token());
    let sent = mailer.send(&mail, &id, host, app.clock.now()).await;
    sent.map_err(|error| Error::Conflict(format!("the mail did not go: {error}")))
}
