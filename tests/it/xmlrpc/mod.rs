//! `B/xmlrpc.php`: the methods by role, and here the door over HTTP: methods, headers, sizes and limits
//! (WP 7.1 XML-RPC §1.1).

mod bench;
mod changes;
mod comments;
mod connecting;
mod guesses;
mod posts;
mod roles;

use axum::body::Body;
use http::{Method, Request};
use rejoinder::xmlrpc::codec::BODY_BYTES_MAX;

use crate::harness::{Answer, Engine, Setup, TestApp};

const HELLO: &str = "<methodCall><methodName>demo.sayHello</methodName><params/></methodCall>";
const XML: &str = "text/xml; charset=UTF-8";

async fn start(setup: Setup) -> TestApp {
    let test = TestApp::start_on(Engine::Sqlite, setup).await;
    test.site("https://blog.example").await;
    test
}

async fn send(test: &TestApp, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    test.send(request.body(body.into()).unwrap()).await
}

#[tokio::test]
async fn only_post_is_taken() {
    let test = start(Setup::default()).await;
    for method in ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        let answer = send(&test, method, "/xmlrpc.php", &[], HELLO).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "POST"), "{method}");
        assert_eq!(answer.header("content-type"), "text/plain;charset=UTF-8", "{method}");
        assert_eq!(answer.text(), "XML-RPC server accepts POST requests only.", "{method}");
    }
    let head = send(&test, "HEAD", "/xmlrpc.php", &[], "").await;
    assert_eq!((head.status.as_u16(), head.header("allow")), (405, "POST"));
}

#[tokio::test]
async fn discovery_is_answered_to_any_method() {
    let test = start(Setup::default()).await;
    for method in ["GET", "POST", "PUT"] {
        for query in ["rsd", "rsd=1", "a=b&rsd="] {
            let answer = send(&test, method, &format!("/xmlrpc.php?{query}"), &[], "not even XML").await;
            assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, XML), "{method} {query}");
            assert!(answer.text().contains("<homePageLink>https://blog.example</homePageLink>"), "{}", answer.text());
            assert!(answer.text().contains("apiLink=\"http://comments.test/xmlrpc.php\""), "{}", answer.text());
        }
    }
    assert_eq!(send(&test, "GET", "/xmlrpc.php?nothing", &[], "").await.status, 405);
}

#[tokio::test]
async fn content_type_and_cookies_are_not_looked_at() {
    let test = start(Setup::default()).await;
    for headers in [
        &[][..],
        &[("content-type", "application/x-www-form-urlencoded")],
        &[("content-type", "application/json"), ("cookie", "wordpress_logged_in_x=y")],
        &[("content-type", "garbage"), ("origin", "https://evil.example")],
        &[("content-encoding", "gzip")],
    ] {
        let answer = send(&test, "POST", "/xmlrpc.php", headers, HELLO).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, XML), "{headers:?}");
        assert!(answer.text().contains("<string>Hello!</string>"), "{headers:?}: {}", answer.text());
    }
}

#[tokio::test]
async fn what_is_no_call_is_a_fault() {
    let test = start(Setup::default()).await;
    for (body, code) in [
        ("", -32700),
        ("<methodCall>", -32700),
        ("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><methodCall/>", -32700),
        ("<methodResponse></methodResponse>", -32600),
        ("<methodCall><methodName>wp.newpost</methodName></methodCall>", -32601),
        ("<methodCall><methodName>wp.newPost</methodName></methodCall>", 403),
    ] {
        let answer = send(&test, "POST", "/xmlrpc.php", &[], body).await;
        assert_eq!(answer.status, 200, "{body}");
        assert!(answer.text().contains(&format!("<int>{code}</int>")), "{body}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_body_may_be_so_large_and_no_larger() {
    let test = start(Setup::default()).await;
    let padded = |bytes: usize| HELLO.to_owned() + &" ".repeat(bytes - HELLO.len());
    let answer = send(&test, "POST", "/xmlrpc.php", &[], padded(BODY_BYTES_MAX)).await;
    assert!(answer.text().contains("Hello!"), "{}", answer.text());
    let answer = send(&test, "POST", "/xmlrpc.php", &[], padded(BODY_BYTES_MAX + 1)).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, XML));
    assert!(answer.text().contains("<int>413</int>"), "{}", answer.text());
}

