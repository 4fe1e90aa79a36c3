//! Pages of lists: which one is asked for, and the header fields that tell of the others (WP 7.1 comments
//! §8.3).

use url::form_urlencoded::Serializer;

use super::args::{Arg, Args, Kind, Preset};

/// Things on a page at most.
pub(super) const PER_PAGE_MAX: i64 = 100;

pub(super) const PAGE: Arg =
    Arg::new("page", Kind::AtLeast(1), "Which page of the list, from 1.").or(Preset::Number(1));
pub(super) const PER_PAGE: Arg =
    Arg::new("per_page", Kind::Between(1, PER_PAGE_MAX), "How many things a page has.").or(Preset::Number(10));
pub(super) const OFFSET: Arg = Arg::new("offset", Kind::Integer, "How many things to leave out, in place of a page.");

/// Which things of a list are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    page: i64,
    pub(super) per_page: i64,
    /// How many come before.
    pub(super) offset: i64,
}

impl Wanted {
    /// Reads [`PAGE`], [`PER_PAGE`] and [`OFFSET`]; an offset goes before a page.
    pub(super) fn of(args: &Args) -> Self {
        let (page, per_page) = (args.int("page").unwrap_or(1), args.int("per_page").unwrap_or(10));
        let offset = args.int("offset").filter(|n| *n != 0).map(i64::saturating_abs);
        Self { page, per_page, offset: offset.unwrap_or_else(|| (page - 1).saturating_mul(per_page)) }
    }

    /// The page that came, of `total` things.
    pub(super) fn of_total(self, total: i64) -> Page {
        Page { number: self.page, total, pages: total / self.per_page + i64::from(total % self.per_page != 0) }
    }

    /// How many things there are in all, where the page itself tells: it is not full, and not beyond the end.
    pub(super) fn total_by(self, found: usize) -> Option<i64> {
        let found = i64::try_from(found).unwrap_or(i64::MAX);
        (found < self.per_page && (found > 0 || self.offset == 0)).then(|| self.offset.saturating_add(found))
    }
}

/// A page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) number: i64,
    pub(super) total: i64,
    pub(super) pages: i64,
}

impl Page {
    /// The `Link` to the pages before and after this one, with the client's own parameters.
    pub(super) fn links(self, address: &str, query: &[(String, String)]) -> Option<String> {
        let link = |number: i64, rel: &str| format!("<{address}?{}>; rel=\"{rel}\"", with_page(query, number));
        let before = (self.number > 1 && self.pages > 0).then(|| link((self.number - 1).min(self.pages), "prev"));
        let after = (self.number < self.pages).then(|| link(self.number + 1, "next"));
        let links: Vec<String> = before.into_iter().chain(after).collect();
        (!links.is_empty()).then(|| links.join(", "))
    }
}

/// The query with this page in place of its own.
fn with_page(query: &[(String, String)], page: i64) -> String {
    let page = page.to_string();
    let mut text = Serializer::new(String::new());
    for (name, value) in query {
        text.append_pair(name, if name == "page" { &page } else { value });
    }
    if !query.iter().any(|(name, _)| name == "page") {
        text.append_pair("page", &page);
    }
    text.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(page: i64, per_page: i64) -> Wanted {
        Wanted { page, per_page, offset: (page - 1) * per_page }
    }

    #[test]
    fn links_lead_to_the_pages_before_and_after() {
        let query = [("per_page".to_owned(), "2".to_owned()), ("search".to_owned(), "a&b".to_owned())];
        let links = |page: i64, total| wanted(page, 2).of_total(total).links("http://x/wp-json/c", &query);
        let to =
            |page: i64, rel: &str| format!("<http://x/wp-json/c?per_page=2&search=a%26b&page={page}>; rel=\"{rel}\"");
        assert_eq!(links(1, 2), None);
        assert_eq!(links(1, 3), Some(to(2, "next")));
        assert_eq!(links(2, 5), Some(format!("{}, {}", to(1, "prev"), to(3, "next"))));
        assert_eq!(links(3, 5), Some(to(2, "prev")));
        assert_eq!(links(99, 5), Some(to(3, "prev")), "WordPress goes back to the last page");
        assert_eq!(links(99, 0), None);
    }

    #[test]
    fn the_own_page_is_replaced_where_it_stands() {
        let query = [("page".to_owned(), "2".to_owned()), ("x".to_owned(), "1".to_owned())];
        assert_eq!(with_page(&query, 3), "page=3&x=1");
    }

    #[test]
    fn pages_are_counted_and_a_page_that_is_not_full_tells_the_total() {
        for (total, pages) in [(0, 0), (1, 1), (10, 1), (11, 2), (i64::MAX, i64::MAX / 10 + 1)] {
            assert_eq!(wanted(1, 10).of_total(total).pages, pages);
        }
        assert_eq!(wanted(1, 10).total_by(0), Some(0));
        assert_eq!(wanted(1, 10).total_by(9), Some(9));
        assert_eq!(wanted(1, 10).total_by(10), None);
        assert_eq!(wanted(3, 10).total_by(1), Some(21));
        assert_eq!(wanted(3, 10).total_by(0), None, "it may be beyond the end");
    }
}
