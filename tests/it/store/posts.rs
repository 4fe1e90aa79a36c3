//! `store/posts.rs`.

use rejoinder::error::Error;
use rejoinder::model::ids::{PostId, SiteId};
use rejoinder::store::posts::{self, NewPost, Wanted};

use super::{Kept, NOW, at, insert_site};
use crate::harness::{Engine, new_post};

crate::on_both_engines! {
    a_post_is_kept_whole_and_numbered_per_site
    a_given_number_is_kept_and_counted_on_from
    a_post_is_known_by_every_key_and_no_key_by_two
    a_post_changes_and_its_version_rises
    posts_are_listed_newest_first_and_searched
    posts_are_listed_by_kind_and_author_and_date
    comment_counts_of_many_addresses_come_at_once
}

async fn insert(kept: &Kept, new: NewPost) -> Result<PostId, Error> {
    let site = kept.site;
    kept.db().write(async move |tx| posts::insert(tx, site, &new, NOW).await).await
}

async fn a_post_is_kept_whole_and_numbered_per_site(engine: Engine) {
    let kept = Kept::on(engine).await;
    let page = NewPost {
        kind: "page".into(),
        comments_open: false,
        pings_open: false,
        published_at: Some(at(-5)),
        ..new_post("a")
    };
    let (first, second) = (insert(&kept, page).await.unwrap(), kept.post("b").await);
    assert_eq!((first, second), (PostId(1), PostId(2)));
    let found = posts::find(kept.db(), kept.site, first).await.unwrap().unwrap();
    assert_eq!(
        (found.url.as_str(), found.title.as_str(), found.kind.as_str()),
        ("https://blog.example/a/", "Title of a", "page")
    );
    assert_eq!((found.comments_open, found.pings_open, found.published_at), (false, false, Some(at(-5))));
    assert_eq!((found.comment_count, found.version, found.account_id), (0, 1, None));
    assert_eq!((found.created_at, found.date()), (NOW, at(-5)));
    let open = posts::find(kept.db(), kept.site, second).await.unwrap().unwrap();
    assert_eq!((open.comments_open, open.pings_open, open.published_at), (true, true, None));

    let other = insert_site(kept.db(), "other").await;
    let new = new_post("a");
    let id = kept.db().write(async move |tx| posts::insert(tx, other, &new, NOW).await).await.unwrap();
    assert_eq!(id, PostId(1), "another site counts for itself");
    assert_eq!(posts::find(kept.db(), other, PostId(2)).await.unwrap(), None);
    let mut many = posts::find_many(kept.db(), kept.site, &[first, second, PostId(9)]).await.unwrap();
    many.sort_by_key(|p| p.id);
    assert_eq!(many, [found, open]);
    assert_eq!(posts::find_many(kept.db(), kept.site, &[]).await.unwrap(), []);
}

async fn a_given_number_is_kept_and_counted_on_from(engine: Engine) {
    let kept = Kept::on(engine).await;
    for (id, path, expected) in [(Some(40), "a", 40), (None, "b", 41), (Some(7), "c", 7), (None, "d", 42)] {
        let new = NewPost { id: id.map(PostId), ..new_post(path) };
        assert_eq!(insert(&kept, new).await.unwrap(), PostId(expected), "{path}");
    }
    let taken = insert(&kept, NewPost { id: Some(PostId(7)), ..new_post("e") }).await;
    assert!(matches!(taken, Err(Error::Conflict(_))), "{taken:?}");
    let taken = insert(&kept, new_post("a")).await;
    assert!(matches!(taken, Err(Error::Conflict(_))), "{taken:?}");
    assert_eq!(kept.post("f").await, PostId(43), "what was refused has used no number");
}

async fn a_post_is_known_by_every_key_and_no_key_by_two(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, first) = (kept.site, kept.post("a").await);
    let keys = ["b", "a", "c"].map(|path| format!("blog.example/{path}")).to_vec();
    let second = insert(&kept, NewPost { url_keys: keys, ..new_post("b") }).await.unwrap();
    kept.db().write(async move |tx| posts::add_key(tx, site, second, "blog.example/d").await).await.unwrap();
    let of = async |key: &str| posts::find_by_key(kept.db(), site, key).await.unwrap().map(|p| p.id);
    for (key, post) in [("a", Some(first)), ("b", Some(second)), ("c", Some(second)), ("d", Some(second)), ("e", None)]
    {
        let key = format!("blog.example/{key}");
        assert_eq!(of(&key).await, post, "{key}");
        let inside = key.clone();
        let seen = kept.db().write(async move |tx| posts::find_by_key_in(tx, site, &inside).await).await.unwrap();
        assert_eq!(seen, post, "{key}");
    }
    assert_eq!(
        posts::keys(kept.db(), site, second).await.unwrap(),
        ["blog.example/b", "blog.example/c", "blog.example/d"]
    );
}

