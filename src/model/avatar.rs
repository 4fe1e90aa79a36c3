//! The pictures beside names (WP 7.1 comments §6.13): which kind a site has, what is drawn for whom, and
//! what is asked of a picture server where a site has one. Pure: `actions/avatars` names the pictures,
//! `web/avatar` writes them.

use std::f32::consts::TAU;

use url::Url;

use crate::model::options::SiteOptions;
use crate::model::text::fold::fold;

/// CSS pixels of a picture in a list of comments, WordPress's `avatar_size`.
pub const SHOWN_PIXELS: u32 = 32;
/// CSS pixels of a picture that is fetched and kept: the largest that the REST API names.
pub const KEPT_PIXELS: u32 = 96;
/// Letters of a picture with initials.
pub const INITIALS_MAX: usize = 2;
/// Cells of an identicon's side, of which the left half is chosen and the right mirrors it.
const IDENTICON_SIDE: u8 = 5;
/// The same of a retro picture.
const RETRO_SIDE: u8 = 8;

/// WordPress's option `avatar_default`: the picture of somebody who has none of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// The outline of a person, the same for everybody.
    Mystery,
    /// Nothing.
    Blank,
    /// The picture server's own sign.
    GravatarDefault,
    /// A pattern.
    Identicon,
    /// A face, drawn by the picture server.
    Wavatar,
    /// A monster, drawn by the picture server.
    MonsterId,
    /// A coarse pattern.
    Retro,
    /// A robot, drawn by the picture server.
    RoboHash,
    /// The initials of the name.
    Initials,
    /// A colour.
    Color,
}

impl Style {
    /// Every style with WordPress's name, in WordPress's order.
    const ALL: [(Self, &'static str); 10] = [
        (Self::Mystery, "mystery"),
        (Self::Blank, "blank"),
        (Self::GravatarDefault, "gravatar_default"),
        (Self::Identicon, "identicon"),
        (Self::Wavatar, "wavatar"),
        (Self::MonsterId, "monsterid"),
        (Self::Retro, "retro"),
        (Self::RoboHash, "robohash"),
        (Self::Initials, "initials"),
        (Self::Color, "color"),
    ];

    /// WordPress's name.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(style, _)| *style == self).map_or("", |(_, name)| name)
    }

    /// Reads any of WordPress's names.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "mm" | "mysteryman" => Some(Self::Mystery),
            text => Self::ALL.iter().find(|(_, name)| *name == text).map(|(style, _)| *style),
        }
    }

    /// What is drawn here: a pattern stands in for what only a picture server draws.
    #[must_use]
    pub fn drawn(self) -> Self {
        match self {
            Self::GravatarDefault | Self::Wavatar | Self::MonsterId | Self::RoboHash => Self::Identicon,
            own => own,
        }
    }

    /// Whether two people's pictures differ.
    pub fn is_personal(self) -> bool {
        !matches!(self, Self::Mystery | Self::Blank)
    }

    /// What a picture server is to answer for somebody it does not know: nothing, for what is drawn here.
    fn asked(self) -> Option<&'static str> {
        match self {
            Self::GravatarDefault => None,
            Self::Wavatar | Self::MonsterId | Self::RoboHash => Some(self.as_str()),
            _ => Some("404"),
        }
    }
}

/// The site's style.
pub fn style(options: &SiteOptions) -> Style {
    Style::parse(&options.avatar_default).unwrap_or(Style::Mystery)
}

/// Where the site's picture server has the picture of somebody, whose address it knows by this hash; none
/// where the site asks nobody. What the address is for an empty hash tells two ways of asking apart.
pub fn picture_url(options: &SiteOptions, hash: &str) -> Option<Url> {
    let mut url = Url::parse(&options.avatar_server).ok()?;
    url.path_segments_mut().ok()?.pop_if_empty().push(hash);
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("s", &KEPT_PIXELS.to_string());
        if let Some(default) = style(options).asked() {
            query.append_pair("d", default);
        }
        query.append_pair("r", &options.avatar_rating.to_ascii_lowercase());
    }
    Some(url)
}

/// The kinds of picture that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    /// For what is transparent somewhere.
    Png,
    /// For the rest.
    Jpeg,
}

impl MediaType {
    /// The name on the wire and in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }

