//! Who may do what: every change, by every role.

use rejoinder::model::comment::Status;
use rejoinder::model::ids::CommentId;
use rejoinder::model::job::{Lane, Work};
use rejoinder::model::role::Role;
use rejoinder::store::{accounts, comments, jobs, posts, sites};

use super::bench::{Bench, Browser};

/// Who asks, and what each expects: done, forbidden, or (nobody logged in) unauthenticated.
const ROLES: [(&str, Option<Role>); 6] = [
    ("administrator", Some(Role::Administrator)),
    ("editor", Some(Role::Editor)),
    ("author", Some(Role::Author)),
    ("contributor", Some(Role::Contributor)),
    ("subscriber", Some(Role::Subscriber)),
    ("anonymous", None),
];

async fn who<'a>(bench: &'a Bench, login: &str, role: Option<Role>) -> Browser<'a> {
    match role {
        Some(role) => bench.browser(login, role).await,
        None => bench.anonymous(),
    }
}

#[tokio::test]
async fn comments_are_moderated_by_editors_and_by_the_post_s_author() {
    let bench = Bench::new().await;
    for (login, role) in ROLES {
        let browser = who(&bench, login, role).await;
        for (post, may) in [
            (bench.own_post, role.is_some_and(|r| r <= Role::Author)),
            (bench.other_post, role.is_some_and(|r| r <= Role::Editor)),
        ] {
            for (verb, status) in [
                ("approve", Status::Hold),
                ("unapprove", Status::Approved),
                ("spam", Status::Hold),
                ("unspam", Status::Spam),
                ("trash", Status::Hold),
                ("untrash", Status::Trash),
                ("delete", Status::Trash),
            ] {
                let id = bench.comment(post, status).await;
                let answer = browser.act(verb, &[id]).await;
                assert_eq!(bench.status(id).await != Some(status), may, "{login} {verb} under {post}");
                assert_eq!(answer.status, expected(role, 303), "{login} {verb} under {post}");
            }
            let id = bench.comment(post, Status::Hold).await;
            let path = format!("/desk/comments/{id}/edit");
            let answer = browser.post(&path, &[("content", "changed"), ("newcomment_author", "x")]).await;
            let stored = comments::find(&bench.app.db, bench.site, id).await.unwrap().unwrap();
            assert_eq!(stored.content == "changed", may, "{login} edits under {post}");
            assert_eq!(answer.status == 303, may, "{login} edits under {post}");
            let reply = browser.post(&format!("/desk/comments/{id}/reply"), &[("content", "")]).await;
            assert_eq!(reply.status, if may { 400 } else { denied(role) }, "{login} replies under {post}");
        }
    }
}

fn expected(role: Option<Role>, done: u16) -> u16 {
    match role {
        Some(Role::Subscriber) | None => denied(role),
        // A bulk action always answers; what each item became is in its notice.
        Some(_) => done,
    }
}

fn denied(role: Option<Role>) -> u16 {
    if role.is_some() { 403 } else { 401 }
}

#[tokio::test]
async fn the_rest_is_for_editors_and_administrators() {
    for (login, role) in ROLES {
        let bench = Bench::new().await;
        let browser = who(&bench, login, role).await;
        let is = |least: Role| role.is_some_and(|r| r <= least);
        let spam = bench.comment(bench.other_post, Status::Spam).await;
        let member = bench.account("member", Some(Role::Contributor)).await;
        let job = dead_job(&bench).await;
        let now = bench.clock.now().0.to_string();
        let (own, other) = (format!("/desk/posts/{}", bench.own_post), format!("/desk/posts/{}", bench.other_post));
        let (member_path, job_path) = (format!("/desk/members/{member}"), format!("/desk/jobs/{job}"));
        let new = [("login", "new"), ("email", "new@example.org"), ("pwd", "correct horse"), ("role", "editor")];
        for (path, fields, may) in [
            ("/desk/comments/empty", &[("comment_status", "spam"), ("pagegen_timestamp", &*now)][..], is(Role::Editor)),
            (&*own, &[("switch", "comment_status"), ("value", "closed")], is(Role::Author)),
            (&*other, &[("switch", "ping_status"), ("value", "closed")], is(Role::Editor)),
            (&*other, &[("author", "")], is(Role::Editor)),
            ("/desk/members", &new, is(Role::Administrator)),
            (&*member_path, &[("action", "role"), ("role", "author")], is(Role::Administrator)),
            (&*member_path, &[("action", "remove")], is(Role::Administrator)),
            (&*member_path, &[("action", "password"), ("pwd", "correct horse 2")], false),
            (&*job_path, &[("action", "retry")], is(Role::Administrator)),
        ] {
            let answer = browser.post(path, fields).await;
            assert_eq!(
                answer.status,
                if may { 303 } else { denied(role) },
                "{login} {path} {fields:?}: {}",
                answer.text
            );
        }
        let answer = browser.post("/desk/settings", &settings(&[])).await;
        assert_eq!(answer.status, if is(Role::Administrator) { 303 } else { denied(role) }, "{login}");
        assert_eq!(bench.status(spam).await.is_none(), is(Role::Editor), "{login}");
        let db = &bench.app.db;
        let own = posts::find(db, bench.site, bench.own_post).await.unwrap().unwrap();
        assert_eq!(own.comments_open, !is(Role::Author), "{login}");
        let other = posts::find(db, bench.site, bench.other_post).await.unwrap().unwrap();
        assert_eq!(other.pings_open, !is(Role::Editor), "{login}");
        assert_eq!(accounts::find_by_login(db, "new").await.unwrap().is_some(), is(Role::Administrator), "{login}");
        assert_eq!(sites::member_role(db, bench.site, member).await.unwrap().is_none(), is(Role::Administrator));
        assert_eq!(jobs::list_dead(db, bench.site, 10).await.unwrap().is_empty(), is(Role::Administrator), "{login}");
    }
}