/// 120 calls at once, then one in half a second.
#[tokio::test]
async fn a_network_that_calls_too_often_is_put_off() {
    let proxies = vec!["127.0.0.1/32".parse().unwrap()];
    let test = start(Setup { limited: true, trusted_proxies: proxies, ..Setup::default() }).await;
    let call = async |ip| send(&test, "POST", "/xmlrpc.php", &[("x-forwarded-for", ip)], HELLO).await;
    for n in 0..120 {
        assert!(call("192.0.2.1").await.text().contains("Hello!"), "{n}");
    }
    let answer = call("192.0.2.1").await;
    assert!(answer.text().contains("<int>429</int>"), "{}", answer.text());
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (200, "1"));
    assert!(call("192.0.2.2").await.text().contains("Hello!"), "another network");
}

/// S-XML-6: a thousand guesses of a password in one request are one refusal, and none of them is made. How many
/// a request may make is the multicall's bound; how many of those may try to log in is for the methods that
/// take a password: one a request (WordPress since 4.4).
#[tokio::test]
async fn a_thousand_calls_in_one_request_are_refused_unmade() {
    let test = start(Setup { fetch_allow: vec!["127.0.0.0/8".parse().unwrap()], ..Setup::default() }).await;
    let site = test.app.sites.find(&test.app.db, rejoinder::model::ids::SiteId(1)).await.unwrap().unwrap();
    test.post(&site, "https://blog.example/a-post/", "A post").await;
    let source = crate::net::server::Server::silent().await;
    let multicall = |count: usize, method: &str, params: &dyn Fn(usize) -> [String; 2]| {
        let entry = |n: usize| {
            let [first, second] = params(n);
            format!(
                "<value><struct><member><name>methodName</name><value>{method}</value></member><member><name>params</name>\
                 <value><array><data><value>{first}</value><value>{second}</value></data></array></value></member></struct></value>"
            )
        };
        format!(
            "<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>{}</data></array></value>\
             </param></params></methodCall>",
            (0..count).map(entry).collect::<String>()
        )
    };
    let guesses = multicall(1_000, "wp.getUsersBlogs", &|n| ["admin".into(), format!("password{n}")]);
    let pings =
        multicall(1_000, "pingback.ping", &|n| [source.url(&format!("/{n}")), "https://blog.example/a-post/".into()]);
    for body in [guesses, pings] {
        let text = send(&test, "POST", "/xmlrpc.php", &[], body).await.text();
        assert!(text.contains("<int>-32600</int>") && text.contains("takes at most 50 method calls"), "{text}");
    }
    assert_eq!(source.requests(), [""; 0]);
    let claim = rejoinder::store::linkbacks::find(&test.app.db, site.id, rejoinder::model::ids::LinkbackId(1)).await;
    assert_eq!(claim.unwrap(), None);
    // At the bound each call is answered, with a fault of its own.
    let text = send(&test, "POST", "/xmlrpc.php", &[], multicall(50, "wp.none", &|_| Default::default())).await.text();
    assert_eq!(text.matches("<int>-32601</int>").count(), 50, "{text}");
}

/// A multicall is no way around the limit.
#[tokio::test]
async fn each_call_of_a_multicall_counts() {
    let test = start(Setup { limited: true, ..Setup::default() }).await;
    let entry = "<value><struct><member><name>methodName</name><value>demo.sayHello</value></member></struct></value>";
    let body = format!(
        "<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>{}</data></array></value></param>\
         </params></methodCall>",
        entry.repeat(50)
    );
    let answers = [
        send(&test, "POST", "/xmlrpc.php", &[], body.clone()).await.text(),
        send(&test, "POST", "/xmlrpc.php", &[], body.clone()).await.text(),
        send(&test, "POST", "/xmlrpc.php", &[], body).await.text(),
    ];
    assert_eq!(answers[0].matches("Hello!").count(), 50);
    assert!(answers[2].contains("<int>429</int>"), "{}", answers[2]);
}

#[tokio::test]
async fn each_site_has_its_own_door() {
    let test = start(Setup::default()).await;
    let second = test.site("https://second.example").await;
    let path = format!("/sites/{}/xmlrpc.php", second.slug);
    assert!(send(&test, "POST", &path, &[], HELLO).await.text().contains("Hello!"));
    let rsd = send(&test, "GET", &format!("{path}?rsd"), &[], "").await.text();
    assert!(rsd.contains(&format!("apiLink=\"http://comments.test{path}\"")), "{rsd}");
    for nowhere in ["/xmlrpc.php", "/sites/none/xmlrpc.php"] {
        assert_eq!(send(&test, "POST", nowhere, &[], HELLO).await.status, 404, "{nowhere}");
    }
}
