//! The least that a DKIM signature with Ed25519 can cost: one SHA-256 over a body and one signature
//! of aws-lc-rs, each measured apart. Prints microseconds; `cargo xtask bench std` reads them.
//!
//! The argument is the size of the body in bytes.

use std::hint::black_box;
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::Ed25519KeyPair;

/// How long each is measured.
const TIME: Duration = Duration::from_secs(1);

fn main() {
    let size = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(10_240);
    let body = vec![b'x'; size];
    let hash = micros(|| {
        black_box(digest(&SHA256, black_box(&body)));
    });
    let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("any seed is a key");
    let signature = micros(|| {
        black_box(key.sign(black_box(&[1; 32])));
    });
    println!("sha256 {hash:.3}\ned25519 {signature:.3}");
}

fn micros(mut work: impl FnMut()) -> f64 {
    let began = Instant::now();
    let mut count = 0;
    while began.elapsed() < TIME {
        for _ in 0..100 {
            work();
        }
        count += 100;
    }
    began.elapsed().as_secs_f64() * 1e6 / f64::from(count)
}
