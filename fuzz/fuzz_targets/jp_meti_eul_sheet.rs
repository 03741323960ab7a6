#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| interdict_fuzz::source("jp-meti-eul-sheet", data));
