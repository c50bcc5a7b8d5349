//! `run_hook`: the hooks of the project, run for a test.
//!
//! A hook runs in a fiber of its own, with the services, clock and replacements of the test. While
//! it runs the test waits, as it would for any other service.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use hsl_decl::{Hook, HookDecl};
use hsl_host::debug::{Entry, StageLink};
use hsl_host::{HookService, Host, drive, observe};
use hsl_std::QueuedCopy;
use hsl_std::testing::{HookRun, RunHook};
use hsl_vm::debug::Counter;
use hsl_vm::{
    Array, Fiber, Library, Loaded, MockTable, Mocks, NativeObject, Outcome, Response, Trap, Value,
    World,
};
use mail_message::{HeaderScanner, MemorySource, Message, Patch};
use mta::hooks::Budget;
use mta_hooks::message::EodMessage;
use mta_hooks::metadata::Metadata;
use mta_project::layout;

use super::coverage::Coverage;
use super::suite::Suite;

/// What a message is unless it is given.
pub(in crate::cmd) const MESSAGE: &str = "From: sender@example.net\r\nTo: recipient@example.com\r\n\
                       Subject: Test\r\n\r\nHello.\r\n";

/// The hooks of the project on this thread.
pub(super) struct HookScripts {
    suite: Arc<Suite>,
    table: MockTable,
    ready: RefCell<HashMap<(Hook, String), Rc<Loaded>>>,
    libraries: RefCell<HashMap<Hook, Rc<Library>>>,
    coverage: Option<Rc<RefCell<Coverage>>>,
}

/// The hooks as one case sees them.
pub(super) struct Hooks {
    scripts: Rc<HookScripts>,
    host: Host,
    world: Rc<dyn World>,
    mocks: Rc<Mocks>,
    debug: Option<Rc<StageLink>>,
    stops_on_entry: bool,
}

impl HookScripts {
    /// Nothing is loaded until it is asked for.
    pub(super) fn new(
        suite: &Arc<Suite>,
        table: &MockTable,
        coverage: Option<Rc<RefCell<Coverage>>>,
    ) -> Self {
        let (ready, libraries) = Default::default();
        Self { suite: Arc::clone(suite), table: table.clone(), ready, libraries, coverage }
    }

    /// Everything that a test can replace: the library, and what exists in some hook only.
    pub(super) fn replaceable(&self) -> Vec<String> {
        let hooks = mta_hooks::HOOKS.iter();
        let verdicts = hooks.flat_map(|hook| hook.verdicts.iter().map(|verdict| verdict.name));
        let of_queue = mta_hooks::metadata::functions::DECLS.iter().map(|function| function.name);
        let classes = mta_hooks::catalog().classes();
        let methods = classes.flat_map(|class| {
            let methods = class.members().filter(|member| !member.is_static);
            methods.map(|method| format!("{}->{}", class.name, method.name))
        });
        let mut names = self.table.names();
        names.extend(verdicts.chain(of_queue).map(str::to_owned));
        names.extend(methods);
        let left_out = self.table.left_out();
        names.retain(|name| !left_out.contains(name));
        names
    }

    fn library(&self, hook: Hook) -> Rc<Library> {
        let mut all = self.libraries.borrow_mut();
        let make = || Rc::new(mta_hooks::library(Some(hook)).replaceable(&self.table));
        Rc::clone(all.entry(hook).or_insert_with(make))
    }

    fn ready(&self, hook: Hook, id: &str) -> Result<Rc<Loaded>, String> {
        if let Some(ready) = self.ready.borrow().get(&(hook, id.to_owned())) {
            return Ok(ready.clone());
        }
        let program = self.suite.hooks.get(hook, id);
        let program = program.ok_or_else(|| format!("the project has no {hook} hook \"{id}\""))?;
        let loaded = Loaded::new(Arc::clone(program), &self.library(hook));
        let ready = loaded.map_err(|error| error.to_string())?;
        self.ready.borrow_mut().insert((hook, id.to_owned()), ready.clone());
        Ok(ready)
    }

