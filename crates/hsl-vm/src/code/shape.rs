//! What an instruction refers to, without its meaning: for the verifier, the listing and the builder.

use super::op::{Op, Reg};

/// What an operand indexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    /// Registers from the first, as many as the second says.
    Registers(Reg, u32),
    Constant(u32),
    Number(u16),
    Site(u16),
    Path(u16),
    Global(u32),
    Function(u32),
    Native(u32),
    Class(u32),
    Module(u32),
}

impl Op {
    /// Calls `see` with every operand.
    pub(crate) fn operands(self, mut see: impl FnMut(Operand)) {
        use Operand::{
            Class, Constant, Function, Global, Module, Native, Number, Path, Registers, Site,
        };
        let mut one = |reg: Reg| see(Registers(reg, 1));
        match self {
            Self::Jump { .. } | Self::ReturnNone | Self::Break { .. } | Self::Nop => {}
            Self::Move { d, s }
            | Self::Load { d, s }
            | Self::LoadQuiet { d, s }
            | Self::Take { d, s }
            | Self::IsSet { d, s }
            | Self::Unset { d, s }
            | Self::AppendText { d, s }
            | Self::Yield { d, s }
            | Self::IterStart { d, s }
            | Self::Lock { d, s, .. } => {
                one(d);
                one(s);
            }
            Self::CellGet { d, c } | Self::CellGetQuiet { d, c } | Self::CellIsSet { d, c } => {
                one(d);
                one(c);
            }
            Self::CellUnset { d, c } => {
                one(d);
                one(c);
            }
            Self::CellSet { c, s } => {
                one(c);
                one(s);
            }
            Self::Negate { d, a }
            | Self::Plus { d, a }
            | Self::Not { d, a }
            | Self::BitNot { d, a }
            | Self::Truth { d, a } => {
                one(d);
                one(a);
            }
            Self::Int { d, .. }
            | Self::None { d }
            | Self::Bool { d, .. }
            | Self::MakeCell { d }
            | Self::Increment { d }
            | Self::Decrement { d }
            | Self::Array { d, .. } => one(d),
            Self::Check { s }
            | Self::JumpIf { s, .. }
            | Self::JumpIfNot { s, .. }
            | Self::JumpIfNone { s, .. }
            | Self::JumpIfSome { s, .. }
            | Self::JumpIfSet { s, .. }
            | Self::Return { s }
            | Self::Echo { s }
            | Self::Throw { s }
            | Self::NoMatch { s }
            | Self::EndCleanup { s }
            | Self::Unlock { s, .. } => one(s),
            Self::SliceFrom { d, a, first: b }
            | Self::SliceTo { d, a, last: b }
            | Self::Add { d, a, b }
            | Self::AddRem { d, a, b }
            | Self::Sub { d, a, b }
            | Self::Mul { d, a, b }
            | Self::Div { d, a, b }
            | Self::Rem { d, a, b }
            | Self::Pow { d, a, b }
            | Self::And { d, a, b }
            | Self::Or { d, a, b }
            | Self::Xor { d, a, b }
            | Self::ShiftLeft { d, a, b }
            | Self::ShiftRight { d, a, b }
            | Self::ShiftZero { d, a, b }
            | Self::Equal { d, a, b }
            | Self::NotEqual { d, a, b }
            | Self::Identical { d, a, b }
            | Self::NotIdentical { d, a, b }
            | Self::Less { d, a, b }
            | Self::LessEqual { d, a, b }
            | Self::Match { d, a, b }
            | Self::NotMatch { d, a, b }
            | Self::Concat { d, a, b }
            | Self::Index { d, a, k: b }
            | Self::Field { d, a, k: b }
            | Self::SetIndex { a: d, k: a, v: b } => {
                one(d);
                one(a);
                one(b);
            }
            Self::Push { a, v } => {
                one(a);
                one(v);
            }
            Self::Spread { a, s } => {
                one(a);
                one(s);
            }
            Self::Nth { d, a, .. } | Self::Rest { d, a, .. } => {
                one(d);
                one(a);
            }
            Self::JumpLess { a, b, .. }
            | Self::JumpNotLess { a, b, .. }
            | Self::JumpLessEqual { a, b, .. }
            | Self::JumpNotLessEqual { a, b, .. }
            | Self::JumpEqual { a, b, .. }
            | Self::JumpNotEqual { a, b, .. }
            | Self::JumpIdentical { a, b, .. }
            | Self::JumpNotIdentical { a, b, .. } => {
                one(a);
                one(b);
            }
            Self::StepLess { i, limit, .. } | Self::StepLessEqual { i, limit, .. } => {
                one(i);
                one(limit);
            }
            Self::IterNext { i, v, .. } => {
                one(i);
                one(v);
            }
            Self::IterNextKey { i, v, .. } => {
                one(v);
                see(Registers(i, 2));
            }
            Self::Const { d, k } => {
                one(d);
                see(Constant(k));
            }
            Self::Fail { k } => see(Constant(k)),
            Self::IndexConst { d, a, k } | Self::TextBefore { d, b: a, k } => {
                one(d);
                one(a);
                see(Constant(k.into()));
            }
            Self::JumpEqualConst { a, k, .. }
            | Self::JumpNotEqualConst { a, k, .. }
            | Self::JumpIdenticalConst { a, k, .. }
            | Self::JumpNotIdenticalConst { a, k, .. } => {
                one(a);
                see(Constant(k.into()));
            }
            Self::AddNumber { d, a, n }
            | Self::SubNumber { d, a, n }
            | Self::MulNumber { d, a, n }
            | Self::DivNumber { d, a, n }
            | Self::RemNumber { d, a, n } => {
                one(d);
                one(a);
                see(Number(n));
            }
            Self::JumpLessNumber { a, n, .. }
            | Self::JumpNotLessNumber { a, n, .. }
            | Self::JumpLessEqualNumber { a, n, .. }
            | Self::JumpNotLessEqualNumber { a, n, .. }
            | Self::JumpGreaterNumber { a, n, .. }
            | Self::JumpNotGreaterNumber { a, n, .. }
            | Self::StepLessNumber { i: a, n, .. }
            | Self::StepLessEqualNumber { i: a, n, .. } => {
                one(a);
                see(Number(n));
            }
            Self::BindGlobal { c: d, g }
            | Self::GlobalCell { d, g }
            | Self::GlobalGet { d, g }
            | Self::GlobalGetQuiet { d, g }
            | Self::GlobalSet { s: d, g }
            | Self::GlobalIsSet { d, g }
            | Self::GlobalUnset { d, g } => {
                one(d);
                see(Global(g));
            }
            Self::ConcatAll { d, base, count }
            | Self::AppendAll { d, base, count }
            | Self::List { d, base, count } => {
                one(d);
                see(Registers(base, count.into()));
            }
            Self::Record { d, base, count, k } => {
                one(d);
                see(Registers(base, count.into()));
                see(Constant(k.into()));
            }
            Self::Slice { d, base } => {
                one(d);
                see(Registers(base, 4));
            }
            Self::PathSet { path, v } => {
                one(v);
                see(Path(path));
            }
            Self::PathUpdate { path, v, d, .. } => {
                one(v);
                one(d);
                see(Path(path));
            }
            Self::PathCrement { path, d, .. }
            | Self::PathIsSet { d, path }
            | Self::PathUnset { d, path } => {
                one(d);
                see(Path(path));
            }
            Self::PathSplice { path, base } => {
                see(Registers(base, 3));
                see(Path(path));
            }
            Self::PathUnsetSlice { d, path, base } => {
                one(d);
                see(Registers(base, 2));
                see(Path(path));
            }
            Self::Member { d, o, site } => {
                one(d);
                one(o);
                see(Site(site));
            }
            Self::SetMember { o, site, v } => {
                one(o);
                one(v);
                see(Site(site));
            }
            Self::Call { d, base, argc, function } => {
                one(d);
                see(Registers(base, argc.into()));
                see(Function(function.into()));
            }
            Self::CallNative { d, base, argc, native } => {
                one(d);
                see(Registers(base, argc.into()));
                see(Native(native.into()));
            }
            Self::CallValue { d, base, argc } => {
                one(d);
                see(Registers(base, u32::from(argc) + 1));
            }
            Self::CallMethod { d, base, argc, site } => {
                one(d);
                see(Registers(base, u32::from(argc) + 1));
                see(Site(site));
            }
            Self::New { d, base, argc, class } => {
                one(d);
                see(Registers(base, u32::from(argc) + 1));
                see(Class(class.into()));
            }
            Self::CallSpread { d, base } => {
                one(d);
                see(Registers(base, 2));
            }
            Self::CallMethodSpread { d, base, site } => {
                one(d);
                see(Registers(base, 2));
                see(Site(site));
            }
            Self::CacheCall { d, base, argc, k } => {
                one(d);
                see(Registers(base, u32::from(argc) + 2));
                see(Constant(k.into()));
            }
            Self::CacheCallSpread { d, base, k } => {
                one(d);
                see(Registers(base, 3));
                see(Constant(k.into()));
            }
            Self::Function { d, function } => {
                one(d);
                see(Function(function));
            }
            Self::Native { d, native } => {
                one(d);
                see(Native(native));
            }
            Self::Class { d, class } => {
                one(d);
                see(Class(class));
            }
            // How many registers follow `base` the function's own entry says.
            Self::Closure { d, function, .. } => {
                one(d);
                see(Function(function.into()));
            }
            Self::RunModule { module } => see(Module(module)),
        }
    }

