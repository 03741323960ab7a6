//! YENTE_* settings, and what they are here.

use std::collections::BTreeMap;

use super::Fate;

/// The settings of the environment that yente reads.
pub(super) fn of_environment() -> BTreeMap<String, String> {
    crate::system::environment("")
        .into_iter()
        .filter(|(name, _)| is_setting(name))
        .collect()
}

fn is_setting(name: &str) -> bool {
    name.starts_with("YENTE_") || name == "OPENSANCTIONS_DELIVERY_TOKEN"
}

/// Settings as a file has them: NAME=VALUE a line, `#` begins a remark.
pub(super) fn parse(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut settings = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line
            .split_once('=')
            .ok_or_else(|| format!("line {number}: expected NAME=VALUE"))?;
        let value = value.trim();
        let value = ['"', '\'']
            .into_iter()
            .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote))
            .unwrap_or(value);
        if is_setting(name.trim()) {
            settings.insert(name.trim().to_owned(), value.to_owned());
        }
    }
    Ok(settings)
}

/// Whether a value means yes.
pub(super) fn is_yes(value: &str) -> bool {
    matches!(
        value.trim().to_ascii_lowercase().as_str(),
        "1" | "true" | "t" | "yes" | "y" | "on"
    )
}

/// The settings of the server, and what becomes of each.
pub(super) fn carried(settings: &BTreeMap<String, String>) -> (toml::Table, Vec<Fate>) {
    let mut serve = toml::Table::new();
    let mut fates = Vec::new();
    for (name, value) in settings {
        let becomes = one(name, value, &mut serve);
        fates.push(Fate {
            what: name.clone(),
            becomes,
        });
    }
    (serve, fates)
}

fn one(name: &str, value: &str, serve: &mut toml::Table) -> String {
    let mut number = |key: &str| match value.trim().parse::<i64>() {
        Ok(number) if number > 0 => {
            serve.insert(key.to_owned(), number.into());
            format!("{key} = {number}")
        }
        _ => format!("nothing: {value:?} is no number above 0"),
    };
    match name {
        "YENTE_PORT" => number("port"),
        "YENTE_MAX_BATCH" => number("max_batch"),
        "YENTE_MAX_URL_LENGTH" => number("max_url"),
        "YENTE_HOST" => {
            serve.insert("host".to_owned(), value.into());
            format!("host = {value:?}; every route but health needs a key")
        }
        "YENTE_TITLE" => {
            serve.insert("title".to_owned(), value.into());
            format!("title = {value:?}")
        }
        "YENTE_UPDATE_TOKEN" => {
            "INTERDICT_SERVER_UPDATE_TOKEN in the environment; a file is no place for it".to_owned()
        }
        "YENTE_CRONTAB" => {
            let (hours, how) = hours_of(value);
            serve.insert("update_hours".to_owned(), hours.into());
            format!("update_hours = {hours}{how}")
        }
        "YENTE_AUTO_REINDEX" if !is_yes(value) => {
            serve.remove("update_hours");
            "no update_hours: lists are taken in by `interdict update` or `import` only".to_owned()
        }
        "YENTE_AUTO_REINDEX" => "what happens anyway: new publications answer at once".to_owned(),
        "YENTE_MANIFEST" => "update.toml, list by list".to_owned(),
        "YENTE_DELTA_UPDATES" if is_yes(value) => "delta in update.toml".to_owned(),
        "YENTE_DELTA_UPDATES" => "no delta in update.toml: files are fetched whole".to_owned(),
        "YENTE_DATA_PATH" => "INTERDICT_DATA_DIR; lists are kept there, not only cached".to_owned(),
        "YENTE_HTTP_PROXY" => "HTTPS_PROXY in the environment".to_owned(),
        "YENTE_VERIFY_CHECKSUM" => {
            "nothing: every file is kept with its SHA-256, and the guard compares its content"
                .to_owned()
        }
        "YENTE_LOG_JSON" => "nothing: logs of the server are structured".to_owned(),
        "YENTE_DEBUG" => "--verbose".to_owned(),
        "YENTE_DEFAULT_ALGORITHM" | "YENTE_BEST_ALGORITHM" | "YENTE_HIDDEN_ALGORITHMS" => {
            "nothing: all names are accepted, one scorer answers".to_owned()
        }
        "YENTE_MATCH_PAGE" | "YENTE_MAX_MATCHES" => {
            "nothing: 5 results by default, at most 500".to_owned()
        }
        "YENTE_MATCH_CANDIDATES" | "YENTE_MAX_MATCH_CANDIDATES" | "YENTE_MATCH_FUZZY" => {
            "nothing: every entity is compared".to_owned()
        }
        "YENTE_STREAM_LOAD" => "nothing: files are read as a stream".to_owned(),
        "OPENSANCTIONS_DELIVERY_TOKEN" => "the same variable, named by token_env".to_owned(),
        name if name.starts_with("YENTE_INDEX_")
            || name.starts_with("YENTE_ELASTICSEARCH_")
            || name.starts_with("YENTE_OPENSEARCH_") =>
        {
            "nothing: there is no index server".to_owned()
        }
        name if name.starts_with("YENTE_REDOC_") => {
            "nothing: no page loads scripts from elsewhere".to_owned()
        }
        _ => "not known; nothing".to_owned(),
    }
}

/// Hours between looks that a cron line comes to.
fn hours_of(cron: &str) -> (i64, &'static str) {
    let fields: Vec<&str> = cron.split_whitespace().collect();
    let hours = match fields.get(1) {
        Some(&"*") => Some(1),
        Some(field) if field.starts_with("*/") => field
            .get(2..)
            .and_then(|n| n.parse().ok())
            .filter(|n| *n > 0),
        Some(field) if field.contains(',') => {
            let times = i64::try_from(field.split(',').count()).unwrap_or(1);
            Some((24 / times).max(1))
        }
        Some(field) if field.parse::<u8>().is_ok() => Some(24),
        _ => None,
    };
    match hours {
        Some(hours) => (hours, ""),
        None => (24, "; the line could not be read, so once a day"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cron_lines_come_to_hours() {
        for (cron, hours) in [
            ("17 * * * *", 1),
            ("0 */6 * * *", 6),
            ("0 3 * * *", 24),
            ("0 3,15 * * *", 12),
            ("@daily", 24),
        ] {
            assert_eq!(hours_of(cron).0, hours, "{cron}");
        }
    }

    #[test]
    fn a_line_without_a_value_is_refused() {
        assert!(parse("YENTE_PORT").is_err());
        assert_eq!(parse("# x\n\nPATH=/bin\n"), Ok(BTreeMap::new()));
    }
}
