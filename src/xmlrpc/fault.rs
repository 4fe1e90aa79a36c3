//! Faults: the refusals of the XML-RPC door, with WordPress's codes and texts (WP 7.1 appendix B,
//! Pingback 1.0 §3, Fault Code Interoperability). Every text that a client can be sent is worded here.

use crate::error::Error;

/// Characters of an unknown method's name that its fault repeats; WordPress repeats all of it, which
/// lets a caller choose the size of our answer.
pub const METHOD_NAME_CHARS_MAX: usize = 200;

/// A refusal on the wire. `text` is plain text: it is escaped once, when it is encoded. WordPress
/// escapes it twice in places (WP 7.1 F-1, F-2), so that clients see `&#8217;`; we send what was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// `faultCode`.
    pub code: i32,
    /// `faultString`, not escaped.
    pub text: String,
}

impl Fault {
    /// A fault of this code and text.
    pub fn new(code: i32, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }

    /// The body is not well-formed XML, or is XML that we refuse to read.
    pub fn parse_error() -> Self {
        Self::new(-32700, "parse error. not well formed")
    }

    /// The XML declaration names an encoding that we do not read.
    pub fn unsupported_encoding() -> Self {
        Self::new(-32701, "parse error. unsupported encoding")
    }

    /// A well-formed document that calls nothing: a response or a fault.
    pub fn not_a_method_call() -> Self {
        Self::new(-32600, "server error. invalid xml-rpc. not conforming to spec. Request must be a methodCall")
    }

    /// An entry of `system.multicall` that calls `system.multicall` (WP 7.1 M-2).
    pub fn recursive_multicall() -> Self {
        Self::new(-32600, "Recursive calls to system.multicall are forbidden")
    }

    /// `system.multicall` of something that is no array (WP trunk M-7).
    pub fn multicall_not_an_array() -> Self {
        Self::new(-32600, "server error. invalid xml-rpc. system.multicall expects an array of method calls")
    }

    /// An entry of `system.multicall` that names no method (WP trunk M-7).
    pub fn multicall_entry_malformed() -> Self {
        Self::new(
            -32600,
            "server error. invalid xml-rpc. Each multicall entry must be a struct with a string methodName",
        )
    }

    /// More calls in one `system.multicall` than `most`. WordPress takes any number.
    pub fn multicall_too_long(most: usize) -> Self {
        Self::new(-32600, format!("server error. invalid xml-rpc. system.multicall takes at most {most} method calls"))
    }

    /// No method has this name.
    pub fn method_not_found(name: &str) -> Self {
        let shown: String = name.chars().take(METHOD_NAME_CHARS_MAX).collect();
        Self::new(-32601, format!("server error. requested method {shown} does not exist."))
    }

    /// Fewer parameters than the method needs (WP 7.1 D-3).
    pub fn insufficient_arguments() -> Self {
        Self::new(400, "Insufficient arguments passed to this XML-RPC method.")
    }

    /// `demo.addTwoNumbers` of something else.
    pub fn two_integers_required() -> Self {
        Self::new(400, "Invalid arguments passed to this XML-RPC method. Requires two integers.")
    }

    /// The body is longer than `most_bytes`. WordPress has no limit; the code is the HTTP status.
    pub fn body_too_large(most_bytes: usize) -> Self {
        Self::new(413, format!("The request body is larger than {most_bytes} bytes."))
    }

    /// Any pingback fault but 48, on a site that masks them as WordPress does (WP 7.1 P-1).
    pub fn masked() -> Self {
        Self::new(0, "")
    }

    /// Pingback: the source is no URL that we would fetch.
    pub fn invalid_url() -> Self {
        Self::new(0, "A valid URL was not provided.")
    }

    /// Pingback: the target is not on this site.
    pub fn no_link_to_us() -> Self {
        Self::new(0, "Is there no link to us?")
    }

    /// Pingback: source and target are the same post.
    pub fn same_resource() -> Self {
        Self::new(0, "The source URL and the target URL cannot both point to the same resource.")
    }

    /// Pingback: the source could not be fetched. Also the answer for an address that we refuse to
    /// connect to, so that faults tell nothing of a network (Pingback 1.0 code 0x10).
    pub fn source_not_found() -> Self {
        Self::new(16, "The source URL does not exist.")
    }

