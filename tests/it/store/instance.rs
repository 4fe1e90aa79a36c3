//! `store/instance.rs`.

use rejoinder::store::instance;

use super::Kept;
use crate::harness::Engine;

crate::on_both_engines! {
    a_name_has_one_value
    one_of_many_takes_a_value
}

async fn a_name_has_one_value(engine: Engine) {
    let kept = Kept::on(engine).await;
    let db = kept.db();
    let once = |value: &'static str| db.write(async move |tx| instance::insert_once(tx, "name", value).await);
    assert_eq!(instance::find(db, "name").await.unwrap(), None);
    assert_eq!(once("first").await.unwrap(), "first");
    assert_eq!(once("second").await.unwrap(), "first");
    for value in ["third", "fourth"] {
        db.write(async move |tx| instance::set(tx, "name", value).await).await.unwrap();
        assert_eq!(instance::find(db, "name").await.unwrap().as_deref(), Some(value));
    }
    for had in [true, false] {
        assert_eq!(db.write(async |tx| instance::delete(tx, "name").await).await.unwrap(), had);
    }
}

async fn one_of_many_takes_a_value(engine: Engine) {
    let kept = Kept::on(engine).await;
    kept.db().write(async |tx| instance::set(tx, "link", "once").await).await.unwrap();
    let takers = (0..8).map(|_| kept.db().write(async |tx| instance::take(tx, "link").await));
    let taken = futures_util::future::join_all(takers).await;
    let got = taken.into_iter().map(Result::unwrap).filter(|value| value.as_deref() == Some("once"));
    assert_eq!(got.count(), 1);
}
