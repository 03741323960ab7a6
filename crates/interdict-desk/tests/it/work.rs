//! Alerts from open to closed: along the table, by the right person.

use interdict_desk::accounts::{Actor, PersonId, Right, Role, Via};
use interdict_desk::work::{
    Act, AlertFilter, AlertState, Deed, Likeness, LookAlikes, MOVES, Outcome, ProposalState, Whose,
    codes,
};
use interdict_desk::{Desk, DeskError, NoProgress};
use interdict_screening::Policy;
use interdict_store::{Alert, Disposition, Happening, NewAttachment, Step, StoreError, Verb};
use proptest::prelude::*;

use crate::accounts::{key, user};
use crate::books::{Office, belousov, engine, engine_under, shoigu, time, two_customers};

const TWO: &str = "format = 1\n[four_eyes]\ntrue_match = true\nfalse_positive = true\n";

/// A book with two alerts, and a policy.
async fn office(policy: Option<&str>) -> (Office, Vec<Alert>) {
    let office = Office::new().await;
    office.load(&two_customers()).await;
    let set = office
        .desk
        .set_book_policy("retail", policy, &Actor::local("tester"), time(0))
        .await;
    set.expect("sets");
    office
        .screen(&engine("1", vec![belousov("1959-03-17"), shoigu()]), 1)
        .await;
    let alerts = alerts(&office.desk).await;
    assert_eq!(alerts.len(), 2);
    (office, alerts)
}

async fn alerts(desk: &Desk) -> Vec<Alert> {
    desk.store()
        .alerts(&AlertFilter::default())
        .await
        .expect("reads")
}

/// Somebody who works under a key.
async fn actor(desk: &Desk, login: &str, roles: &[Role], person: Option<PersonId>) -> Actor {
    user(desk, login, roles, person).await;
    let (_, secret) = key(desk, login, &[]).await;
    desk.key(&secret, time(1)).await.expect("known")
}

pub(crate) fn act(alert: &Alert, deed: Deed, code: &str) -> Act {
    Act {
        alerts: vec![alert.id],
        deed,
        code: Some(code.to_owned()).filter(|code| !code.is_empty()),
        text: "looked at both".to_owned(),
        seen: None,
    }
}

pub(crate) const FALSE: Deed = Deed::Decide {
    disposition: Disposition::FalsePositive,
};

fn store_error<T: std::fmt::Debug>(result: Result<T, DeskError>) -> StoreError {
    match result {
        Err(DeskError::Store(error)) => error,
        other => panic!("expected a refusal of the store: {other:?}"),
    }
}

#[tokio::test]
async fn one_proposes_and_another_person_approves() {
    let (office, alerts) = office(Some(TWO)).await;
    let desk = &office.desk;
    let ann = actor(desk, "ann", &[Role::Analyst, Role::Approver], None).await;
    let bo = actor(desk, "bo", &[Role::Approver], None).await;
    let alert = &alerts[0];
    let done = desk
        .act(&ann, act(alert, Deed::Take, ""), time(2))
        .await
        .expect("takes");
    assert_eq!(
        (done[0].state, done[0].assignee),
        (AlertState::Assigned, ann.person)
    );
    let done = desk
        .act(&ann, act(alert, FALSE, "other-date"), time(3))
        .await
        .expect("proposes");
    assert_eq!(
        (done[0].state, done[0].proposer),
        (AlertState::Proposed, ann.person)
    );
    // Her second account, her key there, and her name at the command line are all her.
    let second = actor(desk, "ann-2", &[Role::Approver], ann.person).await;
    let local = Actor::local("ann");
    for same in [&ann, &second, &local] {
        let refused = store_error(desk.act(same, act(alert, Deed::Approve, ""), time(4)).await);
        assert!(
            matches!(refused, StoreError::SamePerson { .. }),
            "{refused}"
        );
    }
    let done = desk
        .act(&bo, act(alert, Deed::Approve, ""), time(5))
        .await
        .expect("approves");
    assert_eq!(done[0].state, AlertState::Approved);
    assert_eq!(done[0].disposition, Some(Disposition::FalsePositive));
    let events = desk.store().alert_events(alert.id).await.expect("reads");
    let told: Vec<_> = events.iter().map(|e| (e.what, e.person, e.to)).collect();
    assert_eq!(
        told[1..],
        [
            (Happening::Assigned, ann.person, Some(AlertState::Assigned)),
            (Happening::Proposed, ann.person, Some(AlertState::Proposed)),
            (Happening::Approved, bo.person, Some(AlertState::Approved)),
        ]
    );
    // It stays so while nothing changes, and opens again when a date does.
    office
        .screen(&engine("1", vec![belousov("1959-03-17"), shoigu()]), 6)
        .await;
    assert_eq!(
        desk.store().alert(alert.id).await.expect("reads").state,
        AlertState::Approved
    );
    office
        .screen(&engine("2", vec![belousov("1959-03-18"), shoigu()]), 7)
        .await;
    let open = desk.store().alert(alert.id).await.expect("reads");
    let expected = match open.entity.as_str() {
        "made-1" => (AlertState::Open, None),
        _ => (AlertState::Approved, Some(Disposition::FalsePositive)),
    };
    assert_eq!((open.state, open.disposition), expected);
}

