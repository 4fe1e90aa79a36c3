//! What strangers try: to make somebody log in for them, as them, or be led away; to take a log-in on its way.

use http::Request;
use rejoinder::model::session::Scope;

use super::{Bench, OWN, PASSWORD, VERIFIER, challenge, claim_of, cookie, field, first_party};

const FOREIGN: [&[(&str, &str)]; 5] = [
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site"), ("origin", "http://comments.test")],
    &[("origin", "https://blog.example")],
    &[("origin", "null")],
    &[],
];

/// The address of the window is anybody's to write: what stands there must not become the challenge.
#[tokio::test]
async fn a_challenge_in_an_address_is_nothing() {
    let bench = Bench::new().await;
    let stranger = challenge(VERIFIER);
    for name in ["handover", "challenge"] {
        let page = bench.test.get(&format!("/login?p=1&{name}={stranger}")).await.text();
        assert!(!page.contains(&stranger) && field(&page, "handover").is_empty(), "{page}");
    }
    let fields = [("log", "reader"), ("pwd", PASSWORD)];
    let answer = bench.test.form(&format!("/login/account?handover={stranger}"), &fields, &[OWN]).await;
    assert_eq!(answer.status, 303);
    assert_eq!(bench.claim(&claim_of(VERIFIER, "token"), &[OWN]).await.status, 202);
}

#[tokio::test]
async fn no_other_site_logs_anybody_in_or_out_or_claims() {
    let bench = Bench::new().await;
    bench.log_in(&challenge(VERIFIER), &[OWN]).await;
    let cookies = first_party(&bench.session(bench.reader, Scope::Desk).await);
    let page = bench.test.get_with("/?p=1", &[("cookie", &cookies)]).await.text();
    let csrf = field(&page, "csrf");
    for foreign in FOREIGN {
        let mut headers = foreign.to_vec();
        headers.push(("cookie", &cookies));
        let log_in = bench.log_in("", &headers).await;
        assert_eq!((log_in.status.as_u16(), log_in.headers.get("set-cookie")), (403, None), "{foreign:?}");
        for way in ["cookie", "token"] {
            let claim = bench.claim(&claim_of(VERIFIER, way), &headers).await;
            assert_eq!((claim.status.as_u16(), claim.headers.get("set-cookie")), (403, None), "{foreign:?}");
        }
        for path in ["/login/out", "/login/continue"] {
            let fields = [("csrf", csrf), ("handover", &challenge(VERIFIER))];
            assert_eq!(bench.test.form(path, &fields, &headers).await.status, 403, "{path} {foreign:?}");
        }
    }
    assert!(bench.name(("cookie", &cookies)).await.is_some(), "still logged in");
    assert_eq!(bench.claim(&claim_of(VERIFIER, "cookie"), &[OWN]).await.status, 200, "still there");
}

#[tokio::test]
async fn only_who_knows_the_verifier_takes_a_log_in_and_at_its_own_site_only() {
    let bench = Bench::new().await;
    let other = bench.test.site("https://other.example").await;
    let (here, there) = (format!("/sites/{}", bench.site.slug), format!("/sites/{}", other.slug));
    let fields = [("log", "reader"), ("pwd", PASSWORD), ("handover", &challenge(VERIFIER))];
    assert_eq!(bench.test.form(&format!("{here}/login/account"), &fields, &[OWN]).await.status, 200);
    let claim = async |base: &str, verifier: &str| {
        bench.claim_at(&format!("{base}/login/claim"), &claim_of(verifier, "cookie"), &[OWN]).await.status.as_u16()
    };
    let challenge = challenge(VERIFIER);
    for verifier in [&challenge, &VERIFIER.to_uppercase(), &VERIFIER.replace('e', "f")] {
        assert_eq!(claim(&here, verifier).await, 202, "{verifier}");
    }
    assert_eq!(claim(&there, VERIFIER).await, 202, "another blog's frame");
    assert_eq!(claim(&here, VERIFIER).await, 200);
}

#[tokio::test]
async fn only_a_claim_of_bounded_size_in_json_is_read() {
    let bench = Bench::new().await;
    let of_size = |bytes: usize| {
        let claim = claim_of(VERIFIER, "cookie");
        format!("{claim}{}", " ".repeat(bytes - claim.len()))
    };
    assert_eq!(bench.claim(&of_size(1_024), &[OWN]).await.status, 202);
    assert_eq!(bench.claim(&of_size(1_025), &[OWN]).await.status, 413);
    for body in ["", "{}", "[]", r#"{"verifier":1}"#, r#"{"verifier":""}"#, &claim_of(VERIFIER, "desk")] {
        assert_eq!(bench.claim(body, &[OWN]).await.status, 400, "{body}");
    }
    for verifier in [&VERIFIER[1..], &format!("{VERIFIER}x")] {
        assert_eq!(bench.claim(&claim_of(verifier, "cookie"), &[OWN]).await.status, 400, "{verifier}");
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
        let request = Request::post("/login/claim").header("content-type", kind).header(OWN.0, OWN.1);
        let answer = bench.test.send(request.body(claim_of(VERIFIER, "cookie").into()).unwrap()).await;
        assert_eq!(answer.status, 415, "{kind}");
    }
    for handover in ["x", &challenge(VERIFIER)[1..]] {
        assert_eq!(bench.log_in(handover, &[OWN]).await.status, 400, "{handover}");
    }
}

