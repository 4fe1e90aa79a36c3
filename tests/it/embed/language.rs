//! The blog's language (`WPLANG`): what people wrote is said to be in it, wherever it is shown, and our own words stay
//! English. A site that says nothing is in English, and then nothing is said.

use rejoinder::model::role::Role;

use super::World;

const TEXT: &str = "Grüße aus Köln";

/// Every place where a comment is read or written, as whoever may sees it.
async fn documents(world: &World) -> Vec<(&'static str, String)> {
    let editor = world.test.logged_in(world.site.id, "editor", Some(Role::Editor)).await;
    let mut documents = vec![("fragment", world.fragment().await)];
    for (name, path) in [
        ("page", "/?p=1"),
        ("frame", "/embed/form?p=1"),
        ("front", "/"),
        ("queue", "/desk/comments"),
        ("edit", "/desk/comments/1/edit"),
        ("reply", "/desk/comments/1/reply"),
        ("rss2", "/comments/feed/"),
        ("atom", "/comments/feed/atom/"),
    ] {
        let cookie = if path.starts_with("/desk") { editor.cookie.as_str() } else { "" };
        let answer = world.test.get_with(path, &[("cookie", cookie)]).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
        documents.push((name, answer.text()));
    }
    documents
}

#[tokio::test]
async fn what_people_wrote_is_in_the_language_of_the_blog() {
    let world = World::titled("Ein Beitrag").await;
    world.comment(TEXT, &[]).await;
    let shown = |lang: &str| format!("<div class=\"comment-content\" dir=\"auto\"{lang}><p>{TEXT}</p>");
    let before = documents(&world).await;
    for (name, html) in &before {
        assert!(!html.contains("lang=\"de") && !html.contains("<language>"), "{name}: {html}");
        assert_eq!(html.matches("xml:lang").count(), usize::from(*name == "atom"), "{name}: {html}");
    }
    assert!(before[0].1.contains(&shown("")) && !before[0].1.contains("lang="), "{}", before[0].1);

    world.option("WPLANG", "de_DE_formal").await;
    let german = " lang=\"de-DE\"";
    let row = format!("<div class=\"content\" dir=\"auto\"{german}><p>{TEXT}</p>");
    for (name, html) in documents(&world).await {
        let wanted: &[&str] = match name {
            // Beside German words on a German page ours are English: it says so once.
            "fragment" => &[&shown(german), "aria-label=\"Comments\" lang=\"en\">"],
            "page" => &[
                "<html class=\"rejoinder-page\" lang=\"en\" dir=\"ltr\">",
                &shown(german),
                "<bdi lang=\"de-DE\">Ein Beitrag</bdi>",
                "required dir=\"auto\" lang=\"de-DE\">",
            ],
            "frame" => &[
                "lang=\"en\" dir=\"ltr\"",
                "<div class=\"comment-content\" dir=\"auto\" lang=\"de-DE\"></div>",
                "required dir=\"auto\" lang=\"de-DE\">",
            ],
            "queue" => &["<html lang=\"en\" dir=\"ltr\">", &row],
            "edit" | "reply" => &[&row, "required dir=\"auto\" lang=\"de-DE\""],
            "rss2" => &["<language>de-DE</language>"],
            "atom" => &[" xml:lang=\"de-DE\"", "<title type=\"text\" xml:lang=\"en\">", "<title xml:lang=\"en\">"],
            _ => &[],
        };
        for wanted in wanted {
            assert!(html.contains(wanted), "{name}: {wanted} is not in {html}");
        }
    }

    // In another English there is one language only.
    world.option("WPLANG", "en_GB").await;
    assert_eq!(world.fragment().await, before[0].1);
    assert!(world.test.get("/comments/feed/atom/").await.text().contains(" xml:lang=\"en-GB\""));
    world.option("WPLANG", "").await;
    assert_eq!(world.fragment().await, before[0].1);
}

#[tokio::test]
async fn a_language_of_the_other_direction_needs_no_more_than_its_name() {
    let world = World::new().await;
    world.option("WPLANG", "ar").await;
    world.comment("كلمات", &[]).await;
    let html = world.fragment().await;
    assert!(html.contains("<div class=\"comment-content\" dir=\"auto\" lang=\"ar\"><p>كلمات</p>"), "{html}");
    // Once for the section and once for each text: a long thread does not grow by more.
    assert_eq!(html.matches("lang=").count(), 2, "{html}");
}
