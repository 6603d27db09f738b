//! stub
/// s
pub struct Mix(usize);
impl Mix {
    /// s
    pub fn new(w: &[f64]) -> Self {
        Self(w.len())
    }
    /// s
    pub fn choose(&self, draw: u64) -> usize {
        (draw % self.0 as u64) as usize
    }
}
