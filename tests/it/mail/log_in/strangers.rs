//! What strangers try with the codes and links of others, and with the mails themselves.

use super::*;

/// A scanner, or the program that shows the mail, follows every link.
#[tokio::test]
async fn following_a_link_changes_nothing_by_get_or_head() {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    let waiting = post.wait_for("ada@example.org").await;
    let link = post.only().await.link("/login/link?t=");
    for _ in 0..20 {
        for cookie in ["", waiting.cookie.as_str()] {
            for method in [Method::GET, Method::HEAD] {
                let request = Request::builder().method(method).uri(&link).header("cookie", cookie);
                let answer = post.door.test.send(request.body("".into()).unwrap()).await;
                assert_eq!((answer.status, session(&answer)), (StatusCode::OK, None));
            }
        }
    }
    let asked = post.press(&link, &waiting.cookie).await;
    assert!(asked.text().contains("How shall we call you?"), "{}", asked.text());
    post.end().await;
}

/// Who begins a log-in with another's address must not get in when that person follows the link.
#[tokio::test]
async fn a_link_in_another_browser_shows_the_code_and_logs_nobody_in() {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    let waiting = post.wait_for("ada@example.org").await;
    let mail = post.only().await;
    let link = mail.link("/login/link?t=");
    for cookie in ["", "rejoinder_login=x"] {
        let page = post.door.test.get_with(&link, &[("cookie", cookie)]).await;
        assert!(page.text().contains("Show the code</button>"), "{}", page.text());
        assert!(!page.text().contains(&code(&mail)), "{}", page.text());
    }
    let other = post.wait_for("eve@example.org").await;
    let shown = post.press(&link, &other.cookie).await;
    assert_eq!((shown.status, session(&shown)), (StatusCode::OK, None));
    assert!(shown.text().contains(&code(&mail)), "{}", shown.text());
    assert_refused(&post.press(&link, &other.cookie).await, "a link used again");
    assert_refused(&post.press(&link, &waiting.cookie).await, "in the browser that waits, too");
    let asked = post.enter(&waiting, &code(&mail)).await;
    assert!(asked.text().contains("How shall we call you?"), "{}", asked.text());
    assert_eq!(post.delivered().await.len(), 1, "Eve's");
    post.end().await;
}

#[tokio::test]
async fn a_code_is_void_after_five_wrong_tries() {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    post.log_in("ada@example.org", "Ada").await;
    for (tries, is_good) in [(CODE_TRIES_MAX - 1, true), (CODE_TRIES_MAX, false)] {
        let waiting = post.wait_for("ada@example.org").await;
        let code = code(&post.only().await);
        // What is no code at all costs no try.
        for typed in ["", "12345", "abcdef"] {
            assert_eq!(post.enter(&waiting, typed).await.status, StatusCode::BAD_REQUEST);
        }
        for n in 0..tries {
            let answer = post.enter(&waiting, &wrong(&code)).await;
            assert_eq!(session(&answer), None);
            let left = CODE_TRIES_MAX - 1 - n;
            let (said, heading) = if left == 0 {
                ("it is void now".to_owned(), "You are not logged in")
            } else {
                (format!("{left} tr"), "Type your code")
            };
            assert!(answer.text().contains(&said), "{said}: {}", answer.text());
            assert_eq!(answer.heading(), heading);
        }
        let answer = post.enter(&waiting, &code).await;
        assert_eq!(session(&answer).is_some(), is_good, "{tries}");
        if !is_good {
            assert_over(&answer, "a void code");
        }
    }
    post.end().await;
}

#[tokio::test]
async fn of_many_guesses_at_once_five_are_compared() {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    let waiting = post.wait_for("ada@example.org").await;
    let right = code(&post.only().await);
    let guess = wrong(&right);
    let guesses = (0..30).map(|_| post.enter(&waiting, &guess));
    let answers = futures_util::future::join_all(guesses).await;
    let compared =
        answers.iter().filter(|a| a.text().contains("This is not the code") || a.text().contains("void now"));
    assert!(compared.count() <= 5);
    assert_refused(&post.enter(&waiting, &right).await, "no try is left");
    post.end().await;
}

/// Known or not: the same answer, the same writes, the same mail.
#[tokio::test]
async fn an_address_that_is_known_is_answered_as_one_that_is_not() {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    post.log_in("ada@example.org", "Ada").await;
    let mut seen = Vec::new();
    for address in ["ada@example.org", "nobody@example.org"] {
        let answer = post.ask(address, &[], &[]).await;
        let waiting = waiting(&answer);
        let page = post.door.test.get_with(&waiting.page, &[("cookie", &waiting.cookie)]).await;
        let mail = post.only().await;
        let same = |text: String| text.replace(address, "").replace(&waiting.handle, "");
        let words = mail
            .body
            .replace(&mail.link("/login/link?t="), "")
            .replace(&code(&mail)[..3], "")
            .replace(&code(&mail)[3..], "");
        seen.push((answer.status, same(page.text()), mail.subject, words));
    }
    assert_eq!(seen[0], seen[1]);
    post.end().await;
}

#[tokio::test]
async fn what_is_no_address_gets_no_mail_and_adds_no_header() {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    for address in [
        "",
        "ada",
        "ada@example.org\r\nBcc: eve@evil.test",
        "ada@example.org\nSubject: x",
        "ada@example.org,eve@evil.test",
        "ada@example.org eve@evil.test",
        "Ada <ada@example.org>",
        "\"ada\"@example.org",
        "ada@example.org>",
        "\u{212a}ate@example.org",
        "ada@[127.0.0.1]",
        "ada@localhost",
    ] {
        let answer = post.ask(address, &[], &[]).await;
        assert_eq!((answer.status, answer.header("set-cookie")), (StatusCode::BAD_REQUEST, ""), "{address:?}");
        assert!(answer.text().contains("Please enter a valid email address"), "{}", answer.text());
        assert!(!answer.text().contains("evil"), "{}", answer.text());
    }
    post.end().await;
}