    /// Reads the name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Png, Self::Jpeg].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A picture that was fetched, read and written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// What the bytes are.
    pub media_type: MediaType,
    /// The picture, [`KEPT_PIXELS`] square.
    pub bytes: Vec<u8>,
}

/// The initials of a name, in capitals: of its first and its last word, or the first two characters of a
/// single word and of a name in Chinese, Japanese or Korean (WP 7.1 §6.13).
pub fn initials(name: &str) -> String {
    let words: Vec<Vec<char>> = name
        .split_whitespace()
        .map(|word| word.chars().filter(|c| c.is_alphanumeric()).collect::<Vec<_>>())
        .filter(|word| !word.is_empty())
        .collect();
    let letters: Vec<char> = match words.as_slice() {
        [] => Vec::new(),
        [first, .., last] if !is_cjk(first[0]) => vec![first[0], last[0]],
        [first, ..] => first.iter().copied().take(INITIALS_MAX).collect(),
    };
    letters.into_iter().map(capital).collect()
}

/// What a request says are initials, within their bounds.
pub fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).take(INITIALS_MAX).map(capital).collect()
}

/// One character for one: the capital of `ß` is two.
fn capital(c: char) -> char {
    let mut capitals = c.to_uppercase();
    match (capitals.next(), capitals.next()) {
        (Some(capital), None) => capital,
        _ => c,
    }
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// The form of an e-mail address under which people are the same to picture servers.
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// The form of a name under which people without an address are the same.
pub fn name_key(name: &str) -> String {
    fold(name.trim())
}

/// A colour as `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(u8, u8, u8);

impl std::fmt::Display for Color {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// What is to be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drawing {
    /// Nothing.
    Blank,
    /// The outline of a person.
    Person,
    /// A ground with letters on it, or none.
    Letters {
        /// Dark enough for white letters.
        ground: Color,
        /// At most [`INITIALS_MAX`].
        letters: String,
    },
    /// Squares on a ground, mirrored left to right.
    Cells {
        /// Behind them.
        ground: Color,
        /// Theirs.
        ink: Color,
        /// So many in a row, and so many rows.
        side: u8,
        /// Column and row of each, from 0.
        filled: Vec<(u8, u8)>,
    },
}

/// Draws for the person of this seed.
pub fn draw(style: Style, seed: &[u8; 32], letters: &str) -> Drawing {
    let hue = f32::from(u16::from_be_bytes([seed[0], seed[1]])) / 65_536.0;
    match style.drawn() {
        Style::Blank => Drawing::Blank,
        Style::Initials => Drawing::Letters { ground: dark(hue), letters: letters.to_owned() },
        Style::Color => Drawing::Letters { ground: dark(hue), letters: String::new() },
        Style::Retro => cells(RETRO_SIDE, seed, dark(hue), pale(hue + 0.5)),
        Style::Mystery => Drawing::Person,
        _ => cells(IDENTICON_SIDE, seed, pale(hue), dark(hue)),
    }
}

fn cells(side: u8, seed: &[u8; 32], ground: Color, ink: Color) -> Drawing {
    let half = side.div_ceil(2);
    let is_filled = |column: u8, row: u8| {
        let bit = usize::from(row) * usize::from(half) + usize::from(column.min(side - 1 - column));
        // The first two bytes gave the colour.
        seed[2 + bit / 8] >> (bit % 8) & 1 == 1
    };
    let all = (0..side).flat_map(|row| (0..side).map(move |column| (column, row)));
    Drawing::Cells { ground, ink, side, filled: all.filter(|(column, row)| is_filled(*column, *row)).collect() }
}

/// A colour of this hue (0..1) on which white can be read.
fn dark(hue: f32) -> Color {
    of_hue(hue, 75.0, 55.0)
}

/// A colour of this hue on which [`dark`] can be read.
fn pale(hue: f32) -> Color {
    of_hue(hue, 228.0, 22.0)
}

/// Three waves around a middle, a third of a circle apart: colours of about one lightness.
fn of_hue(hue: f32, middle: f32, swing: f32) -> Color {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "middle and swing stay within 0..=255")]
    let channel = |turn: f32| (middle + swing * ((hue + turn) * TAU).cos()) as u8;
    Color(channel(0.0), channel(1.0 / 3.0), channel(2.0 / 3.0))
}

#[cfg(test)]
mod tests;
