//! What each role is told by each method that wants somebody who is logged in.

use rejoinder::model::comment::Status;
use rejoinder::xmlrpc::codec::Value;

use super::bench::{Bench, Fault};

const ROLES: [&str; 5] = ["administrator", "editor", "author", "contributor", "subscriber"];

/// One call, and the fault for those who may not: from the role of this place in [`ROLES`] on.
struct Case {
    method: &'static str,
    more: Vec<Value>,
    refused_from: usize,
    fault: (i64, &'static str),
}

fn case(method: &'static str, more: &[Value], refused_from: usize, code: i64, text: &'static str) -> Case {
    Case { method, more: more.to_vec(), refused_from, fault: (code, text) }
}

/// Post 1 is the author's, post 2 nobody's, 3 a page; comment 1 stands under post 1, comment 2 under post 2.
fn cases() -> Vec<Case> {
    const MODERATE: &str = "Sorry, you are not allowed to moderate or edit this comment.";
    const POST: &str = "Sorry, you are not allowed to edit this post.";
    const OF_TYPE: &str = "Sorry, you are not allowed to edit posts in this post type.";
    const DETAILS: &str = "Sorry, you are not allowed to access details about this site.";
    const OF_POST: &str = "Sorry, you are not allowed to access details of this post.";
    const TERMS: &str = "Sorry, you are not allowed to assign terms in this taxonomy.";
    const CATEGORIES: &str = "Sorry, you must be able to edit posts on this site in order to view categories.";
    const TAGS: &str = "Sorry, you must be able to edit posts on this site in order to view tags.";
    const PAGES: &str = "Sorry, you are not allowed to edit pages.";
    let one = [Value::Int(1)];
    let two = [Value::Int(2)];
    let nothing: [Value; 0] = [];
    let edit = |id: i64| [Value::Int(id), Value::object([("status", "approve".into())])];
    vec![
        case("wp.getComment", &one, 3, 403, MODERATE),
        case("wp.getComment", &two, 2, 403, MODERATE),
        case("wp.getComments", &nothing, 2, 401, "Invalid comment status."),
        case("wp.getComments", &[Value::object([("status", "approve".into())])], 5, 0, ""),
        case("wp.getCommentCount", &one, 3, 403, OF_POST),
        case("wp.getCommentCount", &two, 2, 403, OF_POST),
        case("wp.editComment", &edit(1), 3, 403, MODERATE),
        case("wp.editComment", &edit(2), 2, 403, MODERATE),
        case("wp.deleteComment", &two, 2, 403, "Sorry, you are not allowed to delete this comment."),
        case("wp.getCommentStatusList", &nothing, 3, 403, DETAILS),
        case("wp.getOptions", &nothing, 5, 0, ""),
        case("wp.setOptions", &[Value::object([])], 1, 403, "Sorry, you are not allowed to update options."),
        case("wp.getProfile", &nothing, 5, 0, ""),
        case("wp.getUser", &one, 1, 401, "Sorry, you are not allowed to edit this user."),
        case("wp.getUsers", &nothing, 1, 401, "Sorry, you are not allowed to list users."),
        case("wp.getAuthors", &nothing, 4, 401, "Sorry, you are not allowed to edit posts."),
        case("wp.getPost", &one, 3, 401, POST),
        case("wp.getPost", &two, 2, 401, POST),
        case("wp.getPosts", &nothing, 4, 401, OF_TYPE),
        case("wp.getPosts", &[Value::object([("post_type", "page".into())])], 2, 401, OF_TYPE),
        case("wp.getPostType", &["post".into()], 4, 401, OF_TYPE),
        case("wp.getPostType", &["page".into()], 2, 401, OF_TYPE),
        case("wp.getPostTypes", &nothing, 5, 0, ""),
        case("wp.getPostFormats", &nothing, 4, 403, DETAILS),
        case("wp.getPostStatusList", &nothing, 4, 403, DETAILS),
        case("wp.getPageStatusList", &nothing, 2, 403, DETAILS),
        case("wp.getPageTemplates", &nothing, 2, 403, DETAILS),
        case("wp.getPages", &nothing, 2, 401, PAGES),
        case("wp.getPageList", &nothing, 2, 401, PAGES),
        case("wp.getCategories", &nothing, 4, 401, CATEGORIES),
        case("metaWeblog.getCategories", &nothing, 4, 401, CATEGORIES),
        case("mt.getCategoryList", &nothing, 4, 401, CATEGORIES),
        case("wp.suggestCategories", &["x".into(), Value::Int(1)], 4, 401, CATEGORIES),
        case("wp.getTags", &nothing, 4, 401, TAGS),
        case("wp.getTaxonomies", &nothing, 5, 0, ""),
        case("wp.getTaxonomy", &["category".into()], 4, 401, TERMS),
        case("wp.getTerms", &["post_tag".into()], 4, 401, TERMS),
        case("wp.getRevisions", &one, 3, 401, "Sorry, you are not allowed to edit posts."),
        case("wp.getMediaLibrary", &nothing, 3, 401, "Sorry, you are not allowed to upload files."),
        case("metaWeblog.getPost", &nothing, 3, 401, POST),
        case("metaWeblog.getRecentPosts", &nothing, 4, 401, "Sorry, you are not allowed to edit posts."),
        case("mt.getRecentPostTitles", &nothing, 5, 0, ""),
        case("mt.getPostCategories", &nothing, 3, 401, POST),
        case("blogger.getUsersBlogs", &nothing, 5, 0, ""),
        case("metaWeblog.getUsersBlogs", &nothing, 5, 0, ""),
        case("blogger.getUserInfo", &nothing, 4, 401, "Sorry, you are not allowed to access user data on this site."),
    ]
}

#[tokio::test]
async fn each_role_may_what_it_may_in_wordpress() {
    let bench = Bench::new().await;
    bench.comment(bench.own, Status::Hold, "under the author's post").await;
    bench.comment(bench.other, Status::Hold, "under another's").await;
    for Case { method, more, refused_from, fault: (code, text) } in cases() {
        // From the last role to the first, so that what is deleted was there for all who may not.
        for (at, role) in ROLES.iter().enumerate().rev() {
            let answer = bench.by(role, method, &more).await;
            if at >= refused_from {
                assert_eq!(answer, Err((code, text.to_owned())), "{method} {more:?} {role}");
            } else {
                assert!(answer.is_ok(), "{method} {more:?} {role}: {answer:?}");
            }
        }
    }
}

/// Those that take name and password elsewhere.
#[tokio::test]
async fn name_and_password_stand_where_wordpress_has_them() {
    let bench = Bench::new().await;
    let (key, password) = (|| Value::from("a key"), || Value::from("a password"));
    let refused = |text: &str| -> Result<Value, Fault> { Err((401, text.into())) };
    for role in ROLES {
        let page = bench.call("wp.getPage", &[Value::Int(1), Value::Int(3), role.into(), password()]).await;
        let post = bench.call("blogger.getPost", &[key(), Value::Int(1), role.into(), password()]).await;
        let recent = bench.call("blogger.getRecentPosts", &[key(), Value::Int(1), role.into(), password()]).await;
        let blogs = bench.call("wp.getUsersBlogs", &[role.into(), password()]).await;
        assert!(blogs.is_ok(), "{role}: {blogs:?}");
        match role {
            "administrator" | "editor" => assert!(page.is_ok() && post.is_ok() && recent.is_ok(), "{role}"),
            "author" => {
                assert_eq!(page, refused("Sorry, you are not allowed to edit this page."));
                assert!(post.is_ok() && recent.is_ok());
            }
            role => {
                assert_eq!(page, refused("Sorry, you are not allowed to edit this page."), "{role}");
                assert_eq!(post, refused("Sorry, you are not allowed to edit this post."), "{role}");
                assert_eq!(recent.is_ok(), role == "contributor", "{role}");
            }
        }
    }
}

#[tokio::test]
async fn what_writes_posts_says_that_only_comments_are_kept() {
    let bench = Bench::new().await;
    let after_one = "wp.newPost wp.editPost wp.deletePost wp.newTerm wp.editTerm wp.deleteTerm wp.newPage wp.deletePage \
        wp.newCategory wp.deleteCategory wp.uploadFile wp.deleteFile wp.restoreRevision metaWeblog.newPost metaWeblog.editPost \
        metaWeblog.newMediaObject mt.setPostCategories mt.publishPost";
    let after_two = "wp.editPage metaWeblog.deletePost blogger.newPost blogger.editPost blogger.deletePost";
    let kept: Result<Value, Fault> =
        Err((501, "This server keeps comments only: write posts, pages, terms and files on the blog itself.".into()));
    let wrong: Result<Value, Fault> = Err((403, "Incorrect username or password.".into()));
    for (methods, before) in [(after_one, vec![Value::Int(1)]), (after_two, vec![Value::Int(1), Value::Int(1)])] {
        for method in methods.split_whitespace() {
            for (password, expected) in [("a password", &kept), ("", &wrong)] {
                let mut params = before.clone();
                params.extend(["administrator".into(), password.into(), Value::object([("post_title", "x".into())])]);
                assert_eq!(&bench.call(method, &params).await, expected, "{method}");
            }
        }
    }
}
