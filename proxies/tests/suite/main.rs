//! Faults in a virtual world: what they do to requests, which requests they hit, and how they are counted.
//!
//! - `system`: what the faults are in; `bench`: one edge with faults on it
//! - `abort`, `latency`: one file for each kind of fault
//! - `decisions`, `windows`, `counts`, `foreign`: which requests are hit, and the count of them
//! - `layers`: the layers by themselves, in a Tower stack
//! - `table`: every kind has its page, and what is none is refused

mod abort;
mod bench;
mod counts;
mod decisions;
mod foreign;
mod latency;
mod layers;
#[path = "../system/mod.rs"]
mod system;
mod table;
mod windows;
