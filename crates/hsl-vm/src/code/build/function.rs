//! Emits the code of one function.

use std::sync::Arc;

use diagnostics::Span;

use super::BuildError;
use super::fuse::fuse;
use crate::code::op::{Op, Reg};
use crate::code::path::Path;
use crate::code::program::{
    ClassId, FileId, Function, Handler, HandlerKind, LineRow, Local, Signature, StatementRow,
    Storage,
};

/// A place in the code that is known later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Label(usize);

#[derive(Debug)]
struct OpenHandler {
    kind: HandlerKind,
    start: u32,
    end: u32,
    target: Label,
    value: Reg,
}

/// Collects the code of a function.
///
/// Registers: `$this` (methods), parameters, rest list, captures, in this order, then whatever the
/// compiler takes with [`Self::register`].
#[derive(Debug)]
pub struct FunctionBuilder {
    name: Arc<str>,
    signature: Signature,
    method: bool,
    generator: bool,
    class: Option<ClassId>,
    captures: u16,
    code: Vec<Op>,
    jumps: Vec<(usize, Label)>,
    labels: Vec<Option<u32>>,
    paths: Vec<Path>,
    handlers: Vec<OpenHandler>,
    lines: Vec<LineRow>,
    statements: Vec<StatementRow>,
    locals: Vec<Local>,
    next: u32,
    top: u32,
    file: FileId,
    span: Span,
}

impl FunctionBuilder {
    /// A function without parameters.
    pub fn new(name: impl Into<Arc<str>>, file: FileId, span: Span) -> Self {
        Self {
            name: name.into(),
            signature: Signature::default(),
            method: false,
            generator: false,
            class: None,
            captures: 0,
            code: Vec::new(),
            jumps: Vec::new(),
            labels: Vec::new(),
            paths: Vec::new(),
            handlers: Vec::new(),
            lines: vec![LineRow { pc: 0, file, span }],
            statements: Vec::new(),
            locals: Vec::new(),
            next: 0,
            top: 0,
            file,
            span,
        }
    }

    /// Makes it an instance function: register 0 is `$this`. Call first.
    pub fn set_method(&mut self) {
        self.method = true;
        self.reserve();
    }

    /// Makes calls give an iterator.
    pub fn set_generator(&mut self) {
        self.generator = true;
    }

    /// Gives access to private members of a class.
    pub fn set_class(&mut self, class: ClassId) {
        self.class = Some(class);
    }

    /// Declares the parameters; they take the next registers, and the rest list the one after.
    pub fn set_signature(&mut self, signature: Signature) {
        let count = signature.params + u16::from(signature.rest);
        self.signature = signature;
        (0..count).for_each(|_| self.reserve());
    }

    /// Declares the captures; they take the next registers. Call after [`Self::set_signature`].
    pub fn set_captures(&mut self, count: u16) {
        self.captures = count;
        (0..count).for_each(|_| self.reserve());
    }

    /// Takes the next register. Registers are released in reverse order, so that the arguments of a
    /// call are neighbours.
    pub fn register(&mut self) -> Reg {
        self.reserve();
        Reg((self.next - 1).min(u32::from(u16::MAX)) as u16)
    }

    fn reserve(&mut self) {
        self.next += 1;
        self.top = self.top.max(self.next);
    }

    /// The register that [`Self::register`] would give: a mark for [`Self::release_to`].
    pub fn mark(&self) -> Reg {
        Reg(self.next.min(u32::from(u16::MAX)) as u16)
    }

    /// Gives back all registers from `mark` on.
    pub fn release_to(&mut self, mark: Reg) {
        self.next = u32::from(mark.0);
    }

    /// Names the variable in a register, or in the cell that it holds.
    pub fn local(&mut self, name: impl Into<Arc<str>>, storage: Storage) {
        self.locals.push(Local { name: name.into(), storage });
    }

    /// The instruction that comes next.
    pub fn pc(&self) -> u32 {
        self.code.len() as u32
    }

    /// Sets the source of the instructions that follow.
    pub fn at(&mut self, file: FileId, span: Span) {
        let pc = self.pc();
        match self.lines.last_mut() {
            Some(last) if last.pc == pc => *last = LineRow { pc, file, span },
            Some(last) if last.file == file && last.span == span => {}
            _ => self.lines.push(LineRow { pc, file, span }),
        }
    }

