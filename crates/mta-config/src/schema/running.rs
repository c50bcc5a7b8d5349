//! `smtpd-app.yaml`: what can be replaced while the server runs.

use super::{
    Address, Certified, Lists, Monitor, Plugin, Queues, Resolver, Scripting, Server, Transport,
    TransportGroup,
};
use crate::scalar::{Ignored, Spanned};
use crate::section::section;
use crate::version::Version;

section! {
    /// The running file, `smtpd-app.yaml`. It can be replaced while the server runs; a connection
    /// keeps the one that it began with.
    pub struct Running {
        /// Version of the format, in quotes: `"5.8"` to `"6.10"`.
        pub version: Version,
        /// Servers, named as in the startup file.
        pub servers: Vec<Server>,
        /// Ways for mail to leave.
        pub transportgroups: Vec<TransportGroup>,
        /// Addresses that connections come from.
        pub addresses: Ignored<Vec<Address>>,
        /// How names are looked up.
        pub resolver: Resolver,
        /// The queue.
        pub queues: Queues,
        /// Lists of values for conditions.
        pub lists: Vec<Lists>,
        /// Certificates and their keys.
        pub pki: Certified,
        /// Metrics and health.
        pub monitor: Monitor,
        /// The part of plug-in settings that can change.
        pub plugins: Ignored<Vec<Plugin>>,
        /// Scripts and files, as the packer writes them.
        pub scripting: Scripting,
    }
}

impl Running {
    /// The server with this id.
    pub fn server(&self, id: &str) -> Option<&Server> {
        self.servers.iter().find(|server| *server.id.value == *id)
    }

    /// The transport with this id, with what it inherits from its group filled in.
    pub fn transport(&self, id: &str) -> Option<Transport> {
        self.transportgroups.iter().find_map(|group| {
            let own = group.transports.iter().find(|transport| *transport.id.value == *id)?;
            Some(group.resolve(own))
        })
    }

    /// Every hook script that a server names, with its phase: each once, in order of first use.
    pub fn hooks(&self) -> Vec<(&'static str, &Spanned<String>)> {
        let mut hooks: Vec<(&'static str, &Spanned<String>)> = Vec::new();
        for (phase, id) in self.servers.iter().flat_map(|server| server.phases.hooks()) {
            if !hooks.iter().any(|(p, i)| *p == phase && i.value == id.value) {
                hooks.push((phase, id));
            }
        }
        hooks
    }
}
