//! Lower-case hexadecimal digits, as identities are written on the wire. This is on the path of every request.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The value of each byte as a digit; 0x80 where it is none.
const VALUES: [u8; 256] = {
    let mut values = [0x80; 256];
    let mut value = 0;
    while value < 16 {
        values[DIGITS[value] as usize] = value as u8;
        value += 1;
    }
    values
};

/// Writes a number as 16 digits.
pub(super) fn write(number: u64, digits: &mut [u8; 16]) {
    for (index, byte) in number.to_be_bytes().into_iter().enumerate() {
        digits[2 * index] = DIGITS[usize::from(byte >> 4)];
        digits[2 * index + 1] = DIGITS[usize::from(byte & 15)];
    }
}

/// Reads at most 16 digits; `None` where a byte is none.
pub(super) fn read(digits: &[u8]) -> Option<u64> {
    let (mut number, mut seen) = (0, 0);
    for &digit in digits {
        let value = VALUES[usize::from(digit)];
        seen |= value;
        number = number << 4 | u64::from(value);
    }
    (seen < 16 && digits.len() <= 16).then_some(number)
}
