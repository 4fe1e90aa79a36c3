//! `GET wp/v2/comments` (WP 7.1 comments §8.3).

use std::time::Duration;

use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::model::ids::{AccountId, CommentId, PostId};
use rejoinder::model::role::Role;

use super::{Api, COMMENTS, NOBODY, Sender, comment, expect, expect_invalid, ids};
use crate::harness::{Engine, START, Setup};

crate::on_both_engines! {
    parameters_choose_and_order
    moderators_choose_by_status_type_and_author
    a_list_is_paged_with_its_totals_and_links
    what_may_not_be_seen_is_neither_shown_nor_counted
}

/// Eight comments, a second apart:
///
/// | id | under | answers | by | status | type |
/// | --- | --- | --- | --- | --- | --- |
/// | 1 | post | – | guest Ann | approved | comment |
/// | 2 | post | 1 | guest Bob | approved | comment |
/// | 3 | own | – | the author | approved | comment |
/// | 4 | own | – | the subscriber | hold | comment |
/// | 5 | post | – | the subscriber | hold | comment |
/// | 6 | post | – | a page | approved | pingback |
/// | 7 | own | – | guest Ann | spam | comment |
/// | 8 | post | – | guest Ann | trash | comment |
struct Listed {
    api: Api,
    own: PostId,
    author: Sender,
    subscriber: Sender,
    editor: Sender,
}

impl Listed {
    async fn on(engine: Engine) -> Self {
        let api = Api::on(engine, Setup::default()).await;
        let (author, subscriber) =
            (api.member("author", Role::Author).await, api.member("subscriber", Role::Subscriber).await);
        let editor = api.member("editor", Role::Editor).await;
        let own = api.post_of(&author, "own").await;
        let by = |who: &Sender| Some(AccountId(who.id));
        let bob = |c: Comment| Comment { author_name: "Bob".into(), author_email: "bob@example.org".into(), ..c };
        let (post, mine, theirs) = (comment(api.post), by(&author), by(&subscriber));
        let all = [
            post.clone(),
            bob(Comment { parent_id: Some(CommentId(1)), content: "Not <b>so</b>.".into(), ..post.clone() }),
            Comment { post_id: own, account_id: mine, ..post.clone() },
            Comment { post_id: own, account_id: theirs, status: Status::Hold, ..post.clone() },
            Comment { account_id: theirs, status: Status::Hold, ..post.clone() },
            Comment { kind: CommentType::Pingback, author_name: "A page".into(), ..post.clone() },
            Comment { post_id: own, status: Status::Spam, ..post.clone() },
            Comment { status: Status::Trash, ..post },
        ];
        for (second, comment) in all.into_iter().enumerate() {
            let later = Duration::from_secs(u64::try_from(second).unwrap());
            api.keep(Comment { created_at: START.plus(later), ..comment }).await;
        }
        Self { api, own, author, subscriber, editor }
    }

    async fn ids(&self, query: &str, who: &Sender) -> Vec<i64> {
        ids(&self.api.get(&format!("{COMMENTS}?{query}"), who).await)
    }
}

async fn parameters_choose_and_order(engine: Engine) {
    let listed = Listed::on(engine).await;
    let (post, own) = (listed.api.post, listed.own);
    for (query, expected) in [
        ("", vec![3, 2, 1]),
        ("order=asc", vec![1, 2, 3]),
        ("orderby=date&order=asc", vec![1, 2, 3]),
        ("orderby=id", vec![3, 2, 1]),
        ("orderby=id&order=asc", vec![1, 2, 3]),
        ("orderby=post&order=asc", vec![2, 1, 3]),
        ("orderby=post", vec![3, 2, 1]),
        ("orderby=parent&order=asc", vec![3, 1, 2]),
        ("orderby=parent", vec![2, 3, 1]),
        ("orderby=type", vec![3, 2, 1]),
        ("include=2,1,3&orderby=include", vec![2, 1, 3]),
        ("include=2,1&orderby=include&order=asc", vec![2, 1]),
        ("orderby=include", vec![3, 2, 1]),
        ("include[]=3&include[]=1", vec![3, 1]),
        ("include=0", vec![]),
        ("include=", vec![3, 2, 1]),
        ("exclude=3", vec![2, 1]),
        ("exclude=1,2,3", vec![]),
        (&format!("post={post}"), vec![2, 1]),
        (&format!("post={own}"), vec![3]),
        (&format!("post={post},{own}"), vec![3, 2, 1]),
        (&format!("post[]={own}&post[]=99"), vec![3]),
        ("post=99", vec![]),
        ("post=-1", vec![]),
        ("parent=1", vec![2]),
        ("parent=0", vec![3, 1]),
        ("parent=0,1", vec![3, 2, 1]),
        ("parent_exclude=0", vec![2]),
        ("parent_exclude=1", vec![3, 1]),
        ("after=2026-01-05T09:00:00", vec![3, 2]),
        ("after=2026-01-05T08:59:59", vec![3, 2, 1]),
        ("before=2026-01-05T09:00:01", vec![1]),
        ("before=2026-01-05T11:00:01%2B02:00", vec![1]),
        ("search=said", vec![3, 1]),
        ("search=BOB", vec![2]),
        ("search=ann.example", vec![3, 2, 1]),
        ("search=100%25", vec![]),
        ("offset=1", vec![2, 1]),
        ("offset=2&page=9", vec![1]),
        ("password=x", vec![3, 2, 1]),
    ] {
        assert_eq!(listed.ids(query, &NOBODY).await, expected, "{query}");
    }
}

