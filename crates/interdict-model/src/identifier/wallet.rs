//! Addresses of crypto wallets.
//!
//! Base58 is case-sensitive, so addresses are never lower-cased as a whole: only Ethereum's
//! hexadecimal and Bitcoin's bech32 forms have case that means nothing.

use compact_str::{CompactString, ToCompactString};
use sha3::{Digest, Keccak256};

/// The form in which addresses are compared: bech32 and Ethereum addresses with valid checks in
/// lower case, any other text exactly as it is. `None` for texts that no address can be: with
/// spaces, or under 20 characters.
pub(super) fn normalise(raw: &str) -> Option<CompactString> {
    let raw = raw.trim();
    if raw.chars().count() < 20 || raw.contains(char::is_whitespace) {
        return None;
    }
    if is_ethereum(raw) || is_segwit(raw) {
        return Some(raw.to_lowercase().into());
    }
    Some(raw.to_compact_string())
}

/// The currency whose addresses have this form, where the check in the address tells:
/// `XBT` (Base58Check of version 0 or 5, bech32 and bech32m), `TRX` (Base58Check of version 0x41)
/// and `ETH` (hexadecimal, EIP-55 where the case is mixed). Codes as OFAC writes them.
pub fn currency(address: &str) -> Option<&'static str> {
    if address.len() > 128 {
        return None;
    }
    if is_ethereum(address) {
        return Some("ETH");
    }
    if is_segwit(address) {
        return Some("XBT");
    }
    let bytes = bs58::decode(address).with_check(None).into_vec().ok()?;
    match bytes.first() {
        Some(0 | 5) if bytes.len() == 21 => Some("XBT"),
        Some(0x41) if bytes.len() == 21 => Some("TRX"),
        _ => None,
    }
}

fn is_segwit(address: &str) -> bool {
    bech32::segwit::decode(address).is_ok_and(|(hrp, _, _)| hrp.as_str().eq_ignore_ascii_case("bc"))
}

fn is_ethereum(address: &str) -> bool {
    let Some(hex) = address.strip_prefix("0x") else {
        return false;
    };
    if hex.len() != 40 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return false;
    }
    let lower = hex.to_ascii_lowercase();
    hex == lower || hex == hex.to_ascii_uppercase() || hex == eip_55(&lower)
}

/// Case by EIP-55: a letter is upper case where the hash of the lower-case address has a nibble of 8
/// or more.
fn eip_55(lower: &str) -> String {
    let hash = Keccak256::digest(lower.as_bytes());
    let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    lower
        .chars()
        .zip(nibbles)
        .map(|(c, nibble)| {
            if nibble >= 8 {
                c.to_ascii_uppercase()
            } else {
                c
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{currency, normalise};

    #[test]
    fn currencies() {
        for (address, expected) in [
            ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Some("XBT")),
            ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", None),
            ("TJCnKsPa7y5okkXvQAidZBzqx3QyQ6sxMW", Some("TRX")),
            ("TJCnKsPa7y5okkXvQAidZBzqx3QyQ6sxMV", None),
            ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", Some("XBT")),
            ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp", None),
            ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", Some("ETH")),
            ("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", Some("ETH")),
            ("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", None),
            ("", None),
        ] {
            assert_eq!(currency(address), expected, "{address:?}");
        }
    }

    #[test]
    fn case_is_kept_where_it_matters() {
        assert_eq!(
            normalise("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa").as_deref(),
            Some("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")
        );
        assert_eq!(
            normalise("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed").as_deref(),
            Some("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")
        );
        assert_eq!(normalise("not a wallet of any kind"), None);
        assert_eq!(normalise("short"), None);
    }
}
