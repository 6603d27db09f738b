//! Bit streams, most significant bit first.

/// Appends numbers of any width.
#[derive(Debug, Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// Unused bits of the last byte.
    free: u32,
}

impl BitWriter {
    /// Appends the lowest `bits` (at most 64) bits of a value.
    pub(super) fn write(&mut self, value: u64, bits: u32) {
        let mut left = bits;
        while left > 0 {
            if self.free == 0 {
                self.bytes.push(0);
                self.free = 8;
            }
            let take = left.min(self.free);
            let part = (value >> (left - take)) & ((1 << take) - 1);
            if let Some(last) = self.bytes.last_mut() {
                *last |= (part << (self.free - take)) as u8;
            }
            self.free -= take;
            left -= take;
        }
    }

    /// What was written, padded with zeros to a whole byte.
    pub(super) fn finish(self) -> Box<[u8]> {
        self.bytes.into()
    }
}

/// Reads back what a [`BitWriter`] wrote; past the end it reads zeros.
#[derive(Debug, Clone)]
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    /// In bits.
    position: usize,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// The next `bits` (at most 64) bits.
    pub(super) fn read(&mut self, bits: u32) -> u64 {
        let skip = (self.position % 8) as u32;
        let word = self.bytes.get(self.position / 8..).and_then(|rest| rest.first_chunk());
        match word {
            // One load where all bits are in the next eight bytes, which is nearly always.
            Some(word) if bits > 0 && skip + bits <= 64 => {
                self.position += bits as usize;
                (u64::from_be_bytes(*word) << skip) >> (64 - bits)
            }
            _ => self.read_slowly(bits),
        }
    }

    fn read_slowly(&mut self, bits: u32) -> u64 {
        let mut value = 0;
        let mut left = bits;
        while left > 0 {
            let byte = self.bytes.get(self.position / 8).copied().unwrap_or(0);
            let available = 8 - (self.position % 8) as u32;
            let take = left.min(available);
            let part = (u64::from(byte) >> (available - take)) & ((1 << take) - 1);
            value = (value << take) | part;
            self.position += take as usize;
            left -= take;
        }
        value
    }
}
