//! What the guard holds back, and what people decide about it.

use interdict_desk::guard::Check;
use interdict_desk::{Desk, DeskError, ImportOutcome, KeepPolicy, NoProgress, Status, Wish};
use interdict_store::{Moment, PublicationId, State, StoreError};
use jiff::Timestamp;
use jiff::civil::date;

use crate::tiny::{answer, files, list, open, request};

/// A list of so many people of a day; those from `other` on have other names.
fn text(day: u8, people: usize, other: usize) -> String {
    let name = |n: usize| if n < other { "Same" } else { "Other" };
    let lines = (0..people).map(|n| format!("p-{n} {} {n}\n", name(n)));
    format!("date 2024-01-0{day}\n{}", lines.collect::<String>())
}

async fn import(desk: &Desk, text: impl Into<String>) -> ImportOutcome {
    let mut request = request(text);
    request.accept = None;
    desk.import(request, &NoProgress).await.expect("imports")
}

fn now(day: i8) -> Timestamp {
    let noon = date(2024, 2, day).at(12, 0, 0, 0);
    jiff::tz::Offset::UTC.to_timestamp(noon).expect("a time")
}

async fn decide(desk: &Desk, wish: Wish, id: PublicationId, day: i8) -> Result<(), DeskError> {
    let plan = desk.plan(wish, id).await?;
    desk.carry_out(&plan, "ann", "looked at it", now(day), &NoProgress)
        .await
}

#[tokio::test]
async fn what_moves_too_far_waits_and_the_last_good_version_serves() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = open(folder.path()).await.expect("opens");
    let good = import(&desk, text(1, 100, 100)).await;
    assert!(good.is_current);
    let serving = answer(&desk).await;
    for (bad, check, words) in [
        (
            text(2, 94, 94),
            Check::Fall,
            "entries fell by 6.0 %, from 100 to 94",
        ),
        (text(2, 126, 126), Check::Growth, "entries grew by 26.0 %"),
        (
            text(2, 100, 89),
            Check::Change,
            "11 of 100 names of the version before are gone",
        ),
    ] {
        let held = import(&desk, bad).await;
        assert!(!held.is_current && held.segment.is_none());
        assert_eq!(held.publication.state, State::Quarantined);
        let reason = held.publication.reason.expect("a reason");
        assert!(reason.contains(words), "{reason}");
        let guard = held.guard.expect("a report");
        assert_eq!(guard.compared_with, Some(good.publication.id));
        assert!(guard.remarks.iter().any(|r| r.holds && r.check == check));
        let review = desk.review(held.publication.id).await.expect("reads");
        assert_eq!(review.guard, Some(guard));
        assert_eq!(answer(&desk).await, serving);
    }
    let state = desk.lists(date(2024, 1, 3)).await.expect("reads");
    assert_eq!(state[0].status(), Status::Quarantined);
    assert_eq!(state[0].waiting.len(), 3);
    assert_eq!(desk.waiting_for_review().await.expect("reads").len(), 3);
    // What stays within the limits passes, and is compared with the last good one.
    assert!(import(&desk, text(2, 95, 95)).await.is_current);
}

#[tokio::test]
async fn what_cannot_be_read_waits_beside_its_list() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = open(folder.path()).await.expect("opens");
    import(&desk, text(1, 100, 100)).await;
    let serving = answer(&desk).await;
    for (bad, words) in [
        ("", "could not be read: list.txt holds no entity"),
        ("x Xer\n!\n", "could not be read: list.txt, line 2: !"),
    ] {
        let held = import(&desk, bad).await;
        assert!(!held.publication.readable);
        assert_eq!(held.publication.state, State::Quarantined);
        let reason = held.publication.reason.as_deref().expect("a reason");
        assert!(reason.starts_with(words), "{reason}");
        assert_eq!(answer(&desk).await, serving);
        let again = import(&desk, bad).await;
        assert!(again.known_before);
        assert_eq!(again.publication, held.publication);
        let refused = decide(&desk, Wish::Accept, held.publication.id, 1).await;
        let unreadable = DeskError::Store(StoreError::Unreadable {
            number: held.publication.id.0,
        });
        assert_eq!(
            refused.expect_err("refused").to_string(),
            unreadable.to_string()
        );
        decide(&desk, Wish::Reject, held.publication.id, 1)
            .await
            .expect("rejects");
    }
    // A raw file for each of the three, and the one segment.
    assert_eq!(files(folder.path()).len(), 4);
    assert!(import(&desk, text(2, 99, 99)).await.is_current);
    // Files that nothing ties to the list are an error, and leave nothing.
    let mut stray = request("!");
    let bytes = std::io::Cursor::new(b"!".to_vec());
    stray.files = vec![interdict_desk::Input::reader("other.txt", Box::new(bytes))];
    assert!(desk.import(stray, &NoProgress).await.is_err());
}

