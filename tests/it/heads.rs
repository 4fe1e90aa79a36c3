//! The head of every page that is not a blog's own: it is one (`web/layout.html`).

use rejoinder::model::role::Role;
use url::Url;

use crate::harness::TestApp;

/// A page of each folder, and the end of its title.
const PAGES: &[(&str, &str)] = &[
    ("/login", " ‹ The blog"),
    ("/login/lost", " ‹ The blog"),
    ("/login/code?w=nobody", "This did not work ‹ The blog"),
    ("/login/register", "No account was made ‹ The blog"),
    ("/account", " ‹ The blog"),
    ("/account/deleted", " ‹ The blog"),
    ("/moderate?c=1&action=approve", "This link does not work"),
    ("/subscriptions?s=nobody", "This link does not work"),
    ("/desk/comments", " ‹ The blog"),
    ("/desk/login", " ‹ Rejoinder"),
    ("/nothing", "Not here"),
];

#[tokio::test]
async fn every_page_has_the_same_head_and_names_the_version_of_its_style() {
    let test = TestApp::start().await;
    let site = test.site("https://blog.example").await;
    let ann = test.logged_in(site.id, "ann", Some(Role::Administrator)).await;
    for (path, title) in PAGES {
        let cookie = if *path == "/desk/login" { "" } else { ann.cookie.as_str() };
        let html = test.get_with(path, &[("cookie", cookie)]).await.text();
        let (head, _) = html.split_once("</head>").unwrap_or_else(|| panic!("{path}: {html}"));
        let start = "<!DOCTYPE html>\n<html lang=\"en\" dir=\"ltr\">\n<head>\n<meta charset=\"utf-8\">\n\
            <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
            <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex";
        assert!(head.starts_with(start), "{path}: {head}");
        assert!(head.contains(&format!("{title}</title>")), "{path}: {head}");
        assert!(html.ends_with("</body>\n</html>"), "{path}: {html}");
        let here = Url::parse("http://comments.test").unwrap().join(path).unwrap();
        let styles: Vec<_> = head.split("<link rel=\"stylesheet\" href=\"").skip(1).collect();
        assert_eq!(styles.len(), 1, "{path}: {head}");
        let style = here.join(styles[0].split('"').next().unwrap()).unwrap();
        assert!(style.query().is_some_and(|query| query.starts_with("v=")), "{path}: {style}");
        let sent = test.get(&format!("{}?{}", style.path(), style.query().unwrap())).await;
        assert_eq!((sent.status.as_u16(), sent.header("content-type")), (200, "text/css; charset=utf-8"), "{path}");
        assert!(sent.header("cache-control").contains("immutable"), "{path}: {}", sent.header("cache-control"));
    }
}
