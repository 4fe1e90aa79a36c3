//! Makes links of the addresses in a comment's text (WP 7.1 §5.5): URLs, then `www.` and `ftp.` names,
//! then e-mail addresses, each in what the one before left. Not in code, and not in links: there
//! WordPress ends the outer link. An address that no browser can open stays text.

use std::ops::RangeInclusive;

use url::Url;

use super::allow_list::{SCHEMES, is_internal};
use super::escape::esc_text;
use super::pieces::with_text;
use super::spaces::words;
use super::url_clean::cleaned;

/// Bytes between a URL's `://` and the next white space above which nothing is a link (WP 7.1 §5.5). Also
/// the bytes of the longest name or e-mail address that is made a link.
const LINK_BYTES_MAX: usize = 2_000;
/// Characters of the longest scheme that is looked for.
const SCHEME_CHARS_MAX: usize = 20;
/// Characters of a file's extension that belongs to a URL although a bracket stands before it.
const EXTENSION_CHARS: RangeInclusive<usize> = 2..=6;
/// What ends a sentence rather than a URL.
const PUNCTUATION: [char; 8] = ['\'', '.', ',', ';', ':', '!', '?', ')'];

/// Links the addresses of sanitised HTML. `home_host` is the host of the site's home URL.
pub(super) fn make_clickable(html: &str, home_host: &str) -> String {
    if !html.contains("://") && !html.contains(['.', '@']) {
        return html.to_owned();
    }
    with_text(html, |out, text, beside| {
        if beside.in_link {
            out.push_str(text);
        } else {
            link_urls(out, text, home_host);
        }
    })
}

/// Substitution 1. What stands between the URLs is given to the others.
fn link_urls(out: &mut String, text: &str, home_host: &str) {
    let mut written = 0;
    let mut from = 0;
    let mut word_end = 0; // end of the word in which the last `://` was found
    while let Some(colon) = text[from..].find("://").map(|at| at + from) {
        let after = colon + "://".len();
        from = after;
        if word_end < after {
            word_end = text[after..].find(char::is_whitespace).map_or(text.len(), |at| at + after);
        }
        let Some(start) = scheme_start(&text[written..colon]).map(|start| start + written) else { continue };
        if !(1..=LINK_BYTES_MAX).contains(&(word_end - after)) {
            continue;
        }
        // As in WordPress no link begins inside of what looks like a URL and is none.
        from = after + url_length(&text[start..], after - start);
        let Some(url) = cleaned(&plain(&text[start..from]), &SCHEMES) else { continue };
        let Some(rel) = rel(&url, home_host) else { continue };
        link_words(out, &text[written..start], home_host);
        write_link(out, &url, &url, Some(rel));
        written = from;
    }
    link_words(out, &text[written..], home_host);
}

/// Where the word begins that ends `before`, if it may be a scheme: it stands at the start, after white space or
/// after one of `( < . , ; : ! ?`. (A `<` is a reference here, so it ends with `;`.)
fn scheme_start(before: &str) -> Option<usize> {
    let is_word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let length = before.bytes().rev().take(SCHEME_CHARS_MAX).take_while(is_word).count();
    let start = before.len() - length;
    let is_free = before[..start].chars().next_back().is_none_or(|c| c.is_whitespace() || "(.,;:!?".contains(c));
    (length > 0 && is_free).then_some(start)
}

/// Bytes of the URL at the beginning of `text` without its scheme, which has `scheme` bytes with its `://`.
fn url_length(text: &str, scheme: usize) -> usize {
    let rest = &text[scheme..];
    let mut length = 0; // up to the last character that a URL can end with
    let mut at = 0;
    while let Some((kind, bytes)) = next_unit(&rest[at..]) {
        match kind {
            Unit::Url => length = at + bytes,
            Unit::Punctuation if at == length => {}
            Unit::Punctuation | Unit::Other => break,
        }
        at += bytes;
    }
    if rest[length..].starts_with(')') && rest[..length].contains('(') {
        length += 1;
        length += extension_length(&rest[length..]);
    }
    without_unopened(&rest[..length])
}