#[tokio::test]
async fn a_proposal_is_returned_to_who_made_it_or_taken_back() {
    let (office, alerts) = office(Some(TWO)).await;
    let desk = &office.desk;
    let ann = actor(desk, "ann", &[Role::Analyst], None).await;
    let bo = actor(desk, "bo", &[Role::Approver], None).await;
    let alert = &alerts[0];
    desk.act(&ann, act(alert, FALSE, "name-only"), time(2))
        .await
        .expect("proposes");
    let refused = store_error(desk.act(&bo, act(alert, Deed::Withdraw, ""), time(3)).await);
    assert!(matches!(refused, StoreError::NotProposer { .. }));
    let done = desk
        .act(&bo, act(alert, Deed::Return, "disagree"), time(3))
        .await
        .expect("returns");
    assert_eq!(
        (done[0].state, done[0].assignee),
        (AlertState::Assigned, ann.person)
    );
    desk.act(&ann, act(alert, FALSE, "name-only"), time(4))
        .await
        .expect("proposes");
    let done = desk
        .act(&ann, act(alert, Deed::Withdraw, ""), time(5))
        .await
        .expect("takes back");
    assert_eq!(done[0].state, AlertState::Assigned);
    let forbidden = store_error(desk.act(&ann, act(alert, Deed::Approve, ""), time(6)).await);
    assert!(
        matches!(forbidden, StoreError::NoSuchMove { .. }),
        "{forbidden}"
    );
}

#[tokio::test]
async fn whoever_acts_on_what_changed_meanwhile_is_told() {
    let (office, alerts) = office(None).await;
    let desk = &office.desk;
    let ann = actor(desk, "ann", &[Role::Analyst], None).await;
    let alert = &alerts[0];
    let mut late = act(alert, FALSE, "name-only");
    late.seen = Some(alert.last_event);
    desk.act(&ann, act(alert, Deed::Comment, ""), time(2))
        .await
        .expect("writes");
    let refused = store_error(desk.act(&ann, late.clone(), time(3)).await);
    assert!(matches!(refused, StoreError::Overtaken { .. }));
    late.seen = Some(
        desk.store()
            .alert(alert.id)
            .await
            .expect("reads")
            .last_event,
    );
    let done = desk.act(&ann, late, time(4)).await.expect("decides");
    assert_eq!(
        done[0].state,
        AlertState::Decided,
        "one person is enough here"
    );
}

