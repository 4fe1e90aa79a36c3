//! Single and double quotes (WP 7.1 §5.6, T2, T3 and the primes). Every rule sees the text as the rule
//! before it left it; what a rule decided is noted with control characters, which no sanitised text holds,
//! and written out at the end by [`without_marks`].

use super::super::spaces::{ends_with_space, is_open_after, is_open_before, starts_with_space};

/// A quote that an apostrophe will be.
const APOSTROPHE: &str = "\u{1}";
/// A quote that opens.
const OPEN: &str = "\u{2}";
/// A single quote that closes, or an apostrophe known from the first step.
pub(super) const CLOSED_SINGLE: &str = "\u{3}";
/// A double quote that closes.
pub(super) const CLOSED_DOUBLE: &str = "\u{4}";
/// A quote that may close: see [`primes`].
const MAYBE: char = '\u{5}';

/// What quotes of one kind become.
struct Kind {
    quote: char,
    closed: &'static str,
    prime: &'static str,
}

/// The text with the characters that the marks stand for.
pub(super) fn without_marks(text: &str) -> String {
    text.replace(CLOSED_SINGLE, "’").replace(CLOSED_DOUBLE, "”")
}

/// T2.
pub(super) fn single(text: &str) -> String {
    let mut text = text.to_owned();
    for rule in [decade_in_single, decade_in_double, decade, number_in_single, opening_single, apostrophe] {
        text = rewrite(&text, '\'', rule);
    }
    let kind = Kind { quote: '\'', closed: CLOSED_SINGLE, prime: "′" };
    primes(&text, &kind).replace(APOSTROPHE, "’").replace(OPEN, "‘")
}

/// T3. A double quote that no rule took closes; a single one stays straight.
pub(super) fn double(text: &str) -> String {
    let mut text = text.to_owned();
    for rule in [number_in_double, opening_double] {
        text = rewrite(&text, '"', rule);
    }
    let kind = Kind { quote: '"', closed: CLOSED_DOUBLE, prime: "″" };
    primes(&text, &kind).replace('"', CLOSED_DOUBLE).replace(OPEN, "“")
}

/// What a rule says of a quote, from what stands before it and after it: what is written, and how many
/// bytes after the quote that stands for. None leaves the quote.
type Rule = fn(before: &str, after: &str) -> Option<(String, usize)>;

/// Applies a rule to every quote from left to right. What stands before is seen as it was.
fn rewrite(text: &str, quote: char, rule: Rule) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut at = 0;
    while let Some(found) = text[at..].find(quote).map(|found| found + at) {
        out.push_str(&text[at..found]);
        at = found + quote.len_utf8();
        if let Some((written, taken)) = rule(&text[..found], &text[at..]) {
            out.push_str(&written);
            at += taken;
        } else {
            out.push(quote);
        }
    }
    out.push_str(&text[at..]);
    out
}

/// T2.1: `'99'`.
fn decade_in_single(_: &str, after: &str) -> Option<(String, usize)> {
    let rest = after_two_digits(after)?.strip_prefix('\'')?;
    may_close_before(rest).then(|| ([APOSTROPHE, &after[..2], CLOSED_SINGLE].concat(), 3))
}

/// T2.2: `'99"`.
fn decade_in_double(_: &str, after: &str) -> Option<(String, usize)> {
    let rest = after_two_digits(after)?.strip_prefix('"')?;
    may_close_before(rest).then(|| ([APOSTROPHE, &after[..2], CLOSED_DOUBLE].concat(), 3))
}

/// T2.3: `'99`, but not `'99%`, `'999` or `'99.9`.
fn decade(_: &str, after: &str) -> Option<(String, usize)> {
    let rest = after_two_digits(after)?.as_bytes();
    let goes_on = match rest {
        [b'.' | b',', next, ..] => next.is_ascii_digit(),
        [next, ..] => *next == b'%' || next.is_ascii_digit(),
        [] => false,
    };
    (!goes_on).then(|| (APOSTROPHE.to_owned(), 0))
}

fn after_two_digits(text: &str) -> Option<&str> {
    let [a, b, ..] = text.as_bytes() else { return None };
    (a.is_ascii_digit() && b.is_ascii_digit()).then(|| &text[2..])
}

/// T2.4: a number in quotes.
fn number_in_single(before: &str, after: &str) -> Option<(String, usize)> {
    quoted_number(before, after, '\'', CLOSED_SINGLE)
}

/// T3.1: a number in quotes.
fn number_in_double(before: &str, after: &str) -> Option<(String, usize)> {
    quoted_number(before, after, '"', CLOSED_DOUBLE)
}