/// Bytes of a file's extension, which may follow a bracket.
fn extension_length(text: &str) -> usize {
    let Some(word) = text.strip_prefix('.') else { return 0 };
    let length = word.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    if EXTENSION_CHARS.contains(&length) { 1 + length } else { 0 }
}

/// Bytes up to the closing bracket that opens nowhere in the URL: it is the sentence's. A square one only
/// if the URL ends with it; in WordPress it always belongs to the URL.
fn without_unopened(url: &str) -> usize {
    let unopened = |url: &str, open, close| url.matches(close).count().saturating_sub(url.matches(open).count());
    let mut kept = url;
    for _ in 0..unopened(url, '(', ')') {
        kept = &kept[..kept.rfind(')').unwrap_or(0)];
    }
    for _ in 0..unopened(kept, '[', ']') {
        let Some(rest) = kept.strip_suffix(']') else { break };
        kept = without_punctuation(rest);
    }
    kept.len()
}

/// What a character is to a URL.
#[derive(Clone, Copy)]
enum Unit {
    /// It may be the last.
    Url,
    /// It belongs to the URL if a [`Unit::Url`] follows, else to the sentence.
    Punctuation,
    /// It ends the URL.
    Other,
}

/// The character, or the reference that stands for one, at the beginning of `text`.
fn next_unit(text: &str) -> Option<(Unit, usize)> {
    let c = text.chars().next()?;
    Some(match c {
        '&' => ampersand(text).map_or((Unit::Other, 1), |bytes| (Unit::Url, bytes)),
        '_' | '#' | '%' | '~' | '/' | '@' | '[' | ']' | '*' | '(' | '+' | '=' | '$' | '-' => (Unit::Url, 1),
        c if PUNCTUATION.contains(&c) => (Unit::Punctuation, 1),
        c if is_address_letter(c) => (Unit::Url, c.len_utf8()),
        c => (Unit::Other, c.len_utf8()),
    })
}

fn is_address_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || (!c.is_ascii() && !c.is_whitespace())
}

/// Bytes of an ampersand in sanitised HTML; none for another reference (`&lt; &gt; &nbsp;`).
fn ampersand(text: &str) -> Option<usize> {
    text.starts_with("&amp;").then_some("&amp;".len())
}

/// The characters of a part of sanitised HTML that has no other references than ampersands.
fn plain(text: &str) -> String {
    text.replace("&amp;", "&")
}

/// The `rel` of a link of ours: `nofollow` for web addresses outside of the site. None if it is no URL.
fn rel(url: &str, home_host: &str) -> Option<&'static str> {
    let is_web = matches!(Url::parse(url).ok()?.scheme(), "http" | "https");
    Some(if is_web && !is_internal(url, home_host) { "nofollow ugc" } else { "ugc" })
}

/// Substitutions 2 and 3: both begin with a word.
fn link_words(out: &mut String, text: &str, home_host: &str) {
    for (is_word, part) in words(text) {
        if !is_word || !(link_name(out, part, home_host) || link_email(out, part)) {
            out.push_str(part);
        }
    }
}

/// Substitution 2: writes the word if it begins with `www.` or `ftp.`.
fn link_name(out: &mut String, word: &str, home_host: &str) -> bool {
    let is_name = |start: &str| word.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start));
    if !(is_name("www.") || is_name("ftp.")) || !word[4..].starts_with(is_address_letter) {
        return false;
    }
    let name = &word[..name_length(word)];
    let name = without_punctuation(&name[..without_unopened(name)]);
    let url = cleaned(&format!("http://{}", plain(name)), &SCHEMES).filter(|_| name.len() <= LINK_BYTES_MAX);
    let Some((url, rel)) = url.and_then(|url| rel(&url, home_host).map(|rel| (url, rel))) else { return false };
    write_link(out, &url, &url, Some(rel));
    out.push_str(&word[name.len()..]);
    true
}

/// The address without all of the punctuation at its end. WordPress takes one sign off a name, so that the
/// link of "www.example.com..." leads nowhere.
fn without_punctuation(address: &str) -> &str {
    let mut kept = address;
    while !kept.ends_with("&amp;") {
        let Some(rest) = kept.strip_suffix(PUNCTUATION) else { break };
        kept = rest;
    }
    kept
}

