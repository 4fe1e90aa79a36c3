//! Really Simple Discovery: the document at `xmlrpc.php?rsd` by which a client finds the door (WP 7.1
//! §1.12). Called by the endpoint before anything else, whatever the HTTP method.

use super::codec::escaped;

/// Whether the query asks for this document: the key `rsd` with any value or none (WP 7.1 E-2).
pub fn is_asked_for(query: &str) -> bool {
    url::form_urlencoded::parse(query.as_bytes()).any(|(key, _)| key == "rsd")
}

/// The document, byte for byte as WordPress writes it, of a blog at `home` whose server is at `siteurl`
/// (neither ends with a slash).
///
/// It lists the WordPress API and REST. WordPress lists Movable Type, MetaWeblog and Blogger too, by which editors
/// write posts; this server answers their reads and has none to write.
pub fn document(home: &str, siteurl: &str) -> String {
    let (home, siteurl) = (escaped(home), escaped(siteurl));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rsd version=\"1.0\" xmlns=\"http://archipelago.phrasewise.com/rsd\">
\t<service>
\t\t<engineName>WordPress</engineName>
\t\t<engineLink>https://wordpress.org/</engineLink>
\t\t<homePageLink>{home}</homePageLink>
\t\t<apis>
\t\t\t<api name=\"WordPress\" blogID=\"1\" preferred=\"true\" apiLink=\"{siteurl}/xmlrpc.php\" />
\t\t\t<api name=\"WP-API\" blogID=\"1\" preferred=\"false\" apiLink=\"{siteurl}/wp-json/\" />
\t\t</apis>
\t</service>
</rsd>
\t"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_asks_with_any_value() {
        for query in ["rsd", "rsd=", "rsd=1", "a=b&rsd", "%72sd"] {
            assert!(is_asked_for(query), "{query:?}");
        }
        for query in ["", "RSD", "a=rsd", "rsdx", "xrsd=1"] {
            assert!(!is_asked_for(query), "{query:?}");
        }
    }

    #[test]
    fn addresses_are_escaped_into_the_document() {
        let document = document("https://blog.example", "https://c.example/sites/a?b&c\"");
        assert!(document.contains("<homePageLink>https://blog.example</homePageLink>\n\t\t<apis>\n\t\t\t<api "));
        assert!(document.contains("apiLink=\"https://c.example/sites/a?b&amp;c&quot;/xmlrpc.php\" />\n"));
        assert!(document.ends_with("\t</service>\n</rsd>\n\t"));
        let mut reader = quick_xml::Reader::from_str(&document);
        while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
    }
}
