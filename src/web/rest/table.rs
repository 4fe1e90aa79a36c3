//! The list of the REST API's routes (see `routes`, which finds one in it).

use super::args::Arg;
use super::routes::{Endpoint, Handler, Route, Shape};
use super::who::Who;
use super::{application_passwords, batch, comments, index, posts, settings, statuses, taxonomies, types, users};
use crate::model::role::Capability;

/// Methods of an endpoint that changes a thing.
const EDITABLE: &[&str] = &["POST", "PUT", "PATCH"];
const READABLE: &[&str] = &["GET"];
const CREATABLE: &[&str] = &["POST"];
const DELETABLE: &[&str] = &["DELETE"];
const V2: &str = "wp/v2";

macro_rules! run {
    ($handler:path) => {
        |call| Box::pin($handler(call))
    };
}

fn anybody(_: &Who) -> bool {
    true
}

fn somebody(who: &Who) -> bool {
    who.is_logged_in()
}

fn nobody(_: &Who) -> bool {
    false
}

fn moderator(who: &Who) -> bool {
    who.can(Capability::ModerateComments)
}

fn editor(who: &Who) -> bool {
    who.can(Capability::EditOthersPosts)
}

fn administrator(who: &Who) -> bool {
    who.can(Capability::ManageOptions)
}

const fn get(id: &'static str, about: &'static str, args: &'static [Arg], shape: Shape, run: Handler) -> Endpoint {
    Endpoint { methods: READABLE, args, may: anybody, run, about, id, answers: (200, shape), errors: &[401, 403, 404] }
}

