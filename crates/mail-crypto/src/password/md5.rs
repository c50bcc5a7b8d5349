//! The oldest method with a name, `$1$`: a thousand rounds of MD5.

use md5::{Digest as _, Md5};

use super::arranged;

const ORDER: [&[usize]; 6] =
    [&[12, 6, 0], &[13, 7, 1], &[14, 8, 2], &[15, 9, 3], &[5, 10, 4], &[11]];

pub(super) fn crypt(key: &[u8], rest: &str) -> Option<String> {
    let salt = rest.split('$').next()?;
    let salt = &salt[..salt.len().min(8)];
    let digest = rounds(key, salt.as_bytes());
    Some(format!("$1${salt}${}", arranged(&digest, &ORDER)))
}

fn rounds(key: &[u8], salt: &[u8]) -> Vec<u8> {
    let mut digest = first(key, salt);
    for round in 0..1000 {
        let mut next = Md5::new();
        let odd = round % 2 == 1;
        next.update(if odd { key } else { &digest });
        if round % 3 != 0 {
            next.update(salt);
        }
        if round % 7 != 0 {
            next.update(key);
        }
        next.update(if odd { &digest[..] } else { key });
        digest = next.finalize().to_vec();
    }
    digest
}

fn first(key: &[u8], salt: &[u8]) -> Vec<u8> {
    let between = Md5::new().chain_update(key).chain_update(salt).chain_update(key).finalize();
    let mut digest = Md5::new().chain_update(key).chain_update("$1$").chain_update(salt);
    let mut left = key.len();
    while left > 0 {
        digest.update(&between[..left.min(16)]);
        left = left.saturating_sub(16);
    }
    // A null byte for each one bit of the length, else the first byte of the password: an error of
    // the first program that all others repeat.
    let mut length = key.len();
    while length > 0 {
        let byte = if length & 1 == 1 { &[0][..] } else { &key[..1] };
        digest.update(byte);
        length >>= 1;
    }
    digest.finalize().to_vec()
}