#[tokio::test]
async fn the_queue_is_ordered_and_comes_page_by_page() {
    let (office, alerts) = office(None).await;
    let store = office.desk.store();
    let filter = AlertFilter {
        states: AlertState::QUEUE.to_vec(),
        ..AlertFilter::default()
    };
    let first = store.queue(&filter, None, 1).await.expect("reads");
    let rest = store
        .queue(&filter, Some(first[0].place()), 10)
        .await
        .expect("reads");
    assert_eq!([first, rest].concat(), alerts);
    assert!(alerts[0].rank >= alerts[1].rank);
    assert_eq!(store.count_alerts(&filter).await.expect("counts"), 2);
    let ann = actor(&office.desk, "ann", &[Role::Analyst], None).await;
    let due = Deed::Ask {
        due: Some("2024-06-01".parse().expect("a day")),
    };
    office
        .desk
        .act(&ann, act(&alerts[1], due, "date"), time(2))
        .await
        .expect("asks");
    let overdue = |day: &str| AlertFilter {
        overdue_on: Some(day.parse().expect("a day")),
        ..AlertFilter::default()
    };
    assert_eq!(
        store
            .count_alerts(&overdue("2024-06-01"))
            .await
            .expect("counts"),
        0
    );
    assert_eq!(
        store
            .count_alerts(&overdue("2024-06-02"))
            .await
            .expect("counts"),
        1
    );
    let mine = AlertFilter {
        assignee: ann.person,
        ..AlertFilter::default()
    };
    assert_eq!(
        store.alerts(&mine).await.expect("reads")[0].id,
        alerts[1].id
    );
}

#[tokio::test]
async fn who_is_disabled_lets_go_of_alerts_and_rules_are_named() {
    let (office, alerts) = office(None).await;
    let desk = &office.desk;
    let admin = actor(desk, "adm", &[Role::Admin], None).await;
    let ann = actor(desk, "ann", &[Role::Analyst], None).await;
    user(desk, "ann-2", &[Role::Viewer], ann.person).await;
    for alert in &alerts {
        desk.act(&ann, act(alert, Deed::Take, ""), time(2))
            .await
            .expect("takes");
    }
    let lists = engine("1", vec![belousov("1959-03-17"), shoigu()]);
    let request = interdict_desk::books::RuleRequest {
        alert: alerts[0].id,
        fields: Vec::new(),
        reason: "known".to_owned(),
        author: ann.name.clone(),
        expires_on: None,
        at: time(3),
    };
    let rule = desk
        .acting_as(&ann)
        .add_rule(request, &lists)
        .await
        .expect("a rule");
    let kept = desk
        .disable_user(&admin, "ann-2", "not used", time(4))
        .await
        .expect("disables");
    assert_eq!(
        (kept.reopened.len(), kept.rules.len()),
        (0, 1),
        "she is still there"
    );
    let done = desk
        .disable_user(&admin, "ann", "leaves", time(5))
        .await
        .expect("disables");
    let mut back = done.reopened.clone();
    back.sort_unstable();
    let mut wanted: Vec<i64> = alerts.iter().map(|alert| alert.id).collect();
    wanted.sort_unstable();
    assert_eq!((back, done.keys), (wanted, 1));
    assert_eq!(done.rules.iter().map(|r| r.id).collect::<Vec<_>>(), [rule]);
    let open = desk.store().alert(alerts[0].id).await.expect("reads");
    assert_eq!((open.state, open.assignee), (AlertState::Open, None));
    let events = desk
        .store()
        .alert_events(alerts[0].id)
        .await
        .expect("reads");
    assert!(events.iter().any(|e| e.actor == "ann"), "the name stays");
}