/// Settings as a browser sends them, all boxes empty, with some values changed.
pub(super) fn settings<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    use rejoinder::model::options::{OPTIONS, OptionKind};
    let all = OPTIONS.iter().filter(|o| !matches!(o.kind, OptionKind::Switch | OptionKind::Choice(["open", _])));
    let mut fields: Vec<_> =
        all.map(|o| (o.name, o.default)).filter(|(n, _)| changed.iter().all(|(c, _)| c != n)).collect();
    fields.extend_from_slice(changed);
    fields
}

async fn dead_job(bench: &Bench) -> rejoinder::model::ids::JobId {
    let (site, now) = (bench.site, bench.clock.now());
    bench
        .app
        .db
        .write(async move |tx| {
            jobs::insert(tx, &Work::DiscoverPost { site, url: "https://blog.example/<x>".into() }, now).await?;
            let claimed = jobs::claim(tx, Lane::Work, "a server", 1, now).await?;
            jobs::bury(tx, claimed[0].id, "the host <b>said</b> no").await?;
            Ok(claimed[0].id)
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn pages_show_each_role_what_it_may_see() {
    let bench = Bench::new().await;
    let foreign = bench.comment(bench.other_post, Status::Hold).await;
    let own = bench.comment(bench.own_post, Status::Hold).await;
    for (login, role) in ROLES {
        let browser = who(&bench, login, role).await;
        let Some(role) = role else {
            let answer = browser.get("/desk/comments?p=1").await;
            assert_eq!(
                (answer.status.as_u16(), answer.location()),
                (303, "/desk/login?redirect_to=%2Fdesk%2Fcomments%3Fp%3D1")
            );
            continue;
        };
        let queue = browser.get("/desk/comments").await;
        assert_eq!(queue.status, if role == Role::Subscriber { 403 } else { 200 }, "{login}");
        let shows = |id: CommentId| queue.text.contains(&format!("id=\"comment-{id}\""));
        assert_eq!(shows(foreign), role <= Role::Editor, "{login}");
        assert_eq!(shows(own), role <= Role::Author, "{login}");
        for (path, least) in [
            ("/desk/settings", Role::Administrator),
            ("/desk/members", Role::Administrator),
            ("/desk/log-in", Role::Administrator),
            ("/desk/jobs", Role::Administrator),
            ("/desk/audit", Role::Editor),
            ("/desk/posts", Role::Contributor),
            ("/desk/profile", Role::Subscriber),
        ] {
            assert_eq!(browser.get(path).await.status, if role <= least { 200 } else { 403 }, "{login} {path}");
        }
        for page in ["edit", "reply", "approve", "delete"] {
            let answer = browser.get(&format!("/desk/comments/{foreign}/{page}")).await;
            assert_eq!(answer.status, if role <= Role::Editor { 200 } else { 403 }, "{login} {page}");
        }
    }
}

#[tokio::test]
async fn nobody_changes_their_own_role_or_a_super_administrator_s() {
    let bench = Bench::new().await;
    let root = bench.account("root", None).await;
    let me = bench.account("boss", Some(Role::Administrator)).await;
    let browser = bench.logged_in(me).await;
    for id in [me, root] {
        for fields in [&[("action", "role"), ("role", "subscriber")][..], &[("action", "remove")]] {
            assert_eq!(browser.post(&format!("/desk/members/{id}"), fields).await.status, 409);
        }
    }
    assert_eq!(sites::member_role(&bench.app.db, bench.site, me).await.unwrap(), Some(Role::Administrator));
}