async fn moderators_choose_by_status_type_and_author(engine: Engine) {
    let listed = Listed::on(engine).await;
    let author = listed.author.id;
    for (query, expected) in [
        ("status=hold", vec![5, 4]),
        ("status=all", vec![5, 4, 3, 2, 1]),
        ("status=any", vec![8, 7, 5, 4, 3, 2, 1]),
        ("status=any&type=all", vec![8, 7, 6, 5, 4, 3, 2, 1]),
        ("status=spam", vec![7]),
        ("status=TRASH", vec![8]),
        ("status=nonsense", vec![]),
        ("status=hold,spam", vec![]),
        ("type=pingback", vec![6]),
        ("type=pings", vec![6]),
        ("type=all", vec![6, 3, 2, 1]),
        ("type=note", vec![]),
        ("author_email=bob@example.org", vec![2]),
        ("author_email=BOB@Example.org", vec![2]),
        (&format!("author={author}"), vec![3]),
        (&format!("author=0,{author}"), vec![3, 2, 1]),
        ("author=0", vec![2, 1]),
        (&format!("author_exclude={author}"), vec![2, 1]),
        ("search=bob@example.org", vec![2]),
        ("search=192.0.2.7&status=spam", vec![7]),
    ] {
        assert_eq!(listed.ids(query, &listed.editor).await, expected, "{query}");
    }
}

async fn a_list_is_paged_with_its_totals_and_links(engine: Engine) {
    let listed = Listed::on(engine).await;
    let link = |page: u32, rel: &str| {
        format!("<http://comments.test/wp-json/wp/v2/comments?per_page=2&page={page}>; rel=\"{rel}\"")
    };
    for (query, expected, total, pages, links) in [
        ("per_page=2", vec![3, 2], "3", "2", link(2, "next")),
        ("per_page=2&page=2", vec![1], "3", "2", link(1, "prev")),
        ("per_page=2&page=3", vec![], "3", "2", link(2, "prev")),
        ("per_page=100", vec![3, 2, 1], "3", "1", API.to_owned()),
        ("per_page=3", vec![3, 2, 1], "3", "1", API.to_owned()),
        ("search=nothing", vec![], "0", "0", API.to_owned()),
    ] {
        let answer = listed.api.get(&format!("{COMMENTS}?{query}"), &NOBODY).await;
        assert_eq!(ids(&answer), expected, "{query}");
        assert_eq!((answer.header("x-wp-total"), answer.header("x-wp-totalpages")), (total, pages), "{query}");
        assert_eq!(answer.header("link"), links, "{query}");
    }
    // The same pages where the query names the route: the links lead to the other form of the address.
    let answer = listed.api.get("/?rest_route=/wp/v2/comments&per_page=2", &NOBODY).await;
    assert_eq!(answer.header("link"), link(2, "next"));
}

const API: &str = "<http://comments.test/wp-json/>; rel=\"https://api.w.org/\"";

/// Register §14 #15 and #16: WordPress counts what it hides, and lets anybody search e-mails.
async fn what_may_not_be_seen_is_neither_shown_nor_counted(engine: Engine) {
    let listed = Listed::on(engine).await;
    let contributor = listed.api.member("contributor", Role::Contributor).await;
    for (who, query, expected) in [
        (&contributor, "status=any", vec![3, 2, 1]),
        (&contributor, "status=hold", vec![]),
        (&listed.author, "status=any", vec![7, 4, 3, 2, 1]),
        (&listed.author, "status=hold&per_page=1", vec![4]),
        (&listed.editor, "status=any", vec![8, 7, 5, 4, 3, 2, 1]),
        (&listed.author, "search=bob@example.org", vec![]),
        (&NOBODY, "search=bob@example.org", vec![]),
        (&NOBODY, "search=192.0.2.7", vec![]),
    ] {
        let answer = listed.api.get(&format!("{COMMENTS}?{query}"), who).await;
        assert_eq!(ids(&answer), expected, "{query}");
        assert_eq!(answer.header("x-wp-total"), expected.len().to_string(), "{query}");
    }
}

#[tokio::test]
async fn protected_parameters_are_for_who_may_edit_posts() {
    let listed = Listed::on(Engine::Sqlite).await;
    let api = &listed.api;
    for (query, names) in [
        ("author=1", "author"),
        ("author_exclude=1", "author_exclude"),
        ("author_email=a@b.example", "author_email"),
        ("type=all", "type"),
        ("status=hold", "status"),
        ("status=", "status"),
        (
            "status=y&type=x&author_email=a@b.example&author=2&author_exclude=1",
            "author, author_exclude, author_email, type, status",
        ),
    ] {
        let message = format!("Query parameter not permitted: {names}");
        for (who, status) in [(&NOBODY, 401), (&listed.subscriber, 403)] {
            let answer = api.get(&format!("{COMMENTS}?{query}"), who).await;
            expect(&answer, status, "rest_forbidden_param", &message);
        }
    }
    for query in ["type=comment", "status=approve", "author=", "author[]="] {
        let answer = api.get(&format!("{COMMENTS}?{query}"), &NOBODY).await;
        let is_list_of_nothing = query == "author[]=";
        assert_eq!(answer.status == 200, !is_list_of_nothing, "{query}: {}", answer.text());
    }
}