#[tokio::test]
async fn a_session_that_was_planted_is_not_the_one_that_begins() {
    let bench = Bench::new().await;
    let planted = first_party(&bench.session(bench.reader, Scope::Desk).await);
    for planted in [planted.as_str(), "rejoinder_session=known-to-another"] {
        let answer = bench.log_in("", &[OWN, ("cookie", planted)]).await;
        assert_ne!(cookie(&answer, "rejoinder_session").unwrap(), planted);
        assert_eq!(bench.name(("cookie", planted)).await, None, "{planted}");
    }
    bench.log_in(&challenge(VERIFIER), &[OWN]).await;
    let framed = bench.session(bench.reader, Scope::Reader).await;
    let framed = format!("rejoinder_frame={framed}");
    let claimed = bench.claim(&claim_of(VERIFIER, "cookie"), &[OWN, ("cookie", &framed)]).await;
    assert_ne!(cookie(&claimed, "rejoinder_frame").unwrap(), framed);
    assert_eq!(bench.name(("cookie", &framed)).await, None);
}

#[tokio::test]
async fn a_log_in_leads_to_the_blog_or_this_server_and_nowhere_else() {
    let bench = Bench::new().await;
    let (own, blog) = ("http://comments.test/?p=1#respond", "https://blog.example/a-post/#respond");
    for (wanted, led_to) in [
        ("/?p=1#respond", own),
        (blog, blog),
        ("", "http://comments.test/"),
        ("//evil.example/", "http://comments.test/"),
        ("/\\evil.example", "http://comments.test/"),
        ("\\/\\/evil.example", "http://comments.test/"),
        ("https://evil.example/?p=1", "http://comments.test/"),
        ("https://blog.example.evil.example/", "http://comments.test/"),
        ("https://blog.example@evil.example/", "http://comments.test/"),
        ("https://evil.example@blog.example/", "http://comments.test/"),
        ("http://blog.example/", "http://comments.test/"),
        ("https://blog.example:8443/", "http://comments.test/"),
        ("/\t/evil.example/", "http://comments.test/"),
        ("javascript:alert(1)", "http://comments.test/"),
        ("data:text/html,x", "http://comments.test/"),
        ("/?p=1\r\nSet-Cookie: a=b", "http://comments.test/"),
    ] {
        let fields = [("log", "reader"), ("pwd", PASSWORD), ("return_to", wanted)];
        let answer = bench.test.form("/login/account", &fields, &[OWN]).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, led_to), "{wanted:?}");
        let query: String = url::form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
        let page = bench.test.get(&format!("/login?return_to={query}")).await.text();
        assert!(page.contains(&format!("<a href=\"{led_to}\">Back, without logging in</a>")), "{wanted:?}: {page}");
    }
    let answer = bench.test.get("/login?p=1").await.text();
    assert!(answer.contains(&format!("<a href=\"{own}\">Back, without")), "{answer}");
}

#[tokio::test]
async fn what_is_typed_and_named_stays_text_and_no_page_of_it_is_framed_or_kept() {
    let bench = Bench::new().await;
    let evil = r#""><script>alert(1)</script>"#;
    let query: String = url::form_urlencoded::byte_serialize(evil.as_bytes()).collect();
    let shown = bench.test.get(&format!("/login?p=1&provider={query}&return_to={query}")).await;
    let fields = [("log", evil), ("pwd", "wrong"), ("return_to", evil)];
    let refused = bench.test.form("/login/account", &fields, &[OWN]).await;
    assert_eq!((shown.status.as_u16(), refused.status.as_u16()), (200, 401));
    assert!(refused.text().contains("The username or password you entered is incorrect."));
    for answer in [shown, refused, bench.log_in(&challenge(VERIFIER), &[OWN]).await] {
        assert!(!answer.text().contains("<script>") && !answer.text().contains(" style="), "{}", answer.text());
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!((answer.header("cache-control"), answer.header("x-frame-options")), ("no-store", "DENY"));
        assert_eq!(answer.header("cross-origin-opener-policy"), "", "it would cut the way to the comment form");
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
    assert_eq!(bench.test.get("/login/me").await.header("access-control-allow-origin"), "");
}
