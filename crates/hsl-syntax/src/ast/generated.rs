//! Typed nodes. Written by `cargo xtask generate` from the grammar; not to be edited.

use tree_sitter::Node;

use super::{AstNode, Children, Token, field};

/// Any `expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expression<'t> {
    /// `append_expression`.
    AppendExpression(AppendExpression<'t>),
    /// `array_literal`.
    ArrayLiteral(ArrayLiteral<'t>),
    /// `assignment_expression`.
    AssignmentExpression(AssignmentExpression<'t>),
    /// `binary_expression`.
    BinaryExpression(BinaryExpression<'t>),
    /// `builtin_expression`.
    BuiltinExpression(BuiltinExpression<'t>),
    /// `cache_expression`.
    CacheExpression(CacheExpression<'t>),
    /// `call_expression`.
    CallExpression(CallExpression<'t>),
    /// `destructuring_assignment`.
    DestructuringAssignment(DestructuringAssignment<'t>),
    /// `false`.
    FalseLiteral(FalseLiteral<'t>),
    /// `function_expression`.
    FunctionExpression(FunctionExpression<'t>),
    /// `identifier`.
    Identifier(Identifier<'t>),
    /// `isset_expression`.
    IssetExpression(IssetExpression<'t>),
    /// `match_expression`.
    MatchExpression(MatchExpression<'t>),
    /// `member_expression`.
    MemberExpression(MemberExpression<'t>),
    /// `none`.
    NoneLiteral(NoneLiteral<'t>),
    /// `number`.
    Number(Number<'t>),
    /// `parenthesized_expression`.
    ParenthesizedExpression(ParenthesizedExpression<'t>),
    /// `postfix_update_expression`.
    PostfixUpdateExpression(PostfixUpdateExpression<'t>),
    /// `prefix_update_expression`.
    PrefixUpdateExpression(PrefixUpdateExpression<'t>),
    /// `raw_string`.
    RawString(RawString<'t>),
    /// `regex`.
    Regex(Regex<'t>),
    /// `scoped_expression`.
    ScopedExpression(ScopedExpression<'t>),
    /// `slice_expression`.
    SliceExpression(SliceExpression<'t>),
    /// `string`.
    StringLiteral(StringLiteral<'t>),
    /// `subscript_expression`.
    SubscriptExpression(SubscriptExpression<'t>),
    /// `ternary_expression`.
    TernaryExpression(TernaryExpression<'t>),
    /// `true`.
    TrueLiteral(TrueLiteral<'t>),
    /// `unary_expression`.
    UnaryExpression(UnaryExpression<'t>),
    /// `unset_expression`.
    UnsetExpression(UnsetExpression<'t>),
    /// `variable`.
    Variable(Variable<'t>),
    /// `yield_expression`.
    YieldExpression(YieldExpression<'t>),
}

impl<'t> AstNode<'t> for Expression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        match node.kind_id() {
            AppendExpression::KIND => Some(Self::AppendExpression(AppendExpression(node))),
            ArrayLiteral::KIND => Some(Self::ArrayLiteral(ArrayLiteral(node))),
            AssignmentExpression::KIND => {
                Some(Self::AssignmentExpression(AssignmentExpression(node)))
            }
            BinaryExpression::KIND => Some(Self::BinaryExpression(BinaryExpression(node))),
            BuiltinExpression::KIND => Some(Self::BuiltinExpression(BuiltinExpression(node))),
            CacheExpression::KIND => Some(Self::CacheExpression(CacheExpression(node))),
            CallExpression::KIND => Some(Self::CallExpression(CallExpression(node))),
            DestructuringAssignment::KIND => {
                Some(Self::DestructuringAssignment(DestructuringAssignment(node)))
            }
            FalseLiteral::KIND => Some(Self::FalseLiteral(FalseLiteral(node))),
            FunctionExpression::KIND => Some(Self::FunctionExpression(FunctionExpression(node))),
            Identifier::KIND => Some(Self::Identifier(Identifier(node))),
            IssetExpression::KIND => Some(Self::IssetExpression(IssetExpression(node))),
            MatchExpression::KIND => Some(Self::MatchExpression(MatchExpression(node))),
            MemberExpression::KIND => Some(Self::MemberExpression(MemberExpression(node))),
            NoneLiteral::KIND => Some(Self::NoneLiteral(NoneLiteral(node))),
            Number::KIND => Some(Self::Number(Number(node))),
            ParenthesizedExpression::KIND => {
                Some(Self::ParenthesizedExpression(ParenthesizedExpression(node)))
            }
            PostfixUpdateExpression::KIND => {
                Some(Self::PostfixUpdateExpression(PostfixUpdateExpression(node)))
            }
            PrefixUpdateExpression::KIND => {
                Some(Self::PrefixUpdateExpression(PrefixUpdateExpression(node)))
            }
            RawString::KIND => Some(Self::RawString(RawString(node))),
            Regex::KIND => Some(Self::Regex(Regex(node))),
            ScopedExpression::KIND => Some(Self::ScopedExpression(ScopedExpression(node))),
            SliceExpression::KIND => Some(Self::SliceExpression(SliceExpression(node))),
            StringLiteral::KIND => Some(Self::StringLiteral(StringLiteral(node))),
            SubscriptExpression::KIND => Some(Self::SubscriptExpression(SubscriptExpression(node))),
            TernaryExpression::KIND => Some(Self::TernaryExpression(TernaryExpression(node))),
            TrueLiteral::KIND => Some(Self::TrueLiteral(TrueLiteral(node))),
            UnaryExpression::KIND => Some(Self::UnaryExpression(UnaryExpression(node))),
            UnsetExpression::KIND => Some(Self::UnsetExpression(UnsetExpression(node))),
            Variable::KIND => Some(Self::Variable(Variable(node))),
            YieldExpression::KIND => Some(Self::YieldExpression(YieldExpression(node))),
            _ => None,
        }
    }
    fn syntax(self) -> Node<'t> {
        match self {
            Self::AppendExpression(node) => node.syntax(),
            Self::ArrayLiteral(node) => node.syntax(),
            Self::AssignmentExpression(node) => node.syntax(),
            Self::BinaryExpression(node) => node.syntax(),
            Self::BuiltinExpression(node) => node.syntax(),
            Self::CacheExpression(node) => node.syntax(),
            Self::CallExpression(node) => node.syntax(),
            Self::DestructuringAssignment(node) => node.syntax(),
            Self::FalseLiteral(node) => node.syntax(),
            Self::FunctionExpression(node) => node.syntax(),
            Self::Identifier(node) => node.syntax(),
            Self::IssetExpression(node) => node.syntax(),
            Self::MatchExpression(node) => node.syntax(),
            Self::MemberExpression(node) => node.syntax(),
            Self::NoneLiteral(node) => node.syntax(),
            Self::Number(node) => node.syntax(),
            Self::ParenthesizedExpression(node) => node.syntax(),
            Self::PostfixUpdateExpression(node) => node.syntax(),
            Self::PrefixUpdateExpression(node) => node.syntax(),
            Self::RawString(node) => node.syntax(),
            Self::Regex(node) => node.syntax(),
            Self::ScopedExpression(node) => node.syntax(),
            Self::SliceExpression(node) => node.syntax(),
            Self::StringLiteral(node) => node.syntax(),
            Self::SubscriptExpression(node) => node.syntax(),
            Self::TernaryExpression(node) => node.syntax(),
            Self::TrueLiteral(node) => node.syntax(),
            Self::UnaryExpression(node) => node.syntax(),
            Self::UnsetExpression(node) => node.syntax(),
            Self::Variable(node) => node.syntax(),
            Self::YieldExpression(node) => node.syntax(),
        }
    }
}

/// Any `member`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Member<'t> {
    /// `constructor_definition`.
    ConstructorDefinition(ConstructorDefinition<'t>),
    /// `method_definition`.
    MethodDefinition(MethodDefinition<'t>),
    /// `property_definition`.
    PropertyDefinition(PropertyDefinition<'t>),
}

impl<'t> AstNode<'t> for Member<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        match node.kind_id() {
            ConstructorDefinition::KIND => {
                Some(Self::ConstructorDefinition(ConstructorDefinition(node)))
            }
            MethodDefinition::KIND => Some(Self::MethodDefinition(MethodDefinition(node))),
            PropertyDefinition::KIND => Some(Self::PropertyDefinition(PropertyDefinition(node))),
            _ => None,
        }
    }
    fn syntax(self) -> Node<'t> {
        match self {
            Self::ConstructorDefinition(node) => node.syntax(),
            Self::MethodDefinition(node) => node.syntax(),
            Self::PropertyDefinition(node) => node.syntax(),
        }
    }
}

/// Any `pattern`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pattern<'t> {
    /// `pattern_element`.
    PatternElement(PatternElement<'t>),
    /// `rest_pattern`.
    RestPattern(RestPattern<'t>),
}

impl<'t> AstNode<'t> for Pattern<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        match node.kind_id() {
            PatternElement::KIND => Some(Self::PatternElement(PatternElement(node))),
            RestPattern::KIND => Some(Self::RestPattern(RestPattern(node))),
            _ => None,
        }
    }
    fn syntax(self) -> Node<'t> {
        match self {
            Self::PatternElement(node) => node.syntax(),
            Self::RestPattern(node) => node.syntax(),
        }
    }
}

/// Any `statement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Statement<'t> {
    /// `barrier_statement`.
    BarrierStatement(BarrierStatement<'t>),
    /// `block`.
    Block(Block<'t>),
    /// `break_statement`.
    BreakStatement(BreakStatement<'t>),
    /// `class_definition`.
    ClassDefinition(ClassDefinition<'t>),
    /// `continue_statement`.
    ContinueStatement(ContinueStatement<'t>),
    /// `data_import`.
    DataImport(DataImport<'t>),
    /// `echo_statement`.
    EchoStatement(EchoStatement<'t>),
    /// `empty_statement`.
    EmptyStatement(EmptyStatement<'t>),
    /// `expression_statement`.
    ExpressionStatement(ExpressionStatement<'t>),
    /// `for_statement`.
    ForStatement(ForStatement<'t>),
    /// `foreach_statement`.
    ForeachStatement(ForeachStatement<'t>),
    /// `forever_statement`.
    ForeverStatement(ForeverStatement<'t>),
    /// `function_definition`.
    FunctionDefinition(FunctionDefinition<'t>),
    /// `global_statement`.
    GlobalStatement(GlobalStatement<'t>),
    /// `if_statement`.
    IfStatement(IfStatement<'t>),
    /// `include_statement`.
    IncludeStatement(IncludeStatement<'t>),
    /// `namespace_import`.
    NamespaceImport(NamespaceImport<'t>),
    /// `return_statement`.
    ReturnStatement(ReturnStatement<'t>),
    /// `switch_statement`.
    SwitchStatement(SwitchStatement<'t>),
    /// `symbol_import`.
    SymbolImport(SymbolImport<'t>),
    /// `throw_statement`.
    ThrowStatement(ThrowStatement<'t>),
    /// `try_statement`.
    TryStatement(TryStatement<'t>),
    /// `while_statement`.
    WhileStatement(WhileStatement<'t>),
}

impl<'t> AstNode<'t> for Statement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        match node.kind_id() {
            BarrierStatement::KIND => Some(Self::BarrierStatement(BarrierStatement(node))),
            Block::KIND => Some(Self::Block(Block(node))),
            BreakStatement::KIND => Some(Self::BreakStatement(BreakStatement(node))),
            ClassDefinition::KIND => Some(Self::ClassDefinition(ClassDefinition(node))),
            ContinueStatement::KIND => Some(Self::ContinueStatement(ContinueStatement(node))),
            DataImport::KIND => Some(Self::DataImport(DataImport(node))),
            EchoStatement::KIND => Some(Self::EchoStatement(EchoStatement(node))),
            EmptyStatement::KIND => Some(Self::EmptyStatement(EmptyStatement(node))),
            ExpressionStatement::KIND => Some(Self::ExpressionStatement(ExpressionStatement(node))),
            ForStatement::KIND => Some(Self::ForStatement(ForStatement(node))),
            ForeachStatement::KIND => Some(Self::ForeachStatement(ForeachStatement(node))),
            ForeverStatement::KIND => Some(Self::ForeverStatement(ForeverStatement(node))),
            FunctionDefinition::KIND => Some(Self::FunctionDefinition(FunctionDefinition(node))),
            GlobalStatement::KIND => Some(Self::GlobalStatement(GlobalStatement(node))),
            IfStatement::KIND => Some(Self::IfStatement(IfStatement(node))),
            IncludeStatement::KIND => Some(Self::IncludeStatement(IncludeStatement(node))),
            NamespaceImport::KIND => Some(Self::NamespaceImport(NamespaceImport(node))),
            ReturnStatement::KIND => Some(Self::ReturnStatement(ReturnStatement(node))),
            SwitchStatement::KIND => Some(Self::SwitchStatement(SwitchStatement(node))),
            SymbolImport::KIND => Some(Self::SymbolImport(SymbolImport(node))),
            ThrowStatement::KIND => Some(Self::ThrowStatement(ThrowStatement(node))),
            TryStatement::KIND => Some(Self::TryStatement(TryStatement(node))),
            WhileStatement::KIND => Some(Self::WhileStatement(WhileStatement(node))),
            _ => None,
        }
    }
    fn syntax(self) -> Node<'t> {
        match self {
            Self::BarrierStatement(node) => node.syntax(),
            Self::Block(node) => node.syntax(),
            Self::BreakStatement(node) => node.syntax(),
            Self::ClassDefinition(node) => node.syntax(),
            Self::ContinueStatement(node) => node.syntax(),
            Self::DataImport(node) => node.syntax(),
            Self::EchoStatement(node) => node.syntax(),
            Self::EmptyStatement(node) => node.syntax(),
            Self::ExpressionStatement(node) => node.syntax(),
            Self::ForStatement(node) => node.syntax(),
            Self::ForeachStatement(node) => node.syntax(),
            Self::ForeverStatement(node) => node.syntax(),
            Self::FunctionDefinition(node) => node.syntax(),
            Self::GlobalStatement(node) => node.syntax(),
            Self::IfStatement(node) => node.syntax(),
            Self::IncludeStatement(node) => node.syntax(),
            Self::NamespaceImport(node) => node.syntax(),
            Self::ReturnStatement(node) => node.syntax(),
            Self::SwitchStatement(node) => node.syntax(),
            Self::SymbolImport(node) => node.syntax(),
            Self::ThrowStatement(node) => node.syntax(),
            Self::TryStatement(node) => node.syntax(),
            Self::WhileStatement(node) => node.syntax(),
        }
    }
}

/// `append_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AppendExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for AppendExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> AppendExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 204;

    /// Field `object`.
    pub fn object(self) -> Option<Expression<'t>> {
        field(self.0, 28)
    }
}

/// `arguments`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Arguments<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for Arguments<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> Arguments<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 201;

    /// The children, in order.
    pub fn items(self) -> Children<'t, ArgumentsItem<'t>> {
        Children::new(self.0, None)
    }
}

/// `array_element`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ArrayElement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for ArrayElement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> ArrayElement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 222;

    /// Field `key`.
    pub fn key(self) -> Option<Expression<'t>> {
        field(self.0, 22)
    }

    /// Field `value`.
    pub fn value(self) -> Option<Expression<'t>> {
        field(self.0, 43)
    }
}

/// `array_literal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ArrayLiteral<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for ArrayLiteral<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> ArrayLiteral<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 218;

    /// The children, in order.
    pub fn items(self) -> Children<'t, ArrayLiteralItem<'t>> {
        Children::new(self.0, None)
    }
}

/// `array_pattern`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ArrayPattern<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for ArrayPattern<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> ArrayPattern<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 196;

    /// The children, in order.
    pub fn patterns(self) -> Children<'t, Pattern<'t>> {
        Children::new(self.0, None)
    }
}

/// `assignment_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AssignmentExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for AssignmentExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> AssignmentExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 192;

    /// Field `left`.
    pub fn left(self) -> Option<Expression<'t>> {
        field(self.0, 24)
    }

    /// Field `operator`.
    pub fn operator(self) -> Option<Token<'t>> {
        field(self.0, 31)
    }

    /// Field `right`.
    pub fn right(self) -> Option<Expression<'t>> {
        field(self.0, 36)
    }

    /// The children, in order.
    pub fn missing_operands(self) -> Children<'t, MissingOperand<'t>> {
        Children::new(self.0, None)
    }
}

/// `barrier_statement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BarrierStatement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for BarrierStatement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> BarrierStatement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 184;

    /// Field `body`.
    pub fn body(self) -> Option<Block<'t>> {
        field(self.0, 5)
    }

    /// Field `key`.
    pub fn key(self) -> Option<Expression<'t>> {
        field(self.0, 22)
    }

    /// Field `variable`.
    pub fn variable(self) -> Option<Variable<'t>> {
        field(self.0, 44)
    }
}

/// `binary_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BinaryExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for BinaryExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> BinaryExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 188;

    /// Field `left`.
    pub fn left(self) -> Option<Expression<'t>> {
        field(self.0, 24)
    }

    /// Field `operator`.
    pub fn operator(self) -> Option<Token<'t>> {
        field(self.0, 31)
    }

    /// Field `right`.
    pub fn right(self) -> Option<Expression<'t>> {
        field(self.0, 36)
    }

    /// The children, in order.
    pub fn missing_operands(self) -> Children<'t, MissingOperand<'t>> {
        Children::new(self.0, None)
    }
}

/// `block`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Block<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for Block<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> Block<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 148;

    /// The children, in order.
    pub fn statements(self) -> Children<'t, Statement<'t>> {
        Children::new(self.0, None)
    }
}

/// `break_statement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BreakStatement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for BreakStatement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> BreakStatement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 159;
}

/// `builtin_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BuiltinExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for BuiltinExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> BuiltinExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 210;

    /// Field `name`.
    pub fn name(self) -> Option<Identifier<'t>> {
        field(self.0, 27)
    }
}

/// `cache_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CacheExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for CacheExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> CacheExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 211;

    /// Field `call`.
    pub fn call(self) -> Option<CallExpression<'t>> {
        field(self.0, 6)
    }

    /// Field `options`.
    pub fn options(self) -> Option<ArrayLiteral<'t>> {
        field(self.0, 32)
    }
}

/// `call_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CallExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for CallExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> CallExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 200;

    /// Field `arguments`.
    pub fn arguments(self) -> Option<Arguments<'t>> {
        field(self.0, 3)
    }

    /// Field `function`.
    pub fn function(self) -> Option<Expression<'t>> {
        field(self.0, 16)
    }
}

/// `captures`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Captures<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for Captures<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> Captures<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 170;

    /// Each `variable`, in order.
    pub fn variables(self) -> Children<'t, Variable<'t>> {
        Children::new(self.0, Some(44))
    }
}

/// `case_label`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CaseLabel<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for CaseLabel<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> CaseLabel<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 157;

    /// Field `value`.
    pub fn value(self) -> Option<Expression<'t>> {
        field(self.0, 43)
    }
}

/// `class_definition`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClassDefinition<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for ClassDefinition<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> ClassDefinition<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 171;

    /// Each `member`, in order.
    pub fn members(self) -> Children<'t, Member<'t>> {
        Children::new(self.0, Some(25))
    }

    /// Field `name`.
    pub fn name(self) -> Option<Identifier<'t>> {
        field(self.0, 27)
    }
}

/// `constructor_definition`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConstructorDefinition<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for ConstructorDefinition<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> ConstructorDefinition<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 173;

    /// Field `body`.
    pub fn body(self) -> Option<Block<'t>> {
        field(self.0, 5)
    }

    /// Field `captures`.
    pub fn captures(self) -> Option<Captures<'t>> {
        field(self.0, 7)
    }

    /// Field `parameters`.
    pub fn parameters(self) -> Option<Parameters<'t>> {
        field(self.0, 33)
    }
}

/// `continue_statement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContinueStatement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for ContinueStatement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> ContinueStatement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 160;
}

/// `data_import`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DataImport<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for DataImport<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> DataImport<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 182;

    /// Field `options`.
    pub fn options(self) -> Option<Expression<'t>> {
        field(self.0, 32)
    }

    /// Field `path`.
    pub fn path(self) -> Option<RawStringOrStringLiteral<'t>> {
        field(self.0, 34)
    }

    /// Field `variable`.
    pub fn variable(self) -> Option<Variable<'t>> {
        field(self.0, 44)
    }
}

