//! What each method answers, and that the table is whole.

use super::*;
use crate::xmlrpc::multicall;

impl Context {
    /// A site of a program of its own. The folder may go at once: what is open stays readable.
    pub(crate) async fn of_a_test() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = crate::config::Options { data: Some(folder.path().into()), ..Default::default() };
        let app = App::build(options.resolve().unwrap()).await.unwrap();
        let actor = crate::model::account::Actor::command("test");
        crate::actions::add_site::add_site(&app, &actor, "https://blog.example", None, None).await.unwrap();
        let site = app.sites.named(&app.db, None).await.unwrap();
        let client = Client { ip: [192, 0, 2, 1].into(), agent: "a test".into() };
        Self::new(app, site, "https://comments.example".into(), client)
    }
}

async fn run(name: &str, params: &[Value]) -> Answer {
    call(&Context::of_a_test().await, MethodCall { name: name.into(), params: params.to_vec() }).await
}

fn array(items: &[Value]) -> Value {
    Value::Array(items.to_vec())
}

/// WordPress's own list (WP 7.1 appendix A), and after `system.getCapabilities` the two that are ours.
const NAMES: &str = "system.multicall, system.listMethods, system.getCapabilities, system.methodSignature,
    system.methodHelp, demo.addTwoNumbers, demo.sayHello, pingback.extensions.getPingbacks, pingback.ping, mt.publishPost,
    mt.getTrackbackPings, mt.supportedTextFilters, mt.supportedMethods, mt.setPostCategories, mt.getPostCategories,
    mt.getRecentPostTitles, mt.getCategoryList, metaWeblog.getUsersBlogs, metaWeblog.deletePost,
    metaWeblog.newMediaObject, metaWeblog.getCategories, metaWeblog.getRecentPosts, metaWeblog.getPost,
    metaWeblog.editPost, metaWeblog.newPost, blogger.deletePost, blogger.editPost, blogger.newPost,
    blogger.getRecentPosts, blogger.getPost, blogger.getUserInfo, blogger.getUsersBlogs, wp.restoreRevision,
    wp.getRevisions, wp.getPostTypes, wp.getPostType, wp.getPostFormats, wp.getMediaLibrary, wp.getMediaItem,
    wp.getCommentStatusList, wp.newComment, wp.editComment, wp.deleteComment, wp.getComments, wp.getComment,
    wp.setOptions, wp.getOptions, wp.getPageTemplates, wp.getPageStatusList, wp.getPostStatusList, wp.getCommentCount,
    wp.deleteFile, wp.uploadFile, wp.suggestCategories, wp.deleteCategory, wp.newCategory, wp.getTags,
    wp.getCategories, wp.getAuthors, wp.getPageList, wp.editPage, wp.deletePage, wp.newPage, wp.getPages, wp.getPage,
    wp.editProfile, wp.getProfile, wp.getUsers, wp.getUser, wp.getTaxonomies, wp.getTaxonomy, wp.getTerms, wp.getTerm,
    wp.deleteTerm, wp.editTerm, wp.newTerm, wp.getPosts, wp.getPost, wp.deletePost, wp.editPost, wp.newPost,
    wp.getUsersBlogs";

#[tokio::test]
async fn methods_are_listed_in_wordpress_s_order() {
    let names = || NAMES.split(',').map(str::trim);
    assert_eq!(run("system.listMethods", &["ignored".into()]).await, Ok(Value::strings(names())));
    let own: Vec<&str> = names().filter(|name| !name.starts_with("system.")).collect();
    assert_eq!(run("mt.supportedMethods", &[]).await, Ok(Value::strings(own.into_iter().rev())));
    assert_eq!(run("mt.supportedTextFilters", &[]).await, Ok(array(&[])));
}

/// The names without which WordPress's app for Android takes a site for none (WP 7.1 §3.12).
#[test]
fn the_app_for_android_finds_the_names_that_it_looks_for() {
    for name in "wp.getUsersBlogs wp.getPage wp.getCommentStatusList wp.newComment wp.editComment wp.deleteComment \
        wp.getComments wp.getComment wp.getOptions wp.uploadFile wp.newCategory wp.getTags wp.getCategories wp.editPage \
        wp.deletePage wp.newPage wp.getPages"
        .split(' ')
    {
        assert!(METHODS.iter().any(|method| method.name == name), "{name}");
    }
}

/// But these few, every method wants somebody who is logged in; what is missing is a wrong password.
#[tokio::test]
async fn without_a_password_nothing_is_told() {
    const OPEN: [&str; 4] =
        ["mt.getTrackbackPings", "mt.supportedTextFilters", "mt.supportedMethods", "pingback.extensions.getPingbacks"];
    let is_open = |name: &str| {
        OPEN.contains(&name) || name == "pingback.ping" || name.starts_with("system.") || name.starts_with("demo.")
    };
    let first = Context::of_a_test().await;
    let again = || Context::new(first.app.clone(), first.site.clone(), first.base.clone(), first.client.clone());
    for method in METHODS.iter().filter(|method| !is_open(method.name)) {
        let ask = |params| MethodCall { name: method.name.into(), params };
        for params in [vec![], vec![Value::Int(1); 6], vec!["1".into(); 6], vec![Value::Bool(false); 6]] {
            let is_short = params.is_empty();
            let fault = call(&again(), ask(params)).await.expect_err(method.name);
            let is_expected = fault == Fault::not_logged_in() || fault.code == 429;
            assert!(is_expected || is_short && fault == Fault::insufficient_arguments(), "{} {fault:?}", method.name);
        }
        let odd = call(&again(), ask(vec![array(&["a".into()]); 6])).await;
        assert_eq!(odd, Err(Fault::credentials_malformed()), "{}", method.name);
    }
}

