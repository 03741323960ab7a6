//! Every source, named once.

use crate::publication::Source;

/// All sources, in the order in which `lists` shows their formats. Detection asks each of them, so
/// the order decides nothing.
static SOURCES: &[&dyn Source] = &[
    &crate::ofac::SDN_CSV,
    &crate::ofac::CONS_CSV,
    &crate::ofac::SDN_DEL,
    &crate::ofac::SDN_PIP,
    &crate::ofac::SDN_FF,
    &crate::ofac::CONS_DEL,
    &crate::ofac::CONS_PIP,
    &crate::ofac::CONS_FF,
    &crate::ofac::OfacXml,
    &crate::ofac::OfacEnhancedXml,
    &crate::ofac::OfacAdvancedXml,
    &crate::un::UnXml,
    &crate::eu_journal::EuJournalCsv,
    &crate::csl::CslCsv,
    &crate::canada::CanadaXml,
    &crate::eu_fsf::EuFsfXml,
    &crate::eu_fsf::EuFsfCsv,
    &crate::uk::SHORT,
    &crate::uk::LONG,
    &crate::uk::FULL,
    &crate::uk::UkXml,
    &crate::uk::UkSheet,
    &crate::seco::SecoXml,
    &crate::ofsi::OfsiCsv,
    &crate::au_dfat::AuDfat,
    &crate::ofsi::OfsiSheet,
    &crate::jp::mof::JpMof,
    &crate::jp::export_bans::JpExportBans,
    &crate::pk_proscribed::PkProscribed,
    &crate::tr_freezes::TrFreezes,
    &crate::bis_denied::BisDenied,
    &crate::worldbank::WorldBank,
    &crate::jp::meti::JpMetiEndUsers,
    &crate::ftm::FtmSource,
    &crate::opensanctions::SimpleCsv,
    &crate::senzing::SenzingSource,
];

/// All sources.
pub fn all() -> &'static [&'static dyn Source] {
    SOURCES
}

/// The source of the format with this id (`un-xml`, …).
pub fn by_format(id: &str) -> Option<&'static dyn Source> {
    SOURCES.iter().copied().find(|s| s.format().id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_format_of_a_list_is_in_the_catalogue_and_the_other_way_round() {
        let catalog = crate::Catalog::built_in().unwrap();
        let listed: BTreeSet<&str> = catalog
            .datasets()
            .iter()
            .flat_map(|d| d.formats.iter().map(String::as_str))
            .collect();
        let known: BTreeSet<&str> = all().iter().map(|s| s.format().id).collect();
        let unknown: Vec<_> = listed.difference(&known).collect();
        assert!(unknown.is_empty(), "{unknown:?} are read by no source");
        let unlisted: Vec<_> = known.difference(&listed).collect();
        // What is exchanged between systems belongs to no one list.
        assert_eq!(
            unlisted,
            [&"ftm-json", &"opensanctions-simple-csv", &"senzing-json"]
        );
    }

    #[test]
    fn format_ids_are_unique_and_plain() {
        let mut seen = BTreeSet::new();
        for source in all() {
            let id = source.format().id;
            assert!(seen.insert(id), "{id} is registered twice");
            assert!(
                id.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{id}"
            );
            assert_eq!(by_format(id).map(|s| s.format()), Some(source.format()));
        }
    }
}
