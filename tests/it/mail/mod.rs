//! Mail from its cause to the envelope: the real program with a command that files what it is handed, the jobs
//! running, and every mail read by another library.

mod digests;
mod doors;
mod guests;
mod links;
mod log_in;
mod moderators;
mod passwords;
mod readers;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use mailparse::MailHeaderMap as _;
use rejoinder::mail::Settings;
use rejoinder::model::account::Actor;
use rejoinder::model::comment::{Comment, Status};
use rejoinder::model::ids::{AccountId, CommentId, PostId};
use rejoinder::model::role::Role;
use rejoinder::store::accounts::NewAccount;
use rejoinder::store::{accounts, comments, jobs, posts, sites};
use tokio::task::JoinHandle;

use crate::form::Door;
use crate::harness::{Engine, START, Setup, eventually};

/// A mail as it was handed over.
#[derive(Clone, Debug)]
struct Received {
    /// The recipient on the envelope.
    to: String,
    subject: String,
    from: String,
    reply_to: Option<String>,
    message_id: String,
    unsubscribe: Option<String>,
    body: String,
}

impl Received {
    fn read(text: &[u8]) -> Self {
        let at = text.iter().position(|b| *b == b'\n').unwrap();
        let arguments = String::from_utf8(text[..at].to_vec()).unwrap();
        let parsed = mailparse::parse_mail(&text[at + 1..]).unwrap();
        let header = |name: &str| parsed.headers.get_first_value(name);
        let to = arguments.rsplit_once(" -- ").unwrap().1.to_owned();
        assert_eq!(header("To").as_deref(), Some(to.as_str()), "header and envelope agree");
        Self {
            to,
            subject: header("Subject").unwrap(),
            from: mailbox(&parsed, "From").unwrap(),
            reply_to: mailbox(&parsed, "Reply-To"),
            message_id: header("Message-ID").unwrap(),
            unsubscribe: header("List-Unsubscribe").map(|value| value.trim_matches(['<', '>']).to_owned()),
            body: parsed.get_body().unwrap().replace("\r\n", "\n"),
        }
    }

    /// The path and query of the first link in the body that begins so below the doors.
    fn link(&self, path: &str) -> String {
        let start = format!("http://comments.test{path}");
        let line = self.body.lines().find(|line| line.contains(&start)).unwrap_or_else(|| panic!("{}", self.body));
        line[line.find(&start).unwrap() + "http://comments.test".len()..].to_owned()
    }
}

/// `Name <address>` of a header, decoded.
fn mailbox(parsed: &mailparse::ParsedMail<'_>, name: &str) -> Option<String> {
    let header = parsed.headers.get_first_header(name)?;
    let one = mailparse::addrparse_header(header).unwrap().extract_single_info().unwrap();
    Some(format!("{} <{}>", one.display_name.unwrap_or_default(), one.addr))
}

/// A blog whose mail lands in a folder.
struct Post {
    door: Door,
    folder: tempfile::TempDir,
    runner: Option<JoinHandle<()>>,
}

/// The command: it files what it is handed, arguments first, and gives the file its name only once it is whole.
const SENDMAIL: &str = "#!/bin/sh\nset -e\ncd \"$(dirname \"$0\")\"\n\
    if [ -e down ]; then echo no room >&2; exit 75; fi\n\
    if [ -e nobody ]; then echo no such user >&2; exit 67; fi\n\
    file=$(mktemp new.XXXXXX)\n{ echo \"$*\"; cat; } > \"$file\"\nmv \"$file\" \"mail.${file#new.}\"\n";

impl Post {
    async fn open() -> Self {
        Self::with(Engine::Sqlite, Setup::default()).await
    }

