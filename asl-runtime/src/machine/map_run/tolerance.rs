//! How many failed items a Map Run puts up with.

/// `ToleratedFailureCount` and `ToleratedFailurePercentage`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Tolerance {
    pub count: Option<u64>,
    pub percentage: Option<f64>,
}

impl Tolerance {
    /// Whether there is a threshold at all.
    pub fn has_threshold(self) -> bool {
        self.count.is_some() || self.percentage.is_some()
    }

    /// Whether so many failed items are too many. `total` is the number of items, once all are known.
    pub fn is_exceeded(self, failed: u64, total: Option<u64>) -> bool {
        if failed == 0 {
            return false;
        }
        let by_count = self.count.is_some_and(|count| failed > count);
        let by_percentage = match (self.percentage, total) {
            (None, _) => false,
            // No share of any number of items is as small as this.
            (Some(percentage), _) if percentage <= 0.0 => true,
            (Some(percentage), Some(total)) => failed as f64 * 100.0 > percentage * total as f64,
            (Some(_), None) => false,
        };
        by_count || by_percentage || (self.count.is_none() && self.percentage.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Tolerance = Tolerance {
        count: None,
        percentage: None,
    };

    #[test]
    fn without_thresholds_any_failure_is_too_much() {
        assert!(!NONE.is_exceeded(0, Some(1)));
        assert!(NONE.is_exceeded(1, None));
    }

    #[test]
    fn what_equals_a_threshold_is_tolerated() {
        let count = Tolerance {
            count: Some(2),
            ..NONE
        };
        assert!(!count.is_exceeded(2, None));
        assert!(count.is_exceeded(3, None));
        let percentage = Tolerance {
            percentage: Some(12.5),
            ..NONE
        };
        assert!(!percentage.is_exceeded(1, Some(8)));
        assert!(percentage.is_exceeded(2, Some(8)));
        assert!(percentage.is_exceeded(1, Some(7)));
    }

    #[test]
    fn a_percentage_needs_the_number_of_items() {
        let half = Tolerance {
            percentage: Some(50.0),
            ..NONE
        };
        assert!(!half.is_exceeded(1_000_000, None));
        let none = Tolerance {
            percentage: Some(0.0),
            ..NONE
        };
        assert!(none.is_exceeded(1, None));
        let all = Tolerance {
            percentage: Some(100.0),
            ..NONE
        };
        assert!(!all.is_exceeded(5, Some(5)));
    }

    #[test]
    fn either_threshold_is_enough() {
        let both = Tolerance {
            count: Some(3),
            percentage: Some(50.0),
        };
        assert!(both.is_exceeded(2, Some(3)));
        assert!(both.is_exceeded(4, Some(100)));
        assert!(!both.is_exceeded(3, Some(6)));
    }
}
