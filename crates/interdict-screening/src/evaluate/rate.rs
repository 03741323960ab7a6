//! A share with its interval.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// How many of how many, with the interval that the true share lies in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// How many did.
    pub part: usize,
    /// Of how many.
    pub whole: usize,
}

/// Two-sided 95 percent of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

impl Rate {
    /// Counts one more.
    pub fn add(&mut self, did: bool) {
        self.whole += 1;
        self.part += usize::from(did);
    }

    /// The share, from 0 to 1; 0 of nothing.
    pub fn share(self) -> f64 {
        if self.whole == 0 {
            0.0
        } else {
            self.part as f64 / self.whole as f64
        }
    }

    /// The 95 percent interval of the share (Wilson 1927), from 0 to 1; all of it for nothing.
    pub fn interval(self) -> (f64, f64) {
        if self.whole == 0 {
            return (0.0, 1.0);
        }
        let n = self.whole as f64;
        let p = self.share();
        let centre = p + Z * Z / (2.0 * n);
        let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + Z * Z / n;
        (
            ((centre - spread) / scale).max(0.0),
            ((centre + spread) / scale).min(1.0),
        )
    }
}

impl std::ops::Add for Rate {
    type Output = Rate;

    fn add(self, other: Rate) -> Rate {
        Rate {
            part: self.part + other.part,
            whole: self.whole + other.whole,
        }
    }
}

impl std::iter::Sum for Rate {
    fn sum<I: Iterator<Item = Rate>>(rates: I) -> Rate {
        rates.fold(Rate::default(), |a, b| a + b)
    }
}

/// Four decimals: what a report shows, and the same text on every machine.
fn rounded(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (low, high) = self.interval();
        let mut fields = serializer.serialize_struct("Rate", 5)?;
        fields.serialize_field("part", &self.part)?;
        fields.serialize_field("whole", &self.whole)?;
        fields.serialize_field("share", &rounded(self.share()))?;
        fields.serialize_field("low", &rounded(low))?;
        fields.serialize_field("high", &rounded(high))?;
        fields.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_the_books() {
        // Agresti and Coull 1998: 0 of 20 and 10 of 20.
        let (low, high) = Rate { part: 0, whole: 20 }.interval();
        assert!(low < 1e-12 && (high - 0.1611).abs() < 5e-4);
        let (low, high) = Rate {
            part: 10,
            whole: 20,
        }
        .interval();
        assert!((low - 0.2993).abs() < 5e-4 && (high - 0.7007).abs() < 5e-4);
        assert_eq!(Rate::default().interval(), (0.0, 1.0));
        let sum: Rate = [Rate { part: 1, whole: 2 }, Rate { part: 2, whole: 2 }]
            .into_iter()
            .sum();
        assert_eq!(sum, Rate { part: 3, whole: 4 });
        assert_eq!(
            serde_json::to_string(&sum).unwrap(),
            r#"{"part":3,"whole":4,"share":0.75,"low":0.3006,"high":0.9544}"#
        );
    }
}
