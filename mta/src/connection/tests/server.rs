//! A server without its start and stop, and a client that speaks to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, RwLock};
use std::time::{Duration, SystemTime};

use hsl_host::debug::{DebugHub, DebugLimits, DebugOptions, Workbench};
use hsl_host::{ServiceOptions, Services};
use mail_queue::Envelope;
use mta_config::Startup;
use socket2::{Domain, Socket, Type};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::facilities::Facilities;
use crate::metrics::Metrics;
use crate::open::Open;
use crate::program::Generation;
use crate::queue_runner::Queue;
use crate::rules::RuleFiles;
use crate::server::Server;
use crate::shutdown::Shutdown;
use crate::sockets::{Bound, BoundSocket};
use crate::telemetry::{Counter, Counters};
use crate::worker::Workers;
use crate::{connection, listener};

/// A server on loopback with one worker.
pub(crate) struct Running {
    pub(crate) server: Arc<Server>,
    address: SocketAddr,
    pub(crate) runtime: Runtime,
    spool: TempDir,
}

impl Running {
    /// `settings` are further keys of the server, `hooks` its scripts by phase.
    pub(super) fn start(settings: &str, hooks: &[(&str, &str)]) -> Self {
        Self::start_text(&running_file(settings, hooks))
    }

    pub(crate) fn start_text(text: &str) -> Self {
        Self::start_both(None, text)
    }

    /// As [`Running::start_text`], with a startup file.
    pub(crate) fn start_both(startup: Option<&Startup>, text: &str) -> Self {
        let name: Arc<str> = "app.yaml".into();
        let startup_name: Arc<str> = "smtpd.yaml".into();
        let startup = startup.map(|startup| (&startup_name, startup));
        let generation = Generation::build(1, "test", startup, (&name, text.as_bytes()));
        let (generation, findings) = generation.unwrap_or_else(|e| panic!("{:#?}", e.findings));
        assert!(findings.is_empty(), "{findings:#?}");
        let spool = TempDir::new().expect("a folder");
        let server = Arc::new(server(generation, &spool));
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        socket.set_nonblocking(true).expect("non-blocking");
        let address = socket.local_addr().expect("an address");
        let bound = Bound {
            server: "inbound".to_owned(),
            listener: None,
            address: address.to_string(),
            socket: BoundSocket::Tcp(socket),
        };
        let workers = Workers::start(1, Duration::from_secs(5)).expect("a worker");
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let to = server.clone();
        let id: Arc<str> = "inbound".into();
        runtime.spawn(listener::accept(bound, move |socket| {
            connection::serve(&to, &workers, &id, socket);
        }));
        Self { server, address, runtime, spool }
    }

    pub(super) fn connect(&self) -> Client {
        self.connect_from("127.0.0.1")
    }

    /// A client with a loopback address of its own.
    pub(super) fn connect_from(&self, source: &str) -> Client {
        let source = SocketAddr::new(source.parse().expect("an address"), 0);
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        socket.bind(&source.into()).expect("a source address");
        socket.connect(&self.address.into()).expect("a connection");
        let stream = TcpStream::from(socket);
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time limit");
        Client(BufReader::new(stream))
    }

    /// Waits for the end of every connection, hooks included.
    pub(super) fn settle(&self) {
        self.runtime.block_on(self.server.connections.none());
    }

    pub(crate) fn count(&self, counter: Counter) -> u64 {
        self.server.counters.get(counter)
    }

    /// Changes a byte of the one long body on disk.
    pub(crate) fn damage_long_body(&self, at: u64) {
        let mut folders = std::fs::read_dir(self.spool.path().join("bodies")).expect("bodies");
        let folder = folders.next().expect("a folder").expect("a folder").path();
        let file = std::fs::read_dir(folder).expect("files").next().expect("a file");
        let file = file.expect("a file").path();
        let mut bytes = std::fs::read(&file).expect("a body");
        bytes[at as usize] ^= 1;
        std::fs::write(file, bytes).expect("damaged");
    }

    pub(super) fn queued(&self) -> Vec<(Arc<Envelope>, String)> {
        let all = self.server.queue.messages().into_iter().map(|(envelope, _)| {
            let (_, body) = self.server.queue.get(envelope.id).expect("a body");
            let mut reader = body.reader(&envelope.edits);
            let mut text = Vec::new();
            while let Some(chunk) = reader.next_chunk().expect("a chunk") {
                text.extend(chunk);
            }
            (envelope, String::from_utf8(text).expect("text"))
        });
        let mut all: Vec<_> = all.collect();
        all.sort_by_key(|(envelope, _)| envelope.id.queue);
        all
    }
}

