//! What the operator says about mail: `smtp-url` or `sendmail`, `mail-from`, `smtp-ca`. Read by `config`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use percent_encoding::percent_decode_str;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Url};

use crate::error::{Error, Result};

/// Ports of SMTP: with TLS, for submission, between servers (RFC 8314, RFC 6409, RFC 5321).
const SUBMISSIONS_PORT: u16 = 465;
const SUBMISSION_PORT: u16 = 587;
const SMTP_PORT: u16 = 25;

const SHAPE: &str = "smtps://USER:PASSWORD@HOST, or smtp://USER:PASSWORD@HOST?starttls";

/// How mail leaves this server, and whose it is.
#[derive(Clone, Debug)]
pub struct Settings {
    way: Way,
    sender: Option<Mailbox>,
}

#[derive(Clone, Debug)]
enum Way {
    Smtp(Smtp),
    Sendmail(PathBuf),
}

/// A mail server.
#[derive(Clone, Debug)]
struct Smtp {
    host: String,
    port: u16,
    protection: Protection,
    login: Option<(String, SecretString)>,
    /// Certificates that are trusted beside the usual ones, in PEM.
    ca: Option<Vec<u8>>,
}

/// How the connection is protected. There is no "if the server offers it": who can take the offer away
/// reads everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protection {
    Tls,
    StartTls,
    None,
}

impl Settings {
    /// Reads the options; `None` when there is no way to send mail. No error repeats the URL, which holds a
    /// password.
    pub fn parse(
        smtp_url: Option<&str>,
        sendmail: Option<&Path>,
        mail_from: Option<&str>,
        smtp_ca: Option<&Path>,
    ) -> Result<Option<Self>> {
        let way = match (smtp_url, sendmail) {
            (Some(_), Some(_)) => {
                return Err(Error::invalid("sendmail", "smtp-url and sendmail are two ways to send mail: give one"));
            }
            (Some(url), None) => Way::Smtp(Smtp { ca: smtp_ca.map(read_ca).transpose()?, ..parse_url(url)? }),
            (None, Some(command)) if command.is_absolute() => Way::Sendmail(command.to_owned()),
            (None, Some(_)) => {
                return Err(Error::invalid("sendmail", "sendmail is a whole path, such as /usr/sbin/sendmail"));
            }
            (None, None) => return Ok(None),
        };
        let sender = mail_from.map(parse_sender).transpose()?;
        Ok(Some(Self { way, sender }))
    }

    /// The command, if one sends.
    pub(super) fn sendmail(&self) -> Option<&Path> {
        match &self.way {
            Way::Sendmail(command) => Some(command),
            Way::Smtp(_) => None,
        }
    }

    /// Who sends, if the operator says so.
    pub(super) fn sender(&self) -> Option<&Mailbox> {
        self.sender.as_ref()
    }

    /// In words, without secrets.
    pub(super) fn describe(&self) -> String {
        let Smtp { host, port, protection, .. } = match &self.way {
            Way::Sendmail(command) => return format!("mail goes out by {}", command.display()),
            Way::Smtp(smtp) => smtp,
        };
        let how = match protection {
            Protection::Tls => "with TLS",
            Protection::StartTls => "with STARTTLS",
            Protection::None => "without TLS",
        };
        format!("mail goes out to {host}:{port} {how}")
    }

    /// The connection to the mail server, whose certificate must be its name's.
    pub(super) fn transport(&self, hello: &str, timeout: Duration) -> Result<AsyncSmtpTransport<Tokio1Executor>> {
        let Way::Smtp(smtp) = &self.way else { return Err(Error::internal("a command has no connection")) };
        let wrong =
            |e: lettre::transport::smtp::Error| Error::invalid("smtp-url", format!("the mail server’s TLS: {e}"));
        let tls = match smtp.protection {
            Protection::None => Tls::None,
            protection => {
                let mut parameters = TlsParameters::builder(smtp.host.clone());
                if let Some(pem) = &smtp.ca {
                    parameters = parameters.add_root_certificate(Certificate::from_pem(pem).map_err(wrong)?);
                }
                let parameters = parameters.build_rustls().map_err(wrong)?;
                if protection == Protection::Tls { Tls::Wrapper(parameters) } else { Tls::Required(parameters) }
            }
        };
        let hello = match Host::parse(hello) {
            Ok(Host::Ipv4(ip)) => ClientId::Ipv4(ip),
            Ok(Host::Ipv6(ip)) => ClientId::Ipv6(ip),
            Ok(Host::Domain(name)) => ClientId::Domain(name),
            Err(_) => ClientId::default(),
        };
        // "Dangerous" because nothing but `tls` protects it, which is decided above.
        #[expect(clippy::disallowed_methods, reason = "the one place that makes a connection for mail")]
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(smtp.host.clone());
        let mut builder = builder.port(smtp.port).tls(tls).hello_name(hello).timeout(Some(timeout));
        if let Some((user, password)) = &smtp.login {
            builder = builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()));
        }
        Ok(builder.build())
    }
}

