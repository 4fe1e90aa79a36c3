//! What the operator decides: options of the command line, environment variables (`REJOINDER_` and the
//! option's name), an optional TOML file, defaults; in this order. The only place that reads either.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use serde::Deserialize;
use url::Url;

use crate::error::{Error, Result};
use crate::limits::Rate;
use crate::mail;
use crate::store::db::Place;

/// The options as they are given; every one may be left out.
#[derive(Clone, Debug, Default, clap::Args, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "REJOINDER_LISTEN", global = true, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// Folder of the database, the keys and the backups [default: ./data]
    #[arg(long, env = "REJOINDER_DATA", global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// sqlite:PATH or postgres://USER@HOST/DATABASE [default: rejoinder.db in the data folder]
    #[arg(long, env = "REJOINDER_DATABASE_URL", global = true, value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Where readers reach this server, e.g. https://comments.example.org [default: http:// and the listening address, or this machine's own where it listens on all]
    #[arg(long, env = "REJOINDER_PUBLIC_URL", global = true, value_name = "URL")]
    pub public_url: Option<Url>,
    /// A proxy whose X-Forwarded-For is believed, as a network; may be given again
    #[arg(long, env = "REJOINDER_TRUSTED_PROXY", global = true, value_name = "CIDR", value_delimiter = ',')]
    #[serde(default)]
    pub trusted_proxy: Vec<IpNet>,
    /// A network that pages may be fetched from though it is not public, on any port; may be given again
    #[arg(long, env = "REJOINDER_FETCH_ALLOW", global = true, value_name = "CIDR", value_delimiter = ',')]
    #[serde(default)]
    pub fetch_allow: Vec<IpNet>,
    /// Switch the rate limits and the flood check off, for tests and benchmarks
    #[arg(long, env = "REJOINDER_NO_LIMITS", global = true)]
    #[serde(default)]
    pub no_limits: bool,
    /// How often who may do what, e.g. comments=20/10: 20 at once, then 10 a minute; may be given again
    #[arg(long, env = "REJOINDER_LIMIT", global = true, value_name = "NAME=BURST/PER_MINUTE", value_delimiter = ',')]
    #[serde(default)]
    pub limit: Vec<Rate>,
    /// Mail server: smtps://USER:PASSWORD@HOST, or smtp://USER:PASSWORD@HOST?starttls [default: no mail is sent]
    #[arg(long, env = "REJOINDER_SMTP_URL", global = true, value_name = "URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Certificates (PEM) that the mail server's may be signed by, beside the usual ones
    #[arg(long, env = "REJOINDER_SMTP_CA", global = true, value_name = "FILE")]
    pub smtp_ca: Option<PathBuf>,
    /// Command that sends mail in place of a mail server, e.g. /usr/sbin/sendmail
    #[arg(long, env = "REJOINDER_SENDMAIL", global = true, value_name = "PATH")]
    pub sendmail: Option<PathBuf>,
    /// Sender of every mail, e.g. "The blog <comments@blog.example>" [default: wordpress at the blog's host]
    #[arg(long, env = "REJOINDER_MAIL_FROM", global = true, value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// TOML file with these options [default: rejoinder.toml in the data folder, if it is there]
    #[arg(long, env = "REJOINDER_CONFIG", global = true, value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
}

/// The options, complete.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// Folder of the database, the keys and the backups.
    pub data: PathBuf,
    /// Where the data is kept.
    pub place: Place,
    /// Where readers reach the server, without a trailing slash in its path.
    pub public_url: Url,
    /// Whether the operator named it; else it is made of the listening address, and right on this machine only.
    pub public_url_given: bool,
    /// Proxies whose word about the client's address is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Networks the fetcher may reach though they are not public.
    pub fetch_allow: Vec<IpNet>,
    /// No rate limits and no flood check.
    pub no_limits: bool,
    /// Rate limits that are not the default.
    pub limits: Vec<Rate>,
    /// How mail is sent, if it is.
    pub mail: Option<mail::Settings>,
}

impl Options {
    /// Completes the options with the file's and the defaults.
    pub fn resolve(self) -> Result<Config> {
        let folder = self.data.clone();
        let named = self.config.clone();
        let guess = folder.clone().unwrap_or_else(default_data).join("rejoinder.toml");
        let file = match &named {
            Some(path) => read_file(path)?,
            None if guess.is_file() => read_file(&guess)?,
            None => Self::default(),
        };
        let given = self.over(file);
        let listen = given.listen.unwrap_or(DEFAULT_LISTEN);
        let data = given.data.unwrap_or_else(default_data);
        let place = match &given.database_url {
            Some(url) => Place::parse(url)?,
            None => Place::Sqlite(data.join("rejoinder.db")),
        };
        let public_url_given = given.public_url.is_some();
        let public_url = match given.public_url {
            Some(url) => check_public_url(url)?,
            None => Url::parse(&format!("http://{}/", reachable(listen)))
                .map_err(|e| Error::invalid("listen", format!("{listen} makes no URL: {e}")))?,
        };
        Ok(Config {
            listen,
            data,
            place,
            public_url,
            public_url_given,
            trusted_proxies: given.trusted_proxy,
            fetch_allow: given.fetch_allow,
            no_limits: given.no_limits,
            limits: given.limit,
            mail: mail::Settings::parse(
                given.smtp_url.as_deref(),
                given.sendmail.as_deref(),
                given.mail_from.as_deref(),
                given.smtp_ca.as_deref(),
            )?,
        })
    }

