//! `rejoinder doctor`: checks the installation, or how a page of the blog advertises its doors, and says
//! what to mend. With `--ready` it only asks the running server, for health checks of containers.

use std::sync::Arc;

use http::HeaderValue;
use url::Url;

use super::{print, say};
use crate::actions::send_test_mail::send_test_mail;
use crate::app::App;
use crate::config::{Config, reachable};
use crate::error::{Error, Result};
use crate::model::permalink;
use crate::model::site::Site;
use crate::model::time::Clock;
use crate::net::admission::AdmissionRules;
use crate::net::fetcher::{FetchRequest, Fetched, Fetcher, FetcherConfig};
use crate::net::page::{Page, pingback_endpoints};
use crate::net::resolver::SystemResolver;
use crate::store::{accounts, jobs};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A page of the blog to look at
    url: Option<String>,
    /// Only ask the server that listens here whether it is ready
    #[arg(long)]
    ready: bool,
    /// Send a mail to this address, to see that mail goes out
    #[arg(long, value_name = "ADDRESS")]
    mail: Option<String>,
}

pub(super) async fn run(config: Config, args: Args) -> Result<()> {
    if args.ready {
        return ready(&config).await;
    }
    let app = App::build(config).await?;
    let mut report = Report::default();
    match (args.url, args.mail) {
        (Some(url), _) => look_at_page(&app, &url, &mut report).await?,
        (None, Some(to)) => {
            send_test_mail(&app, &to).await?;
            good(format!("a mail to {to} is on its way; look whether it arrives, and not as spam"));
        }
        (None, None) => look_at_installation(&app, &mut report).await?,
    }
    app.db.close().await;
    report.conclude()
}

/// What was found, as it is found.
#[derive(Default)]
struct Report {
    problems: usize,
}

impl Report {
    fn bad(&mut self, what: impl std::fmt::Display, mend: impl std::fmt::Display) {
        self.problems += 1;
        print(format!("mend  {what}\n      {mend}"));
    }

    fn check(&mut self, holds: bool, what: impl std::fmt::Display, mend: impl std::fmt::Display) {
        if holds { good(what) } else { self.bad(what, mend) }
    }

    fn conclude(self) -> Result<()> {
        match self.problems {
            0 => {
                say("Nothing to mend.");
                Ok(())
            }
            n => Err(Error::Conflict(format!("{n} to mend"))),
        }
    }
}

fn good(what: impl std::fmt::Display) {
    print(format!("ok    {what}"));
}

/// Asks the server of this configuration, over loopback when it listens everywhere.
async fn ready(config: &Config) -> Result<()> {
    let address = reachable(config.listen);
    let rules = AdmissionRules::new(vec![address.ip().into()]);
    let fetcher = Fetcher::new(
        FetcherConfig { rules, no_limits: true, ..FetcherConfig::default() },
        Arc::new(SystemResolver),
        Clock::system(),
    );
    let url =
        Url::parse(&format!("http://{address}/readyz")).map_err(|e| Error::internal(format!("{address}: {e}")))?;
    match fetcher.get(FetchRequest::page(url, HeaderValue::from_static("rejoinder doctor"))).await {
        Ok(answer) if answer.is_success() => Ok(()),
        Ok(answer) => Err(Error::unavailable(format!("the server at {address} answers {}", answer.status))),
        Err(error) => Err(Error::unavailable(format!("no server answers at {address}: {error}"))),
    }
}

async fn look_at_installation(app: &App, report: &mut Report) -> Result<()> {
    good(format!("data folder {}, database {:?}", app.config.data.display(), app.db));
    app.db.write(async |_| Ok(())).await?;
    good("the database takes writes");
    let public = &app.config.public_url;
    report.check(
        app.config.public_url_given,
        "the server knows where readers reach it",
        format!("links lead to {public}; name the address that readers use with --public-url or in rejoinder.toml"),
    );
    let is_local = public.host_str().is_some_and(|h| h == "localhost" || h.starts_with("127."));
    report.check(
        is_local || public.scheme() == "https",
        format!("public address {public}"),
        "readers’ log-ins and comments travel unprotected over http; put a TLS proxy before the server and set --public-url https://…",
    );
    report.check(
        accounts::any(&app.db).await?,
        "somebody can log in to the desk",
        "open the set-up link that `rejoinder serve` prints, or add an account with `rejoinder user add`",
    );
    let sites = app.sites.all(&app.db).await?;
    report.check(
        sites.iter().any(|s| !s.demo),
        "there is a site besides the demo",
        "add your blog with `rejoinder site add https://blog.example`",
    );
    for site in sites.iter().filter(|s| !s.demo) {
        print(format!("      {} has its doors at {}/", site.home, app.sites.base(&app.db, &app.config, site).await?));
    }
    look_at_mail(app, report).await;
    let dead = jobs::list(&app.db, "dead", 1).await?;
    report.check(
        dead.is_empty(),
        "no job was given up",
        "look at /desk/jobs: each can be tried again or deleted there",
    );
    Ok(())
}