fn quoted_number(before: &str, after: &str, quote: char, closed: &str) -> Option<(String, usize)> {
    if !is_open_before(before) || !after.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ',');
    let number = &after[..after.len() - rest.len()];
    rest.starts_with(quote).then(|| ([OPEN, number, closed].concat(), number.len() + 1))
}

/// T2.5.
fn opening_single(before: &str, _: &str) -> Option<(String, usize)> {
    let opens = is_open_before(before) || before.ends_with(['(', '[', '{', '"', '-']) || before.ends_with("&lt;");
    opens.then(|| (OPEN.to_owned(), 0))
}

/// T3.2.
fn opening_double(before: &str, after: &str) -> Option<(String, usize)> {
    let opens = is_open_before(before) || before.ends_with(['(', '[', '{', '-']) || before.ends_with("&lt;");
    (opens && !starts_with_space(after)).then(|| (OPEN.to_owned(), 0))
}

/// T2.6: an apostrophe in a word.
fn apostrophe(before: &str, after: &str) -> Option<(String, usize)> {
    let ends_word = is_open_after(after)
        || after.starts_with(['.', ',', ':', ';', '!', '?', '"', '\'', '(', ')', '{', '}', '[', ']', '-'])
        || after.starts_with("&lt;")
        || after.starts_with("&gt;");
    (!ends_with_space(before) && !ends_word).then(|| (APOSTROPHE.to_owned(), 0))
}

/// Whether a quote may close before this.
fn may_close_before(after: &str) -> bool {
    is_open_after(after)
        || after.starts_with(['.', ',', ':', ';', '!', '?', ')', '}', '-', ']'])
        || after.starts_with("&gt;")
}

fn is_after_digit(before: &str) -> bool {
    before.ends_with(|c: char| c.is_ascii_digit())
}

/// Tells closing quotes from primes, segment by segment between the opening quotes.
fn primes(text: &str, kind: &Kind) -> String {
    let mut segments = text.split(OPEN);
    let mut out = String::with_capacity(text.len() + 16);
    if let Some(first) = segments.next() {
        out.push_str(&with_closing(&with_primes(first, kind), kind));
    }
    for segment in segments {
        out.push_str(OPEN);
        if segment.contains(kind.closed) {
            out.push_str(&with_closing(&with_primes(segment, kind), kind));
        } else {
            out.push_str(&in_quotation(segment, kind));
        }
    }
    out
}

/// Quotes after a digit as primes.
fn with_primes(segment: &str, kind: &Kind) -> String {
    replace_where(segment, kind.quote, kind.prime, |before, _| is_after_digit(before))
}

/// Quotes that may close as closing ones.
fn with_closing(segment: &str, kind: &Kind) -> String {
    replace_where(segment, kind.quote, kind.closed, |_, after| may_close_before(after))
}

/// A segment after an opening quote that no closing one is in yet: which quote closes it?
fn in_quotation(segment: &str, kind: &Kind) -> String {
    let mut maybe = [0; 4];
    let maybe = MAYBE.encode_utf8(&mut maybe);
    let marked = replace_where(segment, kind.quote, maybe, |_, after| may_close_before(after));
    let closed = match marked.matches(MAYBE).count() {
        0 => return with_primes(&marked, kind),
        1 => return with_primes(&marked.replace(MAYBE, kind.closed), kind),
        _ => replace_where(&marked, MAYBE, kind.closed, |before, _| !is_after_digit(before)),
    };
    let closed = if closed.contains(kind.closed) { closed } else { with_last_closed(&closed, kind) };
    let primes = with_primes(&closed, kind);
    replace_where(&primes, MAYBE, kind.prime, |before, _| is_after_digit(before)).replace(MAYBE, kind.closed)
}

/// The last mark closes, or the last one that ends a sentence.
fn with_last_closed(marked: &str, kind: &Kind) -> String {
    let last = marked.rfind(&format!("{MAYBE}.")).or_else(|| marked.rfind(MAYBE));
    let Some((before, after)) = last.and_then(|at| marked.split_at_checked(at)) else { return marked.to_owned() };
    [before, kind.closed, &after[MAYBE.len_utf8()..]].concat()
}

fn replace_where(text: &str, from: char, to: &str, is_so: impl Fn(&str, &str) -> bool) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut written = 0;
    for (at, found) in text.match_indices(from) {
        let after = at + found.len();
        if is_so(&text[..at], &text[after..]) {
            out.push_str(&text[written..at]);
            out.push_str(to);
            written = after;
        }
    }
    out.push_str(&text[written..]);
    out
}