    /// The id that a test means: the one it names, the only one, or `default`.
    fn id(&self, hook: Hook, named: Option<String>) -> Result<String, String> {
        let ids = self.suite.ids(hook);
        match (named, &ids[..]) {
            (Some(id), _) if hook.is_smtp() => match ids.contains(&&*id) {
                true => Ok(id),
                false => Err(format!("the {hook} hooks of the project are: {}", ids.join(", "))),
            },
            (_, []) => Err(format!("the project has no {hook} hook")),
            (_, [only]) => Ok((*only).to_owned()),
            (_, many) if many.contains(&"default") => Ok("default".to_owned()),
            (_, many) => Err(format!("say which {hook} hook with \"id\": {}", many.join(", "))),
        }
    }
}

impl Hooks {
    /// The hooks for one case.
    pub(super) fn new(
        scripts: &Rc<HookScripts>,
        host: Host,
        world: &Rc<dyn World>,
        mocks: &Rc<Mocks>,
        debug: Option<Rc<StageLink>>,
    ) -> Self {
        let (scripts, world) = (Rc::clone(scripts), Rc::clone(world));
        let mocks = Rc::clone(mocks);
        Self { scripts, host, world, mocks, debug, stops_on_entry: false }
    }

    /// The same, stopping where a hook begins.
    pub(super) fn stopping_on_entry(self, stops_on_entry: bool) -> Self {
        Self { stops_on_entry, ..self }
    }

    /// Runs a hook to its end.
    pub(super) async fn run(&self, wish: RunHook) -> HookRun {
        let decl = declaration(&wish.hook)?;
        let id = self.scripts.id(decl.hook, wish.id)?;
        let loaded = self.scripts.ready(decl.hook, &id)?;
        let mut variables = mta_hooks::sample::variables(decl, &wish.variables)?;
        let mail = (decl.hook == Hook::Eod).then(|| self.mail(&mut variables));
        let limits = self.scripts.suite.running.as_ref().map(|running| &running.scripting.limits);
        let budget = limits.map(|limits| Budget::of(decl.hook, limits));
        let (limits, time) = budget.map(|budget| (budget.limits, budget.time)).unzip();
        let mut fiber = Fiber::new(&loaded, Rc::clone(&self.world), limits.unwrap_or_default());
        for (name, value) in variables {
            fiber.set_variable(name, value);
        }
        fiber.attach(self.mocks.clone());
        fiber.attach(Rc::new(Metadata::default()));
        let host = time.map_or(self.host.clone(), |time| self.host.with_patience(time));
        let ended = self.drive(&mut fiber, &host, decl.hook, &id).await;
        let mut result = verdict(decl, ended);
        let context = fiber.variable("$context").unwrap_or_default();
        result.set("context".into(), context);
        if let Some((mail, text)) = mail {
            let copies = mail.close();
            let copies: Array = copies.iter().map(|copy| queued(copy, &text)).collect();
            result.set("queued".into(), Value::array(copies));
        }
        Ok(result)
    }

    async fn drive(
        &self,
        fiber: &mut Fiber,
        host: &Host,
        hook: Hook,
        id: &str,
    ) -> Result<Outcome, Trap> {
        let Some(coverage) = &self.scripts.coverage else {
            let debug = self.debug.as_ref().map(|link| link.enter(hook.as_str()));
            let debug = debug.map(|run| match self.stops_on_entry {
                true => run.stop_at(Entry { file: layout::hook_name(hook, id), function: None }),
                false => run,
            });
            return drive(fiber, host, debug.as_ref()).await;
        };
        let mut counter = Counter::default();
        let program = Arc::clone(fiber.loaded().program());
        let ended = observe(fiber, host, &mut counter).await;
        coverage.borrow_mut().add(&program, &counter);
        ended
    }

