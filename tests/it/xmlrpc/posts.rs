//! Posts, pages and their kinds, as far as a server of comments has them.

use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::xmlrpc::codec::{DateTime, Value};

use super::bench::{Bench, items, member, names};

#[tokio::test]
async fn a_post_is_wordpress_s_struct() {
    let bench = Bench::new().await;
    bench.test.option(bench.site.id, "timezone_string", "Asia/Tokyo").await;
    let post = bench.by("author", "wp.getPost", &[Value::Int(1)]).await.unwrap();
    let order = "post_id post_title post_date post_date_gmt post_modified post_modified_gmt post_status post_type post_name \
        post_author post_password post_excerpt post_content post_parent post_mime_type link guid menu_order comment_status \
        ping_status sticky post_thumbnail post_format terms custom_fields";
    assert_eq!(names(&post).join(" "), order);
    for (name, expected) in [
        ("post_id", "1"),
        ("post_title", "Title & own"),
        ("post_status", "publish"),
        ("post_type", "post"),
        ("post_name", "own"),
        ("post_author", "3"),
        ("link", "https://blog.example/2026/own/"),
        ("guid", "http://comments.test/?p=1"),
        ("comment_status", "open"),
    ] {
        assert_eq!(member(&post, name), expected, "{name}");
    }
    assert_eq!(post.member("post_date"), Some(&DateTime::from_wire("20260105T18:00:00").into()));
    assert_eq!(post.member("post_date_gmt"), Some(&DateTime::from_wire("20260105T09:00:00").into()));
    for (fields, expected) in [
        (Value::strings(["link", "post_title"]), &["post_id", "post_title", "link"][..]),
        (Value::strings(["terms", "enclosure"]), &["post_id", "terms", "enclosure"]),
        (Value::strings(["taxonomies"]), &["post_id", "terms"]),
        (Value::Array(vec![]), &["post_id"]),
    ] {
        let post = bench.by("editor", "wp.getPost", &[Value::Int(1), fields.clone()]).await.unwrap();
        assert_eq!(names(&post), expected, "{fields:?}");
    }
    let missing = Err((404, "Invalid post ID.".into()));
    assert_eq!(bench.by("subscriber", "wp.getPost", &[Value::Int(77)]).await, missing);
    assert_eq!(bench.by("subscriber", "wp.getCommentCount", &[Value::Int(77)]).await, missing);
}

#[tokio::test]
async fn posts_are_listed_as_far_as_they_may_be_edited() {
    let bench = Bench::new().await;
    let list = async |role: &str, filter: Value| {
        let found = bench.by(role, "wp.getPosts", &[filter, Value::strings(["post_id"])]).await?;
        Ok(items(&found).iter().map(|p| member(p, "post_id")).collect::<String>())
    };
    for (role, filter, expected) in [
        ("editor", Value::object([]), "21"),
        ("author", Value::object([]), "1"),
        ("contributor", Value::object([]), ""),
        ("editor", Value::object([("post_type", "page".into())]), "3"),
        ("editor", Value::object([("post_status", "publish".into())]), "21"),
        ("editor", Value::object([("post_status", "draft".into())]), ""),
        ("editor", Value::object([("s", "OWN".into())]), "1"),
        ("editor", Value::object([("s", "nothing".into())]), ""),
        ("editor", Value::object([("number", Value::Int(1)), ("offset", Value::Int(1))]), "1"),
        ("editor", Value::object([("number", Value::Int(0))]), "21"),
    ] {
        assert_eq!(list(role, filter.clone()).await, Ok(expected.into()), "{role} {filter:?}");
    }
    let odd = list("editor", Value::object([("post_type", "attachment".into())])).await;
    assert_eq!(odd, Err((403, "Invalid post type.".into())));
}

