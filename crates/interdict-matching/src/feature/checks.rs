//! Check digits of the identifiers that an entity keeps for life.

/// Whether an identifier fact (`type:value`) is of a type that is issued once for life (IMO, LEI,
/// INN, OGRN) and its check digits are right. Only such a pair may contradict.
///
/// Formulas: IMO resolution A.1117(30); ISO 17442 with ISO 7064 MOD 97-10; Russian Federal Tax
/// Service, order on taxpayer numbers; Russian Government decree on OGRN.
pub fn valid_lifelong(fact: &str) -> bool {
    let Some((kind, value)) = fact.split_once(':') else {
        return false;
    };
    match kind {
        "imo" => imo(value),
        "lei" => lei(value),
        "inn" => inn(value),
        "ogrn" => ogrn(value),
        _ => false,
    }
}

fn digits(value: &str) -> Option<Vec<u64>> {
    value
        .chars()
        .map(|c| c.to_digit(10).map(u64::from))
        .collect()
}

fn weighted(digits: &[u64], weights: &[u64]) -> u64 {
    digits.iter().zip(weights).map(|(d, w)| d * w).sum()
}

fn imo(value: &str) -> bool {
    digits(value).is_some_and(|d| {
        d.len() == 7 && d.last() == Some(&(weighted(&d, &[7, 6, 5, 4, 3, 2]) % 10))
    })
}

fn lei(value: &str) -> bool {
    value.len() == 20
        && value
            .chars()
            .try_fold(0u32, |rest, c| {
                let d = c.to_digit(36)?;
                Some(if d > 9 { rest * 100 + d } else { rest * 10 + d } % 97)
            })
            .is_some_and(|rest| rest == 1)
}

fn inn(value: &str) -> bool {
    let check = |d: &[u64], weights: &[u64]| weighted(d, weights) % 11 % 10;
    digits(value).is_some_and(|d| match d.len() {
        10 => d.last() == Some(&check(&d, &[2, 4, 10, 3, 5, 9, 4, 6, 8])),
        12 => {
            d.get(10) == Some(&check(&d, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]))
                && d.get(11) == Some(&check(&d, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]))
        }
        _ => false,
    })
}

fn ogrn(value: &str) -> bool {
    let modulus = match value.len() {
        13 => 11,
        15 => 13,
        _ => return false,
    };
    let (Some(head), Some(tail)) = (value.get(..value.len() - 1), value.get(value.len() - 1..))
    else {
        return false;
    };
    match (head.parse::<u64>(), tail.parse::<u64>()) {
        (Ok(head), Ok(tail)) => head % modulus % 10 == tail,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples() {
        for good in [
            "imo:9074729",
            "lei:54930053HGCFWVHYZX42",
            "inn:7707083893",
            "inn:500100732259",
            "ogrn:1027700132195",
        ] {
            assert!(valid_lifelong(good), "{good}");
        }
        for bad in [
            "imo:9074728",
            "lei:2594007XIACKNMUAW222",
            "inn:7707083894",
            "inn:500100732258",
            "ogrn:1027700132196",
            "passport:7707083893",
            "imo:",
            "lei:ß",
        ] {
            assert!(!valid_lifelong(bad), "{bad}");
        }
    }
}
