//! A hub with one program, its client and its connections.

use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use hsl_compile::{MemorySources, Sources as _, Unit};
use hsl_decl::Hook;
use hsl_host::debug::{
    DebugHub, DebugLimits, DebugOptions, Facts, Generation, Outgoing, Session, StageLink, Workbench,
};
use hsl_host::{Host, RealWorld, ServiceOptions, Services, drive};
use hsl_vm::code::Program;
use hsl_vm::{Array, Fiber, Library, Limits, Loaded, Outcome, Trap, Value};
use serde_json::{Value as Json, json};

pub(crate) const MAIN: &str = "src/hooks/auth/default.hsl";

/// Everything around a debugged script.
pub(crate) struct Bench {
    pub(crate) hub: Arc<DebugHub>,
    program: Arc<Program>,
    loaded: Rc<Loaded>,
    host: Host,
    session: Option<Session>,
    outgoing: Outgoing,
    calls: u64,
    kept: Vec<Json>,
}

fn library() -> Library {
    mta_hooks::library(None)
}

impl Bench {
    /// A hub that needs no conditions, and a client that has said hello.
    pub(crate) async fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, DebugLimits::default(), true).await
    }

    pub(crate) async fn with(files: &[(&str, &str)], limits: DebugLimits, all: bool) -> Self {
        let mut sources = MemorySources::new();
        files.iter().for_each(|(name, text)| sources.insert(name, text));
        let catalog = mta_hooks::catalog();
        let library_here = mta_hooks::library(Some(Hook::Auth));
        let unit = Unit::new(Some(Hook::Auth), catalog);
        let build = hsl_compile::build(&sources, MAIN, &unit, &library_here);
        let program = build.program.unwrap_or_else(|| panic!("{:#?}", build.diagnostics));
        let hub = Arc::new(DebugHub::new(DebugOptions {
            all_traffic: all,
            limits,
            server: "test".into(),
            workbench: Workbench::new(catalog, library),
        }));
        let texts = Arc::new(move |name: &str| sources.read(name));
        hub.publish(Generation::new("d1", vec![Arc::clone(&program)], texts));
        let loaded = Loaded::new(Arc::clone(&program), &library_here).expect("it links");
        let host = Host::new(Arc::new(Services::new(ServiceOptions::default())));
        let (session, outgoing) = hub.open();
        let session = Some(session);
        let mut bench =
            Self { hub, program, loaded, host, session, outgoing, calls: 0, kept: vec![] };
        bench.ask(json!({ "request": "hello", "proto": [1] })).await;
        bench
    }

    /// Sends a call and gives its reply; events on the way are kept.
    pub(crate) async fn ask(&mut self, call: Json) -> Json {
        let id = self.send(call);
        loop {
            let frame = self.receive().await;
            if frame["reply"] == id {
                return frame;
            }
            self.kept.push(frame);
        }
    }

    /// Sends a call.
    pub(crate) fn send(&mut self, mut call: Json) -> u64 {
        self.calls += 1;
        call["id"] = json!(self.calls);
        self.session.as_ref().expect("a session").call(call.to_string().as_bytes());
        self.calls
    }

    /// The next event of this name; others before it are dropped.
    pub(crate) async fn event(&mut self, name: &str) -> Json {
        loop {
            let frame = match self.kept.is_empty() {
                true => self.receive().await,
                false => self.kept.remove(0),
            };
            if frame["event"] == name {
                return frame;
            }
        }
    }

    async fn receive(&mut self) -> Json {
        let frame = tokio::time::timeout(Duration::from_secs(20), self.outgoing.next()).await;
        let text = frame.expect("an answer in time").expect("an open session");
        serde_json::from_str(&text).expect("JSON")
    }

    /// Arms a stage that pauses.
    pub(crate) async fn arm(&mut self, more: Json) {
        let mut stage = json!({ "id": "s", "mode": "pause" });
        for (key, value) in more.as_object().into_iter().flatten() {
            stage[key] = value.clone();
        }
        let reply = self.ask(json!({ "request": "arm", "stage": stage })).await;
        assert_eq!(reply["answer"], "done", "{reply}");
    }

    /// Sets breakpoints on lines of the main file.
    pub(crate) async fn break_at(&mut self, breakpoints: Json) -> Json {
        let call = json!({ "request": "breakpoints", "file": MAIN, "breakpoints": breakpoints });
        self.ask(call).await["breakpoints"].clone()
    }

    /// Waits until the thread stands; gives it and the line.
    pub(crate) async fn stopped(&mut self) -> (Json, u64) {
        let event = self.event("stopped").await;
        let call = json!({ "request": "stack", "thread": event["thread"] });
        let stack = self.ask(call).await;
        let line = stack["frames"][0]["range"]["line"].as_u64();
        (event, line.unwrap_or_else(|| panic!("{stack}")))
    }

    /// One step; the line where it ends.
    pub(crate) async fn step(&mut self, thread: &Json, step: &str) -> u64 {
        self.go_on(thread, step).await;
        self.stopped().await.1
    }

    pub(crate) async fn go_on(&mut self, thread: &Json, step: &str) {
        let call = json!({ "request": "resume", "thread": thread["thread"], "step": step });
        let reply = self.ask(call).await;
        assert_eq!(reply["answer"], "done", "{reply}");
    }

    /// The value of an expression in the innermost frame.
    pub(crate) async fn eval(&mut self, stop: &Json, text: &str) -> Json {
        let call = json!({
            "request": "eval", "thread": stop["thread"], "stop": stop["stop"], "text": text,
        });
        self.ask(call).await
    }

    pub(crate) async fn vars(&mut self, stop: &Json, scope: &str, path: Json) -> Json {
        let call = json!({
            "request": "vars", "thread": stop["thread"], "stop": stop["stop"],
            "scope": scope, "path": path, "depth": 2,
        });
        self.ask(call).await
    }

    /// The client is gone.
    pub(crate) fn hang_up(&mut self) {
        self.session = None;
    }

    /// Accepts a connection and starts the hook as a task of this thread.
    pub(crate) fn connect(&self, id: &str) -> tokio::task::JoinHandle<Result<String, Trap>> {
        let remote = SocketAddr::from(([192, 0, 2, 10], 41822));
        let facts = Facts { id: id.to_owned(), remote, serverid: "in".into() };
        let link = self.hub.select(&facts);
        let (loaded, host) = (Rc::clone(&self.loaded), self.host.clone());
        tokio::task::spawn_local(async move { run(&loaded, &host, link.as_ref()).await })
    }

    /// The program that connections run.
    pub(crate) fn program(&self) -> &Arc<Program> {
        &self.program
    }
}

async fn run(loaded: &Rc<Loaded>, host: &Host, link: Option<&StageLink>) -> Result<String, Trap> {
    let world = Rc::new(RealWorld::new("mx.example", |_| {}));
    let mut fiber = Fiber::new(loaded, world, Limits::default());
    let arguments =
        Array::record([("username", "ann"), ("password", "tiger7"), ("mechanism", "PLAIN")]);
    fiber.set_variable("$arguments", Value::array(arguments));
    fiber.set_variable("$connection", Value::array(Array::record([("remoteip", "192.0.2.10")])));
    fiber.set_variable("$context", Value::none());
    let debug = link.map(|link| link.enter("AUTH"));
    let outcome = drive(&mut fiber, host, debug.as_ref()).await?;
    Ok(match outcome {
        Outcome::Returned(value) => value.to_text().to_lossy().into_owned(),
        Outcome::Terminated(verdict) => verdict.name.to_owned(),
    })
}

/// Runs a test on a worker.
pub(crate) fn on_worker(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime.expect("a runtime"), test);
}
