//! The pages under `docs/guides` are transcripts: what they show is what happens.

#[test]
fn the_guides_are_what_happens() {
    let guides = crate::run::repository().join("docs/guides/*.md");
    trycmd::TestCases::new()
        .register_bin(
            "interdict",
            std::path::Path::new(env!("CARGO_BIN_EXE_interdict")),
        )
        .env("INTERDICT_DATA_DIR", "lists")
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .case(guides.to_str().expect("a path of letters"));
}