/// No mail is a choice; a mail server that does not let us in is none.
async fn look_at_mail(app: &App, report: &mut Report) {
    let Some(mailer) = &app.mail else {
        print(
            "note  no mail is sent: neither moderators nor authors nor readers are told of comments\n      \
             name a mail server with smtp-url, or a command with sendmail, in rejoinder.toml",
        );
        return;
    };
    match mailer.check().await {
        Ok(()) => good(format!("{}; `rejoinder doctor --mail ADDRESS` tries it", mailer.description())),
        Err(error) => report.bad(
            format!("{}: {error}", mailer.description()),
            "look at smtp-url, smtp-ca and sendmail; mail waits until this is mended, for about a day",
        ),
    }
}

async fn look_at_page(app: &App, url: &str, report: &mut Report) -> Result<()> {
    let url = Url::parse(url).map_err(|e| Error::invalid("URL", format!("“{url}” is no address: {e}")))?;
    let sites = app.sites.all(&app.db).await?;
    let Some(site) = sites.iter().filter(|s| permalink::is_on(&s.home, &url)).max_by_key(|s| s.home.as_str().len())
    else {
        report.bad(format!("{url} is on no site that is known here"), "add its blog with `rejoinder site add`");
        return Ok(());
    };
    let request = FetchRequest::page(url.clone(), HeaderValue::from_static("rejoinder doctor"));
    let answer = match app.fetcher.get(request).await {
        Ok(answer) => answer,
        Err(error) => {
            report.bad(
                format!("{url} cannot be fetched: {error}"),
                "the server itself must reach the blog, to make posts of its pages; a blog on a private network needs --fetch-allow",
            );
            return Ok(());
        }
    };
    report.check(
        answer.is_success(),
        format!("{url} answers {}", answer.status),
        "only a page that answers 200 becomes a post",
    );
    look_at_doors(app, site, &answer, report).await
}

async fn look_at_doors(app: &App, site: &Site, answer: &Fetched, report: &mut Report) -> Result<()> {
    let base = app.sites.base(&app.db, &app.config, site).await?;
    let (door, script) = (format!("{base}/xmlrpc.php"), format!("{base}/embed.js"));
    let page = Page::parse(&answer.body, answer.content_type.as_deref(), &answer.url);
    let found = pingback_endpoints(&answer.headers, &page);
    let link = format!("<link rel=\"pingback\" href=\"{door}\">");
    match found.as_slice() {
        [] => {
            report.bad("the page advertises no pingback server", format!("put this into its head, exactly so: {link}"));
        }
        [first, rest @ ..] => {
            report.check(
                first.url.as_ref().is_some_and(|u| u.as_str() == door),
                format!("pingbacks go to {} ({:?})", first.value, first.found_by),
                format!("they should go to {door}: {link}"),
            );
            let differs = rest.iter().any(|other| other.value != first.value);
            report.check(
                !differs,
                "all pingback advertisements agree",
                "remove the others: senders use the first they find (Pingback 1.0 §2)",
            );
        }
    }
    let text = String::from_utf8_lossy(&answer.body);
    report.check(
        text.contains(&script),
        "the page embeds the comment section",
        format!("put this where it should stand: <script async src=\"{script}\"></script>"),
    );
    let policy = answer.headers.get("content-security-policy").and_then(|v| v.to_str().ok());
    if let Some(policy) = policy {
        let origin = Url::parse(&base).map(|u| u.origin().ascii_serialization()).unwrap_or_default();
        report.check(
            policy.matches(origin.as_str()).count() >= 4,
            "the page’s Content-Security-Policy names this server",
            format!("allow {origin} in script-src, style-src, connect-src and frame-src"),
        );
    }
    Ok(())
}
