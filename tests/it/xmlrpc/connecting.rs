//! What programs ask when they connect: blogs, options, people, and who they are.

use rejoinder::actions::application_passwords::{self, Manager};
use rejoinder::actions::set_member::set_member;
use rejoinder::model::account::Actor;
use rejoinder::model::role::Role;
use rejoinder::store::{accounts, sites};
use rejoinder::xmlrpc::codec::{DateTime, Value};

use super::bench::{Bench, items, member, names};

#[tokio::test]
async fn a_user_s_blog_is_told_with_its_doors() {
    let bench = Bench::new().await;
    for (method, role, is_admin) in [
        ("wp.getUsersBlogs", "administrator", true),
        ("wp.getUsersBlogs", "subscriber", false),
        ("blogger.getUsersBlogs", "editor", false),
        ("metaWeblog.getUsersBlogs", "administrator", true),
    ] {
        let mut params = vec![role.into(), "a password".into()];
        if method != "wp.getUsersBlogs" {
            params.insert(0, "a key".into());
        }
        let blogs = bench.call(method, &params).await.unwrap();
        let expected = Value::object([
            ("isAdmin", is_admin.into()),
            ("url", "https://blog.example/".into()),
            ("blogid", "1".into()),
            ("blogName", "The blog".into()),
            ("xmlrpc", "http://comments.test/xmlrpc.php".into()),
        ]);
        assert_eq!(blogs, Value::Array(vec![expected]), "{method} {role}");
    }
    let short = bench.call("wp.getUsersBlogs", &["editor".into()]).await;
    assert_eq!(short, Err((400, "Insufficient arguments passed to this XML-RPC method.".into())));
}

#[tokio::test]
async fn of_several_blogs_each_has_its_own_number_and_door() {
    let bench = Bench::new().await;
    let editor = accounts::find_by_login(&bench.test.app.db, "editor").await.unwrap().unwrap().id;
    let second = bench.test.site("https://second.example").await;
    let id = second.id;
    bench
        .test
        .app
        .db
        .write(async move |tx| sites::set_member(tx, id, editor, Role::Administrator).await)
        .await
        .unwrap();
    let ask = async |path: &str| {
        let body = "<methodCall><methodName>wp.getUsersBlogs</methodName><params><param><value>editor</value></param>\
            <param><value>a password</value></param></params></methodCall>";
        let request = http::Request::post(path).body(axum::body::Body::from(body)).unwrap();
        super::bench::read(&bench.test.send(request).await.text()).unwrap()
    };
    for (slug, here) in [(&bench.site.slug, "https://blog.example/"), (&second.slug, "https://second.example/")] {
        let blogs = ask(&format!("/sites/{slug}/xmlrpc.php")).await;
        let told: Vec<_> = items(&blogs).iter().map(|b| (member(b, "blogid"), member(b, "isAdmin"))).collect();
        assert_eq!(told, [("1".into(), String::new()), ("2".into(), "1".into())]);
        for blog in items(&blogs) {
            assert_eq!(blog.member("isPrimary"), Some(&(member(blog, "url") == here).into()), "{blog:?}");
            assert!(member(blog, "xmlrpc").starts_with("http://comments.test/sites/"), "{blog:?}");
        }
    }
}

#[tokio::test]
async fn an_application_password_opens_the_door_and_a_revoked_one_does_not() {
    let bench = Bench::new().await;
    let app = &bench.test.app;
    let editor = accounts::find_by_login(&app.db, "editor").await.unwrap().unwrap();
    let by = Manager::account(&editor);
    let made = application_passwords::create(app, &by, &editor, "phone", "").await.unwrap();
    let typed = rejoinder::model::application_password::in_groups(&made.password);
    for login in ["editor", "editor@example.org"] {
        let profile = bench.call("wp.getProfile", &[Value::Int(1), login.into(), typed.as_str().into()]).await.unwrap();
        assert_eq!(member(&profile, "username"), "editor");
    }
    assert!(application_passwords::list(app, &by, &editor).await.unwrap()[0].last_used_at.is_some());
    application_passwords::revoke(app, &by, &editor, &made.kept.uuid).await.unwrap();
    let refused = bench.call("wp.getProfile", &[Value::Int(1), "editor".into(), typed.into()]).await;
    assert_eq!(refused, Err((403, "Incorrect username or password.".into())));
}

