//! What is found about the configuration and the files of a project.

use super::codes;

codes! {
    /// A value of the configuration has the wrong type, or is none of those that are possible.
    ///
    /// # Why
    ///
    /// The server would not know what to do, and does not start.
    SCHEMA = "MS6001" "schema" Error "A configuration value has the wrong type or an impossible value.";
    /// The configuration names something by an id that is defined nowhere.
    ///
    /// # Why
    ///
    /// What it refers to would be missing when the first message needs it.
    UNDEFINED_ID = "MS6002" "undefined-id" Error "An id is referenced but not defined.";
    /// A script lies in the folder of a hook, and no configuration names it; or nothing uses a transport
    /// or source address that the configuration defines.
    ///
    /// # Why
    ///
    /// It never runs, and no mail goes that way. Either the reference to it is missing, or it is a
    /// leftover. While a script makes such ids from other values, nothing is reported of their kind.
    ///
    /// # Bad
    ///
    /// ```yaml
    /// version: "6.10"
    /// servers: [{id: in, transport: mx}]
    /// transportgroups: [{id: out, transports: [{id: mx}, {id: old}]}]
    /// ```
    ///
    /// # Good
    ///
    /// ```yaml
    /// version: "6.10"
    /// servers: [{id: in, transport: mx}]
    /// transportgroups: [{id: out, transports: [{id: mx}]}]
    /// ```
    UNUSED_ID = "MS6003" "unused-id" Warning "A hook script, transport or address is defined and never used.";
    /// The configuration names a hook script that does not exist.
    ///
    /// # Why
    ///
    /// The script of id `ID` for hook `HOOK` is the file `hooks/HOOK/ID.hsl`.
    MISSING_HOOK_SCRIPT = "MS6004" "missing-hook-script" Error "The configuration names a hook whose script does not exist.";
    /// Two things of one kind have the same id.
    ///
    /// # Why
    ///
    /// Nobody could tell which of both a reference means.
    DUPLICATE_ID = "MS6008" "duplicate-id" Error "An id is defined twice.";
    /// The text is not well-formed YAML.
    ///
    /// # Why
    ///
    /// Nothing of the file can be used. Tabs in the indentation are a common cause.
    YAML_SYNTAX = "MS6011" "yaml-syntax" Error "The text is not well-formed YAML.";
    /// A key of the configuration is not known.
    ///
    /// # Why
    ///
    /// It has no effect. Keys are written in lower case, with underscores.
    UNKNOWN_KEY = "MS6012" "unknown-key" Warning "A configuration key is not known.";
    /// A key of the reference is accepted and has no effect in this server.
    ///
    /// # Why
    ///
    /// Configurations that were written for the reference can be used as they are; what such a key would
    /// change does not change. `docs/compat.md` has the reason for each.
    IGNORED_KEY = "MS6013" "ignored-key" Info "A configuration key of the reference is accepted and has no effect.";
    /// The `version` of a configuration file is missing, or one that this server does not read.
    ///
    /// # Why
    ///
    /// The version says what the keys mean.
    UNSUPPORTED_VERSION = "MS6014" "unsupported-version" Error "The `version` of a configuration file is missing or not supported.";
    /// A file of the project cannot be read.
    ///
    /// # Why
    ///
    /// It is missing, a folder, or its permissions do not allow it.
    UNREADABLE_FILE = "MS6015" "unreadable-file" Error "A file of the project cannot be read.";
}
