//! The instructions of the virtual machine.
//!
//! A register machine. `R[x]` is register `x` of the running function's window; a window is a piece
//! of the fiber's one contiguous stack. Every instruction is eight bytes.
//!
//! Conventions:
//! - `d` is written, everything else is read. `d` may be one of the operands.
//! - A register that holds a variable which does not exist is *unset*. Reading an unset operand
//!   throws "undefined variable $name" (the name comes from the function's table of locals), unless
//!   the instruction says that it accepts unset.
//! - `off` counts instructions from the jump itself: the target is `pc + off`. A jump backwards
//!   spends one unit of fuel.
//! - `k` is an index into the program's constants, `n` into its numbers, `site` into its sites (a
//!   member name together with an inline cache), `path` into the function's paths, `g` into the
//!   program's globals.
//!
//! *Invariants*: `size_of::<Op>() == 8`. Offsets of a program never change after it was built.
//!
//! *Not here*: operand checks are in `verify`, meaning in `run`, text in `listing`.

use std::fmt;

/// A register of the running function.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reg(pub u16);

impl fmt::Debug for Reg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "r{}", self.0)
    }
}

/// An operator with two operands, for the instructions that update a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Binary {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `**`
    Power,
    /// `.`
    Concat,
}

/// What `++` and `--` do to a place, and which value the expression has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Crement {
    /// `++place`
    PreIncrement,
    /// `--place`
    PreDecrement,
    /// `place++`
    PostIncrement,
    /// `place--`
    PostDecrement,
}

