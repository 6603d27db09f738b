//! A bound on retries: no more than a share of the requests of the last ten seconds, as Finagle and Envoy have it.

use std::cell::RefCell;

const SECONDS: usize = 10;

/// Counts requests and retries in a ring of seconds.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    ratio: f64,
    ring: RefCell<[Second; SECONDS]>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Second {
    number: i64,
    requests: u64,
    retries: u64,
}

impl RetryBudget {
    /// At most `ratio` retries per request.
    pub(crate) fn new(ratio: f64) -> Self {
        Self { ratio, ring: RefCell::default() }
    }

    /// Notes a request.
    pub(crate) fn request(&self, now_ns: i64) {
        self.with_second(now_ns, |second| second.requests += 1);
    }

    /// Takes a retry out of the budget, if there is one left.
    pub(crate) fn retry(&self, now_ns: i64) -> bool {
        let oldest = now_ns.div_euclid(1_000_000_000) - SECONDS as i64;
        let (mut requests, mut retries) = (0, 0);
        for second in self.ring.borrow().iter().filter(|second| second.number > oldest) {
            requests += second.requests;
            retries += second.retries;
        }
        let left = (retries + 1) as f64 <= self.ratio * requests as f64;
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

    #[test]
    fn a_fifth_of_the_last_ten_seconds() {
        let budget = RetryBudget::new(0.2);
        let second = 1_000_000_000;
        (0..100).for_each(|i| budget.request(i * second / 50));
        let granted = (0..100).filter(|_| budget.retry(2 * second)).count();
        assert_eq!(granted, 20);
        assert!(!budget.retry(5 * second));
        // Both requests and retries of second 2 have left the ring at second 12.
        assert!(!budget.retry(12 * second));
        (0..5).for_each(|_| budget.request(12 * second));
        assert!(budget.retry(12 * second));
    }
}