#[tokio::test]
async fn what_only_moderators_may_ask_is_refused_to_others() {
    let listed = Listed::on(Engine::Sqlite).await;
    let edit = "Sorry, you are not allowed to edit comments.";
    let without_post = "Sorry, you are not allowed to read comments without a post.";
    for (who, status) in [(&NOBODY, 401), (&listed.subscriber, 403), (&listed.author, 403)] {
        let answer = listed.api.get(&format!("{COMMENTS}?context=edit"), who).await;
        expect(&answer, status, "rest_forbidden_context", edit);
        let answer = listed.api.get(&format!("{COMMENTS}?post=0"), who).await;
        expect(&answer, status, "rest_cannot_read", without_post);
    }
    let answer = listed.api.get(&format!("{COMMENTS}?context=edit"), &listed.editor).await;
    assert_eq!(answer.json()[0]["author_email"], "ann@example.org");
    assert_eq!(listed.ids("post=0", &listed.editor).await, [] as [i64; 0]);
}

#[tokio::test]
async fn values_that_do_not_fit_are_named() {
    let api = Api::open().await;
    for (query, name, code, message) in [
        ("per_page=0", "per_page", "rest_out_of_bounds", "per_page must be between 1 (inclusive) and 100 (inclusive)"),
        (
            "per_page=101",
            "per_page",
            "rest_out_of_bounds",
            "per_page must be between 1 (inclusive) and 100 (inclusive)",
        ),
        ("per_page=x", "per_page", "rest_invalid_type", "per_page is not of type integer."),
        ("page=0", "page", "rest_out_of_bounds", "page must be greater than or equal to 1"),
        ("page=1.5", "page", "rest_invalid_type", "page is not of type integer."),
        ("offset=a", "offset", "rest_invalid_type", "offset is not of type integer."),
        ("order=up", "order", "rest_not_in_enum", "order is not one of asc and desc."),
        ("order=", "order", "rest_not_in_enum", "order is not one of asc and desc."),
        (
            "orderby=karma",
            "orderby",
            "rest_not_in_enum",
            "orderby is not one of date, date_gmt, id, include, post, parent, and type.",
        ),
        ("context=foo", "context", "rest_not_in_enum", "context is not one of view, embed, and edit."),
        ("post[]=a", "post", "rest_invalid_type", "post[0] is not of type integer."),
        ("post=1,b", "post", "rest_invalid_type", "post[1] is not of type integer."),
        ("post[a]=1", "post", "rest_invalid_type", "post is not of type array."),
        ("include=x", "include", "rest_invalid_type", "include[0] is not of type integer."),
        ("after=nonsense", "after", "rest_invalid_date", "Invalid date."),
        ("before=2020-01-01", "before", "rest_invalid_date", "Invalid date."),
        ("author_email=x", "author_email", "rest_invalid_email", "Invalid email address."),
        ("search[]=x", "search", "rest_invalid_type", "search is not of type string."),
    ] {
        expect_invalid(&api.get(&format!("{COMMENTS}?{query}"), &NOBODY).await, name, code, message);
    }
    let answer = api.get(&format!("{COMMENTS}?per_page=0&page=0"), &NOBODY).await;
    expect(&answer, 400, "rest_invalid_param", "Invalid parameter(s): page, per_page");
    for fits in
        ["per_page=1", "per_page=100", "per_page=1e1", "page=2", "offset=-1", "post=", "page=99999999999999999999"]
    {
        assert_eq!(api.get(&format!("{COMMENTS}?{fits}"), &NOBODY).await.status, 200, "{fits}");
    }
}

#[tokio::test]
async fn lists_and_words_have_their_bounds() {
    let api = Api::open().await;
    let items = |n: usize| vec!["1"; n].join(",");
    for name in ["include", "exclude", "post", "parent", "parent_exclude"] {
        assert_eq!(api.get(&format!("{COMMENTS}?{name}={}", items(500)), &NOBODY).await.status, 200, "{name}");
        let answer = api.get(&format!("{COMMENTS}?{name}={}", items(501)), &NOBODY).await;
        expect_invalid(&answer, name, "rest_too_many_items", &format!("{name} must contain at most 500 items."));
    }
    assert_eq!(api.get(&format!("{COMMENTS}?search={}", "x".repeat(1_000)), &NOBODY).await.status, 200);
    let answer = api.get(&format!("{COMMENTS}?search={}", "x".repeat(1_001)), &NOBODY).await;
    expect_invalid(&answer, "search", "rest_too_long", "search must be at most 1000 characters long.");
}
