//! What a native may use of the machine that calls it.

use std::any::Any;
use std::rc::Rc;

use super::Thrown;
use crate::fiber::{Limit, Surroundings};
use crate::value::memory;
use crate::world::World;

/// The surroundings of a native call.
pub struct Cx<'a> {
    around: Around<'a>,
    charge: u64,
    largest: usize,
}

/// Where a native is called. It is looked at when something of it is wanted, which is seldom.
#[derive(Clone, Copy)]
enum Around<'a> {
    Fiber(&'a Surroundings),
    /// Without host data; then since when.
    World(&'a dyn World, f64),
}

impl<'a> Cx<'a> {
    /// Surroundings without host data, for tests and constant folding.
    pub fn new(world: &'a dyn World) -> Self {
        let around = Around::World(world, world.elapsed());
        Self { around, charge: 0, largest: usize::MAX }
    }

    #[inline(always)]
    pub(crate) fn with(surroundings: &'a Surroundings, largest: usize) -> Self {
        Self { around: Around::Fiber(surroundings), charge: 0, largest }
    }

    /// Seconds since the execution began.
    pub fn running(&self) -> f64 {
        let began = match self.around {
            Around::Fiber(surroundings) => surroundings.began,
            Around::World(_, began) => began,
        };
        self.world().elapsed() - began
    }

    /// The clock, chance and output.
    pub fn world(&self) -> &'a dyn World {
        match self.around {
            Around::Fiber(surroundings) => &*surroundings.world,
            Around::World(world, _) => world,
        }
    }

    /// What the host attached to the fiber, by type.
    pub fn data<T: 'static>(&self) -> Option<&'a T> {
        let data: &'a [Rc<dyn Any>] = match self.around {
            Around::Fiber(surroundings) => &surroundings.data,
            Around::World(..) => &[],
        };
        data.iter().find_map(|data| data.downcast_ref())
    }

    /// Counts bytes touched against the slice of the fiber: 64 bytes cost as much as a jump.
    pub fn charge(&mut self, bytes: usize) {
        self.charge = self.charge.saturating_add(bytes as u64);
    }

    /// Refuses a result that would be larger than the memory that the script has left, which ends
    /// the script. Call before allocating in proportion to an argument that is a number, and with 0
    /// now and then while values are made in proportion to one that is long.
    ///
    /// # Errors
    /// When `bytes` exceeds what is left. The script cannot catch it.
    pub fn reserve(&mut self, bytes: usize) -> Result<(), Thrown> {
        self.charge(bytes);
        if bytes > self.largest || memory::is_exceeded() || bytes > memory::room() {
            memory::give_up();
            return Err(Limit::Memory(self.largest).into());
        }
        Ok(())
    }

    /// Bytes that a value may still take: what is beyond [`Cx::reserve`] refuses.
    pub fn room(&self) -> usize {
        self.largest.min(memory::room())
    }

    /// Fuel for what was charged.
    pub(crate) fn fuel(&self) -> u32 {
        u32::try_from(self.charge / 64).unwrap_or(u32::MAX)
    }
}
