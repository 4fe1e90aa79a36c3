//! "WordPress" with its capital P (WP 7.1 §5.11).

use super::pieces::with_text;

const WRONG: &str = "Wordpress";
const RIGHT: &str = "WordPress";

/// Corrects the name where WordPress does: at the beginning of a text, or after a blank, a bracket or an
/// opening quote. Unlike WordPress's it touches neither code nor addresses nor attributes: a link would lead elsewhere.
pub(super) fn capital_p(html: &str) -> String {
    if !html.contains(WRONG) {
        return html.to_owned();
    }
    with_text(html, |out, text, beside| {
        let mut written = 0;
        for (at, _) in text.match_indices(WRONG).filter(|_| !beside.is_address(text)) {
            if at == 0 || text[..at].ends_with([' ', '(', '‘', '“']) {
                out.push_str(&text[written..at]);
                out.push_str(RIGHT);
                written = at + WRONG.len();
            }
        }
        out.push_str(&text[written..]);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_corrected_where_it_stands_as_a_name() {
        for (html, shown) in [
            ("<p>Wordpress, Wordpress</p>", "<p>WordPress, WordPress</p>"),
            ("(Wordpress) “Wordpress” ‘Wordpress’", "(WordPress) “WordPress” ‘WordPress’"),
            ("wordpress x.Wordpress\nWordpress-Wordpress", "wordpress x.Wordpress\nWordpress-Wordpress"),
            ("<code>Wordpress</code> Wordpresses", "<code>Wordpress</code> WordPresses"),
            ("<a href=\"u\">http://e.com/(Wordpress)</a>", "<a href=\"u\">http://e.com/(Wordpress)</a>"),
            ("<a href=\"u\" title=\"a Wordpress\">Wordpress</a>", "<a href=\"u\" title=\"a Wordpress\">WordPress</a>"),
        ] {
            assert_eq!(capital_p(html), shown, "{html}");
        }
    }
}
