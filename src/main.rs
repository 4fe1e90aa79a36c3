//! The program: everything is in the library, so that tests boot what this boots.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything may want TLS: rustls refuses to guess between providers.
    if tokio_rustls::rustls::crypto::ring::default_provider().install_default().is_err() {
        return ExitCode::FAILURE;
    }
    rejoinder::cli::run()
}
