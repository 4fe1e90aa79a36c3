//! The integration tests, one binary: everything that needs sockets, a store or the whole program.
//! (`cfg(test)` tells clippy that helpers beside the test functions are tests too.)

#[cfg(test)]
mod desk;
#[cfg(test)]
mod embed;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod net;
