//! Both sides of SMTP as state machines without sockets.
