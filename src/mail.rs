//! The one way out for mail: over SMTP, or by a command like `sendmail`, as the operator says. Turns a
//! [`Mail`] into a message whose headers hold what they should and nothing more, and sends it to its one
//! addressee. Called by `actions/send_mail` and by `rejoinder doctor`; nothing else names `lettre` or starts
//! a process.

mod settings;

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use lettre::address::Envelope;
use lettre::message::header::{self, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, SinglePart};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

use crate::error::Result;
use crate::model::mail::{Mail, one_line};
use crate::model::text::characters::{cut_at_bytes, without_controls};
use crate::model::time::Timestamp;

pub use settings::Settings;

/// How long a mail may take, the answer to its last dot included. Shorter than a job's lease.
pub const SEND_TIMEOUT: Duration = Duration::from_mins(1);
/// Characters of a subject.
pub const SUBJECT_CHARS_MAX: usize = 250;
/// Characters of a name before an address.
pub const NAME_CHARS_MAX: usize = 100;
/// Bytes of an address (RFC 5321 §4.5.3.1.3, without its brackets).
pub const ADDRESS_BYTES_MAX: usize = 254;
/// Bytes of what a mail server or command says of a failure that are kept.
const WHY_BYTES_MAX: usize = 500;

/// Why a mail did not go.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// It may go later: nobody answered, or not just now, or not to us.
    #[error("{0}")]
    Later(String),
    /// It will never go.
    #[error("{why}")]
    Never {
        /// What was said.
        why: String,
        /// The address does not exist.
        no_such_address: bool,
    },
}

/// What a message is known by: the same for every try, so that one that arrived twice is recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageId(String);

impl MessageId {
    /// Of the job that sends it, and of a signature over what it sends.
    pub fn of_job(job: i64, signature: &str) -> Self {
        Self(format!("{job}.{}", signature.get(..24).unwrap_or(signature)))
    }
}

/// See the module.
#[derive(Debug)]
pub struct Mailer {
    way: Way,
    sender: Option<Mailbox>,
    timeout: Duration,
    /// For people: where mail goes out.
    description: String,
}

#[derive(Debug)]
enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Sendmail(PathBuf),
}

impl Mailer {
    /// The way out that the settings name. `hello` is the server's own name, for the mail server's log.
    pub fn new(settings: &Settings, hello: &str) -> Result<Self> {
        let way = match settings.sendmail() {
            Some(command) => Way::Sendmail(command.to_owned()),
            None => Way::Smtp(settings.transport(hello, SEND_TIMEOUT)?),
        };
        let (sender, description) = (settings.sender().cloned(), settings.describe());
        Ok(Self { way, sender, timeout: SEND_TIMEOUT, description })
    }

    /// Where mail goes out, in words without secrets.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The name that the operator gave the sender.
    pub fn sender_name(&self) -> Option<&str> {
        self.sender.as_ref()?.name.as_deref()
    }

    /// Who sends a site's mail: whom the operator named, else `wordpress@` and the blog's host without its
    /// `www.`, as WordPress has it (WP 7.1 comments §9).
    pub fn sender(&self, blog_host: &str) -> Result<Mailbox, SendError> {
        if let Some(sender) = &self.sender {
            return Ok(sender.clone());
        }
        let host = blog_host.strip_prefix("www.").unwrap_or(blog_host);
        // An address of numbers is for trying things out; mail servers want names.
        let is_ip = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok();
        let host = if is_ip { "localhost" } else { host };
        let address = Address::new("wordpress", host).map_err(|_| no_sender(blog_host))?;
        Ok(Mailbox::new(None, address))
    }

