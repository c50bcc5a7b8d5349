//! A running configuration and everything compiled from it.
//!
//! *Invariants.* A generation is built whole or not at all, and never changes. A connection keeps
//! the generation that was current when it was accepted.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use diagnostics::Diagnostic;
use hsl_decl::Hook;
use hsl_std::SuffixList;
use hsl_vm::Fiber;
use hsl_vm::code::Program;
use mail_crypto::Identities;
use mta_config::schema::{Server as ServerConfig, Transport};
use mta_config::{Running, Startup};
use mta_project::{Programs, Snapshot};

/// One running configuration with its programs.
#[derive(Debug)]
pub struct Generation {
    /// How many came before it, counting from 1.
    pub number: u64,
    /// Digest of the packed configuration.
    pub digest: String,
    /// The configuration.
    pub running: Running,
    /// Every script and file, by name, for the debugger and for reading at run time.
    pub sources: Arc<Snapshot>,
    /// Keys and certificates of both files.
    pub identities: Arc<Identities>,
    /// The public suffix list, where it is not the built-in one.
    pub suffixes: Option<Arc<SuffixList>>,
    programs: Programs,
}

/// Why a configuration cannot run: what is wrong, and the texts in which it is wrong.
#[derive(Debug)]
pub struct Invalid {
    /// Every finding, errors and others.
    pub findings: Vec<Diagnostic>,
    /// Scripts, files and configuration, by the names that the findings use.
    pub sources: Snapshot,
}

impl Generation {
    /// Reads a packed running configuration, compiles every hook in it and reads its keys, to which
    /// those of the startup file belong.
    ///
    /// Findings that are no errors come with the generation.
    ///
    /// # Errors
    /// Every finding, if the configuration or a script has an error.
    pub fn build(
        number: u64,
        digest: &str,
        startup: Option<(&Arc<str>, &Startup)>,
        (name, text): (&Arc<str>, &[u8]),
    ) -> Result<(Self, Vec<Diagnostic>), Invalid> {
        let loaded = mta_config::load_running(name, text, false);
        let mut findings = loaded.diagnostics;
        let Some(running) = loaded.value else {
            let mut sources = Snapshot::new();
            sources.insert(Arc::clone(name), text);
            return Err(Invalid { findings, sources });
        };
        findings.extend(mta_config::check_running(name, &running));
        let mut sources = mta_project::packed_sources(name, &running, |path| std::fs::read(path));
        findings.extend_from_slice(sources.findings());
        let (programs, of_scripts) = mta_project::compile(&running, &sources);
        findings.extend(of_scripts);
        let pair = (name, &running);
        let (identities, of_keys) =
            mta_project::identities(startup, pair, |path| std::fs::read(path));
        findings.extend(of_keys);
        let read = |path: &Path| std::fs::read(path);
        let suffixes = startup.map(|startup| mta_project::suffix_list(startup, read, &mut sources));
        let suffixes = suffixes.unwrap_or(Ok(None)).unwrap_or_else(|finding| {
            findings.push(*finding);
            None
        });
        sources.insert(Arc::clone(name), text);
        if findings.iter().any(Diagnostic::is_error) {
            return Err(Invalid { findings, sources });
        }
        let digest = digest.to_owned();
        let (sources, identities) = (Arc::new(sources), Arc::new(identities));
        Ok((Self { number, digest, running, sources, identities, suffixes, programs }, findings))
    }

    /// The program of a hook by its id; for a queue hook, the id is ignored.
    pub fn program(&self, hook: Hook, id: &str) -> Option<&Arc<Program>> {
        self.programs.get(hook, id)
    }

    /// Every program with its hook and id.
    pub fn programs(&self) -> impl Iterator<Item = (Hook, &str, &Arc<Program>)> {
        self.programs.iter()
    }

    /// The settings of a server.
    pub fn server(&self, id: &str) -> Option<&ServerConfig> {
        self.running.server(id)
    }

    /// A transport, with what it inherits from its group.
    pub fn transport(&self, id: &str) -> Option<Transport> {
        self.running.transport(id)
    }

    /// Gives a run what functions look up by name: keys, and the list of public suffixes.
    pub(crate) fn attach(&self, fiber: &mut Fiber) {
        fiber.attach(Rc::new(Arc::clone(&self.identities)));
        if let Some(suffixes) = &self.suffixes {
            fiber.attach(Rc::new(Arc::clone(suffixes)));
        }
    }

    /// The same for the debugger.
    pub fn for_debugger(&self) -> hsl_host::debug::Generation {
        let sources = Arc::clone(&self.sources);
        let programs = self.programs.iter().map(|(_, _, program)| Arc::clone(program)).collect();
        let texts = Arc::new(move |name: &str| sources.text(name).cloned());
        hsl_host::debug::Generation::new(self.digest.clone(), programs, texts)
    }
}