#[tokio::test]
async fn attachments_keep_their_bytes_and_limits() {
    let (office, alerts) = office(None).await;
    let desk = &office.desk;
    let ann = actor(desk, "ann", &[Role::Analyst], None).await;
    let file = |name: &str, media: &str, bytes: &[u8]| NewAttachment {
        name: name.to_owned(),
        media_type: media.to_owned(),
        bytes: bytes.to_vec(),
    };
    let good = file("passport.pdf", "application/pdf", b"%PDF");
    let kept = desk
        .attach(&ann, alerts[0].id, &good, time(2))
        .await
        .expect("keeps");
    let (again, bytes) = desk.store().attachment(kept.id).await.expect("reads");
    assert_eq!((again, bytes.as_slice()), (kept, b"%PDF".as_slice()));
    for bad in [
        file("../passport.pdf", "application/pdf", b"x"),
        file("", "application/pdf", b"x"),
        file("a.pdf", "application/pdf\r\nX: y", b"x"),
        file("a.pdf", "application/pdf", b""),
        file("a.pdf", "application/pdf", &vec![0; (20 << 20) + 1]),
    ] {
        let refused = store_error(desk.attach(&ann, alerts[0].id, &bad, time(3)).await);
        assert!(matches!(refused, StoreError::Unfit { .. }), "{}", bad.name);
    }
    assert_eq!(
        desk.store()
            .attachments(alerts[0].id)
            .await
            .expect("reads")
            .len(),
        1
    );
}

#[tokio::test]
async fn look_alikes_are_shown_then_decided_one_by_one_and_never_as_true_match() {
    let (office, alerts) = office(None).await;
    let desk = &office.desk;
    let ann = actor(desk, "ann", &[Role::Analyst], None).await;
    let bo = actor(desk, "bo", &[Role::Approver], None).await;
    let like = LookAlikes {
        alert: alerts[0].id,
        likeness: Likeness::SameEntity,
    };
    let shown = desk.look_alikes(&ann, &like).await.expect("shows");
    assert_eq!(shown.alerts.len(), 1);
    let refused = desk
        .bulk(
            &ann,
            &like,
            &shown.mark,
            Disposition::TrueMatch,
            "documents",
            "x",
            time(2),
        )
        .await;
    assert!(matches!(store_error(refused), StoreError::Unfit { .. }));
    desk.act(&bo, act(&alerts[0], Deed::Comment, ""), time(2))
        .await
        .expect("writes");
    let late = desk
        .bulk(
            &ann,
            &like,
            &shown.mark,
            Disposition::FalsePositive,
            "name-only",
            "x",
            time(3),
        )
        .await;
    assert!(matches!(late, Err(DeskError::OtherLookAlikes)));
    let shown = desk.look_alikes(&ann, &like).await.expect("shows");
    let done = desk
        .bulk(
            &ann,
            &like,
            &shown.mark,
            Disposition::FalsePositive,
            "name-only",
            "x",
            time(4),
        )
        .await
        .expect("decides");
    assert!(done.proposed, "the shipped policy wants two for many");
    assert_eq!(done.alerts[0].state, AlertState::Proposed);
    let rows = desk
        .store()
        .audit_about(&format!("alert/{}", alerts[0].id))
        .await
        .expect("reads");
    let last = rows.last().expect("a row");
    assert_eq!(last.action, "alert-proposed");
    assert!(last.facts.contains(&shown.mark), "{}", last.facts);
    let left = desk.look_alikes(&bo, &like).await.expect("shows");
    assert_eq!((left.alerts.len(), left.left_out.len()), (0, 1));
}

