//! Looking into a stopped connection: frames, scopes, variables, expressions, sources.
//!
//! Invariants: a number of an earlier stop is refused, never answered with another stop's data;
//! children come in pages, at most [`MAX_CHILDREN`] for one request.

use mta_control::debug::{self, Key, Request, ScopeId};
use serde_json::json;

use crate::adapter::{Adapter, Asked, Pending, Refusal};
use crate::handles::{FramePlace, ValuePlace};
use crate::protocol::{
    EvaluateArguments, Scope, ScopesArguments, Source, SourceArguments, StackFrame,
    StackTraceArguments, Variable, VariablesArguments,
};
use crate::render;
use crate::workspace::Local;

/// Most children that one request is answered with.
const MAX_CHILDREN: usize = 1_000;
/// Most children that the server sends at once.
const PAGE: usize = 100;

/// Children that are being fetched.
#[derive(Debug)]
pub(crate) struct Page {
    place: ValuePlace,
    start: u32,
    wanted: usize,
    have: Vec<debug::Variable>,
}

impl Adapter {
    pub(crate) fn stack_trace(
        &mut self,
        asked: Asked,
        arguments: &StackTraceArguments,
    ) -> Result<(), Refusal> {
        let thread = self.thread_id(arguments.thread_id)?;
        let (start, count) = (arguments.start_frame, arguments.levels);
        let request = Request::Stack { thread, start, count };
        self.call(asked, request, Pending::Stack(arguments.thread_id));
        Ok(())
    }

    pub(crate) fn frames_arrived(
        &mut self,
        asked: &Asked,
        thread: i64,
        stop: u64,
        total: u32,
        frames: Vec<debug::Frame>,
    ) {
        if self.threads.get(thread).and_then(|t| t.stop.as_ref()).is_none_or(|s| s.number != stop) {
            return self.refuse(asked, STALE);
        }
        let frames: Vec<StackFrame> =
            frames.into_iter().map(|frame| self.frame(thread, stop, frame)).collect();
        self.respond(asked, json!({ "stackFrames": frames, "totalFrames": total }));
    }

    fn frame(&mut self, thread: i64, stop: u64, frame: debug::Frame) -> StackFrame {
        let id = self.frames.number(FramePlace { thread, stop, frame: frame.frame });
        self.scopes.insert(id, frame.scopes);
        let local = self.workspace.local(&frame.file);
        let same = |local: &Local| frame.digest.as_ref().is_none_or(|d| *d == local.digest());
        let local = local.filter(same);
        StackFrame {
            id,
            name: frame.function.to_string(),
            source: self.source_of(&frame.file, local.as_ref()),
            range: self.counting.range(frame.range, local.as_ref()),
        }
    }

    /// The file of the project, or the server's text when the project has another or none.
    fn source_of(&mut self, file: &str, local: Option<&Local>) -> Source {
        if local.is_some() {
            return self.source_here(file, local);
        }
        Source {
            source_reference: Some(self.sources.number(file.to_owned())),
            origin: Some("as the server runs it".to_owned()),
            ..self.source_here(file, None)
        }
    }

    /// The file of the project.
    pub(crate) fn source_here(&self, file: &str, local: Option<&Local>) -> Source {
        let name = file.rsplit('/').next().unwrap_or(file).to_owned();
        let path = local.map(|local| local.path.to_string_lossy().into_owned());
        Source { name: Some(name), path, ..Source::default() }
    }

    pub(crate) fn list_scopes(
        &mut self,
        asked: &Asked,
        at: &ScopesArguments,
    ) -> Result<(), Refusal> {
        let frame = self.frames.place(at.frame_id).ok_or(STALE)?.clone();
        let scopes = self.scopes.get(&at.frame_id).cloned().unwrap_or_default();
        let scopes: Vec<Scope> = scopes
            .into_iter()
            .map(|info| {
                let (name, expression) = describe(info.scope);
                let place = ValuePlace {
                    frame: frame.clone(),
                    scope: info.scope,
                    path: Vec::new(),
                    expression: expression.to_owned(),
                };
                Scope {
                    name,
                    presentation_hint: (info.scope == ScopeId::Locals).then_some("locals"),
                    variables_reference: self.values.number(place),
                    named_variables: info.length,
                    expensive: false,
                }
            })
            .collect();
        self.respond(asked, json!({ "scopes": scopes }));
        Ok(())
    }

    pub(crate) fn variables(
        &mut self,
        asked: Asked,
        arguments: &VariablesArguments,
    ) -> Result<(), Refusal> {
        let place = self.values.place(arguments.variables_reference).ok_or(STALE)?.clone();
        let wanted = match arguments.count {
            0 => MAX_CHILDREN,
            count => (count as usize).min(MAX_CHILDREN),
        };
        let page = Page { place, start: arguments.start, wanted, have: Vec::new() };
        self.fetch(asked, page)
    }

