//! Members who comment under their own name: what they are asked, what is kept, and that nobody posts in their name
//! but a page of ours that was shown to their very session (S-CSRF).

use rejoinder::model::comment::Status;
use rejoinder::model::form_fields::TOKEN;
use rejoinder::model::role::Role;
use rejoinder::store::{accounts, sessions, sites};
use rejoinder::web::form::token;

use super::{Door, JSON};
use crate::harness::{Answer, LoggedIn};

const OWN: (&str, &str) = ("origin", "http://comments.test");

impl Door {
    pub(crate) async fn member(&self, login: &str, role: Role) -> LoggedIn {
        self.test.logged_in(self.site.id, login, Some(role)).await
    }

    /// The token of the form that the thread's page shows to this member.
    pub(crate) async fn token_of(&self, member: &LoggedIn) -> String {
        let page = self.test.get_with(&format!("/?p={}", self.post), &[("cookie", &member.cookie)]).await.text();
        let (_, rest) = page.split_once(&format!("name=\"{TOKEN}\"")).unwrap_or_else(|| panic!("no form: {page}"));
        rest.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    /// Sends the form as the member's own page does: without name, e-mail and website.
    pub(crate) async fn send_as(&self, member: &LoggedIn, fields: &[(&str, &str)]) -> Answer {
        let token = self.token_of(member).await;
        self.test.advance(5);
        self.send_with(member, &token, fields, &[OWN]).await
    }

    async fn send_with(
        &self,
        member: &LoggedIn,
        token: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut all = vec![("author", ""), ("email", ""), ("url", ""), (TOKEN, token)];
        all.extend(fields);
        let mut headers = headers.to_vec();
        headers.push(("cookie", &member.cookie));
        self.send(&all, &headers).await
    }
}

#[tokio::test]
async fn a_member_comments_under_their_own_name_whatever_the_form_says() {
    let door = Door::without_moderation().await;
    let ada = door.member("ada", Role::Subscriber).await;
    let forged = [
        ("comment", "1"),
        ("author", "Somebody Else"),
        ("email", "else@example.org"),
        ("url", "https://else.example/"),
    ];
    let answer = door.send_as(&ada, &forged).await;
    assert_eq!(answer.status, 302, "{}", answer.text());
    assert_eq!(answer.headers.get("set-cookie"), None, "a browser need not remember who is logged in");
    let kept = door.only().await;
    assert_eq!(
        (kept.author_name.as_str(), kept.author_email.as_str(), kept.author_url.as_str(), kept.account_id),
        ("ada the member", "ada@members.example", "", Some(ada.account))
    );
    let json = door.send_with(&ada, &door.token_of(&ada).await, &[("comment", "2")], &[OWN, JSON]).await;
    assert_eq!((json.status.as_u16(), json.json()["author_name"].as_str()), (201, Some("ada the member")));
    assert!(door.test.get("/embed/thread?url=https%3A%2F%2Fblog.example%2Fa-post%2F").await.text().contains("byuser"));
}

#[tokio::test]
async fn with_comment_registration_members_are_taken_and_guests_are_not() {
    let door = Door::open().await;
    door.option("comment_registration", "1").await;
    let guest = door.send(&[], &[OWN]).await;
    assert!(
        guest.status == 403 && guest.text().contains("Sorry, you must be logged in to comment."),
        "{}",
        guest.text()
    );
    let ada = door.member("ada", Role::Subscriber).await;
    // The cookie alone is nobody: this form was not shown to a member.
    let cookie_only = door.send(&[], &[OWN, ("cookie", &ada.cookie)]).await;
    assert_eq!(cookie_only.status, 403, "{}", cookie_only.text());
    assert_eq!(door.kept().await, []);
    assert_eq!(door.send_as(&ada, &[]).await.status, 302);
    assert_eq!(door.only().await.account_id, Some(ada.account));
    let stranger = door.test.logged_in(door.site.id, "stranger", None).await;
    assert_eq!(door.send_as(&stranger, &[("comment", "Any log-in will do.")]).await.status, 302);
}

/// A foreign page, the blog's own page, a page nobody named: none posts in the member's name, whatever it holds.
#[tokio::test]
async fn no_other_page_posts_in_a_member_s_name() {
    let door = Door::without_moderation().await;
    let (ada, eve) = (door.member("ada", Role::Subscriber).await, door.member("eve", Role::Subscriber).await);
    let token = door.token_of(&ada).await;
    let other_post = token::issue_to_member(&door.test.app.secret, door.site.id, 99, &ada.csrf, door.test.clock.now());
    let eves = door.token_of(&eve).await;
    for (what, token, headers, cookie) in [
        ("a foreign page", token.as_str(), &[("origin", "https://evil.example")][..], &ada.cookie),
        ("the blog's page", &token, &[("origin", "https://blog.example")], &ada.cookie),
        ("an opaque origin", &token, &[("origin", "null")], &ada.cookie),
        ("no origin", &token, &[], &ada.cookie),
        ("another port", &token, &[("origin", "http://comments.test:8080")], &ada.cookie),
        ("our origin, and a browser that knows better", &token, &[OWN, ("sec-fetch-site", "cross-site")], &ada.cookie),
        ("a page of the same site", &token, &[OWN, ("sec-fetch-site", "same-site")], &ada.cookie),
        ("another member's form", &eves, &[OWN], &ada.cookie),
        ("the form of another post", &other_post, &[OWN], &ada.cookie),
        ("a token made up", "member.1.00", &[OWN], &ada.cookie),
        ("no session", &token, &[OWN], &"x=y".to_owned()),
        ("another session", &token, &[OWN], &eve.cookie),
    ] {
        let sender = LoggedIn { cookie: cookie.clone(), ..ada.clone() };
        for more in [&[][..], &[("author", "Ann"), ("email", "ann@example.org")]] {
            let answer = door.send_with(&sender, token, more, headers).await;
            assert_eq!(answer.status, 403, "{what}: {}", answer.text());
        }
    }
    assert_eq!(door.kept().await, []);
    // Forms that were not shown to a member are a guest's, whatever cookie comes with them.
    let guests = token::issue(&door.test.app.secret, door.site.id, door.post.0, door.test.clock.now());
    door.test.advance(5);
    for (at, (token, origin)) in [
        (String::new(), "https://blog.example"),
        (guests.clone(), "https://blog.example"),
        (guests, "http://comments.test"),
        (token.replace("member.", ""), "http://comments.test"),
    ]
    .into_iter()
    .enumerate()
    {
        let words = at.to_string();
        let fields = [("comment", words.as_str()), (TOKEN, &token)];
        let answer = door.send(&fields, &[("origin", origin), ("cookie", &ada.cookie)]).await;
        assert_eq!(answer.status, 302, "{token}: {}", answer.text());
        let kept = &door.kept().await[0];
        assert_eq!((kept.author_name.as_str(), kept.account_id), ("Ann", None), "{token}");
    }
}

#[tokio::test]
async fn a_form_is_of_its_session_and_of_its_time() {
    let door = Door::without_moderation().await;
    let ada = door.member("ada", Role::Subscriber).await;
    let before = door.token_of(&ada).await;
    let again = door.member("ada", Role::Subscriber).await;
    let answer = door.send_with(&again, &before, &[], &[OWN]).await;
    assert!(
        answer.status == 403 && answer.text().contains("Log in again, and send it once more."),
        "{}",
        answer.text()
    );
    assert!(answer.text().contains("Well said."), "what was typed is not lost: {}", answer.text());

    let (id, now) = (ada.account, door.test.clock.now());
    door.test.app.db.write(async move |tx| sessions::delete_of_account(tx, id).await).await.unwrap();
    assert_eq!(door.send_with(&ada, &before, &[], &[OWN]).await.status, 403, "logged out meanwhile");

    let ada = door.member("ada", Role::Subscriber).await;
    let old = token::issue_to_member(&door.test.app.secret, door.site.id, door.post.0, &ada.csrf, now);
    for _ in 0..4 {
        // A session that is used lives on; the form that was opened then does not.
        door.test.advance(12 * 3600);
        door.token_of(&ada).await;
    }
    let fields = [("comment", "in time")];
    assert_eq!(door.send_with(&ada, &old, &fields, &[OWN]).await.status, 302, "48 hours");
    door.test.advance(1);
    assert_eq!(door.send_with(&ada, &old, &[("comment", "late")], &[OWN]).await.status, 403);

    let site = door.site.id;
    let fresh = door.token_of(&ada).await;
    door.test.app.db.write(async move |tx| sites::delete_member(tx, site, id).await).await.unwrap();
    let answer = door.send_with(&ada, &fresh, &[("comment", "no member any more")], &[OWN]).await;
    assert_eq!(answer.status, 302, "whoever is logged in comments under their account: {}", answer.text());
}

#[tokio::test]
async fn where_comments_are_closed_who_moderates_may_still_reply() {
    let door = Door::without_moderation().await;
    door.send(&[("comment", "asked before it closed")], &[]).await;
    let parent = door.only().await.id.to_string();
    let (site, post) = (door.site.id, door.post);
    let author = door.member("author", Role::Author).await;
    let id = author.account;
    let write = door.test.app.db.write(async move |tx| {
        rejoinder::store::posts::set_author(tx, site, post, Some(id)).await?;
        rejoinder::store::posts::set_comment_status(tx, site, post, false, crate::harness::START).await
    });
    assert!(write.await.unwrap());
    for (login, role, may) in [
        ("editor", Role::Editor, true),
        ("author", Role::Author, true),
        ("other", Role::Author, false),
        ("reader", Role::Subscriber, false),
    ] {
        let member = door.member(login, role).await;
        let page = door.test.get_with("/?p=1", &[("cookie", &member.cookie)]).await.text();
        assert_eq!(page.contains("id=\"commentform\""), may, "{login}: {page}");
        assert_eq!(page.contains("comment-reply-link"), may, "{login}: {page}");
        assert_eq!(page.contains("Because you moderate here, you can still reply."), may, "{login}");
        assert_eq!(page.contains(">Comments are closed.</p>"), !may, "{login}");
        let token = token::issue_to_member(&door.test.app.secret, site, post.0, &member.csrf, door.test.clock.now());
        let fields = [("comment", login), ("comment_parent", &parent)];
        let answer = door.send_with(&member, &token, &fields, &[OWN]).await;
        assert_eq!(answer.status, if may { 302 } else { 403 }, "{login}: {}", answer.text());
    }
    assert_eq!(door.send(&[("comment", "a guest's")], &[]).await.status, 403);
    let kept = door.kept().await;
    assert_eq!(kept.iter().filter(|c| c.parent_id.is_some() && c.status == Status::Approved).count(), 2, "{kept:?}");
}

/// The rules for members are WordPress's: trusted are moderators and the post's author, nobody else.
#[tokio::test]
async fn a_member_is_moderated_as_anybody_and_sees_what_waits() {
    let door = Door::open().await;
    let (ada, eve) = (door.member("ada", Role::Subscriber).await, door.member("eve", Role::Subscriber).await);
    let editor = door.member("editor", Role::Editor).await;
    let answer = door.send_as(&ada, &[("comment", "Held words.")]).await;
    assert!(answer.header("location").starts_with("http://comments.test/?p=1&unapproved=1&moderation-hash="));
    assert_eq!(door.only().await.status, Status::Hold);
    assert_eq!(door.send_as(&editor, &[("comment", "From the house.")]).await.status, 302);
    assert_eq!(door.kept().await[0].status, Status::Approved);

    let page = async |cookie: &str| door.test.get_with("/?p=1", &[("cookie", cookie)]).await.text();
    let own = page(&ada.cookie).await;
    assert!(own.contains("Held words.") && own.contains(">Your comment is awaiting moderation.</em>"), "{own}");
    assert_eq!(own.matches("Held words.").count(), 1);
    let preview =
        answer.header("location").strip_prefix("http://comments.test").unwrap().split('#').next().unwrap().to_owned();
    let both = door.test.get_with(&preview, &[("cookie", &ada.cookie)]).await.text();
    assert_eq!(both.matches("Held words.").count(), 1, "by link and by account, but once: {both}");
    for other in [eve.cookie.as_str(), editor.cookie.as_str(), "rejoinder_session=x", ""] {
        assert!(!page(other).await.contains("Held words."), "{other}");
    }
}

/// Two members behind one address do not slow each other, and one does not outrun the limit by changing it.
#[tokio::test]
async fn the_flood_check_knows_a_member_by_account() {
    let setup = crate::harness::Setup { limited: true, ..Default::default() };
    let door = Door::with(crate::harness::Engine::Sqlite, setup).await;
    let (ada, eve) = (door.member("ada", Role::Subscriber).await, door.member("eve", Role::Subscriber).await);
    assert_eq!(door.send_as(&ada, &[("comment", "1")]).await.status, 302);
    assert_eq!(door.send_as(&eve, &[("comment", "2")]).await.status, 302, "another member at the same address");
    assert_eq!(door.send_as(&ada, &[("comment", "3")]).await.status, 429);
    door.test.advance(15);
    assert_eq!(door.send_as(&ada, &[("comment", "4")]).await.status, 302);
    assert!(accounts::any(&door.test.app.db).await.unwrap());
}
