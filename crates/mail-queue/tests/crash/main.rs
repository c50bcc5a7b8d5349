//! The power goes at any write: what was acknowledged comes back, nothing comes back by halves.

mod damage;
mod refusal;
mod work;

use mail_queue::memory_disk::{Fate, MemoryDisk};
use proptest::prelude::*;

use work::{Op, Work};

const FATES: [Fate; 5] =
    [Fate::Lost, Fate::Kept, Fate::Torn(1), Fate::Torn(2), Fate::Torn(0x9E37_79B9)];

/// Long enough to fill segments, to use body files, to end messages and to compact.
fn long_work() -> Vec<Op> {
    let mut ops = Vec::new();
    for round in 0..20 {
        ops.push(Op::Commit { copies: 1 + round % 3, size: 300 * round as usize });
        ops.push(Op::Commit { copies: 1, size: if round % 4 == 1 { 5000 } else { 90 } });
        ops.push(Op::Flush);
        ops.push(Op::Update { pick: round * 7 });
        ops.push(Op::End { pick: round * 5 });
        ops.push(Op::End { pick: round * 3 + 1 });
        ops.push(Op::Flush);
        ops.push(Op::Tidy);
    }
    ops
}

#[test]
fn a_cut_at_any_write_loses_nothing_acknowledged() {
    let whole = MemoryDisk::new();
    Work::run(&whole, &long_work());
    let steps = whole.steps();
    assert!(steps > 150, "the work is too short to mean anything: {steps} changes");
    for cut in 0..steps {
        for fate in FATES {
            let disk = MemoryDisk::new();
            disk.cut_after(cut);
            let work = Work::run(&disk, &long_work());
            work.check(&disk.restart(fate), &format!("cut at {cut}, {fate:?}"));
        }
    }
}

#[test]
fn a_cut_during_recovery_changes_nothing() {
    let disk = MemoryDisk::new();
    disk.cut_after(70);
    let work = Work::run(&disk, &long_work());
    let crashed = disk.restart(Fate::Torn(5));
    let whole = crashed.restart(Fate::Kept);
    work.check(&whole, "first recovery");
    for cut in 0..whole.steps() {
        let again = crashed.restart(Fate::Kept);
        again.cut_after(cut);
        drop(work::open(&again));
        work.check(&again.restart(Fate::Torn(cut)), &format!("recovery cut at {cut}"));
    }
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        3 => (1u32..4, 0usize..6000).prop_map(|(copies, size)| Op::Commit { copies, size }),
        3 => Just(Op::Flush),
        2 => (0u32..50).prop_map(|pick| Op::Update { pick }),
        3 => (0u32..50).prop_map(|pick| Op::End { pick }),
        1 => Just(Op::Tidy),
        1 => Just(Op::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_work_survives_any_cut(
        ops in prop::collection::vec(op(), 1..60),
        cut in 0u64..400,
        seed in any::<u64>(),
    ) {
        let disk = MemoryDisk::new();
        disk.cut_after(cut);
        let work = Work::run(&disk, &ops);
        for fate in [Fate::Lost, Fate::Kept, Fate::Torn(seed)] {
            work.check(&disk.restart(fate), &format!("{fate:?}"));
        }
    }
}
