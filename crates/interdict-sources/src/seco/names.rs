//! Names of the Swiss list: parts in an order, each with its spellings.

use interdict_model::Entity;

use crate::writer::Writer;
use crate::xml::Element;

/// A spelling of the parts: language, script and kind, equal for parts that belong together.
type Spelling<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>);

/// Says a name and the same name in each spelling that a part of it has.
pub(super) fn say(out: &mut Writer<'_, '_>, e: &mut Entity, name: &Element) {
    for aside in ["ssid", "lang"] {
        name.attribute(aside);
    }
    let weak = name.attribute("quality") == Some("low");
    let property = match name.attribute("name-type") {
        Some("primary-name") => "name",
        _ if weak => "weakAlias",
        Some("formerly-known-as") => "previousName",
        _ => "alias",
    };
    let mut parts: Vec<&Element> = name.children_named("name-part").collect();
    let order = |part: &Element| {
        let order = part.attribute("order").unwrap_or_default();
        order.parse::<u32>().unwrap_or(u32::MAX)
    };
    parts.sort_by_cached_key(|part| order(part));
    parts.first().copied().map(order);
    out.say(e, "name", property, &spell(&parts, None));
    let mut spellings: Vec<Spelling<'_>> = Vec::new();
    for variant in parts
        .iter()
        .flat_map(|part| part.children_named("spelling-variant"))
    {
        let spelling = spelling(variant);
        if !spellings.contains(&spelling) {
            spellings.push(spelling);
        }
    }
    let spelt = if weak { "weakAlias" } else { "alias" };
    for spelling in spellings {
        let text = spell(&parts, Some(spelling));
        out.say_in(e, "spelling-variant", spelt, &text, spelling.0);
    }
    for part in &parts {
        let kind = part.attribute("name-part-type").unwrap_or_default();
        let value = part.text_of("value").unwrap_or_default();
        let single = match kind {
            "family-name" => "lastName",
            "given-name" => "firstName",
            "further-given-name" => "middleName",
            "father-name" => "fatherName",
            "title" => "title",
            "suffix" => "nameSuffix",
            _ => continue,
        };
        if property == "name" && e.schema.property(single).is_some() {
            out.say(e, &format!("name-part/{kind}"), single, value);
        }
    }
}

/// The name in a spelling: a part that lacks it is written as in the list. Given names come before
/// the family name, which the order of the list puts first.
fn spell(parts: &[&Element], wanted: Option<Spelling<'_>>) -> String {
    let text = |part: &&&Element| -> String {
        let variant = part
            .children_named("spelling-variant")
            .find(|v| wanted.is_some_and(|w| spelling(v) == w));
        match variant {
            Some(variant) => variant.text().to_owned(),
            None => part.text_of("value").unwrap_or_default().to_owned(),
        }
    };
    let kind = |part: &&&Element| {
        part.attribute("name-part-type")
            .unwrap_or_default()
            .to_owned()
    };
    let is_title = |part: &&&Element| kind(part) == "title";
    let is_family = |part: &&&Element| matches!(kind(part).as_str(), "family-name" | "maiden-name");
    let given = parts.iter().filter(|p| !is_family(p) && !is_title(p));
    let family = parts.iter().filter(is_family);
    let all: Vec<String> = given.chain(family).map(|p| text(&p)).collect();
    all.join(" ").trim().to_owned()
}

fn spelling(variant: &Element) -> Spelling<'_> {
    (
        variant.attribute("lang"),
        variant.attribute("script"),
        variant.attribute("spelling-variant-type"),
    )
}
