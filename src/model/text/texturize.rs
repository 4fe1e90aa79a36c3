//! Typographic punctuation: quotes, apostrophes, primes, dashes, ellipses and the multiplication sign
//! (WP 7.1 §5.6). Writes the characters themselves where WordPress writes references to them.
//!
//! Each text between two tags is taken alone, in WordPress's order of steps (T1 to T5; T6 is done by the
//! sanitiser). What stands in code stays. Otherwise than in WordPress,
//!
//! - a text knows whether a word goes on beyond the tag beside it: `<i>Time</i>'s` has an apostrophe, where
//!   WordPress opens a quotation;
//! - the text of a link stays if it is an address;
//! - shortcodes mean nothing and are text.

mod quotes;

use super::pieces::with_text;
use super::spaces::{is_open_after, is_open_before};

/// Words that begin with an apostrophe (WP 7.1 §5.6, T1).
const COCKNEY: [&str; 11] =
    ["'tain't", "'twere", "'twas", "'tis", "'twill", "'til", "'bout", "'nuff", "'round", "'cause", "'em"];

/// The HTML with typographic punctuation.
pub(super) fn texturize(html: &str) -> String {
    if !html.contains(['\'', '"', '-', 'x', '`', '.', '(']) {
        return html.to_owned();
    }
    with_text(html, |out, text, beside| {
        if beside.is_address(text) {
            out.push_str(text);
            return;
        }
        let opens = text.strip_prefix('"').is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
        let before = if !opens && beside.before.is_some_and(goes_on_after) { NEIGHBOUR } else { "" };
        let after = if beside.after.is_some_and(char::is_alphanumeric) { NEIGHBOUR } else { "" };
        let whole = texturized(&[before, text, after].concat());
        let inner = whole.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
        out.push_str(inner.unwrap_or(&whole));
    })
}

/// Stands for what goes on beyond a tag. No sanitised text holds it, no rule knows it.
const NEIGHBOUR: &str = "\u{6}";

/// Whether a quote after this character is within a word or ends a quotation.
fn goes_on_after(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '(' | '[' | '{' | '<' | '-' | '–' | '—' | '“' | '‘')
}

fn texturized(text: &str) -> String {
    let mut text = with_literals(text);
    if text.contains('\'') {
        text = quotes::single(&text);
    }
    if text.contains('"') {
        text = quotes::double(&text);
    }
    let text = quotes::without_marks(&text);
    let text = if text.contains('-') { with_dashes(&text) } else { text };
    if has_times(&text) { with_times(&text) } else { text }
}

/// T1: what is replaced wherever it stands.
fn with_literals(text: &str) -> String {
    let has_apostrophes = text.contains('\'');
    let mut text = text.to_owned();
    let mut replace = |from: &str, to: &str| {
        if text.contains(from) {
            text = text.replace(from, to);
        }
    };
    replace("...", "…");
    replace("``", "“");
    replace(" (tm)", " ™");
    if !has_apostrophes {
        return text;
    }
    replace("''", quotes::CLOSED_DOUBLE);
    for word in COCKNEY {
        replace(word, &word.replace('\'', quotes::CLOSED_SINGLE));
    }
    text
}

/// T4: `---`, then `--` and `-` by what stands around them.
fn with_dashes(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut written = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find('-').map(|found| found + at) {
        let (before, run) = (&text[..found], &text[found..]);
        let is_open = |length: usize| is_open_before(before) && is_open_after(&run[length..]);
        let (length, dash) = if run.starts_with("---") {
            (3, "—")
        } else if run.starts_with("--") {
            // Names in Punycode have theirs after `xn`.
            let kept = if before.ends_with("xn") { "--" } else { "–" };
            (2, if is_open(2) { "—" } else { kept })
        } else {
            (1, if is_open(1) { "–" } else { "-" })
        };
        out.push_str(&text[written..found]);
        out.push_str(dash);
        at = found + length;
        written = at;
    }
    out.push_str(&text[written..]);
    out
}

