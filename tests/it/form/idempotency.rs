//! `Idempotency-Key`: a request that is sent again is answered as it was the first time.

use futures_util::future::join_all;
use rejoinder::model::comment::Status;

use super::{Door, JSON};
use crate::harness::{Engine, Setup};

crate::on_both_engines! {
    a_repeated_request_gets_the_first_answer
    of_many_at_once_one_is_kept_and_all_are_answered
    of_the_same_words_at_once_one_is_kept
    of_many_in_a_flood_one_is_kept
}

async fn a_repeated_request_gets_the_first_answer(engine: Engine) {
    let door = Door::with(engine, Setup::default()).await;
    let key = [JSON, ("idempotency-key", "7d6b3c1e-0000-4000-8000-000000000001")];
    let first = door.send(&[], &key).await;
    assert_eq!(first.status, 201, "{}", first.text());
    let body = first.json();
    assert_eq!((body["id"].as_i64(), body["status"].as_str()), (Some(1), Some("hold")));
    assert_eq!(body["link"], "https://blog.example/a-post/#comment-1");
    assert_eq!((body["unapproved"].as_i64(), body["author_name"].as_str()), (Some(1), Some("Ann")));
    assert_eq!(body["moderation_hash"].as_str().unwrap().len(), 32);
    assert_eq!(body["content_html"], "<p>Well said.</p>\n");
    let again = door.send(&[("comment", "Other words.")], &key).await;
    assert_eq!((again.status.as_u16(), again.json()), (200, body.clone()));
    door.set_status(&door.only().await, Status::Approved).await;
    let later = door.send(&[], &key).await.json();
    assert_eq!((later["id"].as_i64(), later["status"].as_str()), (Some(1), Some("approved")));
    assert_eq!((&later["unapproved"], &later["moderation_hash"]), (&serde_json::Value::Null, &serde_json::Value::Null));
    for (key, status) in [("x".repeat(128), 201), ("x".repeat(129), 400), (String::new(), 400)] {
        let answer =
            door.send(&[("comment", &*format!("key of {}", key.len()))], &[JSON, ("idempotency-key", &key)]).await;
        assert_eq!(answer.status.as_u16(), status, "{}: {}", key.len(), answer.text());
    }
    assert_eq!(door.kept().await.len(), 2);
}

async fn of_many_at_once_one_is_kept_and_all_are_answered(engine: Engine) {
    let door = Door::with(engine, Setup::default()).await;
    let answers = join_all((0..8).map(|_| door.send(&[], &[JSON, ("idempotency-key", "k")]))).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 7, "{statuses:?}");
    let first = answers[0].json();
    assert!(answers.iter().all(|answer| answer.json() == first));
    assert_eq!(door.kept().await.len(), 1);
}

async fn of_the_same_words_at_once_one_is_kept(engine: Engine) {
    let door = Door::with(engine, Setup::default()).await;
    let answers = join_all((0..8).map(|_| door.send(&[], &[JSON]))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
    assert_eq!(door.kept().await.len(), 1);
}

async fn of_many_in_a_flood_one_is_kept(engine: Engine) {
    let door = Door::with(engine, Setup { limited: true, ..Setup::default() }).await;
    let words: Vec<String> = (0..8).map(|n| n.to_string()).collect();
    let forms: Vec<[(&str, &str); 1]> = words.iter().map(|words| [("comment", words.as_str())]).collect();
    let answers = join_all(forms.iter().map(|fields| door.send(fields, &[JSON]))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 429, 429, 429, 429, 429, 429, 429]);
    assert_eq!(door.kept().await.len(), 1);
}
