//! Users, keys, sessions, and which of them are one person.

use interdict_desk::accounts::{
    Account, Actor, LoggedIn, NewKey, NewUser, PersonId, Refusal, Right, Role, Via, csrf_of,
};
use interdict_desk::{Desk, DeskError};
use interdict_store::StoreError;

use crate::books::{Office, time};

pub(crate) const PASSWORD: &str = "correct horse battery";

fn root() -> Actor {
    Actor::local("root")
}

/// A user; of a person that is known, or of a new one.
pub(crate) async fn user(
    desk: &Desk,
    login: &str,
    roles: &[Role],
    person: Option<PersonId>,
) -> Account {
    let new = NewUser {
        login: login.to_owned(),
        name: format!("Person {login}"),
        person,
        roles: roles.to_vec(),
        password: None,
    };
    desk.add_user(&root(), new, time(0)).await.expect("a user")
}

async fn with_password(desk: &Desk, login: &str, roles: &[Role]) {
    let new = NewUser {
        login: login.to_owned(),
        name: login.to_owned(),
        person: None,
        roles: roles.to_vec(),
        password: Some(PASSWORD.to_owned()),
    };
    desk.add_user(&root(), new, time(0)).await.expect("a user");
}

pub(crate) async fn key(desk: &Desk, login: &str, scopes: &[Right]) -> (i64, String) {
    let new = NewKey {
        login: login.to_owned(),
        label: "test".to_owned(),
        scopes: scopes.to_vec(),
        expires_at: None,
    };
    let (key, secret) = desk.add_key(&root(), new, time(0)).await.expect("a key");
    (key.id, secret)
}

fn why<T: std::fmt::Debug>(result: Result<T, DeskError>) -> Refusal {
    match result {
        Err(DeskError::Refused { why }) => why,
        other => panic!("let in, or failed otherwise: {other:?}"),
    }
}

#[tokio::test]
async fn wrong_passwords_lock_and_time_unlocks() {
    let office = Office::new().await;
    let desk = &office.desk;
    with_password(desk, "ann", &[Role::Analyst]).await;
    let LoggedIn { actor, .. } = desk.log_in("ann", PASSWORD, time(1)).await.expect("in");
    assert_eq!((actor.name.as_str(), actor.via), ("ann", Via::Password));
    assert!(actor.may(Right::Work) && !actor.may(Right::ManageUsers));
    assert_eq!(
        why(desk.log_in("nobody", PASSWORD, time(1)).await),
        Refusal::WrongCredentials
    );
    for _ in 0..5 {
        let refused = why(desk.log_in("ann", "wrong wrong wrong", time(2)).await);
        assert_eq!(refused, Refusal::WrongCredentials);
    }
    // Locked: not even the right one is looked at.
    assert_eq!(
        why(desk.log_in("ann", PASSWORD, time(3)).await),
        Refusal::Locked { until: time(17) }
    );
    desk.log_in("ann", PASSWORD, time(17))
        .await
        .expect("in again");
    for _ in 0..5 {
        why(desk.log_in("ann", "wrong wrong wrong", time(20)).await);
    }
    desk.unlock_user(&root(), "ann", time(21))
        .await
        .expect("unlocks");
    desk.log_in("ann", PASSWORD, time(21))
        .await
        .expect("in again");
}

#[tokio::test]
async fn sessions_end_by_time_idleness_log_out_and_password() {
    let office = Office::new().await;
    let desk = &office.desk;
    with_password(desk, "ann", &[Role::Viewer]).await;
    let start = desk.log_in("ann", PASSWORD, time(0)).await.expect("in");
    assert_eq!(start.csrf, csrf_of(&start.token));
    // A request every 25 minutes keeps it open, until ten hours are over.
    let mut minute = 0;
    while minute + 25 < 600 {
        minute += 25;
        let open = desk
            .session(&start.token, time(minute))
            .await
            .expect("open");
        assert_eq!(open.csrf, start.csrf);
    }
    assert_eq!(
        why(desk.session(&start.token, time(600)).await),
        Refusal::Expired
    );
    let idle = desk.log_in("ann", PASSWORD, time(700)).await.expect("in");
    assert_eq!(
        why(desk.session(&idle.token, time(731)).await),
        Refusal::Expired
    );
    let out = desk.log_in("ann", PASSWORD, time(800)).await.expect("in");
    desk.log_out(&out.token, time(801)).await.expect("out");
    assert_eq!(
        why(desk.session(&out.token, time(802)).await),
        Refusal::Ended
    );
    let changed = desk.log_in("ann", PASSWORD, time(900)).await.expect("in");
    let ann = changed.actor.clone();
    desk.set_password(&ann, "ann", "another horse battery", time(901))
        .await
        .expect("sets");
    assert_eq!(
        why(desk.session(&changed.token, time(902)).await),
        Refusal::Ended
    );
    assert_eq!(
        why(desk.session("no such token", time(902)).await),
        Refusal::WrongCredentials
    );
}

