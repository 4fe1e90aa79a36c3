//! The built program as an operator meets it: its commands, its first start, its stop. The rest of the tests
//! boot the same `App` inside the test's process.

mod commands;
mod starting;
mod stopping;

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use crate::harness::eventually;

/// What a command did.
#[derive(Debug)]
struct Done {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The program with nothing of this machine's environment.
fn rejoinder(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rejoinder"));
    command.env_clear().args(arguments).arg("--data").arg(data).stdin(Stdio::null());
    command
}

/// Runs a command to its end.
fn run(data: &Path, arguments: &[&str]) -> Done {
    rejoinder(data, arguments).output().unwrap().into()
}

/// Runs a command that must succeed, and returns what it printed on standard output.
fn made(data: &Path, arguments: &[&str]) -> String {
    let done = run(data, arguments);
    assert_eq!(done.code, Some(0), "{arguments:?}: {}", done.stderr);
    done.stdout
}

/// A server that runs; killed when dropped.
struct Server {
    child: Child,
    url: String,
    log: PathBuf,
}

impl Server {
    /// Starts it on a folder and returns when it is ready. Its fetcher may reach 127.0.0.1.
    async fn start(data: &Path) -> Self {
        // Free a moment ago; the kernel hands the next ones out to others first.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (listen, log) = (format!("127.0.0.1:{port}"), data.with_extension(format!("{port}.log")));
        let child = rejoinder(data, &["serve", "--listen", &listen, "--no-limits", "--fetch-allow", "127.0.0.0/8"])
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut server = Self { child, url: format!("http://{listen}"), log };
        eventually("the server is ready", async || {
            assert_eq!(server.child.try_wait().unwrap(), None, "{}", server.said());
            let answer = reqwest::get(format!("{}/readyz", server.url)).await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
        server
    }

    /// What it printed and logged.
    fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let answer = reqwest::get(format!("{}{path}", self.url)).await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn comment(&self, post: &str, text: &str) -> u16 {
        let fields = [("comment_post_ID", post), ("author", "Ada"), ("email", "ada@blog.example"), ("comment", text)];
        let request = reqwest::Client::new().post(format!("{}/wp-comments-post.php", self.url)).form(&fields);
        request.header("accept", "application/json").send().await.unwrap().status().as_u16()
    }

    /// `pingback.ping`, as any client sends it; the answer's body.
    async fn ping(url: String, source: String, target: &'static str) -> reqwest::Result<String> {
        let body = format!(
            "<?xml version=\"1.0\"?><methodCall><methodName>pingback.ping</methodName><params>\
            <param><value><string>{source}</string></value></param>\
            <param><value><string>{target}</string></value></param></params></methodCall>"
        );
        reqwest::Client::new().post(format!("{url}/xmlrpc.php")).body(body).send().await?.text().await
    }

    /// Sends a signal by its name.
    fn signal(&self, name: &str) {
        // The shell's own `kill`: another may not be installed.
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.child.id())]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end.
    async fn ended(&mut self) -> ExitStatus {
        eventually("the server's end", async || self.child.try_wait().unwrap()).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A folder of the test's own, and the data folder in it, which is not made yet.
fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    (folder, data)
}