/// Whether an `x` stands between two digits. Only then WordPress looks for it between numbers at all.
fn has_times(text: &str) -> bool {
    text.as_bytes().windows(3).any(|three| three[0].is_ascii_digit() && three[1] == b'x' && three[2].is_ascii_digit())
}

/// T5: the `x` between two numbers; a lone `0` before it is the beginning of a hexadecimal number.
fn with_times(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() + 8);
    let mut written = 0; // the text up to here is in `out`
    let mut from = 0; // no number begins before this
    for (at, _) in text.match_indices('x') {
        if at < from || !starts_number(bytes, from, at) {
            continue;
        }
        if let Some(end) = number_end(bytes, at + 1) {
            out.push_str(&text[written..at]);
            out.push('×');
            written = at + 1;
            from = end;
        }
    }
    out.push_str(&text[written..]);
    out
}

fn is_in_number(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'.' || byte == b','
}

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// Whether a number that begins at a word's beginning, not before `from`, ends right before `end`.
fn starts_number(bytes: &[u8], from: usize, end: usize) -> bool {
    let length = bytes[from..end].iter().rev().take_while(|byte| is_in_number(**byte)).count();
    let run = end - length;
    (run..end).any(|at| {
        let begins_word = at.checked_sub(1).is_none_or(|before| !is_word(bytes.get(before)));
        begins_word && bytes[at].is_ascii_digit() && (bytes[at] != b'0' || at + 1 < end)
    })
}

