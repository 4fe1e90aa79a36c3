//! The vectors of WP 7.1 §5, and the properties of the whole way. A third column says why ours differs
//! from WordPress where it does.

mod fields;
mod properties;
mod save;
mod shown;

use super::{DisplayContext, display_content, save_content, typed_content};

const HOME: &str = "blog.example";
const SITE: DisplayContext<'_> = DisplayContext { home_host: HOME, use_smilies: true };

fn show(stored: &str) -> String {
    display_content(stored, SITE)
}