/// `default_label`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DefaultLabel<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for DefaultLabel<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> DefaultLabel<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 158;
}

/// `destructuring_assignment`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DestructuringAssignment<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for DestructuringAssignment<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> DestructuringAssignment<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 195;

    /// Field `pattern`.
    pub fn pattern(self) -> Option<ArrayPattern<'t>> {
        field(self.0, 35)
    }

    /// Field `right`.
    pub fn right(self) -> Option<Expression<'t>> {
        field(self.0, 36)
    }

    /// The children, in order.
    pub fn missing_operands(self) -> Children<'t, MissingOperand<'t>> {
        Children::new(self.0, None)
    }
}

/// `echo_statement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EchoStatement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for EchoStatement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> EchoStatement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 149;

    /// Field `value`.
    pub fn value(self) -> Option<Expression<'t>> {
        field(self.0, 43)
    }
}

/// `empty_statement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EmptyStatement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for EmptyStatement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> EmptyStatement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 147;
}

/// `expression_statement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExpressionStatement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for ExpressionStatement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> ExpressionStatement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 185;

    /// Field `expression`.
    pub fn expression(self) -> Option<Expression<'t>> {
        field(self.0, 13)
    }
}

/// `for_statement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ForStatement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for ForStatement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> ForStatement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 153;

    /// Field `body`.
    pub fn body(self) -> Option<Statement<'t>> {
        field(self.0, 5)
    }

    /// Field `condition`.
    pub fn condition(self) -> Option<Expression<'t>> {
        field(self.0, 9)
    }

    /// Field `initializer`.
    pub fn initializer(self) -> Option<Expression<'t>> {
        field(self.0, 19)
    }

    /// Field `update`.
    pub fn update(self) -> Option<Expression<'t>> {
        field(self.0, 42)
    }
}

