//! `store/posts/search.rs`. The REST API's own tests go through each filter and order.

use rejoinder::model::ids::PostId;
use rejoinder::store::posts::search::{self, Order, Search};
use rejoinder::store::posts::{self, NewPost};

use super::{Kept, NOW, at};
use crate::harness::{Engine, new_post};

crate::on_both_engines! {
    posts_are_found_by_type_date_and_slug
}

async fn posts_are_found_by_type_date_and_slug(engine: Engine) {
    let kept = Kept::on(engine).await;
    let site = kept.site;
    for (path, kind, published) in
        [("a", "post", Some(5)), ("b_c", "post", None), ("b-c", "post", Some(9)), ("d", "page", None)]
    {
        let new = NewPost { kind: kind.into(), published_at: published.map(at), ..new_post(path) };
        kept.db().write(async move |tx| posts::insert(tx, site, &new, NOW).await).await.unwrap();
    }
    let of = |kind: &str| Search { kind: kind.into(), ..Search::default() };
    for (search, order, expected) in [
        (of("post"), (Order::Date, true), vec![3, 1, 2]),
        (of("post"), (Order::Date, false), vec![2, 1, 3]),
        (of("page"), (Order::Id, false), vec![4]),
        (Search { slugs: vec!["b_c".into()], ..of("post") }, (Order::Id, true), vec![2]),
        (Search { slugs: vec!["B-C".into(), "a".into()], ..of("post") }, (Order::Id, false), vec![1, 3]),
        (Search { since: Some(at(5)), before: Some(at(9)), ..of("post") }, (Order::Id, false), vec![1]),
        (Search { include: vec![3, 1, 4], ..of("post") }, (Order::Include, true), vec![3, 1]),
    ] {
        let found = search::page(kept.db(), site, &search, order, 10, 0).await.unwrap();
        assert_eq!(
            found.iter().map(|p| p.id).collect::<Vec<_>>(),
            expected.iter().copied().map(PostId).collect::<Vec<_>>()
        );
        let count = search::count(kept.db(), site, &search).await.unwrap();
        assert_eq!(count, i64::try_from(expected.len()).unwrap());
    }
    let second = search::page(kept.db(), site, &of("post"), (Order::Id, false), 1, 1).await.unwrap();
    assert_eq!((second[0].id, second[0].date(), second[0].created_at), (PostId(2), NOW, NOW));
}