#[tokio::test]
async fn a_key_may_what_its_scopes_and_its_account_may() {
    let office = Office::new().await;
    let desk = &office.desk;
    user(desk, "ann", &[Role::Analyst], None).await;
    let (_, all) = key(desk, "ann", &[]).await;
    let (id, narrow) = key(desk, "ann", &[Right::Search, Right::ManageUsers]).await;
    let actor = desk.key(&all, time(1)).await.expect("known");
    assert!(actor.may(Right::Work));
    let actor = desk.key(&narrow, time(1)).await.expect("known");
    assert_eq!(
        actor.rights.list(),
        [Right::Search],
        "not more than the account"
    );
    assert_eq!(actor.key, Some(id));
    let shown = desk.keys(Some("ann")).await.expect("reads");
    assert!(narrow.starts_with(&shown[1].prefix) && shown[1].prefix.len() < 16);
    desk.end_key(&root(), id, time(2)).await.expect("ends");
    assert_eq!(why(desk.key(&narrow, time(3)).await), Refusal::Ended);
    // A key hands on no more than it has.
    let (_, small) = key(desk, "ann", &[Right::Search]).await;
    let by = desk.key(&small, time(3)).await.expect("known");
    let new = |scopes: Vec<Right>| NewKey {
        login: "ann".to_owned(),
        label: "more".to_owned(),
        scopes,
        expires_at: Some(time(10)),
    };
    let (made, secret) = desk
        .add_key(&by, new(Vec::new()), time(4))
        .await
        .expect("a key");
    assert_eq!(made.scopes, [Right::Search]);
    let refused = desk.add_key(&by, new(vec![Right::Work]), time(4)).await;
    assert!(matches!(
        refused,
        Err(DeskError::Store(StoreError::Forbidden {
            right: Right::Work,
            ..
        }))
    ));
    assert_eq!(why(desk.key(&secret, time(10)).await), Refusal::Expired);
}

#[tokio::test]
async fn the_last_admin_stays_and_can_be_recovered() {
    let office = Office::new().await;
    let desk = &office.desk;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("first.key");
    let first = desk.first_admin(&file, time(0)).await.expect("makes");
    let first = first.expect("there was none");
    let secret = std::fs::read_to_string(&file).expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file)
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let admin = desk.key(secret.trim(), time(1)).await.expect("known");
    assert_eq!(admin.account, Some(first.id));
    assert!(
        desk.first_admin(&folder.path().join("second.key"), time(1))
            .await
            .expect("asks")
            .is_none()
    );
    let last = |result: Result<(), DeskError>| {
        matches!(result, Err(DeskError::Store(StoreError::LastAdmin { .. })))
    };
    let disabled = desk.disable_user(&admin, "admin", "leaves", time(2)).await;
    assert!(last(disabled.map(drop)));
    assert!(last(
        desk.set_roles(&admin, "admin", &[Role::Viewer], time(2))
            .await
    ));
    user(desk, "bo", &[Role::Admin], None).await;
    desk.disable_user(&admin, "admin", "leaves", time(3))
        .await
        .expect("there is another");
    assert_eq!(why(desk.key(secret.trim(), time(4)).await), Refusal::Ended);
    let again = folder.path().join("again.key");
    desk.recover_admin(&root(), "admin", &again, time(5))
        .await
        .expect("recovers");
    let secret = std::fs::read_to_string(&again).expect("written");
    let back = desk.key(secret.trim(), time(6)).await.expect("known");
    assert!(back.may(Right::ManageUsers));
    let refused = desk
        .recover_admin(&back, "bo", &folder.path().join("third.key"), time(7))
        .await;
    assert!(refused.is_err(), "only on the data folder itself");
}

