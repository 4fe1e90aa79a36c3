//! `rejoinder doctor`: checks the installation, or how a page of the blog advertises its doors, and says
//! what to mend. With `--ready` it only asks the running server, for health checks of containers.

use std::sync::Arc;

use http::HeaderValue;
use url::Url;

use super::{print, say};
use crate::actions::repair;
use crate::actions::send_test_mail::send_test_mail;
use crate::app::App;
use crate::config::{Config, reachable};
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::permalink;
use crate::model::site::Site;
use crate::model::time::Clock;
use crate::net::admission::AdmissionRules;
use crate::net::fetcher::{FetchRequest, Fetched, Fetcher, FetcherConfig};
use crate::net::page::{Page, pingback_endpoints};
use crate::net::resolver::SystemResolver;
use crate::store::{accounts, jobs};

/// Rounds of mending: each takes up to a thousand faults.
const REPAIRS_MAX: usize = 1_000;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A page of the blog to look at
    url: Option<String>,
    /// Only ask the server that listens here whether it is ready
    #[arg(long)]
    ready: bool,
    /// Mend counts, numbers and references that do not agree in the database, beside a running server
    #[arg(long, conflicts_with_all = ["url", "ready", "mail"])]
    repair: bool,
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
        (None, None) if args.repair => mend(&app, &mut report).await?,
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
    look_at_counts(app, report).await?;
    look_at_mail(app, report).await;
    let dead = jobs::list(&app.db, "dead", 1).await?;
    report.check(
        dead.is_empty(),
        "no job was given up",
        "look at /desk/jobs: each can be tried again or deleted there",
    );
    Ok(())
}

/// Says what does not agree in the database.
async fn look_at_counts(app: &App, report: &mut Report) -> Result<()> {
    let faults = repair::find_faults(app).await?;
    let Some(first) = faults.first() else {
        good("counts, numbers and references in the database agree");
        return Ok(());
    };
    report.bad(
        format!("{} things in the database do not agree; the first: {}", faults.len(), first.kind),
        "`rejoinder doctor --repair` mends them",
    );
    Ok(())
}

/// Mends the database until nothing is found, and says what was.
async fn mend(app: &App, report: &mut Report) -> Result<()> {
    for _ in 0..REPAIRS_MAX {
        let faults = repair::find_faults(app).await?;
        if faults.is_empty() {
            break;
        }
        repair::mend(app, &Actor::command("doctor"), &faults).await?;
        let sites = app.sites.all(&app.db).await?;
        for fault in &faults {
            let home = sites.iter().find(|s| s.id == fault.site).map_or("", |s| s.home.as_str());
            print(format!("mended  {home}: {}", fault.kind));
        }
    }
    look_at_counts(app, report).await
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
        let missing: Vec<&str> = NEEDED.into_iter().filter(|directive| !allows(policy, directive, &origin)).collect();
        report.check(
            missing.is_empty(),
            "the page’s Content-Security-Policy names this server",
            format!("allow {origin} in {}", missing.join(", ")),
        );
    }
    Ok(())
}

/// What the comment section needs of a page's policy.
const NEEDED: [&str; 5] = ["script-src", "style-src", "img-src", "connect-src", "frame-src"];

/// Whether a policy lets a page load this kind of thing from an origin (CSP 3 §6.7.2): by the directive, else
/// by the one that stands in for it.
fn allows(policy: &str, directive: &str, origin: &str) -> bool {
    let sources = |name: &str| {
        policy.split(';').find_map(|d| {
            let (found, sources) = d.trim().split_once(char::is_whitespace).unwrap_or((d.trim(), ""));
            found.eq_ignore_ascii_case(name).then_some(sources)
        })
    };
    let frames = || sources("child-src").filter(|_| directive == "frame-src");
    let Some(sources) = sources(directive).or_else(frames).or_else(|| sources("default-src")) else { return true };
    let scheme = origin.split_once(':').map_or("", |(scheme, _)| scheme);
    sources.split_whitespace().any(|source| {
        source == "*"
            || source.trim_end_matches('/').eq_ignore_ascii_case(origin)
            || source.strip_suffix(':').is_some_and(|s| s.eq_ignore_ascii_case(scheme))
            || source.starts_with(&format!("{origin}/"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_as_browsers_read_it() {
        let origin = "https://c.example";
        for (policy, directive, is_allowed) in [
            ("", "img-src", true),
            ("default-src 'none'", "img-src", false),
            ("default-src 'self' https://c.example", "img-src", true),
            ("default-src https://c.example; img-src 'self'", "img-src", false),
            ("default-src 'none'; IMG-SRC https://C.example/ 'self'", "img-src", true),
            ("img-src https:", "img-src", true),
            ("img-src http:", "img-src", false),
            ("img-src *", "img-src", true),
            ("script-src https://c.example/embed.js", "script-src", true),
            ("script-src https://c.example.evil.example", "script-src", false),
            ("child-src https://c.example; default-src 'none'", "frame-src", true),
            ("child-src https://c.example; default-src 'none'", "img-src", false),
            ("img-src", "img-src", false),
        ] {
            assert_eq!(allows(policy, directive, origin), is_allowed, "{policy} {directive}");
        }
    }
}