    /// Puts the message in the place of its text.
    fn mail(&self, variables: &mut [(&'static str, Value)]) -> (Rc<EodMessage>, Vec<u8>) {
        let arguments = variables.iter_mut().find(|(name, _)| *name == "$arguments");
        let Some((_, Value::Array(arguments))) = arguments else {
            return self.message(MESSAGE.as_bytes());
        };
        let given = arguments.get_str("mail").and_then(Value::as_str);
        let text = given.map(|text| text.to_vec());
        let (mail, text) = self.message(text.as_deref().unwrap_or(MESSAGE.as_bytes()));
        arguments.set("mail".into(), Value::from(mail.clone() as Rc<dyn NativeObject>));
        (mail, text)
    }

    fn message(&self, text: &[u8]) -> (Rc<EodMessage>, Vec<u8>) {
        let text = with_line_ends(text);
        let mut scanner = HeaderScanner::default();
        scanner.push(&text);
        let message = Message::new(scanner.into_bytes(), Rc::new(MemorySource(text.clone())));
        let running = self.scripts.suite.running.clone();
        let has = move |id: &str| running.as_ref().is_some_and(|r| r.transport(id).is_some());
        (EodMessage::new("018f0000".into(), message, Box::new(has)), text)
    }
}

impl HookService for Hooks {
    fn serve(&self, request: Box<dyn Any>) -> Pin<Box<dyn Future<Output = Response> + '_>> {
        Box::pin(async move {
            match request.downcast::<RunHook>() {
                Ok(wish) => Response::Hook(Box::new(self.run(*wish).await)),
                Err(_) => Response::Failed("not available in a test; replace it with mock".into()),
            }
        })
    }
}

/// The hook of this name.
pub(in crate::cmd) fn declaration(name: &str) -> Result<&'static HookDecl, String> {
    let hook = Hook::from_name(name).and_then(|hook| mta_hooks::catalog().hook(hook));
    hook.ok_or_else(|| {
        let near = diagnostics::nearest(name, Hook::ALL.into_iter().map(Hook::as_str));
        let hint = near.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
        format!("there is no hook \"{name}\"{hint}")
    })
}

fn verdict(decl: &HookDecl, ended: Result<Outcome, Trap>) -> Array {
    let (name, arguments, error) = match ended {
        Ok(Outcome::Terminated(verdict)) => (verdict.name, Some(verdict.args), None),
        Ok(Outcome::Returned(_)) => (decl.implicit, None, None),
        Err(trap) => (decl.on_error, None, Some(trap.to_string())),
    };
    let mut result = Array::new();
    result.set("verdict".into(), Value::string(name));
    result.set("implicit".into(), Value::boolean(arguments.is_none()));
    result.set("arguments".into(), Value::array(arguments.unwrap_or_default().into()));
    if let Some(error) = error {
        result.set("error".into(), Value::string(error));
    }
    result
}

fn queued(copy: &QueuedCopy, text: &[u8]) -> Value {
    let sender = copy.sender.as_ref().map(ToString::to_string).unwrap_or_default();
    Value::array(Array::record([
        ("sender", Value::string(sender)),
        ("recipient", Value::string(copy.recipient.to_string())),
        ("transportid", Value::string(&*copy.transportid)),
        ("message", Value::string(changed(text, &copy.patches))),
    ]))
}

fn changed(text: &[u8], patches: &[Patch]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    let place = |offset: u64| usize::try_from(offset).unwrap_or(text.len()).min(text.len());
    for patch in patches {
        out.extend_from_slice(&text[at..place(patch.offset).max(at)]);
        out.extend_from_slice(&patch.insert);
        at = place(patch.offset.saturating_add(patch.delete)).max(at);
    }
    out.extend_from_slice(&text[at..]);
    out
}

/// A message has CRLF; a test may write line feeds.
fn with_line_ends(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (at, byte) in text.iter().enumerate() {
        if *byte == b'\n' && (at == 0 || text[at - 1] != b'\r') {
            out.push(b'\r');
        }
        out.push(*byte);
    }
    out
}