fn server(generation: Generation, spool: &TempDir) -> Server {
    let name: Arc<str> = "smtpd.yaml".into();
    let startup = "version: \"6.10\"\nservers: [{id: inbound, listeners: [{port: 25}]}]\n";
    let startup = mta_config::load_startup(&name, startup.as_bytes(), true);
    let options = mail_queue::Options::new(7);
    let queue = Queue::start(spool.path(), options, Default::default(), Default::default());
    let queue = queue.expect("a queue").0;
    let connections = Open::new();
    let metrics = Arc::new(Metrics::new(&generation.running.monitor.metrics));
    let facilities = Facilities {
        servers: vec!["inbound".to_owned()],
        queue: queue.clone(),
        connections: connections.clone(),
        metrics: metrics.clone(),
    };
    let services = ServiceOptions { server: Some(Arc::new(facilities)), ..Default::default() };
    Server {
        startup: startup.value.expect("a startup file"),
        hostname: "mx.example".to_owned(),
        started: SystemTime::now(),
        shutdown: Shutdown::new(),
        queue,
        services: Arc::new(Services::new(services)),
        debug: true,
        hub: Arc::new(DebugHub::new(debug_options())),
        listeners: Vec::new(),
        spool: spool.path().to_owned(),
        rules: RuleFiles::beside(&spool.path().join("smtpd.yaml")),
        connections,
        metrics,
        counters: Counters::default(),
        generation: RwLock::new(Arc::new(generation)),
    }
}

fn debug_options() -> DebugOptions {
    DebugOptions {
        all_traffic: true,
        limits: DebugLimits::default(),
        server: "test".to_owned(),
        workbench: Workbench::new(mta_hooks::catalog(), || mta_hooks::library(None)),
    }
}

pub(super) fn running_file(settings: &str, hooks: &[(&str, &str)]) -> String {
    let attached = |phase: &str| hooks.iter().any(|(name, _)| *name == phase);
    let phases = ["connect", "helo", "mailfrom", "rcptto", "eod", "disconnect"];
    let attach: String = phases
        .iter()
        .filter(|phase| attached(phase) && !settings.contains(&format!("{phase}:")))
        .map(|phase| format!("      {phase}: {{hook: default}}\n"))
        .collect();
    let mut scripts = String::new();
    for (phase, text) in hooks {
        let (phase, id) = phase.split_once('/').unwrap_or((phase, "default"));
        let key = format!("    {phase}:\n");
        if !scripts.contains(&key) {
            scripts += &key;
        }
        scripts += &format!("      - {{id: {id}, data: {}}}\n", json(text));
    }
    let scripting = if scripts.is_empty() { " {}\n".to_owned() } else { format!("\n{scripts}") };
    format!(
        "version: \"6.10\"\nservers:\n  - id: inbound\n    transport: mx\n{settings}    phases:\n{}{attach}\
         scripting:\n  hooks:{scripting}\
         transportgroups: [{{id: all, transports: [{{id: mx}}, {{id: other}}]}}]\n",
        if attach.is_empty() { "      connect: {}\n" } else { "" },
    )
}

/// A JSON string is a YAML string.
pub(super) fn json(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// A client that fails the test when an answer is not what it should be.
pub(super) struct Client(pub(super) BufReader<TcpStream>);

impl Client {
    pub(super) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.get_mut().write_all(bytes.as_ref()).expect("sent");
    }

    /// One reply, its lines joined.
    pub(super) fn reply(&mut self) -> String {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).expect("a reply");
            lines.push(line.trim_end().to_owned());
            if line.as_bytes().get(3) != Some(&b'-') {
                return lines.join("\n");
            }
        }
    }

    pub(super) fn expect(&mut self, start: &str) -> String {
        let reply = self.reply();
        assert!(reply.starts_with(start), "{reply:?} instead of {start:?}");
        reply
    }

    pub(super) fn say(&mut self, line: &str, start: &str) -> String {
        self.send(format!("{line}\r\n"));
        self.expect(start)
    }

    pub(super) fn greeted(mut self) -> Self {
        self.expect("220 ");
        self.say("EHLO client.example", "250");
        self
    }

    /// MAIL, RCPT and DATA.
    pub(super) fn envelope(&mut self, recipients: &[&str]) {
        self.say("MAIL FROM:<a@b.example>", "250");
        for recipient in recipients {
            self.say(&format!("RCPT TO:<{recipient}>"), "250");
        }
        self.say("DATA", "354");
    }

    pub(super) fn expect_end(&mut self) {
        let mut rest = String::new();
        self.0.read_to_string(&mut rest).expect("the end");
        assert_eq!(rest, "");
    }
}