#[tokio::test]
async fn what_needs_the_right_to_manage_users_is_refused_without() {
    let office = Office::new().await;
    let desk = &office.desk;
    user(desk, "ann", &[Role::Mlro, Role::Approver], None).await;
    let (_, secret) = key(desk, "ann", &[]).await;
    let ann = desk.key(&secret, time(1)).await.expect("known");
    let new = NewUser {
        login: "bo".to_owned(),
        name: "Bo".to_owned(),
        person: None,
        roles: vec![Role::Admin],
        password: None,
    };
    let at = time(1);
    let refusals = [
        desk.add_user(&ann, new, at).await.map(drop),
        desk.set_roles(&ann, "ann", &[Role::Admin], at).await,
        desk.disable_user(&ann, "ann", "x", at).await.map(drop),
        desk.enable_user(&ann, "ann", at).await,
        desk.unlock_user(&ann, "ann", at).await,
        desk.link_subject(&ann, "ann", "https://id.example", "1", at)
            .await,
        desk.unlink_subject(&ann, "https://id.example", "1", at)
            .await
            .map(drop),
    ];
    for refused in refusals {
        assert!(
            matches!(
                refused,
                Err(DeskError::Store(StoreError::Forbidden {
                    right: Right::ManageUsers,
                    ..
                }))
            ),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn a_subject_opens_the_account_it_is_linked_to() {
    let office = Office::new().await;
    let desk = &office.desk;
    let ann = user(desk, "ann", &[Role::Viewer], None).await;
    user(desk, "bo", &[Role::Viewer], None).await;
    let issuer = "https://id.example";
    assert_eq!(
        why(desk.log_in_subject(issuer, "a-1", time(1)).await),
        Refusal::UnknownSubject
    );
    desk.link_subject(&root(), "ann", issuer, "a-1", time(1))
        .await
        .expect("links");
    let taken = desk
        .link_subject(&root(), "bo", issuer, "a-1", time(1))
        .await;
    assert!(matches!(
        taken,
        Err(DeskError::Store(StoreError::SubjectTaken { .. }))
    ));
    let open = desk
        .log_in_subject(issuer, "a-1", time(2))
        .await
        .expect("in");
    assert_eq!(
        (open.actor.via, open.actor.person),
        (Via::Oidc, Some(ann.person))
    );
    user(desk, "cy", &[Role::Admin], None).await;
    desk.disable_user(&root(), "ann", "leaves", time(3))
        .await
        .expect("disables");
    assert_eq!(
        why(desk.session(&open.token, time(4)).await),
        Refusal::Ended
    );
    assert_eq!(
        why(desk.log_in_subject(issuer, "a-1", time(4)).await),
        Refusal::Disabled
    );
    assert!(
        desk.unlink_subject(&root(), issuer, "a-1", time(5))
            .await
            .expect("forgets")
    );
}

#[tokio::test]
async fn a_disabled_user_with_the_right_password_stays_out() {
    let office = Office::new().await;
    let desk = &office.desk;
    user(desk, "root", &[Role::Admin], None).await;
    with_password(desk, "ann", &[Role::Viewer]).await;
    let open = desk.log_in("ann", PASSWORD, time(0)).await.expect("in");
    let done = desk
        .disable_user(&root(), "ann", "leaves", time(1))
        .await
        .expect("disables");
    assert_eq!((done.sessions, done.account.active), (1, false));
    assert_eq!(
        why(desk.log_in("ann", PASSWORD, time(2)).await),
        Refusal::Disabled
    );
    assert_eq!(
        why(desk.session(&open.token, time(2)).await),
        Refusal::Ended
    );
    // What it was called stays.
    let name = desk
        .store()
        .person_name(done.account.person)
        .await
        .expect("reads");
    assert_eq!(name.as_deref(), Some("ann"));
    desk.enable_user(&root(), "ann", time(3))
        .await
        .expect("enables");
    assert_eq!(
        why(desk.session(&open.token, time(4)).await),
        Refusal::Ended,
        "what ended stays ended"
    );
    desk.log_in("ann", PASSWORD, time(4)).await.expect("in");
}
