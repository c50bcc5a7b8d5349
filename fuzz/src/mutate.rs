//! Changing inputs at random, reproducibly.

/// A small generator of random numbers (xorshift64*); the same seed gives the same run.
pub struct Random(u64);

impl Random {
    /// A generator with this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `limit`, or 0 for an empty range.
    pub fn below(&mut self, limit: usize) -> usize {
        if limit == 0 { 0 } else { (self.bits() % limit as u64) as usize }
    }
}

/// Changes an input in one to eight places.
pub fn mutate(input: &mut Vec<u8>, other: &[u8], words: &[&[u8]], random: &mut Random) {
    for _ in 0..=random.below(8) {
        let at = random.below(input.len() + 1);
        let end = (at + random.below(16)).min(input.len());
        match random.below(7) {
            0 => flip(input, at, random),
            1 => drop(input.drain(at..end)),
            2 => insert(input, at, &[random.bits() as u8]),
            3 => {
                let piece = input[at..end].to_vec();
                insert(input, at, &piece);
            }
            4 if !words.is_empty() => insert(input, at, words[random.below(words.len())]),
            5 => input.truncate(at),
            _ => splice(input, at, other, random),
        }
    }
    input.truncate(64 * 1024);
}

fn flip(input: &mut [u8], at: usize, random: &mut Random) {
    if let Some(byte) = input.get_mut(at) {
        *byte ^= 1 << random.below(8);
    }
}

fn insert(input: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    input.splice(at..at, bytes.iter().copied());
}

/// Continues with a piece of another input.
fn splice(input: &mut Vec<u8>, at: usize, other: &[u8], random: &mut Random) {
    let from = random.below(other.len());
    let end = (from + random.below(256)).min(other.len());
    insert(input, at, &other[from..end]);
}