/// `foreach_statement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ForeachStatement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for ForeachStatement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> ForeachStatement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 154;

    /// Field `body`.
    pub fn body(self) -> Option<Statement<'t>> {
        field(self.0, 5)
    }

    /// Field `iterable`.
    pub fn iterable(self) -> Option<Expression<'t>> {
        field(self.0, 21)
    }

    /// Field `key`.
    pub fn key(self) -> Option<Variable<'t>> {
        field(self.0, 22)
    }

    /// Field `value`.
    pub fn value(self) -> Option<Variable<'t>> {
        field(self.0, 43)
    }
}

/// `forever_statement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ForeverStatement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for ForeverStatement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> ForeverStatement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 152;

    /// Field `body`.
    pub fn body(self) -> Option<Statement<'t>> {
        field(self.0, 5)
    }
}

/// `function_definition`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FunctionDefinition<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for FunctionDefinition<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> FunctionDefinition<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 165;

    /// Field `body`.
    pub fn body(self) -> Option<Block<'t>> {
        field(self.0, 5)
    }

    /// Field `captures`.
    pub fn captures(self) -> Option<Captures<'t>> {
        field(self.0, 7)
    }

    /// Field `name`.
    pub fn name(self) -> Option<Identifier<'t>> {
        field(self.0, 27)
    }

    /// Field `parameters`.
    pub fn parameters(self) -> Option<Parameters<'t>> {
        field(self.0, 33)
    }
}