#[tokio::test]
async fn a_page_is_wordpress_s_struct() {
    let bench = Bench::new().await;
    let page = bench.call("wp.getPage", &[Value::Int(1), Value::Int(3), "editor".into(), "a password".into()]).await;
    let page = page.unwrap();
    let order = "dateCreated userid page_id page_status description title link permaLink categories excerpt text_more \
        mt_allow_comments mt_allow_pings wp_slug wp_password wp_author wp_page_parent_id wp_page_parent_title wp_page_order \
        wp_author_id wp_author_display_name date_created_gmt custom_fields wp_page_template";
    assert_eq!(names(&page).join(" "), order);
    assert_eq!(page.member("page_id"), Some(&Value::Int(3)));
    assert_eq!(page.member("mt_allow_comments"), Some(&Value::Int(0)));
    let pages = bench.by("editor", "wp.getPages", &[Value::Int(5)]).await.unwrap();
    assert_eq!(pages, Value::Array(vec![page]));
    let list = bench.by("editor", "wp.getPageList", &[]).await.unwrap();
    assert_eq!(names(&items(&list)[0]), ["page_id", "page_title", "page_parent_id", "dateCreated", "date_created_gmt"]);
    for (id, expected) in [(1, "Sorry, no such page."), (77, "Invalid post ID.")] {
        let params = [Value::Int(1), Value::Int(id), "editor".into(), "a password".into()];
        assert_eq!(bench.call("wp.getPage", &params).await, Err((404, expected.into())));
    }
}

#[tokio::test]
async fn meta_weblog_movable_type_and_blogger_read_the_same_posts() {
    let bench = Bench::new().await;
    let login = || ["author".into(), "a password".into()];
    let ask = async |method: &str, before: &[Value]| bench.call(method, &[before, &login()].concat()).await.unwrap();
    let post = ask("metaWeblog.getPost", &[Value::Int(1)]).await;
    let order = "dateCreated userid postid description title link permaLink categories mt_excerpt mt_text_more wp_more_text \
        mt_allow_comments mt_allow_pings mt_keywords wp_slug wp_password wp_author_id wp_author_display_name \
        date_created_gmt post_status custom_fields wp_post_format sticky date_modified date_modified_gmt wp_post_thumbnail";
    assert_eq!(names(&post).join(" "), order);
    assert_eq!(
        (post.member("postid"), member(&post, "wp_author_display_name")),
        (Some(&Value::Int(1)), "author".into())
    );
    let recent = ask("metaWeblog.getRecentPosts", &[Value::Int(1)]).await;
    assert_eq!(items(&recent)[0].member("postid"), Some(&"1".into()), "a text in the list");
    let titles = ask("mt.getRecentPostTitles", &[Value::Int(1)]).await;
    let order = ["dateCreated", "userid", "postid", "title", "post_status", "date_created_gmt"];
    assert_eq!(names(&items(&titles)[0]), order);
    let post = ask("blogger.getPost", &["a key".into(), Value::Int(1)]).await;
    assert_eq!(member(&post, "content"), "<title>Title & own</title><category></category>");
    let recent = ask("blogger.getRecentPosts", &["a key".into(), Value::Int(1)]).await;
    assert_eq!(items(&recent), std::slice::from_ref(&post));
    let me = ask("blogger.getUserInfo", &["a key".into()]).await;
    assert_eq!((names(&me)[1], me.member("userid")), ("userid", Some(&Value::Int(3))));
    for (method, before) in
        [("metaWeblog.getPost", vec![Value::Int(77)]), ("blogger.getPost", vec!["k".into(), Value::Int(77)])]
    {
        let params = [before, login().to_vec()].concat();
        assert_eq!(bench.call(method, &params).await, Err((404, "Invalid post ID.".into())), "{method}");
    }
}

