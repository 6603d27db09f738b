//! The standard normal distribution: its quantile function by algorithm AS 241 (PPND16).
//!
//! Michael J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Journal of the Royal
//! Statistical Society C 37 (1988), 477–484. Three ratios of polynomials of degree seven, one for the middle and two
//! for the tails; the relative error is about 1e-16.

use super::below;

/// The quantile at `p`: the z below which a standard normal variate lies with probability `p`. Infinite at 0 and 1,
/// not a number outside.
pub fn quantile(p: f64) -> f64 {
    if p == 0.0 || p == 1.0 {
        return f64::INFINITY.copysign(p - 0.5);
    }
    percentage_point(p - 0.5, p.min(1.0 - p))
}

/// A standard normal variate from 64 random bits, both tails resolved down to 2⁻⁶⁵.
pub(super) fn sample(draw: u64) -> f64 {
    // Flipping the highest bit turns the draw into its signed distance from the middle.
    let from_middle = (draw ^ (1 << 63)) as i64 as f64 / (1u128 << 64) as f64;
    percentage_point(from_middle, below(draw.min(!draw)))
}

/// The quantile at `from_middle` + ½, where `tail` is the probability beyond it on its side. Both are given, because
/// each is exact where the other is not.
fn percentage_point(from_middle: f64, tail: f64) -> f64 {
    if from_middle.abs() <= 0.425 {
        let r = 0.180625 - from_middle * from_middle;
        return from_middle * ratio(&MIDDLE, r);
    }
    let r = (-libm::log(tail)).sqrt();
    let z = if r <= 5.0 { ratio(&TAIL, r - 1.6) } else { ratio(&FAR_TAIL, r - 5.0) };
    z.copysign(from_middle)
}

/// A ratio of two polynomials, as pairs of coefficients of the numerator and the denominator, highest power first.
fn ratio(pairs: &[(f64, f64); 8], x: f64) -> f64 {
    let (over, under) = pairs.iter().fold((0.0, 0.0), |(a, b), pair| (a * x + pair.0, b * x + pair.1));
    over / under
}

/// |p − ½| ≤ 0.425.
#[expect(clippy::excessive_precision, reason = "the digits as published")]
const MIDDLE: [(f64, f64); 8] = [
    (2.5090809287301226727e3, 5.2264952788528545610e3),
    (3.3430575583588128105e4, 2.8729085735721942674e4),
    (6.7265770927008700853e4, 3.9307895800092710610e4),
    (4.5921953931549871457e4, 2.1213794301586595867e4),
    (1.3731693765509461125e4, 5.3941960214247511077e3),
    (1.9715909503065514427e3, 6.8718700749205790830e2),
    (1.3314166789178437745e2, 4.2313330701600911252e1),
    (3.3871328727963666080e0, 1.0),
];

/// Beyond, as far as a tail of e⁻²⁵.
#[expect(clippy::excessive_precision, reason = "the digits as published")]
const TAIL: [(f64, f64); 8] = [
    (7.74545014278341407640e-4, 1.05075007164441684324e-9),
    (2.27238449892691845833e-2, 5.47593808499534494600e-4),
    (2.41780725177450611770e-1, 1.51986665636164571966e-2),
    (1.27045825245236838258e0, 1.48103976427480074590e-1),
    (3.64784832476320460504e0, 6.89767334985100004550e-1),
    (5.76949722146069140550e0, 1.67638483018380384940e0),
    (4.63033784615654529590e0, 2.05319162663775882187e0),
    (1.42343711074968357734e0, 1.0),
];

/// Beyond that.
#[expect(clippy::excessive_precision, reason = "the digits as published")]
const FAR_TAIL: [(f64, f64); 8] = [
    (2.01033439929228813265e-7, 2.04426310338993978564e-15),
    (2.71155556874348757815e-5, 1.42151175831644588870e-7),
    (1.24266094738807843860e-3, 1.84631831751005468180e-5),
    (2.65321895265761230930e-2, 7.86869131145613259100e-4),
    (2.96560571828504891230e-1, 1.48753612908506148525e-2),
    (1.78482653991729133580e0, 1.36929880922735805310e-1),
    (5.46378491116411436990e0, 5.99832206555887937690e-1),
    (6.65790464350110377720e0, 1.0),
];

#[cfg(test)]
mod tests {
    use std::f64::consts::FRAC_1_SQRT_2;

    use super::*;

    #[test]
    fn agrees_with_the_published_check_values() {
        // The first three are those that the article gives for PPND16.
        for (p, z) in [
            (0.25, -0.674_489_750_196_081_7),
            (0.001, -3.090_232_306_167_813_5),
            (1e-20, -9.262_340_089_798_408),
            (0.975, 1.959_963_984_540_054),
            (0.99, 2.326_347_874_040_841),
        ] {
            assert!((quantile(p) / z - 1.0).abs() < 1e-15, "{p}: {}", quantile(p));
        }
        assert_eq!(quantile(0.5), 0.0);
        assert_eq!((quantile(0.0), quantile(1.0)), (f64::NEG_INFINITY, f64::INFINITY));
        assert!(quantile(-0.1).is_nan() && quantile(1.1).is_nan());
    }

    #[test]
    fn inverts_the_distribution_function() {
        // Φ(z) = erfc(−z/√2)/2 is accurate in the lower tail, where a relative error δ of z moves it by about z²·δ:
        // four roundings on the way there and back.
        let (near, far) = ((0..1_000).map(|i| f64::from(i) / 100.0), (30..2_000).map(|i| f64::from(i) / 3.0));
        for exponent in near.chain(far) {
            let p = libm::exp(-exponent) / 2.0;
            let z = quantile(p);
            let back = libm::erfc(-z * FRAC_1_SQRT_2) / 2.0;
            assert!(
                (back / p - 1.0).abs() < (1.0 + z * z) * 4.0 * f64::EPSILON,
                "{p:e}: {z} leads back to {back:e}"
            );
        }
    }

    #[test]
    fn draws_are_quantiles_and_symmetric() {
        for draw in [0, 1, 1 << 40, 1 << 62, 1 << 63, u64::MAX / 100 * 99, u64::MAX - 1] {
            // Not to the last digit: the draw's own mirror image is half a step off the middle.
            assert!((sample(draw) + sample(!draw)).abs() <= 2e-16 * sample(draw).abs().max(1.0), "{draw}");
            let z = quantile(below(draw));
            assert!((sample(draw) - z).abs() < 1e-15 || z == f64::INFINITY, "{draw}: {} {z}", sample(draw));
        }
        assert!((sample(0) + 9.14).abs() < 0.1 && (sample(u64::MAX) - 9.14).abs() < 0.1);
    }
}