#[tokio::test]
async fn policies_take_two_where_the_house_says_so() {
    let (office, _) = office(None).await;
    let house = "format = 1\n[four_eyes]\npolicies = true\n";
    let desk = office
        .desk
        .clone()
        .under(Policy::parse(house, "house").expect("a policy"));
    let ann = actor(&desk, "ann", &[Role::Admin], None).await;
    let bo = actor(&desk, "bo", &[Role::Mlro], None).await;
    let cy = actor(&desk, "cy", &[Role::Analyst], None).await;
    let at = time(2);
    let forbidden = store_error(desk.set_policy(&cy, "retail", Some(TWO), "why", at).await);
    assert!(matches!(
        forbidden,
        StoreError::Forbidden {
            right: Right::SetPolicies,
            ..
        }
    ));
    let outcome = desk
        .set_policy(&ann, "retail", Some(TWO), "why", at)
        .await
        .expect("proposes");
    let Outcome::Waits(id) = outcome else {
        panic!("it should wait");
    };
    let own = store_error(
        desk.approve_proposal(&ann, id, "yes", at, &NoProgress)
            .await,
    );
    assert!(matches!(own, StoreError::SamePerson { .. }));
    assert_eq!(
        desk.store().book("retail").await.expect("reads").policy,
        None
    );
    let ended = desk
        .approve_proposal(&bo, id, "yes", at, &NoProgress)
        .await
        .expect("approves");
    assert_eq!(ended.state, ProposalState::Approved);
    assert_eq!(
        desk.store()
            .book("retail")
            .await
            .expect("reads")
            .policy
            .as_deref(),
        Some(TWO)
    );
    let again = store_error(desk.approve_proposal(&bo, id, "yes", at, &NoProgress).await);
    assert!(matches!(again, StoreError::NotWaiting { .. }));
}

#[tokio::test]
async fn a_rule_of_one_person_is_approved_by_another_under_whatever_name() {
    let (office, alerts) = office(None).await;
    let desk = &office.desk;
    let ann = actor(desk, "ann", &[Role::Approver], None).await;
    let second = actor(desk, "ann-2", &[Role::Approver], ann.person).await;
    let bo = actor(desk, "bo", &[Role::Approver], None).await;
    let lists = engine_under("format = 1", "1", vec![belousov("1959-03-17"), shoigu()]);
    let request = interdict_desk::books::RuleRequest {
        alert: alerts[0].id,
        fields: Vec::new(),
        reason: "known".to_owned(),
        author: ann.name.clone(),
        expires_on: None,
        at: time(3),
    };
    let rule = desk
        .acting_as(&ann)
        .add_rule(request, &lists)
        .await
        .expect("a rule");
    let refused = store_error(desk.approve_rule(&second, rule, time(4)).await);
    assert!(matches!(refused, StoreError::OwnRule { .. }), "{refused}");
    desk.approve_rule(&bo, rule, time(5))
        .await
        .expect("approves");
    let again = store_error(desk.approve_rule(&bo, rule, time(6)).await);
    assert!(matches!(again, StoreError::NotPending { .. }));
}

fn verb() -> impl Strategy<Value = Verb> {
    prop::sample::select(Verb::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever people try, in whatever order: an alert goes only ways of the table, and what is
    /// approved was proposed by another person.
    #[test]
    fn no_path_leads_beside_the_table(
        tries in prop::collection::vec((verb(), 0usize..4, any::<bool>()), 1..40)
    ) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let (office, alerts) = office(None).await;
            let desk = &office.desk;
            let ann = actor(desk, "ann", &[Role::Analyst, Role::Approver], None).await;
            let actors = [
                ann.clone(),
                actor(desk, "ann-2", &[Role::Mlro], ann.person).await,
                actor(desk, "bo", &[Role::Approver], None).await,
                actor(desk, "ex", &[Role::Examiner], None).await,
            ];
            let id = alerts[0].id;
            for (verb, who, truly) in tries {
                let by = &actors[who];
                let before = desk.store().alert(id).await.expect("reads");
                let disposition = match truly {
                    true => Disposition::TrueMatch,
                    false => Disposition::FalsePositive,
                };
                let code = codes(verb, Some(disposition)).first().map(|(code, _)| *code);
                let mut step = Step::new(verb, code, "because");
                step.disposition = Some(disposition);
                step.to = by.person;
                let done = desk.store().work(by, &[id], &step, time(9)).await;
                let after = desk.store().alert(id).await.expect("reads");
                let row = MOVES
                    .iter()
                    .find(|row| row.verb == verb && row.from.contains(&before.state));
                match done {
                    Ok(_) => {
                        let row = row.expect("a row for what was done");
                        assert_eq!(after.state, row.to.unwrap_or(before.state));
                        assert!(by.may(row.right));
                        if row.whose == Whose::Another {
                            assert_ne!(before.proposer, by.person);
                        }
                    }
                    Err(_) => assert_eq!(after, before, "refused, and nothing changed"),
                }
                if after.state == AlertState::Approved && before.state != AlertState::Approved {
                    assert!(before.proposer.is_some() && before.proposer != by.person);
                }
            }
            let verified = desk.verify_audit(&[]).await.expect("verifies");
            assert!(verified.is_whole(), "{:?}", verified.faults);
        });
    }
}