/// Every route.
pub(super) static ROUTES: &[Route] = &[
    Route {
        path: "/",
        namespace: "",
        endpoints: &[Endpoint {
            errors: &[],
            ..get("index", "What this API has, and how to log in.", index::ARGS, Shape::Any, run!(index::root))
        }],
        schema: None,
    },
    Route {
        path: "/batch/v1",
        namespace: "",
        endpoints: &[Endpoint {
            methods: CREATABLE,
            args: batch::ARGS,
            may: anybody,
            run: run!(batch::run),
            about: "Several requests in one; no route takes part as yet, as in WordPress none of comments does.",
            id: "batch",
            answers: (207, Shape::Any),
            errors: &[],
        }],
        schema: None,
    },
    Route {
        path: "/wp/v2",
        namespace: V2,
        endpoints: &[Endpoint {
            errors: &[],
            ..get(
                "namespace",
                "What this version of the API has.",
                index::NAMESPACE_ARGS,
                Shape::Any,
                run!(index::namespace),
            )
        }],
        schema: None,
    },
    Route {
        path: "/wp/v2/comments",
        namespace: V2,
        endpoints: &[
            Endpoint {
                errors: &[401, 403],
                ..get(
                    "list_comments",
                    "Comments and linkbacks, newest first.",
                    comments::LIST,
                    Shape::Many("comment"),
                    run!(comments::list::list),
                )
            },
            Endpoint {
                methods: CREATABLE,
                args: comments::CREATE,
                may: somebody,
                run: run!(comments::create::create),
                about: "Makes a comment.",
                id: "create_comment",
                answers: (201, Shape::One("comment")),
                errors: &[401, 403, 409],
            },
        ],
        schema: Some("comment"),
    },
    Route {
        path: "/wp/v2/comments/{id}",
        namespace: V2,
        endpoints: &[
            get("get_comment", "A comment.", comments::READ, Shape::One("comment"), run!(comments::read::read)),
            Endpoint {
                methods: EDITABLE,
                args: comments::UPDATE,
                may: moderator,
                run: run!(comments::update::update),
                about: "Changes a comment: its words, its place, its status.",
                id: "update_comment",
                answers: (200, Shape::One("comment")),
                errors: &[401, 403, 404, 501],
            },
            Endpoint {
                methods: DELETABLE,
                args: comments::DELETE,
                may: moderator,
                run: run!(comments::delete::delete),
                about: "Moves a comment to the Trash, or deletes it for ever.",
                id: "delete_comment",
                answers: (200, Shape::Deleted("comment")),
                errors: &[401, 403, 404, 410, 501],
            },
        ],
        schema: Some("comment"),
    },
    Route {
        path: "/wp/v2/posts",
        namespace: V2,
        endpoints: &[
            Endpoint {
                errors: &[401, 403],
                ..get(
                    "list_posts",
                    "Posts that can be responded to.",
                    posts::LIST,
                    Shape::Many("post"),
                    run!(posts::list::posts),
                )
            },
            no_post("create_post", run!(posts::update::create)),
        ],
        schema: Some("post"),
    },
    Route {
        path: "/wp/v2/posts/{id}",
        namespace: V2,
        endpoints: &[
            get("get_post", "A post.", posts::READ, Shape::One("post"), run!(posts::read::post)),
            switches("update_post", run!(posts::update::post)),
            no_deleting("delete_post"),
        ],
        schema: Some("post"),
    },
    Route {
        path: "/wp/v2/pages",
        namespace: V2,
        endpoints: &[
            Endpoint {
                errors: &[401, 403],
                ..get(
                    "list_pages",
                    "Pages that can be responded to.",
                    posts::LIST,
                    Shape::Many("post"),
                    run!(posts::list::pages),
                )
            },
            no_post("create_page", run!(posts::update::create)),
        ],
        schema: Some("post"),
    },
    Route {
        path: "/wp/v2/pages/{id}",
        namespace: V2,
        endpoints: &[
            get("get_page", "A page.", posts::READ, Shape::One("post"), run!(posts::read::page)),
            switches("update_page", run!(posts::update::page)),
            no_deleting("delete_page"),
        ],
        schema: Some("post"),
    },
    Route {
        path: "/wp/v2/users",
        namespace: V2,
        endpoints: &[Endpoint {
            errors: &[401, 403],
            ..get(
                "list_users",
                "Who has written posts; to administrators every user.",
                users::LIST,
                Shape::Many("user"),
                run!(users::list::list),
            )
        }],
        schema: Some("user"),
    },
    Route {
        path: "/wp/v2/users/me",
        namespace: V2,
        endpoints: &[Endpoint {
            errors: &[401, 403],
            ..get("get_me", "Who is logged in.", users::READ, Shape::One("user"), run!(users::read::me))
        }],
        schema: Some("user"),
    },
    Route {
        path: "/wp/v2/users/{id}",
        namespace: V2,
        endpoints: &[get("get_user", "A user.", users::READ, Shape::One("user"), run!(users::read::user))],
        schema: Some("user"),
    },
    Route {
        path: "/wp/v2/users/{user}/application-passwords",
        namespace: V2,
        endpoints: &[
            Endpoint {
                may: somebody,
                ..get(
                    "list_application_passwords",
                    "The application passwords of a user.",
                    application_passwords::READ,
                    Shape::Many("application-password"),
                    run!(application_passwords::read::list),
                )
            },
            Endpoint {
                methods: CREATABLE,
                args: application_passwords::CREATE,
                may: somebody,
                run: run!(application_passwords::write::create),
                about: "Makes an application password, which is told this once.",
                id: "create_application_password",
                answers: (201, Shape::One("application-password")),
                errors: &[401, 403, 404, 409],
            },
            Endpoint {
                methods: DELETABLE,
                args: &[],
                may: somebody,
                run: run!(application_passwords::write::delete_all),
                about: "Revokes every application password of a user.",
                id: "delete_application_passwords",
                answers: (200, Shape::Any),
                errors: &[401, 403, 404],
            },
        ],
        schema: Some("application-password"),
    },
    Route {
        path: "/wp/v2/users/{user}/application-passwords/introspect",
        namespace: V2,
        endpoints: &[Endpoint {
            may: somebody,
            ..get(
                "introspect_application_password",
                "The application password that came with this request.",
                application_passwords::READ,
                Shape::One("application-password"),
                run!(application_passwords::read::introspect),
            )
        }],
        schema: Some("application-password"),
    },
    Route {
        path: "/wp/v2/users/{user}/application-passwords/{uuid}",
        namespace: V2,
        endpoints: &[
            Endpoint {
                may: somebody,
                ..get(
                    "get_application_password",
                    "An application password.",
                    application_passwords::READ,
                    Shape::One("application-password"),
                    run!(application_passwords::read::one),
                )
            },
            Endpoint {
                methods: EDITABLE,
                args: application_passwords::UPDATE,
                may: somebody,
                run: run!(application_passwords::write::update),
                about: "Gives an application password another name.",
                id: "update_application_password",
                answers: (200, Shape::One("application-password")),
                errors: &[401, 403, 404],
            },
            Endpoint {
                methods: DELETABLE,
                args: &[],
                may: somebody,
                run: run!(application_passwords::write::delete),
                about: "Revokes an application password.",
                id: "delete_application_password",
                answers: (200, Shape::Deleted("application-password")),
                errors: &[401, 403, 404],
            },
        ],
        schema: Some("application-password"),
    },
    Route {
        path: "/wp/v2/types",
        namespace: V2,
        endpoints: &[Endpoint {
            errors: &[401, 403],
            ..get("list_types", "The types of posts.", types::READ, Shape::Keyed("type"), run!(types::list))
        }],
        schema: Some("type"),
    },
    Route {
        path: "/wp/v2/types/{type}",
        namespace: V2,
        endpoints: &[get("get_type", "A type of posts.", types::READ, Shape::One("type"), run!(types::one))],
        schema: Some("type"),
    },
    Route {
        path: "/wp/v2/statuses",
        namespace: V2,
        endpoints: &[Endpoint {
            errors: &[401, 403],
            ..get(
                "list_statuses",
                "The statuses of posts.",
                statuses::READ,
                Shape::Keyed("status"),
                run!(statuses::list),
            )
        }],
        schema: Some("status"),
    },
    Route {
        path: "/wp/v2/statuses/{status}",
        namespace: V2,
        endpoints: &[get(
            "get_status",
            "A status of posts.",
            statuses::READ,
            Shape::One("status"),
            run!(statuses::one),
        )],
        schema: Some("status"),
    },
    Route {
        path: "/wp/v2/taxonomies",
        namespace: V2,
        endpoints: &[Endpoint {
            errors: &[],
            ..get(
                "list_taxonomies",
                "The taxonomies of posts: none are kept here.",
                taxonomies::READ,
                Shape::Any,
                run!(taxonomies::list),
            )
        }],
        schema: None,
    },
    Route {
        path: "/wp/v2/taxonomies/{taxonomy}",
        namespace: V2,
        endpoints: &[get(
            "get_taxonomy",
            "A taxonomy: none are kept here.",
            taxonomies::READ,
            Shape::Any,
            run!(taxonomies::one),
        )],
        schema: None,
    },
    Route {
        path: "/wp/v2/settings",
        namespace: V2,
        endpoints: &[
            Endpoint {
                may: administrator,
                errors: &[401, 403],
                ..get(
                    "get_settings",
                    "The site's settings, as far as WordPress's REST API tells them.",
                    &[],
                    Shape::One("settings"),
                    run!(settings::read::read),
                )
            },
            Endpoint {
                methods: EDITABLE,
                args: settings::UPDATE,
                may: administrator,
                run: run!(settings::update::update),
                about: "Changes settings of the site.",
                id: "update_settings",
                answers: (200, Shape::One("settings")),
                errors: &[401, 403],
            },
        ],
        schema: Some("settings"),
    },
];

const fn no_post(id: &'static str, run: Handler) -> Endpoint {
    Endpoint {
        methods: CREATABLE,
        args: &[],
        may: nobody,
        run,
        about: "Refused: posts are the blog's.",
        id,
        answers: (201, Shape::One("post")),
        errors: &[401, 403],
    }
}

const fn switches(id: &'static str, run: Handler) -> Endpoint {
    Endpoint {
        methods: EDITABLE,
        args: posts::UPDATE,
        may: editor,
        run,
        about: "Opens or closes it for comments and linkbacks; nothing else of it is changed here.",
        id,
        answers: (200, Shape::One("post")),
        errors: &[401, 403, 404],
    }
}

const fn no_deleting(id: &'static str) -> Endpoint {
    Endpoint {
        methods: DELETABLE,
        args: &[],
        may: nobody,
        run: run!(posts::update::delete),
        about: "Refused: posts are the blog's.",
        id,
        answers: (200, Shape::Deleted("post")),
        errors: &[401, 403, 404],
    }
}
