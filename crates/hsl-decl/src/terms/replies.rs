//! Reply codes of SMTP.

use super::Term;

/// Reply codes, in order, with what a client does.
pub const REPLIES: &[Term] = &[
    row("211", "Status of the system, or help.", "Answers HELP.", "RFC 5321 section 4.2.3"),
    row("214", "Help for a person.", "Answers HELP.", "RFC 5321 section 4.2.3"),
    row(
        "220",
        "The service is ready.",
        "The client greets; after STARTTLS it begins TLS.",
        "RFC 5321 section 4.2.3",
    ),
    row(
        "221",
        "The service closes the connection.",
        "The client has nothing more to do.",
        "RFC 5321 section 4.2.3",
    ),
    row(
        "235",
        "Authentication succeeded.",
        "The client goes on as the user.",
        "RFC 4954 section 6",
    ),
    row(
        "250",
        "The action is done.",
        "After the end of the message: the server answers for it from now on.",
        "RFC 5321 section 4.2.3",
    ),
    row(
        "251",
        "The user is not here; the message will be forwarded.",
        "The client takes it as accepted.",
        "RFC 5321 section 3.4",
    ),
    row(
        "252",
        "The user cannot be verified, but mail is taken.",
        "The usual answer to VRFY.",
        "RFC 5321 section 3.5.3",
    ),
    row(
        "334",
        "The server waits for a step of authentication.",
        "The text is Base64.",
        "RFC 4954 section 4",
    ),
    row(
        "354",
        "The message may begin.",
        "The client sends it, and a line with a dot alone.",
        "RFC 5321 section 4.2.3",
    ),
    row(
        "421",
        "The service is not available and closes the connection.",
        "The client keeps all mail of the connection and tries again later, or another host.",
        "RFC 5321 section 3.8",
    ),
    row(
        "432",
        "The password must be stored for the mechanism first.",
        "The client may authenticate another way.",
        "RFC 4954 section 6",
    ),
    row(
        "450",
        "The mailbox is not available now.",
        "The client keeps the message and tries again; greylisting answers so.",
        "RFC 5321 section 4.2.3",
    ),
    row(
        "451",
        "The server failed in processing.",
        "The client tries again later.",
        "RFC 5321 section 4.2.3",
    ),
    row(
        "452",
        "The server has no room for more.",
        "The client tries again; for too many recipients it sends the others in another transaction.",
        "RFC 5321 section 4.5.3.1.10",
    ),
    row(
        "454",
        "TLS or authentication is not available now.",
        "The client tries again later, or goes on without.",
        "RFC 3207 section 4, RFC 4954 section 6",
    ),
    row(
        "455",
        "The parameters cannot be served now.",
        "The client tries again later.",
        "RFC 5321 section 4.2.3",
    ),
    row(
        "500",
        "The command is not known, or too long.",
        "The client gives up the command.",
        "RFC 5321 section 4.2.3",
    ),
    row(
        "501",
        "The parameters are wrong.",
        "The client gives up the command.",
        "RFC 5321 section 4.2.3",
    ),
    row(
        "502",
        "The command is not implemented.",
        "The client gives up the command.",
        "RFC 5321 section 4.2.4",
    ),
    row(
        "503",
        "The commands come in the wrong order.",
        "The client gives up the transaction.",
        "RFC 5321 section 4.2.3",
    ),
    row(
        "504",
        "A parameter is not implemented.",
        "The client gives up the command.",
        "RFC 5321 section 4.2.3",
    ),
    row(
        "521",
        "The host takes no mail.",
        "The client returns the message at once, for this host.",
        "RFC 7504",
    ),
    row("523", "Encryption is needed.", "The client begins TLS first.", "RFC 5248"),
    row(
        "530",
        "Authentication or TLS is needed first.",
        "The client authenticates, or returns the message.",
        "RFC 3207 section 4, RFC 4954 section 6",
    ),
    row("534", "The mechanism is too weak.", "The client may take another.", "RFC 4954 section 6"),
    row(
        "535",
        "The credentials are wrong.",
        "The client asks the user; trying again at once makes it worse.",
        "RFC 4954 section 6",
    ),
    row(
        "538",
        "The mechanism needs encryption.",
        "The client begins TLS first.",
        "RFC 4954 section 6",
    ),
    row(
        "550",
        "The mailbox is not available, or policy refuses it.",
        "The client returns the message to its sender and does not try again.",
        "RFC 5321 section 4.2.3",
    ),
    row(
        "551",
        "The user is not here.",
        "The client returns the message; the text may name another address.",
        "RFC 5321 section 3.4",
    ),
    row(
        "552",
        "The message is larger than the storage allows.",
        "The client returns the message.",
        "RFC 5321 section 4.2.3",
    ),
    row(
        "553",
        "The name of the mailbox is not allowed.",
        "The client returns the message.",
        "RFC 5321 section 4.2.3",
    ),
    row(
        "554",
        "The transaction failed, or, as a greeting, no service here.",
        "The client returns the message; as a greeting it may try another host.",
        "RFC 5321 sections 3.1 and 4.2.3",
    ),
    row(
        "555",
        "A parameter of MAIL or RCPT is not known.",
        "The client returns the message, or tries without the parameter.",
        "RFC 5321 section 4.2.3",
    ),
    row(
        "556",
        "The domain of the recipient takes no mail.",
        "The client returns the message; a null MX says so.",
        "RFC 7504",
    ),
];

const fn row(
    name: &'static str,
    meaning: &'static str,
    more: &'static str,
    source: &'static str,
) -> Term {
    Term { name, meaning, more, source }
}