    /// Pingback: the source was read and does not link to the target (code 0x11).
    pub fn source_without_link() -> Self {
        Self::new(17, "The source URL does not contain a link to the target URL, and so cannot be used as a source.")
    }

    /// Pingback: the source has no title. WordPress uses 32 for it, against Pingback 1.0.
    pub fn source_without_title() -> Self {
        Self::new(32, "A title on that page cannot be found.")
    }

    /// Pingback: the target certainly does not exist (code 0x20).
    pub fn target_not_found() -> Self {
        Self::new(32, "The specified target URL does not exist.")
    }

    /// Pingback: the target is unknown, or takes no pingbacks (code 0x21).
    pub fn target_unusable() -> Self {
        Self::new(
            33,
            "The specified target URL cannot be used as a target. It either does not exist, or it is not a pingback-enabled resource.",
        )
    }

    /// Pingback: registered before; never masked (code 0x30).
    pub fn already_registered() -> Self {
        Self::new(48, "The pingback has already been registered.")
    }

    /// Pingback: a rule of the site refuses the source (code 0x31). WordPress never sends it; the words
    /// are Pingback 1.0's.
    pub fn access_denied() -> Self {
        Self::new(49, "Access denied.")
    }

    /// Pingback: the source's server failed, or we cannot take more now (code 0x32). WordPress never
    /// sends it; the words are after Pingback 1.0's.
    pub fn upstream_failure() -> Self {
        Self::new(50, "The server could not communicate with an upstream server, or received an error from it.")
    }

    /// The same comment is here already (WordPress "dies" with 409). A right single quotation mark,
    /// where WordPress sends its entity.
    pub fn duplicate_comment() -> Self {
        Self::new(409, "Duplicate comment detected; it looks as though you\u{2019}ve already said that!")
    }

    /// A name or a password that is not right (WP 7.1 A-5). Which of them is not told.
    pub fn not_logged_in() -> Self {
        Self::new(403, "Incorrect username or password.")
    }

    /// A name or a password that is no text (WP trunk; WordPress 7.1 crashes).
    pub fn credentials_malformed() -> Self {
        Self::new(400, "The username and password arguments should be strings.")
    }

    /// No comment has this number.
    pub fn no_such_comment() -> Self {
        Self::new(404, "Invalid comment ID.")
    }

    /// No post has this number.
    pub fn no_such_post() -> Self {
        Self::new(404, "Invalid post ID.")
    }

    /// A status of no comment, or one that the caller may not ask for.
    pub fn invalid_comment_status() -> Self {
        Self::new(401, "Invalid comment status.")
    }

    /// A kind of post that there is not; of comments asked for, 404, else 403 (WP 7.1 appendix B).
    pub fn invalid_post_type(code: i32) -> Self {
        Self::new(code, "Invalid post type.")
    }

    /// A taxonomy that there is not.
    pub fn invalid_taxonomy() -> Self {
        Self::new(403, "Invalid taxonomy.")
    }

    /// What the caller's role does not carry: `what` goes on after “Sorry, you are not allowed to”.
    pub fn not_allowed(code: i32, what: &str) -> Self {
        Self::new(code, format!("Sorry, you are not allowed to {what}."))
    }

    /// A method of WordPress that writes what is not kept here. The code is the HTTP status.
    pub fn comments_only() -> Self {
        Self::new(501, "This server keeps comments only: write posts, pages, terms and files on the blog itself.")
    }

    /// The flood check, or a rate limit (WordPress "dies" with 429).
    pub fn too_quickly() -> Self {
        Self::new(429, "You are posting comments too quickly. Slow down.")
    }
}

/// What went wrong beneath, where a method has no words of its own for it: the code is the HTTP status.
impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        error.log();
        let code = i32::from(error.status().as_u16());
        match error {
            Error::Unauthenticated(_) => Self::not_logged_in(),
            error => Self::new(code, error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_repeated_up_to_its_bound_on_characters() {
        let shown = |n: usize| Fault::method_not_found(&"é".repeat(n)).text.matches('é').count();
        assert_eq!(shown(METHOD_NAME_CHARS_MAX), METHOD_NAME_CHARS_MAX);
        assert_eq!(shown(METHOD_NAME_CHARS_MAX + 1), METHOD_NAME_CHARS_MAX);
        assert_eq!(Fault::method_not_found("").text, "server error. requested method  does not exist.");
    }
}
