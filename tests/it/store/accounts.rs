//! `store/accounts.rs`.

use rejoinder::error::Error;
use rejoinder::model::role::Role;
use rejoinder::store::accounts::{self, NewAccount};
use rejoinder::store::{Tx, sites};

use super::{Kept, NOW};
use crate::harness::Engine;

crate::on_both_engines! {
    an_account_is_found_by_id_login_and_e_mail
    a_login_is_taken_once
    names_and_addresses_that_are_taken_are_told
    an_account_changes_field_by_field
    members_are_listed_with_super_administrators_first
    a_sites_administrators_are_its_own_or_those_of_all
    who_may_moderate_is_listed_by_site_up_to_a_bound
}

async fn an_account_is_found_by_id_login_and_e_mail(engine: Engine) {
    let kept = Kept::on(engine).await;
    let db = kept.db();
    assert!(!accounts::any(db).await.unwrap());
    assert!(!db.write(async |tx| accounts::any_in(tx).await).await.unwrap());
    let ann = kept.account("ann").await;
    assert!(accounts::any(db).await.unwrap());
    assert!(db.write(async |tx| accounts::any_in(tx).await).await.unwrap());

    let found = accounts::find(db, ann).await.unwrap().unwrap();
    assert_eq!(
        (found.login.as_str(), found.email.as_str(), found.display_name.as_str()),
        ("ann", "ann@Example.org", "ANN")
    );
    assert_eq!((found.password_hash.as_str(), found.url.as_str()), ("hash", ""));
    assert_eq!((found.super_admin, found.comment_shortcuts, found.created_at), (false, true, NOW));
    assert_eq!(db.write(async move |tx| accounts::lock(tx, ann).await).await.unwrap().unwrap(), found);
    for name in ["ann", "ann@Example.org", "ANN@EXAMPLE.ORG"] {
        assert_eq!(accounts::find_by_login(db, name).await.unwrap().as_ref(), Some(&found), "{name}");
    }
    // A login that reads like another's e-mail goes before the e-mail.
    let sly = kept.account("ann@example.org").await;
    assert_eq!(accounts::find_by_login(db, "ann@example.org").await.unwrap().unwrap().id, sly);
    assert_eq!(accounts::find_by_login(db, "nobody").await.unwrap(), None);
}

async fn a_login_is_taken_once(engine: Engine) {
    let kept = Kept::on(engine).await;
    kept.account("ann").await;
    let again = NewAccount {
        login: "ann".into(),
        email: String::new(),
        display_name: String::new(),
        password_hash: String::new(),
        super_admin: true,
    };
    let refused = kept.db().write(async move |tx| accounts::insert(tx, &again, NOW).await).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
}

async fn names_and_addresses_that_are_taken_are_told(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (ann, sly) = (kept.account("ann").await, kept.account("ann@example.org").await);
    let by_provider = NewAccount {
        login: "github-1".into(),
        email: "bob@example.org".into(),
        display_name: String::new(),
        password_hash: String::new(),
        super_admin: false,
    };
    kept.db().write(async move |tx| accounts::insert(tx, &by_provider, NOW).await).await.unwrap();
    let list = async |login, limit| {
        let found = accounts::list_by_login(kept.db(), login, limit).await.unwrap();
        found.into_iter().map(|account| account.id).collect::<Vec<_>>()
    };
    assert_eq!(list("ann@example.org", 9).await, [sly, ann]);
    assert_eq!((list("ann@example.org", 1).await, list("ANN@Example.org", 9).await), (vec![sly], vec![ann]));
    assert_eq!((list("bob@example.org", 9).await, list("nobody", 9).await), (vec![], vec![]));
    for (login, is_taken) in [("ann", true), ("ANN", true), ("Github-1", true), ("an", false)] {
        let ask = async move |tx: &mut Tx| accounts::is_login_taken(tx, login).await;
        assert_eq!(kept.db().write(ask).await.unwrap(), is_taken, "{login}");
    }
    for (email, has) in [("Ann@example.org", true), ("bob@example.org", false), ("nobody@example.org", false)] {
        assert_eq!(accounts::has_password(kept.db(), email).await.unwrap(), has, "{email}");
        let ask = async move |tx: &mut Tx| accounts::has_password_in(tx, email).await;
        assert_eq!(kept.db().write(ask).await.unwrap(), has, "{email}");
    }
}

