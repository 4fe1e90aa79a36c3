//! One post, many spellings of its URL: the key by which they are known to be the same.
