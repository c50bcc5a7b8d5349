//! What fibers may ask for, and who answers.
//!
//! Invariants: every request has a deadline; a failed service answers [`Response::Failed`] and
//! never ends the worker; dropping the future of a request gives up what it began.
//!
//! Not here: running fibers (`drive`), the services themselves.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hsl_vm::request::{
    CacheKey, DnsAnswer, DnsError, DnsRequest, ForeignService, LogLine, MemoryRequest, Request,
    Response, ServerRequest, Work,
};
use tokio::sync::Semaphore;

use crate::cache::Cache;
use crate::debug::Texts;
use crate::dns::{Dns, DnsOptions, server_address};
use crate::files::FileRoots;
use crate::log::StandardError;
use crate::memory::Memory;
use crate::network::{NetworkOptions, Outbound, http, smtp, socket};

/// Longest wait for a service that has no time limit of its own.
const PATIENCE: Duration = Duration::from_secs(30);

/// The services of a process, shared by its workers.
#[derive(Debug)]
pub struct Services {
    dns: Arc<Dns>,
    outbound: Arc<Outbound>,
    hostname: String,
    files: FileRoots,
    memory: Memory,
    cache: Cache,
    /// One permit for each processor that may compute at a time.
    processors: Arc<Semaphore>,
    log: Arc<dyn Log>,
    server: Option<Arc<dyn ServerService>>,
    foreign: Option<Arc<dyn ForeignService>>,
}

/// What differs between installations.
#[derive(Clone, Debug, Default)]
pub struct ServiceOptions {
    /// Name resolution.
    pub dns: DnsOptions,
    /// What scripts reach over the network.
    pub network: NetworkOptions,
    /// Name of the machine, for greetings.
    pub hostname: String,
    /// Folders that scripts may read.
    pub files: FileRoots,
    /// Bytes of shared memory; 256 MiB without a number.
    pub memory: Option<usize>,
    /// Bytes of cached results; 256 MiB without a number.
    pub cache: Option<usize>,
    /// Where lines of the log go; to standard error without one.
    pub log: Option<Arc<dyn Log>>,
    /// The mail server that the scripts run in, if they do.
    pub server: Option<Arc<dyn ServerService>>,
    /// Native libraries, where some are allowed.
    pub foreign: Option<Arc<dyn ForeignService>>,
}

/// The log of a process.
pub trait Log: std::fmt::Debug + Send + Sync {
    /// Takes a line.
    fn write(&self, line: &LogLine);
}

/// What a mail server offers to scripts.
pub trait ServerService: std::fmt::Debug + Send + Sync {
    /// Answers at once.
    fn serve(&self, request: ServerRequest) -> Response;
}

/// Answers the requests that only the hook at hand understands.
pub trait HookService {
    /// Answers one request; the types are agreed between the hook's library and its server.
    fn serve(&self, request: Box<dyn Any>) -> Pin<Box<dyn Future<Output = Response> + '_>>;
}

/// The services as one fiber sees them.
#[derive(Clone)]
pub struct Host {
    services: Arc<Services>,
    hook: Option<Rc<dyn HookService>>,
    files: Option<Texts>,
    message: Option<Rc<Cache>>,
    /// Longest time a script may take, without time at breakpoints.
    pub(crate) patience: Duration,
}

impl Services {
    /// Services of a new process: empty memory, empty caches.
    pub fn new(options: ServiceOptions) -> Self {
        Self {
            dns: Arc::new(Dns::new(options.dns)),
            outbound: Outbound::new(options.network),
            hostname: options.hostname,
            files: options.files,
            memory: options.memory.map_or_else(Memory::default, Memory::new),
            cache: options.cache.map_or_else(Cache::default, Cache::new),
            processors: Arc::new(Semaphore::new(processors())),
            log: options.log.unwrap_or_else(|| Arc::new(StandardError)),
            server: options.server,
            foreign: options.foreign,
        }
    }

    /// Name resolution.
    pub fn dns(&self) -> &Dns {
        &self.dns
    }

    /// Waits until no request is left in the background, or the time is over.
    pub async fn settle(&self, limit: Duration) {
        self.outbound.http.settle(limit).await;
    }

    /// Caches of script functions.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }
}

impl Host {
    /// A host without services of a hook.
    pub fn new(services: Arc<Services>) -> Self {
        Self {
            services,
            hook: None,
            files: None,
            message: None,
            patience: Duration::from_secs(300),
        }
    }

    /// The same host with the services of a hook.
    #[must_use]
    pub fn with_hook(&self, hook: Rc<dyn HookService>) -> Self {
        Self { hook: Some(hook), ..self.clone() }
    }

    /// The same host with files that go before those of the roots: those of the configuration.
    #[must_use]
    pub fn with_files(&self, files: Texts) -> Self {
        Self { files: Some(files), ..self.clone() }
    }

    /// The same host for a message, with the cache that ends with it.
    #[must_use]
    pub fn with_message(&self, cache: Rc<Cache>) -> Self {
        Self { message: Some(cache), ..self.clone() }
    }

    /// The same host with another limit for the whole run of a script.
    #[must_use]
    pub fn with_patience(&self, patience: Duration) -> Self {
        Self { patience, ..self.clone() }
    }

    /// The services.
    pub fn services(&self) -> &Arc<Services> {
        &self.services
    }

