//! Which endpoint a request asks.

use std::fmt;

/// Endpoints and their shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mix {
    /// Indices of the endpoints with a share above zero; never empty.
    endpoints: Vec<usize>,
    /// For each endpoint but the last, how many of the 2⁶⁴ draws lie below its end.
    ends: Vec<u64>,
}

/// Why shares make no mix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MixError {
    /// A share is negative, infinite or not a number.
    Share {
        /// The endpoint's index.
        endpoint: usize,
        /// Its share.
        share: f64,
    },
    /// No share is above zero.
    Empty,
}

impl Mix {
    /// A mix of endpoints, given as index and share. Shares are taken in proportion to their sum; each endpoint gets
    /// its part of the 2⁶⁴ draws, exact to what a float resolves.
    ///
    /// # Errors
    /// When a share is negative or not finite, or none is above zero.
    pub fn new(shares: &[(usize, f64)]) -> Result<Self, MixError> {
        if let Some(&(endpoint, share)) = shares.iter().find(|(_, share)| !share.is_finite() || *share < 0.0)
        {
            return Err(MixError::Share { endpoint, share });
        }
        let total: f64 = shares.iter().map(|(_, share)| share).sum();
        let mut sum = 0.0;
        let (mut endpoints, mut ends) = (Vec::new(), Vec::new());
        for &(endpoint, share) in shares.iter().filter(|(_, share)| *share > 0.0) {
            sum += share;
            endpoints.push(endpoint);
            ends.push((sum / total * (1u128 << 64) as f64) as u64);
        }
        ends.pop().ok_or(MixError::Empty)?;
        Ok(Self { endpoints, ends })
    }

    /// The index of the endpoint of one draw of 64 uniformly random bits.
    pub fn choose(&self, draw: u64) -> usize {
        self.endpoints[self.ends.partition_point(|end| *end <= draw)]
    }
}

impl fmt::Display for MixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share { endpoint, share } => {
                write!(f, "endpoint {endpoint} has a share of {share}: it must be finite and at least 0")
            }
            Self::Empty => {
                write!(f, "no endpoint has a share above 0: name at least one, such as `mix {{ home 100% }}`")
            }
        }
    }
}

impl std::error::Error for MixError {}
