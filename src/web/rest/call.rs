//! A call of one endpoint, ready to be carried out: who, where, with which checked parameters. And what a
//! handler answers with.

use http::{HeaderName, StatusCode};
use serde_json::{Map, Value};

use super::args::Args;
use super::error::Problem;
use super::fields::Fields;
use super::paging::Page;
use super::who::Who;
use crate::app::App;
use crate::model::client::Client;
use crate::model::date;
use crate::model::time::Timestamp;
use crate::web::site::Here;

/// A call.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) app: App,
    pub(super) here: Here,
    pub(super) client: Client,
    pub(super) who: Who,
    /// The parameters, checked.
    pub(super) args: Args,
    /// Everything that was sent, for what takes any name.
    pub(super) sent: Map<String, Value>,
    /// What the route's placeholders stand for.
    pub(super) path: Vec<(&'static str, String)>,
    /// Which fields of the answer are wanted.
    pub(super) fields: Fields,
    /// The client's name for this request.
    pub(super) idempotency_key: Option<String>,
}

/// How much of a thing is shown (WP 7.1 §8.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// To readers.
    View,
    /// Within another thing.
    Embed,
    /// To who may change it.
    Edit,
}

impl Context {
    /// Its name.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Embed => "embed",
            Self::Edit => "edit",
        }
    }

    /// Whether a field shows that is there in these contexts.
    pub(super) fn is_in(self, contexts: &[&str]) -> bool {
        contexts.contains(&self.as_str())
    }
}

/// What a handler answers.
pub(super) type Outcome = Result<Reply, Problem>;

impl Call {
    /// What a placeholder of the route stands for.
    pub(super) fn path(&self, name: &str) -> &str {
        self.path.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value)
    }

    /// The number in the address; one that is too great is nobody's.
    pub(super) fn id(&self) -> i64 {
        self.path("id").parse().unwrap_or(i64::MAX)
    }

    /// How much is to be shown.
    pub(super) fn context(&self) -> Context {
        match self.args.text("context") {
            Some("edit") => Context::Edit,
            Some("embed") => Context::Embed,
            _ => Context::View,
        }
    }

    /// An address of this API.
    pub(super) fn url(&self, route: &str) -> String {
        url(&self.here, route)
    }

    /// The site's time zone.
    pub(super) fn zone(&self) -> &str {
        &self.here.site.options.timezone_string
    }

    /// The time that a parameter names, in the site's zone where it names none.
    pub(super) fn time(&self, name: &str) -> Option<Timestamp> {
        date::read(self.args.text(name)?, self.zone())
    }
}

/// An address of a site's API.
pub(super) fn url(here: &Here, route: &str) -> String {
    format!("{}/wp-json{route}", here.base)
}

/// What is answered when all went well.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) body: Value,
    pub(super) headers: Vec<(HeaderName, String)>,
    /// Which page of how many things it is.
    pub(super) page: Option<Page>,
    /// The methods that the client may use here, where the route alone does not tell.
    pub(super) allow: Option<&'static [&'static str]>,
}

impl Reply {
    pub(super) fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, body, headers: Vec::new(), page: None, allow: None }
    }

    pub(super) fn page(items: Vec<Value>, page: Page) -> Self {
        Self { page: Some(page), ..Self::ok(Value::Array(items)) }
    }

    pub(super) fn with_allow(self, allow: &'static [&'static str]) -> Self {
        Self { allow: Some(allow), ..self }
    }
}
