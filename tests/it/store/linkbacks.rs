//! `store/linkbacks.rs`.

use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::model::ids::{CommentId, LinkbackId, PostId};
use rejoinder::model::linkback::{Linkback, LinkbackRefusal, LinkbackState, Protocol, Said};
use rejoinder::store::linkbacks::{self, NewLinkback};

use super::{Kept, NOW, at, comment};
use crate::harness::Engine;

crate::on_both_engines! {
    a_claim_is_kept_whole_and_ends_registered_or_refused
    a_pair_is_claimed_again_under_its_old_number
    only_approved_pingbacks_are_listed_as_sources
    refused_claims_are_forgotten_by_age
}

fn claim(source: &str) -> NewLinkback {
    NewLinkback {
        protocol: Protocol::Pingback,
        source: format!("https://{source}/post"),
        source_key: format!("{source}/post"),
        target: "https://blog.example/a/".into(),
        target_key: "?p=1".into(),
        post_id: None,
        client_ip: "192.0.2.7".into(),
        agent: "WordPress/7.1".into(),
        said: None,
    }
}

async fn upsert(kept: &Kept, new: NewLinkback, millis: i64) -> LinkbackId {
    let site = kept.site;
    kept.db().write(async move |tx| linkbacks::upsert(tx, site, &new, at(millis)).await).await.unwrap()
}

async fn find(kept: &Kept, id: LinkbackId) -> Linkback {
    linkbacks::find(kept.db(), kept.site, id).await.unwrap().unwrap()
}

async fn a_claim_is_kept_whole_and_ends_registered_or_refused(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, post) = (kept.site, kept.post("a").await);
    let (first, second) = (upsert(&kept, claim("one.example"), 1).await, upsert(&kept, claim("two.example"), 2).await);
    assert_eq!((first, second), (LinkbackId(1), LinkbackId(2)));
    let claimed = Linkback {
        site_id: site,
        id: first,
        protocol: Protocol::Pingback,
        source: "https://one.example/post".into(),
        target: "https://blog.example/a/".into(),
        post_id: None,
        state: LinkbackState::Claimed,
        refusal: None,
        comment_id: None,
        client_ip: "192.0.2.7".into(),
        agent: "WordPress/7.1".into(),
        said: None,
        created_at: at(1),
    };
    assert_eq!(find(&kept, first).await, claimed);
    assert_eq!(linkbacks::find(kept.db(), site, LinkbackId(9)).await.unwrap(), None);
    let comment = kept.comment(comment(post, "x")).await.id;
    kept.db()
        .write(async move |tx| {
            linkbacks::set_registered(tx, site, first, post, comment, at(3)).await?;
            linkbacks::set_refused(tx, site, second, LinkbackRefusal::NoLink, at(3)).await
        })
        .await
        .unwrap();
    let registered =
        Linkback { state: LinkbackState::Registered, post_id: Some(post), comment_id: Some(comment), ..claimed };
    assert_eq!(find(&kept, first).await, registered);
    assert_eq!(linkbacks::find_by_comment(kept.db(), site, comment).await.unwrap(), Some(registered));
    let refused = find(&kept, second).await;
    assert_eq!((refused.state, refused.refusal), (LinkbackState::Refused, Some(LinkbackRefusal::NoLink)));
    kept.db().write(async move |tx| linkbacks::delete_of_comment(tx, site, comment).await).await.unwrap();
    assert_eq!(linkbacks::find(kept.db(), site, first).await.unwrap(), None);
    assert_eq!(linkbacks::find_by_comment(kept.db(), site, CommentId(99)).await.unwrap(), None);
}

async fn a_pair_is_claimed_again_under_its_old_number(engine: Engine) {
    let kept = Kept::on(engine).await;
    let site = kept.site;
    let first = upsert(&kept, claim("one.example"), 1).await;
    kept.db()
        .write(async move |tx| linkbacks::set_refused(tx, site, first, LinkbackRefusal::NoTitle, NOW).await)
        .await
        .unwrap();
    let said = Said { title: "“T”".into(), excerpt: String::new(), blog_name: "B\n\"".into() };
    let again = NewLinkback {
        protocol: Protocol::Trackback,
        said: Some(said.clone()),
        client_ip: "192.0.2.8".into(),
        post_id: Some(PostId(1)),
        ..claim("one.example")
    };
    assert_eq!(upsert(&kept, again, 5).await, first);
    let found = find(&kept, first).await;
    assert_eq!((found.state, found.refusal, found.created_at), (LinkbackState::Claimed, None, at(5)));
    assert_eq!((found.client_ip.as_str(), found.post_id), ("192.0.2.8", Some(PostId(1))));
    assert_eq!((found.protocol, found.said.as_ref()), (Protocol::Trackback, Some(&said)));
    let pair = async |source: &'static str, target: &'static str| {
        kept.db().write(async move |tx| linkbacks::find_pair(tx, site, source, target).await).await.unwrap()
    };
    assert_eq!(pair("one.example/post", "?p=1").await, Some(found));
    assert_eq!(pair("one.example/post", "?p=2").await, None);
    assert_eq!(pair("two.example/post", "?p=1").await, None);
}

async fn only_approved_pingbacks_are_listed_as_sources(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (post, other) = (kept.post("a").await, kept.post("b").await);
    for (n, post, kind, status) in [
        (2, post, CommentType::Pingback, Status::Approved),
        (1, post, CommentType::Pingback, Status::Approved),
        (3, post, CommentType::Pingback, Status::Hold),
        (4, post, CommentType::Pingback, Status::Spam),
        (5, post, CommentType::Comment, Status::Approved),
        (6, other, CommentType::Pingback, Status::Approved),
    ] {
        let source = format!("https://{n}.example/");
        kept.comment(Comment { kind, status, created_at: at(n), author_url: source, ..comment(post, &n.to_string()) })
            .await;
    }
    let sources = linkbacks::approved_sources(kept.db(), kept.site, post).await.unwrap();
    assert_eq!(sources, ["https://1.example/", "https://2.example/"]);
}

async fn refused_claims_are_forgotten_by_age(engine: Engine) {
    let kept = Kept::on(engine).await;
    let site = kept.site;
    let mut claims = Vec::new();
    for n in 1..=4 {
        claims.push(upsert(&kept, claim(&format!("{n}.example")), n).await);
    }
    let [open, first, second, late] = claims.clone().try_into().unwrap();
    kept.db()
        .write(async move |tx| {
            for (claim, millis) in [(first, 10), (second, 20), (late, 30)] {
                linkbacks::set_refused(tx, site, claim, LinkbackRefusal::NoLink, at(millis)).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let forget = async |millis, limit| {
        let forget = async move |tx: &mut rejoinder::store::Tx| {
            linkbacks::delete_refused_before(tx, site, at(millis), limit).await
        };
        kept.db().write(forget).await.unwrap()
    };
    assert_eq!((forget(10, 9).await, forget(30, 1).await, forget(30, 9).await), (0, 1, 1));
    let mut left = Vec::new();
    for id in claims {
        left.extend(linkbacks::find(kept.db(), site, id).await.unwrap().map(|l| l.id));
    }
    assert_eq!(left, [open, late]);
}