    /// Starts a statement: a place for breakpoints. Also sets the source.
    pub fn statement(&mut self, file: FileId, span: Span) {
        self.at(file, span);
        let pc = self.pc();
        match self.statements.last_mut() {
            Some(last) if last.pc == pc => *last = StatementRow { pc, file, span },
            _ => self.statements.push(StatementRow { pc, file, span }),
        }
    }

    /// Appends an instruction that does not jump.
    pub fn emit(&mut self, op: Op) {
        self.code.push(op);
    }

    /// Appends a jump to a label; whatever offset `op` has is replaced.
    pub fn jump(&mut self, op: Op, to: Label) {
        self.jumps.push((self.code.len(), to));
        self.code.push(op);
    }

    /// A label that is not bound yet.
    pub fn label(&mut self) -> Label {
        self.labels.push(None);
        Label(self.labels.len() - 1)
    }

    /// Binds a label to the next instruction.
    pub fn bind(&mut self, label: Label) {
        self.labels[label.0] = Some(self.pc());
    }

    /// A label at the next instruction.
    pub fn here(&mut self) -> Label {
        let label = self.label();
        self.bind(label);
        label
    }

    /// Adds a path for the `Path…` instructions; none when all indices are used.
    pub fn path(&mut self, path: Path) -> Option<u16> {
        if let Some(at) = self.paths.iter().position(|p| *p == path) {
            return u16::try_from(at).ok();
        }
        let at = u16::try_from(self.paths.len()).ok()?;
        self.paths.push(path);
        Some(at)
    }

    /// Protects the instructions from `start` up to `end`. Call for inner ranges first.
    pub fn handler(&mut self, kind: HandlerKind, start: u32, end: u32, target: Label, value: Reg) {
        self.handlers.push(OpenHandler { kind, start, end, target, value });
    }

    /// The function.
    ///
    /// # Errors
    /// When it is too large for its instructions.
    pub fn finish(mut self) -> Result<Function, BuildError> {
        let at_end = self.labels.contains(&Some(self.pc()));
        if at_end || !self.code.last().is_some_and(|op| op.ends_block()) {
            self.emit(Op::ReturnNone);
        }
        let registers = u16::try_from(self.top).map_err(|_| self.too_large("registers"))?;
        self.patch_jumps()?;
        fuse(&mut self.code);
        let handlers = self.handlers.iter().map(|h| Handler {
            kind: h.kind,
            start: h.start,
            end: h.end,
            target: self.target(h.target),
            value: h.value,
        });
        let handlers = handlers.collect();
        let fixed = u16::from(self.method) + self.signature.params + u16::from(self.signature.rest);
        let named = self.locals.iter().map(|local| match local.storage {
            Storage::Register(reg) | Storage::Cell(reg) => reg.0 + 1,
        });
        let named = named.max().unwrap_or(0).max(fixed + self.captures);
        let plain = !self.signature.rest && !self.generator && self.captures == 0;
        Ok(Function {
            name: self.name,
            signature: self.signature,
            method: self.method,
            generator: self.generator,
            class: self.class,
            captures: self.captures,
            registers,
            named,
            plain,
            code: self.code.into(),
            paths: self.paths.into(),
            handlers,
            lines: self.lines.into(),
            statements: self.statements.into(),
            locals: self.locals.into(),
            file: self.file,
            span: self.span,
        })
    }

    fn patch_jumps(&mut self) -> Result<(), BuildError> {
        for (at, label) in std::mem::take(&mut self.jumps) {
            let off = i64::from(self.target(label)) - at as i64;
            let patched = i32::try_from(off).ok().and_then(|off| self.code[at].with_offset(off));
            self.code[at] = patched.ok_or_else(|| self.too_large("instructions"))?;
        }
        Ok(())
    }

    /// An unbound label points past the end, which the verifier refuses.
    fn target(&self, label: Label) -> u32 {
        self.labels[label.0].unwrap_or(self.code.len() as u32)
    }

    fn too_large(&self, what: &'static str) -> BuildError {
        BuildError::TooLarge { function: Arc::clone(&self.name), what }
    }
}