    /// Sends a mail of the blog at this host.
    pub async fn send(&self, mail: &Mail, id: &MessageId, blog_host: &str, at: Timestamp) -> Result<(), SendError> {
        let message = compose(mail, &self.sender(blog_host)?, id, at)?;
        let (envelope, bytes) = (message.envelope(), message.formatted());
        let sent = async {
            match &self.way {
                Way::Smtp(smtp) => smtp.send_raw(envelope, &bytes).await.map(|_| ()).map_err(|e| smtp_error(&e)),
                Way::Sendmail(command) => run_sendmail(command, envelope, &bytes).await,
            }
        };
        let late = |_| Err(SendError::Later(format!("no answer within {} s", self.timeout.as_secs())));
        let sent = tokio::time::timeout(self.timeout, sent).await.unwrap_or_else(late);
        // What is kept of a failure names nobody.
        sent.map_err(|error| match error {
            SendError::Later(why) => SendError::Later(without_addresses(&why)),
            SendError::Never { why, no_such_address } => {
                SendError::Never { why: without_addresses(&why), no_such_address }
            }
        })
    }

    /// Whether the mail server lets us in; a command is only looked for.
    pub async fn check(&self) -> Result<(), SendError> {
        match &self.way {
            Way::Smtp(smtp) => match tokio::time::timeout(self.timeout, smtp.test_connection()).await {
                Ok(Ok(true)) => Ok(()),
                Ok(Ok(false)) => Err(SendError::Later("the mail server hung up".into())),
                Ok(Err(error)) => Err(smtp_error(&error)),
                Err(_) => Err(SendError::Later("the mail server does not answer".into())),
            },
            Way::Sendmail(command) if command.is_file() => Ok(()),
            Way::Sendmail(command) => Err(SendError::Later(format!("there is no file {}", command.display()))),
        }
    }
}

fn no_sender(blog_host: &str) -> SendError {
    SendError::Later(format!("{blog_host} is no host for a sender’s address; name the sender with --mail-from"))
}

/// The message. Whatever a stranger wrote stays inside its own header: one line, encoded (RFC 2047) where it
/// is not ASCII; an address that is none is refused (S-MAIL-1).
fn compose(mail: &Mail, sender: &Mailbox, id: &MessageId, at: Timestamp) -> Result<Message, SendError> {
    const LIST_UNSUBSCRIBE: HeaderName = HeaderName::new_from_ascii_str("List-Unsubscribe");
    const LIST_UNSUBSCRIBE_POST: HeaderName = HeaderName::new_from_ascii_str("List-Unsubscribe-Post");
    const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");
    let to = address(&mail.to)
        .ok_or_else(|| SendError::Never { why: "the address is none".into(), no_such_address: true })?;
    let name = one_line(&mail.from_name, NAME_CHARS_MAX);
    let from = Mailbox::new((!name.is_empty()).then_some(name), sender.email.clone());
    let mut builder = Message::builder()
        .from(from)
        .to(Mailbox::new(None, to.clone()))
        .subject(one_line(&mail.words.subject, SUBJECT_CHARS_MAX))
        .message_id(Some(format!("<{}@{}>", id.0, sender.email.domain())))
        .date(UNIX_EPOCH + Duration::from_millis(u64::try_from(at.0).unwrap_or(0)))
        // No vacation answers itself to what nobody typed (RFC 3834 §5).
        .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".into()))
        .envelope(
            Envelope::new(Some(sender.email.clone()), vec![to])
                .map_err(|e| SendError::Later(format!("the envelope: {e}")))?,
        );
    if let Some(reply_to) = mail.reply_to.as_deref().and_then(address) {
        // WordPress has the address for a name too (WP 7.1 comments §9.2).
        builder = builder.reply_to(Mailbox::new(Some(reply_to.to_string()), reply_to));
    }
    if let Some(url) = &mail.unsubscribe {
        builder = builder
            .raw_header(HeaderValue::new(LIST_UNSUBSCRIBE, format!("<{}>", one_line(url, SUBJECT_CHARS_MAX * 4))))
            .raw_header(HeaderValue::new(LIST_UNSUBSCRIBE_POST, "List-Unsubscribe=One-Click".into()));
    }
    let text = without_controls(&mail.words.body);
    // The last line's end is written with the message.
    let text = text.strip_suffix('\n').unwrap_or(&text).to_owned();
    let text = SinglePart::builder().header(header::ContentType::TEXT_PLAIN).body(text);
    builder.singlepart(text).map_err(|e| SendError::Later(format!("writing the mail: {e}")))
}