#[tokio::test]
async fn plans_say_what_decisions_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = open(folder.path()).await.expect("opens");
    let first = import(&desk, text(1, 100, 100)).await.publication.id;
    let held = import(&desk, text(3, 80, 50)).await.publication.id;
    let plan = desk.plan(Wish::Accept, held).await.expect("plans");
    assert!(plan.switches());
    assert_eq!(
        (
            plan.entries.added,
            plan.entries.removed,
            plan.entries.changed
        ),
        (0, 20, 30)
    );
    // Planning changes nothing, and a plan that is overtaken is not carried out.
    assert_eq!(answer(&desk).await.expect("answers").len(), 100);
    let between = import(&desk, text(2, 99, 99)).await.publication.id;
    let late = desk
        .carry_out(&plan, "ann", "fine", now(1), &NoProgress)
        .await;
    assert!(matches!(late, Err(DeskError::Overtaken { .. })));
    decide(&desk, Wish::Accept, held, 2).await.expect("accepts");
    assert_eq!(answer(&desk).await.expect("answers").len(), 80);

    let plan = desk.plan(Wish::RollBack, first).await.expect("plans");
    let withdrawn: Vec<_> = plan.withdrawn.iter().map(|p| p.id).collect();
    assert_eq!(withdrawn, [between, held]);
    assert_eq!(
        (
            plan.entries.added,
            plan.entries.removed,
            plan.entries.changed
        ),
        (20, 0, 30)
    );
    decide(&desk, Wish::RollBack, first, 3)
        .await
        .expect("goes back");
    assert_eq!(answer(&desk).await.expect("answers").len(), 100);
    let then = Moment {
        as_of: Some(date(2024, 1, 3)),
        known_at: None,
    };
    let chosen = desk.select(&[], then).await.expect("selects");
    assert_eq!(chosen[0].id, first);
    let known = Moment {
        known_at: Some(now(2)),
        ..then
    };
    let chosen = desk.select(&[], known).await.expect("selects");
    assert_eq!(chosen[0].id, held);
    let log = desk.log(&list()).await.expect("reads");
    let events: Vec<_> = log
        .iter()
        .filter(|entry| entry.actor == "ann")
        .map(|entry| (entry.publication, entry.event))
        .collect();
    let expected = [
        (held, "accepted"),
        (held, "answers"),
        (between, "withdrawn"),
        (held, "withdrawn"),
        (first, "answers"),
    ];
    assert_eq!(events, expected);
    let other = interdict_model::DatasetName::new("other").expect("a name");
    let wrong = desk.publication_of(&other, first).await;
    assert!(matches!(wrong, Err(DeskError::OtherList { .. })));
}

#[tokio::test]
async fn an_acceptance_at_the_import_is_recorded_only_where_it_was_needed() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = open(folder.path()).await.expect("opens");
    let mut asked = request(text(1, 100, 100));
    asked.accept = Some("the first".to_owned());
    desk.import(asked, &NoProgress).await.expect("imports");
    let mut asked = request(text(2, 10, 10));
    asked.accept = Some("they let most of them go".to_owned());
    let done = desk.import(asked, &NoProgress).await.expect("imports");
    assert!(done.is_current);
    assert!(done.guard.expect("a report").reason().is_some());
    let decisions = desk.store().decisions(&list()).await.expect("reads");
    assert_eq!(decisions.len(), 1);
    assert_eq!(decisions[0].publication, done.publication.id);
    assert_eq!(decisions[0].reason, "they let most of them go");
}