#[tokio::test]
async fn options_have_wordpress_s_names_and_order() {
    let bench = Bench::new().await;
    bench.test.option(bench.site.id, "timezone_string", "Asia/Kolkata").await;
    let all = bench.by("administrator", "wp.getOptions", &[]).await.unwrap();
    assert_eq!(names(&all).len(), 29);
    assert_eq!(names(&all)[..3], ["software_name", "software_version", "blog_url"]);
    let value = |name: &str| member(all.member(name).unwrap(), "value");
    for (name, expected) in [
        ("software_name", "WordPress"),
        ("software_version", "7.1"),
        ("blog_url", "http://comments.test"),
        ("home_url", "https://blog.example"),
        ("login_url", "http://comments.test/wp-login.php"),
        ("admin_url", "http://comments.test/wp-admin/"),
        ("blog_title", "The blog"),
        ("time_zone", "5.5"),
        ("date_format", "F j, Y"),
        ("default_comment_status", "open"),
    ] {
        assert_eq!(value(name), expected, "{name}");
    }
    let settable: Vec<&str> = names(&all)
        .into_iter()
        .filter(|name| all.member(name).unwrap().member("readonly") == Some(&Value::Bool(false)))
        .collect();
    let expected = [
        "blog_title",
        "blog_tagline",
        "date_format",
        "time_format",
        "users_can_register",
        "default_comment_status",
        "default_ping_status",
    ];
    assert_eq!(settable, expected);
    let few = Value::strings(["blog_title", "nonsense", "time_zone", "blog_title"]);
    let few = bench.by("subscriber", "wp.getOptions", &[few]).await.unwrap();
    assert_eq!(names(&few), ["blog_title", "time_zone"]);
    let expected =
        Value::object([("desc", "Site Title".into()), ("readonly", true.into()), ("value", "The blog".into())]);
    assert_eq!(few.member("blog_title"), Some(&expected));
    let one = bench.by("editor", "wp.getOptions", &["blog_title".into()]).await.unwrap();
    assert_eq!(names(&one), ["blog_title"]);
}

#[tokio::test]
async fn options_are_set_where_they_can_be() {
    let bench = Bench::new().await;
    let given = Value::object([
        ("blog_title", "A <new> title".into()),
        ("blog_tagline", "What it is about".into()),
        ("default_ping_status", "closed".into()),
        ("blog_url", "https://evil.example".into()),
        ("nonsense", "x".into()),
    ]);
    let set = bench.by("administrator", "wp.setOptions", &[given]).await.unwrap();
    assert_eq!(names(&set), ["blog_title", "blog_tagline", "default_ping_status", "blog_url"]);
    let value = |name: &str| member(set.member(name).unwrap(), "value");
    assert_eq!((value("blog_title").as_str(), value("default_ping_status").as_str()), ("A <new> title", "closed"));
    assert_eq!(
        (value("blog_tagline").as_str(), value("blog_url").as_str()),
        ("What it is about", "http://comments.test")
    );
    let site = bench.test.app.sites.find(&bench.test.app.db, bench.site.id).await.unwrap().unwrap();
    assert_eq!((site.title.as_str(), site.options.default_ping_status.as_str()), ("A <new> title", "closed"));
    let wrong = Value::object([("default_ping_status", "ajar".into())]);
    let refused = bench.by("administrator", "wp.setOptions", &[wrong]).await;
    assert!(matches!(&refused, Err((400, text)) if text.contains("open, closed")), "{refused:?}");
}

