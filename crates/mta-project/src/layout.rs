//! Where things lie in a project, and how files are named.
//!
//! A name is a path relative to the project with `/` on every platform. Packed scripts keep the
//! names of the files that they were packed from, so that a finding, a stack trace and a breakpoint
//! of a running server point into the project.

use std::sync::Arc;

use hsl_decl::Hook;
use hsl_graph::Role;
use mta_config::ConfigKind;

/// The startup file.
pub const STARTUP: &str = "src/config/smtpd.yaml";
/// The running file.
pub const RUNNING: &str = "src/config/smtpd-app.yaml";
/// The policy file, which a project need not have.
pub const POLICY: &str = "src/config/smtpd-policy.yaml";
/// The suspend file, which a project need not have.
pub const SUSPEND: &str = "src/config/smtpd-suspend.yaml";
/// Folder of the configuration files.
pub const CONFIG: &str = "src/config";
/// Folder of the hook scripts.
pub const HOOKS: &str = "src/hooks";
/// Folder of everything that scripts import or read.
pub const FILES: &str = "src/files";
/// Folder of the packages that scripts import as `extras://name`.
pub const PACKAGES: &str = "src/files/extras";
/// Folder of packed files.
pub const DIST: &str = "dist";
/// Folder of what a local server keeps: spool, control socket, process id.
pub const STATE: &str = ".mailstop";

/// Name of the script of a hook. The queue hooks have one script each, so their id is ignored.
pub fn hook_name(hook: Hook, id: &str) -> Arc<str> {
    match hook.is_smtp() {
        true => format!("{HOOKS}/{hook}/{id}.hsl").into(),
        false => format!("{HOOKS}/queue/{hook}.hsl").into(),
    }
}

/// The hook and id of a script below [`HOOKS`]. The id of a queue hook is empty.
pub fn hook_of(name: &str) -> Option<(Hook, &str)> {
    let path = name.strip_prefix(HOOKS)?.strip_prefix('/')?.strip_suffix(".hsl")?;
    let (folder, id) = path.split_once('/')?;
    match folder {
        "queue" => {
            let hook = Hook::from_name(id).filter(|hook| !hook.is_smtp())?;
            Some((hook, ""))
        }
        _ => {
            let hook = Hook::from_name(folder).filter(|hook| hook.is_smtp())?;
            Some((hook, id))
        }
    }
}

/// What a file of this name is.
pub fn role_of(name: &str) -> Role {
    if let Some(kind) = config_of(name) {
        return kind.into();
    }
    match hook_of(name) {
        Some((hook, id)) => Role::Hook(hook, id.into()),
        None if mta_hooks::is_test(name) => Role::Program,
        None if !name.ends_with(".hsl") => Role::Data,
        None if file_id(name).is_some() => Role::Library,
        None => Role::Program,
    }
}

/// Name of a configuration file.
pub const fn config_name(kind: ConfigKind) -> &'static str {
    match kind {
        ConfigKind::Startup => STARTUP,
        ConfigKind::Running => RUNNING,
        ConfigKind::Policy => POLICY,
        ConfigKind::Suspend => SUSPEND,
    }
}

/// Which configuration file a name is.
pub fn config_of(name: &str) -> Option<ConfigKind> {
    ConfigKind::ALL.into_iter().find(|kind| config_name(*kind) == name)
}

/// Name of a file that scripts import or read by this id.
pub fn file_name(id: &str) -> Arc<str> {
    format!("{FILES}/{id}").into()
}

/// The id of a file below [`FILES`].
pub fn file_id(name: &str) -> Option<&str> {
    name.strip_prefix(FILES)?.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_hooks_agree() {
        for hook in Hook::ALL {
            let id = if hook.is_smtp() { "vip/special" } else { "" };
            assert_eq!(hook_of(&hook_name(hook, id)), Some((hook, id)));
        }
        assert_eq!(hook_of("src/hooks/predelivery/x.hsl"), None);
        assert_eq!(hook_of("src/hooks/queue/eod.hsl"), None);
        assert_eq!(hook_of("src/files/a.hsl"), None);
        for kind in ConfigKind::ALL {
            let name = config_name(kind);
            assert_eq!(config_of(name), Some(kind));
            assert_eq!(name.strip_prefix(CONFIG), Some(&*format!("/{}", kind.file_name())));
        }
        assert_eq!(file_id(&file_name("lists/a.json")), Some("lists/a.json"));
        assert_eq!(file_id(PACKAGES), Some(hsl_analysis::path::PACKAGES));
    }
}