    async fn with(engine: Engine, setup: Setup) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mail = Some(sendmail(folder.path()));
        let door = Door::with(engine, Setup { mail, ..setup }).await;
        let runner = Some(tokio::spawn(rejoinder::jobs::runner::run(door.test.app.clone())));
        let post = Self { door, folder, runner };
        post.member("root", Role::Administrator).await;
        post
    }

    /// A member whose address is `LOGIN@blog.example`.
    async fn member(&self, login: &str, role: Role) -> AccountId {
        let new = NewAccount {
            login: login.into(),
            email: format!("{login}@blog.example"),
            display_name: login.into(),
            password_hash: "none".into(),
            super_admin: false,
        };
        let site = self.door.site.id;
        let write = async move |tx: &mut rejoinder::store::Tx| {
            let id = accounts::insert(tx, &new, START).await?;
            sites::set_member(tx, site, id, role).await?;
            Ok(id)
        };
        self.door.test.app.db.write(write).await.unwrap()
    }

    /// Makes a member the author of the post.
    async fn wrote(&self, author: AccountId) {
        let (site, post) = (self.door.site.id, self.door.post);
        let write = async move |tx: &mut rejoinder::store::Tx| posts::set_author(tx, site, post, Some(author)).await;
        assert!(self.door.test.app.db.write(write).await.unwrap());
        // Readers' memory of the post is of before.
        assert_eq!(self.post().await.account_id, Some(author));
    }

    async fn post(&self) -> rejoinder::model::post::Post {
        posts::find(&self.door.test.app.db, self.door.site.id, self.door.post).await.unwrap().unwrap()
    }

    /// Sends the form, which must be taken; the comment as it is kept.
    async fn comment(&self, fields: &[(&str, &str)]) -> Comment {
        let answer = self.door.send(fields, &[crate::form::JSON]).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        self.find(CommentId(answer.json()["id"].as_i64().unwrap())).await.unwrap()
    }

    async fn find(&self, id: CommentId) -> Option<Comment> {
        comments::find(&self.door.test.app.db, self.door.site.id, id).await.unwrap()
    }

    async fn moderate(&self, actor: &Actor, verb: rejoinder::actions::moderate_comments::Verb, id: CommentId) {
        let site = self.door.test.app.sites.find(&self.door.test.app.db, self.door.site.id).await.unwrap().unwrap();
        rejoinder::actions::moderate_comments::moderate(&self.door.test.app, &site, actor, verb, &[id]).await.unwrap();
    }

    async fn approve(&self, id: CommentId) {
        let verb = rejoinder::actions::moderate_comments::Verb::Approve;
        self.moderate(&Actor::command("test"), verb, id).await;
        assert_eq!(self.find(id).await.unwrap().status, Status::Approved);
    }

    /// Every mail so far, once nothing is left to be done, by recipient and subject; the folder is empty then.
    async fn delivered(&self) -> Vec<Received> {
        let app = &self.door.test.app;
        eventually("the jobs end", async || {
            app.bell.ring();
            app.bell.ring_in(rejoinder::model::job::Lane::Mail);
            let due = jobs::next_due(&app.db).await.unwrap();
            due.is_none_or(|due| due > app.clock.now().plus(jobs::LEASE)).then_some(())
        })
        .await;
        let mut mails = Vec::new();
        for path in self.filed() {
            mails.push(Received::read(&std::fs::read(&path).unwrap()));
            std::fs::remove_file(&path).unwrap();
        }
        mails.sort_by(|a, b| (&a.to, &a.subject, &a.body).cmp(&(&b.to, &b.subject, &b.body)));
        mails
    }

    fn filed(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("mail.")).collect()
    }

    /// Recipient and subject of what was delivered.
    async fn subjects(&self) -> Vec<(String, String)> {
        self.delivered().await.into_iter().map(|mail| (mail.to, mail.subject)).collect()
    }

    /// The one mail that was delivered.
    async fn only(&self) -> Received {
        let mut mails = self.delivered().await;
        assert_eq!(mails.len(), 1, "{mails:#?}");
        mails.remove(0)
    }

    /// The command fails from now on, or works again.
    fn set_down(&self, how: &str, down: bool) {
        let flag = self.folder.path().join(how);
        if down { std::fs::write(flag, "").unwrap() } else { std::fs::remove_file(flag).unwrap() }
    }

    fn advance(&self, seconds: u64) {
        self.door.test.advance(seconds);
    }

    /// Stops the jobs; none may be left, and no mail that nobody looked at.
    async fn end(mut self) {
        assert_eq!(self.subjects().await, []);
        self.door.test.app.stopping.cancel();
        if let Some(runner) = self.runner.take() {
            runner.await.unwrap();
        }
        assert_eq!(jobs::count_by_state(&self.door.test.app.db).await.unwrap(), []);
    }
}

fn sendmail(folder: &Path) -> Settings {
    let command = folder.join("sendmail");
    std::fs::write(&command, SENDMAIL).unwrap();
    std::fs::set_permissions(&command, std::fs::Permissions::from_mode(0o755)).unwrap();
    Settings::parse(None, Some(&command), None, None).unwrap().unwrap()
}

const POST: PostId = PostId(1);
