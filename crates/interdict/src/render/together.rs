//! Rows of one party put under each other.

/// The items in their order, except that those of a group follow the first of it; with each, whether
/// it is of the same group as the one before it. An item without a group stands alone.
pub(crate) fn together<T>(
    items: impl IntoIterator<Item = T>,
    group: impl Fn(&T) -> Option<String>,
) -> Vec<(T, bool)> {
    let mut groups: Vec<(Option<String>, Vec<T>)> = Vec::new();
    for item in items {
        let name = group(&item);
        let known = groups
            .iter_mut()
            .find(|(known, _)| name.is_some() && *known == name);
        match known {
            Some((_, members)) => members.push(item),
            None => groups.push((name, vec![item])),
        }
    }
    let members = |group: Vec<T>| group.into_iter().enumerate().map(|(n, item)| (item, n > 0));
    groups
        .into_iter()
        .flat_map(|(_, group)| members(group))
        .collect()
}

/// What stands before the caption of an entry of the same party as the one above.
pub(crate) const SAME_PARTY: &str = "\u{2514} ";

#[cfg(test)]
mod tests {
    use super::together;

    #[test]
    fn those_of_a_group_follow_its_first() {
        let items = ["a1", "-x", "b1", "a2", "-y", "b2", "a3"];
        let group = |item: &&str| {
            let name = item.chars().next().map(String::from);
            name.filter(|name| name != "-")
        };
        let expected = [
            ("a1", false),
            ("a2", true),
            ("a3", true),
            ("-x", false),
            ("b1", false),
            ("b2", true),
            ("-y", false),
        ];
        assert_eq!(together(items, group), expected);
    }
}
