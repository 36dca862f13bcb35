//! Putting items together to the inputs of children.

use crate::Value;
use crate::value::object;

/// Puts items together. Holds those of the batch that is not full yet.
#[derive(Debug)]
pub(crate) struct Batcher {
    max_items: usize,
    max_bytes: usize,
    input: Option<Value>,
    items: Vec<Value>,
    /// Length of the items as JSON, their commas included.
    bytes: usize,
}

/// The input of one child.
#[derive(Debug, PartialEq)]
pub(crate) struct Batch {
    pub input: Value,
    /// Number of items in it.
    pub items: u64,
}

impl Batcher {
    /// `limit` is the largest input of a child, in bytes of JSON.
    pub fn new(max_items: Option<u64>, max_bytes: Option<usize>, input: Option<Value>, limit: usize) -> Self {
        Self {
            max_items: max_items.map_or(usize::MAX, |items| usize::try_from(items).unwrap_or(usize::MAX)),
            max_bytes: max_bytes.unwrap_or(usize::MAX).min(limit),
            input,
            items: Vec::new(),
            bytes: 0,
        }
    }

    /// Adds an item. Gives the batch that it closes: the one it completes, or the one it no longer fits into.
    ///
    /// # Errors
    /// The item's size in bytes, when it does not fit into a batch of its own.
    pub fn add(&mut self, item: Value) -> Result<Option<Batch>, usize> {
        let bytes = item.measure().bytes;
        if self.envelope() + bytes > self.max_bytes {
            return Err(bytes);
        }
        let fits = self.items.is_empty() || self.envelope() + self.bytes + 1 + bytes <= self.max_bytes;
        let earlier = if fits { None } else { self.close() };
        self.bytes += bytes + usize::from(!self.items.is_empty());
        self.items.push(item);
        if earlier.is_none() && self.items.len() >= self.max_items {
            return Ok(self.close());
        }
        Ok(earlier)
    }

    /// The batch that is not full, if there is one: there are no more items.
    pub fn close(&mut self) -> Option<Batch> {
        if self.items.is_empty() {
            return None;
        }
        let items = std::mem::take(&mut self.items);
        self.bytes = 0;
        let count = items.len() as u64;
        let items = Value::from(items);
        let input = match &self.input {
            Some(input) => object([("BatchInput", input.clone()), ("Items", items)]),
            None => object([("Items", items)]),
        };
        Some(Batch { input, items: count })
    }

    /// How many items a batch takes at most, for reading ahead.
    pub fn max_items(&self) -> usize {
        self.max_items
    }

    /// Length of a batch's JSON without its items.
    fn envelope(&self) -> usize {
        let input = self.input.as_ref();
        let input = input.map_or(0, |input| r#""BatchInput":,"#.len() + input.measure().bytes);
        r#"{"Items":[]}"#.len() + input
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn batches(batcher: &mut Batcher, items: &[Value]) -> Vec<Value> {
        let mut batches = Vec::new();
        for item in items {
            batches.extend(batcher.add(item.clone()).unwrap());
        }
        batches.extend(batcher.close());
        batches.into_iter().map(|batch| batch.input).collect()
    }

    #[test]
    fn a_batch_is_full_by_its_number_of_items() {
        let mut batcher = Batcher::new(Some(2), None, Some(json!({"x": 1})), 1000);
        assert_eq!(
            batches(&mut batcher, &[json!(1), json!(2), json!(3)]),
            [
                json!({"BatchInput": {"x": 1}, "Items": [1, 2]}),
                json!({"BatchInput": {"x": 1}, "Items": [3]}),
            ]
        );
    }

    #[test]
    fn a_batch_is_full_by_its_bytes() {
        let full = json!({"Items": ["aa", "bb"]});
        let mut batcher = Batcher::new(None, Some(full.measure().bytes), None, 1000);
        let items = [json!("aa"), json!("bb"), json!("cc"), json!("ddd"), json!("e")];
        let batches = batches(&mut batcher, &items);
        assert_eq!(
            batches,
            [
                full.clone(),
                json!({"Items": ["cc"]}),
                json!({"Items": ["ddd", "e"]})
            ]
        );
        assert!(
            batches
                .iter()
                .all(|batch| batch.measure().bytes <= full.measure().bytes)
        );
    }

    #[test]
    fn a_batch_of_one_item_is_full_at_once() {
        let mut batcher = Batcher::new(Some(1), None, None, 1000);
        assert_eq!(
            batcher.add(json!(1)),
            Ok(Some(Batch {
                input: json!({"Items": [1]}),
                items: 1
            }))
        );
        assert_eq!(batcher.close(), None);
    }

    #[test]
    fn an_item_that_fits_nowhere_is_refused() {
        let mut batcher = Batcher::new(Some(5), None, None, 20);
        assert_eq!(batcher.add(json!("123456")), Ok(None));
        assert_eq!(batcher.add(json!("1234567")), Err(9));
    }
}