    fn over(self, file: Self) -> Self {
        let or = |given: Vec<IpNet>, file: Vec<IpNet>| if given.is_empty() { file } else { given };
        Self {
            listen: self.listen.or(file.listen),
            data: self.data.or(file.data),
            database_url: self.database_url.or(file.database_url),
            public_url: self.public_url.or(file.public_url),
            trusted_proxy: or(self.trusted_proxy, file.trusted_proxy),
            fetch_allow: or(self.fetch_allow, file.fetch_allow),
            no_limits: self.no_limits || file.no_limits,
            limit: if self.limit.is_empty() { file.limit } else { self.limit },
            // Two ways to send mail would contradict each other, so the way is taken from one place.
            sendmail: self.sendmail.clone().or(if self.smtp_url.is_some() { None } else { file.sendmail }),
            smtp_url: self.smtp_url.or(if self.sendmail.is_some() { None } else { file.smtp_url }),
            smtp_ca: self.smtp_ca.or(file.smtp_ca),
            mail_from: self.mail_from.or(file.mail_from),
            config: None,
        }
    }
}

const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

/// Where this machine reaches a server that listens there: "every address" is none that a link could name.
pub fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

fn default_data() -> PathBuf {
    PathBuf::from("data")
}

fn read_file(path: &Path) -> Result<Options> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| Error::invalid("config", format!("{} cannot be read: {e}", path.display())))?;
    toml::from_str(&text).map_err(|e| Error::invalid("config", format!("{}: {e}", path.display())))
}

fn check_public_url(url: Url) -> Result<Url> {
    if !matches!(url.scheme(), "http" | "https")
        || url.host().is_none()
        || url.query().is_some()
        || url.fragment().is_some()
    {
        return Err(Error::invalid(
            "public-url",
            format!("“{url}” is not an address like https://comments.example.org"),
        ));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(file: &str, options: Options) -> Result<Config> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("rejoinder.toml"), file).unwrap();
        Options { data: Some(folder.path().into()), ..options }.resolve()
    }

    #[test]
    fn an_option_goes_before_the_file_and_the_file_before_the_default() {
        let file = "listen = \"127.0.0.1:9000\"\nfetch-allow = [\"10.0.0.0/8\"]\nno-limits = true";
        let config =
            with(file, Options { listen: Some("127.0.0.1:9001".parse().unwrap()), ..Options::default() }).unwrap();
        assert_eq!(config.listen.port(), 9001);
        assert_eq!(config.public_url.as_str(), "http://127.0.0.1:9001/");
        assert_eq!(config.fetch_allow, ["10.0.0.0/8".parse().unwrap()]);
        assert!(config.no_limits);
        assert!(matches!(config.place, Place::Sqlite(path) if path.ends_with("rejoinder.db")));
    }

    #[test]
    fn the_way_of_mail_is_taken_from_one_place() {
        let file = "smtp-url = \"smtp://mail.example\"\nmail-from = \"c@blog.example\"";
        let described = |file: &str, options| {
            let config = with(file, options).unwrap();
            config.mail.map(|m| crate::mail::Mailer::new(&m, "c.example").unwrap().description().to_owned())
        };
        let sendmail = || Options { sendmail: Some("/usr/sbin/sendmail".into()), ..Options::default() };
        assert_eq!(described("", Options::default()), None);
        assert_eq!(described(file, Options::default()).unwrap(), "mail goes out to mail.example:25 without TLS");
        assert_eq!(described(file, sendmail()).unwrap(), "mail goes out by /usr/sbin/sendmail");
        let both = Options { smtp_url: Some("smtp://other.example".into()), ..sendmail() };
        assert!(matches!(with("", both), Err(Error::Invalid { field: "sendmail", .. })));
    }

    #[test]
    fn links_name_an_address_that_can_be_reached_and_never_every_address() {
        for (listen, url, links) in [
            ("0.0.0.0:8080", None, "http://127.0.0.1:8080/"),
            ("[::]:8080", None, "http://[::1]:8080/"),
            ("192.0.2.7:80", None, "http://192.0.2.7/"),
            ("0.0.0.0:8080", Some("https://comments.example"), "https://comments.example/"),
        ] {
            let public_url = url.map(|u| u.parse().unwrap());
            let options = Options { listen: Some(listen.parse().unwrap()), public_url, ..Options::default() };
            let config = with("", options).unwrap();
            assert_eq!((config.public_url.as_str(), config.public_url_given), (links, url.is_some()), "{listen}");
        }
        assert!(with("public-url = \"https://comments.example\"", Options::default()).unwrap().public_url_given);
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name() {
        let refused = |file: &str, options| match with(file, options) {
            Err(Error::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused("lisen = 1", Options::default()), "config");
        assert_eq!(
            refused("", Options { database_url: Some("mysql://x".into()), ..Options::default() }),
            "database-url"
        );
        assert_eq!(
            refused("", Options { public_url: Some("ftp://x/".parse().unwrap()), ..Options::default() }),
            "public-url"
        );
    }
}
