//! Operators by meaning.
//!
//! *Not here.* Precedence (the grammar), what they do to values (`hsl-vm`).

macro_rules! operators {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $(
                #[doc = concat!("`", $text, "`")]
                $variant,
            )*
        }

        impl $name {
            /// The operator written like this.
            pub fn parse(text: &[u8]) -> Option<Self> {
                $(if text == $text.as_bytes() { return Some(Self::$variant); })*
                None
            }

            /// How it is written.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }
    };
}

operators! {
    /// Operators with one operand.
    UnaryOp { Not "!", NotWord "not", Negate "-", Plus "+", BitNot "~" }
}

operators! {
    /// Operators with two operands.
    BinaryOp {
        Coalesce "??", Or "or", And "and",
        Equal "==", NotEqual "!=", Identical "===", NotIdentical "!==",
        Matches "=~", NotMatches "!~",
        Less "<", Greater ">", LessEqual "<=", GreaterEqual ">=",
        BitOr "|", BitXor "^", BitAnd "&",
        ShiftLeft "<<", ShiftRight ">>", ShiftRightZero ">>>",
        Concat ".", Add "+", Subtract "-", Multiply "*", Divide "/", Remainder "%", Power "**",
    }
}

operators! {
    /// Operators that also assign, `=` aside.
    AssignOp {
        Add "+=", Subtract "-=", Multiply "*=", Divide "/=", Remainder "%=", Power "**=",
        Concat ".=", Coalesce "??=",
    }
}

operators! {
    /// Operators that count.
    UpdateOp { Increment "++", Decrement "--" }
}

impl AssignOp {
    /// The operator that computes the new value.
    pub fn binary(self) -> BinaryOp {
        match self {
            Self::Add => BinaryOp::Add,
            Self::Subtract => BinaryOp::Subtract,
            Self::Multiply => BinaryOp::Multiply,
            Self::Divide => BinaryOp::Divide,
            Self::Remainder => BinaryOp::Remainder,
            Self::Power => BinaryOp::Power,
            Self::Concat => BinaryOp::Concat,
            Self::Coalesce => BinaryOp::Coalesce,
        }
    }
}
