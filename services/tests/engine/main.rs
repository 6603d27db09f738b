//! How services behave, observed from outside: by their answers, spans, log lines and metrics.
//!
//! - `queue`: workers, first come first served, and what waits for itself
//! - `giving_up`: callers that stop waiting, and callees that do not know
//! - `retries`, `parallel`: calls
//! - `pool`: connections to a database
//! - `traces`: whole traces, log lines and exemplars that belong to them
//! - `series`: what is exposed, against what was expected and what the semantic conventions require
//! - `strangers`: requests without a context, and to nowhere
//! - `same_again`: what is random about a request depends on its key alone

mod giving_up;
mod parallel;
mod pool;
mod queue;
mod retries;
mod same_again;
mod series;
mod strangers;
mod support;
mod traces;
