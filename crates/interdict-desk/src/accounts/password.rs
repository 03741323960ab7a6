//! Passwords: Argon2id with the parameters that its crate holds to be current.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};

use crate::error::DeskError;

/// The shortest password, in characters.
const LEAST: usize = 12;
/// The longest, in bytes: hashing more would only cost time.
const MOST: usize = 1_024;

/// Whether a password will do.
pub(super) fn check(password: &str, login: &str) -> Result<(), DeskError> {
    let wrong = |what: &str| {
        Err(DeskError::Password {
            what: what.to_owned(),
        })
    };
    if password.chars().count() < LEAST {
        return wrong("a password is at least 12 characters long");
    }
    if password.len() > MOST {
        return wrong("a password is at most 1,024 bytes long");
    }
    let lower = password.to_lowercase();
    if lower == login.to_lowercase().repeat(2) || lower == login.to_lowercase() {
        return wrong("a password is not the login");
    }
    let mut characters = password.chars();
    let first = characters.next();
    if characters.all(|c| Some(c) == first) {
        return wrong("a password is more than one character many times");
    }
    Ok(())
}

/// The hash of a password in PHC form. Takes tens of milliseconds and 19 MiB, on purpose.
pub(super) async fn hash(password: &str) -> Result<String, DeskError> {
    let password = password.to_owned();
    let hashed = tokio::task::spawn_blocking(move || {
        let hash: Result<PasswordHash, _> = Argon2::default().hash_password(password.as_bytes());
        hash.map(|hash| hash.to_string())
    });
    match hashed.await {
        Ok(Ok(hash)) => Ok(hash),
        Ok(Err(e)) => Err(DeskError::Password {
            what: format!("the password cannot be hashed: {e}"),
        }),
        Err(_) => Err(DeskError::Stopped {
            what: "hashing a password",
        }),
    }
}

/// Whether a password is that of a hash. Without a hash as much time passes, so that nobody can
/// tell from it which logins there are.
pub(super) async fn verify(password: &str, hash: Option<String>) -> Result<bool, DeskError> {
    if password.len() > MOST {
        return Ok(false);
    }
    let Some(hash) = hash else {
        self::hash(password).await?;
        return Ok(false);
    };
    let password = password.to_owned();
    let verified = tokio::task::spawn_blocking(move || {
        Argon2::default()
            .verify_password(password.as_bytes(), hash.as_str())
            .is_ok()
    });
    verified.await.map_err(|_| DeskError::Stopped {
        what: "verifying a password",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_refused() {
        for (password, login) in [
            ("short", "ann"),
            ("aaaaaaaaaaaaaa", "ann"),
            ("administrator", "Administrator"),
        ] {
            assert!(check(password, login).is_err(), "{password}");
        }
        check("correct horse battery", "ann").unwrap();
    }

    #[tokio::test]
    async fn a_hash_knows_its_password() {
        let stored = hash("correct horse battery").await.unwrap();
        assert!(stored.starts_with("$argon2id$"), "{stored}");
        let again = hash("correct horse battery").await.unwrap();
        assert_ne!(stored, again, "salted");
        let known = Some(stored);
        assert!(
            verify("correct horse battery", known.clone())
                .await
                .unwrap()
        );
        assert!(!verify("correct horse batterz", known).await.unwrap());
        assert!(!verify("correct horse battery", None).await.unwrap());
    }
}
