//! Shortens the way through finished code without moving any instruction.
//!
//! A fused instruction stands in the place of the first of its parts and jumps over the others, which
//! stay for whoever jumps to them. So offsets, lines and statement starts keep their meaning.
//!
//! *Invariants*: a part that begins a statement is never jumped over, except the condition of a
//! counting loop, whose step is the statement that a debugger stops at.

use crate::code::op::Op;

/// Fuses what can be fused.
pub(super) fn fuse(code: &mut [Op]) {
    for pc in 0..code.len() {
        let fused = thread_jump(code, pc)
            .or_else(|| counting_step(code, pc))
            .or_else(|| sum_and_remainder(code, pc));
        if let Some(fused) = fused {
            code[pc] = fused;
        }
    }
}

/// A jump to a return is that return.
fn thread_jump(code: &[Op], pc: usize) -> Option<Op> {
    let Op::Jump { off } = code[pc] else { return None };
    match code.get(pc.checked_add_signed(off as isize)?)? {
        target @ (Op::Return { .. } | Op::ReturnNone) => Some(*target),
        _ => None,
    }
}

/// `++$i` before the jump back of a loop over `$i < limit`. When the loop is over, the condition is
/// tested once more and fails again.
fn counting_step(code: &[Op], pc: usize) -> Option<Op> {
    let Op::Increment { d: i } = code[pc] else { return None };
    let next = *code.get(pc + 1)?;
    let back = i16::try_from(next.offset()?.checked_add(1)?).ok().filter(|off| *off < 0)?;
    match next {
        Op::JumpLess { a, b, .. } if a == i && b != i => {
            Some(Op::StepLess { i, limit: b, off: back })
        }
        Op::JumpLessNumber { a, n, .. } if a == i => Some(Op::StepLessNumber { i, n, off: back }),
        Op::JumpLessEqual { a, b, .. } if a == i && b != i => {
            Some(Op::StepLessEqual { i, limit: b, off: back })
        }
        Op::JumpLessEqualNumber { a, n, .. } if a == i => {
            Some(Op::StepLessEqualNumber { i, n, off: back })
        }
        _ => None,
    }
}

/// `($a + $b) % number`: one step of most generators of numbers and of checksums. The sum is written
/// too, so nothing has to be known about who else reads it.
fn sum_and_remainder(code: &[Op], pc: usize) -> Option<Op> {
    let Op::Add { d, a, b } = code[pc] else { return None };
    let fits = matches!(code.get(pc + 1), Some(Op::RemNumber { a: sum, .. }) if *sum == d);
    fits.then_some(Op::AddRem { d, a, b })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::op::Reg;

    #[test]
    fn a_counting_loop_ends_in_one_instruction() {
        let (i, limit) = (Reg(0), Reg(1));
        let mut code = [
            Op::Jump { off: 3 },
            Op::Nop,
            Op::Increment { d: i },
            Op::JumpLess { a: i, b: limit, off: -2 },
            Op::ReturnNone,
        ];
        fuse(&mut code);
        assert_eq!(code[2], Op::StepLess { i, limit, off: -1 });
        assert_eq!(code[3], Op::JumpLess { a: i, b: limit, off: -2 });
    }

    #[test]
    fn a_jump_to_a_return_returns() {
        let mut code = [Op::Jump { off: 2 }, Op::Nop, Op::Return { s: Reg(3) }];
        fuse(&mut code);
        assert_eq!(code[0], Op::Return { s: Reg(3) });
    }
}