async fn an_account_changes_field_by_field(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (ann, bob) = (kept.account("ann").await, kept.account("bob").await);
    let before = accounts::find(kept.db(), bob).await.unwrap();
    kept.db()
        .write(async move |tx| {
            accounts::set_password_hash(tx, ann, "another").await?;
            accounts::set_comment_shortcuts(tx, ann, false).await?;
            accounts::set_profile(tx, ann, "Änn", "ÄNN@example.net", "https://ann.example/").await
        })
        .await
        .unwrap();
    let after = accounts::find(kept.db(), ann).await.unwrap().unwrap();
    assert_eq!((after.password_hash.as_str(), after.comment_shortcuts), ("another", false));
    assert_eq!((after.display_name.as_str(), after.email.as_str()), ("Änn", "ÄNN@example.net"));
    assert_eq!(after.url, "https://ann.example/");
    assert_eq!(accounts::find_by_login(kept.db(), "änn@example.net").await.unwrap(), Some(after));
    assert_eq!(accounts::find_by_login(kept.db(), "ann@example.org").await.unwrap(), None);
    assert_eq!(accounts::find(kept.db(), bob).await.unwrap(), before);
}

async fn members_are_listed_with_super_administrators_first(engine: Engine) {
    let kept = Kept::on(engine).await;
    let site = kept.site;
    let (zoe, ann) = (kept.account("zoe").await, kept.account("ann").await);
    kept.account("stranger").await;
    let root = NewAccount {
        login: "root".into(),
        email: "root@example.org".into(),
        display_name: "Root".into(),
        password_hash: "hash".into(),
        super_admin: true,
    };
    kept.db()
        .write(async move |tx| {
            accounts::insert(tx, &root, NOW).await?;
            sites::set_member(tx, site, zoe, Role::Author).await?;
            sites::set_member(tx, site, ann, Role::Editor).await
        })
        .await
        .unwrap();
    let members = accounts::list_members(kept.db(), site).await.unwrap();
    let members: Vec<_> = members.iter().map(|(account, role)| (account.login.as_str(), *role)).collect();
    assert_eq!(members, [("root", Role::Administrator), ("ann", Role::Editor), ("zoe", Role::Author)]);
}

async fn a_sites_administrators_are_its_own_or_those_of_all(engine: Engine) {
    let kept = Kept::on(engine).await;
    let site = kept.site;
    let new = NewAccount {
        login: "root".into(),
        email: "root@example.org".into(),
        display_name: "root".into(),
        password_hash: "hash".into(),
        super_admin: true,
    };
    let root = kept.db().write(async move |tx| accounts::insert(tx, &new, NOW).await).await.unwrap();
    let (ann, bob, eve) = (kept.account("ann").await, kept.account("bob").await, kept.account("eve").await);
    let list = async |limit| {
        let found = accounts::list_administrators(kept.db(), site, limit).await.unwrap();
        found.into_iter().map(|account| account.id).collect::<Vec<_>>()
    };
    assert_eq!(list(10).await, [root]);
    for (id, role) in [(ann, Role::Administrator), (bob, Role::Editor), (eve, Role::Administrator)] {
        kept.db().write(async move |tx| sites::set_member(tx, site, id, role).await).await.unwrap();
    }
    assert_eq!((list(10).await, list(1).await), (vec![ann, eve], vec![ann]));
}

async fn who_may_moderate_is_listed_by_site_up_to_a_bound(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (db, site, other) = (kept.db(), kept.site, super::insert_site(kept.db(), "other").await);
    let (ann, bob, cy) = (kept.account("ann").await, kept.account("bob").await, kept.account("cy").await);
    let root = NewAccount {
        login: "root".into(),
        email: "root@example.org".into(),
        display_name: "Root".into(),
        password_hash: String::new(),
        super_admin: true,
    };
    db.write(async move |tx| accounts::insert(tx, &root, NOW).await).await.unwrap();
    let roles = [
        (site, ann, Role::Editor),
        (other, ann, Role::Author),
        (site, bob, Role::Contributor),
        (other, cy, Role::Administrator),
    ];
    for (site, account, role) in roles {
        db.write(async move |tx| sites::set_member(tx, site, account, role).await).await.unwrap();
    }
    let listed = async |limit| {
        let listed = accounts::list_moderators(db, limit).await.unwrap();
        listed.into_iter().map(|m| (m.login, m.site)).collect::<Vec<_>>()
    };
    let all = [
        ("ann".to_owned(), Some(site)),
        ("ann".to_owned(), Some(other)),
        ("cy".to_owned(), Some(other)),
        ("root".to_owned(), None),
    ];
    assert_eq!(listed(5).await, all);
    assert_eq!(listed(4).await, all);
    assert_eq!(listed(3).await, all[..3]);
    let first = accounts::list_moderators(db, 1).await.unwrap().remove(0);
    assert_eq!((first.account, first.display_name.as_str(), first.email.as_str()), (ann, "ANN", "ann@Example.org"));
}
