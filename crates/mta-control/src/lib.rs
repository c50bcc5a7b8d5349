//! Types of the control API, shared by server and clients.