fn name_length(word: &str) -> usize {
    let mut at = 0;
    while let Some(c) = word[at..].chars().next() {
        at += match c {
            '&' => match ampersand(&word[at..]) {
                Some(bytes) => bytes,
                None => break,
            },
            c if is_address_letter(c) || "#$%~/.-;:=,?@[]+".contains(c) => c.len_utf8(),
            _ => break,
        };
    }
    at
}

/// Substitution 3: writes the word if it begins with an e-mail address.
fn link_email(out: &mut String, word: &str) -> bool {
    let Some(email) = email_length(word).filter(|bytes| *bytes <= LINK_BYTES_MAX).map(|bytes| &word[..bytes]) else {
        return false;
    };
    write_link(out, &format!("mailto:{email}"), email, None);
    out.push_str(&word[email.len()..]);
    true
}

/// Bytes of the e-mail address that the word begins with.
fn email_length(word: &str) -> Option<usize> {
    let at = word.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '+' | '-')))?;
    let domain = word[at..].strip_prefix('@').filter(|_| at > 0)?;
    let mut end = None;
    let mut from = 0;
    loop {
        let rest = &domain[from..];
        let label = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(rest.len());
        if label == 0 || !rest[label..].starts_with('.') {
            break;
        }
        from += label + 1;
        let last = domain[from..].bytes().take_while(u8::is_ascii_alphanumeric).count();
        if last >= 2 {
            end = Some(at + 1 + from + last);
        }
    }
    end
}

