//! The XML-RPC door: bytes to calls, one file for each method, values and faults back to bytes.
//! [`endpoint`] is what the router calls; [`codec`] reads and writes documents within its limits;
//! [`methods`] holds the one table of methods, which read their parameters by `params` and ask `log_in` who calls; [`rsd`] is the document that tells clients of the door.
//! WordPress core 6.1 to 7.1 is the reference ("WP 7.1 E-1" and the like cite its description).

pub mod codec;
pub mod endpoint;
pub mod fault;
mod log_in;
pub mod methods;
pub mod multicall;
mod params;
pub mod rsd;

/// The WordPress whose door this is, for programs that ask how old it is.
pub const WORDPRESS_VERSION: &str = "7.1";