/// `function_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FunctionExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for FunctionExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> FunctionExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 213;

    /// Field `body`.
    pub fn body(self) -> Option<Block<'t>> {
        field(self.0, 5)
    }

    /// Field `captures`.
    pub fn captures(self) -> Option<Captures<'t>> {
        field(self.0, 7)
    }

    /// Field `parameters`.
    pub fn parameters(self) -> Option<Parameters<'t>> {
        field(self.0, 33)
    }
}

/// `global_statement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GlobalStatement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for GlobalStatement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> GlobalStatement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 164;

    /// Each `variable`, in order.
    pub fn variables(self) -> Children<'t, Variable<'t>> {
        Children::new(self.0, Some(44))
    }
}

/// `if_statement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IfStatement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for IfStatement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> IfStatement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 150;

    /// Field `alternative`.
    pub fn alternative(self) -> Option<Statement<'t>> {
        field(self.0, 2)
    }

    /// Field `condition`.
    pub fn condition(self) -> Option<Expression<'t>> {
        field(self.0, 9)
    }

    /// Field `consequence`.
    pub fn consequence(self) -> Option<Statement<'t>> {
        field(self.0, 10)
    }
}

/// `import_item`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ImportItem<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for ImportItem<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> ImportItem<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 179;

    /// Field `alias`.
    pub fn alias(self) -> Option<IdentifierOrVariable<'t>> {
        field(self.0, 1)
    }

    /// Field `name`.
    pub fn name(self) -> Option<IdentifierOrVariable<'t>> {
        field(self.0, 27)
    }
}

