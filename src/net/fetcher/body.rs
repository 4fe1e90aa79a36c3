//! An answer's body: read no slower than the least rate, no longer than the chain's end, no more than
//! the budget before decoding, and decoded on the way.

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::Instant;

use super::budgets::{Budgets, Deadline, ENCODED_BYTES_MAX};
use super::connection::protocol_error;
use super::decode::{Decoder, Progress};
use super::error::{FetchError, Phase};

/// The decoded body, and whether it was cut at a limit.
pub(super) async fn read(
    mut body: Incoming,
    mut decoder: Decoder,
    budgets: &Budgets,
    deadline: Deadline,
) -> Result<(Bytes, bool), FetchError> {
    let mut encoded_bytes_left = ENCODED_BYTES_MAX;
    let mut rate = Rate::start(budgets, Instant::now());
    let is_complete = loop {
        let Some(frame) = rate.next_frame(&mut body, deadline).await? else { break true };
        let Ok(data) = frame.map_err(|error| protocol_error(&error))?.into_data() else { continue };
        rate.count(data.len());
        let within = data.get(..encoded_bytes_left).unwrap_or(&data);
        let is_over_budget = within.len() < data.len();
        encoded_bytes_left -= within.len();
        if decoder.push(within)? == Progress::Done {
            break true;
        }
        if is_over_budget {
            break false;
        }
    };
    let (decoded, is_cut) = decoder.finish(is_complete)?;
    Ok((decoded.into(), is_cut))
}

/// Measures how fast a body comes, window by window.
struct Rate<'a> {
    budgets: &'a Budgets,
    window_end: Instant,
    window_bytes: usize,
}

impl<'a> Rate<'a> {
    fn start(budgets: &'a Budgets, now: Instant) -> Self {
        Self { budgets, window_end: now + budgets.rate_window, window_bytes: 0 }
    }

    fn count(&mut self, bytes: usize) {
        self.window_bytes += bytes;
    }

    /// Ends the window if it is over: an error when it brought too little, else the next one begins.
    fn look(&mut self, now: Instant) -> Result<(), FetchError> {
        if now < self.window_end {
            return Ok(());
        }
        if self.window_bytes < self.budgets.rate_window_bytes_min {
            return Err(FetchError::Timeout(Phase::BodyRate));
        }
        *self = Self::start(self.budgets, now);
        Ok(())
    }

    /// The next frame; none at the end of the body; an error when a window brought too little.
    async fn next_frame(
        &mut self,
        body: &mut Incoming,
        deadline: Deadline,
    ) -> Result<Option<Result<hyper::body::Frame<Bytes>, hyper::Error>>, FetchError> {
        loop {
            self.look(Instant::now())?;
            match deadline.run_until(Phase::BodyRate, self.window_end, body.frame()).await {
                Err(FetchError::Timeout(Phase::BodyRate)) => {}
                other => return other,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_window_must_bring_so_many_bytes() {
        let budgets = Budgets::default();
        let began = Instant::now();
        let last_moment = budgets.rate_window.saturating_sub(Duration::from_nanos(1));
        let mut rate = Rate::start(&budgets, began);
        rate.count(budgets.rate_window_bytes_min - 1);
        assert_eq!(rate.look(began + last_moment), Ok(()), "there is time left");
        rate.count(1);
        let second = began + budgets.rate_window;
        assert_eq!(rate.look(second), Ok(()), "at the bound");
        rate.count(budgets.rate_window_bytes_min - 1);
        assert_eq!(rate.look(second + last_moment), Ok(()));
        let too_slow = Err(FetchError::Timeout(Phase::BodyRate));
        assert_eq!(rate.look(second + budgets.rate_window), too_slow, "the first window's bytes do not count again");
    }
}
