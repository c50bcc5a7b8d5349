//! `scripting`: what scripts may do, and the packed scripts themselves.

use std::path::PathBuf;

use crate::network::Network;
use crate::scalar::{Any, Ignored, Spanned};
use crate::section::section;
use crate::units::{ByteSize, Period};

section! {
    /// What scripts may do.
    pub struct StartupScripting {
        /// Folder that relative paths of scripts start from; the project's `src/files` if left out.
        pub rootpath: Option<PathBuf>,
        /// Bytes that `memory_*` and `barrier` keep for all scripts together. Storing more raises an
        /// exception. (Ours.)
        pub memory: ByteSize = ByteSize::mib(256),
        /// Bytes of results that `cache` keeps for all scripts together. Beyond them, older results of
        /// the same function make room. (Ours.)
        pub cache: ByteSize = ByteSize::mib(256),
        /// Whether scripts may load native libraries.
        pub ffi: Ignored<Any>,
        /// Files of native libraries that scripts may load by `FFI`; none unless they are listed here. Code
        /// of such a library can do whatever the server can. (Ours.)
        pub ffilibraries: Vec<PathBuf>,
        /// What scripts reach over the network. (Ours.)
        pub network: ScriptNetwork,
    }
}

section! {
    /// What scripts reach over the network: `http`, sockets, questions to SMTP servers, and DNS servers
    /// that a script names. Addresses are judged after names were resolved, also behind redirects and
    /// proxies. Deliveries are not concerned.
    pub struct ScriptNetwork {
        /// Addresses and networks that may be reached although `deny` has them.
        pub allow: Vec<Network>,
        /// Addresses and networks that may not be reached; left out, link-local addresses and those
        /// where clouds serve credentials (169.254.0.0/16, fe80::/10, fd00:ec2::254, 100.100.100.200,
        /// 192.0.0.192).
        pub deny: Option<Vec<Network>>,
        /// Whether peers and hosts are verified over TLS unless a script says otherwise. The reference
        /// does not verify hosts.
        pub verify: bool = true,
        /// Files in PEM with authorities that are trusted besides those of the system.
        pub authorities: Vec<PathBuf>,
        /// Longest transfer over HTTP when a script sets none; 0 for no limit, as in the reference.
        pub httptime: Period = Period::seconds(60),
        /// Largest answer over HTTP when a script sets none.
        pub httpsize: ByteSize = ByteSize::mib(64),
    }
}

section! {
    /// Scripts and files, as the packer writes them.
    pub struct Scripting {
        /// Hook scripts by phase.
        pub hooks: HookScripts,
        /// Files that scripts import or read.
        pub files: Vec<ScriptFile>,
        /// What one run of a script may use; ours, not of the reference.
        pub limits: ScriptLimits,
    }
}

section! {
    /// What one run of a script may use. A script that meets a limit ends as by an error that it
    /// cannot catch, except for `calls` and `regex`, which throw an exception.
    pub struct ScriptLimits {
        /// Longest run of a hook, without time at breakpoints.
        pub time: Period = Period::seconds(30),
        /// Longest run of the eod hook, without time at breakpoints.
        pub eodtime: Period = Period::seconds(300),
        /// Bytes that all its values together may have, at least 64KiB.
        pub memory: Spanned<ByteSize> = ByteSize::mib(256).into(),
        /// Turns of loops and calls, and work on long values in proportion; no bound if left out.
        pub fuel: Option<u64>,
        /// Nested calls, from 10 to 100,000.
        pub calls: Spanned<u32> = 1_000.into(),
        /// Steps of one match of a regular expression, from 1,000 to 10,000,000.
        pub regex: Spanned<u32> = 10_000_000.into(),
    }
}

section! {
    /// Hook scripts by phase.
    pub struct HookScripts {
        /// Scripts of the connect phase.
        pub connect: Vec<HookScript>,
        /// Scripts of the proxy phase.
        pub proxy: Vec<HookScript>,
        /// Scripts of the HELO and EHLO phase.
        pub helo: Vec<HookScript>,
        /// Scripts of the AUTH phase.
        pub auth: Vec<HookScript>,
        /// Scripts of the MAIL phase.
        pub mailfrom: Vec<HookScript>,
        /// Scripts of the RCPT phase.
        pub rcptto: Vec<HookScript>,
        /// Scripts of the end-of-data phase.
        pub eod: Vec<HookScript>,
        /// Scripts of the disconnect phase.
        pub disconnect: Vec<HookScript>,
        /// The script that runs before each delivery.
        pub predelivery: Option<String>,
        /// The script that runs after each delivery.
        pub postdelivery: Option<String>,
    }
}

impl HookScripts {
    /// The scripts of a phase of a connection; empty for names that are none.
    pub fn of_phase(&self, phase: &str) -> &[HookScript] {
        match phase {
            "connect" => &self.connect,
            "proxy" => &self.proxy,
            "helo" => &self.helo,
            "auth" => &self.auth,
            "mailfrom" => &self.mailfrom,
            "rcptto" => &self.rcptto,
            "eod" => &self.eod,
            "disconnect" => &self.disconnect,
            _ => &[],
        }
    }
}

section! {
    /// A hook script.
    pub struct HookScript {
        /// Name, as `servers[].phases.<phase>.hook` refers to it.
        pub id: Spanned<String>,
        /// The source text.
        pub data: String,
    }
}

section! {
    /// A file that scripts import or read.
    pub struct ScriptFile {
        /// Path below `src/files`, with `/`.
        pub id: Spanned<String>,
        /// The content.
        pub data: Option<String>,
        /// Whether `data` is base64.
        pub binary: bool = false,
        /// File to read at load instead of `data`.
        pub path: Option<PathBuf>,
    }
}
