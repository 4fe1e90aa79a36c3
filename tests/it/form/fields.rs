//! What stands in the form: both ways of writing one, lists, and how long each field may be.

use axum::body::Body;
use http::Request;

use super::{Door, JSON, PATH};

#[tokio::test]
async fn a_comment_is_kept_as_it_was_filled_in() {
    let door = Door::open().await;
    let fields = [
        ("author", "  <b>Zoë</b> & Co  "),
        ("email", " Zoe@Example.org "),
        ("url", "zoe.example/?a=1&b=2"),
        ("comment", "  one\r\ntwo <script>x</script> <em>three</em> "),
        ("unknown", "ignored"),
    ];
    let answer = door.send(&fields, &[("user-agent", "Browser/1")]).await;
    assert_eq!(answer.status, 302, "{}", answer.text());
    let kept = door.only().await;
    assert_eq!(kept.author_name, "Zoë &amp; Co");
    assert_eq!(kept.author_email, "Zoe@Example.org");
    assert_eq!(kept.author_url, "http://zoe.example/?a=1&amp;b=2");
    assert_eq!((kept.author_ip.as_str(), kept.agent.as_str()), ("127.0.0.1", "Browser/1"));
    assert!(kept.content.starts_with("one\ntwo ") && kept.content.ends_with("<em>three</em>"), "{}", kept.content);
    assert!(!kept.content.contains("<script"), "{}", kept.content);
    assert_eq!(kept.created_at, door.test.clock.now());
}

#[tokio::test]
async fn a_multipart_form_says_the_same() {
    let door = Door::open().await;
    let part =
        |name: &str, value: &str| format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let post = door.post.to_string();
    let fields =
        [("comment_post_ID", &*post), ("author", "Zoë"), ("email", "zoe@example.org"), ("comment", "Déjà\r\nvu")];
    let body: String = fields.iter().map(|(name, value)| part(name, value)).collect::<String>() + "--B--\r\n";
    let request = Request::post(PATH).header("content-type", "multipart/form-data; boundary=B");
    let answer = door.test.send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(answer.status, 302, "{}", answer.text());
    let kept = door.only().await;
    assert_eq!((kept.author_name.as_str(), kept.content.as_str()), ("Zoë", "Déjà\nvu"));

    let broken = Request::post(PATH).header("content-type", "multipart/form-data; boundary=B");
    let answer = door.test.send(broken.body(Body::from("--B\r\nContent-Dispo")).unwrap()).await;
    assert_eq!(answer.status, 400, "{}", answer.text());
    let none = Request::post(PATH).header("content-type", "multipart/form-data");
    assert_eq!(door.test.send(none.body(Body::from("x")).unwrap()).await.status, 400);
    assert_eq!(door.kept().await.len(), 1);
}

/// PHP makes a list of `author[]`; WordPress takes what is no text for empty.
#[tokio::test]
async fn a_field_that_is_a_list_is_empty() {
    let door = Door::open().await;
    for (list, code) in [
        ("author[]", "require_name_email"),
        ("email[x][y]", "require_name_email"),
        ("comment[0]", "require_valid_comment"),
    ] {
        let plain = list.split('[').next().unwrap();
        // The list comes last, and the last of a name counts.
        let answer = door.send(&[(plain, "first"), (list, "second")], &[JSON]).await;
        assert_eq!(answer.json()["code"], code, "{list}");
    }
    assert_eq!(door.kept().await, []);
}

/// Name, code of its refusal, bytes at most, and a text of so many bytes.
type Field<'a> = (&'a str, &'a str, usize, &'a dyn Fn(usize) -> String);

#[tokio::test]
async fn each_field_may_be_so_long_and_no_longer() {
    let door = Door::open().await;
    let email = |bytes: usize| format!("{}@example.org", "e".repeat(bytes - "@example.org".len()));
    let url = |bytes: usize| format!("http://a.example/{}", "u".repeat(bytes - "http://a.example/".len()));
    let fields: [Field<'_>; 4] = [
        ("author", "comment_author_column_length", 245, &|n| "é".repeat(n / 2) + &"n".repeat(n % 2)),
        ("email", "comment_author_email_column_length", 100, &email),
        ("url", "comment_author_url_column_length", 200, &url),
        ("comment", "comment_content_column_length", 65_525, &|n| "c".repeat(n)),
    ];
    for (field, code, most, text) in fields {
        // Words of its own, so that it is no duplicate of the one before.
        let words = format!("about the {field}");
        let with = |value: &str| vec![("comment".to_owned(), words.clone()), (field.to_owned(), value.to_owned())];
        for (bytes, is_taken) in [(most, true), (most + 1, false)] {
            let value = text(bytes);
            assert_eq!(value.len(), bytes);
            let fields = with(&value);
            let mut fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            if field == "comment" {
                fields.remove(0);
            }
            let answer = door.send(&fields, &[JSON]).await;
            if is_taken {
                assert_eq!(answer.status, 201, "{field} of {bytes}: {}", answer.text());
            } else {
                assert_eq!(
                    (answer.status.as_u16(), answer.json()["code"].as_str()),
                    (422, Some(code)),
                    "{field} of {bytes}"
                );
                assert_eq!(answer.json()["field"], field);
            }
        }
    }
    assert_eq!(door.kept().await.len(), 4);
}

/// `<` becomes `&lt;`: what filtering makes longer than a comment may be is refused as too long.
#[tokio::test]
async fn a_comment_that_filtering_makes_too_long_is_refused() {
    let door = Door::open().await;
    for (signs, is_taken) in [(13_100, true), (13_200, false)] {
        let answer = door.send(&[("comment", &"< ".repeat(signs))], &[JSON]).await;
        assert_eq!(answer.status == 201, is_taken, "{signs}: {}", &answer.text()[..200.min(answer.body.len())]);
        if !is_taken {
            assert_eq!(answer.json()["code"], "comment_content_column_length");
        }
    }
}