/// The address as mail servers take it, its domain in ASCII; `None` when it is none.
fn address(text: &str) -> Option<Address> {
    let (local, domain) = text.trim().rsplit_once('@')?;
    let url::Host::Domain(domain) = url::Host::parse(domain).ok()? else { return None };
    let is_plain = local.is_ascii() && !local.contains(|c: char| c.is_ascii_control() || c == '"' || c == ' ');
    let address = Address::new(local, domain).ok().filter(|_| is_plain)?;
    let text: &str = address.as_ref();
    (text.len() <= ADDRESS_BYTES_MAX).then_some(address)
}

/// Whether this is worth another try. Permanent answers to a log-in are about us, not about the mail.
fn smtp_error(error: &lettre::transport::smtp::Error) -> SendError {
    let why = error.to_string();
    let code = error.status().map(u16::from);
    match code {
        Some(530 | 534 | 535 | 538) => SendError::Later(why),
        Some(500..) => {
            let no_such_address = matches!(code, Some(550 | 551 | 553)) && why.contains("5.1.");
            SendError::Never { why, no_such_address }
        }
        _ => SendError::Later(why),
    }
}

/// Hands the message to a command, as `sendmail -i -f FROM -- TO` reads it. No shell comes between.
async fn run_sendmail(command: &Path, envelope: &Envelope, message: &[u8]) -> Result<(), SendError> {
    let failed = |what: &str, e: std::io::Error| SendError::Later(format!("{} {what}: {e}", command.display()));
    let mut arguments = vec!["-i".to_owned()];
    if let Some(from) = envelope.from() {
        arguments.extend(["-f".to_owned(), from.to_string()]);
    }
    arguments.push("--".to_owned());
    arguments.extend(envelope.to().iter().map(ToString::to_string));
    #[expect(clippy::disallowed_methods, reason = "the one place that starts a process")]
    let mut child = Command::new(command)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|e| failed("does not start", e))?;
    let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
    let written = async {
        match stdin {
            Some(mut stdin) => stdin.write_all(message).await,
            None => Ok(()),
        }
    };
    let said = async {
        let mut said = Vec::new();
        if let Some(stderr) = stderr {
            let _read = stderr.take(u64::try_from(WHY_BYTES_MAX).unwrap_or(0)).read_to_end(&mut said).await;
        }
        String::from_utf8_lossy(&said).trim().to_owned()
    };
    let (written, said) = tokio::join!(written, said);
    let status = child.wait().await.map_err(|e| failed("was not waited for", e))?;
    if !status.success() {
        return Err(command_error(command, status, &said));
    }
    written.map_err(|e| failed("did not read the mail", e))
}

/// What an exit status means (`sysexits.h`).
fn command_error(command: &Path, status: ExitStatus, said: &str) -> SendError {
    const EX_DATAERR: i32 = 65;
    const EX_NOUSER: i32 = 67;
    const EX_NOHOST: i32 = 68;
    let why = format!("{} ended with {status}: {said}", command.display());
    match status.code() {
        Some(EX_NOUSER | EX_NOHOST) => SendError::Never { why, no_such_address: true },
        Some(EX_DATAERR) => SendError::Never { why, no_such_address: false },
        _ => SendError::Later(why),
    }
}

/// What was said without the addresses in it.
fn without_addresses(why: &str) -> String {
    let words: Vec<&str> =
        why.split_whitespace().map(|word| if word.contains('@') { "the address" } else { word }).collect();
    cut_at_bytes(&words.join(" "), WHY_BYTES_MAX).to_owned()
}

#[cfg(test)]
mod tests;