    fn fetch(&mut self, asked: Asked, page: Page) -> Result<(), Refusal> {
        let frame = &page.place.frame;
        let request = Request::Vars(debug::Vars {
            thread: self.thread_id(frame.thread)?,
            stop: frame.stop,
            frame: frame.frame,
            scope: page.place.scope,
            path: page.place.path.clone(),
            start: page.start + u32::try_from(page.have.len()).unwrap_or(u32::MAX),
            count: u32::try_from((page.wanted - page.have.len()).min(PAGE)).unwrap_or(u32::MAX),
            depth: 2,
        });
        self.call(asked, request, Pending::Vars(page));
        Ok(())
    }

    pub(crate) fn children_arrived(
        &mut self,
        asked: Asked,
        mut page: Page,
        variables: Vec<debug::Variable>,
        total: u64,
    ) {
        let progress = !variables.is_empty();
        page.have.extend(variables);
        let all = page.start as u64 + page.have.len() as u64 >= total;
        if !progress || all || page.have.len() >= page.wanted {
            let variables: Vec<Variable> =
                page.have.iter().map(|child| self.child(&page.place, child)).collect();
            return self.respond(&asked, json!({ "variables": variables }));
        }
        if let Err(refusal) = self.fetch(asked.clone(), page) {
            self.refuse(&asked, &refusal);
        }
    }

    fn child(&mut self, parent: &ValuePlace, child: &debug::Variable) -> Variable {
        let expression = render::child_expression(&parent.expression, &child.key);
        let mut path = parent.path.clone();
        path.push(child.key.clone());
        let place = ValuePlace { path, expression, ..parent.clone() };
        self.shown(render::key(&child.key), place, child)
    }

    fn shown(&mut self, name: String, place: ValuePlace, value: &debug::Variable) -> Variable {
        let children = value.value.children();
        let list = matches!(value.value, debug::Value::Array { list: true, .. });
        let some = |wanted: bool| (children > 0 && wanted).then_some(children);
        Variable {
            name,
            value: render::value(value),
            ty: render::type_name(&value.value),
            evaluate_name: Some(place.expression.clone()),
            variables_reference: if children > 0 { self.values.number(place) } else { 0 },
            named_variables: some(!list),
            indexed_variables: some(list),
        }
    }

    pub(crate) fn evaluate(
        &mut self,
        asked: Asked,
        arguments: EvaluateArguments,
    ) -> Result<(), Refusal> {
        let frame = arguments.frame_id.and_then(|frame| self.frames.place(frame));
        let frame = frame.ok_or("expressions need a stopped connection")?.clone();
        let request = Request::Eval {
            thread: self.thread_id(frame.thread)?,
            stop: frame.stop,
            frame: frame.frame,
            text: arguments.expression.as_str().into(),
        };
        self.call(asked, request, Pending::Eval(frame, arguments.expression));
        Ok(())
    }

    pub(crate) fn value_arrived(
        &mut self,
        asked: &Asked,
        frame: FramePlace,
        text: String,
        result: u32,
        value: &debug::Variable,
    ) {
        let path = vec![Key::Int(i64::from(result))];
        let expression = render::as_base(&text);
        let place = ValuePlace { frame, scope: ScopeId::Results, path, expression };
        let shown = self.shown(String::new(), place, value);
        let mut body = json!({
            "result": shown.value,
            "type": shown.ty,
            "variablesReference": shown.variables_reference,
        });
        if let Some(named) = shown.named_variables {
            body["namedVariables"] = json!(named);
        }
        if let Some(indexed) = shown.indexed_variables {
            body["indexedVariables"] = json!(indexed);
        }
        self.respond(asked, body);
    }

    pub(crate) fn source(
        &mut self,
        asked: Asked,
        arguments: &SourceArguments,
    ) -> Result<(), Refusal> {
        let inner = arguments.source.source_reference.filter(|reference| *reference > 0);
        let reference = inner.unwrap_or(arguments.source_reference);
        let file = self.sources.place(reference).ok_or("no such source")?.clone();
        self.call(asked, Request::Source { file }, Pending::Source);
        Ok(())
    }
}

const STALE: &str = "the script has gone on";

/// Title of a scope and the expression it is the value of.
fn describe(scope: ScopeId) -> (&'static str, &'static str) {
    match scope {
        ScopeId::Locals => ("Locals", ""),
        ScopeId::Arguments => ("Arguments", "$arguments"),
        ScopeId::Connection => ("Connection", "$connection"),
        ScopeId::Transaction => ("Transaction", "$transaction"),
        ScopeId::Message => ("Message", "$message"),
        ScopeId::Context => ("Context", "$context"),
        ScopeId::Globals => ("Globals", ""),
        ScopeId::Results => ("Results", ""),
    }
}