#[tokio::test]
async fn every_method_is_described() {
    const TYPES: &[&str] = &["array", "base64", "boolean", "dateTime.iso8601", "double", "int", "string", "struct"];
    for method in METHODS {
        let name = &[method.name.into()];
        assert_eq!(run("system.methodHelp", name).await, Ok(method.help.into()));
        assert!(method.help.ends_with('.'), "{}", method.name);
        let signatures = method.signatures.iter().map(|types| Value::strings(types.iter().copied())).collect();
        assert_eq!(run("system.methodSignature", name).await, Ok(Value::Array(signatures)));
        for signature in method.signatures {
            assert!(!signature.is_empty() && signature.iter().all(|t| TYPES.contains(t)), "{}", method.name);
        }
    }
    for describe in ["system.methodHelp", "system.methodSignature"] {
        assert_eq!(
            run(describe, &[array(&["demo.sayHello".into()])]).await,
            run(describe, &["demo.sayHello".into()]).await
        );
        assert_eq!(run(describe, &["no.such".into()]).await, Err(Fault::method_not_found("no.such")));
        assert_eq!(run(describe, &[]).await, Err(Fault::insufficient_arguments()));
        assert_eq!(run(describe, &[Value::Int(1)]).await, Err(Fault::insufficient_arguments()));
    }
}

#[tokio::test]
async fn names_are_compared_exactly() {
    for name in ["Demo.SayHello", "demo.sayHello ", ""] {
        assert_eq!(run(name, &[]).await, Err(Fault::method_not_found(name)));
    }
}

#[tokio::test]
async fn say_hello_says_hello_to_anything() {
    for params in [vec![], vec![Value::Int(1)], vec!["a".into(), array(&[])]] {
        assert_eq!(run("demo.sayHello", &params).await, Ok("Hello!".into()));
    }
}

#[tokio::test]
async fn add_two_numbers_takes_two_integers() {
    let (one, two) = (Value::Int(1), Value::Int(2));
    for params in [vec![one.clone(), two.clone()], vec![array(&[one.clone(), two.clone()])]] {
        assert_eq!(run("demo.addTwoNumbers", &params).await, Ok(Value::Int(3)));
    }
    assert_eq!(
        run("demo.addTwoNumbers", &[Value::Int(i64::MAX), Value::Int(1)]).await,
        Ok(Value::Double(9_223_372_036_854_775_807.0))
    );
    for params in [
        vec![],
        vec![one.clone()],
        vec![one.clone(), two.clone(), two.clone()],
        vec![one.clone(), "2".into()],
        vec![one.clone(), Value::Double(2.0)],
        vec![Value::Bool(true), two],
    ] {
        assert_eq!(run("demo.addTwoNumbers", &params).await, Err(Fault::two_integers_required()), "{params:?}");
    }
}

#[tokio::test]
async fn capabilities_are_wordpress_s() {
    let Ok(Value::Struct(capabilities)) = run("system.getCapabilities", &[]).await else { panic!("no struct") };
    let names: Vec<&str> = capabilities.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["xmlrpc", "faults_interop", "system.multicall"]);
    assert_eq!(
        capabilities[0].1,
        Value::object([("specUrl", "https://xmlrpc.com/spec.md".into()), ("specVersion", Value::Int(1))])
    );
}

#[tokio::test]
async fn multicall_answers_each_entry() {
    let entry = |name: &str, params: Value| Value::object([("methodName", name.into()), ("params", params)]);
    let numbers = array(&[array(&[Value::Int(1), Value::Int(2)])]);
    let calls = array(&[
        entry("demo.sayHello", array(&[])),
        entry("no<b>&", array(&[])),
        entry("demo.addTwoNumbers", numbers),
        entry(multicall::NAME, array(&[])),
        "nonsense".into(),
    ]);
    let fault = |fault: Fault| multicall::outcome(Err(fault));
    let expected = array(&[
        array(&["Hello!".into()]),
        fault(Fault::method_not_found("no<b>&")),
        array(&[Value::Int(3)]),
        fault(Fault::recursive_multicall()),
        fault(Fault::multicall_entry_malformed()),
    ]);
    assert_eq!(run(multicall::NAME, &[calls]).await, Ok(expected));
    assert_eq!(run(multicall::NAME, &[]).await, Ok(array(&[])));
    assert_eq!(run(multicall::NAME, &["x".into()]).await, Err(Fault::multicall_not_an_array()));
}

/// S-XML-6: a thousand guesses in one request are none.
#[tokio::test]
async fn a_thousand_calls_in_one_are_refused_at_once() {
    let guess =
        Value::object([("methodName", "wp.getUsersBlogs".into()), ("params", Value::strings(["admin", "guess"]))]);
    let refused = run(multicall::NAME, &[Value::Array(vec![guess; 1000])]).await;
    assert_eq!(refused, Err(Fault::multicall_too_long(multicall::ENTRIES_MAX)));
}