/// `include_statement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IncludeStatement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for IncludeStatement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> IncludeStatement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 177;

    /// Field `path`.
    pub fn path(self) -> Option<RawStringOrStringLiteral<'t>> {
        field(self.0, 34)
    }
}

/// `interpolation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Interpolation<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for Interpolation<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> Interpolation<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 226;

    /// Field `variable`.
    pub fn variable(self) -> Option<Variable<'t>> {
        field(self.0, 44)
    }
}

/// `isset_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IssetExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for IssetExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> IssetExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 208;

    /// Field `operand`.
    pub fn operand(self) -> Option<Expression<'t>> {
        field(self.0, 30)
    }
}

/// `match_arm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MatchArm<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for MatchArm<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> MatchArm<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 215;

    /// Each `pattern`, in order.
    pub fn patterns(self) -> Children<'t, Expression<'t>> {
        Children::new(self.0, Some(35))
    }

    /// Field `value`.
    pub fn value(self) -> Option<Expression<'t>> {
        field(self.0, 43)
    }
}

/// `match_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MatchExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for MatchExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> MatchExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 214;

    /// Each `arm`, in order.
    pub fn arms(self) -> Children<'t, MatchArm<'t>> {
        Children::new(self.0, Some(4))
    }

    /// Field `subject`.
    pub fn subject(self) -> Option<Expression<'t>> {
        field(self.0, 40)
    }
}

/// `member_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MemberExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for MemberExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> MemberExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 206;

    /// Field `name`.
    pub fn name(self) -> Option<Identifier<'t>> {
        field(self.0, 27)
    }

    /// Field `object`.
    pub fn object(self) -> Option<Expression<'t>> {
        field(self.0, 28)
    }
}

/// `method_definition`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MethodDefinition<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for MethodDefinition<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> MethodDefinition<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 174;

    /// Field `body`.
    pub fn body(self) -> Option<Block<'t>> {
        field(self.0, 5)
    }

    /// Field `captures`.
    pub fn captures(self) -> Option<Captures<'t>> {
        field(self.0, 7)
    }

    /// Each `modifier`, in order.
    pub fn modifiers(self) -> Children<'t, Modifier<'t>> {
        Children::new(self.0, Some(26))
    }

    /// Field `name`.
    pub fn name(self) -> Option<Identifier<'t>> {
        field(self.0, 27)
    }

    /// Field `parameters`.
    pub fn parameters(self) -> Option<Parameters<'t>> {
        field(self.0, 33)
    }
}

/// `modifier`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Modifier<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for Modifier<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> Modifier<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 176;
}

/// `namespace_import`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NamespaceImport<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for NamespaceImport<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> NamespaceImport<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 181;

    /// Field `alias`.
    pub fn alias(self) -> Option<Identifier<'t>> {
        field(self.0, 1)
    }

    /// Field `path`.
    pub fn path(self) -> Option<RawStringOrStringLiteral<'t>> {
        field(self.0, 34)
    }
}

/// `parameter`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Parameter<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for Parameter<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> Parameter<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 168;

    /// Field `default`.
    pub fn default(self) -> Option<Expression<'t>> {
        field(self.0, 12)
    }

    /// Field `name`.
    pub fn name(self) -> Option<Variable<'t>> {
        field(self.0, 27)
    }
}