fn write_link(out: &mut String, href: &str, text: &str, rel: Option<&str>) {
    out.push_str("<a href=\"");
    out.push_str(&esc_text(href));
    if let Some(rel) = rel {
        out.push_str("\" rel=\"");
        out.push_str(rel);
    }
    out.push_str("\">");
    out.push_str(&esc_text(text));
    out.push_str("</a>");
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &str = "blog.example";

    /// Checks that each address in `«»` becomes a link of itself, and nothing else does.
    fn assert_linked(text: &str) {
        let plain: String = text.replace(['«', '»'], "");
        let link = |url: &str| {
            let href = if url.contains("://") { url.to_owned() } else { format!("mailto:{url}") };
            let rel = if url.contains("://") { " rel=\"nofollow ugc\"" } else { "" };
            format!("<a href=\"{href}\"{rel}>{url}</a>")
        };
        let mut expected = String::new();
        for (at, part) in text.split(['«', '»']).enumerate() {
            expected.push_str(&if at % 2 == 1 { link(part) } else { part.to_owned() });
        }
        assert_eq!(make_clickable(&plain, HOME), expected, "{text}");
    }

    #[test]
    fn urls_end_where_the_sentence_goes_on() {
        for text in [
            "see «http://e.com/foo». And («http://e.com/foo»)",
            "«http://e.com/foo_(bar)» («http://e.com/foo_(bar)»)",
            "«http://e.com/very(long)path»)",
            "(«http://e.com/foo»)bar",
            "[see «http://e.com/a»] [see «http://e.com/a».] «http://e.com»]",
            "«http://e.com/a_(b).html» («http://e.com/a_(b).html») («http://e.com/a»).html",
            "[see «http://e.com/?a&amp;»] [see «http://e.com/?a&amp;»;]",
            "«http://e.com/x?a=1&amp;b=2#f» «http://e.com/?a&amp;»; «http://e.com/»..a",
            "«http://e.com/?q=»\"x\" «http://e.com/»{x} «http://e.com/a»|b «http://e.com/it's»'",
            "«http://e.com/», «http://e.com/»! «http://e.com/»? «http://e.com/»: «http://e.com/»;",
            "&lt;«http://e.com/»&gt; &nbsp;«http://e.com/»&nbsp;x «http://e.com/»\u{3000}x",
            ",«http://e.com» .«http://e.com» :«http://e.com» !«http://e.com» ?«http://e.com»",
            "«http://e.com/üñï» «http://例え.jp/» «http://xn--r8jz45g.jp» «https://e.com:8080/a»",
            "«http://user:pw@e.com/» «http://1.2.3.4» «http://e.com/~a/$b*c+d=e/%20-@#f»",
        ] {
            assert_linked(text);
        }
    }

    #[test]
    fn what_is_no_address_stays() {
        for text in [
            "[http://e.com/a(b)c] \"http://e.com\" 'http://e.com' xhttp://e.com éhttp://e.com",
            "javascript://x evil://foo ssh://host/x ://e.com http:// http://. http:///",
            "http://[::1]/ http://a[b http://e.com:99999/ x://y.http://e.com",
            "(www.e.com) xwww.e.com www. www.. www.( ftp.; www.a[b",
            "me@localhost mailto:me@e.com (me@e.com) @e.com me@e.c me@.com me@e..com",
        ] {
            assert_linked(text);
        }
    }

    #[test]
    fn an_address_is_shown_as_it_is_linked() {
        for (text, href, rel) in [
            ("HTTP://E.COM/", "http://E.COM/", "nofollow ugc"),
            ("http://e.com/[x]", "http://e.com/%5Bx%5D", "nofollow ugc"),
            ("www.e.com", "http://www.e.com", "nofollow ugc"),
            ("WWW.E.COM", "http://WWW.E.COM", "nofollow ugc"),
            ("ftp.e.com/a&amp;b", "http://ftp.e.com/a&amp;b", "nofollow ugc"),
            ("www.例え.jp:80/?a=b", "http://www.例え.jp:80/?a=b", "nofollow ugc"),
            ("http://blog.example:8080/x", "http://blog.example:8080/x", "ugc"),
            ("https://BLOG.example/x", "https://BLOG.example/x", "ugc"),
            ("ftp://e.com/x", "ftp://e.com/x", "ugc"),
            ("svn://e.com", "svn://e.com", "ugc"),
        ] {
            let linked = format!("<a href=\"{href}\" rel=\"{rel}\">{href}</a>");
            assert_eq!(make_clickable(text, HOME), linked, "{text}");
        }
    }

    #[test]
    fn names_and_mail_addresses_begin_with_a_word_and_end_before_punctuation() {
        let www = r#"<a href="http://www.e.com" rel="nofollow ugc">http://www.e.com</a>"#;
        for (text, linked) in [
            ("www.e.com, www.e.com?", format!("{www}, {www}?")),
            ("www.e.com... www.e.com)", format!("{www}... {www})")),
            ("[at www.e.com]", format!("[at {www}]")),
            ("&nbsp;www.e.com&nbsp;x", format!("&nbsp;{www}&nbsp;x")),
        ] {
            assert_eq!(make_clickable(text, HOME), linked, "{text}");
        }
        for text in [
            "mail «me@e.com» or",
            "«a.b_c+d-e@sub.e-f.co.uk».",
            "«ME@E.COM»\n«me@e.com»-x «me@e.com»/x",
            "«..me@e.com»",
        ] {
            assert_linked(text);
        }
    }

    #[test]
    fn links_and_code_stay() {
        for html in [
            r#"<a href="http://e.com/">http://e.com/</a>"#,
            r#"<a href="http://e.com/">see <b>www.e.com</b> me@e.com</a>"#,
            "<code>http://e.com/ <b>www.e.com</b></code>",
            "<pre>me@e.com</pre>",
        ] {
            assert_eq!(make_clickable(html, HOME), html);
        }
        assert_eq!(make_clickable("<b>me@e.com</b>", HOME), r#"<b><a href="mailto:me@e.com">me@e.com</a></b>"#);
    }

    #[test]
    fn addresses_have_their_limits() {
        let is_linked = |text: String| make_clickable(&text, HOME).starts_with("<a ");
        assert!(is_linked(format!("http://e.com/{}", "a".repeat(2_000 - "e.com/".len()))));
        assert!(!is_linked(format!("http://e.com/{}", "a".repeat(2_001 - "e.com/".len()))));
        assert!(!is_linked(format!("http://e.com/\"{}", "a".repeat(2_000))), "all up to white space counts");
        assert!(is_linked(format!("www.{}", "a/".repeat(998))));
        assert!(!is_linked(format!("www.{}", "a/".repeat(998) + "aa")));
        assert!(is_linked(format!("{}@e.com", "a".repeat(2_000 - "@e.com".len()))));
        assert!(!is_linked(format!("{}@e.com", "a".repeat(2_001 - "@e.com".len()))));
    }
}
