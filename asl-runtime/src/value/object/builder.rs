//! Making an object whose members are counted before they are there.

use smol_str::SmolStr;
use triomphe::{Arc, HeaderSlice, UniqueArc};

use super::{Measure, Member, Object, Repr, SMALL, Size, Value};

/// An object in the making: its members are written to where they will be.
pub(crate) struct Builder {
    /// As many as were announced; those that are not there yet are empty.
    members: UniqueArc<HeaderSlice<Size, [Member]>>,
    count: usize,
}

impl Builder {
    /// With space for so many members, which need not be exact.
    #[inline]
    pub fn with_capacity(length: usize) -> Self {
        // Whoever announces more has many, or is mistaken.
        let length = length.min(4 * SMALL);
        Self {
            members: allocate((0..length).map(|_| EMPTY)),
            count: 0,
        }
    }

    /// With members of these keys, which are different, and whose values are still to be written.
    #[inline]
    pub fn with_keys(keys: impl ExactSizeIterator<Item = &'static str>) -> Self {
        let count = keys.len();
        Self {
            members: allocate(keys.map(|key| (SmolStr::new_static(key), Value::Null))),
            count,
        }
    }

    /// The places of all values.
    #[inline]
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.members.slice.iter_mut().map(|(_, value)| value)
    }

    /// Notes how large the object is at most, where that is known.
    #[inline]
    pub fn note_bound(&mut self, bound: Measure) {
        self.members.header.bound.set(bound);
    }

    /// Appends a member that is `null` and whose key no other has. Gives the place of its value.
    #[inline]
    pub fn place(&mut self, key: &'static str) -> &mut Value {
        if self.count == self.members.slice.len() {
            self.resize(self.count * 2 + 1);
        }
        let member = &mut self.members.slice[self.count];
        self.count += 1;
        member.0 = SmolStr::new_static(key);
        &mut member.1
    }

    /// The object of the members that are there.
    #[inline]
    pub fn finish(mut self) -> Object {
        if self.count < self.members.slice.len() {
            self.resize(self.count);
        }
        if self.count > SMALL {
            let members = self.members.slice.iter_mut();
            return Object::from_members(members.map(std::mem::take).collect());
        }
        Object(Repr::Fixed(self.members.shareable()))
    }

    /// The number of members is not what was announced.
    #[cold]
    fn resize(&mut self, length: usize) {
        let members = self.members.slice.iter_mut().map(std::mem::take);
        let mut members: Vec<_> = members.take(length).collect();
        members.resize(length, EMPTY);
        self.members = allocate(members.into_iter());
    }
}

const EMPTY: Member = (SmolStr::new_static(""), Value::Null);

#[inline]
fn allocate(members: impl ExactSizeIterator<Item = Member>) -> UniqueArc<HeaderSlice<Size, [Member]>> {
    let members = Arc::from_header_and_iter(Size::default(), members);
    Arc::try_unique(members).unwrap_or_else(|_| unreachable!("nobody else has it yet"))
}

#[cfg(test)]
mod tests {
    use serde::{Serialize, Serializer, ser::SerializeStruct};

    use crate::Value;

    /// Some fields, and how many were announced.
    struct Announced(usize, usize);

    impl Serialize for Announced {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let Self(count, announced) = *self;
            let mut fields = serializer.serialize_struct("Announced", announced)?;
            for number in 0..count {
                fields.serialize_field(format!("field {number}").leak(), &[number])?;
            }
            fields.end()
        }
    }

    #[test]
    fn the_number_announced_need_not_be_right() {
        for count in [0, 1, 3, 16, 17, 100] {
            let expected: Value = (0..count)
                .map(|number| (format!("field {number}"), Value::from(vec![Value::from(number)])))
                .collect::<super::Object>()
                .into();
            for announced in [0, 1, count, count + 1, usize::MAX] {
                let value = Value::encode(&Announced(count, announced)).unwrap();
                assert_eq!(value.to_string(), expected.to_string());
                assert_eq!(value, expected);
                let last = format!("field {}", count.wrapping_sub(1));
                assert_eq!(value.get(&last).is_some(), count > 0);
            }
        }
    }
}