#[tokio::test]
async fn the_mail_holds_nothing_that_somebody_typed() {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    let more = [("name", "Buy now"), ("return_to", "https://blog.example/?buy=now")];
    post.ask("ada@example.org", &more, &[("user-agent", "buy now"), ("referer", "https://blog.example/buy")]).await;
    let mail = post.only().await;
    assert!(!mail.body.to_lowercase().contains("buy") && !mail.body.contains('<'), "{}", mail.body);
    assert_eq!((mail.reply_to, mail.unsubscribe), (None, None));
    post.end().await;
}

/// A mail bomb: by one network, by many, with addresses that end in one mailbox.
#[tokio::test]
async fn an_address_gets_so_many_mails_and_no_more() {
    let limited = Setup { limited: true, trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()], ..Setup::default() };
    let post = Post::with_email(Engine::Sqlite, limited).await;
    let from = |n: usize| format!("198.51.{}.{}", n / 200, n % 200 + 1);
    let mut taken = 0;
    for n in 0..50 {
        let address = format!("ada+{n}@example.org");
        let answer = post.ask(&address, &[], &[("x-forwarded-for", &from(n))]).await;
        taken += usize::from(answer.status == StatusCode::SEE_OTHER);
        if answer.status != StatusCode::SEE_OTHER {
            assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        }
    }
    assert_eq!(taken, 3, "at once");
    assert_eq!(post.delivered().await.len(), 3);
    let mut network = 0;
    for n in 0..50 {
        let answer = post.ask(&format!("a{n}@example.org"), &[], &[("x-forwarded-for", "203.0.113.7")]).await;
        network += usize::from(answer.status == StatusCode::SEE_OTHER);
    }
    assert_eq!(network, 10, "by one network");
    assert_eq!(post.delivered().await.len(), 10);
    post.end().await;

    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    for n in 0..CODES_OF_ADDRESS_MAX {
        assert_eq!(post.ask(&format!("ada+{n}@example.org"), &[], &[]).await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(post.ask("ada@example.org", &[], &[]).await.status, StatusCode::TOO_MANY_REQUESTS, "in a day");
    assert_eq!(post.delivered().await.len(), usize::try_from(CODES_OF_ADDRESS_MAX).unwrap());
    post.advance(24 * 3_600);
    assert_eq!(post.ask("ada@example.org", &[], &[]).await.status, StatusCode::SEE_OTHER, "a day later");
    assert_eq!(post.delivered().await.len(), 1);
    post.end().await;
}

/// Session fixation: a session that was known before is not the one that is logged in.
#[tokio::test]
async fn a_log_in_begins_a_new_session_and_ends_the_one_that_came_with_it() {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    let site = post.door.site.id;
    let eve = post.door.test.logged_in(site, "eve", None).await;
    let waiting = post.wait_for("ada@example.org").await;
    let cookies = format!("{}; {}", waiting.cookie, eve.cookie);
    let with_both = Waiting { cookie: cookies, ..waiting };
    post.enter(&with_both, &code(&post.only().await)).await;
    let done = post.name(&with_both, "Ada").await;
    let ada = post.logged_in(&done).await;
    assert_ne!(format!("rejoinder_session={}", session(&done).unwrap()), eve.cookie);
    let old = eve.cookie.split_once('=').unwrap().1;
    let found = rejoinder::actions::current_actor::find(&post.door.test.app, old, Scope::Reader).await.unwrap();
    assert!(found.is_none() && ada.id != eve.account);
    post.end().await;
}

/// Nobody is somebody else by having the same address: not a local account's, not another provider's.
#[tokio::test]
async fn an_address_that_an_account_names_is_another_person() {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    let root = accounts::find_by_login(&post.door.test.app.db, "root").await.unwrap().unwrap();
    assert_eq!(root.email, "root@blog.example");
    let account = post.logged_in(&post.log_in("root@blog.example", "Not root").await).await;
    assert_ne!(account.id, root.id);
    assert!(rejoinder::store::sites::roles_of(&post.door.test.app.db, account.id).await.unwrap().is_empty());
    post.end().await;
}

#[tokio::test]
async fn a_return_page_of_another_site_is_not_led_to() {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    let begun = waiting(&post.ask("ada@example.org", &[("return_to", "https://evil.example/")], &[]).await);
    post.enter(&begun, &code(&post.only().await)).await;
    assert_eq!(post.name(&begun, "Ada").await.header("location"), "http://comments.test/");
    post.end().await;
}

#[tokio::test]
async fn neither_code_nor_link_is_kept() {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    post.wait_for("ada@example.org").await;
    let mail = post.only().await;
    let (code, link) = (code(&mail), mail.link("/login/link?t="));
    let file = std::fs::read(post.door.test.app.config.data.join("rejoinder.db")).unwrap();
    let wal = std::fs::read(post.door.test.app.config.data.join("rejoinder.db-wal")).unwrap_or_default();
    let kept = [file, wal].concat();
    let token = link.split_once("?t=").unwrap().1;
    for secret in [token, code.as_str()] {
        let is_there = kept.windows(secret.len()).any(|window| window == secret.as_bytes());
        // Six digits may stand in any number by chance; the token may not.
        assert!(!is_there || secret.len() == 6, "{secret}");
    }
    post.end().await;
}
