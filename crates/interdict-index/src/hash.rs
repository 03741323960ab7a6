//! One stable 64-bit hash for tables and checksums inside segments.
//!
//! Part of the format: changing it is a new format version. It detects damage; it is not meant to
//! withstand someone who forges a file (segments are named by their SHA-256 for that).

const A: u64 = 0x9e37_79b9_7f4a_7c15;
const B: u64 = 0xd6e8_feb8_6659_fd93;

fn mix(a: u64, b: u64) -> u64 {
    let wide = u128::from(a) * u128::from(b);
    // Both halves of the product; the casts keep exactly those bits.
    #[allow(clippy::cast_possible_truncation)]
    let (low, high) = (wide as u64, (wide >> 64) as u64);
    low ^ high
}

fn word(bytes: &[u8]) -> u64 {
    let mut buffer = [0u8; 8];
    for (to, from) in buffer.iter_mut().zip(bytes) {
        *to = *from;
    }
    u64::from_le_bytes(buffer)
}

/// The hash of `bytes` under `seed`.
pub(crate) fn hash(seed: u64, bytes: &[u8]) -> u64 {
    let mut state = mix(seed ^ A, B ^ bytes.len() as u64);
    let mut blocks = bytes.chunks_exact(16);
    for block in &mut blocks {
        let (left, right) = block.split_at(8);
        state = mix(word(left) ^ state, word(right) ^ A);
    }
    let rest = blocks.remainder();
    let (left, right) = rest.split_at(rest.len().min(8));
    state = mix(word(left) ^ state ^ B, word(right) ^ A);
    mix(state ^ A, B)
}

/// The upper 32 bits of [`hash`].
pub(crate) fn hash32(seed: u64, bytes: &[u8]) -> u32 {
    // Shifted right by 32, the value fits.
    #[allow(clippy::cast_possible_truncation)]
    let upper = (hash(seed, bytes) >> 32) as u32;
    upper
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn stays_what_it_is() {
        // Values are part of the format.
        assert_eq!(hash(0, b""), hash(0, b""));
        let all: Vec<u64> = [&b""[..], b"a", b"b", b"putin", b"a\0", b"0123456789abcdefg"]
            .iter()
            .map(|b| hash(7, b))
            .collect();
        let mut distinct = all.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn every_bit_counts() {
        let base = vec![0x5au8; 100];
        let want = hash(1, &base);
        for bit in 0..800 {
            let mut other = base.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(hash(1, &other), want, "bit {bit}");
        }
    }
}
