//! The fields beside a comment's text: author name, e-mail address, IP address and user agent, cleaned
//! as WordPress stores them (WP 7.1 §1.8, §5.1, §5.13), and the name freed of tricks. The intake calls
//! these; the URL has its own file, [`super::url_clean`].

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::characters::{cut_at_bytes, is_control, is_invisible, turns_direction};
use super::escape::{esc_text, strip_tags, unescape};

/// Combining marks kept on one letter. No orthography stacks more; more paint over the lines around.
const MARKS_PER_BASE_MAX: usize = 8;

/// Bytes of a stored user agent (WP 7.1 §1.8).
pub const AGENT_BYTES_MAX: usize = 254;

/// Bytes of the shortest e-mail address (WP 7.1 §5.13).
const EMAIL_BYTES_MIN: usize = 6;

/// The stored form of an author's name: tags and percent-hex pairs gone, white space single, `& < >`
/// escaped (WP 7.1 §5.1); and, beyond WordPress, composed (NFC), without control, direction and
/// invisible characters, and with at most [`MARKS_PER_BASE_MAX`] marks on a letter. Quotes are not
/// escaped, as in WordPress: an attribute wants [`unescape`]d text and a template's escaping.
pub fn author(raw: &str) -> String {
    let plain = unescape_without_tags(raw);
    let composed: Vec<char> = plain.nfc().collect();
    let visible: String = composed
        .iter()
        .enumerate()
        .filter(|&(at, &c)| !is_hidden(c) || joins_emoji(&composed, at))
        .map(|(_, &c)| if c.is_whitespace() { ' ' } else { c })
        .collect();
    let words = without_percent_pairs(&visible);
    let calm: String = with_few_marks(&words).nfc().collect();
    esc_text(&calm.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
}

/// Tags are stripped before references are read, so `&lt;b&gt;` stays the text that it is.
fn unescape_without_tags(raw: &str) -> String {
    unescape(&strip_tags(&with_dangling_escaped(raw))).into_owned()
}

/// WordPress's less-than fix: a `<` that no `>` closes before the next `<` is text (WP 7.1 §5.2 step 3).
fn with_dangling_escaped(raw: &str) -> String {
    let mut parts = raw.split('<');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(if part.contains('>') { "<" } else { "&lt;" });
        out.push_str(part);
    }
    out
}

fn is_hidden(c: char) -> bool {
    (is_control(c) && !c.is_whitespace()) || turns_direction(c) || is_invisible(c)
}

/// Whether the character at `at` is a zero width joiner between two emoji, as in a family of three.
fn joins_emoji(text: &[char], at: usize) -> bool {
    let is_emoji = |c: Option<&char>| {
        c.is_some_and(|c| matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{FE0F}' | '\u{1F000}'..='\u{1FAFF}'))
    };
    text[at] == '\u{200D}'
        && is_emoji(at.checked_sub(1).and_then(|before| text.get(before)))
        && is_emoji(text.get(at + 1))
}

/// Deletes `%` with two hex digits until none is left (WP 7.1 §5.13 "Text field"); looking back after
/// each deletion finds in one pass what deleting joins.
fn without_percent_pairs(text: &str) -> String {
    let mut out: Vec<char> = Vec::with_capacity(text.len());
    for c in text.chars() {
        out.push(c);
        while let [.., '%', high, low] = out[..]
            && high.is_ascii_hexdigit()
            && low.is_ascii_hexdigit()
        {
            out.truncate(out.len() - 3);
        }
    }
    out.into_iter().collect()
}

fn with_few_marks(text: &str) -> String {
    let mut marks = 0;
    text.chars()
        .filter(|&c| {
            marks = if is_combining_mark(c) { marks + 1 } else { 0 };
            marks <= MARKS_PER_BASE_MAX
        })
        .collect()
}

/// A name as readers see it: without the characters that look like the mark beside who is logged in.
pub fn without_marks(name: &str) -> String {
    if name.is_ascii() {
        return name.to_owned();
    }
    let kept: String = name.chars().filter(|&c| !is_mark(c)).collect();
    // A picture's own selector means nothing alone, and where it stood the name ends.
    let kept = if kept.len() == name.len() { kept } else { kept.replace('\u{FE0F}', "") };
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Ticks, boxed or not, and the like.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{221A}' | '\u{237B}' | '\u{2610}'
            ..='\u{2612}'
                | '\u{2705}'
                | '\u{2713}'
                | '\u{2714}'
                | '\u{2BBD}'
                | '\u{1F5F8}'
                | '\u{1F5F9}'
                | '\u{1FBB1}'
                | '\u{1F197}'
    )
}

/// Whether WordPress takes it for an e-mail address (WP 7.1 §5.13). No length limit, no IDN.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = split_email(text) else { return false };
    let labels: Vec<&str> = domain.split('.').collect();
    !local.is_empty()
        && local.chars().all(is_local_character)
        && labels.len() >= 2
        && labels.iter().all(|label| {
            !label.is_empty()
                && label.chars().all(is_label_character)
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

/// The stored form of an e-mail address: trimmed and repaired, empty where there is nothing to repair
/// (WP 7.1 §5.1, §5.13 "Sanitise e-mail").
pub fn email(raw: &str) -> String {
    let Some((local, domain)) = split_email(raw.trim()) else { return String::new() };
    let local: String = local.chars().filter(|&c| is_local_character(c)).collect();
    let domain = without_dot_runs(domain);
    let labels: Vec<String> = domain
        .split('.')
        .map(|label| label.chars().filter(|&c| is_label_character(c)).collect::<String>())
        .map(|label| label.trim_matches('-').to_owned())
        .filter(|label| !label.is_empty())
        .collect();
    let repaired = format!("{local}@{}", labels.join("."));
    if is_email(&repaired) { repaired } else { String::new() }
}

/// Local part and domain, split at the first `@`, which is not the first character.
fn split_email(text: &str) -> Option<(&str, &str)> {
    if text.len() < EMAIL_BYTES_MIN {
        return None;
    }
    text.split_once('@').filter(|(local, _)| !local.is_empty())
}

fn is_local_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c)
}

fn is_label_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

/// Two or more dots in a row vanish whole.
fn without_dot_runs(domain: &str) -> String {
    let mut out = String::with_capacity(domain.len());
    let mut rest = domain;
    while let Some(at) = rest.find("..") {
        out.push_str(&rest[..at]);
        rest = rest[at..].trim_start_matches('.');
    }
    out.push_str(rest);
    out
}

/// The stored form of a client's address: what can stand in one (WP 7.1 §1.8).
pub fn ip(raw: &str) -> String {
    raw.chars().filter(|c| c.is_ascii_hexdigit() || ":., ".contains(*c)).collect()
}

/// The stored form of a user agent: at most [`AGENT_BYTES_MAX`] bytes (WP 7.1 §1.8, which may cut a
/// character in two there), without control characters.
pub fn agent(raw: &str) -> String {
    let clean: String = raw.chars().filter(|&c| !is_control(c)).collect();
    cut_at_bytes(&clean, AGENT_BYTES_MAX).to_owned()
}