    /// Answers a request.
    pub async fn serve(&self, request: Request) -> Response {
        let services = &self.services;
        match request {
            Request::Dns(lookup) => Response::Dns(Box::pin(self.look_up(lookup)).await),
            Request::Http(request, body) => {
                // Boxed, as the others are: every waiting script has room for the largest of them.
                Box::pin(http::serve(&services.outbound, &services.dns, *request, body)).await
            }
            Request::Upload(step) => Box::pin(http::upload(step)).await,
            Request::Socket(step) => {
                Response::Socket(Box::pin(socket::serve(&services.outbound, step)).await)
            }
            Request::Smtp(question) => {
                let Services { outbound, dns, hostname, .. } = &**services;
                Response::Smtp(Box::pin(smtp::serve(outbound, dns, hostname, &question)).await)
            }
            Request::Sleep(time) => {
                tokio::time::sleep(time).await;
                Response::Done
            }
            Request::ReadFile { path } => within("reading the file", self.read(path)).await,
            Request::Lock { key, fetch, held } => {
                within("waiting for the lock", self.lock(key, fetch, held)).await
            }
            Request::Store { key, value } => {
                let stored = services.memory.store(key, value);
                stored.map_or_else(|full| Response::Failed(full.to_string()), |()| Response::Done)
            }
            Request::Memory(step) => within("waiting for the shared value", self.step(step)).await,
            Request::CacheGet(key) => match self.cache(&key) {
                Ok(cache) => Response::Memory(cache.get(&key, Instant::now())),
                Err(refused) => refused,
            },
            Request::CachePut { key, value, ttl, size, lru } => match self.cache(&key) {
                Ok(cache) => {
                    cache.put(key, value, ttl, size, lru, Instant::now());
                    Response::Done
                }
                Err(refused) => refused,
            },
            Request::Compute(work) => within("the computation", self.compute(work)).await,
            Request::Log(line) => {
                services.log.write(&line);
                Response::Done
            }
            Request::Foreign(request) => match &services.foreign {
                Some(foreign) => match foreign.serve(request).await {
                    Ok(answer) => Response::Foreign(answer),
                    Err(message) => Response::Failed(message),
                },
                None => {
                    Response::Failed("no library is allowed here (`scripting.ffilibraries`)".into())
                }
            },
            Request::Server(request) => match &services.server {
                Some(server) => server.serve(request),
                None => Response::Failed("no mail server runs here".into()),
            },
            Request::Hook(request) => match &self.hook {
                Some(hook) => hook.serve(request).await,
                None => Response::Failed("no mail server runs here".into()),
            },
        }
    }

    /// Servers that a script names are connections of the script.
    async fn look_up(&self, lookup: DnsRequest) -> Result<DnsAnswer, DnsError> {
        for server in lookup.servers.iter().filter_map(|text| server_address(text)) {
            let judged = self.services.outbound.dialer.policy().check(server.ip());
            judged.map_err(|denied| DnsError::Other(denied.to_string()))?;
        }
        self.services.dns.lookup(lookup).await
    }

    async fn read(&self, path: String) -> Response {
        if let Some(text) = self.files.as_ref().and_then(|files| files(&path)) {
            return Response::File(text.to_vec());
        }
        let files = self.services.files.clone();
        match tokio::task::spawn_blocking(move || files.read(&path)).await {
            Ok(Ok(content)) => Response::File(content),
            Ok(Err(error)) => Response::Failed(error.to_string()),
            Err(_) => Response::Failed("the file could not be read".into()),
        }
    }

    /// Work that began goes on when nobody waits for it any more; it keeps its permit until it ends.
    async fn compute(&self, work: Work) -> Response {
        let processors = Arc::clone(&self.services.processors);
        let Ok(permit) = processors.acquire_owned().await else {
            return Response::Failed("the server is ending".into());
        };
        let done = tokio::task::spawn_blocking(move || {
            let computed = work.run();
            drop(permit);
            computed
        });
        match done.await {
            Ok(computed) => Response::Computed(computed),
            Err(_) => Response::Failed("the computation failed".into()),
        }
    }

    /// The cache of the process or of the message.
    fn cache(&self, key: &CacheKey) -> Result<&Cache, Response> {
        match (key.per_message, &self.message) {
            (false, _) => Ok(&self.services.cache),
            (true, Some(cache)) => Ok(cache),
            (true, None) => {
                Err(Response::Failed("cache: there is no message here for `per_message`".into()))
            }
        }
    }

    async fn lock(&self, key: Vec<u8>, fetch: bool, held: bool) -> Response {
        let memory = &self.services.memory;
        let guard = if held { Box::new(()) } else { memory.lock(&key).await };
        let value = if fetch { memory.fetch(&key) } else { None };
        Response::Locked { guard, value }
    }

    /// A step waits until nobody else holds the key: whoever does reads and writes it as one.
    async fn step(&self, step: MemoryRequest) -> Response {
        let memory = &self.services.memory;
        let guard = if step.held { None } else { Some(memory.lock(&step.key).await) };
        let answer = memory.step(step);
        drop(guard);
        answer.map_or_else(|full| Response::Failed(full.to_string()), Response::Memory)
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

async fn within(what: &str, work: impl Future<Output = Response>) -> Response {
    let late = |_| Response::Failed(format!("{what} took longer than {} s", PATIENCE.as_secs()));
    tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(late)
}
