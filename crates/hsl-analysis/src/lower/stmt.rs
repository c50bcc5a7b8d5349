//! Statements.

use diagnostics::{Edit, Fix, Severity, Span, codes};
use hsl_decl::Effect;
use hsl_syntax::ast::{self, AstNode, RawStringOrStringLiteral, Statement, SwitchBodyItem as Item};
use hsl_syntax::tree_sitter::Node;

use super::Lowerer;
use super::scope::Jump;
use crate::hir::{Block, Callee, ExprId, ExprKind, Stmt, StmtKind, SwitchItem};

impl<'g> Lowerer<'g, '_> {
    /// The statements directly below a node.
    pub(super) fn statements(&mut self, parent: Node<'g>) -> Block {
        let mut block = Vec::new();
        let mut last: Option<Span> = None;
        let all: Vec<_> = ast::children::<Statement<'g>>(parent).collect();
        for (at, statement) in all.iter().copied().enumerate() {
            if let Some(exit) = last.filter(|_| runs(statement)) {
                self.unreachable(&all[at..], exit);
            }
            self.statement(statement, &mut block);
            let leaves = block.last().is_some_and(|stmt| self.leaves(&stmt.kind));
            last = (leaves && runs(statement)).then(|| statement.span());
        }
        block
    }

    /// Whether nothing behind a statement runs.
    fn leaves(&self, kind: &StmtKind) -> bool {
        match kind {
            StmtKind::Return(_) | StmtKind::Throw(_) | StmtKind::Break | StmtKind::Continue => true,
            StmtKind::Expr(value) => matches!(
                &self.program.expr(*value).kind,
                ExprKind::Call { callee: Callee::Builtin(decl), .. }
                    if decl.effect == Effect::Terminates
            ),
            _ => false,
        }
    }

    /// Reports the first of some statements; the fix takes out what runs with it.
    fn unreachable(&mut self, statements: &[Statement<'g>], exit: Span) {
        let dead = statements.iter().take_while(|statement| runs(**statement));
        let mut dead = dead.map(|statement| statement.span());
        let Some(first) = dead.next() else { return };
        let all = dead.fold(first, Span::cover);
        let finding = self.finding(&codes::UNREACHABLE_CODE, first, "this never runs");
        let mut finding = finding.label(exit, "nothing behind this runs");
        let text = self.text();
        // A `yield` that never runs still makes its function a generator.
        if memchr::memmem::find(&text[all.range(text.len())], b"yield").is_none() {
            let edits = vec![Edit { span: all, text: String::new() }];
            let title = "Remove what never runs".to_owned();
            finding.fix = Some(Fix { title, edits, safe: true });
        }
        self.report(finding);
    }

    /// A statement that is the whole body of another, braces left out.
    fn branch(&mut self, body: Option<Statement<'g>>) -> Block {
        let mut block = Vec::new();
        self.frame().conditional += 1;
        match body {
            Some(Statement::Block(node)) => block = self.statements(node.syntax()),
            Some(statement) => self.statement(statement, &mut block),
            None => {}
        }
        self.frame().conditional -= 1;
        block
    }

    fn loop_body(&mut self, body: Option<Statement<'g>>) -> Block {
        self.frame().jumps.push(Jump::Loop);
        let block = self.branch(body);
        self.frame().jumps.pop();
        block
    }

    fn guarded(&mut self, body: Option<ast::Block<'g>>) -> Block {
        self.branch(body.map(Statement::Block))
    }

    fn statement(&mut self, statement: Statement<'g>, out: &mut Block) {
        let span = statement.span();
        if !self.descend(span) {
            return;
        }
        let at = self.at(span);
        let refused = self.refused;
        if is_simple(statement) && statement.syntax().has_error() {
            self.refused = refused.max(refused_until(statement.syntax()));
        }
        match statement {
            Statement::GlobalStatement(node) => {
                for variable in node.variables() {
                    let kind = self.bind_global(variable);
                    out.extend(kind.map(|kind| Stmt { at, kind }));
                }
            }
            Statement::FunctionDefinition(node) => self.function_definition(node),
            Statement::ClassDefinition(node) => self.class_definition(node),
            Statement::Block(node) => {
                let kind = StmtKind::Block(self.statements(node.syntax()));
                out.push(Stmt { at, kind });
            }
            _ => {
                let kind = self.kind(statement);
                let at = self.at(head(statement));
                out.extend(kind.map(|kind| Stmt { at, kind }));
            }
        }
        self.refused = refused;
        self.ascend();
    }

    fn kind(&mut self, statement: Statement<'g>) -> Option<StmtKind> {
        match statement {
            Statement::EchoStatement(node) => {
                Some(StmtKind::Echo(self.expr(node.value(), node.span())))
            }
            Statement::ExpressionStatement(node) => {
                Some(StmtKind::Expr(self.expr(node.expression(), node.span())))
            }
            Statement::IfStatement(node) => Some(self.if_statement(node)),
            Statement::WhileStatement(node) => Some(StmtKind::While {
                condition: self.expr(node.condition(), node.span()),
                body: self.loop_body(node.body()),
            }),
            Statement::ForeverStatement(node) => {
                Some(StmtKind::Forever(self.loop_body(node.body())))
            }
            Statement::ForStatement(node) => Some(self.for_statement(node)),
            Statement::ForeachStatement(node) => self.foreach_statement(node),
            Statement::SwitchStatement(node) => Some(self.switch_statement(node)),
            Statement::BreakStatement(node) => self.jump(node.span(), StmtKind::Break),
            Statement::ContinueStatement(node) => self.jump(node.span(), StmtKind::Continue),
            Statement::ReturnStatement(node) => {
                let value = node.value().map(|value| self.expr(Some(value), node.span()));
                Some(StmtKind::Return(value))
            }
            Statement::ThrowStatement(node) => {
                Some(StmtKind::Throw(self.expr(node.value(), node.span())))
            }
            Statement::TryStatement(node) => self.try_statement(node),
            Statement::BarrierStatement(node) => Some(self.barrier_statement(node)),
            Statement::IncludeStatement(node) => self.include_statement(node),
            Statement::SymbolImport(node) => {
                self.import(node.span(), node.path().map(AstNode::span))
            }
            Statement::NamespaceImport(node) => {
                self.import(node.span(), node.path().map(AstNode::span))
            }
            Statement::DataImport(node) => self.data_import(node),
            Statement::EmptyStatement(_)
            | Statement::Block(_)
            | Statement::GlobalStatement(_)
            | Statement::FunctionDefinition(_)
            | Statement::ClassDefinition(_) => None,
        }
    }

    /// A chain of `else if` is one statement with many arms: generated code has long chains.
    fn if_statement(&mut self, first: ast::IfStatement<'g>) -> StmtKind {
        let mut arms = Vec::new();
        let mut node = first;
        loop {
            let condition = self.expr(node.condition(), node.span());
            arms.push((condition, self.branch(node.consequence())));
            match node.alternative() {
                Some(Statement::IfStatement(next)) => node = next,
                other => return StmtKind::If { arms, otherwise: self.branch(other) },
            }
        }
    }

    fn for_statement(&mut self, node: ast::ForStatement<'g>) -> StmtKind {
        let mut part = |part: Option<ast::Expression<'g>>| -> Option<ExprId> {
            part.map(|part| self.expr(Some(part), node.span()))
        };
        let (initializer, condition) = (part(node.initializer()), part(node.condition()));
        let update = part(node.update());
        StmtKind::For { initializer, condition, update, body: self.loop_body(node.body()) }
    }

    fn foreach_statement(&mut self, node: ast::ForeachStatement<'g>) -> Option<StmtKind> {
        let iterable = self.expr(node.iterable(), node.span());
        let key = node.key().map(|key| self.write_variable(&self.name_of(key), key.span()));
        let value = node.value()?;
        let value = self.write_variable(&self.name_of(value), value.span());
        Some(StmtKind::Foreach { iterable, key, value, body: self.loop_body(node.body()) })
    }

    fn switch_statement(&mut self, node: ast::SwitchStatement<'g>) -> StmtKind {
        let subject = self.expr(node.subject(), node.span());
        let mut items = Vec::new();
        let mut default: Option<Span> = None;
        self.frame().jumps.push(Jump::Switch);
        self.frame().conditional += 1;
        for item in node.body().into_iter().flat_map(ast::SwitchBody::items) {
            match item {
                Item::CaseLabel(label) => {
                    items.push(SwitchItem::Case(self.expr(label.value(), label.span())));
                }
                Item::DefaultLabel(label) => {
                    let at = first_word(label.span(), "default");
                    if let Some(first) = default {
                        let message = "this `switch` already has a `default`";
                        let finding = self.finding(&codes::DUPLICATE_DEFINITION, at, message);
                        self.report(finding.label(first, "first one here"));
                    }
                    default = default.or(Some(at));
                    items.push(SwitchItem::Default);
                }
                Item::Statement(statement) => self.switch_item(statement, &mut items),
            }
        }
        self.frame().conditional -= 1;
        self.frame().jumps.pop();
        StmtKind::Switch { subject, items }
    }

    fn switch_item(&mut self, statement: Statement<'g>, items: &mut Vec<SwitchItem>) {
        let mut block = Vec::new();
        self.statement(statement, &mut block);
        items.extend(block.into_iter().map(SwitchItem::Stmt));
    }

    fn jump(&mut self, span: Span, kind: StmtKind) -> Option<StmtKind> {
        let leaves_switch = matches!(kind, StmtKind::Break);
        let inside = self.frame().jumps.iter().any(|j| leaves_switch || *j == Jump::Loop);
        if inside {
            return Some(kind);
        }
        let (word, message) = match leaves_switch {
            true => ("break", "`break` stands outside a loop or `switch`"),
            false => ("continue", "`continue` stands outside a loop"),
        };
        let finding = self.finding(&codes::MISPLACED_JUMP, first_word(span, word), message);
        let around = self.frames.iter().any(|frame| !frame.jumps.is_empty());
        let is_cut = around && self.frame().jumps.is_empty();
        self.report(match is_cut {
            true => finding.help("a function cannot leave the loop around it; `return` ends it"),
            false => finding,
        });
        None
    }

    fn try_statement(&mut self, node: ast::TryStatement<'g>) -> Option<StmtKind> {
        let body = self.guarded(node.body());
        let variable = node.variable()?;
        let variable = self.write_variable(&self.name_of(variable), variable.span());
        Some(StmtKind::Try { body, variable, handler: self.guarded(node.handler()) })
    }

    fn barrier_statement(&mut self, node: ast::BarrierStatement<'g>) -> StmtKind {
        let key = self.expr(node.key(), node.span());
        let variable = node.variable().map(|v| self.write_variable(&self.name_of(v), v.span()));
        let name = node.key().and_then(|key| {
            let text = RawStringOrStringLiteral::cast(key.syntax())?;
            Some((text.value(self.text())?.into_owned(), key.span()))
        });
        self.check_held(name.as_ref());
        self.frame().held.extend(name.clone());
        let body = self.guarded(node.body());
        if name.is_some() {
            self.frame().held.pop();
        }
        StmtKind::Barrier { key, variable, body }
    }

    /// Warns about a barrier inside itself: entering it throws.
    fn check_held(&mut self, name: Option<&(Vec<u8>, Span)>) {
        let Some((name, span)) = name else { return };
        let outer = self.frame().held.iter().find(|(held, _)| held == name).map(|(_, at)| *at);
        if let Some(outer) = outer {
            let message = "this barrier is already held here; entering it again throws";
            let mut finding = self.finding(&codes::CACHE_BARRIER_MISUSE, *span, message);
            finding.severity = Severity::Warning;
            self.report(finding.label(outer, "entered here"));
        }
    }

    fn include_statement(&mut self, node: ast::IncludeStatement<'g>) -> Option<StmtKind> {
        let file = self.include_target(node)?;
        if let Some(path) = node.path() {
            self.refer_to(self.at(path.span()), crate::Meaning::File(file));
        }
        let mut block = Vec::new();
        self.inside(file, node.span(), |this, root| block = this.statements(root));
        Some(StmtKind::Block(block))
    }
}

