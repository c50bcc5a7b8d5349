//! Enhanced status codes.

use super::Term;

/// What the second and third number of an enhanced status code mean, by their text.
pub const STATUSES: &[Term] = &[
    row("x.0.0", "Other or undefined status.", "", "RFC 3463 section 3.1"),
    row("x.1.0", "Other status of an address.", "", "RFC 3463 section 3.2"),
    row(
        "x.1.1",
        "The mailbox does not exist.",
        "With 5: remove the address from lists.",
        "RFC 3463 section 3.2",
    ),
    row("x.1.10", "The domain of the recipient has a null MX.", "", "RFC 7505 section 4.2"),
    row("x.1.2", "The domain does not exist or takes no mail.", "", "RFC 3463 section 3.2"),
    row("x.1.3", "The address of the recipient is written wrongly.", "", "RFC 3463 section 3.2"),
    row("x.1.4", "The address of the recipient is ambiguous.", "", "RFC 3463 section 3.2"),
    row("x.1.5", "The address of the recipient is valid.", "Only with 2.", "RFC 3463 section 3.2"),
    row("x.1.6", "The mailbox has moved and there is no forwarding.", "", "RFC 3463 section 3.2"),
    row("x.1.7", "The address of the sender is written wrongly.", "", "RFC 3463 section 3.2"),
    row(
        "x.1.8",
        "The domain of the sender does not exist or takes no answers.",
        "",
        "RFC 3463 section 3.2",
    ),
    row("x.1.9", "The message was handed to a system that gives no reports.", "", "RFC 3886"),
    row("x.2.0", "Other status of a mailbox.", "", "RFC 3463 section 3.3"),
    row("x.2.1", "The mailbox is disabled.", "", "RFC 3463 section 3.3"),
    row("x.2.2", "The mailbox is full.", "", "RFC 3463 section 3.3"),
    row("x.2.3", "The message is longer than the mailbox allows.", "", "RFC 3463 section 3.3"),
    row("x.2.4", "The list could not be expanded.", "", "RFC 3463 section 3.3"),
    row("x.3.0", "Other status of the mail system.", "", "RFC 3463 section 3.4"),
    row("x.3.1", "The mail system has no room.", "", "RFC 3463 section 3.4"),
    row(
        "x.3.2",
        "The system accepts no messages, for example while it shuts down.",
        "",
        "RFC 3463 section 3.4",
    ),
    row("x.3.3", "The system lacks a feature.", "", "RFC 3463 section 3.4"),
    row("x.3.4", "The message is too long for the system.", "", "RFC 3463 section 3.4"),
    row("x.3.5", "The system is configured wrongly.", "", "RFC 3463 section 3.4"),
    row("x.3.6", "The priority that was asked for was changed.", "", "RFC 6710"),
    row("x.4.0", "Other status of network or routing.", "", "RFC 3463 section 3.5"),
    row("x.4.1", "The host does not answer.", "", "RFC 3463 section 3.5"),
    row("x.4.2", "The connection was lost or timed out.", "", "RFC 3463 section 3.5"),
    row("x.4.3", "A directory, such as DNS, could not be asked.", "", "RFC 3463 section 3.5"),
    row("x.4.4", "There is no route to the host.", "", "RFC 3463 section 3.5"),
    row("x.4.5", "The system is congested.", "", "RFC 3463 section 3.5"),
    row("x.4.6", "The message went in a circle.", "", "RFC 3463 section 3.5"),
    row("x.4.7", "The message is older than it may get.", "", "RFC 3463 section 3.5"),
    row("x.5.0", "Other status of the protocol.", "", "RFC 3463 section 3.6"),
    row("x.5.1", "The command is not valid here.", "", "RFC 3463 section 3.6"),
    row("x.5.2", "The command is written wrongly.", "", "RFC 3463 section 3.6"),
    row("x.5.3", "There are too many recipients.", "", "RFC 3463 section 3.6"),
    row("x.5.4", "A parameter is wrong.", "", "RFC 3463 section 3.6"),
    row("x.5.5", "The versions of the protocol do not fit.", "", "RFC 3463 section 3.6"),
    row("x.5.6", "The line of authentication is too long.", "", "RFC 4954 section 6"),
    row("x.6.0", "Other status of the content.", "", "RFC 3463 section 3.7"),
    row("x.6.1", "The type of the content is not supported.", "", "RFC 3463 section 3.7"),
    row("x.6.2", "The content must be converted, which is forbidden.", "", "RFC 3463 section 3.7"),
    row(
        "x.6.3",
        "The content must be converted, which is not possible.",
        "",
        "RFC 3463 section 3.7",
    ),
    row("x.6.4", "The content was converted with a loss.", "", "RFC 3463 section 3.7"),
    row("x.6.5", "The conversion failed.", "", "RFC 3463 section 3.7"),
    row("x.6.6", "The content of the message is not available.", "", "RFC 4468"),
    row("x.6.7", "Addresses that are not ASCII are not supported.", "", "RFC 6531 section 3.6"),
    row("x.6.8", "A reply in UTF-8 is needed and was not allowed.", "", "RFC 6531 section 3.6"),
    row("x.6.9", "A header in UTF-8 cannot be sent to a recipient.", "", "RFC 6531 section 3.6"),
    row("x.7.0", "Other status of security, such as policy.", "", "RFC 3463 section 3.8"),
    row(
        "x.7.1",
        "Delivery is not allowed.",
        "Policy refuses this sender or message.",
        "RFC 3463 section 3.8",
    ),
    row("x.7.10", "Encryption is needed.", "", "RFC 5248"),
    row("x.7.11", "The mechanism of authentication needs encryption.", "", "RFC 4954 section 6"),
    row("x.7.12", "The password must be changed first.", "", "RFC 4954 section 6"),
    row("x.7.13", "The account of the user is disabled.", "", "RFC 5248"),
    row("x.7.14", "A relation of trust is needed.", "", "RFC 5248"),
    row("x.7.15", "The priority is too low.", "", "RFC 6710"),
    row("x.7.16", "The message is too large for its priority.", "", "RFC 6710"),
    row("x.7.17", "The mailbox has another owner now.", "", "RFC 7293"),
    row("x.7.18", "The domain has another owner now.", "", "RFC 7293"),
    row("x.7.19", "Whether the owner is the same cannot be told.", "", "RFC 7293"),
    row("x.7.2", "The sender may not write to the list.", "", "RFC 3463 section 3.8"),
    row("x.7.20", "No DKIM signature passed.", "", "RFC 7372 section 3.1"),
    row("x.7.21", "No DKIM signature is acceptable.", "", "RFC 7372 section 3.1"),
    row("x.7.22", "No DKIM signature is of the author's domain.", "", "RFC 7372 section 3.1"),
    row("x.7.23", "SPF failed.", "", "RFC 7372 section 3.2"),
    row("x.7.24", "SPF could not be evaluated.", "", "RFC 7372 section 3.2"),
    row(
        "x.7.25",
        "The address has no name in DNS that leads back to it.",
        "",
        "RFC 7372 section 3.3",
    ),
    row(
        "x.7.26",
        "Several checks of authentication failed.",
        "SPF and DKIM, for example.",
        "RFC 7372 section 3.4",
    ),
    row("x.7.27", "The sender's domain has a null MX.", "", "RFC 7505 section 4.2"),
    row(
        "x.7.28",
        "Mail comes too fast, or looks like an attack.",
        "With 4: the client tries again later, slower.",
        "IANA registry of RFC 5248",
    ),
    row("x.7.29", "The ARC chain is broken.", "", "RFC 8617 section 10.3"),
    row(
        "x.7.3",
        "A conversion for security is needed and not possible.",
        "",
        "RFC 3463 section 3.8",
    ),
    row("x.7.30", "TLS is required and not offered on the way.", "", "RFC 8689 section 7"),
    row("x.7.4", "A feature of security is not supported.", "", "RFC 3463 section 3.8"),
    row("x.7.5", "Cryptography failed.", "", "RFC 3463 section 3.8"),
    row("x.7.6", "The algorithm is not supported.", "", "RFC 3463 section 3.8"),
    row("x.7.7", "The message was changed on the way.", "", "RFC 3463 section 3.8"),
    row("x.7.8", "The credentials are wrong.", "", "RFC 4954 section 6"),
    row("x.7.9", "The mechanism of authentication is too weak.", "", "RFC 4954 section 6"),
];

const fn row(
    name: &'static str,
    meaning: &'static str,
    more: &'static str,
    source: &'static str,
) -> Term {
    Term { name, meaning, more, source }
}

/// The classes of enhanced status codes: their first number, with what a client does.
pub const CLASSES: [Term; 3] = [
    row("2", "Success.", "The client is done.", "RFC 3463 section 3"),
    row("4", "A failure that may pass.", "The client tries again later.", "RFC 3463 section 3"),
    row(
        "5",
        "A failure that stays.",
        "The client returns the message to its sender.",
        "RFC 3463 section 3",
    ),
];

/// The class of an enhanced status code, and what its two other numbers mean.
pub fn status(class: u16, subject: u16, detail: u16) -> [Option<&'static Term>; 2] {
    let rest = format!("x.{subject}.{detail}");
    let class = CLASSES.iter().find(|known| known.name.parse() == Ok(class));
    [class, STATUSES.iter().find(|known| known.name == rest)]
}
