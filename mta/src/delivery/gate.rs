//! Asking suspensions and policies about a next hop, once it is known.
//!
//! *Not here.* What they say (`mail-queue`), trying the next hop ([`super::attempt`]).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;

use mail_queue::{Admission, Envelope, Facts, Field};

use crate::grouping::Hop;
use crate::queue_runner::{Queue, facts};
use crate::route::Routes;

/// What an attempt asks before it connects.
pub struct Gate<'a> {
    /// The queue.
    pub queue: &'a Queue,
    /// The routes in force.
    pub routes: &'a Routes,
    /// The message.
    pub envelope: &'a Envelope,
}

/// A message that may not go to its next hop now, with everything that is known of it.
#[derive(Debug)]
pub struct Held(pub Box<Facts>);

/// The answer for a next hop.
#[derive(Debug)]
pub struct Asked {
    /// What the next hop is rolled up with.
    pub grouping: Arc<str>,
    /// What is known of the message now.
    pub facts: Facts,
    /// Whether it may go there.
    pub admission: Admission,
}

impl Gate<'_> {
    /// Asks about one address of a host; `hosts` are the names of all.
    pub fn ask(&self, host: &str, address: SocketAddr, hosts: &[String]) -> Asked {
        let domain = &*self.envelope.recipient.domain;
        let grouping = self.routes.grouping(Hop { host, address: address.ip(), domain, hosts });
        let early = facts(self.envelope);
        if self.queue.rules() == 0 {
            return Asked { grouping, facts: early, admission: Admission::Open };
        }
        let local = source_of(address).map(|local| (Field::LocalIp, local.to_string().into()));
        let facts = early.and(local).and([
            (Field::RemoteIp, address.ip().to_string().into()),
            (Field::RemoteMx, host.into()),
            (Field::Grouping, Arc::clone(&grouping)),
        ]);
        let admission = self.queue.enter(self.envelope.id, &facts);
        Asked { grouping, facts, admission }
    }
}

/// The address that the system would connect from. Nothing is sent: a UDP socket only looks at the
/// routes when it is connected.
fn source_of(remote: SocketAddr) -> Option<IpAddr> {
    let any: IpAddr = match remote {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect(remote).ok()?;
    socket.local_addr().ok().map(|local| local.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_of_a_connection_to_ourselves_is_ourselves() {
        let loopback = IpAddr::from(Ipv4Addr::LOCALHOST);
        assert_eq!(source_of(SocketAddr::new(loopback, 25)), Some(loopback));
    }
}
