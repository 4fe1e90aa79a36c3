//! The ways out over HTTP: which addresses may be reached, the one fetcher, and what is read from a page.
