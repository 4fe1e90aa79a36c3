//! What of the store is for an account's own page: what it wrote, by whom it is proven, and what is left when it goes.

use rejoinder::model::account::Actor;
use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::model::ids::{AccountId, CommentId, IdentityId, SiteId};
use rejoinder::model::role::Role;
use rejoinder::model::session::Scope;
use rejoinder::store::accounts::NewAccount;
use rejoinder::store::audit::{self, Subject};
use rejoinder::store::handovers::{self, Handover};
use rejoinder::store::sessions::{self, Session};
use rejoinder::store::{Tx, accounts, comments, posts, sites};

use super::{Kept, NOW, at, comment, insert_site};
use crate::harness::Engine;

crate::on_both_engines! {
    an_author_s_comments_are_listed_newest_first_with_their_answers
    an_author_s_comments_under_a_post_are_listed_since_a_moment
    what_an_account_wrote_is_found_to_be_exported_and_to_be_anonymised
    an_edit_and_its_reason_are_kept
    a_session_says_when_it_began_and_ends_with_its_identity
    a_deleted_account_is_a_number_that_is_never_another_s
    a_site_is_left_by_all_administrators_but_the_last
    the_trail_forgets_who_an_account_was
    posts_are_left_to_nobody
}

async fn by(kept: &Kept, account: Option<AccountId>, change: impl FnOnce(&mut Comment)) -> CommentId {
    let post = rejoinder::model::ids::PostId(1);
    let mut new = Comment { account_id: account, ..comment(post, "Words") };
    change(&mut new);
    kept.comment(new).await.id
}

async fn an_author_s_comments_are_listed_newest_first_with_their_answers(engine: Engine) {
    let kept = Kept::on(engine).await;
    kept.post("a").await;
    let (ann, bob) = (kept.account("ann").await, kept.account("bob").await);
    let (ann, bob) = (Some(ann), Some(bob));
    let answered = by(&kept, ann, |_| ()).await;
    let held = by(&kept, ann, |c| c.status = Status::Hold).await;
    by(&kept, ann, |c| c.status = Status::Trash).await;
    by(&kept, ann, |c| c.kind = CommentType::Pingback).await;
    let spam = by(&kept, ann, |c| c.status = Status::Spam).await;
    by(&kept, None, |_| ()).await;
    by(&kept, bob, |c| c.parent_id = Some(answered)).await;
    by(&kept, bob, |c| (c.parent_id, c.status) = (Some(held), Status::Hold)).await;
    by(&kept, None, |c| (c.parent_id, c.status) = (Some(spam), Status::Approved)).await;
    let own = by(&kept, ann, |c| c.parent_id = Some(held)).await;
    let list = async |before: i64, limit| {
        let found = comments::list_of_account(kept.db(), kept.site, ann.unwrap(), CommentId(before), limit).await;
        found.unwrap().into_iter().map(|own| (own.comment.id, own.is_answered)).collect::<Vec<_>>()
    };
    let all = [(own, false), (spam, true), (held, false), (answered, true)];
    assert_eq!(list(i64::MAX, 9).await, all);
    assert_eq!(list(own.0, 2).await, all[1..3]);
    for (id, is_answered) in all.into_iter().chain([(CommentId(99), false)]) {
        let site = kept.site;
        let ask = async move |tx: &mut Tx| comments::is_answered(tx, site, id).await;
        assert_eq!(kept.db().write(ask).await.unwrap(), is_answered, "{id}");
    }
}

async fn an_author_s_comments_under_a_post_are_listed_since_a_moment(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (here, there) = (kept.post("a").await, kept.post("b").await);
    let (ann, bob) = (kept.account("ann").await, kept.account("bob").await);
    let [early, answered, held] = [(at(-1), Status::Approved), (at(0), Status::Approved), (at(5), Status::Hold)];
    let mut ids = Vec::new();
    for (created_at, status) in [early, answered, held] {
        ids.push(by(&kept, Some(ann), |c| (c.created_at, c.status) = (created_at, status)).await);
    }
    for status in [Status::Spam, Status::Trash] {
        by(&kept, Some(ann), |c| c.status = status).await;
    }
    by(&kept, Some(ann), |c| c.kind = CommentType::Pingback).await;
    by(&kept, Some(ann), |c| c.post_id = there).await;
    by(&kept, Some(bob), |c| c.parent_id = Some(ids[1])).await;
    let list = async |since, limit| {
        let found = comments::list_under_post(kept.db(), (kept.site, here), ann, since, limit).await.unwrap();
        found.into_iter().map(|own| (own.comment.id, own.is_answered)).collect::<Vec<_>>()
    };
    assert_eq!(list(at(0), 9).await, [(ids[2], false), (ids[1], true)]);
    assert_eq!(list(at(-1), 9).await.len(), 3);
    assert_eq!(list(at(0), 1).await, [(ids[2], false)]);
    assert_eq!(list(at(6), 9).await, []);
}

