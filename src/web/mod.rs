//! The ways in by HTTP other than XML-RPC: each folder is one door. They read a request, call an
//! action or the store's reads, and word the answer.

pub mod embed;
