//! Operators as enums, from the tokens of the grammar.

use crate::ast;

macro_rules! operators {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $($token:literal)|+,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every operator with the tokens that write it.
            pub const ALL: &[(Self, &[&str])] = &[$((Self::$variant, &[$($token),+]),)*];

            /// The operator that the token writes.
            pub fn from_token(token: &str) -> Option<Self> {
                match token { $($($token)|+ => Some(Self::$variant),)* _ => None }
            }

            /// Its token; of several the first.
            pub fn as_str(self) -> &'static str {
                Self::ALL.iter().find(|(op, _)| *op == self).map_or("", |(_, tokens)| tokens[0])
            }
        }
    };
}

operators! {
    /// Between two operands.
    BinaryOp {
        /// Left side unless it is none or unset.
        Coalesce = "??",
        /// True when either side is.
        Or = "or",
        /// True when both sides are.
        And = "and",
        /// Equal after conversion.
        Equal = "==",
        /// Not equal after conversion.
        NotEqual = "!=",
        /// Same type and value.
        Identical = "===",
        /// Other type or value.
        NotIdentical = "!==",
        /// The pattern matches.
        Match = "=~",
        /// The pattern does not match.
        NotMatch = "!~",
        /// Less.
        Less = "<",
        /// Greater.
        Greater = ">",
        /// Less or equal.
        LessEqual = "<=",
        /// Greater or equal.
        GreaterEqual = ">=",
        /// Bits of either.
        BitOr = "|",
        /// Bits of one but not the other.
        BitXor = "^",
        /// Bits of both.
        BitAnd = "&",
        /// Bits to the left.
        ShiftLeft = "<<",
        /// Bits to the right, sign kept.
        ShiftRight = ">>",
        /// Bits to the right, zeros shifted in.
        ShiftRightZero = ">>>",
        /// Texts joined.
        Concat = ".",
        /// Sum, or join of texts or arrays.
        Add = "+",
        /// Difference.
        Subtract = "-",
        /// Product or repetition.
        Multiply = "*",
        /// Quotient.
        Divide = "/",
        /// Remainder or formatting.
        Modulo = "%",
        /// Power.
        Power = "**",
    }
}

operators! {
    /// Before one operand.
    UnaryOp {
        /// Not.
        Not = "!" | "not",
        /// Negation.
        Minus = "-",
        /// Conversion to number.
        Plus = "+",
        /// Bits inverted.
        BitNot = "~",
    }
}

operators! {
    /// Between a target and a value.
    AssignOp {
        /// Stores.
        Set = "=",
        /// Adds.
        Add = "+=",
        /// Subtracts.
        Subtract = "-=",
        /// Multiplies.
        Multiply = "*=",
        /// Divides.
        Divide = "/=",
        /// Takes the remainder.
        Modulo = "%=",
        /// Raises.
        Power = "**=",
        /// Joins texts.
        Concat = ".=",
        /// Stores when nothing is there.
        Coalesce = "??=",
    }
}

impl AssignOp {
    /// The operator that is applied before storing; none for `=`.
    pub fn binary(self) -> Option<BinaryOp> {
        BinaryOp::from_token(self.as_str().strip_suffix('=')?)
    }
}

impl ast::BinaryExpression<'_> {
    /// The operator as an enum.
    pub fn op(self) -> Option<BinaryOp> {
        self.operator().and_then(|token| BinaryOp::from_token(token.kind()))
    }
}

impl ast::UnaryExpression<'_> {
    /// The operator as an enum.
    pub fn op(self) -> Option<UnaryOp> {
        self.operator().and_then(|token| UnaryOp::from_token(token.kind()))
    }
}

impl ast::AssignmentExpression<'_> {
    /// The operator as an enum.
    pub fn op(self) -> Option<AssignOp> {
        self.operator().and_then(|token| AssignOp::from_token(token.kind()))
    }
}

impl ast::PrefixUpdateExpression<'_> {
    /// Whether one is added, not taken away.
    pub fn is_increment(self) -> bool {
        self.operator().is_some_and(|token| token.kind() == "++")
    }
}

impl ast::PostfixUpdateExpression<'_> {
    /// Whether one is added, not taken away.
    pub fn is_increment(self) -> bool {
        self.operator().is_some_and(|token| token.kind() == "++")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_know_their_operator() {
        assert_eq!(AssignOp::Set.binary(), None);
        assert_eq!(AssignOp::Coalesce.binary(), Some(BinaryOp::Coalesce));
        let known = |(op, _): &&(AssignOp, _)| op.binary().is_some();
        assert_eq!(AssignOp::ALL.iter().filter(known).count(), AssignOp::ALL.len() - 1);
    }

    #[test]
    fn every_operator_is_a_token_of_the_grammar() {
        let binary = BinaryOp::ALL.iter().flat_map(|(_, tokens)| tokens.iter());
        let unary = UnaryOp::ALL.iter().flat_map(|(_, tokens)| tokens.iter());
        let assign = AssignOp::ALL.iter().flat_map(|(_, tokens)| tokens.iter());
        for token in binary.chain(unary).chain(assign) {
            assert_ne!(crate::language().id_for_node_kind(token, false), 0, "{token}");
        }
    }
}
