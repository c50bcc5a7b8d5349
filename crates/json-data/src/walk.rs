//! From the events of `serde` to steps.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::{Enough, Step};

/// What stands at this place of the text: a value that may nest so many levels.
pub(crate) struct Walk<'s, F> {
    pub(crate) step: &'s mut F,
    pub(crate) left: usize,
}

impl<F: FnMut(Step<'_>) -> Result<(), Enough>> Walk<'_, F> {
    #[inline]
    fn give<E: Error>(self, step: Step<'_>) -> Result<(), E> {
        (self.step)(step).map_err(|Enough| E::custom("the data is too large"))
    }

    /// What stands within the container that begins here.
    #[inline]
    fn enter<E: Error>(&mut self) -> Result<usize, E> {
        self.left.checked_sub(1).ok_or_else(|| E::custom("the data is nested too deeply"))
    }
}

impl<'de, F: FnMut(Step<'_>) -> Result<(), Enough>> DeserializeSeed<'de> for Walk<'_, F> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, F: FnMut(Step<'_>) -> Result<(), Enough>> Visitor<'de> for Walk<'_, F> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("any value")
    }

    #[inline]
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.give(Step::None)
    }

    #[inline]
    fn visit_bool<E: Error>(self, flag: bool) -> Result<(), E> {
        self.give(Step::Boolean(flag))
    }

    #[inline]
    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.give(Step::Number(number as f64))
    }

    #[inline]
    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.give(Step::Number(number as f64))
    }

    #[inline]
    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.give(Step::Number(number))
    }

    #[inline]
    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.give(Step::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let left = self.enter()?;
        let mut count = 0;
        while items.next_element_seed(Walk { step: &mut *self.step, left })?.is_some() {
            count += 1;
        }
        self.give(Step::List(count))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut pairs: A) -> Result<(), A::Error> {
        let left = self.enter()?;
        let mut count = 0;
        while pairs.next_key_seed(Name(&mut *self.step))?.is_some() {
            pairs.next_value_seed(Walk { step: &mut *self.step, left })?;
            count += 1;
        }
        self.give(Step::Object(count))
    }
}

/// The key of a pair.
struct Name<'s, F>(&'s mut F);

impl<'de, F: FnMut(Step<'_>) -> Result<(), Enough>> DeserializeSeed<'de> for Name<'_, F> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de, F: FnMut(Step<'_>) -> Result<(), Enough>> Visitor<'de> for Name<'_, F> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a key")
    }

    #[inline]
    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        (self.0)(Step::Key(text)).map_err(|Enough| E::custom("the data is too large"))
    }
}