async fn what_an_account_wrote_is_found_to_be_exported_and_to_be_anonymised(engine: Engine) {
    let kept = Kept::on(engine).await;
    kept.post("a").await;
    let other = insert_site(kept.db(), "other").await;
    let ann = kept.account("ann").await;
    let mut ids = Vec::new();
    for status in [Status::Approved, Status::Hold, Status::Spam, Status::Trash, Status::Approved] {
        ids.push(by(&kept, Some(ann), |c| c.status = status).await);
    }
    by(&kept, None, |_| ()).await;
    let (db, site) = (kept.db(), kept.site);
    let exported = async |after, limit| {
        let found = comments::list_to_export(db, site, ann, after, limit).await.unwrap();
        found.into_iter().map(|c| c.id).collect::<Vec<_>>()
    };
    assert_eq!(exported(CommentId(0), 9).await, [ids[0], ids[1], ids[4]]);
    assert_eq!(exported(ids[0], 1).await, [ids[1]]);
    let anonymised = async |site: SiteId, after, limit| {
        let list = async move |tx: &mut Tx| comments::list_to_anonymise(tx, site, ann, after, limit).await;
        db.write(list).await.unwrap().into_iter().map(|c| c.id).collect::<Vec<_>>()
    };
    assert_eq!(anonymised(site, CommentId(0), 9).await, ids);
    assert_eq!(anonymised(site, ids[1], 2).await, ids[2..4]);
    assert_eq!(anonymised(other, CommentId(0), 9).await, []);
    assert_eq!(comments::sites_of_account(db, ann).await.unwrap(), [site]);
    let within = async move |tx: &mut Tx| comments::sites_of_account_in(tx, ann).await;
    assert_eq!(db.write(within).await.unwrap(), [site]);
    assert_eq!(comments::sites_of_account(db, AccountId(99)).await.unwrap(), []);
}

async fn an_edit_and_its_reason_are_kept(engine: Engine) {
    let kept = Kept::on(engine).await;
    kept.post("a").await;
    let id = by(&kept, None, |_| ()).await;
    let after = Comment { content: "Others".into(), edited_at: Some(at(5)), ..kept.find(id).await.unwrap() };
    let (site, update) = (kept.site, after.clone());
    let write = async move |tx: &mut Tx| {
        comments::update(tx, &update).await?;
        comments::set_reason(tx, site, id, "held: again").await
    };
    kept.db().write(write).await.unwrap();
    assert_eq!(kept.find(id).await.unwrap(), Comment { reason: "held: again".into(), ..after });
}

async fn a_session_says_when_it_began_and_ends_with_its_identity(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (ann, bob, site) = (kept.account("ann").await, kept.account("bob").await, kept.site);
    for (token, account, identity) in
        [(b"a" as &[u8], ann, Some(1)), (b"b", ann, Some(2)), (b"c", ann, None), (b"d", bob, Some(1))]
    {
        let session = Session {
            account_id: account,
            scope: Scope::Desk,
            identity_id: identity.map(IdentityId),
            csrf_token: "csrf".into(),
            seen_at: at(7),
            expires_at: at(1000),
        };
        let handover =
            Handover { account_id: account, identity_id: identity.map(IdentityId), lasting: true, session_hash: None };
        let write = async move |tx: &mut Tx| {
            sessions::insert(tx, token, &session, "", "").await?;
            handovers::insert(tx, site, token, &handover, (NOW, at(1000))).await
        };
        kept.db().write(write).await.unwrap();
    }
    kept.db().write(async |tx| sessions::touch(tx, b"a", at(60), NOW).await).await.unwrap();
    assert_eq!(sessions::began_at(kept.db(), b"a").await.unwrap(), Some(at(7)), "use makes no new proof of it");
    assert_eq!(sessions::began_at(kept.db(), b"x").await.unwrap(), None);
    let end = async move |tx: &mut Tx| {
        let sessions = sessions::delete_of_identity(tx, ann, IdentityId(1)).await?;
        Ok((sessions, handovers::delete_of_identity(tx, ann, IdentityId(1)).await?))
    };
    assert_eq!(kept.db().write(end).await.unwrap(), (1, 1));
    for (token, is_there) in [(b"a" as &[u8], false), (b"b", true), (b"c", true), (b"d", true)] {
        assert_eq!(sessions::find(kept.db(), token, NOW).await.unwrap().is_some(), is_there);
        assert_eq!(handovers::find(kept.db(), site, token, NOW).await.unwrap().is_some(), is_there);
    }
}

