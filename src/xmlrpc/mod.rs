//! The XML-RPC door: bytes to calls, one file for each method, values and faults back to bytes.
//! [`endpoint`] is what the router calls; [`codec`] reads and writes documents within its limits;
//! [`methods`] holds the one table of methods; [`rsd`] is the document that tells clients of the door.
//! WordPress core 6.1 to 7.1 is the reference ("WP 7.1 E-1" and the like cite its description).

pub mod codec;
pub mod endpoint;
pub mod fault;
pub mod methods;
pub mod multicall;
pub mod rsd;
