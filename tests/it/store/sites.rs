//! `store/sites.rs`.

use rejoinder::error::Error;
use rejoinder::model::role::Role;
use rejoinder::store::sites::{self, NewSite};

use super::{Kept, NOW, insert_site};
use crate::harness::Engine;

crate::on_both_engines! {
    a_site_is_listed_as_it_was_added_and_changed
    a_slug_is_taken_once
    an_option_is_kept_in_place_of_its_older_value
    a_member_has_the_last_role_given
}

async fn a_site_is_listed_as_it_was_added_and_changed(engine: Engine) {
    let kept = Kept::on(engine).await;
    let second = insert_site(kept.db(), "other").await;
    kept.db()
        .write(async move |tx| {
            sites::set_home(tx, second, &"https://moved.example/blog".parse().unwrap()).await?;
            sites::set_siteurl(tx, second, Some(&"https://comments.example/".parse().unwrap())).await?;
            sites::set_title(tx, second, "It’s “new”").await?;
            sites::set_changed(tx, second, super::at(7)).await
        })
        .await
        .unwrap();
    let listed = sites::list(kept.db()).await.unwrap();
    assert_eq!(
        listed.iter().map(|s| (s.id, s.slug.as_str())).collect::<Vec<_>>(),
        [(kept.site, "blog"), (second, "other")]
    );
    let (first, second) = (&listed[0], &listed[1]);
    assert_eq!((first.home.as_str(), first.siteurl.as_ref()), ("https://blog.example/", None));
    assert_eq!((first.title.as_str(), first.demo), ("BLOG", false));
    assert_eq!(second.home.as_str(), "https://moved.example/blog");
    assert_eq!(second.siteurl.as_ref().unwrap().as_str(), "https://comments.example/");
    assert_eq!(second.title, "It’s “new”");
    let id = second.id;
    kept.db().write(async move |tx| sites::set_siteurl(tx, id, None).await).await.unwrap();
    assert_eq!(sites::list(kept.db()).await.unwrap()[1].siteurl, None);
}

async fn a_slug_is_taken_once(engine: Engine) {
    let kept = Kept::on(engine).await;
    let again = NewSite {
        slug: "blog".into(),
        home: "https://else.example".parse().unwrap(),
        title: String::new(),
        demo: true,
    };
    let refused = kept.db().write(async move |tx| sites::insert(tx, &again, NOW).await).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    assert_eq!(sites::list(kept.db()).await.unwrap().len(), 1);
}

async fn an_option_is_kept_in_place_of_its_older_value(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, other) = (kept.site, insert_site(kept.db(), "other").await);
    for value in ["3", "7"] {
        kept.db().write(async move |tx| sites::set_option(tx, site, "comment_max_links", value).await).await.unwrap();
    }
    kept.db().write(async move |tx| sites::set_option(tx, other, "of_a_newer_version", "x").await).await.unwrap();
    let listed = sites::list(kept.db()).await.unwrap();
    assert_eq!(listed[0].options.comment_max_links, 7);
    assert_eq!(listed[0].stored_options.len(), 1);
    assert_eq!(listed[1].options.comment_max_links, 2);
    assert_eq!(listed[1].stored_options["of_a_newer_version"], "x");
}

async fn a_member_has_the_last_role_given(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, other, account) = (kept.site, insert_site(kept.db(), "other").await, kept.account("ann").await);
    assert_eq!(sites::member_role(kept.db(), site, account).await.unwrap(), None);
    for (site, role) in [(site, Role::Author), (site, Role::Editor), (other, Role::Subscriber)] {
        kept.db().write(async move |tx| sites::set_member(tx, site, account, role).await).await.unwrap();
    }
    assert_eq!(sites::member_role(kept.db(), site, account).await.unwrap(), Some(Role::Editor));
    let roles = sites::roles_of(kept.db(), account).await.unwrap();
    assert_eq!(roles, [(site, Role::Editor), (other, Role::Subscriber)]);
    for had in [true, false] {
        assert_eq!(kept.db().write(async move |tx| sites::delete_member(tx, site, account).await).await.unwrap(), had);
    }
    assert_eq!(sites::roles_of(kept.db(), account).await.unwrap(), [(other, Role::Subscriber)]);
}
