//! A customer file of any bytes: found out, read by what was found out, every row a customer or rejected.
#![no_main]

use std::io::Cursor;
use std::ops::ControlFlow;

use interdict_customers::{Answers, CustomerFile, Interpreter, survey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(found) = survey(Cursor::new(bytes), "fuzz", &Answers::default()) else {
        return;
    };
    let Ok(mut file) = CustomerFile::open(Cursor::new(bytes), "fuzz", &found.profile) else {
        return;
    };
    let interpreter = Interpreter::new(&found.profile, file.headings(), "fuzz")
        .expect("a profile fits the file it comes from");
    let mut rows = 0;
    file.each(|row| {
        rows += 1;
        let _ = interpreter.customer(&row);
        ControlFlow::Continue(())
    })
    .expect("what was surveyed is read");
    assert_eq!(rows, found.rows);
});
