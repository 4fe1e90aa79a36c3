//! What Rejoinder is measured against, and what feeds it. Started by `benches/run`:
//!
//! - `answers PORT FOLDER`: the limit of reading. A bare axum handler with the body and the header fields of
//!   Rejoinder's own answer, which `benches/run` put into the folder.
//! - `commits FOLDER SECONDS`: the limit of writing one at a time. A row of a comment's size in each commit, with the
//!   settings of Rejoinder's own writer; prints the commits per second.
//! - `sources PORT TARGET`: a web server whose every page links to the target, for pingbacks.
//! - `texts`: what the text filters cost, without a server; prints microseconds.

#![expect(clippy::print_stdout, reason = "what was measured goes to standard output")]

mod texts;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use axum::Router;
use axum::extract::State;
use axum::response::{Html, Response};
use axum::routing::get;
use axum::serve::ListenerExt as _;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::net::TcpListener;

/// Bytes of a comment's text, on average, in the thread that is measured.
const COMMENT_BYTES: usize = 287;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["answers", port, folder] => answers(port.parse()?, Path::new(folder)).await,
        ["commits", folder, seconds] => commits(Path::new(folder), seconds.parse()?).await,
        ["sources", port, target] => sources(port.parse()?, target).await,
        ["texts"] => {
            texts::measure();
            Ok(())
        }
        _ => {
            println!("The benchmarks are started by benches/run.");
            Ok(())
        }
    }
}

async fn serve(port: u16, router: Router) -> anyhow::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?.tap_io(|stream| {
        let _best_effort = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, router).await?)
}

/// An answer with everything prepared.
#[derive(Clone)]
struct Prepared {
    etag: HeaderValue,
    whole: HeaderMap,
    known: HeaderMap,
    body: Bytes,
}

async fn answers(port: u16, folder: &Path) -> anyhow::Result<()> {
    let whole = read_headers(&folder.join("200"))?;
    let prepared = Prepared {
        etag: whole.get(header::ETAG).context("the answer has no ETag")?.clone(),
        whole,
        known: read_headers(&folder.join("304"))?,
        body: std::fs::read(folder.join("body"))?.into(),
    };
    serve(port, Router::new().route("/", get(answer)).with_state(prepared)).await
}

async fn answer(State(prepared): State<Prepared>, request: HeaderMap) -> Response {
    let is_known = request.get(header::IF_NONE_MATCH) == Some(&prepared.etag);
    let mut response = Response::new(if is_known { Bytes::new() } else { prepared.body }.into());
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    *response.headers_mut() = if is_known { prepared.known } else { prepared.whole };
    response
}

/// Reads lines of `name: value`.
fn read_headers(file: &Path) -> anyhow::Result<HeaderMap> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    text.lines()
        .map(|line| {
            let (name, value) = line.split_once(": ").with_context(|| line.to_owned())?;
            Ok((HeaderName::try_from(name)?, HeaderValue::try_from(value)?))
        })
        .collect()
}

async fn commits(folder: &Path, seconds: f64) -> anyhow::Result<()> {
    let mut database = SqliteConnectOptions::new()
        .filename(folder.join("commits.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-8000")
        .pragma("wal_autocheckpoint", "2000")
        .disable_statement_logging()
        .connect()
        .await?;
    let make = "CREATE TABLE comments (id INTEGER PRIMARY KEY, post INTEGER, parent INTEGER, author TEXT, email TEXT, \
                url TEXT, ip TEXT, at INTEGER, body TEXT, status TEXT) STRICT";
    sqlx::query(make).execute(&mut database).await?;
    sqlx::query("CREATE INDEX comments_post ON comments (post, status, at)").execute(&mut database).await?;
    let insert = "INSERT INTO comments (post, parent, author, email, url, ip, at, body, status) \
                  VALUES ($1, 0, 'Ada Berg', 'ada@example.org', 'http://example.net/', '192.0.2.1', $2, $3, 'approved')";
    let body = "x".repeat(COMMENT_BYTES);
    let (began, limit, mut rows) = (Instant::now(), Duration::from_secs_f64(seconds), 0_i32);
    while began.elapsed() < limit {
        let done = sqlx::query(insert).bind(rows % 50).bind(i64::from(rows)).bind(&body).execute(&mut database).await?;
        if done.rows_affected() != 1 {
            bail!("a row was not written");
        }
        rows += 1;
    }
    println!("{:.1}", f64::from(rows) / began.elapsed().as_secs_f64());
    Ok(database.close().await?)
}

async fn sources(port: u16, target: &str) -> anyhow::Result<()> {
    let target: std::sync::Arc<str> = target.into();
    serve(port, Router::new().fallback(source).with_state(target)).await
}

/// A short blog post, titled by its path, so that no two are duplicates.
async fn source(State(target): State<std::sync::Arc<str>>, address: Uri) -> Html<String> {
    let name = address.path().trim_start_matches('/');
    let words =
        "<p>A paragraph of the post, of ordinary words and of an ordinary length, without any link.</p>\n".repeat(20);
    Html(format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Source {name}</title></head>\n<body><article>\n\
         <h1>Source {name}</h1>\n{words}<p>Post {name} was written before this, and it says what <a href=\"{target}\">the linked \
         post</a> says, in other words.</p>\n{words}</article></body></html>\n"
    ))
}
