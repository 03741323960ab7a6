//! Words for kinds of things, as people write them.

use interdict_model::Schema;

/// The schema of this name, whatever its case; common other words for one are understood.
pub(crate) fn schema_of(text: &str) -> Option<Schema> {
    let text = text.trim();
    let word = match text.to_lowercase().as_str() {
        "individual" | "natural person" => "Person",
        "entity" | "legal entity" => "LegalEntity",
        "business" => "Company",
        "organisation" => "Organization",
        "ship" => "Vessel",
        "aircraft" => "Airplane",
        "wallet" => "CryptoWallet",
        _ => text,
    };
    Schema::all()
        .find(|schema| schema.name().eq_ignore_ascii_case(word))
        .filter(|schema| schema.is_named("Thing"))
}
