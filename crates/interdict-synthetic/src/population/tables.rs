//! The shipped tables, ready to draw from.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::random::Random;

/// Names with the sum of the weights up to and with each.
#[derive(Default)]
pub(super) struct Weighted {
    names: Vec<&'static str>,
    sums: Vec<usize>,
}

impl Weighted {
    fn parse(text: &'static str) -> Weighted {
        let mut weighted = Weighted::default();
        let mut sum = 0;
        for part in text.split('|') {
            if let Some((name, weight)) = part.rsplit_once(':') {
                sum += weight.parse().unwrap_or(1);
                weighted.names.push(name);
                weighted.sums.push(sum);
            }
        }
        weighted
    }

    /// One name, as often as its weight says.
    pub(super) fn draw(&self, random: &mut Random) -> &'static str {
        let at = random.below(self.sums.last().copied().unwrap_or(0));
        let place = self.sums.partition_point(|sum| *sum <= at);
        self.names.get(place).copied().unwrap_or("")
    }

    /// One name, each as often as any other.
    pub(super) fn any(&self, random: &mut Random) -> &'static str {
        random.one(&self.names).copied().unwrap_or("")
    }
}

type Table = HashMap<&'static str, HashMap<&'static str, Weighted>>;

fn read(text: &'static str) -> Table {
    let mut table = Table::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.splitn(3, '\t');
        if let (Some(country), Some(part), Some(names)) =
            (columns.next(), columns.next(), columns.next())
        {
            table
                .entry(country)
                .or_default()
                .insert(part, Weighted::parse(names));
        }
    }
    table
}

static PEOPLE: LazyLock<Table> = LazyLock::new(|| read(include_str!("tables/people.tsv")));
static FIRMS: LazyLock<Table> = LazyLock::new(|| read(include_str!("tables/firms.tsv")));

/// Names of people of a country: `given-m`, `family`, …
pub(super) fn people(country: &str, part: &str) -> Option<&'static Weighted> {
    PEOPLE.get(country)?.get(part)
}

/// Words of firms of a country: `first` or `middle`.
pub(super) fn firms(country: &str, place: &str) -> Option<&'static Weighted> {
    FIRMS.get(country)?.get(place)
}