#[tokio::test]
async fn a_user_is_wordpress_s_struct() {
    let bench = Bench::new().await;
    let profile = bench.by("author", "wp.getProfile", &[]).await.unwrap();
    let expected = Value::object([
        ("user_id", "3".into()),
        ("username", "author".into()),
        ("first_name", "".into()),
        ("last_name", "".into()),
        ("registered", DateTime::from_wire("20260105T09:00:00").into()),
        ("bio", "".into()),
        ("email", "author@example.org".into()),
        ("nickname", "author".into()),
        ("nicename", "author".into()),
        ("url", "".into()),
        ("display_name", "author".into()),
        ("roles", Value::strings(["author"])),
    ]);
    assert_eq!(profile, expected);
    assert_eq!(bench.by("administrator", "wp.getUser", &[Value::Int(3)]).await, Ok(expected.clone()));
    assert_eq!(bench.by("author", "wp.getUser", &[Value::Int(3)]).await, Ok(expected));
    let missing = bench.by("administrator", "wp.getUser", &[Value::Int(77)]).await;
    assert_eq!(missing, Err((404, "Invalid user ID.".into())));
    for (fields, expected) in [
        (Value::strings(["email", "bio", "nonsense"]), &["user_id", "bio", "email"][..]),
        (Value::strings(["basic"]), &["user_id", "username", "registered", "email", "nicename", "display_name"]),
        (Value::Array(vec![]), &["user_id"]),
        ("url".into(), &["user_id", "url"]),
    ] {
        let user = bench.by("author", "wp.getProfile", std::slice::from_ref(&fields)).await.unwrap();
        assert_eq!(names(&user), expected, "{fields:?}");
    }
    let edited = Value::object([
        ("display_name", "An Author".into()),
        ("url", "https://author.example/".into()),
        ("email", "other@example.org".into()),
        ("first_name", "An".into()),
    ]);
    assert_eq!(bench.by("author", "wp.editProfile", &[edited]).await, Ok(Value::Bool(true)));
    let after = bench.by("author", "wp.getProfile", &[]).await.unwrap();
    let told = ["display_name", "url", "email"].map(|name| member(&after, name));
    assert_eq!(told, ["An Author", "https://author.example/", "author@example.org"]);
}

#[tokio::test]
async fn users_are_listed_filtered_and_sorted() {
    let bench = Bench::new().await;
    let list = async |filter: Value| {
        let found = bench.by("administrator", "wp.getUsers", &[filter, Value::strings(["username"])]).await?;
        Ok(items(&found).iter().map(|u| member(u, "username")).collect::<Vec<_>>().join(" "))
    };
    for (filter, expected) in [
        (Value::object([]), "administrator author contributor editor subscriber"),
        (Value::object([("number", Value::Int(2)), ("offset", Value::Int(1))]), "author contributor"),
        (Value::object([("role", "editor".into())]), "editor"),
        (Value::object([("order", "DESC".into()), ("number", Value::Int(1))]), "subscriber"),
        (Value::object([("orderby", "ID".into()), ("number", Value::Int(3))]), "administrator editor author"),
        (Value::object([("who", "authors".into())]), "administrator author contributor editor"),
    ] {
        assert_eq!(list(filter.clone()).await, Ok(expected.into()), "{filter:?}");
    }
    assert_eq!(list(Value::object([("role", "king".into())])).await, Err((403, "Invalid role.".into())));
    let authors = bench.by("contributor", "wp.getAuthors", &[]).await.unwrap();
    assert_eq!(items(&authors).len(), 5);
    assert_eq!(names(&items(&authors)[0]), ["user_id", "user_login", "display_name"]);
}

/// Who is no member of the blog is let in, and may what a subscriber may.
#[tokio::test]
async fn a_role_that_is_taken_away_is_gone_at_once() {
    let bench = Bench::new().await;
    assert!(bench.by("editor", "wp.getComments", &[]).await.is_ok());
    let editor = accounts::find_by_login(&bench.test.app.db, "editor").await.unwrap().unwrap().id;
    set_member(&bench.test.app, &bench.site, &Actor::command("test"), editor, None).await.unwrap();
    assert_eq!(bench.by("editor", "wp.getComments", &[]).await, Err((401, "Invalid comment status.".into())));
    let profile = bench.by("editor", "wp.getProfile", &[]).await.unwrap();
    assert_eq!(profile.member("roles"), Some(&Value::Array(vec![])));
    let blogs = bench.call("wp.getUsersBlogs", &["editor".into(), "a password".into()]).await.unwrap();
    assert_eq!(items(&blogs), []);
}