/// One instruction.
#[expect(missing_docs, reason = "the module documentation says what operand names mean")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    // ---- Moves and constants -------------------------------------------------------------------
    /// `R[d] = R[s]`; accepts unset, which is copied as such.
    Move { d: Reg, s: Reg },
    /// `R[d] = R[s]`; throws when `R[s]` is unset.
    Load { d: Reg, s: Reg },
    /// `R[d] = R[s]`, or none when `R[s]` is unset.
    LoadQuiet { d: Reg, s: Reg },
    /// Moves `R[s]` into `R[d]` and leaves `R[s]` unset: no count is touched. For dying temporaries.
    Take { d: Reg, s: Reg },
    /// `R[d] = constant k`.
    Const { d: Reg, k: u32 },
    /// `R[d] = value` as a number.
    Int { d: Reg, value: i32 },
    /// `R[d] = none`.
    None { d: Reg },
    /// `R[d] = value`.
    Bool { d: Reg, value: bool },
    /// `R[d]` = whether `R[s]` is set; accepts unset.
    IsSet { d: Reg, s: Reg },
    /// `R[d]` = whether `R[s]` was set; `R[s]` becomes unset. `d` may equal `s` only if unused.
    Unset { d: Reg, s: Reg },
    /// Throws when `R[s]` is unset.
    Check { s: Reg },

    // ---- Cells (captured variables) and globals ------------------------------------------------
    /// Wraps the present value of `R[d]` (also unset) in a new cell and puts the cell into `R[d]`.
    /// Emitted at entry for every local that some closure captures or that a `global` statement may
    /// rebind. From then on only cell instructions, `Closure`, paths with `Root::Cell` and `Unset`
    /// of other registers may touch the register.
    MakeCell { d: Reg },
    /// `R[d] =` content of the cell in `R[c]`; throws when that is unset.
    CellGet { d: Reg, c: Reg },
    /// `R[d] =` content of the cell in `R[c]`, none when that is unset.
    CellGetQuiet { d: Reg, c: Reg },
    /// Content of the cell in `R[c]` `= R[s]`.
    CellSet { c: Reg, s: Reg },
    /// `R[d]` = whether the content of the cell in `R[c]` is set.
    CellIsSet { d: Reg, c: Reg },
    /// As `CellIsSet`; then the content becomes unset (for all sharers).
    CellUnset { d: Reg, c: Reg },
    /// `global $x`: puts the cell of global `g` into `R[c]`. Throws when `R[c]` holds a different
    /// cell whose content is set (the function already has a variable of that name).
    BindGlobal { c: Reg, g: u32 },
    /// Puts the cell of global `g` into `R[d]`, to be captured. No check.
    GlobalCell { d: Reg, g: u32 },
    /// `R[d] = global g`; throws when that is unset.
    GlobalGet { d: Reg, g: u32 },
    /// `R[d] = global g`, none when that is unset.
    GlobalGetQuiet { d: Reg, g: u32 },
    /// `global g = R[s]`. Throws when the global is read-only.
    GlobalSet { s: Reg, g: u32 },
    /// `R[d]` = whether global `g` is set.
    GlobalIsSet { d: Reg, g: u32 },
    /// As `GlobalIsSet`; then the global becomes unset. Throws when the global is read-only.
    GlobalUnset { d: Reg, g: u32 },

    // ---- Operators -----------------------------------------------------------------------------
    /// `R[d] = R[a] + R[b]`.
    Add { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[a] - R[b]`.
    Sub { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[a] * R[b]`.
    Mul { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[a] / R[b]`.
    Div { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[a] % R[b]` (remainder or formatting).
    Rem { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[a] ** R[b]`.
    Pow { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[a] + R[b]`, and with numbers also the `RemNumber` that follows.
    AddRem { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[a] + number n`.
    AddNumber { d: Reg, a: Reg, n: u16 },
    /// `R[d] = R[a] - number n`.
    SubNumber { d: Reg, a: Reg, n: u16 },
    /// `R[d] = R[a] * number n`.
    MulNumber { d: Reg, a: Reg, n: u16 },
    /// `R[d] = R[a] / number n`.
    DivNumber { d: Reg, a: Reg, n: u16 },
    /// `R[d] = R[a] % number n`.
    RemNumber { d: Reg, a: Reg, n: u16 },
    /// `R[d] = R[a] & R[b]`.
    And { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[a] | R[b]`.
    Or { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[a] ^ R[b]`.
    Xor { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[a] << R[b]`.
    ShiftLeft { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[a] >> R[b]`, copying the sign.
    ShiftRight { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[a] >>> R[b]`, filling with zeros.
    ShiftZero { d: Reg, a: Reg, b: Reg },
    /// `R[d] = -R[a]`.
    Negate { d: Reg, a: Reg },
    /// `R[d] = +R[a]`.
    Plus { d: Reg, a: Reg },
    /// `R[d] = !R[a]`.
    Not { d: Reg, a: Reg },
    /// `R[d] = ~R[a]`.
    BitNot { d: Reg, a: Reg },
    /// `R[d]` = truth of `R[a]` as a boolean.
    Truth { d: Reg, a: Reg },
    /// `R[d] = R[a] == R[b]`.
    Equal { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[a] != R[b]`.
    NotEqual { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[a] === R[b]`.
    Identical { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[a] !== R[b]`.
    NotIdentical { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[a] < R[b]`. For `>` swap the operands.
    Less { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[a] <= R[b]`. For `>=` swap the operands.
    LessEqual { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[a] =~ R[b]`.
    Match { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[a] !~ R[b]`.
    NotMatch { d: Reg, a: Reg, b: Reg },
    /// `R[d] = R[d] + 1` in place (a local variable).
    Increment { d: Reg },
    /// `R[d] = R[d] - 1` in place.
    Decrement { d: Reg },
    /// `R[d] = R[a] . R[b]`.
    Concat { d: Reg, a: Reg, b: Reg },
    /// `R[d] = constant k . R[b]`.
    TextBefore { d: Reg, k: u16, b: Reg },
    /// `R[d] = R[base] . R[base+1] . … ` for `count` registers, which let go of what they
    /// hold.
    ConcatAll { d: Reg, base: Reg, count: u16 },
    /// `R[d] .= R[s]` in place.
    AppendText { d: Reg, s: Reg },
    /// `R[d] .= R[base] . R[base+1] . …` in place for `count` registers; these are left unset.
    AppendAll { d: Reg, base: Reg, count: u16 },

    // ---- Jumps ---------------------------------------------------------------------------------
    /// Jumps.
    Jump { off: i32 },
    /// Jumps when `R[s]` is true.
    JumpIf { s: Reg, off: i32 },
    /// Jumps when `R[s]` is false.
    JumpIfNot { s: Reg, off: i32 },
    /// Jumps when `R[s]` is none or unset; accepts unset.
    JumpIfNone { s: Reg, off: i32 },
    /// Jumps when `R[s]` is neither none nor unset; accepts unset.
    JumpIfSome { s: Reg, off: i32 },
    /// Jumps when `R[s]` is set; accepts unset.
    JumpIfSet { s: Reg, off: i32 },
    /// Jumps when `R[a] < R[b]`.
    JumpLess { a: Reg, b: Reg, off: i16 },
    /// Jumps when not `R[a] < R[b]`.
    JumpNotLess { a: Reg, b: Reg, off: i16 },
    /// Jumps when `R[a] <= R[b]`.
    JumpLessEqual { a: Reg, b: Reg, off: i16 },
    /// Jumps when not `R[a] <= R[b]`.
    JumpNotLessEqual { a: Reg, b: Reg, off: i16 },
    /// Jumps when `R[a] < number n`.
    JumpLessNumber { a: Reg, n: u16, off: i16 },
    /// Jumps when not `R[a] < number n`.
    JumpNotLessNumber { a: Reg, n: u16, off: i16 },
    /// Jumps when `R[a] <= number n`.
    JumpLessEqualNumber { a: Reg, n: u16, off: i16 },
    /// Jumps when not `R[a] <= number n`.
    JumpNotLessEqualNumber { a: Reg, n: u16, off: i16 },
    /// Jumps when `R[a] > number n`.
    JumpGreaterNumber { a: Reg, n: u16, off: i16 },
    /// Jumps when not `R[a] > number n`.
    JumpNotGreaterNumber { a: Reg, n: u16, off: i16 },
    /// Jumps when `R[a] == R[b]`.
    JumpEqual { a: Reg, b: Reg, off: i16 },
    /// Jumps when `R[a] != R[b]`.
    JumpNotEqual { a: Reg, b: Reg, off: i16 },
    /// Jumps when `R[a] == constant k`.
    JumpEqualConst { a: Reg, k: u16, off: i16 },
    /// Jumps when `R[a] != constant k`.
    JumpNotEqualConst { a: Reg, k: u16, off: i16 },
    /// Jumps when `R[a] === R[b]`.
    JumpIdentical { a: Reg, b: Reg, off: i16 },
    /// Jumps when `R[a] !== R[b]`.
    JumpNotIdentical { a: Reg, b: Reg, off: i16 },
    /// Jumps when `R[a] === constant k`.
    JumpIdenticalConst { a: Reg, k: u16, off: i16 },
    /// Jumps when `R[a] !== constant k`.
    JumpNotIdenticalConst { a: Reg, k: u16, off: i16 },
    /// `R[i] += 1`, then jumps when `R[i] < R[limit]`: the end of a counting loop.
    StepLess { i: Reg, limit: Reg, off: i16 },
    /// `R[i] += 1`, then jumps when `R[i] < number n`.
    StepLessNumber { i: Reg, n: u16, off: i16 },
    /// `R[i] += 1`, then jumps when `R[i] <= R[limit]`.
    StepLessEqual { i: Reg, limit: Reg, off: i16 },
    /// `R[i] += 1`, then jumps when `R[i] <= number n`.
    StepLessEqualNumber { i: Reg, n: u16, off: i16 },

    // ---- Arrays --------------------------------------------------------------------------------
    /// `R[d] =` a new empty array with room for `capacity` elements.
    Array { d: Reg, capacity: u16 },
    /// `R[d] =` a list of the `count` values moved out of `R[base]…`, which are left unset.
    List { d: Reg, base: Reg, count: u16 },
    /// `R[d] =` an array with the keys of constant `k`, and the `count` values moved out of
    /// `R[base]…`, which are left unset.
    Record { d: Reg, base: Reg, count: u8, k: u16 },
    /// `R[a][] = R[v]`; accepts unset `R[a]`. Any `R[a]` that is unset, none, boolean, number or
    /// string is replaced by an empty array first. Also builds array literals.
    Push { a: Reg, v: Reg },
    /// `R[a][R[k]] = R[v]`, with the same rules; on an object sets the property.
    SetIndex { a: Reg, k: Reg, v: Reg },
    /// `...R[s]` inside the array literal that is built in `R[a]`.
    Spread { a: Reg, s: Reg },
    /// `R[d] = R[a][R[k]]`.
    Index { d: Reg, a: Reg, k: Reg },
    /// `R[d] = R[a][constant k]`.
    IndexConst { d: Reg, a: Reg, k: u16 },
    /// `R[d] = R[a][R[first] :]`.
    SliceFrom { d: Reg, a: Reg, first: Reg },
    /// `R[d] = R[a][: R[last]]`.
    SliceTo { d: Reg, a: Reg, last: Reg },
    /// `R[d] = R[base][R[base+1] : R[base+2] : R[base+3]]`; missing parts are none.
    Slice { d: Reg, base: Reg },
    /// `path = R[v]`.
    PathSet { path: u16, v: Reg },
    /// `path op= R[v]`, the new value also into `R[d]`.
    PathUpdate { op: Binary, path: u16, v: Reg, d: Reg },
    /// `++` or `--` on the path, the value of the expression into `R[d]`.
    PathCrement { kind: Crement, path: u16, d: Reg },
    /// `R[d] = isset(path)`.
    PathIsSet { d: Reg, path: u16 },
    /// `R[d] = unset(path)`.
    PathUnset { d: Reg, path: u16 },
    /// `path[R[base] : R[base+1]] = R[base+2]`.
    PathSplice { path: u16, base: Reg },
    /// `R[d] = unset(path[R[base] : R[base+1]])`.
    PathUnsetSlice { d: Reg, path: u16, base: Reg },

    // ---- Destructuring -------------------------------------------------------------------------
    /// `R[d] =` the value at position `at` (from 0) of array `R[a]` in iteration order; unset when
    /// there is none or `R[a]` is no array.
    Nth { d: Reg, a: Reg, at: u16 },
    /// `R[d] = R[a][R[k]]`; unset when the key is missing or `R[a]` is no array.
    Field { d: Reg, a: Reg, k: Reg },
    /// `R[d] =` a list of the values from position `at` on.
    Rest { d: Reg, a: Reg, at: u16 },

    // ---- Members -------------------------------------------------------------------------------
    /// `R[d] = R[o]->name`, with the name of the site; a method gives a bound function.
    Member { d: Reg, o: Reg, site: u16 },
    /// `R[o]->name = R[v]`. An `R[o]` that is no object is treated as in `SetIndex`.
    SetMember { o: Reg, site: u16, v: Reg },

    // ---- Calls ---------------------------------------------------------------------------------
    // The callee's window starts inside the caller's: arguments are not copied. Argument registers
    // are left unset after the call, and so may be every register from `base` on: live values must
    // lie below `base`. `d` may lie anywhere.
    /// `R[d] = function(R[base] … R[base+argc-1])`; arguments become registers 0… of the callee.
    Call { d: Reg, base: Reg, argc: u8, function: u16 },
    /// `R[d] = native(R[base] … )`.
    CallNative { d: Reg, base: Reg, argc: u8, native: u16 },
    /// `R[d] = R[base](R[base+1] … R[base+argc])`.
    CallValue { d: Reg, base: Reg, argc: u8 },
    /// `R[d] = R[base]->name(R[base+1] … R[base+argc])`. The receiver becomes register 0 of the
    /// callee, arguments registers 1….
    CallMethod { d: Reg, base: Reg, argc: u8, site: u16 },
    /// `R[d] = class(R[base+1] … R[base+argc])`; `R[base]` is reserved for the instance.
    New { d: Reg, base: Reg, argc: u8, class: u16 },
    /// `R[d] = R[base](...R[base+1])`, where `R[base+1]` is an array built for the purpose.
    CallSpread { d: Reg, base: Reg },
    /// `R[d] = R[base]->name(...R[base+1])`.
    CallMethodSpread { d: Reg, base: Reg, site: u16 },
    /// `R[d] = cache [R[base]] R[base+1](R[base+2] … )`: options, function value, `argc` arguments.
    /// Constant `k` is the function's name as written.
    CacheCall { d: Reg, base: Reg, argc: u8, k: u16 },
    /// `R[d] = cache [R[base]] R[base+1](...R[base+2])`, where `R[base+2]` is an array built for the
    /// purpose. Constant `k` is the function's name as written.
    CacheCallSpread { d: Reg, base: Reg, k: u16 },
    /// Ends the function with `R[s]`, which is moved out.
    Return { s: Reg },
    /// Ends the function with none.
    ReturnNone,
    /// Suspends the generator with item `R[s]`; `R[d]` is the argument of the `next` that resumes.
    Yield { d: Reg, s: Reg },
    /// `R[d] =` function `function` as a value (no captures).
    Function { d: Reg, function: u32 },
    /// `R[d] =` native `native` as a value.
    Native { d: Reg, native: u32 },
    /// `R[d] =` class `class` as a value.
    Class { d: Reg, class: u32 },
    /// `R[d] =` function `function` with the cells of `R[base]…` (as many as it captures). A capture
    /// of `$this` is an ordinary value, not a cell.
    Closure { d: Reg, base: Reg, function: u16 },

    // ---- Iteration -----------------------------------------------------------------------------
    /// `R[d] =` an iteration over `R[s]`; throws when that cannot be iterated.
    IterStart { d: Reg, s: Reg },
    /// `R[v] =` the next item of the iteration in `R[i]`; at the end unsets `R[i]` and jumps.
    IterNext { i: Reg, v: Reg, off: i16 },
    /// As `IterNext`, and `R[i+1] =` the key.
    IterNextKey { i: Reg, v: Reg, off: i16 },

    // ---- The rest ------------------------------------------------------------------------------
    /// `echo R[s]`.
    Echo { s: Reg },
    /// Throws `R[s]`.
    Throw { s: Reg },
    /// Throws an `Exception` with constant `k` as its message.
    Fail { k: u32 },
    /// Throws the exception "no arm of match applies to …" with the dump of `R[s]`.
    NoMatch { s: Reg },
    /// Ends a cleanup handler: goes on with the throw (of `R[s]`) or termination that entered it.
    EndCleanup { s: Reg },
    /// Runs the top-level code of module `module` unless that happened before in this execution.
    RunModule { module: u32 },
    /// Waits for the lock named by the text of `R[s]`. With `bind`, `R[d]` becomes the value stored
    /// under that key, unset when there is none.
    Lock { bind: bool, d: Reg, s: Reg },
    /// Releases the lock taken last. With `bind`, stores `R[s]` under its key, or deletes the key
    /// when `R[s]` is unset.
    Unlock { bind: bool, s: Reg },
    /// A breakpoint in a private copy of the program: pauses, then runs the instruction that it
    /// replaced. Never emitted by a compiler; the verifier rejects it.
    Break { id: u32 },
    /// Does nothing.
    Nop,
}

const _: () = assert!(size_of::<Op>() == 8);
