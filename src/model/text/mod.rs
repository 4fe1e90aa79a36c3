//! Text as WordPress treats it: what is filtered when a comment is saved, what is added when it is
//! shown, and the order of both. Pure functions from string to string, one file for each filter.
//! The intake calls [`save_content`] and [`names`]; the ways out call [`display_content`].

pub mod allow_list;
mod autop;
mod capital_p;
pub mod characters;
mod clickable;
pub mod escape;
pub mod excerpt;
pub mod fold;
pub mod lengths;
pub mod names;
pub mod numbers;
mod pieces;
mod smilies;
mod spaces;
mod texturize;
mod tidy;
pub mod url_clean;

#[cfg(test)]
mod tests;

pub use allow_list::save_content;

/// What a display filter may know of the site that shows the text: see [`super::site::Site::display`].
#[derive(Clone, Copy, Debug)]
pub struct DisplayContext<'a> {
    /// Host of the site's home URL, without port; links to it are internal (WP 7.1 §5.3).
    pub home_host: &'a str,
    /// The site's option `use_smilies`.
    pub use_smilies: bool,
}

/// One step of the way from stored to shown HTML.
#[derive(Clone, Copy, Debug)]
pub struct DisplayFilter {
    /// WordPress's priority; the lower comes first.
    pub priority: u8,
    /// WordPress's word for what it does.
    pub name: &'static str,
    /// Takes and gives HTML.
    pub apply: fn(&str, DisplayContext<'_>) -> String,
}

/// The display filters in WordPress's order, with its priorities (WP 7.1 §5.4). The first step is
/// ours: nothing in the database is trusted, so a row that another tool wrote is harmless, and a
/// tightened allow-list holds for old comments too. It also does what force-balance (25) and the ampersand
/// fix (10) do in WordPress. Every later step takes balanced, allow-listed HTML and leaves it so.
pub const DISPLAY: &[DisplayFilter] = &[
    DisplayFilter { priority: 0, name: "sanitise", apply: |html, site| allow_list::save_content(html, site.home_host) },
    DisplayFilter {
        priority: 9,
        name: "make clickable",
        apply: |html, site| clickable::make_clickable(html, site.home_host),
    },
    DisplayFilter { priority: 10, name: "texturise", apply: |html, _| texturize::texturize(html) },
    DisplayFilter {
        priority: 20,
        name: "smilies",
        apply: |html, site| if site.use_smilies { smilies::convert_smilies(html) } else { html.to_owned() },
    },
    DisplayFilter { priority: 30, name: "auto-paragraph", apply: |html, _| autop::auto_paragraph(html) },
    DisplayFilter { priority: 31, name: "capital P", apply: |html, _| capital_p::capital_p(html) },
];

/// What readers see of a stored comment: paragraphs, links and typographic punctuation, always balanced,
/// every link with its `rel`. Empty for a blank comment, else it ends with a newline (WP 7.1 §5.4).
pub fn display_content(stored: &str, site: DisplayContext<'_>) -> String {
    DISPLAY.iter().fold(stored.to_owned(), |html, filter| (filter.apply)(&html, site))
}

/// A stored text as its author may have typed it, to be changed by them: without the character references that saving it
/// writes anyway. Saving what this gives keeps what is stored; where that is not sure, it is the stored text itself.
pub fn typed_content(stored: &str, home_host: &str) -> String {
    let plain = escape::unescape(stored);
    if save_content(&plain, home_host) == stored { plain.into_owned() } else { stored.to_owned() }
}

/// What [`display_content`] does, of HTML that is our own and not a commenter's: what it links to needs no `rel`.
pub fn display_own(html: &str, site: DisplayContext<'_>) -> String {
    const OF_STRANGERS: u8 = 9;
    let filters = DISPLAY.iter().filter(|filter| filter.priority > OF_STRANGERS);
    filters.fold(html.to_owned(), |html, filter| (filter.apply)(&html, site))
}
