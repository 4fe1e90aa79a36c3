//! Text as WordPress treats it: what is filtered when a comment is saved, what is added when it is
//! shown, and the order of both. Pure functions from string to string, one file for each filter.
//! The intake calls [`save_content`] and [`names`]; the ways out call [`display_content`].

pub mod allow_list;
mod autop;
pub mod characters;
mod clickable;
pub mod escape;
pub mod excerpt;
pub mod fold;
pub mod lengths;
pub mod names;
mod pieces;
mod tidy;
pub mod url_clean;

#[cfg(test)]
mod tests;

pub use allow_list::save_content;

/// What a display filter may know of the site that shows the text.
#[derive(Clone, Copy, Debug)]
pub struct DisplayContext<'a> {
    /// Host of the site's home URL, without port; links to it are internal (WP 7.1 §5.3).
    pub home_host: &'a str,
}

/// One step of the way from stored to shown HTML.
type DisplayFilter = fn(&str, DisplayContext<'_>) -> String;

/// The display filters in WordPress's order, with its priorities (WP 7.1 §5.4). The first step is
/// ours: nothing in the database is trusted, so a row that another tool wrote is harmless, and a
/// tightened allow-list holds for old comments too. Every later step takes balanced, allow-listed
/// HTML and must leave it so. Texturise and the ampersand fix (10), smilies (20) and the capital P
/// (31) have their places by their numbers; force-balance (25) is done by the first step.
const DISPLAY: &[(u8, DisplayFilter)] = &[
    (0, |html, context| allow_list::save_content(html, context.home_host)),
    (9, |html, context| clickable::make_clickable(html, context.home_host)),
    (30, |html, _| autop::auto_paragraph(html)),
];

/// What readers see of a stored comment: paragraphs and links, always balanced, every link with its
/// `rel`. Empty for a blank comment, else it ends with a newline (WP 7.1 §5.4).
pub fn display_content(stored: &str, home_host: &str) -> String {
    let context = DisplayContext { home_host };
    DISPLAY.iter().fold(stored.to_owned(), |html, (_, filter)| filter(&html, context))
}
