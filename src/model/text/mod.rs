//! Text as WordPress treats it: what is filtered when a comment is saved, what is added when it is
//! shown, and the order of both. Pure functions from string to string, one file for each filter.

/// Folds case and accents; replaced by the text filters' own.
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}