async fn a_post_changes_and_its_version_rises(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, post, ann) = (kept.site, kept.post("a").await, kept.account("ann").await);
    let told = kept
        .db()
        .write(async move |tx| {
            posts::add_to_count(tx, site, post, 3, NOW).await?;
            posts::add_to_count(tx, site, post, -1, at(1)).await?;
            Ok([
                posts::set_comment_status(tx, site, post, false, NOW).await?,
                posts::set_ping_status(tx, site, post, false, NOW).await?,
                posts::set_title(tx, site, post, "Another", at(4)).await?,
                posts::set_author(tx, site, post, Some(ann)).await?,
                posts::set_comment_status(tx, site, PostId(99), false, NOW).await?,
                posts::set_ping_status(tx, site, PostId(99), true, NOW).await?,
                posts::set_title(tx, site, PostId(99), "x", NOW).await?,
                posts::set_author(tx, site, PostId(99), None).await?,
            ])
        })
        .await
        .unwrap();
    assert_eq!(told, [true, true, true, true, false, false, false, false]);
    let found = posts::find(kept.db(), site, post).await.unwrap().unwrap();
    assert_eq!((found.comments_open, found.pings_open, found.title.as_str()), (false, false, "Another"));
    assert_eq!((found.comment_count, found.account_id), (2, Some(ann)));
    assert!(found.version >= 6, "{}", found.version);
    assert_eq!(found.changed_at, at(4));
    assert_eq!(posts::last_change(kept.db(), site).await.unwrap(), Some(at(4)));
    assert_eq!(posts::last_change(kept.db(), SiteId(99)).await.unwrap(), None);
    let author = async |id| kept.db().write(async move |tx| posts::author_in(tx, site, id).await).await.unwrap();
    assert_eq!((author(post).await, author(PostId(99)).await), (Some(ann), None));
    kept.db()
        .write(async move |tx| {
            posts::set_comment_status(tx, site, post, true, NOW).await?;
            posts::set_ping_status(tx, site, post, true, NOW).await?;
            posts::set_author(tx, site, post, None).await
        })
        .await
        .unwrap();
    let found = posts::find(kept.db(), site, post).await.unwrap().unwrap();
    assert_eq!((found.comments_open, found.pings_open, found.account_id), (true, true, None));
}

async fn posts_are_listed_newest_first_and_searched(engine: Engine) {
    let kept = Kept::on(engine).await;
    for path in ["alpha", "beta", "50%_off", "b\\c"] {
        kept.post(path).await;
    }
    let ids = async |search, limit, offset| {
        let found = posts::list(kept.db(), kept.site, search, limit, offset).await.unwrap();
        found.into_iter().map(|p| p.id.0).collect::<Vec<_>>()
    };
    assert_eq!(ids(None, 10, 0).await, [4, 3, 2, 1]);
    assert_eq!(ids(None, 2, 1).await, [3, 2]);
    for (search, found) in [
        ("ALPHA", vec![1]),
        ("title of BETA", vec![2]),
        ("blog.example/beta/", vec![2]),
        ("%", vec![3]),
        ("0%_o", vec![3]),
        ("a_p", vec![]),
        ("b\\c", vec![4]),
        ("'; --", vec![]),
    ] {
        assert_eq!(ids(Some(search), 10, 0).await, found, "{search}");
        let count = posts::count(kept.db(), kept.site, Some(search)).await.unwrap();
        assert_eq!(usize::try_from(count).unwrap(), found.len(), "{search}");
    }
    assert_eq!(posts::count(kept.db(), kept.site, None).await.unwrap(), 4);
}

async fn comment_counts_of_many_addresses_come_at_once(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, a) = (kept.site, kept.post("a").await);
    kept.post("b").await;
    kept.db().write(async move |tx| posts::add_to_count(tx, site, a, 5, NOW).await).await.unwrap();
    let keys = ["a", "b", "none", "it’s \"quoted\""].map(|path| format!("blog.example/{path}"));
    let mut counts = posts::comment_counts(kept.db(), site, &keys).await.unwrap();
    counts.sort();
    assert_eq!(counts, [("blog.example/a".into(), 5), ("blog.example/b".into(), 0)]);
    assert_eq!(posts::comment_counts(kept.db(), site, &[]).await.unwrap(), []);
}

async fn posts_are_listed_by_kind_and_author_and_date(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, ann) = (kept.site, kept.account("ann").await);
    // a is older than b by its date, c has none but that it came here; p is a page.
    for (path, kind, published_at) in
        [("a", "post", Some(at(-20))), ("b", "post", Some(at(-10))), ("c", "post", None), ("p", "page", None)]
    {
        insert(&kept, NewPost { kind: kind.into(), published_at, ..new_post(path) }).await.unwrap();
    }
    kept.db().write(async move |tx| posts::set_author(tx, site, PostId(1), Some(ann)).await).await.unwrap();
    let any = Wanted { kind: "post", author: None, search: None };
    for (wanted, limit, offset, expected) in [
        (any, 10, 0, vec![3, 2, 1]),
        (any, 1, 1, vec![2]),
        (Wanted { kind: "page", ..any }, 10, 0, vec![4]),
        (Wanted { author: Some(ann), ..any }, 10, 0, vec![1]),
        (Wanted { search: Some("TITLE of b"), ..any }, 10, 0, vec![2]),
        (Wanted { search: Some("%"), ..any }, 10, 0, vec![]),
        (Wanted { kind: "nonsense", ..any }, 10, 0, vec![]),
    ] {
        let found = posts::list_wanted(kept.db(), site, wanted, limit, offset).await.unwrap();
        assert_eq!(found.iter().map(|p| p.id.0).collect::<Vec<_>>(), expected, "{wanted:?}");
    }
}
