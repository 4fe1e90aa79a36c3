//! `store/comments/search.rs`: every way in with every order, and what embedded lists are made of. The REST
//! API's own tests go through each filter.

use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::model::ids::{CommentId, PostId};
use rejoinder::model::reader::Scope;
use rejoinder::store::comments::search::{self, Direction, Order, Search};

use super::{Kept, at, comment};
use crate::harness::Engine;

crate::on_both_engines! {
    every_way_in_has_every_order
    who_has_answers_is_told_for_all_at_once
    the_newest_of_each_are_read_at_once
}

const ORDERS: [Order; 11] = [
    Order::Date(Direction::Desc),
    Order::Date(Direction::Asc),
    Order::Id(Direction::Desc),
    Order::Id(Direction::Asc),
    Order::Post(Direction::Desc),
    Order::Post(Direction::Asc),
    Order::Parent(Direction::Desc),
    Order::Parent(Direction::Asc),
    Order::Type(Direction::Desc),
    Order::Type(Direction::Asc),
    Order::Include,
];

/// What an order compares, so that it can be checked against the rows themselves.
fn keys(order: Order, include: &[i64], c: &Comment) -> (i64, String, i64) {
    let (sign, number, text) = match order {
        Order::Date(d) => (d, c.created_at.0, String::new()),
        Order::Id(d) => (d, c.id.0, String::new()),
        Order::Post(d) => (d, c.post_id.0, String::new()),
        Order::Parent(d) => (d, c.parent_id.map_or(0, |id| id.0), String::new()),
        Order::Type(d) => (d, 0, c.kind.as_str().to_owned()),
        Order::Include => {
            let place = include.iter().position(|id| *id == c.id.0).unwrap_or(usize::MAX);
            (Direction::Asc, i64::try_from(place).unwrap(), String::new())
        }
    };
    let tie = if matches!(order, Order::Date(Direction::Asc) | Order::Id(Direction::Asc)) { c.id.0 } else { -c.id.0 };
    (if sign == Direction::Desc { -number } else { number }, text, tie)
}

async fn every_way_in_has_every_order(engine: Engine) {
    let kept = Kept::on(engine).await;
    let posts = [kept.post("a").await, kept.post("b").await, kept.post("c").await];
    let mut all = Vec::new();
    for n in 0..24_usize {
        let status = if n % 5 == 0 { Status::Hold } else { Status::Approved };
        let kind = if n % 7 == 0 { CommentType::Pingback } else { CommentType::Comment };
        let parent_id = (n % 4 == 3).then(|| CommentId(i64::try_from(n % 3).unwrap() + 1));
        let created_at = at(i64::try_from(n * 7 % 24 / 2).unwrap());
        let new = Comment { status, kind, parent_id, created_at, ..comment(posts[n % 3], &n.to_string()) };
        all.push(kept.comment(new).await);
    }
    let any = || Search { scope: Scope::All, ..Search::default() };
    let searches = [
        any(),
        Search { statuses: Some(vec![Status::Approved]), ..any() },
        Search { statuses: Some(vec![Status::Hold, Status::Approved]), ..any() },
        Search { statuses: Some(Vec::new()), ..any() },
        Search { statuses: Some(vec![Status::Hold]), kinds: Some(vec![CommentType::Comment]), ..any() },
        Search { kinds: Some(vec![CommentType::Pingback, CommentType::Trackback]), ..any() },
        Search { posts: vec![posts[1].0], ..any() },
        Search { posts: vec![posts[1].0, posts[2].0, 99], ..any() },
        Search { parents: vec![1, 2], ..any() },
        Search { parents: vec![0, 3], ..any() },
        Search { include: vec![12, 2, 21, 1, 99], ..any() },
        Search { include: vec![12, 2, 21, 1, 99], posts: vec![posts[1].0], exclude: vec![2], ..any() },
    ];
    for search in &searches {
        let fits = |c: &&Comment| {
            search.statuses.as_ref().is_none_or(|s| s.contains(&c.status))
                && search.kinds.as_ref().is_none_or(|k| k.contains(&c.kind))
                && (search.posts.is_empty() || search.posts.contains(&c.post_id.0))
                && (search.parents.is_empty() || search.parents.contains(&c.parent_id.map_or(0, |id| id.0)))
                && (search.include.is_empty() || search.include.contains(&c.id.0))
                && !search.exclude.contains(&c.id.0)
        };
        let matching: Vec<&Comment> = all.iter().filter(fits).collect();
        let count = search::count(kept.db(), kept.site, search).await.unwrap();
        assert_eq!(count, i64::try_from(matching.len()).unwrap(), "{search:?}");
        for order in ORDERS {
            let mut expected = matching.clone();
            if let Order::Type(Direction::Desc) = order {
                expected.sort_by_key(|c| (std::cmp::Reverse(c.kind.as_str()), -c.id.0));
            } else if order == Order::Include && search.include.is_empty() {
                expected.sort_by_key(|c| -c.id.0);
            } else {
                expected.sort_by_key(|c| keys(order, &search.include, c));
            }
            let ids: Vec<i64> = expected.iter().map(|c| c.id.0).collect();
            for (limit, offset) in [(100, 0), (5, 0), (5, 3), (5, 100)] {
                let found = search::page(kept.db(), kept.site, search, order, limit, offset).await.unwrap();
                let found: Vec<i64> = found.iter().map(|c| c.id.0).collect();
                let page: Vec<i64> = ids
                    .iter()
                    .copied()
                    .skip(usize::try_from(offset).unwrap())
                    .take(usize::try_from(limit).unwrap())
                    .collect();
                assert_eq!(found, page, "{order:?} {search:?}");
            }
        }
    }
}

async fn who_has_answers_is_told_for_all_at_once(engine: Engine) {
    let kept = Kept::on(engine).await;
    let post = kept.post("a").await;
    let mut tops = Vec::new();
    for (n, status) in [Status::Approved, Status::Hold, Status::Spam, Status::Trash].into_iter().enumerate() {
        let top = kept.comment(comment(post, &format!("top {n}"))).await.id;
        let answer = Comment { parent_id: Some(top), status, ..comment(post, &format!("answer {n}")) };
        kept.comment(answer).await;
        tops.push(top);
    }
    let mut found = search::with_children(kept.db(), kept.site, &tops).await.unwrap();
    found.sort();
    assert_eq!(found, tops[..2]);
}

async fn the_newest_of_each_are_read_at_once(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (a, b) = (kept.post("a").await, kept.post("b").await);
    let top = kept.comment(Comment { created_at: at(0), ..comment(a, "top") }).await.id;
    for n in 1..=4 {
        let parent_id = (n % 2 == 0).then_some(top);
        kept.comment(Comment { parent_id, created_at: at(n), ..comment(a, &n.to_string()) }).await;
    }
    kept.comment(Comment { status: Status::Hold, created_at: at(9), ..comment(a, "held") }).await;
    kept.comment(Comment { kind: CommentType::Pingback, created_at: at(9), ..comment(a, "ping") }).await;
    kept.comment(comment(b, "b")).await;
    let words = |found: Vec<Comment>| found.into_iter().map(|c| c.content).collect::<Vec<_>>();
    let of_posts = search::newest_of_posts(kept.db(), kept.site, &[a, b, PostId(99)], 2).await.unwrap();
    assert_eq!(words(of_posts), ["4", "3", "b"]);
    let answers = search::newest_answers(kept.db(), kept.site, &[top, CommentId(99)], 1).await.unwrap();
    assert_eq!(words(answers), ["4"]);
}
