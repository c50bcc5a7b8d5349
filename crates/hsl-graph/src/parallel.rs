//! The same work for many things, on a few threads.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Threads at most: an editor and its other programs want some of the machine, too.
const MOST: usize = 4;
/// Bytes of texts that are worth another thread.
const WORTH: usize = 64 << 10;

/// What `work` makes of each thing, in their order; `bytes` of texts have to be read for it.
pub fn map<I: Sync, T: Send>(things: &[I], bytes: usize, work: impl Fn(&I) -> T + Sync) -> Vec<T> {
    let threads = match bytes < WORTH {
        true => 1,
        false => thread::available_parallelism().map_or(1, NonZero::get).min(MOST),
    };
    if threads == 1 {
        return things.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let share = || {
        let mut made = Vec::new();
        while let at = next.fetch_add(1, Ordering::Relaxed)
            && let Some(thing) = things.get(at)
        {
            made.push((at, work(thing)));
        }
        made
    };
    let mut made = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(share)).collect();
        let mut made = share();
        for other in others {
            match other.join() {
                Ok(more) => made.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        made
    });
    made.sort_unstable_by_key(|(at, _)| *at);
    made.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::{WORTH, map};

    #[test]
    fn everything_is_done_once_and_in_order() {
        let numbers: Vec<u32> = (0..1000).collect();
        for bytes in [0, WORTH] {
            let squares = map(&numbers, bytes, |number| u64::from(*number).pow(2));
            assert!(squares.iter().zip(&numbers).all(|(s, n)| *s == u64::from(*n).pow(2)));
            assert_eq!(squares.len(), numbers.len());
        }
    }
}