#[tokio::test]
async fn people_at_the_command_line_are_persons_nobody_checked() {
    let (office, alerts) = office(None).await;
    let desk = &office.desk;
    let local = Actor::local("dee");
    assert!(!Via::Local.is_authenticated());
    desk.act(&local, act(&alerts[0], FALSE, "name-only"), time(2))
        .await
        .expect("decides");
    let rows = desk
        .store()
        .audit_about(&format!("alert/{}", alerts[0].id))
        .await
        .expect("reads");
    let row = rows.last().expect("a row");
    assert_eq!((row.via.as_str(), row.authenticated), ("local", false));
    assert!(row.person.is_some() && row.account.is_none());
}

#[tokio::test]
async fn going_back_to_a_publication_takes_two_where_the_house_says_so() {
    let office = Office::new().await;
    let house = "format = 1\n[four_eyes]\nlists = true\n";
    let house = Policy::parse(house, "house").expect("a policy");
    let desk = office.desk.clone().under(house);
    for text in [
        "date 2024-01-01\np-1 Ann\np-2 Bo\n",
        "date 2024-01-02\np-1 Ann\np-2 Cy\n",
    ] {
        let done = desk.import(crate::tiny::request(text), &NoProgress).await;
        assert!(done.expect("imports").is_current);
    }
    let ann = actor(&desk, "ann", &[Role::Admin], None).await;
    let bo = actor(&desk, "bo", &[Role::Mlro], None).await;
    let versions = desk.versions(&crate::tiny::list()).await.expect("reads");
    let first = versions[0].id;
    let plan = desk
        .plan(interdict_desk::Wish::RollBack, first)
        .await
        .expect("plans");
    let outcome = desk.decide_list(&ann, &plan, "the second is wrong", time(2), &NoProgress);
    let Outcome::Waits(id) = outcome.await.expect("proposes") else {
        panic!("it should wait");
    };
    let answers = async || desk.store().current().await.expect("reads")[0].id;
    assert_ne!(answers().await, first);
    let own = desk
        .approve_proposal(&ann, id, "yes", time(3), &NoProgress)
        .await;
    assert!(matches!(store_error(own), StoreError::SamePerson { .. }));
    desk.approve_proposal(&bo, id, "yes", time(4), &NoProgress)
        .await
        .expect("approves");
    assert_eq!(answers().await, first);
    // What was proposed for lists that have moved on is not carried out, and goes on waiting.
    let forward = desk
        .plan(interdict_desk::Wish::RollBack, versions[1].id)
        .await
        .expect("plans");
    let outcome = desk.decide_list(&ann, &forward, "it was right", time(5), &NoProgress);
    let Outcome::Waits(late) = outcome.await.expect("proposes") else {
        panic!("it should wait");
    };
    let text = "date 2024-01-03\np-1 Ann\np-2 Di\n";
    let third = desk.import(crate::tiny::request(text), &NoProgress).await;
    assert!(third.expect("imports").is_current);
    let refused = desk
        .approve_proposal(&bo, late, "yes", time(6), &NoProgress)
        .await;
    assert!(matches!(refused, Err(DeskError::Overtaken { .. })));
    let open = desk.store().proposals(true).await.expect("reads");
    assert_eq!(open.iter().map(|p| p.id).collect::<Vec<_>>(), [late]);
}