/// `parameters`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Parameters<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for Parameters<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> Parameters<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 167;

    /// The children, in order.
    pub fn items(self) -> Children<'t, ParametersItem<'t>> {
        Children::new(self.0, None)
    }
}

/// `parenthesized_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ParenthesizedExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for ParenthesizedExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> ParenthesizedExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 217;

    /// Field `expression`.
    pub fn expression(self) -> Option<Expression<'t>> {
        field(self.0, 13)
    }
}

/// `pattern_element`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PatternElement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for PatternElement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> PatternElement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 198;

    /// Field `default`.
    pub fn default(self) -> Option<Expression<'t>> {
        field(self.0, 12)
    }

    /// Field `key`.
    pub fn key(self) -> Option<Expression<'t>> {
        field(self.0, 22)
    }

    /// Field `target`.
    pub fn target(self) -> Option<Expression<'t>> {
        field(self.0, 41)
    }
}

/// `postfix_update_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PostfixUpdateExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for PostfixUpdateExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> PostfixUpdateExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 191;

    /// Field `operand`.
    pub fn operand(self) -> Option<Expression<'t>> {
        field(self.0, 30)
    }

    /// Field `operator`.
    pub fn operator(self) -> Option<Token<'t>> {
        field(self.0, 31)
    }
}

/// `prefix_update_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PrefixUpdateExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for PrefixUpdateExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> PrefixUpdateExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 190;

    /// Field `operand`.
    pub fn operand(self) -> Option<Expression<'t>> {
        field(self.0, 30)
    }

    /// Field `operator`.
    pub fn operator(self) -> Option<Token<'t>> {
        field(self.0, 31)
    }

    /// The children, in order.
    pub fn missing_operands(self) -> Children<'t, MissingOperand<'t>> {
        Children::new(self.0, None)
    }
}

/// `property_definition`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PropertyDefinition<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for PropertyDefinition<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> PropertyDefinition<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 175;

    /// Each `modifier`, in order.
    pub fn modifiers(self) -> Children<'t, Modifier<'t>> {
        Children::new(self.0, Some(26))
    }

    /// Field `name`.
    pub fn name(self) -> Option<Variable<'t>> {
        field(self.0, 27)
    }

    /// Field `value`.
    pub fn value(self) -> Option<Expression<'t>> {
        field(self.0, 43)
    }
}

/// `raw_string`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RawString<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for RawString<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> RawString<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 227;

    /// Field `close`.
    pub fn close(self) -> Option<RawStringEnd<'t>> {
        field(self.0, 8)
    }

    /// Field `content`.
    pub fn content(self) -> Option<RawStringContent<'t>> {
        field(self.0, 11)
    }

    /// Field `open`.
    pub fn open(self) -> Option<RawStringStart<'t>> {
        field(self.0, 29)
    }
}

/// `regex`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Regex<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for Regex<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> Regex<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 228;

    /// Field `flags`.
    pub fn flags(self) -> Option<RegexFlags<'t>> {
        field(self.0, 15)
    }

    /// Field `pattern`.
    pub fn pattern(self) -> Option<RegexPattern<'t>> {
        field(self.0, 35)
    }
}

/// `rest_parameter`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RestParameter<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for RestParameter<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> RestParameter<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 169;

    /// Field `name`.
    pub fn name(self) -> Option<Variable<'t>> {
        field(self.0, 27)
    }
}

/// `rest_pattern`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RestPattern<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for RestPattern<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> RestPattern<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 199;

    /// Field `target`.
    pub fn target(self) -> Option<Variable<'t>> {
        field(self.0, 41)
    }
}

/// `return_statement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReturnStatement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for ReturnStatement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> ReturnStatement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 161;

    /// Field `value`.
    pub fn value(self) -> Option<Expression<'t>> {
        field(self.0, 43)
    }
}

/// `scoped_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScopedExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for ScopedExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> ScopedExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 207;

    /// Field `name`.
    pub fn name(self) -> Option<IdentifierOrVariable<'t>> {
        field(self.0, 27)
    }

    /// Field `scope`.
    pub fn scope(self) -> Option<IdentifierOrToken<'t>> {
        field(self.0, 37)
    }
}

/// `slice_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SliceExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for SliceExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> SliceExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 205;

    /// Field `first`.
    pub fn first(self) -> Option<Expression<'t>> {
        field(self.0, 14)
    }

    /// Field `last`.
    pub fn last(self) -> Option<Expression<'t>> {
        field(self.0, 23)
    }

    /// Field `object`.
    pub fn object(self) -> Option<Expression<'t>> {
        field(self.0, 28)
    }

    /// Field `step`.
    pub fn step(self) -> Option<Expression<'t>> {
        field(self.0, 39)
    }
}

/// `source_file`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SourceFile<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for SourceFile<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> SourceFile<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 143;

    /// Field `shebang`.
    pub fn shebang(self) -> Option<Shebang<'t>> {
        field(self.0, 38)
    }

    /// The children, in order.
    pub fn statements(self) -> Children<'t, Statement<'t>> {
        Children::new(self.0, None)
    }
}

/// `spread_argument`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SpreadArgument<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for SpreadArgument<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> SpreadArgument<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 202;

    /// Field `value`.
    pub fn value(self) -> Option<Expression<'t>> {
        field(self.0, 43)
    }
}

/// `spread_element`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SpreadElement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for SpreadElement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> SpreadElement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 223;

    /// Field `value`.
    pub fn value(self) -> Option<Expression<'t>> {
        field(self.0, 43)
    }
}

/// `string`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StringLiteral<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for StringLiteral<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> StringLiteral<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 225;

    /// The children, in order.
    pub fn items(self) -> Children<'t, StringLiteralItem<'t>> {
        Children::new(self.0, None)
    }
}