fn parse_url(text: &str) -> Result<Smtp> {
    let wrong = |why: &str| Error::invalid("smtp-url", format!("smtp-url {why}; it looks like {SHAPE}"));
    let url = Url::parse(text)
        .map_err(|_| wrong("cannot be read (special characters in user and password are written as %40)"))?;
    let protection = match (url.scheme(), url.query()) {
        ("smtps", None) => Protection::Tls,
        ("smtp", Some("starttls")) => Protection::StartTls,
        ("smtp", None) => Protection::None,
        ("smtp" | "smtps", Some(_)) => return Err(wrong("has a query other than ?starttls")),
        _ => return Err(wrong("begins with another scheme")),
    };
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return Err(wrong("has a path"));
    }
    let host = url.host_str().filter(|h| !h.is_empty()).ok_or_else(|| wrong("has no host"))?;
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned);
    let login = match (url.username(), url.password()) {
        ("", None) => None,
        (_, None) | ("", _) => return Err(wrong("has a user without a password, or a password without a user")),
        (user, Some(password)) => {
            let unreadable = |_| wrong("has a user or password that is not UTF-8");
            Some((decoded(user).map_err(unreadable)?, decoded(password).map_err(unreadable)?.into()))
        }
    };
    let port = url.port().unwrap_or(match (protection, &login) {
        (Protection::Tls, _) => SUBMISSIONS_PORT,
        (Protection::StartTls, _) | (Protection::None, Some(_)) => SUBMISSION_PORT,
        (Protection::None, None) => SMTP_PORT,
    });
    if protection == Protection::None && login.is_some() && !is_loopback(host) {
        return Err(wrong("would send its password unprotected; use smtps:// or ?starttls"));
    }
    let host = host.trim_matches(['[', ']']).to_owned();
    Ok(Smtp { host, port, protection, login, ca: None })
}

fn is_loopback(host: &str) -> bool {
    let ip = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
}

fn parse_sender(text: &str) -> Result<Mailbox> {
    let sender: Option<Mailbox> = text.parse().ok();
    sender.filter(|s| super::address(s.email.as_ref()).is_some()).ok_or_else(|| {
        Error::invalid(
            "mail-from",
            format!("“{text}” is no sender; it looks like comments@blog.example or The blog <comments@blog.example>"),
        )
    })
}

fn read_ca(path: &Path) -> Result<Vec<u8>> {
    let unreadable = |e: String| Error::invalid("smtp-ca", format!("{} cannot be read: {e}", path.display()));
    let pem = std::fs::read(path).map_err(|e| unreadable(e.to_string()))?;
    match CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>() {
        Ok(certificates) if !certificates.is_empty() => Ok(pem),
        Ok(_) => Err(unreadable("there is no certificate in it".into())),
        Err(e) => Err(unreadable(e.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Settings> {
        Settings::parse(Some(url), None, None, None).map(Option::unwrap)
    }

    #[test]
    fn a_mail_server_is_read_off_its_url() {
        for (url, description, user) in [
            (
                "smtps://me%40x.example:p%3Aw@mail.example",
                "mail goes out to mail.example:465 with TLS",
                Some("me@x.example"),
            ),
            ("smtp://u:p@mail.example:2525?starttls", "mail goes out to mail.example:2525 with STARTTLS", Some("u")),
            ("smtp://mail.example?starttls", "mail goes out to mail.example:587 with STARTTLS", None),
            ("smtp://mail.example", "mail goes out to mail.example:25 without TLS", None),
            ("smtp://u:p@127.0.0.1", "mail goes out to 127.0.0.1:587 without TLS", Some("u")),
            ("smtp://u:p@[::1]/", "mail goes out to ::1:587 without TLS", Some("u")),
        ] {
            let settings = parse(url).unwrap();
            assert_eq!(settings.describe(), description, "{url}");
            let Way::Smtp(smtp) = &settings.way else { panic!("{url}") };
            assert_eq!(smtp.login.as_ref().map(|(user, _)| user.as_str()), user, "{url}");
            assert!(!format!("{settings:?}").contains("p:w"), "a password is not printed");
        }
    }

    #[test]
    fn what_is_no_mail_server_is_refused_without_its_password() {
        for url in [
            "",
            "mail.example",
            "http://u:secret@mail.example",
            "smtps://u:secret@mail.example?starttls",
            "smtp://u:secret@mail.example?tls=opportunistic",
            "smtp://u:secret@mail.example",
            "smtps://u@mail.example",
            "smtps://:secret@mail.example",
            "smtps://u:secret@mail.example/inbox",
            "smtps://u:secret@mail.example:99999",
            "smtps://",
            "smtps://u:%FFsecret@mail.example",
        ] {
            match parse(url) {
                Err(Error::Invalid { field: "smtp-url", message }) => assert!(!message.contains("secret"), "{message}"),
                other => panic!("{url}: {other:?}"),
            }
        }
    }

    #[test]
    fn one_way_is_named_or_none() {
        let command = Path::new("/usr/sbin/sendmail");
        assert!(Settings::parse(None, None, Some("nonsense"), None).unwrap().is_none());
        assert!(Settings::parse(Some("smtp://x"), Some(command), None, None).is_err());
        assert!(Settings::parse(None, Some(Path::new("sendmail")), None, None).is_err());
        let settings = Settings::parse(None, Some(command), Some("The blog <c@blog.example>"), None).unwrap().unwrap();
        assert_eq!(settings.describe(), "mail goes out by /usr/sbin/sendmail");
        assert_eq!(settings.sender().unwrap().to_string(), "The blog <c@blog.example>");
        for sender in ["nobody", "a@b@c.example", "x <>", "a b@c.example", "x\r\nBcc: <a@b.example>"] {
            assert!(Settings::parse(None, Some(command), Some(sender), None).is_err(), "{sender}");
        }
    }

    #[test]
    fn a_private_authority_is_a_certificate_in_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "no certificate").unwrap();
        for path in [file.path(), Path::new("/nonexistent/ca.pem")] {
            let refused = Settings::parse(Some("smtps://mail.example"), None, None, Some(path));
            assert!(matches!(refused, Err(Error::Invalid { field: "smtp-ca", .. })), "{path:?}");
        }
    }
}
