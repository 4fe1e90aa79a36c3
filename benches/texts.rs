//! What the text filters cost: for a usual comment, and for texts made to be expensive.

use std::time::{Duration, Instant};

use rejoinder::model::text::{DISPLAY, DisplayContext, display_content, lengths, save_content};

const SITE: DisplayContext<'_> = DisplayContext { home_host: "blog.example", use_smilies: true };
/// Times that the usual comment is filtered.
const ROUNDS: u32 = 2_000;
/// Times that each expensive text is filtered; the fastest counts.
const HOSTILE_ROUNDS: u32 = 3;

/// A comment of about 300 characters with something for every filter.
const USUAL: &str = "\"Well said,\" as my teacher used to say -- and it's true: <em>nobody</em> reads the manual... I did, \
    though, see http://example.com/notes?page=2&part=3 and the code in <code>read(\"x\")</code> there. :-)\n\nThe second edition \
    (Wordpress has it) measures 12x18 and costs 5' of your time. Write to me@example.com!";

/// Parts of which texts as long as a comment may be are made.
const HOSTILE: [&str; 30] = [
    "<b>",
    "<blockquote>",
    "<",
    "<b x=1>",
    "<!--",
    "\n",
    "a\n\n",
    "<b>a\n\n",
    "http://a ",
    "http://",
    ";http://[",
    ".http://a)",
    "http://e.com/((((",
    "a@b.",
    "a@b.cc ",
    "www.a ",
    "www.a](",
    "'",
    "\"",
    "'\"",
    "a' 1\" ",
    "'99",
    "1x",
    "- ",
    "...",
    "'tain't",
    ":) ",
    " Wordpress",
    "<code>'</code>\"",
    "<i>a</i>'s ",
];

/// Prints the microseconds of a usual comment and of the slowest filter on the worst text.
pub(crate) fn measure() {
    let mut bytes = 0;
    let began = Instant::now();
    for _ in 0..ROUNDS {
        bytes += display_content(&save_content(USUAL, SITE.home_host), SITE).len();
    }
    assert!(bytes > 0, "the texts were shown");
    println!("usual {}", (began.elapsed() / ROUNDS).as_micros());
    let slowest = HOSTILE.iter().flat_map(|part| worst(part)).max().unwrap_or_default();
    println!("hostile {} {} {:?}", slowest.0.as_micros(), slowest.1, slowest.2);
}

/// The time of each filter for this text, in the order in which they work.
fn worst(part: &'static str) -> Vec<(Duration, &'static str, &'static str)> {
    let mut html = part.repeat(lengths::CONTENT_BYTES_MAX / part.len());
    let mut times = Vec::new();
    for filter in DISPLAY {
        let mut fastest = Duration::MAX;
        let mut after = String::new();
        for _ in 0..HOSTILE_ROUNDS {
            let began = Instant::now();
            after = (filter.apply)(&html, SITE);
            fastest = fastest.min(began.elapsed());
        }
        times.push((fastest, filter.name, part));
        html = after;
    }
    times
}
