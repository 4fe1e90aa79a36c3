//! `pingback.extensions.getPingbacks`, and pings inside a `system.multicall`.

use rejoinder::model::comment::Status;
use rejoinder::store::comments;

use super::{Pinged, TARGET, linking, string, web};

#[tokio::test]
async fn only_approved_pingbacks_are_told() {
    let pinged = Pinged::start().await;
    let source = web([("/?a=1&b=2", linking("A", TARGET)), ("/b", linking("B", TARGET))]).await;
    let addresses = [source.url("/?a=1&b=2"), source.url("/b")];
    for address in &addresses {
        pinged.ping(address, TARGET).await.unwrap();
    }
    let list = async |target| pinged.call("pingback.extensions.getPingbacks", &[target]).await;
    let none = list(TARGET).await.unwrap();
    assert!(none.contains("<array>") && !none.contains("127.0.0.1"), "{none}");
    let (site, now) = (pinged.site.id, pinged.test.clock.now());
    let id = pinged.kept().await[0].id;
    let approve = async move |tx: &mut rejoinder::store::Tx| {
        comments::set_status(tx, site, id, Status::Approved, None, now).await
    };
    pinged.test.app.db.write(approve).await.unwrap();
    for target in [TARGET, "http://blog.example/a-post?utm_source=x"] {
        assert_eq!(list(target).await, Ok(addresses[0].clone()), "{target}");
    }
    for target in ["https://blog.example/none/", "https://other.example/", "nothing"] {
        assert_eq!(list(target).await.unwrap_err().0, 33, "{target}");
    }
    assert_eq!(pinged.call("pingback.extensions.getPingbacks", &[]).await.unwrap_err().0, 400);
    pinged.end().await;
}

#[tokio::test]
async fn each_ping_of_a_multicall_has_its_own_outcome() {
    let pinged = Pinged::start().await;
    let source = web([("/a", linking("A", TARGET)), ("/b", linking("B", TARGET))]).await;
    let entry = |path: &str| {
        let strings = string(&source.url(path)) + &string(TARGET);
        format!(
            "<value><struct><member><name>methodName</name><value><string>pingback.ping</string></value></member>\
             <member><name>params</name><value><array><data>{strings}</data></array></value></member></struct></value>"
        )
    };
    let entries: String = ["/a", "/none", "/b", "/a"].map(entry).concat();
    let body = format!(
        "<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>{entries}</data></array></value>\
         </param></params></methodCall>"
    );
    let xml = pinged.post_xml(&body).await;
    let at = |text: &str| xml.find(text).unwrap_or_else(|| panic!("{text}: {xml}"));
    let order = [at("/a to "), at("<int>16</int>"), at("/b to "), at("<int>48</int>")];
    assert!(order.is_sorted(), "{xml}");
    assert!(!xml.contains("<fault>"), "{xml}");
    assert_eq!(pinged.kept().await.len(), 2);
    pinged.end().await;
}
