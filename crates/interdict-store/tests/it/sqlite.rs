//! The conformance tests on SQLite.

use interdict_store::Store;
use tempfile::TempDir;

use crate::conformance::{Backend, conformance};

struct Sqlite;

impl Backend for Sqlite {
    type Guard = TempDir;

    async fn fresh() -> (Store, TempDir) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Sqlite::again(&folder).await;
        (store, folder)
    }

    async fn again(folder: &TempDir) -> Store {
        Store::open(folder.path()).await.expect("opens")
    }
}

conformance!(
    Sqlite: an_entity_comes_back_whole,
    equal_content_is_stored_once,
    the_order_of_values_is_no_change,
    an_older_publication_does_not_answer,
    quarantine_keeps_the_last_good_one,
    what_could_not_be_read_is_kept_and_never_answers,
    pruning_takes_what_nothing_needs,
    changes_are_read_entity_by_entity,
    looks_at_publishers_are_remembered,
    parts_of_one_entity_are_merged,
    seen_days_come_from_publications,
    nothing_stays_of_an_import_that_ends_early,
    the_same_files_are_recognised,
    readers_see_the_old_list_until_the_switch,
);