/// `subscript_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SubscriptExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for SubscriptExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> SubscriptExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 203;

    /// Field `index`.
    pub fn index(self) -> Option<Expression<'t>> {
        field(self.0, 18)
    }

    /// Field `object`.
    pub fn object(self) -> Option<Expression<'t>> {
        field(self.0, 28)
    }
}

/// `switch_body`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SwitchBody<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for SwitchBody<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> SwitchBody<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 156;

    /// The children, in order.
    pub fn items(self) -> Children<'t, SwitchBodyItem<'t>> {
        Children::new(self.0, None)
    }
}

/// `switch_statement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SwitchStatement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for SwitchStatement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> SwitchStatement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 155;

    /// Field `body`.
    pub fn body(self) -> Option<SwitchBody<'t>> {
        field(self.0, 5)
    }

    /// Field `subject`.
    pub fn subject(self) -> Option<Expression<'t>> {
        field(self.0, 40)
    }
}

/// `symbol_import`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SymbolImport<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for SymbolImport<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> SymbolImport<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 178;

    /// Each `item`, in order.
    pub fn items(self) -> Children<'t, ImportItem<'t>> {
        Children::new(self.0, Some(20))
    }

    /// Field `path`.
    pub fn path(self) -> Option<RawStringOrStringLiteral<'t>> {
        field(self.0, 34)
    }
}

/// `ternary_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TernaryExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for TernaryExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> TernaryExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 187;

    /// Field `alternative`.
    pub fn alternative(self) -> Option<Expression<'t>> {
        field(self.0, 2)
    }

    /// Field `condition`.
    pub fn condition(self) -> Option<Expression<'t>> {
        field(self.0, 9)
    }

    /// Field `consequence`.
    pub fn consequence(self) -> Option<Expression<'t>> {
        field(self.0, 10)
    }

    /// The children, in order.
    pub fn missing_operands(self) -> Children<'t, MissingOperand<'t>> {
        Children::new(self.0, None)
    }
}

/// `throw_statement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ThrowStatement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for ThrowStatement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> ThrowStatement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 162;

    /// Field `value`.
    pub fn value(self) -> Option<Expression<'t>> {
        field(self.0, 43)
    }
}

/// `try_statement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TryStatement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for TryStatement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> TryStatement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 163;

    /// Field `body`.
    pub fn body(self) -> Option<Block<'t>> {
        field(self.0, 5)
    }

    /// Field `handler`.
    pub fn handler(self) -> Option<Block<'t>> {
        field(self.0, 17)
    }

    /// Field `variable`.
    pub fn variable(self) -> Option<Variable<'t>> {
        field(self.0, 44)
    }
}

/// `unary_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnaryExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for UnaryExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> UnaryExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 189;

    /// Field `operand`.
    pub fn operand(self) -> Option<Expression<'t>> {
        field(self.0, 30)
    }

    /// Field `operator`.
    pub fn operator(self) -> Option<Token<'t>> {
        field(self.0, 31)
    }

    /// The children, in order.
    pub fn missing_operands(self) -> Children<'t, MissingOperand<'t>> {
        Children::new(self.0, None)
    }
}

/// `unset_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnsetExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for UnsetExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> UnsetExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 209;

    /// Field `operand`.
    pub fn operand(self) -> Option<Expression<'t>> {
        field(self.0, 30)
    }
}

/// `while_statement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WhileStatement<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for WhileStatement<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> WhileStatement<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 151;

    /// Field `body`.
    pub fn body(self) -> Option<Statement<'t>> {
        field(self.0, 5)
    }

    /// Field `condition`.
    pub fn condition(self) -> Option<Expression<'t>> {
        field(self.0, 9)
    }
}

/// `yield_expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct YieldExpression<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for YieldExpression<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> YieldExpression<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 216;

    /// Field `value`.
    pub fn value(self) -> Option<Expression<'t>> {
        field(self.0, 43)
    }
}

/// `comment`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Comment<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for Comment<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> Comment<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 26;
}

/// `escape_sequence`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EscapeSequence<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for EscapeSequence<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> EscapeSequence<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 124;
}

/// `false`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FalseLiteral<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for FalseLiteral<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> FalseLiteral<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 131;
}

/// `identifier`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identifier<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for Identifier<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> Identifier<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 1;
}

/// `missing_operand`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MissingOperand<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for MissingOperand<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> MissingOperand<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 141;
}

/// `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NoneLiteral<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for NoneLiteral<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> NoneLiteral<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 132;
}

/// `number`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Number<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for Number<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> Number<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 120;
}

/// `raw_string_content`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RawStringContent<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for RawStringContent<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> RawStringContent<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 137;
}

/// `raw_string_end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RawStringEnd<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for RawStringEnd<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> RawStringEnd<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 138;
}

/// `raw_string_start`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RawStringStart<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for RawStringStart<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> RawStringStart<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 136;
}

/// `regex_flags`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RegexFlags<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for RegexFlags<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> RegexFlags<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 129;
}

/// `regex_pattern`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RegexPattern<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for RegexPattern<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> RegexPattern<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 128;
}

/// `shebang`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shebang<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for Shebang<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> Shebang<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 25;
}

/// `string_content`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StringContent<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for StringContent<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> StringContent<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 123;
}

/// `true`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TrueLiteral<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for TrueLiteral<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> TrueLiteral<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 130;
}

/// `variable`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Variable<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for Variable<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind_id() == Self::KIND).then_some(Self(node))
    }
    fn syntax(self) -> Node<'t> {
        self.0
    }
}

impl<'t> Variable<'t> {
    /// Number of the kind in the grammar.
    pub const KIND: u16 = 119;
}

