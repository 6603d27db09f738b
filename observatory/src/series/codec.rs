//! The compression of samples: delta of delta for times, XOR for values, as in Facebook's Gorilla
//! (Pelkonen et al., VLDB 2015), with the widths that Prometheus uses for milliseconds.

use super::Sample;
use super::bits::{BitReader, BitWriter};

/// Widths of a delta of deltas, each behind one more 1 bit; a single 0 bit is "none".
const WIDTHS: [u32; 4] = [14, 17, 20, 64];

/// Compresses samples of any times and values.
pub(super) fn encode(samples: &[Sample]) -> Box<[u8]> {
    let mut bits = BitWriter::default();
    let mut state = State::default();
    for sample in samples {
        let delta = sample.time_ms.wrapping_sub(state.time_ms);
        write_time(&mut bits, delta.wrapping_sub(state.delta));
        (state.time_ms, state.delta) = (sample.time_ms, delta);
        state.write_value(&mut bits, sample.value.to_bits());
    }
    bits.finish()
}

/// The samples that [`encode`] compressed.
#[derive(Debug, Clone)]
pub(super) struct Decoder<'a> {
    bits: BitReader<'a>,
    left: usize,
    state: State,
}

/// What both sides know after each sample.
#[derive(Debug, Clone, Default)]
struct State {
    time_ms: i64,
    delta: i64,
    value: u64,
    /// The zeros before and after the bits that changed last.
    leading: u32,
    trailing: u32,
}

impl<'a> Decoder<'a> {
    /// Reads `count` samples.
    pub(super) fn new(bytes: &'a [u8], count: usize) -> Self {
        Self { bits: BitReader::new(bytes), left: count, state: State::default() }
    }
}

impl Iterator for Decoder<'_> {
    type Item = Sample;

    fn next(&mut self) -> Option<Sample> {
        self.left = self.left.checked_sub(1)?;
        self.state.delta = self.state.delta.wrapping_add(read_time(&mut self.bits));
        self.state.time_ms = self.state.time_ms.wrapping_add(self.state.delta);
        self.state.read_value(&mut self.bits);
        Some(Sample { time_ms: self.state.time_ms, value: f64::from_bits(self.state.value) })
    }
}

fn write_time(bits: &mut BitWriter, change: i64) {
    if change == 0 {
        return bits.write(0, 1);
    }
    for (more, &width) in WIDTHS.iter().enumerate() {
        let shift = 64 - width;
        if (change << shift) >> shift == change {
            let ones = more as u32 + 1;
            // As many ones as the place in the table, then a zero; the last place needs none.
            if width == 64 {
                bits.write(0b1111, 4)
            } else {
                bits.write(((1 << ones) - 1) << 1, ones + 1)
            }
            return bits.write(change as u64, width);
        }
    }
}

fn read_time(bits: &mut BitReader<'_>) -> i64 {
    let mut ones = 0;
    while ones < WIDTHS.len() && bits.read(1) == 1 {
        ones += 1;
    }
    let Some(&width) = ones.checked_sub(1).and_then(|place| WIDTHS.get(place)) else { return 0 };
    let shift = 64 - width;
    ((bits.read(width) << shift) as i64) >> shift
}

impl State {
    fn write_value(&mut self, bits: &mut BitWriter, value: u64) {
        let changed = value ^ self.value;
        self.value = value;
        if changed == 0 {
            return bits.write(0, 1);
        }
        let leading = changed.leading_zeros().min(31);
        let trailing = changed.trailing_zeros();
        let fits = self.leading + self.trailing > 0 && leading >= self.leading && trailing >= self.trailing;
        if fits {
            bits.write(0b10, 2);
        } else {
            (self.leading, self.trailing) = (leading, trailing);
            bits.write(0b11, 2);
            bits.write(u64::from(leading), 5);
            bits.write(u64::from(64 - leading - trailing - 1), 6);
        }
        bits.write(changed >> self.trailing, 64 - self.leading - self.trailing);
    }

    fn read_value(&mut self, bits: &mut BitReader<'_>) {
        if bits.read(1) == 0 {
            return;
        }
        if bits.read(1) == 1 {
            self.leading = bits.read(5) as u32;
            self.trailing = 63 - self.leading - bits.read(6) as u32;
        }
        self.value ^= bits.read(64 - self.leading - self.trailing) << self.trailing;
    }
}
