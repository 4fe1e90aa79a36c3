//! The integration tests, one binary: everything that needs sockets, a store or the whole program.

#[cfg(test)] // Clippy then knows that helpers beside the test functions are tests too.
mod desk;
#[cfg(test)]
mod net;
