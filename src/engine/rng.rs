//! Randomness in named streams from one seed.
//!
//! A stream is named by what it is for (`seed / replication / "shop" / "arrivals"`), so what one part draws never
//! shifts what another part sees: two policies meet the same requests. The generator is Xoshiro256++, whose output
//! is defined and portable; a stream's key is a SplitMix64 hash of its name.

use rand::SeedableRng;

/// The generator of every stream.
pub type Rng = rand_xoshiro::Xoshiro256PlusPlus;

/// A name below which streams are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streams {
    key: u64,
}

impl Streams {
    /// All streams of one replication of a seeded run.
    pub fn new(seed: u64, replication: u32) -> Streams {
        Streams { key: mix(seed) }.nth(u64::from(replication))
    }

    /// The streams called `name` below these.
    #[must_use]
    pub fn child(self, name: &str) -> Streams {
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Streams { key: mix(self.key ^ mix(hash)) }
    }

    /// The streams numbered `n` below these.
    #[must_use]
    pub fn nth(self, n: u64) -> Streams {
        Streams { key: mix(self.key ^ mix(n.wrapping_add(0x9e37_79b9_7f4a_7c15))) }
    }

    /// The generator of this stream, from its beginning.
    pub fn rng(self) -> Rng {
        Rng::seed_from_u64(self.key)
    }
}

/// SplitMix64's finaliser (Steele, Lea and Flood 2014): every input bit moves every output bit.
fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt;

    #[test]
    fn streams_do_not_disturb_each_other() {
        let shop = Streams::new(7, 0).child("shop");
        let fresh: u64 = shop.child("arrivals").rng().random();
        let _: [u64; 9] = shop.child("demand").rng().random();
        assert_eq!(shop.child("arrivals").rng().random::<u64>(), fresh);
        for other in [shop.child("demand"), Streams::new(7, 1).child("shop").child("arrivals"), shop.child("arrivals").nth(0)] {
            assert_ne!(other.rng().random::<u64>(), fresh);
        }
    }

    #[test]
    fn the_numbers_of_a_stream_are_part_of_every_saved_result() {
        assert_eq!(Streams::new(1, 0).child("shop").child("arrivals").rng().random::<u64>(), 5_772_729_143_964_954_768);
    }
}