    /// Distance of the jump, if it is one.
    pub fn offset(self) -> Option<i32> {
        let mut copy = self;
        match copy.offset_mut()? {
            Offset::Wide(off) => Some(*off),
            Offset::Narrow(off) => Some((*off).into()),
        }
    }

    /// The same jump with another distance; none when it does not jump or cannot jump that far.
    pub fn with_offset(mut self, distance: i32) -> Option<Self> {
        match self.offset_mut()? {
            Offset::Wide(off) => *off = distance,
            Offset::Narrow(off) => *off = i16::try_from(distance).ok()?,
        }
        Some(self)
    }

    /// Whether the next instruction is never reached from this one.
    pub fn ends_block(self) -> bool {
        matches!(
            self,
            Self::Jump { .. }
                | Self::Return { .. }
                | Self::ReturnNone
                | Self::Throw { .. }
                | Self::Fail { .. }
                | Self::NoMatch { .. }
                | Self::EndCleanup { .. }
        )
    }

    fn offset_mut(&mut self) -> Option<Offset<'_>> {
        match self {
            Self::Jump { off }
            | Self::JumpIf { off, .. }
            | Self::JumpIfNot { off, .. }
            | Self::JumpIfNone { off, .. }
            | Self::JumpIfSome { off, .. }
            | Self::JumpIfSet { off, .. } => Some(Offset::Wide(off)),
            Self::JumpLess { off, .. }
            | Self::JumpNotLess { off, .. }
            | Self::JumpLessEqual { off, .. }
            | Self::JumpNotLessEqual { off, .. }
            | Self::JumpLessNumber { off, .. }
            | Self::JumpNotLessNumber { off, .. }
            | Self::JumpLessEqualNumber { off, .. }
            | Self::JumpNotLessEqualNumber { off, .. }
            | Self::JumpGreaterNumber { off, .. }
            | Self::JumpNotGreaterNumber { off, .. }
            | Self::JumpEqual { off, .. }
            | Self::JumpNotEqual { off, .. }
            | Self::JumpEqualConst { off, .. }
            | Self::JumpNotEqualConst { off, .. }
            | Self::JumpIdentical { off, .. }
            | Self::JumpNotIdentical { off, .. }
            | Self::JumpIdenticalConst { off, .. }
            | Self::JumpNotIdenticalConst { off, .. }
            | Self::StepLess { off, .. }
            | Self::StepLessNumber { off, .. }
            | Self::StepLessEqual { off, .. }
            | Self::StepLessEqualNumber { off, .. }
            | Self::IterNext { off, .. }
            | Self::IterNextKey { off, .. } => Some(Offset::Narrow(off)),
            _ => None,
        }
    }
}

enum Offset<'a> {
    Wide(&'a mut i32),
    Narrow(&'a mut i16),
}
