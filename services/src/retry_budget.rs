//! A bound on retries, as Finagle and Tower have it: a share of the requests of the last ten seconds, and a few on top
//! so that a quiet client may still retry.

use std::cell::RefCell;

const SECONDS: usize = 10;

/// Retries that are allowed whatever the share, over the ten seconds: one a second.
const FLOOR: f64 = 10.0;

/// Counts requests and retries in a ring of seconds.
#[derive(Debug, Default)]
pub(crate) struct RetryBudget {
    ring: RefCell<[Second; SECONDS]>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Second {
    number: i64,
    requests: u64,
    retries: u64,
}

impl RetryBudget {
    /// Notes a request.
    pub(crate) fn request(&self, now_ns: i64) {
        self.with_second(now_ns, |second| second.requests += 1);
    }

    /// Takes a retry out of the budget, if there is one left of `ratio` retries per request.
    pub(crate) fn retry(&self, now_ns: i64, ratio: f64) -> bool {
        let oldest = now_ns.div_euclid(1_000_000_000) - SECONDS as i64;
        let (mut requests, mut retries) = (0, 0);
        for second in self.ring.borrow().iter().filter(|second| second.number > oldest) {
            requests += second.requests;
            retries += second.retries;
        }
        let left = (retries + 1) as f64 <= ratio * requests as f64 + FLOOR;
        if left {
            self.with_second(now_ns, |second| second.retries += 1);
        }
        left
    }

    fn with_second(&self, now_ns: i64, change: impl FnOnce(&mut Second)) {
        let number = now_ns.div_euclid(1_000_000_000);
        let second = &mut self.ring.borrow_mut()[number.rem_euclid(SECONDS as i64) as usize];
        if second.number != number {
            *second = Second { number, ..Second::default() };
        }
        change(second);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;

    fn granted(budget: &RetryBudget, now_ns: i64) -> usize {
        (0..1000).filter(|_| budget.retry(now_ns, 0.2)).count()
    }

    #[test]
    fn a_fifth_of_the_last_ten_seconds_and_one_a_second() {
        let budget = RetryBudget::default();
        (0..100).for_each(|i| budget.request(i * SECOND / 50));
        assert_eq!(granted(&budget, 2 * SECOND), 30);
        assert_eq!(granted(&budget, 9 * SECOND), 0);
        // Requests of seconds 0 and 1 and retries of second 2 have left the ring at second 12.
        (0..50).for_each(|_| budget.request(12 * SECOND));
        assert_eq!(granted(&budget, 12 * SECOND), 20);
    }

    #[test]
    fn a_quiet_client_may_still_retry() {
        assert!(RetryBudget::default().retry(0, 0.2));
    }
}