/// Where the number that begins at `start` ends, as far as it ends at a word's edge.
fn number_end(bytes: &[u8], start: usize) -> Option<usize> {
    if !bytes.get(start)?.is_ascii_digit() {
        return None;
    }
    let length = bytes[start..].iter().take_while(|byte| is_in_number(**byte)).count();
    let ends = (start + 1..=start + length).rev();
    ends.into_iter().find(|&end| is_word(bytes.get(end - 1)) != is_word(bytes.get(end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_wordpress_s() {
        for (text, shown) in [
            (r#""Hello," she said. 'Hi' it's '90s rock 'n' roll"#, "“Hello,” she said. ‘Hi’ it’s ’90s rock ‘n’ roll"),
            (r#"6' 2" tall and 3 x 4x5 0x10 12x34"#, "6′ 2″ tall and 3 x 4×5 0x10 12×34"),
            ("a -- b --- c - d a--b xn--abc", "a — b — c – d a–b xn--abc"),
            (r#""quote (nested "inner") end""#, "“quote (nested “inner”) end”"),
            (r#"rock'n'roll dogs' "'mixed'""#, "rock’n’roll dogs’ “‘mixed'”"),
            (r#"He said, "It's 5'10"." ok"#, "He said, “It’s 5’10”.” ok"),
            (r#"A "quote with 5" in it" done"#, "A “quote with 5″ in it” done"),
            (r#""12" '12' 12" 5' 3'-2""#, "“12” ’12’ 12″ 5′ 3′-2″"),
            ("'99 '09's 'ello 'Twas", "’99 ’09’s ‘ello ‘Twas"),
            ("- item one\n- item two", "– item one\n– item two"),
        ] {
            assert_eq!(texturize(text), shown, "{text}");
        }
    }

    #[test]
    fn what_is_replaced_wherever_it_stands() {
        for (text, shown) in [
            ("Wait... .... so....", "Wait… …. so…."),
            ("``TeX''", "“TeX”"),
            ("Product (tm), product(tm)", "Product ™, product(tm)"),
            ("'tain't 'twere 'twas 'tis 'twill", "’tain’t ’twere ’twas ’tis ’twill"),
            ("'til 'bout 'nuff 'round 'cause 'em", "’til ’bout ’nuff ’round ’cause ’em"),
        ] {
            assert_eq!(texturize(text), shown, "{text}");
        }
    }

    #[test]
    fn quotes_open_close_and_measure_by_what_stands_beside_them() {
        for (text, shown) in [
            ("('a') ['a'] {'a'} -'a'- \"'a\"", "(‘a’) [‘a’] {‘a’} -‘a’- “‘a”"),
            ("(\"a\") [\"a\"] {\"a\"} -\"a\"- &lt;\"a\"&gt;", "(“a”) [“a”] {“a”} -“a”- &lt;“a”&gt;"),
            ("'99% '999 '99.9 '99.", "‘99% ‘999 ‘99.9 ’99."),
            ("'1,000.5' \"1,000.5\" a\"1\"", "‘1,000.5’ “1,000.5” a”1″"),
            ("\"a b\" c\" d\"", "“a b” c” d”"),
            ("\"12\" and 12\" x\"", "“12” and 12″ x”"),
            ("\"5\" 6\"", "“5” 6″"),
            ("\"a 5\" b 6\". c 7\"", "“a 5″ b 6”. c 7″"),
            ("\"a 5\" b 6\"", "“a 5″ b 6”"),
            ("' \" '' a", "‘ ” ” a"),
            ("a' b's Ǝ'Ǝ &amp;'", "a’ b’s Ǝ’Ǝ &amp;’"),
            ("&nbsp;\"a\"&nbsp;'b'", "&nbsp;“a”&nbsp;‘b’"),
        ] {
            assert_eq!(texturize(text), shown, "{text}");
        }
    }

    #[test]
    fn dashes_are_told_by_their_number_and_the_space_around_them() {
        for (text, shown) in [
            ("-- a --", "— a —"),
            ("- a -", "– a –"),
            ("a---b a----b a-----b", "a—b a—-b a—–b"),
            ("xn--a xn-- xn---a -1 a-b", "xn--a xn-- xn—a -1 a-b"),
            ("&nbsp;--&nbsp;-&nbsp;", "&nbsp;—&nbsp;–&nbsp;"),
        ] {
            assert_eq!(texturize(text), shown, "{text}");
        }
    }

    #[test]
    fn numbers_are_multiplied_at_the_edges_of_words() {
        for (text, shown) in [
            ("4x5x6 4x5px a4x5 4X5 0x1 00x1", "4x5x6 4x5px a4x5 4X5 0x1 00×1"),
            ("1.5x2.5, 4x5. é4x5é", "1.5×2.5, 4×5. é4×5é"),
            ("4x5,6x7", "4×5,6×7"),
            ("4.x5", "4.x5"),
            ("4.x5 4x5", "4.×5 4×5"),
            ("4x", "4x"),
        ] {
            assert_eq!(texturize(text), shown, "{text}");
        }
    }

    #[test]
    fn texts_between_tags_are_taken_alone_and_code_and_addresses_stay() {
        for (html, shown) in [
            ("\"<b>a</b>\" '<i>b</i>'", "“<b>a</b>” ‘<i>b</i>’"),
            ("<i>Time</i>'s, <code>x</code>'s (<b>'a'</b>)", "<i>Time</i>’s, <code>x</code>’s (<b>‘a’</b>)"),
            ("<b>\"a.</b>\" \"<b>'a'</b>\"", "<b>“a.</b>” “<b>‘a’</b>”"),
            ("<b>a</b>\"b\"", "<b>a</b>“b”"),
            ("a<b>- b</b> <i>c</i>- d -<b>e</b>", "a<b>- b</b> <i>c</i>- d -<b>e</b>"),
            ("\"a<blockquote>\"b\"</blockquote>\"c", "“a<blockquote>“b”</blockquote>“c"),
            ("-<b>-</b> - <b>-</b> -", "–<b>–</b> – <b>–</b> –"),
            ("<a title=\"it's\">it's</a>", "<a title=\"it's\">it’s</a>"),
            ("<code>\"no\" -- x's <b>'</b></code> \"yes\"", "<code>\"no\" -- x's <b>'</b></code> “yes”"),
            ("<pre>'</pre><kbd>--</kbd><tt>...</tt>", "<pre>'</pre><kbd>--</kbd><tt>...</tt>"),
            (
                "<a href=\"http://e.com/a--b\">http://e.com/a--b</a> <a href=\"u\">a--b</a>",
                "<a href=\"http://e.com/a--b\">http://e.com/a--b</a> <a href=\"u\">a–b</a>",
            ),
        ] {
            assert_eq!(texturize(html), shown, "{html}");
        }
    }
}