/// One of `expression`, `spread_argument`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArgumentsItem<'t> {
    /// `expression`.
    Expression(Expression<'t>),
    /// `spread_argument`.
    SpreadArgument(SpreadArgument<'t>),
}

impl<'t> AstNode<'t> for ArgumentsItem<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        match node.kind_id() {
            SpreadArgument::KIND => Some(Self::SpreadArgument(SpreadArgument(node))),
            _ => Expression::cast(node).map(Self::Expression),
        }
    }
    fn syntax(self) -> Node<'t> {
        match self {
            Self::Expression(node) => node.syntax(),
            Self::SpreadArgument(node) => node.syntax(),
        }
    }
}

/// One of `array_element`, `spread_element`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArrayLiteralItem<'t> {
    /// `array_element`.
    ArrayElement(ArrayElement<'t>),
    /// `spread_element`.
    SpreadElement(SpreadElement<'t>),
}

impl<'t> AstNode<'t> for ArrayLiteralItem<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        match node.kind_id() {
            ArrayElement::KIND => Some(Self::ArrayElement(ArrayElement(node))),
            SpreadElement::KIND => Some(Self::SpreadElement(SpreadElement(node))),
            _ => None,
        }
    }
    fn syntax(self) -> Node<'t> {
        match self {
            Self::ArrayElement(node) => node.syntax(),
            Self::SpreadElement(node) => node.syntax(),
        }
    }
}

/// One of `identifier`, `Token`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdentifierOrToken<'t> {
    /// `identifier`.
    Identifier(Identifier<'t>),
    /// `Token`.
    Token(Token<'t>),
}

impl<'t> AstNode<'t> for IdentifierOrToken<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        match node.kind_id() {
            Identifier::KIND => Some(Self::Identifier(Identifier(node))),
            _ => Token::cast(node).map(Self::Token),
        }
    }
    fn syntax(self) -> Node<'t> {
        match self {
            Self::Identifier(node) => node.syntax(),
            Self::Token(node) => node.syntax(),
        }
    }
}

/// One of `identifier`, `variable`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdentifierOrVariable<'t> {
    /// `identifier`.
    Identifier(Identifier<'t>),
    /// `variable`.
    Variable(Variable<'t>),
}

impl<'t> AstNode<'t> for IdentifierOrVariable<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        match node.kind_id() {
            Identifier::KIND => Some(Self::Identifier(Identifier(node))),
            Variable::KIND => Some(Self::Variable(Variable(node))),
            _ => None,
        }
    }
    fn syntax(self) -> Node<'t> {
        match self {
            Self::Identifier(node) => node.syntax(),
            Self::Variable(node) => node.syntax(),
        }
    }
}

/// One of `parameter`, `rest_parameter`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParametersItem<'t> {
    /// `parameter`.
    Parameter(Parameter<'t>),
    /// `rest_parameter`.
    RestParameter(RestParameter<'t>),
}

impl<'t> AstNode<'t> for ParametersItem<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        match node.kind_id() {
            Parameter::KIND => Some(Self::Parameter(Parameter(node))),
            RestParameter::KIND => Some(Self::RestParameter(RestParameter(node))),
            _ => None,
        }
    }
    fn syntax(self) -> Node<'t> {
        match self {
            Self::Parameter(node) => node.syntax(),
            Self::RestParameter(node) => node.syntax(),
        }
    }
}

/// One of `raw_string`, `string`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RawStringOrStringLiteral<'t> {
    /// `raw_string`.
    RawString(RawString<'t>),
    /// `string`.
    StringLiteral(StringLiteral<'t>),
}

impl<'t> AstNode<'t> for RawStringOrStringLiteral<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        match node.kind_id() {
            RawString::KIND => Some(Self::RawString(RawString(node))),
            StringLiteral::KIND => Some(Self::StringLiteral(StringLiteral(node))),
            _ => None,
        }
    }
    fn syntax(self) -> Node<'t> {
        match self {
            Self::RawString(node) => node.syntax(),
            Self::StringLiteral(node) => node.syntax(),
        }
    }
}

/// One of `escape_sequence`, `interpolation`, `string_content`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StringLiteralItem<'t> {
    /// `escape_sequence`.
    EscapeSequence(EscapeSequence<'t>),
    /// `interpolation`.
    Interpolation(Interpolation<'t>),
    /// `string_content`.
    StringContent(StringContent<'t>),
}

impl<'t> AstNode<'t> for StringLiteralItem<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        match node.kind_id() {
            EscapeSequence::KIND => Some(Self::EscapeSequence(EscapeSequence(node))),
            Interpolation::KIND => Some(Self::Interpolation(Interpolation(node))),
            StringContent::KIND => Some(Self::StringContent(StringContent(node))),
            _ => None,
        }
    }
    fn syntax(self) -> Node<'t> {
        match self {
            Self::EscapeSequence(node) => node.syntax(),
            Self::Interpolation(node) => node.syntax(),
            Self::StringContent(node) => node.syntax(),
        }
    }
}

/// One of `case_label`, `default_label`, `statement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SwitchBodyItem<'t> {
    /// `case_label`.
    CaseLabel(CaseLabel<'t>),
    /// `default_label`.
    DefaultLabel(DefaultLabel<'t>),
    /// `statement`.
    Statement(Statement<'t>),
}

impl<'t> AstNode<'t> for SwitchBodyItem<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        match node.kind_id() {
            CaseLabel::KIND => Some(Self::CaseLabel(CaseLabel(node))),
            DefaultLabel::KIND => Some(Self::DefaultLabel(DefaultLabel(node))),
            _ => Statement::cast(node).map(Self::Statement),
        }
    }
    fn syntax(self) -> Node<'t> {
        match self {
            Self::CaseLabel(node) => node.syntax(),
            Self::DefaultLabel(node) => node.syntax(),
            Self::Statement(node) => node.syntax(),
        }
    }
}
