//! What commands print, and how they end.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use sqlx::{ConnectOptions as _, Connection as _};

use super::{Done, Server, folder, made, rejoinder, run};

const SITE: [&str; 5] = ["site", "add", "https://blog.example", "--slug", "blog"];
const POST: [&str; 5] = ["post", "add", "https://blog.example/a/", "--title", "A"];

fn add_user(data: &Path, login: &str, password: &str) -> Done {
    let email = format!("{login}@blog.example");
    let arguments = ["user", "add", login, "--email", &email, "--role", "editor"];
    let mut command = rejoinder(data, &arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
    child.wait_with_output().unwrap().into()
}

#[test]
fn what_a_command_makes_is_alone_on_standard_output() {
    let (_folder, data) = folder();
    assert_eq!(made(&data, &SITE), "1\n");
    assert_eq!(made(&data, &POST), "1\n");
    let user = add_user(&data, "ada", "a long enough password");
    assert_eq!((user.code, user.stdout.as_str()), (Some(0), "1\n"), "{}", user.stderr);
    let password = made(&data, &["user", "app-password", "ada", "phone"]);
    assert!(password.len() == 25 && password.ends_with('\n'), "{password:?}");
    assert!(password.trim_end().bytes().all(|b| b.is_ascii_alphanumeric()), "{password:?}");
    assert_eq!(made(&data, &["post", "set", "1", "ping_status", "closed"]), "");
    assert_eq!(made(&data, &["site", "set", "blog", "comment_moderation", "1"]), "");
    assert_eq!(made(&data, &["site", "set", "blog", "comment_moderation"]), "1\n");
}

/// A hand in the database is found, and mended beside a running server, which notices.
#[tokio::test]
async fn the_doctor_recounts() {
    let (_folder, data) = folder();
    made(&data, &SITE);
    made(&data, &POST);
    made(&data, &["site", "set", "blog", "comment_previously_approved", "0"]);
    let server = Server::start(&data).await;
    assert_eq!(server.comment("1", "A thought").await, 201);
    let doctor = |arguments: &[&str]| run(&data, &[&["doctor"], arguments].concat());
    let agree = "ok    counts, numbers and references in the database agree";
    assert!(doctor(&[]).stdout.contains(agree));

    let mut hand =
        sqlx::sqlite::SqliteConnectOptions::new().filename(data.join("rejoinder.db")).connect().await.unwrap();
    sqlx::query("UPDATE posts SET comment_count = 5").execute(&mut hand).await.unwrap();
    hand.close().await.unwrap();
    let found = doctor(&[]);
    assert!(found.stdout.contains("post 1 has 1 approved comments, and its count says 5"), "{}", found.stdout);
    assert!(found.stdout.contains("`rejoinder doctor --repair`") && found.code == Some(1), "{found:?}");
    let mended = doctor(&["--repair"]);
    assert_eq!(mended.code, Some(0), "{mended:?}");
    assert!(mended.stdout.starts_with("mended  https://blog.example/: post 1 ") && mended.stdout.contains(agree));
    assert!(!doctor(&["--repair"]).stdout.contains("mended"), "there is nothing left");
    let counts = "/embed/counts?url=https%3A%2F%2Fblog.example%2Fa%2F";
    crate::harness::eventually("the server tells the right number", async || {
        server.get(counts).await.1.contains(":1}").then_some(())
    })
    .await;
    assert_eq!(doctor(&["--repair", "--ready"]).code, Some(2));
}

#[test]
fn an_exit_code_tells_what_failed() {
    let (folder, data) = folder();
    made(&data, &SITE);
    made(&data, &POST);
    let taken = folder.path().join("taken");
    std::fs::write(&taken, "no database").unwrap();
    let taken = taken.to_str().unwrap();
    let cases: [(&[&str], i32); 11] = [
        (&["no-such-command"], 2),
        (&["site", "add", "no address"], 2),
        (&["post", "add", "https://elsewhere.example/"], 2),
        (&["site", "set", "blog", "no_such_option", "1"], 2),
        (&["post", "set", "1", "ping_status", "ajar"], 2),
        (&["backup", taken], 2),
        (&["post", "set", "99", "ping_status", "open"], 1),
        (&["user", "passwd", "nobody"], 1),
        (&["user", "app-password", "nobody", "phone"], 1),
        (&["user", "app-password", "nobody"], 2),
        (&["doctor", "--ready", "--listen", "127.0.0.1:9"], 75),
    ];
    for (arguments, code) in cases {
        let done = run(&data, arguments);
        assert_eq!(done.code, Some(code), "{arguments:?}: {}", done.stderr);
        assert_eq!(done.stdout, "", "{arguments:?}");
        assert_ne!(done.stderr, "", "{arguments:?} says why");
    }
    assert_ne!(run(&data, &["restore", taken]).code, Some(0), "what is no backup is not restored");
    assert_eq!(made(&data, &["post", "list"]).lines().count(), 1, "and nothing is changed");
}

#[tokio::test]
async fn a_backup_while_serving_holds_what_was_acknowledged() {
    let (folder, data) = folder();
    made(&data, &SITE);
    made(&data, &POST);
    made(&data, &["site", "set", "blog", "comment_previously_approved", "0"]);
    let server = Server::start(&data).await;
    assert_eq!(server.comment("1", "Before the backup").await, 201);

    let backup = folder.path().join("backup.db");
    made(&data, &["backup", backup.to_str().unwrap()]);
    assert_eq!(server.comment("1", "After the backup").await, 201);
    let refused = run(&data, &["restore", backup.to_str().unwrap()]);
    assert_eq!(refused.code, Some(2), "not under a running server: {}", refused.stderr);
    drop(server);

    made(&data, &["restore", backup.to_str().unwrap()]);
    let server = Server::start(&data).await;
    let (status, thread) = server.get("/embed/thread?url=https://blog.example/a/").await;
    assert_eq!(status, 200, "{thread}");
    assert!(thread.contains("Before the backup"), "{thread}");
    assert!(!thread.contains("After the backup"), "{thread}");
}

#[tokio::test]
async fn the_doctor_looks_at_mail_and_sends_one() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, data) = folder();
    let done = run(&data, &["doctor"]);
    assert!(done.stdout.contains("note  no mail is sent"), "{}", done.stdout);
    let refused = run(&data, &["doctor", "--mail", "ann@blog.example"]);
    assert_eq!(refused.code, Some(2), "{}", refused.stderr);

    let (command, filed) = (folder.path().join("sendmail"), folder.path().join("filed"));
    std::fs::write(&command, format!("#!/bin/sh\necho \"$*\" > {0}\ncat >> {0}\n", filed.display())).unwrap();
    std::fs::set_permissions(&command, std::fs::Permissions::from_mode(0o755)).unwrap();
    let with = |more: &[&str]| {
        run(
            &data,
            &[&["doctor", "--sendmail", command.to_str().unwrap(), "--mail-from", "c@blog.example"], more].concat(),
        )
    };
    let done = with(&[]);
    assert!(done.stdout.contains("ok    mail goes out by /"), "{}", done.stdout);
    let done = with(&["--mail", "ann@blog.example"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let filed = std::fs::read_to_string(&filed).unwrap();
    assert!(filed.starts_with("-i -f c@blog.example -- ann@blog.example\n"), "{filed}");
    assert!(filed.contains("Subject: Rejoinder can send mail\r\n"), "{filed}");
    std::fs::remove_file(&command).unwrap();
    let done = with(&[]);
    assert!(done.stdout.contains("mend  mail goes out by /") && done.code == Some(1), "{}", done.stdout);
}

/// Secrets come from standard input; what a site may not change is refused; the redirect URI is there to copy.
#[test]
fn providers_are_added_listed_changed_and_removed() {
    let (_folder, data) = folder();
    made(&data, &SITE);
    let with_secret = |arguments: &[&str], secret: &str| -> Done {
        let mut command = rejoinder(&data, arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        write!(child.stdin.take().unwrap(), "{secret}").unwrap();
        child.wait_with_output().unwrap().into()
    };
    let lacking = with_secret(&["provider", "add", "github"], "");
    assert!(lacking.code == Some(2) && lacking.stderr.contains("the client ID and the client secret"), "{lacking:?}");
    let added = with_secret(&["provider", "add", "github", "--client-id", "abc"], "hush\n");
    assert_eq!((added.code, added.stdout.as_str()), (Some(0), "github\n"), "{}", added.stderr);
    assert!(added.stderr.contains("/login/callback/github"), "{}", added.stderr);
    assert_eq!(made(&data, &["provider", "add", "wordpress-com"]), "wordpress-com\n");
    let again = run(&data, &["provider", "add", "wordpress-com"]);
    assert!(again.code == Some(1) && again.stderr.contains("another id"), "{again:?}");
    made(&data, &["provider", "set", "github", "--off", "--name", "Git", "--set", "scopes=read:user"]);
    let listed = run(&data, &["provider", "list"]);
    assert!(listed.stdout.contains("github\tgithub\toff\t") && !listed.stdout.contains("hush"), "{listed:?}");
    let wrong = run(&data, &["provider", "set", "github", "--set", "nothing=x"]);
    assert!(wrong.code == Some(2) && wrong.stderr.contains("no setting “nothing”"), "{wrong:?}");
    made(&data, &["provider", "remove", "github"]);
    assert!(!run(&data, &["provider", "list"]).stdout.contains("github\tgithub"));
}