#[tokio::test]
async fn kinds_formats_and_taxonomies_are_named() {
    let bench = Bench::new().await;
    let types = bench.by("editor", "wp.getPostTypes", &[]).await.unwrap();
    assert_eq!(names(&types), ["post", "page"]);
    let kind = types.member("page").unwrap();
    let order =
        "name label hierarchical public show_ui _builtin has_archive supports labels cap map_meta_cap taxonomies";
    assert_eq!(names(kind).join(" "), order);
    assert_eq!(member(kind.member("cap").unwrap(), "edit_others_posts"), "edit_others_pages");
    assert_eq!(kind.member("supports").unwrap().member("comments"), Some(&Value::Bool(true)));
    let none = bench.by("subscriber", "wp.getPostTypes", &[]).await.unwrap();
    assert_eq!(none, Value::Array(vec![]), "an empty struct is an empty array on the wire, as PHP's");
    let flat = Value::object([("hierarchical", false.into())]);
    let flat = bench.by("editor", "wp.getPostTypes", &[flat, Value::strings(["menu"])]).await.unwrap();
    assert_eq!(names(&flat), ["post"]);
    let odd = bench.by("editor", "wp.getPostType", &["attachment".into()]).await;
    assert_eq!(odd, Err((403, "Invalid post type.".into())));
    let formats = bench.by("editor", "wp.getPostFormats", &[]).await.unwrap();
    assert_eq!((names(&formats).len(), names(&formats)[0]), (10, "standard"));
    let statuses = bench.by("editor", "wp.getPostStatusList", &[]).await.unwrap();
    assert_eq!(names(&statuses), ["draft", "pending", "private", "publish"]);

    let taxonomies = bench.by("editor", "wp.getTaxonomies", &[]).await.unwrap();
    let named: Vec<String> = items(&taxonomies).iter().map(|t| member(t, "name")).collect();
    assert_eq!(named, ["category", "post_tag", "post_format"]);
    let order = ["name", "label", "hierarchical", "public", "show_ui", "_builtin", "labels", "cap", "object_type"];
    assert_eq!(names(&items(&taxonomies)[0]), order);
    for method in ["wp.getTaxonomy", "wp.getTerms"] {
        let odd = bench.by("editor", method, &["nonsense".into()]).await;
        assert_eq!(odd, Err((403, "Invalid taxonomy.".into())), "{method}");
    }
    let term = bench.by("editor", "wp.getTerm", &["category".into(), Value::Int(1)]).await;
    assert_eq!(term, Err((404, "Invalid term ID.".into())));
    let odd = bench.by("editor", "wp.getTerm", &["nonsense".into(), Value::Int(1)]).await;
    assert_eq!(odd, Err((403, "Invalid taxonomy.".into())));
    let item = bench.by("editor", "wp.getMediaItem", &[Value::Int(1)]).await;
    assert_eq!(item, Err((404, "Invalid attachment ID.".into())));
    let item = bench.by("contributor", "wp.getMediaItem", &[Value::Int(1)]).await;
    assert_eq!(item, Err((403, "Sorry, you are not allowed to upload files.".into())));
}

#[tokio::test]
async fn anybody_is_told_of_approved_trackbacks_only() {
    let bench = Bench::new().await;
    for (status, words) in
        [(Status::Approved, "<strong>A &amp; B</strong>\n\nWords"), (Status::Hold, "<strong>No</strong>")]
    {
        let id = bench.comment(bench.own, status, words).await;
        let comment = bench.find(id).await.unwrap();
        bench.insert(Comment { kind: CommentType::Trackback, ..comment }).await;
    }
    let told = bench.call("mt.getTrackbackPings", &[Value::Int(1)]).await.unwrap();
    let expected = Value::object([
        ("pingTitle", "A & B".into()),
        ("pingURL", "https://ada.example/?a=1&b=2".into()),
        ("pingIP", "".into()),
    ]);
    assert_eq!(told, Value::Array(vec![expected]));
    let missing = bench.call("mt.getTrackbackPings", &[Value::Int(77)]).await;
    assert_eq!(missing, Err((404, "Sorry, no such post.".into())));
}
