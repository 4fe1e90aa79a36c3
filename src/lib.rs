//! Rejoinder: the comment section and the pingback endpoint of a blog, as one program.

pub mod model;
pub mod net;
pub mod xmlrpc;