#[tokio::test]
async fn an_older_publication_is_compared_with_the_one_before_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = open(folder.path()).await.expect("opens");
    import(&desk, text(1, 100, 100)).await;
    let last = import(&desk, text(9, 110, 110)).await.publication.id;
    let between = import(&desk, text(5, 97, 97)).await;
    assert_eq!(
        between.guard.expect("a report").compared_with,
        Some(PublicationId(1))
    );
    assert_eq!(between.publication.state, State::Superseded);
    let next = import(&desk, format!("{}q Q\n", text(9, 110, 110))).await;
    assert_eq!(next.guard.expect("a report").compared_with, Some(last));
    assert!(next.is_current);
}

#[tokio::test]
async fn a_day_before_the_first_publication_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = open(folder.path()).await.expect("opens");
    import(&desk, text(5, 10, 10)).await;
    let early = Moment {
        as_of: Some(date(2024, 1, 4)),
        known_at: None,
    };
    let refused = desk
        .select(&[], early)
        .await
        .expect_err("too early")
        .to_string();
    assert!(
        refused.contains("the first publication stored is of 2024-01-05"),
        "{refused}"
    );
    let lists = desk.lists_at(early).await.expect("reads");
    assert!(matches!(
        lists[0].publication,
        Err(StoreError::BeforeFirst { .. })
    ));
}

#[tokio::test]
async fn pruning_keeps_what_the_policy_needs() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = open(folder.path()).await.expect("opens");
    let mut ids = Vec::new();
    for day in 1..=6 {
        ids.push(
            import(&desk, text(day, 100 + usize::from(day), 50))
                .await
                .publication
                .id,
        );
    }
    let waiting = import(&desk, text(1, 3, 3)).await.publication.id;
    let going = async |publications, days| -> Vec<PublicationId> {
        let policy = KeepPolicy { publications, days };
        let plan = desk
            .plan_prune(&[], policy, date(2024, 1, 8))
            .await
            .expect("plans");
        plan.going.iter().map(|p| p.id).collect()
    };
    assert_eq!(going(Some(2), None).await, ids[..4]);
    assert_eq!(going(Some(9), None).await, []);
    // The fourth answers for the first of the last four days.
    assert_eq!(going(None, Some(4)).await, ids[..3]);
    assert_eq!(going(Some(5), Some(4)).await, ids[..1]);
    let policy = KeepPolicy {
        publications: Some(1),
        days: None,
    };
    let plan = desk
        .plan_prune(&[list()], policy, date(2024, 1, 8))
        .await
        .expect("plans");
    let pruned = desk
        .prune(&plan, "ann", "policy", now(1))
        .await
        .expect("prunes");
    assert_eq!(pruned.publications, 5);
    // Raw files of the two that stay, and one segment.
    assert_eq!(files(folder.path()).len(), 3);
    let left = desk.versions(&list()).await.expect("reads");
    let left: Vec<_> = left
        .iter()
        .filter(|p| p.pruned_at.is_none())
        .map(|p| p.id)
        .collect();
    assert_eq!(left, [waiting, ids[5]]);
    // Files of a pruned publication can be imported again.
    let again = import(&desk, text(6, 106, 50)).await;
    assert!(again.known_before);
    let again = import(&desk, text(5, 105, 50)).await;
    assert!(!again.known_before && again.new_revisions == 0);
}

#[tokio::test]
async fn indexes_of_the_past_are_kept_within_bounds() {
    let folder = tempfile::tempdir().expect("a folder");
    // Room for two of them.
    let desk = open(folder.path())
        .await
        .expect("opens")
        .keeping_indexes(2_600);
    for day in 1..=5 {
        import(&desk, text(day, 100, 100)).await;
    }
    let all = desk.versions(&list()).await.expect("reads");
    let kept = async || -> Vec<i64> {
        let segments = desk.store().segments().await.expect("reads");
        segments.iter().map(|s| s.publication.0).collect()
    };
    assert_eq!(kept().await, [3, 4, 5]);
    for publication in all.iter().take(2) {
        let path = desk
            .segment_file(publication, &NoProgress)
            .await
            .expect("builds");
        assert!(path.exists());
    }
    // What answers, and the two that were asked last.
    assert_eq!(kept().await, [1, 2, 5]);
    desk.segment_file(&all[0], &NoProgress)
        .await
        .expect("is there");
    desk.segment_file(&all[3], &NoProgress)
        .await
        .expect("builds");
    assert_eq!(kept().await, [1, 4, 5]);
    assert_eq!(files(folder.path()).len(), 5 + 3);
    assert_eq!(answer(&desk).await.expect("answers").len(), 100);
}