async fn a_deleted_account_is_a_number_that_is_never_another_s(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (ann, db) = (kept.account("ann").await, kept.db());
    let site = kept.site;
    let stays = async |id| db.write(async move |tx: &mut Tx| accounts::stays(tx, id).await).await.unwrap();
    assert!(stays(ann).await && !stays(AccountId(99)).await);
    let delete = async move |tx: &mut Tx| {
        sites::set_member(tx, site, ann, Role::Administrator).await?;
        accounts::delete(tx, ann, at(5)).await
    };
    db.write(delete).await.unwrap();
    assert!(!stays(ann).await);
    assert_eq!(accounts::find(db, ann).await.unwrap(), None);
    for login in ["ann", "deleted-1", "ann@Example.org", ""] {
        assert_eq!(accounts::find_by_login(db, login).await.unwrap(), None, "{login}");
    }
    assert_eq!(accounts::list_members(db, kept.site).await.unwrap(), []);
    let change = async move |tx: &mut Tx| {
        assert_eq!(accounts::lock(tx, ann).await?, None);
        accounts::set_profile(tx, ann, "Back", "back@example.org", "").await?;
        accounts::set_password_hash(tx, ann, "hash").await?;
        accounts::set_comment_shortcuts(tx, ann, true).await
    };
    db.write(change).await.unwrap();
    assert!(accounts::find_by_login(db, "back@example.org").await.unwrap().is_none(), "nothing brings it back");
    assert!(!accounts::any(db).await.unwrap());
    assert_ne!(kept.account("bob").await, ann);
}

async fn a_site_is_left_by_all_administrators_but_the_last(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (db, site) = (kept.db(), kept.site);
    let other = insert_site(db, "other").await;
    let (ann, bob) = (kept.account("ann").await, kept.account("bob").await);
    let set = async |site, who, role| {
        db.write(async move |tx: &mut Tx| sites::set_member(tx, site, who, role).await).await.unwrap();
    };
    let alone = async |who| {
        let ask = async move |tx: &mut Tx| {
            sites::lock_administrators(tx).await?;
            sites::without_other_administrator(tx, who).await
        };
        db.write(ask).await.unwrap().join(" ")
    };
    set(site, ann, Role::Administrator).await;
    set(site, bob, Role::Editor).await;
    assert_eq!((alone(ann).await.as_str(), alone(bob).await.as_str()), ("BLOG", ""));
    set(site, bob, Role::Administrator).await;
    assert_eq!((alone(ann).await.as_str(), alone(bob).await.as_str()), ("", ""));
    set(other, bob, Role::Administrator).await;
    assert_eq!(alone(bob).await, "OTHER");
    let root = NewAccount {
        login: "root".into(),
        email: String::new(),
        display_name: "Root".into(),
        password_hash: "hash".into(),
        super_admin: true,
    };
    let root = db.write(async move |tx: &mut Tx| accounts::insert(tx, &root, NOW).await).await.unwrap();
    assert_eq!((alone(bob).await.as_str(), alone(root).await.as_str()), ("", ""));
    let leave = async move |tx: &mut Tx| sites::delete_memberships(tx, bob).await;
    assert_eq!(db.write(leave).await.unwrap(), 2);
    assert_eq!(sites::roles_of(db, bob).await.unwrap(), []);
    assert_eq!(alone(root).await, "OTHER");
}

async fn the_trail_forgets_who_an_account_was(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (ann, bob, site) = (kept.account("ann").await, kept.account("bob").await, kept.site);
    let write = async move |tx: &mut Tx| {
        for (who, site, action, detail) in [
            (ann, None, "log_in", "from 192.0.2.1"),
            (ann, Some(site), "trash", "approved to trash"),
            (ann, Some(site), "edit_own", "before: “Words”"),
            (bob, None, "log_in", "from 192.0.2.2"),
        ] {
            let actor = Actor { account_id: Some(who), name: "ann".into(), role: Role::Subscriber };
            audit::insert(tx, site, &actor, action, Subject::Site, detail, NOW).await?;
        }
        Ok(())
    };
    kept.db().write(write).await.unwrap();
    let forget = async move |tx: &mut Tx| audit::forget_account(tx, ann, "deleted-1", 2).await;
    assert_eq!(kept.db().write(forget).await.unwrap(), 2);
    assert_eq!(kept.db().write(forget).await.unwrap(), 1);
    assert_eq!(kept.db().write(forget).await.unwrap(), 0);
    let entries = audit::list(kept.db(), site, true, 9, 0).await.unwrap();
    let told: Vec<_> = entries.iter().map(|e| (e.account_id, e.actor.as_str(), e.detail.as_str())).collect();
    let left = |detail| (None, "deleted-1", detail);
    assert_eq!(told, [(Some(bob), "ann", "from 192.0.2.2"), left(""), left("approved to trash"), left("")]);
}

async fn posts_are_left_to_nobody(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (ann, bob, site) = (kept.account("ann").await, kept.account("bob").await, kept.site);
    let (a, b) = (kept.post("a").await, kept.post("b").await);
    let write = async move |tx: &mut Tx| {
        posts::set_author(tx, site, a, Some(ann)).await?;
        posts::set_author(tx, site, b, Some(bob)).await?;
        posts::leave_to_nobody(tx, ann, at(5)).await
    };
    kept.db().write(write).await.unwrap();
    let find = async |id| posts::find(kept.db(), site, id).await.unwrap().unwrap();
    assert_eq!((find(a).await.account_id, find(b).await.account_id), (None, Some(bob)));
    assert_eq!((find(a).await.version, find(a).await.changed_at), (2, at(5)));
}
