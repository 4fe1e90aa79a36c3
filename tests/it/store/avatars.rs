//! `store/avatars.rs`.

use rejoinder::model::avatar::{Image, MediaType};
use rejoinder::store::avatars::{self, Avatar};

use super::{Kept, NOW, at};
use crate::harness::Engine;

crate::on_both_engines! {
    a_picture_is_asked_for_kept_and_forgotten
    another_way_of_asking_forgets_the_picture
}

async fn find(kept: &Kept, token: &str) -> Option<Avatar> {
    avatars::find(kept.db(), kept.site, token).await.unwrap()
}

async fn set_asked(kept: &Kept, token: &'static str, variant: &'static str, millis: i64) {
    let site = kept.site;
    let ask = async move |tx: &mut rejoinder::store::Tx| avatars::set_asked(tx, site, token, variant, at(millis)).await;
    kept.db().write(ask).await.unwrap();
}

async fn set_image(kept: &Kept, token: &'static str, variant: &'static str, image: Option<Image>, millis: i64) {
    let site = kept.site;
    let set = async move |tx: &mut rejoinder::store::Tx| {
        avatars::set_image(tx, site, token, variant, image.as_ref(), at(millis)).await
    };
    kept.db().write(set).await.unwrap();
}

fn image(bytes: &[u8]) -> Image {
    Image { media_type: MediaType::Png, bytes: bytes.to_vec() }
}

async fn a_picture_is_asked_for_kept_and_forgotten(engine: Engine) {
    let kept = Kept::on(engine).await;
    assert_eq!(find(&kept, "a").await, None);
    set_asked(&kept, "a", "v", 1).await;
    let asked = Avatar { variant: "v".into(), image: None, asked_at: at(1), answered_at: None };
    assert_eq!(find(&kept, "a").await, Some(asked.clone()));
    set_image(&kept, "a", "v", Some(image(b"\0\xff")), 2).await;
    let answered = Avatar { image: Some(image(b"\0\xff")), answered_at: Some(at(2)), ..asked };
    assert_eq!(find(&kept, "a").await, Some(answered.clone()));
    set_asked(&kept, "a", "v", 5).await;
    assert_eq!(find(&kept, "a").await, Some(Avatar { asked_at: at(5), ..answered.clone() }), "shown meanwhile");
    set_image(&kept, "a", "v", None, 6).await;
    let gone = Avatar { image: None, answered_at: Some(at(6)), asked_at: at(5), ..answered };
    assert_eq!(find(&kept, "a").await, Some(gone));
    set_asked(&kept, "b", "v", 4).await;
    let delete = async |millis| {
        let delete = async move |tx: &mut rejoinder::store::Tx| avatars::delete_asked_before(tx, at(millis)).await;
        kept.db().write(delete).await.unwrap()
    };
    assert_eq!((delete(4).await, delete(5).await), (0, 1));
    assert_eq!((find(&kept, "a").await.is_some(), find(&kept, "b").await), (true, None));
}

async fn another_way_of_asking_forgets_the_picture(engine: Engine) {
    let kept = Kept::on(engine).await;
    set_asked(&kept, "a", "v", 1).await;
    set_image(&kept, "a", "v", Some(image(b"x")), 2).await;
    set_asked(&kept, "a", "w", 3).await;
    let asked = Avatar { variant: "w".into(), image: None, asked_at: at(3), answered_at: None };
    assert_eq!(find(&kept, "a").await, Some(asked.clone()));
    set_image(&kept, "a", "v", Some(image(b"late")), 4).await;
    assert_eq!(find(&kept, "a").await, Some(asked), "an answer to the old question");
    let other = super::insert_site(kept.db(), "other").await;
    assert_eq!(avatars::find(kept.db(), other, "a").await.unwrap(), None);
    assert!(NOW < at(1));
}