/// Whether a statement holds no other statement but in function values.
fn is_simple(statement: Statement<'_>) -> bool {
    matches!(
        statement,
        Statement::ExpressionStatement(_)
            | Statement::EchoStatement(_)
            | Statement::ReturnStatement(_)
            | Statement::ThrowStatement(_)
    )
}

/// Where a broken statement ends. After a part that it lacks, the parser goes on in the next one and
/// makes both one: they part at the `;` that it could not use.
fn refused_until(statement: Node<'_>) -> u32 {
    let mut end = None;
    let mut open = vec![statement];
    while let Some(node) = open.pop() {
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            if child.kind() == ";" && (node.is_error() || child.is_error()) {
                end = end.max(Some(child.end_byte()));
            } else if child.has_error() || child.is_error() {
                open.push(child);
            }
        }
    }
    end.unwrap_or(statement.end_byte()) as u32
}

/// Whether a statement does something where it stands, unlike a definition.
fn runs(statement: Statement<'_>) -> bool {
    !matches!(
        statement,
        Statement::FunctionDefinition(_)
            | Statement::ClassDefinition(_)
            | Statement::EmptyStatement(_)
    )
}

/// The word that a construct begins with.
pub(super) fn first_word(span: Span, word: &str) -> Span {
    Span { end: span.end.min(span.start + word.len() as u32), ..span }
}

/// What a debugger highlights: a simple statement as a whole, of others what stands before the
/// body.
fn head(statement: Statement<'_>) -> Span {
    let whole = statement.span();
    let end = match statement {
        Statement::IfStatement(node) => node.condition().map(AstNode::span),
        Statement::WhileStatement(node) => node.condition().map(AstNode::span),
        Statement::ForeachStatement(node) => node.value().map(AstNode::span),
        Statement::SwitchStatement(node) => node.subject().map(AstNode::span),
        Statement::BarrierStatement(node) => {
            node.variable().map(AstNode::span).or(node.key().map(AstNode::span))
        }
        Statement::ForStatement(node) => {
            let parts = [node.update(), node.condition(), node.initializer()];
            parts.into_iter().flatten().next().map(AstNode::span)
        }
        Statement::TryStatement(_) | Statement::ForeverStatement(_) => {
            Some(Span { start: whole.start, end: whole.start + 1 })
        }
        _ => None,
    };
    end.map_or(whole, |end| Span { start: whole.start, end: end.end })
}
