//! A distribution given by some of its quantiles, as latencies are often known: `p50 3ms, p95 10ms, p99 40ms`.

/// The quantile function: linear between the points, constant outside of them. Without points it is zero.
#[derive(Debug, Clone)]
pub(super) struct Table(Vec<Point>);

#[derive(Debug, Clone, Copy)]
struct Point {
    p: f64,
    value: f64,
    /// Towards the next point, per unit of probability; zero at the last.
    slope: f64,
}

impl Table {
    /// Takes (probability, value) pairs in any order. A value below an earlier point's counts as equal to that.
    pub(super) fn new(points: impl Iterator<Item = (f64, f64)>) -> Self {
        let mut points: Vec<Point> = points.map(|(p, value)| Point { p, value, slope: 0.0 }).collect();
        points.sort_by(|a, b| a.p.total_cmp(&b.p));
        for next in 1..points.len() {
            let [before, after] = &mut points[next - 1..=next] else { continue };
            after.value = after.value.max(before.value);
            if after.p > before.p {
                before.slope = (after.value - before.value) / (after.p - before.p);
            }
        }
        Self(points)
    }

    pub(super) fn quantile(&self, p: f64) -> f64 {
        match self.0.partition_point(|point| point.p <= p) {
            0 => self.0.first().map_or(0.0, |first| first.value),
            next => {
                let point = self.0[next - 1];
                let value = point.value + point.slope * (p - point.p);
                // Rounding must not carry it past the next point.
                self.0.get(next).map_or(value, |after| value.min(after.value))
            }
        }
    }
}
